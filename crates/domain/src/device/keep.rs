//! What a person does to a submission: make it, correct it, send it again, throw it away.

use super::row::{AttentionRow, OutboxRow, SealedRow, SubmissionRow, parse};
use super::{Change, Table, photo};
use crate::submission::Submission;
use crate::{Receipt, RecordId};

/// Makes a submission of a draft. Fails as a whole if the record is there already. `account` is who is signed in.
pub fn submit(
    form: &str,
    id: RecordId,
    receipt: Receipt,
    title: String,
    submission: Submission,
    account: Option<RecordId>,
) -> Vec<Change> {
    let submission = with_receipt(submission, receipt);
    let mut changes = vec![
        Change::add(Table::Submission, &id, &SubmissionRow::new(id, title, &submission).of(account)),
        Change::put(Table::Outbox, &id, &OutboxRow::due(id, 0)),
        Change::delete(Table::Draft, &form),
    ];
    changes.extend(photo::queued(id, &submission));
    changes
}

/// Keeps a submission that was sealed. Fails as a whole if the record is there already.
pub fn submit_sealed(id: RecordId, sealed: String) -> Vec<Change> {
    vec![
        Change::add(Table::Submission, &id, &SealedRow { id, sealed }),
        Change::put(Table::Outbox, &id, &OutboxRow::due(id, 0)),
    ]
}

/// Whether what is there under an id says what was to be submitted under it: a second tap, a second tab. When it was made
/// does not count.
pub fn is_what_was_said(kept: &SubmissionRow, receipt: Receipt, submission: &Submission) -> bool {
    let mut submission = with_receipt(submission.clone(), receipt);
    kept.submission().is_some_and(|kept| {
        set_made_at(&mut submission, kept.made_at());
        kept == submission
    })
}

/// Replaces what was said in a submission that needs attention, and sends it again; `None` if it needs none any more.
pub fn correct(
    kept: SubmissionRow,
    attention: Option<&str>,
    receipt: Receipt,
    submission: Submission,
) -> Option<Vec<Change>> {
    let row: AttentionRow = parse(attention)?;
    let submission = with_receipt(submission, receipt);
    let mut changes = queued_again(&row, attention, OutboxRow::due(row.id, row.edition + 1));
    let named = submission.photos();
    let mut no_longer = kept.submission().map(|kept| kept.photos()).unwrap_or_default();
    no_longer.retain(|hash| !named.contains(hash));
    changes.extend(photo::forgotten(kept.id, &no_longer));
    changes.extend(photo::queued(kept.id, &submission));
    let row = SubmissionRow::new(kept.id, kept.title, &submission).of(kept.account);
    changes.push(Change::put(Table::Submission, &kept.id, &row));
    Some(changes)
}

/// Sends a submission that needs attention again as it is; `None` if it needs none any more.
pub fn retry(attention: Option<&str>) -> Option<Vec<Change>> {
    let row: AttentionRow = parse(attention)?;
    let queued = OutboxRow { restamped: row.restamped, ..OutboxRow::due(row.id, row.edition) };
    Some(queued_again(&row, attention, queued))
}

fn queued_again(row: &AttentionRow, text: Option<&str>, queued: OutboxRow) -> Vec<Change> {
    vec![
        Change::expect(Table::Attention, &row.id, text),
        Change::delete(Table::Attention, &row.id),
        Change::put(Table::Outbox, &row.id, &queued),
    ]
}

/// Removes a submission for good, whatever state it is in and whether it can be read; [`discard_photos`] goes with it.
pub fn discard(id: RecordId) -> Vec<Change> {
    let tables = [Table::Submission, Table::Outbox, Table::Sent, Table::Attention];
    tables.map(|table| Change::delete(table, &id)).to_vec()
}

/// The next person takes over a shared device: nothing that was typed stays, nor a photo that no submission has. Given are
/// the keys of the tables.
pub fn hand_over(drafts: &[String], photos: &[String], submissions: &[String]) -> Vec<Change> {
    let is_strays = |key: &&String| {
        let of = photo::read_photo_key(key).map(|(id, _)| id.to_string());
        of.is_none_or(|of| !submissions.contains(&of))
    };
    let strays = photos.iter().filter(is_strays).map(|key| Change::delete(Table::Photo, key));
    drafts.iter().map(|form| Change::delete(Table::Draft, form)).chain(strays).collect()
}

/// Removes the photos of a submission; `keys` are those of [`Table::Photo`] and [`Table::PhotoOutbox`].
pub fn discard_photos(id: RecordId, keys: &[String]) -> Vec<Change> {
    let its = keys.iter().filter_map(|key| photo::read_photo_key(key)).filter(|(of, _)| *of == id);
    let hashes: Vec<_> = its.map(|(_, hash)| hash).collect();
    photo::forgotten(id, &hashes).collect()
}

/// A submission with its receipt number.
pub fn with_receipt(mut submission: Submission, receipt: Receipt) -> Submission {
    submission.set_receipt(receipt);
    submission
}

pub(super) fn set_made_at(submission: &mut Submission, at: chrono::DateTime<chrono::FixedOffset>) {
    match submission {
        Submission::Report(report) => report.made_at = at,
        Submission::CheckIn(check_in) => check_in.made_at = at,
        Submission::SignUp(sign_up) => sign_up.made_at = at,
    }
}
