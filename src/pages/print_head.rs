//! What stands at the top of every printed page: whose it is, and when it was printed. Not seen on a screen.

use leptos::prelude::*;

use super::community::known;
use crate::data::{clock, public};
use crate::i18n::{dates, words};

/// The head of a printed page.
#[component]
pub fn PrintHead() -> impl IntoView {
    let state = public::signal();
    let name = move || state.with(known).map_or_else(String::new, |public| public.community.name.clone());
    let now = clock::now();
    let printed = words::frame::printed(&[&dates::calendar_day(now), " ", &dates::clock(now, now)].concat());
    view! {
        <p class="print-head">
            <span>{name}</span>
            <span>{printed}</span>
        </p>
    }
}
