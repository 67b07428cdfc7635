//! Fees of a sale: from the rows of the fee tables to what holds for one unit on one day.
//!
//! Sources: Amazon's fee pages, each row of `rfba.fulfillment_fee`, `rfba.referral_fee` and
//! `rfba.surcharge` with its own.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::money::{Exact, Overflow, round};
use super::name_of;

/// Who fulfils a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Program {
    /// Remote Fulfillment: from the US.
    Rf,
    /// FBA inside the marketplace.
    Fba,
}

impl Program {
    /// Names in the fee tables.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Rf, "RF"), (Self::Fba, "FBA")];

    /// Its name in the fee tables.
    pub fn name(self) -> &'static str {
        name_of(&Self::ALL, self)
    }
}

/// When in the year a fulfilment fee holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Always.
    AllYear,
    /// Outside the peak window.
    Nonpeak,
    /// October 15 to January 14.
    Peak,
}

impl Period {
    /// Names in the fee tables.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::AllYear, "all_year"), (Self::Nonpeak, "nonpeak"), (Self::Peak, "peak")];

    /// How well this period suits a day, the best first; `None` where it does not.
    ///
    /// Windows seen: 2023-10-15 to 2024-01-14 and every year since (Seller Central help
    /// G57UH6FFZUJ5DX3W, and the announcement for 2026). Since October 2025 fees outside the window
    /// say nothing of those inside.
    pub fn suits(self, day: NaiveDate) -> Option<u8> {
        let (month, date) = (day.month(), day.day());
        let in_window = month >= 11 || (month == 10 && date >= 15) || (month == 1 && date <= 14);
        let begun_in = if month == 1 { day.year() - 1 } else { day.year() };
        match (self, in_window) {
            (Self::Peak, true) | (Self::Nonpeak, false) => Some(0),
            (Self::AllYear, _) => Some(1),
            (Self::Nonpeak, true) if begun_in < 2025 => Some(2),
            _ => None,
        }
    }
}

/// A unit of weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightUnit {
    /// Ounce
    Ounce,
    /// Pound
    Pound,
    /// Kilogram
    Kilogram,
}

impl WeightUnit {
    /// Names in the fee tables.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Ounce, "oz"), (Self::Pound, "lb"), (Self::Kilogram, "kg")];

    /// How many of it a pound has.
    const fn per_pound(self) -> Decimal {
        match self {
            Self::Ounce => Decimal::from_parts(16, 0, 0, false, 0),
            Self::Pound => Decimal::ONE,
            Self::Kilogram => Decimal::from_parts(45_359_237, 0, 0, false, 8),
        }
    }
}

/// A band of prices or weights: over a, up to b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// What is over this one,
    pub over: Decimal,
    /// up to this one; `None`: without limit.
    pub up_to: Option<Decimal>,
}

impl Band {
    /// Every price or weight.
    pub const ALL: Self = Self { over: Decimal::ZERO, up_to: None };

    /// Whether it holds this value.
    pub fn contains(&self, value: Decimal) -> bool {
        value > self.over && self.up_to.is_none_or(|up_to| value <= up_to)
    }
}

/// What comes on top of a fulfilment fee for weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Increment {
    /// For each started
    pub amount: Decimal,
    /// weight of this size
    pub weight: Decimal,
    /// over this one.
    pub over: Decimal,
}

/// A row of `rfba.fulfillment_fee` that holds on a day in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FulfillmentFee {
    /// When in the year.
    pub period: Period,
    /// Shipping weights, in `unit`.
    pub weights: Band,
    /// Unit of the row's weights.
    pub unit: WeightUnit,
    /// Prices.
    pub prices: Band,
    /// Fee of a unit.
    pub amount: Decimal,
    /// What comes on top for weight.
    pub increment: Option<Increment>,
    /// The user's own.
    pub own: bool,
}

impl FulfillmentFee {
    /// How well the row suits a day and a shipping weight, the best first; `None` where it does not.
    fn suits(&self, day: NaiveDate, pounds: Decimal) -> Option<(bool, bool, u8)> {
        let weight = pounds.times(self.unit.per_pound()).ok()?;
        let suits = self.period.suits(day).filter(|_| self.weights.contains(weight))?;
        // What does not speak of the season comes after what does; the user's own come first.
        Some((suits > 1, !self.own, suits))
    }

