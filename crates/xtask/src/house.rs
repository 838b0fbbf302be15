//! Where things are, and how other programs are called.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Failure, Result};

/// The workspace root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies two folders below the root")
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The release server.
pub fn server() -> PathBuf {
    target().join("release").join(if cfg!(windows) { "linli.exe" } else { "linli" })
}

/// The built app.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Cargo's home, where installed tools live.
pub fn cargo_home() -> PathBuf {
    std::env::var_os("CARGO_HOME").map_or_else(
        || {
            let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).unwrap_or_default();
            PathBuf::from(home).join(".cargo")
        },
        PathBuf::from,
    )
}

/// A call of another program in the workspace root, with Cargo's own tools on the path.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    let paths = [cargo_home().join("bin"), npm_bin()].into_iter();
    let old = std::env::var_os("PATH").unwrap_or_default();
    if let Ok(path) = std::env::join_paths(paths.chain(std::env::split_paths(&old))) {
        command.env("PATH", path);
    }
    // `cargo run` describes this crate to it; build scripts that look there (ring's does) would run again each time.
    let about_xtask =
        |name: &str| ["CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|start| name.starts_with(start));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(about_xtask)) {
        command.env_remove(name);
    }
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// A call of Cargo.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Where npm puts the programs of `crates/xtask/tools`.
pub fn npm_bin() -> PathBuf {
    npm_home().join("node_modules").join(".bin")
}

/// Where the packages of `crates/xtask/tools` live: beside Cargo's tools, so that the next clone finds them.
pub fn npm_home() -> PathBuf {
    cargo_home().join("linli-tools")
}

/// Runs a program that talks to the terminal itself.
pub fn run(command: &mut Command) -> Result {
    let line = line_of(command);
    let status = command.status().map_err(|error| Failure::new(format!("{line}: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("{line}: {status}")).hint(line)) }
}

/// Runs a program silently and returns what it printed.
pub fn read(command: &mut Command) -> Result<String> {
    let line = line_of(command);
    let output = command.output().map_err(|error| Failure::new(format!("{line}: {error}")))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Failure::new(format!("{line}: {}\n{said}", output.status)))
    }
}

fn line_of(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| Path::new(part).strip_prefix(root()).map_or(part, Path::as_os_str).to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every file below a folder, sorted, as paths relative to it with forward slashes.
pub fn files(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).map_err(Failure::about(&next))? {
            let path = entry.map_err(Failure::about(&next))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(folder) {
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a file.
pub fn load(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(Failure::about(path))
}

/// Reads a text file.
pub fn load_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(Failure::about(path))
}

/// Writes a file, with its folder.
pub fn save(path: &Path, bytes: &[u8]) -> Result {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Failure::about(folder))?;
    }
    std::fs::write(path, bytes).map_err(Failure::about(path))
}

/// Removes a folder if it is there.
pub fn clear(folder: &Path) -> Result {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::about(folder)(error)),
        _ => Ok(()),
    }
}
