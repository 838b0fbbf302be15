//! A form that staff fill in for a resident: whom it is for and how long, sending it, and what became of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::acting::Acting;
use linli_domain::check_in::{PERSON_NAME, PERSON_PHONE};
use linli_domain::report::{REPORTER_NAME, REPORTER_PHONE};
use linli_domain::submission::{Accepted, Submission, SubmissionKind};
use linli_domain::{FieldPath, ProblemCode, RecordId};

use super::flow::Filling;
use crate::data::{Error, acting, api, clock};
use crate::i18n::{findings, states, words};
use crate::routes::DeskRoute;
use crate::ui::actions::Actions;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::field::Typed;
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::receipt_card::ReceiptCard;

/// How often the minutes left are counted anew, milliseconds.
const TICK: u64 = 10_000;
/// Where the three forms ask who somebody is.
const PERSONS: [[FieldPath; 2]; 2] = [[REPORTER_NAME, REPORTER_PHONE], [PERSON_NAME, PERSON_PHONE]];

/// Fills in who it is, where nothing was typed yet.
pub async fn name_them(id: RecordId, values: &mut Typed) {
    // Whoever cannot be named now is typed in, and sending says what is wrong.
    let Ok(acting) = api::acting(id).await else { return };
    for [name, phone] in PERSONS {
        values.entry(name.pointer().to_owned()).or_insert_with(|| acting.name.clone());
        values.entry(phone.pointer().to_owned()).or_insert_with(|| acting.phone.clone());
    }
}

/// For whom, how long still, and the way to end it.
#[component]
pub fn Strip(
    /// Which acting.
    id: RecordId,
) -> impl IntoView {
    let read = RwSignal::new(None::<Result<Acting, Error>>);
    let now = RwSignal::new(clock::now());
    let ask = move || {
        spawn_local(async move {
            // The page may have been left meanwhile.
            let _ = read.try_set(Some(api::acting(id).await));
        });
    };
    ask();
    let tick = set_interval_with_handle(move || now.set(clock::now()), std::time::Duration::from_millis(TICK));
    on_cleanup(move || {
        if let Ok(tick) = tick {
            tick.clear();
        }
    });
    let renew = Callback::new(move |()| {
        spawn_local(async move {
            let _ = read.try_set(Some(api::renew_acting(id).await));
        });
    });
    let end = Callback::new(move |()| {
        spawn_local(async move {
            if api::end_acting(id).await.is_ok() {
                ask();
            }
        });
    });
    let left = move || match &*read.read() {
        Some(Ok(acting)) if !acting.over => (acting.expires_at - now.get()).num_seconds().max(0),
        _ => 0,
    };
    let over = Memo::new(move |_| left() == 0);
    // The minutes are counted without drawing the buttons anew: one of them may have the focus.
    let shown = move || match read.get() {
        None => ().into_any(),
        Some(Err(error)) => {
            let title = failure_words(&error);
            view! { <div role="alert"><Banner tone=Tone::Danger title>{back()}</Banner></div> }.into_any()
        }
        Some(Ok(acting)) => {
            let title = words::residents::acting_for(&acting.name, &acting.phone);
            if over.get() {
                view! {
                    <div role="alert">
                        <Banner tone=Tone::Danger title=words::residents::over()>
                            <p>{title}</p>
                            <p>{words::residents::over_line()}</p>
                            <Button look=Look::Quiet on_press=renew>{words::residents::renew()}</Button>
                            {back()}
                        </Banner>
                    </div>
                }
                .into_any()
            } else {
                view! {
                    <Banner tone=Tone::Caution title>
                        <p>{move || words::residents::minutes(&((left() + 59) / 60))}</p>
                        <Button look=Look::Quiet on_press=end>{words::residents::end()}</Button>
                    </Banner>
                }
                .into_any()
            }
        }
    };
    shown.into_any()
}

fn back() -> impl IntoView {
    view! {
        <LinkButton look=Look::Quiet href=DeskRoute::Residents.path()>{words::residents::back()}</LinkButton>
    }
}

/// What became of a form that was sent for somebody.
#[derive(Clone, PartialEq)]
pub struct Sent {
    accepted: Accepted,
    kind: SubmissionKind,
    name: String,
}

impl Sent {
    /// The confirmation.
    pub fn shown(self) -> AnyView {
        let Self { accepted, kind, name } = self;
        view! {
            <PageHead title=states::accepted(accepted.state, accepted.position) above=states::kind(kind) />
            <Banner tone=Tone::Good title=words::residents::sent(&name) />
            <ReceiptCard
                label=words::done::receipt()
                number=accepted.receipt.grouped()
                hint=words::done::receipt_hint()
            />
            <Actions>
                <LinkButton look=Look::Main href=DeskRoute::Residents.path()>{words::residents::back()}</LinkButton>
            </Actions>
        }
        .into_any()
    }
}

/// Sends it, the same one as often as it is pressed on the same page: an answer may have been lost.
///
/// # Errors
/// Why it was not taken in; what was typed is in the draft.
pub async fn send(id: RecordId, filling: Filling, submission: Submission) -> Result<Sent, Error> {
    let kind = submission.kind();
    let name = api::acting(id).await.map(|acting| acting.name)?;
    let draft = filling.draft.get_value();
    let accepted = acting::submit(id, &draft, filling.id(), filling.receipt, submission).await?;
    focus::expect_arrival();
    Ok(Sent { accepted, kind, name })
}

/// That it was not taken in, and that nothing is lost.
pub fn failed(error: &Error) -> AnyView {
    view! { <div role="alert"><Banner tone=Tone::Danger title=failure_words(error) /></div> }.into_any()
}

fn failure_words(error: &Error) -> &'static str {
    match error {
        Error::Refused(problem) if problem.code == ProblemCode::ActingOver => words::residents::over(),
        Error::Refused(problem) => problem
            .fields
            .first()
            .map_or_else(|| findings::refusal(problem), |fault| findings::error(&fault.pointer, fault.code)),
        Error::SignedOut => words::problem::signed_out(),
        Error::Offline | Error::Broken | Error::StorageFull | Error::Storage => words::residents::not_reached(),
    }
}
