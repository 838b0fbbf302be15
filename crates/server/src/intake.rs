//! How a body becomes a submission: canonical form, field by field reading, rules, and what is answered to one that was
//! sent before. A body that was accepted once is answered alike for ever, whatever the rules have become since.

use chrono::{DateTime, FixedOffset};
use linli_domain::community::Rules;
use linli_domain::submission::{Accepted, Channel, Submission, SubmissionKind};
use linli_domain::{PhotoHash, Problem, ProblemCode, Receipt, RecordId};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::store::{self, Arrival, Outcome, Store, Task};
use crate::wire::read;
pub use crate::wire::typed;

/// Bytes that a body may hold beyond the fields of its form.
const UNKNOWN: usize = 2048;

/// A body with what identifies it.
pub struct Letter {
    /// Which form it claims to be.
    pub kind: SubmissionKind,
    /// The record's id.
    pub id: RecordId,
    account: Option<RecordId>,
    staff: Option<RecordId>,
    shared: bool,
    canonical: String,
    digest: [u8; 32],
    read: Result<Submission, Problem>,
}

/// What became of a letter: whether it was new, and the answer.
pub type Answer = Result<(bool, Accepted), Problem>;

impl Letter {
    /// Reads a body; whether it is acceptable shows later.
    pub fn open(kind: SubmissionKind, id: RecordId, body: &Value) -> Self {
        // Objects of `serde_json` are sorted by key, so equal bodies give equal text.
        let canonical = body.to_string();
        let digest = Sha256::digest(&canonical).into();
        Self { kind, id, account: None, staff: None, shared: false, canonical, digest, read: read(kind, body) }
    }

    /// Says whose it is.
    #[must_use]
    pub fn of(self, account: Option<RecordId>) -> Self {
        Self { account, ..self }
    }

    /// Says who of staff filled it in for somebody.
    #[must_use]
    pub fn filled_in_by(self, staff: RecordId) -> Self {
        Self { staff: Some(staff), ..self }
    }

    /// SHA-256 of the body in canonical form.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Says whether it comes from a paired tablet: then that is its channel, whatever it says itself.
    #[must_use]
    pub fn from_shared(self, shared: bool) -> Self {
        Self { shared, ..self }
    }

    /// Bytes of the body in canonical form.
    pub fn length(&self) -> usize {
        self.canonical.len()
    }

    fn photos(&self) -> Vec<PhotoHash> {
        self.read.as_ref().map(Submission::photos).unwrap_or_default()
    }

    fn judge(self, rules: &Rules<'_>) -> Result<Arrival, Refused> {
        let verdict = self.read.and_then(|submission| match Problem::from_findings(&submission.check(rules)) {
            None if is_padded(&self.canonical, &submission) => Err(Problem::new(ProblemCode::TooLarge)),
            None => Ok(submission),
            Some(problem) => Err(problem),
        });
        match verdict {
            Err(problem) => Err(Refused { kind: self.kind, id: self.id, digest: self.digest, problem }),
            Ok(mut submission) => {
                if self.shared {
                    submission.set_channel(Channel::Kiosk);
                }
                Ok(Arrival {
                    id: self.id,
                    receipt: submission.receipt().unwrap_or_else(new_receipt),
                    submission,
                    body: self.canonical,
                    digest: self.digest,
                    received_at: rules.now,
                    account: self.account,
                    staff: self.staff,
                })
            }
        }
    }
}

/// Whether a body holds more beyond the fields of its form than is kept for versions to come: they add fields, not files.
fn is_padded(canonical: &str, submission: &Submission) -> bool {
    canonical.len() > UNKNOWN && canonical.len() - UNKNOWN > submission.body().to_string().len()
}

struct Refused {
    kind: SubmissionKind,
    id: RecordId,
    digest: [u8; 32],
    problem: Problem,
}

/// Takes letters in; answers one each, in order.
///
/// # Errors
/// When the store cannot write or read: then nothing is known to be accepted.
pub async fn take_in(store: &Store, letters: Vec<Letter>, now: DateTime<FixedOffset>) -> Result<Vec<Answer>, Error> {
    let snapshot = store.rules();
    let rules = snapshot.public.rules(now);
    let mut tasks = Vec::with_capacity(letters.len());
    let mut answers = Vec::with_capacity(letters.len());
    let named: Vec<Vec<PhotoHash>> = letters.iter().map(Letter::photos).collect();
    for letter in letters {
        match letter.judge(&rules) {
            Ok(arrival) => {
                tasks.push(Task::Arrive(Box::new(arrival)));
                answers.push(None);
            }
            Err(refused) => answers.push(Some(seen_before(store, refused).await?)),
        }
    }
    let mut outcomes = if tasks.is_empty() { Vec::new() } else { store.write(tasks).await? }.into_iter();
    let answer = |given: Option<Answer>| {
        given.or_else(|| outcomes.next().map(answer)).ok_or(Error::Internal("an order without its outcome"))
    };
    let mut answers = answers.into_iter().map(answer).collect::<Result<Vec<Answer>, Error>>()?;
    tell_of_photos(store, &mut answers, &named).await?;
    Ok(answers)
}

/// Says of each accepted report which of its photos have not come, so that a device sends what got lost on the way, was
/// forgotten meanwhile or is younger than the backup that was put back.
async fn tell_of_photos(store: &Store, answers: &mut [Answer], named: &[Vec<PhotoHash>]) -> Result<(), store::Error> {
    let missing = store.photos_missing(&named.concat()).await?;
    for (answer, named) in answers.iter_mut().zip(named) {
        if let Ok((_, accepted)) = answer {
            accepted.photos_missing = named.iter().filter(|hash| missing.contains(hash)).copied().collect();
        }
    }
    Ok(())
}

fn answer(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Created(accepted) => Ok((true, accepted)),
        Outcome::Again(accepted) => Ok((false, accepted)),
        Outcome::IdTaken => Err(Problem::new(ProblemCode::IdTaken)),
        Outcome::Refused(problem) => Err(problem),
        Outcome::Done | Outcome::Kept { .. } | Outcome::Forgotten(_) | Outcome::Imported(_) => {
            Err(Problem::new(ProblemCode::Internal))
        }
    }
}

/// A refused body may have been accepted under earlier rules.
async fn seen_before(store: &Store, refused: Refused) -> Result<Answer, store::Error> {
    Ok(match store.find(refused.id).await? {
        None => Err(refused.problem),
        Some(found) if found.kind == refused.kind.as_str() && found.digest == refused.digest => {
            Ok((false, found.accepted))
        }
        Some(_) => Err(Problem::new(ProblemCode::IdTaken)),
    })
}

fn new_receipt() -> Receipt {
    Receipt::new(getrandom::u64().expect("the operating system gives random bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bodies_have_one_canonical_form() {
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap().to_string();
        assert_eq!(read(r#"{"b":1,"a":{"d":[1, 2],"c":"\u00e9"}}"#), r#"{"a":{"c":"é","d":[1,2]},"b":1}"#);
    }
}
