//! The one task that writes. It takes what is waiting, commits it in one transaction, and answers only after the
//! commit returned. A group that fails because of one of its tasks is taken apart, each task in a transaction of its own.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use linli_domain::activity::{Activity, SignUpDoor};
use linli_domain::grid::PlaceImport;
use linli_domain::session::{Granted, Role};
use linli_domain::sign_up::{ACTIVITY, SESSION, SignUp};
use linli_domain::submission::{Accepted, Submission, SubmissionState};
use linli_domain::{Code, FieldPath, Problem, Receipt, RecordId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult,
    IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use uuid::Uuid;

use super::accounts::{Carried, Deed};
use super::acting::ActingDeed;
use super::audit::{BEGINNING, Line};
use super::devices::DeviceDeed;
use super::entities::{
    activity, activity_session, audit, community, consent, report_photo, session, sign_up, submission,
};
use super::family::FamilyDeed;
use super::grids::{self, Grids};
use super::people::{People, Whose};
use super::pin_codes::PinDeed;
use super::places::PlaceDeed;
use super::staff_deeds::{StaffChange, StaffDeed};
use super::{Error, Outdated, Photo, activities, database, photos, state_name, state_of};

/// A transaction that has so many tasks takes no more orders.
const GROUP: usize = 500;
/// Most tasks that wait, each up to 64 KiB.
const QUEUE: usize = 4096;
/// Rows in one statement; SQLite takes 32,766 variables, PostgreSQL 65,535.
const ROWS: usize = 500;
/// A commit that takes longer is answered "unavailable".
const PATIENCE: Duration = Duration::from_secs(10);

/// A submission that passed validation.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Its id.
    pub id: RecordId,
    /// The form.
    pub submission: Submission,
    /// The body as it came, as canonical JSON.
    pub body: String,
    /// SHA-256 of `body`.
    pub digest: [u8; 32],
    /// The device's receipt number, or one made for it.
    pub receipt: Receipt,
    /// When it came.
    pub received_at: DateTime<FixedOffset>,
    /// The account whose it is.
    pub account: Option<RecordId>,
    /// Who of staff filled it in for somebody.
    pub staff: Option<RecordId>,
}

/// A line for the audit log.
#[derive(Debug, Clone)]
pub struct Note {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Who: an account's id, or `device`.
    pub actor: String,
    /// Did what.
    pub action: &'static str,
    /// To what.
    pub object: String,
}

