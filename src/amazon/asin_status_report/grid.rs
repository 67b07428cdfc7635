//! The rows and columns of an ASIN Status report, the same in a workbook and in text.

use super::Line;
use crate::domain::{Marketplace, MarketplaceSet};

/// What the first cell of a report says that rfba wrote. Its statuses are rfba's own and not
/// Amazon's; a title survives editing and saving in any program.
pub(super) const TITLE: &str = "ASIN Status report, written by rfba";
/// Column A.
pub(super) const MERCHANT_SKU: &str = "Merchant SKU";
/// Column B.
pub(super) const ASIN: &str = "ASIN";
/// Column C.
const PRODUCT_NAME: &str = "Product name";
/// The first column of each destination.
pub(super) const OFFER_STATUS: &str = "Offer status";
/// The second one.
pub(super) const MORE_DETAILS: &str = "More details";
/// The third one, in general.
pub(super) const ENABLE: &str = "Enable/Disable <Country> (Yes/No)";
/// How many columns stand before those of the destinations.
const COLUMNS: usize = 3;
/// How many columns each destination has.
const GROUP: usize = 3;

const INSTRUCTIONS: [&str; 2] = [
    "Edit nothing but the columns Enable/Disable: Yes adds an item back, No removes it, and a blank leaves it as it is.",
    "Then upload this file on Seller Central's Remote Fulfillment page; Amazon takes up to 24 hours to process it.",
];

/// The third column of a destination.
pub(super) fn enable_column(destination: Marketplace) -> String {
    format!("Enable/Disable {} (Yes/No)", destination.info().country)
}

/// Whether the column of this index is the third one of a destination.
pub(super) fn is_enable_column(index: usize) -> bool {
    index >= COLUMNS && (index - COLUMNS) % GROUP == GROUP - 1
}

/// The rows above the data: title, instructions, header.
pub(super) fn head(destinations: MarketplaceSet) -> Vec<Vec<String>> {
    let mut header = [MERCHANT_SKU, ASIN, PRODUCT_NAME].map(str::to_owned).to_vec();
    for destination in destinations.iter() {
        header.extend([OFFER_STATUS, MORE_DETAILS].map(str::to_owned));
        header.push(enable_column(destination));
    }
    let above = [TITLE].into_iter().chain(INSTRUCTIONS).map(|text| vec![text.to_owned()]);
    above.chain([header]).collect()
}

/// The cells of a data row.
pub(super) fn cells<'l>(line: &'l Line<'_>) -> impl Iterator<Item = &'l str> {
    let item = [line.sku, line.asin, line.product_name.unwrap_or_default()];
    let groups = line.cells.iter().flat_map(|cell| match cell {
        None => [""; GROUP],
        Some(cell) => {
            let enable = match cell.enable {
                Some(true) => "Yes",
                Some(false) => "No",
                None => "",
            };
            [cell.offer_status, cell.more_details, enable]
        }
    });
    item.into_iter().chain(groups)
}
