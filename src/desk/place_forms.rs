//! The forms that change places and grids. Each is for a new thing or for one that is chosen and filled in.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use linli_domain::FieldPath;
use linli_domain::grid::{
    BuildingEdit, CODE, DeskPlaces, ESTATE, EstateEdit, FROM, GRID, GridEdit, GridPersonEdit, NAME, PART, PHONE, Part,
    STREET, StreetEdit, UNITS, UNTIL, called,
};

use super::edit::Edit;
use super::session::Session;
use crate::data::api;
use crate::i18n::words;
use crate::ui::button::{Look, SubmitButton};
use crate::ui::checkbox::Checkbox;
use crate::ui::date_field::DateField;
use crate::ui::disclosure::Disclosure;
use crate::ui::field::TICKED;
use crate::ui::radios::{Choice, Layout, Radios};
use crate::ui::select_field::SelectField;
use crate::ui::text_area::TextArea;
use crate::ui::text_field::{TextField, TextKind};

const WHICH: FieldPath = FieldPath::new("/id");
const ARCHIVED: FieldPath = FieldPath::new("/archived");

type Places = RwSignal<Option<DeskPlaces>>;

/// All of them, folded away.
#[component]
pub fn Forms(
    /// What is shown, and what a change comes to.
    places: Places,
) -> impl IntoView {
    view! {
        <Disclosure summary=words::places::edit_street()>{street(places)}</Disclosure>
        <Disclosure summary=words::places::edit_estate()>{estate(places)}</Disclosure>
        <Disclosure summary=words::places::edit_building()>{building(places)}</Disclosure>
        <Disclosure summary=words::places::edit_grid()>{grid(places)}</Disclosure>
        <Disclosure summary=words::places::edit_person()>{person(places)}</Disclosure>
    }
}

fn form(edit: Edit, fields: AnyView, save: impl Fn() + 'static) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save();
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {fields}
            {edit.outcome()}
            <SubmitButton look=Look::Quiet busy=edit.busy()>{words::places::save()}</SubmitButton>
        </form>
    }
    .into_any()
}

