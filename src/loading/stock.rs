//! `inventory` and `local_inventory`: the reports of FBA stock, and of stranded stock.
//!
//! Rows that would change nothing are told before they are inserted: that is cheaper than to find it
//! out by a conflict.

use super::snapshot::Snapshot;
use super::{Load, Outcome, asins, each, skus};
use crate::amazon::afn_inventory_report::Stock;
use crate::amazon::inventory_by_country_report::LocalStock;
use crate::amazon::inventory_report::InventoryItem;
use crate::amazon::report::{Report, Row};
use crate::amazon::stranded_inventory_report::StrandedItem;
use crate::domain::Marketplace;
use crate::engine::{Arg, Statement};
use crate::error::Error;
use crate::types::timestamptz::from_time;

/// Stock that was set to zero does not come back because a file repeats it, until Amazon has taken the
/// zero: then it is new stock.
static UPSERT_INVENTORY: Statement = Statement(
    "INSERT INTO rfba.inventory AS i (seller_id, sku, asin, condition, product_name, fba_offer, \
         fba_quantity, seller_fulfilled_quantity, reported_at) \
     SELECT $1, u.sku, u.asin, u.condition, u.product_name, u.fba_offer, u.fba_quantity, \
         z.quantity, now() \
     FROM (SELECT unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), \
             unnest($9)) \
         AS u (sku, asin, condition, product_name, fba_offer, fba_quantity, quantity) \
         LEFT JOIN rfba.inventory old ON old.seller_id = $1 AND old.sku = u.sku \
         CROSS JOIN LATERAL (SELECT CASE WHEN $2 AND u.fba_offer \
             AND u.quantity = old.seller_fulfilled_zeroed_from \
             AND old.seller_fulfilled_quantity = 0 \
             AND (old.seller_fulfilled_fed_at < old.seller_fulfilled_zeroed_at) IS NOT FALSE \
             THEN 0 ELSE u.quantity END) AS z (quantity) \
     WHERE old.sku IS NULL \
         OR (old.asin, old.condition, old.product_name, old.fba_offer, old.fba_quantity, \
             old.seller_fulfilled_quantity) \
         IS DISTINCT FROM (u.asin, coalesce(u.condition, old.condition), \
             coalesce(u.product_name, old.product_name), u.fba_offer, u.fba_quantity, z.quantity) \
     ON CONFLICT (seller_id, sku) DO UPDATE \
     SET asin = excluded.asin, condition = coalesce(excluded.condition, i.condition), \
         product_name = coalesce(excluded.product_name, i.product_name), \
         fba_offer = excluded.fba_offer, fba_quantity = excluded.fba_quantity, \
         seller_fulfilled_quantity = excluded.seller_fulfilled_quantity, \
         reported_at = excluded.reported_at",
);

/// The same where all SKUs are new, in two thirds of the time. It takes the same arguments.
static INSERT_INVENTORY: Statement = Statement(
    "INSERT INTO rfba.inventory (seller_id, sku, asin, condition, product_name, fba_offer, \
         fba_quantity, seller_fulfilled_quantity, reported_at) \
     SELECT $1, unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), \
         unnest($9), now()",
);

/// Stock tells of an FBA offer where the SKU is new. Where a SKU is known to have none, the units
/// are stranded.
/// Reports of stock have conditions in other words (`NewItem` for `New`), so theirs stand in only
/// where there are none.
static UPSERT_STOCK: Statement = Statement(
    "INSERT INTO rfba.inventory AS i (seller_id, sku, asin, condition, product_name, fba_offer, \
         fba_quantity, reported_at) \
     SELECT $1, u.sku, u.asin, u.condition, u.product_name, true, u.quantity, now() \
     FROM ROWS FROM (unnest($2), unnest($3), unnest($4), unnest($5), unnest($6)) \
             AS u (sku, asin, condition, product_name, quantity) \
         LEFT JOIN rfba.inventory old ON old.seller_id = $1 AND old.sku = u.sku \
     WHERE old.sku IS NULL \
         OR (old.asin, old.condition, old.product_name) \
             IS DISTINCT FROM (u.asin, coalesce(old.condition, u.condition), \
                 coalesce(u.product_name, old.product_name)) \
         OR (old.fba_offer AND old.fba_quantity <> u.quantity) \
     ON CONFLICT (seller_id, sku) DO UPDATE \
     SET asin = excluded.asin, condition = coalesce(i.condition, excluded.condition), \
         product_name = coalesce(excluded.product_name, i.product_name), \
         fba_quantity = CASE WHEN i.fba_offer THEN excluded.fba_quantity \
             ELSE i.fba_quantity END, \
         reported_at = excluded.reported_at",
);

