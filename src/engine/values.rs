//! What the engine reads out of a column, and which SQL types it may be read from: an owner may
//! alter rfba's tables, and a datum of another type must never be taken for a pointer.

use std::cell::Cell;
use std::ffi::CStr;

use pgrx::datum::{FromDatum, IntoDatum};
use pgrx::pg_sys;
use pgrx::pgrx_sql_entity_graph::metadata::{
    ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
};
use pgrx::prelude::*;

use crate::domain::{Reason, Reasons, Status};
use crate::error::Error;
use crate::types::numeric::Numeric;

/// The schema and the types of rfba's.
#[derive(Clone, Copy)]
pub struct Types {
    /// Schema `rfba`
    pub schema: pg_sys::Oid,
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
    /// `rfba.rf_status`
    pub status_type: pg_sys::Oid,
    /// Its values, in their order.
    statuses: [pg_sys::Oid; Status::ALL.len()],
    /// `rfba.reason`
    reason_type: pg_sys::Oid,
    /// Its values, in their order.
    reasons: [pg_sys::Oid; Reason::ALL.len()],
    /// The tables that an evaluation may read or write.
    tables: [pg_sys::Oid; TABLES.len()],
}

/// Tables that an evaluation may read or write, whatever changed.
const TABLES: [&CStr; 24] = [
    c"seller",
    c"program_edition",
    c"inventory",
    c"offer",
    c"amazon_verdict",
    c"amazon_status_text",
    c"enrollment",
    c"product_assessment",
    c"local_inventory",
    c"listing_restriction",
    c"seller_destination",
    c"listing_opt_out",
    c"withdrawn_offer",
    c"product",
    c"sku_fee_estimate",
    c"item_status",
    c"status_change",
    c"rates_version",
    c"exchange_rate",
    c"size_tier",
    c"fulfillment_fee",
    c"referral_category",
    c"referral_fee",
    c"surcharge",
];

thread_local! {
    /// The types as they were found, until a type is made, altered or dropped: DROP and CREATE
    /// EXTENSION make others.
    static KNOWN: Cell<Option<Types>> = const { Cell::new(None) };
}

#[pg_guard]
unsafe extern "C-unwind" fn forget_types(_argument: pg_sys::Datum, _cache: i32, _hash: u32) {
    KNOWN.set(None);
}

impl Types {
    /// Those of the extension as it is now.
    pub fn now() -> Self {
        KNOWN.get().unwrap_or_else(Self::find)
    }

    #[cold]
    fn find() -> Self {
        thread_local! {
            static WATCHING: Cell<bool> = const { Cell::new(false) };
        }
        if !WATCHING.replace(true) {
            // SAFETY: the callback lives as long as the backend, and touches nothing but its cell.
            unsafe {
                pg_sys::CacheRegisterSyscacheCallback(
                    pg_sys::SysCacheIdentifier::TYPEOID as i32,
                    Some(forget_types),
                    pg_sys::Datum::null(),
                );
            }
        }
        // SAFETY: a plain catalog look-up.
        let schema = unsafe { pg_sys::get_namespace_oid(c"rfba".as_ptr(), false) };
        let of = |name| type_oid(schema, name);
        let marketplace = of(c"marketplace");
        let (status_type, reason_type) = (of(c"rf_status"), of(c"reason"));
        let types = Self {
            schema,
            item_status: relation(c"item_status"),
            sku: of(c"global_sku"),
            asin: of(c"asin"),
            marketplace,
            // SAFETY: a plain catalog look-up.
            marketplaces: unsafe { pg_sys::get_array_type(marketplace) },
            status_type,
            statuses: Status::ALL.map(|(_, label)| enum_value(status_type, label)),
            reason_type,
            reasons: Reason::ALL.map(|reason| enum_value(reason_type, reason.code())),
            tables: TABLES.map(relation),
        };
        KNOWN.set(Some(types));
        types
    }

    /// A value of `rfba.rf_status`.
    pub fn status(&self, status: Status) -> pg_sys::Oid {
        self.statuses[status as usize]
    }

