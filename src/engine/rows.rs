//! Rows that somebody else is changing: the engine never waits for one while it holds its own locks,
//! for whoever changes it may be about to ask for these. It is told that it is [`Blocked`], lets its
//! locks go, waits, and begins again.
//!
//! Only rows of base tables need it that somebody may be changing for reasons of their own. What the
//! engine alone writes is written under its locks.

use std::ffi::CStr;

use pgrx::pg_sys;

use super::cursor::{Cursor, Entry, Index, Key};
use super::references;
use super::session::Session;
use super::table::guarded;
use super::values::relation;
use crate::error::Error;

/// What stands in the way.
pub enum Blocked {
    /// A row that another transaction has locked.
    Row { table: &'static CStr, tid: pg_sys::ItemPointerData, change: Change },
    /// A transaction that is inserting a row with the same key.
    Transaction(pg_sys::TransactionId),
    /// Rows of sellers that are gone, which are to go too.
    RowsOfNobody(Vec<String>),
}

/// How a row is to be changed.
#[derive(Clone, Copy)]
pub enum Change {
    /// Its key stays.
    Update = pg_sys::LockTupleMode::LockTupleNoKeyExclusive as isize,
    /// It goes.
    Delete = pg_sys::LockTupleMode::LockTupleExclusive as isize,
}

impl Blocked {
    /// Waits until it is gone, or sees to it.
    pub fn wait(self) {
        match self {
            Self::Row { table, tid, change } => {
                let wait = pg_sys::LockWaitPolicy::LockWaitBlock;
                Rows::open(table).lock(tid, change, wait);
            }
            Self::RowsOfNobody(sellers) => references::delete_rows(&sellers),
            // SAFETY: a transaction was found to be under way.
            Self::Transaction(xid) => unsafe {
                pg_sys::XactLockTableWait(
                    xid,
                    std::ptr::null_mut(),
                    std::ptr::null_mut(),
                    pg_sys::XLTW_Oper::XLTW_None,
                );
            },
        }
    }
}

/// Locks rows that are about to be changed.
pub fn lock(
    table: &'static CStr,
    tids: impl Iterator<Item = pg_sys::ItemPointerData>,
    change: Change,
) -> Result<(), Blocked> {
    let mut rows: Option<Rows> = None;
    for tid in tids {
        let rows = rows.get_or_insert_with(|| Rows::open(table));
        if !rows.lock(tid, change, pg_sys::LockWaitPolicy::LockWaitSkip) {
            return Err(Blocked::Row { table, tid, change });
        }
    }
    Ok(())
}

/// Looks for rows that somebody is inserting, in a session that sees what is not committed yet.
pub struct Uncommitted<'s> {
    session: &'s Session,
    /// Who is inserting the row that was read last, if anybody else is.
    inserting: &'s dyn Fn() -> pg_sys::TransactionId,
    /// For a few items of this index.
    few: Option<(&'static Index, Cursor<'s>)>,
}

impl<'s> Uncommitted<'s> {
    /// Runs `work` with such a session beside the one that is open.
    pub fn run<T>(session: &Session, work: impl FnOnce(Uncommitted) -> T) -> T {
        session.with_uncommitted(|session, inserting| {
            work(Uncommitted { session, inserting, few: None })
        })
    }

    /// Makes sure that nobody is inserting rows of a seller's items, which come in order, into a table
    /// whose key is seller, SKU and marketplace.
    pub fn none_comes<'k>(
        &mut self,
        index: &'static Index,
        seller_id: &str,
        items: impl ExactSizeIterator<Item = (&'k str, i16)>,
    ) -> Result<(), Blocked> {
        const FEW: usize = 8;
        let keys = |sku| [Key::Text(seller_id), Key::Sku(sku)];
        let count = items.len();
        let mut many = None;
        let rows = match &mut self.few {
            Some((of, few)) if count <= FEW && std::ptr::eq(*of, index) => few,
            few if count <= FEW => {
                &mut few.insert((index, Cursor::open(self.session, index, &keys("")))).1
            }
            _ => many.insert(Cursor::open_for(self.session, index, &keys(""), count)),
        };
        let mut items = items.peekable();
        while let Some((sku, marketplace)) = items.next() {
            let mut marketplaces = vec![marketplace];
            while let Some((_, another)) = items.next_if(|(another, _)| *another == sku) {
                marketplaces.push(another);
            }
            let mut by = pg_sys::TransactionId::INVALID;
            let is_wanted = |entry: Entry| entry.get(2).is_none_or(|it| marketplaces.contains(&it));
            rows.each_of(&keys(sku), is_wanted, |_| {
                if by == pg_sys::TransactionId::INVALID {
                    by = (self.inserting)();
                }
            });
            if by != pg_sys::TransactionId::INVALID {
                return Err(Blocked::Transaction(by));
            }
        }
        Ok(())
    }
}

/// A table whose rows are being locked.
struct Rows {
    relation: pg_sys::Relation,
    slot: *mut pg_sys::TupleTableSlot,
}

impl Rows {
    fn open(table: &'static CStr) -> Self {
        // SAFETY: opened with the lock of who locks rows, and closed by drop.
        unsafe {
            let relation =
                pg_sys::table_open(relation(table), pg_sys::RowShareLock as pg_sys::LOCKMODE);
            Self { relation, slot: pg_sys::table_slot_create(relation, std::ptr::null_mut()) }
        }
    }

    /// Locks a row; whether nobody else has it. One that is not there any more is nobody's.
    fn lock(
        &mut self,
        mut tid: pg_sys::ItemPointerData,
        change: Change,
        wait: pg_sys::LockWaitPolicy::Type,
    ) -> bool {
        // SAFETY: the relation is open, and the slot one of its kind.
        let result = unsafe {
            let Some(lock) = (*(*self.relation).rd_tableam).tuple_lock else { return true };
            let mut failure = pg_sys::TM_FailureData::default();
            let (relation, slot) = (self.relation, self.slot);
            let snapshot = pg_sys::GetActiveSnapshot();
            let command = pg_sys::GetCurrentCommandId(true);
            let (tid, failure) = (&mut tid, &mut failure);
            let mode = change as pg_sys::LockTupleMode::Type;
            guarded(|| lock(relation, tid, snapshot, slot, command, mode, wait, 0, failure))
        };
        if result == pg_sys::TM_Result::TM_Invisible {
            Error::ConcurrentChange.raise();
        }
        result != pg_sys::TM_Result::TM_WouldBlock
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        // After an ERROR the abort closes what is open.
        if !std::thread::panicking() {
            // SAFETY: made by `open`, dropped once; the lock stays until the transaction ends.
            unsafe {
                pg_sys::ExecDropSingleTupleTableSlot(self.slot);
                pg_sys::table_close(self.relation, pg_sys::NoLock as i32);
            }
        }
    }
}
