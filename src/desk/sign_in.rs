//! Signing in at the desk.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::session::StaffSignIn;
use linli_domain::{Code, ProblemCode};

use super::session::Session;
use crate::data::{self, api};
use crate::i18n::{findings, words};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::SubmitButton;
use crate::ui::field::{Labelled, Value};
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::text_field::{TextField, TextKind};

/// Where it stands why signing in failed.
const FAILED: &str = "failed";

/// How signing in goes.
#[derive(Clone, PartialEq)]
enum Trying {
    NotBegun,
    Incomplete,
    UnderWay,
    Failed(data::Error),
    /// Name and password fit; the code of the second step is to be given, or was a wrong one.
    CodeNeeded(Option<Code>),
}

/// The sign-in form.
#[component]
pub fn SignIn() -> impl IntoView {
    let session = Session::here();
    let (name, password, code) = (Value::alone("account"), Value::alone("password"), Value::alone("code"));
    let asks = RwSignal::new(false);
    let trying = RwSignal::new(Trying::NotBegun);
    let field = move |id: &'static str, label: &'static str, value: Value| Labelled {
        id: id.to_owned(),
        label: label.to_owned(),
        hint: "",
        value,
        error: Signal::derive(move || {
            let missing = trying.get() == Trying::Incomplete && value.get().is_empty();
            missing.then(|| findings::error(id, Code::Required))
        }),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let credentials = StaffSignIn {
            name: name.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            code: code.get_untracked().trim().to_owned(),
        };
        if credentials.name.is_empty() || credentials.password.is_empty() {
            trying.set(Trying::Incomplete);
            focus::to_id(if credentials.name.is_empty() { "account" } else { "password" });
            return;
        }
        trying.set(Trying::UnderWay);
        spawn_local(async move {
            match api::sign_in(&credentials).await {
                Ok(me) => session.begin(me),
                Err(data::Error::Refused(problem)) if problem.code == ProblemCode::CodeNeeded => {
                    let fault = problem.fields.first().map(|fault| fault.code);
                    // Asked for the first time it is no fault that there is none.
                    trying.set(Trying::CodeNeeded(fault.filter(|_| asks.get_untracked())));
                    asks.set(true);
                    code.set(String::new());
                    focus::to_id_soon("code".to_owned());
                }
                Err(error) => {
                    trying.set(Trying::Failed(error));
                    focus::to_element_soon(FAILED.to_owned());
                }
            }
        });
    };
    let failure = move || match trying.get() {
        Trying::Failed(error) => Some(view! { <Banner tone=Tone::Danger title=failure_words(&error) /> }),
        Trying::NotBegun | Trying::Incomplete | Trying::UnderWay | Trying::CodeNeeded(_) => None,
    };
    let fields = move || {
        if asks.get() {
            let error = Signal::derive(move || match trying.get() {
                Trying::CodeNeeded(Some(fault)) => Some(findings::error("code", fault)),
                _ => None,
            });
            let (label, hint) = (words::desk::code().to_owned(), words::desk::code_hint());
            let of = Labelled { id: "code".to_owned(), label, hint, value: code, error };
            view! { <TextField of kind=TextKind::OneTime /> }.into_any()
        } else {
            view! {
                <TextField of=field("account", words::desk::account(), name) kind=TextKind::Account />
                <TextField of=field("password", words::desk::password(), password) kind=TextKind::Password />
            }
            .into_any()
        }
    };
    // What was right goes: what is asked for now is the rest.
    let head = move || {
        let (title, below) = if asks.get() {
            (words::desk::code_title(), words::desk::code_below())
        } else {
            (words::desk::sign_in_title(), words::desk::sign_in_below())
        };
        view! { <PageHead title below /> }
    };
    let press = move || if asks.get() { words::desk::go_on() } else { words::desk::sign_in() };
    view! {
        <form class="form form--narrow" novalidate on:submit=submit>
            {head}
            <div role="alert" id=FAILED tabindex="-1">{failure}</div>
            {fields}
            <SubmitButton busy=Signal::derive(move || trying.get() == Trying::UnderWay)>{press}</SubmitButton>
        </form>
    }
}

/// Why the desk could not do what was asked.
pub fn failure_words(error: &data::Error) -> &'static str {
    match error {
        data::Error::Offline => words::desk::offline(),
        data::Error::SignedOut => words::problem::wrong_credentials(),
        data::Error::Refused(problem) => findings::refusal(problem),
        data::Error::Broken | data::Error::StorageFull | data::Error::Storage => words::problem::internal(),
    }
}
