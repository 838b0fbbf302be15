//! The header of every page: the way back, on the first one large mode, and how delivery stands.

use leptos::prelude::*;

use super::Here;
use super::mode_switch::{ModeSwitch, is_in_header};
use crate::data::status::{self, Counted, Reach, Status};
use crate::i18n::words;
use crate::routes::{DeskRoute, Route};
use crate::ui::icon::Icon;

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let (route, switch) = (Here::route(), is_in_header());
    let start = move || {
        if matches!(*route.read(), Route::Home | Route::Kiosk) {
            view! {
                <span class="header__brand">
                    <Icon name="house" />
                    {words::frame::app()}
                </span>
            }
            .into_any()
        } else {
            let (href, words) = if route.read().is_for_somebody() {
                (DeskRoute::RESIDENTS.to_owned(), words::residents::back())
            } else {
                (route.read().parent().path(), words::frame::back())
            };
            view! {
                <a class="header__back" href=href>
                    <Icon name="chevron-left" />
                    {words}
                </a>
            }
            .into_any()
        }
    };
    view! {
        <header class="header">
            {start}
            <div class="header__end">
                {move || switch.get().then(|| view! { <ModeSwitch /> })}
                <Delivery />
            </div>
        </header>
    }
}

/// How delivery stands: a word that leads to the outbox, as soon as it is known.
#[component]
fn Delivery() -> impl IntoView {
    let status = status::signal();
    let known = Memo::new(move |_| status.read().counted != Counted::NotYet);
    let chip = move || {
        view! {
            <a class="chip chip--link" data-tone=move || standing(status.get()).0 href=Route::Outbox.path()>
                {move || view! { <Icon name=standing(status.get()).1 /> }}
                <span>{move || standing(status.get()).2}</span>
            </a>
        }
    };
    view! {
        <div class="header__status" role="status">
            {move || known.get().then(chip)}
        </div>
    }
}

/// Tone, icon and words of the chip: what a person has to look at comes first.
fn standing(status: Status) -> (&'static str, &'static str, String) {
    let offline = status.reach == Reach::Unreachable;
    if status.attention > 0 {
        ("danger", "circle-alert", words::delivery::attention(&status.attention))
    } else if status.overdue > 0 {
        ("caution", "triangle-alert", words::delivery::overdue(&status.overdue))
    } else if status.waiting > 0 && status.sending {
        ("note", "send", words::delivery::sending(&status.waiting))
    } else if status.waiting + status.photos > 0 && offline {
        ("caution", "cloud-off", words::delivery::offline_saved().to_owned())
    } else if status.waiting > 0 {
        ("caution", "send", words::delivery::waiting(&status.waiting))
    } else if status.photos > 0 {
        ("note", "send", words::delivery::photos(&status.photos))
    } else if offline {
        ("note", "cloud-off", words::delivery::offline().to_owned())
    } else if status.counted == Counted::Failed {
        ("note", "send", words::outbox::title().to_owned())
    } else {
        ("good", "circle-check", words::delivery::all_sent().to_owned())
    }
}
