//! What an attacker tries: other sites, other sessions, guessing, and reading the logs.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use chrono::{TimeDelta, Utc};
use linli_domain::session::Role;
use linli_domain::{Problem, ProblemCode};
use linli_server::store::{Clock, Database, Deed, Outcome, StaffChange, StaffDeed, Store, Task};
use linli_server::{App, Declared, Settings, auth, declared, router};
use serde_json::{Value, json};

use crate::commands::linli;
use crate::on_both;
use crate::world::{
    On, PASSWORD, PIN, Reply, World, check_in, endless, new_id, new_session, path, report, sign_up, with,
};

impl World {
    async fn write_with(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from("{}")).unwrap()).await
    }

    async fn sign_in_from(&self, peer: &str, phone: &str, pin: &str) -> Reply {
        let request = Request::post("/api/v1/session").header("content-type", "application/json");
        let mut request = request.body(Body::from(json!({"phone": phone, "pin": pin}).to_string())).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        self.send(request).await
    }
}

fn real(path: &str) -> String {
    path.replace("{id}", &new_id().to_string()).replace("{sha256}", &"0".repeat(64))
}

fn cookie(reply: &Reply) -> String {
    reply.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn no_other_site_writes_by_any_route() {
    let world = World::new(On::Sqlite).await;
    let staff = world.signed_in().await;
    let (account, _) = world.resident("A", "13800000001").await;
    let writes: Vec<_> = declared().into_iter().filter(|route| route.method != "GET").collect();
    assert!(writes.len() > 8);
    for route in &writes {
        let resident = world.session_of(account).await;
        for session in [&staff, &resident] {
            for origin in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
                let headers = [origin, ("cookie", session.as_str()), ("content-type", "application/json")];
                let reply = world.write_with(route.method, &real(&route.path), &headers).await;
                reply.is_problem(403, "foreign_origin", &[]);
            }
            assert_eq!(world.get_as("/api/v1/me", session).await.status, 200, "{} ended a session", route.path);
        }
    }
}

#[tokio::test]
async fn what_a_form_of_another_site_can_send_is_no_body_of_any_route() {
    let world = World::new(On::Sqlite).await;
    let staff = world.admin().await;
    let tablet = crate::devices::paired(&world, &staff).await;
    let (account, _) = world.resident("A", "13800000001").await;
    let document = world.get("/api/openapi.json").await.json();
    let has_body =
        |route: &Declared| document["paths"][&route.path][route.method.to_lowercase()]["requestBody"].is_object();
    for route in declared().into_iter().filter(has_body).filter(|route| route.path != "/api/v1/session") {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
            let resident = world.session_of(account).await;
            let mut refused = 0;
            for session in [&staff, &resident, &tablet] {
                let headers = [("cookie", session.as_str()), ("content-type", kind)];
                let status = world.write_with(route.method, &real(&route.path), &headers).await.status.as_u16();
                assert!(matches!(status, 401 | 403 | 415), "{} {} took {kind:?}: {status}", route.method, route.path);
                refused += usize::from(status == 415);
            }
            assert!(refused > 0, "{} {} was not asked as whoever may", route.method, route.path);
        }
    }
}

/// A browser signs in by the one route that is left out above.
#[tokio::test]
async fn no_form_of_another_site_signs_anybody_in() {
    let world = World::new(On::Sqlite).await;
    world.resident("A", "13800000001").await;
    let body = json!({"phone": "13800000001", "pin": PIN}).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let request = Request::post("/api/v1/session").header("content-type", kind);
        let reply = world.send(request.body(Body::from(body.clone())).unwrap()).await;
        reply.is_problem(415, "unsupported_media_type", &[]);
        assert_eq!(reply.header("set-cookie"), "", "{kind}");
    }
}

