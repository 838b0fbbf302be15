//! Places and grids as the desk keeps them: read whole, changed one thing at a time or by a file, archived and never deleted.

use chrono::{DateTime, FixedOffset, NaiveDate};
use linli_domain::grid::{
    self, BuildingEdit, BuildingRef, CODE, DeskBuilding, DeskEstate, DeskGrid, DeskPlaces, ESTATE, EstateEdit, GRID,
    GridEdit, GridPerson, GridPersonEdit, Household, Households, ID, NAME, PART, Part, PlaceImport, PublicGrid,
    Responsible, UNITS, key,
};
use linli_domain::{Code, FieldPath, Problem, RecordId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use sha2::{Digest, Sha256};

use super::activities::list;
use super::entities::{building, community, estate, grid as grid_row, grid_person, household, staff};
use super::place_plan::Plan;
use super::{Error, Outcome, Store};
use crate::place_file::Sheet;

/// Rows in one statement.
const ROWS: usize = 500;

/// Something to do with places.
#[derive(Debug, Clone)]
pub struct PlaceDeed {
    /// What.
    pub what: PlaceChange,
    /// A staff account's id, or `server`.
    pub by: String,
    /// Now.
    pub at: DateTime<FixedOffset>,
}

/// What is changed.
#[derive(Debug, Clone)]
pub enum PlaceChange {
    /// The street's name.
    Street(String),
    /// An estate.
    Estate(EstateEdit),
    /// A building.
    Building(BuildingEdit),
    /// A grid.
    Grid(GridEdit),
    /// Somebody responsible.
    Person(GridPersonEdit),
    /// All that a file says, if it still means what it meant when it was looked at.
    Import {
        /// The file.
        sheet: Sheet,
        /// SHA-256 of its bytes.
        file: [u8; 32],
        /// [`PlaceImport::digest`].
        digest: String,
    },
}

/// Every row about places.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    pub estates: Vec<estate::Model>,
    pub buildings: Vec<building::Model>,
    pub households: Vec<household::Model>,
    pub grids: Vec<grid_row::Model>,
}

impl Rows {
    pub async fn read<C: ConnectionTrait>(connection: &C, community: &str) -> Result<Self, Error> {
        Ok(Self {
            estates: estate::Entity::find()
                .filter(estate::Column::CommunityId.eq(community))
                .order_by_asc(estate::Column::Place)
                .order_by_asc(estate::Column::Id)
                .all(connection)
                .await?,
            buildings: building::Entity::find()
                .filter(building::Column::CommunityId.eq(community))
                .order_by_asc(building::Column::Place)
                .order_by_asc(building::Column::Id)
                .all(connection)
                .await?,
            households: household::Entity::find()
                .filter(household::Column::CommunityId.eq(community))
                .order_by_asc(household::Column::Unit)
                .order_by_asc(household::Column::Room)
                .all(connection)
                .await?,
            grids: grid_row::Entity::find()
                .filter(grid_row::Column::CommunityId.eq(community))
                .order_by_asc(grid_row::Column::Place)
                .order_by_asc(grid_row::Column::Id)
                .all(connection)
                .await?,
        })
    }

    /// Names what is there together with a file.
    fn digest(&self, file: &[u8; 32]) -> String {
        let Self { estates, buildings, households, grids } = self;
        let mut households: Vec<String> = households.iter().map(|row| format!("{row:?}")).collect();
        households.sort_unstable();
        let said = format!("{estates:?}{buildings:?}{grids:?}{households:?}");
        crate::hex(&Sha256::new().chain_update(file).chain_update(said).finalize())
    }

    /// Households that are in use, by building.
    fn households_of<'a>(&'a self, building: &'a building::Model) -> impl Iterator<Item = &'a household::Model> {
        self.households.iter().filter(|row| {
            row.archived_at.is_none() && row.estate_id == building.estate_id && row.building_id == building.id
        })
    }
}

