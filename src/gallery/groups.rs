//! Fields with several controls.

use leptos::prelude::*;
use linli_domain::{Code, sign_up};

use super::{block, error, filled, hinted, plain, state, wrong};
use crate::i18n::words;
use crate::ui::date_time_field::DateTimeField;
use crate::ui::person_field::PersonField;
use crate::ui::photo_field::{Photo, PhotoField, PhotoState, PhotoWords};
use crate::ui::photo_wall::{PhotoWall, WallPhoto, WallWords};
use crate::ui::place_picker::{Level, PlacePicker};
use crate::ui::radios::Choice;

/// A small picture that needs no file.
const PICTURE: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'%3E%3Crect width='4' height='3' fill='%23a8c5bd'/%3E%3Cpath d='M0 3 1.5 1l1 1 .5-.5L4 3z' fill='%230b5a52'/%3E%3C/svg%3E";

pub(super) fn shown() -> AnyView {
    [date_time(), person(), place(), photos(), wall()].into_any()
}

fn date_time() -> AnyView {
    let parts = |day, time, typed: [&str; 2]| {
        (filled(day, words::date::today(), typed[0]), filled(time, words::sign_up::time(), typed[1]))
    };
    let question = words::sign_up::session();
    let (date, time) = parts("when-day", "when-time", ["", ""]);
    let empty = view! { <DateTimeField of=plain("when", question) date time /> };
    let (date, time) = parts("when-error-day", "when-error-time", ["2026-11-21", ""]);
    let missing = error(sign_up::SESSION, Code::Required);
    let half = view! { <DateTimeField of=wrong(plain("when-error", question), missing) date time /> };
    block("date_time_field", [state("empty", empty), state("half filled, error", half)])
}

fn person() -> AnyView {
    let (name, phone) = (words::form::name(), words::form::phone());
    let asked = view! {
        <PersonField
            legend=words::form::person()
            name=hinted("person-name", name, words::form::name_hint())
            phone=hinted("person-phone", phone, words::form::phone_hint())
        />
    };
    let mistaken = view! {
        <PersonField
            legend=words::form::neighbour()
            name=wrong(plain("neighbour-name", words::form::neighbour_name()), error(sign_up::PERSON_NAME, Code::Required))
            phone=wrong(filled("neighbour-phone", words::form::neighbour_phone(), "1380"), error(sign_up::PERSON_PHONE, Code::Malformed))
        />
    };
    block("person_field", [state("empty", asked), state("errors", mistaken)])
}

fn place() -> AnyView {
    let choices = [Choice::new("1", "1"), Choice::new("2", "2")].to_vec();
    let level = |id, label, nothing, typed: &str, choices: Vec<Choice>| Level {
        of: filled(id, label, typed),
        nothing,
        choices: Signal::stored(choices),
    };
    let estate = |id, typed| level(id, words::report::estate(), words::report::choose_estate(), typed, choices.clone());
    let building = |id, choices| level(id, words::report::building(), words::report::choose_building(), "", choices);
    let (question, hint) = (words::report::place(), words::report::place_hint());
    let rest = |id| hinted(id, words::report::place_words(), words::report::place_words_hint());
    let empty = vec![estate("estate", ""), building("building", Vec::new())];
    let chosen = vec![estate("estate-chosen", "1"), building("building-chosen", choices.clone())];
    let empty = view! { <PlacePicker of=hinted("place", question, hint) levels=empty words=rest("place-words") /> };
    let chosen =
        view! { <PlacePicker of=plain("place-chosen", question) levels=chosen words=rest("place-chosen-words") /> };
    block("place_picker", [state("empty", empty), state("one chosen, the next asked", chosen)])
}

fn photos() -> AnyView {
    let photo = |number: u8, src: &str, words: &str, state| Photo {
        key: number.to_string(),
        src: src.to_owned(),
        name: words::photo::name(&number),
        words: words.to_owned(),
        state,
    };
    let three = RwSignal::new(vec![
        photo(1, PICTURE, words::photo::kept(), PhotoState::Ready),
        photo(2, "", words::photo::working(), PhotoState::Waiting),
        photo(3, "", words::photo::unreadable(), PhotoState::Failed),
    ]);
    let field = |id, photos: Signal<Vec<Photo>>, on_remove| {
        view! {
            <PhotoField
                of=hinted(id, words::report::photos(), words::report::photos_hint())
                photos
                note=Signal::stored(words::photo::some_left(&3))
                full=Signal::stored(false)
                words=PhotoWords { take: words::photo::take(), choose: words::photo::choose(), remove: words::photo::remove() }
                on_choose=Callback::new(|_| ())
                on_remove
            />
        }
    };
    let remove = Callback::new(move |key: String| three.update(|photos| photos.retain(|photo| photo.key != key)));
    block(
        "photo_field",
        [
            state("empty", field("photos", Signal::stored(Vec::new()), Callback::new(|_| ()))),
            state("ready, waiting, failed", field("photos-chosen", three.into(), remove)),
        ],
    )
}

fn wall() -> AnyView {
    let photo = |number: u8, src: Option<&str>| WallPhoto {
        name: words::photo::name(&number),
        open: words::desk::photo_open(&number),
        src: src.map(str::to_owned),
    };
    let words = WallWords {
        missing: words::desk::photo_missing(),
        missing_hint: words::desk::photo_missing_hint(),
        failed: words::desk::photo_failed(),
        close: words::desk::photo_close(),
    };
    let here = vec![photo(1, Some(PICTURE)), photo(2, Some(PICTURE))];
    let missing = vec![photo(1, Some(PICTURE)), photo(2, None), photo(3, Some("data:,"))];
    block(
        "photo_wall",
        [
            state("here", view! { <PhotoWall id="wall-here" photos=here words /> }),
            state("not here yet, failed", view! { <PhotoWall id="wall-missing" photos=missing words /> }),
        ],
    )
}
