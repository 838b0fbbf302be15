//! Residents' accounts: opened with a household code, signed in to, their records, claims and copies.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{On, PIN, Reply, World, check_in, endless, new_id, new_receipt, path, report, sign_up, with};

async fn codes(world: &World, places: &[&str]) -> Vec<String> {
    let cookie = world.admin().await;
    let reply = world.write_as("POST", "/api/v1/desk/household-codes", &json!({"places": places}), &cookie).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let codes = reply.json()["codes"].as_array().unwrap().clone();
    codes.iter().map(|code| code["code"].as_str().unwrap().to_owned()).collect()
}

fn wanted(code: &str, phone: &str) -> Value {
    json!({"household_code": code, "name": "陈婆婆", "phone": phone, "pin": PIN})
}

async fn open(world: &World, body: &Value) -> Reply {
    world.post("/api/v1/accounts", body).await
}

fn cookie(reply: &Reply) -> String {
    reply.header("set-cookie").split(';').next().unwrap().to_owned()
}

async fn own(world: &World, cookie: &str, since: i64) -> Value {
    let reply = world.get_as(&format!("/api/v1/me/records?since={since}"), cookie).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

on_both! {
    async fn a_household_code_opens_one_account(world: World) {
        let codes = codes(&world, &["3-2-501", "3-2-502"]).await;
        let opened = open(&world, &wanted(&codes[0].to_lowercase(), "+86 138 0000 0001")).await;
        assert_eq!(opened.status, 201, "{}", opened.text());
        let me = opened.json();
        assert_eq!((&me["name"], &me["role"]), (&json!("陈婆婆"), &json!("resident")));
        assert_eq!((&me["phone"], &me["place"]), (&json!("13800000001"), &json!("3-2-501")));
        assert_eq!(world.get_as("/api/v1/me", &cookie(&opened)).await.json(), me);
        let code = [("/household_code", "unknown_household_code")];
        open(&world, &wanted(&codes[0], "13800000002")).await.is_problem(422, "invalid", &code);
        open(&world, &wanted(&new_receipt(), "13800000002")).await.is_problem(422, "invalid", &code);
        let taken = [("/phone", "phone_taken")];
        open(&world, &wanted(&codes[1], "13800000001")).await.is_problem(422, "invalid", &taken);
        assert_eq!(open(&world, &wanted(&codes[1], "13800000002")).await.status, 201, "the code was not used up");
    }

    async fn a_resident_signs_in_by_telephone_and_pin_and_out(world: World) {
        world.resident("A", "13800000001").await;
        let try_as = async |phone: &str, pin: &str| {
            world.post("/api/v1/session", &json!({"phone": phone, "pin": pin})).await
        };
        let signed_in = try_as("138-0000-0001", PIN).await;
        assert_eq!(signed_in.status, 200, "{}", signed_in.text());
        let first = cookie(&signed_in);
        try_as("13800000001", "246813").await.is_problem(401, "wrong_credentials", &[]);
        try_as("13800000009", PIN).await.is_problem(401, "wrong_credentials", &[]);
        try_as("", "").await.is_problem(422, "invalid", &[("/phone", "required"), ("/pin", "required")]);
        let other = cookie(&try_as("13800000001", PIN).await);
        let close = Request::delete("/api/v1/session").header("cookie", &first).body(Body::empty()).unwrap();
        assert_eq!(world.send(close).await.status, 204);
        world.get_as("/api/v1/me", &first).await.is_problem(401, "signed_out", &[]);
        assert_eq!(world.get_as("/api/v1/me", &other).await.json()["name"], "A", "the other browser goes on");
    }

    async fn what_is_sent_signed_in_is_ones_own(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        let (_, theirs) = world.resident("B", "13800000002").await;
        let (put, posted, sealed_in, guest) = (new_id(), new_id(), new_id(), new_id());
        let place = world.write_as("PUT", &path("sign-ups", put), &sign_up(endless()), &mine).await;
        assert_eq!(place.status, 201, "{}", place.text());
        let items = json!({"items": [
            {"kind": "check_in", "id": posted, "body": check_in()},
            {"kind": "report", "id": sealed_in, "body": report(), "account": account},
            {"kind": "report", "id": guest, "body": report(), "account": null},
            {"kind": "report", "id": new_id(), "body": report(), "account": new_id()},
        ]});
        let reply = world.write_as("POST", "/api/v1/outbox", &items, &mine).await.json();
        assert!(reply["items"].as_array().unwrap().iter().all(|item| item["status"] == 201), "{reply}");
        let page = own(&world, &mine, 0).await;
        assert_eq!(ids(&page), [put.to_string(), posted.to_string(), sealed_in.to_string()]);
        assert_eq!(page["items"][0]["state"], "confirmed");
        assert_eq!(page["items"][0]["title"], "activity 2 100%_");
        assert_eq!(page["items"][1]["body"]["systolic"], 128);
        assert_eq!(own(&world, &theirs, 0).await["items"], json!([]));
    }

    async fn a_check_in_names_ones_own_account_and_no_other(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        let (other, _) = world.resident("B", "13800000002").await;
        let of = |id| with(&check_in(), "/person", json!({"id": id}));
        let put = async |body: Value, cookie: &str| {
            world.write_as("PUT", &path("check-ins", new_id()), &body, cookie).await
        };
        assert_eq!(put(of(account), &mine).await.status, 201);
        for (id, cookie) in [(other, &*mine), (account, ""), (new_id(), &*mine)] {
            put(of(id), cookie).await.is_problem(422, "invalid", &[("/person/id", "unknown_person")]);
        }
    }

    async fn records_come_by_pages_and_by_a_sequence(world: World) {
        let (_, mine) = world.resident("A", "13800000001").await;
        let guest = (new_id(), report());
        world.put(&path("reports", guest.0), &guest.1).await;
        for _ in 0..52 {
            world.write_as("PUT", &path("reports", new_id()), &report(), &mine).await;
        }
        let first = own(&world, &mine, 0).await;
        assert_eq!((ids(&first).len(), &first["more"]), (50, &json!(true)));
        let second = own(&world, &mine, first["next"].as_i64().unwrap()).await;
        assert_eq!((ids(&second).len(), &second["more"]), (2, &json!(false)));
        let last = second["next"].as_i64().unwrap();
        let nothing = own(&world, &mine, last).await;
        assert_eq!((ids(&nothing).len(), nothing["next"].as_i64()), (0, Some(last)));
        let claim = json!({"receipt": guest.1["receipt"]});
        assert_eq!(world.write_as("POST", "/api/v1/me/claims", &claim, &mine).await.status, 204);
        let news = own(&world, &mine, last).await;
        assert_eq!(ids(&news), [guest.0.to_string()], "it came before all others and is news all the same");
        world.get_as("/api/v1/me/records?since=x", &mine).await.is_problem(422, "invalid", &[("/since", "malformed")]);
    }

    async fn a_receipt_number_claims_what_no_other_account_has(world: World) {
        let (_, mine) = world.resident("A", "13800000001").await;
        let (_, theirs) = world.resident("B", "13800000002").await;
        let body = report();
        world.put(&path("reports", new_id()), &body).await;
        let claim = async |receipt: &str, cookie: &str| {
            world.write_as("POST", "/api/v1/me/claims", &json!({"receipt": receipt}), cookie).await
        };
        let receipt = body["receipt"].as_str().unwrap();
        assert_eq!(claim(&receipt.to_lowercase(), &mine).await.status, 204);
        assert_eq!(claim(receipt, &mine).await.status, 204, "again is the same");
        claim(receipt, &theirs).await.is_problem(422, "invalid", &[("/receipt", "claimed_by_another")]);
        claim(&new_receipt(), &mine).await.is_problem(404, "not_found", &[]);
        claim("00000000001Z", &mine).await.is_problem(422, "invalid", &[("/receipt", "bad_check_character")]);
        claim("", &mine).await.is_problem(422, "invalid", &[("/receipt", "required")]);
        assert_eq!(ids(&own(&world, &mine, 0).await).len(), 1);
        assert_eq!(ids(&own(&world, &theirs, 0).await).len(), 0);
    }

    async fn a_copy_has_everything_and_nothing_of_others(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        let (_, theirs) = world.resident("B", "13800000002").await;
        let said = with(&report(), "/description", "<b>canary of A</b>");
        world.write_as("PUT", &path("reports", new_id()), &said, &mine).await;
        world.write_as("PUT", &path("reports", new_id()), &with(&report(), "/description", "of B"), &theirs).await;
        let copy = world.get_as("/api/v1/me/export", &mine).await;
        assert_eq!(copy.header("content-disposition"), "attachment; filename=\"linli.json\"");
        let copy = copy.json();
        assert_eq!(copy["account"]["id"], json!(account));
        assert_eq!(copy["account"]["place"], "home of A");
        assert_eq!(copy["sessions_until"].as_array().unwrap().len(), 1);
        assert_eq!(copy["records"].as_array().unwrap().len(), 1);
        assert_eq!(copy["records"][0]["body"], said);
        let page = world.get_as("/api/v1/me/export?format=html&lang=en", &mine).await;
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.text().contains("&lt;b&gt;canary of A&lt;/b&gt;") && !page.text().contains("of B"));
        let wanting = Request::get("/api/v1/me/export").header("cookie", &mine).header("accept", "text/html,*/*");
        assert!(world.send(wanting.body(Body::empty()).unwrap()).await.text().starts_with("<!doctype html>"));
        assert_eq!(world.audited("account.export", &account.to_string()).await, 3);
    }

    async fn a_copy_of_many_pages_is_whole(world: World) {
        let (_, mine) = world.resident("A", "13800000001").await;
        let mut sent = Vec::new();
        for _ in 0..6 {
            let items: Vec<_> = (0..90).map(|_| json!({"kind": "check_in", "id": new_id(), "body": check_in()})).collect();
            let reply = world.write_as("POST", "/api/v1/outbox", &json!({"items": items}), &mine).await.json();
            assert!(reply["items"].as_array().unwrap().iter().all(|item| item["status"] == 201), "{reply}");
            sent.extend(items.iter().map(|item| item["id"].clone()));
        }
        let copy = world.get_as("/api/v1/me/export", &mine).await.json();
        let of = |list: &str, id: &str| -> Vec<Value> {
            copy[list].as_array().unwrap().iter().map(|item| item[id].clone()).collect()
        };
        assert_eq!(of("records", "id"), sent, "oldest first");
        sent.reverse();
        assert_eq!(of("consents", "submission"), sent, "newest first");
        let page = world.get_as("/api/v1/me/export?format=html", &mine).await.text();
        assert_eq!(page.matches("<h3>").count(), sent.len());
        assert!(page.ends_with("</html>\n"));
    }

    async fn codes_of_other_days_open_nothing(world: World) {
        use chrono::{TimeDelta, Utc};
        use linli_server::store::{Clock, Database, Store};
        let codes = codes(&world, &["1", "2"]).await;
        let after = async |days: i64, code: &str, phone: &str| {
            let clock = Clock::new(move || Utc::now() + TimeDelta::days(days));
            let store = Store::start_at(Database::open(&world.address).await.unwrap(), clock).await.unwrap();
            let router = linli_server::router(linli_server::App::new(store.clone(), linli_server::Settings::default()));
            open(&World { store, router, ..world.clone() }, &wanted(code, phone)).await
        };
        let unknown = [("/household_code", "unknown_household_code")];
        after(61, &codes[0], "13800000001").await.is_problem(422, "invalid", &unknown);
        assert_eq!(after(59, &codes[1], "13800000002").await.status, 201);
    }
}

