//! Behind a proxy: whose requests are counted.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use linli_server::{Settings, Writes};

use crate::world::{On, Reply, World, new_id, path, report};

async fn world(trust_proxy: bool) -> World {
    World::with(On::Sqlite, Settings { writes: Writes::FromElsewhere(1), trust_proxy, ..Settings::default() }).await
}

impl World {
    async fn put_from(&self, peer: &str, forwarded_for: &str) -> Reply {
        let request = Request::put(path("reports", new_id())).header("content-type", "application/json");
        let request = request.header("x-forwarded-for", forwarded_for);
        let mut request = request.body(Body::from(report().to_string())).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        self.send(request).await
    }
}

#[tokio::test]
async fn a_trusted_proxy_on_this_machine_says_who_came_last() {
    let world = world(true).await;
    let put = async |hops: &str| world.put_from("127.0.0.1:4711", hops).await.status.as_u16();
    assert_eq!(put("203.0.113.7").await, 201);
    assert_eq!(put("203.0.113.7").await, 429);
    assert_eq!(put("198.51.100.1, 203.0.113.7").await, 429, "what the client claims is not believed");
    assert_eq!(put("203.0.113.7, 203.0.113.8").await, 201);
}

#[tokio::test]
async fn nobody_else_says_for_whom_they_come() {
    let world = world(true).await;
    assert_eq!(world.put_from("192.0.2.1:4711", "203.0.113.7").await.status, 201);
    assert_eq!(world.put_from("192.0.2.1:4711", "203.0.113.8").await.status, 429);
    let plain = self::world(false).await;
    for _ in 0..3 {
        assert_eq!(plain.put_from("127.0.0.1:4711", "203.0.113.7").await.status, 201, "no proxy is trusted");
    }
}
