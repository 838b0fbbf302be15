//! The audit log: who did what to what, newest first, page by page.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::audit::AuditLine;

use super::session::Session;
use super::sign_in::failure_words;
use crate::data::{self, api, clock};
use crate::i18n::{dates, states, words};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look};
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::page_head::PageHead;

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
        let title = log.failed.get().as_ref().map(failure_words)?;
        Some(view! { <div role="alert"><Banner tone=Tone::Danger title /></div> })
    };
    let table = move || {
        let columns = [words::audit::what(), words::audit::who(), words::audit::when(), words::audit::object()];
        let rows = log.lines.read().iter().map(row).collect();
        view! { <DataTable caption=words::audit::title() columns=columns.map(Column::words).to_vec() rows /> }
    };
    let foot = move || {
        let button = view! { <Button look=Look::Quiet on_press=more busy=log.busy>{words::desk::more()}</Button> };
        log.next.read().is_some().then_some(button)
    };
    view! {
        <PageHead title=words::audit::title() below=words::audit::below() />
        {failure}
        {table}
        {foot}
    }
}

fn row(line: &AuditLine) -> Row {
    let who = match (&line.name, line.actor.as_str()) {
        (Some(name), _) => name.clone(),
        (None, "device") => words::audit::device().to_owned(),
        (None, "server") => words::audit::server().to_owned(),
        (None, account) => [words::audit::resident(), " ", &short(account)].concat(),
    };
    vec![
        states::deed(&line.action).into_any(),
        who.into_any(),
        dates::moment(line.at, clock::now()).into_any(),
        view! { <span translate="no">{short(&line.object)}</span> }.into_any(),
    ]
}

/// The end of an id tells it from others.
fn short(id: &str) -> String {
    id.char_indices().rev().nth(7).map_or(id, |(at, _)| &id[at..]).to_owned()
}
