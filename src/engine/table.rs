//! Writing a table without SQL: rows by the batch, an UPDATE or DELETE by where the row is.
//!
//! Only for tables that the engine alone writes or whose rows it knows to be right, and only where the
//! table is as rfba made it: such a write runs no trigger, CHECK, default or rule. Where somebody has
//! added one, or a column, [`Table::open`] says no, and SQL does it.
//!
//! Invariants: a table is open no longer than its session, and lives in its memory; rows that were
//! inserted are on their way until [`Table::flush`], and nothing of the engine's looks for them before.

mod layout;

use std::ffi::CStr;

use pgrx::datum::IntoDatum;
use pgrx::pg_sys;

use layout::places;
pub use layout::{Cell, Kind, Layout};

use super::session::Session;
use super::values::{Types, attribute, relation, varlena_header};
use crate::error::Error;

/// Rows that are written at once.
const BATCH: usize = 1000;

/// From this many rows on pages are filled one after the other, without a look at what is free.
const BULK: usize = 50;

/// A table that is being written.
pub struct Table<'s> {
    layout: &'static Layout,
    relation: pg_sys::Relation,
    /// For the table's indexes; opened when the first of them is written.
    target: *mut pg_sys::ResultRelInfo,
    state: *mut pg_sys::EState,
    bulk: pg_sys::BulkInsertState,
    /// Where each cell goes.
    places: Vec<usize>,
    /// Rows, the first `inserted` of which are to be inserted.
    slots: Vec<*mut pg_sys::TupleTableSlot>,
    inserted: usize,
    /// Rows may be updated, or deleted, as far as publications go.
    may_change: [bool; 2],
    /// An index of somebody else's runs code of theirs, which is not the caller's to run.
    as_owner: bool,
    sequence: pg_sys::Oid,
    /// The texts of a row that is being made.
    texts: Vec<u8>,
    types: Types,
    crosscheck: pg_sys::Snapshot,
    snapshot: pg_sys::Snapshot,
    session: &'s Session,
}

impl<'s> Table<'s> {
    /// Opens a table, if it is as rfba made it.
    pub fn open(session: &'s Session, layout: &'static Layout) -> Option<Self> {
        let types = session.types();
        // SAFETY: the relation is opened with the lock of a writer and closed here or by drop; what
        // is made lives in the session's memory.
        session.in_memory(|| unsafe {
            let mode = pg_sys::RowExclusiveLock as i32;
            let relation = pg_sys::table_open(relation(layout.name), mode);
            let Some(places) = places(relation, layout, &types) else {
                pg_sys::table_close(relation, pg_sys::NoLock as i32);
                return None;
            };
            Some(Self {
                layout,
                relation,
                target: std::ptr::null_mut(),
                state: pg_sys::CreateExecutorState(),
                bulk: std::ptr::null_mut(),
                places,
                slots: Vec::new(),
                inserted: 0,
                may_change: [false; 2],
                as_owner: false,
                sequence: pg_sys::Oid::INVALID,
                texts: Vec::new(),
                types,
                crosscheck: session.crosscheck(),
                snapshot: session.snapshot(),
                session,
            })
        })
    }

    /// Inserts a row, or will do so with others.
    pub fn insert(&mut self, cells: &[Cell]) {
        let slot = self.make_row(self.inserted, cells);
        // SAFETY: the row's texts are about to be overwritten, so the slot copies them.
        unsafe {
            if let Some(copy) = (*(*slot).tts_ops).materialize {
                guarded(|| copy(slot));
            }
        }
        self.inserted += 1;
        if self.inserted == BATCH {
            self.flush();
        }
    }

    /// Refuses what subscribers could not be told of.
    fn require_identity(&mut self, change: pg_sys::CmdType::Type) {
        let known = &mut self.may_change[usize::from(change == pg_sys::CmdType::CMD_DELETE)];
        if !*known {
            // SAFETY: the relation is open; raises an error of PostgreSQL's own.
            unsafe { pg_sys::CheckCmdReplicaIdentity(self.relation, change) };
            *known = true;
        }
    }

