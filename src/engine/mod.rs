//! The status engine: from what a statement changed to enrollment, status and history.
//!
//! A change goes through four steps: locks, the keys of the SKUs to look at, their facts by key a
//! seller at a time, and what differs from what is stored. The decision itself is
//! [`crate::domain::eligibility`].

pub mod changes;
mod cursor;
mod enrollment;
mod facts;
mod keys;
mod locks;
pub mod references;
mod session;
mod statement;
pub mod stock;
pub mod transition;
mod values;
mod write;

use std::cell::RefCell;
use std::collections::VecDeque;

use changes::Changes;
use facts::{Outcome, Seller, StatusRow};
use session::{Facts, Session};
pub use session::{fired_by_engine, restoring, writing};
use write::Writer;

use crate::domain::Marketplace;
use crate::domain::eligibility::Evaluation;
use crate::error::Error;

/// SKUs that one statement of the engine looks up: memory stays bounded and plans stay right.
const CHUNK: usize = 1000;

/// What a pass is to do.
struct Task {
    changes: Changes,
    cause: String,
    /// The history may know the items already: it was restored, and the status was not.
    history_leads: bool,
}

thread_local! {
    /// What a user's triggers brought up in the wake of a running pass; `None` when none runs.
    static PENDING: RefCell<Option<VecDeque<Task>>> = const { RefCell::new(None) };
}

/// Carries the changes of a statement into enrollment, status and history.
pub fn maintain(changes: Changes, cause: &str) {
    if !changes.is_empty() {
        pass(Task { changes, cause: cause.to_owned(), history_leads: false });
    }
}

/// Runs a pass, and those that come up meanwhile; the number of status rows that changed.
///
/// What a user's triggers bring up while a pass writes waits for its end, for the pass has read its
/// facts already.
fn pass(task: Task) -> u64 {
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            PENDING.set(None);
        }
    }
    let task = PENDING.with_borrow_mut(|pending| match pending {
        Some(pending) => {
            pending.push_back(task);
            None
        }
        None => {
            *pending = Some(VecDeque::new());
            Some(task)
        }
    });
    let Some(task) = task else { return 0 };
    let _end = End;
    let mut changed = refresh(task);
    while let Some(task) =
        PENDING.with_borrow_mut(|pending| pending.as_mut().and_then(VecDeque::pop_front))
    {
        changed += refresh(task);
    }
    changed
}

/// Evaluates a seller, or all of them, from scratch; the number of status rows that changed.
pub fn rebuild(seller_id: Option<&str>) -> u64 {
    let mut changes = Changes::default();
    match seller_id {
        Some(seller_id) => changes.seller(seller_id).whole = true,
        None => changes.everything = true,
    }
    // With triggers disabled nobody has done it.
    references::replace_shipped();
    pass(Task { changes, cause: "rebuild_status".to_owned(), history_leads: true })
}

fn refresh(Task { changes, cause, history_leads }: Task) -> u64 {
    if changes.reaches_every_seller() {
        locks::lock_catalog();
    }
    locks::lock_sellers(changes.sellers.keys().map(String::as_str));
    Session::run(Facts::Newest, |session| {
        let mut changed = 0;
        for (seller_id, work) in keys::resolve(session, changes) {
            let seller = facts::read_seller(session, &seller_id);
            let writer = Writer {
                seller_id: &seller_id,
                seller: seller.as_ref(),
                cause: &cause,
                added_back: &work.added_back,
                history_leads,
            };
            for_each_chunk(session, &seller_id, seller.as_ref(), &work.skus, |skus, outcomes| {
                changed += if stock::take_offers(session, &seller_id, seller.as_ref(), outcomes) {
                    Session::run(Facts::Newest, |session| {
                        let seller = seller.as_ref();
                        writer.write(session, &facts::outcomes(session, &seller_id, seller, skus))
                    })
                } else {
                    writer.write(session, outcomes)
                };
            });
            if seller.is_none() && work.deleted {
                session.step(|| references::delete_rows(session, &seller_id));
            }
        }
        changed
    })
}

fn for_each_chunk(
    session: &Session,
    seller_id: &str,
    seller: Option<&Seller>,
    skus: &[String],
    mut each: impl FnMut(&[&str], &[Outcome]),
) {
    for chunk in skus.chunks(CHUNK) {
        let chunk: Vec<&str> = chunk.iter().map(String::as_str).collect();
        session.step(|| each(&chunk, &facts::outcomes(session, seller_id, seller, &chunk)));
    }
}

/// An item whose stored status is not what follows from the facts.
pub struct Difference {
    /// The seller.
    pub seller_id: String,
    /// The SKU.
    pub sku: String,
    /// The destination.
    pub destination: Marketplace,
    /// Evaluation as stored; `None` without a row.
    pub stored: Option<Evaluation>,
    /// Evaluation by the facts; `None` where it is no item.
    pub expected: Option<Evaluation>,
    /// What differs: the row, or columns of it.
    pub differs: Vec<&'static str>,
}

/// The items of these sellers whose stored status differs from a recomputation.
pub fn check(sellers: Vec<String>) -> Vec<Difference> {
    Session::run(Facts::OfStatement, |session| {
        let mut differences = Vec::new();
        for seller_id in sellers {
            let seller = facts::read_seller(session, &seller_id);
            let skus = keys::all_skus(session, &seller_id);
            for_each_chunk(session, &seller_id, seller.as_ref(), &skus, |_, outcomes| {
                differences.extend(outcomes.iter().filter_map(|it| difference(&seller_id, it)));
            });
        }
        differences
    })
}

fn difference(seller_id: &str, outcome: &Outcome) -> Option<Difference> {
    let enrolled = outcome.is_enrolled();
    let expected = outcome.item.map(|(asin, evaluation)| StatusRow { asin, enrolled, evaluation });
    let stored = outcome.stored.map(|stored| stored.row);
    let differs: Vec<&str> = match (stored, expected) {
        (None, None) => vec![],
        (Some(stored), Some(expected)) => stored.differences(&expected).collect(),
        (None, Some(_)) | (Some(_), None) => vec!["row"],
    };
    (!differs.is_empty()).then(|| Difference {
        seller_id: seller_id.to_owned(),
        sku: outcome.sku.to_owned(),
        destination: outcome.destination,
        stored: stored.map(|row| row.evaluation),
        expected: expected.map(|row| row.evaluation),
        differs,
    })
}

/// An item that enrolling would add.
pub struct Addition {
    /// The SKU.
    pub sku: String,
    /// The destination.
    pub destination: Marketplace,
    /// What the item would be.
    pub evaluation: Evaluation,
}

/// The items that enrolling the seller would add.
pub fn preview(seller_id: &str) -> Result<Vec<Addition>, Error> {
    Session::run(Facts::OfStatement, |session| {
        let mut seller = facts::read_seller(session, seller_id)
            .ok_or_else(|| Error::NoSuchSeller(seller_id.to_owned()))?;
        seller.account.enrolled = true;
        let skus = keys::all_skus(session, seller_id);
        let mut additions = Vec::new();
        for_each_chunk(session, seller_id, Some(&seller), &skus, |_, outcomes| {
            for &Outcome { sku, destination, item, enrollment, .. } in outcomes {
                if let (Some((_, evaluation)), None) = (item, enrollment)
                    && evaluation.auto_enrolls()
                {
                    additions.push(Addition { sku: sku.to_owned(), destination, evaluation });
                }
            }
        });
        Ok(additions)
    })
}
