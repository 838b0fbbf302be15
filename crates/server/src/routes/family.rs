//! Whom an account acts for, and what one puts right of oneself.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json as Answer};
use linli_domain::account::account_phone;
use linli_domain::card::{Card, CardId, CardNumber};
use linli_domain::consent::{ConsentRecord, ConsentWanted};
use linli_domain::family::{Family, MemberWanted, OwnDetails, OwnPin, PHONE};
use linli_domain::session::Me;
use linli_domain::{Code, ProblemCode};

use super::session::SIGN_IN;
use super::{
    ClaimProblems, ExportProblems, LeaveProblems, MemberProblems, NewCardProblems, OwnItemProblems, accepted, account,
    carried,
};
use crate::App;
use crate::auth;
use crate::error::Error;
use crate::extract::{Id, Json, Source};
use crate::intake::typed;
use crate::store::{FamilyDeed, Task};

/// Numbers drawn for a new card: that all of them are taken does not happen before most numbers are.
const DRAWN: usize = 16;

/// Oneself and the people the account acts for.
#[utoipa::path(get, path = "/api/v1/me/family", responses(
    (status = 200, description = "Oneself first", body = Family),
    ExportProblems,
))]
pub async fn list(State(app): State<App>, Extension(me): Extension<Me>) -> Result<Answer<Family>, Error> {
    Ok(Answer(app.store().family(me.id).await?))
}

/// Adds somebody under an id of the device's own, or puts right what is known of them.
#[utoipa::path(put, path = "/api/v1/me/family/{id}", params(("id" = linli_domain::RecordId, Path)),
    request_body = MemberWanted, responses(
    (status = 204, description = "Kept"),
    MemberProblems,
))]
pub async fn keep(
    State(app): State<App>,
    source: Source,
    Extension(me): Extension<Me>,
    Id(person): Id,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    app.admit(source, 1)?;
    let (wanted, at) = (typed::<MemberWanted>(&body)?, app.store().now());
    accepted(&wanted.check(at.date_naive()))?;
    done(&app, FamilyDeed::Keep { account: me.id, person, wanted, at }).await
}

/// Acts for somebody no more; what was submitted for them stays as it is.
#[utoipa::path(delete, path = "/api/v1/me/family/{id}", params(("id" = linli_domain::RecordId, Path)), responses(
    (status = 204, description = "Not, or not any more, one of the account's people"),
    OwnItemProblems,
))]
pub async fn remove(State(app): State<App>, Extension(me): Extension<Me>, Id(person): Id) -> Result<StatusCode, Error> {
    done(&app, FamilyDeed::Remove { account: me.id, person, at: app.store().now() }).await
}

/// Puts one's own name and telephone number right; the number is what one signs in with from now on.
#[utoipa::path(put, path = "/api/v1/me", request_body = OwnDetails, responses(
    (status = 204, description = "Right"),
    LeaveProblems,
))]
pub async fn correct(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    let wanted: OwnDetails = typed(&body)?;
    accepted(&wanted.check())?;
    let phone = account_phone(&wanted.phone).ok_or_else(|| Error::field(PHONE, Code::Malformed))?;
    let signed_in_with = me.phone.unwrap_or_default();
    let attempt = async {
        account::recognise(&app, &signed_in_with, wanted.pin).await?;
        let name = wanted.name.trim().to_owned();
        done(&app, FamilyDeed::Correct { account: me.id, name, phone, at: app.store().now() }).await
    };
    // Whose number is whose is not to be asked for without end either.
    app.pins().guarded_own(me.id, Instant::now(), attempt).await
}

/// Changes the PIN, and signs every other browser out.
#[utoipa::path(put, path = "/api/v1/me/pin", request_body = OwnPin, responses(
    (status = 204, description = "Changed"),
    LeaveProblems,
))]
pub async fn change_pin(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    headers: HeaderMap,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    let wanted: OwnPin = typed(&body)?;
    let phone = me.phone.unwrap_or_default();
    accepted(&wanted.check(&phone))?;
    let attempt = account::recognise(&app, &phone, wanted.pin);
    app.pins().guarded_own(me.id, Instant::now(), attempt).await?;
    let pin = app.passwords().hashed(wanted.new_pin.trim().to_owned()).await?;
    let keep = auth::hash_token(&auth::token(&headers).unwrap_or_default());
    done(&app, FamilyDeed::ChangePin { account: me.id, pin, keep, at: app.store().now() }).await
}

