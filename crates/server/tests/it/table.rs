//! The table of routes against what the server does and what its OpenAPI document says.

use axum::body::Body;
use axum::http::Request;
use linli_domain::session::Role;
use linli_server::auth::Authority;
use linli_server::declared;
use serde_json::{Value, json};

use crate::world::{On, World, new_id};

fn real(path: &str) -> String {
    path.replace("{id}", &new_id().to_string()).replace("{code}", "00000000001Y").replace("{sha256}", &"0".repeat(64))
}

fn is_for_staff(authority: Authority) -> bool {
    matches!(authority, Authority::Staff | Authority::AnyStaff | Authority::Admin)
}

#[tokio::test]
async fn what_is_for_staff_is_closed_to_everybody_else() {
    let world = World::new(On::Sqlite).await;
    let staff: Vec<_> = declared().into_iter().filter(|route| is_for_staff(route.authority)).collect();
    assert!(!staff.is_empty());
    for cookie in ["", "__Host-linli=", "__Host-linli=0000", "other=1"] {
        for route in &staff {
            let request = Request::builder().method(route.method).uri(real(&route.path)).header("cookie", cookie);
            world.send(request.body(Body::empty()).unwrap()).await.is_problem(401, "signed_out", &[]);
        }
    }
    for route in declared() {
        let open = !is_for_staff(route.authority);
        assert!(!(open && route.path.starts_with("/api/v1/desk")), "{} lies open", route.path);
    }
}

/// Who asks: everybody of whom the table may speak, nobody being a stranger.
const CALLERS: [Option<Role>; 6] = [
    None,
    Some(Role::Resident),
    Some(Role::StreetViewer),
    Some(Role::Worker),
    Some(Role::GridManager),
    Some(Role::Admin),
];

#[tokio::test]
async fn every_route_lets_in_whom_the_table_says_and_nobody_else() {
    let world = World::new(On::Sqlite).await;
    let (account, _) = world.resident("A", "13800000001").await;
    let mut staff = std::collections::HashMap::new();
    for role in Role::STAFF {
        staff.insert(role, world.signed_in_as(role.as_str(), &[(role, None)]).await.0);
    }
    for route in declared() {
        for caller in CALLERS {
            // A session of its own, since some routes end it.
            let cookie = match caller {
                None => String::new(),
                Some(Role::Resident) => world.session_of(account).await,
                Some(role) => world.staff_session(staff[&role]).await,
            };
            let request = Request::builder().method(route.method).uri(real(&route.path)).header("cookie", cookie);
            let reply = world.send(request.body(Body::empty()).unwrap()).await;
            let refused = match (route.authority, caller) {
                (Authority::Anyone, _) => None,
                (Authority::Device, _) | (_, None) => Some("signed_out"),
                (authority, Some(role)) => (!authority.roles().contains(&role)).then_some("forbidden"),
            };
            let code = serde_json::from_slice::<Value>(&reply.bytes).ok().map(|body| body["code"].clone());
            let told = code.as_ref().and_then(Value::as_str).filter(|code| ["signed_out", "forbidden"].contains(code));
            assert_eq!(told, refused, "{} {} by {caller:?}", route.method, route.path);
        }
    }
}

/// A report from the south, with a photo, and what the desk keeps beside it: each is of another grid or of another member of
/// staff for whoever is in the north.
#[tokio::test]
async fn what_is_of_another_grid_or_of_another_member_of_staff_nobody_sees() {
    let world = World::new(On::Sqlite).await;
    world.grids().await;
    let photo = crate::photos::jpeg();
    assert_eq!(world.keep(&photo).await.status, 201);
    let hash = crate::photos::hash(&photo);
    let mut said = crate::world::with(&crate::world::report(), "/description", "Canarina fell");
    said["place"] = json!({"estate": "estate", "building": "south", "words": ""});
    said["photos"] = json!([hash]);
    let record = new_id();
    let put = world.put(&crate::world::path("reports", record), &said).await;
    assert_eq!(put.status, 201, "{}", put.text());
    let (account, _) = world.resident("Canarina", "13911112222").await;
    world.settle(account, "south").await;
    let (_, south) = world.signed_in_as("south", &[(Role::Worker, Some("south"))]).await;
    let acting = json!({"name": "Canarina", "phone": "13911112222", "via": "telephone"});
    let acting = world.write_as("POST", "/api/v1/desk/acting", &acting, &south).await.json();
    let id = acting["id"].as_str().unwrap();
    let seen = world.get_as(&crate::world::path("desk/submissions", record), &south).await;
    assert_eq!((seen.status.as_u16(), &seen.json()["grid"]), (200, &json!("south")));
    assert_eq!(world.get_as(&format!("/api/v1/desk/photos/{hash}"), &south).await.status, 200);

    for role in [Role::Worker, Role::GridManager, Role::StreetViewer] {
        let (_, north) = world.signed_in_as(&format!("north {role:?}"), &[(role, Some("north"))]).await;
        let bodies = [
            json!({}),
            json!({"kind": "report", "id": new_id(), "body": crate::world::report()}),
            json!({"account": account, "via": "telephone"}),
            json!({"q": "Canarina"}),
        ];
        for route in declared().into_iter().filter(|route| is_for_staff(route.authority)) {
            for thing in [&*record.to_string(), id, &*account.to_string()] {
                let path = route.path.replace("{id}", thing).replace("{sha256}", &hash);
                for body in &bodies {
                    let reply = world.write_as(route.method, &path, body, &north).await;
                    let (text, shown) = (reply.text(), reply.header("content-type") == "image/jpeg");
                    let known = text.contains("Canarina") || text.contains("13911112222") || shown;
                    assert!(!known, "{} {path} by {role:?} tells {text}", route.method);
                    let one = route.path.contains('{');
                    assert!(!(one && reply.status.is_success()), "{} {path} by {role:?}", route.method);
                }
            }
        }
    }
    let code = format!("/api/v1/desk/accounts/{account}/pin-codes");
    assert_eq!(world.write_as("POST", &code, &json!({}), &south).await.status, 201, "who sees them prints a code");
    let still = world.get_as(&format!("/api/v1/desk/acting/{id}"), &south).await.json();
    assert_eq!(still["over"], false, "and nobody ended it");
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
    for route in declared().into_iter().filter(|route| !is_for_staff(route.authority)) {
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
async fn every_operation_has_a_name_of_its_own_and_every_link_leads_to_one() {
    let world = World::new(On::Sqlite).await;
    let document = world.get("/api/openapi.json").await.json();
    let operations: Vec<&Value> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .filter(|operation| operation.get("responses").is_some())
        .collect();
    let mut names: Vec<&str> = operations.iter().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    let answers = operations.iter().flat_map(|operation| operation["responses"].as_object().unwrap().values());
    let links: Vec<&Value> = answers
        .filter_map(|answer| answer.get("links"))
        .flat_map(|links| links.as_object().unwrap().values())
        .collect();
    assert!(!links.is_empty());
    for link in links {
        assert!(names.contains(&link["operationId"].as_str().unwrap()), "{link}");
    }
    let roles = document["components"]["schemas"]["SignUpRole"].to_string();
    assert!(roles.contains("volunteer"), "two types of one name hide each other: {roles}");
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
                let kind = reply.header("content-type").split(';').next().unwrap_or_default();
                let kinds = &told[status.to_string()]["content"];
                let as_told = if reply.bytes.is_empty() { kinds.is_null() } else { kinds.get(kind).is_some() };
                assert!(as_told, "{} {path}: {status} as {kind:?}, told as {kinds}", route.method);
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
