//! Which rates a backend has at hand, and whether they are still those of the tables.

use std::cell::{Cell, RefCell};

use pgrx::pg_sys;

use super::Rates;
use crate::engine::cursor::{Cursor, Index};
use crate::engine::rows::{Blocked, Change};
use crate::engine::session::{Facts, Session};
use crate::engine::statement::{RowStatement, Statement, change_rows};

static VERSION: Index =
    Index { table: c"rates_version", name: c"rates_version_pkey", columns: &[c"version"] };

static NEXT_VERSION: RowStatement = RowStatement {
    tables: &[c"rates_version"],
    change: Change::Update,
    statement: Statement(
        "UPDATE ONLY rfba.rates_version v \
         SET version = pg_catalog.nextval('rfba.rates_version_number'::pg_catalog.regclass) \
         FROM pg_catalog.unnest($1) AS u (tid) WHERE v.ctid = u.tid",
    ),
};

/// Of which extension, and which version of its rates.
type Version = (pg_sys::Oid, i64);

thread_local! {
    /// What was read last, and of which version.
    static LAST: RefCell<Option<(Version, Rates)>> = const { RefCell::new(None) };
    /// The transaction that changed rates last. It reads them anew, for what it is writing has no
    /// number yet, or one that it may take back.
    static CHANGING: Cell<pg_sys::TransactionId> =
        const { Cell::new(pg_sys::TransactionId::INVALID) };
}

/// Whether this transaction has changed rates.
fn being_changed() -> bool {
    // SAFETY: a transaction is running.
    let own = unsafe { pg_sys::GetTopTransactionIdIfAny() };
    own != pg_sys::TransactionId::INVALID && own == CHANGING.get()
}

/// Rates are about to be changed.
pub fn changing() {
    // SAFETY: a transaction is running, and about to write.
    CHANGING.set(unsafe { pg_sys::GetTopTransactionId() });
}

/// Runs `work` with the rates of a day, those at hand where they are of the version that the session
/// sees; `None` for a day that no calendar has.
pub fn with_known_rates<T>(
    session: &Session,
    date: i32,
    work: impl FnOnce(&mut Rates) -> T,
) -> Option<T> {
    if being_changed() {
        return Some(work(&mut Rates::on(date)?));
    }
    let mut version = None;
    Cursor::open(session, &VERSION, &[]).each(&[], |row| {
        version = row.optional(0).map(|version| (session.types().extension(), version));
    });
    let known = LAST.take().filter(|(of, rates)| Some(*of) == version && rates.date == date);
    let mut rates = match known {
        Some((_, rates)) => rates,
        None => Rates::on(date)?,
    };
    let result = work(&mut rates);
    LAST.set(version.map(|version| (version, rates)));
    Some(result)
}

/// Makes another version of the rates: they have changed, and the program is locked.
pub fn changed() -> Result<(), Blocked> {
    Session::run(Facts::Newest, |session| {
        change_rows(session, &NEXT_VERSION, |session| {
            let mut tids = Vec::new();
            Cursor::open(session, &VERSION, &[]).each(&[], |row| tids.push(row.tid()));
            tids
        })?;
        Ok(())
    })
}
