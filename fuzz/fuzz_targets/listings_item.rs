//! Answers of `getListingsItem` and `searchListingsItems`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfba_fuzz::amazon::json::listings_item::read;
use rfba_fuzz::{check, check_json_error};

fuzz_target!(|document: &str| {
    match read(document) {
        Ok(report) => check(&report),
        Err(error) => check_json_error(&error),
    }
});
