//! For whom staff act. Somebody's name and number stay for a day after it is over; who acted and when is in the audit log.

use chrono::{DateTime, FixedOffset, TimeDelta};
use linli_domain::acting::{Acting, LASTS, Via};
use linli_domain::{Problem, ProblemCode, RecordId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use super::accounts::{Carried, refused};
use super::activities::moment;
use super::entities::acting;
use super::{Error, Outcome, Store};

/// How long it is kept for whom somebody acted.
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
                acting::Entity::delete_many()
                    .filter(acting::Column::CommunityId.eq(community))
                    .filter(acting::Column::ExpiresAt.lt((self.at - KEPT).timestamp_millis()))
                    .exec(transaction)
                    .await?;
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
                let Some(row) = row.filter(|row| row.staff_id == self.staff.0) else {
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

impl Store {
    /// For whom a member of staff acts, or did until a day ago; newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn acting_of(&self, staff: RecordId) -> Result<Vec<Acting>, Error> {
        let kept = (self.now() - KEPT).timestamp_millis();
        let rows = acting::Entity::find()
            .filter(acting::Column::CommunityId.eq(&self.0.community))
            .filter(acting::Column::StaffId.eq(staff.0))
            .filter(acting::Column::ExpiresAt.gt(kept))
            .order_by_desc(acting::Column::ExpiresAt)
            .all(&self.0.read)
            .await?;
        rows.into_iter().map(|row| self.read_acting(row)).collect()
    }

    /// One of somebody's own.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn acting(&self, staff: RecordId, id: RecordId) -> Result<Option<Acting>, Error> {
        let row = acting::Entity::find_by_id((self.0.community.clone(), id.0)).one(&self.0.read).await?;
        row.filter(|row| row.staff_id == staff.0).map(|row| self.read_acting(row)).transpose()
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
