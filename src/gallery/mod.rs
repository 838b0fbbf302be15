//! Every building block in every state, on one page, to look at and to test. It knows `ui` and takes its sample texts
//! from the catalogue; `?mode=large` shows it in large mode, and its foot has the languages. It is never part of a release.

mod answers;
mod charts;
mod choices;
mod fields;
mod groups;
mod lists;
mod messages;
mod moving;

use leptos::prelude::*;
use linli_domain::{Code, FieldPath};

use crate::app::exhibit;
use crate::i18n::{findings, language, words};
use crate::ui::field::{Labelled, Value};
use crate::ui::page_head::PageHead;

/// Puts the gallery in the place of the shell that the entry page shows first.
pub fn mount() {
    let large = window().location().search().is_ok_and(|query| query.contains("mode=large"));
    if let (true, Some(root)) = (large, document().document_element()) {
        // Setting an attribute with a constant name does not fail.
        let _ = root.set_attribute("data-mode", "large");
    }
    exhibit(|| gallery().into_any());
}

/// The gallery.
fn gallery() -> impl IntoView {
    view! {
        <header class="header">
            <span class="header__brand">{words::frame::app()}</span>
        </header>
        <main class="page gallery" id="main">
            <PageHead title=words::frame::app() above=words::form::step(&1, &2) below=words::check_in::below() />
            {moving::shown()}
            {fields::shown()}
            {choices::shown()}
            {groups::shown()}
            {messages::shown()}
            {lists::shown()}
            {answers::shown()}
            {charts::shown()}
        </main>
    }
}

/// A building block, by the name of its file.
fn block(name: &'static str, states: impl IntoView) -> AnyView {
    view! {
        <section class="gallery__block" lang="en">
            <h2 class="gallery__name">{name}</h2>
            <div class="gallery__states" lang=language::spoken().tag()>
                {states}
            </div>
        </section>
    }
    .into_any()
}

/// A building block that needs the whole width of the page.
fn wide_block(name: &'static str, states: impl IntoView) -> AnyView {
    view! { <div class="gallery__wide">{block(name, states)}</div> }.into_any()
}

/// A block in one state.
fn state(name: &'static str, shown: impl IntoView) -> AnyView {
    view! {
        <div class="gallery__state">
            <h3 class="gallery__state-name" lang="en">
                {name}
            </h3>
            {shown}
        </div>
    }
    .into_any()
}

/// The parts of a field of which nothing was asked yet but its label.
fn plain(id: &'static str, label: &str) -> Labelled {
    Labelled {
        id: id.to_owned(),
        label: label.to_owned(),
        hint: "",
        value: Value::alone(id),
        error: Signal::stored(None),
    }
}

/// The same, filled in.
fn filled(id: &'static str, label: &str, typed: &str) -> Labelled {
    let of = plain(id, label);
    of.value.set(typed.to_owned());
    of
}

/// The same with a line of help.
fn hinted(id: &'static str, label: &str, hint: &'static str) -> Labelled {
    Labelled { hint, ..plain(id, label) }
}

/// What the app says about a field.
fn error(field: FieldPath, code: Code) -> &'static str {
    findings::error(field.pointer(), code)
}

/// The same with an error.
fn wrong(of: Labelled, error: &'static str) -> Labelled {
    Labelled { error: Signal::stored(Some(error)), ..of }
}
