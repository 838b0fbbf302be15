//! The end of an account: nothing that tells of the person is left in any table, nor in the bytes of the file.

use std::collections::BTreeMap;
use std::path::Path;

use linli_server::Settings;
use linli_server::store::{Address, Database, Deed, Outcome, Store, Task};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use serde_json::{Value, json};

use crate::on_both;
use crate::photos::{hash, jpeg};
use crate::world::{On, PIN, World, check_in, endless, new_id, path, report, sign_up, with};

pub const CANARY: &str = "Canarina";
pub const PHONE: &str = "13911112222";

/// All that stands in all tables, as text.
pub async fn everything(connection: &DatabaseConnection) -> String {
    tables(connection).await.into_values().collect()
}

/// All that stands in each table, as text.
pub async fn tables(connection: &DatabaseConnection) -> BTreeMap<String, String> {
    let backend = connection.get_database_backend();
    let tables = match backend {
        DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        _ => "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
    };
    let rows = async |sql: String| connection.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    let mut all = BTreeMap::new();
    for table in rows(tables.to_owned()).await {
        let table: String = table.try_get("", "name").unwrap();
        let mut found = String::new();
        let columns = match backend {
            DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            _ => format!("SELECT column_name AS name FROM information_schema.columns WHERE table_name = '{table}'"),
        };
        for column in rows(columns).await {
            let column: String = column.try_get("", "name").unwrap();
            let text = match backend {
                DbBackend::Sqlite => format!("SELECT CAST(\"{column}\" AS BLOB) AS bytes FROM \"{table}\""),
                _ => format!("SELECT convert_to(\"{column}\"::text, 'UTF8') AS bytes FROM \"{table}\""),
            };
            for row in rows(text).await {
                let bytes: Option<Vec<u8>> = row.try_get("", "bytes").unwrap();
                found += &String::from_utf8_lossy(&bytes.unwrap_or_default());
                found.push('\n');
            }
        }
        all.insert(table, found);
    }
    assert!(all.len() > 15, "every table is looked at");
    all
}

pub async fn count(connection: &DatabaseConnection, sql: &str) -> i64 {
    count_in(connection, sql).await
}

