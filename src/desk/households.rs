//! Choosing households of the table: a building, and one of its units or all of them.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::account::CODES;
use linli_domain::grid::{DeskBuilding, DeskEstate, DeskPlaces};
use linli_domain::{Code, FieldPath, RecordId};

use super::session::Session;
use crate::data::{self, api};
use crate::i18n::{findings, words};
use crate::ui::button::{Look, SubmitButton};
use crate::ui::field::{Labelled, Typed, Value};
use crate::ui::focus;
use crate::ui::radios::Choice;
use crate::ui::select_field::SelectField;

const BUILDING: FieldPath = FieldPath::new("/building");

/// What is wrong with the choice.
#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    Missing,
    Empty,
    TooMany,
}

/// Choosing households of the table.
#[component]
pub fn Households(
    /// Called with those that were chosen.
    on_chosen: Callback<Vec<RecordId>>,
    /// Called when they could not be read.
    on_failed: Callback<data::Error>,
    /// Whether it rests.
    #[prop(into)]
    busy: Signal<bool>,
    /// How loud its button is.
    #[prop(into)]
    look: Signal<Look>,
) -> impl IntoView {
    let session = Session::here();
    let (places, wrong) = (RwSignal::new(None::<DeskPlaces>), RwSignal::new(None::<Wrong>));
    spawn_local(async move {
        // Without them the free words are left.
        if let Ok(found) = api::desk_places().await {
            let _ = places.try_set(Some(found));
        }
    });
    let typed = RwSignal::new(Typed::new());
    let (building, unit) = (Value::of(typed, "building"), Value::of(typed, "unit"));
    let of_building = Labelled {
        id: BUILDING.dom_id(),
        label: words::places::building().to_owned(),
        hint: words::household_codes::of_table_hint(),
        value: building,
        error: Signal::derive(move || {
            wrong.get().map(|wrong| match wrong {
                Wrong::Missing => findings::error(BUILDING.pointer(), Code::Required),
                Wrong::Empty => words::household_codes::no_households(),
                Wrong::TooMany => findings::error(BUILDING.pointer(), Code::TooMany),
            })
        }),
    };
    let of_unit = Labelled {
        id: "unit".to_owned(),
        label: words::places::column_unit().to_owned(),
        hint: "",
        value: unit,
        error: Signal::derive(|| None),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let refuse = move |why| {
            let _ = wrong.try_set(Some(why));
            focus::to_id(&BUILDING.dom_id());
        };
        let chosen = building.get_untracked();
        let Some((estate, home)) = chosen.split_once('/') else { return refuse(Wrong::Missing) };
        wrong.set(None);
        let (estate, home, unit) = (estate.to_owned(), home.to_owned(), unit.get_untracked());
        spawn_local(async move {
            match api::households(&estate, &home, &unit).await {
                Ok(found) if found.items.is_empty() => refuse(Wrong::Empty),
                Ok(found) if found.items.len() > CODES => refuse(Wrong::TooMany),
                Ok(found) => on_chosen.run(found.items.into_iter().map(|household| household.id).collect()),
                Err(data::Error::SignedOut) => session.end(),
                Err(error) => on_failed.run(error),
            }
        });
    };
    let pick_building = move || {
        let choices = places.with(|places| places.as_ref().map(buildings).unwrap_or_default());
        view! { <SelectField of=of_building.clone() nothing=words::report::choose_building() choices /> }
    };
    let pick_unit = move || {
        let chosen = building.get();
        let units = places.with(|places| units(places.as_ref()?, &chosen)).unwrap_or_default();
        let choices = units.into_iter().map(|unit| Choice::new(unit.clone(), unit)).collect();
        view! { <SelectField of=of_unit.clone() nothing=words::household_codes::all_units() choices /> }
    };
    view! {
        <form class="sheets-bar" novalidate on:submit=submit>
            <h2 class="section__title">{words::household_codes::of_table()}</h2>
            {pick_building}
            {pick_unit}
            <SubmitButton look busy>{words::household_codes::make_of_table()}</SubmitButton>
        </form>
    }
}

fn buildings(places: &DeskPlaces) -> Vec<Choice> {
    let of = |estate: &DeskEstate| {
        let named = |building: &DeskBuilding| {
            let id = [&estate.id, "/", &building.id].concat();
            Choice::new(id, [&estate.name, " ", &building.name].concat())
        };
        estate.buildings.iter().filter(|building| !building.archived).map(named).collect::<Vec<_>>()
    };
    places.estates.iter().filter(|estate| !estate.archived).flat_map(of).collect()
}

fn units(places: &DeskPlaces, chosen: &str) -> Option<Vec<String>> {
    let (estate, building) = chosen.split_once('/')?;
    let estate = places.estates.iter().find(|it| it.id == estate)?;
    Some(estate.buildings.iter().find(|it| it.id == building)?.units.clone())
}
