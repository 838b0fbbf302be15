//! A question about something unusual: a second look, never a refusal.

use leptos::html::Div;
use leptos::prelude::*;

use super::button::{Button, Look};
use super::focus;

/// A question that is answered with one of two buttons.
#[component]
pub fn Warning(
    /// The question.
    title: &'static str,
    /// What is unusual, one line each.
    lines: Vec<String>,
    /// Going on as it is.
    confirm: &'static str,
    /// Looking again.
    again: &'static str,
    /// Called for going on.
    on_confirm: Callback<()>,
    /// Called for looking again.
    on_again: Callback<()>,
    /// What comes before both, such as whom to call; neither button is loud then.
    #[prop(optional_no_strip)]
    first: Option<AnyView>,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    focus::on_appearing(node);
    let id = focus::fresh_id();
    let labelled = id.clone();
    let look = if first.is_some() { Look::Quiet } else { Look::Main };
    view! {
        <div class="warning" role="group" aria-labelledby=labelled tabindex="-1" node_ref=node>
            <h2 class="warning__title" id=id>
                {title}
            </h2>
            <ul class="warning__list">{lines.into_iter().map(|line| view! { <li>{line}</li> }).map(IntoAny::into_any).collect_view()}</ul>
            {first}
            <div class="warning__answers">
                <Button look on_press=on_again>
                    {again}
                </Button>
                <Button look=Look::Quiet on_press=on_confirm>
                    {confirm}
                </Button>
            </div>
        </div>
    }
}
