//! Many submissions in one request, one answer each in the same order.

use axum::Json as Answer;
use axum::extract::{FromRequest as _, Request, State};
use linli_domain::outbox::{ITEMS, Outbox, OutboxAnswer, OutboxReply};
use linli_domain::sealed::{self, Contents, Sealed, SealedError};
use linli_domain::submission::SubmissionKind;
use linli_domain::{Code, FieldPath, Problem, ProblemCode, RecordId};
use serde_json::Value;

use super::{OutboxProblems, SUBMISSION};
use crate::App;
use crate::auth::By;
use crate::error::Error;
use crate::extract::{Json, Source};
use crate::intake::{self, Letter};

/// Bytes of a whole outbox.
const OUTBOX: usize = 4 * 1024 * 1024;

/// Takes in up to a hundred submissions, packed (`Content-Encoding: gzip`) or not; a bad one never harms the others.
#[utoipa::path(post, path = "/api/v1/outbox", request_body = Outbox, responses(
    (status = 200, description = "An answer to each item, in order", body = OutboxReply),
    OutboxProblems,
))]
pub async fn post(
    State(app): State<App>,
    source: Source,
    By { account, shared }: By,
    request: Request,
) -> Result<Answer<OutboxReply>, Error> {
    app.may_write(source)?;
    let _room = app.room_for_outbox(source)?;
    let Json(body) = Json::<OUTBOX>::from_request(request, &app).await?;
    let items = items(&body)?;
    app.admit(source, items.len().max(1))?;
    let (mut letters, mut refused) = (Vec::new(), Vec::new());
    for item in items {
        match letter(&app, item).await? {
            Ok(letter) => {
                letters.push(letter.of(account.filter(|account| is_of(item, *account))).from_shared(shared));
                refused.push(None);
            }
            Err(problem) => refused.push(Some(problem)),
        }
    }
    let mut answers = intake::take_in(app.store(), letters, app.store().now()).await?.into_iter();
    let epoch = app.store().rules().public.epoch.clone();
    let answered = items.iter().zip(refused).map(|(item, refused)| {
        let id = item["id"].as_str().unwrap_or_default().to_owned();
        match refused.map_or_else(|| answers.next(), |problem| Some(Err(problem))) {
            Some(Ok((new, accepted))) => OutboxAnswer {
                id,
                status: if new { 201 } else { 200 },
                receipt: Some(accepted.receipt),
                state: Some(accepted.state),
                position: accepted.position,
                photos_missing: accepted.photos_missing,
                problem: None,
            },
            Some(Err(problem)) => refusal(id, problem),
            None => refusal(id, Problem::new(ProblemCode::Internal)),
        }
    });
    Ok(Answer(OutboxReply { items: answered.collect(), epoch }))
}

fn refusal(id: String, problem: Problem) -> OutboxAnswer {
    OutboxAnswer {
        id,
        status: problem.status,
        receipt: None,
        state: None,
        position: None,
        photos_missing: Vec::new(),
        problem: Some(problem),
    }
}

/// Whether an item goes to the account of the session. On a shared tablet nobody's session counts, and on a phone that has been
/// somebody else's what they made stays theirs.
fn is_of(item: &Value, account: RecordId) -> bool {
    let said = match item.get("account") {
        None => true,
        Some(said) => said.as_str() == Some(&account.to_string()),
    };
    said && item["kind"] != sealed::KIND
}

fn items(body: &Value) -> Result<&[Value], Error> {
    let field = FieldPath::new("/items");
    match body.get("items") {
        _ if !body.is_object() => Err(Error::field(FieldPath::WHOLE, Code::WrongType)),
        None | Some(Value::Null) => Err(Error::field(field, Code::Required)),
        Some(Value::Array(items)) if items.len() > ITEMS => Err(Error::field(field, Code::TooMany)),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(Error::field(field, Code::WrongType)),
    }
}

async fn letter(app: &App, item: &Value) -> Result<Result<Letter, Problem>, Error> {
    let read = match envelope(item) {
        Ok((sealed::KIND, id, body)) => unsealed(app, id, body).await?,
        Ok((kind, id, body)) => written(kind, id, body),
        Err(problem) => Err(problem),
    };
    Ok(read)
}

fn envelope(item: &Value) -> Result<(&str, RecordId, &Value), Problem> {
    if !item.is_object() {
        return Err(Problem::field("", Code::WrongType));
    }
    let kind = text(item, "kind")?;
    let id = text(item, "id")?.parse().map_err(|_| Problem::new(ProblemCode::Malformed))?;
    let body = item.get("body").ok_or_else(|| Problem::field("/body", Code::Required))?;
    Ok((kind, id, body))
}

fn written(kind: &str, id: RecordId, body: &Value) -> Result<Letter, Problem> {
    let kind = SubmissionKind::read(kind).ok_or_else(|| Problem::field("/kind", Code::UnknownKind))?;
    let letter = Letter::open(kind, id, body);
    if letter.length() > SUBMISSION { Err(Problem::new(ProblemCode::TooLarge)) } else { Ok(letter) }
}

async fn unsealed(app: &App, id: RecordId, body: &Value) -> Result<Result<Letter, Problem>, Error> {
    let refused = |error| {
        let code = match error {
            SealedError::Malformed => Code::Malformed,
            SealedError::UnknownKey | SealedError::CannotBeOpened => Code::CannotBeOpened,
        };
        Ok(Err(Problem::field("/body", code)))
    };
    let Some(body) = body.as_str() else { return Ok(Err(Problem::field("/body", Code::WrongType))) };
    if body.len() > 2 * SUBMISSION {
        return Ok(Err(Problem::new(ProblemCode::TooLarge)));
    }
    let opened = match Sealed::read(body) {
        Ok(sealed) => app.store().unseal(&sealed, id).await?,
        Err(error) => return refused(error),
    };
    match opened.map(|bytes| serde_json::from_slice::<Contents>(&bytes)) {
        Ok(Ok(contents)) => Ok(written(&contents.kind, id, &contents.body)),
        Ok(Err(_)) => refused(SealedError::Malformed),
        Err(error) => refused(error),
    }
}

fn text<'a>(item: &'a Value, field: &str) -> Result<&'a str, Problem> {
    match item.get(field) {
        None | Some(Value::Null) => Err(Problem::field(format!("/{field}"), Code::Required)),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Problem::field(format!("/{field}"), Code::WrongType)),
    }
}
