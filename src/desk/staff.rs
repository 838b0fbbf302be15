//! Staff accounts: who may sign in, what they may do and where; adding one, and changing one.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::finding::Findings;
use linli_domain::session::{Granted, NAME, PASSWORD, Role};
use linli_domain::staff::{
    GivenPassword, GridName, NewStaff, ROLES, StaffActive, StaffList, StaffMember, StaffRoles, check_roles,
    password_fault,
};

use super::edit::Edit;
use super::session::{Session, SignedIn};
use super::sign_in::failure_words;
use crate::data::{self, api};
use crate::i18n::{states, words};
use crate::ui::banner::{Banner, Chip, Tone};
use crate::ui::button::{Button, Look, SubmitButton};
use crate::ui::checkbox::Checkboxes;
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::disclosure::Disclosure;
use crate::ui::field::Labelled;
use crate::ui::focus;
use crate::ui::list_state::{Failed, Shape, Skeleton};
use crate::ui::page_head::PageHead;
use crate::ui::radios::Choice;
use crate::ui::text_field::{TextField, TextKind};

/// The page while it is looked at.
#[derive(Clone, Copy)]
struct Page {
    session: Session,
    read: RwSignal<Option<Result<StaffList, data::Error>>>,
    /// Whose account is changed.
    chosen: RwSignal<Option<StaffMember>>,
    /// What was done last.
    said: RwSignal<String>,
}

/// Where it stands what was done last.
const SAID: &str = "said";
/// The heading of what is changed.
const CHANGE: &str = "change";

impl Page {
    fn look(self) {
        spawn_local(async move {
            match api::staff().await {
                Err(data::Error::SignedOut) => self.session.end(),
                answer => {
                    // The page may have been left meanwhile.
                    let _ = self.read.try_set(Some(answer));
                }
            }
        });
    }

    /// Somebody's account is to be changed; that stands below the list.
    fn choose(self, member: StaffMember) {
        self.said.set(String::new());
        self.chosen.set(Some(member));
        focus::to_element_soon(CHANGE.to_owned());
    }

    /// Something was changed.
    fn done(self, said: String) {
        // The page may have been left meanwhile.
        let _ = self.said.try_set(said);
        let _ = self.chosen.try_set(None);
        focus::to_element_soon(SAID.to_owned());
        self.look();
    }
}

/// Staff accounts.
#[component]
pub fn Staff() -> impl IntoView {
    let page = Page {
        session: Session::here(),
        read: RwSignal::new(None),
        chosen: RwSignal::new(None),
        said: RwSignal::new(String::new()),
    };
    page.look();
    let shown = move || match page.read.get() {
        None => view! { <Skeleton label=words::frame::loading() shape=Shape::Table /> }.into_any(),
        Some(Err(error)) => {
            let again = Callback::new(move |()| {
                page.read.set(None);
                page.look();
            });
            view! { <Failed words=failure_words(&error) again=words::frame::again() on_again=again /> }.into_any()
        }
        Some(Ok(list)) => listed(page, list),
    };
    let said = move || {
        let said = page.said.get();
        (!said.is_empty()).then(|| view! { <Banner tone=Tone::Good title=said /> })
    };
    view! {
        <PageHead title=words::staff::title() below=words::staff::below() />
        <div role="status" id=SAID tabindex="-1">{said}</div>
        {shown}
    }
}

fn listed(page: Page, list: StaffList) -> AnyView {
    let columns = [words::staff::name(), words::staff::roles(), words::staff::state(), words::staff::change()];
    let rows = list.items.iter().map(|member| row(page, member, &list.grids)).collect();
    let grids = list.grids.clone();
    let change = move || page.chosen.get().map(|member| view! { <Change page member grids=grids.clone() /> });
    view! {
        <DataTable caption=words::staff::title() columns=columns.map(Column::words).to_vec() rows />
        <div class="sheets-bar">
            {change}
            <Disclosure summary=words::staff::add_title()>
                <Add page grids=list.grids />
            </Disclosure>
        </div>
    }
    .into_any()
}

