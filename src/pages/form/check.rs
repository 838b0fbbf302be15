//! The second step of a form: check your answers, then save.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::submission::Submission;

use super::behalf;
use super::fields::progress;
use super::flow::Filling;
use super::other_window::news;
use super::question::step_of;
use crate::data::{self, appearance, clock, drafts, handover, kiosk, submissions};
use crate::i18n::{states, words};
use crate::pages::advice::{advice, is_to_call_first};
use crate::pages::later::Coming;
use crate::pages::unsent::save_button;
use crate::pages::{Here, answers};
use crate::router::Router;
use crate::routes::{Begun, Route, Step};
use crate::ui::actions::Actions;
use crate::ui::answers::{Answers, Change};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look};
use crate::ui::page_head::PageHead;

/// How saving goes.
#[derive(Clone, PartialEq)]
enum Saving {
    NotBegun,
    UnderWay,
    Failed(data::Error),
}

/// Check your answers.
#[component]
pub fn Check(
    /// The form.
    filling: Filling,
) -> impl IntoView {
    let (router, route) = (Router::here(), Here::route());
    let saving = RwSignal::new(Saving::NotBegun);
    let (submission, findings) = filling.made();
    let public = filling.public.get_untracked();
    let look = if is_to_call_first(&submission, &findings, &public) { Look::Quiet } else { Look::Main };
    let shown = answers::of(&submission, &public, clock::now());
    let (form, large, questions) =
        (route.get_untracked(), appearance::is_large().get_untracked(), filling.form.questions);
    let page = move |field: &str| form.at(if large { step_of(field, questions) } else { Step::Fields }).path();
    let change = Change { word: words::form::change(), page: Box::new(page) };
    // The headings of the other two are questions, which this page does not ask.
    let below = match &submission {
        Submission::SignUp(_) => filling.title.get_value(),
        Submission::CheckIn(_) | Submission::Report(_) => states::kind(submission.kind()).to_owned(),
    };
    let at = if large { questions.len() } else { 1 };
    let said = StoredValue::new(submission.clone());
    let arrived = RwSignal::new(None::<behalf::Sent>);
    let send = Callback::new(move |()| {
        saving.set(Saving::UnderWay);
        filling.autosave.stop(true);
        spawn_local(async move {
            if let Begun::OnBehalf(acting) = filling.begun {
                match behalf::send(acting, filling, said.get_value()).await {
                    Ok(outcome) => arrived.set(Some(outcome)),
                    Err(error) => {
                        filling.autosave.stop(false);
                        saving.set(Saving::Failed(error));
                    }
                }
                return;
            }
            match save(filling).await {
                Ok(()) => router.replace(&Route::Done(filling.id()).path()),
                // Another window was faster, with something else.
                Err(data::Error::Refused(_)) => filling.other_window.was_faster(),
                Err(error) => {
                    filling.autosave.stop(false);
                    saving.set(Saving::Failed(error));
                }
            }
        });
    });
    let failure = move || match saving.get() {
        Saving::Failed(error) => Some(match filling.begun {
            Begun::OnBehalf(_) => behalf::failed(&error),
            Begun::Anew | Begun::ToCorrect(_) | Begun::FromPaper(_) => failed(filling, &error),
        }),
        Saving::NotBegun | Saving::UnderWay => None,
    };
    let look_again = view! {
        {progress(filling, large, at)}
        <PageHead title=words::form::check_title() below />
        {news(filling)}
        {advice(&submission, &findings, &public)}
        <Answers answers=shown change />
        {failure}
        <Actions>
            <Button look on_press=send busy=Signal::derive(move || saving.get() == Saving::UnderWay)>
                {words::form::send()}
            </Button>
        </Actions>
    };
    view! {
        {move || arrived.get().map(behalf::Sent::shown)}
        <div hidden=move || arrived.read().is_some()>{look_again}</div>
    }
}

async fn save(filling: Filling) -> Result<(), data::Error> {
    let (submission, _) = filling.made();
    let key = filling.draft.get_value();
    if let Begun::ToCorrect(id) = filling.begun {
        submissions::correct(id, submission).await?;
        // The correction is kept; a left-over draft of it does no harm.
        let _ = drafts::discard(&key).await;
        return Ok(());
    }
    let title = answers::title(&submission, &filling.public.get_untracked());
    submissions::submit(&key, filling.id(), filling.receipt, title, submission).await
}

/// That it was not saved, and a way to keep it all the same.
fn failed(filling: Filling, error: &data::Error) -> AnyView {
    let title = match error {
        data::Error::StorageFull => words::form::storage_full(),
        _ => words::form::not_saved(),
    };
    let file = move || {
        let (submission, _) = filling.made();
        let title = answers::title(&submission, &filling.public.get_untracked());
        handover::unsaved(filling.id(), filling.receipt, title, submission)
    };
    let text = move || -> Coming<Result<String, data::Error>> {
        Box::pin(std::future::ready(file().ok_or(data::Error::Broken)))
    };
    let line = if kiosk::is_on() { words::outbox::file_sealed() } else { words::form::save_file_line() };
    // A tablet that knows no key can seal nothing, and gives nothing away in clear.
    let offer = file().map(|_| {
        view! {
            <section class="section">
                <p>{line}</p>
                {save_button(words::form::save_file(), text)}
            </section>
        }
    });
    view! {
        <div role="alert">
            <Banner tone=Tone::Danger title />
        </div>
        {offer}
    }
    .into_any()
}
