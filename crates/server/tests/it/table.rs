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
    let staff: Vec<_> = declared().into_iter().filter(|route| route.authority == Authority::Staff).collect();
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
        .map(|route| (route.method.to_owned(), route.path, route.authority == Authority::Staff))
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
    let bodies =
        [None, Some("{"), Some("{}"), Some("[]"), Some(r#"{"items":[{}]}"#), Some(r#"{"name":"a","password":"b"}"#)];
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
