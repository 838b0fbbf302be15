//! What is done once with a database before it is used: the device's key is made, and rows that an earlier version of
//! the app left are brought into today's form. Nothing is thrown away before it stands in its new place.

use indexed_db_futures::database::Database;
use indexed_db_futures::error::Error;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions};
use linli_domain::device::upgrade::{FATE, fate};
use linli_domain::device::{Change, Table};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CryptoKey;

use super::vault;

/// Where the device's key lies in [`Table::Key`], and that no row is left as it was written.
const DEVICE: &str = "device";
const ALL_LOCKED: &str = "all-locked";
/// Rows that an earlier version left as they were written.
const ONCE_CLEAR: [Table; 2] = [Table::Draft, Table::Submission];

/// Makes the database ready. Several tabs may do so at once.
pub(super) async fn prepare(database: &Database) -> Result<(), Error> {
    carry_fates_over(database).await?;
    if !vault::works() || vault::has_key() {
        return Ok(());
    }
    // Before the transaction, which would not wait for it.
    let Some(fresh) = vault::new_key().await else { return Ok(()) };
    let (key, all_locked) = settle_on_a_key(database, &fresh).await?;
    vault::take_key(key);
    if !all_locked {
        for table in ONCE_CLEAR {
            lock_rows(database, table).await?;
        }
        let transaction = begin(database, &[Table::Key.name()])?;
        put(&transaction, Table::Key, ALL_LOCKED, &JsValue::TRUE).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// What no longer waited, in one transaction from its old table into today's.
async fn carry_fates_over(database: &Database) -> Result<(), Error> {
    if !database.object_store_names().any(|name| name == FATE) {
        return Ok(());
    }
    let transaction = begin(database, &[FATE, Table::Sent.name(), Table::Attention.name()])?;
    let old = transaction.object_store(FATE)?;
    let texts: Vec<String> = old.get_all::<String>().primitive()?.await?.filter_map(Result::ok).collect();
    for change in texts.iter().flat_map(|text| fate(text)) {
        if let Change::Put(table, key, text) = change {
            put(&transaction, table, &key, &text.into()).await?;
        }
    }
    old.clear()?.await?;
    transaction.commit().await
}

/// The device's key, and whether every row is locked. Strictly durable, for everything written later hangs on it.
async fn settle_on_a_key(database: &Database, fresh: &CryptoKey) -> Result<(CryptoKey, bool), Error> {
    let transaction = begin(database, &[Table::Key.name()])?;
    let present = get(&transaction, Table::Key, DEVICE).await?;
    let all_locked = get(&transaction, Table::Key, ALL_LOCKED).await?.is_some();
    if let Some(key) = present {
        return Ok((key.unchecked_into(), all_locked));
    }
    put(&transaction, Table::Key, DEVICE, fresh).await?;
    transaction.commit().await?;
    Ok((fresh.clone(), all_locked))
}

/// Locks the rows of a table that stand as they were written.
async fn lock_rows(database: &Database, table: Table) -> Result<(), Error> {
    let transaction = database.transaction([table.name()]).with_mode(TransactionMode::Readonly).build()?;
    let rows = transaction.object_store(table.name())?;
    let keys = rows.get_all_keys::<String>().primitive()?.await?.filter_map(Result::ok);
    let keys: Vec<String> = keys.collect();
    let values = rows.get_all::<JsValue>().primitive()?.await?.filter_map(Result::ok);
    let values: Vec<JsValue> = values.collect();
    for (key, value) in keys.into_iter().zip(values) {
        let Some(text) = value.as_string() else { continue };
        let Some(locked) = vault::lock(table.name(), &text).await else { continue };
        let transaction = begin(database, &[table.name()])?;
        // Another tab may have written it meanwhile.
        if get(&transaction, table, &key).await?.is_some_and(|now| now == value) {
            put(&transaction, table, &key, &locked).await?;
        }
        transaction.commit().await?;
    }
    Ok(())
}

fn begin<'a>(database: &'a Database, tables: &[&str]) -> Result<Transaction<'a>, Error> {
    let options = TransactionOptions::new().with_durability(TransactionDurability::Strict);
    database.transaction(tables).with_mode(TransactionMode::Readwrite).with_options(options).build()
}

async fn get(transaction: &Transaction<'_>, table: Table, key: &str) -> Result<Option<JsValue>, Error> {
    let row: Option<JsValue> = transaction.object_store(table.name())?.get(key).primitive()?.await?;
    Ok(row)
}

async fn put(transaction: &Transaction<'_>, table: Table, key: &str, value: &JsValue) -> Result<(), Error> {
    transaction.object_store(table.name())?.put(value).with_key(key).without_key_type().primitive()?.await
}
