//! The questions of a form. Standard mode asks them all on one page, large mode one at a time.

use leptos::prelude::*;
use linli_domain::FieldPath;

use super::Form;
use crate::pages::community::Known;
use crate::routes::Step;

/// One question: a field, or a few that belong together.
pub struct Question {
    /// What is asked, as the heading of its page.
    pub title: fn() -> &'static str,
    /// The fields it asks for; a field stands for those below it too.
    pub about: &'static [FieldPath],
    /// The fields as they are shown.
    pub view: fn(Form, Known) -> AnyView,
}

impl Question {
    /// Whether the heading says all that the one label says.
    pub(super) fn is_its_label(&self) -> bool {
        self.about.len() == 1
    }

    fn asks_for(&self, field: &str) -> bool {
        self.about.iter().any(|path| path.dom_id() == field || field.starts_with(&(path.dom_id() + "-")))
    }
}

/// Which of the questions are on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// All of them.
    All,
    /// This one, from 0.
    One(usize),
}

impl Screen {
    /// What a step of the form shows.
    pub(super) fn at(step: Step, large: bool, questions: &[Question]) -> Self {
        match step {
            _ if !large => Self::All,
            Step::Question(number) => Self::One(usize::from(number).clamp(1, questions.len()) - 1),
            Step::Fields | Step::Check => Self::One(0),
        }
    }

    /// Whether the field with this DOM id is on the screen. What belongs to no question is asked for last.
    pub(super) fn shows(self, field: &str, questions: &[Question]) -> bool {
        match self {
            Self::All => true,
            Self::One(at) => at == place_of(field, questions),
        }
    }
}

/// The step that shows a field.
pub(super) fn step_of(field: &str, questions: &[Question]) -> Step {
    step_at(place_of(field, questions))
}

/// The step of a question, from 0.
pub(super) fn step_at(at: usize) -> Step {
    match u8::try_from(at + 1) {
        Ok(number) if number > 1 => Step::Question(number),
        _ => Step::Fields,
    }
}

fn place_of(field: &str, questions: &[Question]) -> usize {
    questions.iter().position(|question| question.asks_for(field)).unwrap_or(questions.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn about(about: &'static [FieldPath]) -> Question {
        Question { title: || "", about, view: |_, _| ().into_any() }
    }

    const QUESTIONS: [Question; 3] = [
        about(&[FieldPath::new("/systolic"), FieldPath::new("/diastolic")]),
        about(&[FieldPath::new("/place")]),
        about(&[FieldPath::new("/person/name")]),
    ];

    #[test]
    fn a_field_is_asked_for_once() {
        for (field, at) in [("diastolic", 0), ("place-words", 1), ("place", 1), ("person-name", 2), ("form", 2)] {
            let shown: Vec<_> = (0..3).filter(|at| Screen::One(*at).shows(field, &QUESTIONS)).collect();
            assert_eq!(shown, [at], "{field}");
        }
        assert!(Screen::All.shows("anything", &QUESTIONS));
    }

    #[test]
    fn steps_and_screens_agree() {
        assert_eq!(step_of("place-words", &QUESTIONS), Step::Question(2));
        assert_eq!(step_of("systolic", &QUESTIONS), Step::Fields);
        assert_eq!(Screen::at(Step::Question(2), true, &QUESTIONS), Screen::One(1));
        assert_eq!(Screen::at(Step::Question(9), true, &QUESTIONS), Screen::One(2));
        assert_eq!(Screen::at(Step::Question(2), false, &QUESTIONS), Screen::All);
    }
}
