//! Amazon's tab-delimited reports: a header row, one line a row, no quoting.
//!
//! With no quoting a line end is always a line end and a tab always a delimiter, so the standard
//! library's `split` is the whole parser: it borrows from the document, keeps the line numbers of
//! the file, and stops early on a line that is all tabs.

use std::borrow::Cow;
use std::fmt::Display;
use std::iter::Enumerate;
use std::slice::Split;

use encoding_rs::WINDOWS_1252;

use super::report::{Foreign, Rejection, ReportError, excerpt};

/// The longest line read, in bytes: many times what Amazon's longest titles and descriptions need.
pub const MAX_LINE: usize = 1 << 20;
/// How many fields beyond the header's are looked at to find the SKU of a row with stray tabs.
const MAX_STRAY_TABS: usize = 8;
/// Spellings seen in Amazon's headers, and the one its report reference uses.
const SPELLINGS: [(&str, &str); 1] = [("fulfilment-channel", "fulfillment-channel")];

type Lines<'a> = Enumerate<Split<'a, u8, fn(&u8) -> bool>>;

/// A report whose header has been read, and whose data lines have not been touched yet.
pub struct Table<'a> {
    names: Vec<String>,
    lines: Lines<'a>,
}

/// A column that the header has.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in Amazon's report reference.
    pub name: &'static str,
    index: usize,
}

/// The fields of one data line, blanks around them trimmed.
pub struct Fields<'a> {
    line: u64,
    width: usize,
    values: Vec<&'a str>,
}

impl<'a> Table<'a> {
    /// Reads the header, which is the first line that is not blank.
    pub fn open(document: &'a [u8]) -> Result<Self, ReportError> {
        if let Some(foreign) = Foreign::recognize(document) {
            return Err(ReportError::NotAReport(foreign));
        }
        let mut lines = split(document);
        let header = lines.find(|(_, line)| !is_blank(line)).ok_or(ReportError::Empty)?.1;
        let header = decode(header).ok_or(ReportError::NotAReport(Foreign::Binary))?;
        let names: Vec<_> = header.split('\t').map(column_name).collect();
        let has = |unfit: fn(char) -> bool| names.iter().any(|name| name.contains(unfit));
        if has(|c| c.is_control() && c != '\r') {
            return Err(ReportError::NotAReport(Foreign::Binary));
        }
        if has(|c| c == '\r') {
            return Err(ReportError::NotAReport(Foreign::CarriageReturns));
        }
        Ok(Self { names, lines })
    }

    /// A table without lines, for rows that come from elsewhere.
    pub fn of_columns<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let is_line_end: fn(&u8) -> bool = |&byte| byte == b'\n';
        let names = names.into_iter().map(column_name).collect();
        Self { names, lines: [].split(is_line_end).enumerate() }
    }

    /// The column of this name, which the report must have.
    pub fn required(&self, name: &'static str) -> Result<Column, ReportError> {
        self.optional(name)?.ok_or_else(|| ReportError::MissingColumn {
            column: name,
            found: excerpt(&self.names.join(", ")),
        })
    }

    /// The column of this name, which the report may lack.
    pub fn optional(&self, name: &'static str) -> Result<Option<Column>, ReportError> {
        let wanted = name.to_lowercase();
        let mut found = self.names.iter().enumerate().filter(|(_, found)| **found == wanted);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(ReportError::RepeatedColumn { column: name.into() }),
            (first, _) => Ok(first.map(|(index, _)| Column { name, index })),
        }
    }

    /// The data lines that are not blank with their number in the file, counted from 1; no text
    /// where a line is longer than [`MAX_LINE`].
    pub fn lines(&self) -> impl Iterator<Item = (u64, Option<Cow<'a, str>>)> {
        decode_all(self.lines.clone())
    }

    /// Splits a data line.
    pub fn split<'t>(&self, line: u64, text: &'t str) -> Fields<'t> {
        let width = self.names.len();
        let values = text.split('\t').take(width + MAX_STRAY_TABS).map(str::trim).collect();
        Fields { line, width, values }
    }
}

impl<'a> Fields<'a> {
    /// The fields of a row from elsewhere, in the order of its table's columns.
    pub fn of_row(line: u64, values: Vec<&'a str>) -> Self {
        Self { line, width: values.len(), values }
    }
}

