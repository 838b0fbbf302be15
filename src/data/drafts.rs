//! Drafts: forms being filled in, saved as they are typed. A draft carries the record id and receipt number that the
//! submission will have, so that a double tap or a second tab cannot make two of it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;
use linli_domain::{Receipt, RecordId, device};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::store::{self, Change, Durability, Table, WriteError};
use super::tabs::{self, News};
use super::{Error, clock, kiosk, submissions};

thread_local! {
    /// Drafts that are being written, as they will stand: encrypting takes a while, and a form that is drawn anew reads what
    /// was typed before it was.
    static UNDER_WAY: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// A form being filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft<T> {
    /// The id the record will have.
    pub id: RecordId,
    /// The receipt number it will have.
    pub receipt: Receipt,
    /// Which form: the key of its row.
    #[serde(default)]
    pub form: String,
    /// Words for lists: the activity's title, or empty.
    #[serde(default)]
    pub title: String,
    /// When the first thing was typed; nothing was yet where it is missing.
    #[serde(default)]
    pub begun_at: Option<DateTime<FixedOffset>>,
    /// What was typed.
    pub values: T,
}

impl<T: Default> Draft<T> {
    /// A draft in which nothing was typed, with a fresh id.
    pub fn fresh() -> Self {
        Self {
            id: clock::new_record_id(),
            receipt: clock::new_receipt(),
            form: String::new(),
            title: String::new(),
            begun_at: None,
            values: T::default(),
        }
    }
}

thread_local! {
    static ELSEWHERE: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// Grows whenever another tab changed a draft or a submission.
pub fn elsewhere() -> ReadSignal<u32> {
    ELSEWHERE.with(ArcRwSignal::read_only).into()
}

/// Another tab changed a draft or a submission, or may have.
pub(super) fn changed_elsewhere() {
    ELSEWHERE.with(Clone::clone).update(|revision| *revision = revision.wrapping_add(1));
}

/// The draft of a form, or a fresh one. A fresh one is kept at once: a second tab that opens the form before anything was
/// typed gets the same id.
///
/// # Errors
/// [`Error::Storage`] if the browser keeps nothing; the page then works with [`Draft::fresh`] and says so.
pub async fn open<T: Serialize + DeserializeOwned + Default>(form: &str) -> Result<Draft<T>, Error> {
    if kiosk::is_on() {
        return Ok(Draft { form: form.to_owned(), ..Draft::fresh() });
    }
    if let Some(draft) = get::<T>(form).await? {
        if !submissions::is_made(draft.id).await? {
            return Ok(draft);
        }
        // It was submitted, and another tab saved it once more: to go on with it would change nothing.
        discard(form).await?;
    }
    let fresh = Draft { form: form.to_owned(), ..Draft::fresh() };
    match store::write(Durability::Relaxed, &[Change::add(Table::Draft, &form, &fresh)]).await {
        Ok(()) => Ok(fresh),
        Err(WriteError::AlreadyThere) => Ok(get(form).await?.unwrap_or(fresh)),
        Err(error) => Err(error.into()),
    }
}

/// The draft of a form, if there is one.
///
/// # Errors
/// [`Error::Storage`].
pub async fn get<T: DeserializeOwned>(form: &str) -> Result<Option<Draft<T>>, Error> {
    if kiosk::is_on() {
        return Ok(None);
    }
    if let Some(text) = UNDER_WAY.with_borrow(|drafts| drafts.get(form).cloned()) {
        return Ok(serde_json::from_str(&text).ok());
    }
    store::get(Table::Draft, form).await
}

/// The drafts into which something was typed, the newest first.
///
/// # Errors
/// [`Error::Storage`].
pub async fn all<T: DeserializeOwned>() -> Result<Vec<Draft<T>>, Error> {
    if kiosk::is_on() {
        return Ok(Vec::new());
    }
    let [rows] = store::read_all([Table::Draft]).await?;
    let drafts = rows.iter().filter_map(|row| serde_json::from_str::<Draft<T>>(row).ok());
    let mut drafts: Vec<_> = drafts.filter(|draft| draft.begun_at.is_some()).collect();
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.begun_at));
    Ok(drafts)
}

/// Saves what was typed so far.
///
/// # Errors
/// [`Error::StorageFull`], [`Error::Storage`].
pub async fn keep<T: Serialize>(form: &str, draft: &Draft<T>) -> Result<(), Error> {
    if kiosk::is_on() {
        return Ok(());
    }
    let text = serde_json::to_string(draft).expect("our own types have JSON forms");
    if UNDER_WAY.with_borrow_mut(|drafts| drafts.insert(form.to_owned(), text)).is_some() {
        // Whoever is writing it takes the newer one next.
        return Ok(());
    }
    let written = write_newest(form).await;
    UNDER_WAY.with_borrow_mut(|drafts| drafts.remove(form));
    written?;
    if kiosk::is_on() {
        // It was made one meanwhile.
        return discard(form).await;
    }
    tabs::tell_others(&News::Draft);
    Ok(())
}

/// Clears everything that was typed away, for the next person.
pub(super) async fn hand_over() -> Result<(), Error> {
    UNDER_WAY.take();
    let ([drafts, photos, made], []) =
        store::keys_and_rows([Table::Draft, Table::Photo, Table::Submission], []).await?;
    Ok(store::write(Durability::Strict, &device::hand_over(&drafts, &photos, &made)).await?)
}

/// Writes what is under way until nothing newer came meanwhile.
async fn write_newest(form: &str) -> Result<(), Error> {
    let under_way = || UNDER_WAY.with_borrow(|drafts| drafts.get(form).cloned());
    while let Some(text) = under_way() {
        store::write(Durability::Relaxed, &[Change::Put(Table::Draft, form.to_owned(), text.clone())]).await?;
        if under_way().is_none_or(|newest| newest == text) {
            break;
        }
    }
    Ok(())
}

/// Throws the draft of a form away.
///
/// # Errors
/// [`Error::Storage`].
pub async fn discard(form: &str) -> Result<(), Error> {
    UNDER_WAY.with_borrow_mut(|drafts| drafts.remove(form));
    store::write(Durability::Relaxed, &[Change::delete(Table::Draft, &form)]).await?;
    tabs::tell_others(&News::Draft);
    Ok(())
}
