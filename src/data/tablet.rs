//! What a shared tablet has to do with the office: it is paired by a code, tells now and then how it stands, and learns when it
//! is not wanted any more. Unpaired it works all the same.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;
use linli_domain::tablet::{Pairing, Tablet, TabletContact};
use wasm_bindgen_futures::spawn_local;

use super::{Error, api, kiosk, status, submissions};

/// How often a paired tablet tells how it stands.
const OFTEN: Duration = Duration::from_mins(5);
const REMEMBERED: &str = "linli-paired";

/// How this tablet stands with the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bond {
    /// Not heard yet.
    Unknown,
    /// It was never paired.
    Unpaired,
    /// It is paired.
    Paired(Tablet),
    /// It was paired, and is not any more.
    Revoked,
}

thread_local! {
    static BOND: ArcRwSignal<Bond> = ArcRwSignal::new(Bond::Unknown);
    static STARTED: Cell<bool> = const { Cell::new(false) };
}

/// How this tablet stands with the office, live.
pub fn signal() -> ReadSignal<Bond> {
    BOND.with(ArcRwSignal::read_only).into()
}

fn set(bond: Bond) {
    BOND.with(Clone::clone).set(bond);
}

/// Tells the office how this tablet stands from now on, where it is one.
pub(super) fn start() {
    if STARTED.replace(true) {
        return;
    }
    look();
    // Kept for as long as the page lives.
    let _ = set_interval_with_handle(look, OFTEN);
}

/// Tells how it stands, and learns whether it is still wanted.
pub fn look() {
    if kiosk::is_on() {
        spawn_local(tell());
    }
}

async fn tell() {
    if !was_paired() {
        return set(Bond::Unpaired);
    }
    let now = status::signal().get_untracked();
    let waiting_minutes = if now.waiting == 0 { 0 } else { submissions::waiting_minutes().await };
    let contact = TabletContact { unsent: now.waiting, refused: now.attention, waiting_minutes };
    match api::contact(&contact).await {
        Ok(tablet) => set(Bond::Paired(tablet)),
        Err(Error::SignedOut) => set(Bond::Revoked),
        // Nothing is learned while the server is not reached.
        Err(_) => {}
    }
}

/// Pairs this tablet by a code.
///
/// # Errors
/// [`Error::Refused`] with what is wrong with the code; [`Error::Offline`].
pub async fn pair(pairing: &Pairing) -> Result<(), Error> {
    let tablet = api::pair(pairing).await?;
    kiosk::enter();
    if let Ok(Some(kept)) = window().local_storage() {
        // A browser that keeps nothing is paired until it is closed.
        let _ = kept.set_item(REMEMBERED, "1");
    }
    set(Bond::Paired(tablet));
    Ok(())
}

fn was_paired() -> bool {
    let kept = window().local_storage().ok().flatten();
    kept.is_some_and(|kept| kept.get_item(REMEMBERED).is_ok_and(|it| it.is_some()))
}
