//! What all reports share: rows by SKU, the rows set aside, and why a whole document is refused.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::tab_delimited::{Column, Fields, MAX_LINE, Table};
use crate::domain::GlobalSku;

/// A document with more bad rows is refused: short bad lines would take far more memory than they
/// have bytes.
const MAX_REJECTIONS: usize = 1_000_000;
/// Nor does it take as many to tell that a document is something else, if they are the first ones.
const MAX_REJECTIONS_AT_FIRST: usize = 10_000;
/// How much of the input a message quotes, in characters.
const EXCERPT: usize = 60;

/// A report: every data line of it is a row, the repetition of an identical row, or a rejection.
#[derive(Clone, Debug, PartialEq)]
pub struct Report<T> {
    /// What it says, each SKU once, in byte order of the SKU.
    pub rows: Vec<Row<T>>,
    /// The lines set aside, in order.
    pub rejections: Vec<Rejection>,
    /// The SKUs of the lines set aside, as far as they could be read, in byte order: a SKU in here
    /// may be in the report, so what is known of it stays. Where stray tabs moved the fields of a
    /// line, each field that may hold its SKU is here.
    pub set_aside_skus: Vec<String>,
    /// How many data lines it has, blank ones not counted.
    pub read: u64,
}

/// What one line says of a SKU.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<T> {
    /// Its number in the file, the first line being 1.
    pub line: u64,
    /// The seller SKU, validated.
    pub sku: String,
    /// The rest of it.
    pub facts: T,
}

/// A line set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Its number in the file, the first line being 1.
    pub line: u64,
    /// The column at fault, by its name in Amazon's reference; none where the whole line is.
    pub column: Option<Cow<'static, str>>,
    /// What stands there, cut after 60 characters; none where the line ends before it.
    pub value: Option<String>,
    /// Why it cannot be loaded.
    pub reason: String,
}

/// Why a whole document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// Nothing but blanks.
    #[error("the document is empty")]
    Empty,
    /// Something else than tab-delimited text.
    #[error("the document is {0} and not a tab-delimited report")]
    NotAReport(Foreign),
    /// The header lacks a column.
    #[error("the report has no column {column:?}")]
    MissingColumn {
        /// Its name in Amazon's report reference.
        column: &'static str,
        /// The columns it has, cut after 60 characters.
        found: String,
    },
    /// The header has a column more than once, so there is no telling which one counts.
    #[error("the report has more than one column {column:?}")]
    RepeatedColumn {
        /// Its name in Amazon's report reference.
        column: Cow<'static, str>,
    },
    /// Something else than an ASIN Status report.
    #[error("the document is {0} and not an ASIN Status report")]
    NotAnAsinStatusReport(Foreign),
    /// A workbook without the sheet that counts.
    #[error("the workbook has no sheet whose name begins with {name:?}")]
    NoSheet {
        /// How its name begins.
        name: &'static str,
        /// The sheets it has, cut after 60 characters.
        found: String,
    },
    /// A workbook that is damaged, or is none.
    #[error("the workbook cannot be read: {part}: {reason}")]
    BrokenWorkbook {
        /// The file at fault inside of it.
        part: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A document that would take too much memory or time.
    #[error("{what} may have {mebibytes} MiB, and the document has more")]
    TooLarge {
        /// What of it is too large.
        what: &'static str,
        /// How large it may be.
        mebibytes: usize,
    },
    /// Far more bad rows than anybody would look through, or nothing else for too long.
    #[error("the report has more than {rows} rows that cannot be loaded")]
    TooManyRejections {
        /// How many it may have.
        rows: usize,
    },
}

/// What a document is instead of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// A ZIP archive, as every Excel workbook is.
    Workbook,
    /// A ZIP archive that is no workbook.
    Archive,
    /// A workbook of Excel 2003 or older, or one that a password protects.
    OldWorkbook,
    /// A workbook in Excel's binary format.
    BinaryWorkbook,
    /// An OpenDocument file, as LibreOffice saves it.
    OpenDocument,
    /// Compressed with gzip, as the Selling Partner API delivers many reports.
    Gzip,
    /// UTF-16, which Excel calls Unicode text.
    Utf16,
    /// Text whose lines end in a carriage return alone.
    CarriageReturns,
    /// A JSON document, such as the answer that only names where the report is.
    Json,
    /// HTML or XML, such as an error page.
    Markup,
    /// No text at all.
    Binary,
}

/// What a row says of a SKU.
pub trait Facts: PartialEq {
    /// Which of its SKU's rows it is, where a document has several, such as one a country.
    fn part(&self) -> u8 {
        0
    }
}

