//! Reads the page aloud by the browser's own voice: headings, questions, hints, errors, one after the other. Not there
//! where the browser has no voice at all.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, SpeechSynthesis, SpeechSynthesisUtterance};

use super::icon::Icon;

/// What is read, in the order of the page.
const READ: &str = "main :is(h1, h2, h3, p, legend, label, li:not(.steps__step), dt, dd, summary, .button, .choice__hint, .number-field__unit)";

/// How reading goes.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    Silent,
    Aloud,
    Failed,
}

thread_local! {
    static READING: ArcRwSignal<Reading> = ArcRwSignal::new(Reading::Silent);
}

/// A button that reads the page aloud, and stops.
#[component]
pub fn ReadAloud(
    /// Its word while nothing is read.
    start: &'static str,
    /// Its word while the page is read.
    stop: &'static str,
    /// What is said where the voice fails.
    cannot: &'static str,
    /// The language of the page.
    lang: &'static str,
) -> impl IntoView {
    let reading = RwSignal::from(READING.with(Clone::clone));
    let press = move |_| match (voice(), reading.get_untracked()) {
        (Some(voice), Reading::Aloud) => {
            voice.cancel();
            reading.set(Reading::Silent);
        }
        (Some(voice), _) => {
            reading.set(Reading::Aloud);
            read(&voice, lang, reading);
        }
        (None, _) => reading.set(Reading::Failed),
    };
    // A page that is left is not read on.
    on_cleanup(hush);
    voice().map(|_| {
        view! {
            <div class="read-aloud">
                <button class="button button--quiet" type="button" on:click=press>
                    <Icon name="volume-2" />
                    {move || if reading.get() == Reading::Aloud { stop } else { start }}
                </button>
                <p class="read-aloud__failure" role="status">
                    {move || (reading.get() == Reading::Failed).then_some(cannot)}
                </p>
            </div>
        }
    })
}

fn voice() -> Option<SpeechSynthesis> {
    window().speech_synthesis().ok().filter(|voice| !voice.is_undefined())
}

/// Stops reading: what was read has gone from the page.
pub fn hush() {
    READING.with(Clone::clone).set(Reading::Silent);
    if let Some(voice) = voice() {
        voice.cancel();
    }
}

/// Reads what stands in the page's main part, a piece at a time, so that one long text does not run into a browser's
/// limit.
fn read(voice: &SpeechSynthesis, lang: &'static str, reading: RwSignal<Reading>) {
    voice.cancel();
    let pieces = pieces();
    let last = pieces.len().saturating_sub(1);
    for (at, piece) in pieces.iter().enumerate() {
        let Ok(utterance) = SpeechSynthesisUtterance::new_with_text(&piece.text) else { continue };
        utterance.set_lang(voice_of(piece.lang.as_deref().unwrap_or(lang)));
        utterance.set_rate(0.9);
        let failed = Closure::once_into_js(move |event: web_sys::Event| {
            // Being stopped is reported as an error too.
            let why = js_sys::Reflect::get(&event, &"error".into()).ok().and_then(|why| why.as_string());
            if !matches!(why.as_deref(), Some("canceled" | "interrupted")) {
                let _ = reading.try_set(Reading::Failed);
            }
        });
        utterance.set_onerror(failed.dyn_ref());
        if at == last {
            let done = Closure::once_into_js(move || {
                let _ = reading.try_set(Reading::Silent);
            });
            utterance.set_onend(done.dyn_ref());
        }
        voice.speak(&utterance);
    }
    if pieces.is_empty() {
        reading.set(Reading::Silent);
    }
}

/// The tag by which browsers know a voice: they name Chinese by the region, not by the script.
fn voice_of(lang: &str) -> &str {
    match lang {
        "zh-Hans" => "zh-CN",
        "zh-Hant" => "zh-TW",
        other => other,
    }
}

/// A text of the page, and the language it is marked with.
struct Piece {
    text: String,
    lang: Option<String>,
}

/// The texts of the page's main part that can be seen, outermost elements only.
fn pieces() -> Vec<Piece> {
    let Ok(found) = document().query_selector_all(READ) else {
        return Vec::new();
    };
    let elements = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<HtmlElement>().ok());
    let mut pieces: Vec<(HtmlElement, String)> = Vec::new();
    for element in elements {
        let shown =
            element.offset_width() > 0 && element.closest("[aria-hidden=true], [hidden]").is_ok_and(|x| x.is_none());
        let inside = pieces.last().is_some_and(|(before, _): &(HtmlElement, String)| {
            let before: &Element = before;
            before.contains(Some(&element))
        });
        let text = element.inner_text().trim().to_owned();
        if shown && !inside && !text.is_empty() {
            pieces.push((element, text));
        }
    }
    pieces.into_iter().map(|(element, text)| Piece { lang: lang_of(&element), text }).collect()
}

/// The language of what stands in an element: marked inside, as a name in a list is, or around it.
fn lang_of(element: &Element) -> Option<String> {
    let inside = element.query_selector("[lang]").ok().flatten();
    inside.or_else(|| element.closest("[lang]").ok().flatten())?.get_attribute("lang")
}
