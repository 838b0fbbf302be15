//! Buttons, and links that look like them. One main button on a screen; the others are quieter.

use leptos::prelude::*;

/// How loud it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The one main action of a screen.
    Main,
    /// Beside it.
    Quiet,
    /// Takes something away.
    Danger,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Main => "button button--main",
            Self::Quiet => "button button--quiet",
            Self::Danger => "button button--danger",
        }
    }
}

/// Does something on this page.
#[component]
pub fn Button(
    /// How loud it is.
    look: Look,
    /// Called when pressed.
    on_press: Callback<()>,
    /// Whether it rests, because what it does is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Where the focus comes back to it.
    #[prop(optional)]
    id: Option<String>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    let press = move |_| {
        if !busy.get_untracked() {
            on_press.run(());
        }
    };
    let resting = move || busy.get().then_some("true");
    view! {
        <button class=look.class() type="button" id=id aria-disabled=resting on:click=press>
            {children()}
        </button>
    }
}

/// Sends the form it stands in.
#[component]
pub fn SubmitButton(
    /// How loud it is.
    #[prop(default = Look::Main.into(), into)]
    look: Signal<Look>,
    /// Whether it rests, because sending is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    let resting = move || busy.get().then_some("true");
    view! {
        <button class=move || look.get().class() type="submit" aria-disabled=resting>
            {children()}
        </button>
    }
}

/// Leads to another page.
#[component]
pub fn LinkButton(
    /// How loud it is.
    look: Look,
    /// Where it leads.
    href: String,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=look.class() href=href>
            {children()}
        </a>
    }
}
