//! What is one's own: records, a copy of everything, claims, and the end of the account.

use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as Answer};
use linli_domain::account::{Claim, Export, Farewell, OwnRecords, RECEIPT};
use linli_domain::session::Me;
use linli_domain::{Code, FieldPath, ProblemCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::session::{Cookie, SIGN_IN, cookie};
use super::{ClaimProblems, CopyProblems, LeaveProblems, OwnItemProblems, OwnListProblems, accepted, account};
use crate::App;
use crate::error::Error;
use crate::export;
use crate::extract::{Asked, Hash, Json, Source};
use crate::intake::typed;
use crate::store::{Deed, Note, Task};

/// Which records; an empty value is as none.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// `next` of the answer before; nothing or 0 for all.
    #[serde(default)]
    pub since: String,
}

/// In which form and language; an empty value is as none.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Form {
    /// `json`, or `html` for a page to read; without it as `Accept` says.
    #[serde(default)]
    pub format: String,
    /// The language of the page, such as `zh-Hans`; without it as `Accept-Language` says.
    #[serde(default)]
    pub lang: String,
}

/// One's own records that changed since, by a sequence of the server's, oldest first.
#[utoipa::path(get, path = "/api/v1/me/records", params(Since), responses(
    (status = 200, description = "A page", body = OwnRecords),
    OwnListProblems,
))]
pub async fn records(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Asked(query): Asked<Since>,
) -> Result<Answer<OwnRecords>, Error> {
    let malformed = || Error::field(FieldPath::new("/since"), Code::Malformed);
    let since = if query.since.is_empty() { 0 } else { query.since.parse().map_err(|_| malformed())? };
    Ok(Answer(app.store().own_records(me.id, since).await?))
}

/// A copy of everything there is about one.
#[utoipa::path(get, path = "/api/v1/me/export", params(Form), responses(
    (status = 200, description = "The copy, to be saved", content(
        (Export = "application/json"),
        (str = "text/html"),
    )),
    CopyProblems,
))]
pub async fn export(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Asked(form): Asked<Form>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.admit_export(me.id)?;
    let export = app.store().export(me.id).await?.ok_or(ProblemCode::SignedOut)?;
    let id = me.id.to_string();
    let note = Note { at: app.store().now(), actor: id.clone(), action: "account.export", object: id };
    app.store().write(vec![Task::Note(note)]).await?;
    let accepts = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let readable = match form.format.as_str() {
        "" => accepts(header::ACCEPT).starts_with("text/html"),
        format => format == "html",
    };
    let (media_type, name, form) = if readable {
        let lang = if form.lang.is_empty() { accepts(header::ACCEPT_LANGUAGE) } else { &form.lang };
        ("text/html; charset=utf-8", "linli.html", export::Form::page(lang))
    } else {
        ("application/json", "linli.json", export::Form::Json)
    };
    let saved = format!("attachment; filename=\"{name}\"");
    let head = [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, saved)];
    Ok((head, Body::from_stream(export::written(app.store().clone(), export, form))).into_response())
}

/// A photo of one's own report.
#[utoipa::path(get, path = "/api/v1/me/photos/{sha256}", params(("sha256" = linli_domain::PhotoHash, Path)), responses(
    (status = 200, description = "The photo", content_type = "image/jpeg"),
    OwnItemProblems,
))]
pub async fn photo(State(app): State<App>, Extension(me): Extension<Me>, Hash(hash): Hash) -> Result<Response, Error> {
    let bytes = app.store().own_photo(me.id, hash).await?.ok_or(ProblemCode::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response())
}

/// Takes an earlier submission into the account: whoever holds its receipt number made it.
#[utoipa::path(post, path = "/api/v1/me/claims", request_body = Claim, responses(
    (status = 204, description = "It is one's own, now or already"),
    ClaimProblems,
))]
pub async fn claim(
    State(app): State<App>,
    source: Source,
    Extension(me): Extension<Me>,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    app.admit(source, 1)?;
    let claim: Claim = typed(&body)?;
    let receipt = claim.read().map_err(|code| Error::field(RECEIPT, code))?;
    account::done(&app, Deed::Claim { account: me.id, receipt, at: app.store().now() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the account: it, its sessions and all that is personal in its submissions are gone when this is answered, or soon after
/// where the database is not to be written meanwhile. What stays is how many submissions of which kind there were on which
/// day.
#[utoipa::path(delete, path = "/api/v1/me", request_body = Farewell, responses(
    (status = 204, description = "Gone", headers(("Set-Cookie" = String))),
    LeaveProblems,
))]
pub async fn leave(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SIGN_IN>,
) -> Result<(StatusCode, Cookie), Error> {
    let farewell: Farewell = typed(&body)?;
    accepted(&farewell.check())?;
    let phone = me.phone.unwrap_or_default();
    let attempt = account::recognise(&app, &phone, farewell.pin);
    app.pins().guarded_own(me.id, Instant::now(), attempt).await?;
    account::done(&app, Deed::Delete { account: me.id, at: app.store().now() }).await?;
    // It has ended: the rest goes also when whoever asked has hung up, and what fails now goes with the next upkeep.
    let store = app.store().clone();
    if let Ok(Err(error)) = tokio::spawn(async move { store.sweep(me.id).await }).await {
        tracing::warn!(%error, "something of an account that ended is left for later");
    }
    Ok((StatusCode::NO_CONTENT, cookie("", 0)))
}
