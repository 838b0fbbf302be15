//! Places as a table in a file, as Chinese spreadsheets write and read it: one line for each household, or for a building
//! without any. Knows no database.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use csv::{ReaderBuilder, StringRecord, Trim, WriterBuilder};
use encoding_rs::{Encoding, GB18030, UTF_8};
use linli_domain::Code;
use linli_domain::grid::{BadRow, check_optional, check_word, key};
use serde_json::Value;

/// Bytes of a file.
pub const SIZE: usize = 2 * 1024 * 1024;
/// Most lines of a file.
pub const ROWS: usize = 20_000;

/// The columns by the names they have in answers, in the order they are written in.
const COLUMNS: [&str; 5] = ["estate", "building", "unit", "room", "grid"];
const ESTATE: usize = 0;
const BUILDING: usize = 1;
const ROOM: usize = 3;
const GRID: usize = 4;

/// The heads that are read; the first language's are written.
const LANGUAGES: [&str; 3] = [
    include_str!("../../../locales/zh-Hans.json"),
    include_str!("../../../locales/zh-Hant.json"),
    include_str!("../../../locales/en.json"),
];

/// A line that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file, from 1.
    pub line: u32,
    /// The estate's name.
    pub estate: String,
    /// The building's name.
    pub building: String,
    /// The unit's name, or empty.
    pub unit: String,
    /// The room, or empty where the line is about a building.
    pub room: String,
    /// The grid's code, or empty where the line does not say.
    pub grid: String,
}

/// A file as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Lines that can be taken.
    pub rows: Vec<Row>,
    /// Lines that cannot.
    pub bad: Vec<BadRow>,
}

/// Reads a file: UTF-8 with or without a mark, UTF-16 with one, or GB18030; parted by commas, semicolons or tabs; the columns
/// in any order.
///
/// # Errors
/// What is wrong with the file as a whole: `required`, `malformed`, `missing_column`, `too_many`.
pub fn parse(bytes: &[u8]) -> Result<Sheet, Code> {
    let text = text(bytes)?;
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';', b','].into_iter().find(|it| head.contains(char::from(*it))).unwrap_or(b',');
    let mut reader = ReaderBuilder::new();
    reader.delimiter(delimiter).flexible(true).has_headers(false).trim(Trim::All);
    let mut records = reader.from_reader(text.as_bytes()).into_records();
    let head = records.next().ok_or(Code::Required)?.map_err(|_| Code::Malformed)?;
    let columns = columns(&head)?;
    let (mut sheet, mut seen, mut grids) = (Sheet::default(), HashSet::new(), HashMap::new());
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    for record in records {
        let record = record.map_err(|_| Code::Malformed)?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if sheet.rows.len() + sheet.bad.len() == ROWS {
            return Err(Code::TooMany);
        }
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        match row(line, &record, columns, &mut seen, &mut grids) {
            Ok(row) => sheet.rows.push(row),
            Err((column, code)) => sheet.bad.push(BadRow { line, column: column.to_owned(), code }),
        }
    }
    if sheet.rows.is_empty() && sheet.bad.is_empty() { Err(Code::Required) } else { Ok(sheet) }
}

fn text(bytes: &[u8]) -> Result<String, Code> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(marked) => marked,
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, 0),
        None => (GB18030, 0),
    };
    let (text, faulty) = encoding.decode_without_bom_handling(&bytes[mark..]);
    if faulty || text.contains('\0') { Err(Code::Malformed) } else { Ok(text.into_owned()) }
}

/// The numbers of lines, counted on from one record to the next. The reader's own are off by one behind `\r\n` and empty lines.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the record that begins at this byte, or behind line ends there.
    fn of(&mut self, byte: u64) -> u32 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(letter) = self.text.get(self.at) {
            let ends = matches!(letter, b'\r' | b'\n');
            if self.at >= byte && !ends {
                break;
            }
            self.at += 1;
            let whole = *letter == b'\n' || (*letter == b'\r' && self.text.get(self.at) != Some(&b'\n'));
            self.line = self.line.saturating_add(u32::from(whole));
        }
        self.line
    }
}

/// Where each column is; what a file lacks and need not have is nowhere.
fn columns(head: &StringRecord) -> Result<[Option<usize>; 5], Code> {
    let mut columns = [None; 5];
    for (at, name) in head.iter().enumerate() {
        let name = key(name);
        let known = names().iter().position(|names| names.contains(&name));
        if let Some(column) = known {
            if columns[column].is_some() {
                return Err(Code::Repeated);
            }
            columns[column] = Some(at);
        }
    }
    if columns[ESTATE].is_none() || columns[BUILDING].is_none() { Err(Code::MissingColumn) } else { Ok(columns) }
}

/// What each column is called: by its own name and in every language.
fn names() -> &'static [Vec<String>] {
    static NAMES: OnceLock<Vec<Vec<String>>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let called = |column: &str| {
            let own = std::iter::once(column.to_owned());
            own.chain(LANGUAGES.iter().map(|words| key(&head(words, column)))).collect()
        };
        COLUMNS.into_iter().map(called).collect()
    })
}

fn head(words: &str, column: &str) -> String {
    let words: Value = serde_json::from_str(words).unwrap_or_default();
    words["places"][["column_", column].concat()].as_str().unwrap_or(column).to_owned()
}

type Named = (String, String);

