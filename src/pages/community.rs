//! The community as this device knows it, for pages that need it: skeleton before, a way to try again where it failed.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::community::Public;

use crate::data::public::{self, PublicState};
use crate::i18n::words;
use crate::ui::list_state::{Failed, Skeleton};

/// The community where it is known, live.
#[derive(Clone, Copy)]
pub struct Known(ReadSignal<PublicState>);

impl Known {
    /// The community, live; only where [`with_community`] found it.
    pub fn get(self) -> Arc<Public> {
        self.0.with(known).expect("a community that is known stays known")
    }

    /// The community, not followed.
    pub fn get_untracked(self) -> Arc<Public> {
        self.0.with_untracked(known).expect("a community that is known stays known")
    }
}

/// The community, if it is known yet.
pub fn known(state: &PublicState) -> Option<Arc<Public>> {
    match state {
        PublicState::Ready(public) => Some(Arc::clone(public)),
        PublicState::Loading | PublicState::Failed => None,
    }
}

/// Draws a view as soon as the community is known; news later do not draw it anew.
pub fn with_community(view: impl Fn(Known) -> AnyView + Send + Sync + 'static) -> AnyView {
    let state = public::signal();
    let failed = Memo::new(move |_| *state.read() == PublicState::Failed);
    let ready = Memo::new(move |_| state.with(known).is_some());
    let again = Callback::new(|()| spawn_local(public::refresh()));
    let content = move || {
        if ready.get() {
            view(Known(state))
        } else if failed.get() {
            view! { <Failed words=words::frame::not_loaded() again=words::frame::again() on_again=again /> }.into_any()
        } else {
            view! { <Skeleton label=words::frame::loading() /> }.into_any()
        }
    };
    content.into_any()
}
