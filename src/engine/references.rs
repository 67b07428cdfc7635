//! Which rows must exist for others. PostgreSQL's foreign keys would do, were it not for pg_restore
//! with several jobs: it loads an extension's tables in any order, and theirs are there already.
//!
//! The seller's lock makes them safe: whoever refers to a seller and whoever deletes it hold it.

use std::collections::{BTreeSet, HashSet};
use std::ffi::CStr;

use pgrx::pg_sys::ItemPointerData;

use super::changes::Changes;
use super::cursor::{Cursor, Index};
use super::rows::{Blocked, Change};
use super::session::{Facts, Session, restoring, while_writing};
use super::statement::{Arg, RowStatement, Statement, change_rows};
use crate::domain::eligibility::status_text_key;
use crate::error::Error;

/// Every table whose rows are a seller's, those that somebody writes and the history, and how they are
/// deleted.
static DELETE_SELLERS_ROWS: [(&[&CStr], Statement); 14] = [
    (
        &[c"seller_destination"],
        Statement("DELETE FROM rfba.seller_destination WHERE seller_id = $1"),
    ),
    (&[c"inventory"], Statement("DELETE FROM rfba.inventory WHERE seller_id = $1")),
    (&[c"local_inventory"], Statement("DELETE FROM rfba.local_inventory WHERE seller_id = $1")),
    (&[c"offer"], Statement("DELETE FROM rfba.offer WHERE seller_id = $1")),
    (
        &[c"listing_restriction"],
        Statement("DELETE FROM rfba.listing_restriction WHERE seller_id = $1"),
    ),
    (&[c"amazon_verdict"], Statement("DELETE FROM rfba.amazon_verdict WHERE seller_id = $1")),
    (&[c"enrollment"], Statement("DELETE FROM rfba.enrollment WHERE seller_id = $1")),
    (&[c"listing_opt_out"], Statement("DELETE FROM rfba.listing_opt_out WHERE seller_id = $1")),
    (&[c"sku_fee_estimate"], Statement("DELETE FROM rfba.sku_fee_estimate WHERE seller_id = $1")),
    (
        &[c"load"],
        Statement(
            "WITH loads AS (DELETE FROM rfba.load WHERE seller_id = $1 RETURNING load_id) \
             DELETE FROM rfba.load_rejection r USING loads WHERE r.load_id = loads.load_id",
        ),
    ),
    (
        &[c"latest_notification"],
        Statement("DELETE FROM rfba.latest_notification WHERE seller_id = $1"),
    ),
    (
        &[c"feed"],
        Statement(
            "WITH feeds AS (DELETE FROM rfba.feed WHERE seller_id = $1 RETURNING feed_id) \
             DELETE FROM rfba.feed_message m USING feeds WHERE m.feed_id = feeds.feed_id",
        ),
    ),
    (&[c"withdrawn_offer"], Statement("DELETE FROM rfba.withdrawn_offer WHERE seller_id = $1")),
    (&[c"status_change"], Statement("DELETE FROM rfba.status_change WHERE seller_id = $1")),
];

/// The sellers of their rows, as often as they have any.
macro_rules! sellers_of_rows {
    () => {
        "SELECT seller_id FROM rfba.seller_destination \
         UNION ALL SELECT seller_id FROM rfba.inventory \
         UNION ALL SELECT seller_id FROM rfba.local_inventory \
         UNION ALL SELECT seller_id FROM rfba.offer \
         UNION ALL SELECT seller_id FROM rfba.listing_restriction \
         UNION ALL SELECT seller_id FROM rfba.amazon_verdict \
         UNION ALL SELECT seller_id FROM rfba.enrollment \
         UNION ALL SELECT seller_id FROM rfba.listing_opt_out \
         UNION ALL SELECT seller_id FROM rfba.sku_fee_estimate \
         UNION ALL SELECT seller_id FROM rfba.load \
         UNION ALL SELECT seller_id FROM rfba.latest_notification \
         UNION ALL SELECT seller_id FROM rfba.feed \
         UNION ALL SELECT seller_id FROM rfba.withdrawn_offer \
         UNION ALL SELECT seller_id FROM rfba.status_change"
    };
}

static SELLERS_WITH_ROWS: Statement = Statement(concat!(
    "SELECT r.seller_id FROM (",
    sellers_of_rows!(),
    ") r EXCEPT SELECT seller_id FROM rfba.seller"
));

