//! `offer`: the listings of a marketplace.

use super::snapshot::Snapshot;
use super::{Load, Outcome, asins, each, skus};
use crate::amazon::listings_report::Listing;
use crate::amazon::report::Report;
use crate::domain::eligibility::OfferStatus;
use crate::domain::{Marketplace, name_of};
use crate::engine::{Arg, Statement};
use crate::error::Error;

/// A connected price that differs from the report's was changed here and is not published yet, unless
/// the report says something that the offer never had: then it was set by hand at Amazon.
static UPSERT_OFFERS: Statement = Statement(
    "INSERT INTO rfba.offer AS o (seller_id, marketplace, sku, asin, price, status, \
         fulfillment_channel, reported_at, reported_price) \
     SELECT $1, $2, u.sku, u.asin, u.price, u.status, u.channel, now(), u.price \
     FROM ROWS FROM (unnest($3), unnest($4), unnest($5), unnest($6), unnest($7)) \
             AS u (sku, asin, price, status, channel) \
         LEFT JOIN rfba.offer old \
             ON old.seller_id = $1 AND old.sku = u.sku AND old.marketplace = $2 \
     WHERE old.sku IS NULL \
         OR (old.asin, old.status, old.fulfillment_channel) \
             IS DISTINCT FROM (u.asin, u.status, u.channel) \
         OR (old.price IS DISTINCT FROM u.price AND NOT rfba.is_price_of_ours(old, u.price)) \
         OR ((old.price_connected OR old.fed_at IS NOT NULL) \
             AND old.reported_price IS DISTINCT FROM u.price) \
     ON CONFLICT (seller_id, sku, marketplace) DO UPDATE \
     SET asin = excluded.asin, status = excluded.status, \
         price = CASE WHEN rfba.is_price_of_ours(o, excluded.price) THEN o.price \
             ELSE excluded.price END, \
         earlier_prices = CASE WHEN excluded.price = o.price THEN NULL ELSE o.earlier_prices END, \
         fulfillment_channel = excluded.fulfillment_channel, reported_at = excluded.reported_at, \
         reported_price = excluded.reported_price",
);

/// An offer that automatic listing creation made is not in Amazon's reports before a feed carried it
/// there.
static OFFERS: Snapshot = Snapshot {
    what: "offers",
    skus: Statement(
        "SELECT o.sku FROM rfba.offer o \
         WHERE o.seller_id = $1 AND o.marketplace = $2 AND o.sku > $3 \
             AND NOT (o.created_by = 'auto' AND o.fed_at IS NULL) \
         ORDER BY o.sku LIMIT $4",
    ),
    delete: Statement(
        "DELETE FROM rfba.offer o USING unnest($3) AS u (sku) \
         WHERE o.seller_id = $1 AND o.marketplace = $2 AND o.sku = u.sku",
    ),
    mark: Statement(
        "UPDATE rfba.offer o SET status = 'inactive', reported_at = now() \
         FROM unnest($3) AS u (sku) \
         WHERE o.seller_id = $1 AND o.marketplace = $2 AND o.sku = u.sku AND o.status = 'active'",
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
        let [seller, of] = load.of(marketplace);
        let args = [
            seller,
            of,
            skus(rows),
            asins(rows, |facts| facts.asin),
            Arg::Numerics(each(rows, |row| row.facts.price)),
            Arg::Texts(each(rows, |row| name_of(&OfferStatus::ALL, row.facts.status))),
            Arg::Texts(each(rows, |row| row.facts.channel.as_str())),
        ];
        UPSERT_OFFERS.run_as_caller(load.caller, &args, |_| ())
    })
}
