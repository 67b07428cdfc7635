//! Decides on the enrollment row of each item, and writes those that come and go.

use std::collections::{BTreeSet, HashSet};

use super::changes::Changes;
use super::cursor::{Cursor, Index, Key};
use super::facts::Seller;
use super::listing::Item;
use super::outcome::{Enrollment, Outcome};
use super::rows::{Blocked, Change};
use super::session::{Facts, Session, restoring, while_writing};
use super::statement::{Arg, Changed, RowStatement, Statement, change_rows};
use super::table::{Cell, Kind, Layout, Table};
use super::write::{Tables, Writer, keyed, transaction_start};
use super::{CHUNK, Task};
use crate::domain::{Marketplace, Reason};

static INSERT_ENROLLMENTS: Statement = Statement(
    "INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state, since, how) \
     SELECT $1, u.sku, u.marketplace, 'enrolled', pg_catalog.now(), u.how \
     FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4)) \
         AS u (sku, marketplace, how) \
     RETURNING sku, marketplace, state = 'enrolled'",
);

/// A row that somebody is removing meanwhile is not enrolled any more, and stays.
static DELETE_ENROLLMENTS: RowStatement = RowStatement {
    tables: &[c"enrollment"],
    change: Change::Delete,
    statement: Statement(
        "DELETE FROM ONLY rfba.enrollment e USING pg_catalog.unnest($1) AS u (tid) \
     WHERE e.ctid = u.tid AND e.state = 'enrolled'",
    ),
};