async fn people<C: ConnectionTrait>(connection: &C, community: &str) -> Result<Vec<grid_person::Model>, Error> {
    let rows = grid_person::Entity::find().filter(grid_person::Column::CommunityId.eq(community));
    Ok(rows.order_by_desc(grid_person::Column::FromDate).all(connection).await?)
}

fn part(name: &str) -> Part {
    if name == "deputy" { Part::Deputy } else { Part::Lead }
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Lead => "lead",
        Part::Deputy => "deputy",
    }
}

fn day(text: &str) -> Result<NaiveDate, Error> {
    text.parse().map_err(|_| Error::Broken("a stored day cannot be read".into()))
}

/// Whether somebody is responsible on a day; days of this form are ordered as texts.
fn serves(row: &grid_person::Model, day: &str) -> bool {
    row.from_date.as_str() <= day && row.until_date.as_deref().is_none_or(|until| day <= until)
}

/// The grids as everybody may know them on a day.
pub(super) async fn published<C: ConnectionTrait>(
    read: &C,
    community: &str,
    today: NaiveDate,
) -> Result<Vec<PublicGrid>, Error> {
    let grids = grid_row::Entity::find()
        .filter(grid_row::Column::CommunityId.eq(community))
        .filter(grid_row::Column::ArchivedAt.is_null())
        .order_by_asc(grid_row::Column::Place)
        .order_by_asc(grid_row::Column::Id)
        .all(read)
        .await?;
    if grids.is_empty() {
        return Ok(Vec::new());
    }
    let buildings = building::Entity::find()
        .filter(building::Column::CommunityId.eq(community))
        .filter(building::Column::ArchivedAt.is_null())
        .filter(building::Column::GridId.is_not_null())
        .order_by_asc(building::Column::Place)
        .all(read)
        .await?;
    let people = people(read, community).await?;
    let today = today.to_string();
    let grid = |row: grid_row::Model| {
        let here = |building: &&building::Model| building.grid_id.as_deref() == Some(&row.id);
        let refer = |building: &building::Model| BuildingRef {
            estate: building.estate_id.clone(),
            building: building.id.clone(),
        };
        let mut serving: Vec<Responsible> = people
            .iter()
            .filter(|person| person.grid_id == row.id && serves(person, &today))
            .map(|person| Responsible {
                name: person.name.clone(),
                phone: person.phone.clone(),
                part: part(&person.part),
            })
            .collect();
        serving.sort_by_key(|person| part_name(person.part) == "deputy");
        PublicGrid {
            buildings: buildings.iter().filter(here).map(refer).collect(),
            people: serving,
            id: row.id,
            code: row.code,
            name: row.name,
        }
    };
    Ok(grids.into_iter().map(grid).collect())
}

