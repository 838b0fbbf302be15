//! Signing in and out, and who one is.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::{Extension, Json as Answer};
use linli_domain::session::{Me, NAME, PASSWORD, SignIn, StaffSignIn};
use linli_domain::{Code, Problem, ProblemCode};

use super::{MeProblems, SignInProblems, SignOutProblems, account, plain};
use crate::App;
use crate::auth::{self, COOKIE, NotShared, SESSION};
use crate::error::Error;
use crate::extract::{Json, Source};
use crate::intake::typed;
use crate::store::Task;

/// Bytes of a sign-in.
pub(super) const SIGN_IN: usize = 4 * 1024;
/// Longest name and password taken.
const LENGTH: usize = 200;

pub(super) type Cookie = [(header::HeaderName, String); 1];

/// Signs in: staff by name and password, residents by telephone number and PIN.
#[utoipa::path(post, path = "/api/v1/session", request_body = SignIn, responses(
    (status = 200, description = "Signed in; the cookie is the session", body = Me, headers(("Set-Cookie" = String))),
    SignInProblems,
))]
pub async fn open(
    State(app): State<App>,
    source: Source,
    _: NotShared,
    Json(body): Json<SIGN_IN>,
) -> Result<(Cookie, Answer<Me>), Error> {
    if account::is_residents(&body) {
        return account::sign_in(&app, source, &body).await;
    }
    let sign_in: StaffSignIn = typed(&body)?;
    check(&sign_in)?;
    let me = app.guesses().guarded(source, &sign_in.name, Instant::now(), recognise(&app, &sign_in)).await?;
    let token = auth::new_token()?;
    let now = app.store().now();
    let session =
        Task::OpenSession { token: auth::hash_token(&token), staff: me.id, expires_at: now + SESSION, at: now };
    app.store().carry_out(session).await?;
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

async fn recognise(app: &App, sign_in: &StaffSignIn) -> Result<Me, Error> {
    let account = app.store().account(&sign_in.name).await?;
    let (me, hash) = account.map(|account| (account.me, account.password)).unzip();
    let fits = app.passwords().fits(sign_in.password.clone(), hash).await?;
    me.filter(|_| fits).ok_or_else(|| ProblemCode::WrongCredentials.into())
}

pub(super) fn cookie(token: &str, seconds: i64) -> Cookie {
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    [(header::SET_COOKIE, cookie)]
}
