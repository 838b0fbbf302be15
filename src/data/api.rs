//! Every HTTP request of the app. An answer that is not the server's own form (a captive portal's page, a proxy's
//! error) counts as no answer.

use std::cell::Cell;
use std::time::Duration;

use gloo::net::http::{Request, RequestBuilder, Response};
use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use linli_domain::account::{
    Claim, Farewell, HouseholdCodes, HouseholdCodesWanted, NewAccount, OwnRecords, ResidentSignIn,
};
use linli_domain::acting::{
    AccountSought, AccountWanted, AccountsFound, Acting, ActingNow, NewActing, NewPin, PinCodePrinted,
};
use linli_domain::audit::AuditPage;
use linli_domain::card::{Card, CardHolder, CardShown};
use linli_domain::consent::ConsentWanted;
use linli_domain::courier::{Event, Millis};
use linli_domain::device::OutboxItem;
use linli_domain::family::{Family, MemberWanted, OwnDetails, OwnPin};
use linli_domain::figures::Figures;
use linli_domain::grid::{DeskPlaces, Households, PlaceImport};
use linli_domain::outbox::{OutboxItem as SentItem, OutboxReply};
use linli_domain::photo::PhotoKept;
use linli_domain::session::{DeskSubmission, DeskSubmissionPage, Me, StaffSignIn};
use linli_domain::staff::{
    GivenPassword, NewStaff, OwnPassword, PasswordAgain, RecoveryCodes, SecondStepConfirmed, SecondStepOffered,
    StaffActive, StaffList, StaffRoles,
};
use linli_domain::submission::{Accepted, ReceiptStatus, SubmissionKind};
use linli_domain::tablet::{DeskDevices, DeviceEdit, Pairing, PairingCode, Tablet, TabletContact};
use linli_domain::{PhotoHash, Problem, ProblemCode, RecordId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use web_sys::AbortController;

use super::status::{self, Reach};
use super::{Error, clock, gzip};

const BASE: &str = "/api/v1";
const PATIENCE: Duration = Duration::from_secs(30);
/// 250 KB over the slowest line that is any use.
const PATIENCE_WITH_PHOTO: Duration = Duration::from_mins(2);

/// [`linli_domain::outbox::Outbox`] with bodies that are JSON already.
#[derive(Serialize)]
pub(super) struct Outbox {
    pub items: Vec<OutboxItem>,
}

/// What the server answered, in its own form.
enum Answer {
    Good(Response),
    NotModified,
    Problem { problem: Problem, retry_after: Option<Millis> },
}

/// What became of a submission, for whoever holds its receipt number.
///
/// # Errors
/// [`Error::Refused`] with `not_found` or the fault of the number; [`Error::Offline`].
pub async fn receipt_status(code: &str) -> Result<ReceiptStatus, Error> {
    read(Request::get(&format!("{BASE}/receipts/{}", js_sys::encode_uri_component(code)))).await
}

/// Signs staff in.
///
/// # Errors
/// [`Error::Refused`] with `wrong_credentials` or `too_many_requests`; [`Error::Offline`].
pub async fn sign_in(credentials: &StaffSignIn) -> Result<Me, Error> {
    match exchange(Request::post(&format!("{BASE}/session")), Some(json(credentials).into())).await? {
        Answer::Good(response) => body(response).await,
        Answer::Problem { problem, .. } => Err(Error::Refused(problem)),
        Answer::NotModified => Err(Error::Broken),
    }
}

/// Signs a resident in.
///
/// # Errors
/// [`Error::Refused`] with fields, `wrong_credentials` or `too_many_requests`; [`Error::Offline`].
pub(super) async fn sign_in_resident(credentials: &ResidentSignIn) -> Result<Me, Error> {
    body(written(Request::post(&format!("{BASE}/session")), credentials).await?).await
}

/// Opens a resident's account.
///
/// # Errors
/// As [`sign_in_resident`].
pub(super) async fn open_account(wanted: &NewAccount) -> Result<Me, Error> {
    body(written(Request::post(&format!("{BASE}/accounts")), wanted).await?).await
}

/// Ends a resident's account.
///
/// # Errors
/// [`Error::Refused`] with `wrong_credentials` or `too_many_requests`; [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn delete_account(farewell: &Farewell) -> Result<(), Error> {
    written(Request::delete(&format!("{BASE}/me")), farewell).await.map(|_| ())
}

