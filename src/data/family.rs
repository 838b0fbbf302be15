//! The people the account acts for, as this device knows them: kept under the vault like a draft, so that forms offer them
//! without a network; gone with the account. A shared tablet has none.

use leptos::prelude::*;
use linli_domain::RecordId;
use linli_domain::card::Card;
use linli_domain::consent::ConsentWanted;
use linli_domain::family::{Family, MemberWanted, OwnDetails, OwnPin};

use super::store::{self, Change, Durability, Table};
use super::{Error, account, api, kiosk};

/// Under which name they lie among the drafts, where everything is encrypted.
const KEPT: &str = "account-family";

thread_local! {
    static FAMILY: ArcRwSignal<Option<Family>> = ArcRwSignal::new(None);
}

/// Oneself first, live; `None` as long as nobody is known to be signed in.
pub fn signal() -> ReadSignal<Option<Family>> {
    FAMILY.with(ArcRwSignal::read_only).into()
}

/// Reads what is kept, where somebody is signed in and nothing is known yet.
pub async fn ready() {
    let known = FAMILY.with(Clone::clone);
    if kiosk::is_on() || account::id().is_none() || known.with_untracked(Option::is_some) {
        return;
    }
    // What cannot be read is asked for; until then names are typed.
    let kept = store::get::<Family>(Table::Draft, KEPT).await.ok().flatten();
    if account::id().is_some() && kept.is_some() && known.with_untracked(Option::is_none) {
        known.set(kept);
    }
}

/// Asks the server.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn refresh() -> Result<(), Error> {
    let family = api::family().await?;
    // Somebody may have signed out meanwhile.
    if account::id().is_some() {
        take(family).await;
    }
    Ok(())
}

async fn take(family: Family) {
    // Without it being kept it is known until the page is left.
    let _ = store::write(Durability::Relaxed, &[Change::put(Table::Draft, &KEPT, &family)]).await;
    FAMILY.with(Clone::clone).set(Some(family));
}

/// Nothing is known of anybody any more.
pub(super) async fn forget() {
    FAMILY.with(Clone::clone).set(None);
    // What is left cannot be read by the next account: signing in takes its own over it.
    let _ = store::write(Durability::Relaxed, &[Change::delete(Table::Draft, &KEPT)]).await;
}

/// Adds somebody, or puts right what is known of them.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`].
pub async fn keep(id: RecordId, wanted: &MemberWanted) -> Result<(), Error> {
    api::keep_member(id, wanted).await?;
    refresh().await
}

/// Acts for somebody no more.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn remove(id: RecordId) -> Result<(), Error> {
    api::remove_member(id).await?;
    refresh().await
}

/// Puts oneself right.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`].
pub async fn correct(wanted: &OwnDetails) -> Result<(), Error> {
    api::correct_oneself(wanted).await?;
    account::look().await;
    Ok(())
}

/// Changes the PIN.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`].
pub async fn change_pin(wanted: &OwnPin) -> Result<(), Error> {
    api::change_pin(wanted).await
}

/// Agrees that somebody's health values are kept.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`].
pub async fn agree(id: RecordId, wanted: &ConsentWanted) -> Result<(), Error> {
    api::agree(id, wanted).await?;
    // It is told by the next check-in too, if it is not known here now.
    let _ = refresh().await;
    Ok(())
}

/// Takes that back.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn withdraw(id: RecordId) -> Result<(), Error> {
    api::withdraw(id).await?;
    refresh().await
}

/// Somebody's card; `None` where there is none.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn card(id: RecordId) -> Result<Option<Card>, Error> {
    match api::card(id).await {
        Err(Error::Refused(problem)) if problem.status == 404 => Ok(None),
        card => card.map(Some),
    }
}

/// A new card for somebody.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`].
pub async fn new_card(id: RecordId) -> Result<Card, Error> {
    api::new_card(id).await
}