    /// Updates the row that the session saw there.
    pub fn update(&mut self, mut tid: pg_sys::ItemPointerData, cells: &[Cell]) {
        self.require_identity(pg_sys::CmdType::CMD_UPDATE);
        let slot = self.make_row(self.inserted, cells);
        // SAFETY: the relation is open for writing, the slot holds a row of it, and the snapshots
        // are the session's.
        unsafe {
            let mut failure = pg_sys::TM_FailureData::default();
            let mut mode: pg_sys::LockTupleMode::Type = 0;
            #[cfg(feature = "pg15")]
            let mut indexes = false;
            #[cfg(not(feature = "pg15"))]
            let mut indexes: pg_sys::TU_UpdateIndexes::Type = 0;
            let result = self.within(|table| {
                let update = (*(*table.relation).rd_tableam).tuple_update?;
                let command = pg_sys::GetCurrentCommandId(true);
                let &mut Self { relation, snapshot, crosscheck, .. } = table;
                let (failure, mode, indexes) = (&mut failure, &mut mode, &mut indexes);
                let tid = &mut tid;
                Some(guarded(|| {
                    update(
                        relation, tid, slot, command, snapshot, crosscheck, true, failure, mode,
                        indexes,
                    )
                }))
            });
            check(result);
            #[cfg(feature = "pg15")]
            let (any, summarizing) = (indexes, false);
            #[cfg(not(feature = "pg15"))]
            let (any, summarizing) = (
                indexes != pg_sys::TU_UpdateIndexes::TU_None,
                indexes == pg_sys::TU_UpdateIndexes::TU_Summarizing,
            );
            if any {
                self.open_indexes();
                self.with_rights(|table| table.write_indexes(slot, true, summarizing));
            }
        }
    }

    /// Deletes the row that the session saw there.
    pub fn delete(&mut self, mut tid: pg_sys::ItemPointerData) {
        self.require_identity(pg_sys::CmdType::CMD_DELETE);
        // SAFETY: the relation is open for writing, and the snapshots are the session's.
        let result = self.within(|table| unsafe {
            let mut failure = pg_sys::TM_FailureData::default();
            let delete = (*(*table.relation).rd_tableam).tuple_delete?;
            let command = pg_sys::GetCurrentCommandId(true);
            let &mut Self { relation, snapshot, crosscheck, .. } = table;
            let (tid, failure) = (&mut tid, &mut failure);
            Some(guarded(|| {
                delete(relation, tid, command, snapshot, crosscheck, true, failure, false)
            }))
        });
        check(result);
    }

    /// Makes a row in a slot of those from `inserted` on. Its texts are good until the next one.
    fn make_row(&mut self, at: usize, cells: &[Cell]) -> *mut pg_sys::TupleTableSlot {
        debug_assert_eq!(cells.len(), self.layout.columns.len(), "a cell for each column");
        while self.slots.len() <= at {
            // SAFETY: a slot of the relation's own kind, in the session's memory.
            let slot = self.in_memory(|table| unsafe {
                pg_sys::table_slot_create(table.relation, std::ptr::null_mut())
            });
            self.slots.push(slot);
        }
        let slot = self.slots[at];
        let texts =
            cells.iter().map(|cell| if let Cell::Text(text) = cell { text.len() } else { 0 });
        // They must not move while the row is made of them.
        self.texts.clear();
        self.texts.reserve(texts.map(|length| length + 2 * size_of::<u32>()).sum());
        // SAFETY: every place is a column's of the relation, and a dropped column is null.
        unsafe {
            if let Some(clear) = (*(*slot).tts_ops).clear {
                guarded(|| clear(slot));
            }
            let columns = (*(*slot).tts_tupleDescriptor).natts as usize;
            std::slice::from_raw_parts_mut((*slot).tts_isnull, columns).fill(true);
            for (at, &cell) in cells.iter().enumerate().take(self.places.len()) {
                let datum = self.datum(cell);
                let place = self.places[at];
                *(*slot).tts_isnull.add(place) = datum.is_none();
                *(*slot).tts_values.add(place) = datum.unwrap_or(pg_sys::Datum::null());
            }
            pg_sys::ExecStoreVirtualTuple(slot)
        }
    }