/// Every consent that was given or withdrawn.
#[utoipa::path(get, path = "/api/v1/me/consents", responses(
    (status = 200, description = "Newest first", body = ConsentRecord),
    ExportProblems,
))]
pub async fn consents(State(app): State<App>, Extension(me): Extension<Me>) -> Result<Answer<ConsentRecord>, Error> {
    Ok(Answer(app.store().consents(me.id).await?))
}

/// Agrees that somebody's health values are kept: to the text in force, for a child as its guardian.
#[utoipa::path(put, path = "/api/v1/me/consents/{id}", params(("id" = linli_domain::RecordId, Path)),
    request_body = ConsentWanted, responses(
    (status = 204, description = "Agreed, now or already"),
    ClaimProblems,
))]
pub async fn agree(
    State(app): State<App>,
    source: Source,
    Extension(me): Extension<Me>,
    Id(person): Id,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    app.admit(source, 1)?;
    let wanted: ConsentWanted = typed(&body)?;
    let at = app.store().now();
    let family = app.store().family(me.id).await?;
    let member = family.member(person).ok_or(ProblemCode::NotFound)?;
    accepted(&wanted.check(&app.store().rules().public.consents, member.is_child(at.date_naive())))?;
    let (version, guardian) = (Some(wanted.consent), wanted.guardian_consent);
    done(&app, FamilyDeed::Consent { account: me.id, person, version, guardian, at }).await
}

/// Takes it back: no health values of this person are taken until it is agreed to again.
#[utoipa::path(delete, path = "/api/v1/me/consents/{id}", params(("id" = linli_domain::RecordId, Path)), responses(
    (status = 204, description = "Taken back, now or already"),
    OwnItemProblems,
))]
pub async fn withdraw(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Id(person): Id,
) -> Result<StatusCode, Error> {
    let at = app.store().now();
    done(&app, FamilyDeed::Consent { account: me.id, person, version: None, guardian: false, at }).await
}

/// The card of one of the account's people.
#[utoipa::path(get, path = "/api/v1/me/cards/{id}", params(("id" = linli_domain::RecordId, Path)), responses(
    (status = 200, description = "The card, to be printed", body = Card),
    OwnItemProblems,
))]
pub async fn card(State(app): State<App>, Extension(me): Extension<Me>, Id(person): Id) -> Result<Answer<Card>, Error> {
    let cards = app.store().cards(me.id).await?;
    Ok(Answer(cards.into_iter().rfind(|card| card.person == person).ok_or(ProblemCode::NotFound)?))
}

/// Makes a card for one of the account's people; the one until now leads to nobody any more.
#[utoipa::path(post, path = "/api/v1/me/cards/{id}", params(("id" = linli_domain::RecordId, Path)), responses(
    (status = 201, description = "The new card", body = Card),
    NewCardProblems,
))]
pub async fn new_card(
    State(app): State<App>,
    source: Source,
    Extension(me): Extension<Me>,
    Id(person): Id,
) -> Result<(StatusCode, Answer<Card>), Error> {
    app.admit(source, 1)?;
    let random = || getrandom::u32().map_err(|_| Error::Internal("no random bytes"));
    let numbers = (0..DRAWN).map(|_| random().map(CardNumber::new)).collect::<Result<_, _>>()?;
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::Internal("no random bytes"))?;
    let id = CardId(uuid::Builder::from_random_bytes(bytes).into_uuid());
    done(&app, FamilyDeed::NewCard { account: me.id, person, numbers, id, at: app.store().now() }).await?;
    let cards = app.store().cards(me.id).await?;
    let card = cards.into_iter().rfind(|card| card.person == person);
    Ok((StatusCode::CREATED, Answer(card.ok_or(Error::Internal("a card that was made is gone"))?)))
}

async fn done(app: &App, deed: FamilyDeed) -> Result<StatusCode, Error> {
    carried(app, Task::Family(deed)).await?;
    Ok(StatusCode::NO_CONTENT)
}
