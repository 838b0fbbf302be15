//! The world as it stands: devices with their tabs, the network between them and the server, what people were told.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use linli_domain::community::CLOCK_TOLERANCE_MINUTES;
use linli_domain::courier::{Courier, LONGEST_PAUSE, Millis};
use linli_domain::device::{Table, is_sealed};
use linli_domain::submission::SubmissionKind;
use linli_domain::{Receipt, RecordId};
use serde_json::Value;

use crate::mutation::Mutation;
use crate::rng::Rng;
use crate::server::Answer;
use crate::storage::Storage;

/// When every run begins: 24 November 2026, 08:00 UTC.
pub const DAWN: Millis = 1_795_507_200_000;

/// A clock that runs ahead by less is not minded, milliseconds.
pub const TOLERATED: Millis = CLOCK_TOLERANCE_MINUTES.unsigned_abs() * 60_000;

/// How often what was done, by name.
pub type Counts = BTreeMap<&'static str, u64>;

/// A device: one browser profile.
#[derive(Debug, Default)]
pub struct Device {
    /// Its IndexedDB.
    pub storage: Storage,
    /// How far its clock is off, milliseconds.
    pub clock_off: i64,
    /// Its open tabs.
    pub tabs: BTreeMap<u64, Tab>,
    /// Which tab holds the Web Lock.
    pub lock: Option<u64>,
    /// Who waits for it, in order: tab and slot.
    pub queue: Vec<(u64, u64)>,
    /// No message passes before this time.
    pub cut_off_until: Millis,
    /// No room before this time.
    pub full_until: Millis,
    /// Which tabs have a batch on its way.
    pub sending: BTreeSet<u64>,
    /// Whether people take turns at it.
    pub kiosk: bool,
    /// Whether its browser has no Web Locks, so that every tab may send.
    pub lockless: bool,
    /// What its clock was last found to be off by, as it is remembered.
    pub skew: i64,
    /// Whether it is being cleared for the next person.
    pub handing_over: bool,
    /// Who sits before it.
    pub person: u32,
}

impl Device {
    /// Whether it was made a shared tablet: what is submitted is sealed, and nothing typed is kept. So it is as soon as
    /// somebody took it over.
    pub const fn sealing(&self) -> bool {
        self.person > 0
    }
}

/// A tab: what is lost when it crashes.
#[derive(Debug, Default)]
pub struct Tab {
    /// The courier.
    pub courier: Courier,
    /// When the world's clock rings.
    pub alarm: Option<Millis>,
    /// Server time minus device time, as last learned.
    pub skew: i64,
    /// What is being filled in.
    pub form: Option<Form>,
    /// Whether the server answered last time.
    pub reached: Option<bool>,
    /// Whether public data is being asked for.
    pub refreshing: bool,
    /// Whether it was asked for again meanwhile.
    pub asked_again: bool,
    /// Whether the server said something of records since public data was asked for.
    pub answered: bool,
    /// The last answer to a batch, for the fault that believes it twice.
    pub last_reply: Option<linli_domain::outbox::OutboxReply>,
}

/// A form being filled in, under its draft's id.
#[derive(Debug, Clone)]
pub struct Form {
    /// The id.
    pub id: RecordId,
    /// The receipt number.
    pub receipt: Receipt,
    /// Whose words.
    pub person: u32,
    /// The description; what is bad is in it.
    pub words: String,
    /// Whether the server will refuse it.
    pub bad: bool,
    /// Which form.
    pub kind: SubmissionKind,
}

/// What people were told about a record.
#[derive(Debug)]
pub struct Said {
    /// Its name in the trace.
    pub name: usize,
    /// On which device.
    pub device: usize,
    /// Every body that somebody confirmed, without its time, in order.
    pub bodies: Vec<Value>,
    /// The newest of them that was called saved.
    pub saved: Option<usize>,
    /// Whether somebody threw it away.
    pub discarded: bool,
    /// Of what was sealed: when it says it was made, and whether the server will refuse it.
    pub sealed: Option<(Millis, bool)>,
}

/// What is on its way.
#[derive(Debug)]
pub struct Message {
    /// When it arrives, by the world's clock.
    pub at: Millis,
    /// Which device sent it, or gets it.
    pub device: usize,
    /// What it is.
    pub content: Content,
}

/// What a message is.
#[derive(Debug, Clone)]
pub enum Content {
    /// To the server; answered into the slot.
    Request(Request, u64),
    /// From the server into the slot.
    Reply(Reply, u64),
    /// From one tab to another: something changed.
    Changed(u64),
    /// The lock is given to whoever waits in this slot.
    Granted(u64),
}

/// A request.
#[derive(Debug, Clone)]
pub enum Request {
    /// `POST /api/v1/outbox`.
    Outbox(String),
    /// `GET /api/v1/public`.
    Public(Option<String>),
}