/// Something to write.
#[derive(Debug, Clone)]
pub enum Task {
    /// A submission.
    Arrive(Box<Arrival>),
    /// A photo.
    KeepPhoto(Photo),
    /// Some of the photos that no report names go.
    ForgetPhotos {
        /// Those that came before.
        before: DateTime<FixedOffset>,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// Something past its time goes.
    Retire {
        /// What.
        outdated: Outdated,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// A line in the audit log.
    Note(Note),
    /// A browser signed out.
    CloseSession {
        /// SHA-256 of its token.
        token: [u8; 32],
        /// Whose it was.
        staff: RecordId,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// A staff account.
    AddStaff {
        /// The account's id.
        id: RecordId,
        /// Its name.
        name: String,
        /// The argon2id hash.
        password: String,
        /// What it may do, in the whole community.
        role: Role,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// Something to do with residents' accounts.
    Account(Deed),
    /// Something to do with places and grids.
    Places(Box<PlaceDeed>),
    /// Something to do with staff accounts.
    Staff(StaffDeed),
    /// Something to do with acting on somebody's behalf.
    Acting(ActingDeed),
    /// Something to do with an account's PIN.
    Pin(PinDeed),
    /// Something to do with shared tablets.
    Device(Box<DeviceDeed>),
    /// Something to do with whom an account acts for.
    Family(FamilyDeed),
    /// Nothing, durably: can it write?
    Probe,
}

/// What became of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A submission was new.
    Created(Accepted),
    /// The same submission was there already.
    Again(Accepted),
    /// The id belongs to another body.
    IdTaken,
    /// The store's own rules refuse it.
    Refused(Problem),
    /// A photo is kept.
    Kept {
        /// Whether it had not come before.
        new: bool,
    },
    /// So many photos were forgotten or submissions retired; there may be more.
    Forgotten(usize),
    /// A file of places was written.
    Imported(PlaceImport),
    /// Done, for all that has no outcome of its own.
    Done,
}

struct Order {
    tasks: Vec<Task>,
    reply: oneshot::Sender<Result<Vec<Outcome>, Error>>,
    _room: OwnedSemaphorePermit,
}

/// The way to the writer; clones lead to the same one.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    orders: mpsc::Sender<Order>,
    /// For a task each, until it is written, also when nobody waits for it any more.
    room: Arc<Semaphore>,
}

impl Writer {
    /// Starts the task. It ends when the last clone is gone.
    pub fn start(connection: DatabaseConnection, community: String, changed: Arc<AtomicBool>) -> Self {
        let (writer, orders) = Self::new();
        tokio::spawn(Desk { connection, community, changed, traces: AtomicBool::new(false) }.run(orders));
        writer
    }

    fn new() -> (Self, mpsc::Receiver<Order>) {
        let (sender, orders) = mpsc::channel(QUEUE);
        (Self { orders: sender, room: Arc::new(Semaphore::new(QUEUE)) }, orders)
    }

    /// Ends when the task has ended before its time: it panicked.
    pub async fn gone(&self) {
        self.orders.closed().await;
    }

    /// Writes the tasks and answers, in order, once they are durable.
    pub async fn write(&self, tasks: Vec<Task>) -> Result<Vec<Outcome>, Error> {
        let full = || Error::Unavailable("the writer's queue is full".into());
        let count = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).try_acquire_many_owned(count).map_err(|_| full())?;
        let (reply, answer) = oneshot::channel();
        self.orders.try_send(Order { tasks, reply, _room: room }).map_err(|_| full())?;
        answer.await.map_err(|_| Error::Unavailable("the writer has gone".into()))?
    }
}

/// Takes what is waiting: the first order whenever it comes, and more while the transaction takes them. `false` when the
/// last way to the writer is gone.
async fn gather(orders: &mut mpsc::Receiver<Order>, group: &mut Vec<Order>) -> bool {
    let mut next = orders.recv().await;
    let mut tasks = 0;
    while let Some(order) = next {
        tasks += order.tasks.len();
        group.push(order);
        next = if tasks < GROUP { orders.try_recv().ok() } else { None };
    }
    !group.is_empty()
}

struct Desk {
    connection: DatabaseConnection,
    community: String,
    changed: Arc<AtomicBool>,
    /// Whether something deleted may still lie in what SQLite wrote ahead.
    traces: AtomicBool,
}

impl Desk {
    async fn run(self, mut orders: mpsc::Receiver<Order>) {
        let mut group = Vec::new();
        while gather(&mut orders, &mut group).await {
            let tasks: Vec<&Task> = group.iter().flat_map(|order| &order.tasks).collect();
            metrics::histogram!("linli_writer_group_size")
                .record(f64::from(u32::try_from(tasks.len()).unwrap_or(u32::MAX)));
            let written = match self.patiently(&tasks).await {
                Err(Error::Broken(_)) if tasks.len() > 1 => Err(None),
                Err(error) => Err(Some(error)),
                Ok(outcomes) => Ok(outcomes),
            };
            match written {
                Ok(outcomes) => {
                    let mut outcomes = outcomes.into_iter();
                    for Order { tasks, reply, .. } in group.drain(..) {
                        let _ = reply.send(Ok(outcomes.by_ref().take(tasks.len()).collect()));
                    }
                }
                Err(None) => {
                    for Order { tasks, reply, .. } in group.drain(..) {
                        let _ = reply.send(self.one_by_one(&tasks).await);
                    }
                }
                Err(Some(error)) => {
                    tracing::warn!(%error, "a group could not be written");
                    for Order { reply, .. } in group.drain(..) {
                        let _ = reply.send(Err(error.clone()));
                    }
                }
            }
        }
    }

