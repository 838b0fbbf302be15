//! One of a long list, by the browser's own chooser behind a frame and an arrow of ours.

use leptos::prelude::*;

use super::field::{FieldFrame, Labelled};
use super::icon::Icon;
use super::radios::Choice;

/// One of a long list.
#[component]
pub fn SelectField(
    /// Label, hint, error, id.
    of: Labelled,
    /// What is said while nothing is chosen.
    nothing: &'static str,
    /// What there is to choose.
    choices: Vec<Choice>,
) -> impl IntoView {
    let (described, invalid, id, value) = (of.described_by(), of.invalid(), of.id.clone(), of.value);
    let option = |choice: Choice| {
        let (this, chosen) = (choice.value.clone(), choice.value);
        view! {
            <option value=this selected=move || value.is(&chosen)>
                {choice.label}
            </option>
        }
    };
    let options = choices.into_iter().map(option).map(IntoAny::into_any).collect_view();
    view! {
        <FieldFrame of>
            <div class="select-field">
                <select
                    class="text-field"
                    id=id
                    aria-describedby=described
                    aria-invalid=invalid
                    on:change:target=move |event| value.set(event.target().value())
                >
                    <option value="" selected=move || value.get().is_empty()>
                        {nothing}
                    </option>
                    {options}
                </select>
                <Icon name="chevron-right" />
            </div>
        </FieldFrame>
    }
}
