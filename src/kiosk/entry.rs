//! How a device becomes a shared tablet: at once where nothing on it would be lost, otherwise after a question. A link from
//! somewhere is no answer to it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::data::kiosk;
use crate::i18n::words;
use crate::routes::Route;
use crate::ui::actions::Actions;
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::focus;
use crate::ui::list_state::Skeleton;
use crate::ui::page_head::PageHead;

/// How far it has come.
#[derive(Clone, Copy, PartialEq)]
enum Entering {
    Looking,
    Asking,
    Entered,
}

/// A page of a shared tablet, once the device is one.
pub fn entered(page: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let entering = RwSignal::new(Entering::Looking);
    let enter = Callback::new(move |()| {
        kiosk::enter();
        focus::expect_arrival();
        entering.set(Entering::Entered);
    });
    if kiosk::is_on() {
        entering.set(Entering::Entered);
    } else {
        spawn_local(async move {
            let loses = kiosk::loses_something().await;
            // The page may have been left meanwhile.
            if entering.try_get_untracked().is_some() {
                if loses { entering.set(Entering::Asking) } else { enter.run(()) }
            }
        });
    }
    let shown = move || match entering.get() {
        Entering::Looking => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        Entering::Asking => view! {
            <PageHead title=words::kiosk::ask() below=words::kiosk::ask_line() />
            <div class="buttons">
                <Button look=Look::Danger on_press=enter>
                    {words::kiosk::enter()}
                </Button>
            </div>
            <Actions>
                <LinkButton look=Look::Main href=Route::Home.path()>
                    {words::kiosk::stay()}
                </LinkButton>
            </Actions>
        }
        .into_any(),
        Entering::Entered => page(),
    };
    shown.into_any()
}