    /// The fee of a unit of this shipping weight.
    fn of(&self, pounds: Decimal) -> Result<Decimal, Overflow> {
        let Some(increment) = &self.increment else { return Ok(self.amount) };
        let weight = pounds.times(self.unit.per_pound())?;
        let above = weight.minus(increment.over)?.max(Decimal::ZERO);
        let started = above.over(increment.weight)?.ceil();
        self.amount.plus(started.times(increment.amount)?)
    }
}

/// A fulfilment fee of a unit, at prices of a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeAt {
    /// At these prices
    pub prices: Band,
    /// this fee.
    pub fee: Decimal,
}

/// The fulfilment fees of a unit of this shipping weight on a day, by price in order.
pub fn fulfillment_fees(
    rows: &[FulfillmentFee],
    day: NaiveDate,
    pounds: Decimal,
) -> Result<Vec<FeeAt>, Overflow> {
    let mut suiting: Vec<_> =
        rows.iter().filter_map(|row| Some((row.suits(day, pounds)?, row))).collect();
    suiting.sort_by_key(|(suits, _)| *suits);
    let by_price = by_price(suiting.iter().map(|(_, row)| (row.prices, *row)).collect());
    by_price.into_iter().map(|(prices, row)| Ok(FeeAt { prices, fee: row.of(pounds)? })).collect()
}

/// What holds at which prices, in order, of rows that may cover each other: the first one counts.
fn by_price<T: Copy>(rows: Vec<(Band, T)>) -> Vec<(Band, T)> {
    if rows.len() < 2 {
        return rows;
    }
    let mut limits: Vec<Decimal> =
        rows.iter().flat_map(|(band, _)| [Some(band.over), band.up_to]).flatten().collect();
    limits.sort_unstable();
    limits.dedup();
    let mut bands = Vec::with_capacity(limits.len());
    for (i, &over) in limits.iter().enumerate() {
        let up_to = limits.get(i + 1).copied();
        // Between two limits a row holds everywhere or nowhere.
        let covers = |band: &Band| {
            band.over <= over && band.up_to.is_none_or(|its| up_to.is_some_and(|it| it <= its))
        };
        if let Some(&(_, row)) = rows.iter().find(|(band, _)| covers(band)) {
            bands.push((Band { over, up_to }, row));
        }
    }
    bands
}

/// How a referral fee is made from the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferralMode {
    /// One rate.
    Flat,
    /// The rate of the whole price's band, on all of it.
    Threshold,
    /// Each band's rate on the part of the price inside it.
    Marginal,
}

impl ReferralMode {
    /// Names in the fee tables.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Flat, "flat"), (Self::Threshold, "threshold"), (Self::Marginal, "marginal")];
}

/// A row of `rfba.referral_fee` that holds on a day in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferralFee {
    /// How the fee is made.
    pub mode: ReferralMode,
    /// Prices.
    pub prices: Band,
    /// Fraction of the price.
    pub rate: Decimal,
    /// Least fee.
    pub minimum: Decimal,
    /// The user's own.
    pub own: bool,
}

/// A referral fee at prices of a band: `rate · price + constant`, at least `minimum`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferralAt {
    /// At these prices.
    pub prices: Band,
    /// Fraction of the price.
    pub rate: Decimal,
    /// What is added: the bands below had other rates.
    pub constant: Decimal,
    /// Least fee.
    pub minimum: Decimal,
}

impl ReferralAt {
    /// One rate at every price.
    pub fn flat(rate: Decimal, minimum: Decimal) -> Self {
        Self { prices: Band::ALL, rate, constant: Decimal::ZERO, minimum }
    }

    /// The fee at a price of its band.
    pub fn of(&self, price: Decimal) -> Result<Decimal, Overflow> {
        Ok(price.times(self.rate)?.plus(self.constant)?.max(self.minimum))
    }
}

