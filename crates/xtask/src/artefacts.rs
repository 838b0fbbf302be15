//! The release artefacts: `dist/`, as a browser loads it, and the server binary with `dist/` inside. Trunk compiles each
//! entry; here its output is optimised, bundled into one script and one style sheet, named by its content and compressed.

use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::budget;
use crate::failure::{Failure, Result};
use crate::house::{self, cargo, command, dist, files, load, load_text, root, run, save};
use crate::page::{self, Bundle};
use crate::shake::shake;
use crate::term::{End, Progress, say};
use crate::tools::{self, Tool};

/// A page of its own with its own wasm.
struct Entry {
    html: &'static str,
    bin: &'static str,
    url: &'static str,
}

const ENTRIES: [Entry; 2] =
    [Entry { html: "index.html", bin: "linli-web", url: "/" }, Entry { html: "desk.html", bin: "desk", url: "/desk/" }];

/// Every building block in every state, for looking at and for the journeys; never in `dist/`.
const GALLERY: Entry = Entry { html: "gallery.html", bin: "gallery", url: "/gallery/" };

/// What the app is made from; anything else changes nothing in `dist/`.
const INPUTS: [&str; 14] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "build.rs",
    "crates/domain",
    "crates/xtask/src",
    "crates/xtask/tools",
    "desk.html",
    "index.html",
    "locales",
    "public",
    "rust-toolchain.toml",
    "src",
    "style",
];

/// How many steps [`add_steps`] takes.
pub const STEPS: usize = tools::FOR_BUILD.len() + 3;

/// `cargo xtask build`.
pub fn build() -> Result {
    let mut progress = Progress::new(STEPS);
    let result = add_steps(&mut progress);
    progress.summary();
    result?;
    say(&format!("\napp:    {}\nserver: {}", dist().display(), house::server().display()));
    Ok(())
}

/// Tools, app and server, as steps of a longer command.
pub fn add_steps(progress: &mut Progress) -> Result {
    tools::ensure(progress, &tools::FOR_BUILD)?;
    progress.step("crates", "", fetch)?;
    progress.step("app", "about 4 min when nothing is compiled yet", app)?;
    progress.step("server", "about 6 min when nothing is compiled yet", server)
}

/// Downloads the crates, so that the compilers need no network.
pub fn fetch() -> Result<End> {
    run(cargo().args(["fetch", "--locked", "--quiet"]))?;
    if Tool::StdSource.there() {
        let target = ["--target", "wasm32-unknown-unknown"];
        run(with_std(cargo().args(["fetch", "--locked", "--quiet"]).args(target)))?;
    }
    Ok(End::Done)
}

/// Builds `dist/`; a second build at the same time waits for the first.
pub fn app() -> Result<End> {
    let lock_file = root().join("target").join("dist.lock");
    save(&lock_file, &[])?;
    let lock = std::fs::File::open(&lock_file).map_err(Failure::about(&lock_file))?;
    lock.lock().map_err(Failure::about(&lock_file))?;
    let stamp_file = house::target().join("app").join("stamp");
    let inputs = format!("{} {}", fingerprint(&input_files()?)?, Tool::StdSource.there());
    if let (Ok(stamp), Ok(built)) = (load_text(&stamp_file), built())
        && stamp == format!("{inputs} {built}")
    {
        return Ok(End::Already);
    }
    for entry in &ENTRIES {
        compile(entry, "wasm-release", &stage(entry))?;
    }
    house::clear(&dist())?;
    for entry in &ENTRIES {
        assemble(entry)?;
    }
    service_worker()?;
    compress()?;
    save(&stamp_file, format!("{inputs} {}", built()?).as_bytes())?;
    budget::print()?;
    Ok(End::Done)
}

/// Builds the server with `dist/` inside.
pub fn server() -> Result<End> {
    let before = modified(&house::server());
    run(cargo().args(["build", "--release", "--locked", "--package", "linli-server"]))?;
    Ok(if before.is_some() && before == modified(&house::server()) { End::Already } else { End::Done })
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    path.metadata().and_then(|data| data.modified()).ok()
}

fn stage(entry: &Entry) -> PathBuf {
    house::target().join("app").join(entry.bin)
}

/// Builds the gallery, quickly rather than small, as a folder that any server of files can serve.
pub fn gallery() -> Result<PathBuf> {
    let folder = house::target().join("gallery");
    compile(&GALLERY, "dev", &folder.join(GALLERY.url.trim_matches('/')))?;
    // Where a build for development looks for the languages.
    let locales = root().join("locales");
    for file in files(&locales)? {
        save(&folder.join("locales").join(&file), &load(&locales.join(&file))?)?;
    }
    Ok(folder)
}

