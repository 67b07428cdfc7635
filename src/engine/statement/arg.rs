//! The values that the engine's SQL takes, as datums.

use pgrx::datum::IntoDatum;
use pgrx::pg_sys::{self, ItemPointerData};
use rust_decimal::Decimal;

use crate::amazon::ReportError;
use crate::engine::values::varlena_header;
use crate::error::Error;
use crate::types::numeric::Numeric;

/// A value for a statement.
pub enum Arg<'a> {
    /// `text`
    Text(&'a str),
    /// `rfba.global_sku`
    Sku(&'a str),
    /// `bigint`
    Number(i64),
    /// `rfba.marketplace`
    Marketplace(i16),
    /// `boolean`
    Boolean(bool),
    /// `timestamptz`, as PostgreSQL's microseconds
    Timestamp(i64),
    /// `text[]`
    Texts(Vec<&'a str>),
    /// `text[]` with nulls
    OptionalTexts(Vec<Option<&'a str>>),
    /// `rfba.global_sku[]`
    Skus(Vec<&'a str>),
    /// `rfba.asin[]`
    Asins(Vec<i64>),
    /// `bigint[]`
    Numbers(Vec<i64>),
    /// `rfba.marketplace[]`
    Marketplaces(Vec<i16>),
    /// `boolean[]`
    Booleans(Vec<bool>),
    /// `integer[]`
    Integers(Vec<i32>),
    /// `timestamptz[]`, as PostgreSQL's microseconds
    Timestamps(Vec<Option<i64>>),
    /// `numeric[]`
    Numerics(Vec<Option<Decimal>>),
    /// `tid[]`
    Tids(Vec<ItemPointerData>),
}

/// What PostgreSQL allocates at most at once.
const MAX_ARRAY: usize = 0x3fff_ffff;

/// How the elements of an array lie in memory.
struct Element {
    length: i32,
    by_value: bool,
    alignment: u8,
}

impl Element {
    const BIGINT: Self = Self { length: 8, by_value: true, alignment: b'd' };
    const INTEGER: Self = Self { length: 4, by_value: true, alignment: b'i' };
    const SMALLINT: Self = Self { length: 2, by_value: true, alignment: b's' };
    const BOOLEAN: Self = Self { length: 1, by_value: true, alignment: b'c' };
    const TID: Self = Self { length: 6, by_value: false, alignment: b's' };
    const VARLENA: Self = Self { length: -1, by_value: false, alignment: b'i' };
}

impl Arg<'_> {
    /// The SQL type; of an array, that of its elements.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Texts(_) | Self::OptionalTexts(_) => "pg_catalog.text",
            Self::Sku(_) | Self::Skus(_) => "rfba.global_sku",
            Self::Asins(_) => "rfba.asin",
            Self::Number(_) | Self::Numbers(_) => "pg_catalog.int8",
            Self::Marketplace(_) | Self::Marketplaces(_) => "rfba.marketplace",
            Self::Boolean(_) | Self::Booleans(_) => "pg_catalog.bool",
            Self::Integers(_) => "pg_catalog.int4",
            Self::Timestamp(_) | Self::Timestamps(_) => "pg_catalog.timestamptz",
            Self::Numerics(_) => "pg_catalog.numeric",
            Self::Tids(_) => "pg_catalog.tid",
        }
    }

    /// Whether it is one value and no array.
    pub(super) fn is_scalar(&self) -> bool {
        matches!(
            self,
            Self::Text(_)
                | Self::Sku(_)
                | Self::Number(_)
                | Self::Marketplace(_)
                | Self::Boolean(_)
                | Self::Timestamp(_)
        )
    }

    /// The value; `of` is the type of its elements where it is an array.
    pub(super) fn datum(&self, of: pg_sys::Oid) -> pg_sys::Datum {
        let value = match self {
            Self::Text(text) | Self::Sku(text) => text.into_datum(),
            Self::Number(value) | Self::Timestamp(value) => value.into_datum(),
            Self::Marketplace(marketplace) => marketplace.into_datum(),
            Self::Boolean(value) => value.into_datum(),
            Self::OptionalTexts(texts) => Some(array_of_texts(of, texts.iter().copied())),
            Self::Texts(texts) | Self::Skus(texts) => {
                Some(array_of_texts(of, texts.iter().copied().map(Some)))
            }
            Self::Asins(values) | Self::Numbers(values) => {
                Some(array(of, &Element::BIGINT, values.iter().map(|value| value.into_datum())))
            }
            Self::Timestamps(values) => {
                Some(array(of, &Element::BIGINT, values.iter().map(|value| value.into_datum())))
            }
            Self::Integers(values) => {
                Some(array(of, &Element::INTEGER, values.iter().map(|value| value.into_datum())))
            }
            Self::Marketplaces(values) => {
                Some(array(of, &Element::SMALLINT, values.iter().map(|value| value.into_datum())))
            }
            Self::Booleans(values) => {
                Some(array(of, &Element::BOOLEAN, values.iter().map(|value| value.into_datum())))
            }
            Self::Numerics(values) => {
                let datums = values.iter().map(|value| value.map(Numeric::from).into_datum());
                Some(array(of, &Element::VARLENA, datums))
            }
            Self::Tids(values) => {
                // The array copies what these point to.
                let datums = values.iter().map(|tid| Some(pg_sys::Datum::from(&raw const *tid)));
                Some(array(of, &Element::TID, datums))
            }
        };
        value.unwrap_or(pg_sys::Datum::null())
    }
}

/// An array of datums, whose type is laid out as `element` says.
fn array(
    of: pg_sys::Oid,
    element: &Element,
    datums: impl Iterator<Item = Option<pg_sys::Datum>>,
) -> pg_sys::Datum {
    let (mut datums, mut nulls): (Vec<_>, Vec<_>) =
        datums.map(|it| (it.unwrap_or(pg_sys::Datum::null()), it.is_none())).unzip();
    let (mut dimensions, mut lower_bounds) = ([datums.len() as i32], [1]);
    let Element { length, by_value, alignment } = *element;
    // SAFETY: the datums are of the element type, whose layout `element` gives: the types of rfba
    // are declared LIKE int8, LIKE int2 and with the layout of text.
    let array = unsafe {
        pg_sys::construct_md_array(
            datums.as_mut_ptr(),
            nulls.as_mut_ptr(),
            1,
            dimensions.as_mut_ptr(),
            lower_bounds.as_mut_ptr(),
            of,
            length,
            by_value,
            alignment as std::ffi::c_char,
        )
    };
    array.into()
}

/// An array of texts, as PostgreSQL has it in memory, in one allocation: its own function would take
/// one for each text besides, and copy it.
fn array_of_texts<'t>(
    of: pg_sys::Oid,
    texts: impl Iterator<Item = Option<&'t str>> + Clone,
) -> pg_sys::Datum {
    const WORD: usize = size_of::<u32>();
    const HEADER: usize = 6 * WORD;
    let count = texts.clone().count();
    if count == 0 {
        // SAFETY: makes an array in the current memory context.
        return unsafe { pg_sys::construct_empty_array(of) }.into();
    }
    let has_nulls = texts.clone().any(|text| text.is_none());
    let bitmap = if has_nulls { count.div_ceil(8) } else { 0 };
    let start = (HEADER + bitmap).next_multiple_of(pg_sys::MAXIMUM_ALIGNOF as usize);
    let padded = |text: &str| (WORD + text.len()).next_multiple_of(WORD);
    let size = start + texts.clone().flatten().map(padded).sum::<usize>();
    if size > MAX_ARRAY {
        let mebibytes = MAX_ARRAY >> 20;
        Error::from(ReportError::TooLarge { what: "a column of the rows", mebibytes }).raise();
    }
    // SAFETY: the allocation is of this size, zeroed and nobody else's yet.
    let array = unsafe { std::slice::from_raw_parts_mut(pg_sys::palloc0(size).cast::<u8>(), size) };
    let data_offset = if has_nulls { start as u32 } else { 0 };
    let header = [1, data_offset, of.to_u32(), count as u32, 1].map(u32::to_ne_bytes);
    let header = std::iter::once(varlena_header(size)).chain(header);
    for (at, word) in array.as_chunks_mut().0.iter_mut().zip(header) {
        *at = word;
    }
    let (head, mut rest) = array.split_at_mut(start);
    for (index, text) in texts.enumerate() {
        let Some(text) = text else { continue };
        if has_nulls {
            head[HEADER + index / 8] |= 1 << (index % 8);
        }
        let (element, others) = rest.split_at_mut(padded(text));
        element[..WORD].copy_from_slice(&varlena_header(WORD + text.len()));
        element[WORD..][..text.len()].copy_from_slice(text.as_bytes());
        rest = others;
    }
    array.as_mut_ptr().into()
}
