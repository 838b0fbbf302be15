//! What the tabs of this device tell each other. A tab does not hear itself.

use std::cell::RefCell;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use linli_domain::RecordId;
use linli_domain::courier::Reason;
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use super::status::{self, Reach};
use super::{behind, drafts, public};

/// What there is to tell.
pub(super) enum News<'a> {
    /// Stored submissions changed.
    Submissions,
    /// A draft changed.
    Draft,
    /// These are being sent; none: nothing is any more.
    Sending(&'a [RecordId]),
}

thread_local! {
    static CHANNEL: RefCell<Option<(BroadcastChannel, EventListener)>> = const { RefCell::new(None) };
    static SILENCE: RefCell<Option<Timeout>> = const { RefCell::new(None) };
}

const SUBMISSIONS: &str = "submissions";
const DRAFT: &str = "draft";
const SENDING: &str = "sending";

/// A tab that sends and says nothing for this long was closed: a request is given up sooner, milliseconds.
const LONGEST_SENDING: u32 = 45_000;

/// Listens for the other tabs from now on.
pub(super) fn listen() {
    let Ok(channel) = BroadcastChannel::new("linli") else { return };
    let listener = EventListener::new(&channel, "message", |event| {
        let told = event.unchecked_ref::<MessageEvent>().data().as_string().unwrap_or_default();
        let (what, ids) = told.split_once(' ').unwrap_or((&told, ""));
        match what {
            SUBMISSIONS => submissions_changed(),
            DRAFT => drafts::changed_elsewhere(),
            SENDING => sends(ids.split_whitespace().filter_map(|id| id.parse().ok()).collect()),
            // A newer version may have more to tell.
            _ => {}
        }
    });
    CHANNEL.set(Some((channel, listener)));
}

/// Tells the others; they read for themselves what became of it.
pub(super) fn tell_others(news: &News<'_>) {
    let text = match news {
        News::Submissions => SUBMISSIONS.to_owned(),
        News::Draft => DRAFT.to_owned(),
        News::Sending(ids) => ids.iter().fold(SENDING.to_owned(), |text, id| text + " " + &id.to_string()),
    };
    CHANNEL.with_borrow(|channel| {
        if let Some((channel, _)) = channel {
            // A closed channel only means that nobody listens any more.
            let _ = channel.post_message(&text.into());
        }
    });
}

fn submissions_changed() {
    drafts::changed_elsewhere();
    wasm_bindgen_futures::spawn_local(status::recount());
    behind::wake(Reason::Started);
    // What another tab could send says that the server is there.
    if status::reach() == Reach::Unreachable {
        wasm_bindgen_futures::spawn_local(public::refresh());
    }
}

fn sends(ids: Vec<RecordId>) {
    let silence = (!ids.is_empty()).then(|| Timeout::new(LONGEST_SENDING, || status::sends(Vec::new())));
    SILENCE.set(silence);
    status::sends(ids);
}
