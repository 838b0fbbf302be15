//! `linli-sim`: runs seeds and says what they came to.
//!
//! `--seeds N` (10,000), `--from SEED`, `--json FILE`; `--seed N --trace` replays one; `--mutations` plants every fault in
//! turn and fails if one is not found.

use std::process::ExitCode;
use std::time::Instant;

use linli_domain::courier::{FIRST_PAUSE, LONGEST_PAUSE};
use linli_sim::{Mutation, Plan, Result, Stage, run, run_many};
use serde_json::json;

/// Seeds within which every planted fault has to be found.
const FOUND_WITHIN: u64 = 2_000;

#[derive(Default)]
struct Asked {
    seeds: Option<u64>,
    from: u64,
    one: Option<u64>,
    trace: bool,
    mutations: bool,
    planted: Option<Mutation>,
    json: Option<String>,
}

fn main() -> ExitCode {
    let done = asked().and_then(|asked| {
        if let Some(seed) = asked.one {
            replay(seed, asked.planted, asked.trace)
        } else if asked.mutations {
            mutations()
        } else {
            many(&asked)
        }
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            eprintln!("linli-sim: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn asked() -> Result<Asked> {
    let mut asked = Asked::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} takes a value"));
        match word.as_str() {
            "--seeds" => asked.seeds = Some(value()?.parse()?),
            "--from" => asked.from = value()?.parse()?,
            "--seed" => asked.one = Some(value()?.parse()?),
            "--json" => asked.json = Some(value()?),
            "--planted" => {
                let name = value()?;
                let planted = Mutation::ALL.into_iter().find(|mutation| format!("{mutation:?}") == name);
                asked.planted = Some(planted.ok_or_else(|| format!("no planted fault {name}"))?);
            }
            "--trace" => asked.trace = true,
            "--mutations" => asked.mutations = true,
            other => return Err(format!("unknown word {other}").into()),
        }
    }
    Ok(asked)
}

fn replay(seed: u64, planted: Option<Mutation>, traced: bool) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let mut stage = Stage::new(0).await?;
        run(&mut stage, seed, planted, true).await
    })?;
    if traced || !outcome.violations.is_empty() {
        for line in &outcome.trace {
            println!("{line}");
        }
    }
    for violation in &outcome.violations {
        println!("seed {seed}: {violation}");
    }
    Ok(outcome.violations.is_empty())
}

fn many(asked: &Asked) -> Result<bool> {
    let began = Instant::now();
    let seeds = asked.seeds.unwrap_or(10_000);
    let plan = Plan { first: asked.from, seeds, mutation: asked.planted, stop_at_first: false };
    let tally = run_many(plan)?;
    let took = began.elapsed().as_secs_f64();
    println!("{} seeds from {} in {took:.0} s, {} failed", tally.seeds, asked.from, tally.failed.len());
    let (longest, allowed) = (tally.longest / 1_000, 2 * (FIRST_PAUSE + LONGEST_PAUSE) / 1_000);
    println!("{longest:>9}  seconds at most to come to rest; {allowed} are allowed, more where the server asks for it");
    for (what, count) in &tally.counts {
        println!("{count:>9}  {what}");
    }
    if let Some(file) = &asked.json {
        let failed: Vec<u64> = tally.failed.keys().copied().collect();
        let text = json!({"seeds": tally.seeds, "from": asked.from, "failed": failed, "longest": longest, "counts": tally.counts});
        std::fs::write(file, format!("{text:#}\n"))?;
    }
    for (seed, violations) in tally.failed.iter().take(10) {
        for violation in violations {
            println!("seed {seed}: {violation}");
        }
        println!("  cargo run --release -p linli-sim -- --seed {seed} --trace");
    }
    if let Some(seed) = tally.failed.keys().next() {
        replay(*seed, asked.planted, true)?;
    }
    Ok(tally.failed.is_empty())
}

fn mutations() -> Result<bool> {
    let mut all = true;
    for mutation in Mutation::ALL {
        let plan = Plan { first: 0, seeds: FOUND_WITHIN, mutation: Some(mutation), stop_at_first: true };
        let tally = run_many(plan)?;
        if let Some((seed, violations)) = tally.failed.iter().next() {
            println!("{mutation:?}: found by seed {seed}: {}", violations[0]);
        } else {
            all = false;
            println!("{mutation:?}: NOT FOUND within {FOUND_WITHIN} seeds");
        }
    }
    Ok(all)
}
