//! What is looked for in an index.

use pgrx::datum::IntoDatum;
use pgrx::pg_sys;

use crate::engine::values::{Types, varlena_header};

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
    pub(super) fn values(self, buffer: &mut Vec<u8>) -> impl Iterator<Item = pg_sys::Datum> {
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
    pub(super) fn collation(self) -> pg_sys::Oid {
        match self {
            Self::Text(_) => pg_sys::C_COLLATION_OID,
            _ => pg_sys::Oid::INVALID,
        }
    }

    /// The type of its column.
    pub(super) fn type_oid(self, types: &Types) -> pg_sys::Oid {
        match self {
            Self::Text(_) => pg_sys::TEXTOID,
            Self::Sku(_) => types.sku,
            Self::Asin(_) => types.asin,
            Self::Marketplace(_) => types.marketplace,
            Self::Days(..) => pg_sys::DATEOID,
        }
    }
}

/// Bytes before those of a text.
pub(super) const HEADER: usize = size_of::<u32>();

/// A key as a scan has it, once or twice, without its value.
pub(super) fn scan_keys(position: usize, key: Key) -> impl Iterator<Item = pg_sys::ScanKeyData> {
    key.comparisons().map(move |comparison| scan_key(position, key, comparison))
}

/// The same where rows from the key on are sought, of keys that many are sought of.
pub(super) fn scan_key_from(position: usize, key: Key) -> Option<pg_sys::ScanKeyData> {
    let function = key.at_least()?;
    Some(scan_key(position, key, (pg_sys::BTGreaterEqualStrategyNumber, function)))
}

fn scan_key(position: usize, key: Key, (strategy, function): (u32, u32)) -> pg_sys::ScanKeyData {
    let mut scan_key = pg_sys::ScanKeyData::default();
    // SAFETY: fills the key in; the function is built in.
    unsafe {
        pg_sys::ScanKeyEntryInitialize(
            &mut scan_key,
            0,
            position as i16 + 1,
            strategy as u16,
            pg_sys::Oid::INVALID,
            key.collation(),
            pg_sys::Oid::from(function),
            pg_sys::Datum::null(),
        );
    }
    scan_key
}
