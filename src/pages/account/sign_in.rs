//! Signing in to one's account.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use linli_domain::account::{PHONE, PIN, ResidentSignIn};

use super::fields::Fields;
use crate::data::account;
use crate::i18n::words;
use crate::routes::Route;
use crate::ui::actions::Actions;
use crate::ui::button::{LinkButton, Look, SubmitButton};
use crate::ui::page_head::PageHead;
use crate::ui::text_field::{TextField, TextKind};

/// The sign-in form.
#[component]
pub fn SignIn() -> impl IntoView {
    let fields = Fields::empty();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let credentials = ResidentSignIn { phone: fields.text(PHONE), pin: fields.text(PIN) };
        let found = credentials.check();
        fields.send(&found, || Box::pin(async move { account::sign_in(&credentials).await }));
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <PageHead title=words::account::sign_in_title() below=words::account::sign_in_below() />
            {fields.failure()}
            <TextField of=fields.field(PHONE, words::form::phone(), "") kind=TextKind::Phone />
            <TextField of=fields.field(PIN, words::account::pin(), "") kind=TextKind::Pin />
            <div class="buttons">
                <LinkButton look=Look::Quiet href=Route::OpenAccount.path()>{words::account::open_link()}</LinkButton>
                <LinkButton look=Look::Quiet href=Route::SetPin.path()>{words::account::set_pin_link()}</LinkButton>
            </div>
            <Actions>
                <SubmitButton busy=fields.busy()>{words::account::sign_in()}</SubmitButton>
            </Actions>
        </form>
    }
}
