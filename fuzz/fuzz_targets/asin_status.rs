//! The ASIN Status report, a workbook or text: any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfba_fuzz::amazon::asin_status_report::read;
use rfba_fuzz::{check, check_report_error};

fuzz_target!(|document: &[u8]| {
    match read(document) {
        Ok(read) => check(&read.report),
        Err(error) => check_report_error(&error),
    }
});
