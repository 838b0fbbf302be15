//! Residents' accounts at the desk: found, opened, and given a code by which the resident sets a PIN. Staff never learn a PIN.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json as Answer};
use chrono::TimeDelta;
use linli_domain::account::{PHONE, PIN, account_phone, is_easily_guessed, pin_digits};
use linli_domain::acting::{AccountWanted, AccountsFound, NewPin, PIN_CODE, PinCodePrinted, QUERY};
use linli_domain::receipt::Receipt;
use linli_domain::session::Me;
use linli_domain::{Code, FieldPath, ProblemCode, RecordId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::session::{Cookie, SIGN_IN};
use super::{AccountProblems, DeskListProblems, StaffProblems, accepted, account, carried, plain};
use crate::App;
use crate::auth::{self, NotShared};
use crate::error::Error;
use crate::extract::{Asked, Id, Json, Source};
use crate::intake::typed;
use crate::store::{PinChange, PinDeed, Resident, Scope, Task};

/// How long a code sets a PIN.
const LASTS: TimeDelta = TimeDelta::days(7);
/// Longest text that accounts are searched by.
const LONGEST: usize = 40;

/// Whom to look for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// A part of the name, or the beginning or end of the telephone number: at least two characters.
    #[serde(default)]
    pub q: String,
}

/// Residents by name or telephone number, of one's grids or of none.
#[utoipa::path(get, path = "/api/v1/desk/accounts", params(Query), responses(
    (status = 200, description = "Those found", body = AccountsFound),
    DeskListProblems,
))]
pub async fn find(
    State(app): State<App>,
    Extension(scope): Extension<Scope>,
    Asked(query): Asked<Query>,
) -> Result<Answer<AccountsFound>, Error> {
    let (field, q) = (FieldPath::new("/q"), query.q.trim());
    plain(field, q, LONGEST)?;
    if q.chars().count() < QUERY {
        return Err(Error::field(field, if q.is_empty() { Code::Required } else { Code::TooShort }));
    }
    Ok(Answer(app.store().find_accounts(&scope, q).await?))
}

/// Opens an account without a PIN; the code to be printed now sets it.
#[utoipa::path(post, path = "/api/v1/desk/accounts", request_body = AccountWanted, responses(
    (status = 201, description = "Opened", body = PinCodePrinted),
    StaffProblems,
))]
pub async fn open(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
    Json(body): Json<SIGN_IN>,
) -> Result<(StatusCode, Answer<PinCodePrinted>), Error> {
    let wanted: AccountWanted = typed(&body)?;
    accepted(&wanted.check())?;
    let phone = account_phone(&wanted.phone).ok_or_else(|| Error::field(PHONE, Code::Malformed))?;
    let (account, person) = (account::new_id(&app)?, account::new_id(&app)?);
    let (name, place) = (wanted.name.trim().to_owned(), wanted.place.trim().to_owned());
    printed(&app, &scope, account, |expires_at| PinChange::Open { person, name, phone, place, expires_at, by: me.id })
        .await
}

/// Prints a code by which the resident sets another PIN. The one so far fits until then; codes printed before do not.
#[utoipa::path(post, path = "/api/v1/desk/accounts/{id}/pin-codes", params(("id" = RecordId, Path)), responses(
    (status = 201, description = "The code, told once", body = PinCodePrinted),
    StaffProblems,
))]
pub async fn print(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
    Id(id): Id,
) -> Result<(StatusCode, Answer<PinCodePrinted>), Error> {
    app.store().account_found(&scope, id).await?.ok_or(ProblemCode::NotFound)?;
    printed(&app, &scope, id, |expires_at| PinChange::Print { expires_at, by: me.id }).await
}

async fn printed(
    app: &App,
    scope: &Scope,
    account: RecordId,
    change: impl FnOnce(chrono::DateTime<chrono::FixedOffset>) -> PinChange,
) -> Result<(StatusCode, Answer<PinCodePrinted>), Error> {
    let at = app.store().now();
    let expires_at = at + LASTS;
    let code = Receipt::new(getrandom::u64().map_err(|_| Error::Internal("no random bytes"))?);
    let deed = PinDeed { account, code: auth::hash_token(&code.to_string()), at, what: change(expires_at) };
    carried(app, Task::Pin(deed)).await?;
    let account = app.store().account_found(scope, account).await?.ok_or(ProblemCode::NotFound)?;
    Ok((StatusCode::CREATED, Answer(PinCodePrinted { account, code: code.grouped(), expires_at })))
}

/// Sets one's own PIN by a code that the office printed, ends every session of the account and signs in to it.
#[utoipa::path(put, path = "/api/v1/accounts/pin", request_body = NewPin, responses(
    (status = 200, description = "Set, and signed in", body = Me, headers(("Set-Cookie" = String))),
    AccountProblems,
))]
pub async fn set_pin(
    State(app): State<App>,
    _: NotShared,
    source: Source,
    headers: HeaderMap,
    Json(body): Json<SIGN_IN>,
) -> Result<(Cookie, Answer<Me>), Error> {
    let wanted: NewPin = typed(&body)?;
    accepted(&wanted.check())?;
    let code = wanted.read_code().map_err(|_| Error::field(PIN_CODE, Code::Malformed))?;
    let code = auth::hash_token(&code.to_string());
    let setting = set(&app, code, wanted.pin);
    let resident = app.pins().guarded(source, &crate::hex(&code), Instant::now(), setting).await?;
    let session = account::session_of(&app, &headers, &resident).await?;
    Ok((session, Answer(resident.me)))
}

async fn set(app: &App, code: [u8; 32], pin: String) -> Result<Resident, Error> {
    let unknown = || Error::field(PIN_CODE, Code::UnknownPinCode);
    let account = app.store().sets_pin_of(code).await?.ok_or_else(unknown)?;
    let resident = app.store().resident(account).await?.ok_or_else(unknown)?;
    let digits = pin_digits(&pin).map_err(|code| Error::field(PIN, code))?;
    if is_easily_guessed(digits, resident.me.phone.as_deref()) {
        return Err(Error::field(PIN, Code::EasilyGuessed));
    }
    let pin = app.passwords().hashed(pin.trim().to_owned()).await?;
    let what = PinChange::Set { pin: pin.clone() };
    carried(app, Task::Pin(PinDeed { account, code, at: app.store().now(), what })).await?;
    Ok(Resident { pin, ..resident })
}
