//! All that enters or leaves the browser process: IndexedDB, HTTP, the courier, the service worker, the clock.
//! Knows nothing of pages; publishes four signals, [`status`], [`public`], [`account`] and [`appearance`].

pub mod account;
pub mod acting;
pub mod api;
pub mod appearance;
mod behind;
pub mod clock;
pub mod courier;
pub mod device_storage;
pub mod drafts;
pub mod family;
mod gzip;
pub mod handover;
pub mod kiosk;
mod lease;
pub mod photos;
pub mod public;
pub mod status;
pub mod store;
pub mod submissions;
pub mod tablet;
mod tabs;
mod upgrade;
mod vault;
pub mod worker;

use std::pin::Pin;

use behind::Work;
use linli_domain::Problem;
use wasm_bindgen_futures::spawn_local;

/// Something that comes later.
pub type Coming<T> = Pin<Box<dyn Future<Output = T>>>;

/// What went wrong, sorted by what the page has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// No answer from the server: go on with what is on the device.
    Offline,
    /// Nobody is signed in: ask to sign in.
    SignedOut,
    /// The server refused: show its codes.
    Refused(Problem),
    /// The answer cannot be read: say so, offer to try again.
    Broken,
    /// The device has no room: keep what was typed on the page.
    StorageFull,
    /// The browser's storage failed: keep what was typed on the page.
    Storage,
}

/// Starts what the first page needs: once, when the residents' app is mounted.
pub fn start() {
    tabs::listen();
    public::start();
    spawn_local(status::recount());
    worker::register();
}

/// Starts what works behind the pages: once, when the file it comes in is here.
pub fn start_behind() {
    courier::listen();
    account::start();
    spawn_local(async {
        let work = Work {
            wake: courier::wake,
            learn_epoch: |epoch| Box::pin(note_epoch(epoch)),
            unsent: || Box::pin(async { submissions::unsent().await.ok() }),
            hand_over: || spawn_local(hand_over()),
        };
        behind::begin(work).await;
        status::recount().await;
        tablet::start();
        if kiosk::is_on() {
            hand_over().await;
        }
        // What cannot be tidied now is tidied next time.
        let _ = photos::tidy().await;
    });
}

async fn hand_over() {
    // What could not be cleared away shows nowhere on a shared tablet, and is cleared when the app is opened next.
    let _ = drafts::hand_over().await;
}

async fn note_epoch(epoch: String) {
    // What could not be noted is learned from the next answer.
    let _ = submissions::learn_epoch(&epoch).await;
}