async fn count_in<C: ConnectionTrait>(connection: &C, sql: &str) -> i64 {
    let sql = Statement::from_string(connection.get_database_backend(), format!("SELECT count(*) FROM {sql}"));
    connection.query_one_raw(sql).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// While it is served what was written ahead lies beside the file of the database.
pub fn not_in_files(address: &Address, folder: &Path) {
    if matches!(address, Address::Postgres(_)) {
        return;
    }
    for file in std::fs::read_dir(folder).unwrap().flatten() {
        let bytes = std::fs::read(file.path()).unwrap();
        for trace in [CANARY, PHONE] {
            let found = bytes.windows(trace.len()).any(|window| window == trace.as_bytes());
            assert!(!found, "{trace} is left in {}", file.path().display());
        }
    }
}

/// Sends one of each, with the canary in every place that takes words.
pub async fn say(world: &World, cookie: &str, photo: &str) -> Vec<Value> {
    let who = json!({"name": CANARY, "phone": PHONE});
    let mut bodies = Vec::new();
    let mut report = with(&report(), "/description", format!("{CANARY} fell here"));
    report["place"] = json!({"words": format!("door of {CANARY}"), "unit": CANARY});
    report["reporter"] = who.clone();
    report["on_behalf_of"] = who.clone();
    report["photos"] = json!([photo]);
    report["unknown"] = json!(CANARY);
    let mut check_in = with(&check_in(), "/note", format!("{CANARY} is tired"));
    check_in["person"] = who.clone();
    let mut sign_up = sign_up(endless());
    sign_up["person"] = who.clone();
    sign_up["guardian"] = json!({"name": CANARY, "phone": PHONE, "consent": true});
    for (kind, body) in [("reports", report), ("check-ins", check_in), ("sign-ups", sign_up)] {
        let id = new_id();
        let reply = world.write_as("PUT", &path(kind, id), &body, cookie).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        bodies.push(json!({"path": path(kind, id), "body": body}));
    }
    bodies
}

on_both! {
    async fn nothing_of_a_person_is_left(world: World) {
        let (account, mine) = world.resident(CANARY, PHONE).await;
        let other = world.session_of(account).await;
        let (_, theirs) = world.resident("B", "13800000002").await;
        let sent = jpeg();
        let hash = hash(&sent);
        assert_eq!(world.keep(&sent).await.status, 201);
        let said = say(&world, &mine, &hash).await;
        let relative = new_id();
        let wanted = json!({"name": CANARY, "relation": "parent", "phone": PHONE});
        let added = world.write_as("PUT", &format!("/api/v1/me/family/{relative}"), &wanted, &mine).await;
        assert_eq!(added.status, 204, "{}", added.text());
        let card = world.write_as("POST", &format!("/api/v1/me/cards/{relative}"), &json!({}), &mine).await.json();
        let by_card = with(&check_in(), "/person", json!({"card": card["number"]}));
        assert_eq!(world.put(&path("check-ins", new_id()), &by_card).await.status, 201);
        let number = card["number"].as_str().unwrap();
        world.write_as("PUT", &path("reports", new_id()), &report(), &theirs).await;
        let look = format!("/api/v1/me/photos/{hash}");
        assert_eq!(world.get_as(&look, &mine).await.status, 200);
        world.get_as(&look, &theirs).await.is_problem(404, "not_found", &[]);

        let connection = world.connection().await;
        let before = everything(&connection).await;
        for trace in [CANARY, PHONE, said[0]["body"]["receipt"].as_str().unwrap()] {
            assert!(before.contains(trace), "{trace} can be found where it is");
        }

        world.write_as("DELETE", "/api/v1/me", &json!({"pin": "999998"}), &mine).await
            .is_problem(401, "wrong_credentials", &[]);
        world.write_as("DELETE", "/api/v1/me", &json!({}), &mine).await
            .is_problem(422, "invalid", &[("/pin", "required")]);
        let left = world.write_as("DELETE", "/api/v1/me", &json!({"pin": PIN}), &mine).await;
        assert_eq!(left.status, 204, "{}", left.text());
        assert!(left.header("set-cookie").contains("Max-Age=0"));
        for cookie in [&mine, &other] {
            world.get_as("/api/v1/me", cookie).await.is_problem(401, "signed_out", &[]);
        }

        let after = everything(&connection).await;
        for trace in [CANARY, PHONE] {
            assert!(!after.contains(trace), "{trace} is left");
        }
        assert!(before.contains(number) && !after.contains(number), "the card is left");
        assert_eq!(count(&connection, "consent").await, 0, "nor what was agreed to");
        for one in &said {
            assert!(!after.contains(one["body"]["receipt"].as_str().unwrap()), "{one}");
        }
        assert!(after.contains("13800000002"), "the neighbour's is there");
        assert_eq!(count(&connection, "photo").await, 0);
        assert_eq!(count(&connection, "submission WHERE state = 'deleted'").await, 4, "the counts stay");
        assert_eq!(count(&connection, "sign_up").await, 1, "and so does the place");
        connection.close().await.unwrap();

        not_in_files(&world.address, world.folder.path());
        let staff = world.signed_in().await;
        let listed = world.get_as("/api/v1/desk/submissions", &staff).await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "staff see the neighbour's only");
        for one in &said {
            let receipt = format!("/api/v1/receipts/{}", one["body"]["receipt"].as_str().unwrap());
            world.get(&receipt).await.is_problem(404, "not_found", &[]);
            let again = world.put(one["path"].as_str().unwrap(), &one["body"]).await;
            again.is_problem(409, "id_taken", &[]);
        }
        world.post("/api/v1/session", &json!({"phone": PHONE, "pin": PIN})).await
            .is_problem(401, "wrong_credentials", &[]);

        let store = world.store.clone();
        let folder = world.folder.clone();
        let address = world.address.clone();
        let database = world.database.clone();
        drop((world, store));
        database.close().await;
        not_in_files(&address, folder.path());
    }

    async fn the_end_of_one_account_leaves_what_came_at_the_same_time_whole(world: World) {
        let (account, mine) = world.resident(CANARY, PHONE).await;
        let mut sending = tokio::task::JoinSet::new();
        for number in 0..20 {
            let (world, mine) = (world.clone(), mine.clone());
            sending.spawn(async move {
                if number == 10 {
                    let deed = linli_server::store::Deed::Delete { account, at: world.store.now() };
                    world.store.write(vec![linli_server::store::Task::Account(deed)]).await.unwrap();
                } else {
                    let reply = world.write_as("PUT", &path("reports", new_id()), &report(), &mine).await;
                    assert_eq!(reply.status, 201, "{}", reply.text());
                }
            });
        }
        sending.join_all().await;
        world.store.sweep_ended().await.unwrap();
        let connection = world.connection().await;
        assert_eq!(count(&connection, "submission WHERE account_id IS NOT NULL").await, 0, "none belongs to nobody");
        assert_eq!(count(&connection, "submission").await, 19);
        connection.close().await.unwrap();
    }
}

