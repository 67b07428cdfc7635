//! FBA Manage Inventory: `GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA` and
//! `GET_FBA_MYI_ALL_INVENTORY_DATA` of Amazon's report reference, one layout for both.
//!
//! For each SKU it states both halves of a dual offer: whether there is an FBA offer and a
//! seller-fulfilled one, and the stock of each.

use super::report::{Facts, Layout, Rejection, ReportError};
use super::tab_delimited::{Column, Fields, Table};
use super::values::{quantity, yes_or_no};
use crate::domain::Asin;

/// What the report says of one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryItem {
    /// Column `asin`.
    pub asin: Asin,
    /// Column `condition`, where there is one.
    pub condition: Option<String>,
    /// Column `product-name`, where there is one.
    pub product_name: Option<String>,
    /// Column `afn-listing-exists`: whether the SKU has an FBA offer.
    pub fba_offer: bool,
    /// Column `afn-fulfillable-quantity`; 0 without an FBA offer.
    pub fba_quantity: i32,
    /// Column `mfn-fulfillable-quantity`; 0 where `mfn-listing-exists` says No.
    pub seller_fulfilled_quantity: i32,
    /// Column `afn-fulfillable-quantity-local`, the stock inside the marketplace's own country;
    /// none where the report lacks the column.
    pub local_quantity: Option<i32>,
}

impl Facts for InventoryItem {}

/// Its columns.
pub struct InventoryReport {
    asin: Column,
    seller_fulfilled_offer: Column,
    seller_fulfilled_quantity: Column,
    fba_offer: Column,
    fba_quantity: Column,
    local_quantity: Option<Column>,
    condition: Option<Column>,
    product_name: Option<Column>,
}

impl InventoryReport {
    /// Whether it tells local stock from stock abroad.
    pub fn has_local_quantity(&self) -> bool {
        self.local_quantity.is_some()
    }
}

impl Layout for InventoryReport {
    type Facts = InventoryItem;
    const SKU: &'static str = "sku";

    fn find(table: &Table<'_>) -> Result<Self, ReportError> {
        Ok(Self {
            asin: table.required("asin")?,
            seller_fulfilled_offer: table.required("mfn-listing-exists")?,
            seller_fulfilled_quantity: table.required("mfn-fulfillable-quantity")?,
            fba_offer: table.required("afn-listing-exists")?,
            fba_quantity: table.required("afn-fulfillable-quantity")?,
            local_quantity: table.optional("afn-fulfillable-quantity-local")?,
            condition: table.optional("condition")?,
            product_name: table.optional("product-name")?,
        })
    }

