//! `cargo xtask start`: everything built and served with demo data, the page open in a browser. `cargo xtask gallery`: the
//! building blocks, by the same server of files that the journeys use.

use std::io::{ErrorKind, IsTerminal as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::artefacts;
use crate::failure::{Failure, Result};
use crate::house::{self, command};
use crate::term::{Progress, say};
use crate::tools::{self, Tool};

/// `cargo xtask start`.
pub fn start() -> Result {
    let listen = std::env::var("LINLI_LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    refuse_taken(&listen)?;
    let mut progress = Progress::new(artefacts::STEPS);
    let built = artefacts::add_steps(&mut progress);
    progress.summary();
    built?;

    let demo = house::target().join("demo");
    std::fs::create_dir_all(&demo).map_err(Failure::about(&demo))?;
    let url = format!("http://{listen}");
    say(&format!(
        "\nLinli with demo data: {url}\n\
         \x20 residents  {url}/        phone 13800000001, PIN 135790; household code DEM0 0000 001D opens another account\n\
         \x20 desk       {url}/desk/   demo-admin, demo-worker, demo-manager or demo-street, password demo-linli-2026\n\
         \x20 database   {}\n\
         Stop with Ctrl+C.\n",
        demo.join("linli.db").display()
    ));
    open_later(&url);
    let mut server = command(house::server());
    server.args(["serve", "--demo", "--listen", &listen, "--database"]);
    server.arg(format!("sqlite:{}", demo.join("linli.db").display()));
    hand_over(server)
}

/// Where the gallery is served.
const GALLERY: &str = "127.0.0.1:8081";

/// `cargo xtask gallery`.
pub fn gallery() -> Result {
    refuse_taken(GALLERY)?;
    let needs = [Tool::WasmTarget, Tool::Trunk, Tool::WasmBindgen];
    let mut progress = Progress::new(needs.len());
    tools::ensure(&mut progress, &needs)?;
    let folder = artefacts::gallery()?;
    let url = format!("http://{GALLERY}/gallery");
    say(&format!("\nThe building blocks: {url}\nLarge mode: {url}/?mode=large\nStop with Ctrl+C.\n"));
    open_later(&url);
    let mut server = command("node");
    server.arg(tools::journeys().join("harness").join("folder.js")).arg(folder).arg(GALLERY);
    hand_over(server)
}

/// Ends before the long build when the port is taken.
fn refuse_taken(listen: &str) -> Result {
    match TcpListener::bind(listen) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(Failure::new(format!("{listen} is in use"))
            .hint("stop the other program, or: LINLI_LISTEN=127.0.0.1:8082 cargo xtask start")),
        Err(error) => Err(Failure::new(format!("cannot listen on {listen}: {error}"))),
        Ok(_) => Ok(()),
    }
}

/// Becomes the server, so that every signal reaches it directly.
#[cfg(unix)]
fn hand_over(mut server: Command) -> Result {
    use std::os::unix::process::CommandExt as _;
    let error = server.exec();
    Err(Failure::new(format!("cannot start the server: {error}")))
}

#[cfg(not(unix))]
fn hand_over(mut server: Command) -> Result {
    house::run(&mut server)
}

/// Starts a process of its own that opens the page, since this one becomes the server.
fn open_later(url: &str) {
    let person = std::io::stdout().is_terminal() && std::env::var_os("CI").is_none();
    let screen = !cfg!(target_os = "linux")
        || std::env::var_os("DISPLAY").is_some()
        || std::env::var_os("WAYLAND_DISPLAY").is_some();
    if let (true, true, Ok(me)) = (person, screen, std::env::current_exe()) {
        // Without a browser the address above is all that is needed.
        let _ = Command::new(me).args(["open-when-ready", url]).stdin(Stdio::null()).spawn();
    }
}

/// Waits until somebody listens, then opens the page in the person's browser.
pub fn open_when_ready(url: &str) {
    let address = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let patience = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(address).is_err() {
        if Instant::now() > patience {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let _ = Command::new(opener).arg(url).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_one_clear_line() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        assert!(refuse_taken(&address).unwrap_err().to_string().contains("is in use"));
        drop(taken);
        assert!(refuse_taken(&address).is_ok());
    }
}
