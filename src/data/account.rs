//! The account that is signed in on this device, and what it brings: records made elsewhere. They are in memory only and gone
//! with it. What is remembered is the account's id, which tells nothing; a shared tablet never signs in.

use gloo::events::EventListener;
use leptos::prelude::*;
use linli_domain::account::{Claim, Farewell, NewAccount, OwnRecord, ResidentSignIn};
use linli_domain::acting::NewPin;
use linli_domain::device::{Stored, StoredState, SubmissionRow};
use linli_domain::person::Person;
use linli_domain::session::{Me, Role};
use linli_domain::submission::{Submission, SubmissionKind};
use linli_domain::{Receipt, RecordId};
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::store::{self, Table};
use super::{Error, api, family, kiosk, submissions};

/// Whether somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// Being asked.
    Unknown,
    /// Nobody.
    Nobody,
    /// This resident.
    Of(Me),
    /// Somebody, but the server cannot be asked who.
    Unreached,
}

#[derive(Default)]
struct Brought {
    records: Vec<Stored>,
    /// What to ask for next.
    since: i64,
    epoch: Option<String>,
}

const REMEMBERED: &str = "linli-account";

thread_local! {
    static ACCOUNT: ArcRwSignal<Account> = ArcRwSignal::new(Account::Unknown);
    static BROUGHT: ArcRwSignal<Brought> = ArcRwSignal::new(Brought::default());
}

/// Whether somebody is signed in, live.
pub fn signal() -> ReadSignal<Account> {
    ACCOUNT.with(ArcRwSignal::read_only).into()
}

/// The account's records as the community has them, newest first, live.
pub fn records() -> Signal<Vec<Stored>> {
    let brought = BROUGHT.with(ArcRwSignal::read_only);
    Signal::derive(move || brought.with(|brought| brought.records.clone()))
}

/// The account that what is submitted now belongs to.
pub(super) fn id() -> Option<RecordId> {
    if kiosk::is_on() { None } else { remembered() }
}

fn remembered() -> Option<RecordId> {
    local_storage()?.get_item(REMEMBERED).ok()??.parse().ok()
}

fn local_storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Asks the server who it is, where somebody is signed in. A phone that was made a shared tablet is signed out.
pub(super) fn start() {
    // Another tab signed in or out.
    EventListener::new(&window(), "storage", |_| {
        let here = match ACCOUNT.with(Clone::clone).get_untracked() {
            Account::Of(me) => Some(me.id),
            Account::Unknown | Account::Nobody | Account::Unreached => None,
        };
        if here != id() {
            spawn_local(look());
        }
    })
    .forget();
    if id().is_some() {
        return spawn_local(async {
            family::ready().await;
            look().await;
        });
    }
    ACCOUNT.with(Clone::clone).set(Account::Nobody);
    if remembered().is_some() {
        spawn_local(async {
            // Without a network it is signed out the next time; what the account has is not asked for meanwhile.
            let _ = sign_out().await;
        });
    }
}

/// Asks the server who it is and what is new.
pub async fn look() {
    if id().is_none() {
        return end();
    }
    match api::me().await {
        Ok(me) if me.role == Role::Resident => begin(me).await,
        // Staff signed in in this browser, or the session is over.
        Ok(_) | Err(Error::SignedOut) => end(),
        Err(_) => ACCOUNT.with(Clone::clone).set(Account::Unreached),
    }
}

async fn begin(me: Me) {
    if let Some(kept) = local_storage() {
        // A browser that keeps nothing asks again when it is opened next.
        let _ = kept.set_item(REMEMBERED, &me.id.to_string());
    }
    // What could not be had is asked for when it is wanted next. It comes first: a page about a record shows it at once.
    let _ = refresh().await;
    let _ = family::refresh().await;
    ACCOUNT.with(Clone::clone).set(Account::Of(me));
}

/// Nobody is signed in any more, and nothing is here that the account brought.
fn end() {
    if let Some(kept) = local_storage() {
        // Nothing is there to be removed if it could not be kept.
        let _ = kept.remove_item(REMEMBERED);
    }
    BROUGHT.with(Clone::clone).set(Brought::default());
    spawn_local(family::forget());
    ACCOUNT.with(Clone::clone).set(Account::Nobody);
}

