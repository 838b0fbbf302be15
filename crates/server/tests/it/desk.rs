//! Staff: signing in and out, and what only they see.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{On, PASSWORD, World, check_in, new_id, path, report};

on_both! {
    async fn a_session_begins_and_ends(world: World) {
        let cookie = world.signed_in().await;
        assert_eq!(world.get_as("/api/v1/me", &cookie).await.json()["name"], "worker");
        let close = Request::delete("/api/v1/session").header("cookie", &cookie).body(Body::empty()).unwrap();
        let closed = world.send(close).await;
        assert_eq!(closed.status, 204);
        assert!(closed.header("set-cookie").contains("Max-Age=0"));
        world.get_as("/api/v1/me", &cookie).await.is_problem(401, "signed_out", &[]);
    }

    async fn staff_see_what_arrived_newest_first_by_pages(world: World) {
        let cookie = world.signed_in().await;
        for _ in 0..30 {
            world.put(&path("reports", new_id()), &report()).await;
            world.put(&path("check-ins", new_id()), &check_in()).await;
        }
        let list = async |query: &str| world.get_as(&format!("/api/v1/desk/submissions?{query}"), &cookie).await;
        let first = list("").await.json();
        let second = list(&format!("cursor={}", first["next"].as_str().unwrap())).await.json();
        let sequences: Vec<_> = [&first, &second]
            .into_iter()
            .flat_map(|page| page["items"].as_array().unwrap())
            .map(|item| item["sequence"].as_i64().unwrap())
            .collect();
        assert_eq!(sequences, (1..=60).rev().collect::<Vec<_>>());
        assert_eq!(second["next"], Value::Null);
        let check_ins = list("kind=check_in").await.json();
        assert_eq!(check_ins["items"].as_array().unwrap().len(), 30);
        assert!(check_ins["items"][0]["body"].get("systolic").is_none(), "a list shows no health value");
        list("kind=dragon").await.is_problem(422, "invalid", &[("/kind", "unknown_kind")]);
        list("cursor=x").await.is_problem(422, "invalid", &[("/cursor", "malformed")]);
    }

    async fn no_look_at_a_check_in_goes_without_its_trace(world: World) {
        let cookie = world.signed_in().await;
        let id = new_id();
        world.put(&path("check-ins", id), &check_in()).await;
        world.execute("ALTER TABLE audit RENAME TO lost").await;
        let mut looking = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (world, cookie) = (world.clone(), cookie.clone());
            looking.spawn(async move { world.get_as(&path("desk/submissions", id), &cookie).await });
        }
        for reply in looking.join_all().await {
            reply.is_problem(500, "internal", &[]);
        }
    }

    async fn a_look_at_a_check_in_leaves_a_trace(world: World) {
        let cookie = world.signed_in().await;
        let id = new_id();
        world.put(&path("check-ins", id), &check_in()).await;
        let looks = async || world.audited("check_in.look", &id.to_string()).await;
        assert_eq!(looks().await, 0);
        let detail = world.get_as(&path("desk/submissions", id), &cookie).await.json();
        assert_eq!(detail["body"]["systolic"], 128);
        assert_eq!(looks().await, 1);
        world.get_as(&path("desk/submissions", new_id()), &cookie).await.is_problem(404, "not_found", &[]);
    }
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let world = World::new(On::Sqlite).await;
    world.add_staff("worker").await;
    let reply = world.post("/api/v1/session", &json!({"name": "worker", "password": PASSWORD})).await;
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("__Host-linli="), "{cookie}");
    for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn wrong_credentials_are_refused_alike_and_not_without_end() {
    let world = World::new(On::Sqlite).await;
    world.add_staff("worker").await;
    let try_as = async |name: &str, password: &str| {
        world.post("/api/v1/session", &json!({"name": name, "password": password})).await
    };
    try_as("nobody", PASSWORD).await.is_problem(401, "wrong_credentials", &[]);
    try_as("a\0b", PASSWORD).await.is_problem(422, "invalid", &[("/name", "malformed")]);
    try_as(&"a".repeat(201), PASSWORD).await.is_problem(422, "invalid", &[("/name", "too_long")]);
    try_as("", PASSWORD).await.is_problem(422, "invalid", &[("/name", "required")]);
    try_as("worker", "").await.is_problem(422, "invalid", &[("/password", "required")]);
    world.post("/api/v1/session", &json!({"name": 7})).await.is_problem(422, "invalid", &[("/name", "wrong_type")]);
    assert_eq!(try_as("worker", PASSWORD).await.status, 200);
    for _ in 0..10 {
        try_as("worker", "wrong").await.is_problem(401, "wrong_credentials", &[]);
    }
    let refused = try_as("worker", PASSWORD).await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    try_as("nobody", PASSWORD).await.is_problem(401, "wrong_credentials", &[]);
}
