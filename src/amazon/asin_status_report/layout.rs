//! Rows of cells, as a workbook or tab-delimited text hands them on, and what they say.

use std::borrow::Cow;
use std::collections::HashSet;
use std::rc::Rc;

use super::grid::{ASIN, ENABLE, MERCHANT_SKU, MORE_DETAILS, OFFER_STATUS, TITLE, enable_column};
use super::{AsinStatus, AsinStatusReport, Verdict};
use crate::amazon::report::{Reading, Rejection, ReportError, Row, excerpt};
use crate::amazon::tab_delimited::MAX_LINE;
use crate::domain::{Asin, GlobalSku, Marketplace};

/// The most columns looked at: many times those of any report.
pub(super) const MAX_COLUMNS: usize = 256;
/// The header is one of the first rows; Amazon's is the fourth.
const HEADER_WITHIN: u64 = 20;
/// How many MiB the reading may take, and the report in the end: a million rows.
const MAX_KEPT: usize = 480;
/// What a row takes while the report is read, besides its SKU and verdicts, in bytes.
const ROW: usize = 192;
/// What it takes where it is set aside in the end, because another row of its SKU differs.
const SETTLED_ROW: usize = 416;
/// How many copies there are of its SKU then.
const SETTLED_SKUS: usize = 4;
/// What a row takes that is set aside at once.
const REJECTION: usize = 768;

/// What stands in a cell.
pub(super) enum Cell<'a> {
    /// Text, blanks around it trimmed; none is a blank cell.
    Text(Cow<'a, str>),
    /// Something that is no text of a report, and what is wrong with it.
    Unfit(&'static str),
}

/// A report while its rows come in.
pub(super) struct Sheet {
    by_rfba: bool,
    columns: Option<Columns>,
    closest: Closest,
    reading: Reading<AsinStatus>,
    /// Most rows say the same of their destinations as others do.
    verdicts: HashSet<Rc<[Verdict]>>,
    /// How many bytes are taken while the report is read.
    reading_takes: usize,
    /// How many it takes in the end.
    report_takes: usize,
}

/// Which columns count, by their index.
struct Columns {
    /// How many there are.
    width: usize,
    sku: usize,
    asin: usize,
    groups: Vec<Group>,
}

/// The columns of one destination.
struct Group {
    destination: Marketplace,
    offer_status: Option<usize>,
    more_details: Option<usize>,
    enable: usize,
}

/// The row that comes closest to a header so far.
#[derive(Default)]
struct Closest {
    names: Vec<String>,
}

impl<'a> Cell<'a> {
    /// A cell that holds a text.
    pub(super) fn text(text: &'a str) -> Self {
        Self::Text(text.trim().into())
    }

    /// A cell that holds a text of its own.
    pub(super) fn owned(text: String) -> Self {
        let trimmed = text.trim();
        if trimmed.len() == text.len() {
            return Self::Text(text.into());
        }
        Self::Text(trimmed.to_owned().into())
    }

    /// A cell with nothing in it.
    pub(super) const BLANK: Self = Self::Text(Cow::Borrowed(""));

    fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    fn as_text(&self) -> Result<&str, &'static str> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Unfit(reason) => Err(reason),
        }
    }
}

impl Sheet {
    /// Nothing read yet, and so many bytes taken by what it is read from.
    pub(super) fn new(source_takes: usize) -> Self {
        Self {
            by_rfba: false,
            columns: None,
            closest: Closest::default(),
            reading: Reading::new(),
            verdicts: HashSet::new(),
            reading_takes: source_takes,
            report_takes: 0,
        }
    }

