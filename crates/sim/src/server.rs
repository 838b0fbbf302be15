//! The real server on a real SQLite file, called through its router. Its clock is the simulation's.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use chrono::{DateTime, Utc};
use linli_domain::RecordId;
use linli_domain::activity::{Activity, ActivityState};
use linli_domain::community::{Community, Kind, Kinds, Public};
use linli_server::store::{Address, Clock, Content, Database, Store, database};
use linli_server::{App, Settings, router};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, Statement};
use tempfile::TempDir;

use crate::world::DAWN;

/// The community of every run.
pub const COMMUNITY: &str = "sim";

/// What went wrong outside the simulated world.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// An answer as it stands on the wire.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type.
    pub media_type: String,
    /// The validator.
    pub etag: Option<String>,
    /// Seconds to wait.
    pub retry_after: Option<u64>,
    /// The body.
    pub body: String,
}

/// A server and its database.
#[derive(Debug)]
pub struct Server {
    folder: TempDir,
    clock: Arc<AtomicI64>,
    up: Option<Up>,
}

#[derive(Debug)]
struct Up {
    router: Router,
    database: Database,
    /// Another way into the same file, to see what is in it.
    look: DatabaseConnection,
}

impl Server {
    /// Makes a database with its content, or copies one that was made before.
    pub async fn new(template: Option<&Path>) -> Result<Self, Trouble> {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory)? } else { TempDir::new()? };
        let mut server = Self { folder, clock: Arc::new(AtomicI64::new(0)), up: None };
        if let Some(template) = template {
            std::fs::copy(template, server.path())?;
        } else {
            let database = Database::open(&server.address()).await?;
            database.install(&content()).await?;
            // Gives it its epoch.
            drop(Store::start(database.clone()).await?);
            database.close().await;
        }
        server.start().await?;
        Ok(server)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("linli.db")
    }

    fn address(&self) -> Address {
        Address::Sqlite(self.path())
    }

    /// Starts it again.
    pub async fn start(&mut self) -> Result<(), Trouble> {
        let database = Database::open(&self.address()).await?;
        let clock = Arc::clone(&self.clock);
        let now = move || DateTime::<Utc>::from_timestamp_millis(clock.load(Ordering::Relaxed)).unwrap_or_default();
        let store = Store::start_at(database.clone(), Clock::new(now)).await?;
        let router = router(App::new(store, Settings::default()));
        let look = sea_orm::Database::connect(format!("sqlite://{}?mode=ro", self.path().display())).await?;
        self.up = Some(Up { router, database, look });
        Ok(())
    }

    /// Ends it.
    pub async fn stop(&mut self) {
        if let Some(Up { router, database, look }) = self.up.take() {
            drop(router);
            let _ = look.close().await;
            database.close().await;
        }
    }

    /// Ends it and copies its database.
    pub async fn template(mut self, to: &Path) -> Result<(), Trouble> {
        self.stop().await;
        std::fs::copy(self.path(), to)?;
        Ok(())
    }

    /// Sets its clock, milliseconds since 1970.
    pub fn set_clock(&self, millis: i64) {
        self.clock.store(millis, Ordering::Relaxed);
    }

    /// Makes a backup while it runs, in the place of an earlier one.
    pub async fn back_up(&self) -> Result<(), Trouble> {
        let _ = std::fs::remove_file(self.backup());
        Ok(database::backup(&self.address(), &self.backup()).await?)
    }

    fn backup(&self) -> PathBuf {
        self.folder.path().join("backup.db")
    }

    /// Goes back to the backup, if there is one, as `linli restore` does; whether it did.
    pub async fn restore(&mut self) -> Result<bool, Trouble> {
        if !self.backup().exists() {
            return Ok(false);
        }
        self.stop().await;
        database::restore(&self.address(), &self.backup()).await?;
        self.start().await?;
        Ok(true)
    }

    /// Calls it.
    pub async fn call(&self, method: &str, path: &str, etag: Option<&str>, body: &str) -> Result<Answer, Trouble> {
        let Some(up) = &self.up else { return Err("the server is down".into()) };
        let mut request = Request::builder().method(method).uri(path);
        if method == "POST" {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let request = request.body(Body::from(body.to_owned()))?;
        let response = tower::ServiceExt::oneshot(up.router.clone(), request).await?;
        let (head, body) = response.into_parts();
        let text = |name: &str| header_of(&head.headers, name);
        Ok(Answer {
            status: head.status.as_u16(),
            media_type: text("content-type").unwrap_or_default(),
            etag: text("etag"),
            retry_after: text("retry-after").and_then(|seconds| seconds.parse().ok()),
            body: String::from_utf8(to_bytes(body, usize::MAX).await?.to_vec())?,
        })
    }

    /// Calls it and gives up after so many turns: nobody hears the answer, if there was one.
    pub async fn call_in_vain(&self, path: &str, body: &str, turns: u32) -> Result<(), Trouble> {
        let mut call = Box::pin(self.call("POST", path, None, body));
        let mut had = 0;
        std::future::poll_fn(|context| match call.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(answer.map(|_| ())),
            Poll::Pending => {
                had += 1;
                if had >= turns { Poll::Ready(Ok(())) } else { Poll::Pending }
            }
        })
        .await
    }

    /// The highest sequence number given.
    pub async fn last_sequence(&self) -> Result<i64, Trouble> {
        let row = self.look()?.query_one_raw(sql("SELECT COALESCE(MAX(sequence), 0) FROM submission")).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0))
    }

    /// Every submission after a sequence number: id and body.
    pub async fn rows_after(&self, sequence: i64) -> Result<Vec<(String, String)>, Trouble> {
        let question = format!("SELECT lower(hex(id)), body FROM submission WHERE sequence > {sequence}");
        let rows = self.look()?.query_all_raw(sql(&question)).await?;
        rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
    }

    fn look(&self) -> Result<&DatabaseConnection, Trouble> {
        Ok(&self.up.as_ref().ok_or("the server is down")?.look)
    }
}

