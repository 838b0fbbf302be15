//! Places and grids: what there is, who is responsible and for how many households, and forms to change it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::grid::{DeskEstate, DeskGrid, DeskPlaces, GridPerson, LOAD_FROM, LOAD_UP_TO, Part};

use super::place_forms::Forms;
use super::session::{Session, SignedIn};
use super::sign_in::failure_words;
use crate::data::{self, api, clock};
use crate::i18n::{dates, words};
use crate::routes::DeskRoute;
use crate::ui::banner::{Chip, Tone};
use crate::ui::button::{LinkButton, Look};
use crate::ui::data_table::{Column, DataTable, Row};
use crate::ui::disclosure::Disclosure;
use crate::ui::list_state::{Empty, Failed, Shape, Skeleton};
use crate::ui::page_head::PageHead;

/// What is known of the places.
#[derive(Clone, PartialEq)]
enum Known {
    NotYet,
    Here,
    Failed(data::Error),
}

/// Places and grids.
#[component]
pub fn Places() -> impl IntoView {
    let session = Session::here();
    let (known, places) = (RwSignal::new(Known::NotYet), RwSignal::new(None::<DeskPlaces>));
    let read = move || {
        known.set(Known::NotYet);
        spawn_local(async move {
            // The page may have been left meanwhile.
            match api::desk_places().await {
                Ok(found) => {
                    let _ = places.try_set(Some(found));
                    let _ = known.try_set(Known::Here);
                }
                Err(data::Error::SignedOut) => session.end(),
                Err(error) => {
                    let _ = known.try_set(Known::Failed(error));
                }
            }
        });
    };
    read();
    let again = Callback::new(move |()| read());
    let may_edit =
        move || matches!(session.signed_in(), SignedIn::As(me) if me.role == linli_domain::session::Role::Admin);
    let forms = move || {
        let here = known.get() == Known::Here && may_edit();
        here.then(|| view! { <Forms places /> })
    };
    let import = move || {
        let href = DeskRoute::PlaceImport.path();
        may_edit().then(|| view! { <LinkButton look=Look::Quiet href>{words::places::import()}</LinkButton> })
    };
    let content = move || match known.get() {
        Known::NotYet => view! { <Skeleton label=words::frame::loading() shape=Shape::Table /> }.into_any(),
        Known::Failed(error) => {
            view! { <Failed words=failure_words(&error) again=words::frame::again() on_again=again /> }.into_any()
        }
        Known::Here => (move || places.get().map(|places| tables(&places))).into_any(),
    };
    view! {
        <PageHead title=words::places::title() below=words::places::below() />
        <div class="desk-bar">
            <div class="desk-bar__end">{import}</div>
        </div>
        {content}
        {forms}
    }
}

fn tables(places: &DeskPlaces) -> AnyView {
    let street = (!places.street.is_empty()).then(|| view! { <p>{words::places::street_is(&places.street)}</p> });
    let estates = if places.estates.is_empty() {
        view! { <Empty words=words::places::no_estates() /> }.into_any()
    } else {
        let columns = [
            Column::words(words::places::building()),
            Column::words(words::places::estate()),
            Column::words(words::places::units()),
            Column::words(words::places::grid()),
            Column::numbers(words::places::households()),
        ];
        let rows = places.estates.iter().flat_map(|estate| buildings(estate, places)).collect();
        view! { <DataTable caption=words::places::estates() columns=columns.to_vec() rows /> }.into_any()
    };
    let grids = if places.grids.is_empty() {
        view! { <Empty words=words::places::no_grids() /> }.into_any()
    } else {
        let columns = [
            Column::words(words::places::code()),
            Column::words(words::places::name()),
            Column::words(words::places::responsible()),
            Column::numbers(words::places::households()),
            Column::words(words::places::load()),
        ];
        let rows = places.grids.iter().map(grid).collect();
        view! { <DataTable caption=words::places::grids() columns=columns.to_vec() rows /> }.into_any()
    };
    view! {
        {street}
        <section class="section">
            <h2 class="section__title">{words::places::grids()}</h2>
            {grids}
        </section>
        <section class="section">
            <h2 class="section__title">{words::places::estates()}</h2>
            {estates}
        </section>
        {history(places)}
    }
    .into_any()
}