impl<T: Facts> Report<T> {
    /// Reads the data lines of a table: the SKU from its column, the rest by `facts`.
    pub fn read(
        table: &Table<'_>,
        sku: Column,
        facts: impl Fn(&Fields<'_>) -> Result<T, Rejection>,
    ) -> Result<Self, ReportError> {
        let mut reading = Reading::new();
        for (line, text) in table.lines() {
            match text {
                Some(text) => reading.read(&table.split(line, &text), sku, &facts)?,
                None => {
                    let reason = format!("the line is longer than {MAX_LINE} bytes");
                    reading.set_aside(Rejection { line, column: None, value: None, reason }, [])?;
                }
            }
        }
        Ok(reading.finish(sku.name))
    }
}

/// A report while it is being read, whatever it is read from.
pub struct Reading<T> {
    rows: Vec<Row<T>>,
    rejections: Vec<Rejection>,
    /// SKUs of the lines set aside, with one such line.
    set_aside: BTreeMap<String, u64>,
    read: u64,
}

impl<T: Facts> Reading<T> {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self { rows: Vec::new(), rejections: Vec::new(), set_aside: BTreeMap::new(), read: 0 }
    }

    /// Reads the fields of one line: the SKU from its column, the rest by `facts`.
    pub fn read(
        &mut self,
        fields: &Fields<'_>,
        sku: Column,
        facts: impl Fn(&Fields<'_>) -> Result<T, Rejection>,
    ) -> Result<(), ReportError> {
        let row = || {
            fields.check_count()?;
            let sku = fields.parse(sku, GlobalSku::parse)?.as_str().to_owned();
            Ok(Row { line: fields.line(), sku, facts: facts(fields)? })
        };
        match row() {
            Ok(row) => {
                self.take(row);
                Ok(())
            }
            Err(rejection) => self.set_aside(rejection, fields.candidates(sku)),
        }
    }

    /// Takes a row.
    pub fn take(&mut self, row: Row<T>) {
        self.read += 1;
        self.rows.push(row);
    }

    /// Sets a line aside, with the texts on it that may be its SKU.
    pub fn set_aside<'t>(
        &mut self,
        rejection: Rejection,
        skus: impl IntoIterator<Item = &'t str>,
    ) -> Result<(), ReportError> {
        self.read += 1;
        let skus = skus.into_iter().filter_map(|sku| GlobalSku::parse(sku).ok());
        self.set_aside.extend(skus.map(|sku| (sku.as_str().to_owned(), rejection.line)));
        self.rejections.push(rejection);
        let rows = if self.rows.is_empty() { MAX_REJECTIONS_AT_FIRST } else { MAX_REJECTIONS };
        if self.rejections.len() > rows {
            return Err(ReportError::TooManyRejections { rows });
        }
        Ok(())
    }

    /// The report, once all of it is read: identical rows count once, and of rows that say
    /// different things of the same none can be trusted.
    pub fn finish(mut self, sku_column: &'static str) -> Report<T> {
        self.rows.sort_unstable_by(|a, b| {
            (&a.sku, a.facts.part(), a.line).cmp(&(&b.sku, b.facts.part(), b.line))
        });
        let same_part = |a: &Row<T>, b: &Row<T>| a.facts.part() == b.facts.part();
        for of_sku in self.rows.chunk_by(|a, b| a.sku == b.sku) {
            let [first, ..] = of_sku else { continue };
            let differing =
                of_sku.windows(2).find(|w| same_part(&w[0], &w[1]) && w[0].facts != w[1].facts);
            let set_aside = self.set_aside.get(&first.sku).copied();
            let Some(other) = set_aside.or(differing.map(|w| w[1].line)) else { continue };
            self.rejections.extend(of_sku.iter().map(|row| {
                let other = if row.facts == first.facts { other } else { first.line };
                Rejection {
                    line: row.line,
                    column: Some(sku_column.into()),
                    value: Some(excerpt(&row.sku)),
                    reason: format!("line {other} has the same SKU and differs"),
                }
            }));
            self.set_aside.insert(first.sku.clone(), first.line);
        }
        self.rows.dedup_by(|later, earlier| later.sku == earlier.sku && same_part(later, earlier));
        self.rows.retain(|row| !self.set_aside.contains_key(&row.sku));
        self.rejections.sort_unstable_by_key(|rejection| rejection.line);
        Report {
            rows: self.rows,
            rejections: self.rejections,
            set_aside_skus: self.set_aside.into_keys().collect(),
            read: self.read,
        }
    }
}

/// The beginning of a text, fit for a message: control characters, NUL above all, are replaced.
pub fn excerpt(text: &str) -> String {
    let visible = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let mut excerpt: String = text.chars().take(EXCERPT).map(visible).collect();
    if text.chars().nth(EXCERPT).is_some() {
        excerpt.push('…');
    }
    excerpt
}

