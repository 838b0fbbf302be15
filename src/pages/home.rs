//! The first page: three things one can do, what is on soon, what is new, whom to call.

use chrono::TimeDelta;
use leptos::prelude::*;
use linli_domain::activity::{Activity, SignUpDoor};
use linli_domain::community::{Public, Purpose};
use linli_domain::notice::Notice;
use linli_domain::submission::{Submission, SubmissionKind};

use super::activity::days::by_day;
use super::advice::callees;
use super::community::{Known, known, with_community};
use super::newer::newer;
use super::stored;
use crate::data::appearance;
use crate::data::clock;
use crate::data::public;
use crate::data::submissions::Stored;
use crate::i18n::{dates, language, readings, words};
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
    let kept = stored::newest(|| stored::PAGE);
    let activities = move || state.with(known).map_or_else(String::new, |public| activities_today(&public));
    let health = move || {
        let kept = kept.get().and_then(Result::ok).unwrap_or_default();
        state.with(known).and_then(|public| last_reading(&kept.stored, &public)).unwrap_or_else(fallback_health)
    };
    let reports = move || {
        let kept = kept.get().and_then(Result::ok).unwrap_or_default();
        let made = kept.stored.iter().filter(|stored| stored.submission.kind() == SubmissionKind::Report).count();
        // Of a long archive only the newest are read, and they do not tell how many there were.
        if made == 0 || kept.more { words::home::report_line().to_owned() } else { words::home::reports_made(&made) }
    };
    view! {
        <ul class="main-links">
            {main_link("activity", "calendar-days", words::home::sign_up(), Route::Activities { kind: None }.path(), activities)}
            {main_link("health", "heart-pulse", words::home::check_in(), Route::check_in().path(), health)}
            {main_link("report", "message-square-warning", words::home::report(), Route::report().path(), reports)}
        </ul>
    }
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

fn last_reading(kept: &[Stored], public: &Public) -> Option<String> {
    let reading = |stored: &Stored| match &stored.submission {
        Submission::CheckIn(check_in) => readings::pressure_short(check_in, &public.thresholds),
        Submission::Report(_) | Submission::SignUp(_) => None,
    };
    kept.iter().find_map(reading).map(|reading| words::home::last_reading(&reading))
}

fn fallback_health() -> String {
    words::home::check_in_line().to_owned()
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
