//! The shared tablets: who looks after them, when they last told of themselves, what waits on them; pairing and revoking.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::session::Role;
use linli_domain::tablet::{DeskDevice, DeviceEdit, KEEPER, NAME, PHONE, Pairedness, PairingCode, ROOM, Worry};
use linli_domain::{Code, FieldPath, RecordId};

use super::edit::Edit;
use super::session::{Session, SignedIn};
use super::sign_in::failure_words;
use crate::data::{self, api, clock};
use crate::i18n::{dates, words};
use crate::routes::{Route, whole_address};
use crate::ui::banner::{Banner, Chip, Tone};
use crate::ui::button::{Button, Look, SubmitButton};
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::disclosure::Disclosure;
use crate::ui::focus;
use crate::ui::list_state::{Empty, Failed, Shape, Skeleton};
use crate::ui::page_head::PageHead;
use crate::ui::qr_code::QrCode;
use crate::ui::radios::Choice;
use crate::ui::select_field::SelectField;
use crate::ui::text_field::{TextField, TextKind};
use crate::ui::warning::Warning;

const WHICH: FieldPath = FieldPath::new("/id");
/// Where the code stands that was just made.
const MADE: &str = "made";
/// Where it stands which tablet was revoked.
const REVOKED: &str = "revoked";

/// The tablets while they are looked at.
#[derive(Clone, Copy)]
struct Tablets {
    items: RwSignal<Option<Vec<DeskDevice>>>,
    failed: RwSignal<Option<data::Error>>,
}

impl Tablets {
    fn read(self, session: Session) {
        self.failed.set(None);
        spawn_local(async move {
            // The page may have been left meanwhile.
            match api::desk_devices().await {
                Ok(devices) => {
                    let _ = self.items.try_set(Some(devices.items));
                }
                Err(data::Error::SignedOut) => session.end(),
                Err(error) => {
                    let _ = self.failed.try_set(Some(error));
                }
            }
        });
    }
}

/// The shared tablets.
#[component]
pub fn Devices() -> impl IntoView {
    let session = Session::here();
    let tablets = Tablets { items: RwSignal::new(None), failed: RwSignal::new(None) };
    tablets.read(session);
    let again = Callback::new(move |()| tablets.read(session));
    let may_edit = move || matches!(session.signed_in(), SignedIn::As(me) if me.role == Role::Admin);
    let content = move || match (tablets.failed.get(), tablets.items.get()) {
        (Some(error), _) => {
            view! { <Failed words=failure_words(&error) again=words::frame::again() on_again=again /> }.into_any()
        }
        (None, None) => view! { <Skeleton label=words::frame::loading() shape=Shape::Table /> }.into_any(),
        (None, Some(items)) if items.is_empty() => view! { <Empty words=words::devices::none() /> }.into_any(),
        (None, Some(items)) => table(&items),
    };
    let any = Memo::new(move |_| tablets.items.read().as_ref().is_some_and(|items| !items.is_empty()));
    // The code that was just made stays where the first tablet comes.
    let naming = move || may_edit().then(|| name(tablets, session));
    let revoking = move || (any.get() && may_edit()).then(|| revoke(tablets, session));
    view! {
        <PageHead title=words::devices::title() below=words::devices::below() />
        <div class="desk-bar">
            <div class="desk-bar__end">
                <Button look=Look::Quiet on_press=again>{words::desk::refresh()}</Button>
            </div>
        </div>
        {content}
        {naming}
        {revoking}
    }
}

fn table(items: &[DeskDevice]) -> AnyView {
    let columns = [
        Column::words(words::devices::name()),
        Column::words(words::devices::keeper()),
        Column::words(words::devices::last_contact()),
        Column::numbers(words::devices::unsent()),
        Column::words(words::devices::state()),
    ];
    let rows = items.iter().map(row).collect();
    view! { <DataTable caption=words::devices::title() columns=columns.to_vec() rows /> }.into_any()
}

