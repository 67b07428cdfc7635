//! The ASIN Status report as an Excel workbook (Office Open XML, ISO/IEC 29500).

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::events::BytesStart;
use rust_xlsxwriter::{DataValidation, Format, Workbook};

use super::layout::{Cell, MAX_COLUMNS, Sheet};
use super::package::{Package, Part, Token, attribute, attributes};
use super::{AsinStatusReport, Line, grid};
use crate::amazon::report::{Foreign, ReportError, excerpt};
use crate::domain::MarketplaceSet;

/// The sheet that is written; one whose name only begins so is read as well.
const SHEET: &str = "Enrollment";
/// How many rows a sheet has at most.
const MAX_ROWS: u32 = 1_048_576;
/// How many characters a cell has at most, in UTF-16 units.
const MAX_CHARACTERS: usize = 32_767;
/// How many bytes those are at most.
const MAX_TEXT: usize = MAX_CHARACTERS * 3;
/// How many MiB the sheet may have once it is unpacked: 950,000 rows for three destinations.
const MAX_SHEET: usize = 512;
/// How many the shared strings may have.
const MAX_SHARED_STRINGS: usize = 256;
/// How many each other file may have.
const MAX_PART: usize = 16;
/// How many MiB of text the shared strings may hold, which are kept while the sheet is read.
const MAX_SHARED_TEXT: usize = 128;
/// How many shared strings there may be.
const MAX_SHARED: usize = 8_000_000;

/// Reads it.
pub(super) fn read(document: &[u8]) -> Result<AsinStatusReport, ReportError> {
    let mut package = Package::open(document)?;
    let foreign = |foreign| Err(ReportError::NotAnAsinStatusReport(foreign));
    if !package.has("_rels/.rels") {
        let is_open_document = package.has("META-INF/manifest.xml") && package.has("content.xml");
        return foreign(if is_open_document { Foreign::OpenDocument } else { Foreign::Archive });
    }
    let workbook = target(&mut package, "", |link| link.is("officeDocument"))?;
    let Some(workbook) = workbook else { return foreign(Foreign::Archive) };
    if workbook.ends_with(".bin") {
        return foreign(Foreign::BinaryWorkbook);
    }
    let id = sheet_id(&mut package, &workbook)?;
    let missing = || ReportError::BrokenWorkbook {
        part: excerpt(&workbook),
        reason: "it does not say where its sheet is".to_owned(),
    };
    let sheet = target(&mut package, &workbook, |link| link.id == id)?.ok_or_else(missing)?;
    let strings = match target(&mut package, &workbook, |link| link.is("sharedStrings"))? {
        Some(name) => SharedStrings::read(package.required(&name, MAX_SHARED_STRINGS)?)?,
        None => SharedStrings::default(),
    };
    let dates = match target(&mut package, &workbook, |link| link.is("styles"))? {
        Some(name) => date_styles(package.required(&name, MAX_PART)?)?,
        None => Vec::new(),
    };
    let rows =
        Rows { part: package.required(&sheet, MAX_SHEET)?, strings: &strings, dates: &dates };
    let sheet = rows.read()?;
    drop(strings);
    sheet.finish()
}

/// What a file inside a workbook says of another one that belongs to it.
struct Link {
    id: String,
    kind: String,
}

impl Link {
    /// Whether it is of this type. Strict workbooks differ in what stands before the last slash.
    fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

/// The name of a file that belongs to another one, or to the archive as a whole.
fn target(
    package: &mut Package<'_>,
    of: &str,
    wanted: impl Fn(&Link) -> bool,
) -> Result<Option<String>, ReportError> {
    let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
    let mut part = package.required(&join(folder, &format!("_rels/{file}.rels")), MAX_PART)?;
    loop {
        match part.next()? {
            Token::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let [id, kind, target] = ["Id", "Type", "Target"]
                    .map(|name| attribute(&element, name).unwrap_or_default());
                if wanted(&Link { id, kind }) {
                    return Ok(Some(join(folder, &target)));
                }
            }
            Token::Eof => return Ok(None),
            _ => {}
        }
    }
}

/// A file's name from the folder that it is relative to.
fn join(folder: &str, name: &str) -> String {
    let mut path: Vec<&str> = Vec::new();
    let from = if name.starts_with('/') { "" } else { folder };
    for step in from.split('/').chain(name.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            _ => path.push(step),
        }
    }
    path.join("/")
}

