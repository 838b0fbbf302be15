//! The table of OWASP ASVS against the list of its requirements and against the tests it names.

use std::path::Path;

const STATES: [&str; 4] = ["met", "not met", "deviation", "n/a"];

/// What is wrong with a table, given the list of requirements with their levels and who tells what is in a file.
fn faults(table: &str, list: &str, file: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut wanted: Vec<(&str, &str)> = list.lines().filter_map(|line| line.split_once(' ')).collect();
    for row in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [id, level, _, state, how, shown] = cells[..] else {
            faults.push(format!("{row}: not six cells"));
            continue;
        };
        match wanted.iter().position(|known| *known == (id, level)) {
            Some(at) => drop(wanted.remove(at)),
            None => faults.push(format!("{id} {level} is not in the list, or twice in the table")),
        }
        if !STATES.contains(&state) || how.is_empty() {
            faults.push(format!("{id}: {state:?} needs to be one of {STATES:?}, with how or why"));
        }
        if state == "deviation" && !how.contains("Signed:") {
            faults.push(format!("{id} is not signed"));
        }
        let tests: Vec<&str> = shown.split('`').filter(|part| part.contains("::")).collect();
        if state == "met" && tests.is_empty() {
            faults.push(format!("{id} is met and names no test"));
        }
        faults.extend(tests.into_iter().filter(|test| !is_there(test, &file)).map(|test| format!("{id}: no {test}")));
    }
    faults.extend(wanted.into_iter().map(|(id, _)| format!("{id} has no row")));
    faults
}

fn is_there(test: &str, file: impl Fn(&str) -> Option<String>) -> bool {
    let Some((path, name)) = test.split_once("::") else { return false };
    let rust = Path::new(path).extension().is_some_and(|extension| extension == "rs");
    let declared = if rust { format!("fn {name}(") } else { format!("test('{name}'") };
    file(path).is_some_and(|text| text.contains(&declared))
}

#[test]
fn every_requirement_has_its_row_and_every_test_named_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let read = |path: &str| std::fs::read_to_string(root.join(path)).ok();
    let list = read("docs/asvs.txt").unwrap();
    assert_eq!(list.lines().count(), 253);
    assert_eq!(faults(&read("docs/asvs.md").unwrap(), &list, read), Vec::<String>::new());
}

#[test]
fn a_table_with_a_gap_is_found_out() {
    let file = |path: &str| (path == "a.rs").then(|| "fn shows() {}".to_owned());
    let check = |row: &str, expected: usize| assert_eq!(faults(row, "1.1.1 L2", file).len(), expected, "{row}");
    check("| 1.1.1 | L2 | x | met | y | `a.rs::shows` |", 0);
    check("| 1.1.1 | L2 | x | met | y | – |", 1);
    check("| 1.1.1 | L2 | x | met | y | `a.rs::other` |", 1);
    check("| 1.1.1 | L2 | x | deviation | y | – |", 1);
    check("| 1.1.1 | L2 | x | fine | y | – |", 1);
    check("| 1.1.2 | L2 | x | n/a | y | – |", 2);
    check("", 1);
}