/// The referral fees of a category on a day, by price in order. Where rows cover each other, the
/// user's own count.
pub fn referral_fees(rows: &[ReferralFee]) -> Result<Vec<ReferralAt>, Overflow> {
    let mut rows: Vec<&ReferralFee> = rows.iter().collect();
    rows.sort_by_key(|row| !row.own);
    let by_price = by_price(rows.into_iter().map(|row| (row.prices, row)).collect());
    // What the bands up to here take.
    let (mut collected, mut known_up_to) = (Decimal::ZERO, Some(Decimal::ZERO));
    let mut fees = Vec::with_capacity(by_price.len());
    for (prices, &ReferralFee { mode, rate, minimum, .. }) in by_price {
        let constant = match mode {
            ReferralMode::Flat | ReferralMode::Threshold => Decimal::ZERO,
            // Beyond a gap nobody knows what is collected below.
            ReferralMode::Marginal if known_up_to != Some(prices.over) => break,
            ReferralMode::Marginal => collected.minus(rate.times(prices.over)?)?,
        };
        if let Some(up_to) = prices.up_to {
            collected = collected.plus(rate.times(up_to.minus(prices.over)?)?)?;
        }
        known_up_to = prices.up_to;
        fees.push(ReferralAt { prices, rate, constant, minimum });
    }
    Ok(fees)
}

/// What a surcharge is a fraction of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurchargeBase {
    /// The fulfilment fee.
    Fulfillment,
    /// The referral fee.
    Referral,
    /// Each of them.
    Both,
    /// Nothing.
    Nothing,
}

impl SurchargeBase {
    /// Names in the fee tables.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Fulfillment, "fulfillment_fee"),
        (Self::Referral, "referral_fee"),
        (Self::Both, "both"),
        (Self::Nothing, "none"),
    ];
}

/// A row of `rfba.surcharge` that holds on a day in question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surcharge {
    /// Its name.
    pub code: String,
    /// Who fulfils; `None`: either.
    pub program: Option<Program>,
    /// What it is a fraction of.
    pub base: SurchargeBase,
    /// Where the seller is established, or `other`; `None`: anywhere.
    pub country: Option<String>,
    /// Fraction of its base.
    pub rate: Decimal,
    /// The user's own.
    pub own: bool,
}

/// Surcharges of a sale, by what they come on top of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surcharges {
    /// Name and rate of those on the fulfilment fee.
    pub on_fulfillment: Vec<(String, Decimal)>,
    /// Name and rate of those on the referral fee.
    pub on_referral: Vec<(String, Decimal)>,
}

impl Surcharges {
    /// Those that hold for units that this program fulfils, of a seller of this country.
    pub fn new(rows: &[Surcharge], program: Program, country: &str) -> Self {
        let mut surcharges = Self::default();
        for row in rows {
            let code = || rows.iter().filter(|other| other.code == row.code);
            let fits = row.program.is_none_or(|it| it == program)
                && match row.country.as_deref() {
                    None => true,
                    Some("other") => !code().any(|it| it.country.as_deref() == Some(country)),
                    Some(its) => its == country,
                };
            // The user's own stands for what is shipped of its code, and of its program and country
            // where it names them; and what names them comes before what does not.
            let outdone = code().any(|other| {
                let (same_program, same_country) =
                    (other.program == row.program, other.country == row.country);
                let stands_for = (same_program || other.program.is_none())
                    && (same_country || other.country.is_none());
                let is_closer =
                    (row.program.is_none() && other.program == Some(program) && same_country)
                        || (row.country.is_none()
                            && other.country.as_deref() == Some(country)
                            && same_program);
                match (other.own, row.own) {
                    (true, false) => stands_for,
                    (one, another) => one == another && is_closer,
                }
            });
            if !fits || outdone {
                continue;
            }
            let named = (row.code.clone(), row.rate);
            if matches!(row.base, SurchargeBase::Fulfillment | SurchargeBase::Both) {
                surcharges.on_fulfillment.push(named.clone());
            }
            if matches!(row.base, SurchargeBase::Referral | SurchargeBase::Both) {
                surcharges.on_referral.push(named);
            }
        }
        surcharges.on_fulfillment.sort_unstable();
        surcharges.on_referral.sort_unstable();
        surcharges
    }

