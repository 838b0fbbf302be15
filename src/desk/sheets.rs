//! Empty forms on paper, each with a receipt number and a code of its own: for those who would rather write. Whoever keys
//! one in opens it by its code, so that the same sheet is kept once.

use leptos::prelude::*;
use linli_domain::Receipt;
use linli_domain::activity::{Activity, SignUpDoor};
use linli_domain::check_in::GlucoseWhen;
use linli_domain::community::{Public, Purpose};
use linli_domain::submission::SubmissionKind;

use crate::data::clock;
use crate::i18n::{dates, readings, states, words};
use crate::pages::community::{Known, with_community};
use crate::routes::{Begun, DeskRoute, Route, Step, whole_address};
use crate::ui::button::{Button, Look};
use crate::ui::field::{Labelled, Value};
use crate::ui::list_state::Empty;
use crate::ui::number_field::{Digits, NumberField};
use crate::ui::page_head::PageHead;
use crate::ui::paper::{Blank, Paper, Question};
use crate::ui::print;
use crate::ui::radios::Choice;
use crate::ui::select_field::SelectField;
use crate::ui::tabs::{Tab, Tabs};

const MOST: usize = 30;

/// Empty forms to print.
#[component]
pub fn Sheets(
    /// Which of the three.
    kind: SubmissionKind,
) -> impl IntoView {
    let tab = |kind: SubmissionKind| Tab {
        href: DeskRoute::Sheets(kind).path(),
        label: states::kind(kind).to_owned(),
        count: None,
    };
    let tabs = vec![tab(SubmissionKind::CheckIn), tab(SubmissionKind::Report), tab(SubmissionKind::SignUp)];
    view! {
        <div class="sheets-bar">
            <PageHead title=words::sheet::title() below=words::sheet::below() />
            <Tabs label=words::sheet::kinds() tabs current=DeskRoute::Sheets(kind).path() />
        </div>
        {with_community(move |public| view! { <Chosen kind public /> }.into_any())}
    }
}

/// The sheets of one form: how many, and of which activity.
#[component]
fn Chosen(kind: SubmissionKind, public: Known) -> impl IntoView {
    let (copies, activity) = (Value::alone("copies"), Value::alone("activity"));
    copies.set("1".to_owned());
    let open = open_activities(&public.get_untracked());
    if let Some(first) = open.first() {
        activity.set(first.value.clone());
    }
    // A number that is once on a sheet stays on it while more sheets are asked for.
    let receipts = StoredValue::new((0..MOST).map(|_| clock::new_receipt()).collect::<Vec<_>>());
    let wanted = move || copies.get().trim().parse().ok().filter(|wanted| (1..=MOST).contains(wanted));
    let of = Labelled {
        id: "copies".to_owned(),
        label: words::sheet::copies().to_owned(),
        hint: words::sheet::copies_hint(),
        value: copies,
        error: Signal::derive(move || wanted().is_none().then_some(words::sheet::copies_error())),
    };
    if kind == SubmissionKind::SignUp && open.is_empty() {
        return view! { <Empty words=words::sheet::no_activities() /> }.into_any();
    }
    let choose = (kind == SubmissionKind::SignUp).then(|| {
        let of = Labelled {
            id: "activity".to_owned(),
            label: words::sheet::activity().to_owned(),
            hint: "",
            value: activity,
            error: Signal::stored(None),
        };
        view! { <SelectField of nothing=words::sheet::choose_activity() choices=open /> }
    });
    let sheets = move || {
        let (public, activity) = (public.get(), activity.get());
        let receipts = receipts.get_value();
        let sheet = |receipt: &Receipt| sheet(kind, *receipt, &activity, &public);
        receipts.iter().take(wanted().unwrap_or_default()).map(sheet).collect_view()
    };
    let print = Callback::new(|()| print::page());
    view! {
        <div class="sheets-bar">
            {choose}
            <NumberField of unit="" digits=Digits::Whole />
            <Button look=Look::Main on_press=print>{words::sheet::print()}</Button>
        </div>
        {sheets}
    }
    .into_any()
}

/// The activities that one can sign up for.
pub fn open_activities(public: &Public) -> Vec<Choice> {
    let now = clock::now();
    let open = public.activities.iter().filter(|activity| activity.sign_up_door(now) != SignUpDoor::Closed);
    let name = |title: &str, at| [title, " · ", &dates::moment(at, now)].concat();
    open.map(|activity| Choice::new(activity.id.to_string(), name(&activity.title, activity.starts_at))).collect()
}

