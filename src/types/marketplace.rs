//! `marketplace`: two bytes by value, `LIKE = int2`.

use std::ffi::{CStr, CString};

use pgrx::datum::Internal;
use pgrx::prelude::*;

use super::{c_string, message_text, text_of};
use crate::domain::Marketplace;
use crate::error::{Error, OrRaise};

fn parse(text: &str) -> Result<i16, Error> {
    Marketplace::parse(text)
        .map(Marketplace::packed)
        .map_err(|cause| Error::Marketplace { input: text.to_owned(), cause })
}

/// The code of a stored value; only values that input made are stored.
fn code(packed: i16) -> &'static str {
    Marketplace::from_packed(packed).map(Marketplace::code).unwrap_or_default()
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn marketplace_in(input: &CStr) -> i16 {
    text_of(input, "marketplace").and_then(parse).or_raise()
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn marketplace_out(packed: i16) -> CString {
    c_string(code(packed))
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn marketplace_recv(message: Internal) -> i16 {
    message_text(message, "marketplace").and_then(|text| parse(&text)).or_raise()
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn marketplace_send(packed: i16) -> Vec<u8> {
    code(packed).as_bytes().to_vec()
}