impl Fields<'_> {
    /// The number of their line in the file.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Refuses a row with more fields than the header: with a tab inside a field, no telling which,
    /// any value may be that of another column.
    pub fn check_count(&self) -> Result<(), Rejection> {
        if self.values.len() <= self.width {
            return Ok(());
        }
        let reason = format!("the row has more fields than the header's {}", self.width);
        Err(Rejection { line: self.line, column: None, value: None, reason })
    }

    /// The value of a column, as `parse` reads it. A row that ends before the column was cut off,
    /// which is not the same as a blank.
    pub fn parse<'t, T, E: Display>(
        &'t self,
        column: Column,
        parse: impl FnOnce(&'t str) -> Result<T, E>,
    ) -> Result<T, Rejection> {
        let value = self.values.get(column.index).copied();
        let parsed = match value {
            Some(value) => parse(value).map_err(|error| error.to_string()),
            None => Err("the row ends before this column".to_owned()),
        };
        parsed.map_err(|reason| Rejection {
            line: self.line,
            column: Some(column.name.into()),
            value: value.map(excerpt),
            reason,
        })
    }

    /// The text of a column that the report or the row may lack, or leave blank.
    pub fn text(&self, column: Option<Column>) -> Result<Option<String>, Rejection> {
        let present = column.filter(|column| column.index < self.values.len());
        let Some(column) = present else { return Ok(None) };
        self.parse(column, |value| match value {
            "" => Ok(None),
            // PostgreSQL has no text with a NUL in it.
            _ if value.contains('\0') => Err("the text has a NUL in it"),
            _ => Ok(Some(value.to_owned())),
        })
    }

    /// The values that may be this column's: its own field and, where stray tabs moved the fields,
    /// those it may have been moved to.
    pub fn candidates(&self, column: Column) -> impl Iterator<Item = &str> {
        let moved_by = self.values.len().saturating_sub(self.width);
        self.values.iter().skip(column.index).take(moved_by + 1).copied()
    }
}

/// The lines of a document that are not blank, the first ones too, as [`Table::lines`] has them.
pub fn lines(document: &[u8]) -> impl Iterator<Item = (u64, Option<Cow<'_, str>>)> {
    decode_all(split(document))
}

fn split(document: &[u8]) -> Lines<'_> {
    let document = document.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(document);
    let is_line_end: fn(&u8) -> bool = |&byte| byte == b'\n';
    document.split(is_line_end).enumerate()
}

fn decode_all(lines: Lines<'_>) -> impl Iterator<Item = (u64, Option<Cow<'_, str>>)> {
    (lines.filter(|(_, line)| !is_blank(line)))
        .map(|(index, line)| (index as u64 + 1, decode(line)))
}

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

fn column_name(field: &str) -> String {
    let name = field.trim().to_lowercase();
    match SPELLINGS.iter().find(|(seen, _)| *seen == name) {
        Some((_, usual)) => (*usual).to_owned(),
        None => name,
    }
}

