//! A server of a test's own, reached through its router, and bodies to send to it.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use linli_domain::activity::{Activity, ActivityState, Session};
use linli_domain::check_in::Thresholds;
use linli_domain::community::{Community, Kind, Kinds, Public};
use linli_domain::session::{Granted, Role};
use linli_domain::{Receipt, RecordId};
use linli_server::store::{
    Address, Content, Database, Deed, NewSession, Opening, Outcome, StaffChange, StaffDeed, Store, Task,
};
use linli_server::{App, Settings, auth, router};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::postgres;

pub const COMMUNITY: &str = "test";
pub const PASSWORD: &str = "correct horse";
pub const PIN: &str = "135790";

/// Hashed once: it takes its time on purpose.
fn pin_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| auth::hash_password(PIN).unwrap())
}

fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| auth::hash_password(PASSWORD).unwrap())
}

/// The databases that behave alike.
#[derive(Debug, Clone, Copy)]
pub enum On {
    Sqlite,
    Postgres,
}

/// Runs a test on both databases.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn test($world: World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                test(World::new($crate::world::On::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                test(World::new($crate::world::On::Postgres).await).await;
            }
        }
    )*};
}

#[derive(Clone)]
pub struct World {
    pub store: Store,
    pub database: Database,
    pub address: Address,
    pub router: Router,
    pub folder: std::sync::Arc<TempDir>,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks that this is a problem document with this code and these fields.
    pub fn is_problem(&self, status: u16, code: &str, fields: &[(&str, &str)]) {
        let fields: Vec<_> = fields.iter().map(|(pointer, code)| json!({"pointer": pointer, "code": code})).collect();
        assert_eq!(self.json(), json!({"status": status, "code": code, "fields": fields}));
        assert_eq!(self.status, status);
        assert_eq!(self.header("content-type"), "application/problem+json");
    }
}

impl World {
    pub async fn new(on: On) -> Self {
        Self::with(on, Settings::default()).await
    }

