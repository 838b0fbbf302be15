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
use js_sys::Promise;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

pub use linli_domain::device::{Change, Table};

use super::{Coming, Error, status, upgrade, vault, worker};

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
    /// The one that is being opened.
    static OPENING: RefCell<Option<Promise>> = const { RefCell::new(None) };
    /// Why the last one could not be.
    static FAILED: RefCell<Option<Error>> = const { RefCell::new(None) };
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
    let asks = keys.iter().flat_map(|key| tables.map(|table| Ask::Row(table, key))).collect();
    let mut texts = ask(asks).await?.into_iter().map(|mut found| found.pop());
    let row = |_| [(); N].map(|()| texts.next().flatten());
    Ok(keys.iter().map(row).collect())
}

/// Rows of several tables that lie under one key, by that key.
pub type Keyed<const N: usize> = Vec<(String, [Option<String>; N])>;

/// The rows under the highest keys of the first table, highest first, with those of the other tables. What lies below them
/// costs nothing.
///
/// # Errors
/// [`Error::Storage`].
pub async fn newest<const N: usize>(tables: [Table; N], limit: usize) -> Result<Keyed<N>, Error> {
    let keys = highest(tables[0], limit).await?;
    let rows = rows(tables, &keys).await?;
    Ok(keys.into_iter().zip(rows).collect())
}

async fn highest(table: Table, limit: usize) -> Result<Vec<String>, Error> {
    let read = async |transaction: Transaction<'_>| {
        let mut keys = Vec::new();
        let rows = transaction.object_store(table.name())?;
        if let Some(mut cursor) = rows.open_key_cursor().with_direction(CursorDirection::Prev).primitive()?.await? {
            while keys.len() < limit
                && let Some(key) = cursor.next_key::<String>().await?
            {
                keys.push(key);
            }
        }
        Ok(keys)
    };
    within(&[table.name()], Access::Read, read).await?.map_err(|error| sort(&error))
}

/// How many rows several tables have, at one moment.
///
/// # Errors
/// [`Error::Storage`].
pub async fn counts<const N: usize>(tables: [Table; N]) -> Result<[u32; N], Error> {
    let mut counts = ask(tables.map(Ask::Count).into()).await?.into_iter();
    let count = |()| counts.next().and_then(|mut found| found.pop()?.parse().ok()).unwrap_or(0);
    Ok([(); N].map(count))
}

/// The keys of several tables as they stood at one moment.
///
/// # Errors
/// [`Error::Storage`].
pub async fn keys<const N: usize>(tables: [Table; N]) -> Result<Vec<String>, Error> {
    Ok(ask(tables.map(Ask::Keys).into()).await?.concat())
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
    let asks = keys_of.map(Ask::Keys).into_iter().chain(rows_of.map(Ask::Rows)).collect();
    let mut found = ask(asks).await?.into_iter();
    let mut next = |_| found.next().unwrap_or_default();
    Ok((keys_of.map(&mut next), rows_of.map(&mut next)))
}

/// A question to one table.
#[derive(Clone, Copy)]
enum Ask<'a> {
    Row(Table, &'a str),
    Rows(Table),
    Keys(Table),
    Count(Table),
}