/// The id of the sheet that counts.
fn sheet_id(package: &mut Package<'_>, workbook: &str) -> Result<String, ReportError> {
    let mut part = package.required(workbook, MAX_PART)?;
    let mut found: Vec<String> = Vec::new();
    loop {
        match part.next()? {
            Token::Start(element) if element.local_name().as_ref() == "sheet" => {
                let name = attribute(&element, "name").unwrap_or_default();
                let start = name.get(..SHEET.len());
                if start.is_some_and(|start| start.eq_ignore_ascii_case(SHEET)) {
                    return Ok(attribute(&element, "id").unwrap_or_default());
                }
                // More would not be shown.
                if found.len() < 60 {
                    found.push(excerpt(&name));
                }
            }
            Token::Eof => {
                return Err(ReportError::NoSheet {
                    name: SHEET,
                    found: excerpt(&found.join(", ")),
                });
            }
            _ => {}
        }
    }
}

/// Texts that cells refer to by their number, one behind the other.
#[derive(Default)]
struct SharedStrings {
    text: String,
    ends: Vec<u32>,
}

impl SharedStrings {
    fn read(mut part: Part<'_>) -> Result<Self, ReportError> {
        let mut strings = Self::default();
        loop {
            match part.next()? {
                Token::Start(element) if element.local_name().as_ref() == "si" => {
                    let text = string(&mut part, "si")?;
                    if strings.text.len() + text.len() > MAX_SHARED_TEXT << 20 {
                        let what = "the texts of a workbook";
                        return Err(ReportError::TooLarge { what, mebibytes: MAX_SHARED_TEXT });
                    }
                    if strings.ends.len() == MAX_SHARED {
                        return Err(part.broken(format!("it has more than {MAX_SHARED} texts")));
                    }
                    strings.text.push_str(&text);
                    strings.ends.push(u32::try_from(strings.text.len()).unwrap_or(u32::MAX));
                }
                Token::Eof => return Ok(strings),
                _ => {}
            }
        }
    }

    /// How many bytes they take.
    fn size(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>()
    }

    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.text.get(start.unwrap_or(0) as usize..end as usize)
    }
}

/// The text of an element of this name that has just begun, plain or in several pieces of
/// formatted text; how it is pronounced (`rPh`) is no part of it.
fn string(part: &mut Part<'_>, name: &str) -> Result<String, ReportError> {
    let mut text = String::new();
    let (mut in_text, mut in_phonetic) = (false, false);
    loop {
        match part.next()? {
            Token::Start(element) => match element.local_name().as_ref() {
                "t" => in_text = true,
                "rPh" => in_phonetic = true,
                _ => {}
            },
            Token::End(element) => match element.local_name().as_ref() {
                "t" => in_text = false,
                "rPh" => in_phonetic = false,
                ended if ended == name => return Ok(unescape(text)),
                _ => {}
            },
            Token::Text(piece) if in_text && !in_phonetic => text.push_str(&piece),
            Token::Text(_) => {}
            Token::Eof => return Ok(unescape(text)),
        }
        if text.len() > MAX_TEXT {
            return Err(part.broken(format!("a text has more than {MAX_CHARACTERS} characters")));
        }
    }
}

/// Resolves `_x000D_` and the like, by which workbooks write what XML cannot hold.
fn unescape(text: String) -> String {
    let (mut resolved, mut rest) = (String::new(), text.as_str());
    while let Some((before, from)) = rest.split_once("_x") {
        resolved.push_str(before);
        let code = from.get(..4).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        let character = code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        let after = from.get(4..).and_then(|after| after.strip_prefix('_'));
        match character.zip(after) {
            Some((character, after)) => {
                resolved.push(character);
                rest = after;
            }
            None => {
                resolved.push_str("_x");
                rest = from;
            }
        }
    }
    resolved.push_str(rest);
    resolved
}

/// Which of the workbook's cell styles show a number as a date, by their index.
fn date_styles(mut part: Part<'_>) -> Result<Vec<bool>, ReportError> {
    let (mut formats, mut styles) = (HashMap::new(), Vec::new());
    let mut in_styles = false;
    loop {
        match part.next()? {
            Token::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let code = attribute(&element, "formatCode").unwrap_or_default();
                    let id = number(&element, "numFmtId");
                    formats.extend(id.map(|id| (id, is_date_format(&code))));
                }
                "cellXfs" => in_styles = true,
                "xf" if in_styles => {
                    let id = number(&element, "numFmtId").unwrap_or(0);
                    styles.push(formats.get(&id).copied().unwrap_or(is_date_format_id(id)));
                }
                _ => {}
            },
            Token::End(element) if element.local_name().as_ref() == "cellXfs" => in_styles = false,
            Token::End(_) | Token::Text(_) => {}
            Token::Eof => return Ok(styles),
        }
    }
}

fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(element, name)?.parse().ok()
}

/// Whether a format that every workbook has, known by its id, is one of dates or times.
fn is_date_format_id(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a format has places for parts of a date or time, other than inside quotes or brackets.
fn is_date_format(code: &str) -> bool {
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        let closing = match character {
            '"' => '"',
            '[' => ']',
            '\\' | '_' | '*' => {
                characters.next();
                continue;
            }
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return true,
            _ => continue,
        };
        characters.by_ref().find(|&character| character == closing);
    }
    false
}

/// The rows of the sheet as they are read.
struct Rows<'s, 'p> {
    part: Part<'p>,
    strings: &'s SharedStrings,
    dates: &'s [bool],
}

/// What the tag of a cell says.
#[derive(Clone, Copy, Default)]
struct CellTag {
    /// Its column and row, counted from 1.
    at: Option<(u32, u32)>,
    kind: Kind,
    style: usize,
}

/// What the value of a cell is.
#[derive(Clone, Copy, Default)]
enum Kind {
    #[default]
    Number,
    Shared,
    Inline,
    Formula,
    Boolean,
    Date,
    Error,
}

impl<'s> Rows<'s, '_> {
    fn read(mut self) -> Result<Sheet, ReportError> {
        let mut sheet = Sheet::new(self.strings.size());
        let mut cells: Vec<Cell<'s>> = Vec::new();
        let mut row: u32 = 0;
        loop {
            match self.part.next()? {
                Token::Start(element) => match element.local_name().as_ref() {
                    "row" => {
                        row = number(&element, "r").unwrap_or(row.saturating_add(1));
                        cells.clear();
                    }
                    "c" => {
                        let tag = CellTag::read(&element);
                        let tag = tag.map_err(|reason| self.part.broken(reason))?;
                        let next = cells.len() as u32 + 1;
                        let (column, its_row) = tag.at.unwrap_or((next, row));
                        row = its_row;
                        let cell = self.cell(tag)?;
                        place(&mut cells, column, cell);
                    }
                    _ => {}
                },
                Token::End(element) if element.local_name().as_ref() == "row" => {
                    if !(1..=MAX_ROWS).contains(&row) {
                        return Err(self.part.broken(format!("a sheet has {MAX_ROWS} rows")));
                    }
                    sheet.row(row.into(), &cells)?;
                }
                Token::End(_) | Token::Text(_) => {}
                Token::Eof => return Ok(sheet),
            }
        }
    }

    /// Reads a cell whose tag has just been read.
    fn cell(&mut self, tag: CellTag) -> Result<Cell<'s>, ReportError> {
        let mut value = String::new();
        let mut in_value = false;
        loop {
            match self.part.next()? {
                Token::Start(element) => match element.local_name().as_ref() {
                    "v" => in_value = true,
                    "is" => value = string(&mut self.part, "is")?,
                    _ => {}
                },
                Token::End(element) => match element.local_name().as_ref() {
                    "v" => in_value = false,
                    "c" => return self.resolve(tag, value),
                    _ => {}
                },
                Token::Text(text) if in_value => value.push_str(&text),
                Token::Text(_) => {}
                Token::Eof => return Ok(Cell::BLANK),
            }
            if value.len() > MAX_TEXT {
                let reason = format!("a cell has more than {MAX_CHARACTERS} characters");
                return Err(self.part.broken(reason));
            }
        }
    }

    /// What a value means.
    fn resolve(&self, tag: CellTag, value: String) -> Result<Cell<'s>, ReportError> {
        if value.is_empty() {
            return Ok(Cell::BLANK);
        }
        Ok(match tag.kind {
            Kind::Shared => {
                let text = value.trim().parse().ok().and_then(|index| self.strings.get(index));
                Cell::text(text.ok_or_else(|| self.part.broken("a cell refers to no text"))?)
            }
            Kind::Inline => Cell::owned(value),
            Kind::Formula => Cell::owned(unescape(value)),
            Kind::Boolean if value.trim() == "1" => Cell::text("TRUE"),
            Kind::Boolean => Cell::text("FALSE"),
            Kind::Date => Cell::Unfit("the cell holds a date"),
            Kind::Error => Cell::Unfit("the cell holds an error"),
            Kind::Number if self.dates.get(tag.style) == Some(&true) => {
                Cell::Unfit("the cell holds a date")
            }
            Kind::Number => match value.trim().parse::<f64>() {
                // Rust writes every digit and no exponent; adding zero drops the sign of -0.
                Ok(number) if number.is_finite() => Cell::owned((number + 0.0).to_string()),
                _ => Cell::Unfit("the cell holds no number"),
            },
        })
    }
}

