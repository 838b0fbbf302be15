//! What the commands do. Whatever goes wrong at the start ends with one line for the person at the terminal.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use linli_domain::session::Role;
use linli_domain::staff::{LONGEST, SHORTEST};
use linli_domain::{Code, RecordId};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Serve;
use crate::store::{self, Address, Database, Served, Store, Task, Unusable, database};
use crate::{App, Settings, Writes, auth, connection, demo, router};

/// How long open connections may take to end.
const FAREWELL: Duration = Duration::from_secs(10);
const UPKEEP: Duration = Duration::from_secs(2);
/// Room for a street behind one address.
const WRITES_PER_MINUTE: u32 = 6000;

/// Why a command failed, in one line.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The database.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// What is in it.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The address.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, std::io::Error),
    /// The operating system.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// What was asked.
    #[error("{0}")]
    Refused(String),
}

/// Structured logs on standard error: lines for a terminal, JSON elsewhere. `LINLI_LOG` sets the level.
pub fn log() {
    use std::io::IsTerminal as _;
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("LINLI_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let logs = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() { logs.compact().init() } else { logs.json().init() }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failed> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Serves until the process is told to end.
///
/// # Errors
/// When it cannot start.
pub fn run(options: Serve) -> Result<(), Failed> {
    let runtime = runtime()?;
    let ended = runtime.block_on(serve(options));
    runtime.shutdown_timeout(Duration::from_secs(2));
    ended
}

async fn serve(options: Serve) -> Result<(), Failed> {
    let address: Address = options.at.database.parse()?;
    if let Some(folder) = options.app.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(Failed::Refused(format!("--app: {} is no folder", folder.display())));
    }
    let _served = Served::take(&address)?;
    let database = Database::open(&address).await?;
    if options.demo {
        demo::prepare(&database).await?;
    } else {
        demo::prepare_real(&database, options.community_name.as_deref()).await?;
    }
    let store = Store::start(database.clone()).await?;
    if options.demo {
        demo::fill(&store).await?;
    }
    let listener = TcpListener::bind(&options.listen).await.map_err(|error| Failed::Listen(options.listen, error))?;
    let settings = Settings {
        app: options.app,
        origins: options.origin,
        writes: match options.writes_per_minute {
            None => Writes::FromElsewhere(WRITES_PER_MINUTE),
            Some(0) => Writes::Unlimited,
            Some(count) => Writes::FromAnywhere(count),
        },
        trust_proxy: options.trust_proxy,
    };
    let app = App::new(store.clone(), settings);
    let upkeep = tokio::spawn(look_after(app.clone()));
    // Whoever reads the line may tell it to end at once.
    let told = told()?;
    println!("listening on http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    tokio::select! {
        () = answer(listener, app, told) => {}
        () = store.gone() => return Err(Failed::Refused("the task that writes has ended; see the log above".to_owned())),
    }
    upkeep.abort();
    let _ = upkeep.await;
    database.close().await;
    Ok(())
}

async fn look_after(app: App) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        app.upkeep().await;
    }
}

/// Ends when the process is told to, by SIGTERM or SIGINT from this moment on.
fn told() -> Result<impl Future<Output = ()>, Failed> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}

/// Answers requests until a signal comes, then lets those under way end.
async fn answer(listener: TcpListener, app: App, told: impl Future<Output = ()>) {
    let open = connection::accept(listener, router(app), told).await;
    let _ = tokio::time::timeout(FAREWELL, open.shutdown()).await;
}