/// Takes an earlier submission into the account.
///
/// # Errors
/// [`Error::Refused`] with what is wrong with the number; [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn claim(claim: &Claim) -> Result<(), Error> {
    written(Request::post(&format!("{BASE}/me/claims")), claim).await.map(|_| ())
}

/// A page of the account's records that changed since.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn own_records(since: i64) -> Result<OwnRecords, Error> {
    read(Request::get(&format!("{BASE}/me/records")).query([("since", since.to_string())])).await
}

/// Oneself and the people the account acts for.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn family() -> Result<Family, Error> {
    read(Request::get(&format!("{BASE}/me/family"))).await
}

/// Adds somebody, or puts right what is known of them.
///
/// # Errors
/// [`Error::Refused`] with fields, [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn keep_member(id: RecordId, wanted: &MemberWanted) -> Result<(), Error> {
    written(Request::put(&format!("{BASE}/me/family/{id}")), wanted).await.map(|_| ())
}

/// Acts for somebody no more.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn remove_member(id: RecordId) -> Result<(), Error> {
    bare(Request::delete(&format!("{BASE}/me/family/{id}"))).await.map(|_| ())
}

/// Puts one's own name and telephone number right.
///
/// # Errors
/// [`Error::Refused`] with fields or `wrong_credentials`, [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn correct_oneself(wanted: &OwnDetails) -> Result<(), Error> {
    written(Request::put(&format!("{BASE}/me")), wanted).await.map(|_| ())
}

/// Changes the PIN.
///
/// # Errors
/// As [`correct_oneself`].
pub(super) async fn change_pin(wanted: &OwnPin) -> Result<(), Error> {
    written(Request::put(&format!("{BASE}/me/pin")), wanted).await.map(|_| ())
}

/// Agrees that somebody's health values are kept.
///
/// # Errors
/// [`Error::Refused`] with fields, [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn agree(id: RecordId, wanted: &ConsentWanted) -> Result<(), Error> {
    written(Request::put(&format!("{BASE}/me/consents/{id}")), wanted).await.map(|_| ())
}

/// Takes that back.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn withdraw(id: RecordId) -> Result<(), Error> {
    bare(Request::delete(&format!("{BASE}/me/consents/{id}"))).await.map(|_| ())
}

/// Somebody's card.
///
/// # Errors
/// [`Error::Refused`] with `not_found`, [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn card(id: RecordId) -> Result<Card, Error> {
    read(Request::get(&format!("{BASE}/me/cards/{id}"))).await
}

/// A new card for somebody.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn new_card(id: RecordId) -> Result<Card, Error> {
    body(bare(Request::post(&format!("{BASE}/me/cards/{id}"))).await?).await
}

/// Whose card it is, for staff.
///
/// # Errors
/// [`Error::Refused`] with `not_found` or what is wrong with the number, [`Error::SignedOut`], [`Error::Offline`].
pub async fn card_holder(shown: &CardShown) -> Result<CardHolder, Error> {
    body(written(Request::post(&format!("{BASE}/desk/cards")), shown).await?).await
}

/// Sends what has no body.
async fn bare(request: RequestBuilder) -> Result<Response, Error> {
    match exchange(request, None).await? {
        Answer::Good(response) => Ok(response),
        Answer::Problem { problem, .. } => Err(sort(problem)),
        Answer::NotModified => Err(Error::Broken),
    }
}

