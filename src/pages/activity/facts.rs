//! What one has to know about an activity before signing up: when, where, with whom, what it costs, and what one meets.

use leptos::prelude::*;
use linli_domain::activity::{Activity, SignUpDoor};

use super::card::standing;
use crate::data::clock;
use crate::i18n::{dates, words};
use crate::ui::banner::Banner;
use crate::ui::icon::Icon;

/// The facts of an activity.
#[component]
pub fn Facts(
    /// The activity.
    activity: Activity,
) -> impl IntoView {
    let now = clock::now();
    let (tone, words) = standing(&activity);
    let waiting = match activity.sign_up_door(now) {
        SignUpDoor::WaitingList { waiting } => Some(words::activity::waiting_explained(&(waiting + 1))),
        SignUpDoor::Open { .. } | SignUpDoor::Closed => None,
    };
    let cost = if activity.cost.is_empty() { words::activity::free().to_owned() } else { activity.cost };
    let line = |icon: &'static str, words: String| {
        (!words.is_empty()).then(|| {
            view! {
                <li class="facts__line">
                    <Icon name=icon />
                    <span>{words}</span>
                </li>
            }
        })
    };
    view! {
        <div class="facts" id="activity" tabindex="-1">
            <ul class="facts__list">
                {line("calendar-days", dates::span(activity.starts_at, activity.ends_at, now))}
                {line("map-pin", activity.place)}
                {line("users", activity.host)}
                {line("ticket", cost)}
            </ul>
            <Banner tone title=words>
                {waiting.map(|words| view! { <p>{words}</p> }.into_any())}
            </Banner>
        </div>
    }
}
