//! The table of routes against what the server does and what its OpenAPI document says.

use axum::body::Body;
use axum::http::Request;
use linli_server::auth::Authority;
use linli_server::declared;
use serde_json::{Value, json};

use crate::world::{On, World, new_id};

fn real(path: &str) -> String {
    path.replace("{id}", &new_id().to_string()).replace("{code}", "00000000001Y").replace("{sha256}", &"0".repeat(64))
}

#[tokio::test]
async fn what_is_for_staff_is_closed_to_everybody_else() {
    let world = World::new(On::Sqlite).await;
    let staff: Vec<_> = declared()
        .into_iter()
        .filter(|route| [Authority::Staff, Authority::Admin].contains(&route.authority))
        .collect();
    assert!(!staff.is_empty());
    for cookie in ["", "__Host-linli=", "__Host-linli=0000", "other=1"] {
        for route in &staff {
            let request = Request::builder().method(route.method).uri(real(&route.path)).header("cookie", cookie);
            world.send(request.body(Body::empty()).unwrap()).await.is_problem(401, "signed_out", &[]);
        }
    }
    for route in declared() {
        let open = route.authority == Authority::Anyone;
        assert!(!(open && route.path.starts_with("/api/v1/desk")), "{} lies open", route.path);
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    Stranger,
    Resident,
    Staff,
    Admin,
}

#[tokio::test]
async fn every_route_lets_in_whom_the_table_says_and_nobody_else() {
    let world = World::new(On::Sqlite).await;
    let (staff, admin) = (world.signed_in().await, world.admin().await);
    let (account, _) = world.resident("A", "13800000001").await;
    for route in declared() {
        for caller in [Caller::Stranger, Caller::Resident, Caller::Staff, Caller::Admin] {
            // Of its own, since some routes end it.
            let resident = world.session_of(account).await;
            let cookie = match caller {
                Caller::Stranger => "",
                Caller::Resident => &resident,
                Caller::Staff | Caller::Admin if route.path == "/api/v1/session" => continue,
                Caller::Staff => &staff,
                Caller::Admin => &admin,
            };
            let request = Request::builder().method(route.method).uri(real(&route.path)).header("cookie", cookie);
            let reply = world.send(request.body(Body::empty()).unwrap()).await;
            let refused = match (route.authority, caller) {
                (Authority::Anyone, _) => None,
                (Authority::Device, _) => Some("signed_out"),
                (_, Caller::Stranger) => Some("signed_out"),
                (Authority::Either, _)
                | (Authority::Staff, Caller::Staff | Caller::Admin)
                | (Authority::Admin, Caller::Admin)
                | (Authority::Resident, Caller::Resident) => None,
                (Authority::Staff | Authority::Admin | Authority::Resident, _) => Some("forbidden"),
            };
            let code = serde_json::from_slice::<Value>(&reply.bytes).ok().map(|body| body["code"].clone());
            let told = code.as_ref().and_then(Value::as_str).filter(|code| ["signed_out", "forbidden"].contains(code));
            assert_eq!(told, refused, "{} {} by {caller:?}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn what_is_one_residents_own_no_other_and_no_stranger_sees() {
    let world = World::new(On::Sqlite).await;
    let (owner, own) = world.resident("Canarina", "13911112222").await;
    let (_, other) = world.resident("B", "13800000002").await;
    let photo = crate::photos::jpeg();
    assert_eq!(world.keep(&photo).await.status, 201);
    let hash = crate::photos::hash(&photo);
    let mut said = crate::world::with(&crate::world::report(), "/description", "Canarina fell");
    said["photos"] = json!([hash]);
    said["reporter"] = json!({"name": "Canarina", "phone": "13911112222"});
    let record = new_id();
    let put = world.write_as("PUT", &crate::world::path("reports", record), &said, &own).await;
    assert_eq!(put.status, 201, "{}", put.text());
    assert!(world.get_as("/api/v1/me/records", &own).await.text().contains("Canarina"));
    let receipt = said["receipt"].as_str().unwrap();
    let bodies = [json!({}), json!({"pin": crate::world::PIN}), json!({"receipt": receipt}), json!({"items": []})];
    for route in declared().into_iter().filter(|route| ![Authority::Staff, Authority::Admin].contains(&route.authority))
    {
        for id in [record, owner] {
            let path =
                route.path.replace("{id}", &id.to_string()).replace("{code}", receipt).replace("{sha256}", &hash);
            for (cookie, body) in [&*other, ""].into_iter().flat_map(|cookie| bodies.iter().map(move |b| (cookie, b))) {
                // What ends the other's account or session has been asked last.
                if route.method == "DELETE" && body != &bodies[0] {
                    continue;
                }
                let reply = world.write_as(route.method, &path, body, cookie).await;
                let text = reply.text();
                for trace in ["Canarina", "13911112222", &*owner.to_string()] {
                    assert!(!text.contains(trace), "{} {path} by {cookie:?} tells {trace}", route.method);
                }
                assert!(reply.header("content-type") != "image/jpeg", "{path} shows a photo");
            }
        }
    }
    let kept = world.get_as("/api/v1/me/records", &own).await.json();
    assert_eq!(kept["items"].as_array().unwrap().len(), 1, "and nobody took it away");
}

#[tokio::test]
async fn the_document_tells_of_every_route_and_of_no_other() {
    let world = World::new(On::Sqlite).await;
    let document = world.get("/api/openapi.json").await.json();
    let mut told: Vec<(String, String, bool)> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            told.push((method.to_uppercase(), path.clone(), operation.get("security").is_some()));
        }
    }
    let mut routes: Vec<_> = declared()
        .into_iter()
        .map(|route| (route.method.to_owned(), route.path, route.authority != Authority::Anyone))
        .collect();
    told.sort();
    routes.sort();
    assert_eq!(told, routes);
}

#[tokio::test]
async fn every_reference_in_the_document_leads_somewhere() {
    let world = World::new(On::Sqlite).await;
    let document = world.get("/api/openapi.json").await.json();
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    assert!(document.pointer("/components/schemas/Problem").is_some());
}

#[tokio::test]
async fn whatever_is_sent_is_answered_as_the_document_says() {
    let world = World::new(On::Sqlite).await;
    let document = world.get("/api/openapi.json").await.json();
    let bodies = [
        None,
        Some("{"),
        Some("{}"),
        Some("[]"),
        Some(r#"{"items":[{}]}"#),
        Some(r#"{"name":"a","password":"b"}"#),
        Some(r#"{"phone":"13800000001","pin":"135790"}"#),
    ];
    for route in declared() {
        for path in [
            real(&route.path),
            route.path.replace("{id}", "7").replace("{code}", "7").replace("{sha256}", "7"),
            route.path.clone(),
        ] {
            for body in bodies {
                let path = path.replace(['{', '}'], "%7B");
                let request =
                    Request::builder().method(route.method).uri(&path).header("content-type", "application/json");
                let reply = world.send(request.body(body.map_or(Body::empty(), Body::from)).unwrap()).await;
                let told = &document["paths"][&route.path][route.method.to_lowercase()]["responses"];
                let status = reply.status.as_u16();
                assert!(told.get(status.to_string()).is_some(), "{} {path} {body:?}: {status}", route.method);
                assert!(status < 500, "{path} {body:?}");
            }
        }
    }
}

#[tokio::test]
async fn every_miss_under_the_api_is_a_problem_document() {
    let world = World::new(On::Sqlite).await;
    world.get("/api").await.is_problem(404, "not_found", &[]);
    world.get("/api/v1/nothing").await.is_problem(404, "not_found", &[]);
    for (method, path) in [("POST", "/api/v1/public"), ("PATCH", "/api/v1/outbox"), ("DELETE", "/"), ("POST", "/x")] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        world.send(request).await.is_problem(405, "method_not_allowed", &[]);
    }
}

#[tokio::test]
async fn figures_count_by_route_and_hold_nothing_personal() {
    let world = World::new(On::Sqlite).await;
    let id = new_id();
    world.put(&format!("/api/v1/reports/{id}"), &json!({"reporter": {"name": "canary"}})).await;
    world.put(&format!("/api/v1/reports/{id}"), &crate::world::report()).await;
    assert_eq!(world.get("/healthz").await.status, 200);
    assert_eq!(world.get("/readyz").await.status, 200);
    let figures = world.get("/metrics").await.text();
    assert!(figures.contains(r#"route="/api/v1/reports/{id}""#), "{figures}");
    assert!(figures.contains("linli_writer_group_size_bucket"));
    assert!(!figures.contains(&id.to_string()) && !figures.contains("canary"));
}
