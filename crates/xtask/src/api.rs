//! The step `api`: a tester that knows nothing but the OpenAPI document makes up requests for the real server, as a stranger, a
//! resident and staff. Whatever is answered otherwise than the document says fails the step, and so does a database that is
//! not whole afterwards.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use crate::failure::{Failure, Result};
use crate::house::{self, command, run};
use crate::term::End;
use crate::tools;

const CALLERS: [&str; 3] = ["stranger", "resident", "staff"];

/// A server of this step's own, killed when dropped.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(database: &str) -> Result<Self> {
        let mut call = command(house::server());
        call.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--database", database]).stdout(Stdio::piped());
        let mut process = call.spawn().map_err(|error| Failure::new(format!("the server: {error}")))?;
        let mut line = String::new();
        let said = process.stdout.take().map(BufReader::new).map(|mut said| said.read_line(&mut line));
        let mut server = Self { process, url: String::new() };
        match (said, line.trim().strip_prefix("listening on ")) {
            (Some(Ok(_)), Some(url)) => url.clone_into(&mut server.url),
            _ => return Err(Failure::new("the server did not start")),
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Asks as everybody, each of a server of its own.
pub fn check() -> Result<End> {
    let folder = house::target().join("api").join("data");
    house::clear(&folder)?;
    std::fs::create_dir_all(&folder).map_err(Failure::about(&folder))?;
    for caller in CALLERS {
        ask_as(caller, &folder)?;
    }
    Ok(End::Done)
}

fn ask_as(caller: &str, folder: &Path) -> Result {
    let database = format!("sqlite:{}", folder.join(format!("{caller}.db")).display());
    let server = Server::start(&database)?;
    let mut tester = command(tools::api_tester().join("bin").join("schemathesis"));
    tester.args(["--config-file", "tests/api/schemathesis.toml", "run", "--no-color"]);
    tester.arg(format!("{}/api/openapi.json", server.url));
    tester.env("LINLI_URL", &server.url).env("LINLI_CALLER", caller);
    tester.env("PYTHONPATH", house::root()).env("PYTHONDONTWRITEBYTECODE", "1");
    run(&mut tester)?;
    drop(server);
    run(command(house::server()).args(["check", "--database", &database]))
}
