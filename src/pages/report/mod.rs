//! Reporting a problem: what, how urgent, where, in which words, with which photos, and who says so.

mod photos;
mod place;
mod values;

use leptos::prelude::*;
use linli_domain::report as fields_of;

use crate::i18n::words;
use crate::pages::advice::{boxed, emergency, is_dangerous};
use crate::pages::community::Known;
use crate::pages::form::Form;
use crate::pages::form::flow::{Plan, flow};
use crate::pages::form::question::Question;
use crate::pages::form::whom::{Whom, is_known};
use crate::routes::Begun;
use crate::ui::banner::Tone;
use crate::ui::checkbox::Checkbox;
use crate::ui::field::TICKED;
use crate::ui::person_field::PersonField;
use crate::ui::radios::{Choice, Layout, Radios};
use crate::ui::text_area::TextArea;
use photos::Photos;
use place::PlaceFields;
use values::{ANONYMOUS, NAMED, ON_BEHALF, REPORTER};

/// The report form.
#[component]
pub fn ReportPage(
    /// How the form was begun.
    begun: Begun,
) -> impl IntoView {
    flow(Plan {
        draft: "report".to_owned(),
        title: words::report::title().to_owned(),
        below: words::report::below(),
        subject: None,
        about: String::new(),
        begun,
        preset: &[(REPORTER, NAMED)],
        read: values::read,
        write: values::write,
        whom: WHOM,
        questions: QUESTIONS,
    })
}

const WHOM: Whom = Whom { field: fields_of::BEHALF_ID, title: words::family::whom, fill: values::fill };

const QUESTIONS: &[Question] = &[
    Question { title: words::report::kind, about: &[fields_of::KIND], view: kind },
    Question { title: words::report::urgent_title, about: &[fields_of::URGENT], view: urgent },
    Question { title: words::report::description, about: &[fields_of::DESCRIPTION], view: description },
    Question {
        title: words::report::place,
        about: &[fields_of::PLACE],
        view: |form, public| view! { <PlaceFields form public /> }.into_any(),
    },
    Question {
        title: words::report::photos,
        about: &[fields_of::PHOTO_LIST],
        view: |form, _| view! { <Photos form /> }.into_any(),
    },
    Question {
        title: words::report::reporter,
        about: &[REPORTER, fields_of::BEHALF_ID],
        view: |form, public| view! { <Reporter form public /> }.into_any(),
    },
];

fn kind(form: Form, public: Known) -> AnyView {
    let kinds = public.get_untracked().kinds.report.clone();
    let kinds =
        kinds.into_iter().map(|kind| Choice { value: kind.id, label: kind.name, hint: kind.hint }).collect::<Vec<_>>();
    view! { <Radios of=form.field(fields_of::KIND, words::report::kind(), "") choices=kinds layout=Layout::Cards /> }
        .into_any()
}

fn urgent(form: Form, public: Known) -> AnyView {
    let (kind, urgent) = (form.chosen(fields_of::KIND), form.chosen(fields_of::URGENT));
    let call_first = move || {
        let (public, kind) = (public.get(), kind.get());
        (is_dangerous(&kind, &public) || *urgent.read() == TICKED).then(|| {
            let callees = emergency(&public, &kind);
            boxed(Tone::Danger, words::advice::emergency_title(), words::advice::emergency_before(), callees)
        })
    };
    view! {
        <Checkbox of=form.field(fields_of::URGENT, words::report::urgent(), words::report::urgent_hint()) />
        <div role="status">{call_first}</div>
    }
    .into_any()
}

fn description(form: Form, _: Known) -> AnyView {
    let of = form.field(fields_of::DESCRIPTION, words::report::description(), words::report::description_hint());
    view! { <TextArea of rows=4 /> }.into_any()
}

/// Who reports, and for whom.
#[component]
fn Reporter(form: Form, public: Known) -> impl IntoView {
    let who = vec![
        Choice::new(NAMED, words::report::named()),
        Choice {
            value: ANONYMOUS.to_owned(),
            label: words::report::anonymous().to_owned(),
            hint: words::report::anonymous_hint().to_owned(),
        },
    ];
    let (who_reports, behalf) = (form.chosen(REPORTER), form.chosen(ON_BEHALF));
    let person = move || {
        (*who_reports.read() != ANONYMOUS).then(|| {
            view! {
                <PersonField
                    legend=words::form::person()
                    name=form.field(fields_of::REPORTER_NAME, words::form::name(), words::form::name_hint())
                    phone=form.field(fields_of::REPORTER_PHONE, words::form::phone(), words::report::phone_hint())
                />
            }
        })
    };
    let whom = form.chosen(fields_of::BEHALF_ID);
    // Where one's people are offered, that it is for a neighbour is said there.
    let asks = move || {
        whom.read().is_empty().then(|| view! { <Checkbox of=form.field(ON_BEHALF, words::report::behalf(), "") /> })
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
    view! {
        <Radios of=form.field(REPORTER, words::report::reporter(), "") choices=who layout=Layout::Cards />
        {person}
        {WHOM.choice(form, public)}
        {asks}
        {neighbour}
    }
}