fn row(page: Page, member: &StaffMember, grids: &[GridName]) -> Row {
    let roles: Vec<String> = member.roles.iter().map(|granted| role_words(granted, grids)).collect();
    let (tone, words) =
        if member.active { (Tone::Good, words::staff::active()) } else { (Tone::Caution, words::staff::off()) };
    let step = member.second_step.then(|| view! { <Chip tone=Tone::Note words=words::staff::second_step() /> });
    let chosen = member.clone();
    let change = [words::staff::change(), " ", &member.name].concat();
    let press = Callback::new(move |()| page.choose(chosen.clone()));
    vec![
        member.name.clone().into_any(),
        roles.join(words::form::and()).into_any(),
        view! { <Chip tone words /> " " {step} }.into_any(),
        view! { <Button look=Look::Quiet on_press=press>{change}</Button> }.into_any(),
    ]
}

/// What a role is called where it is held: a worker of the community is another one than a worker of a grid.
fn role_name(granted: &Granted) -> &'static str {
    match (granted.role, &granted.grid) {
        (Role::Worker, Some(_)) => words::staff::grid_worker(),
        (role, _) => states::staff_role(role),
    }
}

fn role_words(granted: &Granted, grids: &[GridName]) -> String {
    let role = role_name(granted);
    let name =
        |id: &String| grids.iter().find(|grid| grid.id == *id).map_or_else(|| id.clone(), |grid| grid.name.clone());
    granted.grid.as_ref().map_or_else(|| role.to_owned(), |grid| words::staff::in_grid(&name(grid), &role))
}

/// The roles that can be held in the community, or in one grid.
fn grantable(grid: Option<&GridName>) -> Vec<Granted> {
    let of = |role| Granted { role, grid: grid.map(|grid| grid.id.clone()) };
    match grid {
        None => Role::STAFF.map(of).to_vec(),
        Some(_) => [Role::GridManager, Role::Worker].map(of).to_vec(),
    }
}

/// What a role is called among the values of a field: no id of ours holds a space.
fn value_of(granted: &Granted) -> String {
    [granted.role.as_str(), ":", granted.grid.as_deref().unwrap_or_default()].concat()
}

fn read_roles(typed: &str, grids: &[GridName]) -> Vec<Granted> {
    let ticked: Vec<&str> = typed.split_whitespace().collect();
    let all = std::iter::once(None).chain(grids.iter().map(Some)).flat_map(grantable);
    all.filter(|granted| ticked.contains(&value_of(granted).as_str())).collect()
}

/// The roles as boxes: those in the whole community, and those of each grid in a row of its own.
fn roles_field(edit: Edit, grids: &[GridName]) -> AnyView {
    let of = edit.field(ROLES, words::staff::roles(), words::staff::roles_hint());
    let boxes = |of: Labelled, grid: Option<&GridName>| {
        let choice = |granted: Granted| Choice::new(value_of(&granted), role_name(&granted));
        let choices = grantable(grid).into_iter().map(choice).collect::<Vec<_>>();
        view! { <Checkboxes of choices /> }.into_any()
    };
    let in_grid = |grid: &GridName| {
        let of = Labelled {
            id: [&of.id, "-", &grid.id].concat(),
            label: grid.name.clone(),
            hint: "",
            error: Signal::stored(None),
            ..of.clone()
        };
        boxes(of, Some(grid))
    };
    let in_grids = grids.iter().map(in_grid).collect_view();
    let in_community = boxes(of.clone(), None);
    view! { <div class="roles">{in_community} {in_grids}</div> }.into_any()
}

