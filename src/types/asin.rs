//! `asin`: eight bytes by value, `LIKE = int8`.

use std::ffi::{CStr, CString};

use pgrx::datum::Internal;
use pgrx::prelude::*;

use super::{c_string, message_text, text_of};
use crate::domain::Asin;
use crate::error::{Error, OrRaise};

fn parse(text: &str) -> Result<i64, Error> {
    Asin::parse(text)
        .map(Asin::value)
        .map_err(|cause| Error::Asin { input: text.to_owned(), cause })
}

/// The text of a stored value; only values that input made are stored.
fn text(value: i64) -> String {
    Asin::from_value(value).map(|asin| asin.to_string()).unwrap_or_default()
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn asin_in(input: &CStr) -> i64 {
    text_of(input, "asin").and_then(parse).or_raise()
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn asin_out(value: i64) -> CString {
    c_string(&text(value))
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn asin_recv(message: Internal) -> i64 {
    message_text(message, "asin").and_then(|text| parse(&text)).or_raise()
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn asin_send(value: i64) -> Vec<u8> {
    text(value).into_bytes()
}