#[tokio::test]
async fn no_question_changes_anything_but_the_log() {
    let world = World::new(On::Sqlite).await;
    let admin = world.admin().await;
    let (_, resident) = world.resident("A", "13800000001").await;
    let id = new_id();
    assert_eq!(world.write_as("PUT", &path("check-ins", id), &check_in(), &resident).await.status, 201);
    let connection = world.connection().await;
    let kept = async || {
        let mut tables = crate::forgotten::tables(&connection).await;
        // The community holds the end of the log's chain.
        tables.remove("community");
        assert!(tables.remove("audit").is_some() && !tables["submission"].is_empty());
        tables
    };
    let before = kept().await;
    for route in declared().into_iter().filter(|route| route.method == "GET") {
        for cookie in [&admin, &resident] {
            let asked = route.path.replace("{id}", &id.to_string());
            let status = world.get_as(&real(&asked).replace("{code}", "7"), cookie).await.status.as_u16();
            assert!(status < 500, "{asked}: {status}");
            let changed = kept().await.into_iter().filter(|(table, rows)| before[table] != *rows);
            assert_eq!(changed.collect::<Vec<_>>(), [], "{asked} changed something");
        }
    }
}

#[tokio::test]
async fn no_address_sends_anybody_elsewhere() {
    let world = World::new(On::Sqlite).await;
    let paths = declared().into_iter().filter(|route| route.method == "GET").map(|route| real(&route.path));
    for path in paths.chain(["/", "/desk", "/desk/", "/report", "//evil.example/", "/api/v1"].map(str::to_owned)) {
        let path = path.replace(['{', '}'], "%7B");
        let request = Request::get(&path).header("x-forwarded-proto", "http").header("host", "linli.example");
        let reply = world.send(request.body(Body::empty()).unwrap()).await;
        assert!(!reply.status.is_redirection() && reply.header("location").is_empty(), "{path}: {}", reply.status);
    }
}

#[tokio::test]
async fn numbers_beyond_every_limit_are_refused_and_none_wraps_round() {
    let world = World::new(On::Sqlite).await;
    let numbers = ["-1", "301", "65537", "2147483648", "4294967297", "18446744073709551617", "1e308", "0.5e-320"];
    for (kind, body, field) in [
        ("check-ins", check_in(), "systolic"),
        ("check-ins", check_in(), "glucose"),
        ("check-ins", check_in(), "mood"),
        ("sign-ups", sign_up(endless()), "party"),
    ] {
        for number in numbers {
            let pointer = format!("/{field}");
            let text = with(&body, &pointer, "§").to_string().replace("\"§\"", number);
            let request = Request::put(path(kind, new_id())).header("content-type", "application/json");
            let reply = world.send(request.body(Body::from(text)).unwrap()).await;
            assert_eq!(reply.status, 422, "{field} {number}: {}", reply.text());
            assert_eq!(reply.json()["fields"][0]["pointer"], pointer.as_str(), "{}", reply.text());
        }
    }
    for question in ["limit=18446744073709551617", "since=-1", "after=99999999999999999999"] {
        let status = world.get_as(&format!("/api/v1/me/records?{question}"), "").await.status.as_u16();
        assert!(status < 500, "{question}");
    }
}

#[tokio::test]
async fn a_long_password_is_taken_as_it_is_and_never_runs_out() {
    let world = World::new(On::Sqlite).await;
    let password = format!(" {} ", "correct horse 电池 ".repeat(8));
    assert!(password.chars().count() > 128);
    let admin = world.admin().await;
    let body = json!({"name": "keeper", "password": password, "roles": [{"role": "worker"}]});
    assert_eq!(world.write_as("POST", "/api/v1/desk/staff", &body, &admin).await.status, 201);
    let clock = Clock::new(|| Utc::now() + TimeDelta::days(700));
    let store = Store::start_at(Database::open(&world.address).await.unwrap(), clock).await.unwrap();
    let later = World { router: router(App::new(store.clone(), Settings::default())), store, ..world.clone() };
    for world in [&world, &later] {
        let sign_in = async |password: &str| {
            world.post("/api/v1/session", &json!({"name": "keeper", "password": password})).await.status.as_u16()
        };
        assert_eq!((sign_in(&password).await, sign_in(password.trim()).await), (200, 401));
    }
}

