//! Loading Amazon's files and messages. The search_path is pinned in SQL.

use pgrx::prelude::*;

use crate::amazon::json::notification;
use crate::amazon::{Answer, ReportType};
use crate::domain::{Asin, Marketplace};
use crate::error::{Error, OrRaise};
use crate::loading::{self, Document, Summary, json, notifications, reports, verdicts};

/// What every load returns, in the order of its columns.
pub type Counts = (i64, i64, i64, i64, i64, i64);

/// Loads a report of Amazon's.
#[pg_extern(sql = false, volatile, parallel_unsafe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn load_report(
    seller_id: Option<&str>,
    marketplace: Option<&str>,
    report_type: Option<&str>,
    document: Option<&[u8]>,
    force: Option<bool>,
) -> TableIterator<
    'static,
    (
        name!(load_id, i64),
        name!(read, i64),
        name!(loaded, i64),
        name!(unchanged, i64),
        name!(rejected, i64),
        name!(removed, i64),
    ),
> {
    let load = || {
        let seller_id = seller_id.ok_or(Error::Null("seller_id"))?;
        let name = report_type.ok_or(Error::Null("report_type"))?;
        let bytes = document.ok_or(Error::Null("document"))?;
        let force = force.ok_or(Error::Null("force"))?;
        let report_type =
            ReportType::parse(name).ok_or_else(|| Error::ReportType(name.to_owned()))?;
        let marketplace = marketplace.map(parse_marketplace).transpose()?;
        let document =
            Document { seller_id, marketplace, report_type: report_type.name(), bytes, force };
        loading::load(&document, |load| reports::load_report(load, report_type, marketplace, bytes))
    };
    TableIterator::once(counts(load()))
}

/// Loads the ASIN Status report.
#[pg_extern(sql = false, volatile, parallel_unsafe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn load_asin_status_workbook(
    seller_id: Option<&str>,
    document: Option<&[u8]>,
    apply: Option<bool>,
) -> TableIterator<
    'static,
    (
        name!(load_id, i64),
        name!(read, i64),
        name!(loaded, i64),
        name!(unchanged, i64),
        name!(rejected, i64),
        name!(removed, i64),
    ),
> {
    let load = || {
        let seller_id = seller_id.ok_or(Error::Null("seller_id"))?;
        let bytes = document.ok_or(Error::Null("document"))?;
        let apply = apply.ok_or(Error::Null("apply"))?;
        let report_type = ReportType::AsinStatus.name();
        let document = Document { seller_id, marketplace: None, report_type, bytes, force: false };
        loading::load(&document, |load| verdicts::load_asin_status(load, bytes, apply))
    };
    TableIterator::once(counts(load()))
}

/// Loads an answer of the Selling Partner API.
#[pg_extern(sql = false, volatile, parallel_unsafe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn load_json(
    seller_id: Option<&str>,
    kind: Option<&str>,
    document: Option<&str>,
    asin: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(load_id, i64),
        name!(read, i64),
        name!(loaded, i64),
        name!(unchanged, i64),
        name!(rejected, i64),
        name!(removed, i64),
    ),
> {
    let load = || {
        let seller_id = seller_id.ok_or(Error::Null("seller_id"))?;
        let kind = kind.ok_or(Error::Null("kind"))?;
        let text = document.ok_or(Error::Null("document"))?;
        let answer = Answer::parse(kind).ok_or_else(|| Error::Choice {
            argument: "kind",
            value: kind.to_owned(),
            choices: "getInventorySummaries, getListingsItem, searchListingsItems, \
                      getListingsRestrictions",
        })?;
        let document = Document {
            seller_id,
            marketplace: None,
            report_type: answer.name(),
            bytes: text.as_bytes(),
            force: false,
        };
        loading::load(&document, |load| match answer {
            Answer::InventorySummaries => json::load_inventory_summaries(load, text),
            Answer::ListingsItem | Answer::ListingsItems => json::load_listings_items(load, text),
            Answer::ListingsRestrictions => {
                let asin = asin.ok_or(Error::Null("asin"))?;
                let asin = Asin::parse(asin)
                    .map_err(|cause| Error::Asin { input: asin.to_owned(), cause })?;
                json::load_listings_restrictions(load, text, asin)
            }
        })
    };
    TableIterator::once(counts(load()))
}

/// Applies a notification of the Selling Partner API.
#[pg_extern(sql = false, volatile, parallel_unsafe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn apply_notification(
    notification: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(load_id, i64),
        name!(read, i64),
        name!(loaded, i64),
        name!(unchanged, i64),
        name!(rejected, i64),
        name!(removed, i64),
    ),
> {
    let load = || {
        let text = notification.ok_or(Error::Null("notification"))?;
        let notification = notification::read(text)?;
        let document = Document {
            seller_id: &notification.seller_id,
            marketplace: None,
            report_type: notifications::type_of(&notification),
            bytes: text.as_bytes(),
            force: false,
        };
        loading::load(&document, |load| Ok(notifications::apply(load, &notification)))
    };
    TableIterator::once(counts(load()))
}

/// The reports that can be loaded, and whether each needs a marketplace.
#[pg_extern(sql = false, immutable, parallel_safe)]
fn report_types()
-> TableIterator<'static, (name!(report_type, &'static str), name!(needs_marketplace, bool))> {
    let types = ReportType::ALL.into_iter();
    TableIterator::new(types.map(|(report, name)| (name, !report.names_marketplaces())))
}

/// The columns of a load.
pub fn counts(result: Result<Summary, Error>) -> Counts {
    let Summary { load_id, read, loaded, unchanged, rejected, removed } = result.or_raise();
    (load_id, read, loaded, unchanged, rejected, removed)
}

fn parse_marketplace(text: &str) -> Result<Marketplace, Error> {
    Marketplace::parse(text).map_err(|cause| Error::Marketplace { input: text.to_owned(), cause })
}
