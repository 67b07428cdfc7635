//! Why an item has no price: what is missing, and how to add it.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::fees::Program;
use super::money::Overflow;
use super::pricing::PriceError;
use super::size::SizeError;
use super::{Asin, Marketplace};

/// What keeps an item from being priced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unpriced {
    /// No US offer, or one without a price.
    #[error("its US offer has no price")]
    NoUsPrice,
    /// A product without a category.
    #[error("product {asin} has no category")]
    NoCategory {
        /// The product.
        asin: Asin,
    },
    /// A category without a referral fee category there.
    #[error("category \"{category}\" has no referral fee category in {marketplace}")]
    NoReferralCategory {
        /// The product's category.
        category: String,
        /// Where.
        marketplace: Marketplace,
    },
    /// A missing referral fee.
    #[error(
        "no referral fee is known for category \"{category}\" in {marketplace}{} on {day}",
        at_price(*price, *marketplace)
    )]
    NoReferralFee {
        /// The category, as the marketplace names it.
        category: String,
        /// Where.
        marketplace: Marketplace,
        /// At which price, if it is known at others.
        price: Option<Decimal>,
        /// When.
        day: NaiveDate,
    },
    /// A package without a size tier.
    #[error("product {asin} has no size tier for {} in {marketplace} on {day}: {cause}", program.name())]
    NoSizeTier {
        /// The product.
        asin: Asin,
        /// Whose tiers.
        program: Program,
        /// Where.
        marketplace: Marketplace,
        /// Why.
        cause: SizeError,
        /// When.
        day: NaiveDate,
    },
    /// A missing fulfilment fee.
    #[error(
        "no {} fulfillment fee is known for {marketplace}, size tier {size_tier}, {} lb{} on {day}",
        program.name(), weight.round_dp(4).normalize(), at_price(*price, *marketplace)
    )]
    NoFulfillmentFee {
        /// Who fulfils.
        program: Program,
        /// Where.
        marketplace: Marketplace,
        /// Size tier.
        size_tier: String,
        /// Shipping weight in pounds.
        weight: Decimal,
        /// At which price, if it is known at others.
        price: Option<Decimal>,
        /// When.
        day: NaiveDate,
    },
    /// A missing exchange rate.
    #[error("no exchange rate is known for {currency} on {day}")]
    NoExchangeRate {
        /// The destination's currency.
        currency: &'static str,
        /// When.
        day: NaiveDate,
    },
    /// A number in a table that cannot be reckoned with.
    #[error("a number of rfba.{table} has more than 28 digits")]
    TooLong {
        /// The table.
        table: &'static str,
    },
    /// The conversion itself has no result.
    #[error("no price can be made: {0}")]
    Price(PriceError),
}

impl From<PriceError> for Unpriced {
    fn from(cause: PriceError) -> Self {
        Self::Price(cause)
    }
}

impl From<Overflow> for Unpriced {
    fn from(overflow: Overflow) -> Self {
        Self::Price(overflow.into())
    }
}

fn at_price(price: Option<Decimal>, marketplace: Marketplace) -> String {
    let currency = marketplace.info().currency;
    price.map_or(String::new(), |price| format!(" at {} {currency}", price.normalize()))
}

impl Unpriced {
    /// How to mend it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoUsPrice => {
                "Load the US listings, or write the price into the row for US of rfba.offer.".into()
            }
            Self::NoCategory { asin } => format!(
                "INSERT INTO rfba.product (asin, category) VALUES ('{asin}', ...) ON CONFLICT \
                 (asin) DO UPDATE SET category = excluded.category."
            ),
            Self::NoReferralCategory { category, marketplace } => format!(
                "INSERT INTO rfba.referral_category (category, marketplace, referral_category) \
                 VALUES ({}, '{marketplace}', ...), a category of rfba.referral_fee there.",
                literal(category)
            ),
            Self::NoReferralFee { category, marketplace, price: None, day } => format!(
                "INSERT INTO rfba.referral_fee (marketplace, category, rate, minimum, \
                 effective_from) VALUES ('{marketplace}', {}, ..., ..., '{day}').",
                literal(category)
            ),
            Self::NoReferralFee { category, marketplace, day, .. } => format!(
                "INSERT INTO rfba.referral_fee (marketplace, category, price_over, price_up_to, \
                 rate, minimum, effective_from) VALUES ('{marketplace}', {}, ..., ..., ..., ..., \
                 '{day}').",
                literal(category)
            ),
            Self::NoSizeTier { program, marketplace, cause: SizeError::NoTiers, .. } => format!(
                "INSERT INTO rfba.size_tier (program, marketplace, position, size_tier, \
                 longest_side, median_side, shortest_side, weight) VALUES ('{}', \
                 '{marketplace}', 10, ..., ..., ..., ..., ...), in inches and pounds.",
                program.name()
            ),
            Self::NoSizeTier { asin, cause: SizeError::NoTier, .. } => format!(
                "UPDATE rfba.product SET size_tier = ... WHERE asin = '{asin}', or INSERT the \
                 tiers of that day into rfba.size_tier."
            ),
            Self::NoSizeTier { asin, .. } => format!(
                "UPDATE rfba.product SET longest_side = ..., median_side = ..., shortest_side = \
                 ..., weight = ... WHERE asin = '{asin}', in inches and pounds."
            ),
            Self::NoFulfillmentFee {
                program, marketplace, size_tier, price: Some(_), day, ..
            } => format!(
                "INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, weight_over, \
                 weight_up_to, weight_unit, price_over, price_up_to, amount, effective_from) \
                 VALUES ('{marketplace}', '{}', {}, ..., ..., 'lb', ..., ..., ..., '{day}').",
                program.name(),
                literal(size_tier)
            ),
            Self::NoFulfillmentFee { program, marketplace, size_tier, day, .. } => format!(
                "INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, weight_over, \
                 weight_up_to, weight_unit, amount, effective_from) VALUES ('{marketplace}', \
                 '{}', {}, ..., ..., 'lb', ..., '{day}').",
                program.name(),
                literal(size_tier)
            ),
            Self::NoExchangeRate { currency, day } => format!(
                "INSERT INTO rfba.exchange_rate (currency, effective_from, rate) VALUES \
                 ('{currency}', '{day}', ...)."
            ),
            Self::TooLong { table } => format!("Round the numbers of rfba.{table}."),
            Self::Price(_) => {
                "See rfba.explain_item_price(), and check the US price and the fees.".into()
            }
        }
    }
}

/// A text as SQL writes it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
