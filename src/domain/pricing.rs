//! The destination price: what nets abroad what the US sale would have netted.
//!
//! Source: Amazon's Build International Listings price rules (Seller Central help G202121610), for
//! offers of Remote Fulfillment. Everything is kept in full precision; only the price is rounded.

use rust_decimal::Decimal;

use super::fees::{Band, FeeAt, Fees, MissingFee, ReferralAt};
use super::money::{Exact, Overflow, next_above, round, with_share};

/// Why there is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// A number is too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// The fees leave nothing of any price.
    #[error("the referral rate with its surcharge leaves nothing of the price")]
    RateLeavesNothing,
    /// The conversion leads to zero or less.
    #[error("no price above zero leads there")]
    NotAboveZero,
    /// No fee is known for prices that come into question.
    #[error("no fee is known for prices over {over}")]
    NoFee {
        /// Which one.
        missing: MissingFee,
        /// For prices over this one.
        over: Decimal,
    },
}

/// Which price is adjusted, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjustment {
    /// None.
    Same,
    /// An amount in USD more.
    FixedAbove(Decimal),
    /// A fraction more.
    PercentAbove(Decimal),
    /// A fraction less.
    PercentBelow(Decimal),
}

/// What the seller's rule is applied to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleBasis {
    /// The price.
    #[default]
    Final,
    /// The price before the referral fee.
    BeforeReferral,
}

impl RuleBasis {
    /// Names in SQL.
    pub const ALL: [(Self, &'static str); 2] =
        [(Self::Final, "final"), (Self::BeforeReferral, "before_referral")];
}

/// A seller's price rule for a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRule {
    /// What it does.
    pub adjustment: Adjustment,
    /// The price makes up for the fees; `false`: plain currency conversion, the older method.
    pub fee_adjusted: bool,
    /// What it is applied to, where the price makes up for the fees.
    pub basis: RuleBasis,
}

impl Default for PriceRule {
    fn default() -> Self {
        Self { adjustment: Adjustment::Same, fee_adjusted: true, basis: RuleBasis::Final }
    }
}

impl PriceRule {
    /// The adjusted price, where a dollar is worth `rate` of its currency.
    fn apply(&self, price: Quotient, rate: Decimal) -> Result<Quotient, Overflow> {
        let Quotient { dividend, divisor } = price;
        let dividend = match self.adjustment {
            Adjustment::Same => dividend,
            Adjustment::FixedAbove(amount) => {
                let amount = amount.times(rate)?;
                dividend.plus(divisor.map_or(Ok(amount), |divisor| amount.times(divisor))?)?
            }
            Adjustment::PercentAbove(share) => with_share(dividend, share)?,
            Adjustment::PercentBelow(share) => with_share(dividend, -share)?,
        };
        Ok(Quotient { dividend, divisor })
    }
}

/// A price that is divided last: its exact ties are ties, whatever was reckoned with it.
#[derive(Clone, Copy)]
struct Quotient {
    dividend: Decimal,
    divisor: Option<Decimal>,
}

impl Quotient {
    fn whole(dividend: Decimal) -> Self {
        Self { dividend, divisor: None }
    }

    fn value(self) -> Result<Decimal, Overflow> {
        self.divisor.map_or(Ok(self.dividend), |divisor| self.dividend.over(divisor))
    }
}

/// What a dollar is worth in the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Units of the destination's currency.
    pub rate: Decimal,
    /// What the currency converter takes, as a fraction; 0 where it is not used.
    pub converter: Decimal,
}

impl Exchange {
    /// What a dollar costs that the currency converter pays out.
    pub fn with_converter(&self) -> Result<Decimal, Overflow> {
        with_share(self.rate, self.converter)
    }
}

/// How a price came about. Amounts are in full precision, but for `price`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The rule that was followed.
    pub rule: PriceRule,
    /// The US price.
    pub source_price: Decimal,
    /// What the US sale nets, in USD.
    pub source_net: Decimal,
    /// What the destination sale is to net, in its currency.
    pub expected: Decimal,
    /// With the fulfilment fee.
    pub with_fulfillment: Decimal,
    /// The same, by a rule that is applied before the referral fee.
    pub adjusted: Decimal,
    /// With the referral fee; of plain conversion, the adjusted price in USD.
    pub with_fees: Decimal,
    /// The price, rounded.
    pub price: Decimal,
}

