//! Where: estate, then its buildings, then the building's units, and words.

use leptos::prelude::*;
use linli_domain::community::Public;
use linli_domain::place::Building;
use linli_domain::{FieldPath, place, report};

use crate::i18n::words;
use crate::pages::community::Known;
use crate::pages::form::Form;
use crate::ui::place_picker::{Level, PlacePicker};
use crate::ui::radios::Choice;

/// Where it is.
#[component]
pub fn PlaceFields(form: Form, public: Known) -> impl IntoView {
    let (estate, building) = (form.chosen(place::ESTATE), form.chosen(place::BUILDING));
    let estates = Memo::new(move |_| {
        let public = public.get();
        public.places.iter().map(|estate| Choice::new(estate.estate.clone(), estate.name.clone())).collect::<Vec<_>>()
    });
    let buildings = Memo::new(move |_| {
        let public = public.get();
        let buildings = buildings_of(&public, &estate.read()).iter();
        buildings.map(|building| Choice::new(building.id.clone(), building.name.clone())).collect::<Vec<_>>()
    });
    let units = Memo::new(move |_| {
        let public = public.get();
        let chosen = buildings_of(&public, &estate.read()).iter().find(|known| known.id == *building.read());
        let units = chosen.map(|building| building.units.as_slice()).unwrap_or_default();
        units.iter().map(|unit| Choice::new(unit.clone(), unit.clone())).collect::<Vec<_>>()
    });
    let level = |field: FieldPath, label: &'static str, nothing: &'static str, choices: Memo<Vec<Choice>>| Level {
        of: form.field(field, label, ""),
        nothing,
        choices: choices.into(),
    };
    let levels = vec![
        level(place::ESTATE, words::report::estate(), words::report::choose_estate(), estates),
        level(place::BUILDING, words::report::building(), words::report::choose_building(), buildings),
        level(place::UNIT, words::report::unit(), words::report::choose_unit(), units),
    ];
    view! {
        <PlacePicker
            of=form.field(report::PLACE, words::report::place(), words::report::place_hint())
            levels
            words=form.field(place::WORDS, words::report::place_words(), words::report::place_words_hint())
        />
    }
}

fn buildings_of<'a>(public: &'a Public, estate: &str) -> &'a [Building] {
    let estate = public.places.iter().find(|known| known.estate == estate);
    estate.map(|estate| estate.buildings.as_slice()).unwrap_or_default()
}
