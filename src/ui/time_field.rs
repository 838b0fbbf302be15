//! A time of day, by the browser's own clock. Its value is `HH:MM`, or empty while the time is not whole.

use leptos::prelude::*;

use super::date_field::control;
use super::field::Labelled;

/// A time of day.
#[component]
pub fn TimeField(
    /// Label, hint, error, id.
    of: Labelled,
) -> impl IntoView {
    control(of, "time", String::new(), String::new())
}
