//! What becomes of Amazon's files and messages: written set-based, with the rights of the caller,
//! and logged with what was set aside.
//!
//! `amazon` says what a document says; here each table has a file that says what becomes of it.

pub mod json;
mod log;
pub mod notifications;
mod offers;
mod products;
pub mod reports;
mod snapshot;
pub mod sources;
mod stock;
pub mod verdicts;

use std::cell::Cell;

use crate::amazon::report::{Rejection, Report, Row};
use crate::domain::{Asin, Marketplace};
use crate::engine::{Arg, Caller};
use crate::error::Error;
use snapshot::{Gone, Snapshot};

pub use log::{Document, Summary, load};

thread_local! {
    static WRITING: Cell<Writing> = const { Cell::new(Writing::Nothing) };
}

/// What is being written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Nothing,
    /// What a user's own table says.
    Source,
    /// A load, by its number.
    Load(i64),
}

impl Writing {
    /// Does `work` while this is being written.
    fn during<T>(self, work: impl FnOnce() -> T) -> T {
        struct Restore(Writing);
        impl Drop for Restore {
            fn drop(&mut self) {
                WRITING.set(self.0);
            }
        }
        let _restore = Restore(WRITING.replace(self));
        work()
    }
}

/// Whether what is written comes from Amazon: the guard of seller-fulfilled stock never rejects it.
pub fn is_loading() -> bool {
    WRITING.get() != Writing::Nothing
}

/// The load that is writing: the history tells what it brings by its number.
pub fn load_id() -> Option<i64> {
    match WRITING.get() {
        Writing::Load(load_id) => Some(load_id),
        Writing::Nothing | Writing::Source => None,
    }
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

    /// Takes in what came of another part of the document.
    fn add(&mut self, other: Self) {
        self.read += other.read;
        self.loaded += other.loaded;
        self.gone.removed += other.gone.removed;
        self.gone.absent += other.gone.absent;
        self.rejections.extend(other.rejections);
        self.note = self.note.or(other.note);
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
