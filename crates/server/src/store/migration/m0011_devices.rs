//! Shared tablets that the office paired: a code that pairs one once, the token it carries from then on, and what it told last.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, blob_null, integer, text, uuid};

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
        let table = Table::create()
            .table("device")
            .col(text("community_id"))
            .col(uuid("id"))
            .col(text("name"))
            .col(text("room"))
            .col(text("keeper"))
            .col(text("phone"))
            .col(blob_null("code"))
            .col(big_integer_null("code_until"))
            .col(blob_null("token"))
            .col(big_integer_null("revoked_at"))
            .col(big_integer_null("contact_at"))
            .col(integer("unsent"))
            .col(integer("refused"))
            .col(integer("waiting_minutes"))
            .primary_key(Index::create().col("community_id").col("id"))
            .take();
        manager.create_table(table).await?;
        for (name, column) in [("device_by_token", "token"), ("device_by_code", "code")] {
            let mut index = Index::create();
            index.name(name).table("device").col("community_id").col(column);
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}
