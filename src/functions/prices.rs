//! Prices from numbers: the conversion and its explanation, which read no table.

use pgrx::prelude::*;
use rust_decimal::Decimal;

use crate::domain::explanation::{Explanation, Step};
use crate::domain::fees::{Band, FeeAt, Fees, ReferralAt};
use crate::domain::money::{Exact, Overflow, with_share};
use crate::domain::pricing::{Adjustment, Conversion, Exchange, PriceRule, RuleBasis, convert};
use crate::domain::{Marketplace, named};
use crate::error::{Error, OrRaise};
use crate::types::numeric::{Numeric, NumericArg};

/// The arguments of both functions, by their names in SQL.
struct Arguments<'a> {
    price: NumericArg<'a>,
    destination: i16,
    exchange_rate: NumericArg<'a>,
    source_fulfillment_fee: NumericArg<'a>,
    source_surcharge_rate: NumericArg<'a>,
    source_referral_rate: NumericArg<'a>,
    fulfillment_fee: NumericArg<'a>,
    surcharge_rate: NumericArg<'a>,
    referral_rate: NumericArg<'a>,
    referral_minimum: NumericArg<'a>,
    referral_surcharge_rate: NumericArg<'a>,
    currency_converter_rate: NumericArg<'a>,
    price_rule: &'a str,
    price_adjustment: NumericArg<'a>,
    fee_adjusted: bool,
    rule_basis: &'a str,
}

/// The price in a destination that nets what a US sale would.
#[pg_extern(sql = false, immutable, strict, parallel_safe)]
#[allow(clippy::too_many_arguments, reason = "those of the SQL function")]
fn convert_offer_price(
    price: NumericArg,
    destination: i16,
    exchange_rate: NumericArg,
    source_fulfillment_fee: NumericArg,
    source_surcharge_rate: NumericArg,
    source_referral_rate: NumericArg,
    fulfillment_fee: NumericArg,
    surcharge_rate: NumericArg,
    referral_rate: NumericArg,
    referral_minimum: NumericArg,
    referral_surcharge_rate: NumericArg,
    currency_converter_rate: NumericArg,
    price_rule: &str,
    price_adjustment: NumericArg,
    fee_adjusted: bool,
    rule_basis: &str,
) -> Numeric {
    let arguments = Arguments {
        price,
        destination,
        exchange_rate,
        source_fulfillment_fee,
        source_surcharge_rate,
        source_referral_rate,
        fulfillment_fee,
        surcharge_rate,
        referral_rate,
        referral_minimum,
        referral_surcharge_rate,
        currency_converter_rate,
        price_rule,
        price_adjustment,
        fee_adjusted,
        rule_basis,
    };
    amount_of(arguments.convert(|_, conversion, _| Ok(conversion.price)).or_raise())
}

