//! What the server's answers change on the device.

use chrono::{DateTime, FixedOffset};

use super::keep::set_made_at;
use super::row::{AttentionRow, OutboxRow, SentRow, SubmissionRow, parse};
use super::{Change, Table, epoch, photo};
use crate::courier::{Millis, Outcome, Settled};
use crate::problem::FieldProblem;
use crate::submission::SubmissionState;
use crate::{Code, Problem, ProblemCode, RecordId, community};

/// The device's clock, set right by the answer.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Now, as people say it.
    pub now: DateTime<FixedOffset>,
    /// Now, for pauses.
    pub millis: Millis,
}

/// Outcomes to be saved, and the epoch that the answer named.
#[derive(Debug, Clone, PartialEq)]
pub struct Settling {
    /// One for each record the server spoke of.
    pub outcomes: Vec<Settled>,
    /// The server's epoch, if the answer named one.
    pub epoch: Option<String>,
}

impl Settling {
    /// The records of the outcomes, in their order.
    pub fn records(&self) -> Vec<RecordId> {
        self.outcomes.iter().map(|settled| settled.id).collect()
    }

    /// Those of them whose submission has to be read, because it may get another time.
    pub fn refused_for_the_clock(&self) -> Vec<RecordId> {
        let of =
            |settled: &&Settled| matches!(&settled.outcome, Outcome::NeedsAttention(why) if is_only_the_clock(why));
        self.outcomes.iter().filter(of).map(|settled| settled.id).collect()
    }
}

/// Saves what became of a batch. `noted` is the row [`epoch::NOTE`]; `outbox` are the rows of [`Settling::records`] and
/// `submissions` those of [`Settling::refused_for_the_clock`], in their order. `None` if the epoch of the answer is not the
/// one that is noted: [`epoch::learn`] it first.
///
/// A record that left the outbox meanwhile, or was changed since it was sent, is passed over: the answer is not about it.
pub fn settle(
    settling: &Settling,
    noted: Option<&str>,
    outbox: &[Option<String>],
    submissions: &[Option<SubmissionRow>],
    clock: Clock,
) -> Option<Vec<Change>> {
    let mut sorted = settling.outcomes.iter().zip(outbox);
    let delivers = sorted.any(|(settled, text)| match &settled.outcome {
        Outcome::Delivered { .. } => true,
        Outcome::NeedsAttention(problem) => is_there(problem, parse(text.as_deref()).as_ref()),
        Outcome::Later { .. } => false,
    });
    let mut changes = Vec::with_capacity(3 * settling.outcomes.len() + 2);
    if delivers {
        match &settling.epoch {
            Some(epoch) if !epoch::is_noted(epoch, noted) => return None,
            Some(_) => changes.push(Change::expect(Table::Cache, &epoch::NOTE, noted)),
            // A server that names no epoch: whatever names one next has everything queued again.
            None if noted.is_some() => changes.push(Change::delete(Table::Cache, &epoch::NOTE)),
            None => {}
        }
    }
    let mut to_restamp = submissions.iter();
    for (Settled { id, edition, outcome }, text) in settling.outcomes.iter().zip(outbox) {
        let text = text.as_deref();
        let for_the_clock = matches!(outcome, Outcome::NeedsAttention(why) if is_only_the_clock(why));
        let submission = if for_the_clock { to_restamp.next().and_then(Option::as_ref) } else { None };
        let Some(row) = parse::<OutboxRow>(text).filter(|row| row.edition == *edition) else { continue };
        changes.push(Change::expect(Table::Outbox, id, text));
        match outcome {
            Outcome::Later { attempts, not_before } => {
                let row = OutboxRow { attempts: *attempts, not_before: *not_before, ..row };
                changes.push(Change::put(Table::Outbox, id, &row));
            }
            Outcome::NeedsAttention(problem) if is_there(problem, Some(&row)) => {
                let (epoch, state) = (settling.epoch.clone(), SubmissionState::Received);
                changes.push(Change::delete(Table::Outbox, id));
                let (edition, restamped) = (*edition, row.restamped);
                let sent = SentRow { id: *id, state, position: None, epoch, edition, restamped };
                changes.push(Change::put(Table::Sent, id, &sent));
            }
            Outcome::NeedsAttention(problem) => {
                if let Some(restamped) = submission.and_then(|kept| restamped(kept, row, clock)) {
                    changes.extend(restamped);
                } else {
                    let attention = AttentionRow { id: *id, problem: problem.clone(), edition: *edition };
                    changes.push(Change::delete(Table::Outbox, id));
                    changes.push(Change::put(Table::Attention, id, &attention));
                }
            }
            Outcome::Delivered { state, position, missing, .. } => {
                let (epoch, edition, restamped) = (settling.epoch.clone(), *edition, row.restamped);
                let sent = SentRow { id: *id, state: *state, position: *position, epoch, edition, restamped };
                changes.push(Change::delete(Table::Outbox, id));
                changes.push(Change::put(Table::Sent, id, &sent));
                changes.extend(missing.iter().map(|hash| photo::queue(*id, *hash, false)));
            }
        }
    }
    Some(changes)
}

/// Whether a submission was refused for nothing but a device clock that ran ahead.
fn is_only_the_clock(problem: &Problem) -> bool {
    let is_clock = |field: &FieldProblem| field.pointer == community::MADE_AT.pointer() && field.code == Code::InFuture;
    !problem.fields.is_empty() && problem.fields.iter().all(is_clock)
}

/// Whether a submission is with the server in all but its time: it was refused for the clock and got another time, while
/// what was sent before was still on its way and came when its time had too.
fn is_there(problem: &Problem, row: Option<&OutboxRow>) -> bool {
    problem.code == ProblemCode::IdTaken && row.is_some_and(|row| row.restamped)
}

/// The answer that refused it has set our clock right: the record takes the right time and waits again, if that is an
/// earlier one than it had. Otherwise the clock was not it, and a person has to look.
fn restamped(kept: &SubmissionRow, row: OutboxRow, clock: Clock) -> Option<[Change; 2]> {
    let mut submission = kept.submission().filter(|submission| clock.now < submission.made_at())?;
    set_made_at(&mut submission, clock.now);
    let (attempts, not_before) = (row.attempts + 1, clock.millis + 1_000);
    let row = OutboxRow { attempts, not_before, edition: row.edition + 1, restamped: true, ..row };
    let submission = SubmissionRow::new(kept.id, kept.title.clone(), &submission).of(kept.account);
    Some([Change::put(Table::Submission, &kept.id, &submission), Change::put(Table::Outbox, &kept.id, &row)])
}
