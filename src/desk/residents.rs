//! Residents at the desk: found by name or number, acted for, given an account or a code that sets their PIN.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;
use linli_domain::account::{NAME, PHONE};
use linli_domain::acting::{
    AccountFound, AccountSought, AccountWanted, AccountsFound, Acting, NewActing, PLACE, PinCodePrinted, QUERY, VIA,
    Via,
};
use linli_domain::submission::SubmissionKind;

use super::edit::Edit;
use super::session::Session;
use super::sheets::open_activities;
use super::sign_in::failure_words;
use crate::data::{self, api, clock};
use crate::i18n::{dates, states, words};
use crate::pages::community::with_community;
use crate::routes::{Begun, Route, Step, whole_address};
use crate::ui::banner::{Banner, Chip, Tone};
use crate::ui::button::{Button, LinkButton, Look, SubmitButton};
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::disclosure::Disclosure;
use crate::ui::field::{Labelled, Value};
use crate::ui::focus;
use crate::ui::list_state::Empty;
use crate::ui::page_head::PageHead;
use crate::ui::print;
use crate::ui::qr_code::QrCode;
use crate::ui::radios::{Choice, Layout, Radios};
use crate::ui::select_field::SelectField;
use crate::ui::text_field::{TextField, TextKind};

/// Where it stands how many were found.
const FOUND: &str = "found";
/// Where the slip stands that was just made.
const SLIP: &str = "slip";
/// Where it stands why something could not be done.
const FAILED: &str = "failed";

/// The page while it is looked at.
#[derive(Clone, Copy)]
struct Page {
    session: Session,
    acting: RwSignal<Vec<Acting>>,
    found: RwSignal<Option<AccountsFound>>,
    printed: RwSignal<Option<PinCodePrinted>>,
    failed: RwSignal<Option<data::Error>>,
    via: Value,
}

impl Page {
    /// For whom one acts; the focus goes to one who was just begun with.
    fn look(self, begun: Option<RecordId>) {
        spawn_local(async move {
            match api::acting_now().await {
                Ok(now) => {
                    // The page may have been left meanwhile.
                    let _ = self.acting.try_set(now.items.into_iter().filter(|acting| !acting.over).collect());
                    if let Some(begun) = begun {
                        // It stands above what it was chosen from.
                        focus::to_element_soon(acting_id(begun));
                    }
                }
                Err(error) => self.fail(error),
            }
        });
    }

    fn fail(self, error: data::Error) {
        if error == data::Error::SignedOut {
            return self.session.end();
        }
        let _ = self.failed.try_set(Some(error));
        focus::to_element_soon(FAILED.to_owned());
    }

    /// A slip was made; it stands above what it was made from.
    fn hand_out(self, printed: PinCodePrinted) {
        let _ = self.printed.try_set(Some(printed));
        focus::to_element_soon(SLIP.to_owned());
    }

    fn act_for(self, account: RecordId) {
        let via = Via::read(&self.via.get_untracked()).unwrap_or(Via::Telephone);
        let wanted = NewActing { account: Some(account), name: String::new(), phone: String::new(), via };
        spawn_local(async move {
            match api::begin_acting(&wanted).await {
                Ok(acting) => self.look(Some(acting.id)),
                Err(error) => self.fail(error),
            }
        });
    }

    fn print_code(self, account: RecordId) {
        spawn_local(async move {
            match api::print_pin_code(account).await {
                Ok(printed) => self.hand_out(printed),
                Err(error) => self.fail(error),
            }
        });
    }

    fn end(self, acting: RecordId) {
        spawn_local(async move {
            match api::end_acting(acting).await {
                Ok(()) => {
                    self.look(None);
                    focus::to_heading_soon();
                }
                Err(error) => self.fail(error),
            }
        });
    }
}