fn row(device: &DeskDevice) -> Row {
    let last = device.last_contact.map(|at| dates::moment(at, clock::now()));
    vec![
        [&device.name, " ", &device.room].concat().into_any(),
        view! { {device.keeper.clone()} " " <span class="nowrap">{device.phone.clone()}</span> }.into_any(),
        last.unwrap_or_else(|| words::devices::never().to_owned()).into_any(),
        device.unsent.to_string().into_any(),
        state(device),
    ]
}

fn state(device: &DeskDevice) -> AnyView {
    let worry = match device.worry {
        Some(Worry::Silent) => Some(words::devices::silent()),
        Some(Worry::Unsent) => Some(words::devices::unsent_long()),
        Some(Worry::Refused) => Some(words::devices::refused()),
        Some(Worry::Other) | None => None,
    };
    let worry = worry.map(|words| view! { <Chip tone=Tone::Caution words /> });
    let (tone, words) = match device.state {
        Pairedness::Awaited => (Tone::Note, words::devices::awaited()),
        Pairedness::Paired => (Tone::Good, words::devices::paired()),
        Pairedness::Revoked | Pairedness::Other => (Tone::Note, words::devices::revoked()),
    };
    view! { <Chip tone words /> " " {worry} }.into_any()
}

fn choices(tablets: Tablets, wanted: fn(&DeskDevice) -> bool) -> Vec<Choice> {
    let items = tablets.items.get().unwrap_or_default();
    items.iter().filter(|it| wanted(it)).map(|it| Choice::new(it.id.to_string(), &*it.name)).collect()
}

/// A code that was just made.
#[derive(Clone, PartialEq)]
struct Made {
    name: String,
    code: PairingCode,
}

