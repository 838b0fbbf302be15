//! Whom an account acts for, what was agreed to, and the cards that lead to a person; and of a submission, whom it is for.
//! What health values there are before this step came with the consent that their body names.

use sea_orm::ConnectionTrait;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Query;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, text, text_null, uuid, uuid_null};
use serde_json::Value;

use super::shape::{index, table};

/// The step.
pub struct Step;

/// Rows read at once.
const ROWS: u64 = 500;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0009_family"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let family =
            vec![uuid("account_id"), uuid("person_id"), text("relation"), text_null("born"), big_integer("since")];
        manager.create_table(table("family", &["account_id", "person_id"], family)).await?;
        let consent = vec![
            big_integer("sequence"),
            uuid_null("person_id"),
            uuid_null("submission_id"),
            uuid_null("account_id"),
            text("subject"),
            text("version"),
            boolean("given"),
            boolean("guardian"),
            text("channel"),
            big_integer("at"),
        ];
        manager.create_table(table("consent", &["sequence"], consent)).await?;
        let card =
            vec![text("number"), uuid("code"), uuid("person_id"), big_integer("since"), big_integer_null("ended_at")];
        manager.create_table(table("card", &["number"], card)).await?;
        manager.alter_table(Table::alter().table("submission").add_column(uuid_null("person_id")).take()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        consents_of_before(manager.get_connection()).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("family_by_person", "family", &["person_id"]),
        index("consent_by_person", "consent", &["person_id", "sequence"]),
        index("consent_by_submission", "consent", &["submission_id"]),
        index("card_by_code", "card", &["code"]).unique().take(),
        index("card_by_person", "card", &["person_id"]),
    ]
}

/// The consent that each check-in came with. Its place in the record is the submission's own, below nought so that it is
/// none of the audit log's.
async fn consents_of_before<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    let communities = connection.query_all(Query::select().column("id").from("community")).await?;
    for row in communities {
        let community: String = row.try_get("", "id")?;
        let mut after = Some(0);
        while let Some(last) = after {
            after = page_of_before(connection, &community, last).await?;
        }
    }
    Ok(())
}

/// Those of one page; the sequence of the last one.
async fn page_of_before<C: ConnectionTrait>(connection: &C, community: &str, after: i64) -> Result<Option<i64>, DbErr> {
    let page = Query::select()
        .columns(["id", "sequence", "channel", "received_at", "account_id", "body"])
        .from("submission")
        .and_where(Expr::col("community_id").eq(community))
        .and_where(Expr::col("kind").eq("check_in"))
        .and_where(Expr::col("state").ne("deleted"))
        .and_where(Expr::col("sequence").gt(after))
        .order_by("sequence", Order::Asc)
        .limit(ROWS)
        .to_owned();
    let mut last = None;
    for row in connection.query_all(&page).await? {
        let sequence: i64 = row.try_get("", "sequence")?;
        last = Some(sequence);
        let body: Value = serde_json::from_str(&row.try_get::<String>("", "body")?).unwrap_or_default();
        let said: [(&'static str, Expr); 10] = [
            ("community_id", community.into()),
            ("sequence", (-sequence).into()),
            ("submission_id", row.try_get::<Uuid>("", "id")?.into()),
            ("account_id", row.try_get::<Option<Uuid>>("", "account_id")?.into()),
            ("subject", "health".into()),
            ("version", body["consent"].as_str().unwrap_or_default().into()),
            ("given", true.into()),
            ("guardian", false.into()),
            ("channel", row.try_get::<String>("", "channel")?.into()),
            ("at", row.try_get::<i64>("", "received_at")?.into()),
        ];
        let (columns, values): (Vec<_>, Vec<_>) = said.into_iter().unzip();
        let consent = Query::insert().into_table("consent").columns(columns).values_panic(values).to_owned();
        connection.execute(&consent).await?;
    }
    Ok(last)
}