    /// Reads a row of a workbook, whose cells may stand anywhere.
    pub(super) fn row(&mut self, line: u64, cells: &[Cell<'_>]) -> Result<(), ReportError> {
        if cells.iter().all(Cell::is_blank) {
            return Ok(());
        }
        let Some(columns) = &self.columns else { return self.head(line, cells) };
        match columns.read(line, cells) {
            Ok((sku, asin, verdicts)) => {
                let (sku, verdicts) = (sku.to_owned(), self.share(verdicts)?);
                self.take(ROW + sku.len(), SETTLED_ROW + SETTLED_SKUS * sku.len())?;
                self.reading.take(Row { line, sku, facts: AsinStatus { asin, verdicts } });
                Ok(())
            }
            Err(rejection) => {
                let sku = cells.get(columns.sku).and_then(|cell| cell.as_text().ok());
                self.take(REJECTION, REJECTION)?;
                self.reading.set_aside(rejection, sku)
            }
        }
    }

    /// Reads a row of tab-delimited text, where a cell too many means that the rest is not where
    /// it belongs.
    pub(super) fn delimited_row(
        &mut self,
        line: u64,
        cells: &[Cell<'_>],
    ) -> Result<(), ReportError> {
        let Some(columns) = &self.columns else { return self.row(line, cells) };
        let Some(moved_by) = cells.len().checked_sub(columns.width).filter(|&it| it > 0) else {
            return self.row(line, cells);
        };
        let reason = format!("the row has more fields than the header's {}", columns.width);
        let candidates = cells.iter().skip(columns.sku).take(moved_by + 1);
        let skus: Vec<_> = candidates.filter_map(|cell| cell.as_text().ok()).collect();
        self.take(REJECTION * skus.len(), REJECTION * skus.len())?;
        self.reading.set_aside(Rejection { line, column: None, value: None, reason }, skus)
    }

    /// Sets a line of tab-delimited text aside that is too long to be read.
    pub(super) fn long_line(&mut self, line: u64) -> Result<(), ReportError> {
        self.take(REJECTION, REJECTION)?;
        let reason = format!("the line is longer than {MAX_LINE} bytes");
        self.reading.set_aside(Rejection { line, column: None, value: None, reason }, [])
    }

    /// The report, once all of its rows are in.
    pub(super) fn finish(self) -> Result<AsinStatusReport, ReportError> {
        let Some(columns) = self.columns else { return Err(self.closest.error()) };
        Ok(AsinStatusReport {
            report: self.reading.finish(MERCHANT_SKU),
            destinations: columns.groups.iter().map(|group| group.destination).collect(),
            with_status: (columns.groups.iter())
                .filter(|group| group.offer_status.is_some())
                .map(|group| group.destination)
                .collect(),
            by_rfba: self.by_rfba,
        })
    }

    /// Reads a row above the data.
    fn head(&mut self, line: u64, cells: &[Cell<'_>]) -> Result<(), ReportError> {
        let names: Vec<_> = cells.iter().map(|cell| fold(cell.as_text().unwrap_or(""))).collect();
        if line == 1 {
            self.by_rfba = names.first().is_some_and(|name| name.starts_with(&fold(TITLE)));
        }
        match (index_of(&names, MERCHANT_SKU)?, index_of(&names, ASIN)?) {
            (Some(sku), Some(asin)) => self.columns = Some(Columns::find(&names, sku, asin)?),
            _ => self.closest.consider(names),
        }
        if self.columns.is_some() || line < HEADER_WITHIN {
            return Ok(());
        }
        Err(self.closest.error())
    }

    /// The same verdicts as some other row's, where there is one.
    fn share(&mut self, verdicts: Vec<Verdict>) -> Result<Rc<[Verdict]>, ReportError> {
        if let Some(shared) = self.verdicts.get(verdicts.as_slice()) {
            return Ok(Rc::clone(shared));
        }
        let size = verdicts.iter().map(Verdict::size).sum();
        self.take(size, size)?;
        let verdicts: Rc<[Verdict]> = verdicts.into();
        self.verdicts.insert(Rc::clone(&verdicts));
        Ok(verdicts)
    }

    /// Counts bytes that the reading takes, and those that the report takes in the end.
    fn take(&mut self, reading: usize, report: usize) -> Result<(), ReportError> {
        self.reading_takes += reading;
        self.report_takes += report;
        if self.reading_takes.max(self.report_takes) <= MAX_KEPT << 20 {
            return Ok(());
        }
        Err(ReportError::TooLarge { what: "what an ASIN Status report says", mebibytes: MAX_KEPT })
    }
}

impl Columns {
    /// Finds the columns by the names in the header. Only the third one of each destination says
    /// whose it is; the other two are the last ones before it.
    fn find(names: &[String], sku: usize, asin: usize) -> Result<Self, ReportError> {
        let [status, details] = [OFFER_STATUS, MORE_DETAILS].map(fold);
        let mut groups: Vec<Group> = Vec::new();
        let (mut offer_status, mut more_details) = (None, None);
        for (index, name) in names.iter().enumerate() {
            if *name == status {
                offer_status = Some(index);
            } else if *name == details {
                more_details = Some(index);
            } else if let Some(country) = country(name) {
                let (offer_status, more_details) = (offer_status.take(), more_details.take());
                let destination = Marketplace::parse(country).ok();
                // Columns of another country are as little concern as any other unknown column.
                let known = destination.filter(|it| Marketplace::DESTINATIONS.contains(it));
                let Some(destination) = known else { continue };
                if groups.iter().any(|group| group.destination == destination) {
                    let column = enable_column(destination).into();
                    return Err(ReportError::RepeatedColumn { column });
                }
                groups.push(Group { destination, offer_status, more_details, enable: index });
            }
        }
        if groups.is_empty() {
            let found = excerpt(&names.join(", "));
            return Err(ReportError::MissingColumn { column: ENABLE, found });
        }
        Ok(Self { width: names.len(), sku, asin, groups })
    }

    /// Reads a data row.
    fn read<'c>(
        &self,
        line: u64,
        cells: &'c [Cell<'_>],
    ) -> Result<(&'c str, Asin, Vec<Verdict>), Rejection> {
        let row = Cells { line, cells };
        let sku = row.parse(self.sku, MERCHANT_SKU, GlobalSku::parse)?;
        let asin = row.parse(self.asin, ASIN, Asin::parse)?;
        let verdicts = self.groups.iter().map(|group| {
            Ok(Verdict {
                offer_status: row.text(group.offer_status, OFFER_STATUS)?,
                more_details: row.text(group.more_details, MORE_DETAILS)?,
                enable: row.parse(group.enable, enable_column(group.destination), yes_or_no)?,
            })
        });
        Ok((sku.as_str(), asin, verdicts.collect::<Result<_, _>>()?))
    }
}

/// A data row.
struct Cells<'r, 'c> {
    line: u64,
    cells: &'c [Cell<'r>],
}

