//! Amazon's file formats in pure Rust: no PostgreSQL, no I/O, no panic. Readers parse and never
//! decide: they hand on facts, and every line they cannot trust with its reason.
//!
//! A tab-delimited report has a file of its own here. Its `read(document)` opens a
//! [`tab_delimited::Table`], names the columns it wants, and hands [`report::Report::read`] a
//! function from the fields of one line to the facts that line states. Encoding, header, line
//! numbers, SKUs and repeated rows are dealt with there, the same for every report. The next
//! report is one more such file and one more [`ReportType`]; `functions/load_report.rs` says what
//! becomes of its rows.
//!
//! [`asin_status_report`] is read and written, as a workbook and as tab-delimited text: both hand
//! on rows of cells, and one layout finds in them what Amazon says of each destination. A workbook
//! is read as a stream, never as a whole, so what it claims to hold costs nothing.

pub mod asin_status_report;
pub mod inventory_report;
pub mod listings_report;
pub mod report;
pub mod tab_delimited;

pub use report::ReportError;

/// A report that can be loaded, by its name in Amazon's report reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportType {
    /// `GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA`
    UnsuppressedInventory,
    /// `GET_FBA_MYI_ALL_INVENTORY_DATA`
    AllInventory,
    /// `GET_MERCHANT_LISTINGS_ALL_DATA`
    AllListings,
    /// `GET_MERCHANT_LISTINGS_DATA`
    ActiveListings,
}

impl ReportType {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::UnsuppressedInventory, Self::AllInventory, Self::AllListings, Self::ActiveListings];

    /// Amazon's name of it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnsuppressedInventory => "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA",
            Self::AllInventory => "GET_FBA_MYI_ALL_INVENTORY_DATA",
            Self::AllListings => "GET_MERCHANT_LISTINGS_ALL_DATA",
            Self::ActiveListings => "GET_MERCHANT_LISTINGS_DATA",
        }
    }

    /// The report of this name, blanks around it trimmed.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::ALL.into_iter().find(|report| report.name().eq_ignore_ascii_case(name))
    }

    /// Whether it is a snapshot: what it does not have is gone.
    pub const fn is_snapshot(self) -> bool {
        matches!(self, Self::AllInventory | Self::AllListings)
    }
}
