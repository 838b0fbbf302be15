//! A receipt number in large type, to be written down or printed.

use leptos::prelude::*;

/// A receipt number.
#[component]
pub fn ReceiptCard(
    /// What it is called.
    label: &'static str,
    /// In groups of four.
    number: String,
    /// What it is good for.
    hint: &'static str,
) -> impl IntoView {
    view! {
        <div class="receipt-card">
            <p class="receipt-card__label">{label}</p>
            <p class="receipt-card__number" translate="no">
                {number}
            </p>
            <p class="receipt-card__hint">{hint}</p>
        </div>
    }
}
