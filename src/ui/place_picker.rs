//! A place, from the large to the small: each choice offers what lies within the one before, and words say the rest.

use leptos::prelude::*;

use super::field::{GroupFrame, Labelled};
use super::radios::Choice;
use super::select_field::SelectField;
use super::text_field::TextField;

/// One choice on the way.
#[derive(Clone)]
pub struct Level {
    /// Label, hint, error, id.
    pub of: Labelled,
    /// What is said while nothing is chosen.
    pub nothing: &'static str,
    /// What there is to choose, live; nothing is asked while there is nothing.
    pub choices: Signal<Vec<Choice>>,
}

/// A place.
#[component]
pub fn PlacePicker(
    /// Label, hint, error, id of the group.
    of: Labelled,
    /// From the large to the small.
    levels: Vec<Level>,
    /// The rest, in words.
    words: Labelled,
) -> impl IntoView {
    let pick = |Level { of, nothing, choices }: Level| {
        let select = move || {
            let choices = choices.get();
            (!choices.is_empty()).then(|| view! { <SelectField of=of.clone() nothing choices /> }.into_any())
        };
        select.into_any()
    };
    view! {
        <GroupFrame of layout="field-group">
            {levels.into_iter().map(pick).collect_view()}
            <TextField of=words />
        </GroupFrame>
    }
}
