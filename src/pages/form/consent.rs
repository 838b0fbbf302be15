//! What has to be agreed to before health values are kept: a page of its own, in plain words, with nothing ticked before
//! (ADR 29). What was typed is there behind it.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;
use linli_domain::check_in::{CONSENT, GUARDIAN_CONSENT, PERSON_ID, PERSON_NAME};
use linli_domain::community::Public;
use linli_domain::consent::ConsentWanted;

use super::flow::{Filling, Gate};
use super::whom::set;
use crate::data::{Error, family};
use crate::i18n::words;
use crate::pages::Here;
use crate::router::Router;
use crate::routes::{Route, Step};
use crate::ui::actions::Actions;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::field::TICKED;
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::read_aloud;

/// What stands in the draft when this was agreed to for this person: another text, or somebody else, is asked anew.
pub fn agreement(person: &str, public: &Public) -> Option<String> {
    public.consents.last().map(|version| [version, ":", person].concat())
}

/// What is agreed to, line by line.
pub fn text() -> AnyView {
    let lines = [words::consent::what(), words::consent::who(), words::consent::why(), words::consent::how_long()];
    let lines = lines.map(|line| view! { <li>{line}</li> }).into_iter().map(IntoAny::into_any).collect_view();
    view! { <ul class="faults">{lines}</ul> }.into_any()
}

/// The page that asks for it.
#[component]
pub fn Consent(
    /// The form.
    filling: Filling,
) -> impl IntoView {
    let form = filling.form;
    let public = filling.public.get_untracked();
    let version = public.consents.last().cloned().unwrap_or_default();
    let person = form.value(PERSON_ID).get_untracked();
    let guardian = form.value(GUARDIAN_CONSENT).get_untracked() == TICKED;
    let known = person.parse::<RecordId>().ok();
    let below = match known {
        Some(_) => words::consent::of_whom(&form.value(PERSON_NAME).get_untracked()),
        None => words::consent::below().to_owned(),
    };
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(false));
    let (router, route) = (Router::here(), Here::route());
    let pass = move || {
        let came_from_fields = filling.gate.get_untracked() == Gate::Asked;
        let public = filling.public.get_untracked();
        let agreed = agreement(&form.value(PERSON_ID).get_untracked(), &public).unwrap_or_default();
        form.fill(|typed| set(typed, CONSENT, &agreed));
        filling.autosave.now();
        focus::expect_arrival();
        filling.gate.set(Gate::Passed);
        if came_from_fields && form.missing().is_none() {
            router.go(&route.get_untracked().at(Step::Check).path());
        }
    };
    let wanted = ConsentWanted { consent: version.clone(), guardian_consent: guardian };
    let agree = Callback::new(move |()| {
        let Some(id) = known else { return pass() };
        let wanted = wanted.clone();
        busy.set(true);
        spawn_local(async move {
            let told = family::agree(id, &wanted).await;
            let withdrawn = family::signal().with_untracked(|family| {
                family
                    .as_ref()
                    .and_then(|family| family.member(id))
                    .is_some_and(linli_domain::family::Member::has_withdrawn)
            });
            let _ = busy.try_set(false);
            // The check-in tells it too; only what was taken back has to be agreed to by itself.
            if matches!(told, Err(Error::Refused(_))) || (told.is_err() && withdrawn) {
                let _ = failed.try_set(true);
            } else {
                pass();
            }
        });
    });
    // What is read aloud goes with the page, which has no address of its own.
    on_cleanup(read_aloud::hush);
    let node = NodeRef::<Div>::new();
    let trouble =
        move || failed.get().then(|| view! { <Banner tone=Tone::Caution title=words::consent::withdrawn_offline() /> });
    let back = (filling.gate.get_untracked() == Gate::Asked).then(|| {
        let back = Callback::new(move |()| {
            focus::expect_arrival();
            filling.gate.set(Gate::Passed);
        });
        view! { <Button look=Look::Quiet on_press=back>{words::frame::back()}</Button> }
    });
    let yes = if guardian { words::consent::agree_guardian() } else { words::consent::agree() };
    view! {
        <div node_ref=node>
            <PageHead title=words::consent::title() below />
            {guardian.then(|| view! { <p>{words::consent::guardian()}</p> })}
            {text()}
            <p class="row__detail">{words::consent::version(&version)}</p>
            <div role="alert">{trouble}</div>
            <div class="buttons">
                {back}
                <LinkButton look=Look::Quiet href=Route::Home.path()>{words::consent::refuse()}</LinkButton>
            </div>
            <Actions>
                <Button look=Look::Main on_press=agree busy>{yes}</Button>
            </Actions>
        </div>
    }
    .into_any()
}
