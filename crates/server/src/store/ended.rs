//! What is left of an account that ended goes in groups, so that nobody waits long for the writer. Which accounts that are is
//! written down, so that a server that was stopped in the middle goes on with it.

use chrono::{DateTime, FixedOffset};
use linli_domain::RecordId;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::accounts::{Carried, Deed, Noted, counted};
use super::entities::{community, consent, ended_account, submission};
use super::{Error, Outcome, Store, Task, photos};

/// Submissions or consents in one group.
const AT_ONCE: u64 = 100;

/// Writes down that something of an account may still be there.
pub(super) async fn note<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    at: DateTime<FixedOffset>,
) -> Result<(), Error> {
    let row =
        ended_account::Model { community_id: community.to_owned(), id: account.0, ended_at: at.timestamp_millis() };
    ended_account::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Lets a group of what is left of an account that ended go: [`Outcome::Forgotten`], of none when nothing is left.
pub(super) async fn sweep<C: ConnectionTrait>(
    transaction: &C,
    community: &community::Model,
    account: RecordId,
) -> Result<Carried, Error> {
    let key = (community.id.clone(), account.0);
    if ended_account::Entity::find_by_id(key.clone()).one(transaction).await?.is_none() {
        return Ok((Outcome::Forgotten(0), Vec::new()));
    }
    let ids = submissions(transaction, community, account).await?;
    if !ids.is_empty() {
        let line = |id: &Uuid| (account.to_string(), "submission.delete", id.to_string());
        let noted: Vec<Noted> = ids.iter().map(line).collect();
        return Ok((Outcome::Forgotten(ids.len()), noted));
    }
    let count = consents(transaction, &community.id, account).await?;
    if count == 0 {
        ended_account::Entity::delete_by_id(key).exec(transaction).await?;
    }
    Ok((Outcome::Forgotten(count), Vec::new()))
}

/// Some of its submissions, with what was agreed to with each.
async fn submissions<C: ConnectionTrait>(
    transaction: &C,
    community: &community::Model,
    account: RecordId,
) -> Result<Vec<Uuid>, Error> {
    let rows = submission::Entity::find()
        .filter(submission::Column::CommunityId.eq(&community.id))
        .filter(submission::Column::AccountId.eq(account.0))
        .order_by_asc(submission::Column::AccountSequence)
        .limit(AT_ONCE)
        .all(transaction)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    photos::forget_of(transaction, &community.id, &ids).await?;
    consent::Entity::delete_many()
        .filter(consent::Column::CommunityId.eq(&community.id))
        .filter(consent::Column::SubmissionId.is_in(ids.iter().copied()))
        .exec(transaction)
        .await?;
    for row in rows {
        counted(row, i64::from(community.utc_offset_minutes) * 60_000)?.update(transaction).await?;
    }
    Ok(ids)
}

/// Some of what was agreed to and taken back otherwise; how many.
async fn consents<C: ConnectionTrait>(transaction: &C, community: &str, account: RecordId) -> Result<usize, Error> {
    let sequences: Vec<i64> = consent::Entity::find()
        .filter(consent::Column::CommunityId.eq(community))
        .filter(consent::Column::AccountId.eq(account.0))
        .order_by_asc(consent::Column::Sequence)
        .limit(AT_ONCE)
        .select_only()
        .column(consent::Column::Sequence)
        .into_tuple()
        .all(transaction)
        .await?;
    let count = sequences.len();
    consent::Entity::delete_many()
        .filter(consent::Column::CommunityId.eq(community))
        .filter(consent::Column::Sequence.is_in(sequences))
        .exec(transaction)
        .await?;
    Ok(count)
}

impl Store {
    /// Lets all that is left of an account that ended go.
    ///
    /// # Errors
    /// When the database cannot be written; what is left then goes later ([`Store::sweep_ended`]).
    pub async fn sweep(&self, account: RecordId) -> Result<(), Error> {
        loop {
            let deed = Deed::Sweep { account, at: self.now() };
            match self.write(vec![Task::Account(deed)]).await?.first() {
                Some(Outcome::Forgotten(0)) => return Ok(()),
                Some(Outcome::Forgotten(_)) => {}
                outcome => return Err(Error::Broken(format!("the end of an account came to {outcome:?}").into())),
            }
        }
    }

    /// Goes on with every account that ended and of which something is left: the server was stopped meanwhile.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn sweep_ended(&self) -> Result<(), Error> {
        let ended: Vec<Uuid> = ended_account::Entity::find()
            .filter(ended_account::Column::CommunityId.eq(&self.0.community))
            .order_by_asc(ended_account::Column::EndedAt)
            .select_only()
            .column(ended_account::Column::Id)
            .into_tuple()
            .all(&self.0.read)
            .await?;
        for account in ended {
            self.sweep(RecordId(account)).await?;
        }
        Ok(())
    }
}
