//! Tab-delimited reports of every layout.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use rfba_fuzz::amazon::afn_inventory_report;
use rfba_fuzz::amazon::fee_preview_report::FeePreviewReport;
use rfba_fuzz::amazon::inventory_by_country_report::InventoryByCountryReport;
use rfba_fuzz::amazon::inventory_report::InventoryReport;
use rfba_fuzz::amazon::listings_report::ListingsReport;
use rfba_fuzz::amazon::report::{Facts, Layout, Report, ReportError, read};
use rfba_fuzz::amazon::stranded_inventory_report::StrandedInventoryReport;
use rfba_fuzz::{check, check_report_error};

fuzz_target!(|document: &[u8]| {
    // A header can serve several layouts; the others refuse it at once.
    check_layout::<InventoryReport>(document);
    check_layout::<ListingsReport>(document);
    check_layout::<InventoryByCountryReport>(document);
    check_layout::<StrandedInventoryReport>(document);
    check_layout::<FeePreviewReport>(document);
    check_reading(afn_inventory_report::read(document));
});

fn check_layout<L: Layout<Facts: Debug>>(document: &[u8]) {
    check_reading(read::<L>(document).map(|(_, report)| report));
}

fn check_reading<T: Facts + Debug>(reading: Result<Report<T>, ReportError>) {
    match reading {
        Ok(report) => check(&report),
        Err(error) => check_report_error(&error),
    }
}
