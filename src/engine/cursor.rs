//! Reading by key: a scan of a named index for rows whose leading columns match the keys. No plan,
//! so no statistics and no cached plan can lead it astray. Of many keys in order the scan goes on from
//! one to the next where they are near each other, and seeks where they are not.
//!
//! Invariants: a cursor is open no longer than its session, and lives in its memory; a row is read
//! before the next one is fetched; keys live until the next seek; an index is scanned with the types
//! its columns have.

mod index;
mod key;

use std::cmp::Ordering;
use std::marker::PhantomData;
use std::rc::Rc;

use pgrx::datum::{FromDatum, IntoDatum};
use pgrx::pg_sys;

use super::session::Session;
pub use index::Index;
use index::close;
pub use key::Key;
use key::{HEADER, scan_key_from, scan_keys};

use super::values::{Column, Types, Value, attribute, read};
use crate::domain::Status;
use crate::error::Error;

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

/// A scan from key to key in their order. It looks at the index alone, and at the table only for rows
/// that are sought: the rows between may be anywhere.
struct Walk {
    at: Place,
    /// So many entries it goes on before it seeks.
    patience: u32,
    /// So many keys are sought alone: where they are far from each other, a scan from a key on would
    /// read a page of entries for each.
    alone: u32,
    /// The last key of the scan: from it on, or it alone.
    last: [pg_sys::ScanKeyData; 2],
    /// It is at a key that was sought alone, from which no way leads to the next one.
    is_alone: bool,
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
    /// So many keys are sought alone before their distance is looked at again.
    const ALONE: u32 = 64;

    fn new(columns: usize, last: [pg_sys::ScanKeyData; 2]) -> Self {
        let (entry, nulls) = (vec![pg_sys::Datum::null(); columns], vec![true; columns]);
        let (at, patience) = (Place::Unset, Self::MAX_PATIENCE);
        Self { at, patience, alone: 0, last, is_alone: false, entry, nulls }
    }
}

impl<'s> Cursor<'s> {
    /// Opens a cursor that seeks by as many keys as `like` has, of the same types.
    pub fn open(session: &'s Session, index: &'static Index, like: &[Key]) -> Self {
        Self::open_in_order(session, index, like, false)
    }

    /// Opens one for [`Cursor::each`], [`Cursor::each_of`] and [`Cursor::peek`] alone, with so many
    /// keys; each is greater than the one before it, in bytes or numbers.
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
                    // A column, and not an expression; from its first value to its last.
                    *(*entry).indkey.values.as_ptr().add(i) > 0
                        && *(*opened).rd_indoption.add(i) == 0
                        && attribute((*opened).rd_att, i).atttypid == key.type_oid(&types)
                        && *(*opened).rd_indcollation.add(i) == key.collation()
                });
            let columns = index.columns_of((*heap).rd_att);
            let (true, Some(columns)) = (sought, columns) else {
                Error::NotAsCreated(index.name).raise()
            };
            let keys: Vec<_> =
                like.iter().enumerate().flat_map(|(i, &key)| scan_keys(i, key)).collect();
            let from_last = like.last().and_then(|&key| scan_key_from(like.len() - 1, key));
            let walk = from_last
                .filter(|_| in_order)
                .zip(keys.last())
                .map(|(from, &alone)| Walk::new((*(*opened).rd_att).natts as usize, [from, alone]));
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
    pub fn each(&mut self, keys: &[Key], each: impl FnMut(Row)) {
        self.each_of(keys, |_| true, each);
    }

    /// The same with rows that are wanted, as far as their entries in the index tell; the others may
    /// come too.
    pub fn each_of(
        &mut self,
        keys: &[Key],
        is_wanted: impl Fn(Entry) -> bool,
        mut each: impl FnMut(Row),
    ) {
        if self.walk.is_none() {
            self.seek(keys);
            while let Some(row) = self.next() {
                each(row);
            }
            return;
        }
        let mut comes = self.walk_to(keys);
        while comes {
            while self.entry().is_none_or(&is_wanted) {
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

    /// Calls `each` with entries of the index with these keys, of rows that are there or were; whether
    /// that was all, for of many it is the first ones. With a cursor as for [`Cursor::each`].
    pub fn peek(&mut self, keys: &[Key], mut each: impl FnMut(Entry)) -> bool {
        const MOST: usize = 8;
        // Of few keys each is worth a look of its own.
        if self.walk.is_none() {
            return false;
        }
        let mut comes = self.walk_to(keys);
        for _ in 0..MOST {
            if !comes {
                return true;
            }
            self.entry().into_iter().for_each(&mut each);
            comes = self.step() && self.compare(keys) == Some(Ordering::Equal);
        }
        !comes
    }

    /// The entry that a walk is at.
    fn entry(&self) -> Option<Entry<'_>> {
        let walk = self.walk.as_ref()?;
        Some(Entry { walk, index: self.index, types: &self.types })
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
        let &Walk { at: mut place, patience, alone, is_alone, .. } = walk;
        if alone > 0 {
            return self.seek_alone(keys);
        }
        if place == Place::Unset || is_alone || !self.is_prefix(keys) {
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
        if patience > 0 {
            return self.walk_anew(keys);
        }
        if let Some(walk) = &mut self.walk {
            (walk.alone, walk.patience) = (Walk::ALONE, 1);
        }
        self.seek_alone(keys)
    }

    /// Seeks the first row from these keys on; whether it has them.
    fn walk_anew(&mut self, keys: &[Key]) -> bool {
        self.seek_by(keys, false);
        self.step() && self.compare(keys) == Some(Ordering::Equal)
    }

    /// Seeks the first row with these keys alone; whether there is one.
    fn seek_alone(&mut self, keys: &[Key]) -> bool {
        self.seek_by(keys, true);
        self.step()
    }

    fn seek_by(&mut self, keys: &[Key], is_alone: bool) {
        if let (Some(walk), Some(last)) = (&mut self.walk, self.keys.last_mut()) {
            *last = walk.last[usize::from(is_alone)];
            walk.alone = walk.alone.saturating_sub(u32::from(is_alone));
            walk.is_alone = is_alone;
        }
        self.seek(keys);
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

/// An entry of an index under a cursor.
pub struct Entry<'c> {
    walk: &'c Walk,
    index: pg_sys::Relation,
    types: &'c Types,
}

impl Entry<'_> {
    /// A column of the index, the type's default for null; none where the index has no such column.
    pub fn get<T: Value>(&self, column: usize) -> Option<T> {
        let (value, is_null) = (*self.walk.entry.get(column)?, *self.walk.nulls.get(column)?);
        // SAFETY: a column of the entry that the scan is at; the index is open and has as many.
        unsafe {
            let of = attribute((*self.index).rd_att, column).atttypid;
            Some(read(value, is_null, of, self.types).unwrap_or_default())
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

    /// Whether a column holds this status.
    pub fn is_status(&self, position: usize, status: Status) -> bool {
        self.optional(position) == Some(self.types.status(status))
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
