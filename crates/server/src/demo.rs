//! What a database starts with: for `--demo` a fictional community with invented people and activities around today,
//! otherwise a community with kinds and nothing else. The words are in `demo/*.json`.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta, Utc};
use linli_domain::account::HouseholdCode;
use linli_domain::activity::{Activity, ActivityState, Session};
use linli_domain::check_in::Thresholds;
use linli_domain::community::{Community, Kinds, OfficeContact, Public};
use linli_domain::grid::GridPersonEdit;
use linli_domain::notice::Notice;
use linli_domain::place::Estate;
use linli_domain::session::Role;
use linli_domain::submission::{Channel, SubmissionKind};
use linli_domain::{Receipt, RecordId};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::auth;
use crate::intake::{self, Letter};
use crate::place_file::{Row, Sheet};
use crate::serve::{Failed, add_staff, hashed};
use crate::store::{Content, Database, Deed, Opening, PlaceChange, PlaceDeed, Store, Task};

const KINDS: &str = include_str!("../demo/kinds.json");
const COMMUNITY: &str = include_str!("../demo/community.json");
const ACTIVITIES: &str = include_str!("../demo/activities.json");
const SUBMISSIONS: &str = include_str!("../demo/submissions.json");
const CHINA_MINUTES: i32 = 8 * 60;
const CONSENT: &str = "2026-11";
/// The password of every demo account of staff.
pub const PASSWORD: &str = "demo-linli-2026";
/// The demo resident's telephone number.
pub const RESIDENT_PHONE: &str = "13800000001";
/// The demo resident's PIN.
pub const RESIDENT_PIN: &str = "135790";
/// Household codes that open one more account each.
pub const HOUSEHOLD_CODES: [&str; 4] = ["DEM0 0000 001D", "DEM0 0000 002B", "DEM0 0000 0039", "DEM0 0000 0047"];
const HOUSEHOLD: &str = "1-1-101";
/// The estate and the building it is in.
const HOME: [&str; 2] = ["rongyin", "1"];
/// Floors and doors of every unit.
const DOORS: [(u8, u8); 6] = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)];
const CODES_LAST: TimeDelta = TimeDelta::days(3650);

#[derive(Deserialize)]
struct Furniture {
    community: Community,
    /// What a community is called until its staff name it.
    unnamed: Community,
    places: Vec<Estate>,
    contacts: Vec<OfficeContact>,
    notices: Vec<NoticeSketch>,
    street: String,
    grids: Vec<GridSketch>,
}

/// A grid of an estate. Each of its units has homes on some floors.
#[derive(Deserialize)]
struct GridSketch {
    code: String,
    estate: String,
    buildings: Vec<String>,
    people: Vec<GridPersonEdit>,
}

#[derive(Deserialize)]
struct NoticeSketch {
    key: String,
    urgent: bool,
    hours_ago: i64,
    until_days: Option<i64>,
    title: String,
    text: String,
}

#[derive(Deserialize)]
struct ActivitySketch {
    key: String,
    title: String,
    kind: String,
    summary: String,
    /// Days from today on which it takes place.
    days: Vec<i64>,
    time: (NaiveHour, NaiveHour),
    place: String,
    host: String,
    #[serde(default)]
    cost: String,
    #[serde(default)]
    audience: Vec<String>,
    capacity: Option<u32>,
    paper: u32,
    #[serde(default)]
    state: Option<ActivityState>,
    #[serde(default)]
    closes_hours_before: Option<i64>,
    #[serde(default)]
    sessions: Vec<(NaiveHour, NaiveHour)>,
}

/// A time of day as `09:30`.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct NaiveHour(NaiveTime);

impl TryFrom<String> for NaiveHour {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, chrono::ParseError> {
        NaiveTime::parse_from_str(&text, "%H:%M").map(Self)
    }
}

#[derive(Deserialize)]
struct SubmissionSketch {
    kind: SubmissionKind,
    minutes_ago: i64,
    body: Value,
}

fn parsed<'a, T: Deserialize<'a>>(json: &'a str) -> T {
    serde_json::from_str(json).expect("the demo files are read by a test")
}

/// An id that is the same at every start.
fn id(key: &str) -> RecordId {
    let digest = Sha256::digest(key);
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    RecordId::new(1_763_000_000_000, random)
}

fn receipt(key: &str) -> Receipt {
    let digest = Sha256::digest(key);
    let mut random = [0; 8];
    random.copy_from_slice(&digest[16..24]);
    Receipt::new(u64::from_be_bytes(random))
}

