//! The courier: carries the outbox from the device to the server. A pure state machine: events in, effects out, with
//! the time and a roll of the dice as inputs. It holds no record; what waits is read afresh for every errand, under a
//! lease that only one tab has at a time.
//!
//! An errand: take the lease → read what waits → send a batch → save what the server said → read again, until nothing
//! is due; then give the lease back. A failure of the whole request, or a single item's "later", ends in a pause.
//!
//! Photos go one at a time, before the report that names them, so that it is whole when it is read. Nobody waits long for
//! that: whatever has no photos to wait for goes first; a new record puts back the photo that is under way, since on a slow
//! line one takes a minute; an urgent report never waits; and a photo holds its report up only while it is due and was not
//! tried [`PHOTO_TRIES`] times. The server takes a report without its photos, and says which it has not.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};

use crate::device::Settling;
use crate::outbox::{self, OutboxAnswer, OutboxReply};
use crate::submission::SubmissionState;
use crate::{PhotoHash, Problem, ProblemCode, Receipt, RecordId};

/// Milliseconds since 1970.
pub type Millis = u64;

/// The first pause is at most this long.
pub const FIRST_PAUSE: Millis = 2_000;
/// No pause is longer, but for what `Retry-After` asks.
pub const LONGEST_PAUSE: Millis = 300_000;
/// The longest `Retry-After` that is believed.
pub const LONGEST_RETRY_AFTER: Millis = 3_600_000;

/// An outbox entry that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The record.
    pub id: RecordId,
    /// How often the server has said "later" to it.
    pub attempts: u32,
    /// Not to be sent before this.
    pub not_before: Millis,
    /// Which edition of its body, so that an answer to an earlier one is not taken for its own.
    pub edition: u32,
}

/// How often a photo is tried before its report goes without it.
pub const PHOTO_TRIES: u32 = 2;

/// A photo that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingPhoto {
    /// The record that names it.
    pub record: RecordId,
    /// Which.
    pub hash: PhotoHash,
    /// Whether its record waits for it.
    pub holds: bool,
    /// How often sending it came to nothing.
    pub attempts: u32,
    /// Not to be sent before this.
    pub not_before: Millis,
}

impl WaitingPhoto {
    fn holds_up(&self, record: RecordId, now: Millis) -> bool {
        self.holds
            && self.record == record
            && is_due(self.not_before, now, LONGEST_RETRY_AFTER)
            && self.attempts < PHOTO_TRIES
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Something suggests that an errand may be worth while.
    Woken(Reason),
    /// The lease is ours until we release it.
    LeaseGranted,
    /// The lease could not be had.
    LeaseRefused,
    /// What waits in the outbox, oldest first.
    OutboxRead {
        /// Records.
        records: Vec<Waiting>,
        /// Photos.
        photos: Vec<WaitingPhoto>,
    },
    /// The outbox could not be read, or outcomes could not be saved.
    StorageFailed,
    /// The server answered in the form it should.
    Answered {
        /// What it said.
        reply: OutboxReply,
        /// When it said so, by its own clock, if it told.
        at: Option<DateTime<FixedOffset>>,
    },
    /// Some of these records cannot be read on this device; nothing was sent.
    Unreadable(Vec<RecordId>),
    /// The server has the photo.
    PhotoTaken,
    /// The photo is no longer on this device.
    PhotoGone,
    /// The server refused the request as a whole, in the form it should.
    Refused {
        /// The status and code.
        problem: Problem,
        /// `Retry-After`, milliseconds.
        retry_after: Option<Millis>,
    },
    /// No answer, or one that is not the server's: a broken line, a time-out, a captive portal.
    NotReached,
    /// The outcomes are saved.
    OutcomesSaved,
    /// The pause is over.
    PauseEnded,
}

/// Why the courier is woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The app started, or another tab has something.
    Started,
    /// Something new was put into the outbox.
    NewItem,
    /// The browser believes that it is online, or the page became visible.
    Hopeful,
    /// A person pressed "send now".
    Pressed,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask for the lease; answer with [`Event::LeaseGranted`] or [`Event::LeaseRefused`].
    TakeLease,
    /// Give the lease back.
    ReleaseLease,
    /// Read what waits; answer with [`Event::OutboxRead`] or [`Event::StorageFailed`].
    ReadOutbox,
    /// Post these records; answer with [`Event::Answered`], [`Event::Unreadable`], [`Event::Refused`] or
    /// [`Event::NotReached`].
    Send(Vec<RecordId>),
    /// Send a photo; answer with [`Event::PhotoTaken`], [`Event::PhotoGone`], [`Event::Refused`] or [`Event::NotReached`].
    SendPhoto {
        /// The record that names it.
        record: RecordId,
        /// Which.
        hash: PhotoHash,
    },
    /// Break off sending the photo; its answer is then [`Event::NotReached`], unless another was faster.
    PutPhotoBack,
    /// Save it; answer with [`Event::OutcomesSaved`] or [`Event::StorageFailed`].
    SavePhoto(PhotoSettled),
    /// Save in one transaction; answer with [`Event::OutcomesSaved`] or [`Event::StorageFailed`].
    SaveOutcomes(Settling),
    /// Report [`Event::PauseEnded`] at this time; replaces an earlier one.
    WakeAt(Millis),
}

