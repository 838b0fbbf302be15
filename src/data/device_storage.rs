//! The room this device has, and whether the browser promised to keep what lies there. What a browser does not tell is
//! taken to be well.

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::StorageManager;

/// How storage stands on this device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Room {
    /// Whether the browser may throw everything away when the device runs full.
    pub fleeting: bool,
    /// Whether little room is left.
    pub low: bool,
}

/// Less than this is little, bytes: some thirty photos.
const LITTLE: f64 = 8.0 * 1024.0 * 1024.0;

thread_local! {
    static ROOM: ArcRwSignal<Room> = ArcRwSignal::new(Room::default());
}

/// How storage stands, live.
pub fn signal() -> ReadSignal<Room> {
    ROOM.with(ArcRwSignal::read_only).into()
}

/// Looks how storage stands.
pub fn look() {
    spawn_local(async {
        let Some(storage) = storage() else { return };
        if let Ok(asked) = storage.persisted()
            && let Ok(promised) = JsFuture::from(asked).await
        {
            update(|room| room.fleeting = promised.as_bool() == Some(false));
        }
        if let Ok(asked) = storage.estimate()
            && let Ok(estimate) = JsFuture::from(asked).await
        {
            let bytes = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64();
            if let (Some(quota), Some(usage)) = (bytes("quota"), bytes("usage")) {
                update(|room| room.low = quota - usage < LITTLE);
            }
        }
    });
}

/// Asks the browser to keep what lies here: now that something does, a person who is asked knows what it is about.
pub(super) fn ask_to_keep() {
    spawn_local(async {
        let asked = storage().and_then(|storage| storage.persist().ok());
        if let Some(asked) = asked {
            // A browser that refuses is asked again after the next submission.
            let _ = JsFuture::from(asked).await;
        }
        look();
    });
}

fn storage() -> Option<StorageManager> {
    let storage = web_sys::window()?.navigator().storage();
    // Only a secure page has one.
    (!storage.is_undefined()).then_some(storage)
}

fn update(change: impl FnOnce(&mut Room)) {
    let room = ROOM.with(Clone::clone);
    let mut next = room.get_untracked();
    change(&mut next);
    if next != room.get_untracked() {
        room.set(next);
    }
}
