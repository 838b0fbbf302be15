//! `cargo xtask bench`: the weight of the first page, and the server under single writes with the generator on the same
//! machine. After the load the server is stopped and started again, and everything it acknowledged must be there.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::budget;
use crate::failure::{Failure, Result};
use crate::house::{self, command, read, save};
use crate::load::{self, Outcome};
use crate::term::{clock, say, table};

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(3);
const ROUND: Duration = Duration::from_secs(10);
const ROUNDS: usize = 7;

/// `cargo xtask bench [--rounds N] [--json FILE]`.
pub fn bench(options: &[&str]) -> Result {
    let (mut rounds, mut file) = (ROUNDS, None);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match (*option, options.next()) {
            ("--rounds", Some(number)) => {
                rounds = number.parse().map_err(|_| Failure::new("--rounds takes a number"))?;
            }
            ("--json", Some(path)) => file = Some(PathBuf::from(path)),
            _ => return Err(Failure::new(format!("unknown option {option}"))),
        }
    }
    if !house::server().exists() {
        return Err(Failure::new("there is no release server yet").hint("cargo xtask build"));
    }
    let sizes = sizes()?;
    let server = server(rounds.max(1))?;
    if let Some(file) = file {
        save(&file, format!("{:#}\n", json!({ "first_route": sizes, "server": server })).as_bytes())?;
    }
    Ok(())
}

fn sizes() -> Result<Value> {
    let parts = budget::first_route()?;
    let total = budget::total(&parts);
    let goal = budget::budget()?["total"].as_u64().unwrap_or(0);
    let mut rows: Vec<_> = parts.iter().map(|part| vec![part.file.clone(), budget::kib(part.brotli)]).collect();
    rows.push(vec!["together".to_owned(), budget::kib(total)]);
    rows.push(vec!["budget".to_owned(), budget::kib(goal)]);
    table(&["first page, residents", "KiB brotli"], &rows);
    Ok(json!({ "brotli_bytes": total, "budget_bytes": goal }))
}

/// A server on a fresh database, ended when dropped.
struct Server {
    process: Child,
    address: SocketAddr,
    ready_after: Duration,
}

impl Server {
    fn start(database: &std::path::Path) -> Result<Self> {
        // Nobody else takes the port in the moment between.
        let address = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let address = address.map_err(|error| Failure::new(format!("no free port: {error}")))?;
        let started = Instant::now();
        let process = command(house::server())
            .args(["serve", "--demo", "--listen", &address.to_string(), "--database"])
            .arg(format!("sqlite:{}", database.display()))
            .env_remove("LINLI_WRITES_PER_MINUTE")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Failure::new(format!("cannot start the server: {error}")))?;
        let mut server = Self { process, address, ready_after: Duration::ZERO };
        while !server.get("/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            if started.elapsed() > Duration::from_secs(30) {
                return Err(Failure::new("the server was not ready within 30 s"));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        server.ready_after = started.elapsed();
        Ok(server)
    }

    fn get(&self, path: &str) -> Result<String> {
        use std::io::{Read as _, Write as _};
        let broken = |error| Failure::new(format!("GET {path}: {error}"));
        let mut stream = TcpStream::connect(self.address).map_err(broken)?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).map_err(broken)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map_err(broken)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// A value of `/proc/PID/status` in MiB; 0 where there is no such file.
    fn memory(&self, field: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let kib =
            status.lines().find_map(|line| line.strip_prefix(field)?.split_whitespace().nth(1)?.parse::<u32>().ok());
        f64::from(kib.unwrap_or(0)) / 1024.0
    }

