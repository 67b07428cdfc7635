//! FBA stock: `getInventorySummaries` of the FBA Inventory API v1, asked for with `details=true`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::{Fault, JsonError, Value, answers, next_entry};
use crate::amazon::report::{Facts, Reading, Report, Row, excerpt};
use crate::amazon::values;
use crate::domain::{Asin, Marketplace};

const DOCUMENT: &str = "answer of getInventorySummaries";
const SKU: &str = "sellerSku";

/// What the answer says of the FBA stock of one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventorySummary {
    /// `asin`
    pub asin: Asin,
    /// `condition`, where there is one.
    pub condition: Option<String>,
    /// `productName`, where there is one.
    pub product_name: Option<String>,
    /// `inventoryDetails.fulfillableQuantity`
    pub fulfillable: i32,
    /// `lastUpdatedTime`, where there is one.
    pub last_updated: Option<DateTime<Utc>>,
}

impl Facts for InventorySummary {}

/// What the pages of one marketplace say.
#[derive(Clone, Debug, PartialEq)]
pub struct InventorySummaries {
    /// Their entries.
    pub report: Report<InventorySummary>,
    /// Whether the last page has no `nextToken`; else the SKUs of the pages to come are not here.
    pub is_complete: bool,
}

/// Reads one page or an array of pages, each of a marketplace of the program.
pub fn read(document: &str) -> Result<BTreeMap<Marketplace, InventorySummaries>, JsonError> {
    let mut readings: BTreeMap<_, (Reading<_>, bool)> = BTreeMap::new();
    let mut line = 0;
    for answer in answers(document, DOCUMENT)? {
        let page = Page::open(&answer).map_err(|fault| fault.of_document(DOCUMENT))?;
        let marketplace = Marketplace::parse(&page.marketplace_id)
            .map_err(|_| JsonError::Marketplace { id: excerpt(&page.marketplace_id) })?;
        let (reading, is_complete) =
            readings.entry(marketplace).or_insert_with(|| (Reading::new(), true));
        *is_complete = page.is_last;
        for entry in page.entries {
            line = next_entry(line)?;
            let entry = Value::entry(entry);
            match summary(&entry) {
                Ok((sku, facts)) => reading.take(Row { line, sku, facts }),
                Err(fault) => {
                    reading.set_aside(fault.of_entry(line), entry.sku_of_entry(SKU).as_deref())?
                }
            }
        }
    }
    let finish = |(marketplace, (reading, is_complete)): (_, (Reading<_>, bool))| {
        (marketplace, InventorySummaries { report: reading.finish(SKU), is_complete })
    };
    Ok(readings.into_iter().map(finish).collect())
}

/// A page, its entries not read yet.
struct Page<'a> {
    marketplace_id: String,
    entries: Vec<&'a RawValue>,
    is_last: bool,
}

impl<'a> Page<'a> {
    fn open(answer: &Value<'a>) -> Result<Self, Fault> {
        let answer = answer.object()?;
        let payload = answer.required("payload")?.object()?;
        let granularity = payload.required("granularity")?.object()?;
        let pagination = answer.optional("pagination", Value::object)?;
        let next = pagination.map(|pagination| pagination.text("nextToken")).transpose()?;
        Ok(Self {
            marketplace_id: granularity.required("granularityId")?.text()?,
            entries: payload.required("inventorySummaries")?.elements()?,
            is_last: next.flatten().is_none(),
        })
    }
}

