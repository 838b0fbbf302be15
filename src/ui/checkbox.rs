//! Yes or not, and any of a few.

use leptos::prelude::*;

use super::field::{GroupFrame, Labelled, TICKED};
use super::icon::Icon;
use super::radios::Choice;

/// Yes or not; the label is the statement itself.
#[component]
pub fn Checkbox(
    /// Label, hint, error, id.
    of: Labelled,
) -> impl IntoView {
    let (described, invalid, error, error_id) = (of.described_by(), of.invalid(), of.error, of.error_id());
    let (id, value) = (of.id.clone(), of.value);
    let hint =
        (!of.hint.is_empty()).then(|| view! { <span class="choice__hint" id=of.hint_id()>{of.hint}</span> }.into_any());
    let message = move || {
        let id = error_id.clone();
        error.get().map(|error| {
            view! {
                <p class="field__error" id=id>
                    <Icon name="circle-alert" />
                    <span>{error}</span>
                </p>
            }
        })
    };
    view! {
        <div class="field" data-invalid=invalid>
            {message}
            <div class="choice choice--box">
                <input
                    class="choice__input"
                    type="checkbox"
                    id=of.id
                    aria-describedby=described
                    aria-invalid=invalid
                    prop:checked=move || value.is(TICKED)
                    on:change:target=move |event| value.tick(TICKED, event.target().checked())
                />
                <label class="choice__label" for=id>
                    {of.label}
                </label>
                {hint}
            </div>
        </div>
    }
}

/// Any of a few.
#[component]
pub fn Checkboxes(
    /// Label, hint, error, id of the group.
    of: Labelled,
    /// What there is to choose.
    choices: Vec<Choice>,
) -> impl IntoView {
    let (name, value) = (of.id.clone(), of.value);
    let boxes = choices
        .into_iter()
        .map(|choice| {
            let id = [&name, "-", &choice.value].concat();
            let (this, ticked) = (choice.value.clone(), choice.value);
            view! {
                <div class="choice">
                    <input
                        class="choice__input"
                        type="checkbox"
                        id=id.clone()
                        prop:checked=move || value.has(&ticked)
                        on:change:target=move |event| value.tick(&this, event.target().checked())
                    />
                    <label class="choice__label" for=id>
                        {choice.label}
                    </label>
                </div>
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! {
        <GroupFrame of layout="choices choices--row">
            {boxes}
        </GroupFrame>
    }
}
