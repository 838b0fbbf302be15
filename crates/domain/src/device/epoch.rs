//! The server's epoch: a name that changes when it was restored from a backup, and so may have forgotten what it
//! acknowledged. What the device holds as sent under another epoch, or under none, is queued again with the same id and
//! body; a server that still has it answers as it did. So sending again is always safe, and not sending never is.
//!
//! Learning takes two transactions, since what is held as sent has to be read in between: the first notes the new epoch as
//! not swept, and from then on nothing settles under another; the second queues again and notes it as swept. A crash in
//! between is mended the next time the epoch is learned.

use serde::{Deserialize, Serialize};

use super::row::{OutboxRow, SentRow, parse};
use super::{Change, Table};

/// Under which key of [`Table::Cache`] the epoch is noted.
pub const NOTE: &str = "epoch";

#[derive(Serialize, Deserialize)]
struct Note {
    epoch: String,
    swept: bool,
}

/// What is to be done about an epoch that the server named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learning {
    /// It is known, and nothing is held under another.
    Done,
    /// Make these changes, then ask again.
    Note(Vec<Change>),
    /// Read what is held as sent, make the changes of [`sweep`], then ask again.
    Sweep,
}

/// What is to be done about an epoch, with the row [`NOTE`] as it stands.
pub fn learn(epoch: &str, noted: Option<&str>) -> Learning {
    match parse::<Note>(noted) {
        Some(note) if note.epoch == epoch && note.swept => Learning::Done,
        Some(note) if note.epoch == epoch => Learning::Sweep,
        _ => Learning::Note(vec![
            Change::expect(Table::Cache, &NOTE, noted),
            Change::put(Table::Cache, &NOTE, &Note { epoch: epoch.to_owned(), swept: false }),
        ]),
    }
}

/// Queues again what is held as sent under another epoch, from the rows of [`Table::Sent`].
pub fn sweep(epoch: &str, sent: &[String]) -> Vec<Change> {
    let note = |swept| Note { epoch: epoch.to_owned(), swept };
    let unswept = super::to_json(&note(false));
    let mut changes = vec![Change::expect(Table::Cache, &NOTE, Some(&unswept))];
    for text in sent {
        let Some(row) = parse::<SentRow>(Some(text)).filter(|row| row.epoch.as_deref() != Some(epoch)) else {
            continue;
        };
        changes.push(Change::expect(Table::Sent, &row.id, Some(text)));
        changes.push(Change::delete(Table::Sent, &row.id));
        let queued = OutboxRow { restamped: row.restamped, ..OutboxRow::due(row.id, row.edition) };
        changes.push(Change::put(Table::Outbox, &row.id, &queued));
    }
    changes.push(Change::put(Table::Cache, &NOTE, &note(true)));
    changes
}

pub(super) fn is_noted(epoch: &str, noted: Option<&str>) -> bool {
    parse::<Note>(noted).is_some_and(|note| note.epoch == epoch)
}
