//! The app as files: packed, cached, and behind every address that is a page.

use std::fs;

use axum::body::Body;
use axum::http::Request;
use linli_server::Settings;

use crate::world::{On, Reply, World};

async fn world() -> World {
    let folder = tempfile::TempDir::new().unwrap();
    let put = |name: &str, content: &str| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    };
    put("index.html", "residents");
    put("desk/index.html", "desk");
    put("sw.js", "worker");
    put("manifest.webmanifest", "{}");
    put("linli-web-0123456789abcdef_bg.wasm", "plain");
    put("linli-web-0123456789abcdef_bg.wasm.br", "packed");
    let settings = Settings { app: Some(folder.keep()), ..Settings::default() };
    World::with(On::Sqlite, settings).await
}

async fn get(world: &World, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_file_comes_packed_to_who_can_unpack_it() {
    let world = world().await;
    let wasm = "/linli-web-0123456789abcdef_bg.wasm";
    let packed = get(&world, wasm, &[("accept-encoding", "gzip, br;q=1.0")]).await;
    assert_eq!((packed.text().as_str(), packed.header("content-encoding")), ("packed", "br"));
    for encoding in ["gzip", "br;q=0", ""] {
        let plain = get(&world, wasm, &[("accept-encoding", encoding)]).await;
        assert_eq!((plain.text().as_str(), plain.header("content-encoding")), ("plain", ""), "{encoding}");
        assert_eq!(plain.header("content-type"), "application/wasm");
        assert_eq!(plain.header("vary"), "accept-encoding");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn what_may_change_is_asked_for_again() {
    let world = world().await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/manifest.webmanifest", "application/manifest+json"),
    ] {
        let first = get(&world, path, &[]).await;
        assert_eq!((first.header("cache-control"), first.header("content-type")), ("no-cache", kind), "{path}");
        let etag = first.header("etag").to_owned();
        assert_eq!(get(&world, path, &[("if-none-match", &etag)]).await.status, 304);
    }
}

#[tokio::test]
async fn an_address_that_is_no_file_is_a_page_of_its_app() {
    let world = world().await;
    for path in ["/", "/kiosk", "/report/new", "/activities/1?from=x", "/deskless"] {
        assert_eq!(get(&world, path, &[]).await.text(), "residents", "{path}");
    }
    for path in ["/desk", "/desk/", "/desk/reports/7"] {
        assert_eq!(get(&world, path, &[]).await.text(), "desk", "{path}");
    }
    for path in ["/old-fedcba9876543210.js", "/index.html.br/x.css", "/..%2f..%2fetc/passwd.txt", "/../Cargo.json"] {
        get(&world, path, &[]).await.is_problem(404, "not_found", &[]);
    }
    assert_eq!(get(&world, "/../../../etc/passwd", &[]).await.text(), "residents");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let world = world().await;
    for path in ["/", "/sw.js", "/api/v1/public", "/api/v1/nothing", "/healthz"] {
        let reply = get(&world, path, &[]).await;
        assert_eq!(
            reply.header("content-security-policy"),
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; \
             connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; \
             worker-src 'self'; manifest-src 'self'"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
        assert!(!reply.header("permissions-policy").is_empty());
    }
    assert_eq!(get(&world, "/api/v1/activities", &[]).await.header("cache-control"), "no-store");
}
