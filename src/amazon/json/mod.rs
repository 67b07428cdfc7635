//! The Selling Partner API's answers and notifications, by Amazon's own field names.
//!
//! A document is one answer, or an array of answers such as the pages of one. Its entries are found
//! first and read one by one after that, so a bad one is set aside and the rest is loaded. Members
//! that nobody asks for are passed over unread, and null counts as absent. serde_json passes over
//! text in a loop and not by recursion, so no depth of nesting exhausts the stack; and what is kept
//! of a document takes many times the bytes of a short entry, so entries and members are counted.
//!
//! A [`report::Rejection`](super::report::Rejection) of an entry has the entry's number in the
//! document as its line, and as its column the path of what is at fault, such as
//! `inventoryDetails.fulfillableQuantity`.

pub mod inventory_summaries;
pub mod listings_item;
pub mod listings_restrictions;
pub mod notification;

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::report::{Rejection, ReportError, excerpt};
use super::values;
use crate::domain::{GlobalSku, Marketplace};

/// The most entries of a document, and the most elements of any array in it.
pub const MAX_ENTRIES: u64 = 1_000_000;
/// The most members of an object that is read; Amazon's have a few dozen.
const MAX_MEMBERS: usize = 1000;

/// Why a whole document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// No JSON at all.
    #[error("the document is not JSON")]
    Syntax {
        /// What the parser says.
        cause: String,
    },
    /// JSON of another shape.
    #[error("the document is no {document}")]
    Shape {
        /// What it should be.
        document: &'static str,
        /// What is wrong with it.
        fault: Fault,
    },
    /// An answer of a marketplace outside the program.
    #[error("marketplace \"{id}\" is not part of Remote Fulfillment with FBA")]
    Marketplace {
        /// Its id, cut after 60 characters.
        id: String,
    },
    /// A notification that no status depends on.
    #[error("notifications of type \"{name}\" say nothing that can be kept")]
    NotificationType {
        /// Its name, cut after 60 characters.
        name: String,
    },
    /// A document that would take too much memory or time.
    #[error("a document may have {MAX_ENTRIES} entries, and this has more")]
    TooManyEntries,
    /// Far more bad entries than anybody would look through, or nothing else for too long.
    #[error(transparent)]
    Flood(#[from] ReportError),
}

impl JsonError {
    /// What was found, where that helps.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Syntax { cause } => Some(format!("The parser says: {cause}.")),
            Self::Shape { fault, .. } => Some(format!("At {fault}.")),
            Self::Marketplace { .. } | Self::NotificationType { .. } | Self::TooManyEntries => None,
            Self::Flood(cause) => cause.detail(),
        }
    }

    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Syntax { .. } | Self::Shape { .. } => {
                "Load what the Selling Partner API gave as it is, under its own kind. An answer with \
                 errors has to be asked for again."
            }
            Self::Marketplace { .. } => {
                "Load what the Selling Partner API answers for the US, Canada, Mexico and Brazil."
            }
            Self::NotificationType { .. } => {
                "Subscribe to FBA_INVENTORY_AVAILABILITY_CHANGES, LISTINGS_ITEM_STATUS_CHANGE, \
                 LISTINGS_ITEM_MFN_QUANTITY_CHANGE and LISTINGS_ITEM_ISSUES_CHANGE."
            }
            Self::TooManyEntries => "Load it in parts, such as page by page.",
            Self::Flood(cause) => cause.hint(),
        }
    }
}

/// What cannot be read, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    path: String,
    value: Option<String>,
    reason: String,
}

impl Fault {
    /// As the rejection of an entry, by the entry's number in the document.
    fn of_entry(self, line: u64) -> Rejection {
        let Self { path, value, reason } = self;
        let column = (!path.is_empty()).then_some(path.into());
        Rejection { line, column, value, reason }
    }

    /// As what is wrong with the whole document.
    fn of_document(self, document: &'static str) -> JsonError {
        JsonError::Shape { document, fault: self }
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "its top" } else { &self.path };
        match &self.value {
            Some(value) => write!(f, "{path}: {}, and this is {value}", self.reason),
            None => write!(f, "{path}: {}", self.reason),
        }
    }
}

/// A value that has not been read yet, and where it stands in its entry.
struct Value<'a> {
    path: String,
    raw: &'a RawValue,
}

impl<'a> Value<'a> {
    /// A document.
    fn open(document: &'a str) -> Result<Self, JsonError> {
        let raw = serde_json::from_str(document)
            .map_err(|cause| JsonError::Syntax { cause: cause.to_string() })?;
        Ok(Self::entry(raw))
    }

    /// An entry: the paths in it start there.
    fn entry(raw: &'a RawValue) -> Self {
        Self { path: String::new(), raw }
    }

