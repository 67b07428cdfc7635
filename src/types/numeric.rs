//! `numeric` and the decimals of the domain, without a detour through text: a datum's base-10,000
//! digits are read in place, and most decimals become a numeric in one call of the server's.
//!
//! The format of a numeric on disk is the server's `numeric.c`, the same since PostgreSQL 9.1.

use std::ffi::CString;

use pgrx::callconv::{Arg, ArgAbi, BoxRet, FcInfo};
use pgrx::datum::{Datum, FromDatum, IntoDatum};
use pgrx::pg_sys;
use pgrx::pgrx_sql_entity_graph::metadata::{
    ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
};
use rust_decimal::Decimal;

/// Why a numeric is no decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumericError {
    /// NaN or an infinity.
    #[error("it is no number")]
    NotFinite,
    /// It has more than 28 digits, or more than 28 of them after the point.
    #[error("it has more than 28 digits")]
    TooLong,
}

/// A numeric as it is in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numeric(pub Result<Decimal, NumericError>);

impl Default for Numeric {
    fn default() -> Self {
        Self(Ok(Decimal::ZERO))
    }
}

impl From<Decimal> for Numeric {
    fn from(decimal: Decimal) -> Self {
        Self(Ok(decimal))
    }
}

const SPECIAL: u16 = 0xC000;
const SHORT: u16 = 0x8000;
const NEGATIVE: u16 = 0x4000;
const SHORT_NEGATIVE: u16 = 0x2000;
const SHORT_WEIGHT_SIGN: u16 = 0x0040;
const SHORT_WEIGHT: u16 = 0x003F;

/// Decimals of a mantissa's 96 bits have at most 28 digits after the point.
const MAX_SCALE: i32 = 28;
const MAX_MANTISSA: u128 = (1 << 96) - 1;

/// Reads the content of a numeric's varlena.
fn decode(content: &[u8]) -> Result<Decimal, NumericError> {
    let (words, _) = content.as_chunks::<2>();
    let word = |word: &[u8; 2]| u16::from_ne_bytes(*word);
    let Some((header, rest)) = words.split_first() else { return Err(NumericError::NotFinite) };
    let header = word(header);
    if header & SPECIAL == SPECIAL {
        return Err(NumericError::NotFinite);
    }
    let (negative, weight, digits) = if header & SHORT != 0 {
        let weight = i32::from(header & SHORT_WEIGHT);
        let sign = if header & SHORT_WEIGHT_SIGN != 0 { -64 } else { 0 };
        (header & SHORT_NEGATIVE != 0, weight + sign, rest)
    } else {
        let Some((weight, digits)) = rest.split_first() else { return Ok(Decimal::ZERO) };
        (header & NEGATIVE != 0, i32::from(word(weight).cast_signed()), digits)
    };
    let Some((last, digits)) = digits.split_last() else { return Ok(Decimal::ZERO) };
    decode_digits(negative, weight, digits, word(last))
}

fn decode_digits(
    negative: bool,
    weight: i32,
    digits: &[[u8; 2]],
    last: u16,
) -> Result<Decimal, NumericError> {
    // Eight digits of base 10,000 are less than 128 bits, and nine more than 28 decimal ones.
    if digits.len() > 7 {
        return Err(NumericError::TooLong);
    }
    // Zeros at the end are the format's, and would take room in what is reckoned.
    let (last, length) = match last {
        _ if last.is_multiple_of(1000) => (last / 1000, 1),
        _ if last.is_multiple_of(100) => (last / 100, 2),
        _ if last.is_multiple_of(10) => (last / 10, 3),
        _ => (last, 4),
    };
    let digits_of = |mantissa: u64, digits: &[[u8; 2]]| {
        digits.iter().fold(mantissa, |mantissa, digit| {
            mantissa * 10_000 + u64::from(u16::from_ne_bytes(*digit))
        })
    };
    let (high, low) = digits.split_at(digits.len().saturating_sub(3));
    let low_digits = digits_of(0, low) * 10_u64.pow(length) + u64::from(last);
    let mut mantissa = u128::from(low_digits);
    if !high.is_empty() {
        let room = 10_u128.pow(12 + length);
        mantissa += u128::from(digits_of(0, high)) * room;
    }
    // Power of ten that the mantissa's last digit stands for.
    let groups = i32::try_from(digits.len()).unwrap_or_default();
    let mut exponent = (weight + 1 - groups) * 4 - length.cast_signed();
    if exponent > 0 {
        let factor = u32::try_from(exponent).ok().and_then(|it| 10_u128.checked_pow(it));
        let whole = factor.and_then(|factor| mantissa.checked_mul(factor));
        mantissa = whole.ok_or(NumericError::TooLong)?;
        exponent = 0;
    }
    if mantissa > MAX_MANTISSA || exponent < -MAX_SCALE {
        return Err(NumericError::TooLong);
    }
    let [low, middle, high] = [0, 32, 64].map(|shift| (mantissa >> shift) as u32);
    Ok(Decimal::from_parts(low, middle, high, negative, exponent.unsigned_abs()))
}

