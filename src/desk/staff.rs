//! Staff accounts: who may sign in, what they may do and where; adding one, and changing one.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::session::{Granted, NAME, PASSWORD, Role};
use linli_domain::staff::{
    GivenPassword, GridName, NewStaff, ROLES, StaffActive, StaffList, StaffMember, StaffRoles, check_roles,
    password_fault,
};

use super::session::{Session, SignedIn};
use super::sign_in::failure_words;
use crate::data::{self, api};
use crate::i18n::{states, words};
use crate::pages::account::fields::Fields;
use crate::ui::banner::{Banner, Chip, Tone};
use crate::ui::button::{Button, Look, SubmitButton};
use crate::ui::checkbox::Checkboxes;
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::disclosure::Disclosure;
use crate::ui::list_state::Skeleton;
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

    /// Something was changed.
    fn done(self, said: String) {
        self.said.set(said);
        self.chosen.set(None);
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
        None => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
        Some(Err(error)) => {
            view! { <div role="alert"><Banner tone=Tone::Danger title=failure_words(&error) /></div> }.into_any()
        }
        Some(Ok(list)) => listed(page, list),
    };
    let said = move || {
        let said = page.said.get();
        (!said.is_empty()).then(|| view! { <Banner tone=Tone::Good title=said /> })
    };
    view! {
        <PageHead title=words::staff::title() below=words::staff::below() />
        <div role="status">{said}</div>
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
    let press = Callback::new(move |()| page.chosen.set(Some(chosen.clone())));
    vec![
        member.name.clone().into_any(),
        roles.join(words::form::and()).into_any(),
        view! { <Chip tone words /> {step} }.into_any(),
        view! { <Button look=Look::Quiet on_press=press>{change}</Button> }.into_any(),
    ]
}

fn role_words(granted: &Granted, grids: &[GridName]) -> String {
    let role = states::staff_role(granted.role);
    let name =
        |id: &String| grids.iter().find(|grid| grid.id == *id).map_or_else(|| id.clone(), |grid| grid.name.clone());
    granted.grid.as_ref().map_or_else(|| role.to_owned(), |grid| words::staff::in_grid(&role, &name(grid)))
}

/// Every role that can be held: in the community, and those of grids in each grid.
fn grantable(grids: &[GridName]) -> Vec<Granted> {
    let in_community = Role::STAFF.into_iter().map(|role| Granted { role, grid: None });
    let in_grids = grids
        .iter()
        .flat_map(|grid| [Role::GridManager, Role::Worker].map(|role| Granted { role, grid: Some(grid.id.clone()) }));
    in_community.chain(in_grids).collect()
}

/// What a role is called among the values of a field: no id of ours holds a space.
fn value_of(granted: &Granted) -> String {
    [granted.role.as_str(), ":", granted.grid.as_deref().unwrap_or_default()].concat()
}

fn read_roles(typed: &str, grids: &[GridName]) -> Vec<Granted> {
    let ticked: Vec<&str> = typed.split_whitespace().collect();
    grantable(grids).into_iter().filter(|granted| ticked.contains(&value_of(granted).as_str())).collect()
}

fn roles_field(fields: Fields, grids: &[GridName]) -> AnyView {
    let choice = |granted: Granted| Choice::new(value_of(&granted), role_words(&granted, grids));
    let choices = grantable(grids).into_iter().map(choice).collect::<Vec<_>>();
    view! { <Checkboxes of=fields.field(ROLES, words::staff::roles(), words::staff::roles_hint()) choices /> }
        .into_any()
}

