//! What not everybody needs, folded away under a line that says what it is.

use leptos::prelude::*;

use super::icon::Icon;

/// Something folded away.
#[component]
pub fn Disclosure(
    /// What is folded away.
    summary: &'static str,
    /// Whether it is open at first.
    #[prop(optional)]
    open: bool,
    /// What is folded away.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="disclosure" open=open>
            <summary class="disclosure__summary">
                <Icon name="chevron-right" />
                {summary}
            </summary>
            <div class="disclosure__body">{children()}</div>
        </details>
    }
}
