//! Taking places in from a file: choosing it, seeing what it comes to, and writing that.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::grid::{BadRow, FILE, GridChange, PlaceImport as Import};

use super::session::{Session, SignedIn, is_admin};
use super::sign_in::failure_words;
use crate::data::{self, api};
use crate::i18n::{findings, words};
use crate::routes::DeskRoute;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::file_button::FileButton;
use crate::ui::focus;
use crate::ui::list_state::{Empty, Skeleton};
use crate::ui::page_head::PageHead;

/// Where it stands what it comes to.
const SAID: &str = "said";

/// How far it is.
#[derive(Clone, PartialEq)]
enum Taking {
    NotBegun,
    Unreadable,
    UnderWay,
    Looked(Import),
    Done(Import),
    Failed(data::Error),
}

/// Taking places in from a file.
#[component]
pub fn PlaceImport() -> impl IntoView {
    let session = Session::here();
    let taking = RwSignal::new(Taking::NotBegun);
    let file = StoredValue::new(Arc::new(Vec::new()));
    let send = move |digest: Option<String>| {
        taking.set(Taking::UnderWay);
        let bytes = file.get_value();
        spawn_local(async move {
            let next = match api::import_places(&bytes, digest.as_deref()).await {
                Ok(import) if import.done => Taking::Done(import),
                Ok(import) => Taking::Looked(import),
                Err(data::Error::SignedOut) => return session.end(),
                Err(error) => Taking::Failed(error),
            };
            // The page may have been left meanwhile.
            let _ = taking.try_set(next);
            focus::to_element_soon(SAID.to_owned());
        });
    };
    let chosen = Callback::new(move |bytes: Option<Vec<u8>>| match bytes {
        Some(bytes) => {
            file.set_value(Arc::new(bytes));
            send(None);
        }
        None => taking.set(Taking::Unreadable),
    });
    // What is read out is one line; the tables come after it.
    let said = move || match taking.get() {
        Taking::NotBegun => ().into_any(),
        Taking::UnderWay => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        Taking::Unreadable => view! { <Banner tone=Tone::Danger title=words::places::unreadable() /> }.into_any(),
        Taking::Failed(error) => view! { <Banner tone=Tone::Danger title=why(&error) /> }.into_any(),
        Taking::Looked(import) | Taking::Done(import) => gist(&import),
    };
    let outcome = move || match taking.get() {
        Taking::Looked(import) => {
            let digest = import.digest.clone();
            let confirm = Callback::new(move |()| send(Some(digest.clone())));
            preview(&import, Some(confirm))
        }
        Taking::Done(import) => preview(&import, None),
        Taking::NotBegun | Taking::UnderWay | Taking::Unreadable | Taking::Failed(_) => ().into_any(),
    };
    let may = move || matches!(session.signed_in(), SignedIn::As(me) if is_admin(&me));
    let content = move || {
        if !may() {
            return view! { <Empty words=words::places::import_forbidden() /> }.into_any();
        }
        view! {
            <p>{words::places::download_line()}</p>
            <div class="desk-bar desk-bar__end">
                <LinkButton look=Look::Quiet href=api::places_file()>{words::places::download()}</LinkButton>
                <FileButton id="places-file" word=words::places::choose() accept=".csv,text/csv" on_bytes=chosen />
            </div>
            <div role="status" id=SAID tabindex="-1">{said}</div>
            {outcome}
        }
        .into_any()
    };
    view! {
        <PageHead title=words::places::import() below=words::places::import_below() />
        {content}
    }
}

/// What is wrong with the file comes before what is wrong with the request.
fn why(error: &data::Error) -> &'static str {
    match error {
        data::Error::Refused(problem) => match problem.fields.first() {
            Some(field) if field.pointer == FILE.pointer() => findings::error(FILE.pointer(), field.code),
            _ => findings::refusal(problem),
        },
        other => failure_words(other),
    }
}

/// What it comes to, in one line.
fn gist(import: &Import) -> AnyView {
    let nothing = comes_to_nothing(import);
    let title = if import.done {
        words::places::done()
    } else if nothing {
        words::places::nothing()
    } else {
        words::places::preview()
    };
    let added = (import.added.total() > 0).then(|| view! { <p>{added(import)}</p> });
    let left = (import.left > 0).then(|| view! { <p>{words::places::left(&import.left)}</p> });
    let tone = if import.done { Tone::Good } else { Tone::Note };
    view! {
        <Banner tone title>
            {added}
            {left}
        </Banner>
    }
    .into_any()
}

const fn comes_to_nothing(import: &Import) -> bool {
    import.added.total() == 0 && import.changed.is_empty()
}

fn preview(import: &Import, confirm: Option<Callback<()>>) -> AnyView {
    let done = import.done.then(|| {
        let href = DeskRoute::Places.path();
        view! { <LinkButton look=Look::Quiet href>{words::places::title()}</LinkButton> }
    });
    let changes = (!import.changed.is_empty()).then(|| changed(&import.changed));
    let bad = (import.bad_rows > 0).then(|| bad(import));
    let button = confirm.filter(|_| !comes_to_nothing(import)).map(|on_press| {
        view! { <div class="buttons"><Button look=Look::Main on_press>{words::places::confirm()}</Button></div> }
    });
    view! {
        {done}
        {changes}
        {bad}
        {button}
    }
    .into_any()
}

/// How many of each are new: one line.
fn added(import: &Import) -> String {
    let counts = import.added;
    let counts = [
        (words::places::count_estates(), counts.estates),
        (words::places::count_buildings(), counts.buildings),
        (words::places::count_units(), counts.units),
        (words::places::count_households(), counts.households),
        (words::places::count_grids(), counts.grids),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts.map(|(name, count)| words::places::adds_one(&count, &name)).collect();
    words::places::adds(&counts.join(words::form::and()))
}

fn changed(changes: &[GridChange]) -> AnyView {
    let row = |change: &GridChange| -> Row {
        vec![
            [&change.estate, " ", &change.building].concat().into_any(),
            change.from.clone().unwrap_or_else(|| words::places::no_grid().to_owned()).into_any(),
            change.to.clone().into_any(),
        ]
    };
    let columns = [words::places::building(), words::places::before(), words::places::after()];
    let columns = columns.map(Column::words).to_vec();
    let rows = changes.iter().map(row).collect();
    view! {
        <section class="section">
            <h2 class="section__title">{words::places::changed()}</h2>
            <DataTable caption=words::places::changed() columns rows />
        </section>
    }
    .into_any()
}

fn bad(import: &Import) -> AnyView {
    let column = |name: &str| match name {
        "estate" => words::places::column_estate(),
        "building" => words::places::column_building(),
        "unit" => words::places::column_unit(),
        "room" => words::places::column_room(),
        "grid" => words::places::column_grid(),
        _ => "",
    };
    let row = |row: &BadRow| -> Row {
        vec![row.line.to_string().into_any(), column(&row.column).into_any(), findings::error("", row.code).into_any()]
    };
    let columns = [words::places::line(), words::places::column(), words::places::why()].map(Column::words).to_vec();
    let rows = import.bad.iter().map(row).collect();
    let title = words::places::bad(&import.bad_rows);
    view! {
        <section class="section">
            <h2 class="section__title">{title.clone()}</h2>
            <DataTable caption=title columns rows />
        </section>
    }
    .into_any()
}