fn archived(is: bool) -> Option<AnyView> {
    is.then(|| view! { <Chip tone=Tone::Caution words=words::places::archived() /> }.into_any())
}

/// What stands where there is nothing.
fn none() -> String {
    "–".to_owned()
}

/// The rows of an estate; one without buildings has a row of its own.
fn buildings(estate: &DeskEstate, places: &DeskPlaces) -> Vec<Row> {
    let code = |id: &str| places.grids.iter().find(|grid| grid.id == id).map(|grid| grid.code.clone());
    let name = |estate: &DeskEstate| view! { {estate.name.clone()} " " {archived(estate.archived)} }.into_any();
    if estate.buildings.is_empty() {
        let nothing = || none().into_any();
        return vec![vec![nothing(), name(estate), nothing(), nothing(), nothing()]];
    }
    let row = |building: &linli_domain::grid::DeskBuilding| {
        vec![
            view! { {building.name.clone()} " " {archived(building.archived)} }.into_any(),
            name(estate),
            Some(building.units.join(words::form::and()))
                .filter(|units| !units.is_empty())
                .unwrap_or_else(none)
                .into_any(),
            building.grid.as_deref().and_then(code).unwrap_or_else(|| words::places::no_grid().to_owned()).into_any(),
            building.households.to_string().into_any(),
        ]
    };
    estate.buildings.iter().map(row).collect()
}

/// Who is responsible on a day.
fn serves(person: &GridPerson) -> bool {
    let today = clock::now().date_naive();
    person.from <= today && person.until.is_none_or(|until| today <= until)
}

fn part(part: Part) -> &'static str {
    match part {
        Part::Lead => words::places::lead(),
        Part::Deputy => words::places::deputy(),
    }
}

fn grid(grid: &DeskGrid) -> Row {
    let said = |person: &GridPerson| {
        let phone = person.phone.clone();
        view! { <div>{[part(person.part), " ", &person.name, " "].concat()} <span class="nowrap">{phone}</span></div> }
            .into_any()
    };
    let people: Vec<AnyView> = grid.people.iter().filter(|person| serves(person)).map(said).collect();
    let people = if people.is_empty() {
        view! { <Chip tone=Tone::Caution words=words::places::nobody() /> }.into_any()
    } else {
        people.into_iter().collect_view().into_any()
    };
    let unusual = match grid.load {
        Some(load) if load > LOAD_UP_TO => Some(words::places::load_high(&LOAD_UP_TO)),
        Some(load) if load < LOAD_FROM => Some(words::places::load_low(&LOAD_FROM)),
        Some(_) | None => None,
    };
    let unusual = unusual.map(|words| view! { <Chip tone=Tone::Note words /> });
    vec![
        view! { <span class="nowrap" translate="no">{grid.code.clone()}</span> " " {archived(grid.archived)} }
            .into_any(),
        if grid.name == grid.code { none() } else { grid.name.clone() }.into_any(),
        people,
        grid.households.to_string().into_any(),
        view! { {grid.load.map_or_else(none, |load| load.to_string())} " " {unusual} }.into_any(),
    ]
}

/// Everybody who was, is or will be responsible.
fn history(places: &DeskPlaces) -> Option<AnyView> {
    let row = |grid: &DeskGrid, person: &GridPerson| -> Row {
        let time = match person.until {
            Some(until) => words::places::from_until(&dates::day_of_year(person.from), &dates::day_of_year(until)),
            None => words::places::now_on(&dates::day_of_year(person.from)),
        };
        vec![
            person.name.clone().into_any(),
            grid.code.clone().into_any(),
            part(person.part).into_any(),
            view! { <span class="nowrap">{person.phone.clone()}</span> }.into_any(),
            time.into_any(),
        ]
    };
    let rows: Vec<Row> =
        places.grids.iter().flat_map(|grid| grid.people.iter().map(move |person| row(grid, person))).collect();
    if rows.is_empty() {
        return None;
    }
    let columns = [
        words::places::person(),
        words::places::code(),
        words::places::part(),
        words::places::phone(),
        words::places::when(),
    ];
    let columns = columns.map(Column::words).to_vec();
    let table = view! { <DataTable caption=words::places::history() columns rows /> }.into_any();
    Some(view! { <Disclosure summary=words::places::history()>{table}</Disclosure> }.into_any())
}
