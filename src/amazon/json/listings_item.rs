//! Offers of one SKU: `getListingsItem` and `searchListingsItems` of the Listings Items API
//! 2021-08-01.
//!
//! Each part of the answer is there only if `includedData` asked for it, and a part that was not
//! asked for says nothing: not the same as an empty one.

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::{Fault, JsonError, Object, Value, answers, next_entry};
use crate::amazon::listings_report::FulfillmentChannel;
use crate::amazon::report::{Facts, Reading, Report, Row};
use crate::domain::eligibility::OfferStatus;
use crate::domain::{Asin, Marketplace};

const DOCUMENT: &str = "answer of getListingsItem or searchListingsItems";
const SKU: &str = "sku";
/// How much of the messages of an offer is kept, in characters.
const MAX_ISSUE: usize = 1000;

/// What the answers say of one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingsItem {
    /// The quantity of channel `DEFAULT` in `fulfillmentAvailability`; none where the answer does
    /// not name one.
    pub seller_fulfilled_quantity: Option<i32>,
    /// Its offers in the marketplaces of the program, in their order; none where `summaries` was
    /// not asked for.
    pub offers: Option<Vec<ListingsOffer>>,
}

/// What an answer says of the offer in one marketplace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingsOffer {
    /// `marketplaceId`
    pub marketplace: Marketplace,
    /// `asin`
    pub asin: Asin,
    /// Active where `status` has `BUYABLE`.
    pub status: OfferStatus,
    /// The price in `offers`, which may be none; outer none where `offers` was not asked for.
    pub price: Option<Option<Decimal>>,
    /// Who ships: Amazon, if its channel is there too; none where neither channel is there.
    pub channel: Option<FulfillmentChannel>,
    /// The messages of the `issues` that keep it from selling, if any; outer none where `issues`
    /// was not asked for.
    pub issue: Option<Option<String>>,
}

impl Facts for ListingsItem {
    /// Answers for different marketplaces complete each other.
    fn join(&mut self, other: &Self) -> bool {
        match (self.seller_fulfilled_quantity, other.seller_fulfilled_quantity) {
            (Some(one), Some(two)) if one != two => return false,
            (one, two) => self.seller_fulfilled_quantity = one.or(two),
        }
        let Some(others) = &other.offers else { return true };
        let offers = self.offers.get_or_insert_default();
        others.iter().all(|other| {
            match offers.binary_search_by_key(&other.marketplace, |offer| offer.marketplace) {
                Ok(at) => offers.get(at) == Some(other),
                Err(at) => {
                    offers.insert(at, other.clone());
                    true
                }
            }
        })
    }
}

/// Reads one answer of either operation or an array of them.
pub fn read(document: &str) -> Result<Report<ListingsItem>, JsonError> {
    let mut reading = Reading::new();
    let mut line = 0;
    for answer in answers(document, DOCUMENT)? {
        for entry in items(&answer).map_err(|fault| fault.of_document(DOCUMENT))? {
            line = next_entry(line)?;
            let entry = Value::entry(entry);
            match item(&entry) {
                Ok((sku, facts)) => reading.take(Row { line, sku, facts }),
                Err(fault) => {
                    reading.set_aside(fault.of_entry(line), entry.sku_of_entry(SKU).as_deref())?;
                }
            }
        }
    }
    Ok(reading.finish(SKU))
}

/// The items of an answer, or the one item that it is.
fn items<'a>(answer: &Value<'a>) -> Result<Vec<&'a RawValue>, Fault> {
    let object = answer.object()?;
    match object.get("items") {
        Some(items) => items.elements(),
        None => object.required(SKU).map(|_| vec![answer.raw]),
    }
}

