//! The way into large mode and out of it: in the header where one arrives, in the foot of every other page, so that there
//! is one of it on each.

use leptos::prelude::*;

use super::Here;
use crate::data::appearance::{self, Mode};
use crate::i18n::words;
use crate::routes::Route;
use crate::ui::focus;

/// Whether it stands in the header, live: on the first page, as long as nobody needs the room for larger type.
pub fn is_in_header() -> Memo<bool> {
    let (route, large) = (Here::route(), appearance::is_large());
    Memo::new(move |_| matches!(*route.read(), Route::Home | Route::Kiosk) && !large.get())
}

/// A button named after the mode it leads to.
#[component]
pub fn ModeSwitch() -> impl IntoView {
    let large = appearance::is_large();
    let switch = move |_| {
        appearance::choose_mode(if large.get_untracked() { Mode::Standard } else { Mode::Large });
        // The button itself goes elsewhere.
        focus::to_heading_soon();
    };
    view! {
        <button class="mode-switch" type="button" on:click=switch>
            {move || if large.get() { words::frame::standard() } else { words::frame::large() }}
        </button>
    }
}
