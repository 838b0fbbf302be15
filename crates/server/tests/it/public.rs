//! What everybody may read.

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use linli_server::store::Error;
use linli_server::store::activities::Filter;
use serde_json::Value;

use crate::on_both;
use crate::world::{World, activity, content, endless, new_id, now, open, path, sign_up};

on_both! {
    async fn what_has_not_changed_is_not_sent_again(world: World) {
        let first = world.get("/api/v1/public").await;
        assert_eq!(first.status, 200);
        assert_eq!(first.header("cache-control"), "no-cache");
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with('"'), "a strong one: {etag}");
        let ask = async |tag: &str| {
            let request = Request::get("/api/v1/public").header("if-none-match", tag);
            world.send(request.body(Body::empty()).unwrap()).await
        };
        for tag in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            let same = ask(&tag).await;
            assert_eq!((same.status.as_u16(), same.bytes.len()), (304, 0), "{tag}");
            assert_eq!(same.header("etag"), etag);
        }
        world.put(&path("sign-ups", new_id()), &sign_up(endless())).await;
        world.public_once(|public| activity(public, endless())["confirmed"] == 1).await;
        assert_eq!(ask(&etag).await.status, 200);
    }

    async fn a_device_gets_all_it_needs(world: World) {
        let public: linli_domain::community::Public =
            serde_json::from_value(world.get("/api/v1/public").await.json()).unwrap();
        let expected = content().public;
        assert_eq!(public.community, expected.community);
        assert_eq!(public.kinds, expected.kinds);
        assert_eq!(public.thresholds, expected.thresholds);
        assert_eq!(public.consents, expected.consents);
        assert!(public.activities.is_sorted_by_key(|activity| activity.starts_at));
        assert!(public.activities.iter().any(|activity| activity.sessions.len() == 2));
    }

    async fn activities_are_found_by_what_one_asks(world: World) {
        let count = async |query: &str| {
            let page = world.get(&format!("/api/v1/activities?{query}")).await;
            assert_eq!(page.status, 200, "{}", page.text());
            page.json()["items"].as_array().unwrap().len()
        };
        let day = |days| (now() + TimeDelta::days(days)).date_naive();
        assert_eq!(count(&format!("from={}", day(-2))).await, 5);
        assert_eq!(count(&format!("from={}&to={}", day(1), day(1))).await, 1);
        assert_eq!(count(&format!("from={}", (now() + TimeDelta::hours(50)).to_rfc3339())).await, 1);
        assert_eq!(count("kind=sport").await, count("").await);
        assert_eq!(count("kind=dance").await, 0);
        assert_eq!(count("q=ALL%20NO").await, 0);
        assert_eq!(count("q=100%25_").await, count("").await);
        assert_eq!(count("q=%25%25").await, 0, "a per cent sign is a per cent sign");
        assert_eq!(count("audience=senior").await, count("").await, "what is for everybody is for them too");
        assert_eq!(count("audience=children").await, count("").await - 1);
        for same in ["q=HALL", "q=aCTIVITY%20", "q=team", "q=%C3%89", "q=TEAM%20%C3%89"] {
            assert_eq!(count(same).await, count("").await, "{same}");
        }
        world.get("/api/v1/activities?from=soon").await.is_problem(422, "invalid", &[("/from", "malformed")]);
        world.get("/api/v1/activities?to=soon").await.is_problem(422, "invalid", &[("/to", "malformed")]);
        world.get("/api/v1/activities?cursor=x").await.is_problem(422, "invalid", &[("/cursor", "malformed")]);
        world.get("/api/v1/activities?q=a&q=b").await.is_problem(400, "malformed", &[]);
    }

    async fn what_cannot_be_looked_up_is_at_fault_itself(world: World) {
        let long = "x".repeat(101);
        for field in ["kind", "audience", "q"] {
            let pointer = format!("/{field}");
            let ask = async |word: &str| world.get(&format!("/api/v1/activities?{field}={word}")).await;
            ask(&long).await.is_problem(422, "invalid", &[(&pointer, "too_long")]);
            ask("a%00b").await.is_problem(422, "invalid", &[(&pointer, "malformed")]);
            assert_eq!(ask(&long[..100]).await.status, 200);
        }
    }

    async fn a_question_the_database_finds_fault_with_is_not_asked_again(world: World) {
        let words = Some(format!("\0{}", "x".repeat(100_000)));
        let answer = world.store.activities(&Filter { words, ..Filter::default() }).await;
        assert!(matches!(answer, Err(Error::Broken(_))), "{answer:?}");
    }

    async fn pages_of_activities_follow_on(world: World) {
        let mut more = content();
        let model = more.public.activities[0].clone();
        for number in 0..120_i64 {
            let mut activity = model.clone();
            activity.id = new_id();
            activity.starts_at += TimeDelta::minutes(number / 3);
            activity.ends_at += TimeDelta::minutes(number / 3);
            more.public.activities.push(activity);
        }
        world.database.install(&more).await.unwrap();
        let (mut seen, mut cursor, from) = (Vec::new(), String::new(), now().to_rfc3339());
        loop {
            let page = world.get(&format!("/api/v1/activities?from={from}&cursor={cursor}")).await.json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()));
            match &page["next"] {
                Value::String(next) => cursor.clone_from(next),
                _ => break,
            }
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((seen.len(), count), (124, 124), "each once; yesterday's is not asked for");
    }

    async fn one_activity_is_found_by_its_id(world: World) {
        let activity = world.get(&path("activities", open())).await.json();
        assert_eq!(activity["capacity"], 3);
        world.get(&path("activities", new_id())).await.is_problem(404, "not_found", &[]);
        world.get("/api/v1/activities/7").await.is_problem(400, "malformed", &[]);
    }
}
