//! The way through a form: fields, a second look at what is unusual, check your answers, saved.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::finding::Findings;
use linli_domain::submission::Submission;
use linli_domain::{FieldPath, RecordId};

use super::autosave::Autosave;
use super::behalf;
use super::check::Check;
use super::consent::Consent;
use super::fields::Fields;
use super::names::name_of;
use super::other_window::{Already, OtherWindow};
use super::question::{Question, Screen};
use super::whom::Whom;
use super::{Form, Frame};
use crate::data::drafts::{self, Draft};
use crate::data::{appearance, clock, family, submissions};
use crate::i18n::words;
use crate::pages::Here;
use crate::pages::community::{Known, with_community};
use crate::routes::{Begun, Step};
use crate::ui::field::Typed;
use crate::ui::list_state::Skeleton;

/// What distinguishes one form from another.
#[derive(Clone)]
pub struct Plan {
    /// Under which its draft is kept.
    pub draft: String,
    /// Its heading.
    pub title: String,
    /// A line below the heading, or empty.
    pub below: &'static str,
    /// The activity, for a sign-up.
    pub subject: Option<RecordId>,
    /// What a list of drafts calls it: the activity's title, or empty.
    pub about: String,
    /// How it was begun.
    pub begun: Begun,
    /// What is chosen before anything was.
    pub preset: &'static [(FieldPath, &'static str)],
    /// The submission that what was typed makes, with everything validation has to say.
    pub read: fn(&Typed, &Frame<'_>) -> (Submission, Findings),
    /// What would have been typed for a submission that is to be corrected.
    pub write: fn(&Submission) -> Option<Typed>,
    /// Which field says whom it is for, and what is filled in for them.
    pub whom: Whom,
    /// Its questions, in their order.
    pub questions: &'static [Question],
}

/// Whether what there is to agree to stands before the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Before anything is filled in, unless it was agreed to.
    First,
    /// Somebody was chosen who did not agree yet.
    Asked,
    /// It was passed.
    Passed,
}

/// A form while it is filled in, for its steps. Knows nothing of which form it is.
#[derive(Clone, Copy)]
pub struct Filling {
    pub(super) form: Form,
    pub(super) public: Known,
    pub(super) receipt: linli_domain::Receipt,
    pub(super) draft: StoredValue<String>,
    pub(super) title: StoredValue<String>,
    pub(super) begun: Begun,
    pub(super) subject: Option<RecordId>,
    pub(super) read: fn(&Typed, &Frame<'_>) -> (Submission, Findings),
    pub(super) autosave: Autosave,
    pub(super) other_window: OtherWindow,
    pub(super) gate: RwSignal<Gate>,
}

impl Filling {
    /// The id the record will have.
    pub(super) fn id(self) -> RecordId {
        self.autosave.record()
    }

