//! All that is kept: which database, its tables, the one task that writes and the questions that are asked. Knows the
//! domain; knows nothing of HTTP.

pub mod accounts;
mod acting;
pub mod activities;
mod audit;
mod content;
pub mod database;
mod devices;
mod ended;
mod entities;
mod epoch;
pub mod family;
mod figures;
mod grids;
mod migration;
mod people;
mod photos;
mod pin_codes;
mod place_plan;
mod places;
mod published;
mod retention;
mod scope;
mod seals;
mod sessions;
mod staff;
mod staff_deeds;
mod submissions;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, FixedOffset, Utc};
use linli_domain::RecordId;
use linli_domain::submission::SubmissionState;
use sea_orm::{DatabaseConnection, DbErr, EntityTrait, QueryOrder};

pub use accounts::{Deed, Opening, Resident};
pub use acting::{ActingChange, ActingDeed};
pub use audit::{Broken, Chain};
pub use content::{Content, Paper};
pub use database::{Address, Database, Served, Unusable};
pub use devices::DeviceDeed;
pub use family::FamilyDeed;
pub use photos::Photo;
pub use pin_codes::{PinChange, PinDeed};
pub use places::{PlaceChange, PlaceDeed};
pub use published::Snapshot;
pub use retention::Outdated;
pub use scope::Scope;
pub use sessions::NewSession;
pub use staff::Account;
pub use staff_deeds::{Proof, StaffChange, StaffDeed, wrong_code};
pub use submissions::Found;
pub use writer::{Arrival, Note, Outcome, Task};

use entities::community;
use published::Published;
use seals::Seals;
use writer::Writer;

/// Why the store could not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached or written just now; nothing is known to be written.
    #[error("the database is unavailable: {0}")]
    Unavailable(Arc<str>),
    /// The database refused this very thing, or holds what cannot be.
    #[error("the database refused: {0}")]
    Broken(Arc<str>),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let text = error.to_string().into();
        let at_fault = error.sql_err().is_some() || database::finds_fault(&error);
        match error {
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Self::Unavailable(text),
            DbErr::Exec(_) | DbErr::Query(_) if !at_fault => Self::Unavailable(text),
            _ => Self::Broken(text),
        }
    }
}

/// The data of the community this server serves. Clones share it.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

/// What time it is.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// A clock of one's own.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(Utc::now)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Clock").finish()
    }
}

#[derive(Debug)]
struct Inner {
    community: String,
    offset: FixedOffset,
    clock: Clock,
    read: DatabaseConnection,
    writer: Writer,
    published: Published,
    seals: Seals,
}

impl Store {
    /// Starts the writer on an open database that has its content.
    ///
    /// # Errors
    /// When the content cannot be read.
    pub async fn start(database: Database) -> Result<Self, Error> {
        Self::start_at(database, Clock::default()).await
    }

    /// The same, by a clock of one's own.
    ///
    /// # Errors
    /// When the content cannot be read.
    pub async fn start_at(database: Database, clock: Clock) -> Result<Self, Error> {
        database.have_seal_keys().await?;
        let Database { read, write } = database;
        let community = community::Entity::find()
            .order_by_asc(community::Column::Id)
            .one(&read)
            .await?
            .ok_or_else(|| Error::Broken("there is no community".into()))?;
        let offset = activities::offset(community.utc_offset_minutes)?;
        epoch::ensure(&write, &community.id).await?;
        let changed = Arc::new(AtomicBool::new(false));
        let published = Published::load(&read, &community.id, Arc::clone(&changed), clock.clone()).await?;
        let seals = Seals::load(&read, &community.id).await?;
        let writer = Writer::start(write, community.id.clone(), changed);
        Ok(Self(Arc::new(Inner { community: community.id, offset, clock, read, writer, published, seals })))
    }

    /// Now, in the community's time zone.
    pub fn now(&self) -> DateTime<FixedOffset> {
        self.0.clock.now().with_timezone(&self.0.offset)
    }

    /// The community's offset from UTC.
    pub fn offset(&self) -> FixedOffset {
        self.0.offset
    }

    /// Writes in one transaction with whatever else is waiting, and answers in order once all is durable.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it could not be written; it may be sent again.
    pub async fn write(&self, tasks: Vec<Task>) -> Result<Vec<Outcome>, Error> {
        self.0.writer.write(tasks).await
    }

    /// Writes one task that comes to nothing but [`Outcome::Done`].
    ///
    /// # Errors
    /// When it was not done, for whatever reason.
    pub async fn carry_out(&self, task: Task) -> Result<(), Error> {
        match self.write(vec![task]).await?.as_slice() {
            [Outcome::Done] => Ok(()),
            outcomes => Err(Error::Broken(format!("a task came to {outcomes:?}").into())),
        }
    }

    /// Ends when nothing can be written any more, for ever: the writer panicked.
    pub async fn gone(&self) {
        self.0.writer.gone().await;
    }

    /// What everybody may know, at most moments old.
    pub async fn public(&self) -> Arc<Snapshot> {
        self.0.published.current(&self.0.read, &self.0.community).await
    }

    /// What everybody may know as last read, without looking again: the rules for validation.
    pub fn rules(&self) -> Arc<Snapshot> {
        self.0.published.last()
    }

    /// Reads again what everybody may know.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.0.published.reload(&self.0.read, &self.0.community).await
    }

    /// Marks what everybody may know as out of date.
    pub fn touch(&self) {
        self.0.published.changed().store(true, Ordering::Release);
    }
}

/// A fresh id of a record made now.
fn new_record_id(now: DateTime<FixedOffset>) -> Result<RecordId, Error> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|error| Error::Unavailable(error.to_string().into()))?;
    Ok(RecordId::new(u64::try_from(now.timestamp_millis()).unwrap_or_default(), random))
}

fn state_name(state: SubmissionState) -> &'static str {
    match state {
        SubmissionState::Received => "received",
        SubmissionState::Confirmed => "confirmed",
        SubmissionState::Waiting => "waiting",
        SubmissionState::Other => "other",
    }
}

fn state_of(name: &str) -> SubmissionState {
    [SubmissionState::Received, SubmissionState::Confirmed, SubmissionState::Waiting]
        .into_iter()
        .find(|state| state_name(*state) == name)
        .unwrap_or(SubmissionState::Other)
}