    fn fault(&self, reason: impl Into<String>) -> Fault {
        let text = serde_json::from_str::<String>(self.raw.get());
        let value = text.as_deref().unwrap_or(self.raw.get());
        Fault { path: self.path.clone(), value: Some(excerpt(value)), reason: reason.into() }
    }

    fn object(&self) -> Result<Object<'a>, Fault> {
        let Members(members) = serde_json::from_str(self.raw.get())
            .map_err(|_| self.fault("an object belongs here"))?;
        if members.len() > MAX_MEMBERS {
            return Err(self.fault(format!("an object may have {MAX_MEMBERS} members here")));
        }
        Ok(Object { path: self.path.clone(), members })
    }

    /// What an array has, unread: of a long one, this is all that is kept.
    fn elements(&self) -> Result<Vec<&'a RawValue>, Fault> {
        let Elements(elements) = serde_json::from_str(self.raw.get())
            .map_err(|_| self.fault("an array belongs here"))?;
        if elements.len() as u64 > MAX_ENTRIES {
            return Err(self.fault(format!("an array may have {MAX_ENTRIES} elements here")));
        }
        Ok(elements)
    }

    fn is_array(&self) -> bool {
        self.raw.get().starts_with('[')
    }

    fn array(&self) -> Result<impl ExactSizeIterator<Item = Self>, Fault> {
        let element = |(index, raw)| Self { path: format!("{}[{index}]", self.path), raw };
        Ok(self.elements()?.into_iter().enumerate().map(element))
    }

    /// A text, blanks around it trimmed.
    fn text(&self) -> Result<String, Fault> {
        let text: String = serde_json::from_str(self.raw.get())
            .map_err(|_| self.fault("a text of Unicode characters belongs here"))?;
        // PostgreSQL has no text with a NUL in it.
        if text.contains('\0') {
            return Err(self.fault("the text has a NUL in it"));
        }
        Ok(text.trim().to_owned())
    }

    /// A text as `parse` reads it.
    fn parse<T, E: Display>(&self, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, Fault> {
        parse(&self.text()?).map_err(|error| self.fault(error.to_string()))
    }

    fn sku(&self) -> Result<String, Fault> {
        self.parse(|text| GlobalSku::parse(text).map(|sku| sku.as_str().to_owned()))
    }

    /// The text of an entry that may be its SKU, even where the entry is set aside.
    fn sku_of_entry(&self, name: &str) -> Option<String> {
        self.object().ok()?.get(name)?.text().ok()
    }

    fn quantity(&self) -> Result<i32, Fault> {
        values::quantity(self.raw.get()).map_err(|reason| self.fault(reason))
    }

    /// A price, written as a text or as a number; none where it is blank.
    fn price(&self) -> Result<Option<Decimal>, Fault> {
        let text = serde_json::from_str::<String>(self.raw.get());
        let text = text.as_deref().unwrap_or(self.raw.get());
        values::price(text.trim()).map_err(|reason| self.fault(reason))
    }

    /// The marketplace with this id; none outside the program.
    fn marketplace(&self) -> Result<Option<Marketplace>, Fault> {
        Ok(Marketplace::parse(&self.text()?).ok())
    }
}

/// The elements of an array, unread: one too many where there are too many.
struct Elements<'a>(Vec<&'a RawValue>);

/// The members of an object, unread: one too many where there are too many.
struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Deserialize<'a> for Elements<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Self(Vec::new()))
    }
}

impl<'a> Visitor<'a> for Elements<'a> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut array: A) -> Result<Self, A::Error> {
        while self.0.len() as u64 <= MAX_ENTRIES
            && let Some(element) = array.next_element()?
        {
            self.0.push(element);
        }
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self)
    }
}

impl<'a> Deserialize<'a> for Members<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(BTreeMap::new()))
    }
}

impl<'a> Visitor<'a> for Members<'a> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut object: A) -> Result<Self, A::Error> {
        while self.0.len() <= MAX_MEMBERS
            && let Some((name, value)) = object.next_entry()?
        {
            self.0.insert(name, value);
        }
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(self)
    }
}

