//! Listings of one marketplace: `GET_MERCHANT_LISTINGS_ALL_DATA` and, for the active ones alone,
//! `GET_MERCHANT_LISTINGS_DATA` of Amazon's report reference.

use rust_decimal::Decimal;

use super::report::{Facts, Layout, Rejection, ReportError};
use super::tab_delimited::{Column, Fields, Table};
use super::values::price;
use crate::domain::eligibility::OfferStatus;
use crate::domain::{Asin, named};

/// What the report says of the offer under one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Column `asin1`: the ASIN that counts, whatever `product-id` says.
    pub asin: Asin,
    /// Column `price`, in the marketplace's currency; none where the offer has none yet.
    pub price: Option<Decimal>,
    /// Column `status`; active where the report has active listings only and lacks the column.
    pub status: OfferStatus,
    /// Column `fulfillment-channel`.
    pub channel: FulfillmentChannel,
}

impl Facts for Listing {}

/// Who ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FulfillmentChannel {
    /// Fulfillment by Amazon in North America.
    AmazonNa,
    /// The seller.
    Default,
}

impl FulfillmentChannel {
    /// Amazon's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AmazonNa => "AMAZON_NA",
            Self::Default => "DEFAULT",
        }
    }

    /// The channel of this name, in any case.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        [Self::AmazonNa, Self::Default]
            .into_iter()
            .find(|channel| channel.as_str().eq_ignore_ascii_case(text))
            .ok_or("the fulfillment channels of North America are AMAZON_NA and DEFAULT")
    }
}

/// Its columns.
pub struct ListingsReport {
    asin: Column,
    price: Column,
    channel: Column,
    status: Option<Column>,
}

impl Layout for ListingsReport {
    type Facts = Listing;
    const SKU: &'static str = "seller-sku";

    fn find(table: &Table<'_>) -> Result<Self, ReportError> {
        Ok(Self {
            asin: table.required("asin1")?,
            price: table.required("price")?,
            channel: table.required("fulfillment-channel")?,
            status: table.optional("status")?,
        })
    }

    fn facts(&self, fields: &Fields<'_>) -> Result<Option<Listing>, Rejection> {
        Ok(Some(Listing {
            asin: fields.parse(self.asin, Asin::parse)?,
            price: fields.parse(self.price, price)?,
            status: match self.status {
                Some(column) => fields.parse(column, status_of)?,
                None => OfferStatus::Active,
            },
            channel: fields.parse(self.channel, FulfillmentChannel::parse)?,
        }))
    }
}

/// The state of an offer: for sale, not for sale, or lacking what Amazon needs to sell it.
fn status_of(text: &str) -> Result<OfferStatus, &'static str> {
    named(&OfferStatus::ALL, &text.to_ascii_lowercase())
        .ok_or("a status is Active, Inactive or Incomplete")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::report::Report;
    use crate::amazon::report::testing::Variants;
    use proptest::prelude::*;

    fn read(document: &[u8]) -> Result<Report<Listing>, ReportError> {
        crate::amazon::report::read::<ListingsReport>(document).map(|(_, report)| report)
    }

    const HEADER: &str = "item-name\tseller-sku\tprice\tquantity\tproduct-id\tasin1\t\
        fulfillment-channel\tmerchant-shipping-group\tstatus";
    const ROW: &str =
        "Lámpara 5\"\tA-1\t19.99\t\t0306406152\tB07XJ8C8F5\tAMAZON_NA\tMigrated\tActive";

    fn one(header: &str, row: &str) -> Report<Listing> {
        read(format!("{header}\n{row}\n").as_bytes()).unwrap()
    }

    fn with(old: &str, new: &str) -> Report<Listing> {
        one(HEADER, &ROW.replace(old, new))
    }

    fn expected() -> Listing {
        Listing {
            asin: Asin::parse("B07XJ8C8F5").unwrap(),
            price: Some(Decimal::new(1999, 2)),
            status: OfferStatus::Active,
            channel: FulfillmentChannel::AmazonNa,
        }
    }

    #[test]
    fn header_variants() {
        Variants {
            header: &HEADER.split('\t').collect::<Vec<_>>(),
            row: &ROW.split('\t').collect::<Vec<_>>(),
            required: &["seller-sku", "price", "asin1", "fulfillment-channel"],
        }
        .check::<ListingsReport>(&expected());
    }

    #[test]
    fn other_columns() {
        let business = HEADER.replace("quantity", "Business Price\tQuantity Price Type\tquantity");
        let active_only = HEADER.replace("\tstatus", "");
        for (header, row) in [
            (&HEADER.replace("fulfillment", "fulfilment"), ROW),
            (&business, &ROW.replace("19.99", "19.99\t18.99\tfixed")),
            (&active_only, &ROW.replace("\tActive", "")),
            (&active_only, &ROW.replace("\tMigrated\tActive", "")),
        ] {
            let report = one(header, row);
            assert_eq!(report.rejections, [], "{header}");
            assert_eq!(report.rows[0].facts, expected(), "{header}");
        }
        let both = HEADER.replace("quantity", "fulfilment-channel");
        let error = read(both.as_bytes()).unwrap_err();
        assert_eq!(error, ReportError::RepeatedColumn { column: "fulfillment-channel".into() });
    }

    #[test]
    fn prices() {
        assert_eq!(with("19.99", "").rows[0].facts.price, None);
        let report = with("19.99", "$5");
        assert_eq!(report.rejections[0].column.as_deref(), Some("price"));
        assert_eq!(report.rejections[0].value.as_deref(), Some("$5"));
    }

    #[test]
    fn statuses_and_channels() {
        for (status, name) in OfferStatus::ALL {
            assert_eq!(with("Active", name).rows[0].facts.status, status);
        }
        assert_eq!(with("AMAZON_NA", "default").rows[0].facts.channel, FulfillmentChannel::Default);
        for (old, new, column) in [
            ("\tActive", "\tSuppressed", "status"),
            ("\tActive", "\t", "status"),
            ("\tActive", "", "status"),
            ("AMAZON_NA", "AMAZON_EU", "fulfillment-channel"),
            ("AMAZON_NA", "", "fulfillment-channel"),
            ("B07XJ8C8F5", "", "asin1"),
            ("A-1", "", "seller-sku"),
        ] {
            let report = with(old, new);
            assert_eq!(report.rejections[0].column.as_deref(), Some(column), "{new}");
            assert_eq!(report.set_aside_skus.is_empty(), column == "seller-sku");
        }
    }

    #[test]
    fn a_tab_in_a_title_does_not_lose_the_sku() {
        let report = with("Lámpara", "Lámpara\tazul");
        assert!(report.rows.is_empty());
        assert!(report.set_aside_skus.contains(&"A-1".to_owned()));
    }

    proptest! {
        #[test]
        fn never_panics(
            lines in "([AB]?\t|[0-9.-]{0,5}\t|AMAZON_NA\t|Active|B07XJ8C8F5\t|.{0,9}|\r?\n){0,60}",
        ) {
            let report = read(format!("{HEADER}\n{lines}").as_bytes()).unwrap();
            prop_assert!(report.rows.len() + report.rejections.len() <= report.read as usize);
        }
    }
}
