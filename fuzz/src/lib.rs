//! The file formats without the extension around them, and what must hold of whatever they make of
//! a document.

#[allow(clippy::new_without_default, reason = "public here only")]
#[path = "../../src/amazon/mod.rs"]
pub mod amazon;
#[path = "../../src/domain/mod.rs"]
pub mod domain;

use std::fmt::{Debug, Display};

use amazon::json::JsonError;
use amazon::report::{Facts, Rejection, Report, ReportError};

/// The longest message about a document: it quotes excerpts of it only.
const MAX_MESSAGE: usize = 1000;

/// Checks a report: each SKU once, or set aside.
pub fn check<T: Facts + Debug>(report: &Report<T>) {
    let Report { rows, rejections, set_aside_skus, read } = report;
    assert!(rows.is_sorted_by(|a, b| (&a.sku, a.facts.part()) < (&b.sku, b.facts.part())));
    assert!(set_aside_skus.is_sorted_by(|a, b| a < b));
    assert!(rows.iter().all(|row| set_aside_skus.binary_search(&row.sku).is_err()));
    assert!((rows.len() + rejections.len()) as u64 <= *read);
    check_rejections(rejections);
    rows.iter().for_each(check_texts);
    check_texts(set_aside_skus);
}

/// Checks what was set aside.
pub fn check_rejections(rejections: &[Rejection]) {
    assert!(rejections.is_sorted_by_key(|rejection| rejection.line));
    for rejection in rejections {
        check_texts(rejection);
        assert!(format!("{rejection:?}").len() < MAX_MESSAGE);
    }
}

/// Checks that PostgreSQL can store every text of it: none has a NUL.
pub fn check_texts(value: &impl Debug) {
    let escaped = format!("{value:?}").replace(r"\\", "");
    assert!(!escaped.contains(r"\0"), "{escaped}");
}

/// Checks why a report was refused.
pub fn check_report_error(error: &ReportError) {
    check_message(error, error.detail(), error.hint());
}

/// Checks why JSON was refused.
pub fn check_json_error(error: &JsonError) {
    check_message(error, error.detail(), error.hint());
}

fn check_message(error: &(impl Debug + Display), detail: Option<String>, hint: &str) {
    check_texts(error);
    assert!(error.to_string().len() < MAX_MESSAGE);
    assert!(detail.is_none_or(|detail| detail.len() < MAX_MESSAGE));
    assert!(!hint.is_empty());
}
