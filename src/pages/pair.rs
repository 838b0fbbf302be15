//! Pairing a shared tablet with the office by the code that the desk made.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::Code;
use linli_domain::tablet::{CODE, Pairing};

use crate::data::Error;
use crate::data::tablet::{self, Bond};
use crate::i18n::{findings, words};
use crate::routes::Route;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{LinkButton, Look, SubmitButton};
use crate::ui::field::{Labelled, Value};
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::text_field::{TextField, TextKind};

/// How pairing goes.
#[derive(Clone, PartialEq)]
enum Trying {
    NotBegun,
    Wrong(Code),
    UnderWay,
    Failed(&'static str),
}

/// Pairing a shared tablet.
#[component]
pub fn Pair() -> impl IntoView {
    tablet::look();
    let (code, trying) = (Value::alone("code"), RwSignal::new(Trying::NotBegun));
    let of = Labelled {
        id: CODE.dom_id(),
        label: words::pair::code().to_owned(),
        hint: "",
        value: code,
        error: Signal::derive(move || match trying.get() {
            Trying::Wrong(code) => Some(findings::error(&["tablet", CODE.pointer()].concat(), code)),
            _ => None,
        }),
    };
    let wrong = move |code: Code| {
        let _ = trying.try_set(Trying::Wrong(code));
        focus::to_id(&CODE.dom_id());
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let pairing = Pairing { code: code.get_untracked() };
        if let Err(code) = pairing.digits() {
            return wrong(code);
        }
        trying.set(Trying::UnderWay);
        spawn_local(async move {
            let failed = match tablet::pair(&pairing).await {
                Ok(()) => None,
                Err(Error::Refused(problem)) => match problem.fields.first() {
                    Some(field) => return wrong(field.code),
                    None => Some(findings::refusal(&problem)),
                },
                Err(Error::Offline) => Some(words::desk::offline()),
                Err(_) => Some(words::problem::internal()),
            };
            // The page may have been left meanwhile.
            let _ = trying.try_set(failed.map_or(Trying::NotBegun, Trying::Failed));
        });
    };
    let failure = move || match trying.get() {
        Trying::Failed(title) => Some(view! { <Banner tone=Tone::Danger title /> }),
        Trying::NotBegun | Trying::Wrong(_) | Trying::UnderWay => None,
    };
    let busy = Signal::derive(move || trying.get() == Trying::UnderWay);
    let bond = tablet::signal();
    let paired = Memo::new(move |_| matches!(*bond.read(), Bond::Paired(_)));
    let rest = move || {
        if paired.get() {
            view! { <LinkButton look=Look::Main href=Route::Kiosk.path()>{words::frame::home()}</LinkButton> }
                .into_any()
        } else {
            view! {
                <TextField of=of.clone() kind=TextKind::Code />
                <SubmitButton busy>{words::pair::pair()}</SubmitButton>
                <LinkButton look=Look::Quiet href=Route::Kiosk.path()>{words::frame::home()}</LinkButton>
            }
            .into_any()
        }
    };
    view! {
        <form class="form form--narrow buttons" novalidate on:submit=submit>
            <PageHead title=words::pair::title() below=words::pair::below() />
            {standing}
            <div role="alert">{failure}</div>
            {rest}
        </form>
    }
}

/// How this tablet stands with the office.
pub fn standing() -> AnyView {
    let bond = tablet::signal();
    let said = move || match bond.get() {
        Bond::Unknown => ().into_any(),
        Bond::Paired(tablet) => view! { <Banner tone=Tone::Good title=words::pair::done(&tablet.name) /> }.into_any(),
        Bond::Unpaired => view! {
            <Banner tone=Tone::Note title=words::pair::unpaired()>
                <p>{words::pair::unpaired_line()}</p>
            </Banner>
        }
        .into_any(),
        Bond::Revoked => view! {
            <Banner tone=Tone::Caution title=words::pair::revoked()>
                <p>{words::pair::revoked_line()}</p>
            </Banner>
        }
        .into_any(),
    };
    view! { <div role="status">{said}</div> }.into_any()
}
