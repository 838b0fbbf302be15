//! Staff accounts: opened and changed by administrators, seen by the roles they hold, signed in to in two steps.

use linli_domain::session::Role;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{On, PASSWORD, Reply, World, check_in, new_id, path, report, with};

fn cookie(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.header("set-cookie").split(';').next().unwrap().to_owned()
}

async fn sign_in(world: &World, name: &str, password: &str, code: &str) -> Reply {
    world.post("/api/v1/session", &json!({"name": name, "password": password, "code": code})).await
}

fn roles(role: &str) -> Value {
    json!([{"role": role}])
}

/// The digits an authenticator shows for a secret in base 32.
fn digits(secret: &str, off: i64) -> String {
    use hmac::{KeyInit, Mac};
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let values = secret.chars().filter(|c| *c != ' ').map(|c| letters.find(c).unwrap());
    let bits = values.fold(String::new(), |bits, value| bits + &format!("{value:05b}"));
    let key: Vec<u8> =
        bits.as_bytes().chunks_exact(8).map(|byte| byte.iter().fold(0, |n, bit| n << 1 | (bit - b'0'))).collect();
    let step = chrono::Utc::now().timestamp() / 30 + off;
    let mut mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

/// Sets up the second step; the secret and the recovery codes.
async fn second_step(world: &World, cookie: &str, password: &str) -> (String, Vec<String>) {
    let step = "/api/v1/desk/second-step";
    let offered = world.write_as("POST", step, &json!({"password": password}), cookie).await.json();
    let secret = offered["secret"].as_str().unwrap().to_owned();
    let address = offered["address"].as_str().unwrap();
    assert!(address.starts_with("otpauth://totp/Test:") && address.contains(&secret.replace(' ', "")), "{address}");
    let wrong = world.write_as("PUT", step, &json!({"code": "x"}), cookie).await;
    wrong.is_problem(401, "code_needed", &[("/code", "wrong_code")]);
    let confirmed = world.write_as("PUT", step, &json!({"code": digits(&secret, -1)}), cookie).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    let codes =
        confirmed.json()["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    (secret, codes)
}

on_both! {
    async fn an_administrator_opens_and_changes_accounts(world: World) {
        let admin = world.admin().await;
        let wanted = json!({"name": "lihua", "password": "walks by the river", "roles": roles("street_viewer")});
        let opened = world.write_as("POST", "/api/v1/desk/staff", &wanted, &admin).await;
        assert_eq!(opened.status, 201, "{}", opened.text());
        let id = opened.json()["id"].as_str().unwrap().to_owned();
        let again = world.write_as("POST", "/api/v1/desk/staff", &wanted, &admin).await;
        again.is_problem(422, "invalid", &[("/name", "name_taken")]);
        let theirs = cookie(&sign_in(&world, "lihua", "walks by the river", "").await);
        world.get_as("/api/v1/desk/submissions", &theirs).await.is_problem(403, "forbidden", &[]);
        let change = async |what: &str, body: Value| {
            world.write_as("PUT", &format!("/api/v1/desk/staff/{id}/{what}"), &body, &admin).await
        };
        assert_eq!(change("roles", json!({"roles": roles("worker")})).await.status, 204);
        assert_eq!(world.get_as("/api/v1/desk/submissions", &theirs).await.status, 200, "at once");
        let me = world.get_as("/api/v1/me", &theirs).await.json();
        assert_eq!((&me["role"], &me["roles"]), (&json!("worker"), &roles("worker")));
        let grid = json!({"roles": [{"role": "worker", "grid": "nowhere"}]});
        change("roles", grid).await.is_problem(422, "invalid", &[("/roles", "unknown_grid")]);
        change("roles", json!({"roles": []})).await.is_problem(422, "invalid", &[("/roles", "required")]);

        assert_eq!(change("password", json!({"password": "another long one"})).await.status, 204);
        world.get_as("/api/v1/me", &theirs).await.is_problem(401, "signed_out", &[]);
        let theirs = cookie(&sign_in(&world, "lihua", "another long one", "").await);
        assert_eq!(change("active", json!({"active": false})).await.status, 204);
        world.get_as("/api/v1/me", &theirs).await.is_problem(401, "signed_out", &[]);
        sign_in(&world, "lihua", "another long one", "").await.is_problem(401, "wrong_credentials", &[]);
        let list = world.get_as("/api/v1/desk/staff", &admin).await.json();
        assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][1]["active"]), (2, &json!(false)));
        assert_eq!(change("active", json!({"active": true})).await.status, 204);
        cookie(&sign_in(&world, "lihua", "another long one", "").await);
        for deed in ["staff.add", "staff.roles", "staff.password", "staff.switch_off", "staff.switch_on"] {
            assert_eq!(world.audited(deed, &id).await, 1, "{deed}");
        }
        let nobody = format!("/api/v1/desk/staff/{}/roles", new_id());
        let gone = world.write_as("PUT", &nobody, &json!({"roles": roles("worker")}), &admin).await;
        gone.is_problem(404, "not_found", &[]);
    }

    async fn the_last_administrator_stays_one(world: World) {
        let (id, admin) = world.signed_in_as("admin", &[(Role::Admin, None)]).await;
        let (other, _) = world.signed_in_as("other", &[(Role::Admin, None)]).await;
        let change = async |id, what: &str, body: Value| {
            world.write_as("PUT", &format!("/api/v1/desk/staff/{id}/{what}"), &body, &admin).await
        };
        assert_eq!(change(other, "active", json!({"active": false})).await.status, 204);
        let last = [("/roles", "last_admin")];
        change(id, "active", json!({"active": false})).await.is_problem(422, "invalid", &last);
        change(id, "roles", json!({"roles": roles("worker")})).await.is_problem(422, "invalid", &last);
        assert_eq!(change(other, "active", json!({"active": true})).await.status, 204);
        assert_eq!(change(id, "roles", json!({"roles": roles("worker")})).await.status, 204);
        world.get_as("/api/v1/desk/staff", &admin).await.is_problem(403, "forbidden", &[]);
    }

    async fn a_password_is_changed_by_whoever_knows_the_old_one(world: World) {
        let (id, cookie) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let elsewhere = world.staff_session(id).await;
        let change = async |old: &str, new: &str| {
            world.write_as("PUT", "/api/v1/desk/password", &json!({"old": old, "new": new}), &cookie).await
        };
        change("wrong", "walks by the river").await.is_problem(422, "invalid", &[("/old", "wrong_password")]);
        for (new, code) in [("", "required"), ("short", "too_short"), ("iloveyou1", "easily_guessed"), ("worker12", "easily_guessed")] {
            change(PASSWORD, new).await.is_problem(422, "invalid", &[("/new", code)]);
        }
        assert_eq!(change(PASSWORD, "walks by the river").await.status, 204);
        assert_eq!(world.get_as("/api/v1/me", &cookie).await.status, 200, "this session goes on");
        world.get_as("/api/v1/me", &elsewhere).await.is_problem(401, "signed_out", &[]);
        assert_eq!(sign_in(&world, "worker", "walks by the river", "").await.status, 200);
    }

    async fn a_second_step_is_asked_for_and_shown_once(world: World) {
        let (id, first) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let asked = world.write_as("POST", "/api/v1/desk/second-step", &json!({"password": "wrong"}), &first).await;
        asked.is_problem(422, "invalid", &[("/password", "wrong_password")]);
        let (secret, codes) = second_step(&world, &first, PASSWORD).await;
        assert_eq!(codes.len(), 10);
        assert_eq!(world.get_as("/api/v1/me", &first).await.json()["second_step"], true);
        let needed = [("/code", "required")];
        sign_in(&world, "worker", PASSWORD, "").await.is_problem(401, "code_needed", &needed);
        sign_in(&world, "worker", "wrong", "").await.is_problem(401, "wrong_credentials", &[]);
        let wrong = [("/code", "wrong_code")];
        sign_in(&world, "worker", PASSWORD, "0000000").await.is_problem(401, "code_needed", &wrong);
        let shown = digits(&secret, 0);
        cookie(&sign_in(&world, "worker", PASSWORD, &shown).await);
        sign_in(&world, "worker", PASSWORD, &shown).await.is_problem(401, "code_needed", &wrong);
        sign_in(&world, "worker", PASSWORD, &digits(&secret, -1)).await.is_problem(401, "code_needed", &wrong);
        let recovered = cookie(&sign_in(&world, "worker", PASSWORD, &codes[3].to_lowercase()).await);
        sign_in(&world, "worker", PASSWORD, &codes[3]).await.is_problem(401, "code_needed", &wrong);
        assert_eq!(world.audited("staff.recovery_code", &id.to_string()).await, 1);

        let drop = world.write_as("DELETE", "/api/v1/desk/second-step", &json!({"password": PASSWORD}), &recovered).await;
        assert_eq!(drop.status, 204);
        assert_eq!(sign_in(&world, "worker", PASSWORD, "").await.status, 200);
        sign_in(&world, "worker", PASSWORD, "ignored").await;
    }

    async fn an_administrator_takes_the_second_step_from_who_lost_it(world: World) {
        let admin = world.admin().await;
        let (id, theirs) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        second_step(&world, &theirs, PASSWORD).await;
        let reset = format!("/api/v1/desk/staff/{id}/second-step");
        assert_eq!(world.write_as("DELETE", &reset, &json!({}), &admin).await.status, 204);
        assert_eq!(sign_in(&world, "worker", PASSWORD, "").await.status, 200);
        assert_eq!(world.audited("staff.second_step_off", &id.to_string()).await, 1);
    }

    async fn an_open_browser_is_not_enough_to_take_ones_own_password_or_second_step(world: World) {
        let (id, admin) = world.signed_in_as("admin", &[(Role::Admin, None)]).await;
        second_step(&world, &admin, PASSWORD).await;
        let mine = format!("/api/v1/desk/staff/{id}");
        let given = json!({"password": "walks by the river"});
        let password = world.write_as("PUT", &format!("{mine}/password"), &given, &admin).await;
        password.is_problem(403, "forbidden", &[]);
        let step = world.write_as("DELETE", &format!("{mine}/second-step"), &json!({}), &admin).await;
        step.is_problem(403, "forbidden", &[]);
        let me = world.get_as("/api/v1/me", &admin).await.json();
        assert_eq!(me["second_step"], true, "{me}");
        sign_in(&world, "admin", PASSWORD, "").await.is_problem(401, "code_needed", &[("/code", "required")]);
    }

    async fn turning_the_second_step_on_or_off_ends_every_other_session(world: World) {
        let (id, mine) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
        let thief = world.staff_session(id).await;
        let (secret, _) = second_step(&world, &mine, PASSWORD).await;
        world.get_as("/api/v1/me", &thief).await.is_problem(401, "signed_out", &[]);
        assert_eq!(world.get_as("/api/v1/me", &mine).await.status, 200, "this session goes on");
        let other = cookie(&sign_in(&world, "worker", PASSWORD, &digits(&secret, 0)).await);
        let off = json!({"password": PASSWORD});
        assert_eq!(world.write_as("DELETE", "/api/v1/desk/second-step", &off, &mine).await.status, 204);
        world.get_as("/api/v1/me", &other).await.is_problem(401, "signed_out", &[]);
        assert_eq!(world.get_as("/api/v1/me", &mine).await.status, 200, "this session goes on");

        second_step(&world, &mine, PASSWORD).await;
        let admin = world.admin().await;
        let drop = world.write_as("DELETE", &format!("/api/v1/desk/staff/{id}/second-step"), &json!({}), &admin).await;
        assert_eq!(drop.status, 204);
        world.get_as("/api/v1/me", &mine).await.is_problem(401, "signed_out", &[]);
    }

    async fn staff_see_their_grids_and_what_is_of_none(world: World) {
        world.grids().await;
        let in_grid = |grid: &str| with(&report(), "/place", json!({"estate": "estate", "building": grid, "words": ""}));
        let (north, south, nowhere) = (new_id(), new_id(), new_id());
        for (id, body) in [(north, in_grid("north")), (south, in_grid("south")), (nowhere, report())] {
            assert_eq!(world.put(&path("reports", id), &body).await.status, 201);
        }
        let (_, scoped) =
            world.signed_in_as("scoped", &[(Role::Worker, Some("north")), (Role::StreetViewer, None)]).await;
        let list = world.get_as("/api/v1/desk/submissions", &scoped).await.json();
        let seen: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
        assert_eq!(seen, [json!(nowhere), json!(north)]);
        world.get_as(&path("desk/submissions", south), &scoped).await.is_problem(404, "not_found", &[]);
        let all = world.get_as("/api/v1/desk/submissions", &world.admin().await).await.json();
        assert_eq!(all["items"].as_array().unwrap().len(), 3);
    }

    async fn a_street_sees_figures_and_nobodys_name(world: World) {
        world.grids().await;
        let place = json!({"estate": "estate", "building": "north", "words": ""});
        world.put(&path("reports", new_id()), &with(&report(), "/place", place)).await;
        let canary = with(&check_in(), "/person", json!({"name": "Canarina", "phone": "13911112222"}));
        world.put(&path("check-ins", new_id()), &canary).await;
        let (_, street) = world.signed_in_as("street", &[(Role::StreetViewer, None)]).await;
        let figures = world.get_as("/api/v1/desk/figures", &street).await;
        let told = figures.json();
        assert_eq!(told["counts"], json!([
            {"grid": "G0 The north", "kind": "report", "total": 1, "week": 1},
            {"kind": "check_in", "total": 1, "week": 1},
        ]));
        assert_eq!(told["newest"][1]["title"], "kind facility");
        for trace in ["Canarina", "13911112222", "systolic", "128", "lamp", "receipt"] {
            assert!(!figures.text().contains(trace), "{trace}");
        }
    }
}

