//! A message at the foot of the page: what just happened, for as long as it takes to read it, or until it is dismissed.

use std::time::Duration;

use leptos::html::Div;
use leptos::prelude::*;

use super::button::{Button, Look};

/// A message at the foot of the page. Its place is always there, since what is not there cannot speak up.
#[component]
pub fn Toast(
    /// What just happened, while it is to be read.
    message: RwSignal<Option<String>>,
    /// The word of the button that dismisses it.
    dismiss: &'static str,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let timer = StoredValue::new(None);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            TimeoutHandle::clear(&timer);
        }
    };
    Effect::new(move || {
        stop();
        if let Some(words) = message.get() {
            timer.set_value(leave_after(reading_time(&words), message, node));
        }
    });
    on_cleanup(stop);
    let shown = move |words: String| {
        view! {
            <div class="toast">
                <p class="toast__words">{words}</p>
                <Button look=Look::Quiet on_press=Callback::new(move |()| message.set(None))>
                    {dismiss}
                </Button>
            </div>
        }
    };
    view! {
        <div class="toasts" role="status" node_ref=node>
            {move || message.get().map(shown)}
        </div>
    }
}

/// Takes the message away after a while; one that is being pointed at or has the focus gets as long again.
fn leave_after(while_read: Duration, message: RwSignal<Option<String>>, node: NodeRef<Div>) -> Option<TimeoutHandle> {
    let leave = move || {
        let attended = |place: web_sys::HtmlDivElement| {
            place.query_selector(".toast:is(:hover, :focus-within)").is_ok_and(|toast| toast.is_some())
        };
        if node.try_get_untracked().flatten().is_some_and(attended) {
            leave_after(while_read, message, node);
        } else {
            message.try_set(None);
        }
    };
    set_timeout_with_handle(leave, while_read).ok()
}

/// How long a message stands: ten seconds, and longer for what takes longer to read. Slow readers manage about three
/// Han characters a second.
fn reading_time(words: &str) -> Duration {
    let letters = u64::try_from(words.chars().count()).unwrap_or(u64::MAX);
    Duration::from_millis(letters.saturating_mul(350).clamp(10_000, 60_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stands_for_ten_seconds_at_least_and_a_minute_at_most() {
        assert_eq!(reading_time("x"), Duration::from_secs(10));
        assert_eq!(reading_time(&"x".repeat(40)), Duration::from_secs(14));
        assert_eq!(reading_time(&"x".repeat(4_000)), Duration::from_secs(60));
    }
}
