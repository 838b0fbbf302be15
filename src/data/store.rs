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

/// Makes all changes or none; done when the transaction completed. What is expected is what was there before.
///
/// # Errors
/// [`WriteError`]; nothing was changed then.
pub async fn write(durability: Durability, changes: &[Change]) -> Result<(), WriteError> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut tables: Vec<&str> = changes.iter().map(|change| change.table().name()).collect();
    tables.sort_unstable();
    tables.dedup();
    // The key has to be known before anything is locked with it.
    connection().await.map_err(WriteError::Failed)?;
    let locking: Vec<_> = changes.iter().map(value_of).collect();
    let mut values = Vec::with_capacity(changes.len());
    for value in locking {
        values.push(value.await.ok_or(WriteError::Failed(Error::Storage))?);
    }
    let work = async |transaction: Transaction<'_>| attempt_write(transaction, changes, &values).await;
    match within(&tables, Access::Write(durability), work).await.map_err(WriteError::Failed)? {
        Ok(true) => Ok(()),
        Ok(false) => Err(WriteError::Changed),
        Err(IdbError::DomException(DomException::ConstraintError(_))) => Err(WriteError::AlreadyThere),
        Err(error) => Err(WriteError::Failed(sort(&error))),
    }
}

/// What is to lie there; nothing for what is deleted or only expected. Begun at once, so that many are locked side by side.
fn value_of(change: &Change) -> impl Future<Output = Option<JsValue>> {
    let (locking, plain) = match change {
        Change::Add(table, _, text) | Change::Put(table, _, text) if is_private(*table) => {
            (Some(vault::lock(table.name(), text)), JsValue::UNDEFINED)
        }
        Change::Add(_, _, text) | Change::Put(_, _, text) => (None, text.into()),
        Change::Delete(..) | Change::Expect(..) => (None, JsValue::UNDEFINED),
    };
    async move {
        match locking {
            Some(locking) => locking.await,
            None => Some(plain),
        }
    }
}

