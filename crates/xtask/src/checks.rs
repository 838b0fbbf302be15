//! `cargo xtask test`: every check, one after the other, also after one that failed; then a table and the count.

use std::path::Path;

use crate::api;
use crate::artefacts;
use crate::budget;
use crate::failure::{Failure, Result};
use crate::house::{self, cargo, command, root, run};
use crate::term::{End, Progress, say};
use crate::tools::{self, Tool};

struct Check {
    name: &'static str,
    about: &'static str,
    needs: &'static [Tool],
    /// Checks whose failure makes this one pointless.
    after: &'static [&'static str],
    run: fn() -> Result<End>,
}

/// What the journeys need: a browser, and what builds the gallery.
pub const JOURNEYS: [Tool; 5] = [Tool::WasmTarget, Tool::Trunk, Tool::WasmBindgen, Tool::Debian, Tool::Journeys];

const CHECKS: [Check; 11] = [
    Check { name: "fmt", about: "", needs: &[], after: &[], run: fmt },
    Check { name: "clippy", about: "server, rules and commands", needs: &[], after: &[], run: clippy },
    Check { name: "clippy-wasm", about: "app", needs: &[Tool::WasmTarget], after: &[], run: clippy_wasm },
    Check { name: "rust", about: "rules, server, house", needs: &[Tool::Debian], after: &[], run: rust },
    Check { name: "sim", about: "10,000 seeds of faults", needs: &[], after: &[], run: sim },
    Check {
        name: "web",
        about: "components in a browser",
        needs: &[Tool::WasmTarget, Tool::WasmBindgen, Tool::Debian],
        after: &[],
        run: web,
    },
    Check { name: "app", about: "release build", needs: &tools::FOR_BUILD, after: &[], run: artefacts::app },
    Check { name: "server", about: "release build", needs: &[], after: &["app"], run: artefacts::server },
    Check {
        name: "api",
        about: "made-up requests as stranger, resident and staff",
        needs: &[Tool::Debian, Tool::ApiTester],
        after: &["server"],
        run: api::check,
    },
    Check { name: "budget", about: "sizes", needs: &[], after: &["app"], run: budget::check },
    Check { name: "e2e", about: "journeys in a browser", needs: &JOURNEYS, after: &["app", "server"], run: journeys },
];

/// `cargo xtask test [STEP …]`.
pub fn test(wanted: &[&str]) -> Result {
    if let Some(unknown) = wanted.iter().find(|wanted| CHECKS.iter().all(|check| check.name != **wanted)) {
        let known = CHECKS.iter().map(|check| check.name).collect::<Vec<_>>().join(", ");
        return Err(Failure::new(format!("no step {unknown}; there are {known}")));
    }
    let chosen: Vec<&Check> = CHECKS.iter().filter(|check| wanted.is_empty() || wanted.contains(&check.name)).collect();
    let needs = needs(&chosen);
    let mut progress = Progress::new(needs.len() + 1 + chosen.len());

    let prepared = tools::ensure(&mut progress, &needs).and_then(|()| progress.step("crates", "", artefacts::fetch));
    if prepared.is_ok() {
        let mut failed = Vec::new();
        for check in chosen {
            let result = progress.step(check.name, check.about, || match pointless(check, &failed) {
                Some(cause) => Err(Failure::new(format!("not run, since {cause} failed"))),
                None => (check.run)(),
            });
            if result.is_err() {
                failed.push(check.name);
            }
        }
    }
    progress.summary();
    let (passed, failed) = progress.tally();
    say(&format!("\n{passed} passed, {failed} failed"));
    if failed == 0 { Ok(()) } else { Err(Failure::new(format!("{failed} of {} steps failed", passed + failed))) }
}

fn needs(chosen: &[&Check]) -> Vec<Tool> {
    let mut needs: Vec<Tool> = Vec::new();
    for tool in chosen.iter().flat_map(|check| check.needs) {
        if !needs.contains(tool) {
            needs.push(*tool);
        }
    }
    needs
}

fn pointless<'a>(check: &Check, failed: &[&'a str]) -> Option<&'a str> {
    failed.iter().copied().find(|name| check.after.contains(name))
}

