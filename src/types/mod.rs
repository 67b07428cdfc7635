//! PostgreSQL types over those of the domain. The SQL side declares each `LIKE` a built-in, so its
//! datum is that built-in's, and comparison and hashing are PostgreSQL's own C functions.

mod asin;
mod global_sku;
mod marketplace;
pub mod numeric;
pub mod timestamptz;

use std::ffi::{CStr, CString};

use pgrx::datum::Internal;
use pgrx::pg_sys;

use crate::error::Error;

/// The text of a type's input function; the server has checked its encoding, and rfba's database
/// is UTF-8.
fn text_of<'a>(input: &'a CStr, type_name: &'static str) -> Result<&'a str, Error> {
    input.to_str().map_err(|_| Error::NotText { type_name })
}

/// The C string of an output function; no value of ours holds a NUL.
fn c_string(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

/// All that is left in the message of a receive function, as text.
fn message_text(mut message: Internal, type_name: &'static str) -> Result<String, Error> {
    // SAFETY: PostgreSQL calls receive functions, which take `internal`, with a StringInfo alone.
    let buffer = unsafe { message.get_mut::<pg_sys::StringInfoData>() };
    let Some(buffer) = buffer else { return Err(Error::NotText { type_name }) };
    let mut length = 0;
    // SAFETY: the buffer is the live message, and what is asked for is what it has left; the
    // result is a palloc'd, NUL-terminated string in the server encoding.
    let text = unsafe {
        let left = buffer.len - buffer.cursor;
        CStr::from_ptr(pg_sys::pq_getmsgtext(buffer, left, &mut length))
    };
    Ok(text_of(text, type_name)?.to_owned())
}
