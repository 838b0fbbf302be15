//! One activity in a list: when, what, where, and whether places are free.

use leptos::prelude::*;
use linli_domain::activity::{Activity, ActivityState, SignUpDoor};

use crate::data::clock;
use crate::i18n::{dates, language, states, words};
use crate::routes::Route;
use crate::ui::banner::{Chip, Tone};

/// One activity in a list.
#[component]
pub fn ActivityCard(
    /// The activity.
    activity: Activity,
) -> impl IntoView {
    let now = clock::now();
    let (tone, standing) = standing(&activity);
    let starts = dates::clock(activity.starts_at, now);
    let ends = dates::clock(activity.ends_at, now);
    view! {
        <li class="activity-card">
            <p class="activity-card__time">
                <span class="activity-card__start">{starts}</span>
                <span class="activity-card__end">{["–", &ends].concat()}</span>
            </p>
            <div class="activity-card__body">
                <h3 class="activity-card__title">
                    <a class="activity-card__link" lang=language::of_content() href=Route::Activity(activity.id).path()>
                        {activity.title}
                    </a>
                </h3>
                <p class="activity-card__place" lang=language::of_content()>{activity.place}</p>
                <Chip tone words=standing />
            </div>
        </li>
    }
}

/// Whether it takes place and has room, with its tone.
pub fn standing(activity: &Activity) -> (Tone, String) {
    match activity.state {
        ActivityState::Cancelled => (Tone::Danger, words::activity::cancelled().to_owned()),
        ActivityState::Postponed => (Tone::Caution, words::activity::postponed().to_owned()),
        ActivityState::Announced | ActivityState::Other => {
            let door = activity.sign_up_door(clock::now());
            let tone = match door {
                SignUpDoor::Open { .. } => Tone::Good,
                SignUpDoor::WaitingList { .. } => Tone::Caution,
                SignUpDoor::Closed => Tone::Note,
            };
            (tone, states::door(door))
        }
    }
}
