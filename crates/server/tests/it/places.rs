//! Places and grids: kept by the desk, taken in from a file, and which grid a submission is for.

use axum::body::Body;
use axum::http::Request;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{COMMUNITY, PIN, Reply, World, check_in, endless, new_id, path, report, sign_up, with};

/// Two buildings, one of them in a grid.
async fn places(world: &World) {
    world
        .execute(&format!(
            "INSERT INTO grid (community_id, id, code, name, place) VALUES ('{COMMUNITY}', 'east', 'G-1', 'East', 0); \
             INSERT INTO building (community_id, estate_id, id, place, name, units, grid_id) VALUES \
               ('{COMMUNITY}', 'garden', '1', 0, 'No. 1', '[]', 'east'), \
               ('{COMMUNITY}', 'garden', '2', 1, 'No. 2', '[]', NULL), \
               ('{COMMUNITY}', 'other', '1', 0, 'No. 1', '[]', NULL)"
        ))
        .await;
}

async fn edit(world: &World, cookie: &str, what: &str, body: Value) -> Reply {
    world.write_as("POST", &format!("/api/v1/desk/{what}"), &body, cookie).await
}

async fn edited(world: &World, cookie: &str, what: &str, body: Value) -> Value {
    let reply = edit(world, cookie, what, body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

async fn import(world: &World, cookie: &str, file: &str, confirm: &str) -> Reply {
    let path = format!("/api/v1/desk/places.csv?confirm={confirm}");
    let request = Request::post(path).header("content-type", "text/csv").header("cookie", cookie);
    world.send(request.body(Body::from(file.to_owned())).unwrap()).await
}

const FILE: &str = "小区,楼栋,单元,室号,网格编号\n\
    榕荫苑,1 栋,1 单元,101,G01\n\
    榕荫苑,1 栋,1 单元,102,G01\n\
    榕荫苑,1 栋,2 单元,101,\n\
    榕荫苑,,2 单元,102,\n\
    河清里,甲楼,,,G02\n";

/// The grid of a submission, as it is kept.
async fn grid(world: &World, receipt: &Value) -> Option<String> {
    let connection = world.connection().await;
    let sql = format!("SELECT grid_id FROM submission WHERE receipt = '{}'", receipt.as_str().unwrap());
    let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), sql)).await;
    let grid = row.unwrap().unwrap().try_get_by_index(0).unwrap();
    connection.close().await.unwrap();
    grid
}