/// What became of one photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoSettled {
    /// The record that names it.
    pub record: RecordId,
    /// Which.
    pub hash: PhotoHash,
    /// What became of it.
    pub outcome: PhotoOutcome,
}

/// What became of one photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoOutcome {
    /// The server has it.
    Taken,
    /// It is no longer on this device.
    Gone,
    /// The server will not take it; its record goes without it.
    Refused,
    /// It came to nothing this time.
    Later {
        /// How often now.
        attempts: u32,
        /// Not to be sent before this.
        not_before: Millis,
    },
}

/// What became of one record in the edition that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The record.
    pub id: RecordId,
    /// The edition that was sent.
    pub edition: u32,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The server has it: 201 or 200.
    Delivered {
        /// Its receipt number as the server knows it.
        receipt: Option<Receipt>,
        /// Where it stands.
        state: SubmissionState,
        /// Place on the waiting list, from 1.
        position: Option<u32>,
        /// Photos that it names and the server has not.
        missing: Vec<PhotoHash>,
    },
    /// The server will not take it as it is: a person has to look at it.
    NeedsAttention(Problem),
    /// The server said "later" for this record alone.
    Later {
        /// How often now.
        attempts: u32,
        /// Not to be sent before this.
        not_before: Millis,
    },
}

/// Where the courier stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Nothing to do, no lease.
    Resting,
    /// Waiting for the lease.
    TakingLease,
    /// Reading what waits.
    Reading,
    /// Waiting for the answer to this batch.
    Sending(Vec<Waiting>),
    /// Waiting for the answer to a photo.
    SendingPhoto {
        /// Which.
        photo: WaitingPhoto,
        /// Whether it was put back for something more pressing.
        put_back: bool,
    },
    /// Saving outcomes.
    Saving,
    /// Waiting until a time, no lease.
    Pausing {
        /// When the pause began: a clock that shows less was put back, and says nothing of when it ends.
        since: Millis,
        /// When the pause ends.
        until: Millis,
        /// Whether the server asked for it, so that nothing but time ends it.
        asked: bool,
    },
}

/// The courier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Courier {
    phase: Phase,
    /// Errands in a row that did not reach the server.
    failures: u32,
    /// Most items in the next request; halved when a batch is refused whole.
    batch: usize,
    /// Whether something woke the courier while it was busy.
    woken: bool,
    /// Whether the server was not reached, so that a pause comes as soon as that is saved.
    tired: bool,
}

