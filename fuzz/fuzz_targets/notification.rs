//! Notifications.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfba_fuzz::amazon::json::notification::read;
use rfba_fuzz::{check_json_error, check_texts};

fuzz_target!(|document: &str| {
    match read(document) {
        Ok(notification) => check_texts(&notification),
        Err(error) => check_json_error(&error),
    }
});
