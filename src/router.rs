//! A small router over the History API: one signal with the address, links of the page's own kept in the page. Which
//! addresses there are is said in `routes`. A navigation scrolls to the top; the new page's heading takes the focus.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::ui::focus;

/// The address without its origin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// From the first slash on.
    pub path: String,
    /// With its question mark, or empty.
    pub query: String,
    /// The id of an element, or empty.
    pub fragment: String,
}

/// Where the page is, and the way to other pages.
#[derive(Clone, Copy)]
pub struct Router {
    address: RwSignal<Address>,
}

impl Router {
    /// Follows the address bar from now on and provides the router. `owns` says which addresses are this entry's;
    /// links to others load as usual.
    pub fn provide(owns: fn(&Address) -> bool) -> Self {
        let router = Self { address: RwSignal::new(current()) };
        provide_context(router);
        window_event_listener(ev::popstate, move |_| router.arrive());
        window_event_listener(ev::click, move |event| {
            if let Some(address) = own_link(&event).filter(|link| owns(&link.0)) {
                event.prevent_default();
                router.go(&address.1);
            }
        });
        router
    }

    /// The router of this page.
    pub fn here() -> Self {
        use_context().expect("the entry provides the router before any page")
    }

    /// The address, live.
    pub fn address(self) -> Address {
        self.address.get()
    }

    /// The id behind the hash sign, not followed.
    pub fn fragment(self) -> String {
        self.address.with_untracked(|address| address.fragment.clone())
    }

    /// To another page.
    pub fn go(self, path: &str) {
        if let Ok(history) = window().history()
            && history.push_state_with_url(&JsValue::NULL, "", Some(path)).is_ok()
        {
            self.arrive();
        }
    }

    /// To another page that takes this one's place, so that the way back does not lead here.
    pub fn replace(self, path: &str) {
        if let Ok(history) = window().history()
            && history.replace_state_with_url(&JsValue::NULL, "", Some(path)).is_ok()
        {
            self.arrive();
        }
    }

    fn arrive(self) {
        let address = current();
        if self.address.with_untracked(|before| *before == address) {
            return;
        }
        focus::expect_arrival();
        self.address.set(address);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}

fn current() -> Address {
    let location = window().location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    Address {
        path: part(location.pathname()),
        query: part(location.search()),
        fragment: part(location.hash()).trim_start_matches('#').to_owned(),
    }
}

/// The link that was clicked, if it is plainly clicked and leads to this origin.
fn own_link(event: &ev::MouseEvent) -> Option<(Address, String)> {
    if event.default_prevented()
        || event.button() != 0
        || event.meta_key()
        || event.ctrl_key()
        || event.shift_key()
        || event.alt_key()
    {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link = target.closest("a[href]").ok()??;
    let href = link.get_attribute("href")?;
    if link.has_attribute("target") || link.has_attribute("download") || !href.starts_with('/') {
        return None;
    }
    let (rest, fragment) = href.split_once('#').unwrap_or((&href, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let address = Address { path: path.to_owned(), query: query.to_owned(), fragment: fragment.to_owned() };
    Some((address, href))
}