impl Default for Courier {
    fn default() -> Self {
        Self { phase: Phase::Resting, failures: 0, batch: outbox::ITEMS, woken: false, tired: false }
    }
}

impl Courier {
    /// Where it stands.
    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Takes an event at a time, with a roll of the dice from 0 to 1, and says what to do.
    #[must_use]
    pub fn update(mut self, event: Event, now: Millis, dice: f64) -> (Self, Vec<Effect>) {
        let effects = self.take(event, now, dice);
        (self, effects)
    }

    fn take(&mut self, event: Event, now: Millis, dice: f64) -> Vec<Effect> {
        let phase = std::mem::replace(&mut self.phase, Phase::Resting);
        match (phase, event) {
            (Phase::Resting, Event::Woken(_)) => self.set_out(),
            (pause @ Phase::Pausing { since, until, asked }, Event::Woken(reason)) => {
                let patient = asked || reason == Reason::Started;
                if patient && (since..until).contains(&now) { self.stay(pause) } else { self.set_out() }
            }
            (pause @ Phase::Pausing { since, until, .. }, Event::PauseEnded) => {
                if (since..until).contains(&now) {
                    self.phase = pause;
                    vec![Effect::WakeAt(until)]
                } else {
                    self.set_out()
                }
            }
            (Phase::Saving, Event::OutcomesSaved) if std::mem::take(&mut self.tired) => {
                self.pause(now, dice, None, true)
            }
            (Phase::TakingLease, Event::LeaseGranted)
            | (Phase::Saving, Event::OutcomesSaved)
            | (Phase::SendingPhoto { put_back: true, .. }, Event::NotReached) => self.read(),
            (Phase::TakingLease, Event::LeaseRefused) => self.pause(now, dice, None, false),
            (Phase::Reading, Event::OutboxRead { records, photos }) => self.choose(records, &photos, now),
            (Phase::Reading | Phase::Saving, Event::StorageFailed) | (Phase::Sending(_), Event::NotReached) => {
                self.pause(now, dice, None, true)
            }
            (Phase::Sending(batch), Event::Answered { reply, at }) => self.sort(&batch, reply, at, now, dice),
            (Phase::Sending(batch), Event::Unreadable(ids)) => self.set_aside(&batch, &ids, now, dice),
            (Phase::Sending(batch), Event::Refused { problem, retry_after }) => {
                self.sort_refusal(&batch, problem, retry_after, now, dice)
            }
            (Phase::SendingPhoto { photo, put_back: false }, Event::Woken(Reason::NewItem | Reason::Started)) => {
                self.phase = Phase::SendingPhoto { photo, put_back: true };
                vec![Effect::PutPhotoBack]
            }
            (Phase::SendingPhoto { photo, .. }, Event::PhotoTaken) => {
                self.failures = 0;
                self.save_photo(photo, PhotoOutcome::Taken)
            }
            (Phase::SendingPhoto { photo, .. }, Event::PhotoGone) => self.save_photo(photo, PhotoOutcome::Gone),
            (Phase::SendingPhoto { photo, .. }, Event::Refused { problem, retry_after }) => {
                let outcome = refused_photo(photo, &problem, retry_after, now, dice);
                self.save_photo(photo, outcome)
            }
            (Phase::SendingPhoto { photo, .. }, Event::NotReached) => {
                self.tired = true;
                self.save_photo(
                    photo,
                    PhotoOutcome::Later { attempts: photo.attempts.saturating_add(1), not_before: now },
                )
            }
            (busy, Event::Woken(_)) => {
                self.woken = true;
                self.stay(busy)
            }
            // An answer to something no longer asked: a timer of an earlier pause, a reply after a restart.
            (phase, _) => self.stay(phase),
        }
    }

    fn stay(&mut self, phase: Phase) -> Vec<Effect> {
        self.phase = phase;
        Vec::new()
    }

    fn set_out(&mut self) -> Vec<Effect> {
        self.phase = Phase::TakingLease;
        vec![Effect::TakeLease]
    }