#[tokio::test]
async fn a_method_that_only_mirrors_is_not_there() {
    let world = World::new(On::Sqlite).await;
    for method in ["TRACE", "CONNECT", "TRACK", "PROPFIND"] {
        for path in ["/", "/api/v1/me", "/api/v1/public"] {
            let reply = world.write_with(method, path, &[("cookie", "__Host-linli=canary")]).await;
            assert!(matches!(reply.status.as_u16(), 405 | 404), "{method} {path}: {}", reply.status);
            assert!(!reply.text().contains("canary"));
        }
    }
}

#[tokio::test]
async fn only_where_it_is_reached_by_https_a_browser_is_told_to_stay_there() {
    let settings = |origin: &str| Settings { origins: vec![origin.to_owned()], ..Settings::default() };
    let secure = World::with(On::Sqlite, settings("https://linli.example")).await;
    for path in ["/", "/api/v1/public", "/api/v1/nothing"] {
        assert_eq!(secure.get(path).await.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
    }
    let plain = World::with(On::Sqlite, settings("http://linli.example")).await;
    assert_eq!(plain.get("/").await.header("strict-transport-security"), "");
}

#[tokio::test]
async fn no_answer_is_for_the_scripts_of_another_site() {
    let world = World::new(On::Sqlite).await;
    for method in ["GET", "OPTIONS"] {
        let headers = [("origin", "https://evil.example"), ("access-control-request-method", "PUT")];
        let reply = world.write_with(method, "/api/v1/public", &headers).await;
        assert!(reply.headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{method}");
    }
}

#[tokio::test]
async fn a_street_behind_one_address_signs_in_though_one_of_them_guesses() {
    let world = World::new(On::Sqlite).await;
    for number in 0..40 {
        world.resident("A", &format!("138000001{number:02}")).await;
    }
    world.resident("B", "13800000001").await;
    let street = "203.0.113.7:4711";
    for _ in 0..10 {
        world.sign_in_from(street, "13800000001", "246813").await.is_problem(401, "wrong_credentials", &[]);
    }
    assert_eq!(world.sign_in_from(street, "13800000001", "246813").await.status, 429);
    for number in 0..40 {
        let reply = world.sign_in_from(street, &format!("138000001{number:02}"), PIN).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
}

#[tokio::test]
async fn an_account_under_attack_from_everywhere_stays_its_owners() {
    let world = World::new(On::Sqlite).await;
    let (_, own) = world.resident("A", "13800000001").await;
    let mut limited = 0;
    for number in 0..50 {
        let reply = world.sign_in_from(&format!("198.51.100.{number}:1"), "13800000001", "246813").await;
        limited += usize::from(reply.status == 429);
    }
    assert_eq!(limited, 20, "however many addresses there are, thirty guesses are taken");
    assert_eq!(world.get_as("/api/v1/me", &own).await.status, 200, "whoever is signed in stays so");
    assert_eq!(world.write_as("PUT", &path("reports", new_id()), &report(), &own).await.status, 201);
    let change = json!({"pin": PIN, "new_pin": "482913"});
    assert_eq!(world.write_as("PUT", "/api/v1/me/pin", &change, &own).await.status, 204);
    let right = json!({"name": "A", "phone": "13800000009", "pin": "482913"});
    assert_eq!(world.write_as("PUT", "/api/v1/me", &right, &own).await.status, 204);
    assert_eq!(world.write_as("DELETE", "/api/v1/me", &json!({"pin": "482913"}), &own).await.status, 204);
}

#[tokio::test]
async fn one_source_that_guesses_locks_nobody_out_elsewhere() {
    let world = World::new(On::Sqlite).await;
    world.resident("A", "13800000001").await;
    let (attacker, elsewhere) = ("198.51.100.1:1", "203.0.113.7:1");
    for _ in 0..10 {
        world.sign_in_from(attacker, "13800000001", "246813").await.is_problem(401, "wrong_credentials", &[]);
    }
    // Once it is told to wait, what it tries takes nothing from its neighbours behind the same address either.
    for _ in 0..200 {
        assert_eq!(world.sign_in_from(attacker, "13800000001", "246813").await.status, 429);
    }
    assert_eq!(world.sign_in_from(elsewhere, "13800000001", PIN).await.status, 200);
    world.sign_in_from(attacker, "13800000002", "246813").await.is_problem(401, "wrong_credentials", &[]);
}

#[tokio::test]
async fn staff_under_attack_change_their_password_under_their_session() {
    let world = World::new(On::Sqlite).await;
    let worker = world.signed_in().await;
    let guess = async |number: u8| {
        let body = json!({"name": "worker", "password": "wrong horse"}).to_string();
        let request = Request::post("/api/v1/session").header("content-type", "application/json");
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([198, 51, 100, number], 1))));
        world.send(request).await.status.as_u16()
    };
    for number in 0..30 {
        assert_eq!(guess(number).await, 401);
    }
    assert_eq!(guess(30).await, 429);
    let change = json!({"old": PASSWORD, "new": "walks by the river"});
    assert_eq!(world.write_as("PUT", "/api/v1/desk/password", &change, &worker).await.status, 204);
    let wrong = json!({"password": "wrong horse"});
    let again = async || world.write_as("POST", "/api/v1/desk/second-step", &wrong, &worker).await;
    for _ in 0..10 {
        again().await.is_problem(422, "invalid", &[("/password", "wrong_password")]);
    }
    again().await.is_problem(429, "too_many_requests", &[]);
}

