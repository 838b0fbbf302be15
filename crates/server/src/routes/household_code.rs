//! Household codes: printed by the office, each opens one account.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use chrono::TimeDelta;
use linli_domain::Code;
use linli_domain::account::{HOUSEHOLDS, HouseholdCode, HouseholdCodes, HouseholdCodesWanted, PrintedCode};
use linli_domain::session::Me;

use super::{PrintProblems, SUBMISSION, accepted, account};
use crate::App;
use crate::auth;
use crate::error::Error;
use crate::extract::Json;
use crate::intake::typed;
use crate::store::Deed;

/// How long a code opens an account.
pub const LASTS: TimeDelta = TimeDelta::days(60);

/// Makes a code for each household, to be printed now: what the server keeps does not tell it again.
#[utoipa::path(post, path = "/api/v1/desk/household-codes", request_body = HouseholdCodesWanted, responses(
    (status = 201, description = "The codes, those in words first", body = HouseholdCodes),
    PrintProblems,
))]
pub async fn print(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SUBMISSION>,
) -> Result<(StatusCode, Answer<HouseholdCodes>), Error> {
    let wanted: HouseholdCodesWanted = typed(&body)?;
    accepted(&wanted.check())?;
    let at = app.store().now();
    let expires_at = at + LASTS;
    let (mut printed, mut codes) = (Vec::new(), Vec::new());
    let known = app.store().household_words(&wanted.households).await?;
    let known = known.into_iter().zip(&wanted.households).map(|(words, id)| {
        words.map(|words| (words, Some(*id))).ok_or_else(|| Error::field(HOUSEHOLDS, Code::UnknownPlace))
    });
    let free = wanted.places.iter().map(|place| Ok((place.trim().to_owned(), None)));
    for place in free.chain(known) {
        let (place, household) = place?;
        let code = HouseholdCode::new(getrandom::u64().map_err(|_| Error::Internal("no random bytes"))?);
        codes.push((auth::hash_token(&code.to_string()), place.clone(), household));
        printed.push(PrintedCode { place, code: code.grouped() });
    }
    account::done(&app, Deed::PrintCodes { codes, expires_at, by: me.id.to_string(), at }).await?;
    Ok((StatusCode::CREATED, Answer(HouseholdCodes { codes: printed, expires_at })))
}
