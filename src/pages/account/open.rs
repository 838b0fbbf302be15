//! Opening an account with the household code that the office printed.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use linli_domain::account::{HOUSEHOLD_CODE, NAME, NewAccount, PHONE, PIN};

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

/// The form that opens an account.
#[component]
pub fn OpenAccount() -> impl IntoView {
    if kiosk::is_on() {
        return not_here();
    }
    let (fields, router) = (Fields::empty(), Router::here());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = NewAccount {
            household_code: fields.text(HOUSEHOLD_CODE),
            name: fields.text(NAME),
            phone: fields.text(PHONE),
            pin: fields.text(PIN),
        };
        let found = wanted.check();
        fields.send(&found, || {
            Box::pin(async move {
                account::open(&wanted).await?;
                router.replace(&Route::Account.path());
                Ok(())
            })
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <PageHead title=words::account::open_title() below=words::account::open_below() />
            {fields.failure()}
            <TextField
                of=fields.field(HOUSEHOLD_CODE, words::account::household_code(), words::receipts::hint())
                kind=TextKind::Code
            />
            <TextField of=fields.field(NAME, words::form::name(), words::form::name_hint()) kind=TextKind::Name />
            <TextField of=fields.field(PHONE, words::form::phone(), words::form::phone_hint()) kind=TextKind::Phone />
            <TextField of=fields.field(PIN, words::account::pin(), words::account::pin_hint()) kind=TextKind::NewPin />
            <Actions>
                <SubmitButton busy=fields.busy()>{words::account::open()}</SubmitButton>
            </Actions>
        </form>
    }
    .into_any()
}
