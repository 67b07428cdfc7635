//! The ASIN Status report with our status, for the seller to edit and upload.

use std::collections::BTreeMap;

use crate::amazon::asin_status_report::{Line, LineCells, write_text, write_workbook};
use crate::domain::{Asin, Marketplace, MarketplaceSet};
use crate::engine::{Arg, Caller, Statement};
use crate::error::Error;

static DESTINATIONS: Statement = Statement(
    "SELECT p.destinations FROM rfba.seller s \
     JOIN rfba.program_edition p ON p.edition = s.program_edition \
     WHERE s.seller_id = $1 ORDER BY p.shipped LIMIT 1",
);

static ITEMS: Statement = Statement(
    "SELECT s.sku, s.asin, i.product_name, s.marketplace, s.status::text, \
         rfba.more_details(s.reasons, s.marketplace), e.state = 'enrolled' \
     FROM rfba.item_status s \
         LEFT JOIN rfba.inventory i ON i.seller_id = s.seller_id AND i.sku = s.sku \
         LEFT JOIN rfba.enrollment e ON e.seller_id = s.seller_id AND e.sku = s.sku \
             AND e.marketplace = s.marketplace \
     WHERE s.seller_id = $1 ORDER BY s.sku, s.marketplace",
);

/// A SKU and its status in each destination.
struct Item {
    sku: String,
    asin: String,
    product_name: Option<String>,
    cells: BTreeMap<i16, Cells>,
}

struct Cells {
    status: String,
    details: String,
    enable: Option<bool>,
}

/// The report as a workbook.
pub fn asin_status_workbook(seller_id: &str) -> Result<Vec<u8>, Error> {
    let (destinations, items) = read(seller_id)?;
    Ok(write_workbook(destinations, lines(destinations, &items))?)
}

/// The report as tab-delimited text.
pub fn asin_status_text(seller_id: &str) -> Result<String, Error> {
    let (destinations, items) = read(seller_id)?;
    Ok(write_text(destinations, lines(destinations, &items)))
}

fn read(seller_id: &str) -> Result<(MarketplaceSet, Vec<Item>), Error> {
    Caller::run(|caller| {
        let mut destinations = None;
        DESTINATIONS.run_as_caller(caller, &[Arg::Text(seller_id)], |row| {
            let codes = row.get::<Vec<i16>>(1).into_iter();
            destinations = Some(codes.filter_map(Marketplace::from_packed).collect());
        });
        let destinations = destinations.ok_or_else(|| Error::NoSuchSeller(seller_id.to_owned()))?;
        let mut items: Vec<Item> = Vec::new();
        ITEMS.run_as_caller(caller, &[Arg::Text(seller_id)], |row| {
            let sku: String = row.get(1);
            if items.last().is_none_or(|item| item.sku != sku) {
                let asin = Asin::from_value(row.get(2)).map(|asin| asin.to_string());
                items.push(Item {
                    sku,
                    asin: asin.unwrap_or_default(),
                    product_name: row.optional(3),
                    cells: BTreeMap::new(),
                });
            }
            if let Some(item) = items.last_mut() {
                let cells = Cells {
                    status: in_words(&row.get::<String>(5)),
                    details: row.get(6),
                    enable: row.optional(7),
                };
                item.cells.insert(row.get(4), cells);
            }
        });
        Ok((destinations, items))
    })
}

/// `action_required` as Amazon would write it: `Action required`.
fn in_words(status: &str) -> String {
    let mut words = status.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn lines(destinations: MarketplaceSet, items: &[Item]) -> impl ExactSizeIterator<Item = Line<'_>> {
    items.iter().map(move |item| Line {
        sku: &item.sku,
        asin: &item.asin,
        product_name: item.product_name.as_deref(),
        cells: destinations
            .iter()
            .map(|destination| item.cells.get(&destination.packed()).map(Cells::as_line))
            .collect(),
    })
}

impl Cells {
    fn as_line(&self) -> LineCells<'_> {
        LineCells { offer_status: &self.status, more_details: &self.details, enable: self.enable }
    }
}