on_both! {
    async fn a_report_is_for_the_grid_of_its_building(world: World) {
        places(&world).await;
        let at = |estate: &str, building: &str| json!({"estate": estate, "building": building});
        for (place, expected) in [
            (at("garden", "1"), Some("east")),
            (at("garden", "2"), None),
            (at("other", "1"), None),
            (at("garden", "9"), None),
            (json!({"words": "gate"}), None),
        ] {
            let body = with(&report(), "/place", place);
            assert_eq!(world.put(&path("reports", new_id()), &body).await.status, 201);
            assert_eq!(grid(&world, &body["receipt"]).await.as_deref(), expected, "{}", body["place"]);
        }
    }

    async fn what_an_account_sends_is_for_the_grid_of_its_household(world: World) {
        places(&world).await;
        let (_, cookie) = world.resident("A", "13800000001").await;
        let send = async |kind: &str, body: Value| {
            assert_eq!(world.write_as("PUT", &path(kind, new_id()), &body, &cookie).await.status, 201);
            grid(&world, &body["receipt"]).await
        };
        assert_eq!(send("check-ins", check_in()).await, None, "of no household that is known");
        let household = new_id();
        let literal = world.literal(household);
        world
            .execute(&format!(
                "INSERT INTO household (community_id, id, estate_id, building_id, unit, room) \
                   VALUES ('{COMMUNITY}', {literal}, 'garden', '1', '', '101'); \
                 UPDATE person SET household_id = {literal}"
            ))
            .await;
        assert_eq!(send("check-ins", check_in()).await.as_deref(), Some("east"));
        assert_eq!(send("sign-ups", sign_up(endless())).await.as_deref(), Some("east"));
        assert_eq!(send("reports", report()).await.as_deref(), Some("east"));
        let guest = check_in();
        world.put(&path("check-ins", new_id()), &guest).await;
        assert_eq!(grid(&world, &guest["receipt"]).await, None);
    }

    async fn places_are_kept_at_the_desk_and_shown_to_everybody(world: World) {
        let cookie = world.admin().await;
        let places = edited(&world, &cookie, "estates", json!({"name": "榕荫苑"})).await;
        let estate = places["estates"][0]["id"].clone();
        let taken = [("/name", "name_taken")];
        edit(&world, &cookie, "estates", json!({"name": " 榕荫苑 "})).await.is_problem(422, "invalid", &taken);
        let places = edited(&world, &cookie, "grids", json!({"code": "G01", "name": "东片"})).await;
        let grid = places["grids"][0]["id"].clone();
        edit(&world, &cookie, "grids", json!({"code": "g01"})).await.is_problem(422, "invalid", &[("/code", "name_taken")]);
        let home = json!({"estate": estate, "name": "1 栋", "units": ["1 单元"], "grid": grid});
        let places = edited(&world, &cookie, "buildings", home).await;
        let building = places["estates"][0]["buildings"][0]["id"].clone();
        let unknown = json!({"estate": "x", "name": "2 栋", "units": [], "grid": grid});
        edit(&world, &cookie, "buildings", unknown).await.is_problem(422, "invalid", &[("/estate", "unknown_place")]);
        edited(&world, &cookie, "street", json!({"street": "沙河街道"})).await;
        let named = |public: &Value| public["grids"][0]["buildings"].as_array().is_some_and(|all| !all.is_empty());
        let public = world.public_once(named).await;
        assert_eq!(public["places"][0]["name"], "榕荫苑");
        assert_eq!(public["grids"][0]["buildings"], json!([{"estate": estate, "building": building}]));

        let in_use = json!({"id": grid, "code": "G01", "archived": true});
        edit(&world, &cookie, "grids", in_use).await.is_problem(422, "invalid", &[("/code", "in_use")]);
        let gone = json!({"estate": estate, "id": building, "name": "1 栋", "units": [], "archived": true});
        let places = edited(&world, &cookie, "buildings", gone).await;
        assert_eq!(places["estates"][0]["buildings"][0]["archived"], true, "it is there for what names it");
        world.public_once(|public| public["places"][0]["buildings"] == json!([])).await;
        assert_eq!(world.get_as("/api/v1/desk/places", &cookie).await.json()["street"], "沙河街道");
        assert_eq!(world.audited("place.change", "street").await, 1);
    }

    async fn a_grid_has_one_lead_and_one_deputy_at_a_time_and_keeps_who_it_was(world: World) {
        let cookie = world.admin().await;
        let places = edited(&world, &cookie, "grids", json!({"code": "G01"})).await;
        let grid = places["grids"][0]["id"].clone();
        let person = |name: &str, part: &str, from: &str, until: &str| {
            json!({"grid": grid, "name": name, "phone": "0755-00000021", "part": part, "from": from, "until": until})
        };
        edited(&world, &cookie, "grid-people", person("李", "lead", "2020-01-01", "")).await;
        let taken = [("/part", "part_taken")];
        let second = person("王", "lead", "2021-01-01", "");
        edit(&world, &cookie, "grid-people", second.clone()).await.is_problem(422, "invalid", &taken);
        let places = edited(&world, &cookie, "grid-people", person("赵", "deputy", "2020-01-01", "")).await;
        let people = places["grids"][0]["people"].as_array().unwrap().clone();
        let first = people.iter().find(|person| person["name"] == "李").unwrap();
        let ended = with(&person("李", "lead", "2020-01-01", "2020-12-31"), "/id", first["id"].clone());
        edited(&world, &cookie, "grid-people", ended).await;
        let places = edited(&world, &cookie, "grid-people", second).await;
        assert_eq!(places["grids"][0]["people"].as_array().unwrap().len(), 3, "who it was is kept");
        let serving = |public: &Value| {
            let people = public["grids"][0]["people"].as_array().cloned().unwrap_or_default();
            people.iter().map(|person| person["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        world.public_once(|public| serving(public) == ["王", "赵"]).await;
    }

    async fn a_file_is_looked_at_before_it_is_written(world: World) {
        let cookie = world.admin().await;
        let preview = import(&world, &cookie, FILE, "").await;
        assert_eq!(preview.status, 200, "{}", preview.text());
        let preview = preview.json();
        assert_eq!(preview["added"], json!({"estates": 2, "buildings": 2, "units": 2, "households": 3, "grids": 2}));
        assert_eq!(preview["bad"], json!([{"line": 5, "column": "building", "code": "required"}]));
        assert_eq!(world.get_as("/api/v1/desk/places", &cookie).await.json()["estates"], json!([]), "nothing is written");

        let digest = preview["digest"].as_str().unwrap();
        let other = FILE.replace("102", "103");
        import(&world, &cookie, &other, digest).await.is_problem(409, "changed_meanwhile", &[]);
        let done = import(&world, &cookie, FILE, digest).await.json();
        assert_eq!((&done["done"], &done["added"]), (&json!(true), &preview["added"]));
        import(&world, &cookie, FILE, digest).await.is_problem(409, "changed_meanwhile", &[]);

        let places = world.get_as("/api/v1/desk/places", &cookie).await.json();
        assert_eq!(places["estates"][0]["buildings"][0]["households"], 3);
        assert_eq!((&places["grids"][0]["code"], &places["grids"][0]["households"]), (&json!("G01"), &json!(3)));
        let again = import(&world, &cookie, FILE, "").await.json();
        assert_eq!((&again["added"]["households"], &again["left"]), (&json!(0), &json!(4)));
        let file = world.get_as("/api/v1/desk/places.csv", &cookie).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        let same = import(&world, &cookie, &file.text(), "").await.json();
        assert_eq!(same["added"], json!({"estates": 0, "buildings": 0, "units": 0, "households": 0, "grids": 0}));
        assert_eq!((&same["changed"], &same["bad"]), (&json!([]), &json!([])));
        let moved = import(&world, &cookie, "小区,楼栋,网格编号\n榕荫苑,1栋,G02", "").await.json();
        let change = json!([{"estate": "榕荫苑", "building": "1 栋", "from": "G01", "to": "G02"}]);
        assert_eq!(moved["changed"], change);
    }

    async fn a_code_for_a_household_makes_an_account_of_it(world: World) {
        let cookie = world.admin().await;
        let digest = import(&world, &cookie, FILE, "").await.json()["digest"].as_str().unwrap().to_owned();
        assert_eq!(import(&world, &cookie, FILE, &digest).await.status, 200);
        let places = world.get_as("/api/v1/desk/places", &cookie).await.json();
        let estate = &places["estates"][0];
        let (estate, building) = (estate["id"].as_str().unwrap(), estate["buildings"][0]["id"].as_str().unwrap());
        let query = format!("/api/v1/desk/households?estate={estate}&building={building}&unit=1%20%E5%8D%95%E5%85%83");
        let households = world.get_as(&query, &cookie).await.json();
        assert_eq!(households["items"].as_array().unwrap().len(), 2);
        assert_eq!(households["items"][1]["words"], "榕荫苑 1 栋 1 单元 102");
        let wanted = json!({"households": [households["items"][1]["id"]]});
        let codes = world.write_as("POST", "/api/v1/desk/household-codes", &wanted, &cookie).await;
        assert_eq!(codes.status, 201, "{}", codes.text());
        let codes = codes.json();
        assert_eq!(codes["codes"][0]["place"], "榕荫苑 1 栋 1 单元 102");
        let unknown = json!({"households": [new_id()]});
        let refused = world.write_as("POST", "/api/v1/desk/household-codes", &unknown, &cookie).await;
        refused.is_problem(422, "invalid", &[("/households", "unknown_place")]);
        let account =
            json!({"household_code": codes["codes"][0]["code"], "name": "A", "phone": "13800000001", "pin": PIN});
        let opened = world.post("/api/v1/accounts", &account).await;
        assert_eq!(opened.status, 201, "{}", opened.text());
        let resident = opened.header("set-cookie").split(';').next().unwrap().to_owned();
        let body = check_in();
        world.write_as("PUT", &path("check-ins", new_id()), &body, &resident).await;
        assert_eq!(grid(&world, &body["receipt"]).await.as_deref(), places["grids"][0]["id"].as_str());
        let unit = json!({"estate": estate, "id": building, "name": "1 栋", "units": ["2 单元"]});
        edit(&world, &cookie, "buildings", unit).await.is_problem(422, "invalid", &[("/units", "in_use")]);
    }
}
