//! Connections: taken as they come, and let go when a request's head does not come or an answer is not read in time. Whoever
//! opens many and says nothing, or asks for much and reads nothing, holds none of them for long.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio_io_timeout::TimeoutWriter;
use tower_service::Service as _;

/// How long the head of a request may take, a connection may be idle, and no byte of an answer be read.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait when no connection can be taken: too many files are open.
const BREATH: Duration = Duration::from_millis(200);

/// Answers what comes over a listener until it is told to end; the connections that are open then can be waited for.
pub async fn accept(listener: TcpListener, router: Router, told: impl Future<Output = ()>) -> GracefulShutdown {
    accept_within(PATIENCE, listener, router, told).await
}

async fn accept_within(
    patience: Duration,
    listener: TcpListener,
    router: Router,
    told: impl Future<Output = ()>,
) -> GracefulShutdown {
    let open = GracefulShutdown::new();
    let mut told = std::pin::pin!(told);
    loop {
        let accepted = tokio::select! { accepted = listener.accept() => accepted, () = &mut told => return open };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        // Answers are small; waiting to fill a packet only costs time.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            router.clone().call(request)
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(patience);
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(patience));
        let connection = open.watch(builder.serve_connection(TokioIo::new(Box::pin(stream)), answer));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    #[tokio::test]
    async fn a_head_that_does_not_come_is_not_waited_for_without_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", axum::routing::get(async || "here"));
        tokio::spawn(accept_within(Duration::from_millis(50), listener, router, std::future::pending()));
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await.unwrap();
        let mut said = Vec::new();
        slow.read_to_end(&mut said).await.unwrap();
        assert!(!String::from_utf8_lossy(&said).contains("here"), "it was let go");
        let mut quick = TcpStream::connect(address).await.unwrap();
        quick.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        quick.read_to_end(&mut said).await.unwrap();
        assert!(String::from_utf8_lossy(&said).contains("here"), "and others are answered");
    }

    #[tokio::test]
    async fn an_answer_that_nobody_reads_is_not_waited_for_without_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        // More than the buffers of both sides take.
        let much = vec![b'x'; 64 << 20];
        let router = Router::new().route("/", axum::routing::get(async move || much.clone()));
        tokio::spawn(accept_within(Duration::from_millis(200), listener, router, std::future::pending()));
        let mut lazy = TcpStream::connect(address).await.unwrap();
        lazy.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let mut said = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(20), lazy.read_to_end(&mut said)).await;
        assert!(ended.is_ok() && said.len() < 64 << 20, "it was let go after {} bytes", said.len());
    }
}
