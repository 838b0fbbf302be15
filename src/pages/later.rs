//! Every page but the first, shown as soon as its file is there. How the file comes is the entry's business.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::standing::Standing;
use super::{
    account, activity, check_in, done, home, mine, not_found, notice, outbox, pair, receipts, report, sign_up,
};
pub use crate::data::Coming;
use crate::i18n::words;
use crate::kiosk::entry;
use crate::kiosk::visit::Visit;
use crate::routes::Route;
use crate::ui::list_state::{Failed, Skeleton};

/// A file that could not be loaded is tried again after this long.
const AGAIN_AFTER: Duration = Duration::from_secs(15);

/// How the entry gets the other pages.
#[derive(Clone, Copy)]
pub struct OtherPages {
    /// Loads their file, if it is not loaded yet; whether it is there.
    pub load: fn() -> Coming<bool>,
    /// The page of a route, at once where the file is loaded.
    pub page: fn(Route) -> Coming<Option<AnyView>>,
    /// Begins what works behind the pages and comes in their file; whether it is there.
    pub begin: fn() -> Coming<bool>,
    /// What ends a visit at a shared tablet; `None` as long as its file is not there.
    pub visit: fn() -> Coming<Option<AnyView>>,
    /// How one's own things stand; `None` as long as their file is not there.
    pub standing: fn() -> Coming<Option<Standing>>,
}

impl OtherPages {
    /// The other pages of this app.
    pub fn here() -> Self {
        use_context().expect("the app provides the other pages before any page")
    }

    /// Loads them behind the first page, so that they are there when they are wanted, and begins what works behind. What
    /// waits on the device waits for that: it is tried until it comes. `here` is told when it did.
    pub fn load_behind(self, here: RwSignal<bool>) {
        spawn_local(async move {
            if (self.begin)().await {
                here.set(true);
            } else {
                set_timeout(move || self.load_behind(here), AGAIN_AFTER);
            }
        });
    }

    /// What ends a visit at a shared tablet; nothing as long as its file is not there.
    pub fn visit(self) -> Option<AnyView> {
        at_once((self.visit)()).flatten()
    }
}

/// The page of a route, as soon as its file is there.
#[component]
pub fn Later(
    /// The route.
    route: Route,
) -> impl IntoView {
    let pages = OtherPages::here();
    let here = RwSignal::new(at_once((pages.load)()) == Some(true));
    let failed = RwSignal::new(false);
    let load = move || {
        failed.set(false);
        spawn_local(async move {
            let loaded = (pages.load)().await;
            // The page may have been left meanwhile.
            let _ = here.try_set(loaded);
            let _ = failed.try_set(!loaded);
        });
    };
    if !here.get_untracked() {
        load();
    }
    let again = Callback::new(move |()| load());
    move || {
        if here.get() {
            at_once((pages.page)(route.clone())).flatten().into_any()
        } else if failed.get() {
            view! { <Failed words=words::frame::not_loaded() again=words::frame::again() on_again=again /> }.into_any()
        } else {
            view! { <Skeleton label=words::frame::loading() /> }.into_any()
        }
    }
}

/// What a future that does not have to wait comes to.
fn at_once<T>(mut coming: Coming<T>) -> Option<T> {
    match coming.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// What ends a visit at a shared tablet.
pub fn visit() -> AnyView {
    Visit().into_any()
}

/// The page of a route that is not the first.
pub fn page(route: &Route) -> AnyView {
    match *route {
        Route::Activities { .. } => activity::list::ActivityList().into_any(),
        Route::Activity(id) => view! { <activity::detail::ActivityDetail id /> }.into_any(),
        Route::SignUp { activity, begun, .. } => view! { <sign_up::SignUpPage activity begun /> }.into_any(),
        Route::CheckIn { begun, .. } => view! { <check_in::CheckInPage begun /> }.into_any(),
        Route::Report { begun, .. } => view! { <report::ReportPage begun /> }.into_any(),
        Route::Done(id) => view! { <done::Done id /> }.into_any(),
        Route::Mine => mine::list::Mine().into_any(),
        Route::MineItem(id) => view! { <mine::item::MineItem id /> }.into_any(),
        Route::Pair => entry::entered(|| pair::Pair().into_any()),
        Route::Kiosk => entry::entered(|| home::Home().into_any()),
        Route::Outbox => outbox::Outbox().into_any(),
        Route::Receipts => receipts::Receipts().into_any(),
        Route::Account => account::Account().into_any(),
        Route::OpenAccount => account::open::OpenAccount().into_any(),
        Route::SetPin => account::pin::SetPin().into_any(),
        Route::Family => account::family::Family().into_any(),
        Route::Member(id) => view! { <account::family::Member id /> }.into_any(),
        Route::OwnData => account::own_data::OwnData().into_any(),
        Route::Card(id) => view! { <account::card::Card id /> }.into_any(),
        Route::Notice(id) => view! { <notice::NoticePage id /> }.into_any(),
        Route::Home | Route::NotFound => not_found::NotFound().into_any(),
    }
}