    async fn one_by_one(&self, tasks: &[Task]) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::with_capacity(tasks.len());
        for task in tasks {
            match self.patiently(&[task]).await {
                Ok(outcome) => outcomes.extend(outcome),
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(error @ Error::Broken(_)) => {
                    tracing::error!(%error, "a task could not be written");
                    outcomes.push(Outcome::Refused(Problem::new(linli_domain::ProblemCode::Internal)));
                }
            }
        }
        Ok(outcomes)
    }

    async fn patiently(&self, tasks: &[&Task]) -> Result<Vec<Outcome>, Error> {
        tokio::time::timeout(PATIENCE, self.commit(tasks))
            .await
            .map_err(|_| Error::Unavailable("the database does not answer".into()))?
    }

    /// All tasks in one transaction.
    async fn commit(&self, tasks: &[&Task]) -> Result<Vec<Outcome>, Error> {
        let transaction = database::begin(&self.connection).await?;
        let mut page = Page::open(&transaction, &self.community, tasks).await?;
        let mut outcomes = Vec::with_capacity(tasks.len());
        for task in tasks {
            outcomes.push(page.put(task).await?);
        }
        let shown = page.close().await?;
        transaction.commit().await?;
        let forgets = |task: &&Task| {
            matches!(task, Task::Account(Deed::Delete { .. } | Deed::Sweep { .. }) | Task::Retire { .. })
        };
        if tasks.iter().any(forgets) || self.traces.load(Ordering::Relaxed) {
            // Where somebody reads just now it is done after one of the next groups.
            self.traces.store(!database::forget_traces(&self.connection).await, Ordering::Relaxed);
        }
        if shown {
            self.changed.store(true, Ordering::Release);
        }
        Ok(outcomes)
    }
}

/// What is known of a submission that is already there.
#[derive(Debug, Clone, FromQueryResult)]
struct Known {
    id: Uuid,
    sequence: i64,
    kind: String,
    digest: Vec<u8>,
    receipt: String,
    state: String,
}

/// A transaction being filled: what was looked up, and what will be inserted.
struct Page<'a> {
    transaction: &'a DatabaseTransaction,
    community: community::Model,
    known: HashMap<Uuid, Known>,
    receipts: HashSet<String>,
    /// Accounts that there are, of those that arrivals are said to belong to, with the grid of their household.
    accounts: HashMap<Uuid, Option<String>>,
    /// The grid of each building that a report of this transaction names.
    grids: Grids,
    /// Whom arrivals are for.
    people: People,
    activities: HashMap<RecordId, Activity>,
    /// Of each activity, the last position on the waiting list.
    positions: HashMap<RecordId, u32>,
    /// Of each sign-up in this transaction, the position it was given.
    given: HashMap<Uuid, u32>,
    counted: HashSet<RecordId>,
    submissions: Vec<submission::ActiveModel>,
    sign_ups: Vec<sign_up::ActiveModel>,
    named: Vec<report_photo::ActiveModel>,
    consents: Vec<consent::ActiveModel>,
    notes: Vec<audit::ActiveModel>,
    probed: bool,
    /// Whether something changed that `GET /public` shows.
    shown: bool,
}

impl<'a> Page<'a> {
    async fn open(transaction: &'a DatabaseTransaction, community: &str, tasks: &[&Task]) -> Result<Self, Error> {
        // The lock on this row is what orders the writers of several servers on PostgreSQL.
        let community = community::Entity::find_by_id(community)
            .lock_exclusive()
            .one(transaction)
            .await?
            .ok_or_else(|| Error::Broken("the community is gone".into()))?;
        let arrivals = || {
            tasks.iter().filter_map(|task| match task {
                Task::Arrive(arrival) => Some(&**arrival),
                _ => None,
            })
        };
        let mut page = Self {
            transaction,
            community,
            known: HashMap::new(),
            receipts: HashSet::new(),
            accounts: HashMap::new(),
            grids: Grids::default(),
            people: People::default(),
            activities: HashMap::new(),
            positions: HashMap::new(),
            given: HashMap::new(),
            counted: HashSet::new(),
            submissions: Vec::new(),
            sign_ups: Vec::new(),
            named: Vec::new(),
            consents: Vec::new(),
            notes: Vec::new(),
            probed: false,
            shown: false,
        };
        let ids: Vec<Uuid> = arrivals().map(|arrival| arrival.id.0).collect();
        let receipts: Vec<String> = arrivals().map(|arrival| arrival.receipt.to_string()).collect();
        for (ids, receipts) in ids.chunks(ROWS).zip(receipts.chunks(ROWS)) {
            page.look_up(ids, receipts).await?;
        }
        let wanted: HashSet<RecordId> = arrivals()
            .filter_map(|arrival| match &arrival.submission {
                Submission::SignUp(sign_up) => Some(sign_up.activity),
                _ => None,
            })
            .collect();
        page.look_up_activities(wanted).await?;
        page.people = People::of(transaction, &page.community.id, arrivals()).await?;
        let own = arrivals().filter_map(|arrival| arrival.account.map(|account| account.0));
        let accounts = own.chain(page.people.holding_accounts()).collect();
        page.accounts = grids::of_accounts(transaction, &page.community.id, accounts).await?;
        page.grids = Grids::of_reports(transaction, &page.community.id, arrivals().map(|it| &it.submission)).await?;
        Ok(page)
    }

