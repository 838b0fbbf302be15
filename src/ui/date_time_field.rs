//! A day and a time of that day, side by side under one question.

use leptos::prelude::*;

use super::date_field::DateField;
use super::field::{GroupFrame, Labelled};
use super::time_field::TimeField;

/// A day and a time of that day.
#[component]
pub fn DateTimeField(
    /// Label, hint, error, id of the group.
    of: Labelled,
    /// The day.
    date: Labelled,
    /// The time.
    time: Labelled,
) -> impl IntoView {
    view! {
        <GroupFrame of layout="field-group field-group--pair">
            <DateField of=date />
            <TimeField of=time />
        </GroupFrame>
    }
}
