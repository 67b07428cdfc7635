//! Answers of `getInventorySummaries`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfba_fuzz::amazon::json::inventory_summaries::read;
use rfba_fuzz::{check, check_json_error};

fuzz_target!(|document: &str| {
    match read(document) {
        Ok(read) => read.values().for_each(|of_marketplace| check(&of_marketplace.report)),
        Err(error) => check_json_error(&error),
    }
});
