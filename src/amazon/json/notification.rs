//! Notifications of the Selling Partner API: what has changed, in an envelope that says when.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Fault, JsonError, Object, Value};
use crate::amazon::listings_report::FulfillmentChannel;
use crate::amazon::report::excerpt;
use crate::amazon::values;
use crate::domain::eligibility::OfferStatus;
use crate::domain::{Asin, Marketplace};

const DOCUMENT: &str = "notification of the Selling Partner API";

/// A notification about one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// `NotificationId`: the same where Amazon delivers one more than once.
    pub notification_id: Option<String>,
    /// `EventTime`: notifications may come in another order.
    pub event_time: DateTime<Utc>,
    /// `SellerId`
    pub seller_id: String,
    /// The SKU.
    pub sku: String,
    /// What it says of it.
    pub change: Change,
}

/// What a notification says. A marketplace is none where it is outside the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `FBA_INVENTORY_AVAILABILITY_CHANGES`
    FbaInventory {
        /// `ASIN`
        asin: Asin,
        /// `FulfillmentInventory.Fulfillable` in the marketplaces of the program that it names.
        fulfillable: BTreeMap<Marketplace, i32>,
    },
    /// `LISTINGS_ITEM_STATUS_CHANGE`
    Status {
        /// `MarketplaceId`
        marketplace: Option<Marketplace>,
        /// `Asin`, where there is one.
        asin: Option<Asin>,
        /// Active where `Status` has `BUYABLE`, none where it has `DELETED`.
        status: Option<OfferStatus>,
    },
    /// `LISTINGS_ITEM_MFN_QUANTITY_CHANGE`
    SellerFulfilledQuantity {
        /// `Quantity`; none where it is of another channel than `DEFAULT`.
        quantity: Option<i32>,
    },
    /// `LISTINGS_ITEM_ISSUES_CHANGE`
    Issues {
        /// `MarketplaceId`
        marketplace: Option<Marketplace>,
        /// `Asin`, where there is one.
        asin: Option<Asin>,
        /// The severity and the enforcement actions that keep the offer from selling, if any.
        issue: Option<String>,
    },
}

/// Reads what the payload of one type says.
type ReadChange = fn(&Object<'_>) -> Result<Change, Fault>;

/// Reads a notification, as Amazon's queue delivers it or inside an event of EventBridge.
pub fn read(document: &str) -> Result<Notification, JsonError> {
    let of_document = |fault: Fault| fault.of_document(DOCUMENT);
    let top = Value::open(document)?.object().map_err(of_document)?;
    let envelope = match top.get("detail") {
        Some(detail) => detail.object().map_err(of_document)?,
        None => top,
    };
    let name = named(&envelope, "NotificationType").and_then(|name| name.text());
    let name = name.map_err(of_document)?;
    let (sku, change): (_, ReadChange) = match name.as_str() {
        "FBA_INVENTORY_AVAILABILITY_CHANGES" => ("SKU", fba_inventory),
        // The type's reference has the first name, its schema the second.
        "LISTINGS_ITEM_STATUS_CHANGE" | "LISTINGS_ITEM_STATUS_CHANGED" => ("Sku", status),
        "LISTINGS_ITEM_MFN_QUANTITY_CHANGE" => ("Sku", seller_fulfilled_quantity),
        "LISTINGS_ITEM_ISSUES_CHANGE" => ("Sku", issues),
        _ => return Err(JsonError::NotificationType { name: excerpt(&name) }),
    };
    notification(&envelope, sku, change).map_err(of_document)
}

fn notification(
    envelope: &Object<'_>,
    sku: &str,
    change: ReadChange,
) -> Result<Notification, Fault> {
    let payload = named(envelope, "Payload")?.object()?;
    let metadata = named(envelope, "NotificationMetadata").ok();
    let metadata = metadata.map(|metadata| metadata.object()).transpose()?;
    let id = metadata.and_then(|metadata| named(&metadata, "NotificationId").ok());
    Ok(Notification {
        notification_id: id.map(|id| id.text()).transpose()?,
        event_time: named(envelope, "EventTime")?.parse(values::time)?,
        seller_id: payload.required("SellerId")?.text()?,
        sku: payload.required(sku)?.sku()?,
        change: change(&payload)?,
    })
}

/// A member of an envelope, whose names some notifications begin with a small letter.
fn named<'a>(envelope: &Object<'a>, name: &str) -> Result<Value<'a>, Fault> {
    let mut other = name.to_owned();
    if let Some(first) = other.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    envelope.get(name).or_else(|| envelope.get(&other)).ok_or_else(|| envelope.missing(name))
}

