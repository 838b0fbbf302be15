//! The health check-in: blood pressure first, everything else where wanted, in one or two taps.

mod values;

use leptos::prelude::*;
use linli_domain::FieldPath;
use linli_domain::check_in as fields_of;
use linli_domain::check_in::GlucoseWhen;

use crate::data::{appearance, kiosk};
use crate::i18n::{readings, words};
use crate::pages::community::Known;
use crate::pages::form::Form;
use crate::pages::form::flow::{Plan, flow};
use crate::pages::form::question::Question;
use crate::pages::form::whom::{Whom, is_known};
use crate::routes::Begun;
use crate::ui::checkbox::{Checkbox, Checkboxes};
use crate::ui::disclosure::Disclosure;
use crate::ui::number_field::{Digits, NumberField};
use crate::ui::person_field::PersonField;
use crate::ui::radios::{Choice, Layout, Radios};
use crate::ui::text_area::TextArea;
use crate::ui::text_field::{TextField, TextKind};
use values::write_when;

/// The check-in form.
#[component]
pub fn CheckInPage(
    /// How the form was begun.
    begun: Begun,
) -> impl IntoView {
    flow(Plan {
        draft: "check-in".to_owned(),
        title: words::check_in::title().to_owned(),
        below: words::check_in::below(),
        subject: None,
        about: String::new(),
        begun,
        preset: &[(values::BY, values::BY_NAME)],
        read: values::read,
        write: values::write,
        whom: WHOM,
        questions: QUESTIONS,
    })
}

const QUESTIONS: &[Question] = &[
    Question { title: words::check_in::title, about: &[fields_of::SYSTOLIC, fields_of::DIASTOLIC], view: pressure },
    Question {
        title: words::check_in::more_title,
        about: MORE,
        view: |form, _| view! { <MoreMeasures form /> }.into_any(),
    },
    Question { title: words::check_in::mood, about: &[fields_of::MOOD], view: mood },
    Question { title: words::check_in::sleep, about: &[fields_of::SLEEP], view: sleep },
    Question { title: words::check_in::symptoms, about: &[fields_of::SYMPTOMS], view: symptoms },
    Question { title: words::check_in::note, about: &[fields_of::NOTE, fields_of::CONTACT_ME], view: note },
    Question { title: words::form::who, about: PERSON, view: person },
];

const PERSON: &[FieldPath] =
    &[fields_of::PERSON_NAME, fields_of::PERSON_PHONE, fields_of::PERSON_ID, fields_of::PERSON_CARD, FieldPath::WHOLE];

const WHOM: Whom = Whom { field: fields_of::PERSON_ID, title: words::family::whom_check_in, fill: values::fill };

const MORE: &[FieldPath] = &[
    fields_of::PULSE,
    fields_of::GLUCOSE,
    fields_of::GLUCOSE_WHEN,
    fields_of::TEMPERATURE,
    fields_of::OXYGEN,
    fields_of::WEIGHT,
];

fn pressure(form: Form, _: Known) -> AnyView {
    view! {
        <div class="pair">
            <NumberField
                of=form.field(fields_of::SYSTOLIC, words::check_in::systolic(), "") unit=words::unit::mmhg() digits=Digits::Whole
            />
            <NumberField
                of=form.field(fields_of::DIASTOLIC, words::check_in::diastolic(), "") unit=words::unit::mmhg() digits=Digits::Whole
            />
        </div>
    }
    .into_any()
}

fn mood(form: Form, _: Known) -> AnyView {
    let of = form.field(fields_of::MOOD, words::check_in::mood(), "");
    view! { <Radios of choices=feelings() layout=Layout::Scale /> }.into_any()
}

fn sleep(form: Form, _: Known) -> AnyView {
    let of = form.field(fields_of::SLEEP, words::check_in::sleep(), "");
    view! { <Radios of choices=feelings() layout=Layout::Scale /> }.into_any()
}