fn compile(entry: &Entry, profile: &str, out: &Path) -> Result {
    say(&format!("compiling {} for the browser", entry.bin));
    // Trunk copies whatever snippets lie here, also those of earlier builds.
    house::clear(&house::target().join("wasm-bindgen"))?;
    let mut trunk = command("trunk");
    trunk.args(["build", entry.html, "--cargo-profile", profile, "--filehash=false", "--no-sri=true"]);
    trunk.args(["--locked=true", "--offline=true", "--public-url", entry.url]).arg("--dist").arg(out);
    // Trunk takes the conventional value for a flag of its own and refuses "1".
    trunk.env_remove("NO_COLOR").env(FLAGS, ["--cfg erase_components", PARTED].join(" "));
    run(if Tool::StdSource.there() { with_std(&mut trunk) } else { &mut trunk })
}

const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
/// Pages that come later are marked, and the linker leaves what is needed to cut them out (docs/adr/0010).
const PARTED: &str = "--cfg split -Clink-arg=--emit-relocs";
/// Panics that stop without a word (docs/adr/0009).
const WORDLESS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";

/// Compiles the standard library along, for size.
fn with_std(call: &mut Command) -> &mut Command {
    call.env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env(FLAGS, ["--cfg erase_components", PARTED, WORDLESS].join(" "))
}

/// Cuts the pages that come later out of what the linker made, and makes the rest loadable. The folder then holds
/// wasm-bindgen's glue, the main part, the loader and the files of the other parts, which are returned.
fn part(stage: &Path, bin: &str) -> Result<(PathBuf, Vec<PathBuf>)> {
    let linked = house::target().join("wasm32-unknown-unknown").join("wasm-release").join(format!("{bin}.wasm"));
    let folder = stage.join("parts");
    house::clear(&folder)?;
    let (wasm, main, glue) = (load(&linked)?, folder.join("main.wasm"), format!("./{bin}.js"));
    let mut options = wasm_split_cli_support::Options::new(&wasm);
    options.output_dir = &folder;
    options.main_out_path = &main;
    options.main_module = &glue;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| Failure::new(format!("cannot part {}: {error:#}", linked.display())))?;
    let mut bindgen = command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-name", bin]);
    run(bindgen.arg("--out-dir").arg(&folder).arg(&main))?;
    Ok((folder, parts.split_modules))
}

/// Moves an entry from Trunk's output to `dist/`.
fn assemble(entry: &Entry) -> Result {
    let stage = stage(entry);
    let out = dist().join(entry.url.trim_matches('/'));
    let html = load_text(&stage.join("index.html"))?;
    let name = |kind: &str, bytes: &[u8]| format!("{}-{}.{kind}", entry.bin, digest(bytes));

    say(&format!("optimising {} for size", entry.bin));
    let (folder, parts) = part(&stage, entry.bin)?;
    let wasm = optimise(&folder.join(format!("{}_bg.wasm", entry.bin)))?;
    let wasm_name = name("wasm", &wasm);
    let bundle = Bundle { wasm: format!("{}{wasm_name}", entry.url), js: String::new(), css: String::new() };
    save(&out.join(&wasm_name), &wasm)?;

    let mut js = boot_script(&folder, entry.bin, &bundle.wasm)?;
    let mut named = String::from_utf8_lossy(&wasm).into_owned() + &html;
    for file in parts {
        let plain = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The desk names none of the residents' parts.
        if js.contains(&plain) {
            let wasm = optimise(&file)?;
            let hashed = format!("{}-{}.wasm", plain.trim_end_matches(".wasm"), digest(&wasm));
            save(&out.join(&hashed), &wasm)?;
            js = js.replace(&plain, &hashed);
            named += &String::from_utf8_lossy(&wasm);
        }
    }
    let js_name = name("js", js.as_bytes());
    save(&out.join(&js_name), js.as_bytes())?;

    let styles: Vec<&str> = page::styles(&html).into_iter().filter_map(|href| href.strip_prefix(entry.url)).collect();
    let css = style_sheet(&stage, &styles, &named)?;
    let css_name = name("css", &css);
    save(&out.join(&css_name), &css)?;

    let bundle = Bundle { js: format!("{}{js_name}", entry.url), css: format!("{}{css_name}", entry.url), ..bundle };
    save(&out.join("index.html"), page::rewrite(&html, &bundle, &languages()?)?.as_bytes())?;

    let made_here = |file: &str| {
        file == "index.html"
            || file.starts_with("snippets/")
            || file.starts_with("locales/")
            || file.starts_with(&format!("{}.", entry.bin))
            || file.starts_with(&format!("{}_bg.", entry.bin))
            || file.starts_with("boot.")
            || file.starts_with("parts/")
            || styles.contains(&file)
    };
    for file in files(&stage)?.iter().filter(|file| !made_here(file)) {
        save(&out.join(file), &load(&stage.join(file))?)?;
    }
    Ok(())
}