/// Where everything about an account is to be had, as data or as a page in a language.
pub fn export_address(page_in: Option<&str>) -> String {
    let page = page_in.map(|tag| ["?format=html&lang=", tag].concat()).unwrap_or_default();
    format!("{BASE}/me/export{page}")
}

/// Sends what is not about signing in again: wrong credentials are refused, and nobody is signed out by them.
async fn written<T: Serialize>(request: RequestBuilder, value: &T) -> Result<Response, Error> {
    match exchange(request, Some(json(value).into())).await? {
        Answer::Good(response) => Ok(response),
        Answer::Problem { problem, .. }
            if matches!(problem.code, ProblemCode::WrongCredentials | ProblemCode::CodeNeeded) =>
        {
            Err(Error::Refused(problem))
        }
        Answer::Problem { problem, .. } => Err(sort(problem)),
        Answer::NotModified => Err(Error::Broken),
    }
}

/// Ends the session.
///
/// # Errors
/// [`Error::Offline`]; the session lives on then.
pub async fn sign_out() -> Result<(), Error> {
    match exchange(Request::delete(&format!("{BASE}/session")), None).await? {
        Answer::Problem { problem, .. } if problem.status != 401 => Err(sort(problem)),
        Answer::Good(_) | Answer::NotModified | Answer::Problem { .. } => Ok(()),
    }
}

/// Who is signed in.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn me() -> Result<Me, Error> {
    read(Request::get(&format!("{BASE}/me"))).await
}

/// A page of what arrived, newest first.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn desk_submissions(kind: Option<SubmissionKind>, cursor: Option<&str>) -> Result<DeskSubmissionPage, Error> {
    let query = [("kind", kind.map(SubmissionKind::as_str)), ("cursor", cursor)];
    let query = query.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
    read(Request::get(&format!("{BASE}/desk/submissions")).query(query)).await
}

/// One submission with everything in it.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Refused`] with `not_found`, [`Error::Offline`].
pub async fn desk_submission(id: RecordId) -> Result<DeskSubmission, Error> {
    read(Request::get(&format!("{BASE}/desk/submissions/{id}"))).await
}

/// Makes household codes, to be printed now.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Refused`] with what is wrong with the places, [`Error::Offline`].
pub async fn print_household_codes(wanted: &HouseholdCodesWanted) -> Result<HouseholdCodes, Error> {
    body(written(Request::post(&format!("{BASE}/desk/household-codes")), wanted).await?).await
}

/// All places and grids.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn desk_places() -> Result<DeskPlaces, Error> {
    read(Request::get(&format!("{BASE}/desk/places"))).await
}

/// Changes something about places: `estates`, `buildings`, `grids`, `grid-people` or `street`.
///
/// # Errors
/// [`Error::Refused`] with fields; [`Error::SignedOut`], [`Error::Offline`].
pub async fn edit_places<T: Serialize>(what: &str, edit: &T) -> Result<DeskPlaces, Error> {
    body(written(Request::post(&format!("{BASE}/desk/{what}")), edit).await?).await
}

/// The households of a building, or of one of its units.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn households(estate: &str, building: &str, unit: &str) -> Result<Households, Error> {
    let query = [("estate", estate), ("building", building), ("unit", unit)];
    read(Request::get(&format!("{BASE}/desk/households")).query(query)).await
}

/// Where all places are to be had as a file.
pub fn places_file() -> String {
    format!("{BASE}/desk/places.csv")
}

/// What a file of places comes to; with the digest of that answer it is written.
///
/// # Errors
/// [`Error::Refused`] with what is wrong with the file, or `changed_meanwhile`; [`Error::SignedOut`], [`Error::Offline`].
pub async fn import_places(file: &[u8], digest: Option<&str>) -> Result<PlaceImport, Error> {
    let request = Request::post(&places_file()).query(digest.map(|digest| ("confirm", digest)));
    let controller = AbortController::new().map_err(|_| Error::Broken)?;
    let bytes = Uint8Array::from(file);
    match send(request, Some(("text/csv", bytes.into())), controller, PATIENCE_WITH_PHOTO).await? {
        Answer::Good(response) => body(response).await,
        Answer::Problem { problem, .. } => Err(sort(problem)),
        Answer::NotModified => Err(Error::Broken),
    }
}