/// Converts a US price. `source_net`, what the US sale nets in USD, is not asked for by plain
/// conversion.
pub fn convert(
    source_price: Decimal,
    source_net: impl FnOnce() -> Result<Decimal, Overflow>,
    exchange: Exchange,
    fees: &Fees,
    rule: PriceRule,
) -> Result<Conversion, PriceError> {
    let mut conversion = Conversion {
        rule,
        source_price,
        source_net: Decimal::ZERO,
        expected: Decimal::ZERO,
        with_fulfillment: Decimal::ZERO,
        adjusted: Decimal::ZERO,
        with_fees: Decimal::ZERO,
        price: Decimal::ZERO,
    };
    if rule.fee_adjusted {
        conversion.source_net = source_net()?;
        conversion.expected = conversion.source_net.times(exchange.with_converter()?)?;
        let exact = conversion.solve(exchange.rate, fees)?;
        if rule.basis == RuleBasis::Final && rule.adjustment != Adjustment::Same {
            conversion.price = round(rule.apply(exact, exchange.rate)?.value()?);
        }
    } else {
        let adjusted = rule.apply(Quotient::whole(source_price), Decimal::ONE)?;
        conversion.with_fees = adjusted.dividend;
        conversion.price = round(adjusted.dividend.times(exchange.rate)?);
    }
    if !is_positive(conversion.price) {
        return Err(PriceError::NotAboveZero);
    }
    Ok(conversion)
}

/// Whether a sale at this price earns nothing, as far as its fees are known.
pub fn is_loss(price: Decimal, fees: &Fees) -> Result<bool, Overflow> {
    Ok(net(price, fees)?.is_some_and(|net| net <= Decimal::ZERO))
}

/// What a sale at this price nets, before any rounding of its fees; `None` without a fee for it.
fn net(price: Decimal, fees: &Fees) -> Result<Option<Decimal>, Overflow> {
    match fees.at(price)? {
        Ok(at) => Ok(Some(price.minus(at.total()?)?)),
        Err(_) => Ok(None),
    }
}

/// The price of a sale that its fees take all of.
pub fn break_even(fees: &Fees) -> Result<Decimal, PriceError> {
    let exchange = Exchange { rate: Decimal::ONE, converter: Decimal::ZERO };
    let nothing = || Ok(Decimal::ZERO);
    match convert(Decimal::ZERO, nothing, exchange, fees, PriceRule::default()) {
        // Where there are no fees, any price leaves something.
        Err(PriceError::NotAboveZero) => Ok(next_above(Decimal::ZERO)?),
        conversion => Ok(conversion?.price),
    }
}

impl Conversion {
    /// Whether the price earns nothing, or makes up for a US sale that earns nothing.
    pub fn is_loss(&self, fees: &Fees) -> Result<bool, Overflow> {
        let us_loss = self.rule.fee_adjusted && self.source_net <= Decimal::ZERO;
        Ok(us_loss || is_loss(self.price, fees)?)
    }

    /// Finds the smallest price that nets what is expected, before the rule for final prices.
    ///
    /// Within a band of prices both fees are linear, so the net grows with the price; between bands
    /// it may jump. The first band that gets there has the price. It is the one that nets exactly
    /// that, or, where a fee falls at the band's limit, the first one above the limit. A band is the
    /// one of the rounded price, which is the one that Amazon sees.
    fn solve(&mut self, rate: Decimal, fees: &Fees) -> Result<Quotient, PriceError> {
        let (mut fulfillment, mut referral) = (fees.fulfillment.iter(), fees.referral.iter());
        let mut current = (fulfillment.next(), referral.next());
        // Up to here both fees are known.
        let mut over = Decimal::ZERO;
        loop {
            let starts_over = |prices: &Band| is_over(prices.over, over);
            let missing = match current {
                (Some(fee), _) if starts_over(&fee.prices) => MissingFee::Fulfillment,
                (_, Some(share)) if starts_over(&share.prices) => MissingFee::Referral,
                (None, _) => MissingFee::Fulfillment,
                (_, None) => MissingFee::Referral,
                (Some(fee), Some(share)) => {
                    let up_to = least(fee.prices.up_to, share.prices.up_to);
                    if let Some(found) = self.solve_in(over, up_to, fee, share, rate, fees)? {
                        return Ok(found);
                    }
                    if fee.prices.up_to == up_to {
                        current.0 = fulfillment.next();
                    }
                    if share.prices.up_to == up_to {
                        current.1 = referral.next();
                    }
                    over = up_to.unwrap_or(over);
                    continue;
                }
            };
            return Err(PriceError::NoFee { missing, over });
        }
    }

