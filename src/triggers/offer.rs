//! `offer`.

use super::{columns, differing};
use crate::domain::Marketplace;
use crate::engine::changes::Changes;
use crate::engine::transition::{Row, Statement};
use crate::error::Error;

/// What the engine evaluates of an offer.
#[derive(PartialEq)]
struct Offer {
    seller_id: String,
    marketplace: i16,
    sku: String,
    asin: i64,
    status: String,
    channel: String,
    priced: bool,
    has_issue: bool,
}

pub fn changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, marketplace, sku, asin, status, channel, price, has_issue] = columns!(
        statement,
        c"seller_id",
        c"marketplace",
        c"sku",
        c"asin",
        c"status",
        c"fulfillment_channel",
        c"price",
        c"has_issue"
    )?;
    let offer = |row: &Row| Offer {
        seller_id: row.get(seller_id),
        marketplace: row.get(marketplace),
        sku: row.get(sku),
        asin: row.get(asin),
        status: row.get(status),
        channel: row.get(channel),
        priced: !row.is_null(price),
        has_issue: row.get(has_issue),
    };
    differing(statement, offer, |offer| {
        let changes = changes.seller(&offer.seller_id);
        changes.skus.push(offer.sku);
        // In a destination it may conflict with other SKUs of its ASIN.
        if offer.marketplace != Marketplace::Us.packed() {
            changes.asins.push(offer.asin);
        }
    });
    Ok(())
}