impl Store {
    /// All places and grids, archived ones as well.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn places(&self) -> Result<DeskPlaces, Error> {
        let rows = Rows::read(&self.0.read, &self.0.community).await?;
        let people = people(&self.0.read, &self.0.community).await?;
        let community = community::Entity::find_by_id(&self.0.community).one(&self.0.read).await?;
        let today = self.now().date_naive().to_string();
        let estate = |estate: &estate::Model| {
            let here = rows.buildings.iter().filter(|building| building.estate_id == estate.id);
            let buildings = here.map(|building| desk_building(&rows, building)).collect::<Result<_, Error>>()?;
            Ok(DeskEstate {
                id: estate.id.clone(),
                name: estate.name.clone(),
                archived: estate.archived_at.is_some(),
                buildings,
            })
        };
        let grid = |grid: &grid_row::Model| desk_grid(&rows, &people, grid, &today);
        Ok(DeskPlaces {
            street: community.map(|community| community.street).unwrap_or_default(),
            estates: rows.estates.iter().map(estate).collect::<Result<_, Error>>()?,
            grids: rows.grids.iter().map(grid).collect::<Result<_, Error>>()?,
        })
    }

    /// The households of a building, or of one of its units.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn households(&self, estate: &str, building: &str, unit: Option<&str>) -> Result<Households, Error> {
        let rows = Rows::read(&self.0.read, &self.0.community).await?;
        let Some(home) = rows.buildings.iter().find(|row| row.estate_id == estate && row.id == building) else {
            return Ok(Households { items: Vec::new() });
        };
        let name = rows.estates.iter().find(|row| row.id == estate).map_or("", |row| &row.name);
        let mut found: Vec<&household::Model> =
            rows.households_of(home).filter(|row| unit.is_none_or(|unit| row.unit == unit)).collect();
        found.sort_by_key(|row| (natural(&row.unit), natural(&row.room)));
        let words = |row: &household::Model| {
            let parts = [name, &home.name, &row.unit, &row.room];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let household = |row: &household::Model| Household {
            id: RecordId(row.id),
            unit: row.unit.clone(),
            room: row.room.clone(),
            words: words(row),
        };
        Ok(Households { items: found.into_iter().map(household).collect() })
    }

    /// Those of some households that there are, in words.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn household_words(&self, ids: &[RecordId]) -> Result<Vec<Option<String>>, Error> {
        let rows = Rows::read(&self.0.read, &self.0.community).await?;
        let words = |id: &RecordId| {
            let row = rows.households.iter().find(|row| row.id == id.0 && row.archived_at.is_none())?;
            let home = rows.buildings.iter().find(|it| it.estate_id == row.estate_id && it.id == row.building_id)?;
            let estate = rows.estates.iter().find(|estate| estate.id == row.estate_id)?;
            let parts = [&estate.name, &home.name, &row.unit, &row.room];
            Some(parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" "))
        };
        Ok(ids.iter().map(words).collect())
    }

    /// What a file would change.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn plan_import(&self, sheet: &Sheet, file: &[u8; 32]) -> Result<PlaceImport, Error> {
        let rows = Rows::read(&self.0.read, &self.0.community).await?;
        let digest = rows.digest(file);
        Ok(Plan::new(rows, sheet, self.now())?.told(digest, false))
    }

    /// Every household and every building without any, as lines of a file.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn place_rows(&self) -> Result<Vec<[String; 5]>, Error> {
        let rows = Rows::read(&self.0.read, &self.0.community).await?;
        let mut lines = Vec::new();
        for estate in rows.estates.iter().filter(|row| row.archived_at.is_none()) {
            let here = |row: &&building::Model| row.estate_id == estate.id && row.archived_at.is_none();
            for home in rows.buildings.iter().filter(here) {
                let grid = rows.grids.iter().find(|grid| Some(&grid.id) == home.grid_id.as_ref());
                let code = grid.map(|grid| grid.code.clone()).unwrap_or_default();
                let line = |unit: &str, room: &str| {
                    [estate.name.clone(), home.name.clone(), unit.to_owned(), room.to_owned(), code.clone()]
                };
                let mut found: Vec<&household::Model> = rows.households_of(home).collect();
                found.sort_by_key(|row| (natural(&row.unit), natural(&row.room)));
                let empty = list(&home.units)?.into_iter().filter(|unit| !found.iter().any(|row| row.unit == *unit));
                let empty: Vec<_> = empty.map(|unit| line(&unit, "")).collect();
                if found.is_empty() && empty.is_empty() {
                    lines.push(line("", ""));
                }
                lines.extend(found.into_iter().map(|row| line(&row.unit, &row.room)));
                lines.extend(empty);
            }
        }
        Ok(lines)
    }
}

/// By which texts with numbers in them are in the order people expect: 2 before 10.
fn natural(text: &str) -> (usize, String) {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.trim_start_matches('0').len(), text.to_owned())
}

