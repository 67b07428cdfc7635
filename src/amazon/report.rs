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
pub const MAX_REJECTIONS_AT_FIRST: usize = 10_000;
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

impl<T> Report<T> {
    /// The same report of other facts.
    pub fn map<U>(self, mut facts: impl FnMut(T) -> U) -> Report<U> {
        let Self { rows, rejections, set_aside_skus, read } = self;
        let row = |Row { line, sku, facts: of }| Row { line, sku, facts: facts(of) };
        let rows = rows.into_iter().map(row).collect();
        Report { rows, rejections, set_aside_skus, read }
    }

    /// The SKUs that these of its rows are of or that were set aside, in byte order; some twice.
    pub fn skus_of<'r>(
        &'r self,
        rows: impl Iterator<Item = &'r Row<T>>,
    ) -> impl Iterator<Item = &'r str> {
        let mut of_rows = rows.map(|row| row.sku.as_str()).peekable();
        let mut set_aside = self.set_aside_skus.iter().map(String::as_str).peekable();
        std::iter::from_fn(move || match (of_rows.peek(), set_aside.peek()) {
            (Some(of_row), Some(other)) if other < of_row => set_aside.next(),
            (Some(_), _) => of_rows.next(),
            (None, _) => set_aside.next(),
        })
    }
}

/// What a row says of a SKU.
pub trait Facts: PartialEq {
    /// Which of its SKU's rows it is, where a document has several, such as one a country.
    fn part(&self) -> u8 {
        0
    }

    /// Takes in what another row says of the same SKU and part; whether the two agree.
    fn join(&mut self, other: &Self) -> bool {
        self == other
    }
}

/// Where the columns of a kind of report are, and what its lines say.
pub trait Layout: Sized {
    /// What a line says of its SKU.
    type Facts: Facts;
    /// The column of the SKU, which every such report has.
    const SKU: &'static str;

