//! Forms that were begun on this device and not submitted: gone on with, or thrown away after a question.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::data::drafts::{self, Draft};
use crate::data::{clock, status};
use crate::i18n::{dates, language, states, words};
use crate::pages::form::names::form_of;
use crate::ui::banner::{Chip, Tone};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::field::Typed;
use crate::ui::warning::Warning;

/// The drafts on this device, live.
#[derive(Clone, Copy)]
pub struct Drafts {
    kept: RwSignal<Vec<Draft<Typed>>>,
    /// The draft that is about to be thrown away.
    asked: RwSignal<Option<String>>,
}

impl Drafts {
    /// Reads them, and again whenever one changed.
    pub fn read() -> Self {
        let it = Self { kept: RwSignal::new(Vec::new()), asked: RwSignal::new(None) };
        let (elsewhere, status) = (drafts::elsewhere(), status::signal());
        let revision = Memo::new(move |_| status.read().revision);
        Effect::new(move || {
            elsewhere.get();
            revision.get();
            spawn_local(it.again());
        });
        it
    }

    /// Whether there is none, live.
    pub fn is_empty(self) -> bool {
        self.kept.read().is_empty()
    }

    async fn again(self) {
        let kept = drafts::all().await.unwrap_or_default();
        let listed = |draft: &Draft<Typed>| form_of(&draft.form).is_some();
        // The page may have been left meanwhile.
        self.kept.try_set(kept.into_iter().filter(listed).collect());
    }

    fn throw_away(self, form: String) {
        self.asked.set(None);
        spawn_local(async move {
            // One that could not be thrown away is still in the list.
            let _ = drafts::discard(&form).await;
            self.again().await;
        });
    }

    /// The list.
    pub fn list(self) -> AnyView {
        let rows = move || self.kept.read().iter().filter_map(|draft| self.row(draft)).collect::<Vec<_>>();
        view! { <ul class="list">{rows}</ul> }.into_any()
    }

    fn row(self, draft: &Draft<Typed>) -> Option<AnyView> {
        let (kind, route) = form_of(&draft.form)?;
        let (title, lang) = if draft.title.is_empty() {
            (states::kind(kind).to_owned(), None)
        } else {
            (draft.title.clone(), language::of_content())
        };
        let begun = draft.begun_at.map(|at| words::mine::begun(&dates::moment(at, clock::now()))).unwrap_or_default();
        let detail = if draft.title.is_empty() { begun } else { [states::kind(kind), " · ", &begun].concat() };
        let form = draft.form.clone();
        let asked = Memo::new({
            let form = form.clone();
            move |_| self.asked.read().as_deref() == Some(&form)
        });
        let foot = move || {
            let (ask, throw) = (form.clone(), form.clone());
            if asked.get() {
                view! {
                    <Warning
                        title=words::mine::throw_title()
                        lines=vec![words::mine::throw_line().to_owned()]
                        confirm=words::mine::throw_confirm()
                        again=words::mine::discard_keep()
                        on_confirm=Callback::new(move |()| self.throw_away(throw.clone()))
                        on_again=Callback::new(move |()| self.asked.set(None))
                    />
                }
                .into_any()
            } else {
                view! {
                    <div class="draft__answers">
                        <LinkButton look=Look::Quiet href=route.path()>
                            {words::mine::go_on()}
                        </LinkButton>
                        <Button look=Look::Danger on_press=Callback::new(move |()| self.asked.set(Some(ask.clone())))>
                            {words::mine::throw_away()}
                        </Button>
                    </div>
                }
                .into_any()
            }
        };
        let row = view! {
            <li class="draft">
                <div class="draft__body">
                    <p class="draft__title" lang=lang>
                        {title}
                    </p>
                    <p class="row__detail">{detail}</p>
                </div>
                <Chip tone=Tone::Note words=words::state::draft() />
                <div class="draft__foot">{foot}</div>
            </li>
        };
        Some(row.into_any())
    }
}