    fn datum(&mut self, cell: Cell) -> Option<pg_sys::Datum> {
        match cell {
            Cell::Text(text) => {
                const WORD: usize = size_of::<u32>();
                let padding = self.texts.len().next_multiple_of(WORD) - self.texts.len();
                self.texts.extend(std::iter::repeat_n(0, padding));
                let start = self.texts.len();
                self.texts.extend(varlena_header(WORD + text.len()));
                self.texts.extend(text.as_bytes());
                Some(self.texts[start..].as_ptr().into())
            }
            Cell::Asin(value) | Cell::Timestamp(value) => value.into_datum(),
            Cell::Number(value) => value.into_datum(),
            Cell::Marketplace(value) => value.into_datum(),
            Cell::Boolean(value) => value.into_datum(),
            Cell::Integer(value) => value.into_datum(),
            Cell::Status(status) => status.map(|status| self.types.status(status).into()),
            Cell::Next => self.next_number().into_datum(),
        }
    }

    /// The next value of the sequence of the column that has one.
    fn next_number(&mut self) -> i64 {
        if self.sequence == pg_sys::Oid::INVALID {
            // SAFETY: the relation is open.
            self.sequence = unsafe { identity(self.relation) };
        }
        next_of(self.sequence)
    }

    /// Writes the rows that are on their way. Not to be forgotten.
    pub fn flush(&mut self) {
        let rows = std::mem::take(&mut self.inserted);
        if rows == 0 {
            return;
        }
        self.open_indexes();
        // SAFETY: the first slots hold rows of the relation, which is open for writing.
        unsafe {
            if rows >= BULK && self.bulk.is_null() {
                self.bulk = self.in_memory(|_| pg_sys::GetBulkInsertState());
            }
            self.with_rights(|table| {
                let access = &*(*table.relation).rd_tableam;
                let command = pg_sys::GetCurrentCommandId(true);
                let (relation, bulk) = (table.relation, table.bulk);
                let slots = table.slots.as_mut_ptr();
                if let (1, Some(insert)) = (rows, access.tuple_insert) {
                    guarded(|| insert(relation, *slots, command, 0, std::ptr::null_mut()));
                } else if let Some(insert) = access.multi_insert {
                    guarded(|| insert(relation, slots, rows as i32, command, 0, bulk));
                }
                for at in 0..rows {
                    table.write_indexes(table.slots[at], false, false);
                }
            });
        }
    }

    fn open_indexes(&mut self) {
        if !self.target.is_null() {
            return;
        }
        // SAFETY: the executor's own way to a target of a change, in memory that lives as long as the
        // table is open.
        self.target = self.in_memory(|table| unsafe {
            let target = pg_sys::palloc0(size_of::<pg_sys::ResultRelInfo>());
            let target: *mut pg_sys::ResultRelInfo = target.cast();
            (*target).type_ = pg_sys::NodeTag::T_ResultRelInfo;
            pg_sys::InitResultRelInfo(target, table.relation, 0, std::ptr::null_mut(), 0);
            pg_sys::ExecOpenIndices(target, false);
            target
        });
        // SAFETY: the target has as many open indexes as it says.
        self.as_owner = unsafe {
            let target = &*self.target;
            (0..target.ri_NumIndices as usize).any(|at| {
                let info = &**target.ri_IndexRelationInfo.add(at);
                let entry = &*(**target.ri_IndexRelationDescs.add(at)).rd_rel;
                let name = CStr::from_ptr(entry.relname.data.as_ptr());
                let is_plain = info.ii_Expressions.is_null() && info.ii_Predicate.is_null();
                !(is_plain || self.layout.indexes.contains(&name))
            })
        };
    }