impl<'c> Cells<'_, 'c> {
    /// The value of a column, as `parse` reads it.
    fn parse<T, E: ToString>(
        &self,
        index: usize,
        column: impl Into<Cow<'static, str>>,
        parse: impl FnOnce(&'c str) -> Result<T, E>,
    ) -> Result<T, Rejection> {
        let text = self.cells.get(index).map_or(Ok(""), Cell::as_text);
        let parsed = match text {
            Ok(text) => parse(text).map_err(|error| error.to_string()),
            Err(reason) => Err(reason.to_owned()),
        };
        parsed.map_err(|reason| Rejection {
            line: self.line,
            column: Some(column.into()),
            value: text.ok().map(excerpt),
            reason,
        })
    }

    /// The text of a column that the report may lack, or leave blank.
    fn text(
        &self,
        index: Option<usize>,
        column: &'static str,
    ) -> Result<Option<String>, Rejection> {
        let Some(index) = index else { return Ok(None) };
        self.parse(index, column, |text| match text {
            "" => Ok(None),
            // PostgreSQL has no text with a NUL in it.
            _ if text.contains('\0') => Err("the text has a NUL in it"),
            _ => Ok(Some(text.to_owned())),
        })
    }
}

impl Closest {
    /// Takes a row if it comes closer.
    fn consider(&mut self, names: Vec<String>) {
        if Self::rank(&names) > Self::rank(&self.names) {
            self.names = names;
        }
    }

    fn rank(names: &[String]) -> (bool, usize) {
        let has_one = [MERCHANT_SKU, ASIN].iter().any(|name| names.contains(&fold(name)));
        (has_one, names.iter().filter(|name| !name.is_empty()).count())
    }

    /// What it lacks to be the header.
    fn error(&self) -> ReportError {
        if self.names.is_empty() {
            return ReportError::Empty;
        }
        let has_sku = self.names.contains(&fold(MERCHANT_SKU));
        let column = if has_sku { ASIN } else { MERCHANT_SKU };
        ReportError::MissingColumn { column, found: excerpt(&self.names.join(", ")) }
    }
}

/// A column's name as names are compared: in lower case, each run of blanks as one.
fn fold(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// The index of a column that may not be there twice.
fn index_of(names: &[String], column: &'static str) -> Result<Option<usize>, ReportError> {
    let mut found = names.iter().enumerate().filter(|(_, name)| **name == fold(column));
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(ReportError::RepeatedColumn { column: column.into() }),
        (first, _) => Ok(first.map(|(index, _)| index)),
    }
}

/// The country that a folded name names, if it is that of an Enable/Disable column.
fn country(name: &str) -> Option<&str> {
    name.strip_prefix("enable/disable ")?.strip_suffix(" (yes/no)")
}

fn yes_or_no(text: &str) -> Result<Option<bool>, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "yes" => Ok(Some(true)),
        "no" => Ok(Some(false)),
        _ => Err("this column says Yes or No, or nothing"),
    }
}
