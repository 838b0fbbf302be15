//! Staff accounts, what they may do, and whose browser is signed in.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, FixedOffset};
use linli_domain::RecordId;
use linli_domain::session::{Granted, Me, Role};
use linli_domain::staff::StaffMember;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::entities::{recovery_code, session, staff, staff_role};
use super::{Error, Store};

/// An account with what whoever signs in is checked against.
#[derive(Clone)]
pub struct Account {
    /// Who it is.
    pub me: Me,
    /// The argon2id hash of the password.
    pub password: String,
    /// What its authenticator knows, where it has a second step.
    pub secret: Option<Vec<u8>>,
    /// What an authenticator was told that has not shown its digits yet.
    pub pending_secret: Option<Vec<u8>>,
}

impl Store {
    /// What some of staff go by.
    pub(super) async fn staff_names(&self, wanted: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, String>, Error> {
        let wanted: HashSet<Uuid> = wanted.collect();
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = staff::Entity::find()
            .filter(staff::Column::CommunityId.eq(&self.0.community))
            .filter(staff::Column::Id.is_in(wanted))
            .all(&self.0.read)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }

    /// The account of a name, unless it was switched off.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, Error> {
        let row = staff::Entity::find()
            .filter(staff::Column::CommunityId.eq(&self.0.community))
            .filter(staff::Column::Name.eq(name))
            .filter(staff::Column::SwitchedOffAt.is_null())
            .one(&self.0.read)
            .await?;
        match row {
            Some(row) => self.known_staff(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// An account by its id, unless it was switched off.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn staff(&self, id: RecordId) -> Result<Option<Account>, Error> {
        let row = staff::Entity::find_by_id((self.0.community.clone(), id.0)).one(&self.0.read).await?;
        match row.filter(|row| row.switched_off_at.is_none()) {
            Some(row) => self.known_staff(row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn known_staff(&self, row: staff::Model) -> Result<Account, Error> {
        let roles = roles_of(&self.0.read, &self.0.community, row.id).await?;
        let (password, secret) = (row.password.clone(), row.secret.clone());
        let pending_secret = row.pending_secret.clone();
        Ok(Account { me: me(row, roles), password, secret, pending_secret })
    }

    /// Whether there is an account of this name, switched off or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn has_staff(&self, name: &str) -> Result<bool, Error> {
        let named = staff::Entity::find().filter(staff::Column::CommunityId.eq(&self.0.community));
        Ok(named.filter(staff::Column::Name.eq(name)).one(&self.0.read).await?.is_some())
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn staff_list(&self) -> Result<Vec<StaffMember>, Error> {
        let rows = staff::Entity::find()
            .filter(staff::Column::CommunityId.eq(&self.0.community))
            .order_by_asc(staff::Column::Name)
            .all(&self.0.read)
            .await?;
        let mut roles: HashMap<Uuid, Vec<Granted>> = HashMap::new();
        let held = staff_role::Entity::find().filter(staff_role::Column::CommunityId.eq(&self.0.community));
        for row in held.all(&self.0.read).await? {
            roles.entry(row.staff_id).or_default().extend(granted(&row));
        }
        let member = |row: staff::Model| StaffMember {
            roles: in_order(roles.remove(&row.id).unwrap_or_default()),
            id: RecordId(row.id),
            name: row.name,
            active: row.switched_off_at.is_none(),
            second_step: row.secret.is_some(),
        };
        Ok(rows.into_iter().map(member).collect())
    }

    /// Whether a recovery code, given by its SHA-256, is one that an account has left.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn recovers(&self, staff: RecordId, code: [u8; 32]) -> Result<bool, Error> {
        let key = (self.0.community.clone(), code.to_vec());
        let row = recovery_code::Entity::find_by_id(key).one(&self.0.read).await?;
        Ok(row.is_some_and(|row| row.staff_id == staff.0))
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
        match session.staff_id {
            Some(id) => Ok(self.staff(RecordId(id)).await?.map(|account| account.me)),
            None => Ok(None),
        }
    }
}

/// What an account may do, the highest first.
pub(super) async fn roles_of<C: ConnectionTrait>(
    connection: &C,
    community: &str,
    staff: Uuid,
) -> Result<Vec<Granted>, Error> {
    let rows = staff_role::Entity::find()
        .filter(staff_role::Column::CommunityId.eq(community))
        .filter(staff_role::Column::StaffId.eq(staff))
        .all(connection)
        .await?;
    Ok(in_order(rows.iter().filter_map(granted).collect()))
}

fn in_order(mut roles: Vec<Granted>) -> Vec<Granted> {
    roles.sort_by(|a, b| b.role.cmp(&a.role).then_with(|| a.grid.cmp(&b.grid)));
    roles
}

/// A role of a newer version grants nothing in this one.
fn granted(row: &staff_role::Model) -> Option<Granted> {
    let grid = Some(row.grid_id.clone()).filter(|grid| !grid.is_empty());
    Role::read(&row.role).map(|role| Granted { role, grid })
}

fn me(row: staff::Model, roles: Vec<Granted>) -> Me {
    let role = roles.first().map_or(Role::StreetViewer, |highest| highest.role);
    let second_step = row.secret.is_some();
    Me { id: RecordId(row.id), name: row.name, role, roles, second_step, phone: None, place: None }
}
