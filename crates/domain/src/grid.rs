//! Places as the desk keeps them: street → community → estate → building → unit → household, the grids that buildings
//! belong to, and who is responsible for a grid from when until when.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::finding::Findings;
use crate::person::plain_phone;
use crate::{Code, FieldPath, RecordId};

/// `GET /api/v1/desk/places`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskPlaces {
    /// The street, in words.
    pub street: String,
    /// In order, archived ones as well.
    pub estates: Vec<DeskEstate>,
    /// In order, archived ones as well.
    pub grids: Vec<DeskGrid>,
}

/// An estate as the desk knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskEstate {
    /// Its id, unique in the community.
    pub id: String,
    /// Its name as people say it.
    pub name: String,
    /// Whether it is offered no more.
    pub archived: bool,
    /// In order.
    pub buildings: Vec<DeskBuilding>,
}

/// A building as the desk knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskBuilding {
    /// Its id, unique in the estate.
    pub id: String,
    /// Its name as people say it.
    pub name: String,
    /// Names of its units in order.
    pub units: Vec<String>,
    /// The id of its grid.
    pub grid: Option<String>,
    /// How many households there are.
    pub households: u32,
    /// Whether it is offered no more.
    pub archived: bool,
}

/// A grid as the desk knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskGrid {
    /// Its id, unique in the community.
    pub id: String,
    /// Its code, as on its board.
    pub code: String,
    /// Its name as people say it.
    pub name: String,
    /// How many households its buildings have.
    pub households: u32,
    /// Households for each who is responsible today; `None` where nobody is.
    pub load: Option<u32>,
    /// Whether it is in use no more.
    pub archived: bool,
    /// Everybody who is, was or will be responsible, newest first.
    pub people: Vec<GridPerson>,
}

/// Somebody responsible for a grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GridPerson {
    /// Which entry.
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// The duty telephone, which everybody may see.
    pub phone: String,
    /// The staff account, where there is one.
    pub staff: Option<RecordId>,
    /// Lead or deputy.
    pub part: Part,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; `None` until further notice.
    pub until: Option<NaiveDate>,
}

/// Who of the two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Answers for the grid.
    #[default]
    Lead,
    /// Stands in.
    Deputy,
}

/// `grids` of `GET /api/v1/public`: a grid as everybody may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PublicGrid {
    /// Its id.
    pub id: String,
    /// Its code, as on its board.
    pub code: String,
    /// Its name as people say it.
    pub name: String,
    /// Its buildings.
    pub buildings: Vec<BuildingRef>,
    /// Who is responsible today, the lead first.
    pub people: Vec<Responsible>,
}

/// A building by its ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BuildingRef {
    /// The estate.
    pub estate: String,
    /// The building in it.
    pub building: String,
}

/// Who is responsible, as everybody may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Responsible {
    /// The name.
    pub name: String,
    /// The duty telephone.
    pub phone: String,
    /// Lead or deputy.
    pub part: Part,
}

/// `POST /api/v1/desk/estates`: without an id a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EstateEdit {
    /// Which.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, up to 80 characters.
    #[serde(default)]
    pub name: String,
    /// Whether it is offered no more.
    #[serde(default)]
    pub archived: bool,
}

/// `POST /api/v1/desk/buildings`: without an id a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BuildingEdit {
    /// The estate.
    #[serde(default)]
    pub estate: String,
    /// Which.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, up to 80 characters.
    #[serde(default)]
    pub name: String,
    /// Names of its units in order, up to 50.
    #[serde(default)]
    pub units: Vec<String>,
    /// The id of its grid.
    #[serde(default)]
    pub grid: Option<String>,
    /// Whether it is offered no more.
    #[serde(default)]
    pub archived: bool,
}

