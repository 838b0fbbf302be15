//! Acting on a resident's behalf, the accounts that staff open, and PINs that residents set by a code.

use chrono::TimeDelta;
use linli_domain::session::Role;
use serde_json::{Value, json};

use crate::forgotten::count;
use crate::on_both;
use crate::world::{On, PIN, Reply, World, check_in, new_id, path, report, with};

const DESK: &str = "/api/v1/desk";

async fn begin(world: &World, body: &Value, cookie: &str) -> String {
    let reply = world.write_as("POST", &format!("{DESK}/acting"), body, cookie).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn search(world: &World, q: &str, cookie: &str) -> Reply {
    world.write_as("POST", &format!("{DESK}/accounts/search"), &json!({"q": q}), cookie).await
}

fn guest() -> Value {
    json!({"name": "阿强", "phone": "13800000007", "via": "telephone"})
}

on_both! {
    async fn what_staff_send_for_an_account_is_its_own_and_says_who_sent_it(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        let (worker, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let id = begin(&world, &json!({"account": account, "via": "paper"}), &staff).await;
        let acting = world.get_as(&format!("{DESK}/acting/{id}"), &staff).await.json();
        assert_eq!((&acting["name"], &acting["phone"], &acting["over"]), (&json!("A"), &json!("13800000001"), &json!(false)));
        assert_eq!(world.audited("acting.begin", &account.to_string()).await, 1);
        let record = new_id();
        let item = json!({"kind": "check_in", "id": record, "body": check_in()});
        let send = async || world.write_as("POST", &format!("{DESK}/acting/{id}/submissions"), &item, &staff).await;
        assert_eq!(send().await.status, 201);
        assert_eq!(send().await.status, 200, "again is the same");
        let own = world.get_as("/api/v1/me/records", &mine).await.json();
        assert_eq!((&own["items"][0]["id"], &own["items"][0]["channel"]), (&json!(record), &json!("desk")));
        let shown = world.get_as(&path("desk/submissions", record), &staff).await.json();
        assert_eq!((&shown["filled_in_by"], &shown["channel"]), (&json!("worker"), &json!("desk")));
        assert_eq!(world.audited("acting.submit", &record.to_string()).await, 1);
        let copy = world.get_as("/api/v1/me/export", &mine).await.json();
        assert_eq!((&copy["acted"][0]["by"], &copy["acted"][0]["via"]), (&json!("worker"), &json!("paper")));
        assert_eq!((&copy["records"][0]["filled_in_by"], &own["items"][0]["filled_in_by"]), (&json!("worker"), &json!("worker")));
        let page = world.get_as("/api/v1/me/export?format=html&lang=en", &mine).await.text();
        assert!(page.contains("worker · Paper") && page.contains("<dt>Filled in by</dt><dd>worker</dd>"), "{page}");
        let line = world.get_as(&format!("{DESK}/audit"), &world.admin().await).await.json();
        let line = line["items"].as_array().unwrap().iter().find(|line| line["action"] == "acting.submit").unwrap().clone();
        assert_eq!(line["actor"], json!(worker));

        assert_eq!(world.write_as("DELETE", &format!("{DESK}/acting/{id}"), &json!({}), &staff).await.status, 204);
        assert_eq!(send().await.status, 200, "what was taken in is answered alike for ever");
        let late = json!({"kind": "report", "id": new_id(), "body": report()});
        let late = world.write_as("POST", &format!("{DESK}/acting/{id}/submissions"), &late, &staff).await;
        late.is_problem(403, "acting_over", &[]);
        assert_eq!(world.audited("acting.end", &account.to_string()).await, 1);
    }

    async fn half_an_hour_is_the_limit_until_it_is_said_once_more(world: World) {
        let (_, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let id = begin(&world, &guest(), &staff).await;
        let item = json!({"kind": "report", "id": new_id(), "body": report()});
        let send = async |item: &Value| {
            world.write_as("POST", &format!("{DESK}/acting/{id}/submissions"), item, &staff).await
        };
        assert_eq!(send(&item).await.status, 201);
        let past = world.store.now().timestamp_millis() - 1;
        world.execute(&format!("UPDATE acting SET expires_at = {past}")).await;
        let late = json!({"kind": "report", "id": new_id(), "body": report()});
        send(&late).await.is_problem(403, "acting_over", &[]);
        assert_eq!(world.get_as(&format!("{DESK}/acting"), &staff).await.json()["items"][0]["over"], true);
        let renewed = world.write_as("PUT", &format!("{DESK}/acting/{id}"), &json!({}), &staff).await;
        assert_eq!((renewed.status.as_u16(), &renewed.json()["over"]), (200, &json!(false)));
        assert_eq!(send(&late).await.status, 201, "nothing was lost");
        assert_eq!(world.audited("acting.renew", &id).await, 1);
        send(&json!({"kind": "x"})).await.is_problem(422, "invalid", &[("/kind", "unknown_kind")]);
        send(&json!({"kind": "report", "id": new_id()})).await.is_problem(422, "invalid", &[("/body", "required")]);
        let wrong = with(&report(), "/description", "");
        let wrong = json!({"kind": "report", "id": new_id(), "body": wrong});
        send(&wrong).await.is_problem(422, "invalid", &[("/description", "required")]);
    }

    async fn nobody_goes_on_acting_for_whom_they_see_no_more(world: World) {
        world.grids().await;
        let (account, _) = world.resident("Canarina", "13911112222").await;
        let (_, north) = world.signed_in_as("worker", &[(Role::Worker, Some("north"))]).await;
        world.settle(account, "north").await;
        let id = begin(&world, &json!({"account": account, "via": "visit"}), &north).await;
        let at = format!("{DESK}/acting/{id}");
        assert_eq!(world.write_as("PUT", &at, &json!({}), &north).await.status, 200);
        world.settle(account, "south").await;
        let item = json!({"kind": "report", "id": new_id(), "body": report()});
        world.get_as(&at, &north).await.is_problem(404, "not_found", &[]);
        world.write_as("PUT", &at, &json!({}), &north).await.is_problem(404, "not_found", &[]);
        let sent = world.write_as("POST", &format!("{at}/submissions"), &item, &north).await;
        sent.is_problem(404, "not_found", &[]);
        assert_eq!(world.get_as(&format!("{DESK}/acting"), &north).await.json()["items"], json!([]));
        assert_eq!(world.audited("acting.renew", &account.to_string()).await, 1);
        assert_eq!(world.write_as("DELETE", &at, &json!({}), &north).await.status, 204, "ending it harms nobody");
    }

    async fn for_whom_somebody_acted_is_known_for_a_day_and_then_forgotten(world: World) {
        let (_, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let id = begin(&world, &guest(), &staff).await;
        let at = format!("{DESK}/acting/{id}");
        assert_eq!(world.store.retire().await.unwrap(), 0);
        assert_eq!(world.get_as(&at, &staff).await.status, 200);
        let yesterday = (world.store.now() - TimeDelta::days(1)).timestamp_millis();
        world.execute(&format!("UPDATE acting SET expires_at = {yesterday}")).await;
        world.get_as(&at, &staff).await.is_problem(404, "not_found", &[]);
        for method in ["PUT", "DELETE"] {
            world.write_as(method, &at, &json!({}), &staff).await.is_problem(404, "not_found", &[]);
        }
        assert_eq!(world.store.retire().await.unwrap(), 1);
        assert_eq!(world.audited("retention.run", "acting 1").await, 1);
        let connection = world.connection().await;
        assert_eq!(count(&connection, "acting").await, 0);
        connection.close().await.unwrap();
    }

    async fn a_code_for_a_pin_that_ended_is_forgotten(world: World) {
        let (account, _) = world.resident("A", "13800000001").await;
        let (_, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        world.write_as("POST", &format!("{DESK}/accounts/{account}/pin-codes"), &json!({}), &staff).await;
        let connection = world.connection().await;
        world.store.retire().await.unwrap();
        assert_eq!(count(&connection, "pin_code").await, 1);
        world.execute("UPDATE pin_code SET expires_at = 1").await;
        world.store.retire().await.unwrap();
        assert_eq!(count(&connection, "pin_code").await, 0);
        connection.close().await.unwrap();
    }

    async fn nobody_acts_for_whom_they_cannot_name(world: World) {
        let (_, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let begin = async |body: Value| world.write_as("POST", &format!("{DESK}/acting"), &body, &staff).await;
        begin(json!({"via": "visit"})).await.is_problem(422, "invalid", &[("/name", "required"), ("/phone", "required")]);
        let unknown = json!({"account": new_id(), "via": "visit"});
        begin(unknown).await.is_problem(422, "invalid", &[("/account", "unknown_person")]);
        begin(json!({"name": "a", "phone": "13800000001", "via": "pigeon"})).await.is_problem(
            422, "invalid", &[("/via", "malformed")],
        );
    }

    async fn staff_open_an_account_and_the_resident_sets_the_pin(world: World) {
        let (_, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let wanted = json!({"name": "阿强", "phone": "138 0000 0007", "place": ""});
        let opened = world.write_as("POST", &format!("{DESK}/accounts"), &wanted, &staff).await;
        assert_eq!(opened.status, 201, "{}", opened.text());
        let opened = opened.json();
        let again = world.write_as("POST", &format!("{DESK}/accounts"), &wanted, &staff).await;
        again.is_problem(422, "invalid", &[("/phone", "phone_taken")]);
        let sign_in = async |pin: &str| world.post("/api/v1/session", &json!({"phone": "13800000007", "pin": pin})).await;
        sign_in(PIN).await.is_problem(401, "wrong_credentials", &[]);
        let found = search(&world, "0007", &staff).await.json();
        assert_eq!((&found["items"][0]["id"], &found["items"][0]["has_pin"]), (&opened["account"]["id"], &json!(false)));
        let code = opened["code"].as_str().unwrap();
        let set = async |code: &str, pin: &str| {
            world.write_as("PUT", "/api/v1/accounts/pin", &json!({"code": code, "pin": pin}), "").await
        };
        set(code, "000007").await.is_problem(422, "invalid", &[("/pin", "easily_guessed")]);
        let done = set(&code.to_lowercase(), PIN).await;
        assert_eq!((done.status.as_u16(), &done.json()["name"]), (200, &json!("阿强")));
        assert!(done.header("set-cookie").starts_with("__Host-linli="));
        set(code, PIN).await.is_problem(422, "invalid", &[("/code", "unknown_pin_code")]);
        assert_eq!(sign_in(PIN).await.status, 200);
    }

    async fn a_forgotten_pin_is_set_anew_and_ends_every_session(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        let (_, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let print = async || {
            let reply = world.write_as("POST", &format!("{DESK}/accounts/{account}/pin-codes"), &json!({}), &staff).await;
            assert_eq!(reply.status, 201, "{}", reply.text());
            reply.json()["code"].as_str().unwrap().to_owned()
        };
        let (first, second) = (print().await, print().await);
        assert_eq!(world.get_as("/api/v1/me", &mine).await.status, 200, "nothing changes until it is set");
        let set = async |code: &str| {
            world.write_as("PUT", "/api/v1/accounts/pin", &json!({"code": code, "pin": "482913"}), "").await
        };
        set(&first).await.is_problem(422, "invalid", &[("/code", "unknown_pin_code")]);
        assert_eq!(set(&second).await.status, 200);
        world.get_as("/api/v1/me", &mine).await.is_problem(401, "signed_out", &[]);
        let sign_in = async |pin: &str| world.post("/api/v1/session", &json!({"phone": "13800000001", "pin": pin})).await;
        sign_in(PIN).await.is_problem(401, "wrong_credentials", &[]);
        assert_eq!(sign_in("482913").await.status, 200);
        assert_eq!(world.audited("pin_code.print", &account.to_string()).await, 2);
        let third = print().await;
        world.execute("UPDATE pin_code SET expires_at = 1").await;
        set(&third).await.is_problem(422, "invalid", &[("/code", "unknown_pin_code")]);
    }

    async fn a_slip_sets_no_pin_after_its_owner_has_chosen_another(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        let (_, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let print = format!("{DESK}/accounts/{account}/pin-codes");
        let slip = world.write_as("POST", &print, &json!({}), &staff).await.json();
        let change = json!({"pin": PIN, "new_pin": "482913"});
        assert_eq!(world.write_as("PUT", "/api/v1/me/pin", &change, &mine).await.status, 204);
        let set = json!({"code": slip["code"], "pin": "920473"});
        let set = world.write_as("PUT", "/api/v1/accounts/pin", &set, "").await;
        set.is_problem(422, "invalid", &[("/code", "unknown_pin_code")]);
    }

    async fn residents_are_found_by_name_and_number_and_not_all_at_once(world: World) {
        world.resident("Chen 100%", "13800000001").await;
        world.resident("Li", "13800000002").await;
        let (_, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let find = async |q: &str| search(&world, q, &staff).await;
        let names = async |q: &str| {
            let found = find(q).await.json();
            found["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(names("chen").await, [json!("Chen 100%")]);
        assert_eq!(names("0%").await, [json!("Chen 100%")]);
        assert_eq!(names("__").await, [json!(null); 0]);
        assert_eq!(names("0002").await, [json!("Li")]);
        assert_eq!(names("1380").await.len(), 2);
        find("").await.is_problem(422, "invalid", &[("/q", "required")]);
        find("x").await.is_problem(422, "invalid", &[("/q", "too_short")]);
        find("x\u{0}").await.is_problem(422, "invalid", &[("/q", "malformed")]);
        assert_eq!((world.audited("account.find", "1").await, world.audited("account.find", "2").await), (3, 1));
    }

    async fn the_last_of_a_common_name_is_found_and_nobody_of_another_grid(world: World) {
        world.grids().await;
        let (here, _) = world.resident("Wang Z", "13800000099").await;
        world.settle(here, "north").await;
        let (account, mine) = world.resident("Wang A", "13800000001").await;
        world.settle(account, "south").await;
        for number in 0..19 {
            let relative = json!({"name": "Wang M", "relation": "parent", "phone": format!("139000000{number:02}")});
            world.write_as("PUT", &format!("/api/v1/me/family/{}", new_id()), &relative, &mine).await;
            let (neighbour, _) = world.resident("Wang B", &format!("137000000{number:02}")).await;
            world.settle(neighbour, "south").await;
        }
        let found = async |grid: &str| {
            let (_, staff) = world.signed_in_as(grid, &[(Role::Worker, Some(grid))]).await;
            let found = search(&world, "wang", &staff).await.json();
            let names = found["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned());
            (names.collect::<Vec<_>>(), found["more"].as_bool().unwrap())
        };
        assert_eq!(found("north").await, (vec!["Wang Z".to_owned()], false));
        let (south, more) = found("south").await;
        assert_eq!((south.len(), more), (20, false), "who has no account is not counted");
        let (_, all) = world.signed_in_as("all", &[(Role::Worker, None)]).await;
        let all = search(&world, "wang", &all).await.json();
        assert_eq!((all["items"].as_array().unwrap().len(), &all["more"]), (20, &json!(true)));
    }

    async fn who_ends_an_account_is_no_longer_acted_for(world: World) {
        let (account, mine) = world.resident("Canarina", "13911112222").await;
        let (_, staff) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let id = begin(&world, &json!({"account": account, "via": "visit"}), &staff).await;
        let item = json!({"kind": "report", "id": new_id(), "body": report()});
        let sent = world.write_as("POST", &format!("{DESK}/acting/{id}/submissions"), &item, &staff).await;
        assert_eq!(sent.status, 201);
        let leave = world.write_as("DELETE", "/api/v1/me", &json!({"pin": PIN}), &mine).await;
        assert_eq!(leave.status, 204, "{}", leave.text());
        let acting = world.get_as(&format!("{DESK}/acting"), &staff).await;
        assert!(!acting.text().contains("Canarina"), "{}", acting.text());
        let connection = world.connection().await;
        assert_eq!(count(&connection, "submission WHERE state = 'deleted'").await, 1);
        assert_eq!(count(&connection, "submission WHERE staff_id IS NOT NULL").await, 0, "who filled it in is not counted");
        connection.close().await.unwrap();
    }
}

#[tokio::test]
async fn residents_are_not_gone_through_by_searching() {
    let world = World::new(On::Sqlite).await;
    let staff = world.signed_in().await;
    world.get_as(&format!("{DESK}/accounts?q=abc"), &staff).await.is_problem(405, "method_not_allowed", &[]);
    for _ in 0..30 {
        assert_eq!(search(&world, "abc", &staff).await.status, 200);
    }
    search(&world, "abc", &staff).await.is_problem(429, "too_many_requests", &[]);
    assert_eq!(world.audited("account.find", "0").await, 30);
}
