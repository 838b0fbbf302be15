//! The photos a device keeps: the bytes, what has still to be sent of them, and how long they stay.
//!
//! Both rows of a photo lie under the record it belongs to and its hash. So what becomes of a record becomes of its photos
//! and of no other's, and which record a photo belongs to is known without reading it.
//!
//! What was sent stays for a while, since a server that was restored from a backup asks for it again; not for ever, since a
//! photo takes as much room as a thousand reports: [`STAYS`] is longer than anybody should go without a backup, and
//! [`MOST_SENT`] photos are 15 MB. What was not sent stays until it is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::row::parse;
use super::{Change, Table};
use crate::courier::{Millis, PhotoOutcome, PhotoSettled, WaitingPhoto};
use crate::submission::Submission;
use crate::{PhotoHash, RecordId};

/// How long a photo stays after its record was made, once it was sent, milliseconds: 30 days.
pub const STAYS: Millis = 30 * 86_400_000;
/// Most photos that stay once they were sent.
pub const MOST_SENT: usize = 60;
/// How long a photo stays that belongs to nothing: another tab may be about to keep its draft.
const STRAYS: Millis = 86_400_000;

/// A photo as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoRow {
    /// The hash of its bytes.
    pub hash: PhotoHash,
    /// The bytes, a JPEG, in base64.
    pub jpeg: String,
}

/// A photo that has not reached the community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoOutboxRow {
    /// The record it belongs to.
    pub id: RecordId,
    /// Which.
    pub hash: PhotoHash,
    /// Whether its record waits for it.
    pub holds: bool,
    /// How often sending it came to nothing.
    pub attempts: u32,
    /// Not to be sent before this.
    pub not_before: Millis,
    /// Whether the server will not take it.
    #[serde(default)]
    pub refused: bool,
}

/// The key of a photo's rows.
pub fn photo_key(id: RecordId, hash: PhotoHash) -> String {
    format!("{id} {hash}")
}

/// Record and hash of [`photo_key`].
pub fn read_photo_key(key: &str) -> Option<(RecordId, PhotoHash)> {
    let (id, hash) = key.split_once(' ')?;
    Some((id.parse().ok()?, hash.parse().ok()?))
}

/// Everything that wants to be sent of a submission's photos. Someone in danger does not wait for pictures: an urgent
/// report goes first and they follow.
pub(super) fn queued(id: RecordId, submission: &Submission) -> impl Iterator<Item = Change> {
    let holds = !matches!(submission, Submission::Report(report) if report.urgent);
    submission.photos().into_iter().map(move |hash| queue(id, hash, holds))
}

/// A photo that the server says it has not.
pub(super) fn queue(id: RecordId, hash: PhotoHash, holds: bool) -> Change {
    let row = PhotoOutboxRow { id, hash, holds, attempts: 0, not_before: 0, refused: false };
    Change::put(Table::PhotoOutbox, &photo_key(id, hash), &row)
}

/// Both rows of photos go.
pub(super) fn forgotten(id: RecordId, hashes: &[PhotoHash]) -> impl Iterator<Item = Change> {
    let keys = hashes.iter().map(move |hash| photo_key(id, *hash));
    keys.flat_map(|key| [Table::Photo, Table::PhotoOutbox].map(|table| Change::delete(table, &key)))
}

/// What waits, for the courier, from the rows of [`Table::PhotoOutbox`].
pub fn waiting_photos(rows: &[String]) -> Vec<WaitingPhoto> {
    let rows = rows.iter().filter_map(|text| parse::<PhotoOutboxRow>(Some(text))).filter(|row| !row.refused);
    let waiting = |PhotoOutboxRow { id, hash, holds, attempts, not_before, .. }| WaitingPhoto {
        record: id,
        hash,
        holds,
        attempts,
        not_before,
    };
    rows.map(waiting).collect()
}

/// How many photos wait, and how many the server will not take, from the rows of [`Table::PhotoOutbox`]; of one record, or
/// of all.
pub fn unsent_photos(rows: &[String], of: Option<RecordId>) -> [u32; 2] {
    let mut counts = [0; 2];
    for row in rows.iter().filter_map(|text| parse::<PhotoOutboxRow>(Some(text))) {
        if of.is_none_or(|id| id == row.id) {
            counts[usize::from(row.refused)] += 1;
        }
    }
    counts
}

/// Saves what became of a photo, given its row of [`Table::PhotoOutbox`]; nothing where it was thrown away meanwhile.
pub fn settle_photo(settled: &PhotoSettled, text: Option<&str>) -> Vec<Change> {
    let Some(row) = parse::<PhotoOutboxRow>(text) else { return Vec::new() };
    let key = photo_key(settled.record, settled.hash);
    let change = match settled.outcome {
        PhotoOutcome::Taken | PhotoOutcome::Gone => Change::delete(Table::PhotoOutbox, &key),
        PhotoOutcome::Refused => Change::put(Table::PhotoOutbox, &key, &PhotoOutboxRow { refused: true, ..row }),
        PhotoOutcome::Later { attempts, not_before } => {
            Change::put(Table::PhotoOutbox, &key, &PhotoOutboxRow { attempts, not_before, ..row })
        }
    };
    vec![Change::expect(Table::PhotoOutbox, &key, text), change]
}

/// What is known of the records that photos may belong to.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    /// Drafts.
    pub drafts: BTreeSet<RecordId>,
    /// What waits or needs attention.
    pub unsettled: BTreeSet<RecordId>,
    /// What was sent.
    pub sent: BTreeSet<RecordId>,
}

/// Which photos are forgotten now, of all keys of [`Table::Photo`]; `to_send` are the rows of [`Table::PhotoOutbox`]. That
/// one was refused is told as long as it stays.
pub fn tidied(photos: &[String], to_send: &[String], owners: &Owners, now: Millis) -> Vec<Change> {
    let to_send: BTreeSet<_> =
        waiting_photos(to_send).iter().map(|photo| photo_key(photo.record, photo.hash)).collect();
    let mut kept_sent = 0;
    let mut newest_first: Vec<_> = photos.iter().filter_map(|key| Some((key, read_photo_key(key)?.0))).collect();
    newest_first.sort_unstable_by(|a, b| b.cmp(a));
    let outdated = newest_first.into_iter().filter(|(key, id)| {
        if owners.drafts.contains(id) || owners.unsettled.contains(id) || to_send.contains(*key) {
            return false;
        }
        let age = now.saturating_sub(id.made_at());
        if !owners.sent.contains(id) {
            return age > STRAYS;
        }
        kept_sent += 1;
        age > STAYS || kept_sent > MOST_SENT
    });
    outdated.flat_map(|(key, _)| [Table::Photo, Table::PhotoOutbox].map(|table| Change::delete(table, key))).collect()
}
