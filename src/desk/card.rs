//! Whose card it is: looked up by number or code. Every look is noted by the server.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::card::{CARD, CardHolder, CardShown};
use linli_domain::{Code, ProblemCode};

use super::session::Session;
use super::sign_in::failure_words;
use crate::data::{self, api};
use crate::i18n::{findings, words};
use crate::ui::answers::{Answer, Answers};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::SubmitButton;
use crate::ui::field::{Labelled, Value};
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::text_field::{TextField, TextKind};

/// Where it stands whose card it is.
const SAID: &str = "said";

/// How looking it up goes.
#[derive(Clone, PartialEq)]
enum Looking {
    NotBegun,
    Wrong(Code),
    UnderWay,
    Found(CardHolder),
    Nobody,
    Failed(data::Error),
}

/// Looking up a card.
#[component]
pub fn Card() -> impl IntoView {
    let session = Session::here();
    let (typed, looking) = (Value::alone("card"), RwSignal::new(Looking::NotBegun));
    let of = Labelled {
        id: CARD.dom_id(),
        label: words::card::number().to_owned(),
        hint: words::card::number_hint(),
        value: typed,
        error: Signal::derive(move || match looking.get() {
            Looking::Wrong(code) => Some(findings::error(CARD.pointer(), code)),
            _ => None,
        }),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let shown = CardShown { card: typed.get_untracked() };
        if let Some(code) = shown.check().error_of(CARD) {
            looking.set(Looking::Wrong(code));
            focus::to_id(&CARD.dom_id());
            return;
        }
        looking.set(Looking::UnderWay);
        // The page may have been left meanwhile.
        let set = move |now| {
            let _ = looking.try_set(now);
            focus::to_element_soon(SAID.to_owned());
        };
        spawn_local(async move {
            match api::card_holder(&shown).await {
                Ok(holder) => set(Looking::Found(holder)),
                Err(data::Error::SignedOut) => session.end(),
                Err(data::Error::Refused(problem)) if problem.code == ProblemCode::NotFound => {
                    set(Looking::Nobody);
                }
                Err(error) => set(Looking::Failed(error)),
            }
        });
    };
    let busy = Signal::derive(move || looking.get() == Looking::UnderWay);
    let outcome = move || match looking.get() {
        Looking::Found(holder) => found(holder),
        Looking::Nobody => view! { <Banner tone=Tone::Caution title=words::card::unknown() /> }.into_any(),
        Looking::Failed(error) => view! { <Banner tone=Tone::Danger title=failure_words(&error) /> }.into_any(),
        Looking::NotBegun | Looking::Wrong(_) | Looking::UnderWay => ().into_any(),
    };
    view! {
        <form class="sheets-bar" novalidate on:submit=submit>
            <PageHead title=words::card::look_title() below=words::card::look_below() />
            <TextField of kind=TextKind::Code />
            <SubmitButton busy>{words::card::look()}</SubmitButton>
        </form>
        <div role="status" id=SAID tabindex="-1">{outcome}</div>
    }
}

fn found(holder: CardHolder) -> AnyView {
    let row = |term: &str, words: String| Answer { term: term.to_owned(), words, field_id: String::new() };
    let mut answers = vec![
        row(words::form::name(), holder.name),
        row(words::form::phone(), holder.phone),
        row(words::export::place(), holder.place),
    ];
    answers.retain(|answer| !answer.words.is_empty());
    view! { <Answers answers /> }.into_any()
}