#[tokio::test]
async fn more_passwords_than_may_wait_are_told_to_come_again() {
    let world = World::new(On::Sqlite).await;
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..80 {
        let world = world.clone();
        asking.spawn(async move {
            let source = format!("198.51.100.{number}:1");
            world.sign_in_from(&source, &format!("138000001{number:02}"), "246813").await
        });
    }
    let refused = loop {
        let reply = asking.join_next().await.unwrap().unwrap();
        if reply.status != 401 {
            break reply;
        }
    };
    refused.is_problem(503, "unavailable", &[]);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    asking.shutdown().await;
    world.sign_in_from("198.51.100.1:1", "13800000101", "246813").await.is_problem(401, "wrong_credentials", &[]);
}

#[tokio::test]
async fn known_and_unknown_are_told_the_same() {
    let world = World::new(On::Sqlite).await;
    world.resident("A", "13800000001").await;
    world.add_staff("worker").await;
    for (known, unknown) in [
        (json!({"phone": "13800000001", "pin": "246813"}), json!({"phone": "13800000002", "pin": "246813"})),
        (json!({"name": "worker", "password": "wrong horse"}), json!({"name": "nobody", "password": "wrong horse"})),
    ] {
        let (known, unknown) =
            (world.post("/api/v1/session", &known).await, world.post("/api/v1/session", &unknown).await);
        assert_eq!((known.status, &known.bytes), (unknown.status, &unknown.bytes));
        assert_eq!(known.headers, unknown.headers);
    }
}

