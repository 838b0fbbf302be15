//! Tables and indexes of a community, as migrations make them: its id is the first column and the first of every key.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

pub(super) fn table(name: &'static str, key: &[&'static str], columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut primary = Index::create();
    primary.col("community_id");
    for column in key {
        primary.col(*column);
    }
    let mut table = Table::create();
    table.table(name).col(text("community_id")).primary_key(&mut primary);
    for mut column in columns {
        table.col(&mut column);
    }
    table.take()
}

pub(super) fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table).col("community_id");
    for column in columns {
        index.col(*column);
    }
    index.take()
}
