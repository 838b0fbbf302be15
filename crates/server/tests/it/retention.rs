//! What is past its time: gone from every table and file, while what is not yet stays.

use chrono::{TimeDelta, Utc};
use linli_server::store::{Address, Clock, Database, Store};
use serde_json::json;

use crate::commands::linli;
use crate::forgotten::{CANARY, PHONE, count, everything, not_in_files, say};
use crate::on_both;
use crate::photos::{hash, jpeg};
use crate::world::{World, check_in, new_id, path};

/// The same database, so many days from now.
async fn after(world: &World, days: i64) -> Store {
    let database = Database::open(&world.address).await.unwrap();
    Store::start_at(database, Clock::new(move || Utc::now() + TimeDelta::days(days))).await.unwrap()
}

fn command(world: &World, arguments: &[&str]) -> (bool, String) {
    let url = match &world.address {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    let output = linli().args(arguments).args(["--database", &url]).output().unwrap();
    let said = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.success(), String::from_utf8_lossy(&said).trim().to_owned())
}

on_both! {
    async fn nothing_but_the_count_is_left_of_what_is_past_its_time(world: World) {
        let sent = jpeg();
        assert_eq!(world.keep(&sent).await.status, 201);
        let said = say(&world, "", &hash(&sent)).await;
        let connection = world.connection().await;
        assert_eq!(world.store.retire().await.unwrap(), 0, "all of it is new");
        assert_eq!(after(&world, 366).await.retire().await.unwrap(), 2);
        let left = everything(&connection).await;
        assert!(left.contains("fell here") && !left.contains("is tired"), "the report is kept longer than the check-in");
        assert_eq!(after(&world, 3 * 365 + 1).await.retire().await.unwrap(), 1);

        let left = everything(&connection).await;
        for trace in [CANARY, PHONE] {
            assert!(!left.contains(trace), "{trace} is left");
        }
        assert_eq!(count(&connection, "photo").await, 0);
        assert_eq!(count(&connection, "submission WHERE state = 'deleted'").await, 3, "the counts stay");
        connection.close().await.unwrap();
        not_in_files(&world.address, world.folder.path());
        for (kind, object) in [("check_in", "check_in 1"), ("sign_up", "sign_up 1"), ("report", "report 1")] {
            assert_eq!(world.audited("retention.run", object).await, 1, "{kind}");
        }
        for one in &said {
            let again = world.put(one["path"].as_str().unwrap(), &one["body"]).await;
            again.is_problem(409, "id_taken", &[]);
        }
        assert_eq!(after(&world, 9000).await.retire().await.unwrap(), 0, "and that stays for good");
        world.database.follow_audit().await.unwrap();
    }

    async fn a_sign_up_is_kept_until_its_activity_is_over(world: World) {
        say(&world, "", &"0".repeat(64)).await;
        world.execute("UPDATE activity SET ends_at = ends_at + 40000000000").await;
        assert_eq!(after(&world, 366).await.retire().await.unwrap(), 1, "the check-in alone");
        assert_eq!(after(&world, 500).await.retire().await.unwrap(), 1);
    }

    async fn more_than_one_group_goes_and_what_came_meanwhile_is_whole(world: World) {
        for _ in 0..230 {
            assert_eq!(world.put(&path("check-ins", new_id()), &check_in()).await.status, 201);
        }
        let later = after(&world, 366).await;
        let (at, body) = (path("check-ins", new_id()), check_in());
        let (gone, put) = tokio::join!(later.retire(), world.put(&at, &body));
        assert!(gone.unwrap() >= 230);
        assert_eq!(put.status, 201);
    }

    async fn a_community_says_how_long_it_keeps_what(world: World) {
        let (account, cookie) = world.resident("A", "13800000001").await;
        let kept = async || world.get_as("/api/v1/me/export", &cookie).await.json()["kept_days"].clone();
        assert_eq!(kept().await, json!({"report": 1095, "check_in": 365, "sign_up": 365, "household_code": 90}));
        let (done, said) = command(&world, &["admin", "keep", "check_in", "90"]);
        assert!(done && said == "days kept: report 1095, check_in 90, sign_up 365, household_code 90", "{said}");
        assert_eq!(kept().await["check_in"], 90);
        let page = world.get_as("/api/v1/me/export?format=html&lang=en", &cookie).await.text();
        assert!(page.contains("90 days"), "{page}");
        for wrong in [["admin", "keep", "check_in", "7"], ["admin", "keep", "audit", "90"]] {
            let (done, said) = command(&world, &wrong);
            assert!(!done && said.contains("cannot be kept for"), "{said}");
        }
        world.put(&path("check-ins", new_id()), &check_in()).await;
        assert_eq!(after(&world, 89).await.retire().await.unwrap(), 0);
        // The code that opened the account ended yesterday, 90 days ago.
        assert_eq!(after(&world, 92).await.retire().await.unwrap(), 2);
        assert!(world.store.resident(account).await.unwrap().is_some(), "an account is not past its time");
    }
}
