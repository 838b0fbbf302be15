//! The first step of a form: its fields, what has to be put right, and the question about what is unusual. In large mode
//! the fields of one question at a time.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use linli_domain::submission::Submission;
use linli_domain::{Weight, report};

use super::Stage;
use super::flow::{Filling, Gate};
use super::other_window::news;
use super::question::{Screen, step_at, step_of};
use crate::i18n::{findings as finding_words, words};
use crate::pages::advice::{is_to_call_first, reading_numbers};
use crate::pages::unsent::room;
use crate::pages::{Here, answers};
use crate::router::Router;
use crate::routes::{Begun, Step};
use crate::ui::actions::Actions;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Look, SubmitButton};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::steps::Steps;
use crate::ui::warning::Warning;

/// The fields of a form.
#[component]
pub fn Fields(
    /// The form.
    filling: Filling,
    /// A line below the first heading, or empty.
    below: &'static str,
    /// Which of its questions are shown.
    screen: Screen,
) -> impl IntoView {
    let (form, questions, router, route) = (filling.form, filling.form.questions, Router::here(), Here::route());
    let field = router.fragment();
    // Somebody who came to change one answer goes back to checking them all.
    let changing = !field.is_empty();
    if changing {
        focus::to_id_soon(field);
    }
    let faults = form.faults(screen, route.get_untracked().at(Step::Fields).path());
    let go_on = move || {
        filling.autosave.now();
        let missing = form.missing();
        let (step, stage) = match (screen, missing) {
            (Screen::One(at), _) if !changing && at + 1 < questions.len() => (step_at(at + 1), Stage::Filling),
            // A question that was passed over.
            (Screen::One(_), Some(finding)) => (step_of(&finding.field.dom_id(), questions), Stage::Mending),
            _ if !untrack(|| form.agrees()) => {
                focus::expect_arrival();
                return filling.gate.set(Gate::Asked);
            }
            _ => (Step::Check, Stage::Filling),
        };
        form.stage.set(stage);
        router.go(&route.get_untracked().at(step).path());
    };
    let submit = Callback::new(move |()| {
        // Leaving and entering again draws the summary anew, so that it takes the focus each time.
        form.stage.set(Stage::Filling);
        if !faults.get_untracked().is_empty() {
            form.stage.set(Stage::Mending);
        } else if form.doubts(screen).is_empty() {
            go_on();
        } else {
            form.stage.set(Stage::Asking);
        }
    });
    let pressed = move |event: SubmitEvent| {
        event.prevent_default();
        form.when_ready(submit);
    };
    let held = Signal::derive(move || form.held.read().is_some());
    let marked = Memo::new(move |_| form.stage.get() != Stage::Filling && !faults.read().is_empty());
    let summary =
        move || marked.get().then(|| view! { <ErrorSummary title=words::form::fix_title() faults /> }.into_any());
    // Where the numbers to call are on the screen, going on is not the main action.
    let look = Signal::derive(move || if numbers_stand(filling, screen) { Look::Quiet } else { Look::Main });
    let foot = move || match form.stage.get() {
        Stage::Asking if !marked.get() => question(filling, screen, Callback::new(move |()| go_on())),
        _ => view! {
            <Actions>
                <SubmitButton look busy=held>{words::form::next()}</SubmitButton>
            </Actions>
        }
        .into_any(),
    };
    let (title, at, below) = match screen {
        Screen::One(at) if at > 0 => ((questions[at].title)().to_owned(), at, ""),
        Screen::All | Screen::One(_) => (filling.title.get_value(), 0, below),
    };
    let titled = matches!(screen, Screen::One(at) if at > 0 && questions[at].is_its_label()).then_some("");
    let shown = questions.iter().enumerate().filter(|(at, _)| screen == Screen::All || screen == Screen::One(*at));
    let fields = shown.map(|(_, question)| (question.view)(form, filling.public)).collect_view();
    let begun = match filling.begun {
        Begun::Anew | Begun::OnBehalf(_) => None,
        Begun::ToCorrect(_) => Some(words::form::correcting().to_owned()),
        Begun::FromPaper(receipt) => Some(words::form::from_paper(&receipt.grouped())),
    };
    let begun = begun.map(|title| view! { <Banner tone=Tone::Caution title /> }.into_any());
    view! {
        <form class="form" novalidate on:submit=pressed data-titled=titled>
            {progress(filling, screen != Screen::All, at)}
            <PageHead title below />
            {begun}
            {news(filling)}
            {room()}
            {summary}
            {fields}
            {foot}
        </form>
    }
}

/// Where in the form one is.
pub(super) fn progress(filling: Filling, one_by_one: bool, at: usize) -> AnyView {
    let mut names = vec![filling.title.get_value()];
    if one_by_one {
        names.extend(filling.form.questions.iter().skip(1).map(|question| (question.title)().to_owned()));
    }
    names.push(words::form::check_title().to_owned());
    view! { <Steps words=words::form::step(&(at + 1), &names.len()) names at /> }.into_any()
}

/// Whether a report is dangerous and its question on the screen, live.
fn numbers_stand(filling: Filling, screen: Screen) -> bool {
    filling.form.typed.track();
    let (submission, findings) = filling.made();
    matches!(submission, Submission::Report(_))
        && screen.shows(&report::URGENT.dom_id(), filling.form.questions)
        && is_to_call_first(&submission, &findings, &filling.public.get_untracked())
}

/// The question about what is unusual; with the numbers to call where it asks to act at once as well.
fn question(filling: Filling, screen: Screen, go_on: Callback<()>) -> AnyView {
    let form = filling.form;
    let doubts = form.doubts(screen);
    let (submission, findings) = filling.made();
    let acute = doubts.iter().any(|f| findings.of(Weight::NeedsAction).any(|act| act.field == f.field));
    let asked = answers::measures(&submission);
    let value = |id: &str| asked.iter().find(|(field, _)| *field == id).map(|(_, value)| value.as_str());
    let lines = doubts
        .iter()
        .map(|f| finding_words::doubt(f.field.pointer(), f.code, value(f.field.pointer()).unwrap_or_default()))
        .collect();
    let first = doubts.first().map(|finding| finding.field.dom_id()).unwrap_or_default();
    let confirm = Callback::new(move |()| {
        form.confirmed.update_value(|confirmed| confirmed.extend(&doubts));
        form.stage.set(Stage::Mending);
        go_on.run(());
    });
    let numbers = acute.then(|| reading_numbers(&filling.public.get_untracked()));
    let again = Callback::new(move |()| {
        form.stage.set(Stage::Mending);
        focus::to_id_soon(first.clone());
    });
    view! {
        <Warning
            title=words::form::doubt_title()
            lines
            confirm=words::form::doubt_confirm()
            again=words::form::doubt_again()
            on_confirm=confirm
            on_again=again
            first=numbers
        />
    }
    .into_any()
}
