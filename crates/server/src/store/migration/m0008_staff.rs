//! Staff with several roles, each in the whole community or in one grid; the second step of signing in; acting on somebody's
//! behalf; and codes by which residents set a PIN of their own. A role that was held so far is held in the whole community.

use sea_orm::ConnectionTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, blob_null, text, uuid, uuid_null};

use super::shape::{index, table};

/// The step.
pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0008_staff"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        let held = "INSERT INTO staff_role (community_id, staff_id, role, grid_id) \
            SELECT community_id, id, role, '' FROM staff";
        manager.get_connection().execute_unprepared(held).await?;
        manager.alter_table(Table::alter().table("staff").drop_column("role").take()).await?;
        for mut column in [
            big_integer_null("switched_off_at"),
            blob_null("secret"),
            blob_null("pending_secret"),
            big_integer_null("last_step"),
        ] {
            manager.alter_table(Table::alter().table("staff").add_column(&mut column).take()).await?;
        }
        let mut filled_in = uuid_null("staff_id");
        manager.alter_table(Table::alter().table("submission").add_column(&mut filled_in).take()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("staff_role", &["staff_id", "role", "grid_id"], vec![uuid("staff_id"), text("role"), text("grid_id")]),
        table("recovery_code", &["hash"], vec![blob("hash"), uuid("staff_id")]),
        table(
            "acting",
            &["id"],
            vec![
                uuid("id"),
                uuid("staff_id"),
                uuid_null("account_id"),
                text("name"),
                text("phone"),
                text("via"),
                big_integer("expires_at"),
                big_integer_null("ended_at"),
            ],
        ),
        table("pin_code", &["hash"], vec![blob("hash"), uuid("account_id"), big_integer("expires_at")]),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("recovery_code_by_staff", "recovery_code", &["staff_id"]),
        index("acting_by_staff", "acting", &["staff_id"]),
        index("acting_by_expiry", "acting", &["expires_at"]),
        index("pin_code_by_account", "pin_code", &["account_id"]),
        index("session_by_staff", "session", &["staff_id"]),
    ]
}
