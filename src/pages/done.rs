//! The confirmation: saved on this device or with the community, the receipt number, and what happens next. On paper it is
//! a receipt with what was answered.

use leptos::prelude::*;
use linli_domain::RecordId;
use linli_domain::community::Public;
use linli_domain::submission::{Submission, SubmissionState};

use super::advice::advice;
use super::answers;
use super::community::{Known, with_community};
use super::newer::newer;
use super::not_found::NotFound;
use super::stored::{self, Presence};
use crate::data::Error;
use crate::data::clock;
use crate::data::submissions::{Stored, StoredState};
use crate::i18n::{readings, states, words};
use crate::routes::Route;
use crate::ui::actions::Actions;
use crate::ui::answers::Answers;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::list_state::Skeleton;
use crate::ui::page_head::PageHead;
use crate::ui::print;
use crate::ui::receipt_card::ReceiptCard;

/// The confirmation of a submission.
#[component]
pub fn Done(
    /// Which.
    id: RecordId,
) -> impl IntoView {
    let kept = stored::one(id);
    let presence = stored::presence(kept);
    with_community(move |public| {
        let page = move || match presence.get() {
            Presence::Unknown => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
            Presence::Here => confirmation(kept, public),
            Presence::Missing => NotFound().into_any(),
        };
        page.into_any()
    })
}

fn confirmation(kept: Signal<Option<Result<Option<Stored>, Error>>>, public: Known) -> AnyView {
    let Some(Ok(Some(stored))) = kept.get_untracked() else { return NotFound().into_any() };
    let now = clock::now();
    let community = public.get_untracked();
    let findings = stored.submission.check(&community.rules(now));
    let accepted = Memo::new(move |_| match kept.get() {
        Some(Ok(Some(Stored { state: StoredState::Sent { state, position }, .. }))) => Some((state, position)),
        _ => None,
    });
    let title = Signal::derive(move || match accepted.get() {
        Some((state, position)) => states::accepted(state, position),
        None => words::done::title().to_owned(),
    });
    let answers = answers::of(&stored.submission, &community, now);
    let submission = stored.submission.clone();
    let steps = move || {
        let steps = next_steps(&submission, &public.get(), accepted.get().map(|(state, _)| state));
        steps.into_iter().map(|step| view! { <li>{step}</li> }).map(IntoAny::into_any).collect_view()
    };
    let reading = match &stored.submission {
        Submission::CheckIn(check_in) => readings::pressure(check_in, &community.thresholds),
        Submission::Report(_) | Submission::SignUp(_) => None,
    };
    let print = Callback::new(|()| print::page());
    view! {
        <PageHead title above=states::kind(stored.submission.kind()) />
        <p class="on-paper page-head__title">{words::done::paper()}</p>
        <div role="status">{move || kept.get().and_then(Result::ok).flatten().map(|stored| delivery(&stored))}</div>
        {reading.map(|reading| view! { <p class="reading">{reading}</p> }.into_any())}
        {advice(&stored.submission, &findings, &community)}
        <div class="columns">
            <ReceiptCard label=words::done::receipt() number=stored.receipt.grouped() hint=words::done::receipt_hint() />
            <div class="on-paper">
                <Answers answers />
            </div>
            <section class="section">
                <h2 class="section__title">{words::done::next()}</h2>
                <ol class="next-steps">{steps}</ol>
            </section>
        </div>
        {newer()}
        <Actions>
            <LinkButton look=Look::Main href=Route::Home.path()>
                {words::frame::to_home()}
            </LinkButton>
            <Button look=Look::Quiet on_press=print>
                {words::done::print()}
            </Button>
        </Actions>
    }
    .into_any()
}

/// Whether it was delivered yet.
fn delivery(stored: &Stored) -> AnyView {
    match &stored.state {
        StoredState::Waiting { .. } => view! {
            <Banner tone=Tone::Caution title=words::done::not_sent()>
                <p>{words::done::not_sent_more()}</p>
            </Banner>
        }
        .into_any(),
        // Where it stands is what the heading says.
        StoredState::Sent { .. } => view! { <Banner tone=Tone::Good title=words::done::sent() /> }.into_any(),
        StoredState::NeedsAttention(_) => {
            let href = Route::MineItem(stored.id).path();
            view! {
                <Banner tone=Tone::Danger title=words::state::attention()>
                    <LinkButton look=Look::Quiet href>
                        {words::mine::look()}
                    </LinkButton>
                </Banner>
            }
            .into_any()
        }
    }
}

/// What happens next, in the order it happens; what has happened once it was accepted is left out.
fn next_steps(submission: &Submission, public: &Public, accepted: Option<SubmissionState>) -> Vec<String> {
    match submission {
        Submission::Report(report) => {
            let kind = public.kinds.report.iter().find(|kind| kind.id == report.kind);
            let first = match kind.and_then(|kind| kind.within_hours) {
                Some(hours) => words::next::report_within(&hours),
                None => words::next::report_soon().to_owned(),
            };
            vec![first, words::next::report_assigned().to_owned(), words::next::report_told().to_owned()]
        }
        Submission::CheckIn(_) if accepted.is_some() => vec![words::next::check_in_called().to_owned()],
        Submission::CheckIn(_) => {
            vec![words::next::check_in_kept().to_owned(), words::next::check_in_called().to_owned()]
        }
        Submission::SignUp(_) => match accepted {
            None => vec![words::next::sign_up_place().to_owned(), words::next::sign_up_come().to_owned()],
            Some(SubmissionState::Waiting) => vec![words::next::sign_up_waiting().to_owned()],
            Some(_) => vec![words::next::sign_up_come().to_owned()],
        },
    }
}
