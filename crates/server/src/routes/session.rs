//! Signing in and out, and who one is.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::{Extension, Json as Answer};
use linli_domain::session::{CODE, Me, NAME, PASSWORD, SignIn, StaffSignIn};
use linli_domain::{Code, Problem, ProblemCode, Receipt, RecordId};

use super::{MeProblems, SignInProblems, SignOutProblems, account, carried, plain};
use crate::App;
use crate::auth::{self, COOKIE, NotShared, SESSION};
use crate::error::Error;
use crate::extract::{Json, Source};
use crate::intake::typed;
use crate::store::{Proof, StaffChange, StaffDeed, Task, wrong_code};
use crate::totp;

/// Bytes of a sign-in.
pub(super) const SIGN_IN: usize = 4 * 1024;
/// Longest name and password taken.
const LENGTH: usize = 200;

pub(super) type Cookie = [(header::HeaderName, String); 1];

/// Signs in: staff by name and password, residents by telephone number and PIN. The session that this browser had ends.
#[utoipa::path(post, path = "/api/v1/session", request_body = SignIn, responses(
    (status = 200, description = "Signed in; the cookie is the session", body = Me, headers(("Set-Cookie" = String))),
    SignInProblems,
))]
pub async fn open(
    State(app): State<App>,
    source: Source,
    _: NotShared,
    headers: HeaderMap,
    Json(body): Json<SIGN_IN>,
) -> Result<(Cookie, Answer<Me>), Error> {
    if account::is_residents(&body) {
        return account::sign_in(&app, source, &headers, &body).await;
    }
    let sign_in: StaffSignIn = typed(&body)?;
    check(&sign_in)?;
    let attempt = signed_in(&app, &headers, &sign_in);
    let (me, token) = app.guesses().guarded(source, &sign_in.name, Instant::now(), attempt).await?;
    Ok((cookie(&token, SESSION.num_seconds()), Answer(me)))
}

/// Signs out; also when nobody is signed in.
#[utoipa::path(delete, path = "/api/v1/session", responses(
    (status = 204, description = "Signed out", headers(("Set-Cookie" = String))),
    SignOutProblems,
))]
pub async fn close(State(app): State<App>, headers: HeaderMap) -> Result<(StatusCode, Cookie), Error> {
    if let Some(token) = auth::token(&headers).map(|token| auth::hash_token(&token)) {
        let at = app.store().now();
        if let Some(me) = app.store().signed_in(token, at).await? {
            app.store().carry_out(Task::CloseSession { token, staff: me.id, at }).await?;
        }
    }
    Ok((StatusCode::NO_CONTENT, cookie("", 0)))
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/me", responses(
    (status = 200, description = "The account", body = Me),
    MeProblems,
))]
pub async fn me(Extension(me): Extension<Me>) -> Answer<Me> {
    Answer(me)
}

fn check(sign_in: &StaffSignIn) -> Result<(), Problem> {
    for (field, text) in [(NAME, &sign_in.name), (PASSWORD, &sign_in.password)] {
        if text.is_empty() {
            return Err(Problem::field(field.pointer(), Code::Required));
        }
        if text.chars().count() > LENGTH {
            return Err(Problem::field(field.pointer(), Code::TooLong));
        }
    }
    plain(NAME, &sign_in.name, LENGTH)
}

/// Whose name and password these are, and the token of their new session; it takes as long where there is nobody.
async fn signed_in(app: &App, headers: &HeaderMap, sign_in: &StaffSignIn) -> Result<(Me, String), Error> {
    let account = app.store().account(&sign_in.name).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let fits = app.passwords().fits(sign_in.password.clone(), hash).await?;
    let account = account.filter(|_| fits).ok_or(ProblemCode::WrongCredentials)?;
    let proof = match &account.secret {
        Some(secret) => Some(shown(app, account.me.id, secret, sign_in.code.trim()).await?),
        None => None,
    };
    let (token, at) = (auth::new_token()?, app.store().now());
    let session = auth::session(&token, headers, account.password, at + SESSION);
    let what = StaffChange::SignIn { session, proof };
    let deed = StaffDeed { staff: account.me.id, by: account.me.id.to_string(), at, what };
    carried(app, Task::Staff(deed)).await?;
    Ok((account.me, token))
}

/// What the second step is shown by: the digits of now, or a recovery code.
async fn shown(app: &App, staff: RecordId, secret: &[u8], code: &str) -> Result<Proof, Error> {
    if code.is_empty() {
        let asked = Problem {
            fields: Problem::field(CODE.pointer(), Code::Required).fields,
            ..Problem::new(ProblemCode::CodeNeeded)
        };
        return Err(asked.into());
    }
    if let Some(step) = totp::step_of(secret, code, app.store().now().timestamp()) {
        return Ok(Proof::Step(step));
    }
    let recovery = code.parse::<Receipt>().ok().map(|code| auth::hash_token(&code.to_string()));
    match recovery {
        Some(hash) if app.store().recovers(staff, hash).await? => Ok(Proof::Recovery(hash)),
        _ => Err(wrong_code().into()),
    }
}

pub(super) fn cookie(token: &str, seconds: i64) -> Cookie {
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    [(header::SET_COOKIE, cookie)]
}