#[component]
fn Add(page: Page, grids: Vec<GridName>) -> impl IntoView {
    let fields = Fields::empty();
    let known = StoredValue::new(grids.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let roles = known.with_value(|grids| read_roles(&fields.text(ROLES), grids));
        let wanted = NewStaff { name: fields.text(NAME), password: fields.text(PASSWORD), roles };
        let found = wanted.check();
        fields.send(&found, || {
            Box::pin(async move {
                api::add_staff(&wanted).await?;
                page.done(words::staff::added(&wanted.name.trim()));
                Ok(())
            })
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {fields.failure()}
            <TextField of=fields.field(NAME, words::staff::name(), "") />
            <TextField
                of=fields.field(PASSWORD, words::staff::first_password(), words::staff::password_hint())
                kind=TextKind::NewPassword
            />
            {roles_field(fields, &grids)}
            <SubmitButton busy=fields.busy()>{words::staff::add()}</SubmitButton>
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
            <h2 class="section__title">{[words::staff::change(), " ", &member.name].concat()}</h2>
            <Roles page member=member.clone() grids />
            {password}
            {reset}
            <Active page member />
        </section>
    }
}

#[component]
fn Roles(page: Page, member: StaffMember, grids: Vec<GridName>) -> impl IntoView {
    let (fields, id) = (Fields::empty(), member.id);
    fields.fill(ROLES, member.roles.iter().map(value_of).collect::<Vec<_>>().join(" "));
    let known = StoredValue::new(grids.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = StaffRoles { roles: known.with_value(|grids| read_roles(&fields.text(ROLES), grids)) };
        let found = check_roles(&wanted.roles);
        fields.send(&found, || {
            Box::pin(async move {
                api::set_roles(id, &wanted).await?;
                page.done(words::staff::done().to_owned());
                Ok(())
            })
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {fields.failure()}
            {roles_field(fields, &grids)}
            <SubmitButton look=Look::Quiet busy=fields.busy()>{words::staff::save_roles()}</SubmitButton>
        </form>
    }
}

#[component]
fn Password(page: Page, member: StaffMember) -> impl IntoView {
    let (fields, id) = (Fields::empty(), member.id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let given = GivenPassword { password: fields.text(PASSWORD) };
        let mut found = linli_domain::finding::Findings::new();
        if let Some(code) = password_fault(&given.password, &member.name) {
            found.impossible(PASSWORD, code);
        }
        fields.send(&found, || {
            Box::pin(async move {
                api::give_password(id, &given).await?;
                page.done(words::staff::done().to_owned());
                Ok(())
            })
        });
    };
    view! {
        <Disclosure summary=words::staff::new_password()>
            <form class="form" novalidate on:submit=submit>
                <p>{words::staff::new_password_line()}</p>
                {fields.failure()}
                <TextField
                    of=fields.field(PASSWORD, words::own_staff::new(), words::staff::password_hint())
                    kind=TextKind::NewPassword
                />
                <SubmitButton look=Look::Quiet busy=fields.busy()>{words::staff::give_password()}</SubmitButton>
            </form>
        </Disclosure>
    }
}

#[component]
fn Reset(page: Page, member: StaffMember) -> impl IntoView {
    let (fields, id) = (Fields::empty(), member.id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        fields.send(&linli_domain::finding::Findings::new(), || {
            Box::pin(async move {
                api::reset_second_step(id).await?;
                page.done(words::staff::done().to_owned());
                Ok(())
            })
        });
    };
    view! {
        <Disclosure summary=words::staff::reset_second_step()>
            <form class="form" novalidate on:submit=submit>
                <p>{words::staff::reset_second_step_line()}</p>
                {fields.failure()}
                <SubmitButton look=Look::Danger busy=fields.busy()>{words::staff::reset_second_step()}</SubmitButton>
            </form>
        </Disclosure>
    }
}

/// Switches it off, or on again.
#[component]
fn Active(page: Page, member: StaffMember) -> impl IntoView {
    let (fields, id, active) = (Fields::empty(), member.id, member.active);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        fields.send(&linli_domain::finding::Findings::new(), || {
            Box::pin(async move {
                api::set_active(id, StaffActive { active: !active }).await?;
                page.done(words::staff::done().to_owned());
                Ok(())
            })
        });
    };
    let words = if active { words::staff::switch_off() } else { words::staff::switch_on() };
    let look = if active { Look::Danger } else { Look::Quiet };
    view! {
        <Disclosure summary=words>
            <form class="form" novalidate on:submit=submit>
                {active.then(|| view! { <p>{words::staff::switch_off_line()}</p> })}
                {fields.failure()}
                {fields.whole(ROLES)}
                <SubmitButton look=look busy=fields.busy()>{words}</SubmitButton>
            </form>
        </Disclosure>
    }
}
