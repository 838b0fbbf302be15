//! Places as a file: whatever bytes come, what is read of them is written and read again as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/server/src/place_file.rs"]
#[allow(dead_code)]
mod place_file;

use place_file::Row;

fuzz_target!(|bytes: &[u8]| {
    let Ok(sheet) = place_file::parse(bytes) else { return };
    assert!(sheet.rows.len() + sheet.bad.len() <= place_file::ROWS);
    if sheet.rows.is_empty() {
        return;
    }
    let cells = |row: &Row| [&row.estate, &row.building, &row.unit, &row.room, &row.grid].map(String::clone);
    let rows: Vec<_> = sheet.rows.iter().map(cells).collect();
    let again = place_file::parse(&place_file::write(rows.clone())).expect("our own file is read");
    assert_eq!(again.rows.iter().map(cells).collect::<Vec<_>>(), rows);
    assert_eq!(again.bad, []);
});
