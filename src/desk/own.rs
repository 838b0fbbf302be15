//! One's own staff account: another password, and the second step of signing in.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use linli_domain::Code;
use linli_domain::finding::Findings;
use linli_domain::session::{CODE, Me, PASSWORD};
use linli_domain::staff::{
    NEW, OLD, OwnPassword, PasswordAgain, RecoveryCodes, SecondStepConfirmed, SecondStepOffered, password_fault,
};

use super::session::{Session, SignedIn};
use crate::data::api;
use crate::i18n::{states, words};
use crate::pages::account::fields::Fields;
use crate::ui::answers::{Answer, Answers};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look, SubmitButton};
use crate::ui::page_head::PageHead;
use crate::ui::print;
use crate::ui::qr_code::QrCode;
use crate::ui::text_field::{TextField, TextKind};

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
            view! {
                <PageHead title=words::own_staff::title() />
                <div class="sheets-bar">
                    <Answers answers />
                    <Password me=me.clone() />
                    <SecondStep me />
                </div>
            }
            .into_any()
        }
        SignedIn::Unknown | SignedIn::Unheard | SignedIn::No => ().into_any(),
    }
}

#[component]
fn Password(me: Me) -> impl IntoView {
    let (fields, done) = (Fields::empty(), RwSignal::new(false));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        done.set(false);
        let wanted = OwnPassword { old: fields.text(OLD), new: fields.text(NEW) };
        let mut found = Findings::new();
        if wanted.old.is_empty() {
            found.impossible(OLD, Code::Required);
        }
        if let Some(code) = password_fault(&wanted.new, &me.name) {
            found.impossible(NEW, code);
        }
        fields.send(&found, || {
            Box::pin(async move {
                api::change_password(&wanted).await?;
                done.set(true);
                Ok(())
            })
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <h2 class="section__title">{words::own_staff::change()}</h2>
            {fields.failure()}
            <TextField of=fields.field(OLD, words::own_staff::old(), "") kind=TextKind::Password />
            <TextField of=fields.field(NEW, words::own_staff::new(), words::staff::password_hint()) kind=TextKind::NewPassword />
            <div role="status">{move || done.get().then(|| view! { <Banner tone=Tone::Good title=words::own_staff::changed() /> })}</div>
            <SubmitButton look=Look::Quiet busy=fields.busy()>{words::own_staff::change()}</SubmitButton>
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
fn SecondStep(me: Me) -> impl IntoView {
    let setting = RwSignal::new(Setting::NotBegun);
    let on = me.second_step;
    let part = move || match setting.get() {
        Setting::NotBegun => {
            let begin = Callback::new(move |()| setting.set(Setting::Asked));
            let leave = Callback::new(move |()| setting.set(Setting::Leaving));
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
        Setting::Asked => view! { <Again setting leaving=false /> }.into_any(),
        Setting::Leaving => view! { <Again setting leaving=true /> }.into_any(),
        Setting::Offered(offered) => view! { <Confirm setting offered /> }.into_any(),
        Setting::On(codes) => recovery(codes),
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
fn Again(setting: RwSignal<Setting>, leaving: bool) -> impl IntoView {
    let (fields, session) = (Fields::empty(), Session::here());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let again = PasswordAgain { password: fields.text(PASSWORD) };
        let mut found = Findings::new();
        if again.password.is_empty() {
            found.impossible(PASSWORD, Code::Required);
        }
        fields.send(&found, || {
            Box::pin(async move {
                if leaving {
                    api::drop_second_step(&again).await?;
                    session.ask();
                } else {
                    setting.set(Setting::Offered(api::offer_second_step(&again).await?));
                }
                Ok(())
            })
        });
    };
    let words = if leaving { words::own_staff::off() } else { words::form::next() };
    view! {
        <form class="form" novalidate on:submit=submit>
            {fields.failure()}
            <TextField of=fields.field(PASSWORD, words::own_staff::password(), "") kind=TextKind::Password />
            <SubmitButton busy=fields.busy()>{words}</SubmitButton>
        </form>
    }
}

#[component]
fn Confirm(setting: RwSignal<Setting>, offered: SecondStepOffered) -> impl IntoView {
    let fields = Fields::empty();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let shown = SecondStepConfirmed { code: fields.text(CODE) };
        let mut found = Findings::new();
        if shown.code.trim().is_empty() {
            found.impossible(CODE, Code::Required);
        }
        fields.send(&found, || {
            Box::pin(async move {
                setting.set(Setting::On(api::confirm_second_step(&shown).await?));
                Ok(())
            })
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p>{words::own_staff::scan()}</p>
            <QrCode text=offered.address label=words::own_staff::scan().to_owned() />
            <p>{words::own_staff::typed()}</p>
            <p class="text-field--code" translate="no">{offered.secret}</p>
            {fields.failure()}
            <TextField of=fields.field(CODE, words::own_staff::code(), "") kind=TextKind::OneTime />
            <SubmitButton busy=fields.busy()>{words::own_staff::confirm()}</SubmitButton>
        </form>
    }
}

fn recovery(codes: RecoveryCodes) -> AnyView {
    let print = Callback::new(|()| print::page());
    let code = |code: String| view! { <li class="text-field--code" translate="no">{code}</li> };
    view! {
        <Banner tone=Tone::Good title=words::own_staff::step_on() />
        <h3>{words::own_staff::codes()}</h3>
        <p>{words::own_staff::codes_line()}</p>
        <ul>{codes.codes.into_iter().map(code).collect_view()}</ul>
        <Button look=Look::Main on_press=print>{words::sheet::print()}</Button>
    }
    .into_any()
}