impl ReportError {
    /// What was found, where that helps.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::MissingColumn { found, .. } => Some(format!("Columns found: {found}.")),
            Self::NoSheet { found, .. } => Some(format!("Sheets found: {found}.")),
            _ => None,
        }
    }

    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "Download the report again; its first line must name the columns.",
            Self::NotAReport(foreign) => foreign.hint(),
            Self::MissingColumn { .. } => {
                "Load the report as Amazon delivers it, header row first, and name its report type."
            }
            Self::NotAnAsinStatusReport(foreign) => foreign.hint_for_a_workbook(),
            Self::RepeatedColumn { .. } | Self::NoSheet { .. } => {
                "Load the report as Amazon delivers it."
            }
            Self::BrokenWorkbook { .. } | Self::TooLarge { .. } => {
                "Open it in a spreadsheet program, remove what is no part of the report, and save it as .xlsx."
            }
            Self::TooManyRejections { .. } => "Check that the report is of the type named.",
        }
    }
}

impl Foreign {
    /// Tells by the first bytes.
    pub fn recognize(document: &[u8]) -> Option<Self> {
        if document.starts_with(b"\xFF\xFE") || document.starts_with(b"\xFE\xFF") {
            return Some(Self::Utf16);
        }
        match document.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(document).trim_ascii_start() {
            [b'P', b'K', 3, 4, ..] => Some(Self::Workbook),
            [0xD0, 0xCF, 0x11, 0xE0, ..] => Some(Self::OldWorkbook),
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [b'{' | b'[', ..] => Some(Self::Json),
            [b'<', ..] => Some(Self::Markup),
            _ => None,
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Gzip => "Decompress it first.",
            Self::Json => {
                "Load the report that its URL leads to, or a JSON answer with rfba.load_json."
            }
            Self::Markup => "Download the report again: this may be an error page.",
            _ => "Load Amazon's own file: tab-delimited text in UTF-8 or Windows-1252.",
        }
    }

