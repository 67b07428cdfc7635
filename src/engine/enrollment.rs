//! Decides on the enrollment row of each item, and writes those that come and go.

use std::collections::{BTreeSet, HashSet};

use pgrx::pg_sys::ItemPointerData;

use super::changes::Changes;
use super::facts::{Enrollment, Outcome, Seller};
use super::session::{Session, restoring, while_writing};
use super::statement::{Arg, Statement};
use super::write::keyed;
use crate::domain::Marketplace;

static INSERT_ENROLLMENTS: Statement = Statement(
    "INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state, since, how) \
     SELECT $1, u.sku, u.marketplace, 'enrolled', pg_catalog.now(), u.how \
     FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4)) \
         AS u (sku, marketplace, how) \
     RETURNING sku, marketplace, state = 'enrolled'",
);

/// A row that somebody is removing meanwhile is not enrolled any more, and stays.
static DELETE_ENROLLMENTS: Statement = Statement(
    "DELETE FROM rfba.enrollment e USING pg_catalog.unnest($1) AS u (tid) \
     WHERE e.ctid = u.tid AND e.state = 'enrolled'",
);

/// What is to become of an item's enrollment row.
#[derive(Clone, Copy)]
enum Decision {
    /// It stays as it is, if there is one.
    Stay,
    /// It comes, in this way.
    Come(&'static str),
    /// It goes.
    Go(ItemPointerData),
}

/// Settles the enrollment rows of these items; whether each is enrolled then. Runs in a step of the
/// session.
pub fn settle(
    session: &Session,
    seller_id: &str,
    seller: Option<&Seller>,
    added_back: &BTreeSet<(String, i16)>,
    outcomes: &[Outcome],
    cause: &str,
) -> Vec<bool> {
    let decide = |outcome| match seller {
        Some(seller) if !restoring() => decision(seller, added_back, outcome),
        _ => Decision::Stay,
    };
    let decisions: Vec<Decision> = outcomes.iter().map(decide).collect();

    let gone: Vec<ItemPointerData> = decisions
        .iter()
        .filter_map(|decision| match decision {
            Decision::Go(tid) => Some(*tid),
            _ => None,
        })
        .collect();
    if !gone.is_empty() {
        while_writing(|| DELETE_ENROLLMENTS.change(session, &[Arg::Tids(gone)]));
    }

    let come = outcomes.iter().zip(&decisions).filter_map(|(outcome, decision)| match decision {
        Decision::Come(how) => Some((outcome.sku, outcome.destination, *how)),
        _ => None,
    });
    let refused = insert(session, seller_id, come.collect(), cause);
    outcomes
        .iter()
        .zip(&decisions)
        .map(|(outcome, decision)| match decision {
            Decision::Stay => outcome.is_enrolled(),
            Decision::Come(_) => {
                let item = (outcome.sku.to_owned(), outcome.destination.packed());
                refused.is_empty() || !refused.contains(&item)
            }
            Decision::Go(_) => false,
        })
        .collect()
}

fn decision(seller: &Seller, added_back: &BTreeSet<(String, i16)>, outcome: &Outcome) -> Decision {
    let may_enroll = seller.account.enrolled && outcome.item.is_some();
    match outcome.enrollment {
        Some(Enrollment::Enrolled(tid)) if !may_enroll => Decision::Go(tid),
        Some(_) => Decision::Stay,
        None if !may_enroll => Decision::Stay,
        None => {
            let item = (outcome.sku.to_owned(), outcome.destination.packed());
            if added_back.contains(&item) {
                Decision::Come("manual")
            } else if outcome.item.is_some_and(|(_, evaluation)| evaluation.auto_enrolls()) {
                Decision::Come("auto")
            } else {
                Decision::Stay
            }
        }
    }
}

/// Inserts the rows; the items whose row a user's trigger kept away or changed. What it changed is
/// looked at again.
fn insert(
    session: &Session,
    seller_id: &str,
    come: Vec<(&str, Marketplace, &'static str)>,
    cause: &str,
) -> HashSet<(String, i16)> {
    if come.is_empty() {
        return HashSet::new();
    }
    let [skus, destinations] = keyed(come.iter().map(|&(sku, it, _)| (sku, it)));
    let how = Arg::Texts(come.iter().map(|&(_, _, how)| how).collect());
    let mut enrolled: HashSet<(String, i16)> = HashSet::new();
    let mut changes = Changes::default();
    while_writing(|| {
        let args = [Arg::Text(seller_id), skus, destinations, how];
        INSERT_ENROLLMENTS.change_returning(session, &args, |row| {
            let sku: String = row.get(1);
            if row.get(3) {
                enrolled.insert((sku, row.get(2)));
            } else {
                changes.seller(seller_id).skus.push(sku);
            }
        });
    });
    super::maintain(changes, cause);
    if enrolled.len() == come.len() {
        return HashSet::new();
    }
    come.into_iter()
        .map(|(sku, it, _)| (sku.to_owned(), it.packed()))
        .filter(|item| !enrolled.contains(item))
        .collect()
}