/// One sheet.
fn sheet(kind: SubmissionKind, receipt: Receipt, activity: &str, public: &Public) -> AnyView {
    let (begun, step) = (Begun::FromPaper(receipt), Step::Fields);
    let now = clock::now();
    let (route, title, below, questions) = match kind {
        SubmissionKind::Report => {
            let below = words::report::below().to_owned();
            (Route::Report { step, begun }, words::home::report().to_owned(), below, report(public))
        }
        SubmissionKind::CheckIn => {
            let below = words::check_in::consent_hint().to_owned();
            (Route::CheckIn { step, begun }, words::home::check_in().to_owned(), below, check_in(public))
        }
        SubmissionKind::SignUp => {
            let found = public.activities.iter().find(|known| known.id.to_string() == activity);
            let Some(found) = found else { return ().into_any() };
            let route = Route::SignUp { activity: found.id, step, begun };
            let when = dates::calendar_day(found.starts_at);
            let below = [&when, " ", &dates::clock(found.starts_at, now), " · ", &found.place].concat();
            (route, words::sign_up::title(&found.title), below, sign_up(found))
        }
    };
    let office = public.contacts.iter().find(|contact| contact.purpose == Purpose::Office);
    let office = office.map_or_else(String::new, |contact| words::sheet::office(&contact.phone));
    view! {
        <Paper
            above=public.community.name.clone()
            title
            below
            questions
            code=whole_address(&route)
            scan=words::sheet::scan(&receipt.grouped())
            receipt=receipt.grouped()
            foot=[words::sheet::to_fill(), words::sheet::stub_line()].map(str::to_owned).into_iter().chain([office]).collect()
        />
    }
    .into_any()
}

fn half(label: &str) -> Question {
    Question { label: label.to_owned(), blank: Blank::Half }
}

fn boxes(label: &str, choices: Vec<String>) -> Question {
    Question { label: label.to_owned(), blank: Blank::Boxes(choices) }
}

fn person() -> [Question; 2] {
    [half(words::form::name()), half(words::form::phone())]
}

fn neighbour() -> [Question; 2] {
    [half(words::form::neighbour_name()), half(words::form::neighbour_phone())]
}

fn signed() -> [Question; 2] {
    [half(words::sheet::signature()), half(words::sheet::date())]
}

fn report(public: &Public) -> Vec<Question> {
    let kinds = public.kinds.report.iter().map(|kind| kind.name.clone()).collect();
    let yes_no = vec![words::form::yes().to_owned(), words::form::no().to_owned()];
    let mut questions = vec![
        boxes(words::report::kind(), kinds),
        boxes(words::report::urgent(), yes_no),
        Question { label: words::report::description().to_owned(), blank: Blank::Lines(4) },
        Question { label: words::report::place().to_owned(), blank: Blank::Lines(2) },
        boxes(
            words::report::reporter(),
            vec![words::report::named().to_owned(), words::report::anonymous().to_owned()],
        ),
    ];
    questions.extend(person());
    questions.extend(neighbour());
    questions.extend(signed());
    questions
}

fn check_in(public: &Public) -> Vec<Question> {
    let measure = |label: &str, unit: &'static str| Question { label: label.to_owned(), blank: Blank::Number(unit) };
    let feelings = || (1..=5).rev().map(|value: u8| readings::feeling(value).to_owned()).collect::<Vec<_>>();
    let symptoms = public.kinds.symptom.iter().map(|kind| kind.name.clone()).collect();
    let when = [GlucoseWhen::Fasting, GlucoseWhen::AfterMeal, GlucoseWhen::Random];
    let when = when.map(|when| readings::glucose_when(when).to_owned()).to_vec();
    let mut questions = vec![
        measure(words::check_in::systolic(), words::unit::mmhg()),
        measure(words::check_in::diastolic(), words::unit::mmhg()),
        measure(words::check_in::pulse(), words::unit::per_minute()),
        measure(words::check_in::glucose(), words::unit::mmol()),
        measure(words::check_in::temperature(), words::unit::celsius()),
        measure(words::check_in::oxygen(), words::unit::percent()),
        measure(words::check_in::weight(), words::unit::kilogram()),
        boxes(words::check_in::glucose_when(), when),
        boxes(words::check_in::mood(), feelings()),
        boxes(words::check_in::sleep(), feelings()),
        boxes(words::check_in::symptoms(), symptoms),
        Question { label: words::check_in::note().to_owned(), blank: Blank::Lines(2) },
        boxes(words::check_in::contact_me_label(), vec![words::form::yes().to_owned()]),
    ];
    questions.extend(person());
    questions.push(boxes(words::check_in::consent(), vec![words::form::yes().to_owned()]));
    questions.extend(signed());
    questions
}

fn sign_up(activity: &Activity) -> Vec<Question> {
    let now = clock::now();
    let sessions = activity.sessions.iter();
    let sessions: Vec<_> = sessions.map(|session| dates::span(session.starts_at, session.ends_at, now)).collect();
    let mut questions = Vec::new();
    if !sessions.is_empty() {
        questions.push(boxes(words::sign_up::session(), sessions));
    }
    questions.extend(person());
    questions.push(Question { label: words::sign_up::party().to_owned(), blank: Blank::Number(words::unit::person()) });
    let roles =
        [words::role::participant(), words::role::volunteer(), words::role::guest(), words::role::representative()];
    questions.push(boxes(words::sign_up::role(), roles.map(str::to_owned).to_vec()));
    questions.extend(neighbour());
    questions.extend([half(words::sign_up::guardian_name()), half(words::sign_up::guardian_phone())]);
    questions.push(boxes(words::sign_up::guardian_consent(), vec![words::form::yes().to_owned()]));
    questions.extend(signed());
    questions
}
