//! What everybody may know, in one answer that a device keeps.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use linli_domain::community::PublicAnswer;

use crate::App;
use crate::auth;

/// Everything a device needs to work offline.
#[utoipa::path(get, path = "/api/v1/public",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag of the last answer")),
    responses(
        (status = 200, description = "As it stands", body = PublicAnswer, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
    ))]
pub async fn get(State(app): State<App>, headers: HeaderMap) -> Response {
    let snapshot = app.store().public().await;
    let shared = auth::paired(&app, &headers).await.is_ok_and(|paired| paired.is_some());
    let etag = format!("\"{}{}\"", snapshot.version, if shared { "-shared" } else { "" });
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let same = known.flat_map(|value| value.split(',')).any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    });
    let headers = [(header::ETAG, etag), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if same {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    // A tablet that everybody uses has nothing to show of who is responsible for whose home.
    let own = if shared { serde_json::to_vec(&snapshot.public).ok() } else { None };
    let json = own.unwrap_or_else(|| snapshot.json.clone());
    (headers, [(header::CONTENT_TYPE, "application/json")], json).into_response()
}