/// Puts the demo community in place, its activities around today.
///
/// # Errors
/// When the database holds real data or cannot be written.
pub async fn prepare(database: &Database) -> Result<(), Failed> {
    if database.communities().await?.iter().any(|(_, demo)| !demo) {
        return Err(Failed::Refused(
            "this database holds a real community; --demo takes an empty database or one of its own".to_owned(),
        ));
    }
    Ok(database.install(&content(china(Utc::now()))).await?)
}

/// Gives an empty database a community; what the demo invented is not served as if it were real.
///
/// # Errors
/// When the database holds demo data or cannot be written.
pub async fn prepare_real(database: &Database, name: Option<&str>) -> Result<(), Failed> {
    if database.communities().await?.iter().any(|(_, demo)| *demo) {
        return Err(Failed::Refused(
            "this database holds invented people; add --demo, or name another database".to_owned(),
        ));
    }
    prepare_empty(database, name).await
}

/// Gives an empty database a community with kinds, so that the product works.
///
/// # Errors
/// When the database cannot be written.
pub async fn prepare_empty(database: &Database, name: Option<&str>) -> Result<(), Failed> {
    if !database.communities().await?.is_empty() {
        return Ok(());
    }
    let Furniture { contacts, unnamed: mut community, .. } = parsed(COMMUNITY);
    if let Some(name) = name {
        name.clone_into(&mut community.name);
    }
    let real = |contact: &OfficeContact| !contact.phone.starts_with("0755-0000");
    let content = Content {
        public: Public {
            community,
            demo: false,
            kinds: kinds_with(|id| contacts.iter().any(|contact| contact.id == id && real(contact))),
            places: Vec::new(),
            activities: Vec::new(),
            notices: Vec::new(),
            contacts: contacts.iter().filter(|contact| real(contact)).cloned().collect(),
            thresholds: Thresholds::default(),
            consents: vec![CONSENT.to_owned()],
            seal: None,
            epoch: None,
        },
        utc_offset_minutes: CHINA_MINUTES,
        paper: HashMap::new(),
    };
    Ok(database.install(&content).await?)
}

fn kinds_with(known: impl Fn(&str) -> bool) -> Kinds {
    let mut kinds: Kinds = parsed(KINDS);
    for kind in &mut kinds.report {
        kind.emergency.retain(|contact| known(contact));
    }
    kinds
}

fn china(now: DateTime<Utc>) -> DateTime<FixedOffset> {
    now.with_timezone(&FixedOffset::east_opt(CHINA_MINUTES * 60).expect("eight hours are an offset"))
}

fn content(now: DateTime<FixedOffset>) -> Content {
    let furniture: Furniture = parsed(COMMUNITY);
    let (mut activities, mut paper) = (Vec::new(), HashMap::new());
    for sketch in parsed::<Vec<ActivitySketch>>(ACTIVITIES) {
        for day in &sketch.days {
            let activity = activity(&sketch, *day, now);
            paper.insert(activity.id, sketch.paper);
            activities.push(activity);
        }
    }
    let public = Public {
        community: furniture.community,
        demo: true,
        kinds: kinds_with(|_| true),
        places: furniture.places,
        activities,
        notices: furniture.notices.into_iter().map(|sketch| notice(sketch, now)).collect(),
        contacts: furniture.contacts,
        thresholds: Thresholds::default(),
        consents: vec![CONSENT.to_owned()],
        seal: None,
        epoch: None,
    };
    Content { public, utc_offset_minutes: CHINA_MINUTES, paper }
}

fn notice(sketch: NoticeSketch, now: DateTime<FixedOffset>) -> Notice {
    Notice {
        id: id(&format!("notice {}", sketch.key)),
        title: sketch.title,
        text: sketch.text,
        urgent: sketch.urgent,
        updated_at: now - TimeDelta::hours(sketch.hours_ago),
        until: sketch.until_days.map(|days| now + TimeDelta::days(days)),
    }
}

/// By its day from today, not by its date: a device that was filled months ago (`tests/e2e/golden`) still finds what it signed
/// up for.
fn activity_id(key: &str, day: i64) -> RecordId {
    id(&format!("activity {key}@{day}"))
}

