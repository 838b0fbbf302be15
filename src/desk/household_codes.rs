//! Household codes: one for each household that is named, on paper. They are to be had once; the server does not know them.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::Code;
use linli_domain::account::{HouseholdCodes as Codes, HouseholdCodesWanted, PLACES};

use super::households::Households;
use super::session::Session;
use super::sign_in::failure_words;
use crate::data::{self, api};
use crate::i18n::{dates, findings, words};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look, SubmitButton};
use crate::ui::data_table::{Column, DataTable};
use crate::ui::field::{Labelled, Value};
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::print;
use crate::ui::text_area::TextArea;

/// How making them goes.
#[derive(Clone, PartialEq)]
enum Making {
    NotBegun,
    Wrong(Code),
    UnderWay,
    Made(Codes),
    Failed(data::Error),
}

/// Household codes to print.
#[component]
pub fn HouseholdCodes() -> impl IntoView {
    let session = Session::here();
    let (places, making) = (Value::alone("places"), RwSignal::new(Making::NotBegun));
    let of = Labelled {
        id: PLACES.dom_id(),
        label: words::household_codes::places().to_owned(),
        hint: words::household_codes::places_hint(),
        value: places,
        error: Signal::derive(move || match making.get() {
            Making::Wrong(code) => Some(findings::error(PLACES.pointer(), code)),
            _ => None,
        }),
    };
    let make = move |wanted: HouseholdCodesWanted| {
        making.set(Making::UnderWay);
        spawn_local(async move {
            match api::print_household_codes(&wanted).await {
                Ok(codes) => making.set(Making::Made(codes)),
                Err(data::Error::SignedOut) => session.end(),
                Err(error) => making.set(Making::Failed(error)),
            }
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let lines = places.get_untracked();
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let wanted = HouseholdCodesWanted { places: lines.map(str::to_owned).collect(), households: Vec::new() };
        if let Some(code) = wanted.check().error_of(PLACES) {
            making.set(Making::Wrong(code));
            focus::to_id(&PLACES.dom_id());
            return;
        }
        make(wanted);
    };
    let of_table = Callback::new(move |households| make(HouseholdCodesWanted { places: Vec::new(), households }));
    let failed = Callback::new(move |error| making.set(Making::Failed(error)));
    let busy = Signal::derive(move || making.get() == Making::UnderWay);
    let outcome = move || match making.get() {
        Making::Made(codes) => list(codes),
        Making::Failed(error) => {
            view! { <div role="alert"><Banner tone=Tone::Danger title=failure_words(&error) /></div> }.into_any()
        }
        Making::NotBegun | Making::Wrong(_) | Making::UnderWay => ().into_any(),
    };
    view! {
        <form class="sheets-bar" novalidate on:submit=submit>
            <PageHead title=words::household_codes::title() below=words::household_codes::below() />
            <TextArea of rows=6 />
            <SubmitButton busy>{words::household_codes::make()}</SubmitButton>
        </form>
        <Households on_chosen=of_table on_failed=failed busy />
        {outcome}
    }
}

fn list(codes: Codes) -> AnyView {
    let print = Callback::new(|()| print::page());
    let caption = words::household_codes::until(&dates::calendar_day(codes.expires_at));
    let columns = [words::export::place(), words::account::household_code()].map(Column::words).to_vec();
    let row = |code: linli_domain::account::PrintedCode| {
        vec![code.place.into_any(), view! { <span translate="no">{code.code}</span> }.into_any()]
    };
    view! {
        <div class="sheets-bar">
            <Banner tone=Tone::Caution title=words::household_codes::once() />
            <Button look=Look::Main on_press=print>{words::sheet::print()}</Button>
        </div>
        <DataTable caption columns rows=codes.codes.into_iter().map(row).collect() />
    }
    .into_any()
}