fn symptoms(form: Form, public: Known) -> AnyView {
    let choices = public.get_untracked().kinds.symptom.clone();
    let choices = choices.into_iter().map(|kind| Choice::new(kind.id, kind.name)).collect::<Vec<_>>();
    let of = form.field(fields_of::SYMPTOMS, words::check_in::symptoms(), words::check_in::symptoms_hint());
    view! { <Checkboxes of choices /> }.into_any()
}

fn note(form: Form, _: Known) -> AnyView {
    view! {
        <TextArea of=form.field(fields_of::NOTE, words::check_in::note(), "") rows=2 />
        <Checkbox of=form.field(fields_of::CONTACT_ME, words::check_in::contact_me_label(), "") />
    }
    .into_any()
}

fn person(form: Form, public: Known) -> AnyView {
    if kiosk::is_on() {
        return by_name_or_card(form);
    }
    let chosen = form.chosen(fields_of::PERSON_ID);
    let contact = move || (!is_known(&chosen.read())).then(|| by_name(form));
    view! {
        {WHOM.choice(form, public)}
        {contact}
    }
    .into_any()
}

fn by_name(form: Form) -> AnyView {
    view! {
        <PersonField
            legend=words::form::person()
            name=form.field(fields_of::PERSON_NAME, words::form::name(), words::form::name_hint())
            phone=form.field(fields_of::PERSON_PHONE, words::form::phone(), words::form::phone_hint())
        />
    }
    .into_any()
}

/// On a shared tablet a card says who one is; the tablet learns nothing from it.
fn by_name_or_card(form: Form) -> AnyView {
    let by = form.chosen(values::BY);
    let choices = vec![
        Choice::new(values::BY_NAME, words::card::by_name()),
        Choice::new(values::BY_CARD, words::card::by_card()),
    ];
    let fields = move || match by.read().as_str() {
        values::BY_CARD => {
            let of = form.field(fields_of::PERSON_CARD, words::card::number(), words::card::number_hint());
            view! { <TextField of kind=TextKind::Code /> }.into_any()
        }
        _ => by_name(form),
    };
    view! {
        <Radios of=form.field(values::BY, words::card::by(), "") choices layout=Layout::Segmented />
        {fields}
    }
    .into_any()
}

/// What not everybody measures, folded away until it is wanted or filled in.
#[component]
fn MoreMeasures(form: Form) -> impl IntoView {
    let filled = MORE.iter().any(|field| !form.value(*field).get_untracked().is_empty());
    let open = filled || appearance::is_large().get_untracked();
    let when = [GlucoseWhen::Fasting, GlucoseWhen::AfterMeal, GlucoseWhen::Random];
    let when = when.map(|when| Choice::new(write_when(when), readings::glucose_when(when))).to_vec();
    view! {
        <Disclosure summary=words::check_in::more() open>
            <NumberField
                of=form.field(fields_of::PULSE, words::check_in::pulse(), "") unit=words::unit::per_minute() digits=Digits::Whole
            />
            <NumberField
                of=form.field(fields_of::GLUCOSE, words::check_in::glucose(), "") unit=words::unit::mmol() digits=Digits::Decimal
            />
            <Radios of=form.field(fields_of::GLUCOSE_WHEN, words::check_in::glucose_when(), "") choices=when layout=Layout::Row />
            <NumberField
                of=form.field(fields_of::TEMPERATURE, words::check_in::temperature(), "") unit=words::unit::celsius() digits=Digits::Decimal
            />
            <NumberField
                of=form.field(fields_of::OXYGEN, words::check_in::oxygen(), "") unit=words::unit::percent() digits=Digits::Whole
            />
            <NumberField
                of=form.field(fields_of::WEIGHT, words::check_in::weight(), "") unit=words::unit::kilogram() digits=Digits::Decimal
            />
        </Disclosure>
    }
}

/// Five words from very good to very bad.
fn feelings() -> Vec<Choice> {
    (1..=5).rev().map(|value: u8| Choice::new(value.to_string(), readings::feeling(value))).collect()
}
