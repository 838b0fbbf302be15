//! Many seeds, on every core.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::mutation::Mutation;
use crate::schedule::{Stage, run};
use crate::server::Trouble;
use crate::world::Counts;

/// What a run of the simulation comes to.
pub type Result<T> = std::result::Result<T, Trouble>;

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The first seed.
    pub first: u64,
    /// How many.
    pub seeds: u64,
    /// A planted fault.
    pub mutation: Option<Mutation>,
    /// Stop at the first seed that fails.
    pub stop_at_first: bool,
}

/// What many runs came to.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many seeds ran.
    pub seeds: u64,
    /// What was done in all of them.
    pub counts: Counts,
    /// The longest it took to come to rest once the world had healed, milliseconds.
    pub longest: u64,
    /// Each seed that failed, with what must not be and was.
    pub failed: BTreeMap<u64, Vec<String>>,
}

/// Runs the seeds of a plan, one thread for each core.
///
/// # Errors
/// When a server fails in a way that is not simulated.
pub fn run_many(plan: Plan) -> Result<Tally> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let tally = Mutex::new(Tally::default());
    let worker = |part: u64| -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut stage = Stage::new(part).await?;
            let mut own = Tally::default();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= plan.seeds || stop.load(Ordering::Relaxed) {
                    break;
                }
                let seed = plan.first + at;
                let outcome = run(&mut stage, seed, plan.mutation, false).await?;
                own.seeds += 1;
                own.longest = own.longest.max(outcome.converged);
                for (what, count) in outcome.counts {
                    *own.counts.entry(what).or_default() += count;
                }
                if !outcome.violations.is_empty() {
                    own.failed.insert(seed, outcome.violations);
                    if plan.stop_at_first {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            }
            let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.seeds += own.seeds;
            tally.longest = tally.longest.max(own.longest);
            tally.failed.extend(own.failed);
            for (what, count) in own.counts {
                *tally.counts.entry(what).or_default() += count;
            }
            Ok(())
        })
    };
    std::thread::scope(|scope| {
        let worker = &worker;
        let parts: Vec<_> = (0..threads as u64).map(|part| scope.spawn(move || worker(part + 1))).collect();
        parts.into_iter().try_for_each(|part| part.join().unwrap_or_else(|_| Err("a thread panicked".into())))
    })?;
    Ok(tally.into_inner().unwrap_or_else(PoisonError::into_inner))
}
