//! What of the fee tables and exchange rates holds on a day: read by key when it is first needed, and
//! once a pass.

mod version;

use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
pub use version::{changed, changing, with_known_rates};

use super::cursor::{Cursor, Index, Key, Row};
use super::session::Session;
use crate::domain::fees::{
    Band, FulfillmentFee, Increment, Period, Program, ReferralAt, ReferralFee, ReferralMode,
    Surcharge, SurchargeBase, WeightUnit, referral_fees,
};
use crate::domain::size::SizeTier;
use crate::domain::unpriced::Unpriced;
use crate::domain::{Marketplace, named};
use crate::types::numeric::Numeric;

static EXCHANGE_RATES: Index =
    Index { table: c"exchange_rate", name: c"exchange_rate_pkey", columns: &[c"rate"] };

static SIZE_TIERS: Index = Index {
    table: c"size_tier",
    name: c"size_tier_in_order",
    columns: &[
        c"effective_from",
        c"effective_to",
        c"shipped",
        c"size_tier",
        c"longest_side",
        c"median_side",
        c"shortest_side",
        c"length_and_girth",
        c"weight",
        c"weight_divisor",
        c"least_side",
    ],
};

static FULFILLMENT_FEES: Index = Index {
    table: c"fulfillment_fee",
    name: c"fulfillment_fee_of_tier",
    columns: &[
        c"effective_from",
        c"effective_to",
        c"shipped",
        c"reference",
        c"product_class",
        c"weight_over",
        c"weight_up_to",
        c"weight_unit",
        c"price_over",
        c"price_up_to",
        c"amount",
        c"increment_amount",
        c"increment_weight",
        c"increment_over",
    ],
};

static REFERRAL_CATEGORIES: Index = Index {
    table: c"referral_category",
    name: c"referral_category_pkey",
    columns: &[c"referral_category"],
};

static REFERRAL_FEES: Index = Index {
    table: c"referral_fee",
    name: c"referral_fee_of_category",
    columns: &[
        c"effective_from",
        c"effective_to",
        c"shipped",
        c"reference",
        c"mode",
        c"price_over",
        c"price_up_to",
        c"rate",
        c"minimum",
    ],
};

static SURCHARGES: Index = Index {
    table: c"surcharge",
    name: c"surcharge_marketplace",
    columns: &[
        c"effective_from",
        c"effective_to",
        c"shipped",
        c"code",
        c"program",
        c"base",
        c"seller_country",
        c"rate",
    ],
};

/// What is known of rows by key, or why it cannot be reckoned with.
type Known<K, T> = HashMap<K, Result<Rc<[T]>, Unpriced>>;

/// What of the fee tables and exchange rates holds on a day, each read when it is first needed.
pub struct Rates {
    day: NaiveDate,
    /// The same, as PostgreSQL counts it.
    date: i32,
    tiers: Known<(Program, Marketplace), SizeTier>,
    fulfillment: Known<(Program, Marketplace, String), FulfillmentFee>,
    categories: HashMap<(String, Marketplace), Option<Rc<str>>>,
    referral: Known<(Rc<str>, Marketplace), ReferralAt>,
    surcharges: Known<Marketplace, Surcharge>,
    exchange: HashMap<Marketplace, Result<Decimal, Unpriced>>,
}

/// PostgreSQL's day since 2000 as one of the calendar.
fn day(date: i32) -> Option<NaiveDate> {
    const OF_2000_01_01: i32 = 730_120;
    NaiveDate::from_num_days_from_ce_opt(date.checked_add(OF_2000_01_01)?)
}

impl Rates {
    /// Those of a day; `None` for one that no calendar has.
    pub fn on(date: i32) -> Option<Self> {
        Some(Self {
            day: day(date)?,
            date,
            tiers: HashMap::new(),
            fulfillment: HashMap::new(),
            categories: HashMap::new(),
            referral: HashMap::new(),
            surcharges: HashMap::new(),
            exchange: HashMap::new(),
        })
    }
}

