//! The audit log: who did what to what, newest first, page by page.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::audit::AuditLine;

use super::session::Session;
use super::sign_in::failure_words;
use crate::data::{self, api, clock};
use crate::i18n::{dates, states, words};
use crate::ui::button::{Button, Look};
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::list_state::{Empty, Failed, Shape, Skeleton};
use crate::ui::page_head::PageHead;

/// What one press does to many things.
const MANY: [&str; 1] = ["household_code.print"];

/// The log while it is looked at.
#[derive(Clone, Copy)]
struct Log {
    lines: RwSignal<Vec<AuditLine>>,
    next: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<data::Error>>,
}

impl Log {
    /// Reads the page at the cursor behind what is shown.
    fn read(self, session: Session, cursor: Option<String>) {
        self.busy.set(true);
        spawn_local(async move {
            match api::audit(cursor.as_deref()).await {
                Ok(page) => {
                    // The page may have been left meanwhile.
                    let _ = self.lines.try_update(|lines| lines.extend(page.items));
                    let _ = self.next.try_set(page.next);
                    let _ = self.failed.try_set(None);
                }
                Err(data::Error::SignedOut) => session.end(),
                Err(error) => {
                    let _ = self.failed.try_set(Some(error));
                }
            }
            let _ = self.busy.try_set(false);
        });
    }
}

/// The audit log.
#[component]
pub fn Audit() -> impl IntoView {
    let session = Session::here();
    let log = Log {
        lines: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        busy: RwSignal::new(false),
        failed: RwSignal::new(None),
    };
    log.read(session, None);
    let more = Callback::new(move |()| log.read(session, log.next.get_untracked()));
    let failure = move || {
        let words = log.failed.get().as_ref().map(failure_words)?;
        Some(view! { <Failed words again=words::frame::again() on_again=more /> })
    };
    let known = Memo::new(move |_| !log.lines.read().is_empty());
    let content = move || match (known.get(), log.busy.get(), log.failed.read().is_some()) {
        (true, ..) => (move || table(&log.lines.read())).into_any(),
        (false, true, _) => view! { <Skeleton label=words::frame::loading() shape=Shape::Table /> }.into_any(),
        (false, false, true) => ().into_any(),
        (false, false, false) => view! { <Empty words=words::audit::none() /> }.into_any(),
    };
    let foot = move || {
        let button = view! { <Button look=Look::Quiet on_press=more busy=log.busy>{words::desk::more()}</Button> };
        (log.failed.read().is_none() && log.next.read().is_some()).then_some(button)
    };
    view! {
        <PageHead title=words::audit::title() below=words::audit::below() />
        {content}
        {failure}
        {foot}
    }
}

fn table(lines: &[AuditLine]) -> AnyView {
    let columns = [words::audit::what(), words::audit::who(), words::audit::when(), words::audit::object()];
    // One press that did the same to many things is told once.
    let presses = lines.chunk_by(|one, next| {
        (one.at, &one.actor, &one.action) == (next.at, &next.actor, &next.action) && MANY.contains(&&*one.action)
    });
    let rows = presses.map(row).collect();
    view! { <DataTable caption=words::audit::title() columns=columns.map(Column::words).to_vec() rows /> }.into_any()
}

fn row(press: &[AuditLine]) -> Row {
    let Some(line) = press.first() else { return Vec::new() };
    let deed = states::deed(&line.action);
    let (deed, object) = match press.len() {
        1 => (deed, short(&line.object)),
        count => (words::audit::times(&count, &deed), "–".to_owned()),
    };
    let who = match (&line.name, line.actor.as_str()) {
        (Some(name), _) => name.clone(),
        (None, "device") => words::audit::device().to_owned(),
        (None, "server") => words::audit::server().to_owned(),
        (None, account) => [words::audit::resident(), " ", &short(account)].concat(),
    };
    vec![
        deed.into_any(),
        who.into_any(),
        dates::moment(line.at, clock::now()).into_any(),
        view! { <span translate="no">{object}</span> }.into_any(),
    ]
}

/// The end of an id tells it from others.
fn short(id: &str) -> String {
    id.char_indices().rev().nth(7).map_or(id, |(at, _)| &id[at..]).to_owned()
}