fn row(
    line: u32,
    record: &StringRecord,
    columns: [Option<usize>; 5],
    seen: &mut HashSet<[String; 4]>,
    grids: &mut HashMap<Named, String>,
) -> Result<Row, (&'static str, Code)> {
    let cell = |column: usize| {
        let text = columns[column].and_then(|at| record.get(at)).unwrap_or_default();
        unarmed(text).trim().to_owned()
    };
    let cells: [String; 5] = std::array::from_fn(cell);
    for (at, column) in COLUMNS.into_iter().enumerate() {
        let verdict = if at == ESTATE || at == BUILDING { check_word(&cells[at]) } else { check_optional(&cells[at]) };
        verdict.map_err(|code| (column, code))?;
    }
    let [estate, building, unit, room, grid] = cells;
    let place = [&estate, &building, &unit, &room].map(|name| key(name));
    let whole = (place[0].clone(), place[1].clone());
    if !seen.insert(place) {
        return Err((if room.is_empty() { COLUMNS[BUILDING] } else { COLUMNS[ROOM] }, Code::Repeated));
    }
    if !grid.is_empty() && *grids.entry(whole).or_insert_with(|| key(&grid)) != key(&grid) {
        return Err((COLUMNS[GRID], Code::Contradicted));
    }
    Ok(Row { line, estate, building, unit, room, grid })
}

/// Characters by which a spreadsheet takes a cell for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that no spreadsheet takes for a formula.
fn disarmed(text: &str) -> String {
    if text.starts_with(FORMULA) { ["'", text].concat() } else { text.to_owned() }
}

fn unarmed(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(text)
}

/// A file of these lines, in UTF-8 with the mark by which Chinese spreadsheets know it.
pub fn write(rows: impl IntoIterator<Item = [String; 5]>) -> Vec<u8> {
    let mut file = WriterBuilder::new().from_writer("\u{feff}".as_bytes().to_vec());
    let heads = COLUMNS.map(|column| head(LANGUAGES[0], column));
    for row in std::iter::once(heads).chain(rows) {
        file.write_record(row.map(|cell| disarmed(&cell))).expect("writing to memory does not fail");
    }
    file.into_inner().expect("writing to memory does not fail")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(line: u32, column: &str, code: Code) -> BadRow {
        BadRow { line, column: column.to_owned(), code }
    }

    fn row(line: u32, cells: [&str; 5]) -> Row {
        let [estate, building, unit, room, grid] = cells.map(str::to_owned);
        Row { line, estate, building, unit, room, grid }
    }

    #[test]
    fn a_file_is_read_in_every_writing_and_order() {
        let text = "网格编号,小区,楼栋,单元,室号\nG01,榕荫苑,1 栋,1 单元,101\n";
        let expected = [row(2, ["榕荫苑", "1 栋", "1 单元", "101", "G01"])];
        let utf16: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.replace(',', "\t").encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [
            text.as_bytes().to_vec(),
            ["\u{feff}", text].concat().into_bytes(),
            GB18030.encode(text).0.into_owned(),
            text.replace('\n', "\r\n").replace(',', ";").into_bytes(),
            utf16,
            "grid,Estate,building,UNIT,room,note\nG01,榕荫苑,1 栋,1 单元,101,x".into(),
            "網格編號,小區,樓棟,單元,室號\nG01,榕荫苑,1 栋,1 单元,101".into(),
        ] {
            assert_eq!(parse(&bytes).unwrap().rows, expected, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn each_bad_line_has_its_number_column_and_code() {
        let long = "字".repeat(81);
        let text = format!(
            "小区,楼栋,单元,室号,网格编号\n\
             榕荫苑,1 栋,1 单元,101,G01\n\
             ,1 栋,1 单元,102,G01\n\
             榕荫苑,,1 单元,103,G01\n\
             \n\
             榕荫苑,1栋,１单元,101,G01\n\
             榕荫苑,1 栋,1 单元,104,G02\n\
             榕荫苑,1 栋,1 单元,{long},\n\
             榕荫苑,2 栋\n"
        );
        let sheet = parse(text.as_bytes()).unwrap();
        assert_eq!(
            sheet.rows,
            [row(2, ["榕荫苑", "1 栋", "1 单元", "101", "G01"]), row(9, ["榕荫苑", "2 栋", "", "", ""])]
        );
        assert_eq!(
            sheet.bad,
            [
                bad(3, "estate", Code::Required),
                bad(4, "building", Code::Required),
                bad(6, "room", Code::Repeated),
                bad(7, "grid", Code::Contradicted),
                bad(8, "room", Code::TooLong),
            ]
        );
    }

    #[test]
    fn what_is_no_such_file_is_refused_as_a_whole() {
        let many = ["estate,building\n".to_owned(), "a,b\n".repeat(ROWS + 1)].concat();
        for (bytes, code) in [
            (&b""[..], Code::Required),
            (b"estate,building\n", Code::Required),
            (b"estate,house\na,b", Code::MissingColumn),
            (b"estate,building,estate\na,b,c", Code::Repeated),
            (b"\xff\xff\xff", Code::Malformed),
            (b"estate,building\na\0,b", Code::Malformed),
            (many.as_bytes(), Code::TooMany),
        ] {
            assert_eq!(parse(bytes), Err(code), "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_is_no_formula() {
        let cells = ["=1+1", "@x", "+1", "-1-101", "a,\"b\"\nc"].map(str::to_owned);
        let file = write([cells.clone()]);
        let text = String::from_utf8(file.clone()).unwrap();
        assert!(text.contains("'=1+1,'@x,'+1,'-1-101"), "{text}");
        assert_eq!(parse(&file).unwrap().bad, [bad(2, "grid", Code::Malformed)], "a line break is no part of a code");
        let file = write([["=1+1", "@x", "+1", "-1-101", "G"].map(str::to_owned)]);
        assert_eq!(parse(&file).unwrap().rows, [row(2, ["=1+1", "@x", "+1", "-1-101", "G"])]);
    }
}
