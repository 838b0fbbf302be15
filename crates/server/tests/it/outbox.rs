//! Many submissions in one request.

use std::io::Write;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use linli_server::{Settings, Writes};
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{On, World, check_in, new_id, open, path, report, sign_up, with};

fn item(kind: &str, id: &str, body: &Value) -> Value {
    json!({"kind": kind, "id": id, "body": body})
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

on_both! {
    async fn a_bad_item_never_harms_the_others(world: World) {
        let (first, last, taken) = (new_id().to_string(), new_id().to_string(), new_id());
        let again = report();
        world.put(&path("reports", taken), &again).await;
        let items = json!([
            item("report", &first, &report()),
            item("report", &new_id().to_string(), &with(&report(), "/kind", "dragon")),
            item("sealed", &new_id().to_string(), &json!("x")),
            item("check_in", "no-id", &check_in()),
            item("report", &taken.to_string(), &again),
            item("report", &taken.to_string(), &report()),
            item("report", &new_id().to_string(), &with(&report(), "/description", "x".repeat(70_000))),
            7,
            {"kind": "report", "id": new_id()},
            item("sign_up", &last, &with(&sign_up(open()), "/party", 4)),
        ]);
        let reply = world.post("/api/v1/outbox", &json!({"items": items})).await;
        assert_eq!(reply.status, 200);
        let answers = reply.json()["items"].as_array().unwrap().clone();
        let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [201, 422, 422, 400, 200, 409, 413, 422, 422, 201]);
        assert_eq!(answers[0]["id"], first);
        assert_eq!(answers[1]["problem"]["fields"], json!([{"pointer": "/kind", "code": "unknown_kind"}]));
        assert_eq!(answers[2]["problem"]["fields"], json!([{"pointer": "/body", "code": "malformed"}]));
        assert_eq!(answers[3]["id"], "no-id");
        assert_eq!(answers[4]["receipt"], again["receipt"]);
        assert_eq!(answers[5]["problem"]["code"], "id_taken");
        assert_eq!(answers[9], json!({
            "id": last, "status": 201, "receipt": items[9]["body"]["receipt"], "state": "waiting", "position": 1
        }));
    }

    async fn the_same_outbox_again_changes_nothing(world: World) {
        let items: Vec<_> = (0..100).map(|_| item("report", &new_id().to_string(), &report())).collect();
        let outbox = json!({"items": items});
        let statuses = async || {
            let reply = world.post("/api/v1/outbox", &outbox).await.json();
            reply["items"].as_array().unwrap().iter().map(|answer| answer["status"].as_u64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(statuses().await, [201; 100]);
        assert_eq!(statuses().await, [200; 100]);
    }

    async fn an_item_that_comes_twice_in_one_outbox_is_one_record(world: World) {
        let one = item("sign_up", &new_id().to_string(), &with(&sign_up(open()), "/party", 4));
        let reply = world.post("/api/v1/outbox", &json!({"items": [one, one]})).await.json();
        assert_eq!(reply["items"][0]["status"], 201);
        assert_eq!(reply["items"][1]["status"], 200);
        assert_eq!(reply["items"][1]["position"], 1);
        assert_eq!(world.store.arrived(&linli_server::store::Scope::All, None, None).await.unwrap().items.len(), 1);
    }

    async fn a_packed_outbox_is_an_outbox(world: World) {
        let items: Vec<_> = (0..100).map(|_| item("report", &new_id().to_string(), &report())).collect();
        let packed = gzip(json!({"items": items}).to_string().as_bytes());
        let reply = world.send_packed("/api/v1/outbox", "gzip", packed).await.json();
        assert_eq!(reply["items"].as_array().unwrap().iter().filter(|answer| answer["status"] == 201).count(), 100);
        assert_eq!(world.store.arrived(&linli_server::store::Scope::All, None, None).await.unwrap().items.len(), 50);
    }

    async fn what_cannot_be_unpacked_is_refused_cheaply(world: World) {
        let bomb = gzip(&vec![b' '; 64 * 1024 * 1024]);
        assert!(bomb.len() < 100_000);
        world.send_packed("/api/v1/outbox", "gzip", bomb).await.is_problem(413, "too_large", &[]);
        let broken = gzip(b"{}")[..12].to_vec();
        world.send_packed("/api/v1/outbox", "gzip", broken).await.is_problem(400, "malformed", &[]);
        let reply = world.send_packed("/api/v1/outbox", "br", b"{}".to_vec()).await;
        reply.is_problem(415, "unsupported_media_type", &[]);
    }

    async fn what_is_no_outbox_is_refused_as_a_whole(world: World) {
        let refuse = async |body: Value, pointer: &str, code: &str| {
            world.post("/api/v1/outbox", &body).await.is_problem(422, "invalid", &[(pointer, code)]);
        };
        refuse(json!({"items": vec![0; 101]}), "/items", "too_many").await;
        refuse(json!({"items": {}}), "/items", "wrong_type").await;
        refuse(json!({}), "/items", "required").await;
        refuse(json!([]), "", "wrong_type").await;
        assert_eq!(world.post("/api/v1/outbox", &json!({"items": []})).await.json()["items"], json!([]));
    }
}

/// A request whose body never comes.
fn endless(method: &str, path: &str) -> Request<Body> {
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::convert::Infallible>>();
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    request.body(Body::from_stream(never)).unwrap()
}

#[tokio::test]
async fn more_outboxes_than_there_is_room_for_are_told_to_come_again() {
    let world = World::new(On::Sqlite).await;
    let mut coming = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let world = world.clone();
        coming.spawn(async move { world.send(endless("POST", "/api/v1/outbox")).await });
    }
    let post = async || world.post("/api/v1/outbox", &json!({"items": []})).await;
    let refused = loop {
        let reply = post().await;
        if reply.status != 200 {
            break reply;
        }
        tokio::task::yield_now().await;
    };
    refused.is_problem(503, "unavailable", &[]);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(world.put(&path("reports", new_id()), &report()).await.status, 201, "one by one they come through");
    coming.shutdown().await;
    assert_eq!(post().await.status, 200);
}

/// What comes from somewhere.
fn from(source: &str, mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(ConnectInfo(format!("{source}:4711").parse::<SocketAddr>().unwrap()));
    request
}

#[tokio::test]
async fn one_source_that_drips_keeps_nobody_else_out() {
    let settings = Settings { writes: Writes::FromElsewhere(6000), ..Settings::default() };
    let world = World::with(On::Sqlite, settings).await;
    let photo = crate::photos::jpeg();
    let photo_path = format!("/api/v1/photos/{}", crate::photos::hash(&photo));
    let post = |source: &str| {
        let request = Request::post("/api/v1/outbox").header("content-type", "application/json");
        world.send(from(source, request.body(Body::from(r#"{"items":[]}"#)).unwrap()))
    };
    let send_photo = |source: &str| {
        let request = Request::put(&photo_path).header("content-type", "image/jpeg");
        world.send(from(source, request.body(Body::from(photo.clone())).unwrap()))
    };
    let mut coming = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let (world, photo_path) = (world.clone(), photo_path.clone());
        coming.spawn(async move {
            let mut photo = endless("PUT", &photo_path);
            photo.headers_mut().insert("content-type", "image/jpeg".parse().unwrap());
            let outbox = endless("POST", "/api/v1/outbox");
            tokio::join!(world.send(from("203.0.113.7", outbox)), world.send(from("203.0.113.7", photo)))
        });
    }
    let refused = loop {
        let (outbox, photo) = tokio::join!(post("203.0.113.7"), send_photo("203.0.113.7"));
        if !outbox.status.is_success() && !photo.status.is_success() {
            break [outbox, photo];
        }
        tokio::task::yield_now().await;
    };
    for reply in refused {
        reply.is_problem(429, "too_many_requests", &[]);
        assert!(reply.header("retry-after").parse::<u64>().unwrap() > 0);
    }
    assert_eq!(post("203.0.113.8").await.status, 200);
    assert!(send_photo("203.0.113.8").await.status.is_success());
    assert_eq!(post("127.0.0.1").await.status, 200, "a proxy that stands for everybody");
    coming.shutdown().await;
    assert_eq!(post("203.0.113.7").await.status, 200);
}

#[tokio::test]
async fn the_items_of_an_outbox_are_counted_and_one_full_outbox_always_passes() {
    let settings = Settings { writes: Writes::FromAnywhere(150), ..Settings::default() };
    let world = World::with(On::Sqlite, settings).await;
    let post = async |count: usize| {
        let items: Vec<_> = (0..count).map(|_| item("report", &new_id().to_string(), &report())).collect();
        world.post("/api/v1/outbox", &json!({"items": items})).await.status.as_u16()
    };
    assert_eq!(post(100).await, 200);
    assert_eq!(post(100).await, 429);
    assert_eq!(post(40).await, 200);
    let narrow = World::with(On::Sqlite, Settings { writes: Writes::FromAnywhere(2), ..Settings::default() }).await;
    let items: Vec<_> = (0..100).map(|_| item("report", &new_id().to_string(), &report())).collect();
    assert_eq!(narrow.post("/api/v1/outbox", &json!({"items": items})).await.status, 200);
    for (method, path) in [("POST", "/api/v1/outbox".to_owned()), ("PUT", path("reports", new_id()))] {
        let refused = narrow.send(endless(method, &path)).await;
        refused.is_problem(429, "too_many_requests", &[]);
    }
}

#[tokio::test]
async fn an_outbox_of_more_than_four_megabytes_is_refused() {
    let world = World::new(On::Sqlite).await;
    let large = item("report", &new_id().to_string(), &json!("x".repeat(4 * 1024 * 1024)));
    world.post("/api/v1/outbox", &json!({"items": [large]})).await.is_problem(413, "too_large", &[]);
    let mut announced = endless("POST", "/api/v1/outbox");
    announced.headers_mut().insert("content-length", "4194305".parse().unwrap());
    world.send(announced).await.is_problem(413, "too_large", &[]);
}