on_both! {
    async fn a_session_is_made_at_sign_in_and_ends_on_the_server(world: World) {
        world.resident("A", "13800000001").await;
        let planted = format!("{}={}", auth::COOKIE, "ab".repeat(32));
        let body = json!({"phone": "13800000001", "pin": PIN});
        let first = world.write_as("POST", "/api/v1/session", &body, &planted).await;
        let (first, second) = (cookie(&first), cookie(&world.post("/api/v1/session", &body).await));
        assert!(first != planted && first != second, "nobody chooses the token of another's session");
        world.get_as("/api/v1/me", &planted).await.is_problem(401, "signed_out", &[]);
        let token = first.split_once('=').unwrap().1;
        assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()), "256 random bits");
        world.write_as("DELETE", "/api/v1/session", &json!({}), &first).await;
        world.get_as("/api/v1/me", &first).await.is_problem(401, "signed_out", &[]);
        assert_eq!(world.get_as("/api/v1/me", &second).await.status, 200);
        let kept = crate::forgotten::everything(&world.connection().await).await;
        assert!(!kept.contains(second.split_once('=').unwrap().1), "the token itself is nowhere");
    }

    async fn signing_in_anew_ends_the_session_that_this_browser_had(world: World) {
        let (account, elsewhere) = world.resident("A", "13800000001").await;
        let (worker, _) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let resident = json!({"phone": "13800000001", "pin": PIN});
        let staff = json!({"name": "worker", "password": PASSWORD});
        let sign_in = async |body: &Value, had: &str| world.write_as("POST", "/api/v1/session", body, had).await;
        let mut had = cookie(&sign_in(&resident, "").await);
        for body in [&resident, &staff, &staff, &resident] {
            let wrong = json!({"phone": "13800000001", "pin": "246813"});
            sign_in(&wrong, &had).await.is_problem(401, "wrong_credentials", &[]);
            assert_eq!(world.get_as("/api/v1/me", &had).await.status, 200, "a wrong guess ends nothing");
            let now = cookie(&sign_in(body, &had).await);
            world.get_as("/api/v1/me", &had).await.is_problem(401, "signed_out", &[]);
            assert_eq!(world.get_as("/api/v1/me", &now).await.status, 200);
            had = now;
        }
        assert_eq!(world.get_as("/api/v1/me", &elsewhere).await.status, 200, "other browsers go on");
        for id in [account, worker] {
            assert_eq!(world.audited("session.close", &id.to_string()).await, 2);
        }
    }

    async fn nobody_signs_in_with_what_was_changed_meanwhile(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        let (worker, theirs) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        // What a sign-in read before the change, and writes behind it.
        let fitted = world.store.resident(account).await.unwrap().unwrap().pin;
        let password = world.store.staff(worker).await.unwrap().unwrap().password;
        let pin = json!({"pin": PIN, "new_pin": "482913"});
        assert_eq!(world.write_as("PUT", "/api/v1/me/pin", &pin, &mine).await.status, 204);
        let changed = json!({"old": PASSWORD, "new": "walks by the river"});
        assert_eq!(world.write_as("PUT", "/api/v1/desk/password", &changed, &theirs).await.status, 204);
        let at = world.store.now();
        let session = |fitted| new_session(&auth::new_token().unwrap(), fitted, at + TimeDelta::hours(1));
        let what = StaffChange::SignIn { session: session(password), proof: None };
        let tasks = vec![
            Task::Account(Deed::SignIn { account, session: session(fitted), at }),
            Task::Staff(StaffDeed { staff: worker, by: worker.to_string(), at, what }),
        ];
        let refused = Outcome::Refused(Problem::new(ProblemCode::WrongCredentials));
        assert_eq!(world.store.write(tasks).await.unwrap(), [refused.clone(), refused]);
    }

    async fn a_session_ends_by_itself(world: World) {
        world.resident("A", "13800000001").await;
        let resident = cookie(&world.post("/api/v1/session", &json!({"phone": "13800000001", "pin": PIN})).await);
        let staff = world.signed_in().await;
        let later = async |minutes: i64| {
            let database = Database::open(&world.address).await.unwrap();
            let clock = Clock::new(move || Utc::now() + TimeDelta::minutes(minutes));
            let store = Store::start_at(database, clock).await.unwrap();
            World { router: router(App::new(store.clone(), Settings::default())), store, ..world.clone() }
        };
        let status = async |minutes, cookie: &str| later(minutes).await.get_as("/api/v1/me", cookie).await.status.as_u16();
        assert_eq!((status(12 * 60 - 1, &staff).await, status(12 * 60 + 1, &staff).await), (200, 401));
        assert_eq!((status(30 * 1440 - 1, &resident).await, status(30 * 1440 + 1, &resident).await), (200, 401));
    }
}

