//! Confirmed submissions on this device: reads rows, asks [`linli_domain::device`] what to change, and writes that.

use std::cell::RefCell;

use chrono::TimeDelta;
use linli_domain::courier::{Event, Reason};
use linli_domain::device::epoch::{self, Learning};
use linli_domain::device::{self, Clock, OutboxItem, Settling, SubmissionRow};
use linli_domain::submission::Submission;
use linli_domain::{Problem, ProblemCode, Receipt, RecordId};

pub use linli_domain::device::{Stored, StoredState};

use super::store::{self, Change, Durability, Table, WriteError};
use super::{Error, account, clock, courier, device_storage, kiosk, status};

/// The tables in which a submission has rows: what was said, and where it is.
const TABLES: [Table; 4] = [Table::Submission, Table::Outbox, Table::Sent, Table::Attention];

/// How often a decision is taken anew because another tab was faster.
const ROUNDS: u32 = 8;

/// No more old rows are read to tell that something is unsent for long.
const OLD: usize = 100;

thread_local! {
    static AT_HAND: RefCell<Option<Stored>> = const { RefCell::new(None) };
}

/// A part of what is kept, newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The submissions.
    pub stored: Vec<Stored>,
    /// Whether there are older ones.
    pub more: bool,
}

/// Saves a confirmed submission: in one strictly durable transaction the draft goes, the record and its outbox entry
/// come. Doing it again with the same id changes nothing.
///
/// # Errors
/// [`Error::StorageFull`], [`Error::Storage`], and [`Error::Refused`] with `id_taken` if something else was saved under this
/// id; the draft is untouched then.
pub async fn submit(
    form: &str,
    id: RecordId,
    receipt: Receipt,
    title: String,
    submission: Submission,
) -> Result<(), Error> {
    if kiosk::is_on() {
        return kiosk::submit(id, receipt, title, submission).await;
    }
    let changes = device::submit(form, id, receipt, title.clone(), submission.clone(), account::id());
    match store::write(Durability::Strict, &changes).await {
        Ok(()) => {
            let submission = device::with_receipt(submission, receipt);
            let (made_at, state) = (submission.made_at(), StoredState::Waiting { attempts: 0 });
            AT_HAND.set(Some(Stored { id, receipt, made_at, submission, state, title }));
            status::submissions_changed();
            courier::wake(Reason::NewItem);
            device_storage::ask_to_keep();
            Ok(())
        }
        Err(WriteError::AlreadyThere) => match store::get(Table::Submission, &id.to_string()).await? {
            Some(kept) if device::is_what_was_said(&kept, receipt, &submission) => super::drafts::discard(form).await,
            _ => Err(moved_on()),
        },
        Err(error) => Err(error.into()),
    }
}

/// Whether this is what was said under an id; when does not count.
///
/// # Errors
/// [`Error::Storage`].
pub async fn is_said(id: RecordId, receipt: Receipt, submission: &Submission) -> Result<bool, Error> {
    let kept = store::get(Table::Submission, &id.to_string()).await?;
    Ok(kept.is_some_and(|kept| device::is_what_was_said(&kept, receipt, submission)))
}

/// Replaces what was said in a submission that needs attention, and sends it again.
///
/// # Errors
/// [`Error::StorageFull`], [`Error::Storage`], and [`Error::Refused`] with `id_taken` if it needs no attention any more;
/// nothing is changed then.
pub async fn correct(id: RecordId, submission: Submission) -> Result<(), Error> {
    let [kept, attention] = store::row([Table::Submission, Table::Attention], &id.to_string()).await?;
    let kept: SubmissionRow = kept.and_then(|text| serde_json::from_str(&text).ok()).ok_or(Error::Broken)?;
    let receipt = kept.submission().and_then(|said| said.receipt()).ok_or(Error::Broken)?;
    requeue(device::correct(kept, attention.as_deref(), receipt, submission)).await
}

/// Sends a submission that needs attention again as it is.
///
/// # Errors
/// [`Error::Storage`], and [`Error::Refused`] with `id_taken` if it needs no attention any more.
pub async fn retry(id: RecordId) -> Result<(), Error> {
    let [attention] = store::row([Table::Attention], &id.to_string()).await?;
    requeue(device::retry(attention.as_deref())).await
}

async fn requeue(changes: Option<Vec<Change>>) -> Result<(), Error> {
    match store::write(Durability::Strict, &changes.ok_or_else(moved_on)?).await {
        Ok(()) => {
            status::submissions_changed();
            courier::wake(Reason::Pressed);
            Ok(())
        }
        Err(WriteError::Changed) => Err(moved_on()),
        Err(error) => Err(error.into()),
    }
}

/// Another tab did something else with the record.
fn moved_on() -> Error {
    Error::Refused(Problem::new(ProblemCode::IdTaken))
}

/// Removes a submission from this device for good.
///
/// # Errors
/// [`Error::Storage`].
pub async fn discard(id: RecordId) -> Result<(), Error> {
    let kept: Option<SubmissionRow> = store::get(Table::Submission, &id.to_string()).await?;
    let mut changes = device::discard(id);
    changes.extend(kept.iter().flat_map(device::discard_photos));
    store::write(Durability::Strict, &changes).await?;
    status::submissions_changed();
    Ok(())
}

/// The newest submissions on this device. What is older costs nothing.
///
/// # Errors
/// [`Error::Storage`].
pub async fn newest(limit: usize) -> Result<Page, Error> {
    let mut rows = store::newest(TABLES, limit.saturating_add(1)).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Page { stored: rows.iter().filter_map(stored).collect(), more })
}

