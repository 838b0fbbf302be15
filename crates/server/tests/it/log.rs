//! What the server says of what happens to it, and what it makes of bytes that are no one request.

use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::defence::Loud;
use crate::world::{On, PIN, World};

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_and_what_fails_is_told_to_the_log_and_no_reason_to_whoever_asked() {
    let folder = TempDir::new().unwrap();
    let server = Loud::start(folder.path());
    server
        .say(b"POST /api/v1/outbox HTTP/1.1\r\nhost: x\r\norigin: https://evil.example\r\nconnection: close\r\n\r\n")
        .await;
    server.ask("POST", "/api/v1/session", "", r#"{"name":"demo-admin","password":"wrong horse"}"#).await;
    let told = log(folder.path());
    let line = told.lines().find(|line| line.contains("\"refused\"") && line.contains("/api/v1/outbox"));
    assert!(line.is_some_and(|line| line.contains("403")), "a refusal is told by its route: {told}");
    assert!(told.contains("a wrong guess"));

    let database = sea_orm::Database::connect(format!("sqlite:{}", folder.path().join("loud.db").display())).await;
    let database = database.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&database, "ALTER TABLE session RENAME TO gone").await.unwrap();
    let answer = server.ask("GET", "/api/v1/me", "__Host-linli=ab", "").await;
    let answer = answer + &server.ask("GET", "/api/v1/me", &format!("__Host-linli={}", "ab".repeat(32)), "").await;
    assert!(answer.contains("500") && !answer.contains("gone") && !answer.contains("no such table"), "{answer}");
    assert!(log(folder.path()).contains("the store failed"), "what it was is in the log");
}

#[tokio::test]
async fn who_signs_in_is_in_the_audit_log() {
    let world = World::new(On::Sqlite).await;
    let (account, _) = world.resident("A", "13800000001").await;
    let (staff, _) = world.signed_in_as("worker", &[(linli_domain::session::Role::Worker, None)]).await;
    let body = json!({"phone": "13800000001", "pin": PIN});
    let before = world.audited("session.open", &account.to_string()).await;
    assert_eq!(world.post("/api/v1/session", &body).await.status, 200);
    assert_eq!(world.audited("session.open", &account.to_string()).await, before + 1);
    assert!(world.audited("session.open", &staff.to_string()).await > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_could_be_two_requests_are_none() {
    let folder = TempDir::new().unwrap();
    let server = Loud::start(folder.path());
    let second = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let head = format!("POST /api/v1/session HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n", server.1);
    for lengths in [
        "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "content-length: 0\r\ncontent-length: 5\r\n\r\n",
        "content-length: -1\r\n\r\n",
        "content-length: +0\r\n\r\n",
        "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    ] {
        let answer = server.say(format!("{head}{lengths}{second}").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{lengths:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{lengths:?} was read as two: {answer}");
    }
}
