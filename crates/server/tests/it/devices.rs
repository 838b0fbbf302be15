//! Shared tablets: paired by a code, given less, told of at the desk, and revoked without losing what is sealed on them.

use linli_domain::RecordId;
use linli_domain::sealed::seal;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{On, PASSWORD, PIN, Reply, World, check_in, new_id, path, report, with};

fn wanted() -> Value {
    json!({"name": "活动室一号", "room": "二楼活动室", "keeper": "李管", "phone": "0755-00000031"})
}

async fn code(world: &World, cookie: &str, body: &Value) -> String {
    let reply = world.write_as("POST", "/api/v1/desk/devices", body, cookie).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["code"].as_str().unwrap().to_owned()
}

async fn pair(world: &World, code: &str) -> Reply {
    world.post("/api/v1/device/pair", &json!({"code": code})).await
}

pub async fn paired(world: &World, cookie: &str) -> String {
    let reply = pair(world, &code(world, cookie, &wanted()).await).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(reply.header("set-cookie").ends_with("Secure; HttpOnly; SameSite=Strict"));
    reply.header("set-cookie").split(';').next().unwrap().to_owned()
}

async fn device(world: &World, cookie: &str) -> Value {
    world.get_as("/api/v1/desk/devices", cookie).await.json()["items"][0].clone()
}

on_both! {
    async fn a_code_pairs_one_tablet_once_and_the_desk_sees_how_it_stands(world: World) {
        let cookie = world.admin().await;
        let code = code(&world, &cookie, &wanted()).await;
        assert_eq!(device(&world, &cookie).await["state"], "awaited");
        let reply = pair(&world, &code.replace(' ', "")).await;
        assert_eq!(reply.json(), json!({"name": "活动室一号", "room": "二楼活动室"}));
        let tablet = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        pair(&world, &code).await.is_problem(422, "invalid", &[("/code", "unknown_pairing_code")]);
        let contact = json!({"unsent": 2, "refused": 0, "waiting_minutes": 2000});
        let told = world.write_as("POST", "/api/v1/device/contact", &contact, &tablet).await;
        assert_eq!(told.status, 200, "{}", told.text());
        let seen = device(&world, &cookie).await;
        assert_eq!((&seen["state"], &seen["unsent"], &seen["worry"]), (&json!("paired"), &json!(2), &json!("unsent")));
        assert!(seen["last_contact"].is_string());
        let id = seen["id"].as_str().unwrap();
        assert_eq!((world.audited("device.name", id).await, world.audited("device.pair", id).await), (1, 1));
    }

    async fn a_paired_tablet_is_given_less_and_signs_nobody_in(world: World) {
        let cookie = world.admin().await;
        let tablet = paired(&world, &cookie).await;
        let (_, resident) = world.resident("A", "13800000001").await;
        let both = [resident.as_str(), "; ", &tablet].concat();
        assert_eq!(world.get_as("/api/v1/me", &resident).await.status, 200);
        world.get_as("/api/v1/me", &both).await.is_problem(401, "signed_out", &[]);
        world.get_as("/api/v1/desk/places", &[&cookie, "; ", &tablet].concat()).await.is_problem(401, "signed_out", &[]);
        for body in [json!({"phone": "13800000001", "pin": PIN}), json!({"name": "admin", "password": PASSWORD})] {
            world.write_as("POST", "/api/v1/session", &body, &tablet).await.is_problem(403, "forbidden", &[]);
        }
        let slip = json!({"code": "00000000001Y", "pin": "920473"});
        world.write_as("PUT", "/api/v1/accounts/pin", &slip, &tablet).await.is_problem(403, "forbidden", &[]);
        let public = world.get_as("/api/v1/public", &tablet).await.json();
        assert!(public["kinds"].is_object() && public.get("grids").is_none());
        assert!(world.get("/api/v1/public").await.json()["grids"].is_array());

        let body = with(&report(), "/channel", "phone");
        let id = new_id();
        assert_eq!(world.write_as("PUT", &path("reports", id), &body, &both).await.status, 201);
        let seen = world.get_as(&format!("/api/v1/desk/submissions/{id}"), &cookie).await.json();
        assert_eq!(seen["channel"], "kiosk");
        assert_eq!(world.get_as("/api/v1/me/records", &resident).await.json()["items"], json!([]));
        let receipt = format!("/api/v1/receipts/{}", body["receipt"].as_str().unwrap());
        assert!(world.get(&receipt).await.json()["title"].is_string());
        let state = world.get_as(&receipt, &tablet).await.json();
        assert!(state["state"] == "received" && state.get("title").is_none(), "{state}");
    }

    async fn a_revoked_tablet_is_refused_and_still_gets_rid_of_what_is_sealed(world: World) {
        let cookie = world.admin().await;
        let tablet = paired(&world, &cookie).await;
        let id = device(&world, &cookie).await["id"].as_str().unwrap().to_owned();
        let revoke = world.write_as("DELETE", &format!("/api/v1/desk/devices/{id}"), &json!({}), &cookie).await;
        assert_eq!(revoke.status, 204, "{}", revoke.text());
        assert_eq!(device(&world, &cookie).await["state"], "revoked");
        let contact = world.write_as("POST", "/api/v1/device/contact", &json!({}), &tablet).await;
        contact.is_problem(401, "signed_out", &[]);
        let key = world.get("/api/v1/public").await.json()["seal"]["public_key"].as_str().unwrap().to_owned();
        let (record, contents): (RecordId, _) = (new_id(), json!({"kind": "check_in", "body": check_in()}));
        let sealed = seal(&key, record, contents.to_string().as_bytes(), [7; 32]).unwrap();
        let outbox = json!({"items": [{"kind": "sealed", "id": record, "body": sealed}]});
        let reply = world.write_as("POST", "/api/v1/outbox", &outbox, &tablet).await.json();
        assert_eq!(reply["items"][0]["status"], 201, "{reply}");
        let missing = world.write_as("DELETE", &format!("/api/v1/desk/devices/{}", new_id()), &json!({}), &cookie).await;
        missing.is_problem(404, "not_found", &[]);
        let again = code(&world, &cookie, &with(&wanted(), "/id", id.as_str())).await;
        assert_eq!(pair(&world, &again).await.status, 200, "and may be paired anew");
        assert_eq!(device(&world, &cookie).await["state"], "paired");
    }
}

