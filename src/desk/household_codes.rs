//! Household codes: one for each household that is named, each on a strip of paper of its own. They are to be had once; the
//! server does not know them.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::Code;
use linli_domain::account::{HouseholdCodes as Codes, HouseholdCodesWanted, PLACES, PrintedCode};

use super::households::Households;
use super::session::Session;
use super::sign_in::failure_words;
use crate::data::{self, api};
use crate::i18n::{dates, findings, words};
use crate::routes::{Route, whole_address};
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look, SubmitButton};
use crate::ui::field::{Labelled, Value};
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::print;
use crate::ui::qr_code::QrCode;
use crate::ui::text_area::TextArea;

/// Where the codes begin.
const MADE: &str = "made";
/// Where it stands why none were made.
const FAILED: &str = "failed";

/// How making them goes.
#[derive(Clone, PartialEq)]
enum Making {
    NotUnderWay,
    Wrong(Code),
    UnderWay,
    Failed(data::Error),
}

/// Household codes to print.
#[component]
pub fn HouseholdCodes() -> impl IntoView {
    let session = Session::here();
    let (places, making) = (Value::alone("places"), RwSignal::new(Making::NotUnderWay));
    // Nobody can have them again: what is asked for later comes on top of them, whatever becomes of it.
    let made = RwSignal::new(Vec::<Codes>::new());
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
    let fail = move |error| {
        let _ = making.try_set(Making::Failed(error));
        focus::to_element_soon(FAILED.to_owned());
    };
    let order = move |wanted: HouseholdCodesWanted| {
        // Pressed twice, they are made once.
        if making.get_untracked() == Making::UnderWay {
            return;
        }
        making.set(Making::UnderWay);
        spawn_local(async move {
            match api::print_household_codes(&wanted).await {
                Ok(codes) => {
                    // The page may have been left meanwhile.
                    let _ = made.try_update(|made| made.insert(0, codes));
                    if making.try_set(Making::NotUnderWay).is_none() {
                        places.set(String::new());
                    }
                    focus::to_element_soon(MADE.to_owned());
                }
                Err(data::Error::SignedOut) => session.end(),
                Err(error) => fail(error),
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
        order(wanted);
    };
    let of_table = Callback::new(move |households| order(HouseholdCodesWanted { places: Vec::new(), households }));
    let failed = Callback::new(fail);
    let busy = Signal::derive(move || making.get() == Making::UnderWay);
    let failure = move || match making.get() {
        Making::Failed(error) => Some(view! { <Banner tone=Tone::Danger title=failure_words(&error) /> }),
        Making::NotUnderWay | Making::Wrong(_) | Making::UnderWay => None,
    };
    let codes = move || made.with(|made| (!made.is_empty()).then(|| strips(made)));
    let quiet = Signal::derive(move || if made.read().is_empty() { Look::Main } else { Look::Quiet });
    view! {
        <div class="sheets-bar">
            <PageHead title=words::household_codes::title() below=words::household_codes::below() />
            <div role="alert" id=FAILED tabindex="-1">{failure}</div>
        </div>
        {codes}
        <Households on_chosen=of_table on_failed=failed busy look=quiet />
        <form class="sheets-bar" novalidate on:submit=submit>
            <TextArea of rows=6 />
            <SubmitButton look=Look::Quiet busy>{words::household_codes::make_written()}</SubmitButton>
        </form>
    }
}

/// All that were made on this page, the newest first.
fn strips(made: &[Codes]) -> AnyView {
    let print = Callback::new(|()| print::page());
    let count: usize = made.iter().map(|codes| codes.codes.len()).sum();
    let title = words::household_codes::made(&count);
    let strips = |codes: &Codes| {
        let until = words::household_codes::until(&dates::calendar_day(codes.expires_at));
        codes.codes.iter().map(|code| strip(code, until.clone())).collect_view()
    };
    let label = title.clone();
    view! {
        <div class="sheets-bar" id=MADE tabindex="-1" role="group" aria-label=label>
            <h2 class="section__title">{title}</h2>
            <Banner tone=Tone::Caution title=words::household_codes::once() />
            <Button look=Look::Main on_press=print>{words::sheet::print()}</Button>
        </div>
        <ul class="strips">{made.iter().map(strips).collect_view()}</ul>
    }
    .into_any()
}

/// What one household is handed: its code, and how to use it.
fn strip(code: &PrintedCode, until: String) -> AnyView {
    let address = whole_address(&Route::OpenAccount);
    view! {
        <li class="strip">
            <div class="strip__words">
                <p>{code.place.clone()}</p>
                <p class="strip__code" translate="no">{code.code.clone()}</p>
                <p>{words::household_codes::how()}</p>
                <p class="strip__address" translate="no">{address.clone()}</p>
                <p>{until}</p>
            </div>
            <QrCode text=address label=words::account::open_title().to_owned() />
        </li>
    }
    .into_any()
}