/// `POST /api/v1/desk/grids`: without an id a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GridEdit {
    /// Which.
    #[serde(default)]
    pub id: Option<String>,
    /// Its code, unique in the community.
    #[serde(default)]
    pub code: String,
    /// Its name, up to 80 characters; empty is as the code.
    #[serde(default)]
    pub name: String,
    /// Whether it is in use no more.
    #[serde(default)]
    pub archived: bool,
}

/// `POST /api/v1/desk/grid-people`: without an id a new entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GridPersonEdit {
    /// The grid.
    #[serde(default)]
    pub grid: String,
    /// Which entry.
    #[serde(default)]
    pub id: Option<RecordId>,
    /// The name, up to 80 characters.
    #[serde(default)]
    pub name: String,
    /// The duty telephone, which everybody may see.
    #[serde(default)]
    pub phone: String,
    /// The staff account, where there is one.
    #[serde(default)]
    pub staff: Option<RecordId>,
    /// Lead or deputy.
    #[serde(default)]
    pub part: Part,
    /// The first day, `2026-11-26`.
    #[serde(default)]
    pub from: String,
    /// The last day, or empty.
    #[serde(default)]
    pub until: String,
}

/// `POST /api/v1/desk/street`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StreetEdit {
    /// The street's name, up to 80 characters.
    #[serde(default)]
    pub street: String,
}

/// A household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Household {
    /// Which.
    pub id: RecordId,
    /// Its unit; empty where the building has only one entrance.
    pub unit: String,
    /// Its room.
    pub room: String,
    /// In words: estate, building, unit and room.
    pub words: String,
}

/// `GET /api/v1/desk/households`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Households {
    /// By unit and room.
    pub items: Vec<Household>,
}

/// What a file of places would change, or has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlaceImport {
    /// Names this file and what was there when it was looked at; to be given to confirm.
    pub digest: String,
    /// Whether it was written.
    pub done: bool,
    /// Lines with something in them, the heads left out.
    pub rows: u32,
    /// How many of each are new.
    pub added: PlaceCounts,
    /// Buildings that come to another grid.
    pub changed: Vec<GridChange>,
    /// Lines that say what is known already.
    pub left: u32,
    /// Lines that cannot be taken, the first 200.
    pub bad: Vec<BadRow>,
    /// All lines that cannot be taken.
    pub bad_rows: u32,
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlaceCounts {
    /// Estates.
    pub estates: u32,
    /// Buildings.
    pub buildings: u32,
    /// Units.
    pub units: u32,
    /// Households.
    pub households: u32,
    /// Grids.
    pub grids: u32,
}

impl PlaceCounts {
    /// All together.
    pub const fn total(self) -> u32 {
        self.estates + self.buildings + self.units + self.households + self.grids
    }
}

/// A building that comes to another grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GridChange {
    /// The estate's name.
    pub estate: String,
    /// The building's name.
    pub building: String,
    /// The code of its grid so far.
    pub from: Option<String>,
    /// The code of the new one.
    pub to: String,
}

/// A line that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BadRow {
    /// Its number in the file, from 1.
    pub line: u32,
    /// Which column: `estate`, `building`, `unit`, `room` or `grid`; empty for the line as a whole.
    pub column: String,
    /// Why.
    pub code: Code,
}

/// The file as a whole.
pub const FILE: FieldPath = FieldPath::new("/file");
/// The name of an estate, building, grid or person.
pub const NAME: FieldPath = FieldPath::new("/name");
/// The code of a grid.
pub const CODE: FieldPath = FieldPath::new("/code");
/// The units of a building.
pub const UNITS: FieldPath = FieldPath::new("/units");
/// The estate of a building.
pub const ESTATE: FieldPath = FieldPath::new("/estate");
/// The grid of a building or person.
pub const GRID: FieldPath = FieldPath::new("/grid");
/// The thing that is changed.
pub const ID: FieldPath = FieldPath::new("/id");
/// The duty telephone.
pub const PHONE: FieldPath = FieldPath::new("/phone");
/// The first day.
pub const FROM: FieldPath = FieldPath::new("/from");
/// The last day.
pub const UNTIL: FieldPath = FieldPath::new("/until");
/// Lead or deputy.
pub const PART: FieldPath = FieldPath::new("/part");
/// The street.
pub const STREET: FieldPath = FieldPath::new("/street");