/// The paired tablets.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn desk_devices() -> Result<DeskDevices, Error> {
    read(Request::get(&format!("{BASE}/desk/devices"))).await
}

/// Names a tablet and makes a code to pair it with.
///
/// # Errors
/// [`Error::Refused`] with fields; [`Error::SignedOut`], [`Error::Offline`].
pub async fn name_device(edit: &DeviceEdit) -> Result<PairingCode, Error> {
    body(written(Request::post(&format!("{BASE}/desk/devices")), edit).await?).await
}

/// Refuses a tablet from now on.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Refused`], [`Error::Offline`].
pub async fn revoke_device(id: RecordId) -> Result<(), Error> {
    match exchange(Request::delete(&format!("{BASE}/desk/devices/{id}")), None).await? {
        Answer::Problem { problem, .. } => Err(sort(problem)),
        Answer::Good(_) | Answer::NotModified => Ok(()),
    }
}

/// Pairs this tablet.
///
/// # Errors
/// [`Error::Refused`] with what is wrong with the code, or `too_many_requests`; [`Error::Offline`].
pub(super) async fn pair(pairing: &Pairing) -> Result<Tablet, Error> {
    body(written(Request::post(&format!("{BASE}/device/pair")), pairing).await?).await
}

/// Tells the desk how this tablet stands.
///
/// # Errors
/// [`Error::SignedOut`] where it is not paired; [`Error::Offline`].
pub(super) async fn contact(contact: &TabletContact) -> Result<Tablet, Error> {
    body(written(Request::post(&format!("{BASE}/device/contact")), contact).await?).await
}

/// A page of the audit log, newest first.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn audit(cursor: Option<&str>) -> Result<AuditPage, Error> {
    read(Request::get(&format!("{BASE}/desk/audit")).query(cursor.map(|cursor| ("cursor", cursor)))).await
}

/// Staff accounts.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn staff() -> Result<StaffList, Error> {
    read(Request::get(&format!("{BASE}/desk/staff"))).await
}

/// Opens a staff account.
///
/// # Errors
/// [`Error::Refused`] with fields, [`Error::SignedOut`], [`Error::Offline`].
pub async fn add_staff(wanted: &NewStaff) -> Result<(), Error> {
    written(Request::post(&format!("{BASE}/desk/staff")), wanted).await.map(|_| ())
}

/// Says what somebody of staff may do.
///
/// # Errors
/// As [`add_staff`].
pub async fn set_roles(id: RecordId, wanted: &StaffRoles) -> Result<(), Error> {
    written(Request::put(&format!("{BASE}/desk/staff/{id}/roles")), wanted).await.map(|_| ())
}

/// Gives somebody of staff another password.
///
/// # Errors
/// As [`add_staff`].
pub async fn give_password(id: RecordId, given: &GivenPassword) -> Result<(), Error> {
    written(Request::put(&format!("{BASE}/desk/staff/{id}/password")), given).await.map(|_| ())
}

/// Switches a staff account off, or on again.
///
/// # Errors
/// As [`add_staff`].
pub async fn set_active(id: RecordId, wanted: StaffActive) -> Result<(), Error> {
    written(Request::put(&format!("{BASE}/desk/staff/{id}/active")), &wanted).await.map(|_| ())
}

/// Takes the second step from somebody of staff.
///
/// # Errors
/// As [`add_staff`].
pub async fn reset_second_step(id: RecordId) -> Result<(), Error> {
    written(Request::delete(&format!("{BASE}/desk/staff/{id}/second-step")), &()).await.map(|_| ())
}

