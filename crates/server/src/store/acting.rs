//! For whom staff act. Somebody's name and number are shown for a day after it is over, and go the next time that what is past
//! its time does; who acted and when is in the audit log.

use chrono::{DateTime, FixedOffset, TimeDelta};
use linli_domain::acting::{ActedFor, Acting, LASTS, Via};
use linli_domain::{Problem, ProblemCode, RecordId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use super::accounts::{Carried, refused};
use super::activities::moment;
use super::entities::acting;
use super::{Error, Outcome, Scope, Store, grids};

/// How long it is known for whom somebody acted.
const KEPT: TimeDelta = TimeDelta::days(1);

/// Something to do with acting on somebody's behalf.
#[derive(Clone)]
pub struct ActingDeed {
    /// Which acting.
    pub id: RecordId,
    /// Who acts.
    pub staff: RecordId,
    /// Now.
    pub at: DateTime<FixedOffset>,
    /// What.
    pub what: ActingChange,
}

// Names and numbers are for no log.
impl std::fmt::Debug for ActingDeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActingDeed").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What is done.
#[derive(Clone)]
pub enum ActingChange {
    /// It begins.
    Begin {
        /// The account, for somebody who has one.
        account: Option<RecordId>,
        /// The name they go by.
        name: String,
        /// Their telephone number.
        phone: String,
        /// How they reached the office.
        via: Via,
    },
    /// It goes on for as long once more.
    Renew,
    /// It is over.
    End,
}

impl ActingDeed {
    /// Does it.
    pub(super) async fn carry_out<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &str,
    ) -> Result<Carried, Error> {
        let now = self.at.timestamp_millis();
        let until = (self.at + LASTS).timestamp_millis();
        match &self.what {
            ActingChange::Begin { account, name, phone, via } => {
                let row = acting::Model {
                    community_id: community.to_owned(),
                    id: self.id.0,
                    staff_id: self.staff.0,
                    account_id: account.map(|account| account.0),
                    name: name.clone(),
                    phone: phone.clone(),
                    via: via.as_str().to_owned(),
                    expires_at: until,
                    ended_at: None,
                };
                acting::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
                Ok(self.done("acting.begin", *account))
            }
            ActingChange::Renew | ActingChange::End => {
                let row = acting::Entity::find_by_id((community.to_owned(), self.id.0)).one(transaction).await?;
                let Some(row) = row.filter(|row| row.staff_id == self.staff.0 && is_known(row, self.at)) else {
                    return Ok(refused(Problem::new(ProblemCode::NotFound)));
                };
                let account = row.account_id.map(RecordId);
                let mut row = row.into_active_model();
                let action = if matches!(self.what, ActingChange::Renew) {
                    row.expires_at = Set(until);
                    row.ended_at = Set(None);
                    "acting.renew"
                } else {
                    row.ended_at = Set(Some(now));
                    "acting.end"
                };
                row.update(transaction).await?;
                Ok(self.done(action, account))
            }
        }
    }

    /// For an account the line says whose; somebody without one is told by nothing but the acting's id.
    fn done(&self, action: &'static str, account: Option<RecordId>) -> Carried {
        let object = account.unwrap_or(self.id).to_string();
        (Outcome::Done, vec![(self.staff.to_string(), action, object)])
    }
}

fn is_known(row: &acting::Model, now: DateTime<FixedOffset>) -> bool {
    row.expires_at > (now - KEPT).timestamp_millis()
}

/// Forgets for whom somebody acted until a day ago; of how many.
pub(super) async fn forget<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    now: DateTime<FixedOffset>,
) -> Result<usize, Error> {
    let gone = acting::Entity::delete_many()
        .filter(acting::Column::CommunityId.eq(community))
        .filter(acting::Column::ExpiresAt.lte((now - KEPT).timestamp_millis()))
        .exec(transaction)
        .await?;
    Ok(usize::try_from(gone.rows_affected).unwrap_or(usize::MAX))
}

impl Store {
    /// For whom a member of staff acts, or did until a day ago, of those who are seen; newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn acting_of(&self, scope: &Scope, staff: RecordId) -> Result<Vec<Acting>, Error> {
        let kept = (self.now() - KEPT).timestamp_millis();
        let rows = acting::Entity::find()
            .filter(acting::Column::CommunityId.eq(&self.0.community))
            .filter(acting::Column::StaffId.eq(staff.0))
            .filter(acting::Column::ExpiresAt.gt(kept))
            .order_by_desc(acting::Column::ExpiresAt)
            .all(&self.0.read)
            .await?;
        self.seen(scope, rows).await?.into_iter().map(|row| self.read_acting(row)).collect()
    }

    /// One of somebody's own; nothing where it is over for a day, or is for an account that is seen no more.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn acting(&self, scope: &Scope, staff: RecordId, id: RecordId) -> Result<Option<Acting>, Error> {
        let row = acting::Entity::find_by_id((self.0.community.clone(), id.0)).one(&self.0.read).await?;
        let row = row.filter(|row| row.staff_id == staff.0 && is_known(row, self.now()));
        let mut seen = self.seen(scope, row.into_iter().collect()).await?;
        seen.pop().map(|row| self.read_acting(row)).transpose()
    }

    /// Who of staff acted for an account, as long as that is kept; oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn acted_for(&self, account: RecordId) -> Result<Vec<ActedFor>, Error> {
        let rows = acting::Entity::find()
            .filter(acting::Column::CommunityId.eq(&self.0.community))
            .filter(acting::Column::AccountId.eq(account.0))
            .order_by_asc(acting::Column::ExpiresAt)
            .all(&self.0.read)
            .await?;
        let names = self.staff_names(rows.iter().map(|row| row.staff_id)).await?;
        let acted = |row: acting::Model| {
            Ok(ActedFor {
                by: names.get(&row.staff_id).cloned().unwrap_or_default(),
                via: Via::read(&row.via).unwrap_or(Via::Visit),
                until: moment(row.ended_at.unwrap_or(row.expires_at), self.0.offset)?,
            })
        };
        rows.into_iter().map(acted).collect()
    }

    /// Those without an account, or whose account's household is of a grid that is seen.
    async fn seen(&self, scope: &Scope, mut rows: Vec<acting::Model>) -> Result<Vec<acting::Model>, Error> {
        let accounts = rows.iter().filter_map(|row| row.account_id).collect();
        let grids = grids::of_accounts(&self.0.read, &self.0.community, accounts).await?;
        let grid = |account: Uuid| grids.get(&account).and_then(Option::as_deref);
        rows.retain(|row| row.account_id.is_none_or(|account| scope.sees(grid(account))));
        Ok(rows)
    }

    fn read_acting(&self, row: acting::Model) -> Result<Acting, Error> {
        let over = row.ended_at.is_some() || row.expires_at <= self.now().timestamp_millis();
        Ok(Acting {
            id: RecordId(row.id),
            account: row.account_id.map(RecordId),
            name: row.name,
            phone: row.phone,
            via: Via::read(&row.via).unwrap_or(Via::Visit),
            expires_at: moment(row.expires_at, self.0.offset)?,
            over,
        })
    }
}
