//! Confirmed submissions on this device: reads rows, asks [`linli_domain::device`] what to change, and writes that.

use std::cell::RefCell;

use chrono::TimeDelta;
use linli_domain::courier::{Event, Reason};
use linli_domain::device::epoch::{self, Learning};
use linli_domain::device::{self, OutboxItem, Settling, SubmissionRow};
use linli_domain::submission::Submission;
use linli_domain::{Problem, ProblemCode, Receipt, RecordId};

pub use linli_domain::device::{Stored, StoredState};

use super::behind::Unsent;
use super::store::{self, Change, Durability, Keyed, Table, WriteError};
use super::{Error, account, clock, courier, device_storage, kiosk, status};

/// The tables in which a submission has rows: what was said, and where it is.
const TABLES: [Table; 4] = [Table::Submission, Table::Outbox, Table::Sent, Table::Attention];

/// How often a decision is taken anew because another tab was faster.
const ROUNDS: u32 = 8;

/// What is unsent for longer is worth a warning.
const OVERDUE: TimeDelta = TimeDelta::days(3);

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
    /// Those that cannot be read here: written by another version of the app, sealed, or damaged.
    pub unreadable: Vec<RecordId>,
    /// Whether there are older ones.
    pub more: bool,
}

impl Page {
    fn of(rows: Keyed<4>, more: bool) -> Self {
        let mut page = Self { more, ..Self::default() };
        for (key, rows) in rows {
            match stored(&rows) {
                Some(stored) => page.stored.push(stored),
                None => page.unreadable.extend(key.parse::<RecordId>()),
            }
        }
        page
    }
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
    discard_all(&[id]).await
}

async fn discard_all(ids: &[RecordId]) -> Result<(), Error> {
    let photos = store::keys([Table::Photo, Table::PhotoOutbox]).await?;
    let gone = |id: &RecordId| [device::discard(*id), device::discard_photos(*id, &photos)].concat();
    store::write(Durability::Strict, &ids.iter().flat_map(gone).collect::<Vec<_>>()).await?;
    status::submissions_changed();
    Ok(())
}

/// Sends everything that needs attention again as it is.
///
/// # Errors
/// [`Error::Storage`], and [`Error::Refused`] with `id_taken` if another tab did something with it meanwhile.
pub async fn retry_refused() -> Result<(), Error> {
    let [refused] = store::read_all([Table::Attention]).await?;
    requeue(Some(refused.iter().filter_map(|text| device::retry(Some(text))).flatten().collect())).await
}

/// Removes everything that needs attention from this device for good.
///
/// # Errors
/// [`Error::Storage`].
pub async fn discard_refused() -> Result<(), Error> {
    let refused = store::keys([Table::Attention]).await?;
    discard_all(&refused.iter().filter_map(|key| key.parse().ok()).collect::<Vec<_>>()).await
}

/// The newest submissions on this device. What is older costs nothing. A shared tablet tells nothing of whose it was before.
///
/// # Errors
/// [`Error::Storage`].
pub async fn newest(limit: usize) -> Result<Page, Error> {
    if kiosk::is_on() {
        return Ok(Page::default());
    }
    let mut rows = store::newest(TABLES, limit.saturating_add(1)).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    // What was sealed is nobody's on this device.
    rows.retain(|(_, [submission, ..])| !device::is_sealed(submission.as_deref()));
    Ok(Page::of(rows, more))
}

/// What waits or needs attention, newest first; on a shared tablet nobody can look into it.
///
/// # Errors
/// [`Error::Storage`].
pub async fn unsettled(limit: usize) -> Result<Page, Error> {
    if kiosk::is_on() {
        return Ok(Page::default());
    }
    let mut keys = store::keys([Table::Outbox, Table::Attention]).await?;
    keys.sort_unstable_by(|a, b| b.cmp(a));
    let more = keys.len() > limit;
    keys.truncate(limit);
    let rows = store::rows(TABLES, &keys).await?;
    let mut rows: Keyed<4> = keys.into_iter().zip(rows).collect();
    // It may have been settled meanwhile.
    rows.retain(|(_, [_, outbox, _, attention])| outbox.is_some() || attention.is_some());
    Ok(Page::of(rows, more))
}

/// One submission.
///
/// # Errors
/// [`Error::Storage`].
pub async fn get(id: RecordId) -> Result<Option<Stored>, Error> {
    if kiosk::is_on() {
        return kiosk::last(id).await;
    }
    Ok(stored(&store::row(TABLES, &id.to_string()).await?))
}

