//! The tools that the other commands need: is each there in the right version, and if not, how to get it. A tool that is
//! there is left alone. Deliberately absent: Rust itself and Node, which the README asks for.

use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::house::{self, cargo, command, load_text, read, run};
use crate::term::{End, Progress, say};

/// Trunk of this version: later ones need a newer compiler than the one in `rust-toolchain.toml`.
const TRUNK: &str = "0.21.14";
/// cargo-fuzz of this version.
const CARGO_FUZZ: &str = "0.13.2";

/// Debian's packages: what is looked for, and the package that brings it.
const DEBIAN: [(&str, &str); 5] = [
    ("/usr/bin/chromium", "chromium"),
    ("/usr/bin/chromedriver", "chromium-driver"),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "fonts-noto-cjk"),
    ("/usr/lib/postgresql/15/bin/postgres", "postgresql-15"),
    ("/usr/lib/python3.11/ensurepip/__init__.py", "python3-venv"),
];

/// Something that has to be on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Rust's standard library for the browser.
    WasmTarget,
    /// The source of Rust's standard library, for a smaller app; it builds without.
    StdSource,
    /// Trunk, which builds the app.
    Trunk,
    /// wasm-bindgen in exactly the version of `Cargo.lock`, and its test runner.
    WasmBindgen,
    /// wasm-opt and esbuild, from npm.
    NpmTools,
    /// Browser, driver, fonts and database of the tests, from Debian.
    Debian,
    /// Playwright and axe, from npm.
    Journeys,
    /// What other apps are built of, from npm.
    Peers,
    /// The tester of the API, from Python's registry.
    ApiTester,
    /// What makes inputs for the fuzz targets.
    CargoFuzz,
}

/// What building needs.
pub const FOR_BUILD: [Tool; 5] = [Tool::WasmTarget, Tool::StdSource, Tool::Trunk, Tool::WasmBindgen, Tool::NpmTools];

/// Sees to each tool, one step each; the first one that cannot be had ends the command.
pub fn ensure(progress: &mut Progress, tools: &[Tool]) -> Result {
    for tool in tools {
        progress.step(&tool.name(), tool.about(), || tool.ensure())?;
    }
    Ok(())
}

impl Tool {
    fn name(self) -> String {
        match self {
            Self::WasmTarget => "Rust target wasm32-unknown-unknown".to_owned(),
            Self::StdSource => "Rust's standard library as source".to_owned(),
            Self::Trunk => format!("trunk {TRUNK}"),
            Self::WasmBindgen => format!("wasm-bindgen {}", wasm_bindgen_version().unwrap_or_default()),
            Self::NpmTools => "wasm-opt and esbuild".to_owned(),
            Self::Debian => "Chromium, its driver, fonts, PostgreSQL".to_owned(),
            Self::Journeys => "Playwright and axe".to_owned(),
            Self::Peers => "PouchDB, Dexie, localForage".to_owned(),
            Self::ApiTester => "Schemathesis".to_owned(),
            Self::CargoFuzz => format!("cargo-fuzz {CARGO_FUZZ}"),
        }
    }

    fn about(self) -> &'static str {
        if self.there() {
            return "";
        }
        match self {
            Self::WasmTarget | Self::StdSource | Self::NpmTools | Self::Journeys | Self::ApiTester => "about 20 s",
            Self::Trunk => "about 5 min",
            Self::WasmBindgen | Self::Peers => "about 2 min",
            Self::Debian | Self::CargoFuzz => "about 1 min",
        }
    }

    fn ensure(self) -> Result<End> {
        if self.there() {
            return Ok(End::Already);
        }
        match self {
            Self::WasmTarget => run(command("rustup").args(["target", "add", "wasm32-unknown-unknown"]))?,
            Self::StdSource => {
                if let Err(failure) = run(command("rustup").args(["component", "add", "rust-src"])) {
                    say(&format!("{failure}\nwithout it the app is built with the library as shipped, and is larger"));
                    return Ok(End::Without);
                }
            }
            Self::Trunk => install(&["trunk", "--version", TRUNK], true)?,
            Self::WasmBindgen => {
                let version = wasm_bindgen_version()?;
                let what = ["wasm-bindgen-cli", "--version", &version];
                // Its lock file may name a version that was withdrawn; without it the same tool builds.
                install(&what, false).or_else(|_| install(&what, true))?;
            }
            Self::NpmTools => {
                let home = house::npm_home();
                for file in ["package.json", "package-lock.json"] {
                    house::save(&home.join(file), &house::load(&npm_source().join(file))?)?;
                }
                npm_ci(&home)?;
            }
            Self::Debian => debian()?,
            Self::Journeys => npm_ci(&journeys())?,
            Self::Peers => {
                npm_ci(&peers())?;
                // Compiled here where no ready file is to be had.
                run(npm().args(["rebuild", "better-sqlite3"]).current_dir(peers()))?;
            }
            Self::ApiTester => python_packages()?,
            Self::CargoFuzz => install(&["cargo-fuzz", "--version", CARGO_FUZZ], true)?,
        }
        if self.there() {
            Ok(End::Done)
        } else {
            Err(Failure::new(format!("{} was installed and still is not found", self.name())))
        }
    }

    /// Whether it is on the machine.
    pub fn there(self) -> bool {
        match self {
            Self::WasmTarget => {
                let folder = ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"];
                read(command("rustc").args(folder)).is_ok_and(|path| Path::new(path.trim()).is_dir())
            }
            Self::StdSource => read(command("rustc").args(["--print", "sysroot"]))
                .is_ok_and(|path| Path::new(path.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file()),
            Self::Trunk => says("trunk", TRUNK),
            Self::WasmBindgen => wasm_bindgen_version()
                .is_ok_and(|version| says("wasm-bindgen", &version) && says("wasm-bindgen-test-runner", &version)),
            Self::NpmTools => {
                let lock = "package-lock.json";
                same(&house::npm_home().join(lock), &npm_source().join(lock))
                    && says("wasm-opt", &pinned("binaryen"))
                    && says("esbuild", &pinned("esbuild"))
            }
            Self::Debian => DEBIAN.iter().all(|(file, _)| Path::new(file).exists()),
            Self::Journeys | Self::Peers => {
                let folder = if self == Self::Peers { peers() } else { journeys() };
                // npm copies the lock it installed from; one that differs belongs to another state of the project.
                let installed = folder.join("node_modules").join(".linli-lock.json");
                same(&installed, &folder.join("package-lock.json"))
            }
            Self::ApiTester => same(&api_tester().join("requirements.txt"), &api_requirements()),
            Self::CargoFuzz => says("cargo-fuzz", CARGO_FUZZ),
        }
    }
}

