//! The head of a page: where in a form one is, and the one first heading. It names the browser's tab and takes the focus
//! when one arrives.

use leptos::html::H1;
use leptos::prelude::*;

use super::focus;

/// The head of a page.
#[component]
pub fn PageHead(
    /// The heading; it stays where it is, and keeps the focus, when its words change.
    #[prop(into)]
    title: Signal<String>,
    /// A short line above it, such as the step of a form.
    #[prop(optional, into)]
    above: Signal<String>,
    /// The language of that line, where it is another than the page's.
    #[prop(optional_no_strip)]
    above_lang: Option<&'static str>,
    /// A line below it.
    #[prop(optional, into)]
    below: String,
    /// The language of the heading, where it is another than the page's.
    #[prop(optional_no_strip)]
    lang: Option<&'static str>,
) -> impl IntoView {
    let node = NodeRef::<H1>::new();
    Effect::new(move || name_tab(&title.read()));
    if focus::take_arrival() {
        focus::on_appearing(node);
    }
    let below = (!below.is_empty()).then(|| view! { <p class="page-head__below">{below}</p> }.into_any());
    view! {
        <div class="page-head">
            <p class="page-head__above" lang=above_lang>{above}</p>
            <h1 class="page-head__title" tabindex="-1" lang=lang node_ref=node>
                {title}
            </h1>
            {below}
        </div>
    }
}

/// What the app calls itself from now on, in the language of the page.
pub fn name_app(name: &str) {
    if let Ok(Some(meta)) = document().query_selector(APP_NAME) {
        // Setting an attribute with a constant name does not fail.
        let _ = meta.set_attribute("content", name);
    }
}

const APP_NAME: &str = "meta[name=application-name]";

/// The tab is named after the page and the app, whose name stands in the document's head.
fn name_tab(title: &str) {
    let app = document().query_selector(APP_NAME).ok().flatten();
    let app = app.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    document().set_title(&[title, " · ", &app].concat());
}