#[tokio::test]
async fn codes_of_the_second_step_are_not_guessed_without_end() {
    let world = World::new(On::Sqlite).await;
    let (_, first) = world.signed_in_as("worker", &[(Role::Worker, None)]).await;
    second_step(&world, &first, PASSWORD).await;
    let mut refused = 0;
    for _ in 0..12 {
        let reply = sign_in(&world, "worker", PASSWORD, "x00000").await;
        refused += usize::from(reply.status == 429);
    }
    assert!(refused >= 2, "{refused}");
}

#[tokio::test]
async fn what_cannot_be_an_account_is_said_by_field() {
    let world = World::new(On::Sqlite).await;
    let admin = world.admin().await;
    let open = async |body: Value| world.write_as("POST", "/api/v1/desk/staff", &body, &admin).await;
    open(json!({})).await.is_problem(
        422,
        "invalid",
        &[("/name", "required"), ("/password", "required"), ("/roles", "required")],
    );
    open(json!({"name": "x", "password": "Password123", "roles": roles("worker")})).await.is_problem(
        422,
        "invalid",
        &[("/password", "easily_guessed")],
    );
    open(json!({"name": "x", "password": "long enough", "roles": [{"role": "king"}]})).await.is_problem(
        422,
        "invalid",
        &[("/roles/0/role", "malformed")],
    );
}