    fn hint_for_a_workbook(self) -> &'static str {
        match self {
            Self::Gzip | Self::Markup => self.hint(),
            Self::Json => "Load the report that its URL leads to.",
            _ => {
                "Load the .xlsx workbook that Amazon delivers, or save it as .xlsx without a password."
            }
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Workbook => "an Excel workbook or another ZIP archive",
            Self::Archive => "a ZIP archive without a workbook in it",
            Self::OldWorkbook => "a workbook of Excel 2003 or with a password",
            Self::BinaryWorkbook => "a binary workbook",
            Self::OpenDocument => "an OpenDocument file",
            Self::Gzip => "compressed with gzip",
            Self::Utf16 => "text in UTF-16",
            Self::CarriageReturns => "text with carriage returns alone as line ends",
            Self::Json => "JSON",
            Self::Markup => "HTML or XML",
            Self::Binary => "binary data",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Facts for u8 {}

    /// A report of SKUs and numbers.
    fn read(document: &[u8]) -> Result<Report<u8>, ReportError> {
        let table = Table::open(document)?;
        let (sku, number) = (table.required("sku")?, table.required("number")?);
        Report::read(&table, sku, |fields| fields.parse(number, str::parse))
    }

    fn reasons(report: &Report<u8>) -> Vec<(u64, &str)> {
        report.rejections.iter().map(|r| (r.line, r.reason.as_str())).collect()
    }

    #[test]
    fn rows_come_in_byte_order_of_their_skus() {
        let report = read(b"sku\tnumber\nb\t1\nB\t2\na-1\t3\na\t4\n").unwrap();
        let rows: Vec<_> = report.rows.iter().map(|row| (row.sku.as_str(), row.facts)).collect();
        assert_eq!(rows, [("B", 2), ("a", 4), ("a-1", 3), ("b", 1)]);
        assert_eq!((report.read, report.rejections.len()), (4, 0));
    }

    #[test]
    fn repeated_skus() {
        let identical = read(b"sku\tnumber\tx\nA\t1\tp\nB\t2\nA\t01\tq\n").unwrap();
        assert_eq!((identical.rows.len(), identical.read), (2, 3));
        assert!(identical.rejections.is_empty() && identical.set_aside_skus.is_empty());

        let different = read(b"sku\tnumber\nA\t1\nB\t2\nA\t1\nA\t3\n").unwrap();
        assert_eq!(different.rows.len(), 1);
        assert_eq!(different.set_aside_skus, ["A"]);
        let line = |line| format!("line {line} has the same SKU and differs");
        let (fifth, second) = (line(5), line(2));
        assert_eq!(reasons(&different), [(2, &*fifth), (4, &*fifth), (5, &*second)]);

        let with_a_bad_one = read(b"sku\tnumber\nA\t1\nA\tmany\n").unwrap();
        assert!(with_a_bad_one.rows.is_empty());
        assert_eq!(with_a_bad_one.rejections.len(), 2);
        assert_eq!(with_a_bad_one.rejections[0].reason, line(3));
    }

    /// A number in one of several parts.
    #[derive(Debug, PartialEq)]
    struct Part(u8, u8);

    impl Facts for Part {
        fn part(&self) -> u8 {
            self.0
        }
    }

    #[test]
    fn several_rows_of_one_sku() {
        let table = Table::open(
            b"sku\tpart\tnumber\nA\t2\t1\nA\t1\t1\nA\t2\t1\nB\t1\t5\nB\t2\t6\nB\t2\t7\n",
        );
        let table = table.unwrap();
        let [part, number] = ["part", "number"].map(|name| table.required(name).unwrap());
        let report = Report::read(&table, table.required("sku").unwrap(), |fields| {
            Ok(Part(fields.parse(part, str::parse)?, fields.parse(number, str::parse)?))
        });
        let report = report.unwrap();
        let rows: Vec<_> = report.rows.iter().map(|row| (row.sku.as_str(), row.line)).collect();
        assert_eq!(rows, [("A", 3), ("A", 2)]);
        // Its other part is held back too: the SKU as a whole cannot be trusted.
        assert_eq!(report.rejections.iter().map(|it| it.line).collect::<Vec<_>>(), [5, 6, 7]);
        assert_eq!((report.set_aside_skus, report.read), (vec!["B".to_owned()], 6));
    }

    #[test]
    fn skus_of_bad_rows_are_remembered() {
        let report = read(b"t\tsku\tnumber\nx\tA\t-\nx\t\t1\nx\ty\tB\t1\nx\tC\n").unwrap();
        assert_eq!(report.set_aside_skus, ["A", "B", "C", "y"]);
        assert_eq!((report.rows.len(), report.rejections.len()), (0, 4));
        assert_eq!(
            report.rejections[1],
            Rejection {
                line: 3,
                column: Some("sku".into()),
                value: Some(String::new()),
                reason: "a SKU has at least one character".to_owned()
            }
        );
    }

    #[test]
    fn what_is_no_report() {
        for (document, foreign) in [
            (b"PK\x03\x04...".as_slice(), Foreign::Workbook),
            (b"\xD0\xCF\x11\xE0\xA1\xB1", Foreign::OldWorkbook),
            (b"\x1F\x8B\x08", Foreign::Gzip),
            (b"\xFF\xFEs\0k\0u\0", Foreign::Utf16),
            (b"\xEF\xBB\xBF {\"url\": \"...\"}", Foreign::Json),
            (b"\n<!DOCTYPE html>", Foreign::Markup),
        ] {
            assert_eq!(read(document), Err(ReportError::NotAReport(foreign)));
        }
        let error = read(b"SKU\tQuantity\nA\t1\n").unwrap_err();
        assert_eq!(error.to_string(), "the report has no column \"number\"");
        assert_eq!(error.detail().unwrap(), "Columns found: sku, quantity.");
    }

    #[test]
    fn a_flood_of_bad_rows_is_refused() {
        for (good, rows) in [("", MAX_REJECTIONS_AT_FIRST), ("A\t1\n", MAX_REJECTIONS)] {
            let flood = |bad| format!("sku\tnumber\n{good}{}", "x\n".repeat(bad));
            assert!(read(flood(rows).as_bytes()).is_ok());
            let refused = Err(ReportError::TooManyRejections { rows });
            assert_eq!(read(flood(rows + 1).as_bytes()), refused);
        }
    }

    #[test]
    fn excerpts() {
        assert_eq!(excerpt("A\0\tB"), "A\u{fffd}\u{fffd}B");
        assert_eq!(excerpt(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(excerpt(&"é".repeat(61)), "é".repeat(60) + "…");
    }

    proptest! {
        #[test]
        fn every_line_is_accounted_for(lines in "([AB]?\t?-?[12]?\t?\n){0,12}") {
            let report = read(format!("sku\tnumber\n{lines}").as_bytes()).unwrap();
            let mut repeated = 0;
            for (index, line) in lines.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
                let line_number = index as u64 + 2;
                let is_row = report.rows.iter().any(|row| row.line == line_number);
                let is_rejected = report.rejections.iter().any(|r| r.line == line_number);
                prop_assert!(!(is_row && is_rejected));
                if !is_row && !is_rejected {
                    repeated += 1;
                    let sku = line.split('\t').next().unwrap();
                    prop_assert!(report.rows.iter().any(|row| row.sku == sku));
                }
            }
            let accounted = report.rows.len() + report.rejections.len() + repeated;
            prop_assert_eq!(accounted as u64, report.read);
        }

        #[test]
        fn never_panics(document in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&document);
            let _ = read(&[b"sku\tnumber\n".as_slice(), &document].concat());
        }
    }
}
