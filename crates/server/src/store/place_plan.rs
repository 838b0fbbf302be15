//! What a file of places comes to: which rows are new and which change, decided before anything is written.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use linli_domain::grid::{GridChange, PlaceCounts, PlaceImport, key};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, EntityTrait, IntoActiveModel};

use super::activities::list;
use super::entities::{building, estate, grid, household};
use super::places::{Rows, new_id};
use super::{Error, new_record_id};
use crate::place_file::{Row, Sheet};

/// Bad lines that are told one by one.
const TOLD: usize = 200;

/// A row of the database on its way.
#[derive(Debug)]
struct Kept<M> {
    row: M,
    fate: Fate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Changes,
    IsNew,
}

impl<M> Kept<M> {
    fn there(row: M) -> Self {
        Self { row, fate: Fate::Stays }
    }

    fn new(row: M) -> Self {
        Self { row, fate: Fate::IsNew }
    }

    fn changes(&mut self) {
        if self.fate == Fate::Stays {
            self.fate = Fate::Changes;
        }
    }
}

/// What a file comes to.
pub(super) struct Plan {
    estates: Vec<Kept<estate::Model>>,
    buildings: Vec<Kept<building::Model>>,
    households: Vec<Kept<household::Model>>,
    grids: Vec<Kept<grid::Model>>,
    by_estate: HashMap<String, usize>,
    by_building: HashMap<(usize, String), usize>,
    by_room: HashMap<(usize, String, String), usize>,
    by_code: HashMap<String, usize>,
    told: PlaceImport,
    at: DateTime<FixedOffset>,
}

impl Plan {
    /// Goes through the lines that can be taken.
    pub fn new(rows: Rows, sheet: &Sheet, at: DateTime<FixedOffset>) -> Result<Self, Error> {
        let mut plan = Self::before(rows, sheet, at);
        for row in &sheet.rows {
            plan.take(row)?;
        }
        Ok(plan)
    }

    fn before(rows: Rows, sheet: &Sheet, at: DateTime<FixedOffset>) -> Self {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let told = PlaceImport {
            digest: String::new(),
            done: false,
            rows: count(sheet.rows.len() + sheet.bad.len()),
            added: PlaceCounts::default(),
            changed: Vec::new(),
            left: 0,
            bad: sheet.bad.iter().take(TOLD).cloned().collect(),
            bad_rows: count(sheet.bad.len()),
        };
        let by_estate: HashMap<_, _> = (0..).zip(&rows.estates).map(|(at, row)| (key(&row.name), at)).collect();
        let estate_at: HashMap<&str, usize> = (0..).zip(&rows.estates).map(|(at, row)| (&*row.id, at)).collect();
        let by_building = (0..)
            .zip(&rows.buildings)
            .filter_map(|(at, row)| Some(((*estate_at.get(&*row.estate_id)?, key(&row.name)), at)));
        let building_at: HashMap<(&str, &str), usize> =
            (0..).zip(&rows.buildings).map(|(at, row)| ((&*row.estate_id, &*row.id), at)).collect();
        let by_room = (0..).zip(&rows.households).filter_map(|(at, row)| {
            let building = *building_at.get(&(&*row.estate_id, &*row.building_id))?;
            Some(((building, key(&row.unit), key(&row.room)), at))
        });
        Self {
            by_building: by_building.collect(),
            by_room: by_room.collect(),
            by_code: (0..).zip(&rows.grids).map(|(at, row)| (key(&row.code), at)).collect(),
            by_estate,
            estates: rows.estates.into_iter().map(Kept::there).collect(),
            buildings: rows.buildings.into_iter().map(Kept::there).collect(),
            households: rows.households.into_iter().map(Kept::there).collect(),
            grids: rows.grids.into_iter().map(Kept::there).collect(),
            told,
            at,
        }
    }

    fn take(&mut self, row: &Row) -> Result<(), Error> {
        let before = (self.told.added.total(), self.told.changed.len());
        let estate = self.estate(row)?;
        let building = self.building(estate, row)?;
        self.unit(building, row)?;
        if !row.room.is_empty() {
            self.household(building, row)?;
        }
        if !row.grid.is_empty() {
            self.grid(estate, building, row)?;
        }
        if before == (self.told.added.total(), self.told.changed.len()) {
            self.told.left += 1;
        }
        Ok(())
    }

    /// What is archived and stands in a file comes back.
    fn estate(&mut self, row: &Row) -> Result<usize, Error> {
        if let Some(&at) = self.by_estate.get(&key(&row.estate)) {
            let kept = &mut self.estates[at];
            if kept.row.archived_at.take().is_some() {
                kept.changes();
                self.told.added.estates += 1;
            }
            return Ok(at);
        }
        let place = self.estates.iter().map(|kept| kept.row.place + 1).max().unwrap_or(0);
        let new = estate::Model {
            community_id: String::new(),
            id: new_id()?,
            place,
            name: row.estate.clone(),
            archived_at: None,
        };
        self.estates.push(Kept::new(new));
        self.by_estate.insert(key(&row.estate), self.estates.len() - 1);
        self.told.added.estates += 1;
        Ok(self.estates.len() - 1)
    }

