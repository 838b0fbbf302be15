//! What stands where a list would, or at its end: it is on its way, it is empty, it could not be had, this was all of it.

use leptos::prelude::*;

use super::button::{Button, Look};

/// What is on its way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// Lines of text.
    #[default]
    Lines,
    /// Cards with a heading and a line.
    Cards,
    /// A table.
    Table,
}

impl Shape {
    const fn class(self) -> &'static str {
        match self {
            Self::Lines => "skeleton",
            Self::Cards => "skeleton skeleton--cards",
            Self::Table => "skeleton skeleton--table",
        }
    }
}

/// On its way: grey where the text will be.
#[component]
pub fn Skeleton(
    /// What is said aloud meanwhile.
    label: &'static str,
    /// What is on its way.
    #[prop(optional)]
    shape: Shape,
) -> impl IntoView {
    view! {
        <div class=shape.class() role="status">
            <span class="visually-hidden">{label}</span>
            <span class="skeleton__line"></span>
            <span class="skeleton__line"></span>
            <span class="skeleton__line"></span>
        </div>
    }
}

/// Nothing there, and what one may do about it.
#[component]
pub fn Empty(
    /// What is not there, and what next.
    words: &'static str,
    /// A button or a link that leads to more.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p>{words}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// Could not be had; offers to try again.
#[component]
pub fn Failed(
    /// What could not be had, and why.
    words: &'static str,
    /// The word of the button.
    again: &'static str,
    /// Called to try again.
    on_again: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="empty" role="alert">
            <p>{words}</p>
            <Button look=Look::Quiet on_press=on_again>
                {again}
            </Button>
        </div>
    }
}

/// The end of the list: that this was all of it, or that there is more and how to come to it.
#[component]
pub fn Full(
    /// That this was all, or what to do for more.
    words: &'static str,
    /// A button or a link that leads to more.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="list-end">
            <p>{words}</p>
            {children.map(|children| children())}
        </div>
    }
}
