//! What handlers take out of a request, each with its own refusals.

use std::convert::Infallible;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use flate2::read::GzDecoder;
use linli_domain::{PhotoHash, ProblemCode, RecordId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::App;
use crate::error::Error;

/// The slowest line that still gets a device's photo or outbox through, and no more patience than that.
const PATIENCE: Duration = Duration::from_mins(2);
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A JSON body of at most `LIMIT` bytes, packed with gzip or not.
pub struct Json<const LIMIT: usize>(pub Value);

impl<S: Sync, const LIMIT: usize> FromRequest<S> for Json<LIMIT> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let text = json(request, LIMIT).await?;
        serde_json::from_slice(&text).map(Self).map_err(|_| ProblemCode::Malformed.into())
    }
}

/// What says that it is JSON, as it came but for its packing.
///
/// # Errors
/// 415 `unsupported_media_type`, and those of [`body`].
pub async fn json(request: Request, limit: usize) -> Result<Bytes, Error> {
    if !is_json(request.headers()) {
        return Err(ProblemCode::UnsupportedMediaType.into());
    }
    let packed = is_packed(request.headers())?;
    let bytes = body(request, limit).await?;
    if packed { unpacked(&bytes, limit) } else { Ok(bytes) }
}

/// Whether a body came packed with gzip, the one packing that is taken.
fn is_packed(headers: &HeaderMap) -> Result<bool, Error> {
    match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(false),
        Some(packing) if packing.eq_ignore_ascii_case(b"gzip") => Ok(true),
        Some(_) => Err(ProblemCode::UnsupportedMediaType.into()),
    }
}

/// What was packed, given up as soon as it is known to be more than the limit.
fn unpacked(bytes: &[u8], limit: usize) -> Result<Bytes, Error> {
    let mut unpacked = Vec::with_capacity(limit.min(4 * bytes.len()));
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = GzDecoder::new(bytes).take(most).read_to_end(&mut unpacked);
    match read {
        Ok(length) if length > limit => Err(ProblemCode::TooLarge.into()),
        Ok(_) => Ok(unpacked.into()),
        Err(_) => Err(ProblemCode::Malformed.into()),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    is_one_of(headers, &["application/json"])
}

/// Whether the body says that it is of one of these media types.
pub fn is_one_of(headers: &HeaderMap, types: &[&str]) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    types.iter().any(|known| essence.eq_ignore_ascii_case(known))
}

/// The bytes of a body, refused as soon as they are known to be more than the limit.
///
/// # Errors
/// 413 `too_large`, 400 `malformed`, 503 `unavailable` when they take too long.
pub async fn body(request: Request, limit: usize) -> Result<Bytes, Error> {
    body_within(PATIENCE, request, limit).await
}

async fn body_within(patience: Duration, request: Request, limit: usize) -> Result<Bytes, Error> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes: usize| bytes > limit) {
        return Err(ProblemCode::TooLarge.into());
    }
    let coming = tokio::time::timeout(patience, axum::body::to_bytes(request.into_body(), limit)).await;
    coming.map_err(|_| Error::from(ProblemCode::Unavailable))?.map_err(|error| {
        let too_large = std::error::Error::source(&error).is_some_and(|why| why.to_string().contains("length limit"));
        Error::from(if too_large { ProblemCode::TooLarge } else { ProblemCode::Malformed })
    })
}

/// The record id in the path.
pub struct Id(pub RecordId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Word(text) = Word::from_request_parts(parts, state).await?;
        text.parse().map(Self).map_err(|_| ProblemCode::Malformed.into())
    }
}

/// The hash in the path.
pub struct Hash(pub PhotoHash);

impl<S: Send + Sync> FromRequestParts<S> for Hash {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Word(text) = Word::from_request_parts(parts, state).await?;
        text.parse().map(Self).map_err(|_| ProblemCode::Malformed.into())
    }
}

/// The one word in the path.
pub struct Word(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Word {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Error::from(ProblemCode::Malformed))?;
        Ok(Self(text))
    }
}

/// The query.
pub struct Asked<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Query(asked) = Query::try_from_uri(&parts.uri).map_err(|_| Error::from(ProblemCode::Malformed))?;
        Ok(Self(asked))
    }
}

/// Where a request comes from: an IPv4 address, or the /64 network of an IPv6 address. Behind a proxy that is trusted it is
/// what the proxy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source(pub IpAddr);

impl FromRequestParts<App> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip().to_canonical());
        let proxy = app.trusts_proxy() && peer.is_loopback();
        Ok(Self(network(proxy.then(|| forwarded_for(&parts.headers)).flatten().unwrap_or(peer))))
    }
}

/// The last hop of `X-Forwarded-For`: the one the proxy itself wrote, whatever its client claimed before.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let hops = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?;
    let last = hops.rsplit(',').next()?.trim();
    let ip = last.parse::<IpAddr>().or_else(|_| last.parse::<SocketAddr>().map(|hop| hop.ip()));
    ip.ok().map(|ip| ip.to_canonical())
}

fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let mut segments = v6.segments();
            segments[4..].fill(0);
            IpAddr::V6(segments.into())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use futures_util::stream;

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for_without_end() {
        let never = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        let coming = body_within(Duration::ZERO, Request::new(never), 1000).await;
        assert_eq!(coming.unwrap_err().problem().0.code, ProblemCode::Unavailable);
    }

    #[test]
    fn the_last_hop_is_who_came_to_the_proxy() {
        let check = |values: &[&'static str], expected: Option<&str>| {
            let values = values.iter().map(|value| (FORWARDED_FOR, HeaderValue::from_static(value)));
            let ip = forwarded_for(&values.collect());
            assert_eq!(ip, expected.map(|ip| ip.parse().unwrap()), "{expected:?}");
        };
        check(&[], None);
        check(&["203.0.113.7"], Some("203.0.113.7"));
        check(&["10.0.0.1, 203.0.113.7"], Some("203.0.113.7"));
        check(&["10.0.0.1", "::ffff:203.0.113.7"], Some("203.0.113.7"));
        check(&["203.0.113.7:4711"], Some("203.0.113.7"));
        check(&["[2001:db8::1]:4711"], Some("2001:db8::1"));
        check(&["203.0.113.7, unknown"], None);
        assert_eq!(network("2001:db8:1:2:3::1".parse().unwrap()), "2001:db8:1:2::".parse::<IpAddr>().unwrap());
    }
}
