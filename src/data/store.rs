//! IndexedDB: the tables, and reads and writes in one transaction each. Values are JSON texts that carry their own key;
//! what people wrote lies there encrypted ([`vault`]). Encrypting takes turns that a transaction would not live through,
//! so it is done before one begins, and decrypting after it ended.

use std::cell::RefCell;
use std::rc::Rc;

use indexed_db_futures::cursor::CursorDirection;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error as IdbError, OpenDbError};
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

pub use linli_domain::device::{Change, Table};

use super::{Error, status, upgrade, vault, worker};

const NAME: &str = "linli";
/// Version 1 kept what people wrote as it was written.
const VERSION: u8 = 2;

/// Whether a table holds what people wrote.
const fn is_private(table: Table) -> bool {
    matches!(table, Table::Draft | Table::Submission | Table::Photo)
}

/// Whether a write has to be on the disk before it counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On the disk: for everything that is then called saved.
    Strict,
    /// With the operating system: for drafts and copies.
    Relaxed,
}

/// Why a write failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteError {
    /// A row that was to be added exists.
    AlreadyThere,
    /// A row is not what it was expected to be: another tab was faster. Decide anew.
    Changed,
    /// Anything else.
    Failed(Error),
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::AlreadyThere | WriteError::Changed => Self::Storage,
            WriteError::Failed(error) => error,
        }
    }
}

thread_local! {
    static CONNECTION: RefCell<Option<Rc<Database>>> = const { RefCell::new(None) };
}

/// Makes all changes or none; done when the transaction completed.
///
/// # Errors
/// [`WriteError`]; nothing was changed then.
pub async fn write(durability: Durability, changes: &[Change]) -> Result<(), WriteError> {
    let mut tables: Vec<&str> = changes.iter().map(|change| change.table().name()).collect();
    tables.sort_unstable();
    tables.dedup();
    let database = usable_connection(&tables).await.map_err(WriteError::Failed)?;
    let mut values = Vec::with_capacity(changes.len());
    for change in changes {
        values.push(value_of(change).await.ok_or(WriteError::Failed(Error::Storage))?);
    }
    match attempt_write(&database, &tables, durability, changes, &values).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(WriteError::Changed),
        Err(IdbError::DomException(DomException::ConstraintError(_))) => Err(WriteError::AlreadyThere),
        Err(error) => Err(WriteError::Failed(sort(&error))),
    }
}

/// What is to lie there; nothing for what is deleted or only expected.
async fn value_of(change: &Change) -> Option<JsValue> {
    match change {
        Change::Add(table, _, text) | Change::Put(table, _, text) if is_private(*table) => {
            vault::lock(table.name(), text).await
        }
        Change::Add(_, _, text) | Change::Put(_, _, text) => Some(text.into()),
        Change::Delete(..) | Change::Expect(..) => Some(JsValue::UNDEFINED),
    }
}

async fn text_of(table: Table, value: Option<JsValue>) -> Option<String> {
    if is_private(table) { vault::unlock(table.name(), value?).await } else { value?.as_string() }
}

/// `false` if a row was not what it was expected to be.
async fn attempt_write(
    database: &Database,
    tables: &[&str],
    durability: Durability,
    changes: &[Change],
    values: &[JsValue],
) -> Result<bool, IdbError> {
    let durability = match durability {
        Durability::Strict => TransactionDurability::Strict,
        Durability::Relaxed => TransactionDurability::Relaxed,
    };
    let options = TransactionOptions::new().with_durability(durability);
    let transaction =
        database.transaction(tables).with_mode(TransactionMode::Readwrite).with_options(options).build()?;
    for (change, value) in changes.iter().zip(values) {
        let rows = transaction.object_store(change.table().name())?;
        match change {
            Change::Add(_, key, _) => {
                rows.add(value).with_key(key.as_str()).without_key_type().primitive()?.await?;
            }
            Change::Put(_, key, _) => {
                rows.put(value).with_key(key.as_str()).without_key_type().primitive()?.await?;
            }
            Change::Delete(_, key) => rows.delete(key.as_str()).primitive()?.await?,
            Change::Expect(_, key, expected) => {
                let text: Option<String> = rows.get(key.as_str()).primitive()?.await?;
                if text != *expected {
                    transaction.abort().await?;
                    return Ok(false);
                }
            }
        }
    }
    transaction.commit().await?;
    Ok(true)
}

