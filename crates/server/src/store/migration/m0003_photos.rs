//! Photos, and which report names which. No release before this one took a photo, so nothing has to be carried over.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, blob, text, uuid};

/// The step.
pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0003_photos"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let photo = Table::create()
            .table("photo")
            .col(text("community_id"))
            .col(blob("hash"))
            .col(big_integer("received_at"))
            .col(blob("bytes"))
            .primary_key(Index::create().col("community_id").col("hash"))
            .take();
        manager.create_table(photo).await?;
        let named = Table::create()
            .table("report_photo")
            .col(text("community_id"))
            .col(blob("hash"))
            .col(uuid("submission_id"))
            .primary_key(Index::create().col("community_id").col("hash").col("submission_id"))
            .take();
        manager.create_table(named).await?;
        let by_age = Index::create().name("photo_by_age").table("photo").col("community_id").col("received_at").take();
        manager.create_index(by_age).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}
