//! `cargo xtask promise`: `docs/promise.md` from the counts of runs that lie in `docs/measured/`. What was not measured is
//! said to be so; nothing is written by hand. `--measure` makes the long runs first, which takes hours.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::checks::{self, JOURNEYS, playwright};
use crate::failure::{Failure, Result};
use crate::house::{self, cargo, load_text, root, run, save};
use crate::term::{End, Progress, say};
use crate::tools;

/// The six sentences, each with what shows it, by the names of the goals (R1 to R12).
const SENTENCES: [(&str, &str, &str); 6] = [
    (
        "Saved means saved",
        "The page says so only after a strict IndexedDB transaction completed.",
        "R1 the simulation; R3 the browser killed (`journeys/killed.spec.js`); R9 storage that refuses \
         (`journeys/unsent.spec.js`, `photos.spec.js`, `golden.spec.js`)",
    ),
    (
        "Once",
        "One confirmed submission is one row for ever, from whatever tab, however often retried.",
        "R1 the simulation; R4 the server killed (`it/killed.rs`); R7 two windows, double tap, back and reload \
         (`journeys/once.spec.js`, `tabs.spec.js`, `offline.spec.js`)",
    ),
    (
        "Never silent",
        "Every record is in exactly one visible state. A refusal deletes nothing.",
        "R1 the simulation; R10 what is unsent for long, and the file that carries it off (`journeys/unsent.spec.js`); \
         `faults.spec.js`, `photos.spec.js`",
    ),
    (
        "Never stuck",
        "After the network heals every queue empties; one bad record delays no other.",
        "R2 the simulation; `journeys/faults.spec.js`",
    ),
    (
        "Never mixed",
        "Nothing of one person shows to the next on a shared device.",
        "R1 the simulation; `journeys/kiosk.spec.js`; a copy of the profile, below (`journeys/secret.spec.js`)",
    ),
    (
        "Survives us",
        "App updates, changes of the database's form, a server restored from an older backup.",
        "R1 the simulation; R5 the profile of each released version (`journeys/golden.spec.js`), `updates.spec.js`, \
         `restored.spec.js`; R12 the comparison below",
    ),
];

/// `cargo xtask promise --measure`.
pub fn measure() -> Result {
    if !house::server().exists() {
        return Err(Failure::new("there is no release server yet").hint("cargo xtask build"));
    }
    let mut progress = Progress::new(JOURNEYS.len() + 4);
    tools::ensure(&mut progress, &JOURNEYS)?;
    let done = |call: &mut Command| run(call).map(|()| End::Done);
    progress.step("simulation", "10,000 seeds", || checks::simulate(&file("simulation")))?;
    progress.step("killed-browser", "300 kills", || {
        done(
            playwright().args(["test", "killed"]).env("LINLI_KILLS", "300").env("LINLI_COUNTS", file("killed-browser")),
        )
    })?;
    progress.step("killed-server", "1,000 kills", || {
        let what = ["test", "--release", "--locked", "--package", "linli-server", "--test", "it", "killed"];
        done(cargo().args(what).env("LINLI_KILLS", "1000").env("LINLI_COUNTS", file("killed-server")))
    })?;
    progress.step("canary", "100 forms", || {
        done(playwright().args(["test", "secret"]).env("LINLI_FORMS", "100").env("LINLI_COUNTS", file("canary")))
    })?;
    write()
}

/// `cargo xtask promise`.
pub fn write() -> Result {
    let text = render(&measured);
    save(&root().join("docs").join("promise.md"), text.as_bytes())?;
    say("docs/promise.md is written");
    Ok(())
}

/// The counts of a run, or nothing if it was not made.
fn measured(name: &str) -> Option<Value> {
    serde_json::from_str(&load_text(&file(name)).ok()?).ok()
}

fn file(name: &str) -> PathBuf {
    root().join("docs").join("measured").join(format!("{name}.json"))
}

