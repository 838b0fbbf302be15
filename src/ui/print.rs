//! Paper.

use leptos::prelude::*;

/// Opens the browser's print dialogue.
pub fn page() {
    // A browser without printing does nothing.
    let _ = window().print();
}
