//! What the engine reads out of a column, and which SQL types it may be read from: an owner may
//! alter rfba's tables, and a datum of another type must never be taken for a pointer.

use std::cell::Cell;
use std::ffi::CStr;

use pgrx::datum::FromDatum;
use pgrx::pg_sys;

use crate::error::Error;
use crate::types::numeric::Numeric;

/// The types of rfba's.
#[derive(Clone, Copy)]
pub struct Types {
    /// `item_status`, by which it is known whether the extension is still the same one.
    item_status: pg_sys::Oid,
    /// `rfba.global_sku`
    pub sku: pg_sys::Oid,
    /// `rfba.asin`
    pub asin: pg_sys::Oid,
    /// `rfba.marketplace`
    pub marketplace: pg_sys::Oid,
    /// `rfba.marketplace[]`
    marketplaces: pg_sys::Oid,
}

impl Types {
    /// Those of the extension as it is now.
    pub fn now() -> Self {
        thread_local! {
            static KNOWN: Cell<Option<Types>> = const { Cell::new(None) };
        }
        let item_status = relation(c"item_status");
        if let Some(types) = KNOWN.get().filter(|types| types.item_status == item_status) {
            return types;
        }
        let marketplace = pgrx::wrappers::regtypein("rfba.marketplace");
        let types = Self {
            item_status,
            sku: pgrx::wrappers::regtypein("rfba.global_sku"),
            asin: pgrx::wrappers::regtypein("rfba.asin"),
            marketplace,
            // SAFETY: a plain catalog look-up.
            marketplaces: unsafe { pg_sys::get_array_type(marketplace) },
        };
        KNOWN.set(Some(types));
        types
    }

    /// Which extension these are of: another one after DROP and CREATE EXTENSION.
    pub fn extension(&self) -> pg_sys::Oid {
        self.item_status
    }
}

/// A relation of rfba's by name.
pub fn relation(name: &'static CStr) -> pg_sys::Oid {
    // SAFETY: plain catalog look-ups.
    let oid = unsafe {
        let schema = pg_sys::get_namespace_oid(c"rfba".as_ptr(), false);
        pg_sys::get_relname_relid(name.as_ptr(), schema)
    };
    if oid == pg_sys::Oid::INVALID { Error::NotAsCreated(name).raise() } else { oid }
}

/// A value that the engine reads.
pub trait Value: FromDatum + Default {
    /// Whether a column of this type holds such values.
    fn reads(of: pg_sys::Oid, types: &Types) -> bool;
}

impl Value for String {
    fn reads(of: pg_sys::Oid, types: &Types) -> bool {
        of == pg_sys::TEXTOID || of == types.sku
    }
}

/// An ASIN, a number or a time.
impl Value for i64 {
    fn reads(of: pg_sys::Oid, types: &Types) -> bool {
        of == types.asin || of == pg_sys::TIMESTAMPTZOID || of == pg_sys::INT8OID
    }
}

/// A marketplace.
impl Value for i16 {
    fn reads(of: pg_sys::Oid, types: &Types) -> bool {
        of == types.marketplace
    }
}

/// Marketplaces.
impl Value for Vec<i16> {
    fn reads(of: pg_sys::Oid, types: &Types) -> bool {
        of == types.marketplaces
    }
}

/// A number or a day.
impl Value for i32 {
    fn reads(of: pg_sys::Oid, _: &Types) -> bool {
        of == pg_sys::INT4OID || of == pg_sys::DATEOID
    }
}

impl Value for Numeric {
    fn reads(of: pg_sys::Oid, _: &Types) -> bool {
        of == pg_sys::NUMERICOID
    }
}

impl Value for bool {
    fn reads(of: pg_sys::Oid, _: &Types) -> bool {
        of == pg_sys::BOOLOID
    }
}

/// Reads a datum of a column of type `of`.
///
/// # Safety
/// The datum must be a live one of that type.
pub unsafe fn read<T: Value>(
    datum: pg_sys::Datum,
    is_null: bool,
    of: pg_sys::Oid,
    types: &Types,
) -> Option<T> {
    if !is_null && !T::reads(of, types) {
        Error::ColumnType(of).raise();
    }
    // SAFETY: by the contract above, and the type has just been checked.
    unsafe { T::from_datum(datum, is_null) }
}

/// A column of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Column {
    at: usize,
    of: pg_sys::Oid,
}

