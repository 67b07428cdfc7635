//! The ASIN Status report as tab-delimited text, which is how Amazon's documentation describes it.

use super::layout::{Cell, MAX_COLUMNS, Sheet};
use super::{AsinStatusReport, Line, grid};
use crate::amazon::report::ReportError;
use crate::amazon::tab_delimited::{Table, lines};
use crate::domain::MarketplaceSet;

/// Reads it.
pub(super) fn read(document: &[u8]) -> Result<AsinStatusReport, ReportError> {
    // Its first line is a title and no header, but it too tells what is no tab-delimited text.
    Table::open(document).map_err(|error| match error {
        ReportError::NotAReport(foreign) => ReportError::NotAnAsinStatusReport(foreign),
        error => error,
    })?;
    let mut sheet = Sheet::new(0);
    for (line, text) in lines(document) {
        match text {
            Some(text) => {
                let cells: Vec<_> = text.split('\t').take(MAX_COLUMNS).map(Cell::text).collect();
                sheet.delimited_row(line, &cells)?;
            }
            None => sheet.long_line(line)?,
        }
    }
    sheet.finish()
}

/// Writes it.
pub fn write_text<'a>(
    destinations: MarketplaceSet,
    lines: impl IntoIterator<Item = Line<'a>>,
) -> String {
    let mut document = String::new();
    for row in grid::head(destinations) {
        push(&mut document, row.iter().map(String::as_str));
    }
    for line in lines {
        push(&mut document, grid::cells(&line));
    }
    document
}

/// Adds one line. Nothing is quoted, so what would end a field or a line becomes a blank.
fn push<'c>(document: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            document.push('\t');
        }
        document.extend(cell.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    document.push_str("\r\n");
}
