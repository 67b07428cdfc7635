//! Notifications: they come late, twice and in another order, so what was known later stays.

use super::{Load, Outcome, offers, stock};
use crate::amazon::ReportType;
use crate::amazon::afn_inventory_report::Stock;
use crate::amazon::json::notification::{Change, Notification};
use crate::amazon::report::Row;
use crate::domain::Marketplace;
use crate::engine::{Arg, Statement};
use crate::types::timestamptz::from_time;

/// `FBA_INVENTORY_AVAILABILITY_CHANGES`
pub const FBA_INVENTORY: &str = "FBA_INVENTORY_AVAILABILITY_CHANGES";
/// `LISTINGS_ITEM_STATUS_CHANGE`
pub const STATUS: &str = "LISTINGS_ITEM_STATUS_CHANGE";
/// `LISTINGS_ITEM_MFN_QUANTITY_CHANGE`
pub const SELLER_FULFILLED: &str = "LISTINGS_ITEM_MFN_QUANTITY_CHANGE";
/// `LISTINGS_ITEM_ISSUES_CHANGE`
pub const ISSUES: &str = "LISTINGS_ITEM_ISSUES_CHANGE";

const STALE: &str = "A later event or load is known: nothing was changed.";
const UNKNOWN: &str =
    "Nothing is known of the SKU there: nothing was changed. Load the report first.";
const NOTHING_KEPT: &str = "The notification says nothing that is kept.";

static KNOWN_SKU: Statement = Statement(
    "SELECT FROM rfba.inventory i WHERE i.seller_id = $1 AND i.sku = $3 AND $2 IS NOT NULL",
);

static KNOWN_OFFER: Statement = Statement(
    "SELECT FROM rfba.offer o WHERE o.seller_id = $1 AND o.sku = $3 AND o.marketplace = $2",
);

/// Takes an event unless it is known already, or something later. Reports do not say when Amazon
/// made them, so a load counts as later than what happened before it.
static TAKE: Statement = Statement(
    "INSERT INTO rfba.latest_notification AS n \
         (seller_id, marketplace, sku, notification_type, event_time) \
     SELECT $1, $2, $3, $4, $5 \
     WHERE NOT EXISTS (SELECT FROM rfba.load l \
                       WHERE l.seller_id = $1 AND l.loaded_at >= $5 AND l.marketplace = $2 \
                           AND l.report_type = ANY ($6) AND l.note IS NULL) \
     ON CONFLICT (seller_id, sku, marketplace, notification_type) DO UPDATE \
     SET event_time = excluded.event_time WHERE n.event_time < excluded.event_time",
);

static SUPERSEDE: Statement = Statement(
    "INSERT INTO rfba.latest_notification AS n \
         (seller_id, marketplace, sku, notification_type, event_time) \
     SELECT $1, $2, s.sku, t.notification_type, now() \
     FROM unnest($3) AS s (sku), unnest($4) AS t (notification_type) \
     ON CONFLICT (seller_id, sku, marketplace, notification_type) DO UPDATE \
     SET event_time = excluded.event_time WHERE n.event_time < excluded.event_time",
);

/// What of a marketplace a notification is about, and which reports tell the same.
fn subject(change: &Change) -> (&'static str, Option<Marketplace>, Vec<&'static str>) {
    use ReportType::{
        ActiveListings, AfnInventory, AllInventory, AllListings, UnsuppressedInventory,
    };
    let names = |reports: &[ReportType]| reports.iter().map(|report| report.name()).collect();
    // Stock is of the SKU, in every marketplace at once.
    let of_sku = Some(Marketplace::Us);
    match change {
        Change::FbaInventory { .. } => {
            (FBA_INVENTORY, of_sku, names(&[UnsuppressedInventory, AllInventory, AfnInventory]))
        }
        Change::SellerFulfilledQuantity { .. } => {
            (SELLER_FULFILLED, of_sku, names(&[UnsuppressedInventory, AllInventory]))
        }
        Change::Status { marketplace, .. } => {
            (STATUS, *marketplace, names(&[AllListings, ActiveListings]))
        }
        Change::Issues { marketplace, .. } => (ISSUES, *marketplace, Vec::new()),
    }
}

/// The notification type.
pub fn type_of(notification: &Notification) -> &'static str {
    subject(&notification.change).0
}

/// Applies a notification.
pub fn apply(load: &Load, notification: &Notification) -> Outcome {
    let Notification { sku, event_time, change, .. } = notification;
    let one = Outcome { read: 1, ..Outcome::default() };
    let (notification_type, Some(marketplace), reports) = subject(change) else {
        return Outcome { note: Some(NOTHING_KEPT), ..one };
    };
    // What says nothing, or of nothing that is here, is not what is known latest.
    let [seller, of] = load.of(marketplace);
    let is_known = |known: &Statement| {
        known.run_as_caller(load.caller, &[seller, of, Arg::Sku(sku)], |_| ()) > 0
    };
    let unkept = match change {
        Change::FbaInventory { fulfillable, .. } => {
            (!fulfillable.contains_key(&Marketplace::Us)).then_some(NOTHING_KEPT)
        }
        Change::SellerFulfilledQuantity { quantity: None } => Some(NOTHING_KEPT),
        Change::SellerFulfilledQuantity { .. } => (!is_known(&KNOWN_SKU)).then_some(UNKNOWN),
        Change::Issues { .. } => (!is_known(&KNOWN_OFFER)).then_some(UNKNOWN),
        Change::Status { .. } => None,
    };
    if unkept.is_some() {
        return Outcome { note: unkept, ..one };
    }
    let [seller, of] = load.of(marketplace);
    let args = [
        seller,
        of,
        Arg::Sku(sku),
        Arg::Text(notification_type),
        Arg::Timestamp(from_time(*event_time)),
        Arg::Texts(reports),
    ];
    if TAKE.run_as_caller(load.caller, &args, |_| ()) == 0 {
        return Outcome { note: Some(STALE), ..one };
    }
    let changed = match change {
        Change::FbaInventory { asin, fulfillable } => {
            let quantity = fulfillable.get(&Marketplace::Us).copied().unwrap_or_default();
            let facts = Stock::sellable(*asin, None, None, quantity);
            stock::upsert_stock(load, &[Row { line: 1, sku: sku.clone(), facts }])
        }
        Change::SellerFulfilledQuantity { quantity } => {
            let quantity = quantity.unwrap_or_default();
            stock::set_seller_fulfilled(load, &[(sku, quantity)]).len() as u64
        }
        Change::Status { asin, status, .. } => {
            offers::set_status(load, sku, marketplace, *asin, *status)
        }
        Change::Issues { issue, .. } => {
            offers::set_issues(load, &[(sku, issue.as_deref())], marketplace).len() as u64
        }
    };
    Outcome { loaded: changed.min(1), ..one }
}

/// Remembers that these facts of some SKUs are known as of now.
pub fn supersede<'s>(
    load: &Load,
    skus: impl Iterator<Item = &'s str>,
    marketplace: Marketplace,
    notification_types: &[&'static str],
) {
    let [seller, of] = load.of(marketplace);
    let args = [seller, of, Arg::Skus(skus.collect()), Arg::Texts(notification_types.to_vec())];
    SUPERSEDE.run_as_caller(load.caller, &args, |_| ());
}
