//! What everybody may know, in one answer that a device keeps.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use linli_domain::community::PublicAnswer;

use crate::App;

/// Everything a device needs to work offline.
#[utoipa::path(get, path = "/api/v1/public",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag of the last answer")),
    responses(
        (status = 200, description = "As it stands", body = PublicAnswer, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
    ))]
pub async fn get(State(app): State<App>, headers: HeaderMap) -> Response {
    let snapshot = app.store().public().await;
    let etag = format!("\"{}\"", snapshot.version);
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let same = known.flat_map(|value| value.split(',')).any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    });
    let headers = [(header::ETAG, etag), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if same {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(header::CONTENT_TYPE, "application/json")], snapshot.json.clone()).into_response()
}
