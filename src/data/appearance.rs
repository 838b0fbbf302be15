//! How the app looks and speaks on this device: large mode, size of the text, language. Kept in the browser's local
//! storage, which can be read before the first paint; worn by `<html>` as attributes.

use js_sys::{JSON, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::{Error, api, kiosk};
use crate::i18n::language::{self, Language};

/// How much there is on a screen, and how large.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Everything at a glance.
    #[default]
    Standard,
    /// 长辈版: large type, large targets, one question at a time, fewer things.
    Large,
}

impl Mode {
    const fn word(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Large => "large",
        }
    }
}

/// The size of the text, on top of the mode.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TextSize {
    /// As the mode has it: 18 px, in large mode 24.
    #[default]
    Normal,
    /// A quarter more.
    Larger,
    /// Half as much again.
    Largest,
}

impl TextSize {
    /// Every size, smallest first.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Larger, Self::Largest];

    /// Its name in attributes and storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Larger => "larger",
            Self::Largest => "largest",
        }
    }
}

/// How the app looks and speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Appearance {
    /// Standard or large.
    pub mode: Mode,
    /// The size of the text.
    pub size: TextSize,
    /// The language spoken.
    pub language: Language,
}

const MODE: &str = "linli-mode";
const SIZE: &str = "linli-text";
const LANGUAGE: &str = "linli-language";

thread_local! {
    static APPEARANCE: ArcRwSignal<Appearance> = ArcRwSignal::new(Appearance::default());
}

/// How the app looks and speaks, live.
pub fn signal() -> ReadSignal<Appearance> {
    APPEARANCE.with(ArcRwSignal::read_only).into()
}

/// Whether the app is in large mode, live.
pub fn is_large() -> Memo<bool> {
    let appearance = signal();
    Memo::new(move |_| appearance.read().mode == Mode::Large)
}

/// Takes up what was chosen on this device; a language that cannot be had any more is left out this time.
pub async fn restore() {
    kiosk::restore();
    if recall(MODE).as_deref() == Some(Mode::Large.word()) {
        choose_mode(Mode::Large);
    }
    let size = recall(SIZE);
    if let Some(size) = TextSize::ALL.into_iter().find(|known| Some(known.word()) == size.as_deref()) {
        choose_size(size);
    }
    if let Some(language) = recall(LANGUAGE).and_then(|tag| Language::tagged(&tag)) {
        // Without its words the page speaks the language compiled in.
        let _ = choose_language(language).await;
    }
}

/// Changes the mode.
pub fn choose_mode(mode: Mode) {
    wear("data-mode", mode.word());
    remember(MODE, mode.word());
    update(|appearance| appearance.mode = mode);
}

/// Changes the size of the text.
pub fn choose_size(size: TextSize) {
    wear("data-text", size.word());
    remember(SIZE, size.word());
    update(|appearance| appearance.size = size);
}

/// Changes the language, fetching its words if they are not on the device.
///
/// # Errors
/// [`Error::Offline`], [`Error::Broken`]; the language stays as it is then.
pub async fn choose_language(language: Language) -> Result<(), Error> {
    let mut texts = Vec::new();
    if !language.is_compiled_in() {
        let catalogue = api::catalogue(language.tag()).await?;
        in_order(&JSON::parse(&catalogue).map_err(|_| Error::Broken)?, &mut texts);
    }
    if !language::speak(language, texts) {
        return Err(Error::Broken);
    }
    wear("lang", language.tag());
    remember(LANGUAGE, language.tag());
    update(|appearance| appearance.language = language);
    Ok(())
}

/// Makes it look and speak as it does on a device where nothing was chosen.
pub async fn reset() {
    if signal().get_untracked() != Appearance::default() {
        choose_mode(Mode::default());
        choose_size(TextSize::default());
        // The language that is compiled in is always there.
        let _ = choose_language(Language::default()).await;
    }
}

/// Has the words of the language spoken kept for when there is no network.
pub(super) async fn keep_words() {
    let language = language::spoken();
    if !language.is_compiled_in() {
        // What cannot be had now is kept when the page is next opened.
        let _ = api::catalogue(language.tag()).await;
    }
}

/// The texts of a catalogue in the order in which the build counted them: section by section, by key.
fn in_order(section: &JsValue, texts: &mut Vec<String>) {
    if let Some(text) = section.as_string() {
        texts.push(text);
    } else if let Some(section) = section.dyn_ref::<Object>() {
        for key in Object::keys(section).sort().iter() {
            in_order(&Reflect::get(section, &key).unwrap_or_default(), texts);
        }
    }
}

fn update(change: impl FnOnce(&mut Appearance)) {
    APPEARANCE.with(Clone::clone).update(change);
}

fn wear(attribute: &str, value: &str) {
    if let Some(page) = document().document_element() {
        // Setting an attribute with a constant name does not fail.
        let _ = page.set_attribute(attribute, value);
    }
}

fn recall(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

fn remember(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A browser that keeps nothing asks again next time.
        let _ = storage.set_item(key, value);
    }
}
