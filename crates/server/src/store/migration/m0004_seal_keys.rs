//! The keys that shared tablets seal to. A key is never deleted: a tablet may come back with what was sealed to it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, blob, integer, text};

/// The step.
pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0004_seal_keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("seal_key")
            .col(text("community_id"))
            .col(integer("place"))
            .col(blob("public_key"))
            .col(blob("private_key"))
            .col(big_integer("made_at"))
            .primary_key(Index::create().col("community_id").col("place"))
            .take();
        manager.create_table(table).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}
