//! `offer`: what the listings of a marketplace say, and what is said of single ones.

use super::snapshot::Snapshot;
use super::{Load, Outcome, asins, each, skus};
use crate::amazon::json::listings_item::ListingsOffer;
use crate::amazon::listings_report::Listing;
use crate::amazon::report::{Report, Row};
use crate::domain::eligibility::OfferStatus;
use crate::domain::{Asin, Marketplace, name_of};
use crate::engine::{Arg, Statement};
use crate::error::Error;

/// A connected price that differs from the report's was changed here and is not published yet, unless
/// the report says something that the offer never had: then it was set by hand at Amazon.
static UPSERT_OFFERS: Statement = Statement(
    "INSERT INTO rfba.offer AS o (seller_id, marketplace, sku, asin, price, status, \
         fulfillment_channel, reported_at, reported_price) \
     SELECT $1, $2, u.sku, u.asin, u.price, u.status, c.channel, now(), u.price \
     FROM ROWS FROM (unnest($3), unnest($4), unnest($5), unnest($6), unnest($7)) \
             AS u (sku, asin, status, channel, price) \
         LEFT JOIN rfba.offer old \
             ON old.seller_id = $1 AND old.sku = u.sku AND old.marketplace = $2 \
         CROSS JOIN LATERAL (SELECT coalesce(u.channel, old.fulfillment_channel, \
             (SELECT 'AMAZON_NA' FROM rfba.inventory i \
              WHERE i.seller_id = $1 AND i.sku = u.sku AND i.fba_offer), 'DEFAULT')) AS c (channel) \
     WHERE old.sku IS NULL \
         OR (old.asin, old.status, old.fulfillment_channel) \
             IS DISTINCT FROM (u.asin, u.status, c.channel) \
         OR (old.price IS DISTINCT FROM u.price AND NOT rfba.is_price_of_ours(old, u.price)) \
         OR ((old.price_connected OR old.fed_price IS NOT NULL) \
             AND old.reported_price IS DISTINCT FROM u.price) \
     ON CONFLICT (seller_id, sku, marketplace) DO UPDATE \
     SET asin = excluded.asin, status = excluded.status, \
         price = CASE WHEN rfba.is_price_of_ours(o, excluded.price) THEN o.price \
             ELSE excluded.price END, \
         earlier_prices = CASE WHEN excluded.price = o.price THEN NULL ELSE o.earlier_prices END, \
         fulfillment_channel = excluded.fulfillment_channel, reported_at = excluded.reported_at, \
         reported_price = excluded.reported_price, \
         fed_price = CASE WHEN o.reported_price IS NOT DISTINCT FROM excluded.reported_price \
             THEN o.fed_price END \
     RETURNING o.sku",
);

/// The same where nothing is said of the price.
static UPSERT_UNPRICED: Statement = Statement(
    "INSERT INTO rfba.offer AS o (seller_id, marketplace, sku, asin, status, \
         fulfillment_channel, reported_at) \
     SELECT $1, $2, u.sku, u.asin, u.status, c.channel, now() \
     FROM ROWS FROM (unnest($3), unnest($4), unnest($5), unnest($6)) \
             AS u (sku, asin, status, channel) \
         LEFT JOIN rfba.offer old \
             ON old.seller_id = $1 AND old.sku = u.sku AND old.marketplace = $2 \
         CROSS JOIN LATERAL (SELECT coalesce(u.channel, old.fulfillment_channel, \
             (SELECT 'AMAZON_NA' FROM rfba.inventory i \
              WHERE i.seller_id = $1 AND i.sku = u.sku AND i.fba_offer), 'DEFAULT')) AS c (channel) \
     WHERE old.sku IS NULL \
         OR (old.asin, old.status, old.fulfillment_channel) \
             IS DISTINCT FROM (u.asin, u.status, c.channel) \
     ON CONFLICT (seller_id, sku, marketplace) DO UPDATE \
     SET asin = excluded.asin, status = excluded.status, \
         fulfillment_channel = excluded.fulfillment_channel, reported_at = excluded.reported_at \
     RETURNING o.sku",
);

static SET_ISSUES: Statement = Statement(
    "UPDATE rfba.offer o \
     SET has_issue = u.issue IS NOT NULL, issue = u.issue, reported_at = now() \
     FROM (SELECT $1 AS seller_id, $2 AS marketplace, s.* \
           FROM ROWS FROM (unnest($3), unnest($4)) AS s (sku, issue) OFFSET 0) u \
     WHERE o.seller_id = u.seller_id AND o.marketplace = u.marketplace AND o.sku = u.sku \
         AND (o.has_issue <> (u.issue IS NOT NULL) OR o.issue IS DISTINCT FROM u.issue) \
     RETURNING o.sku",
);

static ASIN_OF_SKU: Statement = Statement(
    "SELECT o.asin FROM rfba.offer o \
     WHERE o.seller_id = $1 AND o.marketplace = $2 AND o.sku = $3 \
     UNION ALL \
     SELECT i.asin FROM rfba.inventory i WHERE i.seller_id = $1 AND i.sku = $3 \
     LIMIT 1",
);

