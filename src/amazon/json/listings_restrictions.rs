//! What a seller may not list: `getListingsRestrictions` of the Listings Restrictions API
//! 2021-08-01. The answer does not name its ASIN, which was the question's.

use std::collections::BTreeMap;

use super::{Fault, JsonError, Value, answers, next_entry};
use crate::amazon::condition::Condition;
use crate::amazon::report::{MAX_REJECTIONS_AT_FIRST, Rejection, ReportError};
use crate::domain::{Marketplace, MarketplaceSet, Reason};

const DOCUMENT: &str = "answer of getListingsRestrictions";

/// Why a seller may not list an ASIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonCode {
    /// `NOT_ELIGIBLE`
    NotEligible,
    /// `ASIN_NOT_FOUND`
    AsinNotFound,
    /// `APPROVAL_REQUIRED`, and where there is no code.
    ApprovalRequired,
}

impl ReasonCode {
    /// Amazon's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotEligible => "NOT_ELIGIBLE",
            Self::AsinNotFound => "ASIN_NOT_FOUND",
            Self::ApprovalRequired => "APPROVAL_REQUIRED",
        }
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        [Self::NotEligible, Self::AsinNotFound, Self::ApprovalRequired]
            .into_iter()
            .find(|code| code.as_str() == text)
            .ok_or("the codes are APPROVAL_REQUIRED, ASIN_NOT_FOUND and NOT_ELIGIBLE")
    }

    /// The reason that it is for an item.
    pub fn reason(self) -> Reason {
        match self {
            Self::NotEligible => Reason::Compliance,
            Self::AsinNotFound => Reason::NotInCatalog,
            Self::ApprovalRequired => Reason::Gated,
        }
    }
}

/// A reason why a seller may not list the ASIN in a marketplace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// `marketplaceId`
    pub marketplace: Marketplace,
    /// `conditionType`; none where it holds in every condition.
    pub condition: Option<Condition>,
    /// `reasonCode`
    pub code: ReasonCode,
    /// `message`, where there is one.
    pub message: Option<String>,
}

/// What the answers say. No restriction at all is an answer too: what there was is lifted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    /// The restrictions in the marketplaces of the program.
    pub restrictions: Vec<Restriction>,
    /// The entries set aside, in order.
    pub rejections: Vec<Rejection>,
    /// Where entries were set aside, so that what is known of there stays.
    pub set_aside_in: MarketplaceSet,
    /// How many entries there are.
    pub read: u64,
}

impl Restrictions {
    /// The severest restriction in each marketplace on a SKU in this condition; one in an unknown
    /// condition is taken to be under all of them.
    pub fn severest(&self, condition: Option<Condition>) -> BTreeMap<Marketplace, &Restriction> {
        let mut severest = BTreeMap::new();
        for restriction in &self.restrictions {
            if let (Some(one), Some(other)) = (condition, restriction.condition)
                && one != other
            {
                continue;
            }
            let held = severest.entry(restriction.marketplace).or_insert(restriction);
            if restriction.code.reason() < held.code.reason() {
                *held = restriction;
            }
        }
        severest
    }

    /// Sets an entry aside; one that names no marketplace may be about any of them.
    fn set_aside(&mut self, fault: Fault, entry: &Value<'_>) -> Result<(), ReportError> {
        self.rejections.push(fault.of_entry(self.read));
        if self.rejections.len() > MAX_REJECTIONS_AT_FIRST {
            return Err(ReportError::TooManyRejections { rows: MAX_REJECTIONS_AT_FIRST });
        }
        let marketplace = || entry.object()?.required("marketplaceId")?.marketplace();
        let marketplaces = match marketplace() {
            Ok(marketplace) => marketplace.into_iter().collect(),
            Err(_) => MarketplaceSet::from_iter(Marketplace::ALL),
        };
        self.set_aside_in = marketplaces.iter().fold(self.set_aside_in, MarketplaceSet::with);
        Ok(())
    }
}

