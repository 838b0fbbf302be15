//! What a device keeps, and how it changes: tables, rows, and pure functions from what was read to the changes of one
//! transaction. Deliberately absent: the database itself, which carries the changes out, all or none.
//!
//! What was confirmed stands in [`Table::Submission`]; beside it stands a row in exactly one of [`Table::Outbox`],
//! [`Table::Sent`] and [`Table::Attention`], so that it is in one visible state. A decision that rests on a row says so
//! with [`Change::Expect`]: another tab may have been faster, and then nothing is changed and the decision is taken anew.

pub mod epoch;
pub mod file;
mod keep;
mod photo;
mod row;
mod settle;
#[cfg(test)]
mod tests;
pub mod upgrade;

use serde::Serialize;

pub use keep::{
    correct, discard, discard_photos, hand_over, is_what_was_said, retry, submit, submit_sealed, with_receipt,
};
pub use photo::{
    MOST_SENT, Owners, PhotoOutboxRow, PhotoRow, STAYS, photo_key, read_photo_key, settle_photo, tidied, unsent_photos,
    waiting_photos,
};
pub use row::{
    AttentionRow, OutboxItem, OutboxRow, SealedRow, SentRow, Stored, StoredState, SubmissionRow, is_sealed,
    outbox_item, state, stored, waiting,
};
pub use settle::{Settling, settle};

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Forms being filled in, by form.
    Draft,
    /// Confirmed submissions as they were made, by record id.
    Submission,
    /// What waits to be sent, by record id.
    Outbox,
    /// What the community has, by record id.
    Sent,
    /// What a person has to look at, by record id.
    Attention,
    /// Pictures, by record and hash.
    Photo,
    /// Pictures that wait to be sent, by record and hash.
    PhotoOutbox,
    /// Copies of what the server publishes, by name.
    Cache,
    /// Keys, by name.
    Key,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Submission,
        Self::Outbox,
        Self::Sent,
        Self::Attention,
        Self::Photo,
        Self::PhotoOutbox,
        Self::Cache,
        Self::Key,
    ];

    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submission => "submission",
            Self::Outbox => "outbox",
            Self::Sent => "sent",
            Self::Attention => "attention",
            Self::Photo => "photo",
            Self::PhotoOutbox => "photo_outbox",
            Self::Cache => "cache",
            Self::Key => "key",
        }
    }
}

/// A change to one row, or a condition on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Inserts; the whole transaction fails if the key exists.
    Add(Table, String, String),
    /// Inserts or replaces.
    Put(Table, String, String),
    /// Deletes, if there.
    Delete(Table, String),
    /// Changes nothing; the whole transaction fails unless the row is still this text, or still absent. Comes before
    /// what rests on it, and only for tables whose texts stand in the database as they are given.
    Expect(Table, String, Option<String>),
}

impl Change {
    /// A [`Change::Put`] of a value as JSON.
    pub fn put<T: Serialize>(table: Table, key: &dyn ToString, value: &T) -> Self {
        Self::Put(table, key.to_string(), to_json(value))
    }

    /// A [`Change::Add`] of a value as JSON.
    pub fn add<T: Serialize>(table: Table, key: &dyn ToString, value: &T) -> Self {
        Self::Add(table, key.to_string(), to_json(value))
    }

    /// A [`Change::Delete`].
    pub fn delete(table: Table, key: &dyn ToString) -> Self {
        Self::Delete(table, key.to_string())
    }

    /// A [`Change::Expect`] of a row that was read.
    pub fn expect(table: Table, key: &dyn ToString, text: Option<&str>) -> Self {
        Self::Expect(table, key.to_string(), text.map(str::to_owned))
    }

    /// The table it is about.
    pub const fn table(&self) -> Table {
        match self {
            Self::Add(table, ..) | Self::Put(table, ..) | Self::Delete(table, _) | Self::Expect(table, ..) => *table,
        }
    }
}

fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("our own types have JSON forms")
}
