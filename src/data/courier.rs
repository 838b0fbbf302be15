//! Runs the courier of the domain: feeds it events and carries its effects out.

use std::cell::RefCell;

use gloo::events::EventListener;
use gloo::timers::callback::{Interval, Timeout};
use linli_domain::courier::{Courier, Effect, Event, Millis, Phase, Reason};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, VisibilityState};

use super::api::{self, Outbox};
use super::lease::{self, Lease};
use super::{clock, drafts, kiosk, photos, public, status, submissions, worker};

#[derive(Default)]
struct Running {
    courier: Courier,
    lease: Option<Lease>,
    alarm: Option<Timeout>,
    /// Breaks off the photo that is under way.
    photo: Option<AbortController>,
    /// Whether the server said something of records since what it publishes was asked for.
    answered: bool,
}

thread_local! {
    static RUNNING: RefCell<Running> = RefCell::default();
}

/// The longest a browser timer can run, milliseconds.
const LONGEST_TIMER: Millis = i32::MAX as Millis;
/// What waits is counted again this often, milliseconds.
const COUNT_EVERY: u32 = 3_600_000;

/// Listens for everything that may wake the courier.
pub(super) fn listen() {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    EventListener::new(&window, "online", |_| {
        wake(Reason::Hopeful);
        spawn_local(public::refresh());
    })
    .forget();
    EventListener::new(&window, "pageshow", |_| wake(Reason::Hopeful)).forget();
    EventListener::new(&document.clone(), "visibilitychange", move |_| {
        if document.visibility_state() == VisibilityState::Visible {
            wake(Reason::Hopeful);
            spawn_local(public::refresh());
            // A page that was frozen has missed what the other tabs told.
            drafts::changed_elsewhere();
            worker::look_for_newer();
            spawn_local(status::recount());
        }
    })
    .forget();
    // What waits gets old also where nothing else happens.
    Interval::new(COUNT_EVERY, || spawn_local(status::recount())).forget();
    kiosk::follow();
}

/// A person wants it sent now.
pub fn send_now() {
    wake(Reason::Pressed);
}

pub(super) fn wake(reason: Reason) {
    happened(Event::Woken(reason));
}

fn happened(event: Event) {
    let effects = RUNNING.with_borrow_mut(|running| {
        let courier = std::mem::take(&mut running.courier);
        let (courier, effects) = courier.update(event, clock::millis(), clock::dice());
        running.courier = courier;
        effects
    });
    publish();
    for effect in effects {
        carry_out(effect);
    }
}

fn publish() {
    let phase = RUNNING.with_borrow(|running| running.courier.phase().clone());
    let retry_in = match phase {
        Phase::Pausing { until, .. } => Some(until.saturating_sub(clock::millis())),
        _ => None,
    };
    let retry_at = retry_in
        .and_then(|millis| i64::try_from(millis).ok())
        .map(|millis| clock::now() + chrono::TimeDelta::milliseconds(millis));
    status::update(|status| status.retry_at = retry_at);
    match phase {
        Phase::Sending(batch) => status::sends_here(batch.iter().map(|entry| entry.id).collect()),
        Phase::Resting | Phase::Pausing { .. } => status::sends_here(Vec::new()),
        Phase::TakingLease | Phase::Reading | Phase::SendingPhoto { .. } | Phase::Saving => {}
    }
}

fn carry_out(effect: Effect) {
    match effect {
        Effect::TakeLease => spawn_local(async {
            let lease = lease::take().await;
            let event = if lease.is_some() { Event::LeaseGranted } else { Event::LeaseRefused };
            RUNNING.with_borrow_mut(|running| running.lease = lease);
            happened(event);
        }),
        Effect::ReleaseLease => {
            if let Some(lease) = RUNNING.with_borrow_mut(|running| running.lease.take()) {
                lease.release();
            }
            // The counts of places may have changed with what was delivered.
            if RUNNING.with_borrow_mut(|running| std::mem::take(&mut running.answered)) {
                spawn_local(public::refresh());
            }
        }
        Effect::ReadOutbox => spawn_local(async {
            happened(submissions::waiting().await);
        }),
        Effect::Send(ids) => spawn_local(async move {
            happened(match submissions::outbox_items(&ids).await {
                Ok(items) => api::post_outbox(&Outbox { items }).await,
                Err(event) => event,
            });
        }),
        Effect::SendPhoto { record, hash } => {
            let Ok(controller) = AbortController::new() else { return happened(Event::NotReached) };
            RUNNING.with_borrow_mut(|running| running.photo = Some(controller.clone()));
            spawn_local(async move {
                happened(match photos::bytes(record, hash).await {
                    Ok(Some(bytes)) => api::put_photo(hash, &bytes, controller).await,
                    Ok(None) => Event::PhotoGone,
                    Err(_) => Event::NotReached,
                });
            });
        }
        Effect::PutPhotoBack => {
            if let Some(controller) = RUNNING.with_borrow_mut(|running| running.photo.take()) {
                controller.abort();
            }
        }
        Effect::SavePhoto(settled) => spawn_local(async move {
            let saved = photos::settle(settled).await;
            happened(saved.map_or(Event::StorageFailed, |()| Event::OutcomesSaved));
        }),
        Effect::SaveOutcomes(settling) => spawn_local(async move {
            let saved = submissions::save_outcomes(settling).await;
            RUNNING.with_borrow_mut(|running| running.answered = true);
            happened(saved.map_or(Event::StorageFailed, |()| Event::OutcomesSaved));
        }),
        Effect::WakeAt(at) => {
            let wait = at.saturating_sub(clock::millis()).min(LONGEST_TIMER);
            let alarm = Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), || happened(Event::PauseEnded));
            RUNNING.with_borrow_mut(|running| running.alarm = Some(alarm));
        }
    }
}
