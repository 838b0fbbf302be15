//! The three forms: once, in order, and refused with field and code.

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use linli_server::{Settings, Writes};
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{
    On, World, a_session, activity, cancelled, check_in, content, endless, in_sessions, new_id, new_receipt, now, open,
    over, path, report, sign_up, with,
};

on_both! {
    async fn a_form_sent_twice_is_stored_once(world: World) {
        for (kind, body) in [("reports", report()), ("check-ins", check_in()), ("sign-ups", sign_up(endless()))] {
            let path = path(kind, new_id());
            let first = world.put(&path, &body).await;
            assert_eq!(first.status, 201, "{}", first.text());
            let again = world.put(&path, &body).await;
            assert_eq!(again.status, 200);
            assert_eq!(first.json(), again.json());
            assert_eq!(first.json()["receipt"], body["receipt"]);
        }
        assert_eq!(world.store.arrived(&linli_server::store::Scope::All, None, None).await.unwrap().items.len(), 3);
    }

    async fn what_a_form_does_not_know_is_kept_up_to_a_small_size(world: World) {
        let more = |length: usize| with(&report(), "/later", json!({"words": "x".repeat(length)}));
        let taken = new_id();
        let body = more(2000);
        assert_eq!(world.put(&path("reports", taken), &body).await.status, 201);
        let seen = world.get_as(&path("desk/submissions", taken), &world.signed_in().await).await.json();
        assert_eq!(seen["body"], body, "a newer version reads it");
        world.put(&path("reports", new_id()), &more(2200)).await.is_problem(413, "too_large", &[]);
        let items = json!({"items": [
            {"kind": "report", "id": new_id(), "body": more(60_000)},
            {"kind": "report", "id": new_id(), "body": with(&report(), "/description", "长".repeat(2000))},
        ]});
        let answers = world.post("/api/v1/outbox", &items).await.json();
        assert_eq!((&answers["items"][0]["status"], &answers["items"][1]["status"]), (&json!(413), &json!(201)));
    }

    async fn another_body_or_form_under_the_same_id_is_refused(world: World) {
        let id = new_id();
        world.put(&path("reports", id), &report()).await;
        world.put(&path("reports", id), &report()).await.is_problem(409, "id_taken", &[]);
        world.put(&path("check-ins", id), &check_in()).await.is_problem(409, "id_taken", &[]);
        world.put(&path("reports", id), &json!({})).await.is_problem(409, "id_taken", &[]);
    }

    async fn the_same_body_in_another_spelling_is_the_same(world: World) {
        let path = path("reports", new_id());
        let body = with(&report(), "/from_the_future", json!({"b": 1, "a": "é"}));
        assert_eq!(world.put(&path, &body).await.status, 201);
        let text = serde_json::to_string_pretty(&body).unwrap().replace('é', "\\u00e9");
        let request = Request::put(&path).header("content-type", "Application/JSON; charset=utf-8");
        assert_eq!(world.send(request.body(Body::from(text)).unwrap()).await.status, 200);
    }

    async fn the_same_body_is_accepted_for_ever_whatever_the_rules_become(world: World) {
        let (report_path, report) = (path("reports", new_id()), report());
        let (sign_up_path, sign_up) = (path("sign-ups", new_id()), sign_up(open()));
        assert_eq!(world.put(&report_path, &report).await.status, 201);
        assert_eq!(world.put(&sign_up_path, &sign_up).await.status, 201);
        let mut changed = content();
        "other".clone_into(&mut changed.public.kinds.report[0].id);
        for activity in &mut changed.public.activities {
            activity.starts_at -= TimeDelta::days(30);
            activity.ends_at -= TimeDelta::days(30);
        }
        world.database.install(&changed).await.unwrap();
        world.store.refresh().await.unwrap();
        assert_eq!(world.put(&report_path, &report).await.status, 200);
        assert_eq!(world.put(&sign_up_path, &sign_up).await.status, 200);
        let fresh = with(&report, "/receipt", new_receipt());
        world.put(&path("reports", new_id()), &fresh).await.is_problem(422, "invalid", &[("/kind", "unknown_kind")]);
    }

    async fn a_receipt_number_belongs_to_one_record(world: World) {
        let body = report();
        world.put(&path("reports", new_id()), &body).await;
        world.put(&path("reports", new_id()), &body).await
            .is_problem(422, "invalid", &[("/receipt", "receipt_taken")]);
    }

    async fn a_receipt_number_is_made_where_the_device_gave_none(world: World) {
        let path = path("reports", new_id());
        let mut body = report();
        body.as_object_mut().unwrap().remove("receipt");
        let first = world.put(&path, &body).await.json();
        assert_eq!(first["receipt"].as_str().unwrap().len(), 12);
        assert_eq!(world.put(&path, &body).await.json(), first);
    }

    async fn a_receipt_number_tells_what_became_of_it_and_nothing_personal(world: World) {
        let (report, check_in, sign_up) = (report(), check_in(), sign_up(open()));
        world.put(&path("reports", new_id()), &report).await;
        world.put(&path("check-ins", new_id()), &check_in).await;
        world.put(&path("sign-ups", new_id()), &sign_up).await;
        let ask = async |body: &Value| {
            let receipt = body["receipt"].as_str().unwrap();
            let written = format!("{}-{}%20{}", &receipt[..4], receipt[4..8].to_lowercase(), &receipt[8..]);
            let mut status = world.get(&format!("/api/v1/receipts/{written}")).await.json();
            assert!(status.as_object_mut().unwrap().remove("received_at").is_some());
            status
        };
        let of = |body: &Value, kind, state| json!({"receipt": body["receipt"], "kind": kind, "state": state});
        assert_eq!(ask(&report).await, with(&of(&report, "report", "received"), "/title", "kind facility"));
        assert_eq!(ask(&check_in).await, of(&check_in, "check_in", "received"));
        assert_eq!(ask(&sign_up).await, with(&of(&sign_up, "sign_up", "confirmed"), "/title", "activity 1 100%_"));
        world.get("/api/v1/receipts/00000000001Y").await.is_problem(404, "not_found", &[]);
        world.get("/api/v1/receipts/00000000001Z").await
            .is_problem(422, "invalid", &[("/code", "bad_check_character")]);
        world.get("/api/v1/receipts/abc").await.is_problem(422, "invalid", &[("/code", "malformed")]);
    }

    async fn who_finds_no_place_waits_in_the_order_of_arrival(world: World) {
        let send = async |party: u16| {
            let path = path("sign-ups", new_id());
            let body = with(&sign_up(open()), "/party", party);
            let answer = world.put(&path, &body).await.json();
            assert_eq!(world.put(&path, &body).await.json(), answer);
            (answer["state"].as_str().unwrap().to_owned(), answer["position"].as_u64())
        };
        assert_eq!(send(2).await, ("confirmed".to_owned(), None));
        assert_eq!(send(2).await, ("waiting".to_owned(), Some(1)), "one place is free, two are asked for");
        assert_eq!(send(1).await, ("waiting".to_owned(), Some(2)), "those who wait come first");
        let public = world.public_once(|public| activity(public, open())["waiting"] == 3).await;
        assert_eq!(activity(&public, open())["confirmed"], 2);
    }

    async fn many_at_once_never_take_more_places_than_there_are(world: World) {
        let mut sending = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let world = world.clone();
            sending.spawn(async move { world.put(&path("sign-ups", new_id()), &sign_up(open())).await.json() });
        }
        let answers = sending.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer["state"] == "confirmed").count(), 3);
        let mut positions: Vec<_> = answers.iter().filter_map(|answer| answer["position"].as_u64()).collect();
        positions.sort_unstable();
        assert_eq!(positions, (1..=37).collect::<Vec<_>>());
        let page = world.store.arrived(&linli_server::store::Scope::All, None, None).await.unwrap();
        let sequences: Vec<_> = page.items.iter().map(|item| item.sequence).collect();
        assert_eq!(sequences, (1..=40).rev().collect::<Vec<_>>());
    }

    async fn a_sign_up_is_for_an_activity_that_takes_it(world: World) {
        let refuse = async |body: Value, pointer: &str, code: &str| {
            world.put(&path("sign-ups", new_id()), &body).await.is_problem(422, "invalid", &[(pointer, code)]);
        };
        refuse(sign_up(new_id()), "/activity", "unknown_activity").await;
        refuse(sign_up(cancelled()), "/activity", "sign_up_closed").await;
        refuse(sign_up(over()), "/activity", "sign_up_closed").await;
        refuse(sign_up(in_sessions()), "/session", "required").await;
        refuse(with(&sign_up(in_sessions()), "/session", new_id().to_string()), "/session", "unknown_session").await;
        refuse(with(&sign_up(open()), "/session", a_session().to_string()), "/session", "unknown_session").await;
        let good = with(&sign_up(in_sessions()), "/session", a_session().to_string());
        assert_eq!(world.put(&path("sign-ups", new_id()), &good).await.status, 201);
        let made_in_time = with(&sign_up(over()), "/made_at", (now() - TimeDelta::days(2)).to_rfc3339());
        assert_eq!(world.put(&path("sign-ups", new_id()), &made_in_time).await.status, 201, "it was offline meanwhile");
    }

    async fn each_fault_of_a_body_has_its_field_and_code(world: World) {
        let refuse = async |kind: &str, body: Value, pointer: &str, code: &str| {
            world.put(&path(kind, new_id()), &body).await.is_problem(422, "invalid", &[(pointer, code)]);
        };
        refuse("reports", with(&report(), "/community", "other"), "/community", "wrong_community").await;
        refuse("check-ins", with(&check_in(), "/community", "other"), "/community", "wrong_community").await;
        refuse("sign-ups", with(&sign_up(open()), "/community", "other"), "/community", "wrong_community").await;
        refuse("reports", with(&report(), "/kind", "dragon"), "/kind", "unknown_kind").await;
        refuse("reports", with(&report(), "/description", ""), "/description", "required").await;
        refuse("reports", with(&report(), "/description", 7), "/description", "wrong_type").await;
        refuse("reports", with(&report(), "/made_at", "soon"), "/made_at", "malformed").await;
        let tomorrow = (now() + TimeDelta::days(1)).to_rfc3339();
        refuse("reports", with(&report(), "/made_at", tomorrow.clone()), "/made_at", "in_future").await;
        refuse("check-ins", with(&check_in(), "/made_at", tomorrow.clone()), "/made_at", "in_future").await;
        refuse("sign-ups", with(&sign_up(open()), "/made_at", tomorrow), "/made_at", "in_future").await;
        refuse("reports", with(&report(), "/made_at", "-9999-01-01T00:00:00Z"), "/made_at", "out_of_range").await;
        refuse("reports", with(&report(), "/made_at", "1969-12-31T23:59:59Z"), "/made_at", "out_of_range").await;
        refuse("reports", with(&report(), "/receipt", "00000000001Z"), "/receipt", "bad_check_character").await;
        refuse("check-ins", with(&check_in(), "/systolic", 400), "/systolic", "out_of_range").await;
        refuse("check-ins", with(&check_in(), "/consent", ""), "/consent", "required").await;
        refuse("check-ins", with(&check_in(), "/symptoms", json!(["x"])), "/symptoms", "unknown_kind").await;
        refuse("sign-ups", with(&sign_up(open()), "/activity", "x"), "/activity", "malformed").await;
        refuse("sign-ups", with(&sign_up(open()), "/party", 0), "/party", "out_of_range").await;
        refuse("reports", json!([]), "", "wrong_type").await;
        refuse("check-ins", with(&check_in(), "/person", json!({"id": new_id()})), "/person/id", "unknown_person").await;
        assert!(world.store.arrived(&linli_server::store::Scope::All, None, None).await.unwrap().items.is_empty());
    }

    async fn what_released_versions_send_is_taken_for_ever(world: World) {
        for (kind, body) in [
            ("reports", include_str!("fixtures/0.1/reports.json")),
            ("check-ins", include_str!("fixtures/0.1/check-ins.json")),
            ("sign-ups", include_str!("fixtures/0.1/sign-ups.json")),
        ] {
            let reply = world.put(&path(kind, new_id()), &serde_json::from_str(body).unwrap()).await;
            assert_eq!(reply.status, 201, "{}", reply.text());
        }
    }

    async fn hostile_words_are_kept_as_they_are(world: World) {
        for words in ["'; DROP TABLE submission; --", "\u{0}\u{1}\u{feff}", "🏮邻里\u{202e}", "<script>alert(1)</script>", "%2541&lt;\\u0041\\", "\"},{\"kind\":\"x", "%s%n{}{0}"] {
            let id = new_id();
            let body = with(&report(), "/description", words);
            assert_eq!(world.put(&path("reports", id), &body).await.status, 201, "{words:?}");
            assert_eq!(world.store.submission(&linli_server::store::Scope::All, id).await.unwrap().unwrap().body["description"], words);
        }
    }
}

