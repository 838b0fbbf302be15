//! The built app as files: the one inside the binary, or a folder. Whatever is no file and no API is a page of the app.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use linli_domain::ProblemCode;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::App;
use crate::error::Error;

#[derive(RustEmbed)]
#[folder = "$LINLI_DIST"]
struct BuiltIn;

/// Where the files are.
#[derive(Debug)]
pub struct Files(Option<PathBuf>);

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Linli</title>\
    <h1>Linli is running</h1><p>The app was not built into this binary. Run <code>cargo xtask build</code>, \
    or name its folder with <code>--app</code>.</p></html>";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

impl Files {
    /// In a folder, or in the binary.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self(folder)
    }

    async fn read(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if path.is_empty() || !plain {
            return None;
        }
        match &self.0 {
            None => BuiltIn::get(path).map(|file| file.data),
            Some(folder) => {
                let file = folder.join(path);
                tokio::task::spawn_blocking(move || std::fs::read(file).ok()).await.ok()?.map(Cow::Owned)
            }
        }
    }
}

/// Answers everything that no route answers.
pub async fn serve(State(app): State<App>, request: Request) -> Result<Response, Error> {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return Err(ProblemCode::NotFound.into());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(ProblemCode::MethodNotAllowed.into());
    }
    let name = path.trim_start_matches('/');
    if let Some(response) = file(app.files(), name, request.headers()).await {
        return Ok(response);
    }
    if is_asset(name) {
        return Err(ProblemCode::NotFound.into());
    }
    let page = if name == "desk" || name.starts_with("desk/") { "desk/index.html" } else { "index.html" };
    let page = file(app.files(), page, request.headers()).await;
    Ok(page.unwrap_or_else(|| ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response()))
}

async fn file(files: &Files, name: &str, headers: &HeaderMap) -> Option<Response> {
    if is_packed(name) {
        return None;
    }
    let packed = if accepts_brotli(headers) { files.read(&format!("{name}.br")).await } else { None };
    let is_brotli = packed.is_some();
    let bytes = match packed {
        Some(bytes) => bytes,
        None => files.read(name).await?,
    };
    let etag = format!("\"{}\"", &crate::hex(&Sha256::digest(&bytes))[..32]);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
    let mut response =
        if same { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(axum::body::Body::from(bytes)) };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    let caching = if has_hash(name) { IMMUTABLE } else { "no-cache" };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.extend(HeaderValue::from_str(&etag).ok().map(|etag| (header::ETAG, etag)));
    if is_brotli {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Some(response)
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("br") && !matches!(weight.replace(' ', "").as_str(), "q=0" | "q=0.0")
    })
}

fn extension(name: &str) -> &str {
    Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or("")
}

fn is_packed(name: &str) -> bool {
    extension(name) == "br"
}

fn is_asset(name: &str) -> bool {
    content_type(name) != "application/octet-stream"
}

/// The build puts the first sixteen or more hexadecimal digits of a file's hash in its name.
fn has_hash(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let mut words = file.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word.len() >= 16 && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f')))
}

fn content_type(name: &str) -> &'static str {
    match extension(name) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_in_the_name_is_seen() {
        for name in
            ["linli-web-0123456789abcdef.js", "linli-web-0123456789abcdef_bg.wasm", "a/style-fedcba9876543210.css"]
        {
            assert!(has_hash(name), "{name}");
        }
        for name in ["index.html", "sw.js", "manifest.webmanifest", "desk/index.html", "icon-512.png"] {
            assert!(!has_hash(name), "{name}");
        }
    }
}
