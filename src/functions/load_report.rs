//! `load_report`: what becomes of the rows of Amazon's reports.
//!
//! A report is read whole and written in one set-based pass, with the rights of the caller. The
//! function's search_path is pinned in SQL.

use std::cell::Cell;

use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;

use crate::amazon::ReportType;
use crate::amazon::inventory_report::{InventoryItem, InventoryReport};
use crate::amazon::listings_report::{Listing, ListingsReport};
use crate::amazon::report::{self, Facts, Rejection, Report};
use crate::domain::eligibility::OfferStatus;
use crate::domain::{Marketplace, name_of};
use crate::error::{Error, OrRaise};

thread_local! {
    static LOADING: Cell<bool> = const { Cell::new(false) };
}

/// Whether a load is writing: what comes from Amazon is never rejected by the guard.
pub fn is_loading() -> bool {
    LOADING.get()
}

/// What came of a report.
#[derive(Default)]
struct Counts {
    read: i64,
    loaded: i64,
    rejected: i64,
    removed: i64,
    absent: i64,
    note: Option<&'static str>,
}

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
    let row = load(seller_id, marketplace, report_type, document, force);
    TableIterator::once(row.or_raise())
}

fn load(
    seller_id: Option<&str>,
    marketplace: Option<&str>,
    report_type: Option<&str>,
    document: Option<&[u8]>,
    force: Option<bool>,
) -> Result<(i64, i64, i64, i64, i64, i64), Error> {
    let seller_id = seller_id.ok_or(Error::Null("seller_id"))?;
    let report_type = report_type.ok_or(Error::Null("report_type"))?;
    let document = document.ok_or(Error::Null("document"))?;
    let force = force.ok_or(Error::Null("force"))?;
    let report_type =
        ReportType::parse(report_type).ok_or_else(|| Error::ReportType(report_type.to_owned()))?;
    let marketplace = marketplace.ok_or(Error::NoMarketplace(report_type.name()))?;
    let marketplace = Marketplace::parse(marketplace)
        .map_err(|cause| Error::Marketplace { input: marketplace.to_owned(), cause })?;

    Spi::connect_mut(|client| {
        let mut target = Target { client, seller_id, marketplace, report_type, force };
        target.must_exist()?;
        let (counts, rejections) = while_loading(|| target.load(document))?;
        let unchanged = counts.read - counts.rejected - counts.loaded;
        let load_id = target.log(document, &counts, unchanged, &rejections)?;
        if let Some(note) = counts.note {
            notice!("{note}");
        }
        Ok((load_id, counts.read, counts.loaded, unchanged, counts.rejected, counts.removed))
    })
}

fn while_loading<T>(work: impl FnOnce() -> T) -> T {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            LOADING.set(self.0);
        }
    }
    let _restore = Restore(LOADING.replace(true));
    work()
}

/// Where a report goes.
struct Target<'c, 'conn> {
    client: &'c mut SpiClient<'conn>,
    seller_id: &'c str,
    marketplace: Marketplace,
    report_type: ReportType,
    force: bool,
}

/// Statements about what a table holds that a report does not have.
struct Missing {
    /// What its rows are called.
    what: &'static str,
    /// Counts what is there, and what of it is not in the report.
    count: &'static str,
    /// Deletes the latter.
    delete: &'static str,
    /// Marks it, for reports that are no snapshot.
    mark: &'static str,
}

const MISSING_INVENTORY: Missing = Missing {
    what: "SKUs of the inventory",
    count: "SELECT count(*), count(*) FILTER (WHERE NOT EXISTS ( \
                SELECT FROM unnest($3) kept (sku) WHERE kept.sku::rfba.global_sku = i.sku)) \
            FROM rfba.inventory i WHERE i.seller_id = $1 AND $2 <> ''",
    delete: "DELETE FROM rfba.inventory i WHERE i.seller_id = $1 AND $2 <> '' \
             AND NOT EXISTS (SELECT FROM unnest($3) kept (sku) WHERE kept.sku::rfba.global_sku = i.sku)",
    mark: "UPDATE rfba.inventory i SET fba_quantity = 0, reported_at = now() \
           WHERE i.seller_id = $1 AND $2 <> '' AND i.fba_offer AND i.fba_quantity > 0 \
           AND NOT EXISTS (SELECT FROM unnest($3) kept (sku) WHERE kept.sku::rfba.global_sku = i.sku)",
};