/// One row, or `None`. A row that can no longer be read counts as absent.
///
/// # Errors
/// [`Error::Storage`].
pub async fn get<T: DeserializeOwned>(table: Table, key: &str) -> Result<Option<T>, Error> {
    let [text] = row([table], key).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// The rows under one key in several tables, as they stood at one moment.
///
/// # Errors
/// [`Error::Storage`].
pub async fn row<const N: usize>(tables: [Table; N], key: &str) -> Result<[Option<String>; N], Error> {
    let [found] = <[_; 1]>::try_from(rows(tables, &[key.to_owned()]).await?).map_err(|_| Error::Storage)?;
    Ok(found)
}

/// The rows under several keys in several tables, as they stood at one moment.
///
/// # Errors
/// [`Error::Storage`].
pub async fn rows<const N: usize>(tables: [Table; N], keys: &[String]) -> Result<Vec<[Option<String>; N]>, Error> {
    let names = tables.map(Table::name);
    let database = usable_connection(&names).await?;
    let transaction = read_transaction(&database, &names)?;
    let values = read_rows(&transaction, names, keys).await.map_err(|error| sort(&error))?;
    Ok(texts(tables, values).await)
}

async fn texts<const N: usize>(tables: [Table; N], values: Vec<[Option<JsValue>; N]>) -> Vec<[Option<String>; N]> {
    let mut found = Vec::with_capacity(values.len());
    for values in values {
        let mut row = [const { None }; N];
        for ((table, value), text) in tables.into_iter().zip(values).zip(&mut row) {
            *text = text_of(table, value).await;
        }
        found.push(row);
    }
    found
}

async fn read_rows<const N: usize>(
    transaction: &Transaction<'_>,
    tables: [&'static str; N],
    keys: &[String],
) -> Result<Vec<[Option<JsValue>; N]>, IdbError> {
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let mut row = [const { None }; N];
        for (table, value) in tables.into_iter().zip(&mut row) {
            *value = transaction.object_store(table)?.get(key.as_str()).primitive()?.await?;
        }
        found.push(row);
    }
    Ok(found)
}

/// The rows under the highest keys of the first table, highest first, with those of the other tables, as they stood at
/// one moment. What lies below them costs nothing.
///
/// # Errors
/// [`Error::Storage`].
pub async fn newest<const N: usize>(tables: [Table; N], limit: usize) -> Result<Vec<[Option<String>; N]>, Error> {
    let names = tables.map(Table::name);
    let database = usable_connection(&names).await?;
    let transaction = read_transaction(&database, &names)?;
    let read = async {
        let mut keys = Vec::new();
        let first = transaction.object_store(names[0])?;
        if let Some(mut cursor) = first.open_key_cursor().with_direction(CursorDirection::Prev).primitive()?.await? {
            while keys.len() < limit
                && let Some(key) = cursor.next_key::<String>().await?
            {
                keys.push(key);
            }
        }
        read_rows(&transaction, names, &keys).await
    };
    let values = read.await.map_err(|error: IdbError| sort(&error))?;
    Ok(texts(tables, values).await)
}

/// How many rows a table has.
///
/// # Errors
/// [`Error::Storage`].
pub async fn count(table: Table) -> Result<u32, Error> {
    let database = usable_connection(&[table.name()]).await?;
    let transaction = read_transaction(&database, &[table.name()])?;
    let rows = transaction.object_store(table.name()).map_err(|error| sort(&error))?;
    rows.count().primitive().map_err(|error| sort(&error))?.await.map_err(|error| sort(&error))
}

/// The keys of several tables as they stood at one moment.
///
/// # Errors
/// [`Error::Storage`].
pub async fn keys<const N: usize>(tables: [Table; N]) -> Result<Vec<String>, Error> {
    let names = tables.map(Table::name);
    let database = usable_connection(&names).await?;
    let transaction = read_transaction(&database, &names)?;
    let mut found = Vec::new();
    for table in names {
        let rows = transaction.object_store(table).map_err(|error| sort(&error))?;
        let request = rows.get_all_keys::<String>().primitive().map_err(|error| sort(&error))?;
        found.extend(request.await.map_err(|error| sort(&error))?.filter_map(Result::ok));
    }
    Ok(found)
}

/// All rows of several tables as they stood at one moment, as JSON texts, in order of their keys.
///
/// # Errors
/// [`Error::Storage`].
pub async fn read_all<const N: usize>(tables: [Table; N]) -> Result<[Vec<String>; N], Error> {
    let names = tables.map(Table::name);
    let database = usable_connection(&names).await?;
    let transaction = read_transaction(&database, &names)?;
    let mut values = [const { Vec::<JsValue>::new() }; N];
    for (table, values) in tables.into_iter().zip(&mut values) {
        let rows = transaction.object_store(table.name()).map_err(|error| sort(&error))?;
        let request = rows.get_all::<JsValue>().primitive().map_err(|error| sort(&error))?;
        *values = request.await.map_err(|error| sort(&error))?.filter_map(Result::ok).collect();
    }
    let mut found = [const { Vec::new() }; N];
    for ((table, values), texts) in tables.into_iter().zip(values).zip(&mut found) {
        for value in values {
            texts.extend(text_of(table, Some(value)).await);
        }
    }
    Ok(found)
}

fn read_transaction<'a>(database: &'a Database, tables: &[&str]) -> Result<Transaction<'a>, Error> {
    database.transaction(tables).with_mode(TransactionMode::Readonly).build().map_err(|error| sort(&error))
}