impl Ask<'_> {
    const fn table(self) -> Table {
        match self {
            Self::Row(table, _) | Self::Rows(table) | Self::Keys(table) | Self::Count(table) => table,
        }
    }

    /// Makes the request; its answer can be waited for later.
    fn request(self, transaction: &Transaction<'_>) -> Result<Coming<Result<Vec<JsValue>, IdbError>>, IdbError> {
        let rows = transaction.object_store(self.table().name())?;
        Ok(match self {
            Self::Row(_, key) => {
                let request = rows.get::<JsValue, _, _>(key).primitive()?;
                Box::pin(async { Ok(request.await?.into_iter().collect()) })
            }
            Self::Rows(_) => {
                let request = rows.get_all::<JsValue>().primitive()?;
                Box::pin(async { Ok(request.await?.filter_map(Result::ok).collect()) })
            }
            Self::Keys(_) => {
                let request = rows.get_all_keys::<JsValue>().primitive()?;
                Box::pin(async { Ok(request.await?.filter_map(Result::ok).collect()) })
            }
            Self::Count(_) => {
                let request = rows.count().primitive()?;
                Box::pin(async { Ok(vec![request.await?.to_string().into()]) })
            }
        })
    }

    /// What was written; begun at once, so that many are unlocked side by side.
    fn text(self, value: JsValue) -> Coming<Option<String>> {
        match self {
            Self::Row(table, _) | Self::Rows(table) if is_private(table) => {
                Box::pin(vault::unlock(table.name(), value))
            }
            _ => Box::pin(std::future::ready(value.as_string())),
        }
    }
}

/// Asks everything in one transaction, without waiting for one answer before the next question. One list of texts for each
/// question; what can no longer be unlocked is left out.
async fn ask(asks: Vec<Ask<'_>>) -> Result<Vec<Vec<String>>, Error> {
    let mut tables: Vec<_> = asks.iter().map(|ask| ask.table().name()).collect();
    tables.sort_unstable();
    tables.dedup();
    let read = async |transaction: Transaction<'_>| {
        let mut asked = Vec::with_capacity(asks.len());
        for ask in &asks {
            asked.push(ask.request(&transaction)?);
        }
        let mut answers = Vec::with_capacity(asked.len());
        for asked in asked {
            answers.push(asked.await?);
        }
        Ok(answers)
    };
    let answers = within(&tables, Access::Read, read).await?.map_err(|error| sort(&error))?;
    let texts = |(ask, values): (&Ask<'_>, Vec<JsValue>)| values.into_iter().map(|value| ask.text(value)).collect();
    let unlocking: Vec<Vec<_>> = asks.iter().zip(answers).map(texts).collect();
    let mut found = Vec::with_capacity(unlocking.len());
    for unlocking in unlocking {
        let mut texts = Vec::with_capacity(unlocking.len());
        for unlocking in unlocking {
            texts.extend(unlocking.await);
        }
        found.push(texts);
    }
    Ok(found)
}

/// What a transaction may do.
#[derive(Clone, Copy)]
enum Access {
    Read,
    Write(Durability),
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

/// The connection at hand, or a fresh one that is prepared as far as there is room for it. Whoever wants one meanwhile waits for
/// the same: each connection is prepared anew, and has to be closed before another version can change the database.
async fn connection() -> Result<Rc<Database>, Error> {
    if let Some(database) = CONNECTION.with_borrow(Clone::clone) {
        return Ok(database);
    }
    let opening =
        OPENING.with_borrow_mut(|opening| opening.get_or_insert_with(|| future_to_promise(connect())).clone());
    // It says by what it leaves whether it succeeded.
    let _ = JsFuture::from(opening).await;
    CONNECTION.with_borrow(Clone::clone).ok_or_else(|| FAILED.with_borrow(Clone::clone).unwrap_or(Error::Storage))
}

async fn connect() -> Result<JsValue, JsValue> {
    let outcome = prepared().await;
    OPENING.take();
    CONNECTION.replace(outcome.as_ref().ok().map(Rc::clone));
    FAILED.replace(outcome.err());
    Ok(JsValue::UNDEFINED)
}

async fn prepared() -> Result<Rc<Database>, Error> {
    let database = Rc::new(open().await.map_err(|error| match error {
        OpenDbError::Base(error) => {
            if is_newer(&error) {
                worker::outgrown();
            }
            sort(&error)
        }
        _ => Error::Storage,
    })?);
    step_aside_for_upgrades(&database);
    upgrade::prepare(&database).await;
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

/// Closes the connection as soon as another tab wants to upgrade the database. One left open would keep the newer version
/// waiting for ever.
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