    fn read(&mut self) -> Vec<Effect> {
        self.woken = false;
        self.phase = Phase::Reading;
        vec![Effect::ReadOutbox]
    }

    fn choose(&mut self, records: Vec<Waiting>, photos: &[WaitingPhoto], now: Millis) -> Vec<Effect> {
        let times = records.iter().map(|entry| entry.not_before).chain(photos.iter().map(|photo| photo.not_before));
        let soonest = times.min();
        let held = |id| photos.iter().any(|photo| photo.holds_up(id, now));
        let due = |entry: &Waiting| is_due(entry.not_before, now, FIRST_PAUSE + LONGEST_PAUSE) && !held(entry.id);
        let due: Vec<_> = records.into_iter().filter(due).take(self.batch).collect();
        if !due.is_empty() {
            let ids = due.iter().map(|entry| entry.id).collect();
            self.phase = Phase::Sending(due);
            return vec![Effect::Send(ids)];
        }
        // Those that were tried least, so that one that never goes through delays no other.
        let photo = photos
            .iter()
            .filter(|photo| is_due(photo.not_before, now, LONGEST_RETRY_AFTER))
            .min_by_key(|photo| photo.attempts);
        if let Some(photo) = photo {
            self.phase = Phase::SendingPhoto { photo: *photo, put_back: false };
            return vec![Effect::SendPhoto { record: photo.record, hash: photo.hash }];
        }
        if std::mem::take(&mut self.woken) {
            return self.read();
        }
        match soonest {
            None => vec![Effect::ReleaseLease],
            Some(until) => {
                self.phase = Phase::Pausing { since: now, until, asked: false };
                vec![Effect::ReleaseLease, Effect::WakeAt(until)]
            }
        }
    }

    /// Sorts the answers by what has to be done; an item the server passed over simply stays in the outbox.
    fn sort(
        &mut self,
        batch: &[Waiting],
        reply: OutboxReply,
        at: Option<DateTime<FixedOffset>>,
        now: Millis,
        dice: f64,
    ) -> Vec<Effect> {
        let mut open: BTreeMap<_, _> = batch.iter().map(|entry| (entry.id, *entry)).collect();
        let mut outcomes = Vec::with_capacity(batch.len());
        for answer in reply.items {
            let Some(entry) = answer.record_id().and_then(|id| open.remove(&id)) else { continue };
            let outcome = outcome(answer, entry.attempts, now, dice);
            outcomes.push(Settled { id: entry.id, edition: entry.edition, outcome });
        }
        if outcomes.is_empty() {
            return self.pause(now, dice, None, true);
        }
        self.failures = 0;
        self.batch = (self.batch * 2).min(outbox::ITEMS);
        self.save(outcomes, reply.epoch, at)
    }

    /// What cannot be read is never sent: a person has to look at it, and the others go on without it.
    fn set_aside(&mut self, batch: &[Waiting], ids: &[RecordId], now: Millis, dice: f64) -> Vec<Effect> {
        let unreadable = batch.iter().filter(|entry| ids.contains(&entry.id));
        let outcome = || Outcome::NeedsAttention(Problem::new(ProblemCode::Other));
        let outcomes: Vec<_> =
            unreadable.map(|entry| Settled { id: entry.id, edition: entry.edition, outcome: outcome() }).collect();
        if outcomes.is_empty() { self.pause(now, dice, None, true) } else { self.save(outcomes, None, None) }
    }

    fn sort_refusal(
        &mut self,
        batch: &[Waiting],
        problem: Problem,
        retry_after: Option<Millis>,
        now: Millis,
        dice: f64,
    ) -> Vec<Effect> {
        if is_passing(problem.status) || problem.code == ProblemCode::Other {
            return self.pause(now, dice, retry_after, true);
        }
        // Only these speak of what was sent. Any other is about who asks or how, and no record is to blame for it.
        if !matches!(problem.status, 400 | 413 | 422) {
            return self.pause(now, dice, Some(LONGEST_PAUSE), true);
        }
        if let [only] = batch {
            self.batch = outbox::ITEMS;
            let outcome = Outcome::NeedsAttention(problem);
            self.save(vec![Settled { id: only.id, edition: only.edition, outcome }], None, None)
        } else {
            self.batch = (batch.len() / 2).max(1);
            self.read()
        }
    }