/// What a slot is filled with.
#[derive(Debug, Clone)]
pub enum Reply {
    /// An answer and the `Date` it came with.
    Answer(Answer, Millis),
    /// None: a broken line, or patience has ended.
    Nothing,
    /// The lock.
    Granted,
}

/// Everything but the jobs that run in it.
pub struct World {
    /// The dice.
    pub rng: Rng,
    /// The world's clock, milliseconds since 1970.
    pub now: Millis,
    /// The planted fault.
    pub mutation: Option<Mutation>,
    /// The devices.
    pub devices: Vec<Device>,
    /// What is on its way.
    pub messages: Vec<Message>,
    /// When somebody stops waiting for a slot.
    pub patience: Vec<(Millis, u64)>,
    /// Slots with their fillings.
    pub slots: BTreeMap<u64, Reply>,
    /// Slots that somebody waits for.
    pub awaited: BTreeSet<u64>,
    /// What people were told.
    pub said: BTreeMap<RecordId, Said>,
    /// What was done.
    pub counts: Counts,
    /// What must not be.
    pub violations: Vec<String>,
    /// What happened, if wanted.
    pub trace: Option<Vec<String>>,
    /// No faults any more.
    pub healed: bool,
    /// The longest pause the server asked for.
    pub longest_asked: Millis,
    /// Until when the server is down.
    pub down_until: Millis,
    /// Whether the server may crash in the middle of a request.
    pub crashes: bool,
    /// Whether it just did.
    pub crashed: bool,
    /// How long it took to come to rest once the world had healed.
    pub converged: Millis,
    /// Makes ids fresh in every run; not in the trace.
    pub nonce: u64,
    next: u64,
    blocked: Option<u64>,
}

impl World {
    /// An empty world.
    pub fn new(seed: u64, nonce: u64, mutation: Option<Mutation>, traced: bool) -> Self {
        Self {
            rng: Rng::new(seed),
            now: DAWN,
            mutation,
            devices: Vec::new(),
            messages: Vec::new(),
            patience: Vec::new(),
            slots: BTreeMap::new(),
            awaited: BTreeSet::new(),
            said: BTreeMap::new(),
            counts: Counts::new(),
            violations: Vec::new(),
            trace: traced.then(Vec::new),
            healed: false,
            longest_asked: 0,
            down_until: 0,
            crashes: false,
            crashed: false,
            converged: 0,
            nonce,
            next: 0,
            blocked: None,
        }
    }

