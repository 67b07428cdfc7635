//! Stranded stock: `GET_STRANDED_INVENTORY_UI_DATA` of Amazon's report reference, FBA units whose SKU
//! has no FBA offer.

use chrono::{DateTime, Utc};

use super::report::{Facts, Layout, Rejection, ReportError};
use super::tab_delimited::{Column, Fields, Table};
use super::values::{quantity, time};
use crate::domain::Asin;

/// What the report says of one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrandedItem {
    /// Column `asin`.
    pub asin: Asin,
    /// Column `condition`, where there is one.
    pub condition: Option<String>,
    /// Column `product-name`, where there is one.
    pub product_name: Option<String>,
    /// Column `date-stranded`.
    pub stranded_since: DateTime<Utc>,
    /// Column `stranded-reason`.
    pub reason: Option<String>,
    /// Column `fulfillable-qty`.
    pub fulfillable_quantity: i32,
}

impl Facts for StrandedItem {}

/// Its columns.
pub struct StrandedInventoryReport {
    asin: Column,
    date: Column,
    reason: Column,
    fulfilled_by: Column,
    quantity: Column,
    condition: Option<Column>,
    product_name: Option<Column>,
}

impl Layout for StrandedInventoryReport {
    type Facts = StrandedItem;
    const SKU: &'static str = "sku";

    fn find(table: &Table<'_>) -> Result<Self, ReportError> {
        Ok(Self {
            asin: table.required("asin")?,
            date: table.required("date-stranded")?,
            reason: table.required("stranded-reason")?,
            fulfilled_by: table.required("fulfilled-by")?,
            quantity: table.required("fulfillable-qty")?,
            condition: table.optional("condition")?,
            product_name: table.optional("product-name")?,
        })
    }

    fn facts(&self, fields: &Fields<'_>) -> Result<Option<StrandedItem>, Rejection> {
        fields.parse(self.fulfilled_by, |_| Ok::<_, &str>(()))?;
        Ok(Some(StrandedItem {
            asin: fields.parse(self.asin, Asin::parse)?,
            condition: fields.text(self.condition)?,
            product_name: fields.text(self.product_name)?,
            stranded_since: fields.parse(self.date, time)?,
            reason: fields.text(Some(self.reason))?,
            fulfillable_quantity: fields.parse(self.quantity, quantity)?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::report::read;
    use crate::amazon::report::testing::Variants;

    /// As Amazon orders them.
    const HEADER: [&str; 18] = [
        "primary-action",
        "date-stranded",
        "Date-to-take-auto-removal",
        "status-primary",
        "status-secondary",
        "error-message",
        "stranded-reason",
        "asin",
        "sku",
        "fnsku",
        "product-name",
        "condition",
        "fulfilled-by",
        "fulfillable-qty",
        "your-price",
        "unfulfillable-qty",
        "reserved-quantity",
        "inbound-shipped-qty",
    ];
    const ROW: [&str; 18] = [
        "Relist",
        "2026-01-15T08:30:00-08:00",
        "",
        "Inactive",
        "",
        "",
        "Merchant fulfilled",
        "B07XJ8C8F5",
        "A-1",
        "X001",
        "Café 5\"",
        "New",
        "Merchant",
        "7",
        "19.99",
        "0",
        "0",
        "0",
    ];

    #[test]
    fn header_variants() {
        Variants {
            header: &HEADER,
            row: &ROW,
            required: &[
                "date-stranded",
                "stranded-reason",
                "asin",
                "sku",
                "fulfilled-by",
                "fulfillable-qty",
            ],
        }
        .check::<StrandedInventoryReport>(&StrandedItem {
            asin: Asin::parse("B07XJ8C8F5").unwrap(),
            condition: Some("New".to_owned()),
            product_name: Some("Café 5\"".to_owned()),
            stranded_since: time("2026-01-15T16:30:00Z").unwrap(),
            reason: Some("Merchant fulfilled".to_owned()),
            fulfillable_quantity: 7,
        });
    }

    #[test]
    fn what_is_set_aside() {
        for (column, value) in [
            ("date-stranded", "01/15/2026"),
            ("date-stranded", ""),
            ("fulfillable-qty", "-7"),
            ("asin", "7"),
            ("sku", ""),
        ] {
            let mut row = ROW;
            row[HEADER.iter().position(|name| *name == column).unwrap()] = value;
            let document = format!("{}\n{}", HEADER.join("\t"), row.join("\t"));
            let (_, report) = read::<StrandedInventoryReport>(document.as_bytes()).unwrap();
            assert!(report.rows.is_empty(), "{column} {value}");
            assert_eq!(report.rejections[0].column.as_deref(), Some(column));
        }
    }
}