/// It was taken: the next one begins with what it is likely to share with this one.
fn taken<const N: usize>(edit: Edit, places: Places, now: DeskPlaces, kept: [&'static str; N]) {
    // The page may have been left meanwhile.
    let _ = places.try_set(Some(now));
    edit.empty(kept);
}

/// The chooser of what is changed, drawn anew with the list; choosing fills the form in.
fn which(
    edit: Edit,
    choices: impl Fn() -> Vec<Choice> + Send + Sync + 'static,
    fill: impl Fn(String) + Send + Sync + 'static,
) -> AnyView {
    let chosen = Memo::new(move |_| edit.value("id").get());
    Effect::new(move |before: Option<String>| {
        let now = chosen.get();
        let emptied = edit.take_emptied();
        if before.is_some_and(|before| before != now) && !(emptied && now.is_empty()) {
            fill(now.clone());
        }
        now
    });
    let of = edit.field(WHICH, words::places::which(), "");
    let select = move || view! { <SelectField of=of.clone() nothing=words::places::new() choices=choices() /> };
    select.into_any()
}

/// What is chosen; nothing is a new one.
fn chosen(edit: Edit) -> Option<String> {
    Some(edit.text("id")).filter(|id| !id.is_empty())
}

fn ticked(archived: bool) -> String {
    if archived { TICKED.to_owned() } else { String::new() }
}

fn archive(edit: Edit) -> AnyView {
    let of = edit.field(ARCHIVED, words::places::archive(), "");
    view! { <Checkbox of /> }.into_any()
}

fn street(places: Places) -> AnyView {
    let (edit, session) = (Edit::new("street"), Session::here());
    let now = places.with_untracked(|places| places.as_ref().map(|places| places.street.clone()));
    edit.fill([("street", now.unwrap_or_default())]);
    let fields = view! { <TextField of=edit.field(STREET, words::places::street(), "") /> }.into_any();
    form(edit, fields, move || {
        let wanted = StreetEdit { street: edit.text("street") };
        let findings = wanted.check();
        let sent = async move { api::edit_places("street", &wanted).await };
        edit.send(session, &findings, sent, move |now| taken(edit, places, now, ["street"]));
    })
}

fn estates(places: Places) -> Vec<Choice> {
    let estates = |places: &DeskPlaces| places.estates.iter().map(|it| Choice::new(&*it.id, &*it.name)).collect();
    places.with(|places| places.as_ref().map(estates).unwrap_or_default())
}

fn grids(places: Places) -> Vec<Choice> {
    let grids = |places: &DeskPlaces| {
        let used = places.grids.iter().filter(|grid| !grid.archived);
        used.map(|grid| Choice::new(&*grid.id, called(&grid.code, &grid.name))).collect()
    };
    places.with(|places| places.as_ref().map(grids).unwrap_or_default())
}

fn estate(places: Places) -> AnyView {
    let (edit, session) = (Edit::new("estate"), Session::here());
    let fill = move |id: String| {
        let known = places.with_untracked(|places| places.as_ref()?.estates.iter().find(|it| it.id == id).cloned());
        let (name, archived) = known.map(|known| (known.name, known.archived)).unwrap_or_default();
        edit.fill([("id", id), ("name", name), ("archived", ticked(archived))]);
    };
    let fields = view! {
        {which(edit, move || estates(places), fill)}
        <TextField of=edit.field(NAME, words::places::name(), "") />
        {archive(edit)}
    }
    .into_any();
    form(edit, fields, move || {
        let archived = edit.value("archived").is(TICKED);
        let wanted = EstateEdit { id: chosen(edit), name: edit.text("name"), archived };
        let findings = wanted.check();
        let sent = async move { api::edit_places("estates", &wanted).await };
        edit.send(session, &findings, sent, move |now| taken(edit, places, now, []));
    })
}

fn building(places: Places) -> AnyView {
    let (edit, session) = (Edit::new("building"), Session::here());
    let choices = move || {
        let all = |places: &DeskPlaces| {
            let of = |estate: &linli_domain::grid::DeskEstate| {
                let named = |building: &linli_domain::grid::DeskBuilding| {
                    let id = [&estate.id, "/", &building.id].concat();
                    Choice::new(id, [&estate.name, " ", &building.name].concat())
                };
                estate.buildings.iter().map(named).collect::<Vec<_>>()
            };
            places.estates.iter().flat_map(of).collect()
        };
        places.with(|places| places.as_ref().map(all).unwrap_or_default())
    };
    let fill = move |id: String| {
        let known = places.with_untracked(|places| {
            let (estate, building) = id.split_once('/')?;
            let estate = places.as_ref()?.estates.iter().find(|it| it.id == estate)?;
            let known = estate.buildings.iter().find(|it| it.id == building)?;
            Some((estate.id.clone(), known.clone()))
        });
        let Some((estate, known)) = known else {
            return edit.fill([("estate", edit.text("estate"))]);
        };
        edit.fill([
            ("id", id),
            ("estate", estate),
            ("name", known.name),
            ("units", known.units.join("\n")),
            ("grid", known.grid.unwrap_or_default()),
            ("archived", ticked(known.archived)),
        ]);
    };
    let of_estate = edit.field(ESTATE, words::places::estate(), "");
    let of_grid = edit.field(GRID, words::places::grid(), "");
    let in_estate = move || {
        let choices = estates(places);
        view! { <SelectField of=of_estate.clone() nothing=words::report::choose_estate() choices /> }
    };
    let in_grid =
        move || view! { <SelectField of=of_grid.clone() nothing=words::places::no_grid() choices=grids(places) /> };
    let fields = view! {
        {which(edit, choices, fill)}
        {in_estate}
        <TextField of=edit.field(NAME, words::places::name(), "") />
        <TextArea of=edit.field(UNITS, words::places::units(), words::places::units_hint()) rows=3 />
        {in_grid}
        {archive(edit)}
    }
    .into_any();
    form(edit, fields, move || {
        let units = edit.text("units");
        let units = units.lines().map(str::trim).filter(|unit| !unit.is_empty()).map(str::to_owned);
        let wanted = BuildingEdit {
            estate: edit.text("estate"),
            id: chosen(edit).and_then(|id| Some(id.split_once('/')?.1.to_owned())),
            name: edit.text("name"),
            units: units.collect(),
            grid: Some(edit.text("grid")).filter(|grid| !grid.is_empty()),
            archived: edit.value("archived").is(TICKED),
        };
        let findings = wanted.check();
        let sent = async move { api::edit_places("buildings", &wanted).await };
        edit.send(session, &findings, sent, move |now| taken(edit, places, now, ["estate", "grid"]));
    })
}

fn grid(places: Places) -> AnyView {
    let (edit, session) = (Edit::new("grid"), Session::here());
    let choices = move || {
        let all = |places: &DeskPlaces| places.grids.iter().map(|it| Choice::new(&*it.id, &*it.code)).collect();
        places.with(|places| places.as_ref().map(all).unwrap_or_default())
    };
    let fill = move |id: String| {
        let known = places.with_untracked(|places| places.as_ref()?.grids.iter().find(|it| it.id == id).cloned());
        let (code, name, archived) = known.map(|known| (known.code, known.name, known.archived)).unwrap_or_default();
        edit.fill([("id", id), ("code", code), ("name", name), ("archived", ticked(archived))]);
    };
    let fields = view! {
        {which(edit, choices, fill)}
        <TextField of=edit.field(CODE, words::places::code(), "") />
        <TextField of=edit.field(NAME, words::places::name(), "") />
        {archive(edit)}
    }
    .into_any();
    form(edit, fields, move || {
        let archived = edit.value("archived").is(TICKED);
        let wanted = GridEdit { id: chosen(edit), code: edit.text("code"), name: edit.text("name"), archived };
        let findings = wanted.check();
        let sent = async move { api::edit_places("grids", &wanted).await };
        edit.send(session, &findings, sent, move |now| taken(edit, places, now, []));
    })
}

fn person(places: Places) -> AnyView {
    let (edit, session) = (Edit::new("duty"), Session::here());
    let choices = move || {
        let all = |places: &DeskPlaces| {
            let people = places.grids.iter().flat_map(|grid| grid.people.iter().map(move |it| (grid, it)));
            people.map(|(grid, it)| Choice::new(it.id.to_string(), [&grid.code, " ", &it.name].concat())).collect()
        };
        places.with(|places| places.as_ref().map(all).unwrap_or_default())
    };
    let part_value = |part: Part| if part == Part::Deputy { "deputy" } else { "lead" }.to_owned();
    let fill = move |id: String| {
        let known = places.with_untracked(|places| {
            let mut people =
                places.as_ref()?.grids.iter().flat_map(|grid| grid.people.iter().map(move |it| (grid, it)));
            people.find(|(_, it)| it.id.to_string() == id).map(|(grid, it)| (grid.id.clone(), it.clone()))
        });
        let Some((grid, known)) = known else {
            return edit.fill([("grid", edit.text("grid")), ("part", part_value(Part::Lead))]);
        };
        edit.fill([
            ("id", id),
            ("grid", grid),
            ("name", known.name),
            ("phone", known.phone),
            ("part", part_value(known.part)),
            ("from", known.from.to_string()),
            ("until", known.until.map(|until| until.to_string()).unwrap_or_default()),
        ]);
    };
    edit.fill([("part", part_value(Part::Lead))]);
    let of_grid = edit.field(GRID, words::places::grid(), "");
    let of_part = edit.field(PART, words::places::part(), "");
    let in_grid =
        move || view! { <SelectField of=of_grid.clone() nothing=words::places::choose_grid() choices=grids(places) /> };
    let parts = vec![Choice::new("lead", words::places::lead()), Choice::new("deputy", words::places::deputy())];
    let fields = view! {
        {which(edit, choices, fill)}
        {in_grid}
        <TextField of=edit.field(NAME, words::places::person(), "") kind=TextKind::Name />
        <TextField of=edit.field(PHONE, words::places::phone(), words::places::phone_hint()) kind=TextKind::Phone />
        <Radios of=of_part choices=parts layout=Layout::Segmented />
        <DateField of=edit.field(FROM, words::places::from(), "") />
        <DateField of=edit.field(UNTIL, words::places::until(), words::places::until_hint()) />
    }
    .into_any();
    form(edit, fields, move || {
        let wanted = GridPersonEdit {
            grid: edit.text("grid"),
            id: chosen(edit).and_then(|id| id.parse().ok()),
            name: edit.text("name"),
            phone: edit.text("phone"),
            staff: None,
            part: if edit.text("part") == "deputy" { Part::Deputy } else { Part::Lead },
            from: edit.text("from"),
            until: edit.text("until"),
        };
        let findings = wanted.check();
        let sent = async move { api::edit_places("grid-people", &wanted).await };
        edit.send(session, &findings, sent, move |now| taken(edit, places, now, ["grid", "part", "from"]));
    })
}