/// Residents at the desk.
#[component]
pub fn Residents() -> impl IntoView {
    let page = Page {
        session: Session::here(),
        acting: RwSignal::new(Vec::new()),
        found: RwSignal::new(None),
        printed: RwSignal::new(None),
        failed: RwSignal::new(None),
        via: Value::alone("via"),
    };
    page.via.set(Via::Telephone.as_str().to_owned());
    page.look(None);
    let failure = move || {
        let title = page.failed.get().as_ref().map(failure_words)?;
        Some(view! { <Banner tone=Tone::Danger title /> })
    };
    let acting = move || page.acting.get().into_iter().map(|acting| one(page, &acting)).collect_view();
    view! {
        <div class="sheets-bar">
            <PageHead title=words::residents::title() below=words::residents::below() />
            <div role="alert" id=FAILED tabindex="-1">{failure}</div>
            <div role="status">{acting}</div>
        </div>
        {move || page.printed.get().map(slip)}
        <div class="sheets-bar">
            {via_field(page.via)}
            <Search page />
        </div>
        // What others have here is not on the slip that one of them is handed.
        <div class="sheets-bar sheets-bar--wide">{move || page.found.get().map(|found| results(page, &found))}</div>
        <div class="sheets-bar">
            <Disclosure summary=words::residents::guest_title()>
                <Guest page />
            </Disclosure>
            <Disclosure summary=words::residents::open_title()>
                <Open page />
            </Disclosure>
        </div>
    }
}

/// Where it stands that one acts for somebody.
fn acting_id(id: RecordId) -> String {
    ["acting-", &id.to_string()].concat()
}

fn via_field(via: Value) -> impl IntoView {
    let of = Labelled {
        id: VIA.dom_id(),
        label: words::residents::via().to_owned(),
        hint: "",
        value: via,
        error: Signal::stored(None),
    };
    let choices = Via::ALL.map(|via| Choice::new(via.as_str(), states::via(via))).to_vec();
    view! { <Radios of choices layout=Layout::Segmented /> }
}

/// Somebody for whom one acts, and the forms to fill in for them.
fn one(page: Page, acting: &Acting) -> AnyView {
    let (id, begun) = (acting.id, Begun::OnBehalf(acting.id));
    let step = Step::Fields;
    let left = (acting.expires_at - clock::now()).num_seconds().max(0);
    let end = Callback::new(move |()| page.end(id));
    let title = words::residents::acting_for(&acting.name, &acting.phone);
    let how = [states::via(acting.via), " · ", &words::residents::minutes(&((left + 59) / 60))].concat();
    let label = title.clone();
    view! {
        <div id=acting_id(id) tabindex="-1" role="group" aria-label=label>
            <Banner tone=Tone::Note title>
                <p>{how}</p>
                <div class="buttons">
                    <LinkButton look=Look::Quiet href=Route::Report { step, begun }.path()>
                        {states::kind(SubmissionKind::Report)}
                    </LinkButton>
                    <LinkButton look=Look::Quiet href=Route::CheckIn { step, begun }.path()>
                        {states::kind(SubmissionKind::CheckIn)}
                    </LinkButton>
                    <Button look=Look::Quiet on_press=end>{words::residents::end()}</Button>
                    <SignUps id />
                </div>
            </Banner>
        </div>
    }
    .into_any()
}

/// The activities that are open, and the way to their sign-up.
#[component]
fn SignUps(id: RecordId) -> impl IntoView {
    with_community(move |public| {
        let open = open_activities(&public.get_untracked());
        if open.is_empty() {
            return ().into_any();
        }
        let activity = Value::alone("activity");
        let of = Labelled {
            id: ["activity-", &id.to_string()].concat(),
            label: words::residents::activity().to_owned(),
            hint: "",
            value: activity,
            error: Signal::stored(None),
        };
        let go = move || {
            let activity = activity.get().parse().ok()?;
            let href = Route::SignUp { activity, step: Step::Fields, begun: Begun::OnBehalf(id) }.path();
            Some(view! { <LinkButton look=Look::Quiet href>{words::residents::to_sign_up()}</LinkButton> })
        };
        view! {
            <SelectField of nothing=words::sheet::choose_activity() choices=open />
            {go}
        }
        .into_any()
    })
}