/// An object whose members have not been read yet, and where it stands in its entry.
struct Object<'a> {
    path: String,
    members: BTreeMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    /// The member of this name; null counts as absent.
    fn get(&self, name: &str) -> Option<Value<'a>> {
        let raw = self.members.get(name).filter(|raw| raw.get() != "null")?;
        Some(Value { path: self.path_of(name), raw })
    }

    /// The member of this name, which may not be absent.
    fn required(&self, name: &str) -> Result<Value<'a>, Fault> {
        self.get(name).ok_or_else(|| self.missing(name))
    }

    fn missing(&self, name: &str) -> Fault {
        Fault { path: self.path_of(name), value: None, reason: "it is missing".to_owned() }
    }

    /// The member of this name, as `read` reads it.
    fn optional<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Value<'a>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.get(name).as_ref().map(read).transpose()
    }

    /// The text of this name; a blank one counts as absent.
    fn text(&self, name: &str) -> Result<Option<String>, Fault> {
        Ok(self.optional(name, Value::text)?.filter(|text| !text.is_empty()))
    }

    /// The texts of the array of this name; none where it is absent.
    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Fault> {
        self.optional(name, |value| value.array()?.map(|element| element.text()).collect())
    }

    fn path_of(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }
}

/// The answers of a document that is one answer or an array of them.
fn answers<'a>(
    document: &'a str,
    name: &'static str,
) -> Result<impl Iterator<Item = Value<'a>>, JsonError> {
    let top = Value::open(document)?;
    let array = top.is_array().then(|| top.elements()).transpose();
    let array = array.map_err(|fault| fault.of_document(name))?;
    if array.as_ref().is_some_and(Vec::is_empty) {
        return Err(top.fault("an answer belongs here").of_document(name));
    }
    let path = if array.is_some() { |index| format!("[{index}]") } else { |_| String::new() };
    let answers = array.unwrap_or_else(|| vec![top.raw]).into_iter().enumerate();
    Ok(answers.map(move |(index, raw)| Value { path: path(index), raw }))
}

/// The number of the entry after this one.
fn next_entry(number: u64) -> Result<u64, JsonError> {
    if number < MAX_ENTRIES { Ok(number + 1) } else { Err(JsonError::TooManyEntries) }
}

#[cfg(test)]
mod testing {
    //! What the tests of all readers share.

    use proptest::prelude::*;

