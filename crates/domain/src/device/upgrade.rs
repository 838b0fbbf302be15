//! What earlier versions kept otherwise.

use serde::Deserialize;

use super::row::{AttentionRow, SentRow};
use super::{Change, Table};
use crate::submission::SubmissionState;
use crate::{Problem, RecordId};

/// The table of version 1 that held what no longer waited, sent or not.
pub const FATE: &str = "fate";

#[derive(Deserialize)]
struct FateRow {
    id: RecordId,
    state: Fate,
}

#[derive(Deserialize)]
enum Fate {
    Waiting {},
    Sent { state: SubmissionState, position: Option<u32> },
    NeedsAttention(Problem),
}

/// A row of [`FATE`] as rows of today. A row that cannot be read makes none; its submission is then shown as needing
/// attention.
pub fn fate(text: &str) -> Vec<Change> {
    match serde_json::from_str(text) {
        Ok(FateRow { id, state: Fate::Sent { state, position } }) => {
            let row = SentRow { id, state, position, epoch: None, edition: 0, restamped: false };
            vec![Change::put(Table::Sent, &id, &row)]
        }
        Ok(FateRow { id, state: Fate::NeedsAttention(problem) }) => {
            vec![Change::put(Table::Attention, &id, &AttentionRow { id, problem, edition: 0, restamped: false })]
        }
        // Never written: what waited stood in the outbox.
        Ok(FateRow { state: Fate::Waiting {}, .. }) | Err(_) => Vec::new(),
    }
}
