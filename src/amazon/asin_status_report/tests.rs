use std::io::Write as _;

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::write::SimpleFileOptions;

use super::*;
use crate::amazon::report::Rejection;
use crate::domain::MarketplaceSet;

const ASINS: [&str; 2] = ["B07XJ8C8F5", "B000000001"];

fn header(countries: &[&str]) -> Vec<String> {
    let groups = countries.iter().flat_map(|country| {
        let enable = format!("Enable/Disable {country} (Yes/No)");
        ["Offer status".to_owned(), "More details".to_owned(), enable]
    });
    let first = ["Merchant SKU", "ASIN", "Product name"].map(str::to_owned);
    first.into_iter().chain(groups).collect()
}

/// Amazon's layout: three rows of title and instructions, a header, and these data rows.
fn grid(countries: &[&str], rows: &[&[&str]]) -> Vec<Vec<String>> {
    let above = ["Remote Fulfillment ASIN Status Report", "Edit", "Upload"];
    let mut grid: Vec<_> = above.iter().map(|text| vec![(*text).to_owned()]).collect();
    grid.push(header(countries));
    grid.extend(rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect()));
    grid
}

fn workbook_named(name: &str, grid: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Read me").unwrap().write_string(0, 0, "nothing").unwrap();
    let sheet = workbook.add_worksheet().set_name(name).unwrap();
    for (row, cells) in (0..).zip(grid) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn text(grid: &[Vec<String>]) -> Vec<u8> {
    grid.iter().map(|row| row.join("\t") + "\r\n").collect::<String>().into_bytes()
}

/// A report in both forms, which must say the same.
fn read_both(grid: &[Vec<String>]) -> Result<AsinStatusReport, ReportError> {
    let of_workbook = read(&workbook_named("Enrollment", grid));
    assert_eq!(of_workbook, read(&text(grid)));
    of_workbook
}

fn verdict(status: &str, details: &str, enable: Option<bool>) -> Verdict {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Verdict { offer_status: text(status), more_details: text(details), enable }
}

const CANADA_AND_MEXICO: [&str; 2] = ["Canada", "Mexico"];
const ROW: [&str; 9] =
    ["A-1", "B07XJ8C8F5", "Lamp", "Enabled", "", "Yes", "Não elegível", "Veja 詳細", "no"];

#[test]
fn older_files_have_two_destinations() {
    let read = read_both(&grid(&CANADA_AND_MEXICO, &[&ROW])).unwrap();
    assert_eq!(read.destinations, [Marketplace::Ca, Marketplace::Mx]);
    assert!(!read.by_rfba);
    assert_eq!((read.report.read, read.report.rejections.len()), (1, 0));
    let row = &read.report.rows[0];
    assert_eq!((row.line, row.sku.as_str()), (5, "A-1"));
    assert_eq!(row.facts.asin, Asin::parse("B07XJ8C8F5").unwrap());
    assert_eq!(
        *row.facts.verdicts,
        [verdict("Enabled", "", Some(true)), verdict("Não elegível", "Veja 詳細", Some(false))]
    );
}

#[test]
fn three_destinations_in_any_order() {
    let row = ["A-1", "B07XJ8C8F5", "", "m", "", "", "b", "", "Yes", "c", "", "No"];
    let read = read_both(&grid(&["Mexico", "Brazil", "Canada"], &[&row])).unwrap();
    assert_eq!(read.destinations, [Marketplace::Mx, Marketplace::Br, Marketplace::Ca]);
    let expected =
        [verdict("m", "", None), verdict("b", "", Some(true)), verdict("c", "", Some(false))];
    assert_eq!(*read.report.rows[0].facts.verdicts, expected);
}

#[test]
fn columns_come_go_and_move() {
    let header = [
        "More details",
        "New",
        "enable/disable  BRAZIL (yes/no)",
        "Offer status",
        "Offer status",
        "Enable/Disable Japan (Yes/No)",
        " asin ",
        "Enable/Disable United States (Yes/No)",
        "Offer status",
        "Note",
        "Enable/Disable Canada (Yes/No)",
        "MERCHANT   sku",
    ];
    let row = ["d", "x", "Yes", "j1", "j2", "?", "B07XJ8C8F5", "?", "c", "?", "", "A-1"];
    let rows = [header, row].map(|row| row.map(str::to_owned).to_vec());
    let read = read_both(&rows).unwrap();
    assert_eq!(read.destinations, [Marketplace::Br, Marketplace::Ca]);
    assert_eq!(read.report.rows[0].line, 2);
    let expected = [verdict("", "d", Some(true)), verdict("c", "", None)];
    assert_eq!(*read.report.rows[0].facts.verdicts, expected);
}

#[test]
fn the_sheet_is_found_by_its_name() {
    let grid = grid(&CANADA_AND_MEXICO, &[&ROW]);
    for name in ["Enrollment_EU4", "ENROLLMENT (2)", "enrollment"] {
        assert_eq!(read(&workbook_named(name, &grid)).unwrap().report.rows.len(), 1);
    }
    let error = read(&workbook_named("Enrolment", &grid)).unwrap_err();
    assert_eq!(error.detail().unwrap(), "Sheets found: Read me, Enrolment.");
}

#[test]
fn headers_that_cannot_be_used() {
    let error = |rows: &[&[&str]]| {
        let rows = rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect());
        read_both(&rows.collect::<Vec<_>>()).unwrap_err()
    };
    let missing = |column, found: &str| ReportError::MissingColumn { column, found: found.into() };
    let enable = "Enable/Disable <Country> (Yes/No)";
    assert_eq!(error(&[&["Title"], &["x", "SKU"]]), missing("Merchant SKU", "x, sku"));
    assert_eq!(error(&[&["a", "b", "c"], &["ASIN"]]), missing("Merchant SKU", "asin"));
    assert_eq!(error(&[&["Merchant SKU"], &["a", "b"]]), missing("ASIN", "merchant sku"));
    assert_eq!(error(&[&["Merchant SKU", "ASIN"]]), missing(enable, "merchant sku, asin"));
    let canada = "Enable/Disable Canada (Yes/No)";
    let repeated = |column: &'static str| ReportError::RepeatedColumn { column: column.into() };
    assert_eq!(error(&[&["Merchant SKU", "ASIN", canada, canada]]), repeated(canada));
    assert_eq!(error(&[&["Merchant SKU", "ASIN", canada, "ASIN"]]), repeated("ASIN"));
    let mut late = vec![["x"].as_slice(); 20];
    let header = ["Merchant SKU", "ASIN", canada];
    late.push(&header);
    assert_eq!(error(&late), missing("Merchant SKU", "x"));
    assert_eq!(read(&workbook_named("Enrollment", &[])), Err(ReportError::Empty));
}