/// Changes one's own password.
///
/// # Errors
/// [`Error::Refused`] with fields, [`Error::SignedOut`], [`Error::Offline`].
pub async fn change_password(wanted: &OwnPassword) -> Result<(), Error> {
    written(Request::put(&format!("{BASE}/desk/password")), wanted).await.map(|_| ())
}

/// What to tell an authenticator.
///
/// # Errors
/// As [`change_password`].
pub async fn offer_second_step(again: &PasswordAgain) -> Result<SecondStepOffered, Error> {
    body(written(Request::post(&format!("{BASE}/desk/second-step")), again).await?).await
}

/// Turns the second step on.
///
/// # Errors
/// As [`change_password`].
pub async fn confirm_second_step(shown: &SecondStepConfirmed) -> Result<RecoveryCodes, Error> {
    body(written(Request::put(&format!("{BASE}/desk/second-step")), shown).await?).await
}

/// Turns the second step off.
///
/// # Errors
/// As [`change_password`].
pub async fn drop_second_step(again: &PasswordAgain) -> Result<(), Error> {
    written(Request::delete(&format!("{BASE}/desk/second-step")), again).await.map(|_| ())
}

/// Figures of the community.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn figures() -> Result<Figures, Error> {
    read(Request::get(&format!("{BASE}/desk/figures"))).await
}

/// Residents by name or telephone number.
///
/// # Errors
/// [`Error::Refused`] with fields, [`Error::SignedOut`], [`Error::Offline`].
pub async fn find_accounts(sought: &AccountSought) -> Result<AccountsFound, Error> {
    body(written(Request::post(&format!("{BASE}/desk/accounts/search")), sought).await?).await
}

/// Opens a resident's account at the desk.
///
/// # Errors
/// As [`find_accounts`].
pub async fn open_for(wanted: &AccountWanted) -> Result<PinCodePrinted, Error> {
    body(written(Request::post(&format!("{BASE}/desk/accounts")), wanted).await?).await
}

/// Makes a code by which a resident sets a PIN, to be printed now.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Refused`], [`Error::Offline`].
pub async fn print_pin_code(id: RecordId) -> Result<PinCodePrinted, Error> {
    body(written(Request::post(&format!("{BASE}/desk/accounts/{id}/pin-codes")), &()).await?).await
}

/// Sets one's own PIN by a code of the office.
///
/// # Errors
/// [`Error::Refused`] with fields, [`Error::Offline`].
pub(super) async fn set_pin(wanted: &NewPin) -> Result<Me, Error> {
    body(written(Request::put(&format!("{BASE}/accounts/pin")), wanted).await?).await
}

/// For whom one acts.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Offline`].
pub async fn acting_now() -> Result<ActingNow, Error> {
    read(Request::get(&format!("{BASE}/desk/acting"))).await
}

/// Begins to act for somebody.
///
/// # Errors
/// [`Error::Refused`] with fields, [`Error::SignedOut`], [`Error::Offline`].
pub async fn begin_acting(wanted: &NewActing) -> Result<Acting, Error> {
    body(written(Request::post(&format!("{BASE}/desk/acting")), wanted).await?).await
}

/// For whom, and until when.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Refused`] with `not_found`, [`Error::Offline`].
pub async fn acting(id: RecordId) -> Result<Acting, Error> {
    read(Request::get(&format!("{BASE}/desk/acting/{id}"))).await
}

/// Goes on acting for as long once more.
///
/// # Errors
/// As [`acting`].
pub async fn renew_acting(id: RecordId) -> Result<Acting, Error> {
    read(Request::put(&format!("{BASE}/desk/acting/{id}"))).await
}

/// Ends it.
///
/// # Errors
/// As [`acting`].
pub async fn end_acting(id: RecordId) -> Result<(), Error> {
    written(Request::delete(&format!("{BASE}/desk/acting/{id}")), &()).await.map(|_| ())
}

