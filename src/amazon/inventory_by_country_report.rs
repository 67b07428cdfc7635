//! FBA stock by country: `GET_AFN_INVENTORY_DATA_BY_COUNTRY` of Amazon's report reference. It names
//! its countries itself, those of other regions among them.

use super::report::{Facts, Layout, Rejection, ReportError};
use super::tab_delimited::{Column, Fields, Table};
use super::values::quantity;
use crate::domain::{Asin, Marketplace};

/// What the report says of a SKU's stock inside one destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalStock {
    /// The destination of column `country`.
    pub destination: Marketplace,
    /// Column `asin`.
    pub asin: Asin,
    /// Column `quantity-for-local-fulfillment`.
    pub quantity: i32,
}

impl Facts for LocalStock {
    fn part(&self) -> u8 {
        self.destination as u8
    }
}

/// Its columns.
pub struct InventoryByCountryReport {
    asin: Column,
    country: Column,
    quantity: Column,
}

impl Layout for InventoryByCountryReport {
    type Facts = LocalStock;
    const SKU: &'static str = "seller-sku";

    fn find(table: &Table<'_>) -> Result<Self, ReportError> {
        Ok(Self {
            asin: table.required("asin")?,
            country: table.required("country")?,
            quantity: table.required("quantity-for-local-fulfillment")?,
        })
    }

    /// The pool in the US is that of other reports, which count it otherwise: here stock that is
    /// being moved counts too.
    fn facts(&self, fields: &Fields<'_>) -> Result<Option<LocalStock>, Rejection> {
        let country = fields.parse(self.country, country)?;
        let asin = fields.parse(self.asin, Asin::parse)?;
        let quantity = fields.parse(self.quantity, quantity)?;
        let destination = country.filter(|&country| country != Marketplace::Us);
        Ok(destination.map(|destination| LocalStock { destination, asin, quantity }))
    }
}

/// The marketplace of a country, none for one of another region.
fn country(text: &str) -> Result<Option<Marketplace>, &'static str> {
    match Marketplace::parse(text) {
        Ok(marketplace) => Ok(Some(marketplace)),
        Err(_) if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) => Ok(None),
        Err(_) => Err("a country is a code of two letters, such as CA"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::report::testing::Variants;
    use crate::amazon::report::{Report, read};

    const HEADER: [&str; 6] = [
        "seller-sku",
        "fulfillment-channel-sku",
        "asin",
        "condition-type",
        "country",
        "quantity-for-local-fulfillment",
    ];

    fn lines(lines: &[&str]) -> Report<LocalStock> {
        let document = format!("{}\n{}", HEADER.join("\t"), lines.join("\n"));
        read::<InventoryByCountryReport>(document.as_bytes()).unwrap().1
    }

    #[test]
    fn header_variants() {
        Variants {
            header: &HEADER,
            row: &["A-1", "X001", "B07XJ8C8F5", "Café 5\"", "CA", "7"],
            required: &["seller-sku", "asin", "country", "quantity-for-local-fulfillment"],
        }
        .check::<InventoryByCountryReport>(&LocalStock {
            destination: Marketplace::Ca,
            asin: Asin::parse("B07XJ8C8F5").unwrap(),
            quantity: 7,
        });
    }

    #[test]
    fn a_row_a_destination() {
        let report = lines(&[
            "A\t\tB07XJ8C8F5\tNewItem\tMX\t2",
            "A\t\tB07XJ8C8F5\tNewItem\tCA\t7",
            "A\t\tB07XJ8C8F5\tNewItem\tUS\t100",
            "A\t\tB07XJ8C8F5\tNewItem\tDE\t5",
            "B\t\tB07XJ8C8F5\tNewItem\tbr\t1",
        ]);
        let rows: Vec<_> = (report.rows.iter())
            .map(|row| (row.sku.as_str(), row.facts.destination, row.facts.quantity))
            .collect();
        use Marketplace::{Br, Ca, Mx};
        assert_eq!(rows, [("A", Ca, 7), ("A", Mx, 2), ("B", Br, 1)]);
        assert_eq!((report.read, report.rejections.len()), (5, 0));
    }

    #[test]
    fn what_is_set_aside() {
        for (line, column) in [
            ("A\t\tB07XJ8C8F5\tNewItem\t\t7", "country"),
            ("A\t\tB07XJ8C8F5\tNewItem\tEverywhere\t7", "country"),
            ("A\t\tB07XJ8C8F5\tNewItem\tCA\tmany", "quantity-for-local-fulfillment"),
            ("A\t\tB07XJ8C8F\tNewItem\tCA\t7", "asin"),
            // One of another region is held to the same.
            ("A\t\tB07XJ8C8F\tNewItem\tDE\t7", "asin"),
        ] {
            let report = lines(&[line]);
            assert!(report.rows.is_empty(), "{line}");
            assert_eq!(report.rejections[0].column.as_deref(), Some(column));
        }
    }
}
