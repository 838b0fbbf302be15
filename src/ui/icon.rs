//! Icons of one set (Lucide, ISC licence), drawn from the symbols in the entry page. An icon never stands without a word.

use leptos::prelude::*;

/// One icon.
#[component]
pub fn Icon(
    /// Its name in the set.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=["#icon-", name].concat()></use>
        </svg>
    }
}
