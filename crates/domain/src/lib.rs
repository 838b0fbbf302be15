//! The rules of Linli: what a submission is, when it is acceptable, what travels on the wire and how a record gets
//! from a device to the server. Deliberately absent: time of day, randomness, I/O, async, any framework and every
//! human sentence. `now` and random bytes are parameters; findings and problems are codes.

pub mod account;
pub mod acting;
pub mod activity;
pub mod audit;
pub mod card;
pub mod check_in;
pub mod community;
pub mod consent;
pub mod courier;
pub mod device;
pub mod family;
pub mod field;
pub mod figures;
pub mod finding;
pub mod grid;
pub mod notice;
pub mod number;
pub mod outbox;
pub mod person;
pub mod photo;
pub mod place;
pub mod problem;
pub mod receipt;
pub mod record;
pub mod report;
pub mod retention;
pub mod sealed;
pub mod session;
pub mod sign_up;
pub mod staff;
pub mod submission;
pub mod tablet;

pub use field::FieldPath;
pub use finding::{Code, Finding, Weight};
pub use photo::PhotoHash;
pub use problem::{Problem, ProblemCode};
pub use receipt::Receipt;
pub use record::RecordId;
