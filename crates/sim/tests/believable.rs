//! Why the simulation may be believed: it does the same again, and it finds what is planted.

use linli_sim::{Mutation, Plan, Stage, run, run_many};

#[test]
fn a_seed_does_the_same_again() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut stage = Stage::new(1).await.unwrap();
        // 0 restores the server, 1 restarts it.
        for seed in [0, 1, 2, 3, 4, 8] {
            let first = run(&mut stage, seed, None, true).await.unwrap();
            let second = run(&mut stage, seed, None, true).await.unwrap();
            assert!(first.trace.len() > 20, "something happens");
            assert_eq!(first.trace, second.trace, "seed {seed}");
            assert_eq!(first.counts, second.counts, "seed {seed}");
        }
    });
}

#[test]
fn every_planted_fault_is_found_and_none_where_none_is() {
    let plan = Plan { first: 0, seeds: 64, mutation: None, stop_at_first: true };
    assert_eq!(run_many(plan).unwrap().failed, std::collections::BTreeMap::default());
    for mutation in Mutation::ALL {
        let tally = run_many(Plan { seeds: 2_000, mutation: Some(mutation), ..plan }).unwrap();
        assert!(!tally.failed.is_empty(), "{mutation:?}");
    }
}
