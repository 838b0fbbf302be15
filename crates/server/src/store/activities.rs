//! Activities as the domain knows them, from their rows; and the questions asked about them.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset, TimeZone};
use linli_domain::RecordId;
use linli_domain::activity::{Activity, ActivityPage, ActivityState, Session};
use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entities::{activity, activity_session};
use super::{Error, Store};

/// Activities on one page.
pub const PAGE: u64 = 50;

/// Which activities to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Not over at this moment.
    pub from: Option<DateTime<FixedOffset>>,
    /// Starting before this moment.
    pub to: Option<DateTime<FixedOffset>>,
    /// Of this kind.
    pub kind: Option<String>,
    /// For this audience, or for everybody.
    pub audience: Option<String>,
    /// With these words in title, summary, place or host, in capital or small letters.
    pub words: Option<String>,
    /// After this start and id: where the last page ended.
    pub after: Option<(i64, Uuid)>,
}

impl Store {
    /// A page of activities, soonest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn activities(&self, filter: &Filter) -> Result<ActivityPage, Error> {
        let mut rows = activity::Entity::find()
            .filter(activity::Column::CommunityId.eq(&self.0.community))
            .filter(condition(filter))
            .order_by_asc(activity::Column::StartsAt)
            .order_by_asc(activity::Column::Id)
            .limit(PAGE + 1)
            .all(&self.0.read)
            .await?;
        let more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| more).map(|last| format!("{}_{}", last.starts_at, last.id.simple()));
        let items = with_sessions(&self.0.read, &self.0.community, rows, self.0.offset).await?;
        Ok(ActivityPage { items, next })
    }

    /// One activity.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn activity(&self, id: RecordId) -> Result<Option<Activity>, Error> {
        let row = activity::Entity::find_by_id((self.0.community.clone(), id.0)).one(&self.0.read).await?;
        let rows = row.into_iter().collect();
        Ok(with_sessions(&self.0.read, &self.0.community, rows, self.0.offset).await?.pop())
    }
}

/// Reads a cursor of [`ActivityPage::next`].
pub fn read_cursor(text: &str) -> Option<(i64, Uuid)> {
    let (start, id) = text.split_once('_')?;
    Some((start.parse().ok()?, id.parse().ok()?))
}

fn condition(filter: &Filter) -> Condition {
    let mut all = Condition::all();
    if let Some(from) = filter.from {
        all = all.add(not_over(from.timestamp_millis()));
    }
    if let Some(to) = filter.to {
        all = all.add(activity::Column::StartsAt.lt(to.timestamp_millis()));
    }
    if let Some(kind) = &filter.kind {
        all = all.add(activity::Column::Kind.eq(kind));
    }
    if let Some(audience) = &filter.audience {
        let id = serde_json::Value::from(audience.as_str()).to_string();
        all = all.add(
            Condition::any()
                .add(activity::Column::Audience.eq("[]"))
                .add(activity::Column::Audience.like(containing(&id))),
        );
    }
    if let Some(words) = &filter.words {
        let columns =
            [activity::Column::Title, activity::Column::Summary, activity::Column::Place, activity::Column::Host];
        all = all.add(columns.iter().fold(Condition::any(), |any, column| any.add(says(*column, words))));
    }
    if let Some((start, id)) = filter.after {
        let later = Condition::any()
            .add(activity::Column::StartsAt.gt(start))
            .add(Condition::all().add(activity::Column::StartsAt.eq(start)).add(activity::Column::Id.gt(id)));
        all = all.add(activity::Column::StartsAt.gte(start)).add(later);
    }
    all
}

/// Not over at a moment. No activity lasts longer than a year, so what started before is not even looked at.
pub(super) fn not_over(at: i64) -> Condition {
    Condition::all()
        .add(activity::Column::EndsAt.gt(at))
        .add(activity::Column::StartsAt.gt(at.saturating_sub(366 * 86_400_000)))
}

fn containing(text: &str) -> LikeExpr {
    LikeExpr::new(anywhere(text)).escape(ESCAPE)
}

/// The same without regard to case, as far as the database knows small letters.
fn says(column: activity::Column, words: &str) -> Expr {
    let pattern = Expr::from(Func::lower(Expr::val(anywhere(words))));
    let pattern = pattern.binary(BinOper::Escape, Expr::Constant(ESCAPE.into()));
    Expr::from(Func::lower(Expr::col((activity::Entity, column)))).binary(BinOper::Like, pattern)
}

const ESCAPE: char = '\\';

fn anywhere(text: &str) -> String {
    let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{literal}%")
}

pub(super) async fn with_sessions<C: ConnectionTrait>(
    connection: &C,
    community: &str,
    rows: Vec<activity::Model>,
    offset: FixedOffset,
) -> Result<Vec<Activity>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sessions = activity_session::Entity::find()
        .filter(activity_session::Column::CommunityId.eq(community))
        .filter(activity_session::Column::ActivityId.is_in(rows.iter().map(|row| row.id)))
        .all(connection)
        .await?;
    assemble(rows, sessions, offset.local_minus_utc() / 60)
}

/// Activities with their sessions, in the order of the rows.
pub(super) fn assemble(
    rows: Vec<activity::Model>,
    sessions: Vec<activity_session::Model>,
    offset_minutes: i32,
) -> Result<Vec<Activity>, Error> {
    let offset = offset(offset_minutes)?;
    let mut of: HashMap<Uuid, Vec<Session>> = HashMap::new();
    for row in sessions {
        of.entry(row.activity_id).or_default().push(Session {
            id: RecordId(row.id),
            starts_at: moment(row.starts_at, offset)?,
            ends_at: moment(row.ends_at, offset)?,
        });
    }
    let activity = |row: activity::Model| {
        let mut sessions = of.remove(&row.id).unwrap_or_default();
        sessions.sort_by_key(|session| (session.starts_at, session.id));
        Ok(Activity {
            id: RecordId(row.id),
            title: row.title,
            kind: row.kind,
            summary: row.summary,
            starts_at: moment(row.starts_at, offset)?,
            ends_at: moment(row.ends_at, offset)?,
            place: row.place,
            host: row.host,
            cost: row.cost,
            audience: list(&row.audience)?,
            capacity: row.capacity.map(persons).transpose()?,
            confirmed: persons(row.confirmed)?,
            waiting: persons(row.waiting)?,
            state: activity_state(&row.state),
            sign_up_until: row.sign_up_until.map(|at| moment(at, offset)).transpose()?,
            sessions,
        })
    };
    rows.into_iter().map(activity).collect()
}

fn activity_state(name: &str) -> ActivityState {
    serde_json::from_value(name.into()).unwrap_or(ActivityState::Other)
}

fn persons(count: i32) -> Result<u32, Error> {
    u32::try_from(count).map_err(|_| Error::Broken("a count below zero".into()))
}

/// The offset of a community's clocks.
pub(super) fn offset(minutes: i32) -> Result<FixedOffset, Error> {
    FixedOffset::east_opt(minutes * 60).ok_or_else(|| Error::Broken("no such offset from UTC".into()))
}

/// A moment as the database holds it.
pub(super) fn moment(millis: i64, offset: FixedOffset) -> Result<DateTime<FixedOffset>, Error> {
    offset.timestamp_millis_opt(millis).single().ok_or_else(|| Error::Broken("no such moment".into()))
}

/// A list as the database holds it.
pub(super) fn list(json: &str) -> Result<Vec<String>, Error> {
    serde_json::from_str(json).map_err(|_| Error::Broken("a stored list cannot be read".into()))
}
