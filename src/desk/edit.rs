//! A short form of the desk: what was typed, what is wrong with it beside its fields, and how sending it goes. What was typed
//! stays until it was taken. Its name parts its ids from those of other forms and picks its words of what is wrong.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::finding::Findings;
use linli_domain::problem::FieldProblem;
use linli_domain::{Code, FieldPath, Problem};

use super::session::Session;
use super::sign_in::failure_words;
use crate::data::{self, Error};
use crate::i18n::{findings, words};
use crate::ui::banner::{Banner, Tone};
use crate::ui::field::{Labelled, Typed, Value};
use crate::ui::focus;

/// Where it stands why it could not be sent.
const FAILURE: &str = "failure";

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
    name: &'static str,
    wrong: RwSignal<Vec<FieldProblem>>,
    sending: RwSignal<Sending>,
    /// Whether it was emptied because what it held was taken.
    emptied: StoredValue<bool>,
}

impl Edit {
    /// An empty form.
    pub fn new(name: &'static str) -> Self {
        Self {
            typed: RwSignal::new(Typed::new()),
            name,
            wrong: RwSignal::new(Vec::new()),
            sending: RwSignal::new(Sending::NotBegun),
            emptied: StoredValue::new(false),
        }
    }

    /// What was typed into one field.
    pub const fn value(self, name: &'static str) -> Value {
        Value::of(self.typed, name)
    }

    /// What was typed into one field, to the letter: a password.
    pub fn exact(self, name: &'static str) -> String {
        self.value(name).get_untracked()
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

    /// Empties it after what it held was taken, but for what the next one shares with it; that it was taken stays said.
    pub fn empty<const N: usize>(self, kept: [&'static str; N]) {
        // The page may have been left meanwhile.
        let _ = self.wrong.try_set(Vec::new());
        let _ = self.typed.try_update(|typed| typed.retain(|name, _| kept.contains(&name.as_str())));
        let _ = self.emptied.try_set_value(true);
    }

    /// Whether it was just emptied; true once.
    pub fn take_emptied(self) -> bool {
        self.emptied.try_update_value(std::mem::take).unwrap_or_default()
    }

    /// A field by its pointer.
    pub fn field(self, path: FieldPath, label: &'static str, hint: &'static str) -> Labelled {
        let name = path.pointer().trim_start_matches('/');
        let error = move || self.fault(path);
        Labelled {
            id: self.id(path.pointer()),
            label: label.to_owned(),
            hint,
            value: self.value(name),
            error: Signal::derive(error),
        }
    }

    /// What is wrong with a field, in the words of this form before those for a field of that name anywhere.
    fn fault(self, path: FieldPath) -> Option<&'static str> {
        let wrong = self.wrong.read();
        let found = wrong.iter().find(|problem| problem.pointer == path.pointer())?;
        Some(findings::error(&["/", self.name, path.pointer()].concat(), found.code))
    }

    /// Says what is wrong with a field before anything is sent, and goes there.
    pub fn blame(self, path: FieldPath, code: Code) {
        let mut findings = Findings::new();
        findings.impossible(path, code);
        if let Some(problem) = Problem::from_findings(&findings) {
            self.refuse(problem);
        }
    }

    /// The id of a field on the page.
    pub fn id(self, pointer: &str) -> String {
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
        // Pressed twice, it is sent once.
        if self.sending.get_untracked() == Sending::UnderWay {
            return;
        }
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
                    focus::to_element_soon(self.id(FAILURE));
                }
            }
        });
    }

    fn refuse(self, problem: Problem) {
        let first = problem.fields.first().map(|first| self.id(&first.pointer));
        let _ = self.wrong.try_set(problem.fields);
        let _ = self.sending.try_set(Sending::NotBegun);
        if let Some(first) = first {
            focus::to_id(&first);
        }
    }

    /// What is wrong with something that is no field here.
    pub fn whole(self, path: FieldPath) -> impl IntoView {
        let said = move || self.fault(path).map(|title| view! { <Banner tone=Tone::Danger title /> });
        view! { <div role="alert" id=self.id(path.pointer()) tabindex="-1">{said}</div> }
    }

    /// Why it could not be sent, where no field is to blame.
    pub fn failure(self) -> impl IntoView {
        let said = move || match self.sending.get() {
            Sending::Failed(error) => Some(view! { <Banner tone=Tone::Danger title=failure_words(&error) /> }),
            Sending::NotBegun | Sending::UnderWay | Sending::Done => None,
        };
        view! { <div role="alert" id=self.id(FAILURE) tabindex="-1">{said}</div> }
    }

    /// How it went, for those who see and those who hear it.
    pub fn outcome(self) -> impl IntoView {
        let said = move || match self.sending.get() {
            Sending::Done => Some(view! { <Banner tone=Tone::Good title=words::places::saved() /> }),
            Sending::NotBegun | Sending::UnderWay | Sending::Failed(_) => None,
        };
        view! {
            {self.failure()}
            <div role="status">{said}</div>
        }
    }
}
