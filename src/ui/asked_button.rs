//! A button that asks before it does what cannot be taken back.

use leptos::prelude::*;

use super::button::{Button, Look};
use super::focus;
use super::warning::Warning;

/// A button; pressed, a question stands in its place until it is answered.
#[component]
pub fn AskedButton(
    /// Its word.
    word: &'static str,
    /// How loud it is.
    look: Look,
    /// The question.
    title: &'static str,
    /// What comes of it.
    line: &'static str,
    /// Going on.
    confirm: &'static str,
    /// Leaving it.
    again: &'static str,
    /// Called for going on.
    on_confirm: Callback<()>,
    /// Whether it rests, because what it does is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let id = StoredValue::new(focus::fresh_id());
    let leave = Callback::new(move |()| {
        asking.set(false);
        focus::to_id_soon(id.get_value());
    });
    let go_on = Callback::new(move |()| {
        asking.set(false);
        on_confirm.run(());
    });
    move || {
        if asking.get() {
            let lines = vec![line.to_owned()];
            view! { <Warning title lines confirm again on_confirm=go_on on_again=leave /> }.into_any()
        } else {
            let ask = Callback::new(move |()| asking.set(true));
            view! { <Button look on_press=ask id=id.get_value() busy>{word}</Button> }.into_any()
        }
    }
}
