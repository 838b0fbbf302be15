//! What staff see: signing in, what arrived newest first, each submission in words, residents acted for, places and
//! tablets, codes to print, staff accounts and the audit log. Behind an entry of its own.

pub mod areas;
pub mod audit;
pub mod card;
pub mod devices;
pub mod edit;
pub mod figures;
pub mod household_codes;
pub mod households;
pub mod item;
pub mod list;
pub mod own;
pub mod place_forms;
pub mod place_import;
pub mod places;
pub mod residents;
pub mod session;
pub mod sheets;
pub mod sign_in;
pub mod staff;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::{in_language, replace_shell};
use crate::data::{appearance, public};
use crate::i18n::words;
use crate::pages::demo::DemoBanner;
use crate::pages::footer::Display;
use crate::pages::print_head::PrintHead;
use crate::router::Router;
use crate::routes::DeskRoute;
use crate::ui::list_state::Failed;
use crate::ui::page_head;
use session::{Session, SignedIn};

/// Puts the desk in the place of the shell that the entry page shows first.
pub fn mount() {
    wasm_bindgen_futures::spawn_local(async {
        appearance::restore().await;
        replace_shell(Desk);
        // Mounting is what gives Leptos its executor.
        spawn_local(public::refresh());
    });
}

/// The desk: a sign-in form, or the page of the current route.
#[component]
pub fn Desk() -> impl IntoView {
    let router = Router::provide(|address| DeskRoute::parse(&address.path, &address.query) != DeskRoute::NotFound);
    let route = Memo::new(move |_| {
        let address = router.address();
        DeskRoute::parse(&address.path, &address.query)
    });
    let session = Session::provide();
    let page = move || match session.signed_in() {
        SignedIn::Unknown => ().into_any(),
        SignedIn::Unheard => {
            let again = Callback::new(move |()| session.ask());
            view! { <Failed words=words::desk::offline() again=words::frame::again() on_again=again /> }.into_any()
        }
        SignedIn::No => view! { <sign_in::SignIn /> }.into_any(),
        SignedIn::As(me) => match route.get() {
            DeskRoute::List { .. } if !session::handles(&me) => figures::Figures().into_any(),
            DeskRoute::List { kind } => view! { <list::List kind /> }.into_any(),
            DeskRoute::Item(id) => view! { <item::Item id /> }.into_any(),
            DeskRoute::Sheets(kind) => view! { <sheets::Sheets kind /> }.into_any(),
            DeskRoute::HouseholdCodes => household_codes::HouseholdCodes().into_any(),
            DeskRoute::Places => places::Places().into_any(),
            DeskRoute::PlaceImport => place_import::PlaceImport().into_any(),
            DeskRoute::Devices => devices::Devices().into_any(),
            DeskRoute::Audit => audit::Audit().into_any(),
            DeskRoute::Staff => staff::Staff().into_any(),
            DeskRoute::Own => own::Own().into_any(),
            DeskRoute::Residents => residents::Residents().into_any(),
            DeskRoute::Card => card::Card().into_any(),
            DeskRoute::NotFound => crate::pages::not_found::NotFound().into_any(),
        },
    };
    in_language(move || {
        page_head::name_app(words::desk::app());
        view! {
            <a class="skip-link" href="#main">
                {words::frame::skip()}
            </a>
            <session::DeskHeader route />
            <DemoBanner />
            <PrintHead />
            <main class="page page--desk" id="main">
                {page}
            </main>
            <footer class="footer">
                <Display />
            </footer>
        }
        .into_any()
    })
}
