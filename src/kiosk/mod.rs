//! A shared tablet in an activity room: how a device becomes one, and how a visit at one ends.

pub mod entry;
pub mod visit;
