//! Reading by key: a scan of a named index for rows whose leading columns match the keys. No plan,
//! so no statistics and no cached plan can lead it astray.
//!
//! Invariants: a cursor is open no longer than its session; a row is read before the next one is
//! fetched; keys live until the next seek; an index is scanned with the types its columns have.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::CStr;
use std::marker::PhantomData;
use std::rc::Rc;

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

/// Where an index and its columns were found last.
#[derive(Clone)]
struct Found {
    extension: pg_sys::Oid,
    table: pg_sys::Oid,
    index: pg_sys::Oid,
    columns: Rc<[Column]>,
}

thread_local! {
    static FOUND: RefCell<HashMap<*const Index, Found>> = RefCell::new(HashMap::new());
}

impl Index {
    /// Opens its table and itself, in this extension.
    fn open(&'static self, extension: pg_sys::Oid) -> (pg_sys::Relation, pg_sys::Relation) {
        let known = FOUND.with_borrow(|found| {
            let found = found.get(&std::ptr::from_ref(self))?;
            (found.extension == extension).then_some((found.table, found.index))
        });
        if let Some((heap, index)) = known.and_then(|(table, index)| try_open(table, index)) {
            // It may have another one's name since, as REINDEX CONCURRENTLY does it.
            // SAFETY: both are open.
            let is_it = unsafe {
                let name = CStr::from_ptr((*(*index).rd_rel).relname.data.as_ptr());
                name == self.name && (*(*index).rd_index).indisvalid
            };
            if is_it {
                return (heap, index);
            }
            close(heap, index);
        }
        let (table, index) = (relation(self.table), relation(self.name));
        let found = Found { extension, table, index, columns: Rc::new([]) };
        FOUND.with_borrow_mut(|all| all.insert(std::ptr::from_ref(self), found));
        try_open(table, index).unwrap_or_else(|| Error::NotAsCreated(self.name).raise())
    }

    /// Its columns in the table, looked for again where they are not as they were.
    ///
    /// # Safety
    /// The descriptor must be the table's, and alive.
    unsafe fn columns_of(&'static self, descriptor: pg_sys::TupleDesc) -> Option<Rc<[Column]>> {
        let known = FOUND.with_borrow(|found| {
            found.get(&std::ptr::from_ref(self)).map(|found| found.columns.clone())
        });
        let known = known.filter(|columns| {
            columns.len() == self.columns.len()
                // SAFETY: by the contract above.
                && columns.iter().zip(self.columns).all(|(it, name)| unsafe { it.is(descriptor, name) })
        });
        known.or_else(|| {
            // SAFETY: by the contract above.
            let find = |name: &&'static CStr| unsafe { Column::find(descriptor, name) };
            let columns: Rc<[Column]> = self.columns.iter().map(find).collect::<Option<_>>()?;
            FOUND.with_borrow_mut(|found| {
                if let Some(found) = found.get_mut(&std::ptr::from_ref(self)) {
                    found.columns = columns.clone();
                }
            });
            Some(columns)
        })
    }
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
    /// `rfba.marketplace`
    Marketplace(i16),
    /// `date`: from the first day to the last
    Days(i32, i32),
}

/// A comparison of a column with a value.
struct Comparison {
    strategy: u32,
    function: u32,
    value: pg_sys::Datum,
}

impl Key<'_> {
    /// How its column is compared: mostly once, for equality.
    fn comparisons(self) -> impl Iterator<Item = Comparison> {
        let equal = |function, value: Option<pg_sys::Datum>| {
            let value = value.unwrap_or(pg_sys::Datum::null());
            Comparison { strategy: pg_sys::BTEqualStrategyNumber, function, value }
        };
        let (first, second) = match self {
            Self::Text(text) => (equal(pg_sys::F_TEXTEQ, text.into_datum()), None),
            Self::Sku(text) => (equal(pg_sys::F_BYTEAEQ, text.into_datum()), None),
            Self::Asin(value) => (equal(pg_sys::F_INT8EQ, value.into_datum()), None),
            Self::Marketplace(packed) => (equal(pg_sys::F_INT2EQ, packed.into_datum()), None),
            Self::Days(first, last) => {
                let [first, last] = [first, last].map(pg_sys::Datum::from);
                (
                    Comparison {
                        strategy: pg_sys::BTGreaterEqualStrategyNumber,
                        function: pg_sys::F_DATE_GE,
                        value: first,
                    },
                    Some(Comparison {
                        strategy: pg_sys::BTLessEqualStrategyNumber,
                        function: pg_sys::F_DATE_LE,
                        value: last,
                    }),
                )
            }
        };
        std::iter::once(first).chain(second)
    }

    /// The collation of its column.
    fn collation(self) -> pg_sys::Oid {
        match self {
            Self::Text(_) => pg_sys::C_COLLATION_OID,
            _ => pg_sys::Oid::INVALID,
        }
    }

    /// The type of its column.
    fn type_oid(self, types: &Types) -> pg_sys::Oid {
        match self {
            Self::Text(_) => pg_sys::TEXTOID,
            Self::Sku(_) => types.sku,
            Self::Asin(_) => types.asin,
            Self::Marketplace(_) => types.marketplace,
            Self::Days(..) => pg_sys::DATEOID,
        }
    }
}

/// A scan of an index.
pub struct Cursor<'s> {
    heap: pg_sys::Relation,
    index: pg_sys::Relation,
    scan: pg_sys::IndexScanDesc,
    slot: *mut pg_sys::TupleTableSlot,
    columns: Rc<[Column]>,
    /// How many of the table's columns are made readable.
    readable: i32,
    types: Types,
    keys: Vec<pg_sys::ScanKeyData>,
    session: PhantomData<&'s Session>,
}

