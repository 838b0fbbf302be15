//! The command line: what it prints, and how it fails.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

pub fn linli() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linli"));
    for name in [
        "LINLI_LISTEN",
        "LINLI_DATABASE",
        "LINLI_DEMO",
        "LINLI_APP",
        "LINLI_COMMUNITY_NAME",
        "LINLI_ORIGIN",
        "LINLI_TRUST_PROXY",
        "LINLI_WRITES_PER_MINUTE",
    ] {
        command.env_remove(name);
    }
    command
}

/// A server on a free port, killed when dropped.
pub struct Served {
    pub child: Child,
    pub url: String,
}

impl Served {
    pub fn start(database: &Path, more: &[&str]) -> Self {
        let mut command = linli();
        command.args(["serve", "--listen", "127.0.0.1:0", "--database"]).arg(url(database)).args(more);
        Self::by(&mut command)
    }

    /// By a command of one's own.
    pub fn by(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { child, url }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn url(database: &Path) -> String {
    format!("sqlite:{}", database.display())
}

fn fails(command: &mut Command, with: &str) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    one_line(&output, with);
}

fn one_line(output: &Output, with: &str) {
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(text.trim().lines().count(), 1, "{text}");
    assert!(text.starts_with("linli: ") && text.contains(with), "{text}");
}

#[test]
fn a_start_that_cannot_be_ends_with_one_clear_line() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("linli.db");
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = busy.local_addr().unwrap().to_string();
    fails(linli().args(["serve", "--listen", &listen, "--database", &url(&database)]), "cannot listen on");
    fails(linli().args(["serve", "--database", "mysql://x"]), "--database takes");
    fails(linli().args(["serve", "--database", "sqlite:/no/such/folder/linli.db"]), "cannot be opened");
    fails(linli().args(["serve", "--database", "postgres://linli@127.0.0.1:1/x"]), "refused");
    fails(linli().args(["serve", "--listen", "nowhere", "--database", &url(&database)]), "cannot listen on nowhere");
    std::fs::write(folder.path().join("noise.db"), "no database at all, only words, repeated. ".repeat(100)).unwrap();
    fails(linli().args(["serve", "--database", &url(&folder.path().join("noise.db"))]), "cannot be opened");
    fails(linli().args(["serve", "--app", "/no/such/folder", "--database", &url(&database)]), "is no folder");
    fails(linli().args(["backup", "/x", "--database", "postgres://linli@127.0.0.1/x"]), "pg_dump");
}

#[test]
fn a_file_is_served_by_one_process_at_a_time() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("linli.db");
    let _served = Served::start(&database, &[]);
    fails(linli().args(["serve", "--listen", "127.0.0.1:0", "--database", &url(&database)]), "already served");
}

