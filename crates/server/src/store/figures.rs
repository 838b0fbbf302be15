//! What is counted of what arrived, and the newest of it without whose it is.

use std::collections::HashMap;

use chrono::TimeDelta;
use linli_domain::figures::{Anonymous, Count, Figures};
use linli_domain::grid::called;
use linli_domain::staff::GridName;
use linli_domain::submission::SubmissionKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::accounts::DELETED;
use super::activities::moment;
use super::entities::{grid, submission};
use super::submissions::kind;
use super::{Error, Scope, Store, state_of};

/// How many of the newest are shown.
const NEWEST: u64 = 50;
const WEEK: TimeDelta = TimeDelta::days(7);

type Counted = HashMap<(Option<String>, String), i64>;

impl Store {
    /// Figures of the grids that are seen.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn figures(&self, scope: &Scope) -> Result<Figures, Error> {
        let names: HashMap<String, String> =
            self.grid_names().await?.into_iter().map(|grid| (grid.id, grid.name)).collect();
        let name = |grid: Option<&String>| grid.map(|id| names.get(id).unwrap_or(id).clone());
        let week = self.counted(scope, (self.now() - WEEK).timestamp_millis()).await?;
        let mut counts = Vec::new();
        for (key, total) in self.counted(scope, i64::MIN).await? {
            let within = week.get(&key).copied().unwrap_or_default();
            let (grid, form) = key;
            let Some(kind) = SubmissionKind::read(&form) else { continue };
            let count = |count: i64| u64::try_from(count).unwrap_or_default();
            counts.push(Count { grid: name(grid.as_ref()), kind, total: count(total), week: count(within) });
        }
        counts.sort_by(|a, b| {
            (a.grid.is_none(), &a.grid, a.kind.as_str()).cmp(&(b.grid.is_none(), &b.grid, b.kind.as_str()))
        });
        let rows = submission::Entity::find()
            .filter(submission::Column::CommunityId.eq(&self.0.community))
            .filter(submission::Column::State.ne(DELETED))
            .filter(scope.submissions())
            .order_by_desc(submission::Column::Sequence)
            .limit(NEWEST)
            .all(&self.0.read)
            .await?;
        let mut titles = self.titles(&rows).await?;
        let mut newest = Vec::with_capacity(rows.len());
        for row in rows {
            newest.push(Anonymous {
                kind: kind(&row)?,
                state: state_of(&row.state),
                grid: name(row.grid_id.as_ref()),
                title: titles.remove(&row.id),
                received_at: moment(row.received_at, self.0.offset)?,
            });
        }
        Ok(Figures { counts, newest })
    }

    /// What arrived since, also of accounts that ended, by grid and kind.
    async fn counted(&self, scope: &Scope, since: i64) -> Result<Counted, Error> {
        let rows: Vec<(Option<String>, String, i64)> = submission::Entity::find()
            .filter(submission::Column::CommunityId.eq(&self.0.community))
            .filter(submission::Column::ReceivedAt.gte(since))
            .filter(scope.submissions())
            .select_only()
            .columns([submission::Column::GridId, submission::Column::Kind])
            .column_as(submission::Column::Id.count(), "count")
            .group_by(submission::Column::GridId)
            .group_by(submission::Column::Kind)
            .into_tuple()
            .all(&self.0.read)
            .await?;
        Ok(rows.into_iter().map(|(grid, kind, count)| ((grid, kind), count)).collect())
    }

    /// The grids there are, in their order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn grid_names(&self) -> Result<Vec<GridName>, Error> {
        let rows = grid::Entity::find()
            .filter(grid::Column::CommunityId.eq(&self.0.community))
            .filter(grid::Column::ArchivedAt.is_null())
            .order_by_asc(grid::Column::Place)
            .order_by_asc(grid::Column::Code)
            .all(&self.0.read)
            .await?;
        let named = |row: grid::Model| GridName { name: called(&row.code, &row.name), id: row.id };
        Ok(rows.into_iter().map(named).collect())
    }
}
