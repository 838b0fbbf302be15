//! What waits on this device, and what needs a person.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::device::file::Unreadable;

use super::later::Coming;
use super::mine::row::{self, row};
use super::newer::newer;
use super::unsent::{photos, save_button, warning};
use super::{pair, stored};
use crate::data::handover::{self, NotTaken};
use crate::data::status::{self, Counted, Reach, Status};
use crate::data::submissions::{self, Page, Stored, StoredState};
use crate::data::tablet::{self, Bond};
use crate::data::{Error, clock, courier, device_storage, kiosk};
use crate::i18n::{dates, words};
use crate::router::Router;
use crate::routes::Route;
use crate::ui::actions::Actions;
use crate::ui::asked_button::AskedButton;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::file_button::FileButton;
use crate::ui::list_state::{Empty, Skeleton};
use crate::ui::page_head::PageHead;

/// The outbox.
#[component]
pub fn Outbox() -> impl IntoView {
    let (status, limit) = (status::signal(), RwSignal::new(stored::PAGE));
    let kept = stored::unsettled(move || limit.get());
    let more = Callback::new(move |()| limit.update(|limit| *limit += stored::PAGE));
    let sending = Signal::derive(move || status.read().sending);
    let waiting = Memo::new(move |_| status.with(|status| status.waiting + status.photos > 0));
    let refused = Memo::new(move |_| status.read().attention);
    let lists = move || match kept.get() {
        _ if kiosk::is_on() => sealed(&status.get()),
        None => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        Some(Err(_)) => view! { <Banner tone=Tone::Danger title=words::frame::storage_failed() /> }.into_any(),
        Some(Ok(kept)) => {
            let rest =
                kept.more.then(|| view! { <Button look=Look::Quiet on_press=more>{words::mine::more()}</Button> });
            (sorted(kept), rest).into_any()
        }
    };
    let send = Callback::new(|()| courier::send_now());
    let foot = move || {
        let word = move || if sending.get() { words::outbox::sending() } else { words::outbox::send_now() };
        waiting.get().then(|| {
            view! {
                <Actions>
                    <Button look=Look::Main on_press=send busy=sending>
                        {word}
                    </Button>
                </Actions>
            }
        })
    };
    device_storage::look();
    let unsent = Memo::new(move |_| status.with(|status| status.waiting + status.attention + status.photos > 0));
    let keeper = move || (kiosk::is_on() && refused.get() > 0).then(|| view! { <Keeper count=refused.get() /> });
    view! {
        <PageHead title=words::outbox::title() />
        <div role="status">{move || network()}</div>
        {warning()}
        {lists}
        {keeper}
        {photos(None)}
        <Files unsent />
        {kiosk::is_on().then(|| view! { <Shared /> })}
        {newer()}
        {foot}
    }
}

/// What waits on a shared tablet, where nobody can look into it.
fn sealed(status: &Status) -> AnyView {
    let words = match (status.waiting, status.attention) {
        (0, 0) if status.counted == Counted::NotYet => {
            return view! { <Skeleton label=words::frame::loading() /> }.into_any();
        }
        (0, 0) if status.counted == Counted::Failed => {
            return view! { <Banner tone=Tone::Danger title=words::frame::storage_failed() /> }.into_any();
        }
        (0, 0) => words::outbox::none().to_owned(),
        (0, _) => return ().into_any(),
        (count, _) => words::outbox::sealed(&count),
    };
    view! { <p class="empty">{words}</p> }.into_any()
}

/// What the community did not take of what was sealed: whoever keeps the tablet sends it again, once the reason is gone, or
/// throws it away after a question.
#[component]
fn Keeper(count: u32) -> impl IntoView {
    let failed = RwSignal::new(false);
    let done = move |outcome: Result<(), Error>| {
        // The page may have been left meanwhile.
        let _ = failed.try_set(outcome.is_err());
    };
    let retry = Callback::new(move |()| spawn_local(async move { done(submissions::retry_refused().await) }));
    let discard = Callback::new(move |()| spawn_local(async move { done(submissions::discard_refused().await) }));
    let trouble = move || {
        failed.get().then(
            || view! { <div role="alert"><Banner tone=Tone::Danger title=words::frame::storage_failed() /></div> },
        )
    };
    view! {
        <section class="section buttons">
            <h2 class="section__title">{words::outbox::keeper(&count)}</h2>
            <p>{words::outbox::keeper_line()}</p>
            {trouble}
            <Button look=Look::Quiet on_press=retry>
                {words::outbox::keeper_retry()}
            </Button>
            <AskedButton
                word=words::outbox::keeper_discard()
                look=Look::Danger
                title=words::outbox::keeper_title()
                line=words::outbox::keeper_discard_line()
                confirm=words::mine::discard_confirm()
                again=words::mine::discard_keep()
                on_confirm=discard
            />
        </section>
    }
}

