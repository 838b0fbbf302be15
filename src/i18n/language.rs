//! Which language is spoken. 简体中文 is compiled in; another is a file of its own, fetched when it is wanted and put in
//! its place with [`speak`] before the page is drawn anew.

use std::cell::Cell;
use std::fmt::{Display, Write};

use super::words::{LANGUAGES, TEXTS};

/// A language that the app speaks; the one compiled in unless another was chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    /// Every language, the one compiled in first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LANGUAGES.len()).map(Self)
    }

    /// The language with a tag of BCP 47, such as `zh-Hant`.
    pub fn tagged(tag: &str) -> Option<Self> {
        Self::all().find(|language| language.tag() == tag)
    }

    /// Its tag.
    pub fn tag(self) -> &'static str {
        LANGUAGES[self.0].0
    }

    /// What it calls itself.
    pub fn name(self) -> &'static str {
        LANGUAGES[self.0].1
    }

    /// Whether it needs no file.
    pub fn is_compiled_in(self) -> bool {
        self.0 == 0
    }
}

thread_local! {
    static SPOKEN: Cell<(Language, &'static [String])> = const { Cell::new((Language(0), &[])) };
}

/// Speaks another language from now on. `texts` in the order of the catalogue, none for the one compiled in. Refuses a
/// catalogue that is not of this build.
pub fn speak(language: Language, texts: Vec<String>) -> bool {
    if !language.is_compiled_in() && texts.len() != TEXTS {
        return false;
    }
    // A page changes its language a few times at most; texts live as long as it.
    SPOKEN.set((language, texts.leak()));
    true
}

/// The language that is spoken.
pub fn spoken() -> Language {
    SPOKEN.get().0
}

/// The tag for what the community wrote, where that is another language than the page's.
pub fn of_content() -> Option<&'static str> {
    (!spoken().is_compiled_in()).then(|| Language::default().tag())
}

/// The text at a place of the catalogue.
pub(super) fn text(at: usize, compiled_in: &'static str) -> &'static str {
    SPOKEN.get().1.get(at).map_or(compiled_in, String::as_str)
}

/// A text with its placeholders filled in.
pub(super) fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        filled.push_str(before);
        if let Some((_, value)) = values.iter().find(|(key, _)| *key == name.trim()) {
            // Writing to a string does not fail.
            let _ = write!(filled, "{value}");
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in() {
        assert_eq!(fill("{{ a }} / {{b}}.", &[("a", &1), ("b", &"x")]), "1 / x.");
        assert_eq!(fill("plain", &[]), "plain");
    }

    #[test]
    fn each_language_has_a_tag_and_calls_itself_by_name() {
        let tags: Vec<_> = Language::all().map(Language::tag).collect();
        assert_eq!(tags, ["zh-Hans", "zh-Hant", "en"]);
        assert_eq!(Language::tagged("en").map(Language::name), Some("English"));
        assert_eq!(Language::tagged("fr"), None);
    }

    #[test]
    fn a_catalogue_of_another_build_is_refused() {
        let english = Language::tagged("en").unwrap();
        assert!(!speak(english, vec!["Linli".to_owned()]));
        assert_eq!(spoken(), Language::default());
        assert!(speak(english, (0..TEXTS).map(|at| at.to_string()).collect()));
        assert_eq!(text(3, "compiled in"), "3");
        assert!(speak(Language::default(), Vec::new()));
        assert_eq!(text(3, "compiled in"), "compiled in");
    }
}
