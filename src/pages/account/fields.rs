//! The fields of the account's forms: what was typed, what is wrong with it, and how sending it goes.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::finding::Findings;
use linli_domain::{Code, FieldPath, ProblemCode, Weight};

use crate::data::Error;
use crate::i18n::{findings, words};
use crate::pages::later::Coming;
use crate::ui::banner::{Banner, Tone};
use crate::ui::field::{Labelled, Typed, Value};
use crate::ui::focus;

/// How sending goes.
#[derive(Clone, PartialEq)]
enum Sending {
    NotBegun,
    UnderWay,
    Failed(Error),
}

/// What was typed into a form of the account.
#[derive(Clone, Copy)]
pub struct Fields {
    typed: RwSignal<Typed>,
    faults: RwSignal<Vec<(String, Code)>>,
    sending: RwSignal<Sending>,
}

impl Fields {
    /// Nothing yet.
    pub fn empty() -> Self {
        Self {
            typed: RwSignal::new(Typed::new()),
            faults: RwSignal::new(Vec::new()),
            sending: RwSignal::new(Sending::NotBegun),
        }
    }

    /// One of them.
    pub fn field(self, path: FieldPath, label: &'static str, hint: &'static str) -> Labelled {
        let fault = move || {
            let faults = self.faults.read();
            faults.iter().find(|(pointer, _)| pointer == path.pointer()).map(|(_, code)| *code)
        };
        let error = Signal::derive(move || fault().map(|code| findings::error(path.pointer(), code)));
        Labelled { id: path.dom_id(), label: label.to_owned(), hint, value: self.value(path), error }
    }

    /// What stands in one of them from the beginning.
    pub fn begin(self, path: FieldPath, text: &str) {
        // The page may have been left meanwhile.
        let _ = self.typed.try_update(|typed| typed.insert(path.pointer().to_owned(), text.to_owned()));
    }

    /// What was chosen in one of them, live, told only when it changes.
    pub fn chosen(self, path: FieldPath) -> Memo<String> {
        let value = self.value(path);
        Memo::new(move |_| value.get())
    }

    fn value(self, path: FieldPath) -> Value {
        Value::of(self.typed, path.pointer())
    }

    /// What was typed into one of them.
    pub fn text(self, path: FieldPath) -> String {
        self.value(path).get_untracked()
    }

    /// Puts into one of them what it begins with.
    pub fn fill(self, path: FieldPath, text: String) {
        self.value(path).set(text);
    }

    /// What is wrong with something that is no field here.
    pub fn whole(self, path: FieldPath) -> AnyView {
        let fault = move || {
            let faults = self.faults.read();
            let code = faults.iter().find(|(pointer, _)| pointer == path.pointer()).map(|(_, code)| *code)?;
            Some(view! { <Banner tone=Tone::Danger title=findings::error(path.pointer(), code) /> })
        };
        view! { <div role="alert">{fault}</div> }.into_any()
    }

    /// Whether it is being sent.
    pub fn busy(self) -> Signal<bool> {
        Signal::derive(move || self.sending.get() == Sending::UnderWay)
    }

    /// Sends it unless something blocks; `send` ends with the page drawn anew if it went well.
    pub fn send(self, found: &Findings, send: impl FnOnce() -> Coming<Result<(), Error>>) {
        let faults = found.of(Weight::Impossible).map(|fault| (fault.field.pointer().to_owned(), fault.code));
        self.show(faults.collect());
        if found.blocks() || self.sending.get_untracked() == Sending::UnderWay {
            return;
        }
        self.sending.set(Sending::UnderWay);
        let coming = send();
        spawn_local(async move {
            let outcome = coming.await;
            if let Err(Error::Refused(problem)) = &outcome {
                self.show(problem.fields.iter().map(|fault| (fault.pointer.clone(), fault.code)).collect());
            }
            // The page may have been left meanwhile.
            let _ = self.sending.try_set(outcome.map_or_else(Sending::Failed, |()| Sending::NotBegun));
        });
    }

    fn show(self, faults: Vec<(String, Code)>) {
        let first = faults.first().map(|(pointer, _)| linli_domain::field::dom_id(pointer));
        if self.faults.try_set(faults).is_none()
            && let Some(id) = first
        {
            focus::to_id(&id);
        }
    }

    /// Why it could not be sent, where no field is to blame; brought into sight when it is told.
    pub fn failure(self) -> AnyView {
        let node = NodeRef::<Div>::new();
        let failure = move || match self.sending.get() {
            Sending::Failed(error) => {
                let title = failure_words(&error)?;
                focus::to_words_soon(node);
                Some(view! { <Banner tone=Tone::Danger title /> })
            }
            Sending::NotBegun | Sending::UnderWay => None,
        };
        view! {
            <div role="alert" tabindex="-1" node_ref=node>
                {failure}
            </div>
        }
        .into_any()
    }
}

/// Why it could not be done; nothing where the fields say it.
pub fn failure_words(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Offline => words::account::offline(),
        Error::SignedOut => words::problem::signed_out(),
        Error::Refused(problem) if problem.code == ProblemCode::WrongCredentials => words::account::wrong(),
        Error::Refused(problem) if !problem.fields.is_empty() => return None,
        Error::Refused(problem) => findings::refusal(problem),
        Error::Broken | Error::StorageFull | Error::Storage => words::problem::internal(),
    })
}
