//! Setting one's PIN by the code that the office printed: the first one, or one in the place of a PIN that was forgotten.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use linli_domain::account::PIN;
use linli_domain::acting::{NewPin, PIN_CODE};

use super::fields::Fields;
use super::not_here;
use crate::data::{account, kiosk};
use crate::i18n::words;
use crate::router::Router;
use crate::routes::Route;
use crate::ui::actions::Actions;
use crate::ui::button::SubmitButton;
use crate::ui::page_head::PageHead;
use crate::ui::text_field::{TextField, TextKind};

/// The form that sets it.
#[component]
pub fn SetPin() -> impl IntoView {
    if kiosk::is_on() {
        return not_here();
    }
    let (fields, router) = (Fields::empty(), Router::here());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = NewPin { code: fields.text(PIN_CODE), pin: fields.text(PIN) };
        let found = wanted.check();
        fields.send(&found, || {
            Box::pin(async move {
                account::set_pin(&wanted).await?;
                router.replace(&Route::Account.path());
                Ok(())
            })
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <PageHead title=words::account::set_pin_title() below=words::account::set_pin_below() />
            {fields.failure()}
            <TextField
                of=fields.field(PIN_CODE, words::residents::code(), words::receipts::hint())
                kind=TextKind::Code
            />
            <TextField of=fields.field(PIN, words::account::new_pin(), words::account::pin_hint()) kind=TextKind::NewPin />
            <Actions>
                <SubmitButton busy=fields.busy()>{words::account::set_pin()}</SubmitButton>
            </Actions>
        </form>
    }
    .into_any()
}
