//! Tables that prices follow from: exchange rates, fees, products and what a seller set.

use super::{columns, differing};
use crate::domain::{Marketplace, MarketplaceSet};
use crate::engine::changes::Changes;
use crate::engine::transition::{Row, Statement};
use crate::error::Error;
use crate::types::numeric::Numeric;

/// Tables of rates: the same for all sellers.
pub const RATES: [&str; 6] = [
    "exchange_rate",
    "size_tier",
    "fulfillment_fee",
    "referral_fee",
    "referral_category",
    "surcharge",
];

/// Every destination.
pub fn everywhere() -> MarketplaceSet {
    Marketplace::DESTINATIONS.into_iter().collect()
}

pub fn exchange_rate_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [currency] = columns!(statement, c"currency")?;
    each(statement, |row| {
        let currency: String = row.get(currency);
        for destination in Marketplace::DESTINATIONS {
            if destination.info().currency == currency {
                changes.prices = changes.prices.with(destination);
            }
        }
    });
    Ok(())
}

/// Of a table of fees: those of the US are part of every destination's price.
pub fn fee_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [marketplace] = columns!(statement, c"marketplace")?;
    each(statement, |row| match Marketplace::from_packed(row.get(marketplace)) {
        Some(Marketplace::Us) => changes.prices = everywhere(),
        Some(destination) => changes.prices = changes.prices.with(destination),
        None => {}
    });
    Ok(())
}

pub fn product_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [asin, category, size_tier] = columns!(statement, c"asin", c"category", c"size_tier")?;
    let measures =
        columns!(statement, c"longest_side", c"median_side", c"shortest_side", c"weight")?;
    let known = |row: &Row| {
        (
            row.get::<i64>(asin),
            row.optional::<String>(category),
            row.optional::<String>(size_tier),
            measures.map(|measure| row.optional::<Numeric>(measure)),
        )
    };
    differing(statement, known, |(asin, ..)| {
        changes.priced_asins.insert(asin);
    });
    Ok(())
}

pub fn estimate_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, sku] = columns!(statement, c"seller_id", c"sku")?;
    each(statement, |row| {
        changes.seller(&row.get::<String>(seller_id)).prices.push(row.get(sku));
    });
    Ok(())
}

/// What a seller chose for a destination.
#[derive(PartialEq)]
struct Choice {
    seller_id: String,
    marketplace: i16,
    auto_list: bool,
    texts: [String; 2],
    fee_adjusted: bool,
    numbers: [Option<Numeric>; 4],
}

pub fn destination_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, marketplace, auto_list, fee_adjusted, rule, basis] = columns!(
        statement,
        c"seller_id",
        c"marketplace",
        c"auto_list",
        c"fee_adjusted",
        c"price_rule",
        c"rule_basis"
    )?;
    let numbers =
        columns!(statement, c"price_adjustment", c"price_ending", c"min_price", c"max_price")?;
    let choice = |row: &Row| Choice {
        seller_id: row.get(seller_id),
        marketplace: row.get(marketplace),
        auto_list: row.get(auto_list),
        texts: [row.get(rule), row.get(basis)],
        fee_adjusted: row.get(fee_adjusted),
        numbers: numbers.map(|number| row.optional(number)),
    };
    differing(statement, choice, |choice| {
        let seller = changes.seller(&choice.seller_id);
        seller.all_prices = true;
        // Where it is turned on, items may wait for their offer.
        seller.whole |= choice.auto_list;
    });
    Ok(())
}

/// Calls `each` with the old and the new form of every row.
fn each(statement: &Statement, mut each: impl FnMut(&Row)) {
    statement.for_each(|old, new| old.into_iter().chain(new).for_each(&mut each));
}
