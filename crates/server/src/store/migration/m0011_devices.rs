//! Shared tablets that the office paired: a code that pairs one once, the token it carries from then on, and what it told last.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, blob_null, integer, text, uuid};

use super::shape::{index, table};

/// The step.
pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0011_devices"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![
            uuid("id"),
            text("name"),
            text("room"),
            text("keeper"),
            text("phone"),
            blob_null("code"),
            big_integer_null("code_until"),
            blob_null("token"),
            big_integer_null("revoked_at"),
            big_integer_null("contact_at"),
            integer("unsent"),
            integer("refused"),
            integer("waiting_minutes"),
        ];
        manager.create_table(table("device", &["id"], columns)).await?;
        for (name, column) in [("device_by_token", "token"), ("device_by_code", "code")] {
            manager.create_index(index(name, "device", &[column])).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}
