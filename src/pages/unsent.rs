//! What is said about things that are unsent: that they have been for long, that the browser may lose them, and how they
//! are carried off as a file.

use chrono::{DateTime, Datelike, FixedOffset, Timelike};
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;

use crate::data::Error;
use crate::data::clock;
use crate::data::device_storage;
use crate::data::status;
use crate::data::submissions;
use crate::i18n::words;
use crate::pages::later::Coming;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look};
use crate::ui::save_file;

/// What is unsent for long, or lies where the browser may lose it: one warning at a time, the more urgent one.
pub fn warning() -> AnyView {
    let (status, room) = (status::signal(), device_storage::signal());
    // Told only when it changes, so that it is read aloud once.
    let overdue = Memo::new(move |_| status.read().overdue);
    let unsent = Memo::new(move |_| status.with(|status| status.waiting + status.attention > 0));
    let fleeting = Memo::new(move |_| room.read().fleeting);
    let banner = move || match overdue.get() {
        0 if unsent.get() && fleeting.get() => {
            let (title, line) = (words::outbox::fleeting().to_owned(), words::outbox::fleeting_line());
            Some(view! { <Banner tone=Tone::Note title><p>{line}</p></Banner> })
        }
        0 => None,
        overdue => {
            let (title, line) = (words::outbox::overdue(&overdue), words::outbox::overdue_line());
            Some(view! { <Banner tone=Tone::Caution title><p>{line}</p></Banner> })
        }
    };
    view! { <div role="status">{banner}</div> }.into_any()
}

/// How many photos have not arrived, and how many the community did not take; of one submission, or of all.
pub fn photos(of: Option<RecordId>) -> AnyView {
    let status = status::signal();
    let revision = Memo::new(move |_| status.read().revision);
    let counts = RwSignal::new([0; 2]);
    Effect::new(move || {
        revision.get();
        spawn_local(async move {
            if let Ok(read) = submissions::unsent_photos(of).await
                && counts.try_get_untracked().is_some_and(|before| before != read)
            {
                counts.set(read);
            }
        });
    });
    let banner = |tone, title, line| view! { <Banner tone title><p>{line}</p></Banner> };
    let banners = move || {
        let [waiting, refused] = counts.get();
        let waiting =
            (waiting > 0).then(|| banner(Tone::Note, words::outbox::photos(&waiting), words::outbox::photos_line()));
        let refused = (refused > 0).then(|| {
            banner(Tone::Caution, words::outbox::photos_refused(&refused), words::outbox::photos_refused_line())
        });
        (waiting, refused)
    };
    view! { <div role="status">{banners}</div> }.into_any()
}

/// That little room is left, where it is.
pub fn room() -> AnyView {
    device_storage::look();
    let room = device_storage::signal();
    let low = Memo::new(move |_| room.read().low);
    let banner = move || {
        low.get().then(|| {
            view! {
                <Banner tone=Tone::Caution title=words::device::low()>
                    <p>{words::device::low_line()}</p>
                </Banner>
            }
        })
    };
    view! { <div role="status">{banner}</div> }.into_any()
}

/// A button that saves a file, with what went wrong.
pub fn save_button(
    word: &'static str,
    text: impl Fn() -> Coming<Result<String, Error>> + Send + Sync + 'static,
) -> AnyView {
    let failed = RwSignal::new(false);
    let save = Callback::new(move |()| {
        let text = text();
        spawn_local(async move {
            let text = text.await;
            // The page may have been left meanwhile.
            failed.try_set(text.is_err());
            if let Ok(text) = text {
                save_file::save_file(&file_name(clock::now()), &text);
            }
        });
    });
    let trouble = move || {
        failed.get().then(
            || view! { <div role="alert"><Banner tone=Tone::Danger title=words::frame::storage_failed() /></div> },
        )
    };
    view! {
        <Button look=Look::Quiet on_press=save>
            {word}
        </Button>
        {trouble}
    }
    .into_any()
}

/// The name of a file saved now: files of different times do not hide each other.
pub fn file_name(now: DateTime<FixedOffset>) -> String {
    let day = now.year() * 10_000 + now.month().cast_signed() * 100 + now.day().cast_signed();
    format!("linli-{day}-{:02}{:02}{:02}.json", now.hour(), now.minute(), now.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_moment() {
        assert_eq!(file_name("2026-01-02T03:04:05+08:00".parse().unwrap()), "linli-20260102-030405.json");
    }
}