    /// Finds the other columns.
    fn find(table: &Table<'_>) -> Result<Self, ReportError>;

    /// Reads a line; none where it is in order and says nothing that is kept.
    fn facts(&self, fields: &Fields<'_>) -> Result<Option<Self::Facts>, Rejection>;
}

/// Reads a tab-delimited report.
pub fn read<L: Layout>(document: &[u8]) -> Result<(L, Report<L::Facts>), ReportError> {
    let table = Table::open(document)?;
    let sku = table.required(L::SKU)?;
    let layout = L::find(&table)?;
    let mut reading = Reading::new();
    for (line, text) in table.lines() {
        match text {
            Some(text) => reading.read(&table.split(line, &text), sku, &layout)?,
            None => {
                let reason = format!("the line is longer than {MAX_LINE} bytes");
                reading.set_aside(Rejection { line, column: None, value: None, reason }, [])?;
            }
        }
    }
    Ok((layout, reading.finish(L::SKU)))
}

/// A report while it is being read, whatever it is read from.
pub struct Reading<T> {
    rows: Vec<Row<T>>,
    rejections: Vec<Rejection>,
    /// SKUs of the lines set aside, with one such line.
    set_aside: BTreeMap<String, u64>,
    read: u64,
    /// How many lines may be set aside, and how many before there is a row.
    limits: [usize; 2],
}

impl<T: Facts> Reading<T> {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self {
            rows: Vec::new(),
            rejections: Vec::new(),
            set_aside: BTreeMap::new(),
            read: 0,
            limits: [MAX_REJECTIONS, MAX_REJECTIONS_AT_FIRST],
        }
    }

    /// The same for rows that are there already, however many of them are bad.
    pub fn without_limit() -> Self {
        Self { limits: [usize::MAX; 2], ..Self::new() }
    }

    /// Reads the fields of one line.
    pub fn read<L: Layout<Facts = T>>(
        &mut self,
        fields: &Fields<'_>,
        sku: Column,
        layout: &L,
    ) -> Result<(), ReportError> {
        let row = || {
            fields.check_count()?;
            let sku = fields.parse(sku, GlobalSku::parse)?.as_str().to_owned();
            let facts = layout.facts(fields)?;
            Ok(facts.map(|facts| Row { line: fields.line(), sku, facts }))
        };
        match row() {
            Ok(Some(row)) => self.take(row),
            Ok(None) => self.read += 1,
            Err(rejection) => return self.set_aside(rejection, fields.candidates(sku)),
        }
        Ok(())
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
        let [rows, rows_at_first] = self.limits;
        let rows = if self.rows.is_empty() { rows_at_first } else { rows };
        if self.rejections.len() > rows {
            return Err(ReportError::TooManyRejections { rows });
        }
        Ok(())
    }

    /// The report, once all of it is read: rows that agree count once, and of rows that say
    /// different things of the same none can be trusted.
    pub fn finish(mut self, sku_column: &'static str) -> Report<T> {
        self.rows.sort_unstable_by(|a, b| {
            (&a.sku, a.facts.part(), a.line).cmp(&(&b.sku, b.facts.part(), b.line))
        });
        let same_part = |a: &Row<T>, b: &Row<T>| a.facts.part() == b.facts.part();
        for of_sku in self.rows.chunk_by_mut(|a, b| a.sku == b.sku) {
            let differing = of_sku.chunk_by_mut(same_part).find_map(|of_part| {
                let (first, rest) = of_part.split_first_mut()?;
                rest.iter().find(|row| !first.facts.join(&row.facts)).map(|row| row.line)
            });
            let [first, ..] = &*of_sku else { continue };
            let set_aside = self.set_aside.get(&first.sku).copied();
            let Some(other) = set_aside.or(differing) else { continue };
            self.rejections.extend(of_sku.iter().map(|row| {
                let other = if row.line == other { first.line } else { other };
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
        // Up to half of it is room for more.
        self.rows.shrink_to_fit();
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
pub mod testing {
    //! How Amazon's headers vary, for the tests of every layout.

    use super::*;

    /// A header as Amazon writes it, a row with `Café 5"` somewhere, and the columns it must have.
    pub struct Variants<'a> {
        /// The columns.
        pub header: &'a [&'a str],
        /// A value for each.
        pub row: &'a [&'a str],
        /// Those that a report cannot lack.
        pub required: &'a [&'a str],
    }

    impl Variants<'_> {
        fn document(&self, columns: &[usize]) -> Vec<u8> {
            let pick = |from: &[&str]| {
                let names = columns.iter().map(|&index| from.get(index).copied().unwrap_or("x"));
                names.collect::<Vec<_>>().join("\t")
            };
            format!("{}\n{}\n", pick(self.header), pick(self.row)).into_bytes()
        }

        /// Checks that the row says the same in every variant, and that nothing required may lack.
        pub fn check<L: Layout>(&self, expected: &L::Facts)
        where
            L::Facts: std::fmt::Debug,
        {
            let all: Vec<usize> = (0..self.header.len()).collect();
            let plain = String::from_utf8(self.document(&all)).unwrap();
            let (header, rows) = plain.split_once('\n').unwrap();
            assert!(rows.contains("5\"") && (rows.contains("Café") || rows.contains("Lámpara")));
            let with_header = |header: String| format!("{header}\n{rows}").into_bytes();
            let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&plain);
            let more: Vec<usize> = all.iter().flat_map(|&index| [index, usize::MAX]).collect();
            let twice = format!("{plain}{rows}");
            for (variant, document) in [
                ("as documented", plain.clone().into_bytes()),
                ("upper case", with_header(header.to_uppercase())),
                ("lower case", with_header(header.to_lowercase())),
                ("blanks", with_header(header.replace('\t', " \t "))),
                ("BOM", format!("\u{feff}{plain}").into_bytes()),
                ("BOM and CRLF", format!("\u{feff}{}", plain.replace('\n', "\r\n")).into_bytes()),
                ("Windows-1252", latin.into_owned()),
                ("no last line end", plain.trim_end_matches('\n').as_bytes().to_vec()),
                ("blank lines", plain.replace('\n', "\n\n \t\r\n").into_bytes()),
                ("other order", self.document(&all.iter().rev().copied().collect::<Vec<_>>())),
                ("more columns", self.document(&more)),
                ("the row twice", twice.into_bytes()),
            ] {
                let (_, report) = read::<L>(&document).expect(variant);
                assert_eq!(report.rejections, [], "{variant}");
                assert_eq!(report.rows.len(), 1, "{variant}");
                assert_eq!(&report.rows[0].facts, expected, "{variant}");
            }
            for &index in &all {
                let kept: Vec<usize> =
                    all.iter().copied().filter(|&other| other != index).collect();
                let name = self.header[index];
                match read::<L>(&self.document(&kept)) {
                    Ok((_, report)) => {
                        assert!(!self.required.contains(&name), "{name} may lack");
                        assert_eq!((report.rows.len(), report.rejections.len()), (1, 0), "{name}");
                    }
                    Err(ReportError::MissingColumn { column, .. }) => {
                        assert_eq!(column, name);
                        assert!(self.required.contains(&column), "{column} may not lack");
                    }
                    Err(error) => panic!("{name}: {error}"),
                }
            }
            let tab = plain.replace("5\"", "5\t\"");
            let (_, report) = read::<L>(tab.as_bytes()).unwrap();
            assert_eq!((report.rows.len(), report.rejections.len()), (0, 1), "a tab in a field");
            let sku = self.row[self.header.iter().position(|&name| name == L::SKU).unwrap()];
            assert!(report.set_aside_skus.iter().any(|found| found == sku), "a tab in a field");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Facts for u8 {}

    /// SKUs and numbers; 0 says nothing.
    struct Numbers(Column);

    impl Layout for Numbers {
        type Facts = u8;
        const SKU: &'static str = "sku";

        fn find(table: &Table<'_>) -> Result<Self, ReportError> {
            table.required("number").map(Self)
        }

        fn facts(&self, fields: &Fields<'_>) -> Result<Option<u8>, Rejection> {
            let number = fields.parse(self.0, str::parse)?;
            Ok((number > 0).then_some(number))
        }
    }

    fn read(document: &[u8]) -> Result<Report<u8>, ReportError> {
        super::read::<Numbers>(document).map(|(_, report)| report)
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
        let mut reading = Reading::new();
        for (line, (sku, part, number)) in (2..).zip([
            ("A", 2, 1),
            ("A", 1, 1),
            ("A", 2, 1),
            ("B", 1, 5),
            ("B", 2, 6),
            ("B", 2, 7),
        ]) {
            reading.take(Row { line, sku: sku.to_owned(), facts: Part(part, number) });
        }
        let report = reading.finish("sku");
        let rows: Vec<_> = report.rows.iter().map(|row| (row.sku.as_str(), row.line)).collect();
        assert_eq!(rows, [("A", 3), ("A", 2)]);
        // Its other part is held back too: the SKU as a whole cannot be trusted.
        assert_eq!(report.rejections.iter().map(|it| it.line).collect::<Vec<_>>(), [5, 6, 7]);
        assert_eq!((report.set_aside_skus, report.read), (vec!["B".to_owned()], 6));
    }

    #[test]
    fn all_skus_in_order() {
        let report = read(b"sku\tnumber\nD\t1\nC\t-\nA\t-\nB\t1\nE\t-\n").unwrap();
        let skus: Vec<_> = report.skus_of(report.rows.iter()).collect();
        assert_eq!(skus, ["A", "B", "C", "D", "E"]);
        assert_eq!(report.skus_of([].into_iter()).collect::<Vec<_>>(), ["A", "C", "E"]);
    }

    #[test]
    fn lines_that_say_nothing_are_read() {
        let report = read(b"sku\tnumber\nA\t0\nB\t1\n").unwrap();
        assert_eq!((report.rows.len(), report.rejections.len(), report.read), (1, 0, 2));
    }

    /// What is known so far of something with two halves.
    #[derive(Debug, PartialEq)]
    struct Halves([Option<u8>; 2]);

    impl Facts for Halves {
        fn join(&mut self, other: &Self) -> bool {
            self.0.iter_mut().zip(other.0).all(|(mine, other)| {
                *mine = mine.or(other);
                other.is_none() || *mine == other
            })
        }
    }

    #[test]
    fn rows_that_complete_each_other() {
        let mut reading = Reading::new();
        let [one, two, three] = [1, 2, 3].map(Some);
        for (line, sku, halves) in [
            (1, "A", [one, None]),
            (2, "B", [one, None]),
            (3, "A", [None, two]),
            (4, "B", [None, two]),
            (5, "A", [one, None]),
            (6, "B", [three, None]),
        ] {
            reading.take(Row { line, sku: sku.to_owned(), facts: Halves(halves) });
        }
        let report = reading.finish("sku");
        assert_eq!(report.rows, [Row { line: 1, sku: "A".into(), facts: Halves([one, two]) }]);
        assert_eq!(report.rejections.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 4, 6]);
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
