//! The server of Linli: one table of routes with who may call each, and what every request passes through.

pub mod auth;
pub mod config;
mod connection;
pub mod demo;
mod document;
pub mod error;
mod export;
mod extract;
mod guess;
pub mod intake;
mod picture;
pub mod place_file;
mod repaint;
mod room;
mod routes;
pub mod serve;
pub mod store;
mod throttle;
mod totp;
mod turn;
mod wire;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use linli_domain::{ProblemCode, RecordId};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use auth::Authority::{self, Admin, AnyStaff, Anyone, Device, Either, Resident, Staff};
use error::Error;
use extract::Source;
use guess::Guesses;
use picture::Pictures;
use room::{Room, Rooms};
use routes::app::Files;
use routes::{
    account, acting, activity, audit, card, check_in, desk, desk_account, device, family, figures, health,
    household_code, me, outbox, own_staff, photo, place, public, receipt, report, session, sign_up, staff,
};
use store::Store;
use throttle::Throttle;

/// Makes a route and what the document says of it. The document is long: it is made when somebody asks for it.
type Row = fn() -> UtoipaMethodRouter<App>;

/// Every route, and who may call it. There is no other place that adds one.
const TABLE: &[(Authority, Row)] = &[
    (Anyone, || routes!(report::put)),
    (Anyone, || routes!(check_in::put)),
    (Anyone, || routes!(sign_up::put)),
    (Anyone, || routes!(outbox::post)),
    (Anyone, || routes!(photo::put)),
    (Anyone, || routes!(public::get)),
    (Anyone, || routes!(activity::list)),
    (Anyone, || routes!(activity::get)),
    (Anyone, || routes!(receipt::get)),
    (Anyone, || routes!(session::open)),
    (Anyone, || routes!(session::close)),
    (Anyone, || routes!(account::open)),
    (Anyone, || routes!(desk_account::set_pin)),
    (Either, || routes!(session::me)),
    (Resident, || routes!(me::leave)),
    (Resident, || routes!(me::records)),
    (Resident, || routes!(me::export)),
    (Resident, || routes!(me::photo)),
    (Resident, || routes!(me::claim)),
    (Admin, || routes!(household_code::print)),
    (Admin, || routes!(audit::list)),
    (Admin, || routes!(staff::list, staff::add)),
    (Admin, || routes!(staff::roles)),
    (Admin, || routes!(staff::password)),
    (Admin, || routes!(staff::active)),
    (Admin, || routes!(staff::drop_second_step)),
    (AnyStaff, || routes!(own_staff::password)),
    (AnyStaff, || routes!(own_staff::offer, own_staff::confirm, own_staff::drop)),
    (AnyStaff, || routes!(figures::get)),
    (Staff, || routes!(desk_account::find, desk_account::open)),
    (Staff, || routes!(desk_account::print)),
    (Staff, || routes!(acting::list, acting::begin)),
    (Staff, || routes!(acting::get, acting::renew, acting::end)),
    (Staff, || routes!(acting::submit)),
    (Staff, || routes!(place::list)),
    (Staff, || routes!(place::households)),
    (Staff, || routes!(place::file)),
    (Admin, || routes!(place::street)),
    (Admin, || routes!(place::estate)),
    (Admin, || routes!(place::building)),
    (Admin, || routes!(place::grid)),
    (Admin, || routes!(place::person)),
    (Admin, || routes!(place::import)),
    (Staff, || routes!(device::list)),
    (Admin, || routes!(device::name)),
    (Admin, || routes!(device::revoke)),
    (Anyone, || routes!(device::pair)),
    (Device, || routes!(device::contact)),
    (Resident, || routes!(family::list)),
    (Resident, || routes!(family::keep)),
    (Resident, || routes!(family::remove)),
    (Resident, || routes!(family::correct)),
    (Resident, || routes!(family::change_pin)),
    (Resident, || routes!(family::consents)),
    (Resident, || routes!(family::agree)),
    (Resident, || routes!(family::withdraw)),
    (Resident, || routes!(family::card)),
    (Resident, || routes!(family::new_card)),
    (Staff, || routes!(card::look)),
    (Staff, || routes!(desk::list)),
    (Staff, || routes!(desk::get)),
    (Staff, || routes!(photo::get)),
    (Anyone, || routes!(health::alive)),
    (Anyone, || routes!(health::ready)),
    (Anyone, || routes!(health::metrics)),
    (Anyone, || routes!(health::openapi)),
];

/// A route as the table declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The method in capital letters.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: String,
    /// Who may call it.
    pub authority: Authority,
}