pub static INVENTORY: Snapshot = Snapshot {
    what: "SKUs of the inventory",
    skus: Statement(
        "SELECT i.sku FROM rfba.inventory i \
         WHERE i.seller_id = $1 AND i.sku > $3 ORDER BY i.sku LIMIT $4",
    ),
    delete: Statement(
        "DELETE FROM rfba.inventory i \
         USING (SELECT $1 AS seller_id, sku FROM unnest($3) AS s (sku) OFFSET 0) u \
         WHERE i.seller_id = u.seller_id AND i.sku = u.sku",
    ),
    mark: Statement(
        "UPDATE rfba.inventory i SET fba_quantity = 0, reported_at = now() \
         FROM (SELECT $1 AS seller_id, sku FROM unnest($3) AS s (sku) OFFSET 0) u \
         WHERE i.seller_id = u.seller_id AND i.sku = u.sku AND i.fba_offer \
             AND i.fba_quantity > 0",
    ),
};

static UPSERT_LOCAL_INVENTORY: Statement = Statement(
    "INSERT INTO rfba.local_inventory AS l (seller_id, marketplace, sku, asin, quantity, \
         reported_at) \
     SELECT $1, u.marketplace, u.sku, u.asin, u.quantity, now() \
     FROM ROWS FROM (unnest($2), unnest($3), unnest($4), unnest($5)) \
             AS u (marketplace, sku, asin, quantity) \
         LEFT JOIN rfba.local_inventory old \
             ON old.seller_id = $1 AND old.sku = u.sku AND old.marketplace = u.marketplace \
     WHERE old.sku IS NULL OR old.asin <> u.asin OR old.quantity <> u.quantity \
     ON CONFLICT (seller_id, sku, marketplace) DO UPDATE \
     SET asin = excluded.asin, quantity = excluded.quantity, reported_at = excluded.reported_at",
);

pub static LOCAL_INVENTORY: Snapshot = Snapshot {
    what: "SKUs of the local inventory",
    skus: Statement(
        "SELECT l.sku FROM rfba.local_inventory l \
         WHERE l.seller_id = $1 AND l.marketplace = $2 AND l.sku > $3 ORDER BY l.sku LIMIT $4",
    ),
    delete: Statement(
        "DELETE FROM rfba.local_inventory l \
         USING (SELECT $1 AS seller_id, $2 AS marketplace, sku \
                FROM unnest($3) AS s (sku) OFFSET 0) u \
         WHERE l.seller_id = u.seller_id AND l.marketplace = u.marketplace AND l.sku = u.sku",
    ),
    mark: Statement(
        "UPDATE rfba.local_inventory l SET quantity = 0, reported_at = now() \
         FROM (SELECT $1 AS seller_id, $2 AS marketplace, sku \
               FROM unnest($3) AS s (sku) OFFSET 0) u \
         WHERE l.seller_id = u.seller_id AND l.marketplace = u.marketplace AND l.sku = u.sku \
             AND l.quantity > 0",
    ),
};