/// Creates a staff account with the password on standard input.
///
/// # Errors
/// When the name is taken or the password is too short.
pub fn create_admin(name: &str, database: &str) -> Result<(), Failed> {
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    if name.trim().is_empty() {
        return Err(Failed::Refused("--name must not be empty".to_owned()));
    }
    if let Some(fault) = auth::password_fault(password, name) {
        return Err(Failed::Refused(format!("the password {}", in_words(fault))));
    }
    runtime()?.block_on(async {
        let database = Database::open(&database.parse()?).await?;
        demo::prepare_empty(&database, None).await?;
        let store = Store::start(database.clone()).await?;
        if store.has_staff(name).await? {
            return Err(Failed::Refused(format!("there is an account {name} already")));
        }
        add_staff(&store, name, hashed(password)?, Role::Admin).await?;
        drop(store);
        database.close().await;
        println!("created {name}");
        Ok(())
    })
}

fn in_words(fault: Code) -> String {
    match fault {
        Code::EasilyGuessed => "is one that many use, or that is easily guessed".to_owned(),
        Code::TooLong => format!("must have at most {LONGEST} characters"),
        _ => format!("must have at least {SHORTEST} characters"),
    }
}

/// Makes a new key for shared tablets to seal to. A server that runs meanwhile publishes it within seconds.
///
/// # Errors
/// When the database cannot be written.
pub fn new_seal_key(database: &str) -> Result<(), Failed> {
    runtime()?.block_on(async {
        let database = Database::open(&database.parse()?).await?;
        database.renew_seal_keys().await?;
        database.close().await;
        println!("made a new key; take a backup now");
        Ok(())
    })
}

/// Changes how many days a kind of thing is kept.
///
/// # Errors
/// When there is no such kind, the days are out of range, or the database cannot be written.
pub fn keep(kind: &str, days: u16, database: &str) -> Result<(), Failed> {
    runtime()?.block_on(async {
        let database = Database::open(&database.parse()?).await?;
        let kept = database.keep(kind, days).await;
        database.close().await;
        let kept = kept?.ok_or_else(|| Failed::Refused(format!("{kind} cannot be kept for {days} days")))?;
        println!(
            "days kept: report {}, check_in {}, sign_up {}, household_code {}",
            kept.report, kept.check_in, kept.sign_up, kept.household_code
        );
        Ok(())
    })
}

/// The hash of a password.
pub(crate) fn hashed(password: &str) -> Result<String, Failed> {
    auth::hash_password(password).map_err(|_| Failed::Refused("the password cannot be hashed".to_owned()))
}

/// Adds an account whose password has this hash.
pub(crate) async fn add_staff(store: &Store, name: &str, password: String, role: Role) -> Result<(), Failed> {
    let at = store.now();
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|error| Failed::Refused(error.to_string()))?;
    let id = RecordId::new(u64::try_from(at.timestamp_millis()).unwrap_or_default(), random);
    Ok(store.carry_out(Task::AddStaff { id, name: name.to_owned(), password, role, at }).await?)
}

/// Copies the database to a new file.
///
/// # Errors
/// When it cannot be copied.
pub fn backup(file: &Path, database: &str) -> Result<(), Failed> {
    Ok(runtime()?.block_on(database::backup(&database.parse()?, file))?)
}

/// Puts a backup in the place of the database.
///
/// # Errors
/// When the backup is damaged or the database is being served.
pub fn restore(file: &Path, database: &str) -> Result<(), Failed> {
    Ok(runtime()?.block_on(database::restore(&database.parse()?, file))?)
}

/// Has every device send again what a restored database may not have.
///
/// # Errors
/// When the database cannot be written.
pub fn restored(database: &str) -> Result<(), Failed> {
    Ok(runtime()?.block_on(database::begin_epoch(&database.parse()?))?)
}

/// Checks the database, and says how long each audit log is and what its last line's hash is: written down elsewhere, it shows
/// later that nothing before was written anew.
///
/// # Errors
/// When the database is damaged or an audit log is not what was written.
pub fn check(database: &str) -> Result<(), Failed> {
    for chain in runtime()?.block_on(database::verify(&database.parse()?))? {
        println!("{}: {} lines of audit log, the last {}", chain.community, chain.lines, crate::hex(&chain.head));
    }
    Ok(())
}
