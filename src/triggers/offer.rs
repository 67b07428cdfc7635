//! `offer` and `listing_opt_out`.

use super::{columns, differing};
use crate::domain::Marketplace;
use crate::engine::changes::Changes;
use crate::engine::transition::{Row, Statement};
use crate::error::Error;
use crate::types::numeric::Numeric;

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

/// What prices in the destinations follow from.
#[derive(PartialEq)]
struct Price {
    seller_id: String,
    marketplace: i16,
    sku: String,
    connected: bool,
    /// Of the US.
    prices: Option<[Option<Numeric>; 2]>,
    sale: Option<[Option<i64>; 2]>,
}

pub fn changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    listed(statement, changes)?;
    priced(statement, changes)?;
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

/// Prices that follow: of the US offer, and of an offer that has been connected.
fn priced(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, marketplace, sku, connected, price, sale_price, starts_at, ends_at] = columns!(
        statement,
        c"seller_id",
        c"marketplace",
        c"sku",
        c"price_connected",
        c"price",
        c"sale_price",
        c"sale_starts_at",
        c"sale_ends_at"
    )?;
    let us = Marketplace::Us.packed();
    let read = |row: &Row| {
        let marketplace = row.get(marketplace);
        let of_us = |is_us: bool| (marketplace == us) == is_us;
        Price {
            seller_id: row.get(seller_id),
            marketplace,
            sku: row.get(sku),
            connected: of_us(false) && row.get(connected),
            prices: of_us(true).then(|| [row.optional(price), row.optional(sale_price)]),
            sale: of_us(true).then(|| [row.optional(starts_at), row.optional(ends_at)]),
        }
    };
    statement.for_each(|old, new| {
        let Some(new) = new.map(read) else { return };
        if !(new.connected || new.marketplace == us) || old.map(read).as_ref() == Some(&new) {
            return;
        }
        let changes = changes.seller(&new.seller_id);
        if new.connected {
            changes.connected.insert((new.sku.clone(), new.marketplace));
        }
        changes.prices.push(new.sku);
    });
    Ok(())
}

/// What the seller deleted is not created again, until the seller does so.
fn listed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, marketplace, sku, channel, created_by] = columns!(
        statement,
        c"seller_id",
        c"marketplace",
        c"sku",
        c"fulfillment_channel",
        c"created_by"
    )?;
    let listed = |row: &Row| (row.get::<String>(seller_id), (row.get(sku), row.get(marketplace)));
    // A seller-fulfilled offer is another one, unless it was made here.
    let counts = |row: &Row| {
        row.get::<i16>(marketplace) != Marketplace::Us.packed()
            && (row.get::<String>(channel) == "AMAZON_NA"
                || row.get::<String>(created_by) == "auto")
    };
    statement.for_each(|old, new| {
        let stays = old.map(listed) == new.map(listed);
        if !stays && let Some((seller_id, item)) = new.map(listed) {
            changes.seller(&seller_id).offered.insert(item);
        }
        if stays && old.is_some_and(counts) {
            return;
        }
        let old = old.filter(|_| !stays);
        for (i, row) in [old, new].into_iter().enumerate() {
            if let Some((seller_id, item)) = row.filter(|row| counts(row)).map(listed) {
                changes.seller(&seller_id).withdrawn[i].insert(item);
            }
        }
    });
    Ok(())
}

/// An item that may be listed again is looked at again.
pub fn opt_out_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, sku] = columns!(statement, c"seller_id", c"sku")?;
    statement.for_each(|old, _| {
        if let Some(old) = old {
            changes.seller(&old.get::<String>(seller_id)).skus.push(old.get(sku));
        }
    });
    Ok(())
}