    async fn look_up(&mut self, ids: &[Uuid], receipts: &[String]) -> Result<(), Error> {
        // Two questions, each answered by its index; SQLite would read the whole table for one with OR.
        let taken = submission::Entity::find()
            .filter(submission::Column::CommunityId.eq(&self.community.id))
            .filter(submission::Column::Receipt.is_in(receipts.iter().cloned()))
            .select_only()
            .column(submission::Column::Receipt)
            .into_tuple::<String>()
            .all(self.transaction)
            .await?;
        self.receipts.extend(taken);
        let rows = submission::Entity::find()
            .filter(submission::Column::CommunityId.eq(&self.community.id))
            .filter(submission::Column::Id.is_in(ids.iter().copied()))
            .select_only()
            .columns([
                submission::Column::Id,
                submission::Column::Sequence,
                submission::Column::Kind,
                submission::Column::Digest,
                submission::Column::Receipt,
                submission::Column::State,
            ])
            .into_model::<Known>()
            .all(self.transaction)
            .await?;
        self.known.extend(rows.into_iter().map(|row| (row.id, row)));
        Ok(())
    }

    async fn look_up_activities(&mut self, wanted: HashSet<RecordId>) -> Result<(), Error> {
        if wanted.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = wanted.into_iter().map(|id| id.0).collect();
        let rows = activity::Entity::find()
            .filter(activity::Column::CommunityId.eq(&self.community.id))
            .filter(activity::Column::Id.is_in(ids.iter().copied()))
            .all(self.transaction)
            .await?;
        let sessions = activity_session::Entity::find()
            .filter(activity_session::Column::CommunityId.eq(&self.community.id))
            .filter(activity_session::Column::ActivityId.is_in(ids))
            .all(self.transaction)
            .await?;
        for activity in activities::assemble(rows, sessions, self.community.utc_offset_minutes)? {
            self.activities.insert(activity.id, activity);
        }
        Ok(())
    }

