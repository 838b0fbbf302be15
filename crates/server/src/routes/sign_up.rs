//! A sign-up for an activity.

use axum::Json as Answer;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use linli_domain::RecordId;
use linli_domain::sign_up::SignUp;
use linli_domain::submission::{Accepted, SubmissionKind};

use super::SubmissionProblems;
use crate::App;
use crate::auth::By;
use crate::error::Error;
use crate::extract::{Id, Source};

/// A sign-up for an activity is taken in, once: the same id and body again is answered alike, for ever.
#[utoipa::path(put, path = "/api/v1/sign-ups/{id}", params(("id" = RecordId, Path)), request_body = SignUp, responses(
    (status = 201, description = "New", body = Accepted),
    (status = 200, description = "Was there already, with this very body", body = Accepted),
    SubmissionProblems,
))]
pub async fn put(
    State(app): State<App>,
    source: Source,
    by: By,
    Id(id): Id,
    request: Request,
) -> Result<(StatusCode, Answer<Accepted>), Error> {
    super::put(&app, source, by, SubmissionKind::SignUp, id, request).await
}