fn render(measured: &dyn Fn(&str) -> Option<Value>) -> String {
    let mut page = String::from(
        "# The promise, and what was counted\n\nWritten by `cargo xtask promise` from the runs in `docs/measured/`; a test \
         holds this page to them.\n\n| | the promise | what shows it |\n|---|---|---|\n",
    );
    for (name, sentence, shown) in SENTENCES {
        let _ = writeln!(page, "| **{name}** | {sentence} | {shown} |");
    }
    page.push_str(
        "\n## Broken on purpose\n\n| what was done | how often | called saved or acknowledged | lost | doubled |\n",
    );
    page.push_str("|---|--:|--:|--:|--:|\n");
    page.push_str(&simulation(measured("simulation").as_ref()));
    let killed = |what: &str, name: &str, promised: &str| match measured(name) {
        None => not_measured(what, 5),
        Some(counts) => {
            let cells = ["kills", promised, "lost", "doubled"].map(|field| count(&counts[field]));
            // A run of an earlier build says so.
            let build = counts["build"].as_str().map(|build| format!(" ({build})")).unwrap_or_default();
            format!("| {what}{build} | {} |\n", cells.join(" | "))
        }
    };
    page.push_str(&killed("browser killed (SIGKILL) while submitting and sending", "killed-browser", "saved"));
    page.push_str(&killed("server killed (SIGKILL) under load", "killed-server", "acknowledged"));
    page.push_str(&convergence(measured("simulation").as_ref()));
    page.push_str("\n## Searched in a copy of the browser's profile\n\n");
    page.push_str(&canary(measured("canary").as_ref()));
    page.push_str("\n## Beside other stacks, under the same faults\n\n");
    page.push_str(&faults(measured("faults").as_ref()));
    page.push_str("\n## Beside other stacks, in time\n\n");
    page.push_str(&speed(measured("speed").as_ref()));
    page
}

fn simulation(run: Option<&Value>) -> String {
    let what = "simulation of device and server: loss, repetition, crashes, clocks, full disks, tabs, restored backups";
    let Some(run) = run else { return not_measured(what, 5) };
    let failed = run["failed"].as_array().map_or(0, Vec::len);
    format!("| {what} | {} seeds | every record of every seed | {failed} seeds failed | |\n", count(&run["seeds"]))
}

fn convergence(run: Option<&Value>) -> String {
    let longest = run.and_then(|run| run["longest"].as_u64());
    let said = |longest| {
        format!("\nR2: once the world had healed, the slowest queue of all seeds was empty after {longest} s.\n")
    };
    longest.map(said).unwrap_or_default()
}

fn canary(run: Option<&Value>) -> String {
    let Some(run) = run else { return "Not measured yet.\n".to_owned() };
    let [forms, words, found] = ["forms", "words", "found"].map(|field| count(&run[field]));
    format!(
        "S3: after {forms} forms, waiting, sent and half-written, {words} words that stand in them were searched in every \
         file of the profile: {found} were found.\n"
    )
}

fn faults(run: Option<&Value>) -> String {
    let Some(run) = run else { return "Not measured yet.\n".to_owned() };
    let mut part = format!(
        "One schedule (seed {}) of {} forms for each: requests dropped, delayed, doubled, refused, replies lost, no network, \
         the browser and the server killed, the server set back to an older backup. **Lost**: the page called it saved and \
         it is nowhere; some of it because the server was set back. **Stuck**: on the device and not delivered although the network healed. Counts, and in brackets \
         per 10,000 that were called saved.\n\n\
         | | called saved | lost | of these, set back | doubled | stuck | browser killed | server killed | set back |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        count(&run["seed"]),
        count(&run["records"]),
    );
    for contender in run["contenders"].as_array().into_iter().flatten() {
        let saved = contender["saved"].as_f64().unwrap_or(0.0).max(1.0);
        let rate = |field: &str| {
            let number = contender[field].as_f64().unwrap_or(0.0);
            format!("{number:.0} ({:.0})", number * 10_000.0 / saved)
        };
        let happened = ["browserKilled", "serverKilled", "restored"].map(|field| count(&contender[field])).join(" | ");
        let _ = writeln!(
            part,
            "| {} | {} | {} | {} | {} | {} | {happened} |",
            contender["name"].as_str().unwrap_or_default(),
            count(&contender["saved"]),
            rate("lost"),
            count(&contender["setBack"]),
            rate("doubled"),
            rate("stuck"),
        );
    }
    part
}

