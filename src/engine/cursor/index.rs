//! A named index and its table, found again after whatever became of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::CStr;
use std::rc::Rc;

use pgrx::pg_sys;

use crate::engine::values::{Column, relation};
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
    pub(super) fn open(
        &'static self,
        extension: pg_sys::Oid,
    ) -> (pg_sys::Relation, pg_sys::Relation) {
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
    pub(super) unsafe fn columns_of(
        &'static self,
        descriptor: pg_sys::TupleDesc,
    ) -> Option<Rc<[Column]>> {
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

/// Closes both.
pub(super) fn close(heap: pg_sys::Relation, index: pg_sys::Relation) {
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