fn desk_building(rows: &Rows, building: &building::Model) -> Result<DeskBuilding, Error> {
    Ok(DeskBuilding {
        id: building.id.clone(),
        name: building.name.clone(),
        units: list(&building.units)?,
        grid: building.grid_id.clone(),
        households: u32::try_from(rows.households_of(building).count()).unwrap_or(u32::MAX),
        archived: building.archived_at.is_some(),
    })
}

fn desk_grid(
    rows: &Rows,
    people: &[grid_person::Model],
    grid: &grid_row::Model,
    today: &str,
) -> Result<DeskGrid, Error> {
    let buildings =
        rows.buildings.iter().filter(|row| row.archived_at.is_none() && row.grid_id.as_deref() == Some(&grid.id));
    let households = buildings.map(|building| rows.households_of(building).count()).sum::<usize>();
    let households = u32::try_from(households).unwrap_or(u32::MAX);
    let own: Vec<&grid_person::Model> = people.iter().filter(|person| person.grid_id == grid.id).collect();
    let serving = own.iter().filter(|person| serves(person, today)).count();
    let person = |row: &&grid_person::Model| {
        Ok(GridPerson {
            id: RecordId(row.id),
            name: row.name.clone(),
            phone: row.phone.clone(),
            staff: row.staff_id.map(RecordId),
            part: part(&row.part),
            from: day(&row.from_date)?,
            until: row.until_date.as_deref().map(day).transpose()?,
        })
    };
    Ok(DeskGrid {
        id: grid.id.clone(),
        code: grid.code.clone(),
        name: grid.name.clone(),
        households,
        load: u32::try_from(serving).ok().filter(|count| *count > 0).map(|count| households.div_ceil(count)),
        archived: grid.archived_at.is_some(),
        people: own.iter().map(person).collect::<Result<_, Error>>()?,
    })
}

/// What became of a deed: the outcome, and what was done to what.
type Carried = (Outcome, Option<(&'static str, String)>);

fn refused(field: FieldPath, code: Code) -> Carried {
    (Outcome::Refused(Problem::field(field.pointer(), code)), None)
}

impl PlaceDeed {
    /// Does it, in a transaction.
    pub(super) async fn carry_out<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &mut community::Model,
    ) -> Result<Carried, Error> {
        let rows = Rows::read(transaction, &community.id).await?;
        let (id, at) = (community.id.as_str(), self.at.timestamp_millis());
        match &self.what {
            PlaceChange::Street(street) => {
                street.trim().clone_into(&mut community.street);
                community::Entity::update_many()
                    .col_expr(community::Column::Street, Expr::value(community.street.as_str()))
                    .filter(community::Column::Id.eq(id))
                    .exec(transaction)
                    .await?;
                Ok((Outcome::Done, Some(("place.change", "street".to_owned()))))
            }
            PlaceChange::Estate(edit) => put_estate(transaction, id, rows, edit, at).await,
            PlaceChange::Building(edit) => put_building(transaction, id, rows, edit, at).await,
            PlaceChange::Grid(edit) => put_grid(transaction, id, rows, edit, at).await,
            PlaceChange::Person(edit) => put_person(transaction, id, &rows, edit, self.at).await,
            PlaceChange::Import { sheet, file, digest } => {
                if rows.digest(file) != *digest {
                    let changed = Problem::new(linli_domain::ProblemCode::ChangedMeanwhile);
                    return Ok((Outcome::Refused(changed), None));
                }
                let plan = Plan::new(rows, sheet, self.at)?;
                plan.write(transaction, id, ROWS).await?;
                Ok((Outcome::Imported(plan.told(digest.clone(), true)), Some(("place.import", crate::hex(file)))))
            }
        }
    }
}

/// When something was archived: now, if it was not before.
fn archived(wanted: bool, before: Option<i64>, now: i64) -> Option<i64> {
    wanted.then(|| before.unwrap_or(now))
}

/// A fresh id: eight hexadecimal digits.
pub(super) fn new_id() -> Result<String, Error> {
    let random = getrandom::u32().map_err(|error| Error::Unavailable(error.to_string().into()))?;
    Ok(format!("{random:08x}"))
}

async fn put_estate<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    rows: Rows,
    edit: &EstateEdit,
    now: i64,
) -> Result<Carried, Error> {
    let known = edit.id.as_ref().map(|id| rows.estates.iter().find(|row| row.id == *id).cloned());
    let same = |row: &&estate::Model| key(&row.name) == key(&edit.name) && Some(&row.id) != edit.id.as_ref();
    if rows.estates.iter().any(|row| same(&row)) {
        return Ok(refused(NAME, Code::NameTaken));
    }
    let name = edit.name.trim().to_owned();
    let id = match known {
        Some(None) => return Ok(refused(ID, Code::UnknownPlace)),
        Some(Some(row)) => {
            let (id, before) = (row.id.clone(), row.archived_at);
            let mut row = row.into_active_model();
            row.name = Set(name);
            row.archived_at = Set(archived(edit.archived, before, now));
            estate::Entity::update(row).exec(transaction).await?;
            id
        }
        None => {
            let (id, place) = (new_id()?, rows.estates.iter().map(|row| row.place + 1).max().unwrap_or(0));
            let archived_at = archived(edit.archived, None, now);
            let row = estate::Model { community_id: community.to_owned(), id: id.clone(), place, name, archived_at };
            estate::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
            id
        }
    };
    Ok((Outcome::Done, Some(("place.change", id))))
}