/// The folder of the journeys.
pub fn journeys() -> std::path::PathBuf {
    house::root().join("tests").join("e2e")
}

/// The folder of the peers.
pub fn peers() -> std::path::PathBuf {
    house::root().join("benches").join("peers")
}

/// The Python environment of the tester of the API.
pub fn api_tester() -> std::path::PathBuf {
    house::target().join("api").join("python")
}

fn api_requirements() -> std::path::PathBuf {
    house::root().join("tests").join("api").join("requirements.txt")
}

/// An environment of its own with exactly the locked packages, each held to its hash.
fn python_packages() -> Result {
    let home = api_tester();
    house::clear(&home)?;
    // Debian's own: whatever else is called `python3` may be a Python of another version.
    run(command("/usr/bin/python3").args(["-m", "venv"]).arg(&home))?;
    let mut install = command(home.join("bin").join("pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement"]);
    run(install.arg(api_requirements()))?;
    house::save(&home.join("requirements.txt"), &house::load(&api_requirements())?)
}

fn npm_source() -> std::path::PathBuf {
    house::root().join("crates").join("xtask").join("tools")
}

/// Whether `PROGRAM --version` prints this version as a word of its own.
fn says(program: &str, version: &str) -> bool {
    // A whole version or, as wasm-opt counts, its first number.
    let wanted = [version, version.trim_end_matches(".0.0")];
    read(command(program).arg("--version")).is_ok_and(|said| said.split_whitespace().any(|word| wanted.contains(&word)))
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((std::fs::read(a), std::fs::read(b)), (Ok(a), Ok(b)) if a == b)
}

/// The version of a package that `crates/xtask/tools/package.json` pins.
fn pinned(package: &str) -> String {
    load_text(&npm_source().join("package.json"))
        .ok()
        .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
        .and_then(|json| json["dependencies"][package].as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn wasm_bindgen_version() -> Result<String> {
    locked_version(&load_text(&house::root().join("Cargo.lock"))?, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen"))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let entry = format!("name = \"{package}\"\nversion = \"");
    let (_, rest) = lock.split_once(&entry)?;
    rest.split('"').next().map(str::to_owned)
}

/// Installs a program from the Rust registry, built quickly rather than for speed: a build tool needs no more.
fn install(what: &[&str], locked: bool) -> Result {
    let scratch = house::target().join("tools");
    let mut call = cargo();
    call.arg("install").args(what).arg("--force");
    if locked {
        call.arg("--locked");
    }
    call.env("CARGO_TARGET_DIR", &scratch)
        .env("CARGO_PROFILE_RELEASE_LTO", "false")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    // Away from this workspace, whose settings are for its own code.
    call.current_dir(house::cargo_home());
    run(&mut call).map_err(|failure| {
        Failure::new(format!("cannot install {}: {failure}", what[0])).hint(format!(
            "cargo install {}{}",
            what.join(" "),
            if locked { " --locked" } else { "" }
        ))
    })?;
    house::clear(&scratch)
}

fn npm() -> Command {
    command(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn npm_ci(folder: &Path) -> Result {
    let mut call = npm();
    call.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]).current_dir(folder);
    call.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run(&mut call).map_err(|failure| {
        Failure::new(format!("cannot install npm packages in {}: {failure}", folder.display()))
            .hint("install Node 20 or later with npm, then run the same command again")
    })?;
    let lock = house::load(&folder.join("package-lock.json"))?;
    house::save(&folder.join("node_modules").join(".linli-lock.json"), &lock)
}

fn debian() -> Result {
    let missing: Vec<&str> =
        DEBIAN.iter().filter(|(file, _)| !Path::new(file).exists()).map(|&(_, package)| package).collect();
    let hint = format!("apt-get install {}", missing.join(" "));
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(Failure::new(format!("missing: {}", missing.join(", "))).hint(format!("on Debian: {hint}")));
    }
    let explain = |failure: Failure| Failure::new(failure.to_string()).hint(hint.clone());
    run(apt().arg("update")).map_err(explain)?;
    run(apt().args(["install", "--yes", "--no-install-recommends"]).args(&missing)).map_err(explain)
}

fn apt() -> Command {
    let root = read(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut call = if root { command("apt-get") } else { command("sudo") };
    if !root {
        // sudo asks for the password on the terminal itself.
        call.args(["--preserve-env=DEBIAN_FRONTEND", "apt-get"]);
    }
    call.arg("--quiet").env("DEBIAN_FRONTEND", "noninteractive");
    call
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_tells_the_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn a_missing_program_is_not_there() {
        assert!(!says("no-such-program-anywhere", "1.0.0"));
    }
}