    /// Ends it as a service manager does.
    fn stop(mut self) -> Result {
        read(command("kill").args(["-TERM", &self.process.id().to_string()]))?;
        self.process.wait().map(drop).map_err(|error| Failure::new(error.to_string()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended in the usual case.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reports that all differ and that anybody could send.
struct Reports {
    host: String,
    community: String,
    kind: String,
    /// Keeps ids of different runs apart.
    seed: u64,
    since: u64,
}

impl Reports {
    fn of(server: &Server) -> Result<Self> {
        let answer = server.get("/api/v1/public")?;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let (start, end) = (body.find('{').unwrap_or(0), body.rfind('}').map_or(0, |at| at + 1));
        let public: Value = serde_json::from_str(body.get(start..end).unwrap_or(""))
            .map_err(|error| Failure::new(format!("GET /api/v1/public: {error}")))?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            host: server.address.to_string(),
            community: text(&public["community"]["id"]),
            kind: text(&public["kinds"]["report"][0]["id"]),
            seed: u64::from(now.subsec_nanos()),
            since: u64::try_from(now.as_millis()).unwrap_or(0),
        })
    }

    fn request(&self, number: u64) -> Vec<u8> {
        let body = format!(
            r#"{{"community":"{}","kind":"{}","urgent":false,"description":"The light on the stairs is out, number {number}","place":{{"words":"north gate"}},"photos":[],"reporter":{{"name":"Wang Fang","phone":"13800138000"}},"channel":"phone","made_at":"2025-11-21T09:30:00+08:00"}}"#,
            self.community, self.kind
        );
        format!(
            "PUT /api/v1/reports/{} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.id(number),
            self.host,
            body.len()
        )
        .into_bytes()
    }

    /// A `UUIDv7`: milliseconds, then bits that differ for every number.
    fn id(&self, number: u64) -> String {
        let millis = self.since + number / 5;
        let random = scramble(self.seed.wrapping_shl(32) ^ number);
        format!(
            "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
            millis >> 16,
            millis & 0xffff,
            random >> 52,
            0x8000 | (random >> 38 & 0x3fff),
            scramble(random) & 0xffff_ffff_ffff
        )
    }
}

/// The finaliser of `SplitMix64`: different numbers give different, evenly spread ones.
fn scramble(number: u64) -> u64 {
    let a = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    b ^ (b >> 31)
}

fn server(rounds: usize) -> Result<Value> {
    let folder = house::target().join("bench");
    house::clear(&folder)?;
    std::fs::create_dir_all(&folder).map_err(Failure::about(&folder))?;
    let database = folder.join("linli.db");
    // The first start migrates and loads the demo data; the second one is what a restart costs.
    let first = Server::start(&database)?;
    let first_start = first.ready_after;
    first.stop()?;
    let server = Server::start(&database)?;
    let restart = server.ready_after;
    std::thread::sleep(Duration::from_secs(1));
    let idle = server.memory("VmRSS");

    let reports = Reports::of(&server)?;
    let mut numbers = 0..;
    let mut acknowledged: Vec<u64> = Vec::new();
    let mut measured = Vec::new();
    for round in 0..=rounds {
        let length = if round == 0 { WARM_UP } else { ROUND };
        let end = Instant::now() + length;
        let outcome = load::drive(server.address, CONNECTIONS, || {
            (Instant::now() < end).then(|| numbers.next().map(|number| (number, reports.request(number)))).flatten()
        })?;
        refuse_other_than(&outcome, 201)?;
        acknowledged.extend(&outcome.accepted);
        say(&format!(
            "round {round} of {rounds}: {:.0}/s{}",
            outcome.per_second(),
            if round == 0 { " (warm-up)" } else { "" }
        ));
        if round > 0 {
            measured.push((outcome.per_second(), outcome.percentile(50), outcome.percentile(99)));
        }
    }
    let peak = server.memory("VmHWM");
    server.stop()?;
    let stored = verify(&database, &reports, &acknowledged)?;

    let throughput = spread(measured.iter().map(|round| round.0).collect());
    let p50 = spread(measured.iter().map(|round| round.1).collect());
    let p99 = spread(measured.iter().map(|round| round.2).collect());
    let row = |name: &str, (median, low, high): (f64, f64, f64), digits: usize| {
        vec![name.to_owned(), format!("{median:.digits$}"), format!("{low:.digits$} to {high:.digits$}")]
    };
    say("");
    table(
        &["server, single writes, 64 connections", "median", "spread"],
        &[
            row("reports per second", throughput, 0),
            row("p50, ms", p50, 1),
            row("p99, ms", p99, 1),
            vec!["memory idle, MiB".to_owned(), format!("{idle:.1}")],
            vec!["memory at most, MiB".to_owned(), format!("{peak:.1}")],
            vec!["first start to ready".to_owned(), format!("{} ms", first_start.as_millis())],
            vec!["restart to ready".to_owned(), format!("{} ms", restart.as_millis())],
            vec!["acknowledged and there after a restart".to_owned(), stored.to_string()],
        ],
    );
    Ok(json!({
        "rounds": rounds,
        "connections": CONNECTIONS,
        "per_second": { "median": throughput.0, "low": throughput.1, "high": throughput.2 },
        "p50_ms": { "median": p50.0, "low": p50.1, "high": p50.2 },
        "p99_ms": { "median": p99.0, "low": p99.1, "high": p99.2 },
        "idle_mib": idle,
        "peak_mib": peak,
        "first_start_ms": u64::try_from(first_start.as_millis()).unwrap_or(u64::MAX),
        "restart_ms": u64::try_from(restart.as_millis()).unwrap_or(u64::MAX),
        "acknowledged_and_stored": stored,
    }))
}

/// Sends everything acknowledged once more to a new process: 200 says that the row is there, 201 would say it was lost.
fn verify(database: &std::path::Path, reports: &Reports, acknowledged: &[u64]) -> Result<usize> {
    let started = Instant::now();
    let server = Server::start(database)?;
    let mut rest = acknowledged.iter();
    let outcome =
        load::drive(server.address, CONNECTIONS, || rest.next().map(|&number| (number, reports.request(number))))?;
    refuse_other_than(&outcome, 200)?;
    server.stop()?;
    say(&format!("{} acknowledged, all there after a restart ({})", acknowledged.len(), clock(started.elapsed())));
    Ok(outcome.accepted.len())
}

fn refuse_other_than(outcome: &Outcome, wanted: u16) -> Result {
    if outcome.statuses.keys().all(|status| *status == wanted) {
        Ok(())
    } else {
        Err(Failure::new(format!("answers other than {wanted}: {:?}", outcome.statuses)))
    }
}

/// Median, lowest and highest.
fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(0.0);
    (at(values.len() / 2), at(0), at(values.len().saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_seven_and_differ() {
        let reports = Reports {
            host: String::new(),
            community: String::new(),
            kind: String::new(),
            seed: 7,
            since: 1_763_690_000_000,
        };
        let ids: std::collections::HashSet<_> = (0..10_000).map(|number| reports.id(number)).collect();
        assert_eq!(ids.len(), 10_000);
        for id in ids {
            let parts: Vec<_> = id.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
            assert!(id.as_bytes()[14] == b'7' && b"89ab".contains(&id.as_bytes()[19]), "{id}");
        }
    }

    #[test]
    fn spread_is_median_low_high() {
        assert_eq!(spread(vec![3.0, 1.0, 2.0]), (2.0, 1.0, 3.0));
    }
}