impl Column {
    /// The column of this name.
    ///
    /// # Safety
    /// The descriptor must be alive.
    pub unsafe fn find(descriptor: pg_sys::TupleDesc, name: &CStr) -> Option<Self> {
        // SAFETY: by the contract above; a number that was found is one of the descriptor's.
        unsafe {
            let number = pg_sys::SPI_fnumber(descriptor, name.as_ptr());
            let at = usize::try_from(number).ok()?.checked_sub(1)?;
            Some(Self { at, of: pg_sys::SPI_gettypeid(descriptor, number) })
        }
    }

    /// Whether it is still the column of this name.
    ///
    /// # Safety
    /// The descriptor must be alive, and of the column's table.
    pub unsafe fn is(self, descriptor: pg_sys::TupleDesc, name: &'static CStr) -> bool {
        // SAFETY: by the contract above; the number is checked to be one of the descriptor's.
        unsafe {
            let columns = usize::try_from((*descriptor).natts).unwrap_or_default();
            if self.at >= columns {
                return false;
            }
            #[cfg(not(feature = "pg18"))]
            let attribute = (*descriptor).attrs.as_ptr().add(self.at);
            #[cfg(feature = "pg18")]
            let attribute = pg_sys::TupleDescAttr(descriptor, self.at as i32);
            (*attribute).atttypid == self.of
                && !(*attribute).attisdropped
                && CStr::from_ptr((*attribute).attname.data.as_ptr()) == name
        }
    }

    /// Its value in a row as text, as a cast of PostgreSQL's own has it; none for null.
    ///
    /// # Safety
    /// The slot must hold a row of the column's table.
    pub unsafe fn text(self, slot: *mut pg_sys::TupleTableSlot) -> Option<String> {
        // SAFETY: by the contract above a datum of the column's type, whose output function gives a
        // palloc'd C string in the server's encoding.
        unsafe {
            if self.is_null(slot) {
                return None;
            }
            let datum = *(*slot).tts_values.add(self.at);
            // A domain has the output function of the type that it is over.
            let (mut function, mut is_varlena) = (pg_sys::Oid::INVALID, false);
            pg_sys::getTypeOutputInfo(self.of, &mut function, &mut is_varlena);
            // Which would say t or f.
            if function == pg_sys::Oid::from(pg_sys::F_BOOLOUT) {
                return bool::from_datum(datum, false).map(|value| value.to_string());
            }
            let text = pg_sys::OidOutputFunctionCall(function, datum);
            let mut copy = CStr::from_ptr(text).to_string_lossy().into_owned();
            pg_sys::pfree(text.cast());
            // The blanks that fill up a char(n) are no part of its value.
            if function == pg_sys::Oid::from(pg_sys::F_BPCHAROUT) {
                copy.truncate(copy.trim_end_matches(' ').len());
            }
            Some(copy)
        }
    }

    /// Its number in the table, from 1.
    pub fn number(self) -> i32 {
        self.at as i32 + 1
    }

    /// Whether it holds this text in a row; without a copy of it.
    ///
    /// # Safety
    /// As for [`Column::read`].
    pub unsafe fn is_text(
        self,
        slot: *mut pg_sys::TupleTableSlot,
        types: &Types,
        text: &str,
    ) -> bool {
        if !String::reads(self.of, types) {
            Error::ColumnType(self.of).raise();
        }
        // SAFETY: by the contract above a live text, or null, of the type just checked.
        unsafe {
            <&str>::from_datum(*(*slot).tts_values.add(self.at), self.is_null(slot)) == Some(text)
        }
    }

    /// Its value in a row.
    ///
    /// # Safety
    /// The slot must hold a row of the column's table with this column made readable.
    pub unsafe fn read<T: Value>(
        self,
        slot: *mut pg_sys::TupleTableSlot,
        types: &Types,
    ) -> Option<T> {
        // SAFETY: by the contract above.
        unsafe { read(*(*slot).tts_values.add(self.at), self.is_null(slot), self.of, types) }
    }

    /// Whether it is null in a row.
    ///
    /// # Safety
    /// As for [`Column::read`].
    pub unsafe fn is_null(self, slot: *mut pg_sys::TupleTableSlot) -> bool {
        // SAFETY: by the contract above.
        unsafe { *(*slot).tts_isnull.add(self.at) }
    }
}
