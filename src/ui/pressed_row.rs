//! A few small buttons in a row of which one is pressed: what it changes, changes at once.

use leptos::prelude::*;

/// One of the buttons.
pub struct Pressable {
    /// Its id.
    pub id: String,
    /// Its word.
    pub label: &'static str,
    /// The language of its word, where it is another than the page's.
    pub lang: Option<&'static str>,
    /// Whether it is the one that is pressed.
    pub pressed: Signal<bool>,
    /// Called when it is pressed.
    pub on_press: Callback<()>,
}

/// A few buttons of which one is pressed.
#[component]
pub fn PressedRow(
    /// What they are about; said aloud only, where their words say it themselves.
    label: &'static str,
    /// Whether what they are about stands before them.
    #[prop(optional)]
    labelled: bool,
    /// The buttons.
    choices: Vec<Pressable>,
) -> impl IntoView {
    let button = |choice: Pressable| {
        let (pressed, on_press) = (choice.pressed, choice.on_press);
        view! {
            <button
                class="pressed-row__button"
                type="button"
                id=choice.id
                lang=choice.lang
                aria-pressed=move || if pressed.get() { "true" } else { "false" }
                on:click=move |_| on_press.run(())
            >
                {choice.label}
            </button>
        }
    };
    view! {
        <div class="pressed-row" role="group" aria-label=label>
            {labelled.then(|| view! { <span class="pressed-row__label" aria-hidden="true">{label}</span> })}
            {choices.into_iter().map(button).map(IntoAny::into_any).collect_view()}
        </div>
    }
}
