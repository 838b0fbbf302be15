//! Signing up for an activity: what one signs up for is said first, with what one meets there.

mod values;

use leptos::prelude::*;
use linli_domain::RecordId;
use linli_domain::activity::{Activity, Session};
use linli_domain::sign_up as fields_of;
use linli_domain::sign_up::Role;

use crate::data::clock;
use crate::i18n::{dates, states, words};
use crate::pages::Here;
use crate::pages::activity::facts::Facts;
use crate::pages::community::{Known, with_community};
use crate::pages::form::Form;
use crate::pages::form::flow::{Plan, flow};
use crate::pages::form::question::Question;
use crate::pages::form::whom::{Whom, is_known};
use crate::pages::not_found::NotFound;
use crate::routes::{Begun, Route};
use crate::ui::checkbox::Checkbox;
use crate::ui::field::TICKED;
use crate::ui::number_field::{Digits, NumberField};
use crate::ui::person_field::PersonField;
use crate::ui::radios::{Choice, Layout, Radios};
use values::{GUARDIAN, ON_BEHALF};

/// The sign-up form.
#[component]
pub fn SignUpPage(
    /// The activity.
    activity: RecordId,
    /// How the form was begun.
    begun: Begun,
) -> impl IntoView {
    with_community(move |public| {
        let found = public.get_untracked().activities.iter().find(|known| known.id == activity).cloned();
        let Some(found) = found else { return NotFound().into_any() };
        flow(Plan {
            draft: ["sign-up-", &activity.to_string()].concat(),
            title: words::sign_up::title(&found.title),
            below: "",
            subject: Some(activity),
            about: found.title.clone(),
            begun,
            preset: values::PRESET,
            read: values::read,
            write: values::write,
            whom: WHOM,
            questions: QUESTIONS,
        })
        .into_any()
    })
}

const WHOM: Whom = Whom { field: fields_of::BEHALF_ID, title: words::family::whom, fill: values::fill };

const QUESTIONS: &[Question] = &[
    Question { title: words::sign_up::activity, about: &[fields_of::ACTIVITY, fields_of::SESSION], view: activity },
    Question {
        title: words::form::who,
        about: &[fields_of::PERSON_NAME, fields_of::PERSON_PHONE, fields_of::BEHALF_ID],
        view: person,
    },
    Question { title: words::sign_up::party, about: &[fields_of::PARTY_FIELD], view: party },
    Question { title: words::sign_up::role, about: &[fields_of::ROLE], view: role },
    Question {
        title: words::sign_up::others,
        about: &[ON_BEHALF, GUARDIAN],
        view: |form, _| view! { <Others form /> }.into_any(),
    },
];

fn activity(form: Form, public: Known) -> AnyView {
    let activity = match *Here::route().read_untracked() {
        Route::SignUp { activity, .. } => public.get_untracked().activities.iter().find(|a| a.id == activity).cloned(),
        _ => None,
    };
    view! {
        {activity.clone().map(|activity| view! { <Facts activity /> }.into_any())}
        {activity.filter(|activity| !activity.sessions.is_empty()).map(|activity| sessions(form, &activity))}
    }
    .into_any()
}

fn person(form: Form, public: Known) -> AnyView {
    view! {
        {WHOM.choice(form, public)}
        <PersonField
            legend=words::form::person()
            name=form.field(fields_of::PERSON_NAME, words::form::name(), words::form::name_hint())
            phone=form.field(fields_of::PERSON_PHONE, words::form::phone(), words::form::phone_hint())
        />
    }
    .into_any()
}

fn party(form: Form, _: Known) -> AnyView {
    let of = form.field(fields_of::PARTY_FIELD, words::sign_up::party(), words::sign_up::party_hint());
    view! { <NumberField of unit=words::unit::person() digits=Digits::Whole /> }.into_any()
}

fn role(form: Form, _: Known) -> AnyView {
    let of = form.field(fields_of::ROLE, words::sign_up::role(), "");
    view! { <Radios of choices=roles() layout=Layout::Row /> }.into_any()
}

/// Which of several sessions.
fn sessions(form: Form, activity: &Activity) -> impl IntoView + use<> {
    let now = clock::now();
    let choice =
        |session: &Session| Choice::new(session.id.to_string(), dates::span(session.starts_at, session.ends_at, now));
    let choices = activity.sessions.iter().map(choice).collect::<Vec<_>>();
    view! { <Radios of=form.field(fields_of::SESSION, words::sign_up::session(), "") choices layout=Layout::Cards /> }
}

fn roles() -> Vec<Choice> {
    [Role::Participant, Role::Volunteer, Role::Guest, Role::Representative]
        .into_iter()
        .map(|role| Choice::new(values::write_role(role), states::role(role)))
        .collect()
}

/// For whom else: a neighbour, a child.
#[component]
fn Others(form: Form) -> impl IntoView {
    let (behalf, child) = (form.chosen(ON_BEHALF), form.chosen(GUARDIAN));
    let whom = form.chosen(fields_of::BEHALF_ID);
    // Where one's people are offered, that it is for a neighbour is said there.
    let asks = move || {
        whom.read().is_empty().then(|| view! { <Checkbox of=form.field(ON_BEHALF, words::sign_up::behalf(), "") /> })
    };
    let neighbour = move || {
        (*behalf.read() == TICKED && !is_known(&whom.read())).then(|| {
            view! {
                <PersonField
                    legend=words::form::neighbour()
                    name=form.field(fields_of::BEHALF_NAME, words::form::neighbour_name(), "")
                    phone=form.field(fields_of::BEHALF_PHONE, words::form::neighbour_phone(), "")
                />
            }
        })
    };
    let guardian = move || {
        (*child.read() == TICKED).then(|| {
            view! {
                <PersonField
                    legend=words::sign_up::guardian()
                    name=form.field(fields_of::GUARDIAN_NAME, words::sign_up::guardian_name(), "")
                    phone=form.field(fields_of::GUARDIAN_PHONE, words::sign_up::guardian_phone(), "")
                />
                <Checkbox of=form.field(fields_of::GUARDIAN_CONSENT, words::sign_up::guardian_consent(), "") />
            }
        })
    };
    view! {
        {asks}
        {neighbour}
        <Checkbox of=form.field(GUARDIAN, words::sign_up::child(), "") />
        {guardian}
    }
}
