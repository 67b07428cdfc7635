//! Amazon's file formats in pure Rust: no PostgreSQL, no I/O, no panic. Readers parse and never
//! decide: they hand on facts, and every line they cannot trust with its reason.
//!
//! A tab-delimited report has a file of its own here: its [`report::Layout`] names the columns it
//! wants and says what a line says. Encoding, header, line numbers, SKUs and repeated rows are dealt
//! with in [`report`], the same for every report. The next one is one more such file and one more
//! [`ReportType`]; `loading` says what becomes of its rows.
//!
//! [`json`] has a file for each answer of the Selling Partner API that can be loaded, and one for
//! its notifications. What goes back to Amazon is written by [`feed`].
//!
//! [`asin_status_report`] is read and written, as a workbook and as tab-delimited text: both hand
//! on rows of cells, and one layout finds in them what Amazon says of each destination. A workbook
//! is read as a stream, never as a whole, so what it claims to hold costs nothing.

pub mod afn_inventory_report;
pub mod asin_status_report;
pub mod condition;
pub mod fee_preview_report;
pub mod feed;
pub mod inventory_by_country_report;
pub mod inventory_report;
pub mod json;
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
    /// ASIN Status.
    AsinStatus,
}

impl ReportType {
    /// All of them, with their names in Amazon's report reference.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::UnsuppressedInventory, "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"),
        (Self::AllInventory, "GET_FBA_MYI_ALL_INVENTORY_DATA"),
        (Self::AllListings, "GET_MERCHANT_LISTINGS_ALL_DATA"),
        (Self::ActiveListings, "GET_MERCHANT_LISTINGS_DATA"),
        (Self::AfnInventory, "GET_AFN_INVENTORY_DATA"),
        (Self::InventoryByCountry, "GET_AFN_INVENTORY_DATA_BY_COUNTRY"),
        (Self::StrandedInventory, "GET_STRANDED_INVENTORY_UI_DATA"),
        (Self::FeePreview, "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA"),
        (Self::AsinStatus, "GET_REMOTE_FULFILLMENT_ELIGIBILITY"),
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
        matches!(self, Self::InventoryByCountry | Self::AsinStatus)
    }
}

/// An operation of the Selling Partner API whose answers can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// FBA Inventory API.
    InventorySummaries,
    /// Listings Items API, one SKU.
    ListingsItem,
    /// Listings Items API, pages of SKUs.
    ListingsItems,
    /// Listings Restrictions API.
    ListingsRestrictions,
}

impl Answer {
    /// All of them, with the names of their operations.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::InventorySummaries, "getInventorySummaries"),
        (Self::ListingsItem, "getListingsItem"),
        (Self::ListingsItems, "searchListingsItems"),
        (Self::ListingsRestrictions, "getListingsRestrictions"),
    ];

    /// The operation of this name, blanks around it trimmed.
    pub fn parse(name: &str) -> Option<Self> {
        let is_it = |(_, other): &&(Self, &str)| other.eq_ignore_ascii_case(name.trim());
        Self::ALL.iter().find(is_it).map(|&(answer, _)| answer)
    }

    /// The name of its operation.
    pub fn name(self) -> &'static str {
        name_of(&Self::ALL, self)
    }
}
