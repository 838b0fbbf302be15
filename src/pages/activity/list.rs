//! Activities to come by date, of one kind where wanted, with a search. The kind is in the address, so that the way back
//! leads to the same list.

use leptos::prelude::*;
use linli_domain::activity::Activity;

use super::card::ActivityCard;
use crate::data::clock;
use crate::i18n::{dates, language, words};
use crate::pages::Here;
use crate::pages::community::{Known, with_community};
use crate::routes::Route;
use crate::ui::field::{Labelled, Value};
use crate::ui::list_state::Empty;
use crate::ui::page_head::PageHead;
use crate::ui::text_field::{TextField, TextKind};

/// Activities to come.
#[component]
pub fn ActivityList() -> impl IntoView {
    view! {
        <PageHead title=words::activity::title() />
        {with_community(|public| view! { <Filtered public /> }.into_any())}
    }
}

#[component]
fn Filtered(public: Known) -> impl IntoView {
    let route = Here::route();
    let search = Value::alone("search");
    let kind = move || match &*route.read() {
        Route::Activities { kind } => kind.clone(),
        _ => None,
    };
    let of = Labelled {
        id: "search".to_owned(),
        label: words::activity::search().to_owned(),
        hint: "",
        value: search,
        error: Signal::stored(None),
    };
    let list = move || {
        let (kind, text, now) = (kind(), search.get().trim().to_ascii_lowercase(), clock::now());
        let fits = |activity: &&Activity| {
            activity.ends_at >= now
                && kind.as_ref().is_none_or(|kind| activity.kind == *kind)
                && [&activity.title, &activity.place, &activity.host]
                    .iter()
                    .any(|words| words.to_ascii_lowercase().contains(&text))
        };
        let found: Vec<_> = public.get().activities.iter().filter(fits).cloned().collect();
        if found.is_empty() { view! { <Empty words=words::activity::none() /> }.into_any() } else { by_day(found) }
    };
    view! {
        <div class="filters">
            <nav class="filter-row" aria-label=words::activity::kinds()>
                {move || kinds(public, kind().as_deref())}
            </nav>
            <TextField of kind=TextKind::Search />
        </div>
        {list}
    }
}

/// Links to the list of one kind each.
fn kinds(public: Known, chosen: Option<&str>) -> impl IntoView + use<> {
    let link = |kind: Option<String>, name: String| {
        let lang = kind.as_ref().and_then(|_| language::of_content());
        let current = (kind.as_deref() == chosen).then_some("page");
        view! {
            <a class="filter" href=Route::Activities { kind }.path() aria-current=current lang=lang>
                {name}
            </a>
        }
    };
    let all = link(None, words::activity::all_kinds().to_owned());
    let kinds = public.get().kinds.activity.clone();
    let each = kinds.into_iter().map(|kind| link(Some(kind.id), kind.name)).map(IntoAny::into_any).collect_view();
    (all, each)
}

/// Days with their activities.
fn by_day(activities: Vec<Activity>) -> AnyView {
    let now = clock::now();
    let mut days: Vec<Vec<Activity>> = Vec::new();
    for activity in activities {
        match days.last_mut() {
            Some(day) if dates::same_day(day[0].starts_at, activity.starts_at, now) => day.push(activity),
            _ => days.push(vec![activity]),
        }
    }
    let day = |day: Vec<Activity>| {
        let heading = dates::day(day[0].starts_at, now);
        view! {
            <section class="section">
                <h2 class="section__title">{heading}</h2>
                <ul class="list">{day.into_iter().map(|activity| view! { <ActivityCard activity /> }).map(IntoAny::into_any).collect_view()}</ul>
            </section>
        }
    };
    days.into_iter().map(day).map(IntoAny::into_any).collect_view().into_any()
}
