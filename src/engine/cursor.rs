//! Reading by key: a scan of a named index for rows whose leading columns equal the keys. No plan,
//! so no statistics and no cached plan can lead it astray.
//!
//! Invariants: a cursor is open no longer than its session; a row is read before the next one is
//! fetched; keys live until the next seek; an index is scanned with the types its columns have.

use std::ffi::CStr;
use std::marker::PhantomData;

use pgrx::datum::IntoDatum;
use pgrx::pg_sys;

use super::session::Session;
use super::values::{Column, Types, Value, relation};
use crate::error::Error;

/// An index of rfba's, and the columns of its table that are read through it.
pub struct Index {
    /// Name of the table.
    pub table: &'static CStr,
    /// Name of the index.
    pub name: &'static CStr,
    /// Columns to be read, by position in [`Row::get`].
    pub columns: &'static [&'static CStr],
}

/// A value for a leading column of an index.
#[derive(Clone, Copy)]
pub enum Key<'a> {
    /// `text COLLATE "C"`
    Text(&'a str),
    /// `rfba.global_sku`
    Sku(&'a str),
    /// `rfba.asin`
    Asin(i64),
}

impl Key<'_> {
    /// Equality of the column's type, and its collation.
    fn equality(self) -> (u32, pg_sys::Oid) {
        match self {
            Self::Text(_) => (pg_sys::F_TEXTEQ, pg_sys::C_COLLATION_OID),
            Self::Sku(_) => (pg_sys::F_BYTEAEQ, pg_sys::Oid::INVALID),
            Self::Asin(_) => (pg_sys::F_INT8EQ, pg_sys::Oid::INVALID),
        }
    }

    /// The type of its column.
    fn type_oid(self, types: &Types) -> pg_sys::Oid {
        match self {
            Self::Text(_) => pg_sys::TEXTOID,
            Self::Sku(_) => types.sku,
            Self::Asin(_) => types.asin,
        }
    }

    fn datum(self) -> pg_sys::Datum {
        match self {
            Self::Text(text) | Self::Sku(text) => text.into_datum(),
            Self::Asin(value) => value.into_datum(),
        }
        .unwrap_or(pg_sys::Datum::null())
    }
}

/// A scan of an index.
pub struct Cursor<'s> {
    heap: pg_sys::Relation,
    index: pg_sys::Relation,
    scan: pg_sys::IndexScanDesc,
    slot: *mut pg_sys::TupleTableSlot,
    columns: Vec<Column>,
    types: Types,
    keys: Vec<pg_sys::ScanKeyData>,
    session: PhantomData<&'s Session>,
}

impl<'s> Cursor<'s> {
    /// Opens a cursor that seeks by as many keys as `like` has, of the same types.
    pub fn open(session: &'s Session, index: &'static Index, like: &[Key]) -> Self {
        // SAFETY: relations are opened with a lock and closed by drop; the scan is on the session's
        // snapshot, which lives longer.
        unsafe {
            let heap = pg_sys::table_open(relation(index.table), pg_sys::AccessShareLock as i32);
            let opened = pg_sys::index_open(relation(index.name), pg_sys::AccessShareLock as i32);
            let types = Types::now();
            let entry = (*opened).rd_index;
            let serves = (*entry).indrelid == (*heap).rd_id
                && (*entry).indisvalid
                && (*(*opened).rd_rel).relam == pg_sys::BTREE_AM_OID
                && pg_sys::RelationGetIndexPredicate(opened).is_null();
            let sought = serves
                && like.iter().enumerate().all(|(i, key)| {
                    pg_sys::SPI_gettypeid((*opened).rd_att, i as i32 + 1) == key.type_oid(&types)
                });
            let columns: Option<Vec<Column>> =
                index.columns.iter().map(|name| Column::find((*heap).rd_att, name)).collect();
            let (true, Some(columns)) = (sought, columns) else {
                Error::NotAsCreated(index.name).raise()
            };
            Self {
                heap,
                index: opened,
                scan: begin_scan(heap, opened, session.snapshot(), like.len() as i32),
                slot: pg_sys::table_slot_create(heap, std::ptr::null_mut()),
                columns,
                types,
                keys: like.iter().enumerate().map(|(i, &key)| scan_key(i, key)).collect(),
                session: PhantomData,
            }
        }
    }

