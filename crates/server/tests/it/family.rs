//! Whom an account acts for, what was agreed to for them, what is put right, and the cards that lead to them.

use linli_domain::card::{CardId, CardNumber};
use linli_domain::{Problem, ProblemCode};
use linli_server::store::{FamilyDeed, Outcome, Task};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{On, PIN, Reply, World, check_in, endless, new_id, path, report, sign_up, with};

const CARDS: &str = "/api/v1/me/cards";

async fn family(world: &World, cookie: &str) -> Vec<Value> {
    let reply = world.get_as("/api/v1/me/family", cookie).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["members"].as_array().unwrap().clone()
}

async fn oneself(world: &World, cookie: &str) -> Value {
    family(world, cookie).await[0]["id"].clone()
}

fn text(id: &Value) -> &str {
    id.as_str().unwrap()
}

/// Adds somebody; the id.
async fn add(world: &World, cookie: &str, name: &str, more: Value) -> Value {
    let id = new_id().to_string();
    let mut body = json!({"name": name, "relation": "parent"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let reply = world.write_as("PUT", &format!("/api/v1/me/family/{id}"), &body, cookie).await;
    assert_eq!(reply.status, 204, "{}", reply.text());
    json!(id)
}

fn young() -> Value {
    let born = (crate::world::now() - chrono::TimeDelta::days(3000)).date_naive();
    json!({"relation": "child", "born": born})
}

fn health_of(id: &Value) -> Value {
    with(&check_in(), "/person", json!({"id": id}))
}

async fn send(world: &World, kind: &str, body: &Value, cookie: &str) -> Reply {
    world.write_as("PUT", &path(kind, new_id()), body, cookie).await
}

async fn records(world: &World, cookie: &str) -> Vec<Value> {
    world.get_as("/api/v1/me/records", cookie).await.json()["items"].as_array().unwrap().clone()
}

async fn consent(world: &World, method: &str, id: &Value, body: Value, cookie: &str) -> Reply {
    world.write_as(method, &format!("/api/v1/me/consents/{}", text(id)), &body, cookie).await
}

/// No health value without the consent that stood when it came.
async fn every_check_in_has_its_consent(world: &World) -> bool {
    let connection = world.connection().await;
    let sql = "SELECT count(*) FROM submission s WHERE s.kind = 'check_in' AND s.state <> 'deleted' AND NOT EXISTS \
        (SELECT 1 FROM consent c WHERE c.community_id = s.community_id AND c.subject = 'health' AND c.given \
        AND c.version = '2026-11' AND c.at <= s.received_at \
        AND (c.submission_id = s.id OR c.person_id = s.person_id))";
    let sql = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
    let without: i64 = connection.query_one_raw(sql).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    connection.close().await.unwrap();
    without == 0
}

on_both! {
    async fn somebody_is_added_put_right_and_removed(world: World) {
        let (_, mine) = world.resident("A", "13800000001").await;
        let (_, theirs) = world.resident("B", "13800000002").await;
        let mother = add(&world, &mine, "Mother", json!({"phone": "+86 138 0000 0003"})).await;
        let at = format!("/api/v1/me/family/{}", text(&mother));
        let members = family(&world, &mine).await;
        assert_eq!((&members[0]["relation"], &members[0]["name"]), (&json!("oneself"), &json!("A")));
        assert_eq!((&members[1]["id"], &members[1]["phone"]), (&mother, &json!("13800000003")));
        let right = json!({"name": "Mama", "relation": "parent"});
        assert_eq!(world.write_as("PUT", &at, &right, &mine).await.status, 204);
        assert_eq!(family(&world, &mine).await[1]["name"], "Mama");
        world.write_as("PUT", &at, &right, &theirs).await.is_problem(409, "id_taken", &[]);
        let own = format!("/api/v1/me/family/{}", text(&members[0]["id"]));
        world.write_as("PUT", &own, &right, &mine).await.is_problem(409, "id_taken", &[]);
        assert_eq!(world.write_as("DELETE", &at, &json!({}), &theirs).await.status, 204);
        assert_eq!(family(&world, &mine).await.len(), 2, "nobody removes another's");

        let kept = send(&world, "reports", &with(&report(), "/on_behalf_of", json!({"id": mother, "name": "Mama", "phone": ""})), &mine).await;
        assert_eq!(kept.status, 201, "{}", kept.text());
        assert_eq!(records(&world, &mine).await[0]["person"]["name"], "Mama");
        assert_eq!(world.write_as("DELETE", &at, &json!({}), &mine).await.status, 204);
        assert_eq!(family(&world, &mine).await.len(), 1);
        let left = records(&world, &mine).await;
        assert_eq!(left[0]["body"]["on_behalf_of"]["name"], "Mama", "what was submitted stays with its record");
        assert_eq!(world.audited("family.remove", text(&mother)).await, 1);
    }

    async fn an_act_says_who_did_it_and_for_whom(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        let (other, theirs) = world.resident("B", "13800000002").await;
        let mother = add(&world, &mine, "Mother", json!({})).await;
        assert_eq!(send(&world, "check-ins", &health_of(&mother), &mine).await.status, 201);
        assert_eq!(send(&world, "check-ins", &health_of(&json!(account)), &mine).await.status, 201);
        assert_eq!(send(&world, "check-ins", &health_of(&oneself(&world, &mine).await), &mine).await.status, 201);
        let place = with(&sign_up(endless()), "/on_behalf_of", json!({"id": mother, "name": "Mother", "phone": ""}));
        assert_eq!(send(&world, "sign-ups", &place, &mine).await.status, 201);
        assert_eq!(send(&world, "sign-ups", &sign_up(endless()), &mine).await.status, 201);
        let whose: Vec<_> = records(&world, &mine).await.iter().map(|record| record["person"]["name"].clone()).collect();
        assert_eq!(whose, ["Mother", "A", "A", "Mother", "A"]);
        for (cookie, id) in [(&*theirs, &mother), ("", &mother), (&*mine, &json!(new_id())), (&*mine, &json!(other))] {
            let unknown = [("/person/id", "unknown_person")];
            send(&world, "check-ins", &health_of(id), cookie).await.is_problem(422, "invalid", &unknown);
        }
        let of_another = [("/on_behalf_of/id", "unknown_person")];
        let place = with(&place, "/receipt", crate::world::new_receipt());
        send(&world, "sign-ups", &place, &theirs).await.is_problem(422, "invalid", &of_another);
        // An ended session holds nothing up.
        assert_eq!(send(&world, "sign-ups", &place, "").await.status, 201);
        assert_eq!(records(&world, &theirs).await.len(), 0);
    }

    async fn health_values_are_kept_with_consent_only(world: World) {
        let (_, mine) = world.resident("A", "13800000001").await;
        let mother = add(&world, &mine, "Mother", json!({})).await;
        let me = oneself(&world, &mine).await;
        assert_eq!(send(&world, "check-ins", &check_in(), "").await.status, 201, "a guest's carries it");
        for (consent, code) in [("", "required"), ("2025-01", "unknown_consent")] {
            let body = with(&check_in(), "/consent", consent);
            send(&world, "check-ins", &body, "").await.is_problem(422, "invalid", &[("/consent", code)]);
        }
        for _ in 0..2 {
            assert_eq!(send(&world, "check-ins", &health_of(&mother), &mine).await.status, 201);
        }
        let said = world.get_as("/api/v1/me/consents", &mine).await.json()["items"].clone();
        assert_eq!(said.as_array().unwrap().len(), 1, "once per person: {said}");
        assert_eq!((&said[0]["person"], &said[0]["version"], &said[0]["given"]), (&mother, &json!("2026-11"), &json!(true)));

        assert_eq!(consent(&world, "DELETE", &mother, json!({}), &mine).await.status, 204);
        let withdrawn = [("/consent", "consent_withdrawn")];
        send(&world, "check-ins", &health_of(&mother), &mine).await.is_problem(422, "invalid", &withdrawn);
        assert_eq!(send(&world, "check-ins", &health_of(&me), &mine).await.status, 201, "the others' stands");
        consent(&world, "PUT", &mother, json!({"consent": "2025-01"}), &mine).await
            .is_problem(422, "invalid", &[("/consent", "unknown_consent")]);
        assert_eq!(consent(&world, "PUT", &mother, json!({"consent": "2026-11"}), &mine).await.status, 204);
        assert_eq!(consent(&world, "PUT", &mother, json!({"consent": "2026-11"}), &mine).await.status, 204);
        assert_eq!(send(&world, "check-ins", &health_of(&mother), &mine).await.status, 201);
        let said = world.get_as("/api/v1/me/consents", &mine).await.json()["items"].as_array().unwrap().clone();
        let of_mother: Vec<_> = said.iter().filter(|line| line["person"] == mother).map(|line| line["given"].clone()).collect();
        assert_eq!(of_mother, [true, false, true], "newest first, and nothing is written over");
        let (_, theirs) = world.resident("B", "13800000002").await;
        for method in ["PUT", "DELETE"] {
            consent(&world, method, &mother, json!({"consent": "2026-11"}), &theirs).await.is_problem(404, "not_found", &[]);
        }
        assert!(every_check_in_has_its_consent(&world).await);
        world.execute("DELETE FROM consent").await;
        assert!(!every_check_in_has_its_consent(&world).await, "the question finds what lacks it");
    }

    async fn for_a_child_its_guardian_agrees(world: World) {
        let (_, mine) = world.resident("A", "13800000001").await;
        let child = add(&world, &mine, "Child", young()).await;
        let needed = [("/guardian_consent", "consent_needed")];
        send(&world, "check-ins", &health_of(&child), &mine).await.is_problem(422, "invalid", &needed);
        consent(&world, "PUT", &child, json!({"consent": "2026-11"}), &mine).await.is_problem(422, "invalid", &needed);
        let agreed = with(&health_of(&child), "/guardian_consent", true);
        assert_eq!(send(&world, "check-ins", &agreed, &mine).await.status, 201);
        assert_eq!(send(&world, "check-ins", &health_of(&child), &mine).await.status, 201, "once is enough");
        let place = with(&sign_up(endless()), "/on_behalf_of", json!({"id": child, "name": "Child", "phone": ""}));
        send(&world, "sign-ups", &place, &mine).await.is_problem(422, "invalid", &[("/guardian/consent", "consent_needed")]);
        let place = with(&place, "/guardian", json!({"name": "A", "phone": "13800000001", "consent": true}));
        assert_eq!(send(&world, "sign-ups", &place, &mine).await.status, 201);
        let said = world.get_as("/api/v1/me/consents", &mine).await.json()["items"].as_array().unwrap().clone();
        let subjects: Vec<_> = said.iter().map(|line| (&line["subject"], &line["guardian"])).collect();
        assert_eq!(subjects, [(&json!("activity"), &json!(true)), (&json!("health"), &json!(true))]);
    }

    async fn a_card_leads_to_its_holder_and_tells_nothing(world: World) {
        let (_, mine) = world.resident("A", "13800000001").await;
        let (_, theirs) = world.resident("B", "13800000002").await;
        let mother = add(&world, &mine, "Mother", json!({})).await;
        let at = format!("{CARDS}/{}", text(&mother));
        world.get_as(&at, &mine).await.is_problem(404, "not_found", &[]);
        let first = world.write_as("POST", &at, &json!({}), &mine).await;
        assert_eq!(first.status, 201, "{}", first.text());
        let first = first.json();
        assert_eq!(world.get_as(&at, &mine).await.json(), first);
        world.write_as("POST", &at, &json!({}), &theirs).await.is_problem(404, "not_found", &[]);
        let by = |card: &Value| with(&with(&check_in(), "/person", json!({"card": card})), "/channel", "kiosk");
        let sent = send(&world, "check-ins", &by(&first["number"]), "").await;
        assert_eq!(sent.status, 201);
        assert!(!sent.text().contains("Mother"), "the tablet learns nothing");
        assert_eq!(records(&world, &mine).await[0]["person"]["name"], "Mother");
        let staff = world.signed_in().await;
        let look = async |card: &Value| world.write_as("POST", "/api/v1/desk/cards", &json!({"card": card}), &staff).await;
        for mark in [&first["number"], &first["code"]] {
            let holder = look(mark).await.json();
            assert_eq!((&holder["name"], &holder["phone"]), (&json!("Mother"), &json!("13800000001")));
        }
        assert_eq!(world.audited("card.look", text(&mother)).await, 2);

        let second = world.write_as("POST", &at, &json!({}), &mine).await.json();
        assert_ne!(second["number"], first["number"]);
        look(&first["number"]).await.is_problem(404, "not_found", &[]);
        // Kept all the same, with its number, for staff to find out.
        assert_eq!(send(&world, "check-ins", &by(&first["number"]), "").await.status, 201);
        assert_eq!(records(&world, &mine).await.len(), 1);
        assert_eq!(send(&world, "check-ins", &by(&second["code"]), "").await.status, 201);
        assert_eq!(records(&world, &mine).await.len(), 2);
        let number = text(&second["number"]);
        let last = u32::from(number.as_bytes()[6] - b'0');
        let wrong = json!(format!("{}{}", &number[..6], (last + 1) % 10));
        let bad = [("/person/card", "bad_check_character")];
        send(&world, "check-ins", &by(&wrong), "").await.is_problem(422, "invalid", &bad);
        look(&wrong).await.is_problem(422, "invalid", &[("/card", "bad_check_character")]);
        // Taken back before the tablet's was made: refused; agreed to on the tablet since: taken.
        assert_eq!(consent(&world, "DELETE", &mother, json!({}), &mine).await.status, 204);
        send(&world, "check-ins", &by(&second["number"]), "").await.is_problem(422, "invalid", &[("/consent", "consent_withdrawn")]);
        let anew = with(&by(&second["number"]), "/made_at", (crate::world::now() + chrono::TimeDelta::minutes(1)).to_rfc3339());
        assert_eq!(send(&world, "check-ins", &anew, "").await.status, 201);
        assert!(every_check_in_has_its_consent(&world).await);
    }

    async fn whoever_was_removed_is_nobody_elses(world: World) {
        let (_, mine) = world.resident("A", "13800000001").await;
        let (_, theirs) = world.resident("B", "13800000002").await;
        let (measured, reported) = (add(&world, &mine, "Mother", json!({})).await, add(&world, &mine, "Father", json!({})).await);
        assert_eq!(send(&world, "check-ins", &health_of(&measured), &mine).await.status, 201);
        let behalf = with(&report(), "/on_behalf_of", json!({"id": reported, "name": "Father", "phone": ""}));
        assert_eq!(send(&world, "reports", &behalf, &mine).await.status, 201);
        let wanted = json!({"name": "x", "relation": "parent"});
        for id in [&measured, &reported] {
            let at = format!("/api/v1/me/family/{}", text(id));
            assert_eq!(world.write_as("DELETE", &at, &json!({}), &mine).await.status, 204);
            world.write_as("PUT", &at, &wanted, &theirs).await.is_problem(409, "id_taken", &[]);
            assert_eq!(world.write_as("PUT", &at, &wanted, &mine).await.status, 204, "but again one's own");
        }
        let consents = world.get_as("/api/v1/me/consents", &theirs).await.json();
        assert_eq!(consents["items"], json!([]));
    }

    async fn nobody_uses_all_numbers_up(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        let me = oneself(&world, &mine).await;
        let at = format!("{CARDS}/{}", text(&me));
        let make = async || world.write_as("POST", &at, &json!({}), &mine).await;
        let mut last = Value::Null;
        for _ in 0..5 {
            let card = make().await;
            assert_eq!(card.status, 201, "{}", card.text());
            last = card.json();
        }
        let refused = make().await;
        refused.is_problem(429, "too_many_requests", &[]);
        assert_eq!(refused.header("retry-after"), "3600");
        assert_eq!(world.get_as(&at, &mine).await.json(), last, "the last one leads there");
        world.execute("UPDATE card SET since = since - 86400000").await;
        // None of those drawn is free: refused, and what shares its transaction is written.
        let number: u32 = text(&last["number"])[..6].parse().unwrap();
        let (person, id) = (text(&me).parse().unwrap(), CardId(uuid::Uuid::nil()));
        let (numbers, at) = (vec![CardNumber::new(number)], world.store.now());
        assert_eq!(numbers[0].to_string(), text(&last["number"]));
        let card = Task::Family(FamilyDeed::NewCard { account, person, numbers, id, at });
        let full = Outcome::Refused(Problem::new(ProblemCode::Unavailable));
        assert_eq!(world.store.write(vec![Task::Probe, card]).await.unwrap(), [Outcome::Done, full]);
        assert_eq!(make().await.status, 201, "on another day");
    }

    async fn one_puts_oneself_right(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        world.resident("B", "13800000002").await;
        let other = world.session_of(account).await;
        let put = async |at: &str, body: Value| world.write_as("PUT", at, &body, &mine).await;
        let me = "/api/v1/me";
        put(me, json!({"name": "", "phone": "1", "pin": ""})).await.is_problem(422, "invalid",
            &[("/name", "required"), ("/phone", "malformed"), ("/pin", "required")]);
        put(me, json!({"name": "A", "phone": "13800000002", "pin": PIN})).await
            .is_problem(422, "invalid", &[("/phone", "phone_taken")]);
        put(me, json!({"name": "A", "phone": "13800000003", "pin": "246813"})).await
            .is_problem(401, "wrong_credentials", &[]);
        assert_eq!(put(me, json!({"name": "Ann", "phone": "138 0000 0003", "pin": PIN})).await.status, 204);
        let told = world.get_as(me, &mine).await.json();
        assert_eq!((&told["name"], &told["phone"]), (&json!("Ann"), &json!("13800000003")));
        let sign_in = async |phone: &str, pin: &str| world.post("/api/v1/session", &json!({"phone": phone, "pin": pin})).await.status;
        assert_eq!(sign_in("13800000001", PIN).await, 401);
        assert_eq!(sign_in("13800000003", PIN).await, 200);

        let pin = "/api/v1/me/pin";
        put(pin, json!({"pin": "246813", "new_pin": "482913"})).await.is_problem(401, "wrong_credentials", &[]);
        put(pin, json!({"pin": PIN, "new_pin": "123456"})).await.is_problem(422, "invalid", &[("/new_pin", "easily_guessed")]);
        assert_eq!(put(pin, json!({"pin": PIN, "new_pin": "482913"})).await.status, 204);
        assert_eq!(world.get_as(me, &mine).await.status, 200, "this browser stays signed in");
        world.get_as(me, &other).await.is_problem(401, "signed_out", &[]);
        assert_eq!(sign_in("13800000003", "482913").await, 200);
        for action in ["account.change", "account.pin"] {
            assert_eq!(world.audited(action, &account.to_string()).await, 1, "{action}");
        }
    }

    async fn a_copy_has_the_family_its_cards_and_consents(world: World) {
        let (_, mine) = world.resident("A", "13800000001").await;
        let mother = add(&world, &mine, "Mother", json!({})).await;
        let card = world.write_as("POST", &format!("{CARDS}/{}", text(&mother)), &json!({}), &mine).await.json();
        send(&world, "check-ins", &health_of(&mother), &mine).await;
        let copy = world.get_as("/api/v1/me/export", &mine).await.json();
        assert_eq!(copy["family"][1]["name"], "Mother");
        assert_eq!(copy["cards"][0], card);
        assert_eq!(copy["consents"][0]["person"], mother);
        assert_eq!(copy["records"][0]["person"]["name"], "Mother");
        let page = world.get_as("/api/v1/me/export?format=html&lang=en", &mine).await.text();
        assert!(page.contains("Mother") && page.contains(text(&card["number"])), "{page}");
    }
}

#[tokio::test]
async fn what_somebody_cannot_be_is_said_by_field() {
    let world = World::new(On::Sqlite).await;
    let (_, mine) = world.resident("A", "13800000001").await;
    let put = async |body: Value| world.write_as("PUT", &format!("/api/v1/me/family/{}", new_id()), &body, &mine).await;
    put(json!({"phone": "1"})).await.is_problem(
        422,
        "invalid",
        &[("/name", "required"), ("/relation", "required"), ("/phone", "malformed")],
    );
    put(json!({"name": "x", "relation": "oneself"})).await.is_problem(422, "invalid", &[("/relation", "unknown_kind")]);
    put(json!({"name": "x", "relation": "child", "born": "3000-01-01"})).await.is_problem(
        422,
        "invalid",
        &[("/born", "out_of_range")],
    );
    for _ in 0..20 {
        add(&world, &mine, "x", json!({})).await;
    }
    put(json!({"name": "x", "relation": "parent"})).await.is_problem(422, "invalid", &[("/name", "too_many")]);
}

#[tokio::test]
async fn cards_are_not_found_by_trying() {
    let world = World::new(On::Sqlite).await;
    let staff = world.signed_in().await;
    let look = async || world.write_as("POST", "/api/v1/desk/cards", &json!({"card": "0005724"}), &staff).await;
    for _ in 0..30 {
        look().await.is_problem(404, "not_found", &[]);
    }
    look().await.is_problem(429, "too_many_requests", &[]);
    assert_eq!(world.audited("card.look", "nobody").await, 30);
}
