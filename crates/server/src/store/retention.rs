//! What is past its time goes (ADR 30): of a submission stays what stays after the end of its account, codes, sessions and for
//! whom somebody acted go altogether. Asked for by pages on a reader's connection, done in groups, so that nobody waits long for the writer.

use chrono::{DateTime, FixedOffset, TimeDelta};
use linli_domain::retention::Retention;
use linli_domain::submission::SubmissionKind;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::accounts::{DELETED, counted};
use super::entities::{activity, community, household_code, pin_code, session, setting, sign_up, submission};
use super::{Database, Error, Outcome, Store, Task, acting, audit, database, photos};

/// The name of the setting.
pub(super) const NAME: &str = "retention";
/// Submissions in one group.
const AT_ONCE: u64 = 100;

/// Something past its time.
#[derive(Debug, Clone)]
pub enum Outdated {
    /// Submissions of one kind.
    Submissions(SubmissionKind, Vec<Uuid>),
    /// Household codes that ended or were used before a moment, and sessions and codes for a PIN that ended.
    Keys(DateTime<FixedOffset>),
    /// For whom somebody acted.
    Acting,
}

impl Outdated {
    /// Lets it go; what went, and how many of it.
    pub(super) async fn retire<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &community::Model,
        now: DateTime<FixedOffset>,
    ) -> Result<(&'static str, usize), Error> {
        match self {
            Self::Submissions(kind, ids) => {
                Ok((kind.as_str(), submissions(transaction, community, ids.clone()).await?))
            }
            Self::Keys(before) => Ok(("household_code", keys(transaction, &community.id, *before, now).await?)),
            Self::Acting => Ok(("acting", acting::forget(transaction, &community.id, now).await?)),
        }
    }
}

async fn submissions<C: ConnectionTrait>(
    transaction: &C,
    community: &community::Model,
    ids: Vec<Uuid>,
) -> Result<usize, Error> {
    let rows = submission::Entity::find()
        .filter(submission::Column::CommunityId.eq(&community.id))
        .filter(submission::Column::Id.is_in(ids))
        .filter(submission::Column::State.ne(DELETED))
        .all(transaction)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    photos::forget_of(transaction, &community.id, &ids).await?;
    for row in rows {
        counted(row, i64::from(community.utc_offset_minutes) * 60_000)?.update(transaction).await?;
    }
    Ok(ids.len())
}

async fn keys<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    before: DateTime<FixedOffset>,
    now: DateTime<FixedOffset>,
) -> Result<usize, Error> {
    session::Entity::delete_many()
        .filter(session::Column::CommunityId.eq(community))
        .filter(session::Column::ExpiresAt.lt(now.timestamp_millis()))
        .exec(transaction)
        .await?;
    pin_code::Entity::delete_many()
        .filter(pin_code::Column::CommunityId.eq(community))
        .filter(pin_code::Column::ExpiresAt.lt(now.timestamp_millis()))
        .exec(transaction)
        .await?;
    let before = before.timestamp_millis();
    let gone = household_code::Entity::delete_many()
        .filter(household_code::Column::CommunityId.eq(community))
        .filter(household_code::Column::ExpiresAt.lt(before))
        .filter(
            Condition::any()
                .add(household_code::Column::UsedAt.is_null())
                .add(household_code::Column::UsedAt.lt(before)),
        )
        .exec(transaction)
        .await?;
    Ok(usize::try_from(gone.rows_affected).unwrap_or(usize::MAX))
}

impl Database {
    /// Changes how many days every community here keeps one kind; `None` where that cannot be.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep(&self, kind: &str, days: u16) -> Result<Option<Retention>, Error> {
        let mut changed = None;
        for (community, _) in self.communities().await? {
            let Some(retention) = read(&self.read, &community).await?.with(kind, days) else { return Ok(None) };
            let value = serde_json::to_string(&retention).map_err(|error| Error::Broken(error.to_string().into()))?;
            let transaction = database::begin(&self.write).await?;
            let row = setting::Model { community_id: community.clone(), name: NAME.to_owned(), value };
            let key = [setting::Column::CommunityId, setting::Column::Name];
            setting::Entity::insert(row.into_active_model())
                .on_conflict(OnConflict::columns(key).update_column(setting::Column::Value).to_owned())
                .exec_without_returning(&transaction)
                .await?;
            audit::note(&transaction, &community, "retention.keep", format!("{kind} {days}")).await?;
            transaction.commit().await?;
            changed = Some(retention);
        }
        Ok(changed)
    }
}