    async fn put(&mut self, task: &Task) -> Result<Outcome, Error> {
        match task {
            Task::Arrive(arrival) => return self.arrive(arrival).await,
            Task::KeepPhoto(photo) => {
                let new = photos::keep(self.transaction, &self.community.id, photo).await?;
                if new {
                    self.note(photo.received_at, "device".to_owned(), "photo.arrive", photo.hash.to_string());
                }
                return Ok(Outcome::Kept { new });
            }
            Task::ForgetPhotos { before, at } => {
                let forgotten = photos::forget(self.transaction, &self.community.id, *before).await?;
                for hash in &forgotten {
                    self.note(*at, "server".to_owned(), "photo.forget", hash.to_string());
                }
                return Ok(Outcome::Forgotten(forgotten.len()));
            }
            Task::Retire { outdated, at } => return self.retire(outdated, *at).await,
            Task::Note(note) => self.note(note.at, note.actor.clone(), note.action, note.object.clone()),
            Task::CloseSession { token, staff, at } => {
                session::Entity::delete_many()
                    .filter(session::Column::CommunityId.eq(&self.community.id))
                    .filter(session::Column::Token.eq(token.to_vec()))
                    .exec(self.transaction)
                    .await?;
                self.note(*at, staff.to_string(), "session.close", staff.to_string());
            }
            Task::AddStaff { id, name, password, role, at } => {
                let roles = vec![Granted { role: *role, grid: None }];
                let what = StaffChange::Open { name: name.clone(), password: password.clone(), roles };
                let deed = StaffDeed { staff: *id, by: "server".to_owned(), at: *at, what };
                let carried = deed.carry_out(self.transaction, &self.community.id).await?;
                return Ok(self.noted(*at, carried));
            }
            Task::Account(deed) => {
                // It may be about what came before it in this transaction.
                self.flush().await?;
                let (outcome, noted) = deed.carry_out(self.transaction, &mut self.community).await?;
                match deed {
                    Deed::Delete { account, .. } => {
                        self.accounts.remove(&account.0);
                        self.people.look(self.transaction, &self.community.id).await?;
                    }
                    Deed::Sweep { .. } => self.look_up_again().await?,
                    _ => {}
                }
                return Ok(self.noted(deed.at(), (outcome, noted)));
            }
            Task::Staff(deed) => {
                let carried = deed.carry_out(self.transaction, &self.community.id).await?;
                return Ok(self.noted(deed.at, carried));
            }
            Task::Acting(deed) => {
                let carried = deed.carry_out(self.transaction, &self.community.id).await?;
                return Ok(self.noted(deed.at, carried));
            }
            Task::Pin(deed) => {
                let carried = deed.carry_out(self.transaction, &self.community.id).await?;
                return Ok(self.noted(deed.at, carried));
            }
            Task::Places(deed) => {
                let (outcome, noted) = deed.carry_out(self.transaction, &mut self.community).await?;
                if let Some((action, object)) = noted {
                    self.note(deed.at, deed.by.clone(), action, object);
                    self.shown = true;
                }
                return Ok(outcome);
            }
            Task::Device(deed) => {
                let (outcome, noted) = deed.carry_out(self.transaction, &self.community.id).await?;
                if let Some((actor, action, object)) = noted {
                    self.note(deed.at(), actor, action, object);
                }
                return Ok(outcome);
            }
            Task::Family(deed) => {
                self.flush().await?;
                let (outcome, noted) = deed.carry_out(self.transaction, &self.community).await?;
                self.people.look(self.transaction, &self.community.id).await?;
                for (actor, action, object) in noted {
                    self.note(deed.at(), actor, action, object);
                }
                return Ok(outcome);
            }
            Task::Probe => self.probed = true,
        }
        Ok(Outcome::Done)
    }

    fn noted(&mut self, at: DateTime<FixedOffset>, (outcome, noted): Carried) -> Outcome {
        for (actor, action, object) in noted {
            self.note(at, actor, action, object);
        }
        outcome
    }

    async fn retire(&mut self, outdated: &Outdated, at: DateTime<FixedOffset>) -> Result<Outcome, Error> {
        // It may be about what came before it in this transaction.
        self.flush().await?;
        let (what, count) = outdated.retire(self.transaction, &self.community, at).await?;
        self.look_up_again().await?;
        if count > 0 {
            self.note(at, "server".to_owned(), "retention.run", format!("{what} {count}"));
        }
        Ok(Outcome::Forgotten(count))
    }

    /// What was known of submissions may have gone meanwhile.
    async fn look_up_again(&mut self) -> Result<(), Error> {
        let known: Vec<Uuid> = self.known.keys().copied().collect();
        for ids in known.chunks(ROWS) {
            self.look_up(ids, &[]).await?;
        }
        Ok(())
    }

    fn note(&mut self, at: DateTime<FixedOffset>, actor: String, action: &str, object: String) {
        self.community.last_audit += 1;
        let sequence = self.community.last_audit;
        let line = Line {
            community: &self.community.id,
            sequence,
            at: at.timestamp_millis(),
            actor: &actor,
            action,
            object: &object,
        };
        let hash = line.hash(self.community.audit_head.as_deref().unwrap_or(&BEGINNING)).to_vec();
        self.community.audit_head = Some(hash.clone());
        self.notes.push(audit::ActiveModel {
            community_id: Set(self.community.id.clone()),
            sequence: Set(sequence),
            at: Set(at.timestamp_millis()),
            actor: Set(actor),
            action: Set(action.to_owned()),
            object: Set(object),
            hash: Set(Some(hash)),
        });
    }