const MISSING_LOCAL_INVENTORY: Missing = Missing {
    what: "SKUs of the local inventory",
    count: "SELECT count(*), count(*) FILTER (WHERE NOT EXISTS ( \
                SELECT FROM unnest($3) kept (sku) WHERE kept.sku::rfba.global_sku = l.sku)) \
            FROM rfba.local_inventory l \
            WHERE l.seller_id = $1 AND l.marketplace = $2::rfba.marketplace",
    delete: "DELETE FROM rfba.local_inventory l \
             WHERE l.seller_id = $1 AND l.marketplace = $2::rfba.marketplace \
             AND NOT EXISTS (SELECT FROM unnest($3) kept (sku) WHERE kept.sku::rfba.global_sku = l.sku)",
    mark: "UPDATE rfba.local_inventory l SET quantity = 0, reported_at = now() \
           WHERE l.seller_id = $1 AND l.marketplace = $2::rfba.marketplace AND l.quantity > 0 \
           AND NOT EXISTS (SELECT FROM unnest($3) kept (sku) WHERE kept.sku::rfba.global_sku = l.sku)",
};

/// An offer that automatic listing creation made is not in Amazon's reports before a feed carried
/// it there.
const MISSING_OFFERS: Missing = Missing {
    what: "offers",
    count: "SELECT count(*), count(*) FILTER (WHERE NOT EXISTS ( \
                SELECT FROM unnest($3) kept (sku) WHERE kept.sku::rfba.global_sku = o.sku)) \
            FROM rfba.offer o WHERE o.seller_id = $1 AND o.marketplace = $2::rfba.marketplace \
                AND NOT (o.created_by = 'auto' AND o.fed_at IS NULL)",
    delete: "DELETE FROM rfba.offer o \
             WHERE o.seller_id = $1 AND o.marketplace = $2::rfba.marketplace \
             AND NOT (o.created_by = 'auto' AND o.fed_at IS NULL) \
             AND NOT EXISTS (SELECT FROM unnest($3) kept (sku) WHERE kept.sku::rfba.global_sku = o.sku)",
    mark: "UPDATE rfba.offer o SET status = 'inactive', reported_at = now() \
           WHERE o.seller_id = $1 AND o.marketplace = $2::rfba.marketplace \
           AND o.status = 'active' AND NOT (o.created_by = 'auto' AND o.fed_at IS NULL) \
           AND NOT EXISTS (SELECT FROM unnest($3) kept (sku) WHERE kept.sku::rfba.global_sku = o.sku)",
};

