//! Binds the lines of the audit log to one another, those that are there as well: from now on a line that is changed, left
//! out or put in shows. Done again after a crash half-way it goes on where it was.

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ConnectionTrait, Order};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::blob_null;

use crate::store::audit::{BEGINNING, Line};

/// The step.
pub struct Step;

/// Lines read at once.
const ROWS: u64 = 1000;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0006_audit_chain"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("audit", "hash"), ("community", "audit_head")] {
            if !manager.has_column(table, column).await? {
                manager.alter_table(Table::alter().table(table).add_column(blob_null(column)).take()).await?;
            }
        }
        let connection = manager.get_connection();
        let communities = connection.query_all(Query::select().column("id").from("community")).await?;
        for row in communities {
            let community: String = row.try_get("", "id")?;
            let head = chain(connection, &community).await?;
            let noted = Query::update()
                .table("community")
                .value("audit_head", head)
                .and_where(Expr::col("id").eq(community))
                .to_owned();
            connection.execute(&noted).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}

/// Gives every line its hash; the last one.
async fn chain<C: ConnectionTrait>(connection: &C, community: &str) -> Result<Option<Vec<u8>>, DbErr> {
    let (mut head, mut after) = (None, 0);
    loop {
        let page = Query::select()
            .columns(["sequence", "at", "actor", "action", "object"])
            .from("audit")
            .and_where(Expr::col("community_id").eq(community))
            .and_where(Expr::col("sequence").gt(after))
            .order_by("sequence", Order::Asc)
            .limit(ROWS)
            .to_owned();
        let rows = connection.query_all(&page).await?;
        if rows.is_empty() {
            return Ok(head);
        }
        for row in rows {
            let text = |column| row.try_get::<String>("", column);
            after = row.try_get("", "sequence")?;
            let (actor, action, object) = (text("actor")?, text("action")?, text("object")?);
            let at = row.try_get("", "at")?;
            let line = Line { community, sequence: after, at, actor: &actor, action: &action, object: &object };
            let hash = line.hash(head.as_deref().unwrap_or(&BEGINNING)).to_vec();
            let hashed = Query::update()
                .table("audit")
                .value("hash", hash.clone())
                .and_where(Expr::col("community_id").eq(community))
                .and_where(Expr::col("sequence").eq(after))
                .to_owned();
            connection.execute(&hashed).await?;
            head = Some(hash);
        }
    }
}
