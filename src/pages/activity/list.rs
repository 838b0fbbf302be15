//! Activities to come by date, of one kind where wanted, with a search. The kind is in the address, so that the way back
//! leads to the same list.

use leptos::prelude::*;
use linli_domain::activity::Activity;

use super::days::by_day;
use crate::data::{appearance, clock};
use crate::i18n::{language, words};
use crate::pages::Here;
use crate::pages::community::{Known, with_community};
use crate::router::Router;
use crate::routes::Route;
use crate::ui::button::{Button, Look};
use crate::ui::disclosure::Disclosure;
use crate::ui::field::{Labelled, Value};
use crate::ui::icon::Icon;
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
    let (router, route, large) = (Router::here(), Here::route(), appearance::is_large());
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
    let all = Callback::new(move |()| {
        search.set(String::new());
        router.go(&Route::Activities { kind: None }.path());
    });
    let nothing = move || {
        view! {
            <Empty words=words::activity::none()>
                <Button look=Look::Quiet on_press=all>
                    {words::activity::show_all()}
                </Button>
            </Empty>
        }
        .into_any()
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
        if found.is_empty() { nothing() } else { by_day(found) }
    };
    let row = move || {
        view! {
            <nav class="filter-row" aria-label=words::activity::kinds()>
                {move || kinds(public, kind().as_deref())}
            </nav>
        }
        .into_any()
    };
    // In large mode a row of kinds is taller than a card.
    let row = move || {
        if large.get() {
            view! { <Disclosure summary=words::activity::kinds()>{row()}</Disclosure> }.into_any()
        } else {
            row()
        }
    };
    view! {
        <div class="filters">
            {row}
            <div class="search">
                <TextField of kind=TextKind::Search />
                <Icon name="search" />
            </div>
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