fn name(tablets: Tablets, session: Session) -> AnyView {
    let (edit, code) = (Edit::new("device"), RwSignal::new(None::<Made>));
    let chosen = Memo::new(move |_| edit.value("id").get());
    Effect::new(move |before: Option<String>| {
        let id = chosen.get();
        let emptied = edit.take_emptied();
        if before.is_some_and(|before| before != id) && !(emptied && id.is_empty()) {
            let items = tablets.items.get_untracked().unwrap_or_default();
            match items.into_iter().find(|it| it.id.to_string() == id) {
                Some(it) => edit.fill([
                    ("id", id.clone()),
                    ("name", it.name),
                    ("room", it.room),
                    ("keeper", it.keeper),
                    ("phone", it.phone),
                ]),
                None => edit.fill([]),
            }
        }
        id
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = DeviceEdit {
            id: edit.text("id").parse().ok(),
            name: edit.text("name"),
            room: edit.text("room"),
            keeper: edit.text("keeper"),
            phone: edit.text("phone"),
        };
        let (findings, name) = (wanted.check(), wanted.name.clone());
        edit.send(session, &findings, async move { api::name_device(&wanted).await }, move |made| {
            // What was typed is a tablet now: pressed again, it would be a second one.
            edit.empty([]);
            let _ = code.try_set(Some(Made { name, code: made }));
            focus::to_element_soon(MADE.to_owned());
            tablets.read(session);
        });
    };
    let of = edit.field(WHICH, words::devices::which(), "");
    let which = move || {
        view! { <SelectField of=of.clone() nothing=words::devices::new() choices=choices(tablets, |_| true) /> }
    };
    let form = view! {
        <form class="form" novalidate on:submit=submit>
            {which}
            <TextField of=edit.field(NAME, words::devices::name(), "") />
            <TextField of=edit.field(ROOM, words::devices::room(), "") />
            <TextField of=edit.field(KEEPER, words::devices::keeper(), "") kind=TextKind::Name />
            <TextField of=edit.field(PHONE, words::devices::phone(), "") kind=TextKind::Phone />
            {edit.failure()}
            <SubmitButton look=Look::Quiet busy=edit.busy()>{words::devices::make_code()}</SubmitButton>
        </form>
    }
    .into_any();
    view! {
        <div id=MADE tabindex="-1" role="status">{move || code.get().map(|made| code_card(&made))}</div>
        <Disclosure summary=words::devices::add()>{form}</Disclosure>
    }
    .into_any()
}

/// The code as large as a receipt number, and the way to the page that asks for it.
fn code_card(made: &Made) -> AnyView {
    let address = whole_address(&Route::Pair);
    let line = words::devices::code_line(&address, &dates::clock(made.code.expires_at, clock::now()));
    view! {
        <div class="receipt-card">
            <p class="receipt-card__label">{words::devices::code_of(&made.name)}</p>
            <p class="receipt-card__number" translate="no">{made.code.code.clone()}</p>
            <p class="receipt-card__hint">{line}</p>
            <QrCode text=address label=words::devices::code_scan().to_owned() />
        </div>
    }
    .into_any()
}

/// How far revoking is.
#[derive(Clone, PartialEq)]
enum Revoking {
    NotBegun,
    Asked { id: RecordId, name: String },
    Done(String),
}

fn revoke(tablets: Tablets, session: Session) -> AnyView {
    let (edit, revoking) = (Edit::new("revoke"), RwSignal::new(Revoking::NotBegun));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let items = tablets.items.get_untracked().unwrap_or_default();
        let Some(tablet) = items.into_iter().find(|it| it.id.to_string() == edit.text("id")) else {
            return edit.blame(WHICH, Code::Required);
        };
        revoking.set(Revoking::Asked { id: tablet.id, name: tablet.name });
    };
    let go_on = move |id: RecordId, name: String| {
        let none = linli_domain::finding::Findings::new();
        edit.send(session, &none, async move { api::revoke_device(id).await }, move |()| {
            edit.empty([]);
            let _ = revoking.try_set(Revoking::Done(name));
            focus::to_element_soon(REVOKED.to_owned());
            tablets.read(session);
        });
    };
    let of = edit.field(WHICH, words::devices::revoke_which(), words::devices::revoke_line());
    let id = of.id.clone();
    let which = move || {
        let there = choices(tablets, |it| it.state != Pairedness::Revoked);
        view! { <SelectField of=of.clone() nothing=words::devices::which() choices=there /> }
    };
    let step = move || match revoking.get() {
        Revoking::Asked { id: tablet, name } => {
            let (of, lines) = (id.clone(), vec![name.clone(), words::devices::revoke_line().to_owned()]);
            let leave = Callback::new(move |()| {
                revoking.set(Revoking::NotBegun);
                focus::to_id_soon(of.clone());
            });
            let go_on = Callback::new(move |()| {
                revoking.set(Revoking::NotBegun);
                go_on(tablet, name.clone());
            });
            view! {
                <Warning
                    title=words::devices::revoke_title()
                    lines
                    confirm=words::devices::revoke_confirm()
                    again=words::devices::revoke_keep()
                    on_confirm=go_on
                    on_again=leave
                />
            }
            .into_any()
        }
        Revoking::NotBegun | Revoking::Done(_) => view! {
            <SubmitButton look=Look::Danger busy=edit.busy()>{words::devices::revoke()}</SubmitButton>
        }
        .into_any(),
    };
    let said = move || match revoking.get() {
        Revoking::Done(name) => Some(view! { <Banner tone=Tone::Good title=words::devices::revoke_done(&name) /> }),
        Revoking::NotBegun | Revoking::Asked { .. } => None,
    };
    let form = view! {
        <form class="form" novalidate on:submit=submit>
            {which}
            {edit.failure()}
            <div id=REVOKED tabindex="-1" role="status">{said}</div>
            {step}
        </form>
    }
    .into_any();
    view! { <Disclosure summary=words::devices::revoke()>{form}</Disclosure> }.into_any()
}