async fn read<C: ConnectionTrait>(connection: &C, community: &str) -> Result<Retention, Error> {
    let row = setting::Entity::find_by_id((community.to_owned(), NAME.to_owned())).one(connection).await?;
    let Some(row) = row else { return Ok(Retention::default()) };
    serde_json::from_str(&row.value).map_err(|_| Error::Broken("the retention periods cannot be read".into()))
}

impl Store {
    /// How long what kind is kept.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn retention(&self) -> Result<Retention, Error> {
        read(&self.0.read, &self.0.community).await
    }

    /// Lets all that is past its time go; how much.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn retire(&self) -> Result<usize, Error> {
        let retention = self.retention().await?;
        let at = self.now();
        let before = |days: u16| at - TimeDelta::days(days.into());
        let mut gone = self.let_go(Outdated::Keys(before(retention.household_code)), at).await?;
        gone += self.let_go(Outdated::Acting, at).await?;
        for kind in [SubmissionKind::Report, SubmissionKind::CheckIn, SubmissionKind::SignUp] {
            let mut last = 0;
            loop {
                let page = self.outdated(kind, before(retention.of(kind)), at, last).await?;
                let Some((_, sequence)) = page.last() else { break };
                last = *sequence;
                let ids = page.into_iter().map(|(id, _)| id).collect();
                gone += self.let_go(Outdated::Submissions(kind, ids), at).await?;
            }
        }
        Ok(gone)
    }

    async fn let_go(&self, outdated: Outdated, at: DateTime<FixedOffset>) -> Result<usize, Error> {
        match self.write(vec![Task::Retire { outdated, at }]).await?.first() {
            Some(Outcome::Forgotten(count)) => Ok(*count),
            outcome => Err(Error::Broken(format!("retiring came to {outcome:?}").into())),
        }
    }

    /// The next of what is past its time, behind a place in the order of arrival.
    async fn outdated(
        &self,
        kind: SubmissionKind,
        before: DateTime<FixedOffset>,
        now: DateTime<FixedOffset>,
        behind: i64,
    ) -> Result<Vec<(Uuid, i64)>, Error> {
        let mut query = submission::Entity::find()
            .filter(submission::Column::CommunityId.eq(&self.0.community))
            .filter(submission::Column::Sequence.gt(behind))
            .filter(submission::Column::Kind.eq(kind.as_str()))
            .filter(submission::Column::ReceivedAt.lt(before.timestamp_millis()))
            .filter(submission::Column::State.ne(DELETED));
        if kind == SubmissionKind::SignUp {
            query = query.filter(submission::Column::Id.not_in_subquery(to_come(&self.0.community, now)));
        }
        let columns = [submission::Column::Id, submission::Column::Sequence];
        let query = query.order_by_asc(submission::Column::Sequence).limit(AT_ONCE).select_only().columns(columns);
        Ok(query.into_tuple().all(&self.0.read).await?)
    }
}

/// The sign-ups for what is not over.
fn to_come(community: &str, now: DateTime<FixedOffset>) -> sea_orm::sea_query::SelectStatement {
    use sea_orm::QueryTrait as _;
    let activities = activity::Entity::find()
        .filter(activity::Column::CommunityId.eq(community))
        .filter(activity::Column::EndsAt.gte(now.timestamp_millis()))
        .select_only()
        .column(activity::Column::Id)
        .into_query();
    sign_up::Entity::find()
        .filter(sign_up::Column::CommunityId.eq(community))
        .filter(sign_up::Column::ActivityId.in_subquery(activities))
        .select_only()
        .column(sign_up::Column::SubmissionId)
        .into_query()
}
