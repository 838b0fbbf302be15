//! Lists and tables: on their way, empty, failed, at their end, and filled.

use leptos::prelude::*;

use super::{block, state, wide_block};
use crate::i18n::words;
use crate::ui::banner::{Chip, Tone};
use crate::ui::button::{Button, Look};
use crate::ui::data_table::{Column, DataTable};
use crate::ui::list_state::{Empty, Failed, Full, Shape, Skeleton};

pub(super) fn shown() -> AnyView {
    [states(), tables()].into_any()
}

fn states() -> AnyView {
    let (label, nothing) = (words::frame::loading(), Callback::new(|()| ()));
    block(
        "list_state",
        [
            state("loading", view! { <Skeleton label /> }),
            state("loading cards", view! { <Skeleton label shape=Shape::Cards /> }),
            state("loading a table", view! { <Skeleton label shape=Shape::Table /> }),
            state("empty", view! { <Empty words=words::mine::none() /> }),
            state(
                "failed",
                view! { <Failed words=words::frame::not_loaded() again=words::frame::again() on_again=nothing /> },
            ),
            state(
                "full, with more to be had",
                view! {
                    <Full words=words::mine::below()>
                        <Button look=Look::Quiet on_press=nothing>
                            {words::desk::more()}
                        </Button>
                    </Full>
                },
            ),
            state("full, all there is", view! { <Full words=words::mine::below() /> }),
        ],
    )
}

fn tables() -> AnyView {
    let columns = || {
        vec![
            Column::words(words::sign_up::activity()),
            Column::words(words::desk::state()),
            Column::numbers(words::unit::person()),
        ]
    };
    let row = |name: &str, tone: Tone, state: &'static str, count: i32| {
        let chip = view! { <Chip tone words=state /> };
        vec![name.to_owned().into_any(), chip.into_any(), count.to_string().into_any()]
    };
    let rows = vec![
        row(words::home::sign_up(), Tone::Good, words::state::confirmed(), 18),
        row(words::home::check_in(), Tone::Caution, words::state::to_be_sent(), 1204),
        row(words::not_found::below(), Tone::Note, words::state::waiting_list(), 7),
    ];
    let caption = words::date::today();
    wide_block(
        "data_table",
        [
            state("filled", view! { <DataTable caption columns=columns() rows /> }),
            state(
                "in a narrow place",
                view! {
                    <div class="gallery__narrow">
                        <DataTable
                            caption
                            columns=columns()
                            rows=vec![row(words::home::sign_up(), Tone::Good, words::state::confirmed(), 18)]
                        />
                    </div>
                },
            ),
        ],
    )
}
