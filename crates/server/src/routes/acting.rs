//! Acting on a resident's behalf: for whom, for how long, and what is sent for them.

use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use linli_domain::acting::{Acting, ActingNow, NewActing};
use linli_domain::session::Me;
use linli_domain::submission::{Accepted, Channel, SubmissionKind};
use linli_domain::{Code, FieldPath, Problem, ProblemCode, RecordId};
use serde_json::Value;

use super::session::SIGN_IN;
use super::{ActingProblems, ExportProblems, OwnItemProblems, SUBMISSION, StaffProblems, accepted, account, carried};
use crate::App;
use crate::error::Error;
use crate::extract::{Id, Json, Source};
use crate::intake::{self, Letter, typed};
use crate::store::{ActingChange, ActingDeed, Scope, Task};

/// For whom one acts, or did until a day ago.
#[utoipa::path(get, path = "/api/v1/desk/acting", responses(
    (status = 200, description = "Newest first", body = ActingNow),
    ExportProblems,
))]
pub async fn list(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
) -> Result<Answer<ActingNow>, Error> {
    Ok(Answer(ActingNow { items: app.store().acting_of(&scope, me.id).await? }))
}

/// Begins to act for somebody, for half an hour.
#[utoipa::path(post, path = "/api/v1/desk/acting", request_body = NewActing, responses(
    (status = 201, description = "Begun", body = Acting),
    StaffProblems,
))]
pub async fn begin(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
    Json(body): Json<SIGN_IN>,
) -> Result<(StatusCode, Answer<Acting>), Error> {
    let wanted: NewActing = typed(&body)?;
    accepted(&wanted.check())?;
    let (name, phone) = match wanted.account {
        Some(account) => {
            let unknown = || Error::field(FieldPath::new("/account"), Code::UnknownPerson);
            let found = app.store().account_found(&scope, account).await?.ok_or_else(unknown)?;
            (found.name, found.phone)
        }
        None => (wanted.name.trim().to_owned(), wanted.phone.trim().to_owned()),
    };
    let id = account::new_id(&app)?;
    let what = ActingChange::Begin { account: wanted.account, name, phone, via: wanted.via };
    done(&app, &me, id, what).await?;
    Ok((StatusCode::CREATED, Answer(of(&app, &scope, &me, id).await?)))
}

/// One of one's own.
#[utoipa::path(get, path = "/api/v1/desk/acting/{id}", params(("id" = RecordId, Path)), responses(
    (status = 200, description = "For whom, and until when", body = Acting),
    OwnItemProblems,
))]
pub async fn get(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
    Id(id): Id,
) -> Result<Answer<Acting>, Error> {
    Ok(Answer(of(&app, &scope, &me, id).await?))
}

/// Goes on for half an hour from now, also where it was over: for a day, and as long as the account is of one's grids or of none.
#[utoipa::path(put, path = "/api/v1/desk/acting/{id}", params(("id" = RecordId, Path)), responses(
    (status = 200, description = "For whom, and until when", body = Acting),
    OwnItemProblems,
))]
pub async fn renew(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
    Id(id): Id,
) -> Result<Answer<Acting>, Error> {
    of(&app, &scope, &me, id).await?;
    done(&app, &me, id, ActingChange::Renew).await?;
    Ok(Answer(of(&app, &scope, &me, id).await?))
}

/// Ends it.
#[utoipa::path(delete, path = "/api/v1/desk/acting/{id}", params(("id" = RecordId, Path)), responses(
    (status = 204, description = "Over"),
    OwnItemProblems,
))]
pub async fn end(State(app): State<App>, Extension(me): Extension<Me>, Id(id): Id) -> Result<StatusCode, Error> {
    done(&app, &me, id, ActingChange::End).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes in a form filled in for them, as one keyed in at the desk: `{"kind", "id", "body"}` as in an outbox. What was taken in
/// before is answered alike also when the time is over.
#[utoipa::path(post, path = "/api/v1/desk/acting/{id}/submissions", params(("id" = RecordId, Path)),
    request_body = linli_domain::outbox::OutboxItem, responses(
    (status = 201, description = "New", body = Accepted),
    (status = 200, description = "Was there already, with this very body", body = Accepted),
    ActingProblems,
))]
pub async fn submit(
    State(app): State<App>,
    source: Source,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
    Id(id): Id,
    Json(item): Json<SUBMISSION>,
) -> Result<(StatusCode, Answer<Accepted>), Error> {
    app.admit(source, 1)?;
    let acting = of(&app, &scope, &me, id).await?;
    let letter = letter(item)?.of(acting.account).filled_in_by(me.id);
    app.admit_card(source, &letter, Instant::now())?;
    if acting.over {
        let found = app.store().find(letter.id).await?;
        let again = found.is_some_and(|found| found.kind == letter.kind.as_str() && found.digest == letter.digest());
        if !again {
            return Err(ProblemCode::ActingOver.into());
        }
    }
    let answers = intake::take_in(app.store(), vec![letter], app.store().now()).await?;
    let (new, accepted) = answers.into_iter().next().ok_or(Error::Internal("a letter without an answer"))??;
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Answer(accepted)))
}

fn letter(mut item: Value) -> Result<Letter, Problem> {
    let text = |field: &str| item.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = SubmissionKind::read(&text("kind")).ok_or_else(|| Problem::field("/kind", Code::UnknownKind))?;
    let id = text("id").parse().map_err(|_| Problem::field("/id", Code::Malformed))?;
    let mut body = item.get_mut("body").map(Value::take).filter(Value::is_object);
    let body = body.as_mut().ok_or_else(|| Problem::field("/body", Code::Required))?;
    // What is kept as its body has said so from the first version on, and the same form again has to be the same.
    body["channel"] = Channel::Desk.as_str().into();
    Ok(Letter::open(kind, id, body))
}

async fn of(app: &App, scope: &Scope, me: &Me, id: RecordId) -> Result<Acting, Error> {
    app.store().acting(scope, me.id, id).await?.ok_or_else(|| ProblemCode::NotFound.into())
}

async fn done(app: &App, me: &Me, id: RecordId, what: ActingChange) -> Result<(), Error> {
    let deed = ActingDeed { id, staff: me.id, at: app.store().now(), what };
    carried(app, Task::Acting(deed)).await
}