/// Looks `key` up in `known`, or reads it.
fn once<K: Eq + Hash, V: Clone>(
    known: &mut HashMap<K, V>,
    key: K,
    read: impl FnOnce(&K) -> V,
) -> V {
    if let Some(value) = known.get(&key) {
        return value.clone();
    }
    let value = read(&key);
    known.insert(key, value.clone());
    value
}

/// A number of a row; `Err` where it cannot be reckoned with.
pub fn number(
    row: &Row,
    position: usize,
    table: &'static str,
) -> Result<Option<Decimal>, Unpriced> {
    row.optional::<Numeric>(position)
        .map(|numeric| numeric.0.map_err(|_| Unpriced::TooLong { table }))
        .transpose()
}

/// A number of a column that is never null.
pub fn known(row: &Row, position: usize, table: &'static str) -> Result<Decimal, Unpriced> {
    Ok(number(row, position, table)?.unwrap_or_default())
}

fn band(row: &Row, position: usize, table: &'static str) -> Result<Band, Unpriced> {
    let over = known(row, position, table)?;
    Ok(Band { over, up_to: number(row, position + 1, table)? })
}

/// The rows of a fee table that count: those that hold, and of the shipped ones those that no row of
/// the user's stands for. `key` is what makes two rows the same one.
fn counting<K: PartialEq, T>(rows: Vec<Dated<K, T>>) -> impl Iterator<Item = T> {
    let own: Vec<&K> = rows.iter().filter(|row| row.own).map(|row| &row.key).collect();
    let counts: Vec<bool> =
        rows.iter().map(|row| row.holds && (row.own || !own.contains(&&row.key))).collect();
    rows.into_iter().zip(counts).filter_map(|(row, counts)| counts.then_some(row.value))
}

/// A row of a fee table.
struct Dated<K, T> {
    own: bool,
    holds: bool,
    key: K,
    value: T,
}

/// Goes before the rows with these keys; opens the cursor where that was not done yet.
pub fn seek<'c, 's>(
    cursor: &'c mut Option<Cursor<'s>>,
    session: &'s Session,
    index: &'static Index,
    keys: &[Key],
) -> &'c mut Cursor<'s> {
    let cursor = cursor.get_or_insert_with(|| Cursor::open(session, index, keys));
    cursor.seek(keys);
    cursor
}

/// Cursors, each opened when it is first needed.
#[derive(Default)]
struct Cursors<'s> {
    exchange_rates: Option<Cursor<'s>>,
    size_tiers: Option<Cursor<'s>>,
    fulfillment_fees: Option<Cursor<'s>>,
    categories: Option<Cursor<'s>>,
    referral_fees: Option<Cursor<'s>>,
    surcharges: Option<Cursor<'s>>,
}

/// Reads rates. Lives no longer than a step of its session; what it has read stays.
pub struct RateReader<'s, 'r> {
    session: &'s Session,
    rates: &'r mut Rates,
    cursors: Cursors<'s>,
}

impl<'s, 'r> RateReader<'s, 'r> {
    /// A reader.
    pub fn new(session: &'s Session, rates: &'r mut Rates) -> Self {
        Self { session, rates, cursors: Cursors::default() }
    }

    /// The day.
    pub fn day(&self) -> NaiveDate {
        self.rates.day
    }

    /// The same, as PostgreSQL counts it.
    pub fn date(&self) -> i32 {
        self.rates.date
    }

    /// Units of the destination's currency for a US dollar.
    pub fn exchange_rate(&mut self, destination: Marketplace) -> Result<Decimal, Unpriced> {
        let Self { session, rates, cursors } = self;
        let Rates { exchange, day, date, .. } = &mut **rates;
        once(exchange, destination, |_| {
            let currency = destination.info().currency;
            // Mostly there is a rate of the last month, and the days before it need not be read.
            for first in [date.saturating_sub(31), i32::MIN] {
                let keys = [Key::Text(currency), Key::Days(first, *date)];
                let rows = seek(&mut cursors.exchange_rates, session, &EXCHANGE_RATES, &keys);
                if let Some(row) = rows.previous() {
                    return known(&row, 0, "exchange_rate");
                }
            }
            Err(Unpriced::NoExchangeRate { currency, day: *day })
        })
    }

