//! A day, by the browser's own calendar. Its value is `YYYY-MM-DD`, or empty while the day is not whole.

use leptos::html::Input;
use leptos::prelude::*;

use super::field::{FieldFrame, Labelled};

/// A day.
#[component]
pub fn DateField(
    /// Label, hint, error, id.
    of: Labelled,
    /// The first day that can be chosen, or empty.
    #[prop(optional, into)]
    earliest: String,
    /// The last day that can be chosen, or empty.
    #[prop(optional, into)]
    latest: String,
) -> impl IntoView {
    control(of, "date", earliest, latest)
}

/// A control of the browser's for a point in time: `date` or `time`.
pub(super) fn control(of: Labelled, kind: &'static str, earliest: String, latest: String) -> AnyView {
    let (described, invalid, id, value) = (of.described_by(), of.invalid(), of.id.clone(), of.value);
    let limit = |limit: String| (!limit.is_empty()).then_some(limit);
    let node = NodeRef::<Input>::new();
    // A half-typed day reads as empty. Writing that back, as `prop:value` does, would wipe what was typed so far.
    Effect::new(move || {
        let value = value.get();
        if let Some(input) = node.get().filter(|input| input.value() != value) {
            input.set_value(&value);
        }
    });
    view! {
        <FieldFrame of>
            <input
                class="text-field date-field"
                id=id
                type=kind
                min=limit(earliest)
                max=limit(latest)
                aria-describedby=described
                aria-invalid=invalid
                node_ref=node
                on:input:target=move |event| value.set(event.target().value())
            />
        </FieldFrame>
    }
    .into_any()
}