fn item(entry: &Value<'_>) -> Result<(String, ListingsItem), Fault> {
    let entry = entry.object()?;
    let sku = entry.required(SKU)?.sku()?;
    let (channel, seller_fulfilled_quantity) = fulfillment(&entry)?;
    let prices = entry.optional("offers", |offers| prices(offers))?;
    let issues = entry.optional("issues", |issues| {
        issues.array()?.map(|issue| Issue::read(&issue)).collect::<Result<Vec<_>, _>>()
    })?;

    let offers = entry.optional("summaries", |summaries| {
        let mut offers: Vec<ListingsOffer> = Vec::new();
        for summary in summaries.array()? {
            let summary = summary.object()?;
            let marketplace_id = summary.required("marketplaceId")?;
            let Some(marketplace) = marketplace_id.marketplace()? else { continue };
            if offers.iter().any(|offer| offer.marketplace == marketplace) {
                return Err(marketplace_id.fault("the item has another summary of it"));
            }
            let status = summary.texts("status")?.ok_or_else(|| summary.missing("status"))?;
            let is_buyable = status.iter().any(|status| status == "BUYABLE");
            let price = |prices: &Vec<(Marketplace, Decimal)>| {
                prices.iter().find(|(of, _)| *of == marketplace).map(|&(_, price)| price)
            };
            offers.push(ListingsOffer {
                marketplace,
                asin: summary.required("asin")?.parse(Asin::parse)?,
                status: if is_buyable { OfferStatus::Active } else { OfferStatus::Inactive },
                price: prices.as_ref().map(price),
                channel,
                issue: issues.as_ref().map(|issues| issue_of(marketplace, issues)),
            });
        }
        offers.sort_unstable_by_key(|offer| offer.marketplace);
        Ok(offers)
    })?;
    Ok((sku, ListingsItem { seller_fulfilled_quantity, offers }))
}

/// Who ships, and the quantity that the seller ships.
fn fulfillment(item: &Object<'_>) -> Result<(Option<FulfillmentChannel>, Option<i32>), Fault> {
    let (mut channel, mut quantity) = (None, None);
    let Some(availability) = item.get("fulfillmentAvailability") else { return Ok((None, None)) };
    for available in availability.array()? {
        let available = available.object()?;
        let code = available.required("fulfillmentChannelCode")?.text()?;
        match FulfillmentChannel::parse(&code) {
            Ok(FulfillmentChannel::AmazonNa) => channel = Some(FulfillmentChannel::AmazonNa),
            Ok(FulfillmentChannel::Default) => {
                channel = channel.or(Some(FulfillmentChannel::Default));
                quantity = available.optional("quantity", Value::quantity)?;
            }
            // Channels of other regions and programs.
            Err(_) => {}
        }
    }
    Ok((channel, quantity))
}

/// The prices that shoppers pay, in the marketplaces of the program.
fn prices(offers: &Value<'_>) -> Result<Vec<(Marketplace, Decimal)>, Fault> {
    let mut prices = Vec::new();
    for offer in offers.array()? {
        let offer = offer.object()?;
        let marketplace_id = offer.required("marketplaceId")?;
        let Some(marketplace) = marketplace_id.marketplace()? else { continue };
        let audience = offer.optional("audience", Value::object)?;
        let audience = audience.map(|audience| audience.text("value")).transpose()?.flatten();
        let is_for_all = audience.is_none_or(|audience| audience == "ALL");
        if !is_for_all || offer.required("offerType")?.text()? != "B2C" {
            continue;
        }
        let Some(money) = offer.optional("price", Value::object)? else { continue };
        let currency = money.required("currencyCode")?;
        if currency.text()? != marketplace.info().currency {
            let reason = format!("prices in {marketplace} are in {}", marketplace.info().currency);
            return Err(currency.fault(reason));
        }
        let Some(price) = money.required("amount")?.price()? else { continue };
        if prices.iter().any(|(of, _)| *of == marketplace) {
            return Err(marketplace_id.fault("the item has another price there"));
        }
        prices.push((marketplace, price));
    }
    Ok(prices)
}

/// An issue that keeps offers from selling.
struct Issue {
    message: String,
    /// Ids of the marketplaces it concerns; none for all of them.
    marketplace_ids: Vec<String>,
}

impl Issue {
    /// Reads an issue; none where it keeps nothing from selling.
    fn read(issue: &Value<'_>) -> Result<Option<Self>, Fault> {
        let issue = issue.object()?;
        let is_error = issue.required("severity")?.text()? == "ERROR";
        let enforcements = issue.optional("enforcements", Value::object)?;
        let is_enforced = enforcements.as_ref().map(Self::is_enforced).transpose()?;
        if !is_error && is_enforced != Some(true) {
            return Ok(None);
        }
        Ok(Some(Self {
            message: issue.required("message")?.text()?,
            marketplace_ids: issue.texts("marketplaceIds")?.unwrap_or_default(),
        }))
    }

    /// Whether Amazon acts on it: not where the listing is exempt, for good or until a day to come.
    fn is_enforced(enforcements: &Object<'_>) -> Result<bool, Fault> {
        let actions = enforcements.optional("actions", Value::elements)?;
        let exemption = enforcements.optional("exemption", Value::object)?;
        let status = exemption.map(|exemption| exemption.text("status")).transpose()?.flatten();
        let is_exempt = status.is_some_and(|status| status != "NOT_EXEMPT");
        Ok(!is_exempt && actions.is_some_and(|actions| !actions.is_empty()))
    }

