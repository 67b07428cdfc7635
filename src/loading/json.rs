//! Which tables the answers of the Selling Partner API are written to. An answer may be one page of
//! many, or of a few SKUs, so nothing is gone because it lacks it.

use std::collections::{BTreeMap, HashSet};

use super::notifications::{self, FBA_INVENTORY, ISSUES, SELLER_FULFILLED, STATUS};
use super::snapshot::Gone;
use super::{Load, Outcome, offers, stock};
use crate::amazon::afn_inventory_report::Stock;
use crate::amazon::condition::Condition;
use crate::amazon::json::inventory_summaries::{self, InventorySummaries, InventorySummary};
use crate::amazon::json::listings_item::{self, ListingsItem, ListingsOffer};
use crate::amazon::json::listings_restrictions::{self, Restriction, Restrictions};
use crate::amazon::report::Row;
use crate::domain::{Asin, Marketplace};
use crate::engine::{Arg, Statement};
use crate::error::Error;

const NOT_THE_POOL: &str = "Of the marketplaces outside the US nothing was written: their quantities \
     may be the US stock seen from there.";

static CONDITIONS: Statement = Statement(
    "SELECT DISTINCT i.condition FROM unnest($2) AS u (asin) \
     JOIN rfba.inventory i ON i.asin = u.asin AND i.seller_id = $1",
);

static UPSERT_RESTRICTIONS: Statement = Statement(
    "INSERT INTO rfba.listing_restriction AS r (seller_id, asin, marketplace, reason_code, message) \
     SELECT $1, a.asin, u.marketplace, u.reason_code, u.message \
     FROM unnest($2) AS a (asin), \
         ROWS FROM (unnest($3), unnest($4), unnest($5)) AS u (marketplace, reason_code, message) \
     ON CONFLICT (seller_id, asin, marketplace) DO UPDATE \
     SET reason_code = excluded.reason_code, message = excluded.message \
     WHERE (r.reason_code, r.message) IS DISTINCT FROM (excluded.reason_code, excluded.message)",
);

static LIFT_RESTRICTIONS: Statement = Statement(
    "DELETE FROM rfba.listing_restriction r USING unnest($2) AS a (asin) \
     WHERE r.seller_id = $1 AND r.asin = a.asin AND r.marketplace <> ALL ($3)",
);

/// Loads the pages of `getInventorySummaries`: the pool in the US.
pub fn load_inventory_summaries(load: &Load, document: &str) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    for (marketplace, InventorySummaries { report, .. }) in inventory_summaries::read(document)? {
        let report = report.map(|summary| {
            let InventorySummary { asin, condition, product_name, fulfillable, .. } = summary;
            Stock::sellable(asin, condition, product_name, fulfillable)
        });
        let of_marketplace = if marketplace == Marketplace::Us {
            let loaded = stock::upsert_stock(load, &report.rows);
            let skus = report.rows.iter().map(|row| row.sku.as_str());
            notifications::supersede(load, skus, marketplace, &[FBA_INVENTORY]);
            Outcome { loaded, ..Outcome::of(report) }
        } else {
            Outcome::noted(report, NOT_THE_POOL)
        };
        outcome.add(of_marketplace);
    }
    Ok(outcome)
}

/// Loads answers of `getListingsItem` and `searchListingsItems`: offers, and seller-fulfilled stock
/// of SKUs that are known.
pub fn load_listings_items(load: &Load, document: &str) -> Result<Outcome, Error> {
    let report = listings_item::read(document)?;
    let mut changed = HashSet::new();
    for marketplace in Marketplace::ALL {
        let in_marketplace = |row| offer_in(row, marketplace);
        let offers: Vec<_> = report.rows.iter().filter_map(in_marketplace).collect();
        changed.extend(offers::write_items(load, &offers, marketplace));
        let skus = offers.iter().map(|&(sku, _)| sku);
        notifications::supersede(load, skus, marketplace, &[STATUS]);
        let with_issues = offers.iter().filter(|(_, offer)| offer.issue.is_some());
        let skus = with_issues.map(|&(sku, _)| sku);
        notifications::supersede(load, skus, marketplace, &[ISSUES]);
    }
    let quantities: Vec<(&str, i32)> = (report.rows.iter())
        .filter_map(|row| Some((row.sku.as_str(), row.facts.seller_fulfilled_quantity?)))
        .collect();
    changed.extend(stock::set_seller_fulfilled(load, &quantities));
    let skus = quantities.iter().map(|&(sku, _)| sku);
    notifications::supersede(load, skus, Marketplace::Us, &[SELLER_FULFILLED]);
    Ok(Outcome { loaded: changed.len() as u64, ..Outcome::of(report) })
}

fn offer_in(row: &Row<ListingsItem>, marketplace: Marketplace) -> Option<(&str, &ListingsOffer)> {
    let offers = row.facts.offers.as_deref().unwrap_or_default();
    let offer = offers.iter().find(|offer| offer.marketplace == marketplace)?;
    Some((&row.sku, offer))
}

/// Loads an answer of `getListingsRestrictions`: all that restricts the ASIN.
pub fn load_listings_restrictions(
    load: &Load,
    document: &str,
    asin: Asin,
) -> Result<Outcome, Error> {
    let restrictions = listings_restrictions::read(document)?;
    let of_asin = [Arg::Text(load.seller_id), Arg::Asins(vec![asin.value()])];
    let mut conditions = Vec::new();
    CONDITIONS.run_as_caller(load.caller, &of_asin, |row| {
        conditions.push(row.optional::<String>(1).as_deref().and_then(Condition::parse));
    });
    // Of an ASIN that the seller does not have yet, any restriction counts.
    if conditions.is_empty() {
        conditions.push(None);
    }
    let mut severest: BTreeMap<Marketplace, &Restriction> = BTreeMap::new();
    for (marketplace, one) in conditions.into_iter().flat_map(|it| restrictions.severest(it)) {
        let held = severest.entry(marketplace).or_insert(one);
        if one.code.reason() < held.code.reason() {
            *held = one;
        }
    }
    // What could not be read leaves what was there, unless something severer is known.
    let kept = severest.keys().copied().chain(restrictions.set_aside_in.iter());
    let [seller, asins] = of_asin;
    let args = [seller, asins, Arg::Marketplaces(kept.map(Marketplace::packed).collect())];
    let removed = LIFT_RESTRICTIONS.run_as_caller(load.caller, &args, |_| ());
    let args = [
        Arg::Text(load.seller_id),
        Arg::Asins(vec![asin.value()]),
        Arg::Marketplaces(severest.keys().map(|it| it.packed()).collect()),
        Arg::Texts(severest.values().map(|it| it.code.as_str()).collect()),
        Arg::OptionalTexts(severest.values().map(|it| it.message.as_deref()).collect()),
    ];
    let loaded = UPSERT_RESTRICTIONS.run_as_caller(load.caller, &args, |_| ());
    let gone = Gone { removed, absent: 0 };
    let Restrictions { rejections, read, .. } = restrictions;
    Ok(Outcome { read, loaded, gone, rejections, note: None })
}
