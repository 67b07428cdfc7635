//! Which table each of Amazon's reports is written to.

use super::{Load, Outcome, offers, products, stock, verdicts};
use crate::amazon::fee_preview_report::FeePreviewReport;
use crate::amazon::inventory_by_country_report::{InventoryByCountryReport, LocalStock};
use crate::amazon::inventory_report::InventoryReport;
use crate::amazon::listings_report::ListingsReport;
use crate::amazon::report::read;
use crate::amazon::stranded_inventory_report::StrandedInventoryReport;
use crate::amazon::{ReportType, afn_inventory_report};
use crate::domain::Marketplace;
use crate::error::Error;

const NOT_LOCAL: &str = "The report has no column afn-fulfillable-quantity-local, so its \
     quantities may be the US stock seen from there: nothing was written. Load \
     GET_AFN_INVENTORY_DATA_BY_COUNTRY for the stock inside a country.";
const NOT_THE_POOL: &str = "The quantities may be the US stock seen from there: nothing was \
     written. Load GET_AFN_INVENTORY_DATA_BY_COUNTRY for the stock inside a country.";
const NOT_STRANDED_HERE: &str = "The units of Remote Fulfillment lie in the US: nothing was \
     written. Load the report of the US.";

/// Loads a report of a marketplace, or one that names its own.
pub fn load_report(
    load: &Load,
    report_type: ReportType,
    marketplace: Option<Marketplace>,
    document: &[u8],
) -> Result<Outcome, Error> {
    let name = report_type.name();
    if marketplace.is_some() && report_type.names_marketplaces() {
        return Err(Error::NamesMarketplaces(name));
    }
    let marketplace = || marketplace.ok_or(Error::NoMarketplace(name));
    let is_snapshot = report_type.is_snapshot();
    match report_type {
        ReportType::UnsuppressedInventory | ReportType::AllInventory => {
            let marketplace = marketplace()?;
            let (layout, report) = read::<InventoryReport>(document)?;
            if marketplace == Marketplace::Us {
                stock::write_inventory(load, report, is_snapshot)
            } else if layout.has_local_quantity() {
                let report = report.map(|item| LocalStock {
                    destination: marketplace,
                    asin: item.asin,
                    quantity: item.local_quantity.unwrap_or_default(),
                });
                stock::write_local_inventory(load, report, marketplace, is_snapshot)
            } else {
                Ok(Outcome::noted(report, NOT_LOCAL))
            }
        }
        ReportType::AllListings | ReportType::ActiveListings => {
            let marketplace = marketplace()?;
            let (_, report) = read::<ListingsReport>(document)?;
            offers::write_listings(load, report, marketplace, is_snapshot)
        }
        ReportType::AfnInventory => {
            let marketplace = marketplace()?;
            let report = afn_inventory_report::read(document)?;
            match marketplace {
                Marketplace::Us => stock::write_stock(load, report),
                _ => Ok(Outcome::noted(report, NOT_THE_POOL)),
            }
        }
        ReportType::InventoryByCountry => {
            let (_, report) = read::<InventoryByCountryReport>(document)?;
            stock::write_by_country(load, report)
        }
        ReportType::StrandedInventory => {
            let marketplace = marketplace()?;
            let (_, report) = read::<StrandedInventoryReport>(document)?;
            match marketplace {
                Marketplace::Us => stock::write_stranded(load, report),
                _ => Ok(Outcome::noted(report, NOT_STRANDED_HERE)),
            }
        }
        ReportType::FeePreview => {
            let marketplace = marketplace()?;
            let (_, report) = read::<FeePreviewReport>(document)?;
            products::write_fee_preview(load, report, marketplace)
        }
        ReportType::AsinStatus => verdicts::load_asin_status(load, document, true),
    }
}