/// A server in a process of its own that says all it can, and where it listens.
pub struct Loud(Child, pub String);

impl Loud {
    pub fn start(folder: &std::path::Path) -> Self {
        let url = format!("sqlite:{}", folder.join("loud.db").display());
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let mut call = linli();
        call.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--database", &url, "--writes-per-minute", "60"]);
        let mut process = call.env("LINLI_LOG", "trace").stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let at = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Self(process, at)
    }

    /// One request over a connection of its own; the whole answer.
    pub async fn ask(&self, method: &str, path: &str, cookie: &str, body: &str) -> String {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             cookie: {cookie}\r\ncontent-length: {}\r\n\r\n{body}",
            self.1,
            body.len()
        );
        self.say(request.as_bytes()).await
    }

    /// What is answered to these bytes over a connection of their own, until it ends.
    pub async fn say(&self, bytes: &[u8]) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut line = tokio::net::TcpStream::connect(&self.1).await.unwrap();
        line.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Loud {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Every form and sign-in with canaries in it, and every route with a session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loudest_log_holds_no_name_no_number_no_value_and_no_token() {
    let folder = tempfile::TempDir::new().unwrap();
    let server = Loud::start(folder.path());
    let mut canaries: Vec<String> =
        ["Canarina", "13911112222", "246813", "wrong horse", "137.0", "fell at the gate"].map(str::to_owned).into();
    let mut said = with(&report(), "/description", "Canarina fell at the gate");
    said["reporter"] = json!({"name": "Canarina", "phone": "13911112222"});
    let mut measured = with(&check_in(), "/person", json!({"name": "Canarina", "phone": "13911112222"}));
    measured["weight"] = json!(137.0);
    let mut joined = sign_up(endless());
    joined["person"] = json!({"name": "Canarina", "phone": "13911112222"});
    for (kind, mut body) in [("reports", said), ("check-ins", measured), ("sign-ups", joined)] {
        body["community"] = json!("rongshu");
        canaries.push(body["receipt"].as_str().unwrap().to_owned());
        server.ask("PUT", &path(kind, new_id()), "", &body.to_string()).await;
        server.ask("PUT", &path(kind, new_id()), "", &body.to_string().replace("2026-11", "x")).await;
    }
    server.ask("POST", "/api/v1/session", "", r#"{"name":"Canarina","password":"wrong horse"}"#).await;
    server.ask("POST", "/api/v1/session", "", r#"{"phone":"13911112222","pin":"246813"}"#).await;
    for body in [r#"{"phone":"13800000001","pin":"135790"}"#, r#"{"name":"demo-admin","password":"demo-linli-2026"}"#] {
        let answer = server.ask("POST", "/api/v1/session", "", body).await;
        let cookie = answer.split("__Host-linli=").nth(1).and_then(|rest| rest.split(';').next()).unwrap().to_owned();
        let sent: Value = serde_json::from_str(body).unwrap();
        canaries.extend(sent.as_object().unwrap().values().map(|value| value.as_str().unwrap().to_owned()));
        for route in declared().into_iter().filter(|route| route.path != "/api/v1/session") {
            let session = format!("__Host-linli={cookie}");
            server.ask(route.method, &real(&route.path).replace("{code}", "00000000001Y"), &session, "{}").await;
        }
        canaries.push(cookie);
    }
    // Names that the demo's own answers hold.
    canaries.extend(["陈婆婆".to_owned(), PASSWORD.to_owned()]);
    // A staff account's name stands in the log for nobody but staff.
    canaries.retain(|canary| canary != "demo-admin");
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.contains("\"answered\"") && log.contains("a wrong guess"), "it does say what happens: {log}");

    for canary in canaries {
        let line = log.lines().find(|line| line.contains(&canary));
        assert_eq!(line, None, "the log tells {canary}");
    }
}
