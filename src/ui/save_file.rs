//! A text as a file that the browser saves.

use std::time::Duration;

use gloo::file::{Blob, ObjectUrl};
use leptos::prelude::*;
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
