//! The ASIN Status report as it is written: the workbook and the text of the same lines can both be
//! read, and say the same. The input is its data rows as tab-delimited text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfba_fuzz::amazon::asin_status_report::{Line, LineCells, read, write_text, write_workbook};
use rfba_fuzz::check;
use rfba_fuzz::domain::{Marketplace, MarketplaceSet};

/// A workbook cuts what a cell cannot hold, and text does not.
const MAX_CELL: usize = 32_767;

fuzz_target!(|input: &str| {
    let lines: Vec<_> = input.lines().map(line).collect();
    let is_cut = |field: &str| field.len() > MAX_CELL || field.contains(['\u{FFFE}', '\u{FFFF}']);
    if input.split(['\n', '\t']).any(is_cut) {
        return;
    }
    let destinations = MarketplaceSet::from_iter(Marketplace::DESTINATIONS);
    let text = write_text(destinations, lines.clone());
    let workbook = write_workbook(destinations, lines).expect("a few lines fit into a sheet");
    let of_text = read(text.as_bytes()).expect("what is written as text can be read");
    let of_workbook = read(&workbook).expect("what is written as a workbook can be read");
    assert_eq!(of_text, of_workbook);
    assert!(of_text.by_rfba);
    check(&of_text.report);
});

fn line(line: &str) -> Line<'_> {
    let mut fields = line.split('\t');
    let mut next = || fields.next().unwrap_or_default();
    let (sku, asin, product_name) = (next(), next(), Some(next()));
    let cells = Marketplace::DESTINATIONS.map(|_| {
        let (offer_status, more_details) = (next(), next());
        let enable = match next() {
            "Yes" => Some(true),
            "No" => Some(false),
            _ => None,
        };
        Some(LineCells { offer_status, more_details, enable })
    });
    Line { sku, asin, product_name, cells: cells.into() }
}