#[test]
fn what_is_set_aside() {
    let long = "x".repeat(41);
    for (index, value, column) in [
        (0, "", "Merchant SKU"),
        (0, long.as_str(), "Merchant SKU"),
        (1, "", "ASIN"),
        (1, "B07XJ8C8F", "ASIN"),
        (5, "maybe", "Enable/Disable Canada (Yes/No)"),
        (8, "TRUE", "Enable/Disable Mexico (Yes/No)"),
    ] {
        let mut row = ROW;
        row[index] = value;
        let report = read_both(&grid(&CANADA_AND_MEXICO, &[&row])).unwrap().report;
        assert!(report.rows.is_empty(), "{column} {value}");
        let [Rejection { line: 5, column: found, value: quoted, .. }] = &report.rejections[..]
        else {
            panic!("{column} {value}")
        };
        assert_eq!((found.as_deref(), quoted.as_deref()), (Some(column), Some(value)));
        assert_eq!(report.set_aside_skus.is_empty(), index == 0);
    }
    let nul = ["A-1", "B07XJ8C8F5", "", "x\0y", "", "", "", "", ""];
    let report = read(&text(&grid(&CANADA_AND_MEXICO, &[&nul]))).unwrap().report;
    assert_eq!(report.rejections[0].reason, "the text has a NUL in it");
    let moved = ["Lamp", "A-1", "B07XJ8C8F5", "", "", "", "", "", "", ""];
    let report = read(&text(&grid(&CANADA_AND_MEXICO, &[&moved]))).unwrap().report;
    assert_eq!(report.rejections[0].reason, "the row has more fields than the header's 9");
    assert_eq!(report.set_aside_skus, ["A-1", "Lamp"]);
}

