//! What has to be put right before going on: above the form, takes the focus, leads to the fields.

use leptos::ev::MouseEvent;
use leptos::html::Div;
use leptos::prelude::*;

use super::focus;

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The id of the field.
    pub field_id: String,
    /// The page it is on, or empty for this one.
    pub page: String,
    /// What is wrong with it.
    pub words: &'static str,
}

/// What has to be put right.
#[component]
pub fn ErrorSummary(
    /// Its heading.
    title: &'static str,
    /// One line each, live.
    faults: Signal<Vec<Fault>>,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    focus::on_appearing(node);
    let line = |fault: Fault| {
        let id = fault.field_id.clone();
        let jump = move |event: MouseEvent| {
            if focus::to_id(&id) {
                event.prevent_default();
            }
        };
        view! {
            <li>
                <a href=[&fault.page, "#", &fault.field_id].concat() on:click=jump>
                    {fault.words}
                </a>
            </li>
        }
    };
    let lines = move || faults.get().into_iter().map(line).map(IntoAny::into_any).collect_view();
    view! {
        <div class="error-summary" id="form" role="alert" tabindex="-1" node_ref=node>
            <h2 class="error-summary__title">{title}</h2>
            <ul class="error-summary__list">{lines}</ul>
        </div>
    }
}