fn activity(sketch: &ActivitySketch, day: i64, now: DateTime<FixedOffset>) -> Activity {
    let date = now.date_naive() + TimeDelta::days(day);
    let at = |NaiveHour(time)| {
        date.and_time(time).and_local_timezone(*now.offset()).single().expect("a fixed offset has every time once")
    };
    let starts_at = at(sketch.time.0);
    let session = |(number, (from, to)): (usize, &(NaiveHour, NaiveHour))| Session {
        id: id(&format!("session {}@{day}/{number}", sketch.key)),
        starts_at: at(*from),
        ends_at: at(*to),
    };
    Activity {
        id: activity_id(&sketch.key, day),
        title: sketch.title.clone(),
        kind: sketch.kind.clone(),
        summary: sketch.summary.clone(),
        starts_at,
        ends_at: at(sketch.time.1),
        place: sketch.place.clone(),
        host: sketch.host.clone(),
        cost: sketch.cost.clone(),
        audience: sketch.audience.clone(),
        capacity: sketch.capacity,
        confirmed: 0,
        waiting: 0,
        state: sketch.state.unwrap_or(ActivityState::Announced),
        sign_up_until: sketch.closes_hours_before.map(|hours| starts_at - TimeDelta::hours(hours)),
        sessions: sketch.sessions.iter().enumerate().map(session).collect(),
    }
}

/// Adds the demo accounts and what invented people sent, unless they are there already.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn fill(store: &Store) -> Result<(), Failed> {
    // One hash for all of them: making one takes longer than everything else at the first start.
    let mut password = None;
    for (name, role) in [
        ("demo-admin", Role::Admin),
        ("demo-worker", Role::Worker),
        ("demo-manager", Role::GridManager),
        ("demo-street", Role::StreetViewer),
    ] {
        if !store.has_staff(name).await? {
            let password = match &password {
                Some(hash) => String::clone(hash),
                None => password.insert(hashed(PASSWORD)?).clone(),
            };
            add_staff(store, name, password, role).await?;
        }
    }
    settle(store).await?;
    let now = store.now();
    let own = |sketch: &SubmissionSketch| sketch.body["person"]["phone"] == RESIDENT_PHONE;
    let sketches: Vec<SubmissionSketch> = parsed(SUBMISSIONS);
    let resident = sketches.iter().find(|sketch| own(sketch)).map(|sketch| sketch.body["person"]["name"].clone());
    let own: Vec<_> =
        (0..).zip(&sketches).filter(|(_, sketch)| own(sketch)).map(|(number, _)| key_of(number)).collect();
    for (number, sketch) in (0..).zip(sketches) {
        let key = key_of(number);
        if store.find(id(&key)).await?.is_none() {
            send(store, &key, sketch, now).await?;
        }
    }
    if store.resident_of(RESIDENT_PHONE).await?.is_none() {
        let name = resident.as_ref().and_then(Value::as_str).unwrap_or_default();
        open_account(store, name, &own).await?;
    }
    print_codes(store).await?;
    Ok(store.refresh().await?)
}

/// Puts homes, grids and who is responsible in place, unless there are grids already: staff may have changed them.
async fn settle(store: &Store) -> Result<(), Failed> {
    if !store.places().await?.grids.is_empty() {
        return Ok(());
    }
    let Furniture { places, street, grids, .. } = parsed(COMMUNITY);
    let sheet = Sheet { rows: grids.iter().flat_map(|grid| homes(grid, &places)).collect(), bad: Vec::new() };
    let (at, file) = (store.now(), [0; 32]);
    let digest = store.plan_import(&sheet, &file).await?.digest;
    let deed = |what| Task::Places(Box::new(PlaceDeed { what, by: server(), at }));
    let first = [deed(PlaceChange::Import { sheet, file, digest }), deed(PlaceChange::Street(street))];
    store.write(first.into()).await?;
    let known = store.places().await?.grids;
    let since = (at - TimeDelta::days(200)).date_naive().to_string();
    let mut people = Vec::new();
    for grid in grids {
        let Some(known) = known.iter().find(|known| known.code == grid.code) else { continue };
        let named = |person| GridPersonEdit { grid: known.id.clone(), from: since.clone(), ..person };
        people.extend(grid.people.into_iter().map(named).map(PlaceChange::Person).map(deed));
    }
    store.write(people).await?;
    Ok(())
}

/// A line for each home of a grid.
fn homes(grid: &GridSketch, places: &[Estate]) -> Vec<Row> {
    let estate = places.iter().find(|estate| estate.name == grid.estate);
    let homes = estate.into_iter().flat_map(|estate| &estate.buildings);
    let homes = homes.filter(|home| grid.buildings.contains(&home.name));
    let units = homes.flat_map(|home| home.units.iter().map(move |unit| (home, unit)));
    let row = |(home, unit): (&linli_domain::place::Building, &String), (floor, door): (u8, u8)| Row {
        line: 0,
        estate: grid.estate.clone(),
        building: home.name.clone(),
        unit: unit.clone(),
        room: format!("{floor}0{door}"),
        grid: grid.code.clone(),
    };
    units.flat_map(|home| DOORS.map(|door| row(home, door))).collect()
}