/// Stock that was set to zero does not come back because a file repeats it.
const UPSERT_INVENTORY: &str = "\
    INSERT INTO rfba.inventory AS i (seller_id, sku, asin, condition, product_name, fba_offer, \
        fba_quantity, seller_fulfilled_quantity, reported_at) \
    SELECT $1, f.sku::rfba.global_sku, f.asin::rfba.asin, f.condition, f.product_name, \
        f.fba_offer, f.fba_quantity, \
        CASE WHEN f.fba_offer AND f.seller_fulfilled_quantity = old.seller_fulfilled_zeroed_from \
                AND old.seller_fulfilled_quantity = 0 AND s.enrolled_at IS NOT NULL \
            THEN 0 ELSE f.seller_fulfilled_quantity END, \
        now() \
    FROM unnest($2, $3, $4, $5, $6, $7, $8) AS f (sku, asin, condition, product_name, \
            fba_offer, fba_quantity, seller_fulfilled_quantity) \
        JOIN rfba.seller s ON s.seller_id = $1 \
        LEFT JOIN rfba.inventory old ON old.seller_id = $1 AND old.sku = f.sku::rfba.global_sku \
    ON CONFLICT (seller_id, sku) DO UPDATE \
    SET asin = excluded.asin, \
        condition = coalesce(excluded.condition, i.condition), \
        product_name = coalesce(excluded.product_name, i.product_name), \
        fba_offer = excluded.fba_offer, fba_quantity = excluded.fba_quantity, \
        seller_fulfilled_quantity = excluded.seller_fulfilled_quantity, \
        reported_at = excluded.reported_at \
    WHERE (i.asin, i.condition, i.product_name, i.fba_offer, i.fba_quantity, \
            i.seller_fulfilled_quantity) \
        IS DISTINCT FROM (excluded.asin, coalesce(excluded.condition, i.condition), \
            coalesce(excluded.product_name, i.product_name), excluded.fba_offer, \
            excluded.fba_quantity, excluded.seller_fulfilled_quantity)";

const UPSERT_LOCAL_INVENTORY: &str = "\
    INSERT INTO rfba.local_inventory AS l (seller_id, marketplace, sku, asin, quantity, \
        reported_at) \
    SELECT $1, $2::rfba.marketplace, f.sku::rfba.global_sku, f.asin::rfba.asin, f.quantity, now() \
    FROM unnest($3, $4, $5) AS f (sku, asin, quantity) \
    ON CONFLICT (seller_id, sku, marketplace) DO UPDATE \
    SET asin = excluded.asin, quantity = excluded.quantity, reported_at = excluded.reported_at \
    WHERE (l.asin, l.quantity) IS DISTINCT FROM (excluded.asin, excluded.quantity)";

/// A connected price that differs from the report's was changed here and is not published yet, unless
/// the report says something that the offer never had: then it was set by hand at Amazon.
const UPSERT_OFFERS: &str = "\
    INSERT INTO rfba.offer AS o (seller_id, marketplace, sku, asin, price, status, \
        fulfillment_channel, reported_at, reported_price) \
    SELECT $1, $2::rfba.marketplace, f.sku::rfba.global_sku, f.asin::rfba.asin, \
        f.price::numeric, f.status, f.channel, now(), f.price::numeric \
    FROM unnest($3, $4, $5, $6, $7) AS f (sku, asin, price, status, channel) \
    ON CONFLICT (seller_id, sku, marketplace) DO UPDATE \
    SET asin = excluded.asin, status = excluded.status, \
        price = CASE WHEN rfba.is_price_of_ours(o, excluded.price) THEN o.price \
            ELSE excluded.price END, \
        earlier_prices = CASE WHEN excluded.price = o.price THEN NULL ELSE o.earlier_prices END, \
        fulfillment_channel = excluded.fulfillment_channel, reported_at = excluded.reported_at, \
        reported_price = excluded.reported_price \
    WHERE (o.asin, o.status, o.fulfillment_channel) \
            IS DISTINCT FROM (excluded.asin, excluded.status, excluded.fulfillment_channel) \
        OR (o.price IS DISTINCT FROM excluded.price \
            AND NOT rfba.is_price_of_ours(o, excluded.price)) \
        OR (o.price_connected AND o.reported_price IS DISTINCT FROM excluded.reported_price)";

impl Target<'_, '_> {
    fn must_exist(&mut self) -> Result<(), Error> {
        let sql = "SELECT FROM rfba.seller WHERE seller_id = $1";
        let found = self.client.select(sql, Some(1), &[self.seller_id.into()])?;
        if found.is_empty() {
            return Err(Error::NoSuchSeller(self.seller_id.to_owned()));
        }
        Ok(())
    }