fn sql(text: &str) -> Statement {
    Statement::from_string(DatabaseBackend::Sqlite, text)
}

fn header_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The activity one can sign up for.
pub fn activity() -> RecordId {
    RecordId::new(DAWN, [7; 10])
}

/// Places of [`activity`].
pub const PLACES: u32 = 5;

fn gathering() -> Activity {
    let at = |days: u64| {
        let millis = (DAWN + days * 86_400_000).cast_signed();
        DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default().fixed_offset()
    };
    Activity {
        id: activity(),
        title: "gathering".to_owned(),
        kind: "facility".to_owned(),
        summary: String::new(),
        starts_at: at(300),
        ends_at: at(301),
        place: String::new(),
        host: String::new(),
        cost: String::new(),
        audience: vec![],
        capacity: Some(PLACES),
        confirmed: 0,
        waiting: 0,
        state: ActivityState::Announced,
        sign_up_until: None,
        sessions: vec![],
    }
}

fn content() -> Content {
    let kind = |id: &str| Kind { id: id.to_owned(), name: id.to_owned(), ..Kind::default() };
    let public = Public {
        community: Community { id: COMMUNITY.to_owned(), name: COMMUNITY.to_owned() },
        demo: false,
        kinds: Kinds {
            report: vec![kind("facility")],
            activity: vec![kind("facility")],
            symptom: vec![kind("cough")],
            ..Kinds::default()
        },
        places: vec![],
        activities: vec![gathering()],
        notices: vec![],
        contacts: vec![],
        thresholds: linli_domain::check_in::Thresholds::default(),
        consents: vec!["2026-11".to_owned()],
        seal: None,
        epoch: None,
    };
    Content { public, utc_offset_minutes: 480, paper: std::collections::HashMap::new() }
}
