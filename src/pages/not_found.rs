//! Nothing is there, or no longer.

use leptos::prelude::*;

use crate::i18n::words;
use crate::routes::Route;
use crate::ui::button::{LinkButton, Look};
use crate::ui::page_head::PageHead;

/// Nothing is there.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <PageHead title=words::not_found::title() below=words::not_found::below() />
        <LinkButton look=Look::Main href=Route::Home.path()>
            {words::frame::home()}
        </LinkButton>
    }
}
