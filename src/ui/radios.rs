//! One of a few: as cards with a hint each, as a row of short words, as a scale, or as one joined row.

use leptos::prelude::*;

use super::field::{GroupFrame, Labelled};

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its value.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// A line of help, or empty.
    pub hint: String,
}

impl Choice {
    /// Something that needs no help.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }
}

/// How the choices are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One under the other, with hints.
    Cards,
    /// Side by side, short words.
    Row,
    /// Five in one row, the circle above the word.
    Scale,
    /// Two to four short words in one joined row.
    Segmented,
}

impl Layout {
    const fn class(self) -> &'static str {
        match self {
            Self::Cards => "choices choices--cards",
            Self::Row => "choices choices--row",
            Self::Scale => "choices choices--scale",
            Self::Segmented => "choices choices--segmented",
        }
    }
}

/// One of a few.
#[component]
pub fn Radios(
    /// Label, hint, error, id of the group.
    of: Labelled,
    /// What there is to choose.
    choices: Vec<Choice>,
    /// How they are laid out.
    layout: Layout,
) -> impl IntoView {
    let (name, value) = (of.id.clone(), of.value);
    let radios = choices
        .into_iter()
        .map(|choice| {
            let id = [&name, "-", &choice.value].concat();
            let hint_id = [&id, "-hint"].concat();
            let described = (!choice.hint.is_empty()).then(|| hint_id.clone());
            let hint = described.clone().map(|id| {
                view! {
                    <span class="choice__hint" id=id>
                        {choice.hint}
                    </span>
                }
            });
            let (this, chosen) = (choice.value.clone(), choice.value.clone());
            view! {
                <div class="choice">
                    <input
                        class="choice__input"
                        type="radio"
                        id=id.clone()
                        name=name.clone()
                        value=choice.value
                        aria-describedby=described
                        prop:checked=move || value.is(&chosen)
                        on:change=move |_| value.set(this.clone())
                    />
                    <label class="choice__label" for=id>
                        {choice.label}
                    </label>
                    {hint}
                </div>
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! {
        <GroupFrame of layout=layout.class()>
            {radios}
        </GroupFrame>
    }
}
