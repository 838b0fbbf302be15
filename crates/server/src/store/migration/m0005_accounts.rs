//! Residents' accounts: persons, accounts, the household codes that open them, whose a session is, and which account a
//! submission belongs to. Sessions are made anew, since their owner may now be one of two: staff sign in once more.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, text, uuid, uuid_null};

/// The step.
pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0005_accounts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let person = table("person", "id", vec![uuid("id"), text("name"), text("phone"), text("place")]);
        manager.create_table(person).await?;
        let account = vec![uuid("id"), uuid("person_id"), text("phone"), text("pin"), big_integer("opened_at")];
        manager.create_table(table("account", "id", account)).await?;
        let code = vec![blob("hash"), text("place"), big_integer("expires_at"), big_integer_null("used_at")];
        manager.create_table(table("household_code", "hash", code)).await?;
        manager.drop_table(Table::drop().table("session").take()).await?;
        let session = vec![blob("token"), uuid_null("staff_id"), uuid_null("account_id"), big_integer("expires_at")];
        manager.create_table(table("session", "token", session)).await?;
        for mut column in [uuid_null("account_id"), big_integer_null("account_sequence")] {
            manager.alter_table(Table::alter().table("submission").add_column(&mut column).take()).await?;
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

fn table(name: &'static str, key: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).col(text("community_id")).primary_key(Index::create().col("community_id").col(key));
    for mut column in columns {
        table.col(&mut column);
    }
    table.take()
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
        index("account_by_phone", "account", &["phone"]).unique().take(),
        index("session_by_expiry", "session", &["expires_at"]),
        index("session_by_account", "session", &["account_id"]),
        index("submission_by_account", "submission", &["account_id", "account_sequence"]),
    ]
}