#[test]
fn blank_and_repeated_rows() {
    let blank = [""; 9];
    let mut other = ROW;
    other[3] = "Disabled";
    let mut named = ROW;
    named[2] = "Another name";
    let identical = grid(&CANADA_AND_MEXICO, &[&ROW, &blank, &named]);
    let report = read_both(&identical).unwrap().report;
    assert_eq!((report.rows.len(), report.read, report.rejections.len()), (1, 2, 0));
    let differing = grid(&CANADA_AND_MEXICO, &[&ROW, &blank, &other]);
    let report = read_both(&differing).unwrap().report;
    assert!(report.rows.is_empty());
    assert_eq!(report.rejections.iter().map(|it| it.line).collect::<Vec<_>>(), [5, 7]);
    assert_eq!(report.set_aside_skus, ["A-1"]);
}

#[test]
fn cells_that_are_no_text() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Enrollment").unwrap();
    for (column, name) in (0..).zip(header(&["Canada"])) {
        sheet.write_string(0, column, name).unwrap();
    }
    let date = ExcelDateTime::from_ymd(2026, 1, 2).unwrap();
    for (row, sku) in (1..).zip([123.0, -0.0, 1e21, 0.5, 1e-7, 7.0, 8.0, 9.0]) {
        sheet.write_number(row, 0, sku).unwrap();
        sheet.write_string(row, 1, ASINS[0]).unwrap();
        sheet.write_boolean(row, 3, row % 2 == 0).unwrap();
        sheet.write_formula(row, 4, Formula::new("1+1").set_result("two")).unwrap();
    }
    for (row, format) in [(6, "yyyy-mm-dd"), (7, "[h]:mm"), (8, "\"d\"0_d\\d [Red]* ")] {
        let format = Format::new().set_num_format(format);
        sheet.write_datetime_with_format(row, 3, &date, &format).unwrap();
    }
    sheet.write_formula(5, 4, Formula::new("1/0").set_result("#DIV/0!")).unwrap();
    let report = read(&workbook.save_to_buffer().unwrap()).unwrap().report;
    let skus: Vec<_> = report.rows.iter().map(|row| row.sku.as_str()).collect();
    assert_eq!(skus, ["0", "0.5", "1000000000000000000000", "123", "9"]);
    let status = |index: usize| report.rows[index].facts.verdicts[0].clone();
    assert_eq!(status(3), verdict("FALSE", "two", None));
    assert_eq!(status(4), verdict("46024", "two", None));
    let rejections: Vec<_> = report
        .rejections
        .iter()
        .map(|it| (it.line, it.column.as_deref().unwrap(), it.reason.as_str()))
        .collect();
    assert_eq!(
        rejections,
        [
            (6, "More details", "the cell holds an error"),
            (7, "Offer status", "the cell holds a date"),
            (8, "Offer status", "the cell holds a date"),
        ]
    );
    assert_eq!(report.set_aside_skus, ["0.0000001", "7", "8"]);
}