async fn put_building<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    rows: Rows,
    edit: &BuildingEdit,
    now: i64,
) -> Result<Carried, Error> {
    let here = || rows.buildings.iter().filter(|row| row.estate_id == edit.estate);
    if !rows.estates.iter().any(|row| row.id == edit.estate) {
        return Ok(refused(ESTATE, Code::UnknownPlace));
    }
    if here().any(|row| key(&row.name) == key(&edit.name) && Some(&row.id) != edit.id.as_ref()) {
        return Ok(refused(NAME, Code::NameTaken));
    }
    let in_use = |grid: &String| rows.grids.iter().any(|row| row.id == *grid && row.archived_at.is_none());
    if edit.grid.as_ref().is_some_and(|grid| !in_use(grid)) {
        return Ok(refused(GRID, Code::UnknownPlace));
    }
    let units: Vec<&str> = edit.units.iter().map(|unit| unit.trim()).collect();
    let known = edit.id.as_ref().map(|id| here().find(|row| row.id == *id).cloned());
    if let Some(Some(row)) = &known
        && rows.households_of(row).any(|home| !home.unit.is_empty() && !units.contains(&home.unit.as_str()))
    {
        return Ok(refused(UNITS, Code::InUse));
    }
    let before = known.as_ref().and_then(|known| known.as_ref()?.archived_at);
    let place = match &known {
        Some(None) => return Ok(refused(ID, Code::UnknownPlace)),
        Some(Some(row)) => row.place,
        None => here().map(|row| row.place + 1).max().unwrap_or(0),
    };
    let row = building::Model {
        community_id: community.to_owned(),
        estate_id: edit.estate.clone(),
        id: edit.id.clone().map_or_else(new_id, Ok)?,
        place,
        name: edit.name.trim().to_owned(),
        units: serde_json::to_string(&units).map_err(|error| Error::Broken(error.to_string().into()))?,
        grid_id: edit.grid.clone(),
        archived_at: archived(edit.archived, before, now),
    };
    let object = [row.estate_id.as_str(), "/", &row.id].concat();
    match known {
        None => {
            building::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
        }
        Some(_) => {
            building::Entity::update(row.into_active_model().reset_all()).exec(transaction).await?;
        }
    }
    Ok((Outcome::Done, Some(("place.change", object))))
}

