//! What arrived, newest first, page by page; what cannot wait is told in its row.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::session::DeskSubmission;
use linli_domain::submission::SubmissionKind;
use serde_json::Value;

use super::session::Session;
use super::sign_in::failure_words;
use crate::data::{self, api, clock};
use crate::i18n::{dates, states, words};
use crate::routes::DeskRoute;
use crate::ui::banner::{Banner, Chip, Tone};
use crate::ui::button::{Button, Look};
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::list_state::{Empty, Skeleton};
use crate::ui::page_head::PageHead;
use crate::ui::tabs::{Tab, Tabs};

/// How the list stands.
#[derive(Clone, PartialEq)]
enum Reading {
    UnderWay,
    Done,
    Failed(data::Error),
}

/// The list while it is looked at.
#[derive(Clone, Copy)]
struct Arrived {
    kind: Option<SubmissionKind>,
    items: RwSignal<Vec<DeskSubmission>>,
    next: RwSignal<Option<String>>,
    reading: RwSignal<Reading>,
}

impl Arrived {
    /// Reads the page at the cursor; the first page takes the place of what is shown.
    fn read(self, session: Session, cursor: Option<String>) {
        self.reading.set(Reading::UnderWay);
        spawn_local(async move {
            match api::desk_submissions(self.kind, cursor.as_deref()).await {
                Ok(page) => {
                    self.items.update(|items| {
                        if cursor.is_none() {
                            items.clear();
                        }
                        items.extend(page.items);
                    });
                    self.next.set(page.next);
                    self.reading.set(Reading::Done);
                }
                Err(data::Error::SignedOut) => session.end(),
                Err(error) => self.reading.set(Reading::Failed(error)),
            }
        });
    }
}

/// What arrived.
#[component]
pub fn List(
    /// Of one kind, where given.
    kind: Option<SubmissionKind>,
) -> impl IntoView {
    let session = Session::here();
    let arrived = Arrived {
        kind,
        items: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        reading: RwSignal::new(Reading::UnderWay),
    };
    arrived.read(session, None);
    let busy = Signal::derive(move || arrived.reading.get() == Reading::UnderWay);
    let refresh = Callback::new(move |()| arrived.read(session, None));
    let more = Callback::new(move |()| arrived.read(session, arrived.next.get_untracked()));
    let foot = move || {
        let button = view! { <Button look=Look::Quiet on_press=more busy>{words::desk::more()}</Button> };
        arrived.next.read().is_some().then_some(button)
    };
    view! {
        <PageHead title=words::desk::title() />
        <div class="desk-bar">
            {kinds(kind)}
            <div class="desk-bar__end">
                <Button look=Look::Quiet on_press=refresh busy>{words::desk::refresh()}</Button>
            </div>
        </div>
        {move || rows(arrived)}
        {foot}
    }
}

/// The list of each kind.
fn kinds(chosen: Option<SubmissionKind>) -> impl IntoView {
    let tab = |kind: Option<SubmissionKind>| Tab {
        href: DeskRoute::List { kind }.path(),
        label: kind.map_or(words::desk::all(), states::kind).to_owned(),
        count: None,
    };
    let tabs = [None, Some(SubmissionKind::SignUp), Some(SubmissionKind::CheckIn), Some(SubmissionKind::Report)];
    let current = DeskRoute::List { kind: chosen }.path();
    view! { <Tabs label=words::desk::kinds() tabs=tabs.map(tab).to_vec() current /> }
}

fn rows(arrived: Arrived) -> AnyView {
    let items = arrived.items.get();
    let failure = match arrived.reading.get() {
        Reading::Failed(error) => {
            Some(view! { <div role="alert"><Banner tone=Tone::Danger title=failure_words(&error) /></div> })
        }
        Reading::UnderWay if items.is_empty() => {
            return view! { <Skeleton label=words::frame::loading() /> }.into_any();
        }
        Reading::Done if items.is_empty() => return view! { <Empty words=words::desk::none() /> }.into_any(),
        Reading::UnderWay | Reading::Done => None,
    };
    let columns =
        [words::desk::what(), words::desk::who(), words::desk::arrived(), words::desk::receipt(), words::desk::state()];
    let columns = columns.map(Column::words).to_vec();
    let rows = items.iter().map(row).collect();
    view! {
        {failure}
        <DataTable caption=words::desk::title() columns rows />
    }
    .into_any()
}

fn row(item: &DeskSubmission) -> Row {
    let kind = states::kind(item.kind);
    let title = item.title.clone().unwrap_or_else(|| kind.to_owned());
    let kind = (title != kind).then(|| view! { <span class="desk-row__kind">{kind}</span> });
    let name = |who: &str| item.body.get(who)?.get("name")?.as_str();
    let known = || item.person.as_ref().map(|whom| whom.name.as_str());
    let who = name("person")
        .or_else(|| name("reporter"))
        .or_else(known)
        .unwrap_or_else(|| words::desk::anonymous())
        .to_owned();
    let what =
        view! { <a class="desk-row__link" href=DeskRoute::Item(item.id).path()>{title}</a>{kind}{urgency(item)} };
    vec![
        what.into_any(),
        who.into_any(),
        dates::moment(item.received_at, clock::now()).into_any(),
        view! { <span translate="no">{item.receipt.grouped()}</span> }.into_any(),
        view! { <Chip tone=Tone::Note words=states::accepted(item.state, None) /> }.into_any(),
    ]
}

/// What cannot wait, as far as the list is told: somebody is in danger, or wants to be called.
fn urgency(item: &DeskSubmission) -> Option<AnyView> {
    let said = |field: &str| item.body.get(field).and_then(Value::as_bool) == Some(true);
    let (tone, words) = match item.kind {
        SubmissionKind::Report if said("urgent") => (Tone::Danger, words::report::urgent_term()),
        SubmissionKind::CheckIn if said("contact_me") => (Tone::Caution, words::check_in::contact_me()),
        _ => return None,
    };
    Some(view! { <Chip tone words /> }.into_any())
}
