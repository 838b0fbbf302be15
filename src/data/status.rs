//! The one status the courier publishes: what waits, what needs attention, whether the server is reached.

use std::cell::Cell;

use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;
use linli_domain::RecordId;
use wasm_bindgen_futures::spawn_local;

use super::tabs::{self, News};
use super::{behind, submissions};

/// How things stand on this device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Status {
    /// Submissions that wait to be sent.
    pub waiting: u32,
    /// Submissions a person has to look at.
    pub attention: u32,
    /// Photos that wait to be sent.
    pub photos: u32,
    /// Submissions that were made more than three days ago and are still here only.
    pub overdue: u32,
    /// Whether a batch is under way, in whatever tab.
    pub sending: bool,
    /// Whether the server answered last time.
    pub reach: Reach,
    /// Grows whenever a stored submission changed.
    pub revision: u32,
    /// Whether what is kept here was counted; until then nobody can say that everything was sent.
    pub counted: Counted,
    /// When the courier tries again, if it pauses.
    pub retry_at: Option<DateTime<FixedOffset>>,
}

/// Whether what is kept here was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Counted {
    /// It is about to be.
    #[default]
    NotYet,
    /// The numbers are right.
    Done,
    /// The device does not say what it keeps.
    Failed,
}

/// Whether the server can be reached. Learned from answers only: `navigator.onLine` is not to be trusted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Nothing was asked yet.
    #[default]
    Unknown,
    /// The last request was answered.
    Reachable,
    /// The last request was not answered.
    Unreachable,
}

thread_local! {
    static STATUS: ArcRwSignal<Status> = ArcRwSignal::new(Status::default());
    static SENDING: ArcRwSignal<Vec<RecordId>> = ArcRwSignal::new(Vec::new());
    /// Whether it is this tab that sends.
    static SENDER: Cell<bool> = const { Cell::new(false) };
    static ROUND: Cell<u32> = const { Cell::new(0) };
}

/// The status, live.
pub fn signal() -> ReadSignal<Status> {
    STATUS.with(ArcRwSignal::read_only).into()
}

/// What is being sent just now, in whatever tab, live.
pub fn sending() -> ReadSignal<Vec<RecordId>> {
    SENDING.with(ArcRwSignal::read_only).into()
}

/// Takes note of what is being sent.
pub(super) fn sends(ids: Vec<RecordId>) {
    update(|status| status.sending = !ids.is_empty());
    let sending = SENDING.with(Clone::clone);
    if sending.with_untracked(|before| *before != ids) {
        sending.set(ids);
    }
}

/// Takes note of what this tab sends, and tells the others. A tab that sent nothing has no end of sending to tell.
pub(super) fn sends_here(ids: Vec<RecordId>) {
    if SENDER.replace(!ids.is_empty()) || !ids.is_empty() {
        tabs::tell_others(&News::Sending(&ids));
        sends(ids);
    }
}

/// Changes the status; tells nobody if nothing changed.
pub(super) fn update(change: impl FnOnce(&mut Status)) {
    let status = STATUS.with(Clone::clone);
    let mut next = status.get_untracked();
    change(&mut next);
    if next != status.get_untracked() {
        status.set(next);
    }
}

/// Whether the last request was answered.
pub(super) fn reach() -> Reach {
    STATUS.with(Clone::clone).get_untracked().reach
}

/// What the last request taught about the server.
pub(super) fn learned(reach: Reach) {
    update(|status| status.reach = reach);
}

/// Counts anew after stored submissions changed here, and tells the other tabs. Nobody waits for that.
pub(super) fn submissions_changed() {
    spawn_local(recount());
    tabs::tell_others(&News::Submissions);
}

/// Counts anew.
pub(super) async fn recount() {
    let round = ROUND.get().wrapping_add(1);
    ROUND.set(round);
    // What was counted since is newer.
    let is_newest = || ROUND.get() == round;
    let Ok([waiting, attention, photos]) = submissions::count().await else {
        if is_newest() {
            update(|status| status.counted = Counted::Failed);
        }
        return;
    };
    let nothing = waiting + attention + photos == 0;
    if is_newest() {
        update(|status| {
            status.waiting = waiting;
            status.attention = attention;
            status.counted = Counted::Done;
            if nothing {
                (status.photos, status.overdue) = (0, 0);
            }
            status.revision = status.revision.wrapping_add(1);
        });
    }
    if !nothing
        && let Some(unsent) = behind::unsent().await
        && is_newest()
    {
        update(|status| (status.photos, status.overdue) = (unsent.photos, unsent.overdue));
    }
}
