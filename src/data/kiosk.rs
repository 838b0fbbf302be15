//! A shared tablet. What is submitted on it is sealed to the server's public key at that moment, so that nobody can read it
//! back there; drafts are not kept, and those that lay there before are cleared away; the confirmation is in memory until the
//! person turns to something else. What was submitted before in clear waits and is sent, and shows nowhere.

use std::cell::RefCell;

use gloo::events::EventListener;
use leptos::prelude::{document, window};
use linli_domain::courier::Reason;
use linli_domain::device::{self, Stored, StoredState};
use linli_domain::sealed::{self, Contents};
use linli_domain::submission::{Channel, Submission};
use linli_domain::{Receipt, RecordId};
use serde::de::IgnoredAny;

use super::public::{self, PublicState};
use super::store::{self, Durability, Table, WriteError};
use super::{Error, account, behind, clock, courier, device_storage, drafts, status};

const ATTRIBUTE: &str = "data-kiosk";
const REMEMBERED: &str = "linli-kiosk";

thread_local! {
    static LAST: RefCell<Option<Stored>> = const { RefCell::new(None) };
}

/// Whether this device is a shared tablet.
pub fn is_on() -> bool {
    document().document_element().is_some_and(|page| page.has_attribute(ATTRIBUTE))
}

/// Takes up what this device was made.
pub(super) fn restore() {
    if is_remembered() {
        wear(true);
        // Nobody can put the time right of what is sealed.
        clock::recall();
    }
}

/// Follows what another window makes of this device.
pub(super) fn follow() {
    EventListener::new(&window(), "storage", |_| wear(is_remembered())).forget();
}

fn is_remembered() -> bool {
    window()
        .local_storage()
        .is_ok_and(|kept| kept.is_some_and(|kept| kept.get_item(REMEMBERED).is_ok_and(|it| it.is_some())))
}

/// Makes this device a shared tablet.
pub fn enter() {
    wear(true);
    if let Ok(Some(kept)) = window().local_storage() {
        // A browser that keeps nothing is one only until it is closed.
        let _ = kept.set_item(REMEMBERED, "1");
    }
    behind::hand_over();
}

/// Whether something on this device would be lost if it became a shared tablet: what somebody began to write, or that somebody
/// is signed in.
pub async fn loses_something() -> bool {
    account::id().is_some() || drafts::all::<IgnoredAny>().await.is_ok_and(|drafts| !drafts.is_empty())
}

/// The person is gone, and what they saw and typed goes with them.
pub fn end_visit() {
    forget();
    behind::hand_over();
}

/// Makes it somebody's own again. What was sealed stays sealed.
pub fn leave() {
    forget();
    wear(false);
    if let Ok(Some(kept)) = window().local_storage() {
        // Nothing is there to be removed if it could not be kept.
        let _ = kept.remove_item(REMEMBERED);
    }
}

fn wear(on: bool) {
    if let Some(page) = document().document_element() {
        // Setting an attribute with a constant name does not fail.
        let _ = if on { page.set_attribute(ATTRIBUTE, "") } else { page.remove_attribute(ATTRIBUTE) };
    }
}

/// Forgets what was submitted last.
pub fn forget() {
    LAST.set(None);
}

/// What was submitted last, as long as it is not forgotten, with where it is now.
pub(super) async fn last(id: RecordId) -> Result<Option<Stored>, Error> {
    let Some(stored) = LAST.with_borrow(|last| last.clone().filter(|last| last.id == id)) else { return Ok(None) };
    let [outbox, sent, attention] = store::row([Table::Outbox, Table::Sent, Table::Attention], &id.to_string()).await?;
    let state = device::state([outbox.as_deref(), sent.as_deref(), attention.as_deref()]);
    Ok(Some(Stored { state, ..stored }))
}

/// A submission as it was confirmed here, and sealed; nothing where no key was ever learned.
pub(super) fn sealed(id: RecordId, receipt: Receipt, mut submission: Submission) -> Option<(Submission, String)> {
    submission.set_receipt(receipt);
    submission.set_channel(Channel::Kiosk);
    let PublicState::Ready(community) = public::now() else { return None };
    let contents = Contents { kind: submission.kind().as_str().to_owned(), body: submission.body() };
    let contents = serde_json::to_vec(&contents).expect("our own types have JSON forms");
    let sealed = sealed::seal(&community.seal.as_ref()?.public_key, id, &contents, clock::random())?;
    Some((submission, sealed))
}

/// Seals a confirmed submission and saves that, strictly durably. Doing it again with the same id changes nothing.
pub(super) async fn submit(id: RecordId, receipt: Receipt, title: String, submission: Submission) -> Result<(), Error> {
    let (submission, sealed) = sealed(id, receipt, submission).ok_or(Error::Broken)?;
    match store::write(Durability::Strict, &device::submit_sealed(id, sealed)).await {
        Ok(()) => {
            let (made_at, state) = (submission.made_at(), StoredState::Waiting { attempts: 0 });
            LAST.set(Some(Stored { id, receipt, submission, made_at, state, title }));
            status::submissions_changed();
            courier::wake(Reason::NewItem);
            device_storage::ask_to_keep();
            Ok(())
        }
        // A second tap: what lies there was sealed from the same form, and nobody can look.
        Err(WriteError::AlreadyThere) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
