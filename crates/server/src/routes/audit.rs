//! The audit log, as staff read it.

use axum::Json;
use axum::extract::State;
use linli_domain::audit::AuditPage;
use linli_domain::{Code, FieldPath};
use serde::Deserialize;
use utoipa::IntoParams;

use super::DeskListProblems;
use crate::App;
use crate::error::Error;
use crate::extract::Asked;

/// Which page; an empty value is as none.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// `next` of the page before.
    #[serde(default)]
    pub cursor: String,
}

/// Who did what to what, newest first.
#[utoipa::path(get, path = "/api/v1/desk/audit", params(Query), responses(
    (status = 200, description = "A page", body = AuditPage),
    DeskListProblems,
))]
pub async fn list(State(app): State<App>, Asked(query): Asked<Query>) -> Result<Json<AuditPage>, Error> {
    let malformed = || Error::field(FieldPath::new("/cursor"), Code::Malformed);
    let before = match query.cursor.as_str() {
        "" => None,
        cursor => Some(cursor.parse().map_err(|_| malformed())?),
    };
    Ok(Json(app.store().audit(before).await?))
}
