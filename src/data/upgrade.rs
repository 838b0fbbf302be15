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

/// So many rows are locked in one transaction: a few turns of the event loop, and little that a full device has to hold twice.
const AT_A_TIME: usize = 200;

/// Makes the database ready, as far as the device has room. What could not be done is done next time: whatever stands as it
/// was written can be read and sent as well. Several tabs may do so at once.
pub(super) async fn prepare(database: &Database) {
    // What is not carried over yet is shown as needing attention.
    let _ = carry_fates_over(database).await;
    if !vault::works() || vault::has_key() {
        return;
    }
    let Ok(Some((key, all_locked))) = settle_on_a_key(database).await else { return };
    vault::take_key(key);
    if !all_locked {
        let database = database.clone();
        // Nobody waits for it.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = lock_all(&database).await;
        });
    }
}

async fn lock_all(database: &Database) -> Result<(), Error> {
    for table in ONCE_CLEAR {
        lock_rows(database, table).await?;
    }
    let transaction = begin(database, &[Table::Key.name()])?;
    put(&transaction, Table::Key, ALL_LOCKED, &JsValue::TRUE).await?;
    transaction.commit().await
}

/// What no longer waited, in one transaction from its old table into today's.
async fn carry_fates_over(database: &Database) -> Result<(), Error> {
    if !database.object_store_names().any(|name| name == FATE) {
        return Ok(());
    }
    // Once it is done it stays done; to write nothing takes a turn of the disk.
    let reading = database.transaction([FATE]).with_mode(TransactionMode::Readonly).build()?;
    if reading.object_store(FATE)?.count().primitive()?.await? == 0 {
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

/// The device's key, and whether every row is locked. One that is made now is strictly durable, for everything written later
/// hangs on it.
async fn settle_on_a_key(database: &Database) -> Result<Option<(CryptoKey, bool)>, Error> {
    let reading = database.transaction([Table::Key.name()]).with_mode(TransactionMode::Readonly).build()?;
    if let Some(key) = get(&reading, Table::Key, DEVICE).await? {
        let all_locked = get(&reading, Table::Key, ALL_LOCKED).await?.is_some();
        return Ok(Some((key.unchecked_into(), all_locked)));
    }
    // Before the transaction, which would not wait for it.
    let Some(fresh) = vault::new_key().await else { return Ok(None) };
    let transaction = begin(database, &[Table::Key.name()])?;
    // Another tab may have been faster.
    if let Some(key) = get(&transaction, Table::Key, DEVICE).await? {
        return Ok(Some((key.unchecked_into(), false)));
    }
    put(&transaction, Table::Key, DEVICE, &fresh).await?;
    transaction.commit().await?;
    Ok(Some((fresh, false)))
}

/// Locks the rows of a table that stand as they were written.
async fn lock_rows(database: &Database, table: Table) -> Result<(), Error> {
    let reading = database.transaction([table.name()]).with_mode(TransactionMode::Readonly).build()?;
    let keys = reading.object_store(table.name())?.get_all_keys::<String>().primitive()?.await?;
    let keys: Vec<String> = keys.filter_map(Result::ok).collect();
    for keys in keys.chunks(AT_A_TIME) {
        let reading = database.transaction([table.name()]).with_mode(TransactionMode::Readonly).build()?;
        let mut clear = Vec::with_capacity(keys.len());
        for key in keys {
            clear.extend(get(&reading, table, key).await?.filter(JsValue::is_string).map(|value| (key, value)));
        }
        let lock = |(key, value): (_, JsValue)| {
            let text = value.as_string().unwrap_or_default();
            (key, vault::lock(table.name(), &text), value)
        };
        let locking: Vec<_> = clear.into_iter().map(lock).collect();
        let mut locked = Vec::with_capacity(locking.len());
        for (key, locking, value) in locking {
            locked.extend(locking.await.map(|locked| (key, value, locked)));
        }
        let transaction = begin(database, &[table.name()])?;
        for (key, value, locked) in locked {
            // Another tab may have written it meanwhile.
            if get(&transaction, table, key).await?.is_some_and(|now| now == value) {
                put(&transaction, table, key, &locked).await?;
            }
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