    async fn arrive(&mut self, arrival: &Arrival) -> Result<Outcome, Error> {
        let kind = arrival.submission.kind().as_str();
        if let Some(known) = self.known.get(&arrival.id.0).cloned() {
            if known.digest != arrival.digest || known.kind != kind {
                return Ok(Outcome::IdTaken);
            }
            return Ok(Outcome::Again(self.accepted(&known).await?));
        }
        let receipt = arrival.receipt.to_string();
        if self.receipts.contains(&receipt) {
            return Ok(refused(FieldPath::new("/receipt"), Code::ReceiptTaken));
        }
        let whose = match self.people.whose(arrival) {
            Ok(whose) => whose,
            Err(problem) => return Ok(Outcome::Refused(problem)),
        };
        let (state, position) = match &arrival.submission {
            Submission::SignUp(sign_up) => match self.seat(sign_up, arrival).await? {
                Ok(seat) => seat,
                Err(refusal) => return Ok(refusal),
            },
            Submission::Report(_) | Submission::CheckIn(_) => (SubmissionState::Received, None),
        };
        if let Submission::Report(report) = &arrival.submission {
            self.named.extend(report.photo_hashes().into_iter().map(|hash| report_photo::ActiveModel {
                community_id: Set(self.community.id.clone()),
                hash: Set(hash.0.to_vec()),
                submission_id: Set(arrival.id.0),
            }));
        }
        self.community.last_sequence += 1;
        let row = submission::Model {
            community_id: self.community.id.clone(),
            id: arrival.id.0,
            sequence: self.community.last_sequence,
            kind: kind.to_owned(),
            digest: arrival.digest.to_vec(),
            receipt: receipt.clone(),
            channel: arrival.submission.channel().as_str().to_owned(),
            made_at: arrival.submission.made_at().timestamp_millis(),
            received_at: arrival.received_at.timestamp_millis(),
            state: state_name(state).to_owned(),
            body: arrival.body.clone(),
            account_id: whose.account,
            account_sequence: whose.account.map(|_| self.community.last_sequence),
            person_id: whose.person,
            grid_id: self.grid(&arrival.submission, whose.account),
            staff_id: arrival.staff.map(|staff| staff.0),
        };
        let known = Known {
            id: row.id,
            sequence: row.sequence,
            kind: row.kind.clone(),
            digest: row.digest.clone(),
            receipt: receipt.clone(),
            state: row.state.clone(),
        };
        self.known.insert(row.id, known);
        self.receipts.insert(receipt);
        self.submissions.push(row.into_active_model());
        let (actor, action) = match arrival.staff {
            Some(staff) => (staff.to_string(), "acting.submit"),
            None => ("device".to_owned(), "submission.arrive"),
        };
        self.note(arrival.received_at, actor, action, arrival.id.to_string());
        self.consent(arrival, whose);
        Ok(Outcome::Created(Accepted {
            id: arrival.id,
            receipt: arrival.receipt,
            state,
            position,
            photos_missing: Vec::new(),
        }))
    }

    /// The grid a submission is for: a report's by its place, otherwise that of the account's household.
    fn grid(&self, submission: &Submission, account: Option<Uuid>) -> Option<String> {
        let of_place = match submission {
            Submission::Report(report) => self.grids.of(&report.place),
            Submission::CheckIn(_) | Submission::SignUp(_) => None,
        };
        of_place.or_else(|| account.and_then(|account| self.accounts.get(&account)?.clone()))
    }

