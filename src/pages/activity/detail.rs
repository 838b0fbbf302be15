//! One activity, with the way to sign up.

use leptos::prelude::*;
use linli_domain::RecordId;
use linli_domain::activity::SignUpDoor;

use super::facts::Facts;
use crate::data::clock;
use crate::i18n::{language, words};
use crate::pages::community::with_community;
use crate::pages::not_found::NotFound;
use crate::routes::Route;
use crate::ui::actions::Actions;
use crate::ui::button::{LinkButton, Look};
use crate::ui::page_head::PageHead;

/// One activity.
#[component]
pub fn ActivityDetail(
    /// Which.
    id: RecordId,
) -> impl IntoView {
    with_community(move |public| {
        let page = move || {
            let found = public.get().activities.iter().find(|activity| activity.id == id).cloned();
            let Some(activity) = found else { return NotFound().into_any() };
            let word = match activity.sign_up_door(clock::now()) {
                SignUpDoor::Open { .. } => Some(words::activity::sign_up()),
                SignUpDoor::WaitingList { .. } => Some(words::activity::join_waiting_list()),
                SignUpDoor::Closed => None,
            };
            let paragraphs = activity
                .summary
                .lines()
                .map(|line| view! { <p>{line.to_owned()}</p> })
                .map(IntoAny::into_any)
                .collect_view();
            view! {
                <PageHead title=activity.title.clone() lang=language::of_content() />
                <div class="columns">
                    <Facts activity />
                    <div class="prose" lang=language::of_content()>{paragraphs}</div>
                </div>
                {word.map(|word| view! {
                    <Actions>
                        <LinkButton look=Look::Main href=Route::sign_up(id).path()>{word}</LinkButton>
                    </Actions>
                })}
            }
            .into_any()
        };
        page.into_any()
    })
}
