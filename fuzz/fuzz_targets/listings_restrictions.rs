//! Answers of `getListingsRestrictions`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfba_fuzz::amazon::condition::Condition;
use rfba_fuzz::amazon::json::listings_restrictions::read;
use rfba_fuzz::{check_json_error, check_rejections, check_texts};

fuzz_target!(|document: &str| {
    match read(document) {
        Ok(read) => {
            check_rejections(&read.rejections);
            check_texts(&read.restrictions);
            let of_new = read.severest(Some(Condition::New));
            let of_any = read.severest(None);
            assert!(of_new.iter().all(|(marketplace, restriction)| {
                of_any[marketplace].code.reason() <= restriction.code.reason()
            }));
        }
        Err(error) => check_json_error(&error),
    }
});
