//! One's account: who it is, a copy of everything, signing out, and its end after a question and the PIN.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::account::{Farewell, PIN};
use linli_domain::session::Me;

use super::fields::{Fields, failure_words};
use crate::data::{Error, account, api};
use crate::i18n::{language, words};
use crate::routes::Route;
use crate::ui::answers::{Answer, Answers};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, LinkButton, Look, SubmitButton};
use crate::ui::disclosure::Disclosure;
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::text_field::{TextField, TextKind};
use crate::ui::warning::Warning;

/// The account of whoever is signed in.
#[component]
pub fn Own(
    /// Who it is.
    me: Me,
) -> impl IntoView {
    let answer = |term: &'static str, words: String| Answer { term: term.to_owned(), words, field_id: String::new() };
    let mut answers =
        vec![answer(words::form::name(), me.name), answer(words::form::phone(), me.phone.unwrap_or_default())];
    answers.extend(me.place.map(|place| answer(words::export::place(), place)));
    let failed = RwSignal::new(None::<Error>);
    let sign_out = Callback::new(move |()| {
        spawn_local(async move {
            // The page is drawn anew when it went well.
            failed.try_set(account::sign_out().await.err());
        });
    });
    let failure = move || {
        let title = failed.get().as_ref().and_then(failure_words)?;
        Some(view! { <Banner tone=Tone::Danger title /> })
    };
    view! {
        <PageHead title=words::account::title() />
        <Answers answers />
        <section class="section buttons">
            <LinkButton look=Look::Main href=Route::Mine.path()>{words::account::own()}</LinkButton>
            <LinkButton look=Look::Quiet href=Route::Family.path()>{words::family::title()}</LinkButton>
            <LinkButton look=Look::Quiet href=Route::OwnData.path()>{words::own::link()}</LinkButton>
            <Disclosure summary=words::account::copy()>
                <p>{words::account::copy_line()}</p>
                <a class="button button--quiet" download="" href=api::export_address(Some(language::spoken().tag()))>
                    {words::account::copy_page()}
                </a>
                <a class="button button--quiet" download="" href=api::export_address(None)>
                    {words::account::copy_data()}
                </a>
            </Disclosure>
            <Button look=Look::Quiet on_press=sign_out>{words::account::sign_out()}</Button>
            <p class="field__hint">{words::account::sign_out_line()}</p>
            <div role="alert">{failure}</div>
        </section>
        <End />
    }
}

/// The button that begins the end takes the focus back.
const DELETE: &str = "delete-account";

/// How far the end of the account has come.
#[derive(Clone, Copy, PartialEq)]
enum Ending {
    NotAsked,
    Asked,
    Confirmed,
}

/// The end of the account: a question, then the PIN.
#[component]
fn End() -> impl IntoView {
    let ending = RwSignal::new(Ending::NotAsked);
    let ask = Callback::new(move |()| ending.set(Ending::Asked));
    let part = move || match ending.get() {
        Ending::NotAsked => {
            view! { <Button look=Look::Danger on_press=ask id=DELETE.to_owned()>{words::account::delete()}</Button> }
                .into_any()
        }
        Ending::Asked => view! {
            <Warning
                title=words::account::delete_title()
                lines=vec![words::account::delete_line().to_owned(), words::account::delete_counts().to_owned()]
                confirm=words::account::delete_confirm()
                again=words::account::delete_keep()
                on_confirm=Callback::new(move |()| {
                    ending.set(Ending::Confirmed);
                    focus::to_id_soon(PIN.dom_id());
                })
                on_again=Callback::new(move |()| {
                    ending.set(Ending::NotAsked);
                    focus::to_id_soon(DELETE.to_owned());
                })
            />
        }
        .into_any(),
        Ending::Confirmed => LastQuestion().into_any(),
    };
    view! { <section class="section buttons">{part}</section> }
}

#[component]
fn LastQuestion() -> impl IntoView {
    let fields = Fields::empty();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let farewell = Farewell { pin: fields.text(PIN) };
        let found = farewell.check();
        fields.send(&found, || Box::pin(async move { account::delete(&farewell).await }));
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {fields.failure()}
            <TextField of=fields.field(PIN, words::account::delete_pin(), "") kind=TextKind::Pin />
            <SubmitButton busy=fields.busy()>{words::account::delete_now()}</SubmitButton>
        </form>
    }
}
