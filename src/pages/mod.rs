//! What residents see: one folder per subject. Pages put words, data and building blocks together and leave the browser
//! to `ui` and `data`.

pub mod account;
pub mod activity;
pub mod advice;
pub mod answers;
pub mod check_in;
pub mod community;
pub mod demo;
pub mod done;
pub mod footer;
pub mod form;
pub mod header;
pub mod home;
pub mod later;
pub mod mine;
pub mod mode_switch;
pub mod newer;
pub mod not_found;
pub mod notice;
pub mod outbox;
pub mod pair;
pub mod print_head;
pub mod receipts;
pub mod report;
pub mod sign_up;
pub mod standing;
pub mod stored;
pub mod unsent;

use leptos::prelude::*;

use crate::data::kiosk;
use crate::routes::Route;

/// The current route, for pages and the header.
#[derive(Clone, Copy)]
pub struct Here(pub Memo<Route>);

impl Here {
    /// The route of this page.
    pub fn route() -> Memo<Route> {
        use_context::<Self>().expect("the app provides the route before any page").0
    }
}

/// The page of a route: the first one is here, the others come later.
pub fn page(route: &Route) -> AnyView {
    match route {
        Route::Home => home::Home().into_any(),
        Route::Kiosk if kiosk::is_on() => home::Home().into_any(),
        _ => view! { <later::Later route=route.clone() /> }.into_any(),
    }
}
