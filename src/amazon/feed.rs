//! What goes back to Amazon: `JSON_LISTINGS_FEED`, by its schema
//! `listings-feed-schema-v2.json` and, for attributes, by the Listings Items API's guides.

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use serde::ser::{Error, Serializer};
use serde_json::value::RawValue;

use super::condition::Condition;
use super::listings_report::FulfillmentChannel;
use crate::domain::{Asin, Marketplace};

/// How many messages Amazon takes in a feed.
pub const MAX_MESSAGES: usize = 10_000;
/// The product type of a product whose own is not known.
pub const ANY_PRODUCT_TYPE: &str = "PRODUCT";

const VERSION: &str = "2.0";
/// Of the requirements: the terms of sale, and nothing of the product.
const OFFER_ONLY: &str = "LISTING_OFFER_ONLY";
/// The audience of everybody who shops on Amazon.
const EVERYBODY: &str = "ALL";

/// A feed to one marketplace.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Feed<'a> {
    header: Header<'a>,
    messages: Vec<Message<'a>>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Header<'a> {
    seller_id: &'a str,
    version: &'static str,
    issue_locale: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    message_id: usize,
    sku: &'a str,
    #[serde(flatten)]
    operation: Operation<'a>,
}

/// No more messages fit into a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a feed has at most {MAX_MESSAGES} messages")]
pub struct FeedFull;

impl<'a> Feed<'a> {
    /// A feed without messages, which Amazon would refuse. Its issues come in the marketplace's
    /// language.
    pub fn new(seller_id: &'a str, marketplace: Marketplace) -> Self {
        let issue_locale = marketplace.info().language;
        let header = Header { seller_id, version: VERSION, issue_locale };
        Self { header, messages: Vec::new() }
    }

    /// Adds a message about a SKU; its `messageId`, which the processing report refers to.
    pub fn push(&mut self, sku: &'a str, operation: Operation<'a>) -> Result<usize, FeedFull> {
        if self.messages.len() >= MAX_MESSAGES {
            return Err(FeedFull);
        }
        let message_id = self.messages.len() + 1;
        self.messages.push(Message { message_id, sku, operation });
        Ok(message_id)
    }

    /// The document, prices exact to their last digit.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// What an offer costs, in its marketplace's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The price.
    pub price: Decimal,
    /// The sale. Amazon forgets one that a new price comes without.
    pub sale: Option<Sale>,
}

/// A sale of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    /// The price during the sale.
    pub price: Decimal,
    /// Its first moment, where there is one.
    pub starts_at: Option<DateTime<Utc>>,
    /// Its last moment, where there is one.
    pub ends_at: Option<DateTime<Utc>>,
}

/// What a message does to the listing of a SKU.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Operation<'a>(Kind<'a>);

impl<'a> Operation<'a> {
    /// Sets the seller-fulfilled stock to zero.
    pub fn zero_seller_fulfilled(product_type: &'a str) -> Self {
        let availability = Availability::of(FulfillmentChannel::Default, Some(0));
        Self::replace(product_type, Attribute::FulfillmentAvailability([availability]))
    }

    /// Offers a product that has a page in the marketplace, fulfilled by Amazon.
    pub fn offer(
        product_type: &'a str,
        marketplace: Marketplace,
        asin: Asin,
        condition: Condition,
        price: &Price,
    ) -> Self {
        let marketplace_id = marketplace.info().id;
        let attributes = Attributes {
            merchant_suggested_asin: [InMarketplace { value: asin.to_string(), marketplace_id }],
            condition_type: [InMarketplace {
                value: condition.as_str().to_owned(),
                marketplace_id,
            }],
            fulfillment_availability: [Availability::of(FulfillmentChannel::AmazonNa, None)],
            purchasable_offer: [PurchasableOffer::of(marketplace, price)],
        };
        let attributes = Box::new(attributes);
        Self(Kind::Update { product_type, requirements: OFFER_ONLY, attributes })
    }

    /// Replaces the price, and the sale with it.
    pub fn price(product_type: &'a str, marketplace: Marketplace, price: &Price) -> Self {
        let offer = PurchasableOffer::of(marketplace, price);
        Self::replace(product_type, Attribute::PurchasableOffer([offer]))
    }

    /// Takes the listing off the marketplace.
    pub fn delete() -> Self {
        Self(Kind::Delete)
    }

    fn replace(product_type: &'a str, attribute: Attribute) -> Self {
        Self(Kind::Patch { product_type, patches: [Patch { op: "replace", attribute }] })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "operationType", rename_all = "UPPERCASE", rename_all_fields = "camelCase")]
