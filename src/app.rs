//! The residents' app: header, the page of the current route, and what runs behind.

use leptos::mount;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use crate::data::{self, appearance, kiosk};
use crate::i18n::words;
use crate::pages::{
    self, Here,
    demo::DemoBanner,
    footer::{Display, Footer},
    header::Header,
    later::OtherPages,
    print_head::PrintHead,
};
use crate::router::Router;
use crate::routes::Route;
use crate::ui::page_head;

/// Puts the app in the place of the shell that the entry page shows first, as it looks and speaks on this device.
pub fn mount(other_pages: OtherPages) {
    spawn_local(async move {
        data::appearance::restore().await;
        data::start();
        replace_shell(move || view! { <App other_pages /> });
    });
}

/// Empties the element that holds the shell and mounts there.
pub fn replace_shell<V: IntoView + 'static>(app: impl FnOnce() -> V + 'static) {
    let shell = document().get_element_by_id("app").expect("the entry page has an element for the app");
    shell.set_text_content(None);
    mount::mount_to(shell.unchecked_into(), app).forget();
}

/// The residents' app.
#[component]
pub fn App(
    /// How the other pages come.
    other_pages: OtherPages,
) -> impl IntoView {
    provide_context(other_pages);
    let router = Router::provide(|address| Route::parse(&address.path, &address.query) != Route::NotFound);
    let route = Memo::new(move |_| {
        let address = router.address();
        Route::parse(&address.path, &address.query)
    });
    provide_context(Here(route));
    let page = Memo::new(move |_| route.read().page());
    // On a shared tablet what was submitted is there for its confirmation, and for nothing after it.
    Effect::new(move || {
        if !matches!(*page.read(), Route::Done(_)) {
            kiosk::forget();
        }
    });
    let behind = RwSignal::new(false);
    other_pages.load_behind(behind);
    in_language(move || {
        page_head::name_app(words::frame::app());
        view! {
            <a class="skip-link" href="#main">
                {words::frame::skip()}
            </a>
            <Header />
            <DemoBanner />
            <PrintHead />
            <main class="page" id="main">
                {move || pages::page(&page.get())}
            </main>
            <Footer />
            {move || behind.get().then(|| other_pages.visit())}
        }
        .into_any()
    })
}

/// Puts a page that is no part of the app there, in the language of this device and with the foot that changes it.
pub fn exhibit(page: fn() -> AnyView) {
    spawn_local(async move {
        appearance::restore().await;
        let stage = move || {
            view! {
                {page()}
                <footer class="footer">
                    <Display />
                </footer>
            }
        };
        replace_shell(move || in_language(move || stage().into_any()));
    });
}

/// Draws everything anew when another language is chosen; what was typed is in the drafts.
pub fn in_language(view: impl Fn() -> AnyView + Send + Sync + 'static) -> impl IntoView {
    let appearance = appearance::signal();
    let language = Memo::new(move |_| appearance.read().language);
    move || {
        language.get();
        view()
    }
}