    fn load(&mut self, document: &[u8]) -> Result<(Counts, Vec<Rejection>), Error> {
        match self.report_type {
            ReportType::UnsuppressedInventory | ReportType::AllInventory => {
                let (layout, report) = report::read::<InventoryReport>(document)?;
                if self.marketplace == Marketplace::Us {
                    self.write(report, &MISSING_INVENTORY, Self::write_inventory)
                } else if layout.has_local_quantity() {
                    self.write(report, &MISSING_LOCAL_INVENTORY, Self::write_local_inventory)
                } else {
                    let note = "The report has no column afn-fulfillable-quantity-local, so its \
                         quantities may be the US stock seen from there: nothing was written. \
                         Load GET_AFN_INVENTORY_DATA_BY_COUNTRY for the stock inside a country.";
                    self.ignore(report, note)
                }
            }
            ReportType::AllListings | ReportType::ActiveListings => {
                let (_, report) = report::read::<ListingsReport>(document)?;
                self.write(report, &MISSING_OFFERS, Self::write_offers)
            }
        }
    }

    /// Writes the rows, then deals with what the report does not have.
    fn write<T: Facts>(
        &mut self,
        report: Report<T>,
        missing: &Missing,
        write_rows: fn(&mut Self, &Report<T>) -> Result<i64, Error>,
    ) -> Result<(Counts, Vec<Rejection>), Error> {
        if report.rows.is_empty() && !self.force {
            return Err(match report.rejections.into_iter().next() {
                Some(rejection) => Error::NoUsableRow(rejection),
                None => Error::NoDataRows,
            });
        }
        let kept: Vec<&str> = report
            .rows
            .iter()
            .map(|row| row.sku.as_str())
            .chain(report.set_aside_skus.iter().map(String::as_str))
            .collect();
        let marketplace = self.marketplace.code();
        let of_missing: [DatumWithOid; 3] =
            [self.seller_id.into(), marketplace.into(), kept.into()];
        let is_snapshot = self.report_type.is_snapshot();
        if is_snapshot && !self.force {
            let (present, removed) =
                self.client.select(missing.count, Some(1), &of_missing)?.first().get_two()?;
            let (present, removed): (i64, i64) =
                (present.unwrap_or_default(), removed.unwrap_or_default());
            if removed > present / 2 {
                return Err(Error::WouldRemove { removed, present, what: missing.what });
            }
        }
        let loaded = write_rows(self, &report)?;
        let sql = if is_snapshot { missing.delete } else { missing.mark };
        let gone = count(self.client.update(sql, None, &of_missing)?.len());
        let counts = Counts {
            read: count(report.read as usize),
            loaded,
            rejected: count(report.rejections.len()),
            removed: if is_snapshot { gone } else { 0 },
            absent: if is_snapshot { 0 } else { gone },
            note: None,
        };
        Ok((counts, report.rejections))
    }

    fn ignore<T>(
        &self,
        report: Report<T>,
        note: &'static str,
    ) -> Result<(Counts, Vec<Rejection>), Error> {
        let counts = Counts {
            read: count(report.read as usize),
            rejected: count(report.rejections.len()),
            note: Some(note),
            ..Counts::default()
        };
        Ok((counts, report.rejections))
    }

    fn write_inventory(&mut self, report: &Report<InventoryItem>) -> Result<i64, Error> {
        let rows = &report.rows;
        let asins: Vec<String> = rows.iter().map(|row| row.facts.asin.to_string()).collect();
        self.upsert(
            UPSERT_INVENTORY,
            &[
                self.seller_id.into(),
                rows.iter().map(|row| row.sku.as_str()).collect::<Vec<_>>().into(),
                asins.into(),
                rows.iter().map(|row| row.facts.condition.as_deref()).collect::<Vec<_>>().into(),
                rows.iter().map(|row| row.facts.product_name.as_deref()).collect::<Vec<_>>().into(),
                rows.iter().map(|row| row.facts.fba_offer).collect::<Vec<_>>().into(),
                rows.iter().map(|row| row.facts.fba_quantity).collect::<Vec<_>>().into(),
                rows.iter()
                    .map(|row| row.facts.seller_fulfilled_quantity)
                    .collect::<Vec<_>>()
                    .into(),
            ],
        )
    }