    /// Writes down what was agreed to with an arrival, at the place of its line in the log.
    fn consent(&mut self, arrival: &Arrival, whose: Whose) {
        let Some(agreed) = whose.agreed else { return };
        let at = arrival.received_at.timestamp_millis();
        if let Some(person) = whose.person {
            self.people.agreed(person, &agreed, at);
        }
        self.consents.push(consent::ActiveModel {
            community_id: Set(self.community.id.clone()),
            sequence: Set(self.community.last_audit),
            person_id: Set(whose.person),
            submission_id: Set(Some(arrival.id.0)),
            account_id: Set(whose.account),
            subject: Set(agreed.subject.as_str().to_owned()),
            version: Set(agreed.version),
            given: Set(true),
            guardian: Set(agreed.guardian),
            channel: Set(arrival.submission.channel().as_str().to_owned()),
            at: Set(at),
        });
    }

    async fn accepted(&self, known: &Known) -> Result<Accepted, Error> {
        let state = state_of(&known.state);
        let position = match state {
            SubmissionState::Waiting => match self.given.get(&known.id) {
                Some(position) => Some(*position),
                None => Some(position(self.transaction, &self.community.id, known.id, known.sequence).await?),
            },
            _ => None,
        };
        let receipt = known.receipt.parse().map_err(|_| Error::Broken("a stored receipt cannot be read".into()))?;
        Ok(Accepted { id: RecordId(known.id), receipt, state, position, photos_missing: Vec::new() })
    }

    /// Gives a sign-up its place or a position on the waiting list; the order of arrival decides.
    async fn seat(
        &mut self,
        sign_up: &SignUp,
        arrival: &Arrival,
    ) -> Result<Result<(SubmissionState, Option<u32>), Outcome>, Error> {
        let Some(activity) = self.activities.get(&sign_up.activity) else {
            return Ok(Err(refused(ACTIVITY, Code::UnknownActivity)));
        };
        match sign_up.session {
            None if !activity.sessions.is_empty() => return Ok(Err(refused(SESSION, Code::Required))),
            Some(id) if !activity.sessions.iter().any(|session| session.id == id) => {
                return Ok(Err(refused(SESSION, Code::UnknownSession)));
            }
            _ => {}
        }
        // Made before the door closed counts, however late the network brings it.
        let party = u32::from(sign_up.party);
        let seated = match activity.sign_up_door(sign_up.made_at) {
            SignUpDoor::Closed => return Ok(Err(refused(ACTIVITY, Code::SignUpClosed))),
            SignUpDoor::Open { free } => free.is_none_or(|free| party <= free),
            SignUpDoor::WaitingList { .. } => false,
        };
        let position = if seated { None } else { Some(self.next_position(sign_up.activity).await?) };
        self.given.extend(position.map(|position| (arrival.id.0, position)));
        let activity = self.activities.get_mut(&sign_up.activity).expect("looked up above");
        let count = if seated { &mut activity.confirmed } else { &mut activity.waiting };
        *count += party;
        self.counted.insert(sign_up.activity);
        let state = if seated { SubmissionState::Confirmed } else { SubmissionState::Waiting };
        self.sign_ups.push(sign_up::ActiveModel {
            community_id: Set(self.community.id.clone()),
            submission_id: Set(arrival.id.0),
            activity_id: Set(sign_up.activity.0),
            session_id: Set(sign_up.session.map(|id| id.0)),
            party: Set(i32::from(sign_up.party)),
            sequence: Set(self.community.last_sequence + 1),
            state: Set(state_name(state).to_owned()),
        });
        Ok(Ok((state, position)))
    }

    async fn next_position(&mut self, activity: RecordId) -> Result<u32, Error> {
        let last = match self.positions.get(&activity) {
            Some(last) => *last,
            None => waiting(self.transaction, &self.community.id, activity.0, i64::MAX).await?,
        };
        self.positions.insert(activity, last + 1);
        Ok(last + 1)
    }

    /// Writes what arrived so far.
    async fn flush(&mut self) -> Result<(), Error> {
        let transaction = self.transaction;
        for rows in chunks(std::mem::take(&mut self.submissions)) {
            submission::Entity::insert_many(rows).exec_without_returning(transaction).await?;
        }
        for rows in chunks(std::mem::take(&mut self.sign_ups)) {
            sign_up::Entity::insert_many(rows).exec_without_returning(transaction).await?;
        }
        for rows in chunks(std::mem::take(&mut self.named)) {
            report_photo::Entity::insert_many(rows).exec_without_returning(transaction).await?;
        }
        for rows in chunks(std::mem::take(&mut self.consents)) {
            consent::Entity::insert_many(rows).exec_without_returning(transaction).await?;
        }
        Ok(())
    }