#[test]
fn what_is_no_asin_status_report() {
    let foreign = |document: &[u8]| match read(document) {
        Err(error @ ReportError::NotAnAsinStatusReport(foreign)) => {
            assert!(!error.hint().contains("tab-delimited"));
            foreign
        }
        other => panic!("{other:?}"),
    };
    for (document, expected) in [
        (b"\x1F\x8B\x08".as_slice(), Foreign::Gzip),
        (b"{}", Foreign::Json),
        (b"<html>", Foreign::Markup),
        (b"\xFF\xFEM\0", Foreign::Utf16),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Foreign::OldWorkbook),
        (b"M\0S\0", Foreign::Binary),
        (b"Merchant SKU\tASIN\rA\tB\r", Foreign::CarriageReturns),
    ] {
        assert_eq!(foreign(document), expected);
    }
    let relationships = |target: &str| {
        format!(
            "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"{target}\"/>\
             </Relationships>"
        )
    };
    assert_eq!(foreign(&archive(&[("a.txt", b"x")])), Foreign::Archive);
    let open_document = [("META-INF/manifest.xml", b"x".as_slice()), ("content.xml", b"x")];
    assert_eq!(foreign(&archive(&open_document)), Foreign::OpenDocument);
    let binary = relationships("/xl/workbook.bin");
    assert_eq!(foreign(&archive(&[("_rels/.rels", binary.as_bytes())])), Foreign::BinaryWorkbook);
    let none = b"<Relationships/>".as_slice();
    assert_eq!(foreign(&archive(&[("_rels/.rels", none)])), Foreign::Archive);
    for blank in ["", " \r\n\t\r\n"] {
        assert_eq!(read(blank.as_bytes()), Err(ReportError::Empty));
    }
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook whose sheet and shared strings are these.
fn workbook_of(sheet: &str, strings: &str) -> Vec<u8> {
    archive(&[
        (
            "_rels/.rels",
            b"<Relationships><Relationship Id='a' Type='x/officeDocument' Target='xl/w.xml'/></Relationships>",
        ),
        (
            "xl/_rels/w.xml.rels",
            b"<Relationships><Relationship Id='b' Type='x/worksheet' Target='/xl/Sheet.xml'/>\
              <Relationship Id='c' Type='x/sharedStrings' Target='../xl/./strings.xml'/></Relationships>",
        ),
        (
            "xl/w.xml",
            b"<x:workbook xmlns:x='y'><x:sheets><x:sheet name='Enrollment' sheetId='1' r:id='b'/></x:sheets></x:workbook>",
        ),
        ("XL\\sheet.xml", sheet.as_bytes()),
        ("xl/strings.xml", strings.as_bytes()),
    ])
}

const HEADER: &str = "<row><c t='inlineStr'><is><t>Merchant SKU</t></is></c>\
    <c t='inlineStr'><is><t>ASIN</t></is></c>\
    <c t='inlineStr'><is><t>Enable/Disable Canada (Yes/No)</t></is></c></row>";

/// A workbook with a header of three columns and these rows.
fn workbook_with(rows: &str, strings: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{HEADER}{rows}</sheetData></worksheet>");
    workbook_of(&sheet, strings)
}

