//! Fields with one control.

use leptos::prelude::*;
use linli_domain::{Code, check_in, report, sign_up};

use super::{block, error, filled, hinted, plain, state, wrong};
use crate::i18n::words;
use crate::ui::date_field::DateField;
use crate::ui::field::Labelled;
use crate::ui::number_field::{Digits, NumberField};
use crate::ui::radios::Choice;
use crate::ui::select_field::SelectField;
use crate::ui::text_area::TextArea;
use crate::ui::text_field::{TextField, TextKind};
use crate::ui::time_field::TimeField;

pub(super) fn shown() -> AnyView {
    [text(), number(), area(), select(), dates()].into_any()
}

fn text() -> AnyView {
    let (name, phone) = (words::form::name(), words::form::phone());
    let (missing, malformed) =
        (error(sign_up::PERSON_NAME, Code::Required), error(sign_up::PERSON_PHONE, Code::Malformed));
    let much = words::advice::reading();
    block(
        "text_field",
        [
            state("empty", view! { <TextField of=plain("text-empty", name) /> }),
            state("hint", view! { <TextField of=hinted("text-hint", name, words::form::name_hint()) /> }),
            state(
                "filled",
                view! { <TextField of=filled("text-filled", phone, "138 0000 0001") kind=TextKind::Phone /> },
            ),
            state(
                "error",
                view! { <TextField of=wrong(hinted("text-error", name, words::form::name_hint()), missing) /> },
            ),
            state(
                "filled, error",
                view! { <TextField of=wrong(filled("text-wrong", phone, "1380"), malformed) kind=TextKind::Phone /> },
            ),
            state(
                "code",
                view! { <TextField of=filled("text-code", words::receipts::label(), "k7qm3xpa9t2c") kind=TextKind::Code /> },
            ),
            state(
                "search",
                view! { <TextField of=plain("text-search", words::activity::search()) kind=TextKind::Search /> },
            ),
            state(
                "password",
                view! { <TextField of=filled("text-password", words::desk::password(), "12345678") kind=TextKind::Password /> },
            ),
            state("long text", view! { <TextField of=wrong(long("text-long", much), much) /> }),
        ],
    )
}

/// Everything at its longest.
fn long(id: &'static str, text: &'static str) -> Labelled {
    Labelled { hint: text, ..filled(id, text, text) }
}

fn number() -> AnyView {
    let (label, unit) = (words::check_in::systolic(), words::unit::mmhg());
    let error = error(check_in::SYSTOLIC, Code::OutOfRange);
    let whole = Digits::Whole;
    block(
        "number_field",
        [
            state("empty", view! { <NumberField of=plain("number-empty", label) unit digits=whole /> }),
            state("filled", view! { <NumberField of=filled("number-filled", label, "128") unit digits=whole /> }),
            state(
                "error",
                view! { <NumberField of=wrong(filled("number-error", label, "1280"), error) unit digits=whole /> },
            ),
            state(
                "hint",
                view! { <NumberField of=hinted("number-hint", words::sign_up::party(), words::sign_up::party_hint()) unit=words::unit::person() digits=whole /> },
            ),
        ],
    )
}

fn area() -> AnyView {
    let (label, hint) = (words::report::description(), words::report::description_hint());
    let missing = error(report::DESCRIPTION, Code::Required);
    block(
        "text_area",
        [
            state("hint", view! { <TextArea of=hinted("area-hint", label, hint) rows=3 /> }),
            state("filled", view! { <TextArea of=filled("area-filled", label, words::advice::emergency()) rows=3 /> }),
            state("error", view! { <TextArea of=wrong(plain("area-error", label), missing) rows=3 /> }),
        ],
    )
}

fn select() -> AnyView {
    let (label, nothing) = (words::home::title(), words::report::choose_estate());
    let choices = || {
        vec![
            Choice::new("a", words::home::sign_up()),
            Choice::new("b", words::home::check_in()),
            Choice::new("c", words::home::report()),
        ]
    };
    let gone = error(report::KIND, Code::UnknownKind);
    block(
        "select_field",
        [
            state("empty", view! { <SelectField of=plain("select-empty", label) nothing choices=choices() /> }),
            state("filled", view! { <SelectField of=filled("select-filled", label, "b") nothing choices=choices() /> }),
            state(
                "error",
                view! { <SelectField of=wrong(plain("select-error", label), gone) nothing choices=choices() /> },
            ),
        ],
    )
}

fn dates() -> AnyView {
    let (day, time) = (words::sign_up::session(), words::sign_up::time());
    let missing = error(sign_up::SESSION, Code::Required);
    let limited =
        view! { <DateField of=filled("date-filled", day, "2026-11-21") earliest="2026-11-20" latest="2026-12-31" /> };
    [
        block(
            "date_field",
            [
                state("empty", view! { <DateField of=plain("date-empty", day) /> }),
                state("filled, with limits", limited),
                state("error", view! { <DateField of=wrong(plain("date-error", day), missing) /> }),
            ],
        ),
        block(
            "time_field",
            [
                state("empty", view! { <TimeField of=plain("time-empty", time) /> }),
                state("filled", view! { <TimeField of=filled("time-filled", time, "09:30") /> }),
            ],
        ),
    ]
    .into_any()
}