/// Puts the languages that are not compiled in into `dist/`: tag and address of each.
fn languages() -> Result<Vec<(String, String)>> {
    let folder = root().join("locales");
    let mut languages = Vec::new();
    for file in files(&folder)?.iter().filter(|file| *file != "zh-Hans.json") {
        let words: serde_json::Value = serde_json::from_slice(&load(&folder.join(file))?)
            .map_err(|error| Failure::new(format!("locales/{file}: {error}")))?;
        let words = words.to_string();
        let tag = file.trim_end_matches(".json");
        let name = format!("locales/{tag}-{}.json", digest(words.as_bytes()));
        save(&dist().join(&name), words.as_bytes())?;
        languages.push((tag.to_owned(), format!("/{name}")));
    }
    Ok(languages)
}

fn optimise(wasm: &Path) -> Result<Vec<u8>> {
    let small = wasm.with_extension("small");
    let mut opt = command("wasm-opt");
    opt.arg(wasm).arg("-o").arg(&small).args(["-Oz", "--strip-debug", "--strip-producers"]);
    // What Rust's wasm32-unknown-unknown target uses.
    opt.args(["--enable-bulk-memory", "--enable-multivalue", "--enable-mutable-globals"]);
    opt.args(["--enable-nontrapping-float-to-int", "--enable-reference-types", "--enable-sign-ext"]);
    run(&mut opt)?;
    load(&small)
}

/// What runs before the app. The one policy of Trusted Types (docs/adr/0020): Leptos puts the static parts of a page there as
/// HTML, which runs nothing, and scripts come from nowhere but here. Then what was chosen on this device is worn, so that the
/// shell does not jump; the app keeps it in `src/data/appearance.rs`.
const EARLY: &str = "
self.trustedTypes?.createPolicy('default', {
  createHTML: (html) => {
    if (/<script|<iframe|javascript:|\\son\\w+\\s*=/i.test(html)) throw new TypeError('HTML that runs');
    return html;
  },
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError('a script from elsewhere');
    return url;
  },
});
const root = document.documentElement;
try {
  root.dataset.mode = localStorage.getItem('linli-mode') ?? 'standard';
  root.dataset.text = localStorage.getItem('linli-text') ?? 'normal';
  if (localStorage.getItem('linli-kiosk')) root.dataset.kiosk = '';
} catch {}
";

/// wasm-bindgen's glue and the line that starts it, in one file.
fn boot_script(folder: &Path, bin: &str, wasm: &str) -> Result<String> {
    let boot = folder.join("boot.entry.js");
    let bundled = folder.join("boot.js");
    save(&boot, format!("{EARLY}import init from './{bin}.js';\ninit({{ module_or_path: '{wasm}' }});\n").as_bytes())?;
    let mut esbuild = command("esbuild");
    esbuild.arg(&boot).args(["--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning"]);
    run(esbuild.arg(format!("--outfile={}", bundled.display())))?;
    load_text(&bundled)
}

/// The style sheets one after the other, in the order of the page, without the rules for classes that are not named in
/// the entry's page or wasm.
fn style_sheet(stage: &Path, styles: &[&str], named: &str) -> Result<Vec<u8>> {
    let mut all = String::new();
    for style in styles {
        all.push_str(&load_text(&stage.join(style))?);
        all.push('\n');
    }
    let seen = |class: &str| named.contains(class);
    minify(stage, "css", &shake(&all, &seen))
}

fn minify(stage: &Path, kind: &str, text: &str) -> Result<Vec<u8>> {
    let long = stage.join(format!("boot.long.{kind}"));
    let short = stage.join(format!("boot.short.{kind}"));
    save(&long, text.as_bytes())?;
    let mut esbuild = command("esbuild");
    esbuild.arg(&long).args(["--minify", "--log-level=warning"]);
    run(esbuild.arg(format!("--outfile={}", short.display())))?;
    load(&short)
}

