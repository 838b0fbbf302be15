//! The tables of the main job. Every key starts with `community_id`, so that a sharded PostgreSQL can distribute by it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, binary, boolean, integer, integer_null, text, uuid, uuid_null,
};

/// The step.
pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0001_main_job"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in content().into_iter().chain(records()) {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}

fn table(name: &'static str, key: &[&'static str], columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut primary = Index::create();
    for column in key {
        primary.col(*column);
    }
    let mut table = Table::create();
    table.table(name).primary_key(&mut primary);
    for mut column in columns {
        table.col(&mut column);
    }
    table.take()
}

fn community() -> ColumnDef {
    text("community_id")
}

/// What staff key in.
fn content() -> Vec<TableCreateStatement> {
    vec![
        table(
            "community",
            &["id"],
            vec![
                text("id"),
                text("name"),
                boolean("demo"),
                integer("utc_offset_minutes"),
                big_integer("last_sequence"),
                big_integer("last_audit"),
            ],
        ),
        table("setting", &["community_id", "name"], vec![community(), text("name"), text("value")]),
        table(
            "kind",
            &["community_id", "subject", "id"],
            vec![
                community(),
                text("subject"),
                text("id"),
                integer("place"),
                text("name"),
                text("hint"),
                integer_null("within_hours"),
                text("emergency"),
            ],
        ),
        table("estate", &["community_id", "id"], vec![community(), text("id"), integer("place"), text("name")]),
        table(
            "building",
            &["community_id", "estate_id", "id"],
            vec![community(), text("estate_id"), text("id"), integer("place"), text("name"), text("units")],
        ),
        table(
            "contact",
            &["community_id", "id"],
            vec![
                community(),
                text("id"),
                integer("place"),
                text("name"),
                text("phone"),
                text("hours"),
                text("purpose"),
            ],
        ),
        table(
            "notice",
            &["community_id", "id"],
            vec![
                community(),
                uuid("id"),
                text("title"),
                text("text"),
                boolean("urgent"),
                big_integer("updated_at"),
                big_integer_null("until"),
            ],
        ),
        table(
            "activity",
            &["community_id", "id"],
            vec![
                community(),
                uuid("id"),
                text("title"),
                text("kind"),
                text("summary"),
                big_integer("starts_at"),
                big_integer("ends_at"),
                text("place"),
                text("host"),
                text("cost"),
                text("audience"),
                integer_null("capacity"),
                integer("on_paper"),
                integer("confirmed"),
                integer("waiting"),
                text("state"),
                big_integer_null("sign_up_until"),
            ],
        ),
        table(
            "activity_session",
            &["community_id", "activity_id", "id"],
            vec![community(), uuid("activity_id"), uuid("id"), big_integer("starts_at"), big_integer("ends_at")],
        ),
    ]
}

/// What arrives, who looks at it, and the log of both.
fn records() -> Vec<TableCreateStatement> {
    vec![
        table(
            "submission",
            &["community_id", "id"],
            vec![
                community(),
                uuid("id"),
                big_integer("sequence"),
                text("kind"),
                binary("digest"),
                text("receipt"),
                text("channel"),
                big_integer("made_at"),
                big_integer("received_at"),
                text("state"),
                text("body"),
            ],
        ),
        table(
            "sign_up",
            &["community_id", "submission_id"],
            vec![
                community(),
                uuid("submission_id"),
                uuid("activity_id"),
                uuid_null("session_id"),
                integer("party"),
                big_integer("sequence"),
                text("state"),
            ],
        ),
        table(
            "staff",
            &["community_id", "id"],
            vec![community(), uuid("id"), text("name"), text("password"), text("role")],
        ),
        table(
            "session",
            &["community_id", "token"],
            vec![community(), binary("token"), uuid("staff_id"), big_integer("expires_at")],
        ),
        table(
            "audit",
            &["community_id", "sequence"],
            vec![
                community(),
                big_integer("sequence"),
                big_integer("at"),
                text("actor"),
                text("action"),
                text("object"),
            ],
        ),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    let index = |name, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create();
        index.name(name).table(table).col("community_id");
        for column in columns {
            index.col(*column);
        }
        index.take()
    };
    vec![
        index("submission_by_sequence", "submission", &["sequence"]).unique().take(),
        index("submission_by_receipt", "submission", &["receipt"]).unique().take(),
        index("submission_by_kind", "submission", &["kind", "sequence"]),
        index("sign_up_by_activity", "sign_up", &["activity_id", "state", "sequence"]),
        index("activity_by_start", "activity", &["starts_at", "id"]),
        index("staff_by_name", "staff", &["name"]).unique().take(),
        index("session_by_expiry", "session", &["expires_at"]),
    ]
}
