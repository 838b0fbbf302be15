//! Sessions that begin, and how those that they take the place of end.

use chrono::{DateTime, FixedOffset};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter};
use uuid::Uuid;

use super::Error;
use super::accounts::Noted;
use super::entities::session;

/// A session of a browser in which somebody signed in.
#[derive(Clone)]
pub struct NewSession {
    /// SHA-256 of its token.
    pub token: [u8; 32],
    /// SHA-256 of the token that the browser had so far, whosever it was: that session ends.
    pub instead: Option<[u8; 32]>,
    /// The argon2id hash that the PIN or password fitted: where the account has another one by now, nobody is signed in.
    pub fitted: String,
    /// When it ends.
    pub expires_at: DateTime<FixedOffset>,
}

// A hash of six digits is as good as the digits.
impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Whose a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Staff(Uuid),
    Account(Uuid),
}

/// Begins a session. Those that ended before are forgotten.
pub(super) async fn begin<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    owner: Owner,
    new: &NewSession,
    now: DateTime<FixedOffset>,
) -> Result<Vec<Noted>, Error> {
    session::Entity::delete_many()
        .filter(session::Column::CommunityId.eq(community))
        .filter(session::Column::ExpiresAt.lt(now.timestamp_millis()))
        .exec(transaction)
        .await?;
    let mut noted = Vec::new();
    if let Some(token) = new.instead
        && let Some(old) = session::Entity::find_by_id((community.to_owned(), token.to_vec())).one(transaction).await?
    {
        let whose = old.staff_id.or(old.account_id).unwrap_or_default().to_string();
        old.delete(transaction).await?;
        noted.push((whose.clone(), "session.close", whose));
    }
    let (staff_id, account_id, whose) = match owner {
        Owner::Staff(id) => (Some(id), None, id.to_string()),
        Owner::Account(id) => (None, Some(id), id.to_string()),
    };
    let row = session::Model {
        community_id: community.to_owned(),
        token: new.token.to_vec(),
        staff_id,
        account_id,
        expires_at: new.expires_at.timestamp_millis(),
    };
    session::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    noted.push((whose.clone(), "session.open", whose));
    Ok(noted)
}
