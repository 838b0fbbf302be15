//! What was submitted on this device.

pub mod drafts;
pub mod item;
pub mod list;
mod merged;
pub mod row;
