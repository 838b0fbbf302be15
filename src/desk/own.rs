//! One's own staff account: another password, and the second step of signing in.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use linli_domain::Code;
use linli_domain::finding::Findings;
use linli_domain::session::{CODE, Me, PASSWORD};
use linli_domain::staff::{
    NEW, OLD, OwnPassword, PasswordAgain, RecoveryCodes, SecondStepConfirmed, SecondStepOffered, password_fault,
};

use super::edit::Edit;
use super::session::{Session, SignedIn};
use crate::data::{api, clock};
use crate::i18n::{dates, states, words};
use crate::ui::answers::{Answer, Answers};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look, SubmitButton};
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::print;
use crate::ui::qr_code::QrCode;
use crate::ui::text_field::{TextField, TextKind};

/// Where the recovery codes stand.
const CODES: &str = "recovery";

/// One's own account.
#[component]
pub fn Own() -> impl IntoView {
    let session = Session::here();
    move || match session.signed_in() {
        SignedIn::As(me) => {
            let answer =
                |term: &'static str, words: String| Answer { term: term.to_owned(), words, field_id: String::new() };
            let roles = me.roles.iter().map(|granted| states::staff_role(granted.role)).collect::<Vec<_>>();
            let roles = roles.join(words::form::and());
            let answers = vec![answer(words::staff::name(), me.name.clone()), answer(words::staff::roles(), roles)];
            let setting = RwSignal::new(Setting::NotBegun);
            let name = me.name.clone();
            // On paper the codes stand alone.
            let codes = move || match setting.get() {
                Setting::On(codes) => Some(recovery(codes, &name)),
                _ => None,
            };
            view! {
                <div class="sheets-bar">
                    <PageHead title=words::own_staff::title() />
                    <Answers answers />
                    <Password me=me.clone() />
                    <SecondStep me setting />
                </div>
                {codes}
            }
            .into_any()
        }
        SignedIn::Unknown | SignedIn::Unheard | SignedIn::No => ().into_any(),
    }
}

#[component]
fn Password(me: Me) -> impl IntoView {
    let (edit, session, done) = (Edit::new("own"), Session::here(), RwSignal::new(false));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        done.set(false);
        let wanted = OwnPassword { old: edit.exact("old"), new: edit.exact("new") };
        let mut found = Findings::new();
        if wanted.old.is_empty() {
            found.impossible(OLD, Code::Required);
        }
        if let Some(code) = password_fault(&wanted.new, &me.name) {
            found.impossible(NEW, code);
        }
        edit.send(session, &found, async move { api::change_password(&wanted).await }, move |()| {
            edit.empty([]);
            let _ = done.try_set(true);
        });
    };
    let said = move || done.get().then(|| view! { <Banner tone=Tone::Good title=words::own_staff::changed() /> });
    view! {
        <form class="form" novalidate on:submit=submit>
            <h2 class="section__title">{words::own_staff::change()}</h2>
            <TextField of=edit.field(OLD, words::own_staff::old(), "") kind=TextKind::Password />
            <TextField of=edit.field(NEW, words::own_staff::new(), words::staff::password_hint()) kind=TextKind::NewPassword />
            {edit.failure()}
            <div role="status">{said}</div>
            <SubmitButton look=Look::Quiet busy=edit.busy()>{words::own_staff::change()}</SubmitButton>
        </form>
    }
}

/// How far setting it up has come.
#[derive(Clone, PartialEq)]
enum Setting {
    NotBegun,
    Asked,
    Leaving,
    Offered(SecondStepOffered),
    On(RecoveryCodes),
}