    /// Reasons as `rfba.reason[]`.
    fn reasons(&self, reasons: Reasons) -> pg_sys::Datum {
        let value = |reason: Reason| match self.reasons[reason as usize] {
            pg_sys::Oid::INVALID => Error::NotAsCreated(c"reason").raise(),
            value => pg_sys::Datum::from(value),
        };
        let mut values: Vec<pg_sys::Datum> = reasons.iter().map(value).collect();
        // SAFETY: values of an enum, which are four bytes by value; copied into the current memory.
        let array = unsafe {
            pg_sys::construct_array(
                values.as_mut_ptr(),
                values.len() as i32,
                self.reason_type,
                size_of::<pg_sys::Oid>() as i32,
                true,
                b'i' as std::ffi::c_char,
            )
        };
        array.into()
    }

    /// Keeps the tables that an evaluation may need from being truncated or altered until the
    /// transaction ends.
    pub fn hold_tables(&self) {
        for table in self.tables {
            // SAFETY: the lock that reading the table takes.
            unsafe { pg_sys::LockRelationOid(table, pg_sys::AccessShareLock as i32) };
        }
    }

    /// Which extension these are of: another one after DROP and CREATE EXTENSION.
    pub fn extension(&self) -> pg_sys::Oid {
        self.item_status
    }
}

/// A type by name, whoever asks.
fn type_oid(schema: pg_sys::Oid, name: &'static CStr) -> pg_sys::Oid {
    // SAFETY: a look-up in the catalog's cache by its key.
    let oid = unsafe {
        pg_sys::GetSysCacheOid(
            pg_sys::SysCacheIdentifier::TYPENAMENSP as i32,
            pg_sys::Anum_pg_type_oid as pg_sys::AttrNumber,
            name.as_ptr().into(),
            schema.into(),
            pg_sys::Datum::null(),
            pg_sys::Datum::null(),
        )
    };
    if oid == pg_sys::Oid::INVALID { Error::NotAsCreated(name).raise() } else { oid }
}

/// A value of an enum; invalid where the enum has none of this label, as before an upgrade.
fn enum_value(of: pg_sys::Oid, label: &str) -> pg_sys::Oid {
    let label = std::ffi::CString::new(label).unwrap_or_default();
    // SAFETY: as above.
    unsafe {
        pg_sys::GetSysCacheOid(
            pg_sys::SysCacheIdentifier::ENUMTYPOIDNAME as i32,
            pg_sys::Anum_pg_enum_oid as pg_sys::AttrNumber,
            of.into(),
            label.as_ptr().into(),
            pg_sys::Datum::null(),
            pg_sys::Datum::null(),
        )
    }
}

/// Reasons as a function returns them.
pub struct ReasonArray(pub Reasons);

impl IntoDatum for ReasonArray {
    fn into_datum(self) -> Option<pg_sys::Datum> {
        Some(Types::now().reasons(self.0))
    }

    fn type_oid() -> pg_sys::Oid {
        // SAFETY: a plain catalog look-up.
        unsafe { pg_sys::get_array_type(Types::now().reason_type) }
    }
}

// SAFETY: hands on the datum made above.
unsafe impl pgrx::callconv::BoxRet for ReasonArray {
    unsafe fn box_into<'fcx>(
        self,
        call: &mut pgrx::callconv::FcInfo<'fcx>,
    ) -> pgrx::datum::Datum<'fcx> {
        match self.into_datum() {
            // SAFETY: a datum of the return type, in the caller's memory.
            Some(datum) => unsafe { call.return_raw_datum(datum) },
            None => call.return_null(),
        }
    }
}

// SAFETY: the SQL type of these datums is rfba.reason[].
unsafe impl SqlTranslatable for ReasonArray {
    const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!(ReasonArray);
    const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
    const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> =
        Ok(SqlMappingRef::literal("rfba.reason[]"));
    const RETURN_SQL: Result<ReturnsRef, ReturnsError> =
        Ok(ReturnsRef::One(SqlMappingRef::literal("rfba.reason[]")));
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

/// A status.
impl Value for pg_sys::Oid {
    fn reads(of: pg_sys::Oid, types: &Types) -> bool {
        of == types.status_type
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

/// The header of a varlena of this size, the header's included, that is neither short nor compressed.
pub fn varlena_header(size: usize) -> [u8; size_of::<u32>()] {
    ((size as u32) << if cfg!(target_endian = "big") { 0 } else { 2 }).to_ne_bytes()
}

/// A column of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Column {
    at: usize,
    of: pg_sys::Oid,
    /// Its values' length: of a varlena -1.
    length: i16,
    by_value: bool,
}

/// An attribute of a row type.
///
/// # Safety
/// The descriptor must be alive, and have as many attributes.
pub unsafe fn attribute<'d>(
    descriptor: pg_sys::TupleDesc,
    at: usize,
) -> &'d pg_sys::FormData_pg_attribute {
    // SAFETY: by the contract above.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        return &*(*descriptor).attrs.as_ptr().add(at);
        #[cfg(feature = "pg18")]
        return &*pg_sys::TupleDescAttr(descriptor, at as i32);
    }
}