/// Reads one answer or an array of answers about one ASIN.
pub fn read(document: &str) -> Result<Restrictions, JsonError> {
    let mut read = Restrictions::default();
    for answer in answers(document, DOCUMENT)? {
        let entries = || answer.object()?.required("restrictions")?.elements();
        for entry in entries().map_err(|fault| fault.of_document(DOCUMENT))? {
            read.read = next_entry(read.read)?;
            let entry = Value::entry(entry);
            match restriction(&entry) {
                Ok(restriction) => read.restrictions.extend(restriction),
                Err(fault) => read.set_aside(fault, &entry)?,
            }
        }
    }
    Ok(read)
}

/// What an entry says, by the severest of its reasons; none outside the program.
fn restriction(entry: &Value<'_>) -> Result<Option<Restriction>, Fault> {
    let entry = entry.object()?;
    let Some(marketplace) = entry.required("marketplaceId")?.marketplace()? else {
        return Ok(None);
    };
    let condition = entry.optional("conditionType", |value| {
        value.parse(|text| Condition::parse(text).ok_or("no condition is called that"))
    })?;
    let with = |code, message| Restriction { marketplace, condition, code, message };
    let reasons = entry.optional("reasons", |reasons| {
        let reason = |reason: Value<'_>| {
            let reason = reason.object()?;
            let code = reason.optional("reasonCode", |code| code.parse(ReasonCode::parse))?;
            Ok(with(code.unwrap_or(ReasonCode::ApprovalRequired), reason.text("message")?))
        };
        let mut severest: Option<Restriction> = None;
        for one in reasons.array()?.map(reason) {
            let one = one?;
            if severest.as_ref().is_none_or(|held| one.code.reason() < held.code.reason()) {
                severest = Some(one);
            }
        }
        Ok(severest)
    })?;
    Ok(Some(reasons.flatten().unwrap_or_else(|| with(ReasonCode::ApprovalRequired, None))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::json::testing::json;
    use proptest::prelude::*;

    fn restriction(marketplace_id: &str, rest: &str) -> String {
        format!(r#"{{"marketplaceId": "{marketplace_id}"{rest}}}"#)
    }

    fn answer(restrictions: &[String]) -> String {
        format!(r#"{{"restrictions": [{}]}}"#, restrictions.join(","))
    }

    #[test]
    fn the_severest_reason_of_each_entry() {
        let read = read(&answer(&[
            restriction(
                "A2EUQ1WTGCTBG2",
                r#", "conditionType": "used_good", "reasons": [
                    {"message": "Ask first.", "links": [{"resource": "https://example.com"}]},
                    {"reasonCode": "ASIN_NOT_FOUND", "message": "No page."},
                    {"reasonCode": null, "message": " "}]"#,
            ),
            restriction("A1PA6795UKMFR9", r#", "reasons": [{"reasonCode": "NEW"}]"#),
            restriction("A1AM78C64UM0Y8", ""),
            restriction("A1AM78C64UM0Y8", r#", "conditionType": null, "reasons": []"#),
        ]))
        .unwrap();
        assert_eq!((read.read, read.rejections), (4, vec![]));
        assert_eq!(read.set_aside_in, MarketplaceSet::default());
        let found: Vec<_> = (read.restrictions.iter())
            .map(|it| (it.marketplace, it.condition, it.code.as_str(), it.message.as_deref()))
            .collect();
        let used = Some(Condition::UsedGood);
        assert_eq!(
            found,
            [
                (Marketplace::Ca, used, "ASIN_NOT_FOUND", Some("No page.")),
                (Marketplace::Mx, None, "APPROVAL_REQUIRED", None),
                (Marketplace::Mx, None, "APPROVAL_REQUIRED", None),
            ]
        );
    }

    #[test]
    fn the_severest_of_the_condition_counts() {
        let reasons = |condition: &str, codes: &[&str]| {
            let codes = codes.iter().map(|code| format!(r#"{{"reasonCode": "{code}"}}"#));
            let codes = codes.collect::<Vec<_>>().join(",");
            format!(r#", "conditionType": {condition}, "reasons": [{codes}]"#)
        };
        let new = reasons("\"new_new\"", &["APPROVAL_REQUIRED"]);
        let used = reasons("\"used_good\"", &["APPROVAL_REQUIRED", "NOT_ELIGIBLE"]);
        let any = reasons("null", &["APPROVAL_REQUIRED", "ASIN_NOT_FOUND"]);
        let document = answer(&[
            restriction("A2EUQ1WTGCTBG2", &new),
            restriction("A2EUQ1WTGCTBG2", &used),
            restriction("A1AM78C64UM0Y8", &any),
            restriction("A1AM78C64UM0Y8", &new),
        ]);
        let read = read(&document).unwrap();
        let mexico = (Marketplace::Mx, ReasonCode::AsinNotFound);
        for (condition, canada) in [
            (Some(Condition::New), Some(ReasonCode::ApprovalRequired)),
            (Some(Condition::UsedGood), Some(ReasonCode::NotEligible)),
            (Some(Condition::UsedLikeNew), None),
            (None, Some(ReasonCode::NotEligible)),
        ] {
            let severest = read.severest(condition);
            let found: Vec<_> = severest.iter().map(|(&of, held)| (of, held.code)).collect();
            let canada = canada.map(|code| (Marketplace::Ca, code));
            assert_eq!(found, Vec::from_iter(canada.into_iter().chain([mexico])), "{condition:?}");
        }
    }

    #[test]
    fn no_restriction_is_an_answer() {
        for document in
            [r#"{"restrictions": []}"#, r#"[{"restrictions": []}, {"restrictions": []}]"#]
        {
            assert_eq!(read(document).unwrap(), Restrictions::default());
        }
        for (document, path) in [
            ("[]", ""),
            ("{}", "restrictions"),
            (r#"{"restrictions": null}"#, "restrictions"),
            (r#"[{"restrictions": []}, {"errors": []}]"#, "[1].restrictions"),
            (r#"{"restrictions": {}}"#, "restrictions"),
        ] {
            let JsonError::Shape { fault, .. } = read(document).unwrap_err() else { panic!() };
            assert_eq!(fault.path, path, "{document}");
        }
    }

    #[test]
    fn what_is_set_aside() {
        let all = MarketplaceSet::from_iter(Marketplace::ALL);
        let canada = MarketplaceSet::default().with(Marketplace::Ca);
        let ca = |rest| restriction("A2EUQ1WTGCTBG2", rest);
        for (bad, column, set_aside_in) in [
            (ca(r#", "reasons": [{}, {"reasonCode": "X"}]"#), "reasons[1].reasonCode", canada),
            (ca(r#", "reasons": 7"#), "reasons", canada),
            (ca(r#", "reasons": [null]"#), "reasons[0]", canada),
            (ca(r#", "conditionType": "odd""#), "conditionType", canada),
            (r#"{"reasons": []}"#.to_owned(), "marketplaceId", all),
            (r#"{"marketplaceId": 7}"#.to_owned(), "marketplaceId", all),
        ] {
            let read = read(&answer(&[restriction("A1AM78C64UM0Y8", ""), bad])).unwrap();
            assert_eq!((read.restrictions.len(), read.read), (1, 2), "{column}");
            let [rejection] = &read.rejections[..] else { panic!("{column}") };
            assert_eq!((rejection.line, rejection.column.as_deref()), (2, Some(column)));
            assert_eq!(read.set_aside_in, set_aside_in, "{column}");
        }
        let flood = answer(&vec!["0".to_owned(); MAX_REJECTIONS_AT_FIRST + 1]);
        assert!(matches!(read(&flood), Err(JsonError::Flood(_))));
    }

    #[test]
    fn severity_is_that_of_the_reasons() {
        use ReasonCode::*;
        assert!([NotEligible, AsinNotFound, ApprovalRequired].is_sorted_by_key(|it| it.reason()));
    }

    proptest! {
        #[test]
        fn never_panics(value in json(&[
            "restrictions", "marketplaceId", "conditionType", "reasons", "reasonCode", "message",
        ])) {
            let _ = read(&value);
            let read = read(&format!(r#"{{"restrictions": [{value}]}}"#)).unwrap();
            let is_set_aside = !read.rejections.is_empty();
            prop_assert_eq!(is_set_aside, read.set_aside_in != MarketplaceSet::default());
            let _ = read.severest(None);
        }
    }
}