#[tokio::test]
async fn what_cannot_be_an_account_is_said_by_field() {
    let world = World::new(On::Sqlite).await;
    open(&world, &json!({"pin": "123456", "phone": "1"})).await.is_problem(
        422,
        "invalid",
        &[("/household_code", "required"), ("/name", "required"), ("/phone", "malformed"), ("/pin", "easily_guessed")],
    );
    let cookie = world.admin().await;
    let print = async |places: Value| {
        world.write_as("POST", "/api/v1/desk/household-codes", &json!({"places": places}), &cookie).await
    };
    print(json!([])).await.is_problem(422, "invalid", &[("/places", "required")]);
    print(json!("x")).await.is_problem(422, "invalid", &[("/places", "wrong_type")]);
}

#[tokio::test]
async fn pins_and_codes_are_not_guessed_without_end() {
    let world = World::new(On::Sqlite).await;
    let (_, cookie) = world.resident("A", "13800000001").await;
    let try_as =
        async |phone: &str, pin: &str| world.post("/api/v1/session", &json!({"phone": phone, "pin": pin})).await;
    for _ in 0..10 {
        try_as("13800000001", "246813").await.is_problem(401, "wrong_credentials", &[]);
        let leave = world.write_as("DELETE", "/api/v1/me", &json!({"pin": "246813"}), &cookie).await;
        leave.is_problem(401, "wrong_credentials", &[]);
    }
    let refused = try_as("+8613800000001", PIN).await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    world.write_as("DELETE", "/api/v1/me", &json!({"pin": PIN}), &cookie).await.is_problem(
        429,
        "too_many_requests",
        &[],
    );
    try_as("13800000002", PIN).await.is_problem(401, "wrong_credentials", &[]);
    let code = new_receipt();
    for _ in 0..10 {
        open(&world, &wanted(&code, "13800000003")).await.is_problem(
            422,
            "invalid",
            &[("/household_code", "unknown_household_code")],
        );
    }
    open(&world, &wanted(&code, "13800000003")).await.is_problem(429, "too_many_requests", &[]);
}

#[tokio::test]
async fn copies_are_not_made_without_end() {
    let world = World::new(On::Sqlite).await;
    let (_, mine) = world.resident("A", "13800000001").await;
    let (_, theirs) = world.resident("B", "13800000002").await;
    for _ in 0..10 {
        let copy = world.get_as("/api/v1/me/export", &mine).await.json();
        assert_eq!((&copy["consents"], &copy["records"]), (&json!([]), &json!([])));
    }
    let refused = world.get_as("/api/v1/me/export", &mine).await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(world.get_as("/api/v1/me/export", &theirs).await.status, 200);
}

#[tokio::test]
async fn one_code_used_twice_at_once_opens_one_account() {
    let world = World::new(On::Sqlite).await;
    let code = codes(&world, &["1"]).await.remove(0);
    let (a, b) = (wanted(&code, "13800000001"), wanted(&code, "13800000002"));
    let (a, b) = tokio::join!(open(&world, &a), open(&world, &b));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
}
