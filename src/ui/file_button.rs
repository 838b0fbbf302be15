//! A file chosen from the device as bytes, whatever it is written in.

use gloo::file::futures::read_as_bytes;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A button that opens a file.
#[component]
pub fn FileButton(
    /// The id of its control.
    id: &'static str,
    /// Its word.
    word: &'static str,
    /// The kinds of files, as in `accept`.
    accept: &'static str,
    /// Called with the bytes of the file; nothing if it cannot be read.
    on_bytes: Callback<Option<Vec<u8>>>,
) -> impl IntoView {
    let read = move |files: Option<web_sys::FileList>| {
        let Some(file) = files.and_then(|files| files.get(0)) else { return };
        spawn_local(async move { on_bytes.run(read_as_bytes(&file.into()).await.ok()) });
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
