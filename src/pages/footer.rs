//! The foot of every page: reading aloud, large mode, the size of the text, other languages. Always in the same place.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Here;
use super::mode_switch::{ModeSwitch, is_in_header};
use crate::data::appearance::{self, TextSize};
use crate::i18n::language::{self, Language};
use crate::i18n::words;
use crate::ui::banner::{Banner, Tone};
use crate::ui::focus;
use crate::ui::pressed_row::{Pressable, PressedRow};
use crate::ui::read_aloud::ReadAloud;

/// The foot of a resident's page.
#[component]
pub fn Footer() -> impl IntoView {
    let route = Here::route();
    // Drawn anew with each page, so that what is read aloud stops with it.
    let read_aloud = move || {
        route.get();
        view! {
            <ReadAloud
                start=words::frame::read_aloud()
                stop=words::frame::stop_reading()
                cannot=words::frame::cannot_read()
                lang=language::spoken().tag()
            />
        }
    };
    let elsewhere = is_in_header();
    view! {
        <footer class="footer">
            {read_aloud}
            {move || (!elsewhere.get()).then(|| view! { <ModeSwitch /> })}
            <Display />
        </footer>
    }
}

/// How it looks and speaks.
#[component]
pub fn Display() -> impl IntoView {
    let appearance = appearance::signal();
    let failed = RwSignal::new(false);
    let sizes = TextSize::ALL.map(|size| Pressable {
        id: ["text-", size.word()].concat(),
        label: size_words(size),
        lang: None,
        pressed: Signal::derive(move || appearance.read().size == size),
        on_press: Callback::new(move |()| appearance::choose_size(size)),
    });
    let languages = Language::all().map(|language| Pressable {
        id: language_id(language),
        label: language.name(),
        lang: Some(language.tag()),
        pressed: Signal::derive(move || appearance.read().language == language),
        on_press: Callback::new(move |()| {
            spawn_local(async move {
                if appearance::choose_language(language).await.is_ok() {
                    // The button that was pressed is drawn anew with everything else.
                    focus::to_id_soon(language_id(language));
                } else {
                    failed.set(true);
                }
            });
        }),
    });
    let failure =
        move || failed.get().then(|| view! { <Banner tone=Tone::Caution title=words::frame::language_failed() /> });
    view! {
        <PressedRow label=words::frame::text_size() labelled=true choices=sizes.into() />
        <PressedRow label=words::frame::languages() choices=languages.collect() />
        <div role="status">{failure}</div>
    }
}

fn size_words(size: TextSize) -> &'static str {
    match size {
        TextSize::Normal => words::frame::size_normal(),
        TextSize::Larger => words::frame::size_larger(),
        TextSize::Largest => words::frame::size_largest(),
    }
}

fn language_id(language: Language) -> String {
    ["language-", language.tag()].concat()
}