    fn write_local_inventory(&mut self, report: &Report<InventoryItem>) -> Result<i64, Error> {
        let rows = &report.rows;
        let asins: Vec<String> = rows.iter().map(|row| row.facts.asin.to_string()).collect();
        let quantities: Vec<i32> =
            rows.iter().map(|row| row.facts.local_quantity.unwrap_or_default()).collect();
        self.upsert(
            UPSERT_LOCAL_INVENTORY,
            &[
                self.seller_id.into(),
                self.marketplace.code().into(),
                rows.iter().map(|row| row.sku.as_str()).collect::<Vec<_>>().into(),
                asins.into(),
                quantities.into(),
            ],
        )
    }

    fn write_offers(&mut self, report: &Report<Listing>) -> Result<i64, Error> {
        let rows = &report.rows;
        let asins: Vec<String> = rows.iter().map(|row| row.facts.asin.to_string()).collect();
        let prices: Vec<Option<String>> =
            rows.iter().map(|row| row.facts.price.map(|price| price.to_string())).collect();
        self.upsert(
            UPSERT_OFFERS,
            &[
                self.seller_id.into(),
                self.marketplace.code().into(),
                rows.iter().map(|row| row.sku.as_str()).collect::<Vec<_>>().into(),
                asins.into(),
                prices.into(),
                rows.iter()
                    .map(|row| name_of(&OfferStatus::ALL, row.facts.status))
                    .collect::<Vec<_>>()
                    .into(),
                rows.iter().map(|row| row.facts.channel.as_str()).collect::<Vec<_>>().into(),
            ],
        )
    }

    /// Rows inserted or changed by an upsert.
    fn upsert(&mut self, sql: &str, args: &[DatumWithOid]) -> Result<i64, Error> {
        Ok(count(self.client.update(sql, None, args)?.len()))
    }

    /// Keeps what was loaded and what was set aside; the load's number.
    fn log(
        &mut self,
        document: &[u8],
        counts: &Counts,
        unchanged: i64,
        rejections: &[Rejection],
    ) -> Result<i64, Error> {
        let load_id: Option<i64> = self
            .client
            .update(
                "INSERT INTO rfba.load (seller_id, marketplace, report_type, bytes, sha256, read, \
                     loaded, unchanged, rejected, removed, absent, note) \
                 VALUES ($1, $2::rfba.marketplace, $3, length($4), sha256($4), $5, $6, $7, $8, \
                     $9, $10, $11) \
                 RETURNING load_id",
                None,
                &[
                    self.seller_id.into(),
                    self.marketplace.code().into(),
                    self.report_type.name().into(),
                    document.into(),
                    counts.read.into(),
                    counts.loaded.into(),
                    unchanged.into(),
                    counts.rejected.into(),
                    counts.removed.into(),
                    counts.absent.into(),
                    counts.note.into(),
                ],
            )?
            .first()
            .get_one()?;
        let load_id = load_id.unwrap_or_default();
        if !rejections.is_empty() {
            self.client.update(
                "INSERT INTO rfba.load_rejection (load_id, line, column_name, value, reason) \
                 SELECT $1, f.* FROM unnest($2, $3, $4, $5) f",
                None,
                &[
                    load_id.into(),
                    rejections.iter().map(|it| count(it.line as usize)).collect::<Vec<_>>().into(),
                    rejections.iter().map(|it| it.column.as_deref()).collect::<Vec<_>>().into(),
                    rejections.iter().map(|it| it.value.as_deref()).collect::<Vec<_>>().into(),
                    rejections.iter().map(|it| it.reason.as_str()).collect::<Vec<_>>().into(),
                ],
            )?;
        }
        Ok(load_id)
    }
}

fn count(rows: usize) -> i64 {
    rows.try_into().unwrap_or(i64::MAX)
}
