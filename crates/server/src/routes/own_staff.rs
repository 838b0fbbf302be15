//! One's own staff account: its password, and the second step of signing in.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json as Answer};
use linli_domain::receipt::Receipt;
use linli_domain::session::{Me, PASSWORD};
use linli_domain::staff::{
    NEW, OLD, OwnPassword, PasswordAgain, RECOVERY_CODES, RecoveryCodes, SecondStepConfirmed, SecondStepOffered,
};
use linli_domain::{Code, FieldPath, ProblemCode};

use super::session::SIGN_IN;
use super::{OwnStaffProblems, staff};
use crate::App;
use crate::error::Error;
use crate::extract::Json;
use crate::intake::typed;
use crate::store::{StaffChange, wrong_code};
use crate::{auth, totp};

/// Changes one's own password; every other session of the account ends.
#[utoipa::path(put, path = "/api/v1/desk/password", request_body = OwnPassword,
    responses((status = 204, description = "Done"), OwnStaffProblems))]
pub async fn password(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    headers: HeaderMap,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    let wanted: OwnPassword = typed(&body)?;
    if let Some(fault) = auth::password_fault(&wanted.new, &me.name) {
        return Err(Error::field(NEW, fault));
    }
    confirmed(&app, &me, OLD, wanted.old).await?;
    let hash = app.passwords().hashed(wanted.new).await?;
    staff::done(&app, me.id, &me, StaffChange::Password { hash, but: this(&headers) }).await
}

/// Tells an authenticator a secret. Nothing is asked for until it shows its digits.
#[utoipa::path(post, path = "/api/v1/desk/second-step", request_body = PasswordAgain, responses(
    (status = 200, description = "What to tell the authenticator", body = SecondStepOffered),
    OwnStaffProblems,
))]
pub async fn offer(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SIGN_IN>,
) -> Result<Answer<SecondStepOffered>, Error> {
    let again: PasswordAgain = typed(&body)?;
    confirmed(&app, &me, PASSWORD, again.password).await?;
    let secret = totp::new_secret()?;
    let issuer = app.store().rules().public.community.name.clone();
    let offered =
        SecondStepOffered { secret: totp::grouped(&secret), address: totp::address(&secret, &issuer, &me.name) };
    staff::done(&app, me.id, &me, StaffChange::OfferSecondStep(secret)).await?;
    Ok(Answer(offered))
}

/// Asks for the second step from now on, since the authenticator shows the right digits; every other session of the account
/// ends.
#[utoipa::path(put, path = "/api/v1/desk/second-step", request_body = SecondStepConfirmed, responses(
    (status = 200, description = "Codes for when the authenticator is lost, told once", body = RecoveryCodes),
    OwnStaffProblems,
))]
pub async fn confirm(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    headers: HeaderMap,
    Json(body): Json<SIGN_IN>,
) -> Result<Answer<RecoveryCodes>, Error> {
    let shown: SecondStepConfirmed = typed(&body)?;
    let now = app.store().now().timestamp();
    let pending = app.store().staff(me.id).await?.and_then(|account| account.pending_secret);
    let attempt = async {
        let step = pending.and_then(|secret| totp::step_of(&secret, &shown.code, now));
        step.ok_or_else(|| Error::from(wrong_code()))
    };
    let step = app.guesses().guarded_own(me.id, Instant::now(), attempt).await?;
    let (mut codes, mut hashes) = (Vec::new(), Vec::new());
    for _ in 0..RECOVERY_CODES {
        let code = Receipt::new(getrandom::u64().map_err(|_| Error::Internal("no random bytes"))?);
        hashes.push(auth::hash_token(&code.to_string()));
        codes.push(code.grouped());
    }
    staff::done(&app, me.id, &me, StaffChange::ConfirmSecondStep { step, codes: hashes, but: this(&headers) }).await?;
    Ok(Answer(RecoveryCodes { codes }))
}

/// Asks for no second step any more; every other session of the account ends.
#[utoipa::path(delete, path = "/api/v1/desk/second-step", request_body = PasswordAgain,
    responses((status = 204, description = "Done"), OwnStaffProblems))]
pub async fn drop(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    headers: HeaderMap,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    let again: PasswordAgain = typed(&body)?;
    confirmed(&app, &me, PASSWORD, again.password).await?;
    staff::done(&app, me.id, &me, StaffChange::DropSecondStep { but: this(&headers) }).await
}

/// The session that goes on.
fn this(headers: &HeaderMap) -> Option<[u8; 32]> {
    auth::token(headers).map(|token| auth::hash_token(&token))
}

/// Whether it is still the person whose account it is.
async fn confirmed(app: &App, me: &Me, field: FieldPath, password: String) -> Result<(), Error> {
    let account = app.store().staff(me.id).await?.ok_or(ProblemCode::SignedOut)?;
    let attempt = async {
        let fits = app.passwords().fits(password, Some(account.password)).await?;
        if fits { Ok(()) } else { Err(Error::field(field, Code::WrongPassword)) }
    };
    app.guesses().guarded_own(me.id, Instant::now(), attempt).await
}