    /// What was typed, as a submission made now.
    pub(super) fn made(self) -> (Submission, Findings) {
        let Self { subject, receipt, .. } = self;
        let (typed, public) = (self.form.typed.read_untracked(), self.public.get_untracked());
        (self.read)(&typed, &Frame { public: &public, subject, made_at: clock::now(), receipt })
    }
}

/// A form from its draft to the confirmation.
pub fn flow(plan: Plan) -> impl IntoView {
    with_community(move |public| {
        let plan = plan.clone();
        let (key, begun, write) = (name_of(&plan.draft, plan.begun), plan.begun, plan.write);
        let (draft, set_draft) = signal(None);
        let begin_again = Callback::new(move |draft| set_draft.set(Some(draft)));
        spawn_local(async move {
            family::ready().await;
            let opened = open(key, begun, write).await;
            // The page may have been left meanwhile.
            let _ = set_draft.try_set(Some(opened));
        });
        let form = move || match draft.get() {
            Some(draft) => filled(&plan, draft, public, begin_again),
            // No heading yet: the form's own takes the focus when it comes.
            None => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        };
        form.into_any()
    })
}

/// The draft; for a correction, what was refused unless mending it was begun before. Where nothing can be kept the form
/// works all the same.
async fn open(key: String, begun: Begun, write: fn(&Submission) -> Option<Typed>) -> Draft<Typed> {
    let id = match begun {
        Begun::Anew => return drafts::open(&key).await.unwrap_or_else(|_| Draft::fresh()),
        Begun::OnBehalf(id) => {
            let mut draft = drafts::open(&key).await.unwrap_or_else(|_| Draft::fresh());
            behalf::name_them(id, &mut draft.values).await;
            return draft;
        }
        Begun::FromPaper(receipt) => {
            return Draft { receipt, ..drafts::open(&key).await.unwrap_or_else(|_| Draft::fresh()) };
        }
        Begun::ToCorrect(id) => id,
    };
    let draft = drafts::get(&key).await.ok().flatten();
    if let Some(draft) = draft.filter(|draft| draft.id == id) {
        return draft;
    }
    match submissions::get(id).await {
        Ok(Some(stored)) => match write(&stored.submission) {
            Some(values) => Draft { id, receipt: stored.receipt, values, ..Draft::fresh() },
            None => Draft::fresh(),
        },
        Ok(None) | Err(_) => Draft::fresh(),
    }
}

fn filled(plan: &Plan, mut draft: Draft<Typed>, public: Known, begin_again: Callback<Draft<Typed>>) -> AnyView {
    let key = name_of(&plan.draft, plan.begun);
    let (receipt, subject, read) = (draft.receipt, plan.subject, plan.read);
    for (field, value) in plan.preset {
        draft.values.entry(field.pointer().to_owned()).or_insert_with(|| (*value).to_owned());
    }
    plan.whom.begin(&mut draft.values, &public.get_untracked(), plan.begun);
    (draft.form, draft.title) = (key.clone(), plan.about.clone());
    let typed = RwSignal::new(draft.values.clone());
    let autosave = Autosave::start(key.clone(), draft.clone());
    Effect::new(move |first: Option<()>| {
        let typed = typed.get();
        if first.is_some() {
            autosave.soon(typed);
        }
    });
    let other_window = OtherWindow::follow(draft, plan.begun, typed, autosave);
    let findings = Memo::new(move |_| {
        let public = public.get();
        read(&typed.read(), &Frame { public: &public, subject, made_at: clock::now(), receipt }).1
    });
    let form = Form::new(typed, findings, plan.questions, autosave);
    let gate = RwSignal::new(Gate::First);
    Effect::new(move || {
        // Whoever is chosen later is asked when the form is filled in, not while it is.
        if form.agrees() && gate.get_untracked() == Gate::First {
            gate.set(Gate::Passed);
        }
    });
    let filling = Filling {
        form,
        public,
        receipt,
        draft: StoredValue::new(key),
        title: StoredValue::new(plan.title.clone()),
        begun: plan.begun,
        subject,
        read,
        autosave,
        other_window,
        gate,
    };
    let asks = Memo::new(move |_| match gate.get() {
        Gate::First => !form.agrees(),
        Gate::Asked => true,
        Gate::Passed => false,
    });
    let (route, large) = (Here::route(), appearance::is_large());
    let checking = Memo::new(move |_| route.read().step() == Step::Check && !form.findings.read().blocks());
    let screen = Memo::new(move |_| Screen::at(route.read().step(), large.get(), filling.form.questions));
    let below = plan.below;
    let steps = move || {
        if other_window.has_submitted() {
            view! { <Already filling begin_again /> }.into_any()
        } else if asks.get() {
            view! { <Consent filling /> }.into_any()
        } else if checking.get() {
            other_window.track();
            view! { <Check filling /> }.into_any()
        } else {
            view! { <Fields filling below screen=screen.get() /> }.into_any()
        }
    };
    match plan.begun {
        Begun::OnBehalf(id) => view! { <behalf::Strip id /> {steps} }.into_any(),
        Begun::Anew | Begun::ToCorrect(_) | Begun::FromPaper(_) => steps.into_any(),
    }
}
