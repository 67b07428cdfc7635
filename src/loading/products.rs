//! `product` and `sku_fee_estimate`: the fee preview.

use std::collections::{BTreeMap, HashSet};

use super::{Load, Outcome, each, skus};
use crate::amazon::fee_preview_report::FeePreview;
use crate::amazon::report::{Rejection, Report, Row};
use crate::domain::Marketplace;
use crate::engine::{Arg, Statement};
use crate::error::Error;

/// What Amazon measured counts. Its product groups are no categories of its fee tables, so they
/// stand in for a category only where there is none. Size tiers are those of the US, and elsewhere
/// the same package measures a little otherwise, in other units: that stands in where there is none.
static UPSERT_PRODUCTS: Statement = Statement(
    "INSERT INTO rfba.product AS p (asin, title, category, longest_side, median_side, \
         shortest_side, weight, size_tier) \
     SELECT u.asin, u.title, u.category, m.longest, u.median, u.shortest, m.weight, m.size_tier \
     FROM ROWS FROM (unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), \
             unnest($7), unnest($8)) \
             AS u (asin, title, category, longest, median, shortest, weight, size_tier) \
         LEFT JOIN rfba.product old ON old.asin = u.asin \
         CROSS JOIN LATERAL (SELECT \
             CASE WHEN $9 OR old.longest_side IS NULL THEN u.longest END, \
             CASE WHEN $9 OR old.weight IS NULL THEN u.weight END, \
             CASE WHEN $9 THEN u.size_tier END) AS m (longest, weight, size_tier) \
     WHERE old.asin IS NULL \
         OR (old.title, old.category, old.longest_side, old.median_side, old.shortest_side, \
             old.weight, old.size_tier) \
         IS DISTINCT FROM (coalesce(old.title, u.title), coalesce(old.category, u.category), \
             coalesce(m.longest, old.longest_side), \
             CASE WHEN m.longest IS NULL THEN old.median_side ELSE u.median END, \
             CASE WHEN m.longest IS NULL THEN old.shortest_side ELSE u.shortest END, \
             coalesce(m.weight, old.weight), coalesce(m.size_tier, old.size_tier)) \
     ON CONFLICT (asin) DO UPDATE \
     SET title = coalesce(p.title, excluded.title), \
         category = coalesce(p.category, excluded.category), \
         longest_side = coalesce(excluded.longest_side, p.longest_side), \
         median_side = CASE WHEN excluded.longest_side IS NULL THEN p.median_side \
             ELSE excluded.median_side END, \
         shortest_side = CASE WHEN excluded.longest_side IS NULL THEN p.shortest_side \
             ELSE excluded.shortest_side END, \
         weight = coalesce(excluded.weight, p.weight), \
         size_tier = coalesce(excluded.size_tier, p.size_tier) \
     RETURNING asin",
);

/// An estimate holds from the day on which it is another one.
static UPSERT_ESTIMATES: Statement = Statement(
    "INSERT INTO rfba.sku_fee_estimate AS e (seller_id, marketplace, sku, fulfillment_fee, \
         reported_at) \
     SELECT $1, $2, u.sku, u.fee, now() \
     FROM ROWS FROM (unnest($3), unnest($4)) AS u (sku, fee) \
         LEFT JOIN LATERAL ( \
             SELECT old.fulfillment_fee, old.effective_to \
             FROM rfba.sku_fee_estimate old \
             WHERE old.seller_id = $1 AND old.sku = u.sku AND old.marketplace = $2 \
                 AND old.effective_from <= current_date \
             ORDER BY old.effective_from DESC LIMIT 1 \
         ) known ON true \
     WHERE u.fee IS NOT NULL \
         AND (known.fulfillment_fee IS DISTINCT FROM u.fee OR known.effective_to < current_date) \
     ON CONFLICT (seller_id, sku, marketplace, effective_from) DO UPDATE \
     SET fulfillment_fee = excluded.fulfillment_fee, effective_to = NULL, \
         reported_at = excluded.reported_at \
     RETURNING sku",
);

/// Measures of products, and the fees inside the marketplace.
pub fn write_fee_preview(
    load: &Load,
    mut report: Report<FeePreview>,
    marketplace: Marketplace,
) -> Result<Outcome, Error> {
    set_other_currencies_aside(&mut report, marketplace);
    load.must_say_something(&report)?;
    let changed = upsert_products(load, &report.rows, marketplace);
    let rows = &report.rows;
    let [seller, of] = load.of(marketplace);
    let args = [seller, of, skus(rows), Arg::Numerics(each(rows, |row| row.facts.fulfillment_fee))];
    let mut estimated = HashSet::new();
    UPSERT_ESTIMATES.run_as_caller(load.caller, &args, |row| {
        estimated.insert(row.get::<String>(1));
    });
    let is_loaded = |row: &&Row<FeePreview>| {
        changed.contains(&row.facts.asin.value()) || estimated.contains(&row.sku)
    };
    let loaded = rows.iter().filter(is_loaded).count() as u64;
    Ok(Outcome { loaded, ..Outcome::of(report) })
}

/// The ASINs of products that are new or have changed. SKUs of one ASIN are one product, told by
/// the first that was measured.
fn upsert_products(
    load: &Load,
    rows: &[Row<FeePreview>],
    marketplace: Marketplace,
) -> HashSet<i64> {
    let mut by_asin: BTreeMap<i64, &Row<FeePreview>> = BTreeMap::new();
    for row in rows {
        let first = by_asin.entry(row.facts.asin.value()).or_insert(row);
        if first.facts.sides.is_none() && row.facts.sides.is_some() {
            *first = row;
        }
    }
    let rows: Vec<&FeePreview> = by_asin.into_values().map(|row| &row.facts).collect();
    let side = |number: usize| {
        Arg::Numerics(rows.iter().map(|it| it.sides.map(|sides| sides[number])).collect())
    };
    let args = [
        Arg::Asins(rows.iter().map(|it| it.asin.value()).collect()),
        Arg::OptionalTexts(rows.iter().map(|it| it.product_name.as_deref()).collect()),
        Arg::OptionalTexts(rows.iter().map(|it| it.product_group.as_deref()).collect()),
        side(0),
        side(1),
        side(2),
        Arg::Numerics(rows.iter().map(|it| it.weight).collect()),
        Arg::OptionalTexts(rows.iter().map(|it| it.size_tier.as_deref()).collect()),
        Arg::Boolean(marketplace == Marketplace::Us),
    ];
    let mut changed = HashSet::new();
    UPSERT_PRODUCTS.run_as_caller(load.caller, &args, |row| {
        changed.insert(row.get::<i64>(1));
    });
    changed
}

/// Fees in another currency are those of another marketplace.
fn set_other_currencies_aside(report: &mut Report<FeePreview>, marketplace: Marketplace) {
    let rejections = &mut report.rejections;
    let set_aside_skus = &mut report.set_aside_skus;
    report.rows.retain(|row| {
        let Some(other) = row.facts.marketplace.filter(|&other| other != marketplace) else {
            return true;
        };
        rejections.push(Rejection {
            line: row.line,
            column: Some("currency".into()),
            value: Some(other.info().currency.to_owned()),
            reason: format!("fees of {marketplace} are in {}", marketplace.info().currency),
        });
        set_aside_skus.push(row.sku.clone());
        false
    });
    report.rows.dedup_by(|later, earlier| later.sku == earlier.sku);
    rejections.sort_unstable_by_key(|rejection| rejection.line);
    set_aside_skus.sort_unstable();
}
