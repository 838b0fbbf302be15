//! A few sentences.

use leptos::prelude::*;

use super::field::{FieldFrame, Labelled};

/// A few sentences.
#[component]
pub fn TextArea(
    /// Label, hint, error, id.
    of: Labelled,
    /// How many lines are open at first.
    rows: u8,
) -> impl IntoView {
    let (described, invalid, id, value) = (of.described_by(), of.invalid(), of.id.clone(), of.value);
    view! {
        <FieldFrame of>
            <textarea
                class="text-field text-area"
                id=id
                rows=rows.to_string()
                autocomplete="off"
                aria-describedby=described
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
        </FieldFrame>
    }
}