/// Stranded units have no FBA offer, so a SKU that comes with them has none.
static UPSERT_STRANDED: Statement = Statement(
    "INSERT INTO rfba.inventory AS i (seller_id, sku, asin, condition, product_name, \
         fba_quantity, stranded_since, stranded_reason, reported_at) \
     SELECT $1, u.sku, u.asin, u.condition, u.product_name, u.quantity, u.since, u.reason, now() \
     FROM ROWS FROM (unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), \
             unnest($8)) \
             AS u (sku, asin, condition, product_name, quantity, since, reason) \
         LEFT JOIN rfba.inventory old ON old.seller_id = $1 AND old.sku = u.sku \
     WHERE old.sku IS NULL \
         OR (old.stranded_since, old.stranded_reason) IS DISTINCT FROM (u.since, u.reason) \
     ON CONFLICT (seller_id, sku) DO UPDATE \
     SET stranded_since = excluded.stranded_since, stranded_reason = excluded.stranded_reason, \
         reported_at = excluded.reported_at",
);

/// The report has all that is stranded, so the rest is not.
static STRANDED: Snapshot = Snapshot {
    what: "stranded SKUs",
    skus: Statement(
        "SELECT i.sku FROM rfba.inventory i \
         WHERE i.seller_id = $1 AND i.sku > $3 AND i.stranded_since IS NOT NULL \
         ORDER BY i.sku LIMIT $4",
    ),
    delete: STRANDED_NO_MORE,
    mark: STRANDED_NO_MORE,
};
const STRANDED_NO_MORE: Statement = Statement(
    "UPDATE rfba.inventory i \
     SET stranded_since = NULL, stranded_reason = NULL, reported_at = now() \
     FROM (SELECT $1 AS seller_id, sku FROM unnest($3) AS s (sku) OFFSET 0) u \
     WHERE i.seller_id = u.seller_id AND i.sku = u.sku",
);

static SET_SELLER_FULFILLED: Statement = Statement(
    "UPDATE rfba.inventory i SET seller_fulfilled_quantity = z.quantity, reported_at = now() \
     FROM (SELECT $1 AS seller_id, s.sku, CASE WHEN $2 AND old.fba_offer \
               AND s.quantity = old.seller_fulfilled_zeroed_from \
               AND old.seller_fulfilled_quantity = 0 \
               AND (old.seller_fulfilled_fed_at < old.seller_fulfilled_zeroed_at) IS NOT FALSE \
               THEN 0 ELSE s.quantity END AS quantity \
           FROM ROWS FROM (unnest($3), unnest($4)) AS s (sku, quantity) \
               LEFT JOIN rfba.inventory old ON old.seller_id = $1 AND old.sku = s.sku \
           OFFSET 0) z \
     WHERE i.seller_id = z.seller_id AND i.sku = z.sku \
         AND i.seller_fulfilled_quantity <> z.quantity \
     RETURNING i.sku",
);

/// Both halves of the dual offer, and the pool.
pub fn write_inventory(
    load: &Load,
    report: Report<InventoryItem>,
    is_snapshot: bool,
) -> Result<Outcome, Error> {
    load.write(report, Marketplace::Us, (&INVENTORY, is_snapshot), |rows, all_new| {
        upsert_inventory(load, rows, all_new)
    })
}

/// Both halves of the dual offer, and the pool, of some SKUs, which may be known to be all new; how
/// many changed.
pub fn upsert_inventory(load: &Load, rows: &[Row<InventoryItem>], all_new: bool) -> u64 {
    let args = [
        Arg::Text(load.seller_id),
        Arg::Boolean(load.enrolled),
        skus(rows),
        asins(rows, |facts| facts.asin),
        Arg::OptionalTexts(each(rows, |row| row.facts.condition.as_deref())),
        Arg::OptionalTexts(each(rows, |row| row.facts.product_name.as_deref())),
        Arg::Booleans(each(rows, |row| row.facts.fba_offer)),
        Arg::Integers(each(rows, |row| row.facts.fba_quantity)),
        Arg::Integers(each(rows, |row| row.facts.seller_fulfilled_quantity)),
    ];
    let run = |statement: &Statement| statement.run_as_caller(load.caller, &args, |_| ());
    let inserted = if all_new { load.caller.unless_taken(|| run(&INSERT_INVENTORY)) } else { None };
    inserted.unwrap_or_else(|| run(&UPSERT_INVENTORY))
}

