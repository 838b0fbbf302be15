//! A visit at a shared tablet. Whoever goes away without a word is asked after a while whether they are still there; then what
//! was typed, what was shown, the size and the language they chose go too. What was typed and shown goes also when the page is
//! left, since a browser would bring it back as it was.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::data::{appearance, clock, kiosk};
use crate::i18n::words;
use crate::router::Router;
use crate::routes::Route;
use crate::ui::dialog::Dialog;
use crate::ui::read_aloud;

/// How long nobody touches anything before they are asked, milliseconds.
const IDLE: u64 = 90_000;
/// How long the question stands, milliseconds.
const ASKED: u64 = 20_000;
const LOOK: Duration = Duration::from_secs(1);

/// Ends a visit when somebody is gone; nothing on a device of one's own.
#[component]
pub fn Visit() -> impl IntoView {
    let router = Router::here();
    let (asking, left) = (RwSignal::new(false), RwSignal::new(0));
    let touched = StoredValue::new(clock::millis());
    let end = move || {
        asking.set(false);
        touched.set_value(clock::millis());
        read_aloud::hush();
        kiosk::end_visit();
        router.replace(&Route::Kiosk.path());
        window().scroll_to_with_x_and_y(0.0, 0.0);
    };
    let touch = move || {
        touched.set_value(clock::millis());
        if asking.get_untracked() {
            asking.set(false);
        }
    };
    let listeners = [
        window_event_listener(ev::pointerdown, move |_| touch()),
        window_event_listener(ev::keydown, move |_| touch()),
        // What an on-screen keyboard or a voice types.
        window_event_listener(ev::input, move |_| touch()),
        window_event_listener(ev::wheel, move |_| touch()),
    ];
    let goes = window_event_listener_untyped("pagehide", move |_| {
        if kiosk::is_on() {
            end();
        }
    });
    let looks = set_interval_with_handle(
        move || {
            let idle = clock::millis().saturating_sub(touched.get_value());
            if !kiosk::is_on() || idle < IDLE {
                return;
            }
            let over = (idle - IDLE) >= ASKED;
            // Where nothing is begun nobody has to be asked.
            if over || Route::is_start(&window().location().pathname().unwrap_or_default()) {
                end();
                // The next person may not read this language, nor need this size.
                spawn_local(appearance::reset());
            } else {
                left.set(ASKED.saturating_sub(idle - IDLE).div_ceil(1000));
                asking.set(true);
            }
        },
        LOOK,
    );
    on_cleanup(move || {
        for listener in listeners {
            listener.remove();
        }
        goes.remove();
        if let Ok(looks) = looks {
            looks.clear();
        }
    });
    let line = move || words::kiosk::idle_line(&left.get());
    view! {
        <Dialog id="still-there" title=words::kiosk::idle() close=words::kiosk::go_on() open=asking>
            <p>{line}</p>
        </Dialog>
    }
}
