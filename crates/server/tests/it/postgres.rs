//! A PostgreSQL cluster of the tests' own, one for the whole binary, with a database for each test.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::ConnectionTrait;

const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

struct Cluster {
    folder: String,
    _keeper: Child,
}

/// Starts a cluster, says where, waits until its input closes (however this process ends), then stops it and cleans up.
const KEEPER: &str = r#"
trap '' INT TERM HUP
folder=$(mktemp -d /tmp/linli-postgres-XXXXXX) || exit 1
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; as() { runuser -u postgres -- "$@"; }; fi
cd "$folder"
as "$1/initdb" --pgdata="$folder/data" --username=linli --auth=trust --encoding=UTF8 --no-sync >"$folder/log" 2>&1 &&
as "$1/pg_ctl" --pgdata="$folder/data" --log="$folder/server.log" --wait start \
  --options="-c listen_addresses='' -c unix_socket_directories=$folder -c max_connections=400" >>"$folder/log" 2>&1 ||
  { cat "$folder/log" >&2; rm -rf "$folder"; exit 1; }
echo "$folder"
cat >/dev/null
as "$1/pg_ctl" --pgdata="$folder/data" --mode=immediate stop >/dev/null 2>&1
rm -rf "$folder"
"#;

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        assert!(Path::new(PROGRAMS).join("initdb").exists(), "run cargo xtask test, which installs it (PostgreSQL 15)");
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper", PROGRAMS])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut folder = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        let folder = folder.trim().to_owned();
        assert!(!folder.is_empty(), "PostgreSQL did not start");
        Cluster { folder, _keeper: keeper }
    })
}

/// The URL of a new, empty database.
pub async fn new_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = &tokio::task::spawn_blocking(cluster).await.unwrap().folder;
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let url = |name: &str| format!("postgres://linli@localhost/{name}?host={folder}");
    let connection = sea_orm::Database::connect(url("postgres")).await.unwrap();
    connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    connection.close().await.unwrap();
    url(&name)
}