/// The pool alone.
pub fn write_stock(load: &Load, report: Report<Stock>) -> Result<Outcome, Error> {
    load.write(report, Marketplace::Us, (&INVENTORY, false), |rows, _| upsert_stock(load, rows))
}

/// The pool of some SKUs; how many changed.
pub fn upsert_stock(load: &Load, rows: &[Row<Stock>]) -> u64 {
    let args = [
        Arg::Text(load.seller_id),
        skus(rows),
        asins(rows, |facts| facts.asin),
        Arg::OptionalTexts(each(rows, |row| row.facts.condition.as_deref())),
        Arg::OptionalTexts(each(rows, |row| row.facts.product_name.as_deref())),
        Arg::Integers(each(rows, |row| row.facts.quantity)),
    ];
    UPSERT_STOCK.run_as_caller(load.caller, &args, |_| ())
}

/// Seller-fulfilled stock of SKUs that are known; those that changed.
pub fn set_seller_fulfilled(load: &Load, quantities: &[(&str, i32)]) -> Vec<String> {
    let args = [
        Arg::Text(load.seller_id),
        Arg::Boolean(load.enrolled),
        Arg::Skus(quantities.iter().map(|&(sku, _)| sku).collect()),
        Arg::Integers(quantities.iter().map(|&(_, quantity)| quantity).collect()),
    ];
    let mut changed = Vec::new();
    SET_SELLER_FULFILLED.run_as_caller(load.caller, &args, |row| changed.push(row.get(1)));
    changed
}

/// Stock inside one destination.
pub fn write_local_inventory(
    load: &Load,
    report: Report<LocalStock>,
    destination: Marketplace,
    is_snapshot: bool,
) -> Result<Outcome, Error> {
    load.write(report, destination, (&LOCAL_INVENTORY, is_snapshot), |rows, _| {
        upsert_local_inventory(load, rows)
    })
}

/// Stock of some SKUs inside destinations; how many changed.
pub fn upsert_local_inventory(load: &Load, rows: &[Row<LocalStock>]) -> u64 {
    let args = [
        Arg::Text(load.seller_id),
        Arg::Marketplaces(each(rows, |row| row.facts.destination.packed())),
        skus(rows),
        asins(rows, |facts| facts.asin),
        Arg::Integers(each(rows, |row| row.facts.quantity)),
    ];
    UPSERT_LOCAL_INVENTORY.run_as_caller(load.caller, &args, |_| ())
}

/// Stock inside every destination: where the report has none of a SKU, there is none.
pub fn write_by_country(load: &Load, report: Report<LocalStock>) -> Result<Outcome, Error> {
    load.must_say_something(&report)?;
    let mut absent = 0;
    for destination in Marketplace::DESTINATIONS {
        let of_destination = report.rows.iter().filter(|row| row.facts.destination == destination);
        let kept = report.skus_of(of_destination);
        let missing = LOCAL_INVENTORY.missing(load, destination, kept, false)?;
        absent += LOCAL_INVENTORY.settle(load, destination, &missing).absent;
    }
    let loaded = upsert_local_inventory(load, &report.rows);
    let mut outcome = Outcome { loaded, ..Outcome::of(report) };
    outcome.gone.absent = absent;
    Ok(outcome)
}

/// What is stranded, since when and why.
pub fn write_stranded(load: &Load, report: Report<StrandedItem>) -> Result<Outcome, Error> {
    load.write(report, Marketplace::Us, (&STRANDED, false), |rows, _| {
        let args = [
            Arg::Text(load.seller_id),
            skus(rows),
            asins(rows, |facts| facts.asin),
            Arg::OptionalTexts(each(rows, |row| row.facts.condition.as_deref())),
            Arg::OptionalTexts(each(rows, |row| row.facts.product_name.as_deref())),
            Arg::Integers(each(rows, |row| row.facts.fulfillable_quantity)),
            Arg::Timestamps(each(rows, |row| Some(from_time(row.facts.stranded_since)))),
            Arg::OptionalTexts(each(rows, |row| row.facts.reason.as_deref())),
        ];
        UPSERT_STRANDED.run_as_caller(load.caller, &args, |_| ())
    })
}
