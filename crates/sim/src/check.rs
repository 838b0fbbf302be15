//! What must be true when everything has come to rest.

use std::collections::BTreeMap;

use linli_domain::device::{AttentionRow, Table};
use linli_domain::{ProblemCode, RecordId};
use serde_json::Value;

use crate::people::without_time;
use crate::server::{PLACES, Server, Trouble};
use crate::world::{Shared, World};

/// Looks at every device and at the database of the server.
pub async fn everything(shared: &Shared, server: &Server, before: i64) -> Result<(), Trouble> {
    let mut rows: BTreeMap<RecordId, Vec<Value>> = BTreeMap::new();
    for (id, body) in server.rows_after(before).await? {
        rows.entry(id.parse()?).or_default().push(without_time(serde_json::from_str(&body)?));
    }
    let public = server.call("GET", "/api/v1/public", None, "").await?;
    let public: Value = serde_json::from_str(&public.body)?;
    let mut world = shared.world.borrow_mut();
    let seated = public["activities"][0]["confirmed"].as_u64().unwrap_or(0);
    if seated > u64::from(PLACES) {
        world.violated(format!("of {PLACES} places {seated} were given away"));
    }
    for device in 0..world.devices.len() {
        world.look_at(device);
    }
    let found = known(&world, &rows).into_iter().chain(kept(&world, &rows)).collect::<Vec<_>>();
    for what in found {
        world.violated(what);
    }
    Ok(())
}

/// The server has each record once, and nothing that nobody said.
fn known(world: &World, rows: &BTreeMap<RecordId, Vec<Value>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (id, bodies) in rows {
        match world.said.get(id) {
            None => wrong.push("the server has a record that nobody made".to_owned()),
            Some(said) => {
                if bodies.len() != 1 {
                    wrong.push(format!("the server has r{} {} times", said.name, bodies.len()));
                }
                if !bodies.iter().all(|body| said.bodies.contains(body)) {
                    wrong.push(format!("the server has r{} in words that nobody confirmed", said.name));
                }
            }
        }
    }
    wrong
}

/// Every record that was called saved is on the server as it was last confirmed.
fn kept(world: &World, rows: &BTreeMap<RecordId, Vec<Value>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (id, said) in &world.said {
        let Some(newest) = said.saved.filter(|_| !said.discarded) else { continue };
        let name = said.name;
        let storage = &world.devices[said.device].storage;
        let on_server = rows.get(id).and_then(|bodies| bodies.first());
        let number = on_server.and_then(|body| said.bodies.iter().position(|known| known == body));
        if storage.row(Table::Sent, &id.to_string()).is_some() {
            match number {
                None => wrong.push(format!("r{name} is called sent and is not on the server")),
                Some(number) if number < newest => {
                    wrong.push(format!("r{name} is on the server as it was before its correction"));
                }
                Some(_) => {}
            }
        } else if let Some(text) = storage.row(Table::Attention, &id.to_string()) {
            let row: Option<AttentionRow> = serde_json::from_str(&text).ok();
            let code = row.map(|row| row.problem.code);
            // Nobody can correct what is sealed.
            if !matches!((said.sealed, code), (Some((_, true)), Some(ProblemCode::Invalid))) {
                wrong.push(format!("r{name} needs attention for no good reason: {code:?}"));
            }
        } else if storage.row(Table::Outbox, &id.to_string()).is_some() {
            if !world.may_wait(*id) {
                wrong.push(format!("r{name} still waits"));
            }
        } else {
            wrong.push(format!("r{name} was called saved and is gone"));
        }
    }
    wrong
}
