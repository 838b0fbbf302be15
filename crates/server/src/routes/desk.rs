//! What staff see: everything that arrived.

use axum::extract::State;
use axum::{Extension, Json};
use linli_domain::session::{DeskSubmission, DeskSubmissionPage, Me};
use linli_domain::submission::SubmissionKind;
use linli_domain::{Code, FieldPath, ProblemCode, RecordId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{DeskItemProblems, DeskListProblems};
use crate::App;
use crate::error::Error;
use crate::extract::{Asked, Id};
use crate::store::{Note, Scope, Task};

/// Which submissions to list; an empty value is as none.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// `report`, `check_in` or `sign_up`.
    #[serde(default)]
    pub kind: String,
    /// `next` of the page before.
    #[serde(default)]
    pub cursor: String,
}

/// What arrived, newest first. Health values are left out of the list; a look at one is noted.
#[utoipa::path(get, path = "/api/v1/desk/submissions", params(Query), responses(
    (status = 200, description = "A page", body = DeskSubmissionPage),
    DeskListProblems,
))]
pub async fn list(
    State(app): State<App>,
    Extension(scope): Extension<Scope>,
    Asked(query): Asked<Query>,
) -> Result<Json<DeskSubmissionPage>, Error> {
    let kind = given(&query.kind, FieldPath::new("/kind"), Code::UnknownKind, SubmissionKind::read)?;
    let before = given(&query.cursor, FieldPath::new("/cursor"), Code::Malformed, |text| text.parse().ok())?;
    Ok(Json(app.store().arrived(&scope, kind, before).await?))
}

/// One submission with its body. A look at a check-in is written to the audit log first.
#[utoipa::path(get, path = "/api/v1/desk/submissions/{id}", params(("id" = RecordId, Path)), responses(
    (status = 200, description = "The submission", body = DeskSubmission),
    DeskItemProblems,
))]
pub async fn get(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
    Id(id): Id,
) -> Result<Json<DeskSubmission>, Error> {
    let found = app.store().submission(&scope, id).await?.ok_or(ProblemCode::NotFound)?;
    if found.kind == SubmissionKind::CheckIn {
        let at = app.store().now();
        let note = Note { at, actor: me.id.to_string(), action: "check_in.look", object: id.to_string() };
        app.store().carry_out(Task::Note(note)).await?;
    }
    Ok(Json(found))
}

fn given<T>(
    text: &str,
    field: FieldPath,
    code: Code,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    if text.is_empty() { Ok(None) } else { read(text).map(Some).ok_or_else(|| Error::field(field, code)) }
}
