//! A number with its unit. A text control with a number pad: browsers' number controls swallow what they cannot read.

use leptos::prelude::*;

use super::field::{FieldFrame, Labelled};

/// Which number pad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// Digits only.
    Whole,
    /// Digits and a decimal sign.
    Decimal,
}

/// A number with its unit.
#[component]
pub fn NumberField(
    /// Label, hint, error, id.
    of: Labelled,
    /// The unit, read after the label.
    unit: &'static str,
    /// Which number pad.
    digits: Digits,
) -> impl IntoView {
    let (described, invalid, id, value) = (of.described_by(), of.invalid(), of.id.clone(), of.value);
    let unit_id = [&id, "-unit"].concat();
    let unit_ref = unit_id.clone();
    let described = move || described.get().map_or_else(|| unit_ref.clone(), |ids| [&unit_ref, " ", &ids].concat());
    let pad = if digits == Digits::Whole { "numeric" } else { "decimal" };
    view! {
        <FieldFrame of>
            <div class="number-field">
                <input
                    class="text-field number-field__input"
                    id=id
                    type="text"
                    inputmode=pad
                    autocomplete="off"
                    aria-describedby=described
                    aria-invalid=invalid
                    prop:value=move || value.get()
                    on:input:target=move |event| value.set(event.target().value())
                />
                <span class="number-field__unit" id=unit_id>
                    {unit}
                </span>
            </div>
        </FieldFrame>
    }
}