/// A line as UTF-8 or else as Windows-1252, unless it is too long. Each line for itself: one broken
/// character must not garble the others, and no copy of the whole document is needed.
fn decode(line: &[u8]) -> Option<Cow<'_, str>> {
    (line.len() <= MAX_LINE).then(|| match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(line).0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The sku and title of each data line, under a header that has more.
    fn titles(document: &[u8]) -> Vec<(u64, String, Option<String>)> {
        let table = Table::open(document).unwrap();
        let (sku, title) = (table.required("sku").unwrap(), table.optional("title").unwrap());
        let lines = table.lines().map(|(line, text)| {
            let text = text.unwrap();
            let fields = table.split(line, &text);
            let sku = fields.parse(sku, |value| Ok::<_, String>(value.to_owned())).unwrap();
            (line, sku, fields.text(title).unwrap())
        });
        lines.collect()
    }

    #[test]
    fn every_encoding_line_end_and_spelling() {
        let expected = [(2, "A".to_owned(), Some("5\" Café".to_owned()))];
        for document in [
            "sku\ttitle\nA\t5\" Café\n".as_bytes(),
            "\u{feff}sku\ttitle\r\nA\t5\" Café\r\n".as_bytes(),
            "SKU\t Title \r\n A \t5\" Café ".as_bytes(),
            "title\tother\tsku\n5\" Café\t\tA\n\n\n".as_bytes(),
            b"sku\ttitle\tother\nA\t5\" Caf\xE9",
            "sku\ttitle\t\nA\t5\" Café\t\r\n".as_bytes(),
        ] {
            assert_eq!(titles(document), expected, "{}", String::from_utf8_lossy(document));
        }
    }

    #[test]
    fn line_numbers_are_those_of_the_file() {
        let lines = titles(b"\r\nsku\ttitle\n\n\t\nA\tone\rtwo\n \r\nB\nC\t\n");
        assert_eq!(
            lines,
            [
                (5, "A".to_owned(), Some("one\rtwo".to_owned())),
                (7, "B".to_owned(), None),
                (8, "C".to_owned(), None)
            ]
        );
    }

    #[test]
    fn one_broken_line_does_not_garble_the_rest() {
        let lines = titles(b"sku\ttitle\nA\tCaf\xC3\xA9\nB\tCaf\xC3\n");
        assert_eq!(lines[0].2.as_deref(), Some("Café"));
        assert_eq!(lines[1].2.as_deref(), Some("CafÃ"));
    }

    #[test]
    fn columns() {
        let table = Table::open(b"SKU\tFulfilment-Channel\ttitle\tTitle\n").unwrap();
        assert_eq!(table.required("fulfillment-channel").unwrap().index, 1);
        assert!(table.optional("price").unwrap().is_none());
        assert_eq!(
            table.required("asin").unwrap_err(),
            ReportError::MissingColumn {
                column: "asin",
                found: "sku, fulfillment-channel, title, title".to_owned()
            }
        );
        assert_eq!(
            table.optional("title").unwrap_err(),
            ReportError::RepeatedColumn { column: "title".into() }
        );
    }

    #[test]
    fn what_is_no_report() {
        fn open(document: &[u8]) -> Option<ReportError> {
            Table::open(document).err()
        }
        for blank in [b"".as_slice(), b"\xEF\xBB\xBF", b"\n \r\n\t\n"] {
            assert_eq!(open(blank), Some(ReportError::Empty));
        }
        let binary = Some(ReportError::NotAReport(Foreign::Binary));
        assert_eq!(open(b"s\0k\0u\0\tasin\n"), binary);
        assert_eq!(open(&vec![b'x'; MAX_LINE + 1]), binary);
        let returns = Some(ReportError::NotAReport(Foreign::CarriageReturns));
        assert_eq!(open(b"sku\tasin\rA\tB07XJ8C8F5\r"), returns);
    }

    #[test]
    fn stray_tabs_cut_rows_and_long_lines() {
        let table = Table::open(b"title\tsku\tprice\n").unwrap();
        let sku = table.required("sku").unwrap();
        let cut = table.split(2, "title");
        let rejection = cut.parse(sku, |value| Ok::<_, String>(value.to_owned())).unwrap_err();
        assert_eq!(
            (rejection.line, rejection.column.as_deref(), rejection.value),
            (2, Some("sku"), None)
        );
        assert_eq!(cut.candidates(sku).count(), 0);
        let stray = table.split(3, "ti\ttle\tA-1\t5");
        assert!(stray.check_count().is_err());
        assert_eq!(stray.candidates(sku).collect::<Vec<_>>(), ["tle", "A-1"]);
        assert!(table.split(4, &"\t".repeat(MAX_LINE)).values.len() <= 3 + MAX_STRAY_TABS);

        let long = [b"sku\n".as_slice(), &vec![b'x'; MAX_LINE + 1], b"\nA"].concat();
        let lines: Vec<_> = Table::open(&long).unwrap().lines().collect();
        assert_eq!(lines, [(2, None), (3, Some(Cow::Borrowed("A")))]);
    }

    #[test]
    fn no_nul_reaches_a_text() {
        let table = Table::open(b"sku\ttitle\n").unwrap();
        let rejection = table.split(2, "A\tx\0y").text(table.optional("title").unwrap());
        assert_eq!(rejection.unwrap_err().value.as_deref(), Some("x\u{fffd}y"));
    }

    proptest! {
        #[test]
        fn never_panics(document in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(table) = Table::open(&document) {
                for (line, text) in table.lines() {
                    let _ = table.split(line, &text.unwrap()).check_count();
                }
            }
        }
    }
}
