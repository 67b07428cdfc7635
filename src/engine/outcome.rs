//! What comes out of an evaluation, beside what is stored.

use pgrx::pg_sys::ItemPointerData;

use crate::domain::eligibility::{Account, Evaluation};
use crate::domain::{Marketplace, Reason};

/// A row of `item_status`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StatusRow {
    /// The item's ASIN.
    pub asin: i64,
    /// An enrollment row in state enrolled exists.
    pub enrolled: bool,
    /// What follows from the facts.
    pub evaluation: Evaluation,
}

impl StatusRow {
    /// Whether a reader of the status sees no difference, our own reasons aside.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.differences(other).all(|column| column == "own_reasons")
    }

    /// The columns in which it differs from another.
    pub fn differences(&self, other: &Self) -> impl Iterator<Item = &'static str> {
        let (mine, others) = (self.evaluation, other.evaluation);
        [
            ("asin", self.asin != other.asin),
            ("enrolled", self.enrolled != other.enrolled),
            ("reasons", mine.reasons != others.reasons),
            ("own_reasons", mine.own_reasons != others.own_reasons),
        ]
        .into_iter()
        .filter_map(|(column, differs)| differs.then_some(column))
    }
}

/// A row of `item_status` as it is stored.
#[derive(Clone, Copy)]
pub struct Stored {
    /// What it says.
    pub row: StatusRow,
    /// Its status is that of its reasons.
    pub status_fits: bool,
    /// Since when, as PostgreSQL's microseconds.
    pub changed_at: i64,
    /// Where it is.
    pub tid: ItemPointerData,
}

/// State of an enrollment row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Enrollment {
    /// In the program.
    Enrolled,
    /// Taken out by the seller.
    Removed,
}

/// An item, or what was one, with all that the engine decides from.
pub struct Outcome<'a> {
    /// Its SKU.
    pub sku: &'a str,
    /// Its destination.
    pub destination: Marketplace,
    /// What the item is by the facts: its ASIN and evaluation; `None` where it is no item.
    pub item: Option<(i64, Evaluation)>,
    /// Its enrollment row.
    pub enrollment: Option<Enrollment>,
    /// Its stored status.
    pub stored: Option<Stored>,
}

impl<'a> Outcome<'a> {
    /// One of which what is stored tells all but its evaluation. A statement may have changed other
    /// tables too, whose triggers are yet to come: none where the account was another when that was
    /// stored, and where the item would be enrolled, for what is enrolled stays so.
    pub fn of_stored(
        account: &Account,
        sku: &'a str,
        destination: Marketplace,
        stored: Stored,
        evaluation: Evaluation,
    ) -> Option<Self> {
        let StatusRow { asin, enrolled, .. } = stored.row;
        if stored.row.evaluation.own_reasons.contains(Reason::NotEnrolled) == account.enrolled {
            return None;
        }
        let removed = stored.row.evaluation.own_reasons.contains(Reason::RemovedBySeller);
        let enrollment = match (enrolled, removed) {
            (true, _) => Some(Enrollment::Enrolled),
            (false, true) => Some(Enrollment::Removed),
            (false, false) if evaluation.auto_enrolls() => return None,
            (false, false) => None,
        };
        let item = Some((asin, evaluation));
        Some(Self { sku, destination, item, enrollment, stored: Some(stored) })
    }

    /// Whether it is an item now, and has no status yet.
    pub fn begins(&self) -> bool {
        self.item.is_some() && self.stored.is_none()
    }

    /// Whether there is an enrollment row in state enrolled.
    pub fn is_enrolled(&self) -> bool {
        self.enrollment == Some(Enrollment::Enrolled)
    }
}