/// A connection that can open a transaction just now. iOS closes connections under you, and a newer version of the app
/// in another tab asks for them: then it is opened anew.
async fn usable_connection(tables: &[&str]) -> Result<Rc<Database>, Error> {
    if let Some(database) = CONNECTION.with_borrow(Clone::clone)
        && read_transaction(&database, tables).is_ok()
    {
        return Ok(database);
    }
    let database = Rc::new(open().await.map_err(|error| match error {
        OpenDbError::Base(error) => {
            if is_newer(&error) {
                worker::outgrown();
            }
            sort(&error)
        }
        _ => Error::Storage,
    })?);
    upgrade::prepare(&database).await.map_err(|error| sort(&error))?;
    CONNECTION.replace(Some(Rc::clone(&database)));
    step_aside_for_upgrades(&database);
    Ok(database)
}

async fn open() -> Result<Database, OpenDbError> {
    Database::open(NAME)
        .with_version(VERSION)
        .with_on_upgrade_needed(|_, database| {
            let present: Vec<String> = database.object_store_names().collect();
            for table in Table::ALL.iter().filter(|table| !present.iter().any(|name| name == table.name())) {
                database.create_object_store(table.name()).build()?;
            }
            Ok(())
        })
        .await
}

/// Closes the connection as soon as another tab wants to upgrade the database: every one, also where two were opened at the
/// same time and only one is remembered. A single one left open would keep the newer version waiting for ever.
fn step_aside_for_upgrades(database: &Database) {
    let Ok(mut changes) = database.version_changes() else { return };
    let database = database.clone();
    wasm_bindgen_futures::spawn_local(async move {
        changes.recv().await;
        CONNECTION.take();
        // The browser lets transactions that have begun come to their end.
        database.close();
        // Opening it again waits for the upgrade, and tells whether this version can still use it.
        status::recount().await;
    });
}

/// Whether the database was left by a newer version of the app.
fn is_newer(error: &IdbError) -> bool {
    matches!(error, IdbError::DomException(DomException::Other(exception)) if exception.name() == "VersionError")
}

fn sort(error: &IdbError) -> Error {
    match error {
        IdbError::DomException(DomException::Other(exception)) if exception.name() == "QuotaExceededError" => {
            Error::StorageFull
        }
        _ => Error::Storage,
    }
}
