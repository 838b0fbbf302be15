//! What a shared tablet sealed: opened with the newest key and with earlier ones, taken in like any other, once.

use linli_domain::sealed::{KEY, seal};
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{World, check_in, new_id, path};

fn sealed(public_key: &str, id: linli_domain::RecordId, body: &Value) -> Value {
    let contents = json!({"kind": "check_in", "body": body}).to_string();
    let random: [u8; KEY] = std::array::from_fn(|_| getrandom::u32().unwrap().to_le_bytes()[0]);
    let body = seal(public_key, id, contents.as_bytes(), random).unwrap();
    json!({"kind": "sealed", "id": id, "body": body})
}

async fn public_key(world: &World) -> String {
    world.get("/api/v1/public").await.json()["seal"]["public_key"].as_str().unwrap().to_owned()
}

async fn post(world: &World, items: &[&Value]) -> Vec<Value> {
    let reply = world.post("/api/v1/outbox", &json!({"items": items})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["items"].as_array().unwrap().clone()
}

on_both! {
    async fn a_sealed_item_is_the_item_inside_and_is_stored_once(world: World) {
        let (id, body) = (new_id(), check_in());
        let item = sealed(&public_key(&world).await, id, &body);
        assert_eq!(post(&world, &[&item]).await[0]["status"], 201);
        assert_eq!(post(&world, &[&item]).await[0]["status"], 200);
        assert_eq!(world.put(&path("check-ins", id), &body).await.status, 200, "the same body in clear is the same");
        let again = post(&world, &[&sealed(&public_key(&world).await, id, &body)]).await;
        assert_eq!(again[0]["status"], 200, "and so is the same body sealed anew");
    }

    async fn what_was_sealed_to_an_earlier_key_is_opened_for_ever(world: World) {
        let before = public_key(&world).await;
        let item = sealed(&before, new_id(), &check_in());
        world.database.renew_seal_keys().await.unwrap();
        world.store.refresh().await.unwrap();
        let after = public_key(&world).await;
        assert_ne!(after, before);
        let newer = sealed(&after, new_id(), &check_in());
        let statuses: Vec<_> = post(&world, &[&item, &newer]).await.iter().map(|item| item["status"].clone()).collect();
        assert_eq!(statuses, [201, 201]);
    }

    async fn what_cannot_be_opened_harms_nothing_else(world: World) {
        let key = public_key(&world).await;
        let good = sealed(&key, new_id(), &check_in());
        let stranger = linli_domain::sealed::KeyPair::new([9; KEY]).public_text();
        let unknown = sealed(&stranger, new_id(), &check_in());
        let mut moved = sealed(&key, new_id(), &check_in());
        moved["id"] = json!(new_id());
        let answers = post(&world, &[
            &unknown,
            &moved,
            &json!({"kind": "sealed", "id": new_id(), "body": "AAAA"}),
            &json!({"kind": "sealed", "id": new_id(), "body": {}}),
            &good,
        ]).await;
        let codes: Vec<_> = answers.iter().map(|item| item["problem"]["fields"][0]["code"].as_str()).collect();
        assert_eq!(codes, [Some("cannot_be_opened"), Some("cannot_be_opened"), Some("malformed"), Some("wrong_type"), None]);
        assert_eq!(answers[4]["status"], 201);
    }
}
