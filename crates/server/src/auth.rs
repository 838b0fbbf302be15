//! Who may call what: the authority of a route, the session cookie, passwords, and the origin of a write.

use std::collections::HashSet;
use std::sync::OnceLock;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, FixedOffset, TimeDelta};
use linli_domain::session::{Me, Role};
use linli_domain::tablet::Tablet;
use linli_domain::{Code, ProblemCode, RecordId, staff};
use sha2::{Digest, Sha256};

use crate::App;
use crate::error::Error;
use crate::store::{NewSession, Scope};
use crate::turn::Turns;

/// The cookie's name; the prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`.
pub const COOKIE: &str = "__Host-linli";
/// The cookie of a paired tablet.
pub const DEVICE_COOKIE: &str = "__Host-linli-device";
/// How long a session lasts.
pub const SESSION: TimeDelta = TimeDelta::hours(12);
/// How long a resident's lasts, on a phone of their own.
pub const RESIDENT_SESSION: TimeDelta = TimeDelta::days(30);

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// Everybody.
    Anyone,
    /// Staff who handle what arrives: workers, grid managers and administrators.
    Staff,
    /// Staff of whatever role.
    AnyStaff,
    /// Administrators.
    Admin,
    /// Residents who are signed in.
    Resident,
    /// Whoever is signed in.
    Either,
    /// A shared tablet that is paired.
    Device,
}

impl Authority {
    /// The roles that may, once signed in.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Anyone | Self::Either => {
                &[Role::Resident, Role::StreetViewer, Role::Worker, Role::GridManager, Role::Admin]
            }
            Self::AnyStaff => &Role::STAFF,
            Self::Staff => &[Role::Worker, Role::GridManager, Role::Admin],
            Self::Admin => &[Role::Admin],
            Self::Resident => &[Role::Resident],
            Self::Device => &[],
        }
    }

    /// Whether somebody may, once signed in.
    fn admits(self, me: &Me) -> bool {
        let roles = self.roles();
        roles.contains(&me.role) || me.roles.iter().any(|granted| roles.contains(&granted.role))
    }
}

/// Lets only those through who are signed in and may, and tells the handler who it is (`Extension<Me>`) and which grids
/// they see by the roles that let them in (`Extension<Scope>`).
///
/// # Errors
/// 401 `signed_out`, 403 `forbidden`.
pub async fn only(
    State((app, authority)): State<(App, Authority)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    if authority == Authority::Device {
        let paired = paired(&app, request.headers()).await?.ok_or(ProblemCode::SignedOut)?;
        request.extensions_mut().insert(paired);
        return Ok(next.run(request).await);
    }
    let me = who(&app, request.headers()).await?.ok_or(ProblemCode::SignedOut)?;
    if !authority.admits(&me) {
        return Err(ProblemCode::Forbidden.into());
    }
    request.extensions_mut().insert(Scope::of(&me.roles, authority.roles()));
    request.extensions_mut().insert(me);
    Ok(next.run(request).await)
}

/// A shared tablet that is paired.
#[derive(Debug, Clone)]
pub struct Paired {
    /// Which.
    pub id: RecordId,
    /// What it is told of itself.
    pub tablet: Tablet,
}

/// The paired tablet that a request comes from.
///
/// # Errors
/// When the store cannot be read.
pub async fn paired(app: &App, headers: &HeaderMap) -> Result<Option<Paired>, Error> {
    let Some(token) = cookie(headers, DEVICE_COOKIE) else { return Ok(None) };
    let found = app.store().tablet(hash_token(&token)).await?;
    Ok(found.map(|(id, tablet)| Paired { id, tablet }))
}

/// Whose session a request carries; on a paired tablet nobody's counts.
///
/// # Errors
/// When the store cannot be read.
pub async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Me>, Error> {
    let Some(token) = token(headers) else { return Ok(None) };
    if paired(app, headers).await?.is_some() {
        return Ok(None);
    }
    Ok(app.store().signed_in(hash_token(&token), app.store().now()).await?)
}

/// Who sends, where nobody needs to be signed in.
pub struct By {
    /// The resident whose session a request carries.
    pub account: Option<RecordId>,
    /// Whether it comes from a paired tablet.
    pub shared: bool,
}

impl FromRequestParts<App> for By {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let shared = paired(app, &parts.headers).await?.is_some();
        let me = if shared { None } else { who(app, &parts.headers).await? };
        Ok(Self { account: me.filter(|me| me.role == Role::Resident).map(|me| me.id), shared })
    }
}

/// That a request does not come from a paired tablet, on which nobody signs in.
pub struct NotShared;

impl FromRequestParts<App> for NotShared {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        match paired(app, &parts.headers).await? {
            Some(_) => Err(ProblemCode::Forbidden.into()),
            None => Ok(Self),
        }
    }
}

/// The session token a request carries.
pub fn token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, COOKIE)
}

fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, token)| token.to_owned())
}

/// A session that begins in the place of the one a request carries, for whoever had this hash fitted.
pub fn session(token: &str, headers: &HeaderMap, fitted: String, expires_at: DateTime<FixedOffset>) -> NewSession {
    let instead = self::token(headers).map(|token| hash_token(&token));
    NewSession { token: hash_token(token), instead, fitted, expires_at }
}

