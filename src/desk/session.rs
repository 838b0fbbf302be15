//! Who is signed in at the desk, and the header that says so.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::session::{Me, Role};

use super::areas;
use crate::data::{Error, api};
use crate::i18n::words;
use crate::routes::DeskRoute;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look};
use crate::ui::icon::Icon;

/// Whether somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedIn {
    /// Being asked.
    Unknown,
    /// The server did not say.
    Unheard,
    /// Nobody.
    No,
    /// This account.
    As(Me),
}

/// The session, for every page of the desk.
#[derive(Clone, Copy)]
pub struct Session {
    signed_in: RwSignal<SignedIn>,
    /// Whether signing out came to nothing.
    lives_on: RwSignal<bool>,
}

impl Session {
    /// Asks the server who is signed in and provides the answer.
    pub fn provide() -> Self {
        let session = Self { signed_in: RwSignal::new(SignedIn::Unknown), lives_on: RwSignal::new(false) };
        provide_context(session);
        session.ask();
        session
    }

    /// Asks the server who is signed in.
    pub fn ask(self) {
        self.signed_in.set(SignedIn::Unknown);
        spawn_local(async move {
            self.signed_in.set(match api::me().await {
                Ok(me) if me.role.is_staff() => SignedIn::As(me),
                Ok(_) | Err(Error::SignedOut) => SignedIn::No,
                Err(_) => SignedIn::Unheard,
            });
        });
    }

    /// The session of this page.
    pub fn here() -> Self {
        use_context().expect("the desk provides the session before any page")
    }

    /// Who is signed in, live.
    pub fn signed_in(self) -> SignedIn {
        self.signed_in.get()
    }

    /// Somebody signed in.
    pub fn begin(self, me: Me) {
        self.signed_in.set(SignedIn::As(me));
    }

    /// Nobody is signed in any more.
    pub fn end(self) {
        self.signed_in.set(SignedIn::No);
    }

    fn sign_out(self) {
        spawn_local(async move {
            let ended = api::sign_out().await.is_ok();
            self.lives_on.set(!ended);
            if ended {
                self.end();
            }
        });
    }
}

/// Whether somebody handles what arrived, and so sees whose it is.
pub fn handles(me: &Me) -> bool {
    me.roles.iter().any(|granted| granted.role.handles())
}

/// Whether somebody runs the community's accounts.
pub fn is_admin(me: &Me) -> bool {
    me.roles.iter().any(|granted| granted.role == Role::Admin)
}

/// The header: the way back to the list, who is signed in, signing out, and where else one can go.
#[component]
pub fn DeskHeader(
    /// The current route.
    route: Memo<DeskRoute>,
) -> impl IntoView {
    let session = Session::here();
    let up = move || match (session.signed_in(), route.get()) {
        (SignedIn::As(_), DeskRoute::Item(_) | DeskRoute::NotFound) => Some(DeskRoute::List { kind: None }),
        (SignedIn::As(_), DeskRoute::PlaceImport) => Some(DeskRoute::Places),
        // From area to area the tabs lead.
        _ => None,
    };
    let start = move || match up() {
        None => view! { <span class="header__brand"><Icon name="house" />{words::desk::app()}</span> }.into_any(),
        Some(up) => {
            let href = up.path();
            view! { <a class="header__back" href=href><Icon name="chevron-left" />{words::frame::back()}</a> }
                .into_any()
        }
    };
    let sign_out = Callback::new(move |()| session.sign_out());
    let lives_on = move || {
        session.lives_on.get().then(|| {
            view! { <div role="alert"><Banner tone=Tone::Danger title=words::desk::not_signed_out() /></div> }
        })
    };
    let account = move || match session.signed_in() {
        SignedIn::As(me) => Some(view! {
            <div class="header__account">
                <a class="header__own" href=DeskRoute::Own.path()>{words::desk::signed_in_as(&me.name)}</a>
                <Button look=Look::Quiet on_press=sign_out>{words::desk::sign_out()}</Button>
            </div>
        }),
        SignedIn::Unknown | SignedIn::Unheard | SignedIn::No => None,
    };
    let areas = move || match session.signed_in() {
        SignedIn::As(me) => areas::areas(&me, route),
        SignedIn::Unknown | SignedIn::Unheard | SignedIn::No => None,
    };
    view! {
        <header class="header header--desk">
            {start}
            {account}
        </header>
        <div class="desk-areas">{areas}</div>
        {lives_on}
    }
}
