//! Says on every page that what is shown is invented.

use leptos::prelude::*;

use super::community::known;
use crate::data::public;
use crate::i18n::words;

/// A line that is there in demo mode only.
#[component]
pub fn DemoBanner() -> impl IntoView {
    let state = public::signal();
    let demo = Memo::new(move |_| state.with(known).is_some_and(|public| public.demo));
    move || demo.get().then(|| view! { <aside class="demo-banner">{words::frame::demo()}</aside> }.into_any())
}
