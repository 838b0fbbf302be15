//! Residents' accounts: opening one with a household code, and signing in.

use std::time::Instant;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use linli_domain::account::{HOUSEHOLD_CODE, PHONE};
use linli_domain::account::{HouseholdCode, NewAccount, ResidentSignIn, account_phone};
use linli_domain::session::Me;
use linli_domain::{Code, ProblemCode, RecordId};
use serde_json::Value;

use super::session::{Cookie, SIGN_IN, cookie};
use super::{AccountProblems, accepted, carried};
use crate::App;
use crate::auth::{self, NotShared, RESIDENT_SESSION};
use crate::error::Error;
use crate::extract::{Json, Source};
use crate::intake::typed;
use crate::store::{Deed, Opening, Resident, Task};

/// Opens an account with a household code, which is used up by it, and signs in to it.
#[utoipa::path(post, path = "/api/v1/accounts", request_body = NewAccount, responses(
    (status = 201, description = "Opened and signed in", body = Me, headers(("Set-Cookie" = String))),
    AccountProblems,
))]
pub async fn open(
    State(app): State<App>,
    source: Source,
    _: NotShared,
    headers: HeaderMap,
    Json(body): Json<SIGN_IN>,
) -> Result<(StatusCode, Cookie, Answer<Me>), Error> {
    let wanted: NewAccount = typed(&body)?;
    accepted(&wanted.check())?;
    let code: HouseholdCode =
        wanted.household_code.parse().map_err(|_| Error::field(HOUSEHOLD_CODE, Code::Malformed))?;
    let code = auth::hash_token(&code.to_string());
    // Counted by code as well, so that one code does not tell of every telephone number whether it has an account.
    let opening = opened(&app, wanted, code);
    let resident = app.pins().guarded(source, &crate::hex(&code), Instant::now(), opening).await?;
    let session = session_of(&app, &headers, &resident).await?;
    Ok((StatusCode::CREATED, session, Answer(resident.me)))
}

async fn opened(app: &App, wanted: NewAccount, code: [u8; 32]) -> Result<Resident, Error> {
    if !app.store().opens_account(code).await? {
        return Err(Error::field(HOUSEHOLD_CODE, Code::UnknownHouseholdCode));
    }
    let phone = account_phone(&wanted.phone).ok_or_else(|| Error::field(PHONE, Code::Malformed))?;
    let opening = Opening {
        account: new_id(app)?,
        person: new_id(app)?,
        code,
        name: wanted.name.trim().to_owned(),
        phone,
        pin: app.passwords().hashed(wanted.pin.trim().to_owned()).await?,
        at: app.store().now(),
    };
    let id = opening.account;
    done(app, Deed::Open(Box::new(opening))).await?;
    app.store().resident(id).await?.ok_or(Error::Internal("an account that was opened is gone"))
}

pub(super) fn new_id(app: &App) -> Result<RecordId, Error> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|_| Error::Internal("no random bytes"))?;
    Ok(RecordId::new(u64::try_from(app.store().now().timestamp_millis()).unwrap_or_default(), random))
}

/// Carries out what may be refused.
pub(super) async fn done(app: &App, deed: Deed) -> Result<(), Error> {
    carried(app, Task::Account(deed)).await
}

/// Whether it is a resident who wants to sign in.
pub(super) fn is_residents(body: &Value) -> bool {
    ["phone", "pin"].iter().any(|field| body.get(field).is_some())
}

/// Signs a resident in.
pub(super) async fn sign_in(
    app: &App,
    source: Source,
    headers: &HeaderMap,
    body: &Value,
) -> Result<(Cookie, Answer<Me>), Error> {
    let sign_in: ResidentSignIn = typed(body)?;
    accepted(&sign_in.check())?;
    let phone = account_phone(&sign_in.phone).ok_or_else(|| Error::field(PHONE, Code::Malformed))?;
    let attempt = recognise(app, &phone, sign_in.pin);
    let resident = app.pins().guarded(source, &phone, Instant::now(), attempt).await?;
    let session = session_of(app, headers, &resident).await?;
    Ok((session, Answer(resident.me)))
}

/// The account of a telephone number, if the PIN fits; it takes as long where there is none.
pub(super) async fn recognise(app: &App, phone: &str, pin: String) -> Result<Resident, Error> {
    let resident = app.store().resident_of(phone).await?;
    // An account whose PIN was never set takes as long as one that is not there.
    let hash = resident.as_ref().map(|resident| resident.pin.clone()).filter(|hash| !hash.is_empty());
    let fits = app.passwords().fits(pin.trim().to_owned(), hash).await?;
    resident.filter(|_| fits).ok_or_else(|| ProblemCode::WrongCredentials.into())
}

/// Signs a browser in to an account whose PIN was recognised or set just now.
pub(super) async fn session_of(app: &App, headers: &HeaderMap, resident: &Resident) -> Result<Cookie, Error> {
    let (token, at) = (auth::new_token()?, app.store().now());
    let session = auth::session(&token, headers, resident.pin.clone(), at + RESIDENT_SESSION);
    done(app, Deed::SignIn { account: resident.me.id, session, at }).await?;
    Ok(cookie(&token, RESIDENT_SESSION.num_seconds()))
}
