//! The server killed under load of every kind: what was acknowledged is there, once; what was not goes through when it is
//! sent again; nobody is promised a place that is not there. `LINLI_KILLS` says how often (20 in a usual run),
//! `LINLI_COUNTS` a file that gets the counts as a line of JSON.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use linli_domain::RecordId;
use linli_domain::activity::Activity;
use linli_server::store::Database;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::commands::{Served, url};
use crate::world::{content, new_id, report, sign_up};

const KILLS: usize = 20;
const WRITERS: usize = 64;
/// Items of one outbox.
const ITEMS: usize = 5;
/// Places of the activity that one round signs up for.
const PLACES: u32 = 30;

/// What one device has to send.
struct Item {
    kind: &'static str,
    id: RecordId,
    body: Value,
}

impl Item {
    fn report() -> Self {
        Self { kind: "report", id: new_id(), body: report() }
    }

    fn sign_up(activity: RecordId) -> Self {
        Self { kind: "sign_up", id: new_id(), body: sign_up(activity) }
    }
}

/// What is known of all that was sent.
#[derive(Default)]
struct Book {
    acknowledged: Vec<String>,
    /// Sent, and not answered by 200 or 201.
    open: Vec<Item>,
}

/// How a writer sends.
#[derive(Clone, Copy)]
enum Way {
    Report,
    SignUp,
    Outbox,
    PackedOutbox,
}

impl Way {
    fn items(self, activity: RecordId) -> Vec<Item> {
        match self {
            Self::Report => vec![Item::report()],
            Self::SignUp => vec![Item::sign_up(activity)],
            Self::Outbox | Self::PackedOutbox => {
                (0..ITEMS).map(|at| if at % 3 == 0 { Item::sign_up(activity) } else { Item::report() }).collect()
            }
        }
    }
}

fn activity(round: usize) -> RecordId {
    RecordId::new(1_763_000_000_000 + u64::try_from(round).unwrap(), [9; 10])
}

#[test]
fn what_was_acknowledged_survives_kills_exactly_once() {
    let kills = std::env::var("LINLI_KILLS").map_or(KILLS, |count| count.parse().unwrap());
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("linli.db");
    make(&database, kills);
    let book = Mutex::new(Book::default());
    for round in 0..kills {
        let mut served = Served::start(&database, &[]);
        let host = served.url.trim_start_matches("http://").to_owned();
        settle(&host, &mut book.lock().unwrap());
        let load = Duration::from_millis(100 + u64::from(getrandom::u32().unwrap() % 400));
        thread::scope(|scope| {
            for number in 0..WRITERS {
                let way = [Way::Report, Way::Outbox, Way::SignUp, Way::PackedOutbox][number % 4];
                let (host, book) = (&host, &book);
                scope.spawn(move || write_until_it_dies(host, way, activity(round), book));
            }
            thread::sleep(load);
            served.child.kill().unwrap();
            served.child.wait().unwrap();
        });
    }
    let mut book = book.into_inner().unwrap();
    let served = Served::start(&database, &[]);
    settle(served.url.trim_start_matches("http://"), &mut book);
    drop(served);
    let acknowledged: HashSet<_> = book.acknowledged.iter().collect();
    assert_eq!(acknowledged.len(), book.acknowledged.len());
    assert!(acknowledged.len() > kills, "there was load");
    let stored = stored(&database);
    let distinct: HashSet<_> = stored.iter().collect();
    let doubled = stored.len() - distinct.len();
    let lost = acknowledged.difference(&distinct).count();
    if let Ok(file) = std::env::var("LINLI_COUNTS") {
        let counts = json!({
            "kills": kills, "acknowledged": acknowledged.len(), "stored": stored.len(), "lost": lost, "doubled": doubled
        });
        std::fs::write(file, format!("{counts}\n")).unwrap();
    }
    assert_eq!(doubled, 0, "none is there twice");
    assert_eq!(lost, 0, "of {} acknowledged", acknowledged.len());
    assert_eq!(stored.len(), acknowledged.len(), "nothing else is there");
}

/// A database with an activity for each round.
#[tokio::main(flavor = "current_thread")]
async fn make(database: &Path, rounds: usize) {
    let mut content = content();
    let model = content.public.activities.swap_remove(0);
    let activity = |round| Activity { id: activity(round), capacity: Some(PLACES), ..model.clone() };
    content.public.activities = (0..rounds).map(activity).collect();
    let database = Database::open(&url(database).parse().unwrap()).await.unwrap();
    database.install(&content).await.unwrap();
    database.close().await;
}

