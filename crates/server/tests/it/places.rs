//! Places and grids: which grid a submission is for.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{COMMUNITY, World, check_in, endless, new_id, path, report, sign_up, with};

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
        let literal = match world.address {
            linli_server::store::Address::Sqlite(_) => format!("x'{}'", household.to_string().replace('-', "")),
            linli_server::store::Address::Postgres(_) => format!("'{household}'"),
        };
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
}