/// That this is a shared tablet, and the way out for whoever made it one by mistake.
#[component]
fn Shared() -> impl IntoView {
    let router = Router::here();
    let leave = Callback::new(move |()| {
        kiosk::leave();
        router.replace(&Route::Home.path());
    });
    tablet::look();
    let bond = tablet::signal();
    // A paired one is the office's to let go.
    let ways_out = move || {
        let paired = matches!(*bond.read(), Bond::Paired(_));
        (!paired).then(|| {
            view! {
                <LinkButton look=Look::Quiet href=Route::Pair.path()>
                    {words::pair::title()}
                </LinkButton>
                <Button look=Look::Quiet on_press=leave>
                    {words::outbox::not_shared()}
                </Button>
            }
        })
    };
    view! {
        <section class="section buttons">
            <h2 class="section__title">{words::outbox::shared()}</h2>
            <p>{words::outbox::shared_line()}</p>
            {pair::standing()}
            {ways_out}
        </section>
    }
}

/// What is unsent, carried off as a file; and what such a file holds, taken in.
#[component]
fn Files(unsent: Memo<bool>) -> impl IntoView {
    let outcome = RwSignal::new(None::<Result<usize, NotTaken>>);
    let take = Callback::new(move |bytes: Option<Vec<u8>>| {
        outcome.set(None);
        spawn_local(async move {
            let taken = match bytes {
                Some(bytes) => handover::take_in(&bytes).await,
                None => Err(NotTaken::Failed(Error::Broken)),
            };
            // The page may have been left meanwhile.
            outcome.try_set(Some(taken));
        });
    });
    let text = || -> Coming<Result<String, Error>> { Box::pin(handover::unsent()) };
    let save = move || unsent.get().then(|| save_button(words::outbox::save_file(), text));
    let said = move || {
        let (tone, title, line) = taken(&outcome.get()?);
        let line = (!line.is_empty()).then(|| view! { <p>{line}</p> });
        Some(view! { <Banner tone title>{line}</Banner> })
    };
    // What a file brings to a shared tablet would lie there as its own.
    let takes = !kiosk::is_on();
    let line = if takes { words::outbox::file_line() } else { words::outbox::file_sealed() };
    let take = takes.then(|| {
        view! {
            <FileButton
                id="take-file"
                word=words::outbox::take_file()
                accept=".json,application/json"
                on_bytes=take
            />
        }
    });
    view! {
        <section class="section buttons">
            <h2 class="section__title">{words::outbox::file()}</h2>
            <p>{line}</p>
            {save}
            {take}
            <div role="status">{said}</div>
        </section>
    }
}

/// What came of taking a file in.
fn taken(outcome: &Result<usize, NotTaken>) -> (Tone, String, &'static str) {
    let (title, line) = match outcome {
        Ok(0) => return (Tone::Good, words::outbox::taken_none().to_owned(), ""),
        Ok(count) => return (Tone::Good, words::outbox::taken(count), ""),
        Err(NotTaken::Unreadable(Unreadable::Other)) => (words::outbox::not_ours(), words::outbox::not_ours_line()),
        Err(NotTaken::Unreadable(Unreadable::Damaged)) => (words::outbox::damaged(), words::outbox::damaged_line()),
        Err(NotTaken::Unreadable(Unreadable::Newer)) => (words::outbox::newer(), words::outbox::newer_line()),
        Err(NotTaken::Failed(Error::StorageFull)) => (words::outbox::full(), words::outbox::full_line()),
        Err(NotTaken::Failed(_)) => (words::outbox::unread(), words::outbox::unread_line()),
    };
    (Tone::Danger, title.to_owned(), line)
}

/// Whether the network is there, and when it is tried again.
fn network() -> AnyView {
    let status = status::signal().get();
    let now = clock::now();
    if status.reach == Reach::Unreachable {
        let next = status.retry_at.filter(|at| *at > now).map(|at| words::outbox::retry_at(&dates::clock(at, now)));
        view! {
            <Banner tone=Tone::Caution title=words::outbox::offline()>
                <p>{next.unwrap_or_else(|| words::outbox::offline_more().to_owned())}</p>
            </Banner>
        }
        .into_any()
    } else if status.counted == Counted::Done && status.waiting + status.attention + status.photos == 0 {
        view! { <Banner tone=Tone::Good title=words::outbox::all_sent() /> }.into_any()
    } else {
        ().into_any()
    }
}

/// What needs a person first, then what waits.
fn sorted(kept: Page) -> AnyView {
    let unreadable = kept.unreadable.into_iter().map(row::unreadable).collect::<Vec<_>>();
    let (attention, rest): (Vec<_>, Vec<_>) =
        kept.stored.into_iter().partition(|stored| matches!(stored.state, StoredState::NeedsAttention(_)));
    let waiting: Vec<_> =
        rest.into_iter().filter(|stored| matches!(stored.state, StoredState::Waiting { .. })).collect();
    if attention.is_empty() && waiting.is_empty() && unreadable.is_empty() {
        return view! { <Empty words=words::outbox::none() /> }.into_any();
    }
    let section = |title: &'static str, first: Vec<AnyView>, kept: &[Stored]| {
        let rows: Vec<_> = first.into_iter().chain(kept.iter().map(|stored| row(stored).into_any())).collect();
        (!rows.is_empty()).then(|| {
            view! {
                <section class="section">
                    <h2 class="section__title">{title}</h2>
                    <ul class="list">{rows}</ul>
                </section>
            }
        })
    };
    let attention = section(words::outbox::attention(), unreadable, &attention);
    (attention, section(words::outbox::waiting(), Vec::new(), &waiting)).into_any()
}