    /// What a product's category is called in a marketplace's referral fees.
    pub fn referral_category(
        &mut self,
        category: &str,
        marketplace: Marketplace,
    ) -> Result<Rc<str>, Unpriced> {
        let Self { session, rates, cursors } = self;
        let known = once(&mut rates.categories, (category.to_owned(), marketplace), |_| {
            let keys = [Key::Text(category), Key::Marketplace(marketplace.packed())];
            // The user's own comes before the shipped one.
            let rows = seek(&mut cursors.categories, session, &REFERRAL_CATEGORIES, &keys);
            rows.next().map(|row| row.get::<String>(0).into())
        });
        known.ok_or_else(|| Unpriced::NoReferralCategory {
            category: category.to_owned(),
            marketplace,
        })
    }

    /// The referral fees of a category, as the marketplace names it.
    pub fn referral_fees(
        &mut self,
        category: &Rc<str>,
        marketplace: Marketplace,
    ) -> Result<Rc<[ReferralAt]>, Unpriced> {
        const TABLE: &str = "referral_fee";
        let Self { session, rates, cursors } = self;
        let rates = &mut **rates;
        let (day, date) = (rates.day, rates.date);
        once(&mut rates.referral, (category.clone(), marketplace), |_| {
            let keys = [Key::Marketplace(marketplace.packed()), Key::Text(category)];
            let found = seek(&mut cursors.referral_fees, session, &REFERRAL_FEES, &keys);
            let mut rows = Vec::new();
            while let Some(row) = found.next() {
                let holds = holds(date, &row) && !row.get::<bool>(3);
                let (own, prices) = (!row.get::<bool>(2), band(&row, 5, TABLE)?);
                let value = ReferralFee {
                    mode: named(&ReferralMode::ALL, &row.get::<String>(4))
                        .unwrap_or(ReferralMode::Flat),
                    prices,
                    rate: known(&row, 7, TABLE)?,
                    minimum: known(&row, 8, TABLE)?,
                    own,
                };
                let key = (row.optional::<i32>(0), prices.over);
                rows.push(Dated { own, holds, key, value });
            }
            let rows: Vec<ReferralFee> = counting(rows).collect();
            if rows.is_empty() {
                let category = category.to_string();
                return Err(Unpriced::NoReferralFee { category, marketplace, price: None, day });
            }
            Ok(referral_fees(&rows)?.into())
        })
    }

    /// The surcharges of a marketplace.
    pub fn surcharges(&mut self, marketplace: Marketplace) -> Result<Rc<[Surcharge]>, Unpriced> {
        const TABLE: &str = "surcharge";
        let Self { session, rates, cursors } = self;
        let rates = &mut **rates;
        let date = rates.date;
        once(&mut rates.surcharges, marketplace, |_| {
            let keys = [Key::Marketplace(marketplace.packed())];
            let found = seek(&mut cursors.surcharges, session, &SURCHARGES, &keys);
            let mut rows = Vec::new();
            while let Some(row) = found.next() {
                let (own, holds) = (!row.get::<bool>(2), holds(date, &row));
                // A shipped row that does not hold stands for nothing.
                if !own && !holds {
                    continue;
                }
                let code: String = row.get(3);
                let (program, country) = (row.optional::<String>(4), row.optional::<String>(6));
                let key = (row.optional::<i32>(0), code.clone(), program.clone(), country.clone());
                let value = Surcharge {
                    code,
                    program: program.and_then(|program| named(&Program::ALL, &program)),
                    base: named(&SurchargeBase::ALL, &row.get::<String>(5))
                        .unwrap_or(SurchargeBase::Nothing),
                    country,
                    rate: known(&row, 7, TABLE)?,
                    own,
                };
                rows.push(Dated { own, holds, key, value });
            }
            Ok(counting(rows).collect())
        })
    }

