//! One's account: signing in, opening one, and what can be done with it.

pub mod card;
pub mod family;
pub mod fields;
pub mod open;
mod own;
pub mod own_data;
pub mod pin;
mod sign_in;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::data::{account, kiosk};
use crate::i18n::words;
use crate::ui::banner::{Banner, Tone};
use crate::ui::focus;
use crate::ui::list_state::{Failed, Skeleton};
use crate::ui::page_head::PageHead;

/// One's account, or signing in to it.
#[component]
pub fn Account() -> impl IntoView {
    if kiosk::is_on() {
        return not_here();
    }
    let signed_in = account::signal();
    let again = Callback::new(|()| spawn_local(account::look()));
    let before = StoredValue::new(account::Account::Unknown);
    let page = move || {
        let now = signed_in.get();
        // Signing in or out brings another page without a navigation.
        if before.with_value(|before| !matches!(before, account::Account::Unknown) && *before != now) {
            focus::expect_arrival();
        }
        before.set_value(now.clone());
        page_of(now, again)
    };
    page.into_any()
}

fn page_of(signed_in: account::Account, again: Callback<()>) -> AnyView {
    match signed_in {
        account::Account::Unknown => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        account::Account::Nobody => sign_in::SignIn().into_any(),
        account::Account::Of(me) => view! { <own::Own me /> }.into_any(),
        account::Account::Unreached => view! {
            <PageHead title=words::account::title() />
            <Failed words=words::account::offline() again=words::frame::again() on_again=again />
        }
        .into_any(),
    }
}

/// A page of whoever is signed in, as soon as it is known who their people are; signing in where nobody is.
fn signed_in(page: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    if kiosk::is_on() {
        return not_here();
    }
    let account = account::signal();
    let known = crate::data::family::signal();
    let standing = Memo::new(move |_| match account.get() {
        account::Account::Nobody => Standing::Nobody,
        _ if known.read().is_some() => Standing::Known,
        account::Account::Unreached => Standing::Unreached,
        account::Account::Unknown | account::Account::Of(_) => Standing::Unknown,
    });
    let again = Callback::new(|()| spawn_local(account::look()));
    let shown = move || match standing.get() {
        Standing::Known => page(),
        Standing::Nobody => sign_in::SignIn().into_any(),
        Standing::Unknown => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        Standing::Unreached => {
            view! { <Failed words=words::account::offline() again=words::frame::again() on_again=again /> }.into_any()
        }
    };
    shown.into_any()
}

/// Whether one's own pages can be shown.
#[derive(Clone, Copy, PartialEq)]
enum Standing {
    Unknown,
    Nobody,
    Unreached,
    Known,
}

/// On a shared tablet the next person would be signed in as this one.
fn not_here() -> AnyView {
    view! {
        <PageHead title=words::account::title() />
        <Banner tone=Tone::Note title=words::account::kiosk()>
            <p>{words::account::kiosk_line()}</p>
        </Banner>
    }
    .into_any()
}