#[component]
fn Search(page: Page) -> impl IntoView {
    let edit = Edit::new("search");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let sought = AccountSought { q: edit.text("q") };
        let check = sought.check();
        edit.send(page.session, &check, async move { api::find_accounts(&sought).await }, move |found| {
            let _ = page.found.try_set(Some(found));
            focus::to_element_soon(FOUND.to_owned());
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField
                of=edit.field(QUERY, words::residents::search(), words::residents::search_hint())
                kind=TextKind::Search
            />
            {edit.failure()}
            <SubmitButton look=Look::Quiet busy=edit.busy()>{words::residents::find()}</SubmitButton>
        </form>
    }
}

fn results(page: Page, found: &AccountsFound) -> AnyView {
    if found.items.is_empty() {
        return view! { <div id=FOUND tabindex="-1" role="status"><Empty words=words::residents::nobody() /></div> }
            .into_any();
    }
    let columns = [words::form::name(), words::form::phone(), words::residents::household(), words::residents::act()];
    let rows = found.items.iter().map(|account| row(page, account)).collect();
    view! {
        <p id=FOUND tabindex="-1" role="status">{words::residents::count(&found.items.len())}</p>
        <DataTable caption=words::residents::found() columns=columns.map(Column::words).to_vec() rows />
        {found.more.then(|| view! { <p>{words::residents::more()}</p> })}
    }
    .into_any()
}

fn row(page: Page, account: &AccountFound) -> Row {
    let id = account.id;
    let act = Callback::new(move |()| page.act_for(id));
    let code = Callback::new(move |()| page.print_code(id));
    let of = |words: &str| [words, " ", &account.name].concat();
    let no_pin = (!account.has_pin).then(|| view! { " " <Chip tone=Tone::Note words=words::residents::no_pin() /> });
    let (act_words, code_words) = (of(words::residents::act()), of(words::residents::print_code()));
    vec![
        account.name.clone().into_any(),
        view! { <span class="nowrap">{account.phone.clone()}</span> {no_pin} }.into_any(),
        account.place.clone().into_any(),
        view! {
            <div class="buttons">
                <Button look=Look::Quiet on_press=act>{act_words}</Button>
                <Button look=Look::Quiet on_press=code>{code_words}</Button>
            </div>
        }
        .into_any(),
    ]
}

/// The slip for a resident, to be printed now.
fn slip(printed: PinCodePrinted) -> AnyView {
    let print = Callback::new(|()| print::page());
    let address = whole_address(&Route::SetPin);
    let title = words::residents::code_title(&printed.account.name);
    let label = title.clone();
    view! {
        <div class="sheets-bar" id=SLIP tabindex="-1" role="group" aria-label=label>
            <Banner tone=Tone::Caution title=words::residents::code_once() />
            <Button look=Look::Main on_press=print>{words::sheet::print()}</Button>
        </div>
        <section class="section slip">
            <h2 class="section__title">{title}</h2>
            <p>{words::residents::code_line(&dates::calendar_day(printed.expires_at))}</p>
            <p translate="no">{address.clone()}</p>
            <QrCode text=address label=words::account::set_pin_title().to_owned() />
            <p>{words::residents::code()}</p>
            <p class="receipt-card__number" translate="no">{printed.code}</p>
        </section>
    }
    .into_any()
}

#[component]
fn Guest(page: Page) -> impl IntoView {
    let edit = Edit::new("guest");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let via = Via::read(&page.via.get_untracked()).unwrap_or(Via::Telephone);
        let wanted = NewActing { account: None, name: edit.text("name"), phone: edit.text("phone"), via };
        let found = wanted.check();
        edit.send(page.session, &found, async move { api::begin_acting(&wanted).await }, move |acting| {
            edit.empty([]);
            page.look(Some(acting.id));
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField of=edit.field(NAME, words::form::name(), "") kind=TextKind::Name />
            <TextField of=edit.field(PHONE, words::form::phone(), "") kind=TextKind::Phone />
            {edit.failure()}
            <SubmitButton look=Look::Quiet busy=edit.busy()>{words::residents::begin()}</SubmitButton>
        </form>
    }
}

#[component]
fn Open(page: Page) -> impl IntoView {
    let edit = Edit::new("open");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = AccountWanted { name: edit.text("name"), phone: edit.text("phone"), place: edit.text("place") };
        let found = wanted.check();
        edit.send(page.session, &found, async move { api::open_for(&wanted).await }, move |printed| {
            edit.empty([]);
            page.hand_out(printed);
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p>{words::residents::open_line()}</p>
            <TextField of=edit.field(NAME, words::form::name(), "") kind=TextKind::Name />
            <TextField of=edit.field(PHONE, words::form::phone(), "") kind=TextKind::Phone />
            <TextField of=edit.field(PLACE, words::residents::place(), "") />
            {edit.failure()}
            <SubmitButton look=Look::Quiet busy=edit.busy()>{words::residents::open()}</SubmitButton>
        </form>
    }
}
