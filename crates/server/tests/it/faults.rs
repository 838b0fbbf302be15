//! A database that cannot be written for a while: nothing acknowledged is lost, and what was refused goes through later.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use linli_domain::RecordId;
use linli_domain::session::Role;
use sea_orm::ConnectionTrait;
use serde_json::Value;
use tempfile::TempDir;

use crate::commands::{Served, url};
use crate::world::{On, World, new_id, path, report, with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_another_process_holds_the_lock_the_answer_is_come_again() {
    let world = World::new(On::Sqlite).await;
    let before = new_id();
    assert_eq!(world.put(&path("reports", before), &report()).await.status, 201);

    let file = world.folder.path().join("linli.db");
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite:{}", file.display()));
    options.max_connections(1);
    let other = sea_orm::Database::connect(options).await.unwrap();
    other.execute_unprepared("BEGIN EXCLUSIVE").await.unwrap();

    let (id, body) = (new_id(), report());
    let refused = world.put(&path("reports", id), &body).await;
    refused.is_problem(503, "unavailable", &[]);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    world.get("/readyz").await.is_problem(503, "unavailable", &[]);
    assert_eq!(world.get("/healthz").await.status, 200);
    assert_eq!(world.get("/api/v1/public").await.status, 200, "reading goes on");
    assert!(world.store.find(id).await.unwrap().is_none());

    other.execute_unprepared("ROLLBACK").await.unwrap();
    assert_eq!(world.put(&path("reports", id), &body).await.status, 201);
    // What was found out is told for a second.
    while world.get("/readyz").await.status != 200 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(world.store.arrived(&linli_server::store::Scope::All, None, None).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn whoever_asks_whether_it_is_ready_has_nothing_written_for_them() {
    let world = World::new(On::Sqlite).await;
    let ahead = world.folder.path().join("linli.db-wal");
    let length = || std::fs::metadata(&ahead).unwrap().len();
    assert_eq!(world.get("/readyz").await.status, 200);
    let before = length();
    for _ in 0..300 {
        assert_eq!(world.get("/readyz").await.status, 200);
    }
    // Each probe that is written is a page or more.
    assert!(length() - before < 100 * 4096, "{} bytes", length() - before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_the_database_refuses_never_fails_its_group() {
    let world = World::new(On::Sqlite).await;
    let (id, _) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
    // The same id again breaks a constraint; the reports sent at the same moment share its transaction.
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..20 {
        let world = world.clone();
        sending.spawn(async move {
            if number % 5 == 0 {
                let task = linli_server::store::Task::AddStaff {
                    id,
                    name: format!("worker {number}"),
                    password: String::new(),
                    role: Role::Worker,
                    at: world.store.now(),
                };
                let outcome = world.store.write(vec![task]).await;
                assert_ne!(outcome.ok(), Some(vec![linli_server::store::Outcome::Done]));
            } else {
                assert_eq!(world.put(&path("reports", new_id()), &report()).await.status, 201);
            }
        });
    }
    sending.join_all().await;
    assert_eq!(world.store.arrived(&linli_server::store::Scope::All, None, None).await.unwrap().items.len(), 16);
}

/// Served where no file may grow beyond a megabyte, as on a disk that is full.
#[test]
fn on_a_full_disk_the_answer_is_come_again_and_nothing_is_lost() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("linli.db");
    drop(Served::start(&database, &[]));
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_linli")]);
    full.args(["serve", "--listen", "127.0.0.1:0", "--database", &url(&database)]);
    let served = Served::by(&mut full);
    let mut kept = Vec::new();
    let refused = loop {
        let (id, body) = (new_id(), with(&report(), "/community", "default"));
        match put(&served, id, &body) {
            answer if answer.starts_with("HTTP/1.1 201") => kept.push((id, body)),
            answer => {
                assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("\r\nretry-after: "), "{answer}");
                break (id, body);
            }
        }
        assert!(kept.len() < 10_000, "the disk is full at last");
    };
    drop(served);
    let served = Served::start(&database, &[]);
    for (id, body) in &kept {
        assert!(put(&served, *id, body).starts_with("HTTP/1.1 200"));
    }
    assert!(put(&served, refused.0, &refused.1).starts_with("HTTP/1.1 201"));
}

/// A PUT by hand: the whole answer.
fn put(served: &Served, id: RecordId, body: &Value) -> String {
    let host = served.url.trim_start_matches("http://");
    let (path, body) = (path("reports", id), body.to_string());
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    let head =
        format!("PUT {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n");
    write!(stream, "{head}content-length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
