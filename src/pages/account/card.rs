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
use crate::ui::focus;
use crate::ui::list_state::{Empty, Failed, Skeleton};
use crate::ui::page_head::PageHead;
use crate::ui::print;
use crate::ui::qr_code::QrCode;

/// What is known of the card.
#[derive(Clone, PartialEq)]
enum Known {
    Reading,
    Here(Option<Made>),
    Failed,
}

/// The number takes the focus when a new card is there.
const NUMBER: &str = "card-number";

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
    let (known, busy) = (RwSignal::new(Known::Reading), RwSignal::new(false));
    let failed = RwSignal::new(None::<Error>);
    let look = Callback::new(move |()| {
        known.set(Known::Reading);
        spawn_local(async move {
            let read = family::card(id).await;
            // The page may have been left meanwhile.
            let _ = known.try_set(read.map_or(Known::Failed, Known::Here));
        });
    });
    look.run(());
    // The card there is goes on until there is another.
    let make = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let made = family::new_card(id).await;
            let _ = busy.try_set(false);
            let _ = failed.try_set(made.as_ref().err().cloned());
            if let Ok(card) = made {
                let _ = known.try_set(Known::Here(Some(card)));
                focus::to_id_soon(NUMBER.to_owned());
            }
        });
    });
    let title = words::card::title(&name);
    let scan = words::card::scan(&name);
    let page = move || match known.get() {
        Known::Reading => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        Known::Failed => {
            view! { <Failed words=words::account::offline() again=words::frame::again() on_again=look /> }.into_any()
        }
        Known::Here(None) => view! {
            <section class="section buttons">
                <Empty words=words::card::none() />
                <Button look=Look::Main on_press=make busy>{words::card::make()}</Button>
            </section>
        }
        .into_any(),
        Known::Here(Some(card)) => shown(&card, scan.clone(), make, busy),
    };
    let failure = move || {
        let title = failed.get().as_ref().and_then(failure_words)?;
        let kept = matches!(known.get(), Known::Here(Some(_))).then(|| view! { <p>{words::card::failed()}</p> });
        Some(view! { <Banner tone=Tone::Danger title>{kept}</Banner> })
    };
    view! {
        <PageHead title below=words::card::below() />
        <div role="alert">{failure}</div>
        {page}
    }
    .into_any()
}

fn shown(card: &Made, scan: String, make: Callback<()>, busy: RwSignal<bool>) -> AnyView {
    let number = match card.number.parse() {
        Ok(CardMark::Number(number)) => number.grouped(),
        _ => card.number.clone(),
    };
    let print = Callback::new(|()| print::page());
    view! {
        <section class="receipt-card">
            <p class="receipt-card__label">{scan.clone()}</p>
            <p class="receipt-card__label">{words::card::number()}</p>
            <p class="receipt-card__number" translate="no" id=NUMBER tabindex="-1">
                {number}
            </p>
            <QrCode text=card.code.clone() label=scan />
        </section>
        <section class="section buttons">
            <Button look=Look::Main on_press=print>{words::card::print()}</Button>
            <p class="receipt-card__hint">{words::card::lost()}</p>
            <AskedButton
                word=words::card::replace()
                look=Look::Quiet
                title=words::card::replace_title()
                line=words::card::replace_line()
                confirm=words::card::replace_confirm()
                again=words::card::keep()
                on_confirm=make
                busy
            />
        </section>
    }
    .into_any()
}