/// What waits or needs attention, newest first.
///
/// # Errors
/// [`Error::Storage`].
pub async fn unsettled(limit: usize) -> Result<Page, Error> {
    let mut keys = store::keys([Table::Outbox, Table::Attention]).await?;
    keys.sort_unstable_by(|a, b| b.cmp(a));
    let more = keys.len() > limit;
    keys.truncate(limit);
    let rows = store::rows(TABLES, &keys).await?;
    let unsettled = |stored: &Stored| !matches!(stored.state, StoredState::Sent { .. });
    Ok(Page { stored: rows.iter().filter_map(stored).filter(unsettled).collect(), more })
}

/// One submission.
///
/// # Errors
/// [`Error::Storage`].
pub async fn get(id: RecordId) -> Result<Option<Stored>, Error> {
    match stored(&store::row(TABLES, &id.to_string()).await?) {
        Some(stored) => Ok(Some(stored)),
        None => kiosk::last(id).await,
    }
}

fn stored(rows: &[Option<String>; 4]) -> Option<Stored> {
    device::stored(rows.each_ref().map(Option::as_deref))
}

/// The submission that was saved a moment ago, to be shown at once; only once.
pub fn at_hand(id: RecordId) -> Option<Stored> {
    AT_HAND.take().filter(|stored| stored.id == id)
}

/// How many wait, and how many need attention.
pub(super) async fn count() -> Result<[u32; 2], Error> {
    store::counts([Table::Outbox, Table::Attention]).await
}

/// How many were made longer ago than this and are unsent. An id tells when its draft was begun, so that only rows of old
/// ids are read.
pub(super) async fn unsent_for(longer_than: TimeDelta) -> Result<u32, Error> {
    let now = clock::now();
    let limit = u64::try_from((now - longer_than).timestamp_millis()).unwrap_or(0);
    let keys = store::keys([Table::Outbox, Table::Attention]).await?;
    let begun = |key: &String| key.parse().map_or(0, RecordId::made_at);
    let old: Vec<_> = keys.into_iter().filter(|key| begun(key) < limit).take(OLD).collect();
    if old.is_empty() {
        return Ok(0);
    }
    let rows = store::rows(TABLES, &old).await?;
    let overdue = rows.iter().filter_map(stored).filter(|stored| now - stored.made_at > longer_than).count();
    Ok(u32::try_from(overdue).unwrap_or(u32::MAX))
}

/// What waits, oldest first, as the courier wants to hear it.
pub(super) async fn waiting() -> Event {
    match store::read_all([Table::Outbox, Table::PhotoOutbox]).await {
        Ok([outbox, photos]) => {
            Event::OutboxRead { records: device::waiting(&outbox), photos: device::waiting_photos(&photos) }
        }
        Err(_) => Event::StorageFailed,
    }
}

/// The bodies of some waiting records, as the server wants them.
pub(super) async fn outbox_items(ids: &[RecordId]) -> Result<Vec<OutboxItem>, Error> {
    let rows = store::rows([Table::Submission], &keys(ids)).await?;
    Ok(rows.iter().filter_map(|[text]| device::outbox_item(text.as_deref()?)).collect())
}

async fn submission_rows(ids: &[RecordId]) -> Result<Vec<Option<SubmissionRow>>, Error> {
    let rows = store::rows([Table::Submission], &keys(ids)).await?;
    Ok(rows.into_iter().map(|[text]| serde_json::from_str(&text?).ok()).collect())
}

fn keys(ids: &[RecordId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

/// Saves what became of a batch, in one strictly durable transaction.
pub(super) async fn save_outcomes(settling: Settling) -> Result<(), Error> {
    let ids = keys(&settling.records());
    for _ in 0..ROUNDS {
        if let Some(epoch) = &settling.epoch {
            learn_epoch(epoch).await?;
        }
        let [noted] = store::row([Table::Cache], epoch::NOTE).await?;
        let outbox: Vec<_> = store::rows([Table::Outbox], &ids).await?.into_iter().map(|[text]| text).collect();
        let submissions = submission_rows(&settling.refused_for_the_clock()).await?;
        let clock = Clock { now: clock::now(), millis: clock::millis() };
        // Another tab may have learned another epoch, or changed a record: then once more.
        let Some(changes) = device::settle(&settling, noted.as_deref(), &outbox, &submissions, clock) else { continue };
        match store::write(Durability::Strict, &changes).await {
            Ok(()) => {
                status::submissions_changed();
                return Ok(());
            }
            Err(WriteError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Storage)
}

/// Takes notice of the server's epoch: where it is another, what was sent before waits again.
pub(super) async fn learn_epoch(epoch: &str) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        let [noted] = store::row([Table::Cache], epoch::NOTE).await?;
        let (changes, sweeps) = match epoch::learn(epoch, noted.as_deref()) {
            Learning::Done => return Ok(()),
            Learning::Note(changes) => (changes, false),
            Learning::Sweep => {
                let [sent] = store::read_all([Table::Sent]).await?;
                (epoch::sweep(epoch, &sent), true)
            }
        };
        match store::write(Durability::Strict, &changes).await {
            Ok(()) if sweeps => {
                status::submissions_changed();
                courier::wake(Reason::NewItem);
            }
            Ok(()) | Err(WriteError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Storage)
}
