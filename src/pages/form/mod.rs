//! What the three forms share: a draft that is saved as it is typed, findings shown at the right time, and the two
//! steps from fields to sending.

pub mod autosave;
pub mod behalf;
pub mod check;
pub mod consent;
pub mod fields;
pub mod flow;
pub mod merge;
pub mod names;
pub mod other_window;
pub mod question;
pub mod read;
pub mod whom;

use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;
use linli_domain::community::Public;
use linli_domain::consent::CONSENT;
use linli_domain::finding::{Finding, Findings};
use linli_domain::{FieldPath, Receipt, RecordId, Weight};

use crate::data::drafts::Draft;
use crate::i18n::findings as finding_words;
use crate::ui::error_summary::Fault;
use crate::ui::field::{Labelled, Typed, Value};
use autosave::Autosave;
use question::{Question, Screen};

/// What a form needs to know to become a submission, beside what was typed.
pub struct Frame<'a> {
    /// The community.
    pub public: &'a Public,
    /// The activity, for a sign-up.
    pub subject: Option<RecordId>,
    /// Now.
    pub made_at: DateTime<FixedOffset>,
    /// The receipt number of the draft.
    pub receipt: Receipt,
}

/// How far the person is with the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Filling in; nothing is marked yet.
    Filling,
    /// Putting right; what is wrong is marked as long as it is.
    Mending,
    /// Answering a question about something unusual.
    Asking,
}

/// A form while it is filled in, for its fields.
#[derive(Clone, Copy)]
pub struct Form {
    typed: RwSignal<Typed>,
    findings: Memo<Findings>,
    stage: RwSignal<Stage>,
    questions: &'static [Question],
    confirmed: StoredValue<Vec<Finding>>,
    autosave: Autosave,
    /// How many things are on their way into the draft.
    under_way: RwSignal<u32>,
    /// What was asked for while they were.
    held: RwSignal<Option<Callback<()>>>,
}

impl Form {
    /// A form of which nothing was marked yet.
    pub fn new(
        typed: RwSignal<Typed>,
        findings: Memo<Findings>,
        questions: &'static [Question],
        autosave: Autosave,
    ) -> Self {
        let (stage, confirmed) = (RwSignal::new(Stage::Filling), StoredValue::new(Vec::new()));
        let (under_way, held) = (RwSignal::new(0), RwSignal::new(None));
        Self { typed, findings, stage, questions, confirmed, autosave, under_way, held }
    }

    /// What was typed into a field.
    pub const fn value(self, path: FieldPath) -> Value {
        Value::of(self.typed, path.pointer())
    }

    /// What was chosen in a field, for what depends on it: told only when it changes.
    pub fn chosen(self, path: FieldPath) -> Memo<String> {
        let value = self.value(path);
        Memo::new(move |_| value.get())
    }

    /// Label, hint, value, error and id of a field.
    pub fn field(self, path: FieldPath, label: impl Into<String>, hint: &'static str) -> Labelled {
        Labelled { id: path.dom_id(), label: label.into(), hint, value: self.value(path), error: self.error(path) }
    }

    /// The draft as it would be with another value in one field, and under which name it is kept: for what has to be kept
    /// together with it.
    pub fn draft_with(self, path: FieldPath, value: String) -> (String, Draft<Typed>) {
        let mut typed = self.typed.get_untracked();
        typed.insert(path.pointer().to_owned(), value);
        self.autosave.draft(typed)
    }

    /// The id the record will have.
    pub fn record(self) -> RecordId {
        self.autosave.record()
    }

    /// Something is on its way into the draft: nobody goes on without it.
    pub fn begin(self) {
        self.under_way.update(|count| *count += 1);
    }

    /// It is there, or will not come.
    pub fn end(self) {
        // The form may have been left meanwhile.
        let left = self.under_way.try_update(|count| {
            *count = count.saturating_sub(1);
            *count
        });
        if left == Some(0)
            && let Some(held) = self.held.try_update(Option::take).flatten()
        {
            held.try_run(());
        }
    }

    /// Fills several fields at once.
    pub fn fill(self, fill: impl FnOnce(&mut Typed)) {
        self.typed.update(fill);
    }

    /// Whether what there is to agree to was agreed to, live: it has a page of its own.
    fn agrees(self) -> bool {
        self.findings.read().error_of(CONSENT).is_none()
    }

    /// What blocks, but for what has a page of its own.
    fn missing(self) -> Option<Finding> {
        let findings = self.findings.read_untracked();
        findings.of(Weight::Impossible).find(|finding| finding.field != CONSENT).copied()
    }

    /// Does something as soon as nothing is under way.
    fn when_ready(self, action: Callback<()>) {
        if self.under_way.get_untracked() == 0 { action.run(()) } else { self.held.set(Some(action)) }
    }

    fn error(self, path: FieldPath) -> Signal<Option<&'static str>> {
        Signal::derive(move || {
            if self.stage.get() == Stage::Filling {
                return None;
            }
            let findings = self.findings.read();
            let whole = || findings.error_of(FieldPath::WHOLE).filter(|_| path == self.first());
            findings.error_of(path).or_else(whole).map(|code| finding_words::error(path.pointer(), code))
        })
    }

    /// The field to begin with, marked for what is wrong with the form as a whole.
    const fn first(self) -> FieldPath {
        self.questions[0].about[0]
    }

    /// What has to be put right on a screen, the first of each field. `first_page` has the field to begin with.
    fn faults(self, screen: Screen, first_page: String) -> Signal<Vec<Fault>> {
        Signal::derive(move || {
            let mut faults: Vec<Fault> = Vec::new();
            for finding in self.findings.read().of(Weight::Impossible).filter(|finding| finding.field != CONSENT) {
                let shows = screen.shows(&finding.field.dom_id(), self.questions);
                // The form as a whole is no field one could go to.
                let whole = finding.field == FieldPath::WHOLE;
                let field_id = if whole { self.first() } else { finding.field }.dom_id();
                if shows && !faults.iter().any(|fault| fault.field_id == field_id) {
                    let words = finding_words::error(finding.field.pointer(), finding.code);
                    let page = if whole { first_page.clone() } else { String::new() };
                    faults.push(Fault { field_id, page, words });
                }
            }
            faults
        })
    }

    /// What is unusual on a screen and was not confirmed yet.
    fn doubts(self, screen: Screen) -> Vec<Finding> {
        let confirmed = self.confirmed.get_value();
        let asked = |f: &&Finding| screen.shows(&f.field.dom_id(), self.questions) && !confirmed.contains(f);
        self.findings.read_untracked().of(Weight::Unusual).filter(asked).copied().collect()
    }
}