fn fba_inventory(payload: &Object<'_>) -> Result<Change, Fault> {
    let mut fulfillable = BTreeMap::new();
    for inventory in payload.required("FulfillmentInventoryByMarketplace")?.array()? {
        let inventory = inventory.object()?;
        let marketplace_id = inventory.required("MarketplaceId")?;
        let Some(marketplace) = marketplace_id.marketplace()? else { continue };
        let quantities = inventory.required("FulfillmentInventory")?.object()?;
        let quantity = quantities.required("Fulfillable")?.quantity()?;
        if fulfillable.insert(marketplace, quantity).is_some_and(|other| other != quantity) {
            return Err(marketplace_id.fault("there is another quantity in it"));
        }
    }
    Ok(Change::FbaInventory { asin: payload.required("ASIN")?.parse(Asin::parse)?, fulfillable })
}

fn status(payload: &Object<'_>) -> Result<Change, Fault> {
    let statuses = payload.texts("Status")?.ok_or_else(|| payload.missing("Status"))?;
    let has = |status: &str| statuses.iter().any(|other| other == status);
    let status = match (has("DELETED"), has("BUYABLE")) {
        (true, _) => None,
        (false, true) => Some(OfferStatus::Active),
        (false, false) => Some(OfferStatus::Inactive),
    };
    let marketplace = payload.required("MarketplaceId")?.marketplace()?;
    Ok(Change::Status { marketplace, asin: asin(payload)?, status })
}

fn seller_fulfilled_quantity(payload: &Object<'_>) -> Result<Change, Fault> {
    let channel = payload.required("FulfillmentChannelCode")?.text()?;
    let is_default = FulfillmentChannel::parse(&channel) == Ok(FulfillmentChannel::Default);
    let quantity = payload.required("Quantity")?.quantity()?;
    Ok(Change::SellerFulfilledQuantity { quantity: is_default.then_some(quantity) })
}

fn issues(payload: &Object<'_>) -> Result<Change, Fault> {
    let severities = payload.texts("Severities")?.ok_or_else(|| payload.missing("Severities"))?;
    let mut all: Vec<_> = severities.into_iter().filter(|severity| severity == "ERROR").collect();
    all.extend(payload.texts("EnforcementActions")?.unwrap_or_default());
    let marketplace = payload.required("MarketplaceId")?.marketplace()?;
    let issue = (!all.is_empty()).then(|| all.join(", "));
    Ok(Change::Issues { marketplace, asin: asin(payload)?, issue })
}

