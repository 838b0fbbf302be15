//! How often PINs, passwords and codes may be guessed (ADR 31). Only wrong guesses count.

use std::hash::Hash;
use std::time::{Duration, Instant};

use linli_domain::problem::FieldProblem;
use linli_domain::{Code, Problem, ProblemCode, RecordId};

use crate::error::Error;
use crate::extract::Source;
use crate::throttle::Throttle;

/// Wrong guesses at one account from one source.
const FROM_ONE: u32 = 10;
/// Wrong guesses at one account, whatever the sources: more, so that one source alone locks nobody out elsewhere.
const FROM_ALL: u32 = 30;
/// Wrong guesses from one source, which may be a street, whatever the accounts.
const OF_A_STREET: u32 = 100;

/// Guesses at what opens accounts, by the name one signs in with or the SHA-256 of a code.
#[derive(Debug)]
pub struct Guesses {
    from_one: Throttle<(String, Source)>,
    accounts: Throttle<String>,
    sources: Throttle<Source>,
    own: Throttle<RecordId>,
}

impl Guesses {
    /// One more guess at an account each so often.
    pub fn again_after(pause: Duration) -> Self {
        Self {
            from_one: Throttle::new(FROM_ONE, pause),
            accounts: Throttle::new(FROM_ALL, pause),
            sources: Throttle::new(OF_A_STREET, Duration::from_secs(6)),
            own: Throttle::new(FROM_ONE, pause),
        }
    }

    /// An attempt to sign in. At an account that takes no more guesses it costs the street nothing.
    ///
    /// # Errors
    /// 429 without attempting it; what the attempt comes to.
    pub async fn guarded<T>(
        &self,
        source: Source,
        account: &str,
        now: Instant,
        attempt: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let from_street = guarded(&self.sources, source, now, Box::pin(attempt));
        let at_account = guarded(&self.accounts, account.to_owned(), now, from_street);
        let result = guarded(&self.from_one, (account.to_owned(), source), now, at_account).await;
        match &result {
            Err(Error::TooMany(_)) => tracing::warn!(source = %source.0, "too many wrong guesses"),
            result if is_wrong(result) => tracing::warn!(source = %source.0, "a wrong guess"),
            _ => {}
        }
        result
    }

    /// An attempt to show once more who one is, by somebody who is signed in: what strangers guess at the account does not
    /// count against it.
    ///
    /// # Errors
    /// 429 without attempting it; what the attempt comes to.
    pub async fn guarded_own<T>(
        &self,
        account: RecordId,
        now: Instant,
        attempt: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let result = guarded(&self.own, account, now, attempt).await;
        if is_wrong(&result) {
            tracing::warn!(%account, "a wrong guess under a session");
        }
        result
    }
}

/// An attempt that uses up one of a key's tries if it is a wrong guess.
///
/// # Errors
/// 429 without attempting it; what the attempt comes to.
pub async fn guarded<K: Hash + Eq + Clone, T>(
    tries: &Throttle<K>,
    key: K,
    now: Instant,
    attempt: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    // Taken before it is known to be wrong, so that no more are under way at once than are left.
    tries.take(key.clone(), now).map_err(Error::TooMany)?;
    let result = attempt.await;
    if !is_wrong(&result) {
        tries.give_back(&key);
    }
    result
}

fn is_wrong<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Refused(problem)) if is_a_wrong_guess(problem))
}

fn is_a_wrong_guess(problem: &Problem) -> bool {
    let about_accounts = |field: &FieldProblem| {
        let wrong = [
            Code::UnknownHouseholdCode,
            Code::PhoneTaken,
            Code::UnknownPinCode,
            Code::WrongPassword,
            Code::WrongCode,
            Code::UnknownPairingCode,
        ];
        wrong.contains(&field.code)
    };
    problem.code == ProblemCode::WrongCredentials || problem.fields.iter().any(about_accounts)
}
