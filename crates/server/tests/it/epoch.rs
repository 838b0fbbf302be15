//! The epoch: the same for ever, but for a restore.

use linli_server::store::{Store, database};
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{self, World, content, new_id};

async fn named(store: &Store) -> Option<String> {
    store.public().await.public.epoch.clone()
}

on_both! {
    async fn the_epoch_outlives_everything_but_a_restore(world: World) {
        let first = named(&world.store).await;
        assert!(first.is_some());
        assert_eq!(world.get("/api/v1/public").await.json()["epoch"], json!(first));
        let items = json!({"items": [{"kind": "report", "id": new_id(), "body": world::report()}]});
        assert_eq!(world.post("/api/v1/outbox", &items).await.json()["epoch"], json!(first));
        world.database.install(&content()).await.unwrap();
        let again = Store::start(world.database.clone()).await.unwrap();
        assert_eq!(named(&again).await, first, "neither a start nor new content is a restore");
        database::begin_epoch(&world.address).await.unwrap();
        again.refresh().await.unwrap();
        let second = named(&again).await;
        assert!(second.is_some() && second != first);
        assert_ne!(world.post("/api/v1/outbox", &items).await.json()["items"][0]["status"], Value::Null);
    }
}