    pub async fn with(on: On, settings: Settings) -> Self {
        let folder = TempDir::new().unwrap();
        let address = match on {
            On::Sqlite => format!("sqlite:{}", folder.path().join("linli.db").display()),
            On::Postgres => postgres::new_database().await,
        };
        let address: Address = address.parse().unwrap();
        let database = Database::open(&address).await.unwrap();
        database.install(&content()).await.unwrap();
        let store = Store::start(database.clone()).await.unwrap();
        let router = router(App::new(store.clone(), settings));
        Self { store, database, address, router, folder: folder.into() }
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: head.status, headers: head.headers, bytes }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_as(&self, path: &str, cookie: &str) -> Reply {
        self.send(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.write("PUT", path, body).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.write("POST", path, body).await
    }

    async fn write(&self, method: &str, path: &str, body: &Value) -> Reply {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// Posts what was packed.
    pub async fn send_packed(&self, path: &str, packing: &str, body: Vec<u8>) -> Reply {
        let request = Request::post(path).header("content-type", "application/json");
        self.send(request.header("content-encoding", packing).body(Body::from(body)).unwrap()).await
    }

    /// Adds an account and signs it in; the value for `Cookie`.
    pub async fn signed_in(&self) -> String {
        self.signed_in_as("worker", &[(Role::Worker, None)]).await.1
    }

    /// An administrator who is signed in; the value for `Cookie`.
    pub async fn admin(&self) -> String {
        self.signed_in_as("admin", &[(Role::Admin, None)]).await.1
    }

    /// Adds an account with these roles and signs it in; its id and the value for `Cookie`.
    pub async fn signed_in_as(&self, name: &str, roles: &[(Role, Option<&str>)]) -> (RecordId, String) {
        let id = new_id();
        let roles = roles.iter().map(|(role, grid)| Granted { role: *role, grid: grid.map(str::to_owned) }).collect();
        let what = StaffChange::Open { name: name.to_owned(), password: password_hash().to_owned(), roles };
        let deed = StaffDeed { staff: id, by: "test".to_owned(), at: self.store.now(), what };
        assert_eq!(self.store.write(vec![Task::Staff(deed)]).await.unwrap(), [Outcome::Done]);
        (id, self.staff_session(id).await)
    }

    /// Another browser signed in to a staff account; the value for `Cookie`.
    pub async fn staff_session(&self, staff: RecordId) -> String {
        let (token, at) = (auth::new_token().unwrap(), self.store.now());
        let fitted = self.store.staff(staff).await.unwrap().unwrap().password;
        let what = StaffChange::SignIn { session: new_session(&token, fitted, at + auth::SESSION), proof: None };
        let deed = StaffDeed { staff, by: staff.to_string(), at, what };
        assert_eq!(self.store.write(vec![Task::Staff(deed)]).await.unwrap(), [Outcome::Done]);
        format!("{}={token}", auth::COOKIE)
    }

    /// Puts two grids there, `north` and `south`, each with a building of its own.
    pub async fn grids(&self) {
        for (place, grid) in ["north", "south"].into_iter().enumerate() {
            let values = format!("('{COMMUNITY}', '{grid}', 'G{place}', 'The {grid}', {place})");
            self.execute(&format!("INSERT INTO grid (community_id, id, code, name, place) VALUES {values}")).await;
            let values = format!("('{COMMUNITY}', 'estate', '{grid}', {place}, '{grid}', '[]', '{grid}')");
            let columns = "community_id, estate_id, id, place, name, units, grid_id";
            self.execute(&format!("INSERT INTO building ({columns}) VALUES {values}")).await;
        }
    }

    /// Opens a resident's account and signs it in; its id and the value for `Cookie`.
    pub async fn resident(&self, name: &str, phone: &str) -> (RecordId, String) {
        let (account, code, at) = (new_id(), auth::hash_token(&new_receipt()), self.store.now());
        let codes = vec![(code, format!("home of {name}"), None)];
        let opening = Opening {
            account,
            person: new_id(),
            code,
            name: name.to_owned(),
            phone: phone.to_owned(),
            pin: pin_hash().to_owned(),
            at,
        };
        let printed = Deed::PrintCodes { codes, expires_at: at + TimeDelta::days(1), by: "test".to_owned(), at };
        let deeds = [printed, Deed::Open(Box::new(opening))];
        let outcomes = self.store.write(deeds.map(Task::Account).into()).await.unwrap();
        assert_eq!(outcomes, [Outcome::Done, Outcome::Done]);
        (account, self.session_of(account).await)
    }

    /// Another browser signed in to a resident's account; the value for `Cookie`.
    pub async fn session_of(&self, account: RecordId) -> String {
        let (token, at) = (auth::new_token().unwrap(), self.store.now());
        let fitted = self.store.resident(account).await.unwrap().unwrap().pin;
        let deed = Deed::SignIn { account, session: new_session(&token, fitted, at + TimeDelta::days(1)), at };
        assert_eq!(self.store.write(vec![Task::Account(deed)]).await.unwrap(), [Outcome::Done]);
        format!("{}={token}", auth::COOKIE)
    }

    /// A request with a body by whoever holds the cookie.
    pub async fn write_as(&self, method: &str, path: &str, body: &Value, cookie: &str) -> Reply {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        self.send(request.header("cookie", cookie).body(Body::from(body.to_string())).unwrap()).await
    }

    pub async fn add_staff(&self, name: &str) {
        let password = password_hash().to_owned();
        let at = self.store.now();
        let task = Task::AddStaff { id: new_id(), name: name.to_owned(), password, role: Role::Worker, at };
        self.store.write(vec![task]).await.unwrap();
    }

    /// A way into the database beside the server's.
    pub async fn connection(&self) -> DatabaseConnection {
        let url = match &self.address {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => url.clone(),
        };
        sea_orm::Database::connect(url).await.unwrap()
    }

    /// Does something to the database that the server would not.
    pub async fn execute(&self, sql: &str) {
        let connection = self.connection().await;
        connection.execute_unprepared(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    /// How many lines of the audit log say that this was done to that.
    pub async fn audited(&self, action: &str, object: &str) -> i64 {
        let connection = self.connection().await;
        let sql = format!("SELECT count(*) FROM audit WHERE action = '{action}' AND object = '{object}'");
        let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), sql)).await;
        let count: i64 = row.unwrap().unwrap().try_get_by_index(0).unwrap();
        connection.close().await.unwrap();
        count
    }

    /// Waits until `GET /public` says so: it may be moments old.
    pub async fn public_once(&self, so: impl Fn(&Value) -> bool) -> Value {
        loop {
            let public = self.get("/api/v1/public").await.json();
            if so(&public) {
                return public;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}

/// A session of a browser that had none.
pub fn new_session(token: &str, fitted: String, expires_at: DateTime<FixedOffset>) -> NewSession {
    NewSession { token: auth::hash_token(token), instead: None, fitted, expires_at }
}

static NEXT: AtomicU64 = AtomicU64::new(1);

pub fn new_id() -> RecordId {
    RecordId::new(NEXT.fetch_add(1, Ordering::Relaxed), getrandom_bytes())
}

fn getrandom_bytes() -> [u8; 10] {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

pub fn new_receipt() -> String {
    Receipt::new(getrandom::u64().unwrap()).to_string()
}

fn fixed(id: u8) -> RecordId {
    RecordId::new(1_763_000_000_000, [id; 10])
}

pub fn open() -> RecordId {
    fixed(1)
}

pub fn endless() -> RecordId {
    fixed(2)
}

pub fn cancelled() -> RecordId {
    fixed(3)
}

pub fn over() -> RecordId {
    fixed(4)
}

pub fn in_sessions() -> RecordId {
    fixed(5)
}

pub fn a_session() -> RecordId {
    fixed(6)
}

pub fn now() -> DateTime<FixedOffset> {
    Utc::now().with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap())
}

/// A community with an activity of each kind: three places tomorrow, without limit, cancelled, over, in two sessions.
pub fn content() -> Content {
    let kind = |id: &str| Kind { id: id.to_owned(), name: format!("kind {id}"), ..Kind::default() };
    let activity = |id, days, capacity, state| Activity {
        id,
        title: format!("activity {days} 100%_"),
        kind: "sport".to_owned(),
        summary: String::new(),
        starts_at: now() + TimeDelta::days(days),
        ends_at: now() + TimeDelta::days(days) + TimeDelta::hours(1),
        place: "hall".to_owned(),
        host: "Team É".to_owned(),
        cost: String::new(),
        audience: vec![],
        capacity,
        confirmed: 0,
        waiting: 0,
        state,
        sign_up_until: None,
        sessions: vec![],
    };
    let session = |id| Session {
        id,
        starts_at: now() + TimeDelta::days(3),
        ends_at: now() + TimeDelta::days(3) + TimeDelta::hours(1),
    };
    let mut in_sessions = activity(in_sessions(), 3, Some(10), ActivityState::Announced);
    in_sessions.sessions = vec![session(a_session()), session(fixed(7))];
    in_sessions.audience = vec!["senior".to_owned()];
    let public = Public {
        community: Community { id: COMMUNITY.to_owned(), name: "Test".to_owned() },
        demo: false,
        kinds: Kinds {
            report: vec![kind("facility")],
            activity: vec![kind("sport")],
            symptom: vec![kind("cough")],
            audience: vec![kind("senior")],
        },
        places: vec![],
        activities: vec![
            activity(open(), 1, Some(3), ActivityState::Announced),
            activity(endless(), 2, None, ActivityState::Announced),
            activity(cancelled(), 2, None, ActivityState::Cancelled),
            activity(over(), -1, Some(3), ActivityState::Announced),
            in_sessions,
        ],
        notices: vec![],
        contacts: vec![],
        thresholds: Thresholds::default(),
        consents: vec!["2026-11".to_owned()],
        seal: None,
        epoch: None,
    };
    Content { public, utc_offset_minutes: 8 * 60, paper: HashMap::new() }
}

/// One of the activities of `GET /public`, wherever it stands there: what was over an hour ago is still of today.
pub fn activity(public: &Value, id: RecordId) -> &Value {
    let found = public["activities"].as_array().unwrap().iter().find(|activity| activity["id"] == json!(id));
    found.unwrap_or(&Value::Null)
}

fn made(minutes_ago: i64) -> String {
    (now() - TimeDelta::minutes(minutes_ago)).to_rfc3339()
}

pub fn report() -> Value {
    json!({
        "community": COMMUNITY, "kind": "facility", "description": "The lamp is broken", "place": {"words": "gate"},
        "reporter": {"name": "A", "phone": "13800000001"}, "made_at": made(5), "receipt": new_receipt()
    })
}

pub fn check_in() -> Value {
    json!({
        "community": COMMUNITY, "person": {"name": "A", "phone": "13800000001"}, "consent": "2026-11",
        "systolic": 128, "diastolic": 82, "made_at": made(5), "receipt": new_receipt()
    })
}

pub fn sign_up(activity: RecordId) -> Value {
    json!({
        "community": COMMUNITY, "activity": activity, "person": {"name": "A", "phone": "13800000001"},
        "made_at": made(5), "receipt": new_receipt()
    })
}

/// A copy with one field changed, given by its pointer.
pub fn with(body: &Value, pointer: &str, value: impl Into<Value>) -> Value {
    let mut body = body.clone();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[field] = value.into();
    body
}

pub fn path(kind: &str, id: RecordId) -> String {
    format!("/api/v1/{kind}/{id}")
}