enum Kind<'a> {
    Update { product_type: &'a str, requirements: &'static str, attributes: Box<Attributes> },
    Patch { product_type: &'a str, patches: [Patch; 1] },
    Delete,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Attributes {
    merchant_suggested_asin: [InMarketplace; 1],
    condition_type: [InMarketplace; 1],
    fulfillment_availability: [Availability; 1],
    purchasable_offer: [PurchasableOffer; 1],
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct InMarketplace {
    value: String,
    marketplace_id: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Patch {
    op: &'static str,
    #[serde(flatten)]
    attribute: Attribute,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "path", content = "value")]
enum Attribute {
    #[serde(rename = "/attributes/fulfillment_availability")]
    FulfillmentAvailability([Availability; 1]),
    #[serde(rename = "/attributes/purchasable_offer")]
    PurchasableOffer([PurchasableOffer; 1]),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Availability {
    fulfillment_channel_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
}

/// What shoppers pay; other buyers have offers of their own.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct PurchasableOffer {
    marketplace_id: &'static str,
    currency: &'static str,
    audience: &'static str,
    our_price: [Prices; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    discounted_price: Option<[Prices; 1]>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Prices {
    schedule: [Scheduled; 1],
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Scheduled {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_at: Option<Time>,
    value_with_tax: Amount,
}

/// A moment as ISO 8601 writes it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Time(DateTime<Utc>);

/// An amount as a JSON number, exact to its last digit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Amount(Decimal);

impl Availability {
    fn of(channel: FulfillmentChannel, quantity: Option<u32>) -> Self {
        Self { fulfillment_channel_code: channel.as_str(), quantity }
    }
}

impl PurchasableOffer {
    fn of(marketplace: Marketplace, price: &Price) -> Self {
        let always =
            Scheduled { start_at: None, end_at: None, value_with_tax: Amount(price.price) };
        let sale = price.sale.map(|sale| Scheduled {
            start_at: sale.starts_at.map(Time),
            end_at: sale.ends_at.map(Time),
            value_with_tax: Amount(sale.price),
        });
        Self {
            marketplace_id: marketplace.info().id,
            currency: marketplace.info().currency,
            audience: EVERYBODY,
            our_price: [Prices { schedule: [always] }],
            discounted_price: sale.map(|sale| [Prices { schedule: [sale] }]),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A number of serde_json's own would be a binary fraction.
        let number = RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?;
        number.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn price(text: &str) -> Price {
        Price { price: text.parse().unwrap(), sale: None }
    }

    /// The one message of a feed to Canada.
    fn message(operation: Operation<'_>) -> String {
        let mut feed = Feed::new("A2SELLER", Marketplace::Ca);
        assert_eq!(feed.push("A \"1\"", operation), Ok(1));
        let json = feed.to_json().unwrap();
        let start = r#"{"header":{"sellerId":"A2SELLER","version":"2.0","issueLocale":"en_CA"},"messages":[{"messageId":1,"sku":"A \"1\"","#;
        json.strip_prefix(start).unwrap().strip_suffix("}]}").unwrap().to_owned()
    }

    #[test]
    fn seller_fulfilled_stock_to_zero() {
        assert_eq!(
            message(Operation::zero_seller_fulfilled(ANY_PRODUCT_TYPE)),
            r#""operationType":"PATCH","productType":"PRODUCT","patches":[{"op":"replace","path":"/attributes/fulfillment_availability","value":[{"fulfillment_channel_code":"DEFAULT","quantity":0}]}]"#
        );
    }

    #[test]
    fn a_new_offer() {
        let asin = Asin::parse("B07XJ8C8F5").unwrap();
        let price = price("25.50");
        let offer = Operation::offer("LAMP", Marketplace::Ca, asin, Condition::UsedLikeNew, &price);
        assert_eq!(
            message(offer),
            r#""operationType":"UPDATE","productType":"LAMP","requirements":"LISTING_OFFER_ONLY","attributes":{"merchant_suggested_asin":[{"value":"B07XJ8C8F5","marketplace_id":"A2EUQ1WTGCTBG2"}],"condition_type":[{"value":"used_like_new","marketplace_id":"A2EUQ1WTGCTBG2"}],"fulfillment_availability":[{"fulfillment_channel_code":"AMAZON_NA"}],"purchasable_offer":[{"marketplace_id":"A2EUQ1WTGCTBG2","currency":"CAD","audience":"ALL","our_price":[{"schedule":[{"value_with_tax":25.50}]}]}]}"#
        );
    }

    #[test]
    fn another_price() {
        let at = DateTime::from_timestamp(1_770_091_506, 0);
        let sale = Sale { price: Decimal::new(1999, 2), starts_at: at, ends_at: None };
        let price = Price { sale: Some(sale), ..price("25") };
        assert_eq!(
            message(Operation::price("LAMP", Marketplace::Mx, &price)),
            r#""operationType":"PATCH","productType":"LAMP","patches":[{"op":"replace","path":"/attributes/purchasable_offer","value":[{"marketplace_id":"A1AM78C64UM0Y8","currency":"MXN","audience":"ALL","our_price":[{"schedule":[{"value_with_tax":25}]}],"discounted_price":[{"schedule":[{"start_at":"2026-02-03T04:05:06Z","value_with_tax":19.99}]}]}]}]"#
        );
    }

    #[test]
    fn a_deletion() {
        assert_eq!(message(Operation::delete()), r#""operationType":"DELETE""#);
    }

    #[test]
    fn messages_are_numbered_and_limited() {
        let mut feed = Feed::new("A2SELLER", Marketplace::Us);
        for id in 1..=MAX_MESSAGES {
            assert_eq!(feed.push("A", Operation::delete()), Ok(id));
        }
        assert_eq!(feed.push("A", Operation::delete()), Err(FeedFull));
        let json = feed.to_json().unwrap();
        assert!(json.ends_with(r#"{"messageId":10000,"sku":"A","operationType":"DELETE"}]}"#));
    }

    proptest! {
        #[test]
        fn prices_are_exact(low: u32, middle: u32, high: u32, scale in 0..=28_u32) {
            let price = Decimal::from_parts(low, middle, high, false, scale);
            let price = Price { price, sale: None };
            let json = message(Operation::price("LAMP", Marketplace::Br, &price));
            let written = format!("\"value_with_tax\":{}}}", price.price);
            prop_assert!(json.contains(&written), "{}", json);
        }
    }
}
