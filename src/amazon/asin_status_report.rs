//! The ASIN Status report of Remote Fulfillment: `GET_REMOTE_FULFILLMENT_ELIGIBILITY` of Amazon's
//! report reference, in and out.
//!
//! It states for each SKU and destination what Amazon makes of the offer, and has one cell to
//! answer in, which removes the offer or adds it back. It arrives as an Excel workbook, which the
//! seller edits and uploads, while Amazon's documentation describes tab-delimited text of the same
//! layout: title and instructions, a header, and three columns for each destination.

mod grid;
mod layout;
mod package;
mod text;
mod workbook;

use std::rc::Rc;

use super::report::{Facts, Foreign, Report, ReportError};
use crate::domain::{Asin, Marketplace, MarketplaceSet};

pub use text::write_text;
pub use workbook::{WriteError, write_workbook};

/// The report as read.
#[derive(Clone, Debug, PartialEq)]
pub struct AsinStatusReport {
    /// Its rows and rejections.
    pub report: Report<AsinStatus>,
    /// The destinations it has columns for, in its own order.
    pub destinations: Vec<Marketplace>,
    /// Those of them that it has a column `Offer status` for, and so a verdict, which may be blank.
    pub with_status: MarketplaceSet,
    /// Whether rfba wrote it, so that its statuses are not Amazon's.
    pub by_rfba: bool,
}

/// What the report says of one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsinStatus {
    /// Column `ASIN`.
    pub asin: Asin,
    /// What it says for each of the report's destinations, shared by the rows that say the same.
    pub verdicts: Rc<[Verdict]>,
}

impl Facts for AsinStatus {}

/// What the report says of one SKU in one destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// Column `Offer status`, where there is one.
    pub offer_status: Option<String>,
    /// Column `More details`, where there is one.
    pub more_details: Option<String>,
    /// Column `Enable/Disable <Country> (Yes/No)`; none where it is blank.
    pub enable: Option<bool>,
}

impl Verdict {
    /// How many bytes it takes.
    fn size(&self) -> usize {
        let texts = [&self.offer_status, &self.more_details].into_iter().flatten();
        size_of::<Self>() + texts.map(|text| text.len() + 32).sum::<usize>()
    }
}

/// A row to write.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// The seller SKU.
    pub sku: &'a str,
    /// The ASIN.
    pub asin: &'a str,
    /// Its name, where it is known.
    pub product_name: Option<&'a str>,
    /// What to write for each of the report's destinations, in order; none where the SKU is no item.
    pub cells: Vec<Option<LineCells<'a>>>,
}

/// The cells of one destination in a row to write.
#[derive(Clone, Copy, Debug)]
pub struct LineCells<'a> {
    /// Column `Offer status`.
    pub offer_status: &'a str,
    /// Column `More details`.
    pub more_details: &'a str,
    /// Column `Enable/Disable <Country> (Yes/No)`.
    pub enable: Option<bool>,
}

/// Reads the report, a workbook or tab-delimited text.
pub fn read(document: &[u8]) -> Result<AsinStatusReport, ReportError> {
    match Foreign::recognize(document) {
        Some(Foreign::Workbook) => workbook::read(document),
        Some(foreign) => Err(ReportError::NotAnAsinStatusReport(foreign)),
        None => text::read(document),
    }
}

#[cfg(test)]
mod tests;
