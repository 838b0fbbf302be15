//! Activities by the day on which they begin.

use leptos::prelude::*;
use linli_domain::activity::Activity;

use super::card::ActivityCard;
use crate::data::clock;
use crate::i18n::dates;

/// Days with their activities, which are in the order of time.
pub fn by_day(activities: Vec<Activity>) -> AnyView {
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
