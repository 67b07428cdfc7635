//! What becomes of Amazon's files and messages: written set-based, with the rights of the caller,
//! and logged with what was set aside.
//!
//! `amazon` says what a document says; here each table has a file that says what becomes of it.

mod log;
mod offers;
mod products;
pub mod reports;
mod snapshot;
mod stock;

use std::cell::Cell;

use chrono::{DateTime, Utc};

use crate::amazon::report::{Rejection, Report, Row};
use crate::domain::{Asin, Marketplace};
use crate::engine::{Arg, Caller};
use crate::error::Error;
use snapshot::{Gone, Snapshot};

pub use log::{Document, Summary, load};

thread_local! {
    static WRITING: Cell<Option<i64>> = const { Cell::new(None) };
}

/// The load that is writing: the history tells what it brings by its number, and what comes from
/// Amazon is never rejected by the guard of seller-fulfilled stock.
pub fn load_id() -> Option<i64> {
    WRITING.get()
}

/// A load at work.
pub struct Load<'a> {
    caller: &'a Caller,
    seller_id: &'a str,
    /// Whether the seller is enrolled.
    enrolled: bool,
    /// Whether to load what looks like a mistake.
    force: bool,
}

/// What came of a document.
#[derive(Default)]
pub struct Outcome {
    /// Rows read.
    read: u64,
    /// Rows that were new or changed something.
    loaded: u64,
    gone: Gone,
    rejections: Vec<Rejection>,
    note: Option<&'static str>,
}

impl<'a> Load<'a> {
    /// The first arguments of a statement about a marketplace of the seller's.
    fn of(&self, marketplace: Marketplace) -> [Arg<'a>; 2] {
        [Arg::Text(self.seller_id), Arg::Marketplace(marketplace.packed())]
    }

    /// Refuses a document without anything to load.
    fn must_say_something<T>(&self, report: &Report<T>) -> Result<(), Error> {
        if self.force || report.read > report.rejections.len() as u64 {
            return Ok(());
        }
        Err(match report.rejections.first() {
            Some(rejection) => Error::NoUsableRow(rejection.clone()),
            None => Error::NoDataRows,
        })
    }

    /// Writes a report that tells all about what `snapshot` is of: its rows by `write`, which learns
    /// whether all are new and tells how many changed something, and what it does not have.
    fn write<T>(
        &self,
        report: Report<T>,
        marketplace: Marketplace,
        (snapshot, is_snapshot): (&Snapshot, bool),
        write: impl FnOnce(&[Row<T>], bool) -> u64,
    ) -> Result<Outcome, Error> {
        self.must_say_something(&report)?;
        let missing =
            snapshot.missing(self, marketplace, report.skus_of(report.rows.iter()), is_snapshot)?;
        let loaded = write(&report.rows, missing.is_all);
        let gone = snapshot.settle(self, marketplace, &missing);
        Ok(Outcome { loaded, gone, ..Outcome::of(report) })
    }
}

impl Outcome {
    /// Of a report of which nothing has been written.
    fn of<T>(report: Report<T>) -> Self {
        Self { read: report.read, rejections: report.rejections, ..Self::default() }
    }

    /// Of a report that has nothing to write, and why.
    fn noted<T>(report: Report<T>, note: &'static str) -> Self {
        Self { note: Some(note), ..Self::of(report) }
    }
}

/// What a statement takes of each row.
fn each<'r, T, V>(rows: &'r [Row<T>], value: impl Fn(&'r Row<T>) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

fn skus<T>(rows: &[Row<T>]) -> Arg<'_> {
    Arg::Skus(each(rows, |row| row.sku.as_str()))
}

fn asins<'r, T>(rows: &'r [Row<T>], asin: impl Fn(&'r T) -> Asin) -> Arg<'r> {
    Arg::Asins(each(rows, |row| asin(&row.facts).value()))
}

/// PostgreSQL counts microseconds from 2000 on.
fn timestamp(time: DateTime<Utc>) -> i64 {
    const EPOCH: i64 = 946_684_800_000_000;
    time.timestamp_micros() - EPOCH
}
