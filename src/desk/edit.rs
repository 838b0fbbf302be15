//! A short form of the desk: what was typed, what is wrong with it beside its fields, and how sending it goes. What was typed
//! stays until it was taken.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::finding::Findings;
use linli_domain::problem::FieldProblem;
use linli_domain::{FieldPath, Problem};

use super::session::Session;
use super::sign_in::failure_words;
use crate::data::{self, Error};
use crate::i18n::{findings, words};
use crate::ui::banner::{Banner, Tone};
use crate::ui::field::{Labelled, Typed, Value};
use crate::ui::focus;

/// How sending goes.
#[derive(Clone, PartialEq)]
enum Sending {
    NotBegun,
    UnderWay,
    Done,
    Failed(data::Error),
}

/// A short form.
#[derive(Clone, Copy)]
pub struct Edit {
    /// What was typed.
    pub typed: RwSignal<Typed>,
    /// Parts its ids from those of other forms on the page.
    name: &'static str,
    wrong: RwSignal<Vec<FieldProblem>>,
    sending: RwSignal<Sending>,
}

impl Edit {
    /// An empty form.
    pub fn new(name: &'static str) -> Self {
        Self {
            typed: RwSignal::new(Typed::new()),
            name,
            wrong: RwSignal::new(Vec::new()),
            sending: RwSignal::new(Sending::NotBegun),
        }
    }

    /// What was typed into one field.
    pub const fn value(self, name: &'static str) -> Value {
        Value::of(self.typed, name)
    }

    /// What was typed into one field, without what surrounds it.
    pub fn text(self, name: &'static str) -> String {
        self.value(name).get_untracked().trim().to_owned()
    }

    /// Fills the form in; nothing that was typed before stays.
    pub fn fill<const N: usize>(self, values: [(&str, String); N]) {
        self.wrong.set(Vec::new());
        self.sending.set(Sending::NotBegun);
        self.typed.set(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    }

    /// A field by its pointer.
    pub fn field(self, path: FieldPath, label: &'static str, hint: &'static str) -> Labelled {
        let name = path.pointer().trim_start_matches('/');
        let error = move || {
            let wrong = self.wrong.read();
            let found = wrong.iter().find(|problem| problem.pointer == path.pointer())?;
            Some(findings::error(path.pointer(), found.code))
        };
        Labelled {
            id: self.id(path.pointer()),
            label: label.to_owned(),
            hint,
            value: self.value(name),
            error: Signal::derive(error),
        }
    }

    fn id(self, pointer: &str) -> String {
        [self.name, "-", &linli_domain::field::dom_id(pointer)].concat()
    }

    /// Whether it rests.
    pub fn busy(self) -> Signal<bool> {
        Signal::derive(move || self.sending.get() == Sending::UnderWay)
    }

    /// Sends what was typed unless something is wrong with it.
    pub fn send<T: 'static>(
        self,
        session: Session,
        findings: &Findings,
        sending: impl Future<Output = Result<T, Error>> + 'static,
        taken: impl FnOnce(T) + 'static,
    ) {
        if let Some(problem) = Problem::from_findings(findings) {
            self.refuse(problem);
            return;
        }
        self.wrong.set(Vec::new());
        self.sending.set(Sending::UnderWay);
        spawn_local(async move {
            match sending.await {
                Ok(answer) => {
                    taken(answer);
                    // The page may have been left meanwhile.
                    let _ = self.sending.try_set(Sending::Done);
                }
                Err(Error::SignedOut) => session.end(),
                Err(Error::Refused(problem)) if !problem.fields.is_empty() => self.refuse(problem),
                Err(error) => {
                    let _ = self.sending.try_set(Sending::Failed(error));
                }
            }
        });
    }

    fn refuse(self, problem: Problem) {
        if let Some(first) = problem.fields.first() {
            focus::to_id(&self.id(&first.pointer));
        }
        let _ = self.wrong.try_set(problem.fields);
        let _ = self.sending.try_set(Sending::NotBegun);
    }

    /// How it went, for those who see and those who hear it.
    pub fn outcome(self) -> impl IntoView {
        let said = move || match self.sending.get() {
            Sending::Done => Some(view! { <Banner tone=Tone::Good title=words::places::saved() /> }),
            Sending::Failed(error) => Some(view! { <Banner tone=Tone::Danger title=failure_words(&error) /> }),
            Sending::NotBegun | Sending::UnderWay => None,
        };
        view! { <div role="status">{said}</div> }
    }
}