/// Longest name or code taken.
pub const LENGTH: usize = 80;
/// Most units of a building.
pub const UNIT_COUNT: usize = 50;
/// Years in which somebody can be responsible.
const YEARS: RangeInclusive<i32> = 2000..=2200;
/// Fewest households that make one responsible person's load, by the plans.
pub const LOAD_FROM: u32 = 20;
/// Most households that one responsible person looks after, by the plans.
pub const LOAD_UP_TO: u32 = 30;

/// Checks a word that has to be there.
///
/// # Errors
/// `required`, `too_long` or `malformed`.
pub fn check_word(text: &str) -> Result<(), Code> {
    if text.trim().is_empty() {
        return Err(Code::Required);
    }
    check_optional(text)
}

/// Checks a word that may be left out.
///
/// # Errors
/// `too_long` or `malformed`.
pub fn check_optional(text: &str) -> Result<(), Code> {
    if text.chars().count() > LENGTH {
        return Err(Code::TooLong);
    }
    if text.chars().any(char::is_control) { Err(Code::Malformed) } else { Ok(()) }
}

/// Two names that people take for the same have the same key: no spaces, full-width letters as plain ones, small letters.
pub fn key(name: &str) -> String {
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    name.chars().filter(|c| !c.is_whitespace()).map(plain).flat_map(char::to_lowercase).collect()
}

/// A grid as it is named to people: its code, and its name where that says more.
pub fn called(code: &str, name: &str) -> String {
    if name.is_empty() || name == code { code.to_owned() } else { [code, " ", name].concat() }
}

/// Whether something of a list was chosen.
fn chosen(id: &str) -> Result<(), Code> {
    if id.is_empty() { Err(Code::Required) } else { Ok(()) }
}

fn note(findings: &mut Findings, field: FieldPath, verdict: Result<(), Code>) {
    if let Err(code) = verdict {
        findings.impossible(field, code);
    }
}

impl EstateEdit {
    /// Whether it can be an estate.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        note(&mut findings, NAME, check_word(&self.name));
        findings
    }
}

impl StreetEdit {
    /// Whether it can be a street.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        note(&mut findings, STREET, check_optional(&self.street));
        findings
    }
}

impl BuildingEdit {
    /// Whether it can be a building.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        note(&mut findings, ESTATE, chosen(&self.estate));
        note(&mut findings, NAME, check_word(&self.name));
        let keys: Vec<String> = self.units.iter().map(|unit| key(unit)).collect();
        let twice = keys.iter().enumerate().any(|(at, unit)| keys[..at].contains(unit));
        if self.units.len() > UNIT_COUNT {
            findings.impossible(UNITS, Code::TooMany);
        } else if let Some(code) = self.units.iter().find_map(|unit| check_word(unit).err()) {
            findings.impossible(UNITS, code);
        } else if twice {
            findings.impossible(UNITS, Code::Repeated);
        }
        findings
    }
}

impl GridEdit {
    /// Whether it can be a grid.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        note(&mut findings, CODE, check_word(&self.code));
        note(&mut findings, NAME, check_optional(&self.name));
        findings
    }
}