/// The content of a numeric's varlena.
///
/// # Safety
/// The datum must be a live numeric, and live as long as what is made of it.
#[inline]
unsafe fn content<'a>(datum: pg_sys::Datum) -> &'a [u8] {
    // SAFETY: by the contract above; what is compressed or not in line is copied.
    unsafe {
        let mut varlena = datum.cast_mut_ptr::<pg_sys::varlena>();
        // Mostly it is neither; then the call is saved.
        if pgrx::varlena::varatt_is_1b_e(varlena) || pgrx::varlena::varatt_is_4b_c(varlena) {
            varlena = pg_sys::pg_detoast_datum_packed(varlena);
        }
        let length = pgrx::varsize_any_exhdr(varlena);
        std::slice::from_raw_parts(pgrx::vardata_any(varlena).cast(), length)
    }
}

impl FromDatum for Numeric {
    unsafe fn from_polymorphic_datum(
        datum: pg_sys::Datum,
        is_null: bool,
        _: pg_sys::Oid,
    ) -> Option<Self> {
        if is_null {
            return None;
        }
        // SAFETY: the caller's datum is a live numeric.
        Some(Self(decode(unsafe { content(datum) })))
    }
}

impl IntoDatum for Numeric {
    /// What is no decimal is null: only decimals are given back.
    fn into_datum(self) -> Option<pg_sys::Datum> {
        let decimal = self.0.ok()?;
        let scale = i32::try_from(decimal.scale()).ok()?;
        if let Ok(mantissa) = i64::try_from(decimal.mantissa()) {
            // SAFETY: plain arithmetic; the result is a palloc'd numeric.
            return Some(unsafe { pg_sys::int64_div_fast_to_numeric(mantissa, scale) }.into());
        }
        let text = CString::new(decimal.to_string()).ok()?;
        // SAFETY: numeric's input function with its three arguments; -1 is no type modifier.
        unsafe {
            pgrx::direct_function_call_as_datum(
                pg_sys::numeric_in,
                &[
                    Some(pg_sys::Datum::from(text.as_ptr())),
                    Some(pg_sys::Datum::from(pg_sys::Oid::INVALID)),
                    (-1_i32).into_datum(),
                ],
            )
        }
    }

    fn type_oid() -> pg_sys::Oid {
        pg_sys::NUMERICOID
    }
}

// SAFETY: the SQL type of these datums is numeric.
unsafe impl SqlTranslatable for Numeric {
    const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!(Numeric);
    const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
    const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> =
        Ok(SqlMappingRef::literal("numeric"));
    const RETURN_SQL: Result<ReturnsRef, ReturnsError> =
        Ok(ReturnsRef::One(SqlMappingRef::literal("numeric")));
}

/// A numeric argument of a function, read when it is asked for: what is copied about is a slice, and
/// of a zero, as most arguments are by default, nothing is read.
#[derive(Clone, Copy)]
pub struct NumericArg<'a>(&'a [u8]);

impl NumericArg<'_> {
    /// Its value.
    #[inline(always)]
    pub fn value(self) -> Result<Decimal, NumericError> {
        match self.0 {
            // A zero is a header alone.
            &[one, two] if u16::from_ne_bytes([one, two]) & SPECIAL != SPECIAL => Ok(Decimal::ZERO),
            content => decode(content),
        }
    }
}

// SAFETY: the SQL type of these arguments is numeric; they are not returned.
unsafe impl SqlTranslatable for NumericArg<'_> {
    const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!(NumericArg);
    const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
    const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> =
        Ok(SqlMappingRef::literal("numeric"));
    const RETURN_SQL: Result<ReturnsRef, ReturnsError> = Err(ReturnsError::Datum);
}

// SAFETY: reads the argument as a numeric, which the SQL declaration says it is.
unsafe impl<'fcx> ArgAbi<'fcx> for NumericArg<'fcx> {
    unsafe fn unbox_arg_unchecked(arg: Arg<'_, 'fcx>) -> Self {
        // SAFETY: by the contract of this function the argument is not null, and it lives as long as
        // the call.
        unsafe {
            let datum = arg.unbox_arg_using_from_datum::<pg_sys::Datum>();
            Self(content(datum.unwrap_unchecked()))
        }
    }
}

// SAFETY: returns a numeric's datum, or null.
unsafe impl BoxRet for Numeric {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        match self.into_datum() {
            // SAFETY: a datum of the declared type, allocated in the caller's memory.
            Some(datum) => unsafe { fcinfo.return_raw_datum(datum) },
            None => fcinfo.return_null(),
        }
    }
}
