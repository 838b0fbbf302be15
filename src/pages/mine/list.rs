//! Every form on this device: what was begun, then what was submitted, newest first.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::drafts::Drafts;
use super::merged::merged;
use super::row::{self, row};
use crate::data::{account, kiosk};
use crate::i18n::words;
use crate::pages::stored;
use crate::routes::Route;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::list_state::{Empty, Skeleton};
use crate::ui::page_head::PageHead;

/// Every form on this device.
#[component]
pub fn Mine() -> impl IntoView {
    let limit = RwSignal::new(stored::PAGE);
    let kept = stored::newest(move || limit.get());
    let more = Callback::new(move |()| limit.update(|limit| *limit += stored::PAGE));
    let drafts = Drafts::read();
    let begun = Memo::new(move |_| !drafts.is_empty());
    let unfinished = move || {
        begun.get().then(|| {
            view! {
                <section class="section">
                    <h2 class="section__title">{words::mine::drafts()}</h2>
                    {drafts.list()}
                </section>
            }
        })
    };
    let elsewhere = account::records();
    spawn_local(async {
        // What is not known now is known the next time.
        let _ = account::refresh().await;
    });
    let kept = move || kept.get().map(|kept| kept.map(|kept| merged(kept, elsewhere.get())));
    let list = move || match kept() {
        None => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        Some(Err(_)) => view! { <Banner tone=Tone::Danger title=words::frame::storage_failed() /> }.into_any(),
        Some(Ok(kept)) if kept.stored.is_empty() && kept.unreadable.is_empty() => {
            let words = if kiosk::is_on() { words::outbox::shared_line() } else { words::mine::none() };
            (!begun.get()).then(|| view! { <Empty words /> }).into_any()
        }
        Some(Ok(kept)) => {
            let title = begun.get().then(|| view! { <h2 class="section__title">{words::mine::submitted()}</h2> });
            let unreadable = kept.unreadable.iter().copied().map(row::unreadable).collect_view();
            let rows = kept.stored.iter().map(row).map(IntoAny::into_any).collect_view();
            let foot =
                kept.more.then(|| view! { <Button look=Look::Quiet on_press=more>{words::mine::more()}</Button> });
            view! {
                <section class="section">
                    {title}
                    <ul class="list">{unreadable} {rows}</ul>
                    {foot}
                </section>
            }
            .into_any()
        }
    };
    view! {
        <PageHead title=words::mine::title() below=words::mine::below() />
        {unfinished}
        {list}
        {account_link()}
    }
}

fn account_link() -> Option<AnyView> {
    let link = || {
        view! {
            <section class="section buttons">
                <LinkButton look=Look::Quiet href=Route::Account.path()>{words::account::link()}</LinkButton>
            </section>
        }
    };
    (!kiosk::is_on()).then(|| link().into_any())
}
