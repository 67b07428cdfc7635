//! FBA stock: `GET_AFN_INVENTORY_DATA` of Amazon's report reference, a line for the sellable and one
//! for the unsellable units of a SKU.

use super::report::{Facts, Layout, Rejection, Report, ReportError};
use super::tab_delimited::{Column, Fields, Table};
use super::values::quantity;
use crate::domain::Asin;

/// What is said of the FBA stock of one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// Column `asin`.
    pub asin: Asin,
    /// Column `condition-type`, where there is one.
    pub condition: Option<String>,
    /// The title, which this report has not.
    pub product_name: Option<String>,
    /// Column `Quantity Available` of the sellable units; 0 where all of them are unsellable.
    pub quantity: i32,
    sellable: bool,
}

impl Facts for Stock {
    fn part(&self) -> u8 {
        self.sellable.into()
    }
}

impl Stock {
    /// Units that can be sold.
    pub fn sellable(
        asin: Asin,
        condition: Option<String>,
        product_name: Option<String>,
        quantity: i32,
    ) -> Self {
        Self { asin, condition, product_name, quantity, sellable: true }
    }
}

struct AfnInventoryReport {
    asin: Column,
    quantity: Column,
    warehouse_condition: Option<Column>,
    condition: Option<Column>,
}

/// Reads the report: each SKU once.
pub fn read(document: &[u8]) -> Result<Report<Stock>, ReportError> {
    let (_, mut report) = super::report::read::<AfnInventoryReport>(document)?;
    // A SKU's unsellable units come before its sellable ones.
    report.rows.dedup_by(|later, earlier| {
        let same_sku = later.sku == earlier.sku;
        if same_sku {
            std::mem::swap(later, earlier);
        }
        same_sku
    });
    Ok(report)
}

impl Layout for AfnInventoryReport {
    type Facts = Stock;
    const SKU: &'static str = "seller-sku";

    fn find(table: &Table<'_>) -> Result<Self, ReportError> {
        Ok(Self {
            asin: table.required("asin")?,
            quantity: table.required("Quantity Available")?,
            warehouse_condition: table.optional("Warehouse-Condition-code")?,
            condition: table.optional("condition-type")?,
        })
    }

    fn facts(&self, fields: &Fields<'_>) -> Result<Option<Stock>, Rejection> {
        let sellable = match self.warehouse_condition {
            Some(column) => fields.parse(column, is_sellable)?,
            None => true,
        };
        let quantity = fields.parse(self.quantity, quantity)?;
        Ok(Some(Stock {
            asin: fields.parse(self.asin, Asin::parse)?,
            condition: fields.text(self.condition)?,
            product_name: None,
            quantity: if sellable { quantity } else { 0 },
            sellable,
        }))
    }
}

fn is_sellable(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_uppercase().as_str() {
        "SELLABLE" => Ok(true),
        "UNSELLABLE" => Ok(false),
        _ => Err("this column says SELLABLE or UNSELLABLE"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::report::testing::Variants;

    const HEADER: [&str; 6] = [
        "seller-sku",
        "fulfillment-channel-sku",
        "asin",
        "condition-type",
        "Warehouse-Condition-code",
        "Quantity Available",
    ];

    fn lines(lines: &[&str]) -> Report<Stock> {
        read(format!("{}\n{}", HEADER.join("\t"), lines.join("\n")).as_bytes()).unwrap()
    }

    fn quantities(report: &Report<Stock>) -> Vec<(&str, i32)> {
        report.rows.iter().map(|row| (row.sku.as_str(), row.facts.quantity)).collect()
    }

    #[test]
    fn header_variants() {
        Variants {
            header: &HEADER,
            row: &["A-1", "X001", "B07XJ8C8F5", "Café 5\"", "SELLABLE", "7"],
            required: &["seller-sku", "asin", "Quantity Available"],
        }
        .check::<AfnInventoryReport>(&Stock {
            asin: Asin::parse("B07XJ8C8F5").unwrap(),
            condition: Some("Café 5\"".to_owned()),
            product_name: None,
            quantity: 7,
            sellable: true,
        });
    }

    #[test]
    fn only_sellable_units_count() {
        let report = lines(&[
            "A\t\tB07XJ8C8F5\tNewItem\tSELLABLE\t7",
            "A\t\tB07XJ8C8F5\tNewItem\tUNSELLABLE\t2",
            "B\t\tB07XJ8C8F5\tNewItem\tunsellable\t3",
            "C\t\tB07XJ8C8F5\tNewItem\tUNSELLABLE\t1",
            "C\t\tB07XJ8C8F5\tNewItem\tsellable\t4",
        ]);
        assert_eq!(quantities(&report), [("A", 7), ("B", 0), ("C", 4)]);
        assert_eq!((report.read, report.rejections.len()), (5, 0));
    }

    #[test]
    fn what_is_set_aside() {
        for (line, column) in [
            ("A\t\tB07XJ8C8F5\tNewItem\tLOST\t7", "Warehouse-Condition-code"),
            ("A\t\tB07XJ8C8F5\tNewItem\tSELLABLE\t-7", "Quantity Available"),
            ("A\t\tB07XJ8C8F\tNewItem\tSELLABLE\t7", "asin"),
            ("\t\tB07XJ8C8F5\tNewItem\tSELLABLE\t7", "seller-sku"),
        ] {
            let report = lines(&[line]);
            assert!(report.rows.is_empty(), "{line}");
            assert_eq!(report.rejections[0].column.as_deref(), Some(column));
        }
        let half = lines(&[
            "A\t\tB07XJ8C8F5\tNewItem\tSELLABLE\t7",
            "A\t\tB07XJ8C8F5\tNewItem\tUNSELLABLE\tx",
        ]);
        assert_eq!((half.rows.len(), half.rejections.len()), (0, 2));
    }
}