    /// Goes before the first row with these keys.
    pub fn seek(&mut self, keys: &[Key]) {
        for (scan_key, key) in self.keys.iter_mut().zip(keys) {
            scan_key.sk_argument = key.datum();
        }
        // SAFETY: the scan was begun with this many keys.
        unsafe {
            pg_sys::index_rescan(
                self.scan,
                self.keys.as_mut_ptr(),
                self.keys.len() as i32,
                std::ptr::null_mut(),
                0,
            );
        }
    }

    /// The next row with the keys of the last seek.
    pub fn next(&mut self) -> Option<Row<'_>> {
        // SAFETY: scan and slot are open; all columns are made readable before the row is.
        unsafe {
            let forward = pg_sys::ScanDirection::ForwardScanDirection;
            if !pg_sys::index_getnext_slot(self.scan, forward, self.slot) {
                return None;
            }
            pg_sys::slot_getsomeattrs_int(self.slot, (*(*self.slot).tts_tupleDescriptor).natts);
        }
        Some(Row { slot: self.slot, columns: &self.columns, types: &self.types })
    }

    /// Seeks, and calls `each` with every row.
    pub fn each(&mut self, keys: &[Key], mut each: impl FnMut(Row)) {
        self.seek(keys);
        while let Some(row) = self.next() {
            each(row);
        }
    }
}

impl Drop for Cursor<'_> {
    fn drop(&mut self) {
        // After an ERROR the abort closes what is open.
        if std::thread::panicking() {
            return;
        }
        // SAFETY: opened by `open`, closed once; the locks stay until the transaction ends.
        unsafe {
            pg_sys::index_endscan(self.scan);
            pg_sys::ExecDropSingleTupleTableSlot(self.slot);
            pg_sys::index_close(self.index, pg_sys::NoLock as i32);
            pg_sys::table_close(self.heap, pg_sys::NoLock as i32);
        }
    }
}

/// A row under a cursor. Good until the next one is fetched.
pub struct Row<'c> {
    slot: *mut pg_sys::TupleTableSlot,
    columns: &'c [Column],
    types: &'c Types,
}

impl Row<'_> {
    /// A column, by its position in [`Index::columns`]; `None` for null.
    pub fn optional<T: Value>(&self, position: usize) -> Option<T> {
        // SAFETY: the slot holds a row of the columns' table, and all of them are readable.
        unsafe { self.columns.get(position)?.read(self.slot, self.types) }
    }

    /// A column, the type's default for null.
    pub fn get<T: Value>(&self, position: usize) -> T {
        self.optional(position).unwrap_or_default()
    }

    /// Whether a column is null.
    pub fn is_null(&self, position: usize) -> bool {
        // SAFETY: as in `optional`.
        self.columns.get(position).is_none_or(|column| unsafe { column.is_null(self.slot) })
    }

    /// Where the row is.
    pub fn tid(&self) -> pg_sys::ItemPointerData {
        // SAFETY: the slot holds a row of its table.
        unsafe { (*self.slot).tts_tid }
    }
}

fn scan_key(position: usize, key: Key) -> pg_sys::ScanKeyData {
    let (equality, collation) = key.equality();
    let mut scan_key = pg_sys::ScanKeyData::default();
    // SAFETY: fills the key in; the function is built in.
    unsafe {
        pg_sys::ScanKeyEntryInitialize(
            &mut scan_key,
            0,
            position as i16 + 1,
            pg_sys::BTEqualStrategyNumber as u16,
            pg_sys::Oid::INVALID,
            collation,
            pg_sys::Oid::from(equality),
            pg_sys::Datum::null(),
        );
    }
    scan_key
}

/// # Safety
/// The relations must be open, the index one of the table, and the snapshot alive with the scan.
unsafe fn begin_scan(
    heap: pg_sys::Relation,
    index: pg_sys::Relation,
    snapshot: pg_sys::Snapshot,
    keys: i32,
) -> pg_sys::IndexScanDesc {
    // SAFETY: by the contract above.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        return pg_sys::index_beginscan(heap, index, snapshot, keys, 0);
        #[cfg(feature = "pg18")]
        return pg_sys::index_beginscan(heap, index, snapshot, std::ptr::null_mut(), keys, 0);
    }
}