    /// Writes everything; whether anything changed that `GET /public` shows.
    async fn close(mut self) -> Result<bool, Error> {
        self.flush().await?;
        let transaction = self.transaction;
        let wrote = self.probed || !self.notes.is_empty();
        for rows in chunks(self.notes) {
            audit::Entity::insert_many(rows).exec_without_returning(transaction).await?;
        }
        for id in &self.counted {
            let activity = &self.activities[id];
            activity::Entity::update_many()
                .col_expr(activity::Column::Confirmed, Expr::value(count(activity.confirmed)?))
                .col_expr(activity::Column::Waiting, Expr::value(count(activity.waiting)?))
                .filter(activity::Column::CommunityId.eq(&self.community.id))
                .filter(activity::Column::Id.eq(id.0))
                .exec(transaction)
                .await?;
        }
        if wrote {
            community::Entity::update_many()
                .col_expr(community::Column::LastSequence, Expr::value(self.community.last_sequence))
                .col_expr(community::Column::LastAudit, Expr::value(self.community.last_audit))
                .col_expr(community::Column::AuditHead, Expr::value(self.community.audit_head))
                .filter(community::Column::Id.eq(&self.community.id))
                .exec(transaction)
                .await?;
        }
        Ok(self.shown || !self.counted.is_empty())
    }
}

fn refused(field: FieldPath, code: Code) -> Outcome {
    Outcome::Refused(Problem::field(field.pointer(), code))
}

fn count(persons: u32) -> Result<i32, Error> {
    i32::try_from(persons).map_err(|_| Error::Broken("more persons than a counter holds".into()))
}

fn chunks<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(ROWS).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Where a waiting sign-up stands on its activity's list, from 1.
pub(super) async fn position<C: sea_orm::ConnectionTrait>(
    connection: &C,
    community: &str,
    id: Uuid,
    sequence: i64,
) -> Result<u32, Error> {
    let row = sign_up::Entity::find_by_id((community.to_owned(), id)).one(connection).await?;
    match row {
        Some(row) => waiting(connection, community, row.activity_id, sequence).await,
        None => Err(Error::Broken("a sign-up without its row".into())),
    }
}

/// How many sign-ups wait for an activity up to a place in the order of arrival.
async fn waiting<C: sea_orm::ConnectionTrait>(
    connection: &C,
    community: &str,
    activity: Uuid,
    up_to: i64,
) -> Result<u32, Error> {
    let count = sign_up::Entity::find()
        .filter(sign_up::Column::CommunityId.eq(community))
        .filter(sign_up::Column::ActivityId.eq(activity))
        .filter(sign_up::Column::State.eq(state_name(SubmissionState::Waiting)))
        .filter(sign_up::Column::Sequence.lte(up_to))
        .count(connection)
        .await?;
    u32::try_from(count).map_err(|_| DbErr::Custom("more waiting than a position holds".to_owned()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_group_and_the_queue_are_counted_in_tasks() {
        let (writer, mut orders) = Writer::new();
        let order = |tasks: usize| {
            let writer = writer.clone();
            tokio::spawn(async move { writer.write(vec![Task::Probe; tasks]).await })
        };
        for _ in 0..8 {
            order(100);
        }
        order(3000);
        while orders.len() < 9 {
            tokio::task::yield_now().await;
        }
        let refused = writer.write(vec![Task::Probe; 400]).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        let sizes = async |orders: &mut mpsc::Receiver<Order>| {
            let mut group = Vec::new();
            assert!(gather(orders, &mut group).await);
            group.iter().map(|order| order.tasks.len()).collect::<Vec<_>>()
        };
        assert_eq!(sizes(&mut orders).await, [100; 5]);
        assert_eq!(sizes(&mut orders).await, [100, 100, 100, 3000]);
        assert_eq!(writer.room.available_permits(), QUEUE, "what is done makes room");
    }
}
