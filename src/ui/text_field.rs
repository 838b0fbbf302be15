//! A line of text: a name, a telephone number, a password.

use leptos::prelude::*;

use super::field::{FieldFrame, Labelled};

/// What is typed, for keyboard and autofill.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TextKind {
    /// Any words.
    #[default]
    Words,
    /// A person's name; never filled in from the browser's memory, since devices are shared.
    Name,
    /// A telephone number.
    Phone,
    /// The name of an account.
    Account,
    /// A password.
    Password,
    /// A password of digits.
    Pin,
    /// A password of digits that is chosen here.
    NewPin,
    /// Digits that are shown elsewhere just now.
    OneTime,
    /// A password that is chosen here.
    NewPassword,
    /// A receipt number.
    Code,
    /// Words to look for.
    Search,
}

impl TextKind {
    const fn input_type(self) -> &'static str {
        match self {
            Self::Phone => "tel",
            Self::Password | Self::NewPassword | Self::Pin | Self::NewPin => "password",
            Self::Search => "search",
            Self::Words | Self::Name | Self::Account | Self::OneTime | Self::Code => "text",
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            Self::Account => "username",
            Self::Password | Self::Pin => "current-password",
            Self::NewPassword | Self::NewPin => "new-password",
            Self::OneTime => "one-time-code",
            _ => "off",
        }
    }
}

/// A line of text.
#[component]
pub fn TextField(
    /// Label, hint, error, id.
    of: Labelled,
    /// What is typed here.
    #[prop(optional)]
    kind: TextKind,
) -> impl IntoView {
    let (described, invalid, id, value) = (of.described_by(), of.invalid(), of.id.clone(), of.value);
    let code = kind == TextKind::Code;
    view! {
        <FieldFrame of>
            <input
                class="text-field"
                class:text-field--code=code
                id=id
                type=kind.input_type()
                autocomplete=kind.autocomplete()
                inputmode=matches!(kind, TextKind::Pin | TextKind::NewPin).then_some("numeric")
                autocapitalize=code.then_some("characters")
                spellcheck="false"
                aria-describedby=described
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            />
        </FieldFrame>
    }
}