impl Column {
    /// No column of any table.
    pub const NONE: Self =
        Self { at: usize::MAX, of: pg_sys::Oid::INVALID, length: 0, by_value: false };

    /// The column of this name.
    ///
    /// # Safety
    /// The descriptor must be alive.
    pub unsafe fn find(descriptor: pg_sys::TupleDesc, name: &CStr) -> Option<Self> {
        // SAFETY: by the contract above; a number that was found is one of the descriptor's.
        unsafe {
            let number = pg_sys::SPI_fnumber(descriptor, name.as_ptr());
            let at = usize::try_from(number).ok()?.checked_sub(1)?;
            Some(Self::at(descriptor, at))
        }
    }

    /// The column at this place, counted from 0.
    ///
    /// # Safety
    /// The descriptor must be alive, and have as many columns.
    pub unsafe fn at(descriptor: pg_sys::TupleDesc, at: usize) -> Self {
        // SAFETY: by the contract above.
        let attribute = unsafe { attribute(descriptor, at) };
        Self { at, of: attribute.atttypid, length: attribute.attlen, by_value: attribute.attbyval }
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
            let attribute = attribute(descriptor, self.at);
            attribute.atttypid == self.of
                && !attribute.attisdropped
                && CStr::from_ptr(attribute.attname.data.as_ptr()) == name
        }
    }

    /// Whether it is the same in two rows, bit by bit: what differs may still mean the same.
    ///
    /// # Safety
    /// Both slots must hold rows of the column's table.
    pub unsafe fn is_same(
        self,
        one: *mut pg_sys::TupleTableSlot,
        other: *mut pg_sys::TupleTableSlot,
    ) -> bool {
        // SAFETY: by the contract above live datums of one type; only varlenas are read. What else is
        // a pointer counts as another: no column of rfba's is of such a type.
        unsafe {
            let (one, other) = (self.datum(one), self.datum(other));
            match (one, other) {
                (None, None) => true,
                (Some(one), Some(other)) if self.by_value => one == other,
                (Some(one), Some(other)) if self.length == -1 => {
                    let bytes = |datum: pg_sys::Datum| {
                        let packed = pg_sys::pg_detoast_datum_packed(datum.cast_mut_ptr());
                        pgrx::varlena_to_byte_slice(packed)
                    };
                    bytes(one) == bytes(other)
                }
                _ => false,
            }
        }
    }

    /// Its datum in a row, none for null.
    ///
    /// # Safety
    /// The slot must hold a row of the column's table.
    unsafe fn datum(self, slot: *mut pg_sys::TupleTableSlot) -> Option<pg_sys::Datum> {
        // SAFETY: by the contract above the row has this column; it is made readable here.
        unsafe {
            if usize::try_from((*slot).tts_nvalid).unwrap_or_default() <= self.at {
                pg_sys::slot_getsomeattrs_int(slot, self.number());
            }
            (!*(*slot).tts_isnull.add(self.at)).then(|| *(*slot).tts_values.add(self.at))
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
            let datum = self.datum(slot)?;
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
        unsafe { self.datum(slot).and_then(|datum| <&str>::from_datum(datum, false)) == Some(text) }
    }

    /// Its value in a row.
    ///
    /// # Safety
    /// The slot must hold a row of the column's table.
    pub unsafe fn read<T: Value>(
        self,
        slot: *mut pg_sys::TupleTableSlot,
        types: &Types,
    ) -> Option<T> {
        // SAFETY: by the contract above.
        unsafe { self.datum(slot).and_then(|datum| read(datum, false, self.of, types)) }
    }

    /// Whether it is null in a row.
    ///
    /// # Safety
    /// As for [`Column::read`].
    pub unsafe fn is_null(self, slot: *mut pg_sys::TupleTableSlot) -> bool {
        // SAFETY: by the contract above.
        unsafe { self.datum(slot).is_none() }
    }
}
