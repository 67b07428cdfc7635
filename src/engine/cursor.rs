//! Reading by key: a scan of a named index for rows whose leading columns match the keys. No plan,
//! so no statistics and no cached plan can lead it astray. Of many keys in order the scan goes on from
//! one to the next where they are near each other, and seeks where they are not.
//!
//! Invariants: a cursor is open no longer than its session, and lives in its memory; a row is read
//! before the next one is fetched; keys live until the next seek; an index is scanned with the types
//! its columns have.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ffi::CStr;
use std::marker::PhantomData;
use std::rc::Rc;

use pgrx::datum::{FromDatum, IntoDatum};
use pgrx::pg_sys;

use super::session::Session;
use super::values::{Column, Types, Value, attribute, relation, varlena_header};
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

impl Key<'_> {
    /// How its column is compared, once or twice: by which strategy of its B-tree, and function.
    fn comparisons(self) -> impl Iterator<Item = (u32, u32)> {
        let equal = |function| (pg_sys::BTEqualStrategyNumber, function);
        let (first, second) = match self {
            Self::Text(_) => (equal(pg_sys::F_TEXTEQ), None),
            Self::Sku(_) => (equal(pg_sys::F_BYTEAEQ), None),
            Self::Asin(_) => (equal(pg_sys::F_INT8EQ), None),
            Self::Marketplace(_) => (equal(pg_sys::F_INT2EQ), None),
            Self::Days(..) => (
                (pg_sys::BTGreaterEqualStrategyNumber, pg_sys::F_DATE_GE),
                Some((pg_sys::BTLessEqualStrategyNumber, pg_sys::F_DATE_LE)),
            ),
        };
        std::iter::once(first).chain(second)
    }

    /// How its column is compared where rows from this key on are sought; only of keys that many are
    /// sought of, one after the other.
    fn at_least(self) -> Option<u32> {
        match self {
            Self::Text(_) => Some(pg_sys::F_TEXT_GE),
            Self::Sku(_) => Some(pg_sys::F_BYTEAGE),
            Self::Asin(_) => Some(pg_sys::F_INT8GE),
            Self::Marketplace(_) | Self::Days(..) => None,
        }
    }

    /// What its column is compared with, as often as [`Key::comparisons`] has it. A text is laid out
    /// in `buffer`.
    fn values(self, buffer: &mut Vec<u8>) -> impl Iterator<Item = pg_sys::Datum> {
        let value = |value: Option<pg_sys::Datum>| value.unwrap_or(pg_sys::Datum::null());
        let (first, second) = match self {
            Self::Text(text) | Self::Sku(text) => {
                buffer.clear();
                buffer.extend(varlena_header(HEADER + text.len()));
                buffer.extend(text.as_bytes());
                (pg_sys::Datum::from(buffer.as_ptr()), None)
            }
            Self::Asin(asin) => (value(asin.into_datum()), None),
            Self::Marketplace(packed) => (value(packed.into_datum()), None),
            Self::Days(first, last) => {
                (pg_sys::Datum::from(first), Some(pg_sys::Datum::from(last)))
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
    types: Types,
    keys: Vec<pg_sys::ScanKeyData>,
    /// The texts that the keys point to.
    texts: Vec<Vec<u8>>,
    /// Where keys come in order.
    walk: Option<Walk>,
    session: PhantomData<&'s Session>,
}

/// Bytes before those of a text.
const HEADER: usize = size_of::<u32>();

/// A scan from key to key in their order. It looks at the index alone, and at the table only for rows
/// that are sought: the rows between may be anywhere.
struct Walk {
    at: Place,
    /// So many entries it goes on before it seeks.
    patience: u32,
    /// The columns of the index's entry that it is at.
    entry: Vec<pg_sys::Datum>,
    nulls: Vec<bool>,
}

/// Where a walk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nowhere yet.
    Unset,
    /// At an entry of the index.
    Entry,
    /// After the last one.
    End,
}

impl Walk {
    /// Of fewer keys than this each is sought.
    const MIN_KEYS: usize = 32;
    /// A seek costs as much as this many entries.
    const MAX_PATIENCE: u32 = 16;

    fn new(columns: usize) -> Self {
        let (entry, nulls) = (vec![pg_sys::Datum::null(); columns], vec![true; columns]);
        Self { at: Place::Unset, patience: Self::MAX_PATIENCE, entry, nulls }
    }
}

impl<'s> Cursor<'s> {
    /// Opens a cursor that seeks by as many keys as `like` has, of the same types.
    pub fn open(session: &'s Session, index: &'static Index, like: &[Key]) -> Self {
        Self::open_in_order(session, index, like, false)
    }

    /// Opens one for [`Cursor::each`] alone, with so many keys; each is greater than the one before
    /// it, in bytes or numbers.
    pub fn open_for(
        session: &'s Session,
        index: &'static Index,
        like: &[Key],
        number_of_keys: usize,
    ) -> Self {
        Self::open_in_order(session, index, like, number_of_keys >= Walk::MIN_KEYS)
    }

    fn open_in_order(
        session: &'s Session,
        index: &'static Index,
        like: &[Key],
        in_order: bool,
    ) -> Self {
        let types = session.types();
        // SAFETY: relations are opened with a lock and closed by drop; the scan is on the session's
        // snapshot and in its memory, which live longer.
        session.in_memory(|| unsafe {
            let (heap, opened) = index.open(types.extension());
            let entry = (*opened).rd_index;
            let serves = (*entry).indrelid == (*heap).rd_id
                && (*entry).indisvalid
                && (*(*opened).rd_rel).relam == pg_sys::BTREE_AM_OID
                && pg_sys::RelationGetIndexPredicate(opened).is_null();
            let sought = serves
                && like.iter().enumerate().all(|(i, key)| {
                    attribute((*opened).rd_att, i).atttypid == key.type_oid(&types)
                        && *(*opened).rd_indcollation.add(i) == key.collation()
                });
            let columns = index.columns_of((*heap).rd_att);
            let (true, Some(columns)) = (sought, columns) else {
                Error::NotAsCreated(index.name).raise()
            };
            let last = like.last().filter(|key| in_order && key.at_least().is_some());
            let walk = last.map(|_| Walk::new((*(*opened).rd_att).natts as usize));
            let last = last.map(|_| like.len() - 1);
            let keys: Vec<_> = like
                .iter()
                .enumerate()
                .flat_map(|(i, &key)| scan_keys(i, key, Some(i) == last))
                .collect();
            Self {
                heap,
                index: opened,
                scan: begin_scan(
                    heap,
                    opened,
                    session.snapshot(),
                    keys.len() as i32,
                    walk.is_some(),
                ),
                slot: pg_sys::table_slot_create(heap, std::ptr::null_mut()),
                columns,
                types,
                keys,
                texts: vec![Vec::new(); like.len()],
                walk,
                session: PhantomData,
            }
        })
    }

    /// Goes before the first row with these keys.
    pub fn seek(&mut self, keys: &[Key]) {
        let mut scan_keys = self.keys.iter_mut();
        for (key, text) in keys.iter().zip(&mut self.texts) {
            for value in key.values(text) {
                if let Some(scan_key) = scan_keys.next() {
                    scan_key.sk_argument = value;
                }
            }
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
        self.fetch(pg_sys::ScanDirection::ForwardScanDirection).then(|| self.row())
    }

    /// The same from the last row to the first; after a seek only one of both may be called.
    pub fn previous(&mut self) -> Option<Row<'_>> {
        self.fetch(pg_sys::ScanDirection::BackwardScanDirection).then(|| self.row())
    }

    fn fetch(&mut self, direction: i32) -> bool {
        // SAFETY: scan and slot are open.
        unsafe { pg_sys::index_getnext_slot(self.scan, direction, self.slot) }
    }

    fn row(&self) -> Row<'_> {
        Row { slot: self.slot, columns: &self.columns, types: &self.types }
    }

    /// Whether there is a row with these keys.
    pub fn any(&mut self, keys: &[Key]) -> bool {
        self.seek(keys);
        self.next().is_some()
    }

    /// Seeks, and calls `each` with every row.
    pub fn each(&mut self, keys: &[Key], mut each: impl FnMut(Row)) {
        if self.walk.is_none() {
            self.seek(keys);
            while let Some(row) = self.next() {
                each(row);
            }
            return;
        }
        let mut comes = self.walk_to(keys);
        while comes {
            loop {
                // SAFETY: the scan is at an entry; the slot is open.
                if unsafe { pg_sys::index_fetch_heap(self.scan, self.slot) } {
                    each(self.row());
                }
                // SAFETY: as above. Of one entry a snapshot that sees what is uncommitted may see
                // several rows.
                if !unsafe { (*self.scan).xs_heap_continue } {
                    break;
                }
            }
            comes = self.step() && self.compare(keys) == Some(Ordering::Equal);
        }
    }

    /// The next key may be any one.
    pub fn begin_anew(&mut self) {
        if let Some(walk) = &mut self.walk {
            walk.at = Place::Unset;
        }
    }

    /// Walks to the first row with these keys; whether there is one.
    fn walk_to(&mut self, keys: &[Key]) -> bool {
        let Some(walk) = &self.walk else { return false };
        let (mut place, patience) = (walk.at, walk.patience);
        if place == Place::Unset || !self.is_prefix(keys) {
            return self.walk_anew(keys);
        }
        for _ in 0..=patience {
            if place == Place::End {
                return false;
            }
            match self.compare(keys) {
                Some(Ordering::Less) => {}
                found => {
                    self.set_patience(Walk::MAX_PATIENCE);
                    return found == Some(Ordering::Equal);
                }
            }
            place = if self.step() { Place::Entry } else { Place::End };
        }
        // Where keys are far from each other, each step is one too many.
        self.set_patience(patience / 2);
        self.walk_anew(keys)
    }

    fn walk_anew(&mut self, keys: &[Key]) -> bool {
        self.seek(keys);
        self.step() && self.compare(keys) == Some(Ordering::Equal)
    }

    /// To the next entry, if there is one.
    fn step(&mut self) -> bool {
        let Some(walk) = &mut self.walk else { return false };
        // SAFETY: the scan gives entries, and there is room for the columns of one.
        unsafe {
            let forward = pg_sys::ScanDirection::ForwardScanDirection;
            let comes = !pg_sys::index_getnext_tid(self.scan, forward).is_null();
            walk.at = if comes { Place::Entry } else { Place::End };
            if comes {
                let Walk { entry, nulls, .. } = walk;
                let (values, nulls) = (entry.as_mut_ptr(), nulls.as_mut_ptr());
                let scan = &*self.scan;
                pg_sys::index_deform_tuple(scan.xs_itup, scan.xs_itupdesc, values, nulls);
            }
            comes
        }
    }

    fn set_patience(&mut self, patience: u32) {
        if let Some(walk) = &mut self.walk {
            walk.patience = patience;
        }
    }

    /// Whether the scan is among rows with these keys, the last one aside.
    fn is_prefix(&self, keys: &[Key]) -> bool {
        let scanned = self.keys.iter().zip(&self.texts);
        keys.iter().rev().skip(1).rev().zip(scanned).all(|(key, (scan_key, text))| match key {
            Key::Text(sought) | Key::Sku(sought) => text.get(HEADER..) == Some(sought.as_bytes()),
            Key::Asin(asin) => asin.into_datum() == Some(scan_key.sk_argument),
            Key::Marketplace(packed) => packed.into_datum() == Some(scan_key.sk_argument),
            Key::Days(..) => false,
        })
    }

    /// How the last key of the entry compares with the last of these.
    fn compare(&self, keys: &[Key]) -> Option<Ordering> {
        let walk = self.walk.as_ref()?;
        let at = keys.len().checked_sub(1)?;
        let (entry, is_null) = (*walk.entry.get(at)?, *walk.nulls.get(at)?);
        // SAFETY: a datum of the entry that the scan is at, of the type that the key is for.
        unsafe {
            match *keys.last()? {
                Key::Text(text) | Key::Sku(text) => {
                    let entry = <&str>::from_datum(entry, is_null)?;
                    Some(entry.as_bytes().cmp(text.as_bytes()))
                }
                Key::Asin(asin) => Some(i64::from_datum(entry, is_null)?.cmp(&asin)),
                // No walk is opened for such keys.
                Key::Marketplace(_) | Key::Days(..) => None,
            }
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
        // SAFETY: the slot holds a row of the columns' table.
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

/// `on`: rows from the key on are sought.
fn scan_keys(position: usize, key: Key, on: bool) -> impl Iterator<Item = pg_sys::ScanKeyData> {
    let collation = key.collation();
    let at_least = key.at_least().filter(|_| on);
    key.comparisons().map(move |comparison| {
        let (strategy, function) = match at_least {
            Some(function) => (pg_sys::BTGreaterEqualStrategyNumber, function),
            None => comparison,
        };
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
    with_entries: bool,
) -> pg_sys::IndexScanDesc {
    // SAFETY: by the contract above; entries are asked for before the scan starts.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        let scan = pg_sys::index_beginscan(heap, index, snapshot, keys, 0);
        #[cfg(feature = "pg18")]
        let scan = pg_sys::index_beginscan(heap, index, snapshot, std::ptr::null_mut(), keys, 0);
        (*scan).xs_want_itup = with_entries;
        scan
    }
}