/// Sends a form for whom one acts.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`].
pub(super) async fn submit_acting(id: RecordId, item: &SentItem) -> Result<Accepted, Error> {
    body(written(Request::post(&format!("{BASE}/desk/acting/{id}/submissions")), item).await?).await
}

/// The words of a language as text. Told nothing about the server: a file that lies on the device may answer.
pub(super) async fn catalogue(tag: &str) -> Result<String, Error> {
    let response = Request::get(&catalogue_address(tag)).send().await.map_err(|_| Error::Offline)?;
    if !response.ok() {
        return Err(Error::Offline);
    }
    response.text().await.map_err(|_| Error::Offline)
}

/// Where a language's words lie: the release says so in the page, since the name carries what is in the file.
fn catalogue_address(tag: &str) -> String {
    let said = leptos::prelude::document().query_selector(&format!("meta[name=\"words-{tag}\"]")).ok().flatten();
    said.and_then(|meta| meta.get_attribute("content")).unwrap_or_else(|| format!("/locales/{tag}.json"))
}

/// The community's public data as text with its `ETag`; `None` if it is still the one given.
pub(super) async fn public(etag: Option<&str>) -> Result<Option<(String, String)>, Error> {
    let mut request = Request::get(&format!("{BASE}/public"));
    if let Some(etag) = etag {
        request = request.header("If-None-Match", etag);
    }
    match exchange(request, None).await? {
        Answer::NotModified => Ok(None),
        Answer::Good(response) => {
            let etag = response.headers().get("etag").unwrap_or_default();
            let text = response.text().await.map_err(|_| Error::Offline)?;
            Ok(Some((etag, text)))
        }
        Answer::Problem { problem, .. } => Err(sort(problem)),
    }
}

/// Less than this is not worth packing, bytes.
const WORTH_PACKING: usize = 2_048;

thread_local! {
    /// Whether the next outbox is packed: not if the last packed one came to nothing although the server was there, since an
    /// older one, or a proxy, may not take it; again if a plain one fared no better, so that it is never stuck on either.
    static PACKS: Cell<bool> = const { Cell::new(true) };
}

/// Posts a part of the outbox and says what happened, as the courier wants to hear it.
pub(super) async fn post_outbox(outbox: &Outbox) -> Event {
    let text = json(outbox);
    let packed = if text.len() >= WORTH_PACKING && PACKS.get() { gzip::pack(&text).await } else { None };
    let Some(packed) = packed else {
        let event = post(Request::post(&format!("{BASE}/outbox")), text.into()).await;
        if !matches!(event, Event::Answered { .. }) {
            PACKS.set(true);
        }
        return event;
    };
    let was_there = status::reach() == Reach::Reachable;
    let request = Request::post(&format!("{BASE}/outbox")).header("Content-Encoding", "gzip");
    match post(request, packed).await {
        Event::Refused { problem, .. } if [400, 415].contains(&problem.status) => {
            PACKS.set(false);
            post(Request::post(&format!("{BASE}/outbox")), text.into()).await
        }
        Event::NotReached => {
            PACKS.set(!was_there);
            Event::NotReached
        }
        event => event,
    }
}

async fn post(request: RequestBuilder, body: JsValue) -> Event {
    match exchange(request, Some(body)).await {
        Ok(Answer::Good(response)) => {
            let at = response.headers().get("date").and_then(|date| clock::read(&date));
            let reply = self::body::<OutboxReply>(response).await;
            reply.map_or(Event::NotReached, |reply| Event::Answered { reply, at })
        }
        Ok(Answer::Problem { problem, retry_after }) => Event::Refused { problem, retry_after },
        Ok(Answer::NotModified) | Err(_) => Event::NotReached,
    }
}