on_both! {
    async fn a_large_account_ends_at_once_and_goes_in_groups_whatever_happens_meanwhile(world: World) {
        let (account, mine) = world.resident(CANARY, PHONE).await;
        let who = json!({"name": CANARY, "phone": PHONE});
        for _ in 0..3 {
            let item = |_| json!({"kind": "check_in", "id": new_id(), "body": with(&check_in(), "/person", who.clone())});
            let items = json!({"items": (0..80).map(item).collect::<Vec<_>>()});
            assert_eq!(world.write_as("POST", "/api/v1/outbox", &items, &mine).await.status, 200);
        }
        let person = world.get_as("/api/v1/me/family", &mine).await.json()["members"][0]["id"].clone();
        let agreed = format!("/api/v1/me/consents/{}", person.as_str().unwrap());
        let text = json!({"consent": "2026-11"});
        assert_eq!(world.write_as("PUT", &agreed, &text, &mine).await.status, 204);
        let at = world.store.now();
        // As far as it got when the server was stopped.
        let deeds = [Deed::Delete { account, at }, Deed::Sweep { account, at }];
        let outcomes = world.store.write(deeds.map(Task::Account).into()).await.unwrap();
        assert_eq!(outcomes, [Outcome::Done, Outcome::Forgotten(100)]);
        world.get_as("/api/v1/me", &mine).await.is_problem(401, "signed_out", &[]);
        world.post("/api/v1/session", &json!({"phone": PHONE, "pin": PIN})).await
            .is_problem(401, "wrong_credentials", &[]);
        let connection = world.connection().await;
        assert_eq!(count(&connection, "submission WHERE state <> 'deleted'").await, 140);

        let store = Store::start(Database::open(&world.address).await.unwrap()).await.unwrap();
        linli_server::App::new(store, Settings::default()).upkeep().await;
        let after = everything(&connection).await;
        for trace in [CANARY, PHONE] {
            assert!(!after.contains(trace), "{trace} is left");
        }
        assert_eq!(count(&connection, "submission WHERE state = 'deleted'").await, 240, "the counts stay");
        assert_eq!(count(&connection, "consent").await, 0);
        assert_eq!(count(&connection, "ended_account").await, 0);
        connection.close().await.unwrap();
        world.database.follow_audit().await.unwrap();
        let again = world.store.write(vec![Task::Account(Deed::Sweep { account, at })]).await.unwrap();
        assert_eq!(again, [Outcome::Forgotten(0)]);
    }

    async fn nothing_of_an_account_that_lives_is_swept(world: World) {
        let (account, mine) = world.resident("A", "13800000001").await;
        assert_eq!(world.write_as("PUT", &path("reports", new_id()), &report(), &mine).await.status, 201);
        world.store.sweep(account).await.unwrap();
        assert_eq!(world.get_as("/api/v1/me/records", &mine).await.json()["items"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_reader_holds_up_is_done_after_the_next_write() {
    let world = World::new(On::Sqlite).await;
    let (_, mine) = world.resident(CANARY, PHONE).await;
    let connection = world.connection().await;
    let reader = connection.begin().await.unwrap();
    assert_eq!(count_in(&reader, "account").await, 1);
    assert_eq!(world.write_as("DELETE", "/api/v1/me", &json!({"pin": PIN}), &mine).await.status, 204);
    assert_eq!(count_in(&reader, "account").await, 1, "it still reads what was there before");
    reader.rollback().await.unwrap();
    world.put(&path("reports", new_id()), &report()).await;
    not_in_files(&world.address, world.folder.path());
    connection.close().await.unwrap();
}
