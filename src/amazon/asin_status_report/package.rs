//! The files inside a workbook: XML in a ZIP archive, read as a stream and within bounds.
//!
//! An archive of a few kilobytes may unpack to gigabytes, and what its headers say of that may be a
//! lie. So no file is ever held as a whole, every byte that is unpacked counts against a limit, and
//! so does every tag and text by itself: what is in memory here is at most one of them.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use zip::ZipArchive;

use crate::amazon::report::{ReportError, excerpt};

/// The largest workbook, in MiB: what a million rows for three destinations need, compressed.
const MAX_DOCUMENT: usize = 64;
/// The most files in it; a workbook with a single sheet has about ten.
const MAX_FILES: usize = 1000;
/// How the entry of each file begins in an archive's directory.
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";
/// How the record begins that says how many entries a large archive has.
const DIRECTORY_END: &[u8] = b"PK\x06\x06";
/// Where it says so.
const ENTRIES_AT: usize = 32;
/// The longest tag or text, in bytes: a cell has 32,767 characters at most.
const MAX_EVENT: usize = 1 << 18;
/// How deep elements may be nested; spreadsheet programs stay below ten.
const MAX_DEPTH: usize = 64;

/// An archive whose directory has been read, and none of its files.
pub(super) struct Package<'d> {
    archive: ZipArchive<Cursor<&'d [u8]>>,
}

/// An XML file of it that is being read.
pub(super) struct Part<'p> {
    name: String,
    mebibytes: usize,
    depth: usize,
    xml: quick_xml::Reader<Bounded<'p>>,
    buffer: Vec<u8>,
}

/// What an XML file consists of, as far as it counts here.
pub(super) enum Token<'t> {
    /// An element begins; one without content ends at once.
    Start(BytesStart<'t>),
    /// It ends.
    End(BytesEnd<'t>),
    /// Text, or a piece of it.
    Text(Cow<'t, str>),
    /// The file ends.
    Eof,
}

impl<'d> Package<'d> {
    /// Reads the directory.
    pub(super) fn open(document: &'d [u8]) -> Result<Self, ReportError> {
        if document.len() > MAX_DOCUMENT << 20 {
            let what = "a workbook";
            return Err(ReportError::TooLarge { what, mebibytes: MAX_DOCUMENT });
        }
        // The directory is kept in memory, so its entries are counted first; and room is made for
        // as many as the archive claims.
        let entries = document.windows(DIRECTORY_ENTRY.len()).filter(|it| *it == DIRECTORY_ENTRY);
        let mut claims = document
            .windows(ENTRIES_AT + size_of::<u64>())
            .filter(|it| it.starts_with(DIRECTORY_END))
            .filter_map(|it| it.get(ENTRIES_AT..)?.try_into().ok().map(u64::from_le_bytes));
        if entries.count() > MAX_FILES || claims.any(|files| files > MAX_FILES as u64) {
            return Err(broken("the archive", format!("it has more than {MAX_FILES} files")));
        }
        let archive = ZipArchive::new(Cursor::new(document));
        Ok(Self { archive: archive.map_err(|error| broken("the archive", error))? })
    }

    /// Whether there is such a file.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Opens a file that may have so many MiB once it is unpacked.
    pub(super) fn part(
        &mut self,
        name: &str,
        mebibytes: usize,
    ) -> Result<Option<Part<'_>>, ReportError> {
        let Some(index) = self.find(name) else { return Ok(None) };
        let file = self.archive.by_index(index).map_err(|error| broken(name, error))?;
        let limit = mebibytes << 20;
        if file.size() > limit as u64 {
            return Err(too_large(mebibytes));
        }
        let inner = BufReader::new(Box::new(file) as Box<dyn Read + '_>);
        let mut xml = quick_xml::Reader::from_reader(Bounded { inner, file: limit, event: 0 });
        xml.config_mut().expand_empty_elements = true;
        let (name, buffer) = (name.to_owned(), Vec::new());
        Ok(Some(Part { name, mebibytes, depth: 0, xml, buffer }))
    }

    /// Opens a file that must be there.
    pub(super) fn required(
        &mut self,
        name: &str,
        mebibytes: usize,
    ) -> Result<Part<'_>, ReportError> {
        self.part(name, mebibytes)?.ok_or_else(|| broken(name, "the workbook lacks this file"))
    }

    /// The index of a file; some programs write backslashes, or another case than they refer to.
    fn find(&self, name: &str) -> Option<usize> {
        self.archive.file_names().position(|found| {
            found.is_ok_and(|found| found.replace('\\', "/").eq_ignore_ascii_case(name))
        })
    }
}

impl Part<'_> {
    /// The next token.
    pub(super) fn next(&mut self) -> Result<Token<'_>, ReportError> {
        self.buffer.clear();
        self.xml.get_mut().event = MAX_EVENT;
        let broken = |cause: &dyn Display| Err(broken(&self.name, cause));
        let event = match self.xml.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
                return Err(too_large(self.mebibytes));
            }
            Err(error) => return broken(&error),
        };
        match event {
            Event::Start(_) if self.depth == MAX_DEPTH => broken(&"its elements nest too deep"),
            Event::Start(element) => {
                self.depth += 1;
                Ok(Token::Start(element))
            }
            Event::End(element) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Token::End(element))
            }
            Event::Text(text) => Ok(Token::Text(text.xml10_content())),
            Event::CData(text) => Ok(Token::Text(text.xml10_content())),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => Ok(Token::Text(character.to_string().into())),
                Ok(None) => match resolve_xml_entity(&reference) {
                    Some(text) => Ok(Token::Text(text.into())),
                    None => broken(&"it has an entity that XML does not define"),
                },
                Err(error) => broken(&error),
            },
            Event::DocType(_) => broken(&"it has a document type, which no workbook has"),
            Event::Eof if self.depth > 0 => broken(&"it ends in the middle"),
            Event::Eof => Ok(Token::Eof),
            _ => Ok(Token::Text("".into())),
        }
    }

    /// An error in this file.
    pub(super) fn broken(&self, cause: impl Display) -> ReportError {
        broken(&self.name, cause)
    }
}

/// An attribute of an element, by its name without a prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = attributes(element)
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == name);
    Some(found?.normalized_value(XmlVersion::Implicit1_0).ok()?.into())
}

/// The attributes of an element as they stand there. That none is repeated is not checked: it would
/// take quadratic time.
pub(super) fn attributes<'e>(element: &'e BytesStart<'_>) -> Attributes<'e> {
    let mut attributes = element.attributes();
    attributes.with_checks(false);
    attributes
}

fn broken(part: &str, cause: impl Display) -> ReportError {
    ReportError::BrokenWorkbook { part: excerpt(part), reason: excerpt(&cause.to_string()) }
}

fn too_large(mebibytes: usize) -> ReportError {
    ReportError::TooLarge { what: "a file inside a workbook", mebibytes }
}

/// A file as it unpacks, cut off where it or one tag or text is too long.
struct Bounded<'p> {
    inner: BufReader<Box<dyn Read + 'p>>,
    /// Bytes that the file may still have.
    file: usize,
    /// Bytes that the tag or text being read may still have.
    event: usize,
}

impl BufRead for Bounded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let allowed = self.file.min(self.event);
        let available = self.inner.fill_buf()?;
        if allowed == 0 && !available.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(available.get(..allowed).unwrap_or(available))
    }

    fn consume(&mut self, amount: usize) {
        self.file = self.file.saturating_sub(amount);
        self.event = self.event.saturating_sub(amount);
        self.inner.consume(amount);
    }
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let read = available.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