/// Sends a photo and says what happened, as the courier wants to hear it.
pub(super) async fn put_photo(hash: PhotoHash, bytes: &Uint8Array, controller: AbortController) -> Event {
    let request = Request::put(&format!("{BASE}/photos/{hash}"));
    let signal = controller.signal();
    let answer = send(request, Some(("image/jpeg", bytes.into())), controller, PATIENCE_WITH_PHOTO).await;
    // That one photo takes too long, or was put back, says nothing about the server.
    if answer.is_ok() || !signal.aborted() {
        status::learned(if answer.is_ok() { Reach::Reachable } else { Reach::Unreachable });
    }
    match answer {
        Ok(Answer::Good(response)) => match body::<PhotoKept>(response).await {
            Ok(kept) if kept.sha256 == hash => Event::PhotoTaken,
            _ => Event::NotReached,
        },
        Ok(Answer::Problem { problem, retry_after }) => Event::Refused { problem, retry_after },
        Ok(Answer::NotModified) | Err(_) => Event::NotReached,
    }
}

/// Where the desk sees a photo.
pub fn desk_photo(hash: PhotoHash) -> String {
    format!("{BASE}/desk/photos/{hash}")
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Error> {
    match exchange(request, None).await? {
        Answer::Good(response) => body(response).await,
        Answer::Problem { problem, .. } => Err(sort(problem)),
        Answer::NotModified => Err(Error::Broken),
    }
}

fn sort(problem: Problem) -> Error {
    match problem.status {
        401 => Error::SignedOut,
        500.. => Error::Offline,
        _ => Error::Refused(problem),
    }
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("our own types have JSON forms")
}

async fn body<T: DeserializeOwned>(response: Response) -> Result<T, Error> {
    let text = response.text().await.map_err(|_| Error::Offline)?;
    serde_json::from_str(&text).map_err(|_| Error::Broken)
}

async fn exchange(request: RequestBuilder, body: Option<JsValue>) -> Result<Answer, Error> {
    let controller = AbortController::new().map_err(|_| Error::Broken)?;
    let body = body.map(|json| ("application/json", json));
    let answer = send(request, body, controller, PATIENCE).await;
    status::learned(if answer.is_ok() { Reach::Reachable } else { Reach::Unreachable });
    answer
}

async fn send(
    request: RequestBuilder,
    body: Option<(&str, JsValue)>,
    controller: AbortController,
    patience: Duration,
) -> Result<Answer, Error> {
    let request = request.abort_signal(Some(&controller.signal()));
    let request = match body {
        Some((media_type, body)) => request.header("Content-Type", media_type).body(body),
        None => request.build(),
    };
    let patience = u32::try_from(patience.as_millis()).expect("minutes fit");
    let _guard = Timeout::new(patience, move || controller.abort());
    let response = request.map_err(|_| Error::Broken)?.send().await.map_err(|_| Error::Offline)?;
    let answer = recognise(response).await?;
    Ok(answer)
}

async fn recognise(response: Response) -> Result<Answer, Error> {
    let header = |name: &str| response.headers().get(name);
    let media_type = header("content-type").unwrap_or_default();
    let retry_after = header("retry-after").and_then(|seconds| seconds.trim().parse::<Millis>().ok());
    let retry_after = retry_after.map(|seconds| seconds.saturating_mul(1_000));
    let answer = match response.status() {
        304 => Answer::NotModified,
        204 => Answer::Good(response),
        200..=299 if media_type.starts_with("application/json") => {
            learn_time(header("date"));
            Answer::Good(response)
        }
        400.. if media_type.starts_with("application/problem+json") => {
            learn_time(header("date"));
            let text = response.text().await.map_err(|_| Error::Offline)?;
            let problem = serde_json::from_str(&text).map_err(|_| Error::Offline)?;
            Answer::Problem { problem, retry_after }
        }
        // Whoever stands before the server may ask for patience too.
        429 | 503 if retry_after.is_some() => {
            Answer::Problem { problem: Problem::new(ProblemCode::Unavailable), retry_after }
        }
        _ => return Err(Error::Offline),
    };
    Ok(answer)
}

fn learn_time(date: Option<String>) {
    if let Some(date) = date {
        clock::learn(&date);
    }
}
