//! Everything the app says. The words live in `locales/`, one file per language; `build.rs` makes a function of each, so
//! that a key that is missing or misspelt does not compile. Dates and findings in words are here too; rules are not.

pub mod dates;
pub mod findings;
pub mod language;
pub mod readings;
pub mod states;

/// The typed catalogue: `words::home::title()`.
pub mod words {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}