fn asin(payload: &Object<'_>) -> Result<Option<Asin>, Fault> {
    payload.optional("Asin", |asin| asin.parse(Asin::parse))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::json::testing::{json, with};
    use proptest::prelude::*;

    fn envelope(name: &str, payload: &str) -> String {
        format!(
            r#"{{"NotificationVersion": "1.0", "NotificationType": "{name}",
                "EventTime": "2026-02-03T04:05:06.007Z", "PayloadVersion": "1.0",
                "Payload": {{"SellerId": "A2SELLER", {payload}}},
                "NotificationMetadata": {{"ApplicationId": "app", "SubscriptionId": "sub",
                    "PublishTime": "2026-02-03T04:06:00Z", "NotificationId": "note-1"}}}}"#
        )
    }

    fn inventory() -> String {
        envelope(
            "FBA_INVENTORY_AVAILABILITY_CHANGES",
            r#""FNSKU": "X001LAMP42", "ASIN": "B07XJ8C8F5", "SKU": "A-1",
                "FulfillmentInventoryByMarketplace": [
                    {"MarketplaceId": "ATVPDKIKX0DER", "ItemName": "Lamp",
                     "FulfillmentInventory": {"Fulfillable": 17, "Unfulfillable": 1}},
                    {"MarketplaceId": "A1PA6795UKMFR9", "FulfillmentInventory": {}},
                    {"MarketplaceId": "A2EUQ1WTGCTBG2",
                     "FulfillmentInventory": {"Fulfillable": 0}}]"#,
        )
    }

    fn status(statuses: &str) -> String {
        envelope(
            "LISTINGS_ITEM_STATUS_CHANGE",
            &format!(
                r#""MarketplaceId": "A1AM78C64UM0Y8", "Asin": "B07XJ8C8F5", "Sku": "A-1",
                    "CreatedDate": "2025-12-31T00:00:00Z", "Status": {statuses}"#
            ),
        )
    }

    fn quantity() -> String {
        let payload = r#""FulfillmentChannelCode": "DEFAULT", "Sku": "A-1", "Quantity": 9"#;
        envelope("LISTINGS_ITEM_MFN_QUANTITY_CHANGE", payload)
    }

    fn issues(rest: &str) -> String {
        envelope(
            "LISTINGS_ITEM_ISSUES_CHANGE",
            &format!(
                r#""MarketplaceId": "A2Q3Y263D00KWC", "Asin": "B07XJ8C8F5", "Sku": "A-1", {rest}"#
            ),
        )
    }

    fn asin() -> Asin {
        Asin::parse("B07XJ8C8F5").unwrap()
    }

    fn change(document: &str) -> Change {
        let read = read(document).unwrap();
        assert_eq!((read.seller_id.as_str(), read.sku.as_str()), ("A2SELLER", "A-1"));
        assert_eq!(read.event_time.timestamp_millis(), 1_770_091_506_007);
        assert_eq!(read.notification_id.as_deref(), Some("note-1"));
        read.change
    }

    #[test]
    fn fba_inventory() {
        let fulfillable = BTreeMap::from([(Marketplace::Us, 17), (Marketplace::Ca, 0)]);
        assert_eq!(change(&inventory()), Change::FbaInventory { asin: asin(), fulfillable });
        let twice = with(&inventory(), "A1PA6795UKMFR9\", ", "ATVPDKIKX0DER\", ");
        assert_eq!(
            path(&twice),
            "Payload.FulfillmentInventoryByMarketplace[1].FulfillmentInventory.Fulfillable"
        );
        let twice = with(&inventory(), "A2EUQ1WTGCTBG2", "ATVPDKIKX0DER");
        assert_eq!(path(&twice), "Payload.FulfillmentInventoryByMarketplace[2].MarketplaceId");
    }

    #[test]
    fn statuses() {
        for (statuses, status_read) in [
            (r#"["DISCOVERABLE", "BUYABLE"]"#, Some(OfferStatus::Active)),
            (r#"["DISCOVERABLE"]"#, Some(OfferStatus::Inactive)),
            ("[]", Some(OfferStatus::Inactive)),
            (r#"["DELETED"]"#, None),
        ] {
            let marketplace = Some(Marketplace::Mx);
            let expected = Change::Status { marketplace, asin: Some(asin()), status: status_read };
            assert_eq!(change(&status(statuses)), expected);
        }
        let abroad = with(&status("[]"), "A1AM78C64UM0Y8", "A1PA6795UKMFR9");
        let abroad = with(&abroad, r#""Asin": "B07XJ8C8F5", "#, "");
        let status = Some(OfferStatus::Inactive);
        assert_eq!(change(&abroad), Change::Status { marketplace: None, asin: None, status });
    }

    #[test]
    fn seller_fulfilled_quantities() {
        let document = quantity();
        assert_eq!(change(&document), Change::SellerFulfilledQuantity { quantity: Some(9) });
        let other = with(&document, "DEFAULT", "STORE-0042");
        assert_eq!(change(&other), Change::SellerFulfilledQuantity { quantity: None });
    }

    #[test]
    fn issue_texts() {
        for (rest, issue) in [
            (r#""Severities": ["WARNING", "ERROR"]"#, Some("ERROR")),
            (
                r#""Severities": ["ERROR"], "EnforcementActions": ["SEARCH_SUPPRESSED", "X"]"#,
                Some("ERROR, SEARCH_SUPPRESSED, X"),
            ),
            (
                r#""Severities": ["WARNING"], "EnforcementActions": ["LISTING_SUPPRESSED"]"#,
                Some("LISTING_SUPPRESSED"),
            ),
            (r#""Severities": ["WARNING"], "EnforcementActions": []"#, None),
            (r#""Severities": ["NONE"]"#, None),
            (r#""Severities": [], "EnforcementActions": null"#, None),
        ] {
            let expected = Change::Issues {
                marketplace: Some(Marketplace::Br),
                asin: Some(asin()),
                issue: issue.map(str::to_owned),
            };
            assert_eq!(change(&issues(rest)), expected, "{rest}");
        }
    }

    #[test]
    fn envelopes() {
        let document = quantity();
        let event = format!(r#"{{"detail-type": "X", "detail": {document}, "source": "aws"}}"#);
        let mut small = document.clone();
        for name in
            ["NotificationType", "EventTime", "Payload\"", "NotificationMetadata", "NotificationId"]
        {
            let (first, rest) = name.split_at(1);
            let other = format!("\"{}{rest}", first.to_lowercase());
            small = with(&small, &format!("\"{name}"), &other);
        }
        for variant in [event, small] {
            assert_eq!(change(&variant), change(&document));
        }
        let bare = with(&document, "\"NotificationMetadata\"", "\"Other\"");
        assert_eq!(read(&bare).unwrap().notification_id, None);
    }

    fn path(document: &str) -> String {
        let JsonError::Shape { fault, .. } = read(document).unwrap_err() else { panic!() };
        fault.path
    }

    #[test]
    fn what_is_refused() {
        for document in [inventory(), status("[]"), quantity(), issues("\"Severities\": []")] {
            for name in [
                "NotificationType",
                "EventTime",
                "Payload",
                "SellerId",
                "ASIN",
                "SKU",
                "FulfillmentInventoryByMarketplace",
                "MarketplaceId",
                "Sku",
                "Status",
                "FulfillmentChannelCode",
                "Quantity",
                "Severities",
            ] {
                let lacking = document.replace(&format!("\"{name}\":"), "\"Other\":");
                if lacking != document {
                    let path = path(&lacking);
                    assert!(path.ends_with(name), "{path} for {name}");
                }
            }
        }
        for (old, new, at) in [
            ("2026-02-03T04:05:06.007Z", "yesterday", "EventTime"),
            ("9}", "-9}", "Payload.Quantity"),
            ("\"A-1\"", "\" \"", "Payload.Sku"),
            ("note-1\"", "note-1\\u0000\"", "NotificationMetadata.NotificationId"),
        ] {
            assert_eq!(path(&with(&quantity(), old, new)), at);
        }
        assert_eq!(path("[]"), "");
        assert_eq!(path(r#"{"detail": 7}"#), "detail");
        let other = read(&envelope("ORDER_CHANGE", "\"Sku\": \"A-1\"")).unwrap_err();
        let name = "ORDER_CHANGE".to_owned();
        assert_eq!(other, JsonError::NotificationType { name });
        assert!(other.detail().is_none() && other.hint().contains("LISTINGS_ITEM_STATUS_CHANGE"));
    }

    proptest! {
        #[test]
        fn never_panics(value in json(&[
            "NotificationType", "EventTime", "Payload", "detail", "MarketplaceId", "Fulfillable",
            "FulfillmentInventory",
        ])) {
            let _ = read(&value);
            for part in ["FulfillmentInventoryByMarketplace", "Status", "Quantity", "Severities"] {
                let document = with(&inventory(), "\"FulfillmentInventoryByMarketplace\": [",
                    &format!("\"{part}\": {value}, \"Other\": ["));
                let name = match part {
                    "Status" => "LISTINGS_ITEM_STATUS_CHANGE",
                    "Quantity" => "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
                    "Severities" => "LISTINGS_ITEM_ISSUES_CHANGE",
                    _ => "FBA_INVENTORY_AVAILABILITY_CHANGES",
                };
                let _ = read(&document.replace("FBA_INVENTORY_AVAILABILITY_CHANGES", name));
            }
        }
    }
}