    /// The same within a band of prices; `None` where its prices net less.
    fn solve_in(
        &mut self,
        over: Decimal,
        up_to: Option<Decimal>,
        fee: &FeeAt,
        share: &ReferralAt,
        rate: Decimal,
        fees: &Fees,
    ) -> Result<Option<Quotient>, PriceError> {
        let fee = with_share(fee.fee, fees.fulfillment_surcharge)?;
        self.with_fulfillment = self.expected.plus(fee)?;
        self.adjusted = match self.rule.basis {
            RuleBasis::Final => self.with_fulfillment,
            RuleBasis::BeforeReferral => {
                self.rule.apply(Quotient::whole(self.with_fulfillment), rate)?.dividend
            }
        };
        let (exact, value) = with_referral(self.adjusted, share, fees.referral_surcharge)?;
        if over.is_zero() && !is_positive(value) {
            return Err(PriceError::NotAboveZero);
        }
        self.price = round(value);
        if up_to.is_some_and(|up_to| self.price > up_to) {
            return Ok(None);
        }
        if is_over(self.price, over) {
            self.with_fees = value;
            return Ok(Some(exact));
        }
        self.price = next_above(over)?;
        self.with_fees = self.price;
        Ok(Some(Quotient::whole(self.price)))
    }
}

/// Whether an amount is above zero.
fn is_positive(amount: Decimal) -> bool {
    !amount.is_zero() && amount.is_sign_positive()
}

/// Whether an amount is over a limit, which mostly is zero.
fn is_over(amount: Decimal, limit: Decimal) -> bool {
    if limit.is_zero() { is_positive(amount) } else { amount > limit }
}

/// The lesser of two upper limits; `None` is no limit.
fn least(one: Option<Decimal>, other: Option<Decimal>) -> Option<Decimal> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (limit, None) | (None, limit) => limit,
    }
}

/// The price of which this much is left after the referral fee of a band, and its value: the greater
/// of the two that follow from the rate and from the minimum, as the fee is the greater of the two.
fn with_referral(
    left: Decimal,
    share: &ReferralAt,
    surcharge: Decimal,
) -> Result<(Quotient, Decimal), PriceError> {
    let kept = Decimal::ONE.minus(with_share(share.rate, surcharge)?)?;
    if !is_positive(kept) {
        return Err(PriceError::RateLeavesNothing);
    }
    let dividend = match share.constant.is_zero() {
        true => left,
        false => left.plus(with_share(share.constant, surcharge)?)?,
    };
    let by_rate = Quotient { dividend, divisor: Some(kept) };
    let value = by_rate.value()?;
    if !share.minimum.is_zero() {
        let by_minimum = left.plus(with_share(share.minimum, surcharge)?)?;
        if by_minimum > value {
            return Ok((Quotient::whole(by_minimum), by_minimum));
        }
    }
    Ok((by_rate, value))
}

/// What the seller set for prices of a destination, each off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How prices end, such as 0.99.
    pub ending: Option<Decimal>,
    /// Lowest price.
    pub min: Option<Decimal>,
    /// Highest price.
    pub max: Option<Decimal>,
}

/// A price after each of the seller's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited {
    /// With the ending.
    pub ended: Decimal,
    /// Not below the lowest price.
    pub raised: Decimal,
    /// Nor above the highest: the price.
    pub price: Decimal,
}

impl Limits {
    /// Applies them in order.
    pub fn apply(&self, price: Decimal) -> Result<Limited, Overflow> {
        let ended = self.ending.map_or(Ok(price), |ending| with_ending(price, ending))?;
        let raised = self.min.map_or(ended, |min| ended.max(min));
        let price = self.max.map_or(raised, |max| raised.min(max));
        Ok(Limited { ended, raised, price })
    }
}

/// The least price that ends like this and is not below the given one: an ending of 0.99 repeats
/// every 1, one of 9.99 every 10, and so on.
fn with_ending(price: Decimal, ending: Decimal) -> Result<Decimal, Overflow> {
    let mut every = Decimal::ONE;
    while every <= ending {
        every = every.times(Decimal::TEN)?;
    }
    let times = price.minus(ending)?.over(every)?.ceil();
    ending.plus(times.times(every)?)
}

/// Whether a price is published in place of another: a change of less than 1 % is not.
pub fn is_published(old: Decimal, new: Decimal) -> Result<bool, Overflow> {
    Ok(new.minus(old)?.abs().times(Decimal::ONE_HUNDRED)? >= old)
}

#[cfg(test)]
mod tests;