impl GridPersonEdit {
    /// Whether it can be somebody responsible.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        note(&mut findings, GRID, chosen(&self.grid));
        note(&mut findings, NAME, check_word(&self.name));
        if self.phone.trim().is_empty() {
            findings.impossible(PHONE, Code::Required);
        } else if plain_phone(&self.phone).is_none() {
            findings.impossible(PHONE, Code::Malformed);
        }
        match (self.first_day(), self.last_day()) {
            (Err(code), _) => findings.impossible(FROM, code),
            (_, Err(code)) => findings.impossible(UNTIL, code),
            (Ok(from), Ok(Some(until))) if until < from => findings.impossible(UNTIL, Code::BeforeBeginning),
            (Ok(_), Ok(_)) => {}
        }
        findings
    }

    /// The first day.
    ///
    /// # Errors
    /// `required`, `malformed` or `out_of_range`.
    pub fn first_day(&self) -> Result<NaiveDate, Code> {
        if self.from.trim().is_empty() { Err(Code::Required) } else { day(&self.from) }
    }

    /// The last day, if there is one.
    ///
    /// # Errors
    /// `malformed` or `out_of_range`.
    pub fn last_day(&self) -> Result<Option<NaiveDate>, Code> {
        if self.until.trim().is_empty() { Ok(None) } else { day(&self.until).map(Some) }
    }
}

/// A day that people plan with. Those of four digits for the year are ordered as texts, too.
fn day(text: &str) -> Result<NaiveDate, Code> {
    let day: NaiveDate = text.trim().parse().map_err(|_| Code::Malformed)?;
    if YEARS.contains(&day.year()) { Ok(day) } else { Err(Code::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_take_for_the_same_have_one_key() {
        assert_eq!(key("1 栋"), key("１栋 "));
        assert_eq!(key("Block A"), key("blockａ"));
        assert_ne!(key("1 栋"), key("11 栋"));
    }

    #[test]
    fn a_grid_that_is_named_by_its_code_is_named_once() {
        let check = |code, name, expected| assert_eq!(called(code, name), expected);
        check("RJ-01", "榕荫苑东", "RJ-01 榕荫苑东");
        check("RJ-01", "RJ-01", "RJ-01");
        check("RJ-01", "", "RJ-01");
    }

    #[test]
    fn each_fault_of_a_building_has_its_field_and_code() {
        let check = |units: &[&str], code| {
            let units = units.iter().map(|unit| (*unit).to_owned()).collect();
            let edit = BuildingEdit { name: "1 栋".to_owned(), units, ..BuildingEdit::default() };
            assert_eq!(edit.check().error_of(UNITS), code);
        };
        check(&["1 单元", "2 单元"], None);
        check(&["1 单元", " "], Some(Code::Required));
        check(&["1 单元", "1单元"], Some(Code::Repeated));
        check(&["x"; UNIT_COUNT + 1], Some(Code::TooMany));
        let nothing = BuildingEdit::default().check();
        assert_eq!([ESTATE, NAME].map(|field| nothing.error_of(field)), [Some(Code::Required); 2]);
    }

    #[test]
    fn a_responsible_person_has_a_telephone_and_days_in_order() {
        let good = GridPersonEdit {
            grid: "rj-01".to_owned(),
            name: "李网格".to_owned(),
            phone: "0755-0000 0021".to_owned(),
            from: "2026-11-01".to_owned(),
            ..GridPersonEdit::default()
        };
        let check = |edit: GridPersonEdit, field, code| assert_eq!(edit.check().error_of(field), Some(code));
        assert!(good.check().is_empty());
        check(GridPersonEdit { grid: String::new(), ..good.clone() }, GRID, Code::Required);
        check(GridPersonEdit { phone: "1".to_owned(), ..good.clone() }, PHONE, Code::Malformed);
        check(GridPersonEdit { from: String::new(), ..good.clone() }, FROM, Code::Required);
        check(GridPersonEdit { from: "yesterday".to_owned(), ..good.clone() }, FROM, Code::Malformed);
        for year in ["+12345", "-0001", "1999", "2201"] {
            let day = [year, "-01-01"].concat();
            check(GridPersonEdit { from: day.clone(), ..good.clone() }, FROM, Code::OutOfRange);
            check(GridPersonEdit { until: day, ..good.clone() }, UNTIL, Code::OutOfRange);
        }
        check(GridPersonEdit { until: "2026-10-31".to_owned(), ..good }, UNTIL, Code::BeforeBeginning);
    }
}