/// Tells the service worker what to keep for offline use, and under which version.
fn service_worker() -> Result {
    let file = dist().join("sw.js");
    if !file.exists() {
        return Err(Failure::new("public/sw.js is missing: without it the app does not open offline"));
    }
    let resident: Vec<String> =
        files(&dist())?.into_iter().filter(|file| file != "sw.js" && !file.starts_with("desk/")).collect();
    let version = fingerprint(&resident.iter().map(|file| dist().join(file)).collect::<Vec<_>>())?;
    let (languages, always): (Vec<String>, Vec<String>) =
        resident.into_iter().partition(|file| file.starts_with("locales/"));
    let text = fill_in(&load_text(&file)?, &version, &precache(&always), &precache(&languages))?;
    save(&file, &minify(&stage(&ENTRIES[0]), "js", &text)?)
}

/// Addresses of the files a device keeps.
fn precache(resident: &[String]) -> Vec<String> {
    resident.iter().map(|file| if file == "index.html" { "/".to_owned() } else { format!("/{file}") }).collect()
}

/// Fills the marks of `sw.js` in: the version stands inside a string, the lists in the place of arrays.
fn fill_in(worker: &str, version: &str, urls: &[String], languages: &[String]) -> Result<String> {
    let list = serde_json::json!(urls).to_string();
    let languages = serde_json::json!(languages).to_string();
    [("__VERSION__", version), ("__PRECACHE__", &list), ("__LANGUAGES__", &languages)].into_iter().try_fold(
        worker.to_owned(),
        |text, (mark, value)| {
            if text.contains(mark) {
                Ok(text.replace(mark, value))
            } else {
                Err(Failure::new(format!("public/sw.js has no {mark}")))
            }
        },
    )
}

/// Whether a file gets smaller by compression.
fn compressible(file: &str) -> bool {
    let kind = file.rsplit_once('.').map_or("", |(_, kind)| kind);
    matches!(kind, "html" | "js" | "wasm" | "css" | "svg" | "json" | "webmanifest" | "txt")
}

/// Puts a `.br` file beside each file that gains by it.
fn compress() -> Result {
    say("compressing with Brotli 11");
    let files: Vec<_> = files(&dist())?.into_iter().filter(|file| compressible(file)).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = files
            .iter()
            .map(|file| {
                scope.spawn(move || {
                    let path = dist().join(file);
                    save(&dist().join(format!("{file}.br")), &brotli(&load(&path)?)?)
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("compression does not panic"))
    })
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut small, &parameters)
        .map_err(|error| Failure::new(format!("cannot compress: {error}")))?;
    Ok(small)
}

fn input_files() -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for input in INPUTS {
        let path = root().join(input);
        if path.is_dir() {
            found.extend(files(&path)?.iter().map(|file| path.join(file)));
        } else if path.exists() {
            found.push(path);
        }
    }
    Ok(found)
}

/// What lies in `dist/` now.
fn built() -> Result<String> {
    fingerprint(&files(&dist())?.iter().map(|file| dist().join(file)).collect::<Vec<_>>())
}

/// A hash over names and contents.
fn fingerprint(paths: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for path in paths {
        hash.update(path.strip_prefix(root()).unwrap_or(path).to_string_lossy().as_bytes());
        hash.update(Sha256::digest(load(path)?));
    }
    Ok(short(&hash.finalize()))
}

fn digest(bytes: &[u8]) -> String {
    short(&Sha256::digest(bytes))
}

fn short(hash: &[u8]) -> String {
    let (start, _) = hash.split_first_chunk().expect("a hash has at least eight bytes");
    format!("{:016x}", u64::from_be_bytes(*start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_gets_version_and_list() {
        let urls = ["/".to_owned(), "/a.js".to_owned()];
        let worker = "const v = 'linli-__VERSION__'; const p = __PRECACHE__; const l = __LANGUAGES__;";
        let filled = r#"const v = 'linli-1f'; const p = ["/","/a.js"]; const l = [];"#;
        assert_eq!(fill_in(worker, "1f", &urls, &[]).unwrap(), filled);
        assert!(fill_in("const v = 1;", "1f", &urls, &[]).is_err());
    }

    #[test]
    fn the_page_is_kept_under_its_own_address() {
        assert_eq!(precache(&["a.js".to_owned(), "index.html".to_owned()]), ["/a.js", "/"]);
    }

    #[test]
    fn the_gallery_is_no_part_of_a_release() {
        assert!(ENTRIES.iter().all(|entry| entry.bin != GALLERY.bin && entry.html != GALLERY.html));
    }

    #[test]
    fn pictures_are_not_compressed_again() {
        assert!(compressible("a/b.wasm") && compressible("app.webmanifest") && !compressible("icon.png"));
    }
}
