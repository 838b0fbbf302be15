//! The table of OWASP ASVS against the list of its requirements and against the tests it names, and what of it only the
//! manifests can show.

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

/// Whether a test is declared where it is said to be; of what is no code, whether it says so word for word.
fn is_there(evidence: &str, file: impl Fn(&str) -> Option<String>) -> bool {
    let Some((path, name)) = evidence.split_once("::") else { return false };
    file(path).is_some_and(|text| match Path::new(path).extension().and_then(|extension| extension.to_str()) {
        Some("rs") => text.find(&format!("fn {name}(")).is_some_and(|at| is_test(&text[..at])),
        Some("js") => text.contains(&format!("test('{name}'")),
        _ => text.contains(name),
    })
}

/// Whether what is declared after this text is a test: by the lines right above it, or by the block that it stands in.
fn is_test(before: &str) -> bool {
    let above = before.lines().rev().skip(usize::from(!before.ends_with('\n')));
    let marked = above.take_while(|line| !line.trim().is_empty() && line.trim() != "}");
    let block = before.rfind("on_both! {").max(before.rfind("proptest! {"));
    let closed = |at: usize| before[at..].contains("\n}\n");
    marked.into_iter().any(|line| line.trim().starts_with("#[") && line.contains("test"))
        || block.is_some_and(|at| !closed(at))
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
    let told =
        "fn helps() {}\n\n#[test]\nfn shows() {}\n\non_both! {\n    async fn both(x: X) {}\n}\n\nfn after() {}\n";
    let file = |path: &str| match path {
        "a.rs" => Some(told.to_owned()),
        "a.toml" => Some("unsafe_code = \"forbid\"".to_owned()),
        _ => None,
    };
    let check = |row: &str, expected: usize| assert_eq!(faults(row, "1.1.1 L2", file).len(), expected, "{row}");
    check("| 1.1.1 | L2 | x | met | y | `a.rs::shows` |", 0);
    check("| 1.1.1 | L2 | x | met | y | `a.rs::both` |", 0);
    check("| 1.1.1 | L2 | x | met | y | `a.toml::unsafe_code = \"forbid\"` |", 0);
    check("| 1.1.1 | L2 | x | met | y | `a.toml::forbid_unsafe` |", 1);
    check("| 1.1.1 | L2 | x | met | y | `a.rs::helps` |", 1);
    check("| 1.1.1 | L2 | x | met | y | `a.rs::after` |", 1);
    check("| 1.1.1 | L2 | x | met | y | – |", 1);
    check("| 1.1.1 | L2 | x | met | y | `a.rs::other` |", 1);
    check("| 1.1.1 | L2 | x | deviation | y | – |", 1);
    check("| 1.1.1 | L2 | x | fine | y | – |", 1);
    check("| 1.1.2 | L2 | x | n/a | y | – |", 2);
    check("", 1);
}

#[test]
fn the_server_brings_nothing_that_calls_others() {
    let manifest = include_str!("../../crates/server/Cargo.toml");
    let brought: Vec<&str> = manifest.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    assert!(brought.contains(&"axum") && brought.contains(&"hyper"));
    for client in ["reqwest", "ureq", "isahc", "awc", "curl", "hyper-rustls", "lettre"] {
        assert!(!brought.contains(&client), "{client} calls other machines");
    }
    let hyper = manifest.lines().filter(|line| line.starts_with("hyper"));
    assert!(hyper.clone().count() > 0 && hyper.clone().all(|line| !line.contains("client")));
}