/// The reason why a workbook is refused.
fn reason(document: &[u8]) -> String {
    match read(document) {
        Err(ReportError::BrokenWorkbook { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_other_programs_write() {
    let strings = "<sst uniqueCount='18446744073709551615'><si/><si><t>B07XJ8C8F5</t></si>\
        <si><r><t xml:space='preserve'>A </t></r><rPh><t>x</t></rPh><r><rPr/><t>&amp;&#x42;</t></r></si>\
        <si><t>_x005F_x0041_ _x0041__x</t></si><si><t><![CDATA[<c>]]></t></si></sst>";
    let rows = "<!-- a comment --><row r='9'><c r='A9' t='s'><v>2</v></c><c r='B9' t='s'><v>1</v></c></row>\
        <row><c><f>1</f><v>12</v></c><c t='str'><v>B07XJ8C8F5</v></c><c t='s'><v>0</v></c></row>\
        <x:row><x:c t='s'><x:v>3</x:v></x:c><x:c t='s'><x:v>1</x:v></x:c></x:row>\
        <row><c r='B20' t='s'><v>1</v></c><c r='A20' t='s'><v>4</v></c></row>\
        <row r='21'><c r='XFD21' t='s'><v>1</v></c></row>";
    let report = read(&workbook_with(rows, strings)).unwrap().report;
    let rows: Vec<_> = report.rows.iter().map(|row| (row.line, row.sku.as_str())).collect();
    assert_eq!(rows, [(10, "12"), (20, "<c>"), (9, "A &B"), (11, "_x0041_ A_x")]);
    assert_eq!((report.read, report.rejections), (4, vec![]));
}

#[test]
fn what_hostile_workbooks_claim() {
    let of_rows = |rows: &str| reason(&workbook_with(rows, "<sst/>"));
    for far in ["XFD1048577", "A4294967295", "A0"] {
        let row = format!("<row><c r='{far}'><v>1</v></c></row>");
        assert_eq!(of_rows(&row), "a sheet has 1048576 rows", "{far}");
    }
    assert_eq!(of_rows("<row r='4294967295'><row></row></row>"), "a sheet has 1048576 rows");
    for nowhere in ["", "A", "5", "AAAAAAAAAAAAAAAA1", "A99999999999", "Ä1"] {
        let row = format!("<row><c r='{nowhere}'><v>1</v></c></row>");
        assert_eq!(of_rows(&row), "a cell has no place", "{nowhere}");
    }
    assert_eq!(of_rows("<row><c t='s'><v>0</v></c></row>"), "a cell refers to no text");
    assert_eq!(of_rows("<row><c t='s'><v>-1</v></c></row>"), "a cell refers to no text");
    assert_eq!(of_rows(&"<row>".repeat(100)), "its elements nest too deep");
    let long = format!("<row><c><v>{}</v></c></row>", "1".repeat(100_000));
    assert_eq!(of_rows(&long), "a cell has more than 32767 characters");
    let doctype = "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet/>";
    let reason_of = reason(&workbook_of(doctype, "<sst/>"));
    assert_eq!(reason_of, "it has a document type, which no workbook has");
    assert_eq!(
        reason(&workbook_of("<worksheet>&a;</worksheet>", "<sst/>")),
        "it has an entity that XML does not define"
    );
    assert_eq!(reason(&workbook_of("<worksheet><sheetData>", "<sst/>")), "it ends in the middle");
    let many: Vec<_> = (0..=1000).map(|number| format!("file{number}")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert_eq!(reason(&archive(&many)), "it has more than 1000 files");
    let claim = [b"PK\x06\x06".as_slice(), &[0; 28], &(1_u64 << 31).to_le_bytes()].concat();
    let claim = [workbook_with("", "<sst/>"), claim].concat();
    assert_eq!(reason(&claim), "it has more than 1000 files");
    let tag = format!("<worksheet a='{}'/>", "x".repeat(1 << 18));
    let too_large = ReportError::TooLarge { what: "a file inside a workbook", mebibytes: 512 };
    assert_eq!(read(&workbook_of(&tag, "<sst/>")), Err(too_large));
    let too_large = ReportError::TooLarge { what: "a workbook", mebibytes: 64 };
    let padded = [workbook_with("", "<sst/>"), vec![0; 64 << 20]].concat();
    assert_eq!(read(&padded), Err(too_large));
}

#[test]
fn bombs() {
    // Strings of 32 KB that a million cells share, and many that only the table of strings has.
    let details = "x".repeat(32_000);
    let strings = format!(
        "<sst><si><t>B07XJ8C8F5</t></si>{}</sst>",
        format!("<si><t>{details}</t></si>").repeat(4_300)
    );
    let too_large = |what, mebibytes| Err(ReportError::TooLarge { what, mebibytes });
    assert_eq!(read(&workbook_with("", &strings)), too_large("the texts of a workbook", 128));

    let bomb = format!("<sst>{}</sst>", " ".repeat(257 << 20));
    let bomb = workbook_with("", &bomb);
    assert!(bomb.len() < 1 << 20);
    let of_part = || too_large("a file inside a workbook", 256);
    assert_eq!(read(&bomb), of_part());

    // The archive's directory may lie about what a file unpacks to, either way.
    let lies = |size: u32| {
        let mut document = bomb.clone();
        let entry = document.windows(14).rposition(|bytes| bytes == b"xl/strings.xml").unwrap();
        document[entry - 22..entry - 18].copy_from_slice(&size.to_le_bytes());
        read(&document)
    };
    assert_eq!(lies(u32::MAX - 1), of_part());
    assert!(matches!(lies(1000), Err(ReportError::BrokenWorkbook { .. })));
}

#[test]
fn one_text_in_a_million_cells_is_kept_once() {
    let strings =
        format!("<sst><si><t>B07XJ8C8F5</t></si><si><t>{}</t></si></sst>", "x".repeat(32_000));
    let header = HEADER.replace(
        "<c t='inlineStr'><is><t>Enable",
        "<c t='inlineStr'><is><t>More details</t></is></c><c t='inlineStr'><is><t>Enable",
    );
    let rows: String = (0..20_000)
        .map(|sku| {
            format!("<row><c><v>{sku}</v></c><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>")
        })
        .collect();
    let sheet = format!("<worksheet><sheetData>{header}{rows}</sheetData></worksheet>");
    let report = read(&workbook_of(&sheet, &strings)).unwrap().report;
    let [first, .., last] = &report.rows[..] else { panic!() };
    assert!(Rc::ptr_eq(&first.facts.verdicts, &last.facts.verdicts));
}

fn destinations() -> impl Strategy<Value = MarketplaceSet> {
    proptest::sample::subsequence(Marketplace::DESTINATIONS.to_vec(), 1..=3)
        .prop_map(|destinations| destinations.into_iter().collect())
}

/// SKUs that a spreadsheet program would make numbers, formulas or links of, and others.
fn sku() -> impl Strategy<Value = String> {
    const TOLD: [&str; 18] = [
        "=1+1",
        "007",
        "1E5",
        "inner  blanks",
        "+55",
        "@x",
        "-1",
        "'A",
        "http://x.y",
        "TRUE",
        "1/2",
        "_x0041_",
        "_x005F_x0041_",
        "<&>\"",
        "größe",
        "日本",
        "#N/A",
        "{=A1}",
    ];
    let any = "\\PC{1,40}".prop_map(|sku| sku.trim().to_owned());
    prop_oneof![proptest::sample::select(&TOLD[..]).prop_map(str::to_owned), any]
        .prop_filter("a SKU", |sku| crate::domain::GlobalSku::parse(sku).is_ok())
}

type Cells = Option<(String, String, Option<bool>)>;

fn lines<'a>(
    skus: &'a std::collections::BTreeSet<String>,
    cells: &'a [[Cells; 3]],
    count: usize,
) -> Vec<Line<'a>> {
    let lines = skus.iter().zip(cells).enumerate().map(|(index, (sku, cells))| {
        let cells = cells.iter().take(count).map(|cells| {
            let (offer_status, more_details, enable) = cells.as_ref()?;
            Some(LineCells { offer_status, more_details, enable: *enable })
        });
        let product_name = (index % 2 == 0).then_some("=HYPERLINK(\"x\")");
        Line { sku, asin: ASINS[index % 2], product_name, cells: cells.collect() }
    });
    lines.collect()
}

/// What reading gives back of a text.
fn given_back(text: &str, is_text_form: bool) -> String {
    let keeps = |c: char| !is_text_form && matches!(c, '\n' | '\t');
    let unfit = |c: char| {
        c.is_control() && !keeps(c) || !is_text_form && matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    text.replace(unfit, " ").trim().to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(
        destinations in destinations(),
        skus in proptest::collection::btree_set(sku(), 0..8),
        cells in proptest::collection::vec(
            any::<[Option<(String, String, Option<bool>)>; 3]>(), 8,
        ),
    ) {
        let lines = lines(&skus, &cells, destinations.iter().count());
        let forms = [
            write_workbook(destinations, lines.clone()).unwrap(),
            write_text(destinations, lines.clone()).into_bytes(),
        ];
        for (document, is_text_form) in forms.into_iter().zip([false, true]) {
            let read = read(&document).unwrap();
            prop_assert!(read.by_rfba);
            prop_assert_eq!(read.destinations, destinations.iter().collect::<Vec<_>>());
            prop_assert_eq!(&read.report.rejections, &[]);
            prop_assert_eq!(read.report.rows.len(), lines.len());
            for (index, (row, line)) in read.report.rows.iter().zip(&lines).enumerate() {
                prop_assert_eq!(row.line, index as u64 + 5);
                prop_assert_eq!(row.sku.as_str(), line.sku);
                prop_assert_eq!(row.facts.asin.to_string(), line.asin);
                for (verdict_read, cells) in row.facts.verdicts.iter().zip(&line.cells) {
                    let expected = cells.map_or(Verdict::default(), |cells| verdict(
                        &given_back(cells.offer_status, is_text_form),
                        &given_back(cells.more_details, is_text_form),
                        cells.enable,
                    ));
                    prop_assert_eq!(verdict_read, &expected);
                }
            }
        }
    }

    #[test]
    fn mutations_never_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..9),
        cut in any::<prop::sample::Index>(),
        in_sheet in any::<bool>(),
    ) {
        let row = "<row r='2'><c r='A2' t='s'><v>0</v></c><c r='B2' s='1'><v>1.5</v></c></row>";
        let strings = "<sst><si><t>A&#66;_x0041_</t></si></sst>";
        let sheet = format!("<worksheet><sheetData>{HEADER}{row}</sheetData></worksheet>");
        let change = |bytes: &mut [u8]| {
            for (index, byte) in &changes {
                bytes[index.index(bytes.len())] = *byte;
            }
        };
        let document = if in_sheet {
            let mut sheet = sheet.into_bytes();
            change(&mut sheet);
            workbook_of(&String::from_utf8_lossy(&sheet), strings)
        } else {
            let mut document = workbook_of(&sheet, strings);
            change(&mut document);
            document
        };
        let _ = read(&document);
        let _ = read(&document[..cut.index(document.len())]);
    }

    #[test]
    fn text_never_panics(
        lines in "([AB]{0,2}\t|Yes\t|No\t|B07XJ8C8F5\t|.{0,9}|\r?\n){0,60}",
    ) {
        let header = header(&CANADA_AND_MEXICO).join("\t");
        let report = read(format!("{header}\n{lines}").as_bytes()).unwrap().report;
        prop_assert!(report.rows.len() + report.rejections.len() <= report.read as usize);
    }
}

#[test]
fn the_layout_that_is_written() {
    let line = Line {
        sku: "A-1",
        asin: ASINS[0],
        product_name: Some("Lamp"),
        cells: vec![
            Some(LineCells { offer_status: "Enabled", more_details: "a\tb", enable: None }),
            None,
        ],
    };
    let destinations = [Marketplace::Mx, Marketplace::Ca].into_iter().collect();
    let text = write_text(destinations, [line.clone()]);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "ASIN Status report, written by rfba");
    assert_eq!(lines[3], header(&CANADA_AND_MEXICO).join("\t"));
    assert_eq!(lines[4], "A-1\tB07XJ8C8F5\tLamp\tEnabled\ta b\t\t\t\t");
    assert_eq!(lines.len(), 5);

    let document = write_workbook(destinations, [line]).unwrap();
    let xml = |name| {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&document)).unwrap();
        std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
    };
    assert!(xml("xl/workbook.xml").contains("<sheet name=\"Enrollment\""));
    let sheet = xml("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<c r=\"A5\" s=\"2\" t=\"s\">"), "{sheet}");
    assert!(sheet.contains("sqref=\"F5\"") && sheet.contains("sqref=\"I5\""));
    assert!(sheet.contains("topLeftCell=\"B5\""));
    assert!(!sheet.contains("<f>"));
}

