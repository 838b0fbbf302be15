//! Which database, how it is opened, and how a copy of it is made. The only file that tells SQLite from PostgreSQL.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{Connection as _, PgConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use super::migration::Migrator;
use super::{Chain, Error};

/// How long a statement waits for another process to let go of the database.
const BUSY: Duration = Duration::from_secs(2);
/// A group size gives its own statement text; as many are kept prepared.
const STATEMENTS: usize = 512;
const READERS: u32 = 4;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL.
    Postgres(String),
}

/// Why something cannot be used as a database, in one line.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Neither `sqlite:PATH` nor `postgres://…`.
    #[error("--database takes sqlite:PATH or postgres://USER@HOST/NAME, not {0:?}")]
    Url(String),
    /// It does not open.
    #[error("the database {0} cannot be opened: {1}")]
    Open(String, String),
    /// Somebody else serves it.
    #[error("the database {0} is already served by another linli")]
    Served(String),
    /// It cannot be copied.
    #[error("{0}")]
    Copy(String),
}

impl FromStr for Address {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let bad = || Unusable::Url(without_password(text));
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            let usable = !(path.is_empty() || path.starts_with(':') || path.contains('?'));
            return usable.then(|| Self::Sqlite(PathBuf::from(path))).ok_or_else(bad);
        }
        let postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let readable = postgres && sea_orm::sqlx::postgres::PgConnectOptions::from_str(text).is_ok();
        readable.then(|| Self::Postgres(text.to_owned())).ok_or_else(bad)
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

/// A URL fit for a message: what stands between the user's name and the host is left out, and `?password=`.
fn without_password(url: &str) -> String {
    let secret = |part: &&str| part.to_ascii_lowercase().starts_with("password=");
    let url: String = url.split_inclusive(['?', '&']).filter(|part| !secret(part)).collect();
    let url = url.trim_end_matches(['?', '&']);
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            let user = url[scheme + 3..at].split(':').next().unwrap_or("");
            format!("{}{user}{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    }
}

/// An open database with its schema in place: one connection that writes, a few that read.
#[derive(Debug, Clone)]
pub struct Database {
    pub(super) write: DatabaseConnection,
    pub(super) read: DatabaseConnection,
}

impl Database {
    /// Opens it, makes it if it is a file that is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// In one line, for the person at the terminal.
    pub async fn open(address: &Address) -> Result<Self, Unusable> {
        reach(address).await?;
        let refused = |error: DbErr| Unusable::Open(address.to_string(), one_line(&error));
        let write = sea_orm::Database::connect(options(address, 1)).await.map_err(refused)?;
        Migrator::up(&write, None).await.map_err(refused)?;
        let read = sea_orm::Database::connect(options(address, READERS)).await.map_err(refused)?;
        Ok(Self { write, read })
    }

    /// Lets go of the database; a SQLite file is whole in itself afterwards.
    pub async fn close(self) {
        let _ = self.read.close().await;
        let _ = self.write.close().await;
    }
}

/// Whether PostgreSQL answers at all, and what it says if it does not: a pool would try again until its time is over, and
/// tell of nothing but the time.
async fn reach(address: &Address) -> Result<(), Unusable> {
    let Address::Postgres(url) = address else { return Ok(()) };
    let refused = |error: &dyn std::fmt::Display| Unusable::Open(address.to_string(), one_line(&error.to_string()));
    let connection = tokio::time::timeout(CONNECT, PgConnection::connect(url)).await;
    let connection = connection.map_err(|_| refused(&"it does not answer"))?.map_err(|error| refused(&error))?;
    connection.close().await.map_err(|error| refused(&error))
}

fn options(address: &Address, connections: u32) -> ConnectOptions {
    let mut options = match address {
        Address::Sqlite(_) => ConnectOptions::new("sqlite://file"),
        Address::Postgres(url) => ConnectOptions::new(url),
    };
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(CONNECT)
        .connect_timeout(CONNECT)
        .sqlx_logging(false);
    match address {
        Address::Sqlite(path) => {
            let path = path.clone();
            options.test_before_acquire(false).idle_timeout(None).max_lifetime(None).map_sqlx_sqlite_opts(
                move |sqlite| {
                    sqlite
                        .filename(&path)
                        .create_if_missing(true)
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Full)
                        .foreign_keys(true)
                        // What is deleted is overwritten.
                        .pragma("secure_delete", "ON")
                        .busy_timeout(BUSY)
                        .statement_cache_capacity(STATEMENTS)
                },
            );
        }
        Address::Postgres(_) => {
            options.map_sqlx_postgres_opts(|postgres| {
                postgres.statement_cache_capacity(STATEMENTS).options([("lock_timeout", "5s")])
            });
        }
    }
    options
}

/// Starts a transaction that will write: on SQLite it takes the lock at once, so that it never fails half-way.
pub(super) async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    connection.begin_with_options(TransactionOptions { sqlite_transaction_mode, ..Default::default() }).await
}