#[component]
fn SecondStep(me: Me, setting: RwSignal<Setting>) -> impl IntoView {
    let on = me.second_step;
    let edit = Edit::new("step");
    let part = move || match setting.get() {
        Setting::NotBegun => {
            let go = move |to: Setting| {
                edit.fill([]);
                setting.set(to);
                focus::to_id_soon(edit.id(PASSWORD.pointer()));
            };
            let begin = Callback::new(move |()| go(Setting::Asked));
            let leave = Callback::new(move |()| go(Setting::Leaving));
            let words = if on { words::own_staff::again() } else { words::own_staff::begin() };
            let off = on.then(|| view! { <Button look=Look::Danger on_press=leave>{words::own_staff::off()}</Button> });
            let is_on = on.then(|| view! { <Banner tone=Tone::Good title=words::own_staff::step_on() /> });
            view! {
                {is_on}
                <div class="buttons">
                    <Button look=Look::Quiet on_press=begin>{words}</Button>
                    {off}
                </div>
            }
            .into_any()
        }
        Setting::Asked => view! { <Again edit setting leaving=false /> }.into_any(),
        Setting::Leaving => view! { <Again edit setting leaving=true /> }.into_any(),
        Setting::Offered(offered) => view! { <Confirm edit setting offered /> }.into_any(),
        Setting::On(_) => view! { <Banner tone=Tone::Good title=words::own_staff::step_on() /> }.into_any(),
    };
    view! {
        <section class="section">
            <h2 class="section__title">{words::own_staff::step_title()}</h2>
            <p>{words::own_staff::step_line()}</p>
            {part}
        </section>
    }
}

/// The password once more, before the second step is set up or turned off.
#[component]
fn Again(edit: Edit, setting: RwSignal<Setting>, leaving: bool) -> impl IntoView {
    let session = Session::here();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let again = PasswordAgain { password: edit.exact("password") };
        let mut found = Findings::new();
        if again.password.is_empty() {
            found.impossible(PASSWORD, Code::Required);
        }
        if leaving {
            edit.send(session, &found, async move { api::drop_second_step(&again).await }, move |()| session.ask());
        } else {
            edit.send(session, &found, async move { api::offer_second_step(&again).await }, move |offered| {
                edit.empty([]);
                let _ = setting.try_set(Setting::Offered(offered));
                focus::to_id_soon(edit.id(CODE.pointer()));
            });
        }
    };
    let words = if leaving { words::own_staff::off() } else { words::form::next() };
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField of=edit.field(PASSWORD, words::own_staff::password(), "") kind=TextKind::Password />
            {edit.failure()}
            <SubmitButton busy=edit.busy()>{words}</SubmitButton>
        </form>
    }
}

#[component]
fn Confirm(edit: Edit, setting: RwSignal<Setting>, offered: SecondStepOffered) -> impl IntoView {
    let session = Session::here();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let shown = SecondStepConfirmed { code: edit.text("code") };
        let mut found = Findings::new();
        if shown.code.is_empty() {
            found.impossible(CODE, Code::Required);
        }
        edit.send(session, &found, async move { api::confirm_second_step(&shown).await }, move |codes| {
            let _ = setting.try_set(Setting::On(codes));
            focus::to_id_soon(CODES.to_owned());
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p>{words::own_staff::scan()}</p>
            <QrCode text=offered.address label=words::own_staff::scan().to_owned() />
            <p>{words::own_staff::typed()}</p>
            <p class="text-field--code" translate="no">{offered.secret}</p>
            <TextField of=edit.field(CODE, words::own_staff::code(), "") kind=TextKind::OneTime />
            {edit.failure()}
            <SubmitButton busy=edit.busy()>{words::own_staff::confirm()}</SubmitButton>
        </form>
    }
}

/// The recovery codes, to be printed now: whose they are, from when, and what they are for.
fn recovery(codes: RecoveryCodes, name: &str) -> AnyView {
    let print = Callback::new(|()| print::page());
    let code = |code: String| view! { <li class="text-field--code" translate="no">{code}</li> };
    view! {
        <section class="section">
            <h2 class="section__title" id=CODES tabindex="-1">{words::own_staff::codes()}</h2>
            <p>{words::own_staff::codes_of(&dates::day_of_year(clock::now().date_naive()), &name)}</p>
            <p>{words::own_staff::codes_line()}</p>
            <ul class="codes">{codes.codes.into_iter().map(code).collect_view()}</ul>
        </section>
        <div class="sheets-bar">
            <Banner tone=Tone::Caution title=words::own_staff::codes_once() />
            <Button look=Look::Main on_press=print>{words::sheet::print()}</Button>
        </div>
    }
    .into_any()
}
