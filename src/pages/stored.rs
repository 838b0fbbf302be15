//! What this device keeps, read anew whenever it changed.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;
use linli_domain::person::{Neighbour, Person};
use linli_domain::submission::Submission;

use crate::data::submissions::{self, Page, Stored, StoredState};
use crate::data::{Error, family, status};
use crate::i18n::{language, states, words};
use crate::pages::later::Coming;
use crate::routes::{Begun, Route, Step};
use crate::ui::banner::Tone;

/// What is kept on this device, or why it cannot be read.
pub type Kept = Result<Page, Error>;

/// How many submissions a list begins with, and how many more are shown at a time.
pub const PAGE: usize = 25;

/// The newest submissions, as many as wanted; `None` until they are read. Read again whenever one changed.
pub fn newest(limit: impl Fn() -> usize + 'static) -> ReadSignal<Option<Kept>> {
    kept(None, move || {
        let limit = limit();
        Box::pin(submissions::newest(limit))
    })
}

/// What waits or needs attention; `None` until it is read. Read again whenever one changed.
pub fn unsettled(limit: impl Fn() -> usize + 'static) -> ReadSignal<Option<Kept>> {
    kept(None, move || {
        let limit = limit();
        Box::pin(submissions::unsettled(limit))
    })
}

/// One submission; `None` until it is read. Read again whenever one changed.
pub fn one(id: RecordId) -> Signal<Option<Result<Option<Stored>, Error>>> {
    let read = move || -> Coming<Kept> {
        Box::pin(async move {
            let stored = submissions::get(id).await?.into_iter().collect();
            Ok(Page { stored, ..Page::default() })
        })
    };
    let at_hand = submissions::at_hand(id).map(|stored| Ok(Page { stored: vec![stored], ..Page::default() }));
    let kept = kept(at_hand, read);
    Signal::derive(move || kept.get().map(|kept| kept.map(|mut kept| kept.stored.pop())))
}

/// A plain signal rather than a resource: each type of resource costs the app some 15 KiB of code.
fn kept(at_hand: Option<Kept>, read: impl Fn() -> Coming<Kept> + 'static) -> ReadSignal<Option<Kept>> {
    let status = status::signal();
    let revision = Memo::new(move |_| status.read().revision);
    let (kept, set_kept) = signal(at_hand);
    Effect::new(move || {
        // Reading it is what makes the memo follow the status; tracking alone does not.
        revision.get();
        let read = read();
        spawn_local(async move {
            let read = read.await;
            // The page may have been left meanwhile.
            let _ = set_kept.try_set(Some(read));
        });
    });
    kept
}

/// Whether one submission is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Being read.
    Unknown,
    /// On this device.
    Here,
    /// Not on this device, or not readable.
    Missing,
}

/// Whether it is there, told only when that changes: its page is not drawn anew because it was delivered meanwhile.
pub fn presence(kept: Signal<Option<Result<Option<Stored>, Error>>>) -> Memo<Presence> {
    Memo::new(move |_| match kept.get() {
        None => Presence::Unknown,
        Some(Ok(Some(_))) => Presence::Here,
        Some(Ok(None) | Err(_)) => Presence::Missing,
    })
}

/// Where it stands, with its tone, live: what waits may be on its way just now, from whatever tab.
pub fn standing(stored: &Stored) -> Signal<(Tone, String)> {
    let (id, state) = (stored.id, stored.state.clone());
    let sending = status::sending();
    Signal::derive(move || match &state {
        StoredState::Waiting { .. } if sending.read().contains(&id) => (Tone::Note, words::state::sending().to_owned()),
        StoredState::Waiting { .. } => (Tone::Caution, words::state::to_be_sent().to_owned()),
        StoredState::NeedsAttention(_) => (Tone::Danger, words::state::attention().to_owned()),
        StoredState::Sent { state, position } => (Tone::Good, states::accepted(*state, *position)),
    })
}

/// What it is about.
pub fn title(stored: &Stored) -> String {
    if stored.title.is_empty() { states::kind(stored.submission.kind()).to_owned() } else { stored.title.clone() }
}

/// The language of that, where the community wrote it and the page speaks another.
pub fn title_lang(stored: &Stored) -> Option<&'static str> {
    if stored.title.is_empty() { None } else { language::of_content() }
}

/// Whom it is for, where that is somebody else the account acts for.
pub fn whom(stored: &Stored) -> Option<String> {
    let behalf = |neighbour: &Option<Neighbour>| neighbour.clone().and_then(|it| Some((it.id?, it.name)));
    let (id, name) = match &stored.submission {
        Submission::CheckIn(check_in) => match &check_in.person {
            Person::Known { id, name, .. } => Some((*id, name.clone())),
            Person::Card { .. } | Person::Guest(_) => None,
        },
        Submission::Report(report) => behalf(&report.on_behalf_of),
        Submission::SignUp(sign_up) => behalf(&sign_up.on_behalf_of),
    }?;
    let own = family::signal().with_untracked(|family| family.as_ref()?.oneself().map(|own| own.id));
    (own != Some(id) && !name.is_empty()).then(|| words::family::of_whom(&name))
}

/// The form on which a refused submission is corrected.
pub fn correction(stored: &Stored) -> Route {
    let begun = Begun::ToCorrect(stored.id);
    match &stored.submission {
        Submission::SignUp(sign_up) => Route::SignUp { activity: sign_up.activity, step: Step::Fields, begun },
        Submission::CheckIn(_) => Route::CheckIn { step: Step::Fields, begun },
        Submission::Report(_) => Route::Report { step: Step::Fields, begun },
    }
}