    /// Runs `work` with memory that is given back afterwards, and with the owner's rights where that
    /// matters.
    fn with_rights<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        match self.as_owner {
            true => self.session.as_owner(|| self.within(work)),
            false => self.within(work),
        }
    }

    /// # Safety
    /// The slot must hold a row that was just written.
    unsafe fn write_indexes(
        &mut self,
        slot: *mut pg_sys::TupleTableSlot,
        is_update: bool,
        #[cfg_attr(feature = "pg15", expect(unused_variables))] summarizing: bool,
    ) {
        // SAFETY: by the contract above; the indexes are open.
        unsafe {
            #[cfg(feature = "pg15")]
            pg_sys::ExecInsertIndexTuples(
                self.target,
                slot,
                self.state,
                is_update,
                false,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            );
            #[cfg(not(feature = "pg15"))]
            pg_sys::ExecInsertIndexTuples(
                self.target,
                slot,
                self.state,
                is_update,
                false,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                summarizing,
            );
        }
    }

    /// Runs `work` with memory that is given back afterwards.
    fn within<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        // SAFETY: the state's own memory for a row, which is made when it is first asked for.
        unsafe {
            let context = match (*self.state).es_per_tuple_exprcontext {
                context if context.is_null() => pg_sys::MakePerTupleExprContext(self.state),
                context => context,
            };
            let memory = (*context).ecxt_per_tuple_memory;
            let before = pg_sys::MemoryContextSwitchTo(memory);
            let result = work(self);
            pg_sys::MemoryContextSwitchTo(before);
            pg_sys::MemoryContextReset(memory);
            result
        }
    }

    fn in_memory<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let session = self.session;
        session.in_memory(|| work(self))
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        // After an ERROR the abort closes what is open.
        if std::thread::panicking() {
            return;
        }
        // SAFETY: made by this table, let go once; the lock stays until the transaction ends.
        unsafe {
            for &slot in &self.slots {
                pg_sys::ExecDropSingleTupleTableSlot(slot);
            }
            if !self.bulk.is_null() {
                pg_sys::FreeBulkInsertState(self.bulk);
            }
            if !self.target.is_null() {
                pg_sys::ExecCloseIndices(self.target);
            }
            pg_sys::FreeExecutorState(self.state);
            pg_sys::table_close(self.relation, pg_sys::NoLock as i32);
        }
    }
}

/// The engine's locks keep others from a row, but neither a transaction that is older than its last
/// change, nor who writes it by hand.
fn check(result: Option<pg_sys::TM_Result::Type>) {
    match result {
        Some(pg_sys::TM_Result::TM_Ok) => {}
        Some(pg_sys::TM_Result::TM_Updated | pg_sys::TM_Result::TM_Deleted) => {
            Error::ConcurrentChange.raise()
        }
        _ => Error::ChangedByTrigger.raise(),
    }
}

/// The sequence of the relation's identity column.
///
/// # Safety
/// The relation must be open.
unsafe fn identity(relation: pg_sys::Relation) -> pg_sys::Oid {
    // SAFETY: by the contract above.
    unsafe {
        let descriptor = (*relation).rd_att;
        let columns = 0..(*descriptor).natts as usize;
        let mut identities = columns.filter(|&at| attribute(descriptor, at).attidentity != 0);
        let number = identities.next().map_or(0, |at| at as i16 + 1);
        #[cfg(any(feature = "pg15", feature = "pg16"))]
        return pg_sys::getIdentitySequence((*relation).rd_id, number, false);
        #[cfg(not(any(feature = "pg15", feature = "pg16")))]
        return pg_sys::getIdentitySequence(relation, number, false);
    }
}

/// The next value of a sequence of rfba's. The writer's own right to it is not asked for: it is not
/// the user who writes.
fn next_of(sequence: pg_sys::Oid) -> i64 {
    unsafe extern "C-unwind" {
        // pgrx has no binding of it.
        fn nextval_internal(sequence: pg_sys::Oid, check_permissions: bool) -> i64;
    }
    // SAFETY: the server's function, as its header declares it.
    unsafe { guarded(|| nextval_internal(sequence, false)) }
}

/// Calls a function of the server's that pgrx has no binding of, which would turn an ERROR into a
/// panic: it must not jump over what is to be dropped.
///
/// # Safety
/// The call must be sound, and the closure do nothing else.
pub(super) unsafe fn guarded<T>(call: impl FnOnce() -> T) -> T {
    // SAFETY: by the contract above.
    unsafe { pg_sys::ffi::pg_guard_ffi_boundary(call) }
}
