//! Tells the binary where the built app is. `LINLI_DIST` names another folder than `dist/` of the workspace.

use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-env-changed=LINLI_DIST");
    println!("cargo:rerun-if-changed=build.rs");
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let dist = std::env::var_os("LINLI_DIST").map_or_else(|| workspace.join("dist"), PathBuf::from);
    // An empty folder stands for "not built yet": Cargo then sees when it fills.
    let _ = std::fs::create_dir_all(&dist);
    println!("cargo:rustc-env=LINLI_DIST={}", dist.display());
    // A debug build reads the folder while it runs; a release build holds it and must notice a change.
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed={}", dist.display());
    }
}
