//! One submission with its answers and where it stands. What is not with the community yet can be sent now, saved to a
//! file, or thrown away after a question; what was refused says why in words, and can be corrected or sent again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::{Problem, RecordId};

use crate::data::account::{self, Account};
use crate::data::submissions::{self, Stored, StoredState};
use crate::data::{Error, clock, courier, handover, status};
use crate::i18n::{dates, findings, words};
use crate::pages::community::{Known, with_community};
use crate::pages::later::Coming;
use crate::pages::not_found::NotFound;
use crate::pages::unsent::{photos, save_button, warning};
use crate::pages::{answers, stored};
use crate::router::Router;
use crate::routes::Route;
use crate::ui::actions::Actions;
use crate::ui::answers::Answers;
use crate::ui::asked_button::AskedButton;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::disclosure::Disclosure;
use crate::ui::list_state::Skeleton;
use crate::ui::page_head::PageHead;
use crate::ui::receipt_card::ReceiptCard;

/// One submission.
#[component]
pub fn MineItem(
    /// Which.
    id: RecordId,
) -> impl IntoView {
    let (kept, signed_in) = (stored::one(id), account::signal());
    // Drawn anew when it changed, not whenever anything on the device did.
    let elsewhere = account::records();
    let brought = move || elsewhere.with(|records| records.iter().find(|record| record.id == id).cloned());
    let kept = Memo::new(move |_| match kept.get() {
        Some(Ok(None)) => match brought() {
            None if signed_in.get() == Account::Unknown => None,
            brought => Some(Ok(brought)),
        },
        kept => kept,
    });
    with_community(move |public| {
        let page = move || match kept.get() {
            None => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
            Some(Ok(Some(stored))) => view! { <Item stored public /> }.into_any(),
            Some(Ok(None) | Err(_)) => view! { <Missing id /> }.into_any(),
        };
        page.into_any()
    })
}

/// What is here and cannot be shown, or nothing.
#[component]
fn Missing(id: RecordId) -> impl IntoView {
    let state = RwSignal::new(None::<Option<StoredState>>);
    spawn_local(async move {
        let read = submissions::unreadable(id).await;
        // The page may have been left meanwhile.
        state.try_set(Some(read.ok().flatten()));
    });
    move || match state.get() {
        None => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        Some(None) => NotFound().into_any(),
        Some(Some(state)) => {
            let again = matches!(state, StoredState::NeedsAttention(_)).then(|| view! { <Again id /> });
            view! {
                <PageHead title=words::mine::unreadable() />
                <div role="status">
                    <Banner tone=Tone::Danger title=words::state::attention()>
                        <p>{words::mine::unreadable_line()}</p>
                    </Banner>
                </div>
                {again}
                <Besides id />
            }
            .into_any()
        }
    }
}

#[component]
fn Item(stored: Stored, public: Known) -> impl IntoView {
    let now = clock::now();
    let standing = stored::standing(&stored);
    let banner = move || {
        let (tone, title) = standing.get();
        view! { <Banner tone title /> }
    };
    let answers = answers::of(&stored.submission, &public.get_untracked(), now);
    let made = words::mine::made(&dates::moment(stored.made_at, now));
    let id = stored.id;
    let (head, foot) = match &stored.state {
        StoredState::NeedsAttention(problem) => {
            let refused = view! { <Refused stored=stored.clone() problem=problem.clone() /> }.into_any();
            (refused, view! { <Besides id /> }.into_any())
        }
        StoredState::Waiting { .. } => (warning(), waiting(id)),
        StoredState::Sent { .. } => (().into_any(), ().into_any()),
    };
    view! {
        <PageHead title=stored::title(&stored) lang=stored::title_lang(&stored) below=made />
        <div role="status">{banner}</div>
        {photos(Some(id))}
        {head}
        <Answers answers />
        <ReceiptCard label=words::done::receipt() number=stored.receipt.grouped() hint=words::done::receipt_hint() />
        {foot}
    }
}

/// What can be done with what waits.
fn waiting(id: RecordId) -> AnyView {
    let sending = status::sending();
    let on_its_way = Signal::derive(move || sending.read().contains(&id));
    let word = move || if on_its_way.get() { words::outbox::sending() } else { words::outbox::send_now() };
    let send = Callback::new(|()| courier::send_now());
    view! {
        <Besides id />
        <Actions>
            <Button look=Look::Main on_press=send busy=on_its_way>
                {word}
            </Button>
        </Actions>
    }
    .into_any()
}

/// Why it was refused, and what can be done about that.
#[component]
fn Refused(stored: Stored, problem: Problem) -> impl IntoView {
    let id = stored.id;
    let lines = problem.fields.iter().map(|fault| findings::error(&fault.pointer, fault.code));
    let lines = lines.map(|line| view! { <li>{line}</li> }).map(IntoAny::into_any).collect_view();
    view! {
        <section class="section">
            <h2 class="section__title">{findings::refusal(&problem)}</h2>
            <ul class="faults">{lines}</ul>
            <div class="buttons">
                <LinkButton look=Look::Main href=stored::correction(&stored).path()>{words::mine::correct()}</LinkButton>
                <Again id />
            </div>
        </section>
    }
}

/// Sends it again as it is.
#[component]
fn Again(id: RecordId) -> impl IntoView {
    let failed = RwSignal::new(None::<Error>);
    let retry = Callback::new(move |()| {
        spawn_local(async move {
            // The page is drawn anew when it went well.
            failed.try_set(submissions::retry(id).await.err());
        });
    });
    view! {
        {trouble(failed)}
        <Button look=Look::Quiet on_press=retry>
            {words::mine::retry()}
        </Button>
    }
}

/// What can be done with anything that is not with the community: carry it off, or throw it away after a question.
#[component]
fn Besides(id: RecordId) -> impl IntoView {
    let router = Router::here();
    let failed = RwSignal::new(None::<Error>);
    let file = move || -> Coming<Result<String, Error>> { Box::pin(handover::one(id)) };
    let discard = Callback::new(move |()| {
        spawn_local(async move {
            match submissions::discard(id).await {
                Ok(()) => router.replace(&Route::Mine.path()),
                Err(error) => {
                    // The page may have been left meanwhile.
                    failed.try_set(Some(error));
                }
            }
        });
    });
    view! {
        <section class="section buttons">
            <Disclosure summary=words::mine::file()>
                <p>{words::mine::file_line()}</p>
                {save_button(words::mine::save_file(), file)}
            </Disclosure>
            {trouble(failed)}
            <AskedButton
                word=words::mine::discard()
                look=Look::Danger
                title=words::mine::discard_title()
                line=words::mine::discard_line()
                confirm=words::mine::discard_confirm()
                again=words::mine::discard_keep()
                on_confirm=discard
            />
        </section>
    }
}

fn trouble(failed: RwSignal<Option<Error>>) -> impl IntoView {
    move || {
        failed.get().map(
            |_| view! { <div role="alert"><Banner tone=Tone::Danger title=words::frame::storage_failed() /></div> },
        )
    }
}