    fn facts(&self, fields: &Fields<'_>) -> Result<Option<InventoryItem>, Rejection> {
        let quantity_of = |offer, column| {
            let quantity = fields.parse(column, quantity)?;
            Ok(if offer { quantity } else { 0 })
        };
        let fba_offer = fields.parse(self.fba_offer, yes_or_no)?;
        let seller_fulfilled_offer = fields.parse(self.seller_fulfilled_offer, yes_or_no)?;
        Ok(Some(InventoryItem {
            asin: fields.parse(self.asin, Asin::parse)?,
            condition: fields.text(self.condition)?,
            product_name: fields.text(self.product_name)?,
            fba_offer,
            fba_quantity: quantity_of(fba_offer, self.fba_quantity)?,
            seller_fulfilled_quantity: quantity_of(
                seller_fulfilled_offer,
                self.seller_fulfilled_quantity,
            )?,
            local_quantity: self
                .local_quantity
                .map(|column| fields.parse(column, quantity))
                .transpose()?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::report::testing::Variants;
    use crate::amazon::report::{Report, read};
    use proptest::prelude::*;

    fn read_rows(document: &[u8]) -> Result<Report<InventoryItem>, ReportError> {
        read::<InventoryReport>(document).map(|(_, report)| report)
    }

    const HEADER: [&str; 8] = [
        "sku",
        "asin",
        "product-name",
        "condition",
        "mfn-listing-exists",
        "mfn-fulfillable-quantity",
        "afn-listing-exists",
        "afn-fulfillable-quantity",
    ];
    const ROW: [&str; 8] = ["A-1", "B07XJ8C8F5", "Café 5\"", "New", "Yes", "3", "Yes", "7"];

    fn document(header: &[&str], row: &[&str]) -> Vec<u8> {
        format!("{}\n{}\n", header.join("\t"), row.join("\t")).into_bytes()
    }

    /// The row with one value in place of its own.
    fn with(column: &str, value: &str) -> Report<InventoryItem> {
        let mut row = ROW;
        row[HEADER.iter().position(|name| *name == column).unwrap()] = value;
        read_rows(&document(&HEADER, &row)).unwrap()
    }

    fn expected() -> InventoryItem {
        InventoryItem {
            asin: Asin::parse("B07XJ8C8F5").unwrap(),
            condition: Some("New".to_owned()),
            product_name: Some("Café 5\"".to_owned()),
            fba_offer: true,
            fba_quantity: 7,
            seller_fulfilled_quantity: 3,
            local_quantity: None,
        }
    }

    #[test]
    fn header_variants() {
        Variants {
            header: &HEADER,
            row: &ROW,
            required: &[
                "sku",
                "asin",
                "mfn-listing-exists",
                "mfn-fulfillable-quantity",
                "afn-listing-exists",
                "afn-fulfillable-quantity",
            ],
        }
        .check::<InventoryReport>(&expected());
    }

    #[test]
    fn quantities_follow_their_offers() {
        for (no, yes) in [("No", "Yes"), ("false", "TRUE"), ("NO", "true")] {
            let without_fba = &with("afn-listing-exists", no).rows[0].facts;
            assert_eq!((without_fba.fba_offer, without_fba.fba_quantity), (false, 0));
            assert_eq!(with("mfn-listing-exists", no).rows[0].facts.seller_fulfilled_quantity, 0);
            assert_eq!(with("mfn-listing-exists", yes).rows[0].facts, expected());
        }
        assert_eq!(with("afn-fulfillable-quantity", " ").rows[0].facts.fba_quantity, 0);
    }

    #[test]
    fn local_stock() {
        for (field, local) in [("2", 2), ("", 0)] {
            let header = [HEADER.as_slice(), &["afn-fulfillable-quantity-local"]].concat();
            let document = document(&header, &[ROW.as_slice(), &[field]].concat());
            let (layout, report) = read::<InventoryReport>(&document).unwrap();
            assert!(layout.has_local_quantity());
            assert_eq!(report.rows[0].facts.local_quantity, Some(local));
        }
        let (layout, _) = read::<InventoryReport>(&document(&HEADER, &ROW)).unwrap();
        assert!(!layout.has_local_quantity());
    }

    #[test]
    fn what_is_set_aside() {
        for (column, value) in [
            ("sku", ""),
            ("sku", &"x".repeat(41)),
            ("asin", ""),
            ("asin", "B07XJ8C8F"),
            ("mfn-listing-exists", ""),
            ("afn-listing-exists", "maybe"),
            ("afn-fulfillable-quantity", "-1"),
            ("afn-fulfillable-quantity", "1.5"),
            ("mfn-fulfillable-quantity", "2147483648"),
            ("mfn-fulfillable-quantity", "1,200"),
        ] {
            let report = with(column, value);
            assert!(report.rows.is_empty(), "{column} {value}");
            assert_eq!(report.rejections[0].column.as_deref(), Some(column));
            assert_eq!(report.rejections[0].value.as_deref(), Some(value));
            assert_eq!(report.set_aside_skus.is_empty(), column == "sku");
        }
        let tab_in_title = with("product-name", "Lamp\tblue");
        assert_eq!(
            tab_in_title.rejections[0].reason,
            "the row has more fields than the header's 8"
        );
        assert!(tab_in_title.set_aside_skus.contains(&"A-1".to_owned()));
        let cut = read_rows(&document(&HEADER, &ROW[..7])).unwrap();
        assert_eq!(cut.rejections[0].column.as_deref(), Some("afn-fulfillable-quantity"));
    }

    proptest! {
        #[test]
        fn never_panics(
            lines in "([AB]{0,2}\t|[0-9-]{0,3}\t|Yes\t|No\t|B07XJ8C8F5\t|.{0,9}|\r?\n){0,60}",
        ) {
            let report = read_rows(format!("{}\n{lines}", HEADER.join("\t")).as_bytes()).unwrap();
            prop_assert!(report.rows.len() + report.rejections.len() <= report.read as usize);
            prop_assert!(report.rows.is_sorted_by(|a, b| a.sku < b.sku));
            prop_assert!(report.rejections.is_sorted_by(|a, b| a.line < b.line));
        }
    }
}
