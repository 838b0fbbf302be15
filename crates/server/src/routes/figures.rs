//! Figures of the community, for those who need nobody's name.

use axum::extract::State;
use axum::{Extension, Json};
use linli_domain::figures::Figures;

use super::ExportProblems;
use crate::App;
use crate::error::Error;
use crate::store::Scope;

/// How much arrived by grid and kind, and the newest of it without names, numbers and words.
#[utoipa::path(get, path = "/api/v1/desk/figures", responses(
    (status = 200, description = "Figures", body = Figures),
    ExportProblems,
))]
pub async fn get(State(app): State<App>, Extension(scope): Extension<Scope>) -> Result<Json<Figures>, Error> {
    Ok(Json(app.store().figures(&scope).await?))
}