fn speed(run: Option<&Value>) -> String {
    let Some(run) = run else { return "Not measured yet.\n".to_owned() };
    let mut part = String::from("By turns in one run; median, and in brackets lowest and highest of the rounds.\n\n");
    part.push_str("| | what | measured | goal |\n|---|---|--:|--:|\n");
    let mut row = |id: &str, what: &str, measured: String, goal: &str| {
        let _ = writeln!(part, "| {id} | {what} | {measured} | {goal} |");
    };
    let saving = &run["P6"];
    for (name, time) in saving["ms"].as_object().into_iter().flatten() {
        row("P6", &format!("pressing send until the page says so, {name}"), spread(time, 1, " ms"), "");
    }
    for (name, time) in saving["written_ms"].as_object().into_iter().flatten() {
        row("P6", &format!("pressing send until it is written, {name}"), spread(time, 1, " ms"), "");
    }
    if saving.is_object() {
        row("P6", "Linli ÷ Dexie, strict", spread(&saving["ratio"]["dexie"], 2, ""), "≤ 0.9");
        row(
            "P6",
            "Linli ÷ PouchDB, which is not strictly durable",
            spread(&saving["ratio"]["pouchdb"], 2, ""),
            "≤ 0.6",
        );
        row("P6", "the same until it is written, Dexie", spread(&saving["written_ratio"]["dexie"], 2, ""), "≤ 0.9");
        row("P6", "the same until it is written, PouchDB", spread(&saving["written_ratio"]["pouchdb"], 2, ""), "≤ 0.6");
    }
    for opened in run["P7"].as_array().into_iter().flatten() {
        for (path, time) in opened["ms"].as_object().into_iter().flatten() {
            let what = format!(
                "`{path}` painted, {} in the archive, {} waiting",
                count(&opened["archive"]),
                count(&opened["queue"])
            );
            row("P7", &what, spread(time, 0, " ms"), "≤ 200 ms");
        }
    }
    let slow = &run["P8"];
    if slow.is_object() {
        let linli = &slow["Linli"];
        let what = format!("{} records over slow 4G ÷ the limit of the link", count(&slow["records"]));
        row("P8", &what, spread(&slow["to_limit"], 2, ""), "≤ 1.25");
        row("P8", "as many times as fast as PouchDB", spread(&slow["faster"], 1, ""), "≥ 6");
        row("P8", "requests that write", spread(&linli["writes"], 0, ""), "≤ 6");
    }
    let near = &run["P9"];
    if near.is_object() {
        row("P9", "records a second, no distance", spread(&near["Linli"]["per_second"], 0, ""), "");
        row("P9", "as many times as fast as PouchDB", spread(&near["faster"], 1, ""), "≥ 4");
    }
    part
}

fn not_measured(what: &str, columns: usize) -> String {
    format!("| {what} | not measured yet |{}\n", " |".repeat(columns - 2))
}

/// A whole number in groups of three.
fn count(value: &Value) -> String {
    let digits = value.as_u64().unwrap_or(0).to_string();
    let grouped = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    grouped.collect::<Vec<_>>().join(",")
}

fn spread(value: &Value, digits: usize, unit: &str) -> String {
    let [median, low, high] = ["median", "low", "high"].map(|field| value[field].as_f64().unwrap_or(0.0));
    format!("{median:.digits$}{unit} ({low:.digits$} to {high:.digits$})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_page_is_what_the_runs_give() {
        let page = load_text(&root().join("docs").join("promise.md")).unwrap();
        assert_eq!(page, render(&measured), "write it anew: cargo xtask promise");
    }

    #[test]
    fn every_run_that_is_kept_is_read() {
        for file in crate::house::files(&root().join("docs").join("measured")).unwrap() {
            assert!(measured(file.trim_end_matches(".json")).is_some(), "{file}");
        }
    }

    #[test]
    fn a_loss_shows_raw_and_per_ten_thousand() {
        let run = json!({"seed": 4, "records": 300, "contenders": [
            {"name": "a queue", "saved": 250, "lost": 5, "setBack": 3, "doubled": 1, "stuck": 0, "browserKilled": 1234}]});
        let page = render(&|name| (name == "faults").then(|| run.clone()));
        assert!(page.contains("| a queue | 250 | 5 (200) | 3 | 1 (40) | 0 (0) | 1,234 | 0 | 0 |"), "{page}");
        assert!(page.contains("not measured yet"));
    }

    #[test]
    fn a_seed_that_failed_is_told() {
        let run = json!({"seeds": 10_000, "failed": [7, 9], "longest": 301});
        let page = render(&|name| (name == "simulation").then(|| run.clone()));
        assert!(page.contains("was empty after 301 s"), "{page}");
        assert!(page.contains("| 10,000 seeds | every record of every seed | 2 seeds failed |"), "{page}");
    }
}
