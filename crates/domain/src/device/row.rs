//! The rows of a device's tables, and how they are read together.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::courier::{Millis, Waiting};
use crate::sealed;
use crate::submission::{Submission, SubmissionKind, SubmissionState};
use crate::{Problem, ProblemCode, Receipt, RecordId};

/// A confirmed submission as it was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubmissionRow {
    /// Its id, here and on the server.
    pub id: RecordId,
    /// Which form.
    pub kind: SubmissionKind,
    /// Words for lists.
    pub title: String,
    /// The body as it goes on the wire: the same bytes, however often it is sent.
    pub body: Box<RawValue>,
    /// The account that was signed in when it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<RecordId>,
}

/// A confirmed submission that nobody can read on this device (see [`crate::sealed`]). It lies where the others lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedRow {
    /// Its id, here and on the server.
    pub id: RecordId,
    /// As it goes on the wire.
    pub sealed: String,
}

/// [`crate::outbox::OutboxItem`] with a body that is JSON already: the same bytes, however often it is sent.
#[derive(Debug, Clone, Serialize)]
pub struct OutboxItem {
    /// Which form, or that it is sealed.
    pub kind: &'static str,
    /// The record.
    pub id: RecordId,
    /// The body as it goes on the wire.
    pub body: Box<RawValue>,
    /// The account that was signed in when it was made; said also where there was none, so that it does not go to whoever is
    /// signed in when it is sent.
    pub account: Option<RecordId>,
}

/// What is sent of a row in `submission`, sealed or not; `None` if this version cannot read it.
pub fn outbox_item(submission: &str) -> Option<OutboxItem> {
    if let Some(SubmissionRow { id, kind, body, account, .. }) = parse(Some(submission)) {
        return Some(OutboxItem { kind: kind.as_str(), id, body, account });
    }
    let SealedRow { id, sealed } = parse(Some(submission))?;
    Some(OutboxItem { kind: sealed::KIND, id, body: to_raw_value(&sealed).ok()?, account: None })
}

/// Whether a row in `submission` is sealed.
pub fn is_sealed(submission: Option<&str>) -> bool {
    parse::<SealedRow>(submission).is_some()
}

impl SubmissionRow {
    /// The row of a submission.
    pub fn new(id: RecordId, title: String, submission: &Submission) -> Self {
        let body = match submission {
            Submission::Report(report) => to_raw_value(report),
            Submission::CheckIn(check_in) => to_raw_value(check_in),
            Submission::SignUp(sign_up) => to_raw_value(sign_up),
        };
        let body = body.expect("our own types have JSON forms");
        Self { id, kind: submission.kind(), title, body, account: None }
    }

    /// Says whose it is.
    #[must_use]
    pub fn of(self, account: Option<RecordId>) -> Self {
        Self { account, ..self }
    }

    /// What was said, if this version can read it.
    pub fn submission(&self) -> Option<Submission> {
        let body = self.body.get();
        match self.kind {
            SubmissionKind::Report => serde_json::from_str(body).ok().map(Submission::Report),
            SubmissionKind::CheckIn => serde_json::from_str(body).ok().map(Submission::CheckIn),
            SubmissionKind::SignUp => serde_json::from_str(body).ok().map(Submission::SignUp),
        }
    }
}

/// A submission that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Which.
    pub id: RecordId,
    /// How often the server has said "later".
    pub attempts: u32,
    /// Not to be sent before this.
    pub not_before: Millis,
    /// Grows with every change of the body, so that an answer to an earlier one is not taken for its own.
    #[serde(default)]
    pub edition: u32,
    /// Whether its last change was of nothing but the time it was made at.
    #[serde(default)]
    pub restamped: bool,
}

impl OutboxRow {
    pub(super) const fn due(id: RecordId, edition: u32) -> Self {
        Self { id, attempts: 0, not_before: 0, edition, restamped: false }
    }
}

/// A submission the community has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRow {
    /// Which.
    pub id: RecordId,
    /// Where it stood when it arrived.
    pub state: SubmissionState,
    /// Place on the waiting list, from 1.
    pub position: Option<u32>,
    /// Under which epoch of the server it was acknowledged, if that was known.
    #[serde(default)]
    pub epoch: Option<String>,
    /// As in [`OutboxRow::edition`].
    #[serde(default)]
    pub edition: u32,
    /// As in [`OutboxRow::restamped`].
    #[serde(default)]
    pub restamped: bool,
}

/// A submission a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttentionRow {
    /// Which.
    pub id: RecordId,
    /// What the server said.
    pub problem: Problem,
    /// As in [`OutboxRow::edition`].
    #[serde(default)]
    pub edition: u32,
    /// As in [`OutboxRow::restamped`].
    #[serde(default)]
    pub restamped: bool,
}

/// A confirmed submission with the state it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its id, here and on the server.
    pub id: RecordId,
    /// Its receipt number.
    pub receipt: Receipt,
    /// What was said.
    pub submission: Submission,
    /// When it was made.
    pub made_at: DateTime<FixedOffset>,
    /// Where it is.
    pub state: StoredState,
    /// Words for lists: the activity's title, the kind's name.
    pub title: String,
}

/// Where a confirmed submission is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredState {
    /// On this device, waiting to be sent.
    Waiting {
        /// How often the server has said "later".
        attempts: u32,
    },
    /// The community has it.
    Sent {
        /// Where it stood when it arrived.
        state: SubmissionState,
        /// Place on the waiting list, from 1.
        position: Option<u32>,
    },
    /// A person has to look at it.
    NeedsAttention(Problem),
}

/// A submission from its rows as they stood at one moment: in `submission`, `outbox`, `sent` and `attention`. `None` if
/// it is not there, or was written by a version that said it in another way.
pub fn stored([submission, outbox, sent, attention]: [Option<&str>; 4]) -> Option<Stored> {
    let row: SubmissionRow = parse(submission)?;
    let submission = row.submission()?;
    let receipt = submission.receipt()?;
    let state = state([outbox, sent, attention]);
    Some(Stored { id: row.id, receipt, made_at: submission.made_at(), submission, state, title: row.title })
}

/// The state of a submission from its rows in `outbox`, `sent` and `attention`.
pub fn state([outbox, sent, attention]: [Option<&str>; 3]) -> StoredState {
    let waiting = parse(outbox).map(|row: OutboxRow| StoredState::Waiting { attempts: row.attempts });
    let attention = || parse(attention).map(|row: AttentionRow| StoredState::NeedsAttention(row.problem));
    let sent = || parse(sent).map(|SentRow { state, position, .. }| StoredState::Sent { state, position });
    // Every transaction leaves one of the three; a record without any is shown rather than passed over.
    let lost = || StoredState::NeedsAttention(Problem::new(ProblemCode::Other));
    waiting.or_else(attention).or_else(sent).unwrap_or_else(lost)
}

/// What waits, for the courier, from the rows of the outbox.
pub fn waiting(outbox: &[String]) -> Vec<Waiting> {
    let rows = outbox.iter().filter_map(|text| parse::<OutboxRow>(Some(text)));
    rows.map(|OutboxRow { id, attempts, not_before, edition, .. }| Waiting { id, attempts, not_before, edition })
        .collect()
}

pub(super) fn parse<'a, T: Deserialize<'a>>(text: Option<&'a str>) -> Option<T> {
    serde_json::from_str(text?).ok()
}
