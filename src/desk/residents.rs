//! Residents at the desk: found by name or number, acted for, given an account or a code that sets their PIN.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::account::{NAME, PHONE};
use linli_domain::acting::{
    AccountFound, AccountSought, AccountWanted, AccountsFound, Acting, NewActing, PLACE, PinCodePrinted, QUERY, VIA,
    Via,
};
use linli_domain::finding::Findings;
use linli_domain::submission::SubmissionKind;
use linli_domain::{FieldPath, RecordId};

use super::session::Session;
use super::sheets::open_activities;
use super::sign_in::failure_words;
use crate::data::{self, api, clock};
use crate::i18n::{dates, states, words};
use crate::pages::account::fields::Fields;
use crate::pages::community::with_community;
use crate::routes::{Begun, Route, Step, whole_address};
use crate::ui::banner::{Banner, Tone};
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

/// Where it stands for whom one acts.
const ACTING: &str = "acting";

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
    /// For whom one acts.
    fn look(self) {
        spawn_local(async move {
            match api::acting_now().await {
                Ok(now) => {
                    // The page may have been left meanwhile.
                    let _ = self.acting.try_set(now.items.into_iter().filter(|acting| !acting.over).collect());
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
    }

    fn act_for(self, account: RecordId) {
        let via = Via::read(&self.via.get_untracked()).unwrap_or(Via::Telephone);
        let wanted = NewActing { account: Some(account), name: String::new(), phone: String::new(), via };
        spawn_local(async move {
            match api::begin_acting(&wanted).await {
                Ok(_) => {
                    self.look();
                    // It stands above the list it was chosen from.
                    focus::to_id(ACTING);
                }
                Err(error) => self.fail(error),
            }
        });
    }

    fn print_code(self, account: RecordId) {
        spawn_local(async move {
            match api::print_pin_code(account).await {
                Ok(printed) => {
                    self.printed.set(Some(printed));
                    focus::to_id(ACTING);
                }
                Err(error) => self.fail(error),
            }
        });
    }

    fn end(self, acting: RecordId) {
        spawn_local(async move {
            match api::end_acting(acting).await {
                Ok(()) => self.look(),
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
    page.look();
    let failure = move || {
        let title = page.failed.get().as_ref().map(failure_words)?;
        Some(view! { <Banner tone=Tone::Danger title /> })
    };
    let acting = move || page.acting.get().into_iter().map(|acting| one(page, &acting)).collect_view();
    view! {
        <div class="sheets-bar">
            <PageHead title=words::residents::title() below=words::residents::below() />
            <div role="alert">{failure}</div>
            <div role="status" id=ACTING tabindex="-1">{acting}</div>
        </div>
        {move || page.printed.get().map(slip)}
        <div class="sheets-bar">
            {via_field(page.via)}
            <Search page />
        </div>
        {move || page.found.get().map(|found| results(page, &found))}
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
    view! {
        <Banner tone=Tone::Caution title>
            <p>{how}</p>
            <div class="buttons">
                <LinkButton look=Look::Main href=Route::Report { step, begun }.path()>
                    {states::kind(SubmissionKind::Report)}
                </LinkButton>
                <LinkButton look=Look::Main href=Route::CheckIn { step, begun }.path()>
                    {states::kind(SubmissionKind::CheckIn)}
                </LinkButton>
                <SignUps begun />
                <Button look=Look::Quiet on_press=end>{words::residents::end()}</Button>
            </div>
        </Banner>
    }
    .into_any()
}

/// The activities that are open, and the way to their sign-up.
#[component]
fn SignUps(begun: Begun) -> impl IntoView {
    with_community(move |public| {
        let open = open_activities(&public.get_untracked());
        if open.is_empty() {
            return ().into_any();
        }
        let activity = Value::alone("activity");
        let of = Labelled {
            id: "activity".to_owned(),
            label: words::residents::activity().to_owned(),
            hint: "",
            value: activity,
            error: Signal::stored(None),
        };
        let go = move || {
            let activity = activity.get().parse().ok()?;
            let href = Route::SignUp { activity, step: Step::Fields, begun }.path();
            Some(view! { <LinkButton look=Look::Main href>{words::residents::to_sign_up()}</LinkButton> })
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
    let fields = Fields::empty();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let sought = AccountSought { q: fields.text(QUERY) };
        fields.send(&sought.check(), || {
            Box::pin(async move {
                page.found.set(Some(api::find_accounts(&sought).await?));
                Ok(())
            })
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {fields.failure()}
            <TextField
                of=fields.field(QUERY, words::residents::search(), words::residents::search_hint())
                kind=TextKind::Search
            />
            <SubmitButton look=Look::Quiet busy=fields.busy()>{words::residents::find()}</SubmitButton>
        </form>
    }
}

fn results(page: Page, found: &AccountsFound) -> AnyView {
    if found.items.is_empty() {
        return view! { <Empty words=words::residents::nobody() /> }.into_any();
    }
    let columns = [words::form::name(), words::form::phone(), words::residents::household(), words::residents::act()];
    let rows = found.items.iter().map(|account| row(page, account)).collect();
    view! {
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
    let phone = if account.has_pin {
        account.phone.clone()
    } else {
        [&account.phone, " · ", words::residents::no_pin()].concat()
    };
    let (act_words, code_words) = (of(words::residents::act()), of(words::residents::print_code()));
    vec![
        account.name.clone().into_any(),
        phone.into_any(),
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
    view! {
        <div class="sheets-bar">
            <Banner tone=Tone::Caution title=words::household_codes::once() />
            <Button look=Look::Main on_press=print>{words::sheet::print()}</Button>
        </div>
        <section class="section">
            <h2 class="section__title">{words::residents::code_title(&printed.account.name)}</h2>
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
    let fields = Fields::empty();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let via = Via::read(&page.via.get_untracked()).unwrap_or(Via::Telephone);
        let wanted = NewActing { account: None, name: fields.text(NAME), phone: fields.text(PHONE), via };
        let found = wanted.check();
        fields.send(&found, || {
            Box::pin(async move {
                api::begin_acting(&wanted).await?;
                page.look();
                Ok(())
            })
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {fields.failure()}
            <TextField of=fields.field(NAME, words::form::name(), "") kind=TextKind::Name />
            <TextField of=fields.field(PHONE, words::form::phone(), "") kind=TextKind::Phone />
            <SubmitButton busy=fields.busy()>{words::residents::begin()}</SubmitButton>
        </form>
    }
}

#[component]
fn Open(page: Page) -> impl IntoView {
    // Its fields would have the ids of the form above.
    let (name, phone) = (FieldPath::new("/account/name"), FieldPath::new("/account/phone"));
    let fields = Fields::empty();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = AccountWanted { name: fields.text(name), phone: fields.text(phone), place: fields.text(PLACE) };
        let mut found = Findings::new();
        for fault in wanted.check().of(linli_domain::Weight::Impossible) {
            let field = [(NAME, name), (PHONE, phone)].into_iter().find(|(of, _)| *of == fault.field);
            found.impossible(field.map_or(fault.field, |(_, here)| here), fault.code);
        }
        fields.send(&found, || {
            Box::pin(async move {
                page.printed.set(Some(api::open_for(&wanted).await.map_err(|error| moved(error, name, phone))?));
                Ok(())
            })
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p>{words::residents::open_line()}</p>
            {fields.failure()}
            <TextField of=fields.field(name, words::form::name(), "") kind=TextKind::Name />
            <TextField of=fields.field(phone, words::form::phone(), "") kind=TextKind::Phone />
            <TextField of=fields.field(PLACE, words::residents::place(), "") />
            <SubmitButton busy=fields.busy()>{words::residents::open()}</SubmitButton>
        </form>
    }
}

/// What the server says of a field, where that field stands here.
fn moved(error: data::Error, name: FieldPath, phone: FieldPath) -> data::Error {
    let data::Error::Refused(mut problem) = error else { return error };
    for fault in &mut problem.fields {
        if let Some((_, here)) =
            [(NAME, name), (PHONE, phone)].into_iter().find(|(of, _)| of.pointer() == fault.pointer)
        {
            here.pointer().clone_into(&mut fault.pointer);
        }
    }
    data::Error::Refused(problem)
}