    /// A number nobody has had.
    pub fn fresh(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// A record id by a device's clock. It sorts by what the seed rolled; the nonce comes last.
    pub fn new_id(&mut self, device: usize) -> RecordId {
        let mut random = [0; 10];
        random[..4].copy_from_slice(&self.rng.next().to_be_bytes()[..4]);
        random[4..].copy_from_slice(&(self.nonce ^ self.next << 40).to_be_bytes()[2..]);
        self.next += 1;
        RecordId::new(self.device_now(device), random)
    }

    /// A receipt number.
    pub fn new_receipt(&mut self) -> Receipt {
        let next = self.fresh();
        Receipt::new(Rng::new(self.nonce ^ (next << 44)).next())
    }

    /// What a device takes the time to be.
    pub fn device_now(&self, device: usize) -> Millis {
        self.now.saturating_add_signed(self.devices[device].clock_off)
    }

    /// Whether this fault is planted.
    pub fn plants(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    /// Counts something.
    pub fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// Writes a line of the trace.
    pub fn note(&mut self, line: impl FnOnce(&Self) -> String) {
        if self.trace.is_some() {
            let line = format!("{:>9} {}", self.now - DAWN, line(self));
            self.trace.iter_mut().for_each(|trace| trace.push(line.clone()));
        }
    }

    /// Something that must not be.
    pub fn violated(&mut self, what: String) {
        self.note(|_| format!("VIOLATED: {what}"));
        self.violations.push(what);
    }

    /// A record by its name in the trace.
    pub fn name(&self, id: RecordId) -> String {
        self.said.get(&id).map_or_else(|| "r?".to_owned(), |said| format!("r{}", said.name))
    }

    /// Sends something on its way.
    pub fn send(&mut self, after: Millis, device: usize, content: Content) {
        self.messages.push(Message { at: self.now + after, device, content });
    }

    /// Fills a slot, if it is empty and somebody waits.
    pub fn fill(&mut self, slot: u64, reply: Reply) {
        if self.awaited.contains(&slot) {
            self.slots.entry(slot).or_insert(reply);
        }
    }

    /// A tab is gone, with all it knew; its lock is free.
    pub fn forget_tab(&mut self, device: usize, tab: u64) {
        let of = &mut self.devices[device];
        of.tabs.remove(&tab);
        // What a tab has handed to the browser gets to the disk without it.
        if of.storage.is_writing() {
            of.storage.flush();
        }
        of.sending.remove(&tab);
        of.queue.retain(|(waiting, _)| *waiting != tab);
        if of.lock == Some(tab) {
            of.lock = None;
            self.grant(device);
        }
    }

    /// Gives a free lock to whoever waits longest.
    pub fn grant(&mut self, device: usize) {
        let of = &mut self.devices[device];
        if of.lock.is_none() && !of.queue.is_empty() {
            let (tab, slot) = of.queue.remove(0);
            of.lock = Some(tab);
            self.send(0, device, Content::Granted(slot));
        }
    }

    /// Whether every record of a device has exactly one visible state.
    pub fn look_at(&mut self, device: usize) {
        let states = [Table::Outbox, Table::Sent, Table::Attention];
        let mut found: BTreeMap<String, [u8; 2]> = BTreeMap::new();
        for (table, key) in self.devices[device].storage.seen().keys() {
            if *table == Table::Submission {
                found.entry(key.clone()).or_default()[0] += 1;
            } else if states.contains(table) {
                found.entry(key.clone()).or_default()[1] += 1;
            }
        }
        for (key, counts) in found {
            if counts != [1, 1] {
                let name = key.parse().map_or_else(|_| "r?".to_owned(), |id| self.name(id));
                self.violated(format!("{name} has {} rows and {} states on d{device}", counts[0], counts[1]));
            }
        }
        if self.devices[device].sealing() {
            self.look_for_leaks(device);
        }
    }

    /// Whether a shared tablet can tell what somebody wrote on it.
    fn look_for_leaks(&mut self, device: usize) {
        let storage = &self.devices[device].storage;
        let clear = |rows: &crate::storage::Rows| {
            let told = |((table, key), text): (&(Table, String), &String)| match table {
                Table::Draft => true,
                Table::Submission => {
                    let said = key.parse().ok().and_then(|id| self.said.get(&id));
                    said.is_some_and(|said| said.sealed.is_some()) && !is_sealed(Some(text))
                }
                _ => false,
            };
            rows.iter().any(told)
        };
        if clear(storage.seen()) || clear(storage.on_disk()) {
            self.violated(format!("d{device} can tell what was written on it"));
        }
    }

    /// Whether a record may rightly wait: it is sealed, and its time has not come so long ago that it must have been tried
    /// since.
    pub fn may_wait(&self, id: RecordId) -> bool {
        let sealed = self.said.get(&id).and_then(|said| said.sealed);
        let tried_by = self.now.saturating_sub(2 * LONGEST_PAUSE) + TOLERATED;
        sealed.is_some_and(|(made_at, _)| made_at > tried_by)
    }
}

/// A job: something asynchronous that a tab does.
pub struct Job {
    /// On which device.
    pub device: usize,
    /// In which tab.
    pub tab: u64,
    /// Which slot it waits for.
    pub waits_for: Option<u64>,
    future: Pin<Box<dyn Future<Output = ()>>>,
}

/// The world with the jobs that were begun in it.
#[derive(Clone)]
pub struct Shared {
    /// The world; borrowed between two turns only.
    pub world: Rc<RefCell<World>>,
    begun: Rc<RefCell<Vec<Job>>>,
}

impl Shared {
    /// A world with no jobs.
    pub fn new(world: World) -> Self {
        Self { world: Rc::new(RefCell::new(world)), begun: Rc::default() }
    }

    /// Begins a job.
    pub fn begin(&self, device: usize, tab: u64, future: impl Future<Output = ()> + 'static) {
        self.begun.borrow_mut().push(Job { device, tab, waits_for: None, future: Box::pin(future) });
    }

    /// Jobs begun since the last time.
    pub fn begun(&self) -> Vec<Job> {
        std::mem::take(&mut self.begun.borrow_mut())
    }

    /// Lets a job go on to its next step; whether it has ended.
    pub fn step(&self, job: &mut Job) -> bool {
        self.world.borrow_mut().blocked = None;
        let ended = job.future.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop())).is_ready();
        job.waits_for = self.world.borrow().blocked;
        ended
    }

    /// Waits for a slot to be filled.
    pub async fn filled(&self, slot: u64) -> Reply {
        self.world.borrow_mut().awaited.insert(slot);
        std::future::poll_fn(|_| {
            let mut world = self.world.borrow_mut();
            if let Some(reply) = world.slots.remove(&slot) {
                world.awaited.remove(&slot);
                Poll::Ready(reply)
            } else {
                world.blocked = Some(slot);
                Poll::Pending
            }
        })
        .await
    }
}

/// Lets others have a turn.
pub async fn turn() {
    let mut had = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut had, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}
