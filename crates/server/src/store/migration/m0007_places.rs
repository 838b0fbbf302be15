//! Places down to the household, and the grids they belong to: which grid a building is in, who is responsible for a grid and
//! since when, which household a person is of, and which grid a submission is for. What is no longer there is archived, never
//! deleted: what arrived goes on naming it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, integer, text, text_null, uuid, uuid_null};

use super::shape::{index, table};

/// The step.
pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0007_places"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, columns) in tables() {
            manager.create_table(table(name, &["id"], columns)).await?;
        }
        for (table, mut column) in [
            ("community", text("street").default("").take()),
            ("estate", big_integer_null("archived_at")),
            ("building", text_null("grid_id")),
            ("building", big_integer_null("archived_at")),
            ("person", uuid_null("household_id")),
            ("household_code", uuid_null("household_id")),
            ("submission", text_null("grid_id")),
        ] {
            manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await?;
        }
        for (name, table, columns) in [
            ("household_by_room", "household", &["estate_id", "building_id", "unit", "room"][..]),
            ("grid_by_code", "grid", &["code"]),
        ] {
            manager.create_index(index(name, table, columns).unique().take()).await?;
        }
        manager.create_index(index("grid_person_by_grid", "grid_person", &["grid_id"])).await?;
        manager.create_index(index("person_by_household", "person", &["household_id"])).await?;
        manager.create_index(index("submission_by_grid", "submission", &["grid_id", "sequence"])).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}

fn tables() -> [(&'static str, Vec<ColumnDef>); 3] {
    let grid = vec![text("id"), text("code"), text("name"), integer("place"), big_integer_null("archived_at")];
    let grid_person = vec![
        uuid("id"),
        text("grid_id"),
        text("name"),
        text("phone"),
        uuid_null("staff_id"),
        text("part"),
        text("from_date"),
        text_null("until_date"),
    ];
    let household = vec![
        uuid("id"),
        text("estate_id"),
        text("building_id"),
        text("unit"),
        text("room"),
        big_integer_null("archived_at"),
    ];
    [("grid", grid), ("grid_person", grid_person), ("household", household)]
}
