//! One submission in a list: what, when, and where it stands.

use leptos::prelude::*;
use linli_domain::RecordId;

use crate::data::clock;
use crate::data::submissions::Stored;
use crate::i18n::{dates, states, words};
use crate::pages::stored::{self, standing, title, title_lang};
use crate::routes::Route;
use crate::ui::banner::{Chip, Tone};

/// One that cannot be shown, in a list.
pub fn unreadable(id: RecordId) -> AnyView {
    view! {
        <li class="row">
            <div class="row__body">
                <a class="row__link" href=Route::MineItem(id).path()>
                    {words::mine::unreadable()}
                </a>
            </div>
            <Chip tone=Tone::Danger words=words::state::attention() />
        </li>
    }
    .into_any()
}

/// One submission in a list.
pub fn row(stored: &Stored) -> impl IntoView + use<> {
    let standing = standing(stored);
    let chip = move || {
        let (tone, words) = standing.get();
        view! { <Chip tone words /> }
    };
    let about = title(stored);
    let kind = states::kind(stored.submission.kind());
    let made = dates::moment(stored.made_at, clock::now());
    // What is called after its kind need not say it twice.
    let made = if about == kind { made } else { [kind, " · ", &made].concat() };
    let made = stored::whom(stored).map(|whom| [&whom, " · ", &made].concat()).unwrap_or(made);
    view! {
        <li class="row">
            <div class="row__body">
                <a class="row__link" lang=title_lang(stored) href=Route::MineItem(stored.id).path()>
                    {about}
                </a>
                <p class="row__detail">{made}</p>
            </div>
            {chip}
        </li>
    }
}
