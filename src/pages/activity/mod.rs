//! Activities to come: the list, one of them, and what a card or page says about it.

pub mod card;
pub mod days;
pub mod detail;
pub mod facts;
pub mod list;
