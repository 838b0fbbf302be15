//! Activities, by page and one by one.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use linli_domain::activity::{Activity, ActivityPage};
use linli_domain::{Code, FieldPath, ProblemCode, RecordId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{ItemProblems, ListProblems, plain};
use crate::App;
use crate::error::Error;
use crate::extract::{Asked, Id};
use crate::store::activities::{Filter, read_cursor};

/// Longest kind, audience and words taken.
const LENGTH: usize = 100;

/// Which activities to list; an empty value is as none.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// Not over at this day or moment; without it, from today on.
    #[serde(default)]
    pub from: String,
    /// Starting before this moment, or on this day or before.
    #[serde(default)]
    pub to: String,
    /// Of this kind.
    #[serde(default)]
    pub kind: String,
    /// For this audience or for everybody.
    #[serde(default)]
    pub audience: String,
    /// Words in title, summary, place or host; capital letters are as small ones.
    #[serde(default)]
    pub q: String,
    /// `next` of the page before.
    #[serde(default)]
    pub cursor: String,
}

/// Activities, soonest first.
#[utoipa::path(get, path = "/api/v1/activities", params(Query), responses(
    (status = 200, description = "A page", body = ActivityPage),
    ListProblems,
))]
pub async fn list(State(app): State<App>, Asked(query): Asked<Query>) -> Result<Json<ActivityPage>, Error> {
    let filter = filter(&query, app.store().now())?;
    Ok(Json(app.store().activities(&filter).await?))
}

/// One activity.
#[utoipa::path(get, path = "/api/v1/activities/{id}", params(("id" = RecordId, Path)), responses(
    (status = 200, description = "The activity", body = Activity),
    ItemProblems,
))]
pub async fn get(State(app): State<App>, Id(id): Id) -> Result<Json<Activity>, Error> {
    Ok(Json(app.store().activity(id).await?.ok_or(ProblemCode::NotFound)?))
}

fn filter(query: &Query, now: DateTime<FixedOffset>) -> Result<Filter, Error> {
    let offset = *now.offset();
    let today = day(now.date_naive(), offset);
    let from = given(&query.from).map_or(Some(today), |text| moment(&text, offset, 0));
    let from = from.ok_or_else(|| Error::field(FieldPath::new("/from"), Code::Malformed))?;
    let to = given(&query.to).map(|text| moment(&text, offset, 1).ok_or_else(|| bad("/to"))).transpose()?;
    let after = given(&query.cursor).map(|text| read_cursor(&text).ok_or_else(|| bad("/cursor"))).transpose()?;
    Ok(Filter {
        from: Some(from),
        to,
        kind: word(&query.kind, "/kind")?,
        audience: word(&query.audience, "/audience")?,
        words: word(&query.q, "/q")?,
        after,
    })
}

fn given(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

fn word(text: &str, pointer: &'static str) -> Result<Option<String>, Error> {
    let word = given(text);
    plain(FieldPath::new(pointer), word.as_deref().unwrap_or_default(), LENGTH)?;
    Ok(word)
}

fn bad(pointer: &'static str) -> Error {
    Error::field(FieldPath::new(pointer), Code::Malformed)
}

/// An RFC 3339 moment, its `+` perhaps read as a space, or a day; `days` are added to a day.
fn moment(text: &str, offset: FixedOffset, days: u64) -> Option<DateTime<FixedOffset>> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Some(day(date.checked_add_days(chrono::Days::new(days))?, offset));
    }
    DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok()
}

fn day(date: NaiveDate, offset: FixedOffset) -> DateTime<FixedOffset> {
    let start = date.and_time(NaiveTime::MIN);
    start.and_local_timezone(offset).single().unwrap_or_else(|| start.and_utc().with_timezone(&offset))
}
