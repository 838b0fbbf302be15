//! A person by name and telephone number, under one heading.

use leptos::prelude::*;

use super::field::Labelled;
use super::text_field::{TextField, TextKind};

/// A person by name and telephone number.
#[component]
pub fn PersonField(
    /// Who it is.
    legend: &'static str,
    /// The name.
    name: Labelled,
    /// The telephone number.
    phone: Labelled,
) -> impl IntoView {
    view! {
        <fieldset class="field person-field">
            <legend class="field__label">{legend}</legend>
            <div class="field-group field-group--pair">
                <TextField of=name kind=TextKind::Name />
                <TextField of=phone kind=TextKind::Phone />
            </div>
        </fieldset>
    }
}
