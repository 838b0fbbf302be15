//! One file per noun. A handler takes the request apart, asks the domain and the store, and answers.

pub mod account;
pub mod acting;
pub mod activity;
pub mod app;
pub mod audit;
pub mod card;
pub mod check_in;
pub mod desk;
pub mod desk_account;
pub mod device;
pub mod family;
pub mod figures;
pub mod health;
pub mod household_code;
pub mod me;
pub mod outbox;
pub mod own_staff;
pub mod photo;
pub mod place;
pub mod public;
pub mod receipt;
pub mod report;
pub mod session;
pub mod sign_up;
pub mod staff;

use std::collections::BTreeMap;

use axum::Json as Answer;
use axum::extract::{FromRequest as _, Request};
use axum::http::StatusCode;
use linli_domain::finding::Findings;
use linli_domain::submission::{Accepted, SubmissionKind};
use linli_domain::{Code, FieldPath, Problem, RecordId};
use utoipa::openapi::{RefOr, Response};

use crate::App;
use crate::auth::By;
use crate::error::{Error, documented};
use crate::extract::{Json, Source};
use crate::intake::{self, Letter};
use crate::store::{Outcome, Task};

/// Bytes of one submission.
pub const SUBMISSION: usize = 64 * 1024;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident => [$($status:literal),*];)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                documented(&[$($status),*]).responses
            }
        }
    )*};
}

problems! {
    /// How a write of a submission can be refused.
    SubmissionProblems => [400, 403, 409, 413, 415, 422, 429, 500, 503];
    /// How a photo can be refused.
    PhotoProblems => [400, 403, 413, 415, 422, 429, 500, 503];
    /// How an outbox can be refused.
    OutboxProblems => [400, 403, 413, 415, 422, 429, 500, 503];
    /// How signing in can be refused.
    SignInProblems => [400, 401, 403, 413, 415, 422, 429, 500, 503];
    /// How signing out can be refused.
    SignOutProblems => [403, 500, 503];
    /// How a list can be refused.
    ListProblems => [400, 422, 500, 503];
    /// How a look at one thing can be refused.
    ItemProblems => [400, 404, 500, 503];
    /// How opening an account can be refused.
    AccountProblems => [400, 403, 413, 415, 422, 429, 500, 503];
    /// How printing household codes can be refused.
    PrintProblems => [400, 401, 403, 413, 415, 422, 500, 503];
    /// How asking for one's own records can be refused.
    OwnListProblems => [400, 401, 403, 422, 500, 503];
    /// How asking for something of one's own can be refused.
    ExportProblems => [400, 401, 403, 500, 503];
    /// How asking for a copy of everything can be refused.
    CopyProblems => [400, 401, 403, 429, 500, 503];
    /// How a look at something of one's own can be refused.
    OwnItemProblems => [400, 401, 403, 404, 500, 503];
    /// How a claim can be refused.
    ClaimProblems => [400, 401, 403, 404, 413, 415, 422, 429, 500, 503];
    /// How somebody an account is to act for can be refused.
    MemberProblems => [400, 401, 403, 409, 413, 415, 422, 429, 500, 503];
    /// How a new card can be refused.
    NewCardProblems => [400, 401, 403, 404, 429, 500, 503];
    /// How the end of an account can be refused.
    LeaveProblems => [400, 401, 403, 413, 415, 422, 429, 500, 503];
    /// How a change at the desk can be refused.
    StaffProblems => [400, 401, 403, 404, 413, 415, 422, 429, 500, 503];
    /// How a change of one's own staff account can be refused.
    OwnStaffProblems => [400, 401, 403, 404, 413, 415, 422, 429, 500, 503];
    /// How a form filled in for somebody can be refused.
    ActingProblems => [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503];
    /// How a list of the desk can be refused.
    DeskListProblems => [400, 401, 403, 422, 500, 503];
    /// How a look at one thing of the desk can be refused.
    DeskItemProblems => [400, 401, 403, 404, 500, 503];
    /// How a look at a list of the desk that takes nothing can be refused.
    DeskLookProblems => [400, 401, 403, 500, 503];
    /// How a change at the desk can be refused.
    DeskEditProblems => [400, 401, 403, 413, 415, 422, 500, 503];
    /// How a file at the desk can be refused.
    ImportProblems => [400, 401, 403, 409, 413, 415, 422, 500, 503];
    /// How pairing a tablet can be refused.
    PairProblems => [400, 403, 413, 415, 422, 429, 500, 503];
    /// How what a tablet tells can be refused.
    DeviceProblems => [400, 401, 403, 413, 415, 422, 500, 503];
    /// How asking who one is can be refused.
    MeProblems => [401, 500, 503];
    /// How a receipt number can be unreadable.
    ReceiptProblems => [422];
    /// While the server cannot write.
    Unready => [503];
}

/// Whether nothing blocks; what does is said.
fn accepted(found: &Findings) -> Result<(), Error> {
    Problem::from_findings(found).map_or(Ok(()), |problem| Err(problem.into()))
}

/// Carries out a task that may be refused, and that has no outcome of its own.
async fn carried(app: &App, task: Task) -> Result<(), Error> {
    match outcome(app, task).await? {
        Outcome::Done => Ok(()),
        _ => Err(Error::Internal("an order without its outcome")),
    }
}

/// What came of a task that may be refused.
async fn outcome(app: &App, task: Task) -> Result<Outcome, Error> {
    match app.store().write(vec![task]).await?.pop() {
        Some(Outcome::Refused(problem)) => Err(problem.into()),
        Some(outcome) => Ok(outcome),
        None => Err(Error::Internal("an order without its outcome")),
    }
}

/// Checks a word that is looked up: at most so many characters, and none that controls.
fn plain(field: FieldPath, text: &str, longest: usize) -> Result<(), Problem> {
    if text.chars().count() > longest {
        return Err(Problem::field(field.pointer(), Code::TooLong));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::field(field.pointer(), Code::Malformed));
    }
    Ok(())
}

/// Takes in one submission.
async fn put(
    app: &App,
    source: Source,
    By { account, shared }: By,
    kind: SubmissionKind,
    id: RecordId,
    request: Request,
) -> Result<(StatusCode, Answer<Accepted>), Error> {
    app.admit(source, 1)?;
    let Json(body) = Json::<SUBMISSION>::from_request(request, app).await?;
    let letter = Letter::open(kind, id, &body).of(account).from_shared(shared);
    let answers = intake::take_in(app.store(), vec![letter], app.store().now()).await?;
    let (new, accepted) = answers.into_iter().next().ok_or(Error::Internal("a letter without an answer"))??;
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Answer(accepted)))
}