/// `false` if a row was not what it was expected to be. Requests are made one behind the other without waiting for each: the
/// transaction completes only when all of them succeeded.
async fn attempt_write(transaction: Transaction<'_>, changes: &[Change], values: &[JsValue]) -> Result<bool, IdbError> {
    let mut asked = Vec::new();
    for change in changes {
        if let Change::Expect(table, key, expected) = change {
            let rows = transaction.object_store(table.name())?;
            asked.push((rows.get::<String, _, _>(key.as_str()).primitive()?, expected));
        }
    }
    for (request, expected) in asked {
        if request.await? != *expected {
            transaction.abort().await?;
            return Ok(false);
        }
    }
    for (change, value) in changes.iter().zip(values) {
        let rows = transaction.object_store(change.table().name())?;
        match change {
            Change::Add(_, key, _) => drop(rows.add(value).with_key(key.as_str()).without_key_type().primitive()?),
            Change::Put(_, key, _) => drop(rows.put(value).with_key(key.as_str()).without_key_type().primitive()?),
            Change::Delete(_, key) => drop(rows.delete(key.as_str()).primitive()?),
            Change::Expect(..) => {}
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
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let read = async |transaction: Transaction<'_>| read_rows(&transaction, tables, keys).await;
    let values = read_only(&tables, read).await?;
    Ok(texts(tables, values).await)
}

/// The texts of rows, unlocked side by side.
async fn texts<const N: usize>(tables: [Table; N], values: Vec<[Option<JsValue>; N]>) -> Vec<[Option<String>; N]> {
    let begin = |values: [Option<JsValue>; N]| {
        let mut values = values.into_iter();
        tables.map(|table| text_of(table, values.next().flatten()))
    };
    let unlocking: Vec<_> = values.into_iter().map(begin).collect();
    let mut found = Vec::with_capacity(unlocking.len());
    for unlocking in unlocking {
        let mut row = [const { None }; N];
        for (unlocking, text) in unlocking.into_iter().zip(&mut row) {
            *text = unlocking.await;
        }
        found.push(row);
    }
    found
}

/// What was written; begun at once.
fn text_of(table: Table, value: Option<JsValue>) -> impl Future<Output = Option<String>> {
    let (unlocking, plain) = match value {
        Some(value) if is_private(table) => (Some(vault::unlock(table.name(), value)), None),
        value => (None, value.and_then(|value| value.as_string())),
    };
    async move {
        match unlocking {
            Some(unlocking) => unlocking.await,
            None => plain,
        }
    }
}

/// All requests are made before the first is waited for.
async fn read_rows<const N: usize>(
    transaction: &Transaction<'_>,
    tables: [Table; N],
    keys: &[String],
) -> Result<Vec<[Option<JsValue>; N]>, IdbError> {
    let mut asked = Vec::with_capacity(N * keys.len());
    for key in keys {
        for table in tables {
            asked.push(transaction.object_store(table.name())?.get::<JsValue, _, _>(key.as_str()).primitive()?);
        }
    }
    let mut asked = asked.into_iter();
    let mut found = Vec::with_capacity(keys.len());
    for _ in keys {
        let mut row = [const { None }; N];
        for (value, request) in row.iter_mut().zip(&mut asked) {
            *value = request.await?;
        }
        found.push(row);
    }
    Ok(found)
}

/// Rows of several tables that lie under one key, by that key.
pub type Keyed<const N: usize> = Vec<(String, [Option<String>; N])>;

/// The rows under the highest keys of the first table, highest first, with those of the other tables, as they stood at
/// one moment. What lies below them costs nothing.
///
/// # Errors
/// [`Error::Storage`].
pub async fn newest<const N: usize>(tables: [Table; N], limit: usize) -> Result<Keyed<N>, Error> {
    let read = async |transaction: Transaction<'_>| {
        let mut keys = Vec::new();
        let first = transaction.object_store(tables[0].name())?;
        if let Some(mut cursor) = first.open_key_cursor().with_direction(CursorDirection::Prev).primitive()?.await? {
            while keys.len() < limit
                && let Some(key) = cursor.next_key::<String>().await?
            {
                keys.push(key);
            }
        }
        let values = read_rows(&transaction, tables, &keys).await?;
        Ok((keys, values))
    };
    let (keys, values) = read_only(&tables, read).await?;
    Ok(keys.into_iter().zip(texts(tables, values).await).collect())
}

/// How many rows several tables have, at one moment.
///
/// # Errors
/// [`Error::Storage`].
pub async fn counts<const N: usize>(tables: [Table; N]) -> Result<[u32; N], Error> {
    let read = async |transaction: Transaction<'_>| {
        let mut asked = Vec::with_capacity(N);
        for table in tables {
            asked.push(transaction.object_store(table.name())?.count().primitive()?);
        }
        let mut counts = [0; N];
        for (count, request) in counts.iter_mut().zip(asked) {
            *count = request.await?;
        }
        Ok(counts)
    };
    read_only(&tables, read).await
}

/// The keys of several tables as they stood at one moment.
///
/// # Errors
/// [`Error::Storage`].
pub async fn keys<const N: usize>(tables: [Table; N]) -> Result<Vec<String>, Error> {
    let read = async |transaction: Transaction<'_>| {
        let mut asked = Vec::with_capacity(N);
        for table in tables {
            asked.push(transaction.object_store(table.name())?.get_all_keys::<String>().primitive()?);
        }
        let mut found = Vec::new();
        for request in asked {
            found.extend(request.await?.filter_map(Result::ok));
        }
        Ok(found)
    };
    read_only(&tables, read).await
}

/// All rows of several tables as they stood at one moment, as JSON texts, in order of their keys.
///
/// # Errors
/// [`Error::Storage`].
pub async fn read_all<const N: usize>(tables: [Table; N]) -> Result<[Vec<String>; N], Error> {
    let ([], found) = keys_and_rows([], tables).await?;
    Ok(found)
}