/// The table as data.
pub fn declared() -> Vec<Declared> {
    let mut all = Vec::new();
    for &(authority, row) in TABLE {
        let (_, described, _) = row();
        for (path, item) in described.paths {
            let methods = [("GET", item.get), ("PUT", item.put), ("POST", item.post), ("DELETE", item.delete)];
            all.extend(methods.into_iter().filter(|(_, operation)| operation.is_some()).map(|(method, _)| Declared {
                method,
                path: path.clone(),
                authority,
            }));
        }
    }
    all
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Linli 邻里", description = "The community's forms: reports, check-ins, sign-ups."),
    components(schemas(linli_domain::Problem, linli_domain::outbox::OutboxItem))
)]
struct Document;

fn described() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(auth::COOKIE)));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("staff", cookie.clone());
    components.add_security_scheme("resident", cookie);
    let tablet = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(auth::DEVICE_COOKIE)));
    components.add_security_scheme("device", tablet);
    let mut router = OpenApiRouter::with_openapi(document);
    for &(authority, row) in TABLE {
        let mut row = row();
        let schemes: &[&str] = match authority {
            Anyone => &[],
            Staff | AnyStaff | Admin => &["staff"],
            Resident => &["resident"],
            Device => &["device"],
            Either => &["staff", "resident"],
        };
        for (path, item) in &mut row.1.paths {
            for (method, operation) in document::operations(item) {
                document::complete(method, path, operation);
                if authority != Anyone {
                    let needed = schemes.iter().map(|scheme| SecurityRequirement::new(*scheme, [] as [&str; 0]));
                    operation.security = Some(needed.collect());
                }
            }
        }
        router = router.routes(row);
    }
    router.into_openapi()
}

/// The OpenAPI document as JSON.
pub fn document() -> &'static str {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    DOCUMENT.get_or_init(|| described().to_json().expect("the document is made of plain values"))
}

/// The whole server as one service.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for &(authority, row) in TABLE {
        let (_, described, mut methods) = row();
        if authority != Anyone {
            methods = methods.route_layer(from_fn_with_state((app.clone(), authority), auth::only));
        }
        for path in described.paths.keys() {
            router = router.route(path, methods.clone());
        }
    }
    router
        .method_not_allowed_fallback(async || Error::from(ProblemCode::MethodNotAllowed))
        .fallback(routes::app::serve)
        .layer(CatchPanicLayer::custom(|_| Error::Internal("a handler panicked").into_response()))
        .layer(from_fn_with_state(app.clone(), own_origin))
        .layer(from_fn_with_state(app.clone(), headed))
        .layer(from_fn(measured))
        .with_state(app)
}

/// A photo is as much work and room as many writes.
const WRITES_TO_A_PHOTO: u32 = 20;
/// Outboxes that may be under way at once, each with up to four megabytes; whoever comes later is asked to come again.
const OUTBOXES: usize = 32;
/// After how long one more password may be guessed, after how long one more PIN: six digits are fewer than there are passwords.
const PASSWORD_AGAIN: Duration = Duration::from_mins(1);
const PIN_AGAIN: Duration = Duration::from_mins(10);
/// Wrong pairing codes from one source, and after how long one more: eight digits are few.
const PAIRINGS: u32 = 10;
const PAIRING_AGAIN: Duration = Duration::from_mins(1);
/// Cards that one of staff may look up at once, and after how long one more: a number is not found by trying.
const LOOKS: u32 = 30;
const LOOK_AGAIN: Duration = Duration::from_secs(20);
/// Copies of everything that one account may take at once, and after how long one more: each reads all there is.
const EXPORTS: u32 = 10;
const EXPORT_AGAIN: Duration = Duration::from_mins(6);
/// How long it is taken as known whether the database can be written.
const PROBE: Duration = Duration::from_secs(1);
/// How often photos that no report names, and what is left of accounts that ended, are looked for.
const SWEEP: Duration = Duration::from_hours(1);
/// How often what is past its time is let go.
const RETIRE: Duration = Duration::from_hours(24);

/// What every handler may use. Clones share it.
#[derive(Debug, Clone)]
pub struct App(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    files: Files,
    origins: Vec<String>,
    writes: Option<Throttle<Source>>,
    photos: Option<Throttle<Source>>,
    spare_loopback: bool,
    trust_proxy: bool,
    outboxes: Rooms,
    guesses: Guesses,
    pins: Guesses,
    pairings: Throttle<Source>,
    looks: Throttle<RecordId>,
    exports: Throttle<RecordId>,
    passwords: auth::Passwords,
    pictures: Pictures,
    swept: Mutex<Option<Instant>>,
    retired: Mutex<Option<Instant>>,
    probed: tokio::sync::Mutex<Option<(Instant, Result<(), store::Error>)>>,
    figures: PrometheusHandle,
}