fn key_of(number: usize) -> String {
    format!("submission {number}")
}

/// The resident's account, with what they sent.
async fn open_account(store: &Store, name: &str, own: &[String]) -> Result<(), Failed> {
    let at = store.now();
    let pin = hashed(RESIDENT_PIN)?;
    let code = auth::hash_token(&at.to_string());
    let place = HOUSEHOLD.to_owned();
    let home = store.households(HOME[0], HOME[1], None).await?.items.first().map(|home| home.id);
    let account = id("account");
    let printed = Deed::PrintCodes { codes: vec![(code, place, home)], expires_at: at + CODES_LAST, by: server(), at };
    let opening = Opening {
        account,
        person: id("person"),
        code,
        name: name.to_owned(),
        phone: RESIDENT_PHONE.to_owned(),
        pin,
        at,
    };
    let claim = |key: &String| Deed::Claim { account, receipt: receipt(key), at };
    let deeds = [printed, Deed::Open(Box::new(opening))].into_iter().chain(own.iter().map(claim));
    store.write(deeds.map(Task::Account).collect()).await?;
    Ok(())
}

/// Codes to open more accounts with, unless they were printed before.
async fn print_codes(store: &Store) -> Result<(), Failed> {
    let at = store.now();
    let mut codes = Vec::new();
    for code in HOUSEHOLD_CODES {
        let code: HouseholdCode = code.parse().map_err(|_| Failed::Refused(format!("{code} is no household code")))?;
        let hash = auth::hash_token(&code.to_string());
        if !store.is_printed(hash).await? {
            codes.push((hash, HOUSEHOLD.to_owned(), None));
        }
    }
    if !codes.is_empty() {
        let deed = Deed::PrintCodes { codes, expires_at: at + CODES_LAST, by: server(), at };
        store.write(vec![Task::Account(deed)]).await?;
    }
    Ok(())
}

fn server() -> String {
    "server".to_owned()
}

async fn send(store: &Store, key: &str, sketch: SubmissionSketch, now: DateTime<FixedOffset>) -> Result<(), Failed> {
    let made_at = now - TimeDelta::minutes(sketch.minutes_ago);
    let mut body = sketch.body;
    body["community"] = "rongshu".into();
    body["made_at"] = made_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, false).into();
    body["receipt"] = receipt(key).to_string().into();
    match sketch.kind {
        SubmissionKind::CheckIn => body["consent"] = CONSENT.into(),
        SubmissionKind::SignUp => {
            let (name, day) = body["activity"].as_str().and_then(|text| text.split_once('@')).unwrap_or_default();
            body["activity"] = activity_id(name, day.parse().unwrap_or_default()).to_string().into();
        }
        SubmissionKind::Report => {}
    }
    let shared = body["channel"] == Channel::Kiosk.as_str();
    let letter = Letter::open(sketch.kind, id(key), &body).from_shared(shared);
    let received_at = made_at + TimeDelta::seconds(7);
    let answers = intake::take_in(store, vec![letter], received_at).await;
    match answers.map(|answers| answers.into_iter().next()) {
        Ok(Some(Ok(_))) => Ok(()),
        Ok(refused) => Err(Failed::Refused(format!("{key} of the demo was refused: {refused:?}"))),
        Err(error) => Err(Failed::Refused(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_files_are_read_and_hang_together() {
        let content = content(china(Utc::now()));
        let public = content.public;
        assert!(public.activities.len() >= 40, "{}", public.activities.len());
        for activity in &public.activities {
            assert!(public.kinds.activity.iter().any(|kind| kind.id == activity.kind), "{}", activity.kind);
            for audience in &activity.audience {
                assert!(public.kinds.audience.iter().any(|kind| kind.id == *audience), "{audience}");
            }
            let room = activity.capacity.is_none_or(|capacity| content.paper[&activity.id] <= capacity);
            assert!(room, "{}", activity.title);
        }
        for contact in public.kinds.report.iter().flat_map(|kind| &kind.emergency) {
            assert!(public.contacts.iter().any(|known| known.id == *contact), "{contact}");
        }
        assert!(parsed::<Vec<SubmissionSketch>>(SUBMISSIONS).len() >= 25);
        for code in HOUSEHOLD_CODES {
            assert!(code.parse::<HouseholdCode>().is_ok(), "{code}");
        }
    }
}