/// The keys of some tables and all rows of others, as they stood at one moment.
///
/// # Errors
/// [`Error::Storage`].
pub async fn keys_and_rows<const K: usize, const R: usize>(
    keys_of: [Table; K],
    rows_of: [Table; R],
) -> Result<([Vec<String>; K], [Vec<String>; R]), Error> {
    let read = async |transaction: Transaction<'_>| {
        let (mut asked_keys, mut asked) = (Vec::with_capacity(K), Vec::with_capacity(R));
        for table in keys_of {
            asked_keys.push(transaction.object_store(table.name())?.get_all_keys::<String>().primitive()?);
        }
        for table in rows_of {
            asked.push(transaction.object_store(table.name())?.get_all::<JsValue>().primitive()?);
        }
        let (mut keys, mut values) = ([const { Vec::new() }; K], [const { Vec::new() }; R]);
        for (keys, request) in keys.iter_mut().zip(asked_keys) {
            *keys = request.await?.filter_map(Result::ok).collect();
        }
        for (values, request) in values.iter_mut().zip(asked) {
            *values = request.await?.filter_map(Result::ok).collect();
        }
        Ok((keys, values))
    };
    let tables = [&keys_of[..], &rows_of[..]].concat();
    let (keys, values): (_, [Vec<JsValue>; R]) = read_only(&tables, read).await?;
    let mut found = [const { Vec::new() }; R];
    for ((table, values), texts) in rows_of.into_iter().zip(values).zip(&mut found) {
        let unlocking: Vec<_> = values.into_iter().map(|value| text_of(table, Some(value))).collect();
        for unlocking in unlocking {
            texts.extend(unlocking.await);
        }
    }
    Ok((keys, found))
}

/// What a transaction may do.
#[derive(Clone, Copy)]
enum Access {
    Read,
    Write(Durability),
}

async fn read_only<T>(
    tables: &[Table],
    work: impl AsyncFnOnce(Transaction<'_>) -> Result<T, IdbError>,
) -> Result<T, Error> {
    let names: Vec<_> = tables.iter().map(|table| table.name()).collect();
    within(&names, Access::Read, work).await?.map_err(|error| sort(&error))
}

/// Works within one transaction. iOS closes connections under you, and a newer version of the app in another tab asks for
/// them: where the one at hand begins no transaction it is opened anew.
async fn within<T>(
    tables: &[&str],
    access: Access,
    work: impl AsyncFnOnce(Transaction<'_>) -> Result<T, IdbError>,
) -> Result<Result<T, IdbError>, Error> {
    let database = connection().await?;
    let opened_anew;
    let transaction = if let Ok(transaction) = begin(&database, tables, access) {
        transaction
    } else {
        CONNECTION.take();
        opened_anew = connection().await?;
        begin(&opened_anew, tables, access).map_err(|error| sort(&error))?
    };
    Ok(work(transaction).await)
}

fn begin<'a>(database: &'a Database, tables: &[&str], access: Access) -> Result<Transaction<'a>, IdbError> {
    let transaction = database.transaction(tables);
    match access {
        Access::Read => transaction.with_mode(TransactionMode::Readonly).build(),
        Access::Write(durability) => {
            let durability = match durability {
                Durability::Strict => TransactionDurability::Strict,
                Durability::Relaxed => TransactionDurability::Relaxed,
            };
            let options = TransactionOptions::new().with_durability(durability);
            transaction.with_mode(TransactionMode::Readwrite).with_options(options).build()
        }
    }
}

/// The connection at hand, or a fresh one that is prepared as far as there is room for it.
async fn connection() -> Result<Rc<Database>, Error> {
    if let Some(database) = CONNECTION.with_borrow(Clone::clone) {
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
    upgrade::prepare(&database).await;
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