impl CellTag {
    fn read(element: &BytesStart<'_>) -> Result<Self, &'static str> {
        let mut tag = Self::default();
        for attribute in attributes(element) {
            let attribute = attribute.map_err(|_| "a cell has a broken attribute")?;
            match attribute.key.as_ref() {
                "r" => tag.at = Some(position(&attribute.value).ok_or("a cell has no place")?),
                "s" => tag.style = attribute.value.parse().unwrap_or(0),
                "t" => {
                    tag.kind = match attribute.value.as_ref() {
                        "n" => Kind::Number,
                        "s" => Kind::Shared,
                        "inlineStr" => Kind::Inline,
                        "str" => Kind::Formula,
                        "b" => Kind::Boolean,
                        "d" => Kind::Date,
                        "e" => Kind::Error,
                        _ => return Err("a cell is of an unknown type"),
                    };
                }
                _ => {}
            }
        }
        Ok(tag)
    }
}

/// The column and row of a cell, `C5` being (3, 5).
fn position(reference: &str) -> Option<(u32, u32)> {
    let (letters, digits) = reference.split_at(reference.find(|c: char| c.is_ascii_digit())?);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a',
            _ => return None,
        };
        column.checked_mul(26)?.checked_add(u32::from(digit) + 1)
    });
    Some((column.filter(|&column| column > 0)?, digits.parse().ok()?))
}

/// Puts a cell into its column. One beyond all that count is dropped; of two in one place, which
/// no spreadsheet program writes, the later counts.
fn place<'s>(cells: &mut Vec<Cell<'s>>, column: u32, cell: Cell<'s>) {
    let Some(index) = (column as usize).checked_sub(1).filter(|&it| it < MAX_COLUMNS) else {
        return;
    };
    if cells.len() <= index {
        cells.resize_with(index + 1, || Cell::BLANK);
    }
    if let Some(place) = cells.get_mut(index) {
        *place = cell;
    }
}

/// Why a workbook cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// More rows than a sheet has.
    #[error("a workbook has room for {0} SKUs, and there are more")]
    TooManyRows(u32),
    /// What the library that writes workbooks refuses.
    #[error("the workbook cannot be written: {0}")]
    Refused(String),
}

impl From<rust_xlsxwriter::XlsxError> for WriteError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Writes it. Every cell is text, and remains so when it is edited. It is held in memory until it is
/// compressed: that takes about 2 KB for each SKU of three destinations.
pub fn write_workbook<'a>(
    destinations: MarketplaceSet,
    lines: impl IntoIterator<Item = Line<'a>, IntoIter: ExactSizeIterator>,
) -> Result<Vec<u8>, WriteError> {
    let lines = lines.into_iter();
    let (text, bold) = (Format::new().set_num_format("@"), Format::new().set_bold());
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(SHEET)?;
    let head = grid::head(destinations);
    let header_rows = head.len() as u32;
    let room = MAX_ROWS - header_rows;
    if lines.len() > room as usize {
        return Err(WriteError::TooManyRows(room));
    }
    for (row, texts) in (0..).zip(&head) {
        for (column, cell) in (0..).zip(texts) {
            sheet.write_string_with_format(row, column, cell, &bold)?;
        }
    }
    let mut end = header_rows;
    for (row, line) in (header_rows..).zip(lines) {
        for (column, cell) in (0..).zip(grid::cells(&line)) {
            if !cell.is_empty() {
                sheet.write_string_with_format(row, column, fit(cell), &text)?;
            }
        }
        end = row + 1;
    }
    sheet.set_freeze_panes(header_rows, 1)?;
    let yes_or_no = DataValidation::new().allow_list_strings(&["Yes", "No"])?;
    for (column, name) in (0..).zip(head.last().into_iter().flatten()) {
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, (name.chars().count() + 4) as f64)?;
        if grid::is_enable_column(column.into()) && end > header_rows {
            sheet.add_data_validation(header_rows, column, end - 1, column, &yes_or_no)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// A text as a cell can hold it: cut where it is too long, and without what XML cannot hold.
fn fit(text: &str) -> Cow<'_, str> {
    let is_unfit = |c: char| match c {
        '\n' | '\t' => false,
        '\u{FFFE}' | '\u{FFFF}' => true,
        _ => c.is_control(),
    };
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > MAX_CHARACTERS
    });
    let text = end.and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    if text.contains(is_unfit) {
        return text.replace(is_unfit, " ").into();
    }
    text.into()
}