#[tokio::test]
async fn what_is_no_submission_at_all_is_refused_before_it_is_read() {
    let world = World::new(On::Sqlite).await;
    let send = async |headers: &[(&str, &str)], path: &str, body: String| {
        let mut request = Request::put(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.send(request.body(Body::from(body)).unwrap()).await
    };
    let json = ("content-type", "application/json");
    let good = path("reports", new_id());
    let body = || report().to_string();
    send(&[json], &good, "{".to_owned()).await.is_problem(400, "malformed", &[]);
    send(&[json], &good, "[".repeat(1000)).await.is_problem(400, "malformed", &[]);
    send(&[json], "/api/v1/reports/7", body()).await.is_problem(400, "malformed", &[]);
    send(&[json], &good, format!("\"{}\"", "x".repeat(65 * 1024))).await.is_problem(413, "too_large", &[]);
    send(&[], &good, body()).await.is_problem(415, "unsupported_media_type", &[]);
    send(&[("content-type", "text/plain")], &good, body()).await.is_problem(415, "unsupported_media_type", &[]);
    let elsewhere = [json, ("host", "linli.example"), ("origin", "https://evil.example")];
    send(&elsewhere, &good, body()).await.is_problem(403, "foreign_origin", &[]);
    let cross = [json, ("sec-fetch-site", "cross-site")];
    send(&cross, &good, body()).await.is_problem(403, "foreign_origin", &[]);
    let own = [json, ("host", "linli.example"), ("origin", "https://linli.example"), ("sec-fetch-site", "same-origin")];
    assert_eq!(send(&own, &good, body()).await.status, 201);
}

#[tokio::test]
async fn too_many_writes_are_told_when_to_come_again() {
    let settings = Settings { writes: Writes::FromAnywhere(2), ..Settings::default() };
    let world = World::with(On::Sqlite, settings).await;
    for _ in 0..2 {
        assert_eq!(world.put(&path("reports", new_id()), &report()).await.status, 201);
    }
    let refused = world.put(&path("reports", new_id()), &report()).await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
}
