//! One of a few, any of a few, yes or not.

use leptos::prelude::*;
use linli_domain::{Code, check_in, report};

use super::{block, error, filled, hinted, plain, state, wrong};
use crate::i18n::{readings, words};
use crate::ui::checkbox::{Checkbox, Checkboxes};
use crate::ui::field::TICKED;
use crate::ui::radios::{Choice, Layout, Radios};

pub(super) fn shown() -> AnyView {
    [radios(), checkbox(), checkboxes()].into_any()
}

fn cards() -> Vec<Choice> {
    vec![
        Choice::new("named", words::report::named()),
        Choice {
            value: "anonymous".to_owned(),
            label: words::report::anonymous().to_owned(),
            hint: words::report::anonymous_hint().to_owned(),
        },
    ]
}

fn roles() -> Vec<Choice> {
    let roles =
        [words::role::participant(), words::role::volunteer(), words::role::guest(), words::role::representative()];
    roles.into_iter().zip(["a", "b", "c", "d"]).map(|(label, value)| Choice::new(value, label)).collect()
}

fn feelings() -> Vec<Choice> {
    (1..=5).rev().map(|value: u8| Choice::new(value.to_string(), readings::feeling(value))).collect()
}

fn times() -> Vec<Choice> {
    let times = [words::date::yesterday(), words::date::today(), words::date::tomorrow()];
    times.into_iter().zip(["a", "b", "c"]).map(|(label, value)| Choice::new(value, label)).collect()
}

fn radios() -> AnyView {
    let (who, role, mood, when) =
        (words::report::reporter(), words::sign_up::role(), words::check_in::mood(), words::sign_up::session());
    let missing = error(report::KIND, Code::Required);
    block(
        "radios",
        [
            state("cards", view! { <Radios of=filled("cards", who, "named") choices=cards() layout=Layout::Cards /> }),
            state(
                "cards, error",
                view! { <Radios of=wrong(plain("cards-error", who), missing) choices=cards() layout=Layout::Cards /> },
            ),
            state("row", view! { <Radios of=filled("row", role, "b") choices=roles() layout=Layout::Row /> }),
            state("scale", view! { <Radios of=filled("scale", mood, "4") choices=feelings() layout=Layout::Scale /> }),
            state(
                "segmented",
                view! { <Radios of=filled("segmented", when, "b") choices=times() layout=Layout::Segmented /> },
            ),
            state(
                "segmented, empty",
                view! { <Radios of=plain("segmented-empty", when) choices=times() layout=Layout::Segmented /> },
            ),
            state(
                "segmented, error",
                view! { <Radios of=wrong(plain("segmented-error", when), missing) choices=times() layout=Layout::Segmented /> },
            ),
        ],
    )
}

fn checkbox() -> AnyView {
    let (label, hint) = (words::check_in::consent(), words::check_in::consent_hint());
    let missing = error(check_in::CONSENT, Code::Required);
    block(
        "checkbox",
        [
            state("empty", view! { <Checkbox of=plain("box-empty", words::report::behalf()) /> }),
            state(
                "ticked, hint",
                view! { <Checkbox of={
                    let of = hinted("box-ticked", label, hint);
                    of.value.tick(TICKED, true);
                    of
                } /> },
            ),
            state("error", view! { <Checkbox of=wrong(hinted("box-error", label, hint), missing) /> }),
        ],
    )
}

fn checkboxes() -> AnyView {
    let of = filled("boxes", words::check_in::symptoms(), "a c");
    block("checkbox: any of a few", [state("two ticked", view! { <Checkboxes of choices=roles() /> })])
}
