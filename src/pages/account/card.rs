//! Somebody's card, to be shown or printed, and replaced after a question.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;
use linli_domain::card::{Card as Made, CardMark};

use super::fields::failure_words;
use super::signed_in;
use crate::data::{Error, family};
use crate::i18n::words;
use crate::ui::asked_button::AskedButton;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look};
use crate::ui::list_state::{Empty, Skeleton};
use crate::ui::page_head::PageHead;
use crate::ui::print;
use crate::ui::qr_code::QrCode;

/// What is known of the card.
#[derive(Clone, PartialEq)]
enum Known {
    Reading,
    Here(Option<Made>),
    Failed(Error),
}

/// Somebody's card.
#[component]
pub fn Card(
    /// Whose.
    id: RecordId,
) -> impl IntoView {
    signed_in(move || {
        let member = family::signal().get_untracked().and_then(|family| family.member(id).cloned());
        match member {
            Some(member) => card(id, &member.name),
            None => crate::pages::not_found::NotFound().into_any(),
        }
    })
}

fn card(id: RecordId, name: &str) -> AnyView {
    let known = RwSignal::new(Known::Reading);
    spawn_local(async move {
        let read = family::card(id).await;
        // The page may have been left meanwhile.
        let _ = known.try_set(read.map_or_else(Known::Failed, Known::Here));
    });
    let make = Callback::new(move |()| {
        spawn_local(async move {
            let made = family::new_card(id).await;
            let _ = known.try_set(made.map_or_else(Known::Failed, |card| Known::Here(Some(card))));
        });
    });
    let title = words::card::title(&name);
    let scan = words::card::scan(&name);
    let page = move || match known.get() {
        Known::Reading => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        Known::Failed(error) => failure_words(&error)
            .map(|title| view! { <div role="alert"><Banner tone=Tone::Danger title /></div> })
            .into_any(),
        Known::Here(None) => view! {
            <Empty words=words::card::none() />
            <Button look=Look::Main on_press=make>{words::card::make()}</Button>
        }
        .into_any(),
        Known::Here(Some(card)) => shown(&card, scan.clone(), make),
    };
    view! {
        <PageHead title below=words::card::below() />
        {page}
    }
    .into_any()
}

fn shown(card: &Made, scan: String, make: Callback<()>) -> AnyView {
    let number = match card.number.parse() {
        Ok(CardMark::Number(number)) => number.grouped(),
        _ => card.number.clone(),
    };
    let print = Callback::new(|()| print::page());
    view! {
        <section class="receipt-card">
            <p class="receipt-card__label">{words::card::number()}</p>
            <p class="receipt-card__number" translate="no">
                {number}
            </p>
            <QrCode text=card.code.clone() label=scan />
        </section>
        <section class="section buttons">
            <Button look=Look::Main on_press=print>{words::card::print()}</Button>
            <p>{words::card::lost()}</p>
            <AskedButton
                word=words::card::replace()
                look=Look::Quiet
                title=words::card::replace_title()
                line=words::card::replace_line()
                confirm=words::card::replace_confirm()
                again=words::account::delete_keep()
                on_confirm=make
            />
        </section>
    }
    .into_any()
}