    fn building(&mut self, estate: usize, row: &Row) -> Result<usize, Error> {
        let name = (estate, key(&row.building));
        if let Some(&at) = self.by_building.get(&name) {
            let kept = &mut self.buildings[at];
            if kept.row.archived_at.take().is_some() {
                kept.changes();
                self.told.added.buildings += 1;
            }
            return Ok(at);
        }
        let estate_id = self.estates[estate].row.id.clone();
        let here = self.buildings.iter().filter(|kept| kept.row.estate_id == estate_id);
        let new = building::Model {
            community_id: String::new(),
            place: here.map(|kept| kept.row.place + 1).max().unwrap_or(0),
            estate_id,
            id: new_id()?,
            name: row.building.clone(),
            units: "[]".to_owned(),
            grid_id: None,
            archived_at: None,
        };
        self.buildings.push(Kept::new(new));
        self.by_building.insert(name, self.buildings.len() - 1);
        self.told.added.buildings += 1;
        Ok(self.buildings.len() - 1)
    }

    fn unit(&mut self, building: usize, row: &Row) -> Result<(), Error> {
        if row.unit.is_empty() {
            return Ok(());
        }
        let kept = &mut self.buildings[building];
        let mut units = list(&kept.row.units)?;
        if units.iter().any(|unit| key(unit) == key(&row.unit)) {
            return Ok(());
        }
        units.push(row.unit.clone());
        kept.row.units = serde_json::to_string(&units).map_err(|error| Error::Broken(error.to_string().into()))?;
        kept.changes();
        self.told.added.units += 1;
        Ok(())
    }

    fn household(&mut self, building: usize, row: &Row) -> Result<(), Error> {
        let room = (building, key(&row.unit), key(&row.room));
        if let Some(&at) = self.by_room.get(&room) {
            let kept = &mut self.households[at];
            if kept.row.archived_at.take().is_some() {
                kept.changes();
                self.told.added.households += 1;
            }
            return Ok(());
        }
        let home = &self.buildings[building].row;
        let units = list(&home.units)?;
        // As the building writes it, however this line does.
        let unit = units.into_iter().find(|unit| key(unit) == key(&row.unit)).unwrap_or_default();
        let id = new_record_id(self.at)?.0;
        let new = household::Model {
            community_id: String::new(),
            id,
            estate_id: home.estate_id.clone(),
            building_id: home.id.clone(),
            unit,
            room: row.room.clone(),
            archived_at: None,
        };
        self.households.push(Kept::new(new));
        self.by_room.insert(room, self.households.len() - 1);
        self.told.added.households += 1;
        Ok(())
    }

    fn grid(&mut self, estate: usize, building: usize, row: &Row) -> Result<(), Error> {
        let at = if let Some(&at) = self.by_code.get(&key(&row.grid)) {
            at
        } else {
            let place = self.grids.iter().map(|kept| kept.row.place + 1).max().unwrap_or(0);
            let (code, name) = (row.grid.clone(), row.grid.clone());
            let new = grid::Model { community_id: String::new(), id: new_id()?, code, name, place, archived_at: None };
            self.grids.push(Kept::new(new));
            self.by_code.insert(key(&row.grid), self.grids.len() - 1);
            self.told.added.grids += 1;
            self.grids.len() - 1
        };
        if self.grids[at].row.archived_at.take().is_some() {
            self.grids[at].changes();
            self.told.added.grids += 1;
        }
        let id = self.grids[at].row.id.clone();
        let home = &mut self.buildings[building];
        if home.row.grid_id.as_ref() == Some(&id) {
            return Ok(());
        }
        let from = home.row.grid_id.replace(id);
        if home.fate != Fate::IsNew {
            home.changes();
            let from = from.and_then(|id| self.grids.iter().find(|kept| kept.row.id == id));
            self.told.changed.push(GridChange {
                estate: self.estates[estate].row.name.clone(),
                building: home.row.name.clone(),
                from: from.map(|kept| kept.row.code.clone()),
                to: self.grids[at].row.code.clone(),
            });
        }
        Ok(())
    }

    /// What it comes to, for the desk.
    pub fn told(&self, digest: String, done: bool) -> PlaceImport {
        PlaceImport { digest, done, ..self.told.clone() }
    }

    /// Writes what is new and what changes.
    pub async fn write<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &str,
        rows_at_once: usize,
    ) -> Result<(), Error> {
        macro_rules! write {
            ($table:ident, $kept:expr) => {
                let new: Vec<_> = $kept
                    .iter()
                    .filter(|kept| kept.fate == Fate::IsNew)
                    .map(|kept| $table::Model { community_id: community.to_owned(), ..kept.row.clone() })
                    .map(IntoActiveModel::into_active_model)
                    .collect();
                for rows in new.chunks(rows_at_once) {
                    $table::Entity::insert_many(rows.iter().cloned()).exec_without_returning(transaction).await?;
                }
                for kept in $kept.iter().filter(|kept| kept.fate == Fate::Changes) {
                    $table::Entity::update(kept.row.clone().into_active_model().reset_all()).exec(transaction).await?;
                }
            };
        }
        write!(grid, self.grids);
        write!(estate, self.estates);
        write!(building, self.buildings);
        write!(household, self.households);
        Ok(())
    }
}
