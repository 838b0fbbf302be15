//! Registers the service worker that lets the app open with no network, and knows when a newer version of the app is
//! there. A newer version takes over only when a person says so: nothing is reloaded under anybody's hands. The app works
//! the same where there is no service worker.

use std::cell::{Cell, RefCell};

use gloo::events::EventListener;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

use super::{appearance, clock};

/// How this app stands to the newest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Version {
    /// It is the newest this device knows of.
    #[default]
    Newest,
    /// A newer one is there and can take over.
    NewerWaits,
    /// A newer one keeps its database in another form: this one can save nothing any more until it is opened anew.
    Outgrown,
}

thread_local! {
    static VERSION: ArcRwSignal<Version> = ArcRwSignal::new(Version::default());
    static REGISTRATION: RefCell<Option<ServiceWorkerRegistration>> = const { RefCell::new(None) };
    /// Whether this tab asked for the newer version.
    static ASKED: Cell<bool> = const { Cell::new(false) };
    static LOOKED_AT: Cell<u64> = const { Cell::new(0) };
}

/// What the waiting service worker takes as the word to take over.
const TAKE_OVER: &str = "take-over";
/// A page that stays open looks for a newer version at most this often, milliseconds.
const LOOK_EVERY: u64 = 3_600_000;

/// How this app stands to the newest, live.
pub fn version() -> ReadSignal<Version> {
    VERSION.with(ArcRwSignal::read_only).into()
}

/// Lets the newer version take over and opens the page anew in it. Drafts and what waits are on the device.
pub fn take_newer() {
    ASKED.set(true);
    let waiting = REGISTRATION.with_borrow(|registration| registration.as_ref()?.waiting());
    // Where none waits any more it has taken over already, at the word of another tab.
    if waiting.is_none_or(|worker| worker.post_message(&TAKE_OVER.into()).is_err()) {
        open_anew();
    }
}

/// A newer version changed the form of the database.
pub(super) fn outgrown() {
    VERSION.with(Clone::clone).set(Version::Outgrown);
}

/// Registers it, quietly.
pub(super) fn register() {
    let Some(window) = web_sys::window() else { return };
    let container = window.navigator().service_worker();
    if container.is_undefined() {
        return;
    }
    await_take_over(&container);
    LOOKED_AT.set(clock::millis());
    spawn_local(async move {
        // A browser that refuses (private mode, no secure origin) goes on without.
        let Ok(registration) = JsFuture::from(container.register("/sw.js")).await else { return };
        follow(registration.unchecked_into());
    });
}

/// Looks for a newer version, if that was long ago: a page that stays open for days makes no navigation, at which the
/// browser would look by itself.
pub(super) fn look_for_newer() {
    let now = clock::millis();
    let Some(registration) = REGISTRATION.with_borrow(Clone::clone) else { return };
    if now.saturating_sub(LOOKED_AT.replace(now)) < LOOK_EVERY {
        return;
    }
    spawn_local(async move {
        if let Ok(looked) = registration.update() {
            // Without a network there is nothing newer to be had.
            let _ = JsFuture::from(looked).await;
        }
    });
}

fn await_take_over(container: &ServiceWorkerContainer) {
    // The first service worker of a device takes over too; it is no newer version.
    let first = Cell::new(container.controller().is_none());
    let taken_over = move |_: &web_sys::Event| {
        if ASKED.replace(false) {
            open_anew();
        } else if first.replace(false) {
            // What was fetched before it was there passed it by.
            spawn_local(appearance::keep_words());
        } else {
            newer_waits();
        }
    };
    EventListener::new(container, "controllerchange", taken_over).forget();
}

fn follow(registration: ServiceWorkerRegistration) {
    look(&registration);
    let found = registration.clone();
    let on_found = move |_: &web_sys::Event| {
        let Some(worker) = found.installing() else { return };
        let found = found.clone();
        EventListener::new(&worker, "statechange", move |_| look(&found)).forget();
    };
    EventListener::new(&registration, "updatefound", on_found).forget();
    REGISTRATION.set(Some(registration));
}

fn look(registration: &ServiceWorkerRegistration) {
    if registration.waiting().is_some() && registration.active().is_some() {
        newer_waits();
    }
}

fn newer_waits() {
    VERSION.with(Clone::clone).maybe_update(|version| {
        let news = *version == Version::Newest;
        if news {
            *version = Version::NewerWaits;
        }
        news
    });
}

fn open_anew() {
    // Fails only where the page is being left already.
    let _ = window().location().reload();
}
