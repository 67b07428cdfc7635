//! The ASIN Status report as a workbook made of any XML, whose checksums and sizes are right, so that
//! what is inside is read at all. The first byte says whether the files are compressed; what follows
//! are their contents with a NUL between them, the usual ones where a content is empty or missing.
#![no_main]

use std::io::{Cursor, Write as _};

use libfuzzer_sys::fuzz_target;
use rfba_fuzz::amazon::asin_status_report::read;
use rfba_fuzz::{check, check_report_error};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The files that are read, the most telling ones first, and what they usually hold.
const FILES: [(&str, &str); 6] = [
    ("xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"),
    (
        "xl/sharedStrings.xml",
        "<sst><si><t>Merchant SKU</t></si><si><t>ASIN</t></si>\
         <si><t>Enable/Disable Canada (Yes/No)</t></si><si><t>B07XJ8C8F5</t></si></sst>",
    ),
    (
        "xl/styles.xml",
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Enrollment\" r:id=\"rId1\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships>\
         <Relationship Id=\"rId1\" Type=\"t/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"t/sharedStrings\" Target=\"sharedStrings.xml\"/>\
         <Relationship Id=\"rId3\" Type=\"t/styles\" Target=\"styles.xml\"/></Relationships>",
    ),
    (
        "_rels/.rels",
        "<Relationships>\
         <Relationship Id=\"rId1\" Type=\"t/officeDocument\" Target=\"xl/workbook.xml\"/>\
         </Relationships>",
    ),
];

fuzz_target!(|input: &[u8]| {
    let Some((&first, contents)) = input.split_first() else { return };
    let method =
        if first % 2 == 1 { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let options = SimpleFileOptions::default().compression_method(method);
    let mut contents = contents.split(|&byte| byte == 0);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, usual) in FILES {
        let content = contents.next().filter(|content| !content.is_empty());
        archive.start_file(name, options).expect("the archive is in memory");
        archive.write_all(content.unwrap_or(usual.as_bytes())).expect("the archive is in memory");
    }
    let workbook = archive.finish().expect("the archive is in memory").into_inner();
    match read(&workbook) {
        Ok(read) => check(&read.report),
        Err(error) => check_report_error(&error),
    }
});