static HAS_ROWS: Statement = Statement(concat!(
    "SELECT r.seller_id FROM (",
    sellers_of_rows!(),
    ") r WHERE r.seller_id = $1 \
         AND NOT EXISTS (SELECT FROM rfba.seller s WHERE s.seller_id = $1) LIMIT 1"
));

static MISSING_SELLERS: Statement = Statement(
    "SELECT u.seller_id FROM pg_catalog.unnest($1) u (seller_id) \
     WHERE NOT EXISTS (SELECT FROM rfba.seller s WHERE s.seller_id = u.seller_id)",
);

static MISSING_EDITIONS: Statement = Statement(
    "SELECT u.edition FROM pg_catalog.unnest($1) u (edition) \
     WHERE NOT EXISTS (SELECT FROM rfba.program_edition e WHERE e.edition = u.edition)",
);

static SELLERS_WITHOUT_EDITION: Statement = Statement(
    "SELECT s.program_edition, s.seller_id FROM rfba.seller s \
     WHERE NOT EXISTS (SELECT FROM rfba.program_edition e WHERE e.edition = s.program_edition)",
);

/// Refuses rows of a table whose sellers are not there.
pub fn require_sellers(table: &str, sellers: &BTreeSet<&str>) -> Result<(), Error> {
    if sellers.is_empty() || restoring() {
        return Ok(());
    }
    match first(&MISSING_SELLERS, &[Arg::Texts(sellers.iter().copied().collect())]) {
        Some((seller_id, _)) => Err(Error::SellerReferenced { seller_id, table: table.to_owned() }),
        None => Ok(()),
    }
}

/// Refuses sellers of editions that are not there.
pub fn require_editions(editions: &BTreeSet<String>) -> Result<(), Error> {
    if editions.is_empty() || restoring() {
        return Ok(());
    }
    let names = editions.iter().map(String::as_str).collect();
    match first(&MISSING_EDITIONS, &[Arg::Texts(names)]) {
        Some((edition, _)) => Err(Error::NoSuchEdition(edition)),
        None => Ok(()),
    }
}

/// Refuses to take editions away from the sellers that follow them.
pub fn editions_are_free() -> Result<(), Error> {
    if restoring() {
        return Ok(());
    }
    match first(&SELLERS_WITHOUT_EDITION, &[]) {
        Some((edition, seller_id)) => Err(Error::EditionInUse { edition, seller_id }),
        None => Ok(()),
    }
}

/// Refuses to take away the ids of sellers that have rows.
pub fn ids_are_free(sellers: &BTreeSet<&str>) -> Result<(), Error> {
    if restoring() {
        return Ok(());
    }
    match sellers.iter().find_map(|seller_id| first(&HAS_ROWS, &[Arg::Text(seller_id)])) {
        Some((seller_id, _)) => Err(Error::SellerInUse(seller_id)),
        None => Ok(()),
    }
}

/// The first row that a statement finds.
fn first(statement: &Statement, args: &[Arg]) -> Option<(String, String)> {
    Session::run(Facts::Newest, |session| {
        let mut found = None;
        statement.query(session, args, |row| {
            found.get_or_insert_with(|| (row.get(1), row.optional(2).unwrap_or_default()));
        });
        found
    })
}

/// A deleted seller takes its rows along. Who is changing one of them may need the locks that are held
/// here, so the rows go while these are let go, and what has come meanwhile is looked for under them. A
/// statement may have put a seller back.
pub fn take_along(changes: &Changes) -> Result<(), Blocked> {
    let mut left = Vec::new();
    if changes.no_sellers {
        Session::run(Facts::Newest, |session| {
            SELLERS_WITH_ROWS.query(session, &[], |row| left.push(row.get::<String>(1)));
        });
    }
    let deleted = changes.sellers.iter().filter(|(_, changes)| changes.deleted);
    let with_rows = |(seller_id, _): (&String, _)| first(&HAS_ROWS, &[Arg::Text(seller_id)]);
    left.extend(deleted.filter_map(with_rows).map(|(seller_id, _)| seller_id));
    if left.is_empty() { Ok(()) } else { Err(Blocked::RowsOfNobody(left)) }
}

