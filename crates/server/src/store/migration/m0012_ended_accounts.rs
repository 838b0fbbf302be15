//! Accounts that ended while something of theirs is still there, and the indexes by which it is found; and whom a submission
//! is for, to be asked before somebody else is known under that id.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, uuid};

use super::shape::{index, table};

/// The step.
pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0012_ended_accounts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table("ended_account", &["id"], vec![uuid("id"), big_integer("ended_at")])).await?;
        // Most submissions are nobody's: they stay out of it.
        for (name, of, columns) in [
            ("consent_by_account", "consent", &["account_id", "sequence"][..]),
            ("submission_by_person", "submission", &["person_id"]),
        ] {
            let named = Expr::col(columns[0]).is_not_null();
            manager.create_index(index(name, of, columns).and_where(named).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("a backup is the way back".to_owned()))
    }
}
