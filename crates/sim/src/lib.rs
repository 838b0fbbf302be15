//! The promise under faults: the real courier, the real device logic and the real server, driven by one seeded scheduler.
//! The same seed always does the same. What is simulated is the browser (IndexedDB, Web Locks, tabs, timers), the network
//! and the people; planted faults ([`Mutation`]) show that what must not be would be seen.

mod check;
mod faults;
mod mutation;
mod network;
mod people;
mod rng;
mod runs;
mod schedule;
mod server;
mod storage;
mod tab;
mod world;

pub use mutation::Mutation;
pub use runs::{Plan, Result, Tally, run_many};
pub use schedule::{Outcome, Stage, run};
pub use server::Trouble;