/// Has SQLite take back what it wrote ahead, so that nothing deleted is left there; whether it could. It cannot while somebody
/// reads what was there before, and does not wait for that: a backup may take minutes.
pub(super) async fn forget_traces(connection: &DatabaseConnection) -> bool {
    let backend = connection.get_database_backend();
    if backend != sea_orm::DbBackend::Sqlite {
        return true;
    }
    let patience = async |millis: u128| connection.execute_unprepared(&format!("PRAGMA busy_timeout = {millis}")).await;
    let hasty = patience(0).await;
    let taken_back = sea_orm::Statement::from_string(backend, "PRAGMA wal_checkpoint(TRUNCATE)");
    let busy = connection.query_one_raw(taken_back).await.ok().flatten().map(|row| row.try_get_by_index::<i32>(0));
    let patient = patience(BUSY.as_millis()).await;
    hasty.is_ok() && patient.is_ok() && matches!(busy, Some(Ok(0)))
}

/// Whether the database found fault with a statement or its values, so that it is no use to say it again: SQLSTATE's
/// classes 22 and 42, SQLite's `ERROR` and `TOOBIG`.
pub(super) fn finds_fault(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    let code = error.as_database_error().and_then(DatabaseError::code).unwrap_or_default();
    match code.len() {
        5 => code.starts_with("22") || code.starts_with("42"),
        _ => matches!(&*code, "1" | "18"),
    }
}