/// The same, a step a row.
#[pg_extern(sql = false, immutable, strict, parallel_safe)]
#[allow(clippy::too_many_arguments, reason = "those of the SQL function")]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn explain_offer_price(
    price: NumericArg,
    destination: i16,
    exchange_rate: NumericArg,
    source_fulfillment_fee: NumericArg,
    source_surcharge_rate: NumericArg,
    source_referral_rate: NumericArg,
    fulfillment_fee: NumericArg,
    surcharge_rate: NumericArg,
    referral_rate: NumericArg,
    referral_minimum: NumericArg,
    referral_surcharge_rate: NumericArg,
    currency_converter_rate: NumericArg,
    price_rule: &str,
    price_adjustment: NumericArg,
    fee_adjusted: bool,
    rule_basis: &str,
) -> TableIterator<
    'static,
    (
        name!(step, i32),
        name!(label, String),
        name!(amount, Numeric),
        name!(currency, &'static str),
        name!(loss, bool),
    ),
> {
    let arguments = Arguments {
        price,
        destination,
        exchange_rate,
        source_fulfillment_fee,
        source_surcharge_rate,
        source_referral_rate,
        fulfillment_fee,
        surcharge_rate,
        referral_rate,
        referral_minimum,
        referral_surcharge_rate,
        currency_converter_rate,
        price_rule,
        price_adjustment,
        fee_adjusted,
        rule_basis,
    };
    let explain = |destination, conversion: Conversion, fees: &Fees| {
        let mut explanation = Explanation::new(destination);
        // Fees too large to reckon with leave nothing.
        explanation.conversion(&conversion, conversion.is_loss(fees).unwrap_or(true));
        Ok(explanation.steps)
    };
    TableIterator::new(rows(arguments.convert(explain).or_raise()))
}

/// Steps as rows.
#[allow(clippy::type_complexity, reason = "the columns of the result")]
pub fn rows(steps: Vec<Step>) -> impl Iterator<Item = (i32, String, Numeric, &'static str, bool)> {
    (1..).zip(steps).map(|(number, Step { label, amount, currency, loss })| {
        (number, label, amount.into(), currency, loss)
    })
}

/// An amount of money with its two minor digits.
pub fn amount_of(mut amount: Decimal) -> Numeric {
    if amount.scale() != 2 {
        amount.rescale(2);
    }
    amount.into()
}

impl Arguments<'_> {
    /// Converts, and hands the result on with the destination and its fees.
    fn convert<T>(
        &self,
        then: impl FnOnce(Marketplace, Conversion, &Fees) -> Result<T, Overflow>,
    ) -> Result<T, Error> {
        let destination = destination(self.destination)?;
        let price = amount("price", self.price)?;
        let us_fee = amount("source_fulfillment_fee", self.source_fulfillment_fee)?;
        let us_surcharge = rate("source_surcharge_rate", self.source_surcharge_rate)?;
        let us_referral = rate("source_referral_rate", self.source_referral_rate)?;
        let exchange = Exchange {
            rate: positive("exchange_rate", self.exchange_rate)?,
            converter: rate("currency_converter_rate", self.currency_converter_rate)?,
        };
        let fee = amount("fulfillment_fee", self.fulfillment_fee)?;
        let fulfillment = [FeeAt { prices: Band::ALL, fee }];
        let referral = [ReferralAt::flat(
            rate("referral_rate", self.referral_rate)?,
            amount("referral_minimum", self.referral_minimum)?,
        )];
        let fees = Fees {
            fulfillment: &fulfillment,
            referral: &referral,
            fulfillment_surcharge: rate("surcharge_rate", self.surcharge_rate)?,
            referral_surcharge: rate("referral_surcharge_rate", self.referral_surcharge_rate)?,
        };
        let rule = PriceRule {
            adjustment: adjustment(self.price_rule, self.price_adjustment)?,
            fee_adjusted: self.fee_adjusted,
            basis: named(&RuleBasis::ALL, self.rule_basis).ok_or_else(|| Error::Choice {
                argument: "rule_basis",
                value: self.rule_basis.to_owned(),
                choices: "final, before_referral",
            })?,
        };
        let us_net = || {
            let net = price.minus(with_share(us_fee, us_surcharge)?)?;
            if us_referral.is_zero() { Ok(net) } else { net.minus(price.times(us_referral)?) }
        };
        let conversion = convert(price, us_net, exchange, &fees, rule)?;
        Ok(then(destination, conversion, &fees)?)
    }
}

/// A marketplace to sell US stock in.
pub fn destination(packed: i16) -> Result<Marketplace, Error> {
    Marketplace::from_packed(packed)
        .filter(|marketplace| *marketplace != Marketplace::Us)
        .ok_or(Error::NoDestination)
}

fn adjustment(rule: &str, adjustment: NumericArg) -> Result<Adjustment, Error> {
    const NAME: &str = "price_adjustment";
    match rule {
        "same" => amount(NAME, adjustment).map(|_| Adjustment::Same),
        "fixed_above" => amount(NAME, adjustment).map(Adjustment::FixedAbove),
        "percent_above" => rate(NAME, adjustment).map(Adjustment::PercentAbove),
        "percent_below" => rate(NAME, adjustment).map(Adjustment::PercentBelow),
        _ => Err(Error::Choice {
            argument: "price_rule",
            value: rule.to_owned(),
            choices: "same, fixed_above, percent_above, percent_below",
        }),
    }
}

fn number(argument: &'static str, value: NumericArg) -> Result<Decimal, Error> {
    value.value().map_err(|cause| Error::Numeric { argument, cause })
}

/// An amount of money: zero or more.
pub fn amount(argument: &'static str, value: NumericArg) -> Result<Decimal, Error> {
    let value = number(argument, value)?;
    if value.is_sign_negative() {
        return Err(Error::Amount { argument, value, must: "be zero or more" });
    }
    Ok(value)
}

fn positive(argument: &'static str, value: NumericArg) -> Result<Decimal, Error> {
    let value = number(argument, value)?;
    if value.is_sign_negative() || value.is_zero() {
        return Err(Error::Amount { argument, value, must: "be above zero" });
    }
    Ok(value)
}

/// A fraction: zero or more, below 1.
fn rate(argument: &'static str, value: NumericArg) -> Result<Decimal, Error> {
    let value = number(argument, value)?;
    if !value.is_zero() && (value.is_sign_negative() || value >= Decimal::ONE) {
        return Err(Error::Rate { argument, value });
    }
    Ok(value)
}
