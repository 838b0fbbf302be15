//! What is read: answers and receipts.

use leptos::prelude::*;

use super::{block, state};
use crate::i18n::words;
use crate::routes::Route;
use crate::ui::answers::{Answer, Answers, Change};
use crate::ui::receipt_card::ReceiptCard;

pub(super) fn shown() -> AnyView {
    let answer = |term: &str, words: &str, id: &str| Answer {
        term: term.to_owned(),
        words: words.to_owned(),
        field_id: id.to_owned(),
    };
    let pressure = words::check_in::pressure_reads(&82, &words::level::usual(), &128);
    let answers = vec![
        answer(words::check_in::pressure(), &pressure, "number-filled"),
        answer(words::check_in::note(), words::advice::reading(), "area-filled"),
    ];
    let change = Change { word: words::form::change(), page: Box::new(|_| Route::Home.path()) };
    let number = "K7QM 3XPA 9T2C".to_owned();
    [
        block(
            "answers",
            [
                state("to change", view! { <Answers answers=answers.clone() change /> }),
                state("to read", view! { <Answers answers /> }),
            ],
        ),
        block(
            "receipt_card",
            [state(
                "filled",
                view! { <ReceiptCard label=words::done::receipt() number hint=words::done::receipt_hint() /> },
            )],
        ),
    ]
    .into_any()
}