    /// Fees of a sale with these surcharges.
    pub fn on<'f>(
        &self,
        fulfillment: &'f [FeeAt],
        referral: &'f [ReferralAt],
    ) -> Result<Fees<'f>, Overflow> {
        let total = |surcharges: &[(String, Decimal)]| {
            surcharges.iter().try_fold(Decimal::ZERO, |sum, (_, rate)| sum.plus(*rate))
        };
        Ok(Fees {
            fulfillment,
            referral,
            fulfillment_surcharge: total(&self.on_fulfillment)?,
            referral_surcharge: total(&self.on_referral)?,
        })
    }
}

/// All fees of a sale, as functions of its price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fees<'f> {
    /// By price in order.
    pub fulfillment: &'f [FeeAt],
    /// By price in order.
    pub referral: &'f [ReferralAt],
    /// The surcharges on the fulfilment fee together, as a fraction of it.
    pub fulfillment_surcharge: Decimal,
    /// Those on the referral fee.
    pub referral_surcharge: Decimal,
}

/// Fees of a sale at one price, before any rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeesAt {
    /// Fulfilment fee.
    pub fulfillment: Decimal,
    /// Its surcharges.
    pub fulfillment_surcharge: Decimal,
    /// Referral fee.
    pub referral: Decimal,
    /// Its surcharges.
    pub referral_surcharge: Decimal,
}

impl FeesAt {
    /// All of them.
    pub fn total(&self) -> Result<Decimal, Overflow> {
        self.fulfillment
            .plus(self.fulfillment_surcharge)?
            .plus(self.referral)?
            .plus(self.referral_surcharge)
    }
}

/// A line of an estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeLine {
    /// `fulfillment_fee`, `referral_fee` or the code of a surcharge.
    pub fee: String,
    /// Its amount.
    pub amount: Decimal,
}

/// Which fee a price has none of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingFee {
    /// The fulfilment fee.
    Fulfillment,
    /// The referral fee.
    Referral,
}

impl Fees<'_> {
    /// Fulfilment and referral fee of a price, where there are bands for it. A band is the one of the
    /// rounded price, which is the one that Amazon sees.
    fn of(&self, price: Decimal) -> Result<Result<(Decimal, Decimal), MissingFee>, Overflow> {
        // What is rounded to nothing pays what the least price pays.
        let rounded = round(price).max(Decimal::new(1, 2));
        let fulfillment = self.fulfillment.iter().find(|band| band.prices.contains(rounded));
        let referral = self.referral.iter().find(|band| band.prices.contains(rounded));
        Ok(match (fulfillment, referral) {
            (None, _) => Err(MissingFee::Fulfillment),
            (_, None) => Err(MissingFee::Referral),
            (Some(fulfillment), Some(referral)) => Ok((fulfillment.fee, referral.of(price)?)),
        })
    }

    /// The fees at a price, where there are bands for it.
    pub fn at(&self, price: Decimal) -> Result<Result<FeesAt, MissingFee>, Overflow> {
        let (fulfillment, referral) = match self.of(price)? {
            Ok(fees) => fees,
            Err(missing) => return Ok(Err(missing)),
        };
        Ok(Ok(FeesAt {
            fulfillment,
            fulfillment_surcharge: fulfillment.times(self.fulfillment_surcharge)?,
            referral,
            referral_surcharge: referral.times(self.referral_surcharge)?,
        }))
    }

    /// The fees at a price as Amazon bills them: a line a fee, each rounded by itself.
    pub fn lines(
        &self,
        surcharges: &Surcharges,
        price: Decimal,
    ) -> Result<Result<Vec<FeeLine>, MissingFee>, Overflow> {
        let (fulfillment, referral) = match self.of(price)? {
            Ok(fees) => fees,
            Err(missing) => return Ok(Err(missing)),
        };
        let mut lines = Vec::new();
        for (name, base, surcharges) in [
            ("fulfillment_fee", round(fulfillment), &surcharges.on_fulfillment),
            ("referral_fee", round(referral), &surcharges.on_referral),
        ] {
            lines.push(FeeLine { fee: name.to_owned(), amount: base });
            for (code, rate) in surcharges {
                lines.push(FeeLine { fee: code.clone(), amount: round(base.times(*rate)?) });
            }
        }
        Ok(Ok(lines))
    }
}

#[cfg(test)]
mod tests;
