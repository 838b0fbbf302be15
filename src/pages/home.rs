//! The first page: three things one can do, what is on soon, what is new, whom to call.

use chrono::TimeDelta;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::activity::{Activity, SignUpDoor};
use linli_domain::community::{Public, Purpose};
use linli_domain::notice::Notice;

use super::activity::days::by_day;
use super::advice::callees;
use super::community::{Known, known, with_community};
use super::later::OtherPages;
use super::newer::newer;
use super::standing::Standing;
use crate::data::appearance;
use crate::data::clock;
use crate::data::public;
use crate::data::status;
use crate::i18n::{dates, language, words};
use crate::routes::Route;
use crate::ui::icon::Icon;
use crate::ui::list_state::Empty;
use crate::ui::page_head::PageHead;
use crate::ui::phone_link::PhoneList;

/// The first page.
#[component]
pub fn Home() -> impl IntoView {
    let now = clock::now();
    let (day, lunar) = (dates::calendar_day(now), dates::lunar(now));
    let below = if lunar.is_empty() { day } else { words::home::date(&day, &lunar) };
    let state = public::signal();
    let name =
        Signal::derive(move || state.with(known).map_or_else(String::new, |public| public.community.name.clone()));
    let urgent = move || {
        let notices = state.with(known).map(|public| public.notices.clone()).unwrap_or_default();
        notices
            .into_iter()
            .filter(|notice| notice.urgent)
            .map(|notice| notice_link(notice, true))
            .map(IntoAny::into_any)
            .collect_view()
    };
    view! {
        <PageHead title=words::home::title() above=name above_lang=language::of_content() below />
        <div class="home">
            <div class="home__main">
                <ul class="notices">{urgent}</ul>
                <MainLinks />
                {newer()}
            </div>
            <div class="home__side">{with_community(|public| view! { <News public /> }.into_any())}</div>
        </div>
    }
}

/// The three main things one can do, each with how it stands.
#[component]
fn MainLinks() -> impl IntoView {
    let state = public::signal();
    let standing = standing();
    let activities = move || state.with(known).map_or_else(String::new, |public| activities_today(&public));
    let health = move || standing.get().health.unwrap_or_else(|| words::home::check_in_line().to_owned());
    let reports = move || standing.get().reports.unwrap_or_else(|| words::home::report_line().to_owned());
    view! {
        <ul class="main-links">
            {main_link("activity", "calendar-days", words::home::sign_up(), Route::Activities { kind: None }.path(), activities)}
            {main_link("health", "heart-pulse", words::home::check_in(), Route::check_in().path(), health)}
            {main_link("report", "message-square-warning", words::home::report(), Route::report().path(), reports)}
        </ul>
    }
}

/// How one's own things stand, read anew whenever one changed.
fn standing() -> RwSignal<Standing> {
    let (pages, status, public) = (OtherPages::here(), status::signal(), public::signal());
    let (revision, standing) = (Memo::new(move |_| status.read().revision), RwSignal::new(Standing::default()));
    let ready = Memo::new(move |_| public.with(known).is_some());
    Effect::new(move || {
        revision.get();
        ready.get();
        spawn_local(async move {
            if let Some(read) = (pages.standing)().await {
                // The page may have been left meanwhile.
                let _ = standing.try_set(read);
            }
        });
    });
    standing
}

/// A link named by its words alone; how it stands describes it.
fn main_link(
    subject: &'static str,
    icon: &'static str,
    words: &'static str,
    href: String,
    standing: impl Fn() -> String + Send + Sync + 'static,
) -> impl IntoView {
    let id = ["main-link-", subject].concat();
    view! {
        <li class="main-link" data-subject=subject>
            <span class="main-link__icon">
                <Icon name=icon />
            </span>
            <span class="main-link__body">
                <a class="main-link__link" href=href aria-describedby=id.clone()>
                    {words}
                </a>
                <span class="main-link__state" id=id>
                    {standing}
                </span>
            </span>
            <Icon name="chevron-right" />
        </li>
    }
}

fn activities_today(public: &Public) -> String {
    let now = clock::now();
    let today = public.activities.iter().filter(|a| dates::same_day(a.starts_at, now, now) && a.ends_at >= now);
    let (mut all, mut open) = (0, 0);
    for activity in today {
        all += 1;
        open += u32::from(matches!(activity.sign_up_door(now), SignUpDoor::Open { .. }));
    }
    match (all, open) {
        (0, _) => words::home::no_activities_today().to_owned(),
        (all, 0) => words::home::activities_full(&all),
        (all, open) => words::home::activities_today(&all, &open),
    }
}

/// What is on today; where nothing is, what is on in the next two days.
fn coming(public: &Public) -> Vec<Activity> {
    let now = clock::now();
    let on = |days: i64| {
        let day = now + TimeDelta::days(days);
        public.activities.iter().filter(move |a| dates::same_day(a.starts_at, day, now) && a.ends_at >= now).cloned()
    };
    let today: Vec<_> = on(0).collect();
    if today.is_empty() { on(1).chain(on(2)).collect() } else { today }
}

/// What is on soon, what is new, one's own things, whom to call.
#[component]
fn News(public: Known) -> impl IntoView {
    let soon = move || {
        let on = coming(&public.get());
        if on.is_empty() { view! { <Empty words=words::home::nothing_soon() /> }.into_any() } else { by_day(on) }
    };
    let notices = move || {
        let notices = public.get().notices.clone();
        notices
            .into_iter()
            .filter(|notice| !notice.urgent)
            .map(|notice| notice_link(notice, false))
            .map(IntoAny::into_any)
            .collect_view()
    };
    let numbers = move || {
        let callees = callees(
            &public.get(),
            &[Purpose::Office, Purpose::Health, Purpose::Property, Purpose::Crisis, Purpose::Emergency],
        );
        view! { <PhoneList callees lang=language::of_content() /> }
    };
    // Large mode has fewer things on a screen; today's activities are one tap away, and what is urgent stands above.
    let large = appearance::is_large();
    let news = move || {
        (!large.get()).then(|| {
            view! {
                {soon}
                <section class="section">
                    <h2 class="section__title">{words::home::notices()}</h2>
                    <ul class="notices">{notices}</ul>
                </section>
            }
        })
    };
    view! {
        {news}
        <section class="section">
            <h2 class="section__title">{words::home::own()}</h2>
            <ul class="own-links">
                <li><a class="own-link" href=Route::Mine.path()><Icon name="folder-heart" />{words::home::mine()}</a></li>
                <li><a class="own-link" href=Route::Receipts.path()><Icon name="receipt-text" />{words::home::receipts()}</a></li>
            </ul>
        </section>
        <section class="section">
            <h2 class="section__title">{words::home::contacts()}</h2>
            {numbers}
        </section>
    }
}

/// A notice by its title.
fn notice_link(notice: Notice, urgent: bool) -> impl IntoView {
    let icon = if urgent { "triangle-alert" } else { "megaphone" };
    view! {
        <li class="notice-link" data-urgent=urgent.then_some("")>
            <Icon name=icon />
            <a class="notice-link__link" lang=language::of_content() href=Route::Notice(notice.id).path()>
                {notice.title}
            </a>
        </li>
    }
}
