//! Staff accounts, and whose browser is signed in.

use chrono::{DateTime, FixedOffset};
use linli_domain::RecordId;
use linli_domain::session::{Me, Role};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::entities::{session, staff};
use super::{Error, Store};

/// An account with what its password is checked against.
#[derive(Clone)]
pub struct Account {
    /// Who it is.
    pub me: Me,
    /// The argon2id hash of the password.
    pub password: String,
}

impl Store {
    /// The account of a name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, Error> {
        let row = staff::Entity::find()
            .filter(staff::Column::CommunityId.eq(&self.0.community))
            .filter(staff::Column::Name.eq(name))
            .one(&self.0.read)
            .await?;
        Ok(row.map(|row| Account { password: row.password.clone(), me: me(row) }))
    }

    /// Who is signed in with a token, given its SHA-256.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn signed_in(&self, token: [u8; 32], now: DateTime<FixedOffset>) -> Result<Option<Me>, Error> {
        let session = session::Entity::find_by_id((self.0.community.clone(), token.to_vec())).one(&self.0.read).await?;
        let Some(session) = session.filter(|session| session.expires_at > now.timestamp_millis()) else {
            return Ok(None);
        };
        if let Some(id) = session.account_id {
            return Ok(self.resident(RecordId(id)).await?.map(|resident| resident.me));
        }
        let Some(id) = session.staff_id else { return Ok(None) };
        let row = staff::Entity::find_by_id((self.0.community.clone(), id)).one(&self.0.read).await?;
        Ok(row.map(me))
    }
}

fn me(row: staff::Model) -> Me {
    let role = if row.role == "admin" { Role::Admin } else { Role::Worker };
    Me { id: RecordId(row.id), name: row.name, role, phone: None, place: None }
}