#[tokio::test]
async fn pairing_codes_are_not_guessed_without_end() {
    let world = World::new(On::Sqlite).await;
    let cookie = world.admin().await;
    let code = code(&world, &cookie, &wanted()).await;
    pair(&world, "").await.is_problem(422, "invalid", &[("/code", "required")]);
    pair(&world, "12").await.is_problem(422, "invalid", &[("/code", "malformed")]);
    let other = if code == "0000 0000" { "0000 0001" } else { "0000 0000" };
    for _ in 0..10 {
        pair(&world, other).await.is_problem(422, "invalid", &[("/code", "unknown_pairing_code")]);
    }
    pair(&world, &code).await.is_problem(429, "too_many_requests", &[]);
}

#[tokio::test]
async fn no_name_that_is_guessed_at_keeps_a_tablet_from_being_paired() {
    let world = World::new(On::Sqlite).await;
    let cookie = world.admin().await;
    for _ in 0..10 {
        let body = json!({"name": "pairing 127.0.0.1", "password": "wrong horse"});
        world.post("/api/v1/session", &body).await.is_problem(401, "wrong_credentials", &[]);
    }
    paired(&world, &cookie).await;
}

#[tokio::test]
async fn what_cannot_be_a_tablet_is_said_by_field() {
    let world = World::new(On::Sqlite).await;
    let cookie = world.admin().await;
    world.write_as("POST", "/api/v1/desk/devices", &json!({}), &cookie).await.is_problem(
        422,
        "invalid",
        &[("/name", "required"), ("/keeper", "required"), ("/phone", "required")],
    );
}
