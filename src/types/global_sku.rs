//! `global_sku`: a varlena with the layout of `text`.

use std::ffi::{CStr, CString};

use pgrx::datum::Internal;
use pgrx::prelude::*;

use super::{c_string, message_text, text_of};
use crate::domain::GlobalSku;
use crate::error::{Error, OrRaise};

fn parse(text: &str) -> Result<String, Error> {
    GlobalSku::parse(text)
        .map(|sku| sku.as_str().to_owned())
        .map_err(|cause| Error::GlobalSku { input: text.to_owned(), cause })
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn global_sku_in(input: &CStr) -> String {
    text_of(input, "global_sku").and_then(parse).or_raise()
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn global_sku_out(value: &str) -> CString {
    c_string(value)
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn global_sku_recv(message: Internal) -> String {
    message_text(message, "global_sku").and_then(|text| parse(&text)).or_raise()
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn global_sku_send(value: &str) -> Vec<u8> {
    value.as_bytes().to_vec()
}

#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn global_sku_eq(a: &[u8], b: &[u8]) -> bool {
    a == b
}