/// Deletes the rows of sellers that are gone. What a user's trigger or rule keeps is refused: nobody
/// would be left whose rows they are.
pub fn delete_rows(sellers: &[String]) {
    for seller_id in sellers {
        // Rows that are there and do not go may be others', which have come and gone meanwhile; a
        // second time they are not.
        let mut is_second = false;
        while delete_rows_of(seller_id) == 0 && first(&HAS_ROWS, &[Arg::Text(seller_id)]).is_some()
        {
            if std::mem::replace(&mut is_second, true) {
                Error::RowsAreKept(seller_id.clone()).raise();
            }
        }
    }
}

/// Deletes the rows of a seller; how many.
fn delete_rows_of(seller_id: &str) -> u64 {
    Session::run(Facts::Newest, |session| {
        let delete = |(tables, statement): &(&'static [&'static CStr], Statement)| {
            while_writing(tables, || statement.change(session, &[Arg::Text(seller_id)]))
        };
        DELETE_SELLERS_ROWS.iter().map(delete).sum()
    })
}

/// A log whose rows have details in another table.
pub struct Log {
    delete: Statement,
    delete_all: Statement,
}

/// Loads and their rejections.
pub static LOADS: Log = Log {
    delete: Statement("DELETE FROM rfba.load_rejection WHERE load_id = ANY ($1)"),
    delete_all: Statement("DELETE FROM rfba.load_rejection"),
};

/// Feeds and their messages.
pub static FEEDS: Log = Log {
    delete: Statement("DELETE FROM rfba.feed_message WHERE feed_id = ANY ($1)"),
    delete_all: Statement("DELETE FROM rfba.feed_message"),
};

impl Log {
    /// Deleted rows take their details along.
    pub fn delete_details(&self, of: Vec<i64>) {
        if !of.is_empty() {
            Session::run(Facts::Newest, |session| {
                self.delete.change(session, &[Arg::Numbers(of)]);
            });
        }
    }

    /// All rows are gone, and with them their details.
    pub fn delete_all_details(&self) {
        Session::run(Facts::Newest, |session| {
            self.delete_all.change(session, &[]);
        });
    }
}

static EDITIONS: Index = Index {
    table: c"program_edition",
    name: c"program_edition_pkey",
    columns: &[c"shipped", c"edition"],
};

static STATUS_TEXTS: Index = Index {
    table: c"amazon_status_text",
    name: c"amazon_status_text_pkey",
    columns: &[c"shipped", c"status_text"],
};

static DELETE_EDITIONS: RowStatement = RowStatement {
    tables: &[c"program_edition"],
    change: Change::Delete,
    statement: Statement(
        "DELETE FROM ONLY rfba.program_edition e USING pg_catalog.unnest($1) AS u (tid) \
         WHERE e.ctid = u.tid",
    ),
};

static DELETE_STATUS_TEXTS: RowStatement = RowStatement {
    tables: &[c"amazon_status_text"],
    change: Change::Delete,
    statement: Statement(
        "DELETE FROM ONLY rfba.amazon_status_text t USING pg_catalog.unnest($1) AS u (tid) \
         WHERE t.ctid = u.tid",
    ),
};

/// The user's editions and status texts take the place of shipped ones.
pub fn replace_shipped() -> Result<(), Blocked> {
    Session::run(Facts::Newest, |session| {
        let editions = |session: &Session| replaced(session, &EDITIONS, str::to_owned);
        change_rows(session, &DELETE_EDITIONS, editions)?;
        let texts = |session: &Session| replaced(session, &STATUS_TEXTS, status_text_key);
        change_rows(session, &DELETE_STATUS_TEXTS, texts)?;
        Ok(())
    })
}

/// Where the shipped rows are that a row of the user's stands for: one with the same key.
fn replaced(
    session: &Session,
    index: &'static Index,
    key: impl Fn(&str) -> String,
) -> Vec<ItemPointerData> {
    let (mut own, mut shipped) = (HashSet::new(), Vec::new());
    Cursor::open(session, index, &[]).each(&[], |row| {
        let key = key(&row.get::<String>(1));
        if row.get(0) {
            shipped.push((row.tid(), key));
        } else {
            own.insert(key);
        }
    });
    shipped.into_iter().filter_map(|(tid, key)| own.contains(&key).then_some(tid)).collect()
}
