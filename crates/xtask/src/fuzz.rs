//! `cargo xtask fuzz`: a short run of each fuzz target. What it finds lies in `fuzz/artifacts`; what it learned is thrown away.

use crate::failure::{Failure, Result};
use crate::house::{self, cargo, run};
use crate::term::{End, Progress};
use crate::tools::{self, Tool};

/// The targets, each a file in `fuzz/targets`.
const TARGETS: [&str; 5] = ["forms", "outbox", "codes", "picture", "places"];
const SECONDS: u32 = 60;

/// `cargo xtask fuzz [TARGET] [SECONDS]`.
pub fn fuzz(options: &[&str]) -> Result {
    let (targets, seconds) = match options {
        [] => (TARGETS.to_vec(), SECONDS),
        [target] => (vec![known(target)?], SECONDS),
        [target, seconds] => {
            let seconds = seconds.parse().map_err(|_| Failure::new(format!("{seconds} is no number of seconds")))?;
            (vec![known(target)?], seconds)
        }
        _ => return Err(Failure::new("cargo xtask fuzz [TARGET] [SECONDS]")),
    };
    let mut progress = Progress::new(1 + targets.len());
    tools::ensure(&mut progress, &[Tool::CargoFuzz])?;
    for target in targets {
        progress.step(target, &format!("{seconds} s"), || run_target(target, seconds))?;
    }
    progress.summary();
    Ok(())
}

fn known(target: &str) -> Result<&'static str> {
    let found = TARGETS.into_iter().find(|known| *known == target);
    found.ok_or_else(|| Failure::new(format!("no target {target}; there are {}", TARGETS.join(", "))))
}

fn run_target(target: &str, seconds: u32) -> Result<End> {
    // What is learned goes to the first folder, the seeds in the second stay as they are.
    let learned = house::target().join("fuzz-learned").join(target);
    std::fs::create_dir_all(&learned).map_err(Failure::about(&learned))?;
    let mut call = cargo();
    call.args(["fuzz", "run", "--fuzz-dir", "fuzz", target]).arg(&learned).arg(format!("fuzz/seeds/{target}"));
    call.args(["--", "-timeout=10", "-rss_limit_mb=1024", "-max_len=65536"]).arg(format!("-max_total_time={seconds}"));
    // The sanitizers are options of the nightly compiler; this makes the pinned one take them.
    call.env("RUSTC_BOOTSTRAP", "1");
    run(&mut call)?;
    Ok(End::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_file_and_its_seeds() {
        for target in TARGETS {
            assert!(house::root().join("fuzz/targets").join(format!("{target}.rs")).is_file(), "{target}");
            assert!(std::fs::read_dir(house::root().join("fuzz/seeds").join(target)).unwrap().next().is_some());
        }
        assert!(fuzz(&["flies"]).is_err());
    }
}