/// What is to become of an item's enrollment row.
#[derive(Clone, Copy)]
enum Decision {
    /// It stays as it is, if there is one.
    Stay,
    /// It comes, in this way.
    Come(&'static str),
    /// It goes.
    Go,
}

pub(super) static LAYOUT: Layout = Layout {
    name: c"enrollment",
    columns: &[
        (c"seller_id", Kind::Text),
        (c"sku", Kind::Sku),
        (c"marketplace", Kind::Marketplace),
        (c"state", Kind::Text),
        (c"since", Kind::Timestamp),
        (c"how", Kind::Text),
    ],
    nullable: &[],
    checks: &[c"enrollment_marketplace_check", c"enrollment_state_check", c"enrollment_how_check"],
    indexes: &[],
    triggers: &[
        c"maintain_status_insert",
        c"maintain_status_update",
        c"maintain_status_delete",
        c"maintain_status_truncate",
        c"replace_auto_enrollment",
        c"date_enrollment",
    ],
};

/// Settles the enrollment rows of these items; whether each is enrolled then.
pub fn settle(
    session: &Session,
    tables: &mut Tables,
    writer: &Writer,
    outcomes: &[Outcome],
) -> Result<Vec<bool>, Blocked> {
    let &Writer { seller_id, seller, added_back, cause, .. } = writer;
    let decide = |outcome| match seller {
        Some(seller) if !restoring() => decision(seller, added_back, outcome),
        _ => Decision::Stay,
    };
    let decisions: Vec<Decision> = outcomes.iter().map(decide).collect();

    let come = outcomes.iter().zip(&decisions).filter_map(|(outcome, decision)| match decision {
        Decision::Come(how) => Some((outcome.sku, outcome.destination, *how)),
        _ => None,
    });
    let come: Vec<(&str, Marketplace, &'static str)> = come.collect();
    tables.uncommitted.none_comes(
        &ENROLLMENTS,
        seller_id,
        come.iter().map(|&(sku, it, _)| (sku, it.packed())),
    )?;
    let go: Vec<&Outcome> = outcomes
        .iter()
        .zip(&decisions)
        .filter_map(|(outcome, decision)| matches!(decision, Decision::Go).then_some(outcome))
        .collect();
    let kept = delete(session, seller_id, &go)?;

    let refused = match come.is_empty() {
        true => HashSet::new(),
        false => match tables.enrollments() {
            Some(table) => {
                write(table, seller_id, &come);
                HashSet::new()
            }
            None => come
                .chunks(CHUNK)
                .flat_map(|come| insert(session, seller_id, come, cause))
                .collect(),
        },
    };
    let is_enrolled = outcomes.iter().zip(&decisions).map(|(outcome, decision)| match decision {
        Decision::Stay => outcome.is_enrolled(),
        // Mostly none is refused, and no key has to be made.
        Decision::Come(_) => {
            refused.is_empty()
                || !refused.contains(&(outcome.sku.to_owned(), outcome.destination.packed()))
        }
        Decision::Go => kept.contains(&(outcome.sku, outcome.destination.packed())),
    });
    Ok(is_enrolled.collect())
}

/// Inserts the rows where nobody else has a say in it.
fn write(table: &mut Table, seller_id: &str, come: &[(&str, Marketplace, &'static str)]) {
    let now = transaction_start();
    for &(sku, destination, how) in come {
        table.insert(&[
            Cell::Text(seller_id),
            Cell::Text(sku),
            Cell::Marketplace(destination.packed()),
            Cell::Text("enrolled"),
            Cell::Timestamp(now),
            Cell::Text(how),
        ]);
    }
}

fn decision(seller: &Seller, added_back: &BTreeSet<Item>, outcome: &Outcome) -> Decision {
    let may_enroll = seller.account.enrolled && outcome.item.is_some();
    // Of a truncated removal only the stored status still knows.
    let removed_before = outcome
        .stored
        .is_some_and(|stored| stored.row.evaluation.own_reasons.contains(Reason::RemovedBySeller));
    let added_back = removed_before
        || (!added_back.is_empty()
            && added_back.contains(&(outcome.sku.to_owned(), outcome.destination.packed())));
    match (outcome.enrollment, outcome.item) {
        (Some(Enrollment::Enrolled), _) if !may_enroll => Decision::Go,
        (None, Some(_)) if may_enroll && added_back => Decision::Come("manual"),
        (None, Some((_, evaluation))) if may_enroll && evaluation.auto_enrolls() => {
            Decision::Come("auto")
        }
        _ => Decision::Stay,
    }
}

static ENROLLMENTS: Index =
    Index { table: c"enrollment", name: c"enrollment_pkey", columns: &[c"marketplace", c"state"] };

/// Deletes the rows of these items that are in state enrolled; the items whose row a user's trigger
/// kept.
fn delete<'o>(
    session: &Session,
    seller_id: &str,
    go: &[&Outcome<'o>],
) -> Result<HashSet<(&'o str, i16)>, Blocked> {
    if go.is_empty() {
        return Ok(HashSet::new());
    }
    let find = |session: &Session| {
        let seller = Key::Text(seller_id);
        let mut rows = Cursor::open(session, &ENROLLMENTS, &[seller, Key::Sku("")]);
        let mut found = Vec::new();
        for outcome in go {
            let destination = outcome.destination.packed();
            rows.each(&[seller, Key::Sku(outcome.sku)], |row| {
                if row.get::<i16>(0) == destination && row.get::<String>(1) == "enrolled" {
                    found.push((row.tid(), (outcome.sku, destination)));
                }
            });
        }
        found
    };
    let tids = |session: &Session| find(session).into_iter().map(|(tid, _)| tid).collect();
    Ok(match change_rows(session, &DELETE_ENROLLMENTS, tids)? {
        Changed::Nothing | Changed::All => HashSet::new(),
        Changed::Some => Session::run(Facts::Newest, |session| {
            find(session).into_iter().map(|(_, item)| item).collect()
        }),
    })
}

/// Inserts the rows; the items whose row a user's trigger kept away or changed. What it changed is
/// looked at again.
fn insert(
    session: &Session,
    seller_id: &str,
    come: &[(&str, Marketplace, &'static str)],
    cause: &str,
) -> HashSet<Item> {
    let [skus, destinations] = keyed(come.iter().map(|&(sku, it, _)| (sku, it)));
    let how = Arg::Texts(come.iter().map(|&(_, _, how)| how).collect());
    let mut enrolled: HashSet<Item> = HashSet::new();
    let mut changes = Changes::default();
    while_writing(&[c"enrollment"], || {
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
    if !changes.is_empty() {
        super::defer(Task { changes, cause: cause.to_owned(), history_leads: false });
    }
    if enrolled.len() == come.len() {
        return HashSet::new();
    }
    come.iter()
        .map(|&(sku, it, _)| (sku.to_owned(), it.packed()))
        .filter(|item| !enrolled.contains(item))
        .collect()
}