    fn concerns(&self, marketplace: Marketplace) -> bool {
        let ids = &self.marketplace_ids;
        ids.is_empty() || ids.iter().any(|id| Marketplace::parse(id) == Ok(marketplace))
    }
}

/// The messages of the issues that concern a marketplace, a line each.
fn issue_of(marketplace: Marketplace, issues: &[Option<Issue>]) -> Option<String> {
    let of_marketplace = issues.iter().flatten().filter(|issue| issue.concerns(marketplace));
    let messages: Vec<_> = of_marketplace.map(|issue| issue.message.as_str()).collect();
    if messages.is_empty() {
        return None;
    }
    let all = messages.join("\n");
    match all.char_indices().nth(MAX_ISSUE) {
        Some((end, _)) => Some(format!("{}…", all.get(..end).unwrap_or_default())),
        None => Some(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::json::testing::{json, with};
    use proptest::prelude::*;

    const ITEM: &str = r#"{
        "sku": "A-1",
        "summaries": [
            {"marketplaceId": "A2EUQ1WTGCTBG2", "asin": "B07XJ8C8F5", "productType": "LAMP",
             "conditionType": "new_new", "status": ["DISCOVERABLE", "BUYABLE"]},
            {"marketplaceId": "A1AM78C64UM0Y8", "asin": "B07XJ8C8F5", "productType": "LAMP",
             "conditionType": "new_new", "status": []},
            {"marketplaceId": "A1PA6795UKMFR9", "productType": "LAMP"}
        ],
        "offers": [
            {"marketplaceId": "A2EUQ1WTGCTBG2", "offerType": "B2B",
             "price": {"currencyCode": "CAD", "amount": "17.00"}},
            {"marketplaceId": "A2EUQ1WTGCTBG2", "offerType": "B2C", "audience": {"value": "ALL"},
             "price": {"currencyCode": "CAD", "amount": "18.50"}},
            {"marketplaceId": "A1PA6795UKMFR9", "offerType": "B2C",
             "price": {"currencyCode": "EUR", "amount": "9.99"}}
        ],
        "fulfillmentAvailability": [
            {"fulfillmentChannelCode": "DEFAULT", "quantity": 4},
            {"fulfillmentChannelCode": "AMAZON_NA"},
            {"fulfillmentChannelCode": "AMAZON_EU"}
        ],
        "issues": [
            {"code": "1", "message": "No image.", "severity": "ERROR",
             "marketplaceIds": ["A1AM78C64UM0Y8"]},
            {"code": "2", "message": "Wrong size.", "severity": "WARNING"},
            {"code": "3", "message": "Hidden.", "severity": "WARNING",
             "enforcements": {"actions": [{"action": "SEARCH_SUPPRESSED"}]}},
            {"code": "4", "message": "Fine.", "severity": "INFO", "enforcements": {"actions": []}}
        ]
    }"#;

    fn one(document: &str) -> ListingsItem {
        let report = read(document).unwrap();
        assert_eq!(report.rejections, [], "{document}");
        let [row] = &report.rows[..] else { panic!("{document}") };
        assert_eq!((row.line, row.sku.as_str()), (1, "A-1"));
        row.facts.clone()
    }

    fn expected() -> [ListingsOffer; 2] {
        let canada = ListingsOffer {
            marketplace: Marketplace::Ca,
            asin: Asin::parse("B07XJ8C8F5").unwrap(),
            status: OfferStatus::Active,
            price: Some(Some(Decimal::new(1850, 2))),
            channel: Some(FulfillmentChannel::AmazonNa),
            issue: Some(Some("Hidden.".to_owned())),
        };
        let mexico = ListingsOffer {
            marketplace: Marketplace::Mx,
            status: OfferStatus::Inactive,
            price: Some(None),
            issue: Some(Some("No image.\nHidden.".to_owned())),
            ..canada.clone()
        };
        [canada, mexico]
    }

    /// The answer without one of its parts.
    fn without(part: &str) -> ListingsItem {
        one(&with(ITEM, &format!("{part:?}: ["), "\"other\": ["))
    }

    #[test]
    fn an_item_as_documented() {
        let item = one(ITEM);
        assert_eq!(item.seller_fulfilled_quantity, Some(4));
        assert_eq!(item.offers.unwrap(), expected());
        let swapped = with(ITEM, "A2EUQ1WTGCTBG2", "ATVPDKIKX0DER").replace("CAD", "USD");
        let swapped = with(&swapped, "A1AM78C64UM0Y8", "A2EUQ1WTGCTBG2");
        let marketplaces = one(&swapped).offers.unwrap().into_iter().map(|it| it.marketplace);
        assert_eq!(marketplaces.collect::<Vec<_>>(), [Marketplace::Ca, Marketplace::Us]);
    }

    #[test]
    fn a_part_that_was_not_asked_for_says_nothing() {
        let offers =
            |item: ListingsItem| <[ListingsOffer; 2]>::try_from(item.offers.unwrap()).unwrap();
        assert_eq!(without("summaries").offers, None);
        let no_summary = r#"{"sku": "A-1", "summaries": []}"#;
        assert_eq!(one(no_summary).offers, Some(vec![]));
        assert_eq!(offers(without("offers")).map(|offer| offer.price), [None, None]);
        assert_eq!(offers(without("issues")).map(|offer| offer.issue), [None, None]);
        let item = without("fulfillmentAvailability");
        assert_eq!(item.seller_fulfilled_quantity, None);
        assert_eq!(offers(item).map(|offer| offer.channel), [None, None]);
        let start = ITEM.find("\"issues\"").unwrap();
        let fine = format!("{} \"issues\": []}}", &ITEM[..start]);
        assert_eq!(offers(one(&fine)).map(|offer| offer.issue), [Some(None), Some(None)]);
    }

    #[test]
    fn channels() {
        for (codes, channel, quantity) in [
            (&["DEFAULT"] as &[_], Some(FulfillmentChannel::Default), Some(4)),
            (&["AMAZON_NA"], Some(FulfillmentChannel::AmazonNa), None),
            (&["AMAZON_NA", "DEFAULT"], Some(FulfillmentChannel::AmazonNa), Some(4)),
            (&["AMAZON_EU"], None, None),
            (&[], None, None),
        ] {
            let availability = codes
                .iter()
                .map(|code| format!(r#"{{"fulfillmentChannelCode": "{code}", "quantity": 4}}"#));
            let item = one(&format!(
                r#"{{"sku": "A-1", "summaries": [{{"marketplaceId": "ATVPDKIKX0DER",
                    "asin": "B07XJ8C8F5", "status": []}}], "fulfillmentAvailability": [{}]}}"#,
                availability.collect::<Vec<_>>().join(",")
            ));
            assert_eq!(item.seller_fulfilled_quantity, quantity, "{codes:?}");
            assert_eq!(item.offers.unwrap()[0].channel, channel, "{codes:?}");
        }
    }

    #[test]
    fn long_messages_are_cut() {
        let item = one(&with(ITEM, "Hidden.", &"é".repeat(2000)));
        let issue = item.offers.unwrap()[0].issue.clone().unwrap().unwrap();
        assert_eq!(issue, "é".repeat(MAX_ISSUE) + "…");
    }

    #[test]
    fn what_is_set_aside() {
        for (old, new, column, value) in [
            ("\"A-1\"", "7", "sku", Some("7")),
            ("\"A-1\"", "\"\"", "sku", Some("")),
            ("\"asin\": \"B07XJ8C8F5\", ", "", "summaries[0].asin", None),
            (
                "[\"DISCOVERABLE\", \"BUYABLE\"]",
                "\"BUYABLE\"",
                "summaries[0].status",
                Some("BUYABLE"),
            ),
            ("\"status\": []", "\"status\": null", "summaries[1].status", None),
            (
                "A1AM78C64UM0Y8\", \"asin",
                "A2EUQ1WTGCTBG2\", \"asin",
                "summaries[1].marketplaceId",
                Some("A2EUQ1WTGCTBG2"),
            ),
            (
                "\"CAD\", \"amount\": \"18.50\"",
                "\"USD\", \"amount\": 1",
                "offers[1].price.currencyCode",
                Some("USD"),
            ),
            ("\"18.50\"", "\"18,50\"", "offers[1].price.amount", Some("18,50")),
            ("\"B2B\"", "\"B2C\"", "offers[1].marketplaceId", Some("A2EUQ1WTGCTBG2")),
            ("4}", "-4}", "fulfillmentAvailability[0].quantity", Some("-4")),
            ("\"severity\": \"INFO\", ", "", "issues[3].severity", None),
            ("\"Hidden.\"", "\"\\u0000\"", "issues[2].message", Some("\u{fffd}")),
        ] {
            let report = read(&with(ITEM, old, new)).unwrap();
            assert!(report.rows.is_empty(), "{new}");
            let [rejection] = &report.rejections[..] else { panic!("{new}") };
            assert_eq!((rejection.line, rejection.column.as_deref()), (1, Some(column)));
            assert_eq!(rejection.value.as_deref(), value, "{new}");
            assert_eq!(report.set_aside_skus.is_empty(), column == "sku", "{new}");
        }
        let haul = with(
            ITEM,
            "\"offerType\": \"B2B\"",
            "\"offerType\": \"B2C\", \"audience\": {\"value\": \"BZR\"}",
        );
        assert_eq!(one(&haul), one(ITEM));
    }

    #[test]
    fn searches_and_arrays() {
        let other = with(ITEM, "A-1", "B-2");
        let bad = with(&with(ITEM, "A-1", "C-3"), "\"asin\": \"B07XJ8C8F5\", ", "");
        let search = format!(r#"{{"numberOfResults": 2, "items": [{ITEM}, {bad}]}}"#);
        let report = read(&format!("[{search}, {other}, {bad}]")).unwrap();
        let rows: Vec<_> = report.rows.iter().map(|row| (row.line, row.sku.as_str())).collect();
        assert_eq!(rows, [(1, "A-1"), (3, "B-2")]);
        assert_eq!(report.rejections.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(report.set_aside_skus, ["C-3"]);
    }

    #[test]
    fn answers_for_different_marketplaces_complete_each_other() {
        let answer = |marketplace_id: &str, rest: &str| {
            format!(
                r#"{{"sku": "A-1", "summaries": [{{"marketplaceId": "{marketplace_id}",
                    "asin": "B07XJ8C8F5", "status": ["BUYABLE"]}}]{rest}}}"#
            )
        };
        let availability = |quantity| {
            let code = r#""fulfillmentChannelCode": "DEFAULT""#;
            format!(r#", "fulfillmentAvailability": [{{{code}, "quantity": {quantity}}}]"#)
        };
        let (us, canada) = ("ATVPDKIKX0DER", "A2EUQ1WTGCTBG2");
        let stock = r#"{"sku": "A-1"}"#;
        let together =
            [&answer(us, &availability(3)), stock, &answer(canada, ""), &answer(canada, "")];
        let report = read(&format!("[{}]", together.join(","))).unwrap();
        assert_eq!((report.rows.len(), report.read, report.rejections), (1, 4, vec![]));
        let item = &report.rows[0].facts;
        assert_eq!(item.seller_fulfilled_quantity, Some(3));
        let marketplaces = item.offers.as_ref().unwrap().iter().map(|offer| offer.marketplace);
        assert_eq!(marketplaces.collect::<Vec<_>>(), [Marketplace::Ca, Marketplace::Us]);

        for (one, two) in [
            (answer(us, &availability(3)), answer(canada, &availability(4))),
            (answer(us, ""), answer(us, r#", "issues": []"#)),
        ] {
            let report =
                read(&format!("[{one}, {}, {two}]", answer("A1AM78C64UM0Y8", ""))).unwrap();
            assert_eq!(report.rows, []);
            assert_eq!(report.rejections.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 2, 3]);
            assert_eq!(report.set_aside_skus, ["A-1"]);
        }
    }

    #[test]
    fn what_is_refused() {
        for (document, path) in [
            ("[]", ""),
            ("\"A-1\"", ""),
            (r#"{"errors": []}"#, "sku"),
            (r#"[{"sku": "A-1"}, {"sku": null}]"#, "[1].sku"),
            (r#"{"items": {}}"#, "items"),
        ] {
            let JsonError::Shape { fault, .. } = read(document).unwrap_err() else { panic!() };
            assert_eq!(fault.path, path, "{document}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(value in json(&[
            "sku", "summaries", "marketplaceId", "asin", "status", "offers", "offerType", "price",
            "currencyCode", "amount", "fulfillmentAvailability", "fulfillmentChannelCode",
            "quantity", "issues", "severity", "message", "enforcements", "actions",
        ])) {
            let _ = read(&value);
            for part in ["summaries", "offers", "fulfillmentAvailability", "issues"] {
                let report = read(&format!(r#"{{"sku": "A-1", "{part}": {value}}}"#)).unwrap();
                prop_assert_eq!(report.rows.len() + report.rejections.len(), 1);
            }
        }
    }
}