    /// Any JSON, with the names given and values that may stand under them.
    pub fn json(names: &'static [&'static str]) -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("{}".to_owned()),
            Just("[]".to_owned()),
            Just("\"ATVPDKIKX0DER\"".to_owned()),
            Just("\"A2EUQ1WTGCTBG2\"".to_owned()),
            Just("\"B07XJ8C8F5\"".to_owned()),
            Just("\"\\ud800\"".to_owned()),
            Just("\"\\u0000\"".to_owned()),
            Just("\"2026-01-15T08:30:00Z\"".to_owned()),
            prop::sample::select(&["ERROR", "B2C", "CAD", "DEFAULT", "BUYABLE"][..])
                .prop_map(|text| format!("{text:?}")),
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f32>().prop_filter("JSON", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        ];
        leaf.prop_recursive(6, 60, 6, move |inner| {
            let member = (prop::sample::select(names), inner.clone());
            let member = member.prop_map(|(name, value)| format!("{name:?}: {value}"));
            prop_oneof![
                prop::collection::vec(member, 0..6)
                    .prop_map(|members| format!("{{{}}}", members.join(", "))),
                prop::collection::vec(inner, 0..6)
                    .prop_map(|elements| format!("[{}]", elements.join(", "))),
            ]
        })
    }

    /// The document with a part of it replaced, which must be there.
    pub fn with(document: &str, old: &str, new: &str) -> String {
        assert!(document.contains(old), "{old}");
        document.replace(old, new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(document: &str) -> Object<'_> {
        Value::open(document).unwrap().object().unwrap()
    }

    fn shown(fault: &Fault) -> (&str, Option<&str>, &str) {
        (&fault.path, fault.value.as_deref(), &fault.reason)
    }

    #[test]
    fn paths_lead_to_what_is_at_fault() {
        let top = object(r#"{"a": {"b": [{"c": 1}, {"c": "x"}]}, "n": null}"#);
        let a = top.required("a").unwrap().object().unwrap();
        let second = a.required("b").unwrap().array().unwrap().nth(1).unwrap().object().unwrap();
        let c = second.required("c").unwrap();
        let fault = c.quantity().unwrap_err();
        let reason = "a quantity is a whole number from 0 to 2147483647";
        assert_eq!(shown(&fault), ("a.b[1].c", Some("x"), reason));
        assert_eq!(c.array().err().as_ref().map(shown).unwrap().2, "an array belongs here");
        assert_eq!(c.object().err().as_ref().map(shown).unwrap().2, "an object belongs here");
        for absent in ["n", "m"] {
            let fault = top.required(absent).err().unwrap();
            assert_eq!(shown(&fault), (absent, None, "it is missing"));
            assert_eq!(fault.to_string(), format!("{absent}: it is missing"));
        }
    }

    #[test]
    fn what_would_take_too_much() {
        let array = |length: u64| format!("[0{}]", ",0".repeat(length as usize - 1));
        let elements = |document: &str| {
            Value::open(document).unwrap().elements().map(|elements| elements.len() as u64)
        };
        assert_eq!(elements(&array(MAX_ENTRIES)), Ok(MAX_ENTRIES));
        let fault = elements(&array(MAX_ENTRIES + 1)).unwrap_err();
        assert_eq!(fault.reason, "an array may have 1000000 elements here");

        let object = |length: usize| {
            let members: Vec<_> = (0..length).map(|name| format!("\"{name}\": 0")).collect();
            Value::open(&format!("{{{}}}", members.join(","))).unwrap().object().map(|_| ())
        };
        assert_eq!(object(MAX_MEMBERS), Ok(()));
        let fault = object(MAX_MEMBERS + 1).unwrap_err();
        assert_eq!(fault.reason, "an object may have 1000 members here");

        // Pages of a few entries each are as many entries as one page.
        let entry = r#"{"marketplaceId": "A1PA6795UKMFR9"}"#;
        let answer = format!(r#"{{"restrictions": [{}]}}"#, [entry; 1000].join(","));
        let answers = |length: usize| format!("[{}]", vec![answer.as_str(); length].join(","));
        let read = listings_restrictions::read(&answers(1000)).unwrap();
        assert_eq!((read.read, read.restrictions.len()), (MAX_ENTRIES, 0));
        let error = listings_restrictions::read(&answers(1001)).unwrap_err();
        assert_eq!(error, JsonError::TooManyEntries);
    }

    #[test]
    fn quantities() {
        for (text, quantity) in [("0", 0), ("7", 7), ("-0", 0), ("2147483647", i32::MAX)] {
            let document = format!("{{\"q\": {text}}}");
            assert_eq!(object(&document).required("q").unwrap().quantity(), Ok(quantity));
        }
        for text in ["-1", "2147483648", "1.5", "1e2", "\"7\"", "\"\"", "true", "[]", "{}"] {
            let document = format!("{{\"q\": {text}}}");
            assert!(object(&document).required("q").unwrap().quantity().is_err(), "{text}");
        }
    }

    #[test]
    fn prices_are_texts_or_numbers() {
        let price =
            |text: &str| object(&format!("{{\"p\": {text}}}")).required("p").unwrap().price().ok();
        for text in ["19.90", "\"19.90\"", "\" 19.90 \""] {
            let read = price(text).flatten().unwrap();
            assert_eq!((read, read.scale()), (Decimal::new(1990, 2), 2));
        }
        assert_eq!(price("\"\""), Some(None));
        let exact = "79228162514264337593543950.335";
        assert_eq!(price(exact).flatten().unwrap().to_string(), exact);
        for text in ["0", "-1", "\"1,5\"", "1e3", "true", "[1]", "{}", "\"19.90 CAD\""] {
            assert_eq!(price(text), None, "{text}");
        }
    }

    #[test]
    fn texts() {
        let document = r#"{"a": " x ", "b": " ", "nul": "x\u0000", "half": "\ud800", "n": 1}"#;
        let top = object(document);
        assert_eq!(top.text("a"), Ok(Some("x".to_owned())));
        assert_eq!(top.text("b"), Ok(None));
        assert_eq!(top.text("c"), Ok(None));
        let nul = top.text("nul").unwrap_err();
        assert_eq!(shown(&nul), ("nul", Some("x\u{fffd}"), "the text has a NUL in it"));
        for name in ["half", "n"] {
            assert!(top.text(name).unwrap_err().reason.starts_with("a text"), "{name}");
        }
    }

    #[test]
    fn what_has_no_answers() {
        let error = |document: &str| answers(document, "answer").err().unwrap();
        for document in ["", "{", "[1,]", "{} {}", "nul"] {
            assert!(matches!(error(document), JsonError::Syntax { .. }), "{document}");
        }
        let empty = error(" [ ] ");
        assert_eq!(empty.to_string(), "the document is no answer");
        assert_eq!(
            empty.detail().as_deref(),
            Some("At its top: an answer belongs here, and this is [ ].")
        );
        let paths = |document| answers(document, "answer").unwrap().map(|answer| answer.path);
        assert_eq!(paths("[{}, 1]").collect::<Vec<_>>(), ["[0]", "[1]"]);
        assert_eq!(paths("7").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn no_depth_exhausts_the_stack() {
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        let document = format!("{{\"unknown\": {deep}, \"known\": {deep}}}");
        let top = object(&document);
        assert!(top.text("known").is_err());
        assert_eq!(top.required("known").unwrap().elements().unwrap().len(), 1);
        assert!(Value::open(&deep[1..]).is_err());
    }
}
