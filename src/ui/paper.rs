//! An empty form as a sheet of paper: questions with room to write, a code that leads to the same form with the receipt
//! number under it, and a stub with that number to tear off.

use leptos::prelude::*;

use super::qr_code::QrCode;

/// Room for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blank {
    /// So many lines to write on.
    Lines(u8),
    /// Half a line, for a name or a number; two stand side by side.
    Half,
    /// A short line and a unit.
    Number(&'static str),
    /// A box before each word.
    Boxes(Vec<String>),
}

/// A question with room for its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub label: String,
    /// The room.
    pub blank: Blank,
}

/// A sheet.
#[component]
pub fn Paper(
    /// Whose form it is.
    above: String,
    /// What the form is called.
    title: String,
    /// A line below that.
    below: String,
    /// The questions, in their order.
    questions: Vec<Question>,
    /// The address in the code.
    code: String,
    /// What the code is for, for those who hear it.
    scan: String,
    /// The receipt number, in groups of four.
    receipt: String,
    /// What to do with the sheet; the last lines stand on the stub too.
    foot: Vec<String>,
) -> impl IntoView {
    let stub_lines = foot.iter().skip(1).cloned().map(|line| view! { <p>{line}</p> }).collect_view();
    let to_fill = foot.into_iter().next();
    let stub_title = [&title, " · ", &above].concat();
    view! {
        <article class="sheet">
            <header class="sheet__head">
                <div>
                    <p class="sheet__above">{above}</p>
                    <h2 class="sheet__title">{title}</h2>
                    <p class="sheet__below">{below}</p>
                </div>
                <div class="sheet__code">
                    <QrCode text=code label=scan />
                    <p class="sheet__number" translate="no">
                        {receipt.clone()}
                    </p>
                </div>
            </header>
            <p class="sheet__below">{to_fill}</p>
            <dl class="sheet__questions">{questions.into_iter().map(question).collect_view()}</dl>
            <div class="sheet__stub">
                <p class="sheet__receipt" translate="no">
                    {receipt}
                </p>
                <p>{stub_title}</p>
                {stub_lines}
            </div>
        </article>
    }
}

fn question(question: Question) -> AnyView {
    let room = match question.blank {
        Blank::Lines(lines) => {
            (0..lines).map(|_| view! { <span class="sheet__line"></span> }).collect_view().into_any()
        }
        Blank::Half => view! { <span class="sheet__line sheet__line--half"></span> }.into_any(),
        Blank::Number(unit) => view! {
            <span class="sheet__line sheet__line--short"></span>
            {unit}
        }
        .into_any(),
        Blank::Boxes(words) => {
            words.into_iter().map(|word| view! { <span class="sheet__box">{word}</span> }).collect_view().into_any()
        }
    };
    view! {
        <div class="sheet__question">
            <dt class="sheet__label">{question.label}</dt>
            <dd class="sheet__room">{room}</dd>
        </div>
    }
    .into_any()
}
