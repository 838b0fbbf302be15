//! What the server's answers change on the device.

use chrono::{DateTime, FixedOffset};

use super::keep::set_made_at;
use super::row::{AttentionRow, OutboxRow, SentRow, SubmissionRow, is_sealed, parse};
use super::{Change, Table, epoch, photo};
use crate::courier::{FIRST_PAUSE, LONGEST_PAUSE, Millis, Outcome, Settled};
use crate::problem::FieldProblem;
use crate::submission::SubmissionState;
use crate::{Code, Problem, ProblemCode, RecordId, community};

/// Outcomes to be saved, and the epoch that the answer named.
#[derive(Debug, Clone, PartialEq)]
pub struct Settling {
    /// One for each record the server spoke of.
    pub outcomes: Vec<Settled>,
    /// The server's epoch, if the answer named one.
    pub epoch: Option<String>,
    /// When the server answered, by its own clock, if it told. Whatever it refused for being of the future is later.
    pub at: Option<DateTime<FixedOffset>>,
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
    submissions: &[Option<String>],
    now: Millis,
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
        let submission = if for_the_clock { to_restamp.next().and_then(Option::as_deref) } else { None };
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
                if let Some(restamped) = restamped(submission, row, settling.at, now) {
                    changes.extend(restamped);
                } else if for_the_clock && is_sealed(submission) {
                    changes.push(Change::put(Table::Outbox, id, &until_its_time_has_come(row, now)));
                } else {
                    let (problem, edition, restamped) = (problem.clone(), *edition, row.restamped);
                    let attention = AttentionRow { id: *id, problem, edition, restamped };
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

/// The record takes the time of the answer that refused it and waits again, if that is an earlier one than it had. The
/// device's clock is not asked: it may have been put forward since. Otherwise the clock was not it, and a person has to
/// look.
fn restamped(
    kept: Option<&str>,
    row: OutboxRow,
    at: Option<DateTime<FixedOffset>>,
    now: Millis,
) -> Option<[Change; 2]> {
    let kept: SubmissionRow = parse(kept)?;
    let mut submission = kept.submission()?;
    let made_at = submission.made_at();
    let at = at.filter(|at| *at < made_at)?.with_timezone(made_at.offset());
    set_made_at(&mut submission, at);
    let (attempts, not_before) = (row.attempts.saturating_add(1), now.saturating_add(1_000));
    let row = OutboxRow { attempts, not_before, edition: row.edition + 1, restamped: true, ..row };
    let submission = SubmissionRow::new(kept.id, kept.title, &submission).of(kept.account);
    Some([
        Change::put(Table::Submission, &submission.id, &submission),
        Change::put(Table::Outbox, &submission.id, &row),
    ])
}

/// What is sealed cannot get another time. The server takes it as soon as the time it has is over, and nobody has to look.
fn until_its_time_has_come(row: OutboxRow, now: Millis) -> OutboxRow {
    let pause = FIRST_PAUSE.saturating_mul(1 << row.attempts.min(16)).min(LONGEST_PAUSE);
    OutboxRow { attempts: row.attempts.saturating_add(1), not_before: now.saturating_add(pause), ..row }
}