#[component]
fn Add(page: Page, grids: Vec<GridName>) -> impl IntoView {
    let edit = Edit::new("staff");
    let known = StoredValue::new(grids.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let roles = known.with_value(|grids| read_roles(&edit.exact("roles"), grids));
        let wanted = NewStaff { name: edit.text("name"), password: edit.exact("password"), roles };
        let (found, name) = (wanted.check(), wanted.name.clone());
        edit.send(page.session, &found, async move { api::add_staff(&wanted).await }, move |()| {
            page.done(words::staff::added(&name));
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField of=edit.field(NAME, words::staff::name(), "") />
            <TextField
                of=edit.field(PASSWORD, words::staff::first_password(), words::staff::password_hint())
                kind=TextKind::NewPassword
            />
            {roles_field(edit, &grids)}
            {edit.failure()}
            <SubmitButton busy=edit.busy()>{words::staff::add()}</SubmitButton>
        </form>
    }
}

#[component]
fn Change(page: Page, member: StaffMember, grids: Vec<GridName>) -> impl IntoView {
    // One's own are changed under one's own account, by whoever knows the password.
    let own = matches!(page.session.signed_in(), SignedIn::As(me) if me.id == member.id);
    let password = (!own).then(|| view! { <Password page member=member.clone() /> });
    let reset = (member.second_step && !own).then(|| view! { <Reset page member=member.clone() /> });
    view! {
        <section class="section">
            <h2 class="section__title" id=CHANGE tabindex="-1">
                {[words::staff::change(), " ", &member.name].concat()}
            </h2>
            <Roles page member=member.clone() grids />
            {password}
            {reset}
            <Active page member />
        </section>
    }
}

#[component]
fn Roles(page: Page, member: StaffMember, grids: Vec<GridName>) -> impl IntoView {
    let (edit, id, name) = (Edit::new("roles"), member.id, member.name);
    edit.fill([("roles", member.roles.iter().map(value_of).collect::<Vec<_>>().join(" "))]);
    let known = StoredValue::new(grids.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = StaffRoles { roles: known.with_value(|grids| read_roles(&edit.exact("roles"), grids)) };
        let (found, name) = (check_roles(&wanted.roles), name.clone());
        edit.send(page.session, &found, async move { api::set_roles(id, &wanted).await }, move |()| {
            page.done(words::staff::done(&name));
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {roles_field(edit, &grids)}
            {edit.failure()}
            <SubmitButton look=Look::Quiet busy=edit.busy()>{words::staff::save_roles()}</SubmitButton>
        </form>
    }
}

#[component]
fn Password(page: Page, member: StaffMember) -> impl IntoView {
    let (edit, id) = (Edit::new("given"), member.id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let given = GivenPassword { password: edit.exact("password") };
        let mut found = Findings::new();
        if let Some(code) = password_fault(&given.password, &member.name) {
            found.impossible(PASSWORD, code);
        }
        let name = member.name.clone();
        edit.send(page.session, &found, async move { api::give_password(id, &given).await }, move |()| {
            page.done(words::staff::done(&name));
        });
    };
    view! {
        <Disclosure summary=words::staff::new_password()>
            <form class="form" novalidate on:submit=submit>
                <p>{words::staff::new_password_line()}</p>
                <TextField
                    of=edit.field(PASSWORD, words::own_staff::new(), words::staff::password_hint())
                    kind=TextKind::NewPassword
                />
                {edit.failure()}
                <SubmitButton look=Look::Quiet busy=edit.busy()>{words::staff::give_password()}</SubmitButton>
            </form>
        </Disclosure>
    }
}

#[component]
fn Reset(page: Page, member: StaffMember) -> impl IntoView {
    let (edit, id) = (Edit::new("reset"), member.id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let name = member.name.clone();
        edit.send(page.session, &Findings::new(), async move { api::reset_second_step(id).await }, move |()| {
            page.done(words::staff::done(&name));
        });
    };
    view! {
        <Disclosure summary=words::staff::reset_second_step()>
            <form class="form" novalidate on:submit=submit>
                <p>{words::staff::reset_second_step_line()}</p>
                {edit.failure()}
                <SubmitButton look=Look::Danger busy=edit.busy()>{words::staff::reset_second_step()}</SubmitButton>
            </form>
        </Disclosure>
    }
}

/// Switches it off, or on again.
#[component]
fn Active(page: Page, member: StaffMember) -> impl IntoView {
    let (edit, id, active) = (Edit::new("active"), member.id, member.active);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let name = member.name.clone();
        let sent = async move { api::set_active(id, StaffActive { active: !active }).await };
        edit.send(page.session, &Findings::new(), sent, move |()| page.done(words::staff::done(&name)));
    };
    let words = if active { words::staff::switch_off() } else { words::staff::switch_on() };
    let look = if active { Look::Danger } else { Look::Quiet };
    view! {
        <Disclosure summary=words>
            <form class="form" novalidate on:submit=submit>
                {active.then(|| view! { <p>{words::staff::switch_off_line()}</p> })}
                {edit.failure()}
                {edit.whole(ROLES)}
                <SubmitButton look=look busy=edit.busy()>{words}</SubmitButton>
            </form>
        </Disclosure>
    }
}
