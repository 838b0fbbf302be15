//! The community as this device knows it: from IndexedDB at once, refreshed behind.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use linli_domain::community::Public;
use serde::{Deserialize, Serialize};

use super::status::{self, Reach};
use super::store::{self, Change, Durability, Table};
use super::{api, behind, clock};

/// What there is to show.
#[derive(Debug, Clone, PartialEq)]
pub enum PublicState {
    /// Not read yet.
    Loading,
    /// The newest that is on the device.
    Ready(Arc<Public>),
    /// Nothing on the device and no answer from the server.
    Failed,
}

/// The copy on the device: the body as it came, so that it costs nothing to keep.
#[derive(Serialize, Deserialize)]
struct Copy {
    etag: String,
    body: String,
    #[serde(default)]
    epoch: Option<String>,
}

const KEY: &str = "public";

thread_local! {
    static STATE: ArcRwSignal<PublicState> = ArcRwSignal::new(PublicState::Loading);
    static REFRESHING: Cell<bool> = const { Cell::new(false) };
    /// Whether somebody asked while an answer was under way, which may be older than what they ask for.
    static ASKED_AGAIN: Cell<bool> = const { Cell::new(false) };
    static AGAIN: RefCell<Option<Timeout>> = const { RefCell::new(None) };
}

/// While the server is not reached it is asked again after this long, and up to twice as long, milliseconds. A server
/// that comes back sends no `online` event, and a tab whose outbox another tab empties sends nothing itself.
const AGAIN_AFTER: f64 = 15_000.0;

/// What there is to show, live.
pub fn signal() -> ReadSignal<PublicState> {
    STATE.with(ArcRwSignal::read_only).into()
}

/// What there is just now.
pub(super) fn now() -> PublicState {
    STATE.with(Clone::clone).get_untracked()
}

/// Reads the copy, then asks the server.
pub(super) fn start() {
    wasm_bindgen_futures::spawn_local(async {
        if let Ok(Some(copy)) = store::get::<Copy>(Table::Cache, KEY).await
            && let Some(public) = read(&copy.body)
        {
            show(public);
        }
        refresh().await;
    });
}

/// Asks the server for news; quiet if it cannot be reached and something is there to show.
pub async fn refresh() {
    if REFRESHING.replace(true) {
        ASKED_AGAIN.set(true);
        return;
    }
    loop {
        refresh_once().await;
        if !ASKED_AGAIN.take() {
            break;
        }
    }
    REFRESHING.set(false);
    let again = (status::reach() == Reach::Unreachable).then(|| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 30,000")]
        let wait = (AGAIN_AFTER * (1.0 + clock::dice())) as u32;
        Timeout::new(wait, || wasm_bindgen_futures::spawn_local(refresh()))
    });
    AGAIN.set(again);
}

async fn refresh_once() {
    let state = STATE.with(Clone::clone);
    let shown = matches!(state.get_untracked(), PublicState::Ready(_));
    let copy = if shown { store::get::<Copy>(Table::Cache, KEY).await.ok().flatten() } else { None };
    let answer = api::public(copy.as_ref().map(|copy| copy.etag.as_str())).await;
    match answer.map(|news| news.map(|(etag, body)| (read(&body), etag, body))) {
        Ok(Some((Some(public), etag, body))) => {
            let epoch = public.epoch.clone();
            show(public);
            let copy = Copy { etag, body, epoch };
            // A copy that cannot be kept is asked for again next time. It comes first: without it nothing opens offline, and
            // an epoch that is not learned now is learned from the copy.
            let _ = store::write(Durability::Relaxed, &[Change::put(Table::Cache, &KEY, &copy)]).await;
            learn_epoch(copy.epoch.as_deref()).await;
        }
        Ok(None) => learn_epoch(copy.and_then(|copy| copy.epoch).as_deref()).await,
        Ok(Some((None, ..))) | Err(_) if shown => {}
        Ok(Some((None, ..))) | Err(_) => state.set(PublicState::Failed),
    }
}

/// The server has just said so, if only by saying that the copy is still true.
async fn learn_epoch(epoch: Option<&str>) {
    if let Some(epoch) = epoch {
        behind::learn_epoch(epoch).await;
    }
}

fn read(body: &str) -> Option<Public> {
    serde_json::from_str(body).ok()
}

fn show(public: Public) {
    STATE.with(Clone::clone).set(PublicState::Ready(Arc::new(public)));
}