impl<'s> Cursor<'s> {
    /// Opens a cursor that seeks by as many keys as `like` has, of the same types.
    pub fn open(session: &'s Session, index: &'static Index, like: &[Key]) -> Self {
        let types = session.types();
        // SAFETY: relations are opened with a lock and closed by drop; the scan is on the session's
        // snapshot, which lives longer.
        unsafe {
            let (heap, opened) = index.open(types.extension());
            let entry = (*opened).rd_index;
            let serves = (*entry).indrelid == (*heap).rd_id
                && (*entry).indisvalid
                && (*(*opened).rd_rel).relam == pg_sys::BTREE_AM_OID
                && pg_sys::RelationGetIndexPredicate(opened).is_null();
            let sought = serves
                && like.iter().enumerate().all(|(i, key)| {
                    pg_sys::SPI_gettypeid((*opened).rd_att, i as i32 + 1) == key.type_oid(&types)
                        && *(*opened).rd_indcollation.add(i) == key.collation()
                });
            let columns = index.columns_of((*heap).rd_att);
            let (true, Some(columns)) = (sought, columns) else {
                Error::NotAsCreated(index.name).raise()
            };
            let keys: Vec<_> =
                like.iter().enumerate().flat_map(|(i, &key)| scan_keys(i, key)).collect();
            Self {
                heap,
                index: opened,
                scan: begin_scan(heap, opened, session.snapshot(), keys.len() as i32),
                slot: pg_sys::table_slot_create(heap, std::ptr::null_mut()),
                readable: columns.iter().map(|column| column.number()).max().unwrap_or_default(),
                columns,
                types,
                keys,
                session: PhantomData,
            }
        }
    }

    /// Goes before the first row with these keys.
    pub fn seek(&mut self, keys: &[Key]) {
        let values = keys.iter().flat_map(|key| key.comparisons());
        for (scan_key, Comparison { value, .. }) in self.keys.iter_mut().zip(values) {
            scan_key.sk_argument = value;
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
        self.fetch(pg_sys::ScanDirection::ForwardScanDirection)
    }

    /// The same from the last row to the first; after a seek only one of both may be called.
    pub fn previous(&mut self) -> Option<Row<'_>> {
        self.fetch(pg_sys::ScanDirection::BackwardScanDirection)
    }

    fn fetch(&mut self, direction: i32) -> Option<Row<'_>> {
        // SAFETY: scan and slot are open; all columns that are read are made readable.
        unsafe {
            if !pg_sys::index_getnext_slot(self.scan, direction, self.slot) {
                return None;
            }
            pg_sys::slot_getsomeattrs_int(self.slot, self.readable);
        }
        Some(Row { slot: self.slot, columns: &self.columns, types: &self.types })
    }

    /// Whether there is a row with these keys.
    pub fn any(&mut self, keys: &[Key]) -> bool {
        self.seek(keys);
        self.next().is_some()
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
        // SAFETY: made by `open`, dropped once.
        unsafe {
            pg_sys::index_endscan(self.scan);
            pg_sys::ExecDropSingleTupleTableSlot(self.slot);
        }
        close(self.heap, self.index);
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
        // SAFETY: the slot holds a row of the columns' table, and they are readable.
        unsafe { self.columns.get(position)?.read(self.slot, self.types) }
    }

    /// A column, the type's default for null.
    pub fn get<T: Value>(&self, position: usize) -> T {
        self.optional(position).unwrap_or_default()
    }

    /// Whether a column holds this text.
    pub fn is_text(&self, position: usize, text: &str) -> bool {
        // SAFETY: as in `optional`.
        unsafe {
            self.columns.get(position).is_some_and(|it| it.is_text(self.slot, self.types, text))
        }
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

fn scan_keys(position: usize, key: Key) -> impl Iterator<Item = pg_sys::ScanKeyData> {
    let collation = key.collation();
    key.comparisons().map(move |Comparison { strategy, function, .. }| {
        let mut scan_key = pg_sys::ScanKeyData::default();
        // SAFETY: fills the key in; the function is built in.
        unsafe {
            pg_sys::ScanKeyEntryInitialize(
                &mut scan_key,
                0,
                position as i16 + 1,
                strategy as u16,
                pg_sys::Oid::INVALID,
                collation,
                pg_sys::Oid::from(function),
                pg_sys::Datum::null(),
            );
        }
        scan_key
    })
}

fn close(heap: pg_sys::Relation, index: pg_sys::Relation) {
    // SAFETY: both are open; the locks stay until the transaction ends.
    unsafe {
        pg_sys::relation_close(index, pg_sys::NoLock as i32);
        pg_sys::relation_close(heap, pg_sys::NoLock as i32);
    }
}

/// Opens a table and an index, if both are there.
fn try_open(
    table: pg_sys::Oid,
    index: pg_sys::Oid,
) -> Option<(pg_sys::Relation, pg_sys::Relation)> {
    // SAFETY: opened with a lock, and closed here where it is not handed on.
    unsafe {
        let heap = pg_sys::try_relation_open(table, pg_sys::AccessShareLock as i32);
        if heap.is_null() {
            return None;
        }
        let opened = pg_sys::try_relation_open(index, pg_sys::AccessShareLock as i32);
        if opened.is_null() || (*opened).rd_index.is_null() {
            pg_sys::relation_close(heap, pg_sys::NoLock as i32);
            if !opened.is_null() {
                pg_sys::relation_close(opened, pg_sys::NoLock as i32);
            }
            return None;
        }
        Some((heap, opened))
    }
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
