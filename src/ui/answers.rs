//! Terms and their answers: to check before sending, and to read afterwards.

use leptos::prelude::*;

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was asked.
    pub term: String,
    /// What was answered.
    pub words: String,
    /// The id of the field, for a link that changes it.
    pub field_id: String,
}

/// How an answer is changed.
pub struct Change {
    /// The word of the link.
    pub word: &'static str,
    /// The page on which the field with this id is filled in; the id is added to it.
    pub page: Box<dyn Fn(&str) -> String>,
}

/// Answers one under the other.
#[component]
pub fn Answers(
    /// In the order of the form.
    answers: Vec<Answer>,
    /// With links to change them.
    #[prop(optional)]
    change: Option<Change>,
) -> impl IntoView {
    let row = move |answer: Answer| {
        let link = change.as_ref().map(|change| {
            let label = [change.word, " ", &answer.term].concat();
            let href = [&(change.page)(&answer.field_id), "#", &answer.field_id].concat();
            view! {
                <dd class="answers__change">
                    <a class="answers__link" href=href aria-label=label>
                        {change.word}
                    </a>
                </dd>
            }
        });
        view! {
            <div class="answers__row">
                <dt class="answers__term">{answer.term}</dt>
                <dd class="answers__words">{answer.words}</dd>
                {link}
            </div>
        }
    };
    view! { <dl class="answers">{answers.into_iter().map(row).map(IntoAny::into_any).collect_view()}</dl> }
}
