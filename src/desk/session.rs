//! Who is signed in at the desk, and the header that says so.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::session::Me;

use crate::data::api;
use crate::i18n::words;
use crate::routes::DeskRoute;
use crate::ui::button::{Button, Look};
use crate::ui::icon::Icon;

/// Whether somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedIn {
    /// Being asked.
    Unknown,
    /// Nobody.
    No,
    /// This account.
    As(Me),
}

/// The session, for every page of the desk.
#[derive(Clone, Copy)]
pub struct Session(RwSignal<SignedIn>);

impl Session {
    /// Asks the server who is signed in and provides the answer.
    pub fn provide() -> Self {
        let session = Self(RwSignal::new(SignedIn::Unknown));
        provide_context(session);
        spawn_local(async move {
            let me = api::me().await.ok().filter(|me| me.role.is_staff());
            session.0.set(me.map_or(SignedIn::No, SignedIn::As));
        });
        session
    }

    /// The session of this page.
    pub fn here() -> Self {
        use_context().expect("the desk provides the session before any page")
    }

    /// Who is signed in, live.
    pub fn signed_in(self) -> SignedIn {
        self.0.get()
    }

    /// Somebody signed in.
    pub fn begin(self, me: Me) {
        self.0.set(SignedIn::As(me));
    }

    /// Nobody is signed in any more.
    pub fn end(self) {
        self.0.set(SignedIn::No);
    }
}

/// The header: the way back to the list, who is signed in, signing out.
#[component]
pub fn DeskHeader(
    /// The current route.
    route: Memo<DeskRoute>,
) -> impl IntoView {
    let session = Session::here();
    let start = move || {
        if matches!(route.get(), DeskRoute::List { .. }) {
            view! { <span class="header__brand"><Icon name="house" />{words::desk::app()}</span> }.into_any()
        } else {
            let href = DeskRoute::List { kind: None }.path();
            view! { <a class="header__back" href=href><Icon name="chevron-left" />{words::frame::back()}</a> }
                .into_any()
        }
    };
    let sign_out = Callback::new(move |()| {
        spawn_local(async move {
            if api::sign_out().await.is_ok() {
                session.end();
            }
        });
    });
    let account = move || match session.signed_in() {
        SignedIn::As(me) => Some(view! {
            <div class="header__account">
                <span>{words::desk::signed_in_as(&me.name)}</span>
                <Button look=Look::Quiet on_press=sign_out>{words::desk::sign_out()}</Button>
            </div>
        }),
        SignedIn::Unknown | SignedIn::No => None,
    };
    view! {
        <header class="header">
            {start}
            {account}
        </header>
    }
}