    /// The size tiers of a program, in the order in which they are tried.
    pub fn size_tiers(
        &mut self,
        program: Program,
        marketplace: Marketplace,
    ) -> Result<Rc<[SizeTier]>, Unpriced> {
        const TABLE: &str = "size_tier";
        let Self { session, rates, cursors } = self;
        let rates = &mut **rates;
        let date = rates.date;
        once(&mut rates.tiers, (program, marketplace), |_| {
            let keys = [Key::Text(program.name()), Key::Marketplace(marketplace.packed())];
            let found = seek(&mut cursors.size_tiers, session, &SIZE_TIERS, &keys);
            let mut rows = Vec::new();
            while let Some(row) = found.next() {
                let name: String = row.get(3);
                let number = |position| number(&row, position, TABLE);
                let value = SizeTier {
                    name: name.clone(),
                    sides: [number(4)?, number(5)?, number(6)?],
                    length_and_girth: number(7)?,
                    weight: number(8)?,
                    weight_divisor: number(9)?,
                    least_side: number(10)?,
                };
                let own = !row.get::<bool>(2);
                let key = (row.optional::<i32>(0), name);
                rows.push(Dated { own, holds: holds(date, &row), key, value: (own, value) });
            }
            let rows: Vec<(bool, SizeTier)> = counting(rows).collect();
            let own = |name: &str| rows.iter().any(|(own, tier)| *own && tier.name == name);
            Ok(rows
                .iter()
                .filter(|(is_own, it)| *is_own || !own(&it.name))
                .map(|(_, it)| it.clone())
                .collect())
        })
    }

    /// The fulfilment fees of a size tier.
    pub fn fees_of_tier(
        &mut self,
        program: Program,
        marketplace: Marketplace,
        size_tier: &str,
    ) -> Result<Rc<[FulfillmentFee]>, Unpriced> {
        let Self { session, rates, cursors } = self;
        let rates = &mut **rates;
        let (day, date) = (rates.day, rates.date);
        once(&mut rates.fulfillment, (program, marketplace, size_tier.to_owned()), |_| {
            let mut rows = Vec::new();
            for (period, name) in Period::ALL.into_iter().filter(|(it, _)| it.suits(day).is_some())
            {
                let keys = [
                    Key::Marketplace(marketplace.packed()),
                    Key::Text(program.name()),
                    Key::Text(size_tier),
                    Key::Text(name),
                ];
                let found = seek(&mut cursors.fulfillment_fees, session, &FULFILLMENT_FEES, &keys);
                while let Some(row) = found.next() {
                    let (shipped, holds) = (row.get::<bool>(2), holds(date, &row));
                    let holds = holds && !row.get::<bool>(3);
                    // A shipped row that does not hold stands for nothing.
                    if (!shipped || holds) && row.is_text(4, "standard") {
                        let value = fulfillment_fee(&row, period, !shipped)?;
                        let (weights, prices) = (value.weights.over, value.prices.over);
                        let key = (period, row.optional::<i32>(0), weights, prices);
                        rows.push(Dated { own: !shipped, holds, key, value });
                    }
                }
            }
            Ok(counting(rows).collect())
        })
    }
}

/// A row of `fulfillment_fee`.
fn fulfillment_fee(row: &Row, period: Period, own: bool) -> Result<FulfillmentFee, Unpriced> {
    const TABLE: &str = "fulfillment_fee";
    let increment = match number(row, 11, TABLE)? {
        None => None,
        Some(amount) => {
            Some(Increment { amount, weight: known(row, 12, TABLE)?, over: known(row, 13, TABLE)? })
        }
    };
    let unit = WeightUnit::ALL.into_iter().find(|(_, name)| row.is_text(7, name));
    Ok(FulfillmentFee {
        period,
        weights: band(row, 5, TABLE)?,
        unit: unit.map_or(WeightUnit::Pound, |(unit, _)| unit),
        prices: band(row, 8, TABLE)?,
        amount: known(row, 10, TABLE)?,
        increment,
        own,
    })
}

/// Whether a row with these days (first two columns of its index) holds.
fn holds(date: i32, row: &Row) -> bool {
    row.optional::<i32>(0).is_some_and(|from| from <= date)
        && row.optional::<i32>(1).is_none_or(|to| date <= to)
}