/// Signs in.
///
/// # Errors
/// [`Error::Refused`], [`Error::Offline`].
pub async fn sign_in(credentials: &ResidentSignIn) -> Result<(), Error> {
    let me = api::sign_in_resident(credentials).await?;
    family::forget().await;
    BROUGHT.with(Clone::clone).set(Brought::default());
    begin(me).await;
    Ok(())
}

/// Opens an account and signs in to it.
///
/// # Errors
/// [`Error::Refused`], [`Error::Offline`].
pub async fn open(wanted: &NewAccount) -> Result<(), Error> {
    let me = api::open_account(wanted).await?;
    family::forget().await;
    BROUGHT.with(Clone::clone).set(Brought::default());
    begin(me).await;
    Ok(())
}

/// Sets one's PIN by a code of the office, and signs in.
///
/// # Errors
/// [`Error::Refused`], [`Error::Offline`].
pub async fn set_pin(wanted: &NewPin) -> Result<(), Error> {
    let me = api::set_pin(wanted).await?;
    BROUGHT.with(Clone::clone).set(Brought::default());
    begin(me).await;
    Ok(())
}

/// Signs out. What was submitted on this device stays on it.
///
/// # Errors
/// [`Error::Offline`].
pub async fn sign_out() -> Result<(), Error> {
    api::sign_out().await?;
    end();
    Ok(())
}

/// Ends the account, and removes from this device what belonged to it.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`]; the account is as it was then.
pub async fn delete(farewell: &Farewell) -> Result<(), Error> {
    refresh().await?;
    let account = id();
    let mut own: Vec<RecordId> =
        BROUGHT.with(Clone::clone).with_untracked(|brought| brought.records.iter().map(|record| record.id).collect());
    api::delete_account(farewell).await?;
    let [rows] = store::read_all([Table::Submission]).await.unwrap_or_default();
    let rows = rows.iter().filter_map(|text| serde_json::from_str::<SubmissionRow>(text).ok());
    own.extend(rows.filter(|row| row.account.is_some() && row.account == account).map(|row| row.id));
    for id in own {
        // What could not be removed can be thrown away by hand.
        let _ = submissions::discard(id).await;
    }
    end();
    Ok(())
}

/// Takes an earlier submission into the account.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`].
pub async fn claim(receipt: Receipt) -> Result<(), Error> {
    api::claim(&Claim { receipt: receipt.to_string() }).await?;
    // It is there the next time, if not now.
    let _ = refresh().await;
    Ok(())
}

/// Asks for what is new among the records.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn refresh() -> Result<(), Error> {
    if id().is_none() {
        return Ok(());
    }
    let brought = BROUGHT.with(Clone::clone);
    loop {
        let since = brought.with_untracked(|brought| brought.since);
        let page = api::own_records(since).await?;
        let begins_anew = brought.with_untracked(|brought| since > 0 && brought.epoch != page.epoch);
        brought.update(|brought| {
            if begins_anew {
                // The server was restored from a backup, and counts from there.
                *brought = Brought { epoch: page.epoch.clone(), ..Brought::default() };
                return;
            }
            brought.epoch.clone_from(&page.epoch);
            brought.since = page.next;
            for record in page.items.into_iter().filter_map(stored) {
                brought.records.retain(|known| known.id != record.id);
                brought.records.push(record);
            }
            brought.records.sort_unstable_by_key(|record| std::cmp::Reverse(record.id));
        });
        if !page.more && !begins_anew {
            return Ok(());
        }
    }
}

/// A record as this device keeps its own; `None` if this version cannot read it.
fn stored(record: OwnRecord) -> Option<Stored> {
    let mut submission = match record.kind {
        SubmissionKind::Report => Submission::Report(Deserialize::deserialize(record.body).ok()?),
        SubmissionKind::CheckIn => Submission::CheckIn(Deserialize::deserialize(record.body).ok()?),
        SubmissionKind::SignUp => Submission::SignUp(Deserialize::deserialize(record.body).ok()?),
    };
    // Of a card only the server knew whose it is.
    if let (Submission::CheckIn(check_in), Some(whom)) = (&mut submission, record.person)
        && matches!(check_in.person, Person::Card { .. })
    {
        check_in.person = Person::Known { id: whom.id, name: whom.name, phone: String::new() };
    }
    Some(Stored {
        id: record.id,
        receipt: record.receipt,
        submission,
        made_at: record.made_at,
        state: StoredState::Sent { state: record.state, position: record.position },
        title: record.title.unwrap_or_default(),
    })
}
