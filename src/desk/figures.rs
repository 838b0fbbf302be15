//! Figures of the community for those who need nobody's name: how much arrived where, and the newest of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::figures::{Anonymous, Count, Figures as Told};

use super::session::Session;
use super::sign_in::failure_words;
use crate::data::{self, api, clock};
use crate::i18n::{dates, states, words};
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::list_state::{Empty, Failed, Shape, Skeleton};
use crate::ui::page_head::PageHead;

/// The figures.
#[component]
pub fn Figures() -> impl IntoView {
    let session = Session::here();
    let read = RwSignal::new(None::<Result<Told, data::Error>>);
    let ask = move || {
        read.set(None);
        spawn_local(async move {
            match api::figures().await {
                Err(data::Error::SignedOut) => session.end(),
                answer => {
                    // The page may have been left meanwhile.
                    let _ = read.try_set(Some(answer));
                }
            }
        });
    };
    ask();
    let shown = move || match read.get() {
        None => view! { <Skeleton label=words::frame::loading() shape=Shape::Table /> }.into_any(),
        Some(Err(error)) => {
            let again = Callback::new(move |()| ask());
            view! { <Failed words=failure_words(&error) again=words::frame::again() on_again=again /> }.into_any()
        }
        Some(Ok(told)) if told.counts.is_empty() => view! { <Empty words=words::figures::empty() /> }.into_any(),
        Some(Ok(told)) => tables(&told),
    };
    view! {
        <PageHead title=words::figures::title() below=words::figures::below() />
        {shown}
    }
}

fn tables(told: &Told) -> AnyView {
    let counts = vec![
        Column::words(words::figures::grid()),
        Column::words(words::figures::kind()),
        Column::numbers(words::figures::week()),
        Column::numbers(words::figures::total()),
    ];
    let newest = [words::desk::what(), words::figures::grid(), words::desk::arrived(), words::desk::state()];
    view! {
        <section class="section">
            <h2 class="section__title">{words::figures::counts()}</h2>
            <DataTable caption=words::figures::counts() columns=counts rows=told.counts.iter().map(count).collect() />
        </section>
        <section class="section">
            <h2 class="section__title">{words::figures::newest()}</h2>
            <DataTable
                caption=words::figures::newest()
                columns=newest.map(Column::words).to_vec()
                rows=told.newest.iter().map(anonymous).collect()
            />
        </section>
    }
    .into_any()
}

fn grid(name: Option<&String>) -> String {
    name.map_or_else(|| words::figures::none().to_owned(), Clone::clone)
}

fn count(count: &Count) -> Row {
    vec![
        grid(count.grid.as_ref()).into_any(),
        states::kind(count.kind).into_any(),
        count.week.to_string().into_any(),
        count.total.to_string().into_any(),
    ]
}

fn anonymous(item: &Anonymous) -> Row {
    let title = item.title.clone().unwrap_or_else(|| states::kind(item.kind).to_owned());
    vec![
        title.into_any(),
        grid(item.grid.as_ref()).into_any(),
        dates::moment(item.received_at, clock::now()).into_any(),
        states::accepted(item.state, None).into_any(),
    ]
}
