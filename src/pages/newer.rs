//! The offer of a newer version, between forms only: nobody is interrupted by it.

use leptos::prelude::*;

use crate::data::worker::{self, Version};
use crate::i18n::words;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look};

/// The offer, where there is a newer version.
pub fn newer() -> impl IntoView {
    let version = worker::version();
    let take = Callback::new(|()| worker::take_newer());
    let offer = move || {
        let (title, line, word) = match version.get() {
            Version::Newest => return None,
            Version::NewerWaits => (words::newer::title(), words::newer::line(), words::newer::take()),
            Version::Outgrown => (words::newer::outgrown(), words::newer::outgrown_line(), words::newer::reopen()),
        };
        let banner = view! {
            <Banner tone=Tone::Note title>
                <p>{line}</p>
                <Button look=Look::Quiet on_press=take>
                    {word}
                </Button>
            </Banner>
        };
        Some(banner.into_any())
    };
    view! { <div class="newer" role="status">{offer}</div> }
}