/// An offer that automatic listing creation made is not in Amazon's reports before a feed carried it
/// there.
pub static OFFERS: Snapshot = Snapshot {
    what: "offers",
    skus: Statement(
        "SELECT o.sku FROM rfba.offer o \
         WHERE o.seller_id = $1 AND o.marketplace = $2 AND o.sku > $3 \
             AND NOT (o.created_by = 'auto' AND o.fed_at IS NULL) \
         ORDER BY o.sku LIMIT $4",
    ),
    delete: Statement(
        "DELETE FROM rfba.offer o \
         USING (SELECT $1 AS seller_id, $2 AS marketplace, sku \
                FROM unnest($3) AS s (sku) OFFSET 0) u \
         WHERE o.seller_id = u.seller_id AND o.marketplace = u.marketplace AND o.sku = u.sku \
             AND NOT (o.created_by = 'auto' AND o.fed_at IS NULL)",
    ),
    mark: Statement(
        "UPDATE rfba.offer o SET status = 'inactive', reported_at = now() \
         FROM (SELECT $1 AS seller_id, $2 AS marketplace, sku \
               FROM unnest($3) AS s (sku) OFFSET 0) u \
         WHERE o.seller_id = u.seller_id AND o.marketplace = u.marketplace AND o.sku = u.sku \
             AND o.status = 'active'",
    ),
};

/// The offers of a marketplace.
pub fn write_listings(
    load: &Load,
    report: Report<Listing>,
    marketplace: Marketplace,
    is_snapshot: bool,
) -> Result<Outcome, Error> {
    load.write(report, marketplace, (&OFFERS, is_snapshot), |rows, _| {
        upsert_listings(load, rows, marketplace)
    })
}

/// Some offers of a marketplace; how many changed.
pub fn upsert_listings(load: &Load, rows: &[Row<Listing>], marketplace: Marketplace) -> u64 {
    let [seller, of] = load.of(marketplace);
    let args = [
        seller,
        of,
        skus(rows),
        asins(rows, |facts| facts.asin),
        Arg::Texts(each(rows, |row| name_of(&OfferStatus::ALL, row.facts.status))),
        Arg::OptionalTexts(each(rows, |row| Some(row.facts.channel.as_str()))),
        Arg::Numerics(each(rows, |row| row.facts.price)),
    ];
    UPSERT_OFFERS.run_as_caller(load.caller, &args, |_| ())
}

/// Single offers of a marketplace, by SKU; the SKUs whose offers changed, some twice.
pub fn write_items(
    load: &Load,
    offers: &[(&str, &ListingsOffer)],
    marketplace: Marketplace,
) -> Vec<String> {
    let mut changed = Vec::new();
    for is_priced in [true, false] {
        let offers = offers.iter().filter(|(_, offer)| offer.price.is_some() == is_priced);
        let offers: Vec<&(&str, &ListingsOffer)> = offers.collect();
        let [seller, of] = load.of(marketplace);
        let mut args = vec![
            seller,
            of,
            Arg::Skus(offers.iter().map(|(sku, _)| *sku).collect()),
            Arg::Asins(offers.iter().map(|(_, offer)| offer.asin.value()).collect()),
            Arg::Texts(
                offers.iter().map(|(_, it)| name_of(&OfferStatus::ALL, it.status)).collect(),
            ),
            Arg::OptionalTexts(
                offers.iter().map(|(_, it)| it.channel.map(|it| it.as_str())).collect(),
            ),
        ];
        let statement = if is_priced {
            let prices = offers.iter().map(|(_, offer)| offer.price.flatten());
            args.push(Arg::Numerics(prices.collect()));
            &UPSERT_OFFERS
        } else {
            &UPSERT_UNPRICED
        };
        statement.run_as_caller(load.caller, &args, |row| changed.push(row.get(1)));
    }
    let issues = offers.iter().filter_map(|&(sku, offer)| Some((sku, offer.issue.as_ref()?)));
    let issues: Vec<_> = issues.map(|(sku, issue)| (sku, issue.as_deref())).collect();
    changed.extend(set_issues(load, &issues, marketplace));
    changed
}

/// What keeps offers from selling, if anything; the SKUs whose offers changed.
pub fn set_issues(
    load: &Load,
    issues: &[(&str, Option<&str>)],
    marketplace: Marketplace,
) -> Vec<String> {
    let [seller, of] = load.of(marketplace);
    let args = [
        seller,
        of,
        Arg::Skus(issues.iter().map(|&(sku, _)| sku).collect()),
        Arg::OptionalTexts(issues.iter().map(|&(_, issue)| issue).collect()),
    ];
    let mut changed = Vec::new();
    SET_ISSUES.run_as_caller(load.caller, &args, |row| changed.push(row.get(1)));
    changed
}

/// Whether an offer is for sale, none where it is deleted; how many offers changed.
pub fn set_status(
    load: &Load,
    sku: &str,
    marketplace: Marketplace,
    asin: Option<Asin>,
    status: Option<OfferStatus>,
) -> u64 {
    let Some(status) = status else {
        let [seller, of] = load.of(marketplace);
        let args = [seller, of, Arg::Skus(vec![sku])];
        return OFFERS.delete.run_as_caller(load.caller, &args, |_| ());
    };
    let mut asin = asin.map(Asin::value);
    if asin.is_none() {
        let [seller, of] = load.of(marketplace);
        let args = [seller, of, Arg::Sku(sku)];
        ASIN_OF_SKU.run_as_caller(load.caller, &args, |row| asin = row.optional(1));
    }
    let Some(asin) = asin else { return 0 };
    let [seller, of] = load.of(marketplace);
    let args = [
        seller,
        of,
        Arg::Skus(vec![sku]),
        Arg::Asins(vec![asin]),
        Arg::Texts(vec![name_of(&OfferStatus::ALL, status)]),
        Arg::OptionalTexts(vec![None]),
    ];
    UPSERT_UNPRICED.run_as_caller(load.caller, &args, |_| ())
}
