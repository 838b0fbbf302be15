//! A question or a short form above the page: the browser's own dialog. Escape and a button close it; the browser gives
//! the focus back to what opened it.

use leptos::html;
use leptos::prelude::*;

use super::button::{Button, Look};

/// Something above the page.
#[component]
pub fn Dialog(
    /// The id of its heading.
    id: &'static str,
    /// Its heading.
    #[prop(into)]
    title: String,
    /// The word of the button that closes it.
    close: &'static str,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What it holds, drawn anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    // Opened by script, for only a modal dialog keeps the focus inside and the page behind still.
    Effect::new(move || {
        let (wanted, Some(dialog)) = (open.get(), node.get()) else { return };
        if wanted && !dialog.open() {
            // Fails only for a dialog that is no longer on the page.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let body = move || open.get().then(|| children());
    // The browser tells of a closing with its next frame; by then it may have been opened again.
    let closed = move |_| {
        if node.get_untracked().is_none_or(|dialog| !dialog.open()) {
            open.set(false);
        }
    };
    view! {
        <dialog class="dialog" aria-labelledby=id node_ref=node on:close=closed>
            <div class="dialog__box">
                <h2 class="dialog__title" id=id tabindex="-1" autofocus>
                    {title}
                </h2>
                {body}
                <Button look=Look::Quiet on_press=Callback::new(move |()| open.set(false))>
                    {close}
                </Button>
            </div>
        </dialog>
    }
}