/// What can be set from outside.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Serve the app from this folder instead of the one built in.
    pub app: Option<std::path::PathBuf>,
    /// Origins besides the server's own that may write, such as `https://linli.example` behind a proxy.
    pub origins: Vec<String>,
    /// How many writes a minute are taken from one source.
    pub writes: Writes,
    /// Whether whoever comes from this machine itself is a proxy that says for whom (`X-Forwarded-For`).
    pub trust_proxy: bool,
}

/// How many writes a minute are taken from one source.
#[derive(Debug, Clone, Copy, Default)]
pub enum Writes {
    /// As many as come.
    #[default]
    Unlimited,
    /// So many, but as many as come from this machine itself, where a proxy may stand for everybody.
    FromElsewhere(u32),
    /// So many.
    FromAnywhere(u32),
}

impl App {
    /// Puts it together.
    pub fn new(store: Store, settings: Settings) -> Self {
        let throttle = |a_minute: u32| Throttle::new(a_minute, Duration::from_mins(1) / a_minute.max(1));
        let limit = match settings.writes {
            Writes::Unlimited => None,
            Writes::FromElsewhere(count) | Writes::FromAnywhere(count) => Some(count),
        };
        Self(Arc::new(Shared {
            store,
            files: Files::new(settings.app),
            origins: settings.origins,
            writes: limit.map(throttle),
            photos: limit.map(|count| throttle((count / WRITES_TO_A_PHOTO).max(1))),
            spare_loopback: matches!(settings.writes, Writes::FromElsewhere(_)),
            trust_proxy: settings.trust_proxy,
            outboxes: Rooms::new(OUTBOXES),
            guesses: Guesses::again_after(PASSWORD_AGAIN),
            pins: Guesses::again_after(PIN_AGAIN),
            pairings: Throttle::new(PAIRINGS, PAIRING_AGAIN),
            looks: Throttle::new(LOOKS, LOOK_AGAIN),
            exports: Throttle::new(EXPORTS, EXPORT_AGAIN),
            probed: tokio::sync::Mutex::new(None),
            passwords: auth::Passwords::default(),
            pictures: Pictures::default(),
            swept: Mutex::new(None),
            retired: Mutex::new(None),
            figures: figures().clone(),
        }))
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    fn files(&self) -> &Files {
        &self.0.files
    }

    fn passwords(&self) -> &auth::Passwords {
        &self.0.passwords
    }

    fn pictures(&self) -> &Pictures {
        &self.0.pictures
    }

    fn guesses(&self) -> &Guesses {
        &self.0.guesses
    }

    fn pins(&self) -> &Guesses {
        &self.0.pins
    }

    fn pairings(&self) -> &Throttle<Source> {
        &self.0.pairings
    }

    fn figures(&self) -> String {
        self.0.figures.render()
    }

    fn trusts_proxy(&self) -> bool {
        self.0.trust_proxy
    }

    /// Room for one more outbox, until it is dropped.
    fn room_for_outbox(&self, source: Source) -> Result<Room, Error> {
        self.0.outboxes.take(self.counted(source))
    }

    /// Room for one more photo, until it is dropped.
    fn room_for_photo(&self, source: Source) -> Result<Room, Error> {
        self.pictures().rooms.take(self.counted(source))
    }

    /// A source, where sources are told apart at all.
    fn counted(&self, source: Source) -> Option<Source> {
        self.limit(self.0.writes.as_ref(), source).map(|_| source)
    }

    /// Whether a source may write at all, to be asked before what it sends is read.
    fn may_write(&self, source: Source) -> Result<(), Error> {
        let Some(writes) = self.limit(self.0.writes.as_ref(), source) else { return Ok(()) };
        writes.look(&source, Instant::now()).map_err(Error::TooMany)
    }

    /// Counts writes from a source.
    fn admit(&self, source: Source, writes: usize) -> Result<(), Error> {
        let Some(limit) = self.limit(self.0.writes.as_ref(), source) else { return Ok(()) };
        limit.take_many(source, writes, Instant::now()).map_err(Error::TooMany)
    }

    /// Counts a look at whose card it is.
    fn admit_look(&self, staff: RecordId, now: Instant) -> Result<(), Error> {
        self.0.looks.take(staff, now).map_err(Error::TooMany)
    }

    /// Counts a copy of everything about an account.
    fn admit_export(&self, account: RecordId) -> Result<(), Error> {
        self.0.exports.take(account, Instant::now()).map_err(Error::TooMany)
    }

    /// Whether the database can be written, durably: tried at most once a second, whoever asks, and told to all who ask
    /// meanwhile.
    async fn probe(&self) -> Result<(), store::Error> {
        let mut probed = self.0.probed.lock().await;
        if let Some((at, outcome)) = &*probed
            && at.elapsed() < PROBE
        {
            return outcome.clone();
        }
        let outcome = self.store().carry_out(store::Task::Probe).await;
        *probed = Some((Instant::now(), outcome.clone()));
        outcome
    }

    /// Counts a photo from a source.
    fn admit_photo(&self, source: Source) -> Result<(), Error> {
        let Some(photos) = self.limit(self.0.photos.as_ref(), source) else { return Ok(()) };
        photos.take(source, Instant::now()).map_err(Error::TooMany)
    }

    fn limit<'a>(&self, throttle: Option<&'a Throttle<Source>>, source: Source) -> Option<&'a Throttle<Source>> {
        throttle.filter(|_| !(self.0.spare_loopback && source.0.is_loopback()))
    }

    /// What has to be done now and then; call it every few seconds.
    pub async fn upkeep(&self) {
        self.0.figures.run_upkeep();
        let _ = self.store().public().await;
        if is_time(&self.0.swept, SWEEP, Instant::now()) {
            if let Err(error) = self.store().forget_photos().await {
                tracing::warn!(%error, "photos could not be forgotten");
            }
            if let Err(error) = self.store().sweep_ended().await {
                tracing::warn!(%error, "something of an account that ended is still there");
            }
        }
        if is_time(&self.0.retired, RETIRE, Instant::now())
            && let Err(error) = self.store().retire().await
        {
            tracing::warn!(%error, "what is past its time could not be let go");
        }
    }
}

