//! One's account: signing in, opening one, and what can be done with it.

pub mod fields;
pub mod open;
mod own;
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