#[test]
fn titles_of_others_are_told_apart() {
    let by_rfba = |title: &str| {
        let mut grid = grid(&CANADA_AND_MEXICO, &[&ROW]);
        grid[0][0] = title.to_owned();
        read_both(&grid).unwrap().by_rfba
    };
    assert!(by_rfba(" asin status report,  written by RFBA (edited)"));
    assert!(!by_rfba("ASIN Status report"));
}

#[test]
fn excels_limits() {
    fn line(more_details: &str) -> Line<'_> {
        let cells = Some(LineCells { offer_status: "", more_details, enable: None });
        Line { sku: "A-1", asin: ASINS[0], product_name: None, cells: vec![cells] }
    }
    let canada = MarketplaceSet::default().with(Marketplace::Ca);
    for (character, kept) in [("x", 32_767), ("é", 32_767), ("𝄞", 16_383)] {
        let long = character.repeat(40_000);
        let document = write_workbook(canada, [line(&long)]).unwrap();
        let details =
            read(&document).unwrap().report.rows[0].facts.verdicts[0].more_details.clone();
        assert_eq!(details.unwrap(), character.repeat(kept));
    }
    let too_many = std::iter::repeat_n(line(""), 1_048_573);
    assert_eq!(write_workbook(canada, too_many), Err(WriteError::TooManyRows(1_048_572)));
}