/// Sends again what was not acknowledged: whether it was written before the kill or not, it is there afterwards.
fn settle(host: &str, book: &mut Book) {
    let open = std::mem::take(&mut book.open);
    thread::scope(|scope| {
        for items in open.chunks(open.len() / WRITERS + 1) {
            scope.spawn(move || {
                let mut line = Line::to(host).unwrap();
                for item in items {
                    let status = line.put(item).unwrap();
                    assert!(matches!(status, 200 | 201), "answered {status}");
                }
            });
        }
    });
    book.acknowledged.extend(open.iter().map(|item| item.id.to_string()));
}

fn write_until_it_dies(host: &str, way: Way, activity: RecordId, book: &Mutex<Book>) {
    let Some(mut line) = Line::to(host) else { return };
    loop {
        let items = way.items(activity);
        let statuses = match way {
            Way::Report | Way::SignUp => line.put(&items[0]).map(|status| vec![status]),
            Way::Outbox => line.post(&items, false),
            Way::PackedOutbox => line.post(&items, true),
        };
        let dead = statuses.is_none();
        let mut statuses = statuses.into_iter().flatten();
        let mut book = book.lock().unwrap();
        for item in items {
            match statuses.next() {
                Some(201) => book.acknowledged.push(item.id.to_string()),
                Some(503) | None => book.open.push(item),
                Some(other) => panic!("answered {other}"),
            }
        }
        if dead {
            return;
        }
    }
}

/// A connection; whatever is asked of it comes to nothing when it broke.
struct Line {
    host: String,
    stream: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Line {
    fn to(host: &str) -> Option<Self> {
        let stream = TcpStream::connect(host).ok()?;
        let answers = BufReader::new(stream.try_clone().ok()?);
        Some(Self { host: host.to_owned(), stream, answers })
    }

    fn put(&mut self, item: &Item) -> Option<u16> {
        let kind = if item.kind == "report" { "reports" } else { "sign-ups" };
        let head = format!("PUT /api/v1/{kind}/{} HTTP/1.1\r\n", item.id);
        Some(self.ask(&head, item.body.to_string().as_bytes())?.0)
    }

    /// The status of each item.
    fn post(&mut self, items: &[Item], packed: bool) -> Option<Vec<u16>> {
        let item = |item: &Item| json!({"kind": item.kind, "id": item.id, "body": item.body});
        let mut body = json!({"items": items.iter().map(item).collect::<Vec<_>>()}).to_string().into_bytes();
        let mut head = "POST /api/v1/outbox HTTP/1.1\r\n".to_owned();
        if packed {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
            gzip.write_all(&body).unwrap();
            body = gzip.finish().unwrap();
            head.push_str("content-encoding: gzip\r\n");
        }
        let (status, answer) = self.ask(&head, &body)?;
        if status != 200 {
            return Some(vec![status; items.len()]);
        }
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        let status = |item: &Value| u16::try_from(item["status"].as_u64().unwrap()).unwrap();
        Some(answer["items"].as_array().unwrap().iter().map(status).collect())
    }

    fn ask(&mut self, head: &str, body: &[u8]) -> Option<(u16, Vec<u8>)> {
        let (host, length) = (&self.host, body.len());
        let head = format!("{head}host: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        self.stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
        self.answer()
    }

    fn answer(&mut self) -> Option<(u16, Vec<u8>)> {
        let mut line = String::new();
        self.answers.read_line(&mut line).ok().filter(|length| *length > 0)?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let mut length = 0;
        loop {
            line.clear();
            self.answers.read_line(&mut line).ok().filter(|length| *length > 0)?;
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        std::io::Read::read_exact(&mut self.answers, &mut body).ok()?;
        Some((status, body))
    }
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
    let places = ask("SELECT a.confirmed, a.waiting, \
        (SELECT coalesce(sum(party), 0) FROM sign_up WHERE activity_id = a.id AND state = 'confirmed'), \
        (SELECT coalesce(sum(party), 0) FROM sign_up WHERE activity_id = a.id AND state = 'waiting') FROM activity a");
    let mut full = 0;
    for row in places.await {
        let [confirmed, waiting, seated, standing]: [i64; 4] = [0, 1, 2, 3].map(|at| row.try_get_by_index(at).unwrap());
        assert_eq!((confirmed, waiting), (seated, standing), "counts and sign-ups agree");
        assert!(confirmed <= i64::from(PLACES), "{confirmed} have a place");
        full += i64::from(waiting > 0);
    }
    assert!(full > 0, "somebody had to wait");
    let ids = ask("SELECT id FROM submission").await;
    let text = |row: &sea_orm::QueryResult| row.try_get_by_index::<uuid::Uuid>(0).unwrap().to_string();
    ids.iter().map(text).collect()
}
