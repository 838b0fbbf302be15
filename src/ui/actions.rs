//! The bar at the foot of a screen that holds its main action within the thumb's reach.

use leptos::prelude::*;

/// The bar with the main action.
#[component]
pub fn Actions(
    /// The main action, and perhaps a quiet one after it.
    children: Children,
) -> impl IntoView {
    view! { <div class="actions">{children()}</div> }
}
