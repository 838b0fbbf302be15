//! Shared tablets: named and revoked at the desk, paired by a code, and what a paired one tells.

use std::time::Instant;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::{Extension, Json as Answer};
use chrono::TimeDelta;
use linli_domain::RecordId;
use linli_domain::session::Me;
use linli_domain::tablet::{CODE, DIGITS, DeskDevices, DeviceEdit, Pairing, PairingCode, Tablet, TabletContact};

use super::{DeskEditProblems, DeskItemProblems, DeskLookProblems, DeviceProblems, PairProblems, accepted, carried};
use crate::App;
use crate::auth::{self, DEVICE_COOKIE, Paired};
use crate::error::Error;
use crate::extract::{Id, Json, Source};
use crate::guess::guarded;
use crate::intake::typed;
use crate::store::{DeviceDeed, Task};

/// Bytes of a body here.
const BODY: usize = 4 * 1024;
/// How long a code pairs.
const LASTS: TimeDelta = TimeDelta::minutes(15);
/// How long a tablet stays paired, seconds; browsers keep no cookie longer.
const PAIRED: i64 = 400 * 86_400;

type Cookie = [(header::HeaderName, String); 1];

/// The tablets, and which of them need their keeper.
#[utoipa::path(get, path = "/api/v1/desk/devices", responses(
    (status = 200, description = "Every tablet", body = DeskDevices),
    DeskLookProblems,
))]
pub async fn list(State(app): State<App>) -> Result<Answer<DeskDevices>, Error> {
    Ok(Answer(app.store().devices().await?))
}

/// Names a tablet and makes a code to pair it with, to be typed in now.
#[utoipa::path(post, path = "/api/v1/desk/devices", request_body = DeviceEdit, responses(
    (status = 201, description = "The code", body = PairingCode),
    DeskEditProblems, DeskItemProblems,
))]
pub async fn name(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<BODY>,
) -> Result<(StatusCode, Answer<PairingCode>), Error> {
    let edit: DeviceEdit = typed(&body)?;
    accepted(&edit.check())?;
    let id = match edit.id {
        Some(id) => id,
        None => super::account::new_id(&app)?,
    };
    let random = getrandom::u64().map_err(|_| Error::Internal("no random bytes"))?;
    let digits = format!("{:0width$}", random % 100_000_000, width = DIGITS);
    let (code, at) = (auth::hash_token(&digits), app.store().now());
    let until = at + LASTS;
    done(&app, DeviceDeed::Name { id, edit, code, until, by: me.id.to_string(), at }).await?;
    let (first, second) = digits.split_at(DIGITS / 2);
    Ok((StatusCode::CREATED, Answer(PairingCode { code: [first, " ", second].concat(), expires_at: until })))
}

/// Refuses a tablet from now on. What is sealed on it is still taken.
#[utoipa::path(delete, path = "/api/v1/desk/devices/{id}", params(("id" = RecordId, Path)), responses(
    (status = 204, description = "Revoked"),
    DeskItemProblems,
))]
pub async fn revoke(State(app): State<App>, Extension(me): Extension<Me>, Id(id): Id) -> Result<StatusCode, Error> {
    done(&app, DeviceDeed::Revoke { id, by: me.id.to_string(), at: app.store().now() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pairs the tablet that asks; the code is used up by it.
#[utoipa::path(post, path = "/api/v1/device/pair", request_body = Pairing, responses(
    (status = 200, description = "Paired; the cookie is the tablet", body = Tablet, headers(("Set-Cookie" = String))),
    PairProblems,
))]
pub async fn pair(
    State(app): State<App>,
    source: Source,
    Json(body): Json<BODY>,
) -> Result<(Cookie, Answer<Tablet>), Error> {
    let pairing: Pairing = typed(&body)?;
    let digits = pairing.digits().map_err(|code| Error::field(CODE, code))?;
    let (token, at) = (auth::new_token()?, app.store().now());
    let hash = auth::hash_token(&token);
    let deed = DeviceDeed::Pair { code: auth::hash_token(&digits), token: hash, at };
    guarded(app.pairings(), source, Instant::now(), done(&app, deed)).await?;
    let (_, tablet) = app.store().tablet(hash).await?.ok_or(Error::Internal("a tablet that was paired is gone"))?;
    Ok((cookie(&token, PAIRED), Answer(tablet)))
}

/// A paired tablet tells how it stands, and is told who it is.
#[utoipa::path(post, path = "/api/v1/device/contact", request_body = TabletContact, responses(
    (status = 200, description = "The tablet", body = Tablet),
    DeviceProblems,
))]
pub async fn contact(
    State(app): State<App>,
    Extension(Paired { id, tablet }): Extension<Paired>,
    Json(body): Json<BODY>,
) -> Result<Answer<Tablet>, Error> {
    let contact: TabletContact = typed(&body)?;
    done(&app, DeviceDeed::Contact { id, contact, at: app.store().now() }).await?;
    Ok(Answer(tablet))
}

async fn done(app: &App, deed: DeviceDeed) -> Result<(), Error> {
    carried(app, Task::Device(Box::new(deed))).await
}

fn cookie(token: &str, seconds: i64) -> Cookie {
    let cookie = format!("{DEVICE_COOKIE}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    [(header::SET_COOKIE, cookie)]
}