/// Where a submission is that is here and cannot be read.
///
/// # Errors
/// [`Error::Storage`].
pub async fn unreadable(id: RecordId) -> Result<Option<StoredState>, Error> {
    if kiosk::is_on() {
        return Ok(None);
    }
    let rows = store::row(TABLES, &id.to_string()).await?;
    let is_here = stored(&rows).is_none() && rows.iter().any(Option::is_some);
    let [_, states @ ..] = rows.each_ref().map(Option::as_deref);
    Ok(is_here.then(|| device::state(states)))
}

/// Whether a submission was made under an id, whatever became of it and whether it can be read.
pub(super) async fn is_made(id: RecordId) -> Result<bool, Error> {
    let [outbox, sent, attention] = store::row([Table::Outbox, Table::Sent, Table::Attention], &id.to_string()).await?;
    Ok(outbox.or(sent).or(attention).is_some())
}

fn stored(rows: &[Option<String>; 4]) -> Option<Stored> {
    device::stored(rows.each_ref().map(Option::as_deref))
}

/// The submission that was saved a moment ago, to be shown at once; only once.
pub fn at_hand(id: RecordId) -> Option<Stored> {
    AT_HAND.take().filter(|stored| stored.id == id)
}

/// How many wait, how many need attention, and how many photos are not with the community.
pub(super) async fn count() -> Result<[u32; 3], Error> {
    store::counts([Table::Outbox, Table::Attention, Table::PhotoOutbox]).await
}

/// How many photos wait, and how many the community did not take; of one submission, or of all.
///
/// # Errors
/// [`Error::Storage`].
pub async fn unsent_photos(of: Option<RecordId>) -> Result<[u32; 2], Error> {
    let [rows] = store::read_all([Table::PhotoOutbox]).await?;
    Ok(device::unsent_photos(&rows, of))
}

/// What is unsent, looked at more closely.
pub(super) async fn unsent() -> Result<Unsent, Error> {
    let [photos, _] = unsent_photos(None).await?;
    Ok(Unsent { overdue: overdue().await?, photos })
}

/// How many were made long ago and are unsent. An id tells when its draft was begun, so that only rows of old ids are read; it
/// is all that is known of what cannot be read.
async fn overdue() -> Result<u32, Error> {
    let now = clock::now();
    let limit = u64::try_from((now - OVERDUE).timestamp_millis()).unwrap_or(0);
    let keys = store::keys([Table::Outbox, Table::Attention]).await?;
    let begun = |key: &String| key.parse().map_or(0, RecordId::made_at);
    let old: Vec<_> = keys.into_iter().filter(|key| begun(key) < limit).take(OLD).collect();
    let rows = store::rows(TABLES, &old).await?;
    let is_overdue = |rows: &&[Option<String>; 4]| match stored(rows) {
        Some(stored) => now - stored.made_at > OVERDUE,
        None => rows[0].is_some(),
    };
    Ok(u32::try_from(rows.iter().filter(is_overdue).count()).unwrap_or(u32::MAX))
}

/// For how many minutes the oldest has waited, by the time its draft was begun; that is all that is known of what is sealed.
pub(super) async fn waiting_minutes() -> u32 {
    let keys = store::keys([Table::Outbox, Table::Attention]).await.unwrap_or_default();
    let begun = keys.iter().filter_map(|key| key.parse::<RecordId>().ok()).map(RecordId::made_at).min();
    let now = u64::try_from(clock::now().timestamp_millis()).unwrap_or_default();
    begun.map_or(0, |begun| u32::try_from(now.saturating_sub(begun) / 60_000).unwrap_or(u32::MAX))
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

/// The bodies of some waiting records, as the server wants them; or what happened instead.
pub(super) async fn outbox_items(ids: &[RecordId]) -> Result<Vec<OutboxItem>, Event> {
    let rows = store::rows([Table::Submission], &keys(ids)).await.map_err(|_| Event::NotReached)?;
    let items: Vec<_> = rows.iter().map(|[text]| device::outbox_item(text.as_deref()?)).collect();
    let unreadable: Vec<_> = ids.iter().zip(&items).filter(|(_, item)| item.is_none()).map(|(id, _)| *id).collect();
    if unreadable.is_empty() { Ok(items.into_iter().flatten().collect()) } else { Err(Event::Unreadable(unreadable)) }
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
        let refused = keys(&settling.refused_for_the_clock());
        let submissions: Vec<_> =
            store::rows([Table::Submission], &refused).await?.into_iter().map(|[text]| text).collect();
        // Another tab may have learned another epoch, or changed a record: then once more.
        let Some(changes) = device::settle(&settling, noted.as_deref(), &outbox, &submissions, clock::millis()) else {
            continue;
        };
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
