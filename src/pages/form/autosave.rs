//! Saves a draft as it is typed: a moment after a change, and at once when the page is left or hidden. Knows what
//! lies in the draft, so that what came from there is not saved again.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;

use super::merge::{Merged, merge};
use crate::data::clock;
use crate::data::drafts::{self, Draft};
use crate::ui::field::Typed;

const PAUSE: Duration = Duration::from_millis(300);

/// Saves one draft.
#[derive(Clone, Copy)]
pub struct Autosave(StoredValue<State>);

struct State {
    key: String,
    /// As it lies on the device.
    draft: Draft<Typed>,
    /// Changed, and not saved yet.
    unsaved: Option<Typed>,
    timer: Option<TimeoutHandle>,
    /// Whether the draft became a submission, so that nothing may bring it back.
    stopped: bool,
}

impl Autosave {
    /// Starts listening for the page being left or hidden.
    pub fn start(key: String, draft: Draft<Typed>) -> Self {
        let state = State { key, draft, unsaved: None, timer: None, stopped: false };
        let autosave = Self(StoredValue::new(state));
        let leaving =
            ["visibilitychange", "pagehide"].map(|event| window_event_listener_untyped(event, move |_| autosave.now()));
        on_cleanup(move || {
            autosave.now();
            for listener in leaving {
                listener.remove();
            }
        });
        autosave
    }

    /// Something was typed.
    pub fn soon(self, typed: Typed) {
        self.0.update_value(|state| {
            state.unsaved = (typed != state.draft.values).then_some(typed);
            // Whoever types without a pause is saved all the same: a page that is left has no time to encrypt much.
            if state.unsaved.is_none() {
                state.cancel();
            } else if state.timer.is_none() {
                state.timer = set_timeout_with_handle(move || self.now(), PAUSE).ok();
            }
        });
    }

    /// Saves what is unsaved.
    pub fn now(self) {
        let Some(Some((key, draft))) = self.0.try_update_value(State::take) else { return };
        spawn_local(async move {
            // What cannot be kept stays on the page; sending says so if it fails too.
            let _ = drafts::keep(&key, &draft).await;
        });
    }

    /// The id the record will have.
    pub fn record(self) -> RecordId {
        self.0.with_value(|state| state.draft.id)
    }

    /// What was typed as the draft that would be saved, and under which name.
    pub fn draft(self, values: Typed) -> (String, Draft<Typed>) {
        self.0.with_value(|state| (state.key.clone(), Draft { values, ..state.draft.clone() }))
    }

    /// Saves nothing from now on, or again.
    pub fn stop(self, stopped: bool) {
        self.0.update_value(|state| state.stopped = stopped);
    }

    /// Whether saving was stopped, because the draft became a submission here.
    pub fn is_stopped(self) -> bool {
        self.0.try_with_value(|state| state.stopped).unwrap_or(true)
    }

    /// Takes over what another window saved in the same draft; what is typed then.
    pub fn take_over(self, here: &Typed, there: Draft<Typed>) -> Option<Merged> {
        self.0.try_update_value(|state| {
            let merged = merge(&state.draft.values, here, &there.values);
            state.draft.begun_at = there.begun_at;
            state.draft.values.extend(there.values);
            merged
        })
    }
}

impl State {
    /// The draft to save, if there is anything to save.
    fn take(&mut self) -> Option<(String, Draft<Typed>)> {
        self.cancel();
        let values = if self.stopped { None } else { self.unsaved.take() };
        values.map(|values| {
            self.draft.values = values;
            self.draft.begun_at.get_or_insert_with(clock::now);
            (self.key.clone(), self.draft.clone())
        })
    }

    fn cancel(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }
}
