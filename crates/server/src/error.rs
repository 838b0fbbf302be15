//! Everything that a request can end with besides its answer, as an RFC 9457 problem document. The only place that
//! turns a failure into an HTTP status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use linli_domain::{Code, FieldPath, Problem, ProblemCode};
use utoipa::openapi::header::Header;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder, Responses, ResponsesBuilder};

use crate::store;

/// Seconds after which a server that could not write is asked again.
const RETRY_AFTER: u64 = 2;
/// Seconds after which somebody comes again who has had what a day gives.
const ANOTHER_HOUR: u64 = 3600;

/// Why a request was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is at fault.
    #[error("refused: {:?}", .0.code)]
    Refused(Problem),
    /// Too many requests.
    #[error("too many requests, again after {0} s")]
    TooMany(u64),
    /// The store is at fault.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The server is at fault.
    #[error("{0}")]
    Internal(&'static str),
}

impl Error {
    /// One field is at fault.
    pub fn field(field: FieldPath, code: Code) -> Self {
        Self::Refused(Problem::field(field.pointer(), code))
    }

    /// The document, and the seconds after which to ask again.
    pub fn problem(self) -> (Problem, Option<u64>) {
        match self {
            Self::Refused(problem) => {
                let again = match problem.code {
                    ProblemCode::Unavailable => Some(RETRY_AFTER),
                    ProblemCode::TooManyRequests => Some(ANOTHER_HOUR),
                    _ => None,
                };
                (problem, again)
            }
            Self::TooMany(seconds) => (Problem::new(ProblemCode::TooManyRequests), Some(seconds)),
            Self::Store(store::Error::Unavailable(_)) => (Problem::new(ProblemCode::Unavailable), Some(RETRY_AFTER)),
            Self::Store(store::Error::Broken(_)) | Self::Internal(_) => (Problem::new(ProblemCode::Internal), None),
        }
    }
}

impl From<ProblemCode> for Error {
    fn from(code: ProblemCode) -> Self {
        Self::Refused(Problem::new(code))
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match &self {
            Self::Store(error) => tracing::error!(%error, "the store failed"),
            Self::Internal(error) => tracing::error!(error, "the server failed"),
            Self::Refused(_) | Self::TooMany(_) => {}
        }
        let (problem, retry_after) = self.problem();
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The problem documents a route may answer with, for the OpenAPI document.
pub fn documented(statuses: &[u16]) -> Responses {
    let mut responses = ResponsesBuilder::new();
    for status in statuses {
        let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
        let mut response = ResponseBuilder::new()
            .description(StatusCode::from_u16(*status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Problem"))
            .content("application/problem+json", ContentBuilder::new().schema(Some(schema)).build());
        if matches!(status, 429 | 503) {
            response = response.header(
                "Retry-After",
                Header::new(utoipa::openapi::schema::Object::with_type(utoipa::openapi::schema::Type::Integer)),
            );
        }
        responses = responses.response(status.to_string(), response.build());
    }
    responses.build()
}