/// What the database keeps of a token.
pub fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// A fresh token: 256 random bits in hexadecimal digits.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn new_token() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Error::Internal("no random bytes"))?;
    Ok(crate::hex(&bytes))
}

/// Passwords that are hashed or checked at once.
const AT_ONCE: usize = 2;
/// Passwords that wait for it: two seconds' worth. Whoever comes later is asked to come again.
const WAITING: usize = 64;

/// Hashes and checks passwords and PINs with argon2id, a few at a time, so that guessing cannot take all memory.
#[derive(Debug, Clone)]
pub struct Passwords(Turns);

impl Default for Passwords {
    fn default() -> Self {
        Self(Turns::new(AT_ONCE, WAITING))
    }
}

impl Passwords {
    /// Whether the password fits; without a hash it takes the same time and never fits.
    ///
    /// # Errors
    /// 503 when too many wait; when the server is ending.
    pub async fn fits(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let check = move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| nobody().to_owned());
            let parsed = PasswordHash::new(&hash);
            known & parsed.is_ok_and(|parsed| argon2id().verify_password(password.as_bytes(), &parsed).is_ok())
        };
        self.0.take(check).await?.ok_or(Error::Internal("a password could not be checked"))
    }

    /// The argon2id hash of a password.
    ///
    /// # Errors
    /// 503 when too many wait; when the server is ending or the operating system gives no random bytes.
    pub async fn hashed(&self, password: String) -> Result<String, Error> {
        let hash = self.0.take(move || hash_password(&password)).await?;
        hash.ok_or(Error::Internal("a password could not be hashed"))?
    }
}

/// The argon2id hash of a password.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn hash_password(password: &str) -> Result<String, Error> {
    let hash = argon2id().hash_password(password.as_bytes()).map_err(|_| Error::Internal("no password hash"))?;
    Ok(hash.to_string())
}

/// What is wrong with a password for an account of this name.
pub fn password_fault(password: &str, name: &str) -> Option<Code> {
    staff::password_fault(password, name).or_else(|| is_common(password).then_some(Code::EasilyGuessed))
}

/// Whether a password is among the most common ones.
pub fn is_common(password: &str) -> bool {
    static COMMON: OnceLock<HashSet<&str>> = OnceLock::new();
    let common = COMMON.get_or_init(|| include_str!("../data/common-passwords.txt").lines().collect());
    common.contains(password.to_lowercase().trim())
}

fn argon2id() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("the parameters are within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A hash that belongs to nobody.
fn nobody() -> &'static str {
    static NOBODY: OnceLock<String> = OnceLock::new();
    NOBODY.get_or_init(|| hash_password("").unwrap_or_default())
}

/// Whether a request that writes comes from another site than this one.
pub fn foreign(method: &Method, headers: &HeaderMap, host: Option<&str>, allowed: &[String]) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("null"));
    let Some(origin) = text(header::ORIGIN) else {
        return matches!(text(header::HeaderName::from_static("sec-fetch-site")), Some("cross-site" | "same-site"));
    };
    if allowed.iter().any(|own| own == origin) {
        return false;
    }
    let cross_site = text(header::HeaderName::from_static("sec-fetch-site")) == Some("cross-site");
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    let own = authority.zip(host).is_some_and(|(origin, host)| origin.eq_ignore_ascii_case(host));
    cross_site || !own
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_password_for_nobody_is_as_much_work_as_one_for_somebody() {
        let work = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        let somebody = hash_password("correct horse").unwrap();
        assert_eq!(work(nobody()), work(&somebody));
        assert_eq!(work(nobody()), "$argon2id$v=19$m=19456,t=2,p=1");
    }

    #[tokio::test]
    async fn nobody_has_no_password_not_even_an_empty_one() {
        let passwords = Passwords::default();
        assert!(!passwords.fits(String::new(), None).await.unwrap());
        let hash = hash_password("correct horse").unwrap();
        assert!(passwords.fits("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.fits("wrong horse".to_owned(), Some(hash)).await.unwrap());
    }

    #[test]
    fn only_writes_from_elsewhere_are_foreign() {
        let check = |method, pairs: &[(&'static str, &'static str)], expected| {
            let headers = pairs
                .iter()
                .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)));
            let allowed = ["https://linli.example".to_owned()];
            assert_eq!(foreign(&method, &headers.collect(), Some("127.0.0.1:8080"), &allowed), expected, "{pairs:?}");
        };
        check(Method::PUT, &[], false);
        check(Method::PUT, &[("origin", "http://127.0.0.1:8080")], false);
        check(Method::PUT, &[("origin", "https://linli.example")], false);
        check(Method::PUT, &[("origin", "http://evil.example")], true);
        check(Method::PUT, &[("origin", "null")], true);
        check(Method::PUT, &[("origin", "http://127.0.0.1:8081")], true);
        check(Method::PUT, &[("sec-fetch-site", "cross-site")], true);
        check(Method::PUT, &[("sec-fetch-site", "same-origin")], false);
        check(Method::GET, &[("origin", "http://evil.example")], false);
    }
}
