//! For those who run the server: is it alive, can it write, how does it do, what does it offer.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Unready;
use crate::App;
use crate::error::Error;

/// Alive.
#[utoipa::path(get, path = "/healthz", responses((status = 200, description = "Alive", body = str)))]
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Ready: it can write, durably, as it was within the last second.
#[utoipa::path(get, path = "/readyz", responses((status = 200, description = "Ready", body = str), Unready))]
pub async fn ready(State(app): State<App>) -> Result<&'static str, Error> {
    app.probe().await?;
    Ok("ok\n")
}

/// Figures in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", responses((status = 200, description = "Figures", body = str)))]
pub async fn metrics(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.figures()).into_response()
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], crate::document()).into_response()
}