async fn put_grid<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    rows: Rows,
    edit: &GridEdit,
    now: i64,
) -> Result<Carried, Error> {
    let same = |row: &grid_row::Model| key(&row.code) == key(&edit.code) && Some(&row.id) != edit.id.as_ref();
    if rows.grids.iter().any(same) {
        return Ok(refused(CODE, Code::NameTaken));
    }
    let has_buildings =
        rows.buildings.iter().any(|row| row.archived_at.is_none() && row.grid_id.is_some() && row.grid_id == edit.id);
    if edit.archived && has_buildings {
        return Ok(refused(CODE, Code::InUse));
    }
    let known = edit.id.as_ref().map(|id| rows.grids.iter().find(|row| row.id == *id).cloned());
    let (place, before) = match &known {
        Some(None) => return Ok(refused(ID, Code::UnknownPlace)),
        Some(Some(row)) => (row.place, row.archived_at),
        None => (rows.grids.iter().map(|row| row.place + 1).max().unwrap_or(0), None),
    };
    let code = edit.code.trim().to_owned();
    let name = edit.name.trim();
    let row = grid_row::Model {
        community_id: community.to_owned(),
        id: edit.id.clone().map_or_else(new_id, Ok)?,
        name: if name.is_empty() { code.clone() } else { name.to_owned() },
        code,
        place,
        archived_at: archived(edit.archived, before, now),
    };
    let id = row.id.clone();
    match known {
        None => {
            grid_row::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
        }
        Some(_) => {
            grid_row::Entity::update(row.into_active_model().reset_all()).exec(transaction).await?;
        }
    }
    Ok((Outcome::Done, Some(("grid.change", id))))
}

async fn put_person<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    rows: &Rows,
    edit: &GridPersonEdit,
    now: DateTime<FixedOffset>,
) -> Result<Carried, Error> {
    if !rows.grids.iter().any(|row| row.id == edit.grid && row.archived_at.is_none()) {
        return Ok(refused(GRID, Code::UnknownPlace));
    }
    let (Ok(from), Ok(until)) = (edit.first_day(), edit.last_day()) else {
        return Ok(refused(grid::FROM, Code::Malformed));
    };
    let (from, until) = (from.to_string(), until.map(|day| day.to_string()));
    let people = people(transaction, community).await?;
    let own = |row: &grid_person::Model| Some(RecordId(row.id)) == edit.id;
    let known = people.iter().find(|row| own(row) && row.grid_id == edit.grid);
    if edit.id.is_some() && known.is_none() {
        return Ok(refused(ID, Code::UnknownPlace));
    }
    let meets = |row: &grid_person::Model| {
        until.as_deref().is_none_or(|until| row.from_date.as_str() <= until)
            && row.until_date.as_deref().is_none_or(|last| from.as_str() <= last)
    };
    let part = part_name(edit.part);
    if people.iter().any(|row| row.grid_id == edit.grid && row.part == part && !own(row) && meets(row)) {
        return Ok(refused(PART, Code::PartTaken));
    }
    if let Some(account) = edit.staff
        && staff::Entity::find_by_id((community.to_owned(), account.0)).one(transaction).await?.is_none()
    {
        return Ok(refused(FieldPath::new("/staff"), Code::UnknownPerson));
    }
    let id = match edit.id {
        Some(id) => id,
        None => super::new_record_id(now)?,
    };
    let row = grid_person::Model {
        community_id: community.to_owned(),
        id: id.0,
        grid_id: edit.grid.clone(),
        name: edit.name.trim().to_owned(),
        phone: edit.phone.trim().to_owned(),
        staff_id: edit.staff.map(|id| id.0),
        part: part.to_owned(),
        from_date: from,
        until_date: until,
    };
    if known.is_some() {
        grid_person::Entity::update(row.into_active_model().reset_all()).exec(transaction).await?;
    } else {
        grid_person::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    }
    Ok((Outcome::Done, Some(("grid.person", id.to_string()))))
}
