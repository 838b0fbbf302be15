//! One notice, and whom to call about it.

use leptos::prelude::*;
use linli_domain::RecordId;
use linli_domain::community::Purpose;

use super::advice::callees;
use super::community::with_community;
use super::not_found::NotFound;
use crate::data::clock;
use crate::i18n::{dates, language, words};
use crate::ui::banner::{Chip, Tone};
use crate::ui::page_head::PageHead;
use crate::ui::phone_link::PhoneList;

/// One notice.
#[component]
pub fn NoticePage(
    /// Which.
    id: RecordId,
) -> impl IntoView {
    with_community(move |public| {
        let page = move || {
            let public = public.get();
            let found = public.notices.iter().find(|notice| notice.id == id).cloned();
            let Some(notice) = found else { return NotFound().into_any() };
            let paragraphs = notice
                .text
                .lines()
                .map(|line| view! { <p>{line.to_owned()}</p> })
                .map(IntoAny::into_any)
                .collect_view();
            let urgent =
                notice.urgent.then(|| view! { <Chip tone=Tone::Caution words=words::notice::urgent() /> }.into_any());
            view! {
                <PageHead title=notice.title lang=language::of_content() below=words::notice::updated(&dates::moment(notice.updated_at, clock::now())) />
                {urgent}
                <div class="prose" lang=language::of_content()>{paragraphs}</div>
                <section class="section">
                    <h2 class="section__title">{words::home::contacts()}</h2>
                    <PhoneList callees=callees(&public, &[Purpose::Office]) lang=language::of_content() />
                </section>
            }
            .into_any()
        };
        page.into_any()
    })
}
