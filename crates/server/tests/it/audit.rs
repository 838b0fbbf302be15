//! The audit log: read by staff, bound line by line, and found out where somebody tampered with it.

use std::process::Output;

use linli_server::store::{Address, Broken, Database, Note, Store, Task, database};
use sea_orm::ConnectionTrait;

use crate::commands::linli;
use crate::on_both;
use crate::world::{On, World, check_in, new_id, path, report};

async fn filled(world: &World) {
    for _ in 0..5 {
        world.put(&path("reports", new_id()), &report()).await;
    }
}

async fn tamper(world: &World, sql: &str) {
    let connection = world.connection().await;
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// The line at which the chain is broken.
async fn broken_at(world: &World) -> Option<i64> {
    match world.database.follow_audit().await {
        Ok(_) => None,
        Err(Broken::At(_, line, _)) => Some(line),
        Err(error) => panic!("{error}"),
    }
}

fn checked(world: &World) -> Output {
    let url = match &world.address {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    linli().args(["check", "--database", &url]).output().unwrap()
}

on_both! {
    async fn every_line_is_bound_to_the_one_before(world: World) {
        filled(&world).await;
        let chains = world.database.follow_audit().await.unwrap();
        assert_eq!((chains.len(), chains[0].lines), (1, 5));
        assert_ne!(chains[0].head, [0; 32]);
        let output = checked(&world);
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.starts_with("test: 5 lines of audit log, the last "), "{text}");
    }

    async fn a_line_that_was_changed_shows(world: World) {
        filled(&world).await;
        tamper(&world, "UPDATE audit SET actor = 'somebody' WHERE sequence = 3").await;
        assert_eq!(broken_at(&world).await, Some(3));
        let output = checked(&world);
        assert!(!output.status.success());
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(text.trim(), "linli: the audit log of test is broken at line 3: it is not what was written");
    }

    async fn a_line_that_was_left_out_put_in_or_cut_off_shows(world: World) {
        filled(&world).await;
        tamper(&world, "UPDATE audit SET sequence = 9 WHERE sequence = 2").await;
        assert_eq!(broken_at(&world).await, Some(2));
        tamper(&world, "UPDATE audit SET sequence = 2 WHERE sequence = 9").await;
        assert_eq!(broken_at(&world).await, None);
        tamper(&world, "DELETE FROM audit WHERE sequence = 5").await;
        assert_eq!(broken_at(&world).await, Some(5));
        tamper(&world, "UPDATE community SET last_audit = 4").await;
        assert_eq!(broken_at(&world).await, Some(4), "the last line is not the one that was noted");
    }

    async fn the_log_of_an_older_database_is_bound_when_it_is_opened(world: World) {
        filled(&world).await;
        let before = world.database.follow_audit().await.unwrap();
        tamper(&world, "UPDATE audit SET hash = NULL; UPDATE community SET audit_head = NULL;
            DELETE FROM seaql_migrations WHERE version = 'm0006_audit_chain'").await;
        assert_eq!(broken_at(&world).await, Some(1));
        Database::open(&world.address).await.unwrap().close().await;
        assert_eq!(world.database.follow_audit().await.unwrap(), before);
    }

    async fn what_is_done_from_the_command_line_is_a_line_as_well(world: World) {
        filled(&world).await;
        world.database.keep("check_in", 90).await.unwrap();
        assert_eq!(world.database.keep("check_in", 7).await.unwrap(), None);
        world.database.renew_seal_keys().await.unwrap();
        database::begin_epoch(&world.address).await.unwrap();
        world.put(&path("reports", new_id()), &report()).await;
        world.store.refresh().await.unwrap();
        let epoch = world.get("/api/v1/public").await.json()["epoch"].as_str().unwrap().to_owned();
        for (action, object) in [("retention.keep", "check_in 90"), ("seal_key.make", "2"), ("epoch.begin", &epoch)] {
            assert_eq!(world.audited(action, object).await, 1, "{action}");
        }
        assert_eq!(world.audited("retention.keep", "check_in 7").await, 0);
        assert_eq!(broken_at(&world).await, None);
    }

    async fn staff_read_it_newest_first_by_pages(world: World) {
        let cookie = world.admin().await;
        let id = new_id();
        world.put(&path("check-ins", id), &check_in()).await;
        world.get_as(&path("desk/submissions", id), &cookie).await;
        for _ in 0..60 {
            world.put(&path("reports", new_id()), &report()).await;
        }
        let list = async |query: &str| world.get_as(&format!("/api/v1/desk/audit?{query}"), &cookie).await;
        let first = list("").await.json();
        let second = list(&format!("cursor={}", first["next"].as_str().unwrap())).await.json();
        let lines: Vec<_> = [&first, &second].into_iter().flat_map(|page| page["items"].as_array().unwrap()).collect();
        let sequences: Vec<_> = lines.iter().map(|line| line["sequence"].as_i64().unwrap()).collect();
        assert_eq!(sequences, (1..=64).rev().collect::<Vec<_>>());
        let look = lines.iter().find(|line| line["action"] == "check_in.look").unwrap();
        assert_eq!((look["name"].as_str(), look["object"].as_str()), (Some("admin"), Some(&*id.to_string())));
        list("cursor=x").await.is_problem(422, "invalid", &[("/cursor", "malformed")]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_write_one_chain() {
    let world = World::new(On::Postgres).await;
    let other = Store::start(Database::open(&world.address).await.unwrap()).await.unwrap();
    let mut writing = tokio::task::JoinSet::new();
    for number in 0..60 {
        let store = if number % 2 == 0 { world.store.clone() } else { other.clone() };
        writing.spawn(async move {
            let (at, object) = (store.now(), new_id().to_string());
            let note = Note { at, actor: format!("server {}", number % 2), action: "test.write", object };
            store.write(vec![Task::Note(note)]).await.unwrap();
        });
    }
    writing.join_all().await;
    assert_eq!(world.database.follow_audit().await.unwrap()[0].lines, 60);
}

#[test]
fn what_is_no_database_is_no_sound_one() {
    let folder = tempfile::TempDir::new().unwrap();
    let missing = folder.path().join("none.db");
    let output = linli().args(["check", "--database", &format!("sqlite:{}", missing.display())]).output().unwrap();
    assert!(!output.status.success() && !missing.exists());
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no database"));
}
