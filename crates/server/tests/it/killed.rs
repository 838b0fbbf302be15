//! The server killed under load: every acknowledged record is there, once. `LINLI_KILLS` says how often (20 in a usual
//! run), `LINLI_COUNTS` a file that gets the counts as a line of JSON.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tempfile::TempDir;

use crate::commands::Served;
use crate::world::{new_id, new_receipt, now};

const KILLS: usize = 20;
const WRITERS: usize = 64;

#[test]
fn what_was_acknowledged_survives_kills_exactly_once() {
    let kills = std::env::var("LINLI_KILLS").map_or(KILLS, |count| count.parse().unwrap());
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("linli.db");
    let acknowledged = Mutex::new(Vec::new());
    for _ in 0..kills {
        let mut served = Served::start(&database, &[]);
        let host = served.url.trim_start_matches("http://").to_owned();
        let load = Duration::from_millis(100 + u64::from(getrandom::u32().unwrap() % 400));
        thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| write_until_it_dies(&host, &acknowledged));
            }
            thread::sleep(load);
            served.child.kill().unwrap();
            served.child.wait().unwrap();
        });
    }
    drop(Served::start(&database, &[]));
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > kills, "there was load");
    let stored = stored(&database);
    let distinct: HashSet<_> = stored.iter().collect();
    let doubled = stored.len() - distinct.len();
    let lost: Vec<_> = acknowledged.iter().filter(|id| !distinct.contains(id)).collect();
    if let Ok(file) = std::env::var("LINLI_COUNTS") {
        let counts = json!({
            "kills": kills, "acknowledged": acknowledged.len(), "stored": stored.len(), "lost": lost.len(), "doubled": doubled
        });
        std::fs::write(file, format!("{counts}\n")).unwrap();
    }
    assert_eq!(doubled, 0, "none is there twice");
    assert!(lost.is_empty(), "{} of {} lost", lost.len(), acknowledged.len());
}

fn write_until_it_dies(host: &str, acknowledged: &Mutex<Vec<String>>) {
    let Ok(mut stream) = TcpStream::connect(host) else { return };
    let Ok(reading) = stream.try_clone() else { return };
    let mut answers = BufReader::new(reading);
    loop {
        let id = new_id().to_string();
        let body = json!({
            "community": "default", "kind": "facility", "description": "lamp", "place": {"words": "gate"},
            "made_at": now().to_rfc3339(), "receipt": new_receipt()
        })
        .to_string();
        let request = format!(
            "PUT /api/v1/reports/{id} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(request.as_bytes()).is_err() {
            return;
        }
        match status(&mut answers) {
            Some(201) => acknowledged.lock().unwrap().push(id),
            Some(503) => {}
            Some(other) => panic!("answered {other}"),
            None => return,
        }
    }
}

/// Reads one answer; nothing when the connection broke.
fn status(answers: &mut impl BufRead) -> Option<u16> {
    let mut line = String::new();
    answers.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut length = 0;
    loop {
        line.clear();
        answers.read_line(&mut line).ok().filter(|length| *length > 0)?;
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    answers.read_exact(&mut vec![0; length]).ok()?;
    Some(status)
}

#[tokio::main(flavor = "current_thread")]
async fn stored(database: &Path) -> Vec<String> {
    let connection = sea_orm::Database::connect(format!("sqlite:{}", database.display())).await.unwrap();
    let ask = async |sql: &str| {
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        connection.query_all_raw(statement).await.unwrap()
    };
    let integrity: String = ask("PRAGMA integrity_check").await[0].try_get_by_index(0).unwrap();
    assert_eq!(integrity, "ok");
    let counts = ask("SELECT (SELECT count(*) FROM submission), (SELECT last_sequence FROM community), \
        (SELECT count(*) FROM audit WHERE action = 'submission.arrive')");
    let counts = &counts.await[0];
    let [rows, sequence, notes]: [i64; 3] = [0, 1, 2].map(|at| counts.try_get_by_index(at).unwrap());
    assert_eq!((rows, rows), (sequence, notes), "rows, counter and audit log agree");
    let ids = ask("SELECT id FROM submission").await;
    let text = |row: &sea_orm::QueryResult| row.try_get_by_index::<uuid::Uuid>(0).unwrap().to_string();
    ids.iter().map(text).collect()
}
