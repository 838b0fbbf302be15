//! Where in a form one is: a line of words, and a bar with a piece for each step.

use leptos::prelude::*;

/// Where in a form one is.
#[component]
pub fn Steps(
    /// The same in words, such as "step 1 of 2".
    #[prop(into)]
    words: String,
    /// What each step is called, for those who hear the list.
    names: Vec<String>,
    /// The current step, counted from 0.
    at: usize,
) -> impl IntoView {
    let step = move |(place, name): (usize, String)| {
        let current = (place == at).then_some("step");
        let reached = (place <= at).then_some("");
        view! {
            <li class="steps__step" aria-current=current data-reached=reached>
                <span class="visually-hidden">{name}</span>
            </li>
        }
    };
    view! {
        <div class="steps">
            <p class="steps__words">{words}</p>
            <ol class="steps__bar">{names.into_iter().enumerate().map(step).map(IntoAny::into_any).collect_view()}</ol>
        </div>
    }
}
