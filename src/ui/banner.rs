//! A box that says how things stand, in one of a few tones.

use leptos::prelude::*;

use super::icon::Icon;

/// How it sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// To know.
    Note,
    /// All is well.
    Good,
    /// To look at.
    Caution,
    /// To act on.
    Danger,
}

impl Tone {
    const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Good => "good",
            Self::Caution => "caution",
            Self::Danger => "danger",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Note => "info",
            Self::Good => "circle-check",
            Self::Caution => "triangle-alert",
            Self::Danger => "circle-alert",
        }
    }
}

/// A box with a heading and what belongs to it.
#[component]
pub fn Banner(
    /// How it sounds.
    tone: Tone,
    /// Its first line.
    #[prop(into)]
    title: String,
    /// What follows.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="banner" data-tone=tone.word()>
            <Icon name=tone.icon() />
            <div class="banner__body">
                <p class="banner__title">{title}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// A few words on how something stands.
#[component]
pub fn Chip(
    /// How it sounds.
    tone: Tone,
    /// The words.
    #[prop(into)]
    words: String,
) -> impl IntoView {
    view! {
        <span class="chip" data-tone=tone.word()>
            {words}
        </span>
    }
}