fn fmt() -> Result<End> {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    Ok(End::Done)
}

fn clippy() -> Result<End> {
    let what = ["clippy", "--workspace", "--exclude", "linli-web", "--all-targets", "--all-features", "--locked"];
    run(cargo().args(what).args(["--", "-D", "warnings"]))?;
    Ok(End::Done)
}

fn clippy_wasm() -> Result<End> {
    let mut clippy = cargo();
    clippy.args(["clippy", "--package", "linli-web", "--target", "wasm32-unknown-unknown", "--lib", "--bins"]);
    run(clippy.args(web_tests()).args(["--locked", "--", "-D", "warnings"]))?;
    Ok(End::Done)
}

fn rust() -> Result<End> {
    run(lean(cargo().args(["test", "--workspace", "--exclude", "linli-web", "--locked", "--no-fail-fast"])))?;
    Ok(End::Done)
}

fn sim() -> Result<End> {
    simulate(&house::target().join("sim.json"))
}

/// The promise under faults, with the counts into a file; every planted fault has to be found, or the seeds prove nothing.
pub fn simulate(counts: &Path) -> Result<End> {
    let sim = || {
        let mut sim = cargo();
        sim.args(["run", "--release", "--locked", "--package", "linli-sim", "--"]);
        sim
    };
    run(sim().args(["--seeds", "10000", "--json"]).arg(counts))?;
    run(sim().arg("--mutations"))?;
    Ok(End::Done)
}

fn web() -> Result<End> {
    if web_tests().is_empty() {
        return Ok(End::Already);
    }
    // What needs no browser is plain Rust and runs on this machine.
    run(lean(cargo().args(["test", "--package", "linli-web", "--lib", "--locked"])))?;
    let mut test = cargo();
    test.args(["test", "--package", "linli-web", "--target", "wasm32-unknown-unknown", "--locked"]).args(web_tests());
    test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    test.env("CHROMEDRIVER", "/usr/bin/chromedriver");
    run(lean(&mut test))?;
    Ok(End::Done)
}

/// The browser tests, once there are any.
fn web_tests() -> &'static [&'static str] {
    if root().join("tests").join("web").join("main.rs").exists() { &["--test", "web"] } else { &[] }
}

/// On a machine that builds once, what incremental compilation writes is never read.
fn lean(call: &mut std::process::Command) -> &mut std::process::Command {
    if std::env::var_os("CI").is_some() { call.env("CARGO_INCREMENTAL", "0") } else { call }
}

fn journeys() -> Result<End> {
    let gallery = artefacts::gallery()?;
    run(playwright().arg("test").env("LINLI_GALLERY", gallery))?;
    Ok(End::Done)
}

/// `cargo xtask pictures`: takes the pictures of the documents anew, from the app and server as they are built.
pub fn pictures() -> Result {
    let mut progress = Progress::new(JOURNEYS.len() + 1);
    tools::ensure(&mut progress, &JOURNEYS)?;
    progress.step("pictures", "about 2 min", || {
        let gallery = artefacts::gallery()?;
        let wanted = ["test", "pictures", "gallery"];
        run(playwright().args(wanted).env("LINLI_PICTURES", "1").env("LINLI_GALLERY", gallery))?;
        Ok(End::Done)
    })
}

/// The runner of the journeys.
pub fn playwright() -> std::process::Command {
    let folder = tools::journeys();
    let mut playwright = command(folder.join("node_modules").join(".bin").join("playwright"));
    playwright.current_dir(folder).env("LINLI_BIN", house::server());
    playwright
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_after_a_failed_one_is_pointless() {
        let e2e = CHECKS.iter().find(|check| check.name == "e2e").unwrap();
        assert_eq!(pointless(e2e, &["fmt"]), None);
        assert_eq!(pointless(e2e, &["fmt", "server"]), Some("server"));
    }

    #[test]
    fn every_step_named_by_another_exists() {
        for after in CHECKS.iter().flat_map(|check| check.after) {
            assert!(CHECKS.iter().any(|check| check.name == *after), "{after}");
        }
    }

    #[test]
    fn an_unknown_step_is_refused() {
        assert!(test(&["flies"]).is_err());
    }
}
