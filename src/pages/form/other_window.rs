//! The same draft in another window: what is typed there is followed here, what it replaces can be had back, and once it is
//! submitted there it is not submitted here again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;

use super::autosave::Autosave;
use super::flow::Filling;
use crate::data::clock;
use crate::data::drafts::{self, Draft};
use crate::data::submissions::{self, StoredState};
use crate::data::worker::{self, Version};
use crate::i18n::words;
use crate::routes::{Begun, Route};
use crate::ui::actions::Actions;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::field::Typed;
use crate::ui::page_head::PageHead;

/// What another window did to this draft.
#[derive(Clone, Copy)]
pub struct OtherWindow {
    typed: RwSignal<Typed>,
    /// Words that stood here and were replaced.
    replaced: RwSignal<Typed>,
    /// Grows whenever something was taken over.
    revision: RwSignal<u32>,
    submitted: RwSignal<bool>,
}

impl OtherWindow {
    /// Follows the draft from now on.
    pub(super) fn follow(draft: Draft<Typed>, begun: Begun, typed: RwSignal<Typed>, autosave: Autosave) -> Self {
        let (replaced, revision, submitted) = (RwSignal::new(Typed::new()), RwSignal::new(0), RwSignal::new(false));
        let it = Self { typed, replaced, revision, submitted };
        let elsewhere = drafts::elsewhere();
        Effect::new(move |first: Option<()>| {
            elsewhere.get();
            if first.is_some() {
                let (key, id) = (draft.form.clone(), draft.id);
                spawn_local(async move {
                    match drafts::get::<Typed>(&key).await {
                        Ok(Some(there)) if there.id == id => it.take_over(there, autosave),
                        Ok(_) => it.look_for_submission(id, begun, autosave).await,
                        Err(_) => {}
                    }
                });
            }
        });
        it
    }

    /// Whether it was submitted there, live.
    pub(super) fn has_submitted(self) -> bool {
        self.submitted.get()
    }

    /// Follows what is taken over: told whenever the answers on the page are no longer those that would be sent.
    pub(super) fn track(self) {
        self.revision.track();
    }

    /// It turned out on submitting that the other window was faster.
    pub(super) fn was_faster(self) {
        self.submitted.set(true);
    }

    fn take_over(self, there: Draft<Typed>, autosave: Autosave) {
        // The page may have been left meanwhile.
        let Some(here) = self.typed.try_get_untracked() else { return };
        let Some(merged) = autosave.take_over(&here, there) else { return };
        if merged.values != here {
            // What stood here first is what a person may want back.
            self.replaced.update(|replaced| {
                for (field, words) in merged.replaced {
                    replaced.entry(field).or_insert(words);
                }
            });
            self.typed.set(merged.values);
            self.revision.update(|revision| *revision += 1);
        }
    }

    async fn look_for_submission(self, id: RecordId, begun: Begun, autosave: Autosave) {
        if autosave.is_stopped() {
            return;
        }
        let Ok(Some(stored)) = submissions::get(id).await else { return };
        // What is to be corrected is there from the beginning.
        let still_refused = begun == Begun::ToCorrect(id) && matches!(stored.state, StoredState::NeedsAttention(_));
        if !still_refused && !autosave.is_stopped() {
            autosave.stop(true);
            // The page may have been left meanwhile.
            self.submitted.try_set(true);
        }
    }
}

/// What there is to say about other windows, at the head of the fields: words of theirs stand here now, or a newer version
/// of the app runs there.
pub(super) fn news(filling: Filling) -> impl IntoView {
    let OtherWindow { typed, replaced, .. } = filling.other_window;
    let take_back = Callback::new(move |()| {
        let ours = replaced.get_untracked();
        replaced.set(Typed::new());
        typed.update(|typed| typed.extend(ours));
    });
    let version = worker::version();
    let anew = Callback::new(|()| worker::take_newer());
    let words = move || {
        if version.get() == Version::Outgrown {
            Some(notice(words::newer::outgrown(), words::newer::outgrown_line(), words::newer::reopen(), anew))
        } else if !replaced.read().is_empty() {
            let (title, line) = (words::form::changed_elsewhere(), words::form::changed_elsewhere_line());
            Some(notice(title, line, words::form::take_back(), take_back))
        } else {
            None
        }
    };
    view! { <div role="status">{words}</div> }
}

fn notice(title: &'static str, line: &'static str, word: &'static str, on_press: Callback<()>) -> AnyView {
    view! {
        <Banner tone=Tone::Caution title>
            <p>{line}</p>
            <Button look=Look::Quiet on_press>
                {word}
            </Button>
        </Banner>
    }
    .into_any()
}

/// It was submitted in another window; what was typed here besides can begin a form of its own.
#[component]
pub fn Already(
    /// The form.
    filling: Filling,
    /// Called with a draft to fill in here.
    begin_again: Callback<Draft<Typed>>,
) -> impl IntoView {
    let typed = filling.form.typed.get_untracked();
    let more = RwSignal::new(false);
    let (id, receipt, (submission, _)) = (filling.id(), filling.receipt, filling.made());
    spawn_local(async move {
        let said = submissions::is_said(id, receipt, &submission).await;
        // The page may have been left meanwhile.
        more.try_set(said == Ok(false));
    });
    let form = filling.draft.get_value();
    let again = Callback::new(move |()| {
        let (values, form) = (typed.clone(), form.clone());
        let fresh = Draft { values, form, begun_at: Some(clock::now()), ..Draft::fresh() };
        spawn_local(async move {
            // What cannot be kept stays on the page.
            let _ = drafts::keep(&fresh.form, &fresh).await;
            begin_again.run(fresh);
        });
    });
    let rest = move || {
        more.get().then(|| {
            let (title, line) = (words::form::not_in_it(), words::form::not_in_it_line());
            notice(title, line, words::form::begin_again(), again)
        })
    };
    view! {
        <PageHead title=filling.title.get_value() />
        <div role="status">
            <Banner tone=Tone::Good title=words::form::submitted_elsewhere() />
            {rest}
        </div>
        <Actions>
            <LinkButton look=Look::Main href=Route::Done(filling.id()).path()>
                {words::form::see_it()}
            </LinkButton>
        </Actions>
    }
}
