//! What works behind the pages comes in the file of the other pages, so that the first page does not wait for it: the
//! courier, what settles its answers, and the tidying. Here is the little that the first file knows of it.

use std::cell::{Cell, RefCell};

use linli_domain::courier::Reason;

use super::Coming;

/// What is unsent, looked at more closely than by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unsent {
    /// Submissions that were made long ago.
    pub overdue: u32,
    /// Photos that wait, without those that the community did not take.
    pub photos: u32,
}

/// What the first file may ask of it.
#[derive(Clone, Copy)]
pub(super) struct Work {
    /// Wakes the courier.
    pub wake: fn(Reason),
    /// Takes notice of the server's epoch.
    pub learn_epoch: fn(String) -> Coming<()>,
    /// What is unsent, looked at more closely; `None` if that cannot be read.
    pub unsent: fn() -> Coming<Option<Unsent>>,
    /// Clears what was typed away.
    pub hand_over: fn(),
}

thread_local! {
    static WORK: Cell<Option<Work>> = const { Cell::new(None) };
    /// An epoch that the server named before anybody could take notice of it.
    static EPOCH: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// It is here from now on.
pub(super) async fn begin(work: Work) {
    WORK.set(Some(work));
    (work.wake)(Reason::Started);
    if let Some(epoch) = EPOCH.take() {
        (work.learn_epoch)(epoch).await;
    }
}

/// Wakes the courier; one that is not here yet wakes when it comes.
pub(super) fn wake(reason: Reason) {
    if let Some(work) = WORK.get() {
        (work.wake)(reason);
    }
}

/// Clears what was typed away; if it is not here yet, it does so when it comes to a shared tablet.
pub(super) fn hand_over() {
    if let Some(work) = WORK.get() {
        (work.hand_over)();
    }
}

/// Takes notice of the server's epoch, now or as soon as it can be.
pub(super) async fn learn_epoch(epoch: &str) {
    match WORK.get() {
        Some(work) => (work.learn_epoch)(epoch.to_owned()).await,
        None => EPOCH.set(Some(epoch.to_owned())),
    }
}

/// What is unsent, looked at more closely; `None` as long as nobody can tell.
pub(super) async fn unsent() -> Option<Unsent> {
    match WORK.get() {
        Some(work) => (work.unsent)().await,
        None => None,
    }
}
