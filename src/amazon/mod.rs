//! Amazon's file formats in pure Rust: no PostgreSQL, no I/O, no panic. Readers parse and never
//! decide: they hand on facts, and every line they cannot trust with its reason.
//!
//! A tab-delimited report has a file of its own here: a [`report::Layout`] that finds its columns in
//! a [`tab_delimited::Table`] and makes facts of the fields of one line. Encoding, header, line
//! numbers, SKUs and repeated rows are dealt with by [`report::read`], the same for every report. The
//! next report is one more such file and one more [`ReportType`]; `src/loading` says what becomes of
//! its rows.

pub mod afn_inventory_report;
pub mod fee_preview_report;
pub mod inventory_by_country_report;
pub mod inventory_report;
pub mod listings_report;
pub mod report;
pub mod stranded_inventory_report;
pub mod tab_delimited;
pub mod values;

pub use report::ReportError;

use crate::domain::{name_of, named};

/// A report that can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportType {
    /// FBA Manage Inventory, without what is suppressed.
    UnsuppressedInventory,
    /// FBA Manage Inventory, all of it.
    AllInventory,
    /// All listings.
    AllListings,
    /// Active listings.
    ActiveListings,
    /// FBA stock.
    AfnInventory,
    /// FBA stock by country.
    InventoryByCountry,
    /// Stranded stock.
    StrandedInventory,
    /// Fee preview.
    FeePreview,
}

impl ReportType {
    /// All of them, with their names in Amazon's report reference.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::UnsuppressedInventory, "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"),
        (Self::AllInventory, "GET_FBA_MYI_ALL_INVENTORY_DATA"),
        (Self::AllListings, "GET_MERCHANT_LISTINGS_ALL_DATA"),
        (Self::ActiveListings, "GET_MERCHANT_LISTINGS_DATA"),
        (Self::AfnInventory, "GET_AFN_INVENTORY_DATA"),
        (Self::InventoryByCountry, "GET_AFN_INVENTORY_DATA_BY_COUNTRY"),
        (Self::StrandedInventory, "GET_STRANDED_INVENTORY_UI_DATA"),
        (Self::FeePreview, "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA"),
    ];

    /// Amazon's name of it.
    pub fn name(self) -> &'static str {
        name_of(&Self::ALL, self)
    }

    /// The report of this name, blanks around it trimmed.
    pub fn parse(name: &str) -> Option<Self> {
        named(&Self::ALL, &name.trim().to_ascii_uppercase())
    }

    /// Whether it is a snapshot: what it does not have is gone.
    pub const fn is_snapshot(self) -> bool {
        matches!(self, Self::AllInventory | Self::AllListings)
    }

    /// Whether it names the marketplaces of its rows itself.
    pub const fn names_marketplaces(self) -> bool {
        matches!(self, Self::InventoryByCountry)
    }
}