#[test]
fn the_demo_starts_again_and_again_but_never_on_real_data() {
    let folder = TempDir::new().unwrap();
    let (demo, real) = (folder.path().join("demo.db"), folder.path().join("real.db"));
    for _ in 0..2 {
        let served = Served::start(&demo, &["--demo"]);
        let public = curl(&format!("{}/api/v1/public", served.url));
        assert!(public.contains(r#""demo":true"#) && public.contains(r#""id":"rongshu""#));
    }
    fails(linli().args(["serve", "--listen", "127.0.0.1:0", "--database", &url(&demo)]), "holds invented people");
    drop(Served::start(&real, &[]));
    fails(linli().args(["serve", "--demo", "--database", &url(&real)]), "holds a real community");
}

#[test]
fn the_environment_says_what_flags_say() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("linli.db");
    let mut command = linli();
    command.arg("serve").env("LINLI_LISTEN", "localhost:0").env("LINLI_DATABASE", url(&database));
    let served = Served::by(command.env("LINLI_DEMO", "1"));
    assert!(curl(&format!("{}/api/v1/public", served.url)).contains(r#""demo":true"#));
    assert!(database.exists());
    drop(served);
    let real = folder.path().join("real.db");
    let served = Served::by(command.env("LINLI_DEMO", "0").env("LINLI_DATABASE", url(&real)));
    assert!(curl(&format!("{}/api/v1/public", served.url)).contains(r#""demo":false"#));
}

#[test]
fn an_account_is_created_once() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("linli.db");
    let create = |password: &str| {
        let mut child = linli()
            .args(["admin", "create", "--name", "li", "--password-stdin", "--database", &url(&database)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    one_line(&create("short\n"), "at least 8 characters");
    one_line(&create("Password123\n"), "many use");
    assert!(create("long enough it is\n").status.success());
    one_line(&create("long enough it is\n"), "already");
}

#[test]
fn a_backup_brings_back_what_was_there() {
    let folder = TempDir::new().unwrap();
    let (database, copy) = (folder.path().join("linli.db"), folder.path().join("copy.db"));
    let backup = || linli().arg("backup").arg(&copy).args(["--database", &url(&database)]).output().unwrap();
    let restore = || linli().arg("restore").arg(&copy).args(["--database", &url(&database)]).output().unwrap();
    let served = Served::start(&database, &["--demo"]);
    let epoch = |url: &str| {
        let public = curl(&format!("{url}/api/v1/public"));
        public.split_once(r#""epoch":""#).unwrap().1.chars().take(38).collect::<String>()
    };
    let first = epoch(&served.url);
    assert!(backup().status.success());
    one_line(&backup(), "never overwrites");
    one_line(&restore(), "already served");
    drop(served);
    let name = |suffix: &str| folder.path().join(format!("linli.db{suffix}"));
    let wal = std::fs::read(name("-wal")).unwrap();
    assert!(restore().status.success());
    assert!(!name("-wal").exists(), "the log of another database is not read into this one");
    assert_eq!(std::fs::read(name(".before-restore-wal")).unwrap(), wal, "what was there is kept whole");
    std::fs::write(&database, "gone").unwrap();
    let kept = std::fs::read(name(".before-restore")).unwrap();
    assert!(restore().status.success());
    assert_eq!(std::fs::read(name(".before-restore")).unwrap(), kept);
    assert_eq!(std::fs::read(name(".before-restore-2")).unwrap(), b"gone");
    let served = Served::start(&database, &["--demo"]);
    assert!(curl(&format!("{}/api/v1/public", served.url)).contains("rongshu"));
    assert_ne!(epoch(&served.url), first, "devices are told to send again");
    std::fs::write(&copy, "noise".repeat(1000)).unwrap();
    drop(served);
    one_line(&restore(), "no sound backup");
}

#[tokio::main(flavor = "current_thread")]
async fn execute(database: &Path, sql: &str) {
    use sea_orm::ConnectionTrait as _;
    let connection = sea_orm::Database::connect(format!("{}?mode=rwc", url(database))).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

#[test]
fn a_backup_changes_nothing_and_is_of_a_database_of_ours() {
    let folder = TempDir::new().unwrap();
    let [foreign, older, copy] = ["foreign.db", "older.db", "copy.db"].map(|name| folder.path().join(name));
    execute(&foreign, "CREATE TABLE recipe (name TEXT)");
    let before = std::fs::read(&foreign).unwrap();
    fails(linli().arg("backup").arg(&copy).args(["--database", &url(&foreign)]), "no database of Linli");
    fails(linli().arg("restore").arg(&foreign).args(["--database", &url(&copy)]), "no database of Linli");
    assert_eq!(std::fs::read(&foreign).unwrap(), before);
    assert!(!copy.exists());
    drop(Served::start(&older, &[]));
    execute(&older, "DELETE FROM seaql_migrations WHERE version LIKE 'm0004%'");
    assert!(linli().arg("backup").arg(&copy).args(["--database", &url(&older)]).status().unwrap().success());
}

#[test]
fn a_server_that_can_never_write_again_ends() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("linli.db");
    drop(Served::start(&database, &[]));
    // The next number is more than a number holds.
    execute(&database, &format!("UPDATE community SET last_sequence = {}", i64::MAX));
    let mut served = Served::start(&database, &[]);
    let body = r#"{"community":"default","kind":"facility","description":"lamp","place":{"words":"gate"},
        "made_at":"2026-11-21T09:30:00+08:00"}"#;
    let host = served.url.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let path = crate::world::path("reports", crate::world::new_id());
    let length = body.len();
    write!(
        stream,
        "PUT {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    assert!(!served.child.wait().unwrap().success());
}

#[test]
fn the_server_ends_cleanly_when_told() {
    let folder = TempDir::new().unwrap();
    let mut served = Served::start(&folder.path().join("linli.db"), &[]);
    let told = Command::new("kill").arg(served.child.id().to_string()).status().unwrap();
    assert!(told.success());
    assert!(served.child.wait().unwrap().success());
    assert!(!folder.path().join("linli.db-wal").exists(), "the file is whole in itself");
}

/// A GET by hand: one request, the body of the answer.
fn curl(url: &str) -> String {
    use std::io::Read as _;
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