/// Whether something that is done now and then is due, and notes that it is done now.
fn is_time(done: &Mutex<Option<Instant>>, every: Duration, now: Instant) -> bool {
    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
    let due = done.is_none_or(|done| now.saturating_duration_since(done) >= every);
    if due {
        *done = Some(now);
    }
    due
}

/// Refuses writes that another site makes a browser send.
async fn own_origin(State(app): State<App>, request: Request, next: Next) -> Result<Response, Error> {
    let headers = request.headers();
    let host = request.uri().authority().map(axum::http::uri::Authority::as_str);
    let host = host.or_else(|| headers.get(header::HOST)?.to_str().ok());
    if auth::foreign(request.method(), headers, host, &app.0.origins) {
        return Err(ProblemCode::ForeignOrigin.into());
    }
    Ok(next.run(request).await)
}

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; \
    worker-src 'self'; manifest-src 'self'; require-trusted-types-for 'script'; trusted-types default";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    ),
];

/// For two years, where one of the server's own origins says that it is reached by HTTPS.
const ONLY_HTTPS: &str = "max-age=63072000; includeSubDomains";

/// Puts the security headers on every answer, and `no-store` where a handler says nothing else.
async fn headed(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.0.origins.iter().any(|origin| origin.starts_with("https://")) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_HTTPS));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Counts and times every request by its route, never by its path: a path holds ids and receipt numbers.
async fn measured(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = match *request.method() {
        Method::GET => "GET",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        _ => "other",
    };
    let response = next.run(request).await;
    let route = route.as_ref().map_or("app", MatchedPath::as_str).to_owned();
    let took = started.elapsed();
    let status = response.status().as_u16();
    if matches!(status, 403 | 429) {
        tracing::warn!(method, route, status, "refused");
    }
    tracing::debug!(method, route, status, micros = took.as_micros(), "answered");
    let labels = [("method", method.to_owned()), ("route", route)];
    metrics::histogram!("linli_request_seconds", &labels).record(took.as_secs_f64());
    let [method, route] = labels;
    let status = ("status", response.status().as_str().to_owned());
    metrics::counter!("linli_requests_total", &[method, route, status]).increment(1);
    response
}

/// The recorder of this process.
fn figures() -> &'static PrometheusHandle {
    static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();
    FIGURES.get_or_init(|| {
        let seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
        let sizes = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 1024.0];
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &seconds)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_size".to_owned()), &sizes))
            .expect("there are buckets")
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("figures are already recorded elsewhere");
        }
        handle
    })
}

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}