fn summary(entry: &Value<'_>) -> Result<(String, InventorySummary), Fault> {
    let entry = entry.object()?;
    let sku = entry.required(SKU)?.sku()?;
    // Without them there is totalQuantity alone, which counts reserved units and those on their way.
    let details = entry.get("inventoryDetails").ok_or_else(|| Fault {
        reason: "it is missing: ask for the answer with details=true".to_owned(),
        ..entry.missing("inventoryDetails")
    })?;
    let time = |text: &str| match text {
        "" => Ok(None),
        _ => values::time(text).map(Some),
    };
    let summary = InventorySummary {
        asin: entry.required("asin")?.parse(Asin::parse)?,
        condition: entry.text("condition")?,
        product_name: entry.text("productName")?,
        fulfillable: details.object()?.required("fulfillableQuantity")?.quantity()?,
        last_updated: entry.optional("lastUpdatedTime", |value| value.parse(time))?.flatten(),
    };
    Ok((sku, summary))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::json::testing::{json, with};
    use crate::amazon::report::ReportError;
    use proptest::prelude::*;

    const ENTRY: &str = r#"{
        "asin": "B07XJ8C8F5", "fnSku": "X001LAMP42", "sellerSku": " A-1 ",
        "condition": "NewItem", "productName": "Lámpara 5\"", "totalQuantity": 31,
        "lastUpdatedTime": "2026-02-03T04:05:06Z",
        "inventoryDetails": {
            "fulfillableQuantity": 12, "inboundWorkingQuantity": 3,
            "reservedQuantity": {"totalReservedQuantity": 16, "fcProcessingQuantity": 16}
        }
    }"#;

    fn page(marketplace_id: &str, entries: &str, pagination: &str) -> String {
        format!(
            r#"{{"payload": {{
                "granularity": {{"granularityType": "Marketplace",
                    "granularityId": "{marketplace_id}"}},
                "inventorySummaries": [{entries}]
            }}{pagination}}}"#
        )
    }

    fn us(entries: &str) -> InventorySummaries {
        let mut read = read(&page("ATVPDKIKX0DER", entries, "")).unwrap();
        assert_eq!(read.len(), 1);
        read.remove(&Marketplace::Us).unwrap()
    }

    fn expected() -> InventorySummary {
        InventorySummary {
            asin: Asin::parse("B07XJ8C8F5").unwrap(),
            condition: Some("NewItem".to_owned()),
            product_name: Some("Lámpara 5\"".to_owned()),
            fulfillable: 12,
            last_updated: DateTime::from_timestamp(1_770_091_506, 0),
        }
    }

    #[test]
    fn an_entry_as_documented() {
        let read = us(ENTRY);
        assert!(read.is_complete);
        assert_eq!((read.report.read, read.report.rejections), (1, vec![]));
        let [row] = &read.report.rows[..] else { panic!() };
        assert_eq!((row.line, row.sku.as_str(), &row.facts), (1, "A-1", &expected()));
    }

    #[test]
    fn what_may_lack() {
        for (name, time) in [("null", "null"), ("\"\"", "\"\"")] {
            let entry = with(ENTRY, r#""Lámpara 5\"""#, name);
            let entry = with(&entry, r#""2026-02-03T04:05:06Z""#, time);
            let bare = InventorySummary { product_name: None, last_updated: None, ..expected() };
            assert_eq!(us(&entry).report.rows[0].facts, bare);
        }
        let entry = with(ENTRY, "\"condition\"", "\"Condition\"");
        assert_eq!(us(&entry).report.rows[0].facts.condition, None);
    }

    #[test]
    fn what_is_set_aside() {
        let missing = "it is missing";
        for (old, new, column, value, reason) in [
            ("\" A-1 \"", "null", "sellerSku", None, missing),
            ("\" A-1 \"", "\"\"", "sellerSku", Some(""), "a SKU has at least one character"),
            ("\"asin\"", "\"ASIN\"", "asin", None, missing),
            ("B07XJ8C8F5", "B07", "asin", Some("B07"), "an ASIN has 10 characters, and this has 3"),
            (
                "\"inventoryDetails\"",
                "\"details\"",
                "inventoryDetails",
                None,
                "it is missing: ask for the answer with details=true",
            ),
            ("\"fulfillableQ", "\"q", "inventoryDetails.fulfillableQuantity", None, missing),
            (
                ": 12,",
                ": -2,",
                "inventoryDetails.fulfillableQuantity",
                Some("-2"),
                "a quantity is a whole number from 0 to 2147483647",
            ),
            (
                "2026-02-03T",
                "2026-02-30T",
                "lastUpdatedTime",
                Some("2026-02-30T04:05:06Z"),
                "a time looks like 2026-01-15T08:30:00Z or 2026-01-15",
            ),
        ] {
            let bad = with(ENTRY, old, new);
            let good = with(ENTRY, "A-1", "B-2");
            let report = us(&format!("{good}, {bad}")).report;
            assert_eq!((report.rows.len(), report.read), (1, 2), "{new}");
            let [rejection] = &report.rejections[..] else { panic!("{new}") };
            assert_eq!((rejection.line, rejection.column.as_deref()), (2, Some(column)));
            assert_eq!((rejection.value.as_deref(), rejection.reason.as_str()), (value, reason));
            assert_eq!(report.set_aside_skus.is_empty(), column == "sellerSku");
        }
        let report = us("null, 7, {}").report;
        let columns: Vec<_> = report.rejections.iter().map(|it| it.column.as_deref()).collect();
        assert_eq!(columns, [None, None, Some("sellerSku")]);
    }

    #[test]
    fn pages() {
        let more = r#", "pagination": {"nextToken": "b3BhcXVl"}"#;
        let other = with(ENTRY, "A-1", "B-2");
        let differing = with(&other, ": 12,", ": 13,");
        let pages = [
            page("ATVPDKIKX0DER", ENTRY, more),
            page("A2EUQ1WTGCTBG2", ENTRY, more),
            page("ATVPDKIKX0DER", &other, r#", "pagination": {"nextToken": null}"#),
            page("A1AM78C64UM0Y8", "", ""),
            page("A2EUQ1WTGCTBG2", &format!("{differing}, {other}"), more),
        ];
        let read = read(&format!("[{}]", pages.join(","))).unwrap();
        let us = &read[&Marketplace::Us];
        let rows: Vec<_> = us.report.rows.iter().map(|row| (row.line, row.sku.as_str())).collect();
        assert_eq!((us.is_complete, rows), (true, vec![(1, "A-1"), (3, "B-2")]));
        let canada = &read[&Marketplace::Ca];
        let lines: Vec<_> = canada.report.rejections.iter().map(|it| it.line).collect();
        assert_eq!((canada.is_complete, lines), (false, vec![4, 5]));
        assert_eq!((canada.report.rows.len(), canada.report.read), (1, 3));
        let mexico = &read[&Marketplace::Mx];
        assert_eq!((mexico.is_complete, mexico.report.read), (true, 0));
    }

    #[test]
    fn what_is_refused() {
        for (document, path) in [
            ("7".to_owned(), ""),
            (r#"{"errors": [{"code": "QuotaExceeded"}]}"#.to_owned(), "payload"),
            (format!("[{}, {{}}]", page("ATVPDKIKX0DER", "", "")), "[1].payload"),
            (with(&page("", "", ""), "granularityId", "id"), "payload.granularity.granularityId"),
            (with(&page("", "", ""), "[]", "{}"), "payload.inventorySummaries"),
            (page("ATVPDKIKX0DER", "", ", \"pagination\": []"), "pagination"),
        ] {
            let JsonError::Shape { fault, .. } = read(&document).unwrap_err() else { panic!() };
            assert_eq!(fault.path, path, "{document}");
        }
        let germany = read(&page("A1PA6795UKMFR9", ENTRY, "")).unwrap_err();
        assert_eq!(germany, JsonError::Marketplace { id: "A1PA6795UKMFR9".to_owned() });
        let flood = read(&page("ATVPDKIKX0DER", &["0"; 10_001].join(","), "")).unwrap_err();
        let rows = 10_000;
        assert_eq!(flood, JsonError::Flood(ReportError::TooManyRejections { rows }));
    }

    proptest! {
        #[test]
        fn never_panics(entries in json(&[
            "asin", "sellerSku", "inventoryDetails", "fulfillableQuantity", "lastUpdatedTime",
        ])) {
            let _ = read(&entries);
            let report = us(&entries).report;
            prop_assert!(report.rows.len() + report.rejections.len() <= report.read as usize);
        }
    }
}