    fn save(
        &mut self,
        outcomes: Vec<Settled>,
        epoch: Option<String>,
        at: Option<DateTime<FixedOffset>>,
    ) -> Vec<Effect> {
        self.phase = Phase::Saving;
        vec![Effect::SaveOutcomes(Settling { outcomes, epoch, at })]
    }

    fn save_photo(&mut self, photo: WaitingPhoto, outcome: PhotoOutcome) -> Vec<Effect> {
        self.phase = Phase::Saving;
        vec![Effect::SavePhoto(PhotoSettled { record: photo.record, hash: photo.hash, outcome })]
    }

    fn pause(&mut self, now: Millis, dice: f64, asked: Option<Millis>, leased: bool) -> Vec<Effect> {
        self.tired = false;
        let length = asked.map_or_else(|| jittered(self.failures, dice), |asked| asked.min(LONGEST_RETRY_AFTER));
        self.failures = self.failures.saturating_add(1);
        let until = now.saturating_add(length);
        self.phase = Phase::Pausing { since: now, until, asked: asked.is_some() };
        let release = leased.then_some(Effect::ReleaseLease);
        release.into_iter().chain([Effect::WakeAt(until)]).collect()
    }
}

/// Only what is said of this very photo settles it; a server without photos (404, 405) is an older one.
fn refused_photo(
    photo: WaitingPhoto,
    problem: &Problem,
    retry_after: Option<Millis>,
    now: Millis,
    dice: f64,
) -> PhotoOutcome {
    let passing = is_passing(problem.status) || matches!(problem.status, 401 | 404 | 405);
    if !passing && problem.code != ProblemCode::Other {
        return PhotoOutcome::Refused;
    }
    let pause = FIRST_PAUSE + jittered(photo.attempts, dice);
    let pause = retry_after.map_or(pause, |asked| asked.min(LONGEST_RETRY_AFTER));
    PhotoOutcome::Later { attempts: photo.attempts.saturating_add(1), not_before: now.saturating_add(pause) }
}

/// Whether a wait is over. One beyond the longest there is was begun by a clock that has been put back since.
fn is_due(not_before: Millis, now: Millis, longest: Millis) -> bool {
    not_before <= now || not_before > now.saturating_add(longest)
}

/// Full jitter: anything up to a cap that doubles with every failure.
fn jittered(failures: u32, dice: f64) -> Millis {
    let cap = FIRST_PAUSE.saturating_mul(1 << failures.min(16)).min(LONGEST_PAUSE);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "≤ 300,000"
    )]
    let length = (cap as f64 * dice.clamp(0.0, 1.0)) as Millis;
    length
}

/// Whether a status means "later".
const fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..)
}

fn outcome(answer: OutboxAnswer, attempts: u32, now: Millis, dice: f64) -> Outcome {
    match answer.status {
        200 | 201 => Outcome::Delivered {
            receipt: answer.receipt,
            state: answer.state.unwrap_or(SubmissionState::Received),
            position: answer.position,
            missing: answer.photos_missing,
        },
        // 401: kept until somebody signs in; a status below 400 that is no success is not of this protocol.
        status if is_passing(status) || status == 401 || status < 400 => Outcome::Later {
            attempts: attempts.saturating_add(1),
            not_before: now + FIRST_PAUSE + jittered(attempts, dice),
        },
        status => {
            Outcome::NeedsAttention(answer.problem.unwrap_or(Problem { status, ..Problem::new(ProblemCode::Other) }))
        }
    }
}

#[cfg(test)]
mod tests;