fn one_line(error: &impl ToString) -> String {
    error.to_string().lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Held by the one process that serves a SQLite file; the operating system lets go of it when the process ends,
/// however it ends.
#[derive(Debug)]
pub struct Served(#[expect(dead_code, reason = "held for its lock")] Option<File>);

impl Served {
    /// Takes it.
    ///
    /// # Errors
    /// When another process holds it or the folder cannot be written.
    pub fn take(address: &Address) -> Result<Self, Unusable> {
        let Address::Sqlite(path) = address else { return Ok(Self(None)) };
        let lock = beside(path, "-lock");
        let refused = |error: std::io::Error| Unusable::Open(address.to_string(), one_line(&error));
        let file = File::options().create(true).append(true).open(lock).map_err(refused)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(TryLockError::WouldBlock) => Err(Unusable::Served(address.to_string())),
            Err(TryLockError::Error(error)) => Err(refused(error)),
        }
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn sqlite_only(address: &Address) -> Result<&Path, Unusable> {
    match address {
        Address::Sqlite(path) => Ok(path),
        Address::Postgres(_) => Err(Unusable::Copy(
            "on PostgreSQL pg_dump and pg_restore, then linli admin restored, are the tools".to_owned(),
        )),
    }
}

/// Writes a consistent copy of a SQLite database to a new file, while others go on reading and writing.
///
/// # Errors
/// In one line: no such database, the file exists, no room.
pub async fn backup(address: &Address, to: &Path) -> Result<(), Unusable> {
    let path = sqlite_only(address)?;
    if !path.exists() {
        return Err(Unusable::Copy(format!("there is no database {address}")));
    }
    if to.exists() {
        return Err(Unusable::Copy(format!("{} exists; a backup never overwrites", to.display())));
    }
    let failed = |why: &str| Unusable::Copy(format!("the backup failed: {why}"));
    let connection = ours(path).await.map_err(|why| failed(&format!("{address}: {why}")))?;
    let name = to.to_string_lossy().replace('\'', "''");
    let copied = connection.execute_unprepared(&format!("VACUUM INTO '{name}'")).await;
    let _ = connection.close().await;
    if let Err(error) = copied {
        // Half a copy would stand in the way of the next one.
        let _ = std::fs::remove_file(to);
        return Err(failed(&one_line(&error)));
    }
    check(to).await?;
    make_durable(to).map_err(|error| failed(&one_line(&error)))
}

/// Puts a backup in the place of the database; what was there is kept beside it as `….before-restore`, with a number if
/// there is one already.
///
/// # Errors
/// In one line: the backup is damaged, the database is being served.
pub async fn restore(address: &Address, from: &Path) -> Result<(), Unusable> {
    let path = sqlite_only(address)?;
    let _served = Served::take(address)?;
    let failed = |error: std::io::Error| Unusable::Copy(format!("the restore failed: {}", one_line(&error)));
    let fresh = beside(path, ".restoring");
    for suffix in ATTACHED {
        let _ = std::fs::remove_file(beside(&fresh, suffix));
    }
    std::fs::copy(from, &fresh).map_err(failed)?;
    if let Err(damaged) = check(&fresh).await {
        let _ = std::fs::remove_file(&fresh);
        return Err(damaged);
    }
    // Before it takes its place: a restored database is never served under the epoch of its backup.
    begin_epoch(&Address::Sqlite(fresh.clone())).await?;
    make_durable(&fresh).map_err(failed)?;
    set_aside(path).map_err(failed)?;
    std::fs::rename(&fresh, path).map_err(failed)?;
    make_durable(path).map_err(failed)
}

/// What SQLite keeps beside a file; by these names it belongs to it.
const ATTACHED: [&str; 2] = ["-wal", "-shm"];

/// Renames a database with all that belongs to it, to a name that nothing has.
fn set_aside(path: &Path) -> std::io::Result<()> {
    let first = beside(path, ".before-restore");
    let numbered = |number: u32| beside(&first, &format!("-{number}"));
    let mut name = first.clone();
    let mut number = 2;
    while name.exists() {
        name = numbered(number);
        number += 1;
    }
    for suffix in ATTACHED.into_iter().chain([""]) {
        let part = beside(path, suffix);
        if part.exists() {
            std::fs::rename(part, beside(&name, suffix))?;
        }
    }
    Ok(())
}

/// Returns when a file and its name outlive a power cut.
fn make_durable(file: &Path) -> std::io::Result<()> {
    File::open(file)?.sync_all()?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Tells devices to send again what the database may have forgotten: it was restored from a backup.
///
/// # Errors
/// When the database cannot be opened or written.
pub async fn begin_epoch(address: &Address) -> Result<(), Unusable> {
    let database = Database::open(address).await?;
    let begun = database.begin_epoch().await;
    database.close().await;
    begun.map_err(|error| Unusable::Copy(format!("no new epoch could be written: {}", one_line(&error))))
}

/// Checks a database: on SQLite that the file is whole, and everywhere that the audit log is what was written.
///
/// # Errors
/// In one line: what is damaged, and for the log where first.
pub async fn verify(address: &Address) -> Result<Vec<Chain>, Unusable> {
    let refused = |why: String| Unusable::Copy(format!("the database {address} is damaged: {why}"));
    if let Address::Sqlite(path) = address
        && !path.exists()
    {
        return Err(Unusable::Copy(format!("there is no database {address}")));
    }
    let database = Database::open(address).await?;
    let whole = match address {
        Address::Sqlite(_) => integrity(&database.read).await.map_err(|error| refused(one_line(&error))),
        Address::Postgres(_) => Ok("ok".to_owned()),
    };
    let followed = match whole {
        Ok(answer) if answer == "ok" => database.follow_audit().await.map_err(|error| Unusable::Copy(one_line(&error))),
        Ok(answer) => Err(refused(one_line(&answer))),
        Err(error) => Err(error),
    };
    database.close().await;
    followed
}

/// Whether a file is a whole database of ours.
async fn check(file: &Path) -> Result<(), Unusable> {
    let damaged = |why: String| Unusable::Copy(format!("{} is no sound backup: {why}", file.display()));
    let connection = ours(file).await.map_err(damaged)?;
    let answer = integrity(&connection).await;
    let _ = connection.close().await;
    match answer {
        Ok(text) if text == "ok" => Ok(()),
        Ok(text) => Err(damaged(text)),
        Err(error) => Err(damaged(one_line(&error))),
    }
}

/// A file of ours as it is: it is neither made nor brought up to date.
async fn ours(file: &Path) -> Result<DatabaseConnection, String> {
    let name = file.to_owned();
    let mut options = ConnectOptions::new("sqlite://file");
    options
        .max_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| sqlite.filename(&name).busy_timeout(BUSY));
    let connection = sea_orm::Database::connect(options).await.map_err(|error| one_line(&error))?;
    for sql in ["SELECT id FROM community", "SELECT version FROM seaql_migrations"] {
        if let Err(error) = connection.execute_unprepared(sql).await {
            let _ = connection.close().await;
            let foreign = finds_fault(&error);
            return Err(if foreign { "it is no database of Linli".to_owned() } else { one_line(&error) });
        }
    }
    Ok(connection)
}

async fn integrity(connection: &DatabaseConnection) -> Result<String, Error> {
    let row = connection
        .query_one_raw(sea_orm::Statement::from_string(connection.get_database_backend(), "PRAGMA integrity_check"));
    Ok(row.await?.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_or_refused() {
        assert_eq!("sqlite:a/b.db".parse::<Address>().unwrap(), Address::Sqlite("a/b.db".into()));
        assert_eq!("sqlite:///a/b.db".parse::<Address>().unwrap(), Address::Sqlite("/a/b.db".into()));
        assert!(matches!("postgres://u@h/d".parse(), Ok(Address::Postgres(_))));
        for bad in ["", "linli.db", "sqlite:", "sqlite::memory:", "mysql://a/b", "postgres://u@h:port/d"] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }

    #[test]
    fn no_password_reaches_a_message() {
        let check = |url: &str, shown: &str| assert_eq!(Address::Postgres(url.to_owned()).to_string(), shown);
        check("postgres://linli:secret@db.example/linli", "postgres://linli@db.example/linli");
        check("postgres://linli@db.example/linli?password=se@cret", "postgres://linli@db.example/linli");
        check("postgres://a@h/d?PASSWORD=secret&sslmode=require", "postgres://a@h/d?sslmode=require");
        check("postgres://a@h/d?sslmode=require&password=secret", "postgres://a@h/d?sslmode=require");
        check("postgres://a:secr?et@h/d", "postgres://a@h/d");
    }
}
