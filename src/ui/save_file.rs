//! A text as a file that the browser saves, and a file chosen from the device as a text.

use std::time::Duration;

use gloo::file::futures::read_as_text;
use gloo::file::{Blob, ObjectUrl};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

/// How long the address of the file stays good. A browser that asks where to save it takes its bytes at once.
const GOOD_FOR: Duration = Duration::from_mins(1);

/// Saves a text as a file.
pub fn save_file(name: &str, text: &str) {
    let file = Blob::new_with_options(text, Some("application/json"));
    let address = ObjectUrl::from(file);
    let Ok(link) = document().create_element("a") else { return };
    let named = link.set_attribute("href", &address).and_then(|()| link.set_attribute("download", name));
    if named.is_ok() {
        link.unchecked_into::<web_sys::HtmlElement>().click();
    }
    set_timeout(move || drop(address), GOOD_FOR);
}

/// A button that opens a file.
#[component]
pub fn FileButton(
    /// The id of its control.
    id: &'static str,
    /// Its word.
    word: &'static str,
    /// The kinds of files, as in `accept`.
    accept: &'static str,
    /// Called with the text of the file; nothing if it cannot be read.
    on_text: Callback<Option<String>>,
) -> impl IntoView {
    let read = move |files: Option<web_sys::FileList>| {
        let Some(file) = files.and_then(|files| files.get(0)) else { return };
        spawn_local(async move { on_text.run(read_as_text(&file.into()).await.ok()) });
    };
    view! {
        <div class="file-button">
            <input
                class="file-button__input visually-hidden"
                id=id
                type="file"
                accept=accept
                // Forgets the last choice, or choosing the same file again would not be told.
                on:click:target=|event| event.target().set_value("")
                on:change:target=move |event| read(event.target().files())
            />
            <label class="button button--quiet" for=id>
                {word}
            </label>
        </div>
    }
}
