//! Shared tablets that the office paired. Neither a code nor a token is anywhere, only their SHA-256.

use chrono::{DateTime, FixedOffset};
use linli_domain::tablet::{CODE, DeskDevice, DeskDevices, DeviceEdit, Pairedness, Tablet, TabletContact, worry};
use linli_domain::{Code, Problem, ProblemCode, RecordId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use super::activities::moment;
use super::entities::device;
use super::{Error, Outcome, Store};

/// Something to do with tablets.
#[derive(Debug, Clone)]
pub enum DeviceDeed {
    /// A tablet is named, and a code pairs it.
    Name {
        /// Which; a new one where there is none.
        id: RecordId,
        /// What it is called and who looks after it.
        edit: DeviceEdit,
        /// SHA-256 of the code.
        code: [u8; 32],
        /// Until when the code pairs.
        until: DateTime<FixedOffset>,
        /// A staff account's id.
        by: String,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// A tablet is paired; refused where the code pairs none.
    Pair {
        /// SHA-256 of the code.
        code: [u8; 32],
        /// SHA-256 of its token.
        token: [u8; 32],
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// A tablet told how it stands.
    Contact {
        /// Which.
        id: RecordId,
        /// What it told.
        contact: TabletContact,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// A tablet is refused from now on.
    Revoke {
        /// Which.
        id: RecordId,
        /// A staff account's id.
        by: String,
        /// Now.
        at: DateTime<FixedOffset>,
    },
}

/// A line for the audit log: who, did what, to what.
type Noted = Option<(String, &'static str, String)>;

impl DeviceDeed {
    /// When it is done.
    pub(super) fn at(&self) -> DateTime<FixedOffset> {
        match self {
            Self::Name { at, .. } | Self::Pair { at, .. } | Self::Contact { at, .. } | Self::Revoke { at, .. } => *at,
        }
    }

    /// Does it, in a transaction.
    pub(super) async fn carry_out<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &str,
    ) -> Result<(Outcome, Noted), Error> {
        match self {
            Self::Name { id, edit, code, until, by, .. } => {
                let known = device::Entity::find_by_id((community.to_owned(), id.0)).one(transaction).await?;
                if edit.id.is_some() && known.is_none() {
                    return Ok((Outcome::Refused(Problem::new(ProblemCode::NotFound)), None));
                }
                name(transaction, community, *id, edit, *code, *until, known).await?;
                Ok((Outcome::Done, Some((by.clone(), "device.name", id.to_string()))))
            }
            Self::Pair { code, token, at } => pair(transaction, community, *code, *token, *at).await,
            Self::Contact { id, contact, at } => {
                let row = device::Entity::find_by_id((community.to_owned(), id.0)).one(transaction).await?;
                let Some(row) = row else { return Ok((Outcome::Done, None)) };
                let count = |count: u32| Set(i32::try_from(count).unwrap_or(i32::MAX));
                let mut row = row.into_active_model();
                row.contact_at = Set(Some(at.timestamp_millis()));
                row.unsent = count(contact.unsent);
                row.refused = count(contact.refused);
                row.waiting_minutes = count(contact.waiting_minutes);
                row.update(transaction).await?;
                Ok((Outcome::Done, None))
            }
            Self::Revoke { id, by, at } => {
                let row = device::Entity::find_by_id((community.to_owned(), id.0)).one(transaction).await?;
                let Some(row) = row else {
                    return Ok((Outcome::Refused(Problem::new(ProblemCode::NotFound)), None));
                };
                let mut row = row.into_active_model();
                row.token = Set(None);
                row.code = Set(None);
                row.revoked_at = Set(Some(at.timestamp_millis()));
                row.update(transaction).await?;
                Ok((Outcome::Done, Some((by.clone(), "device.revoke", id.to_string()))))
            }
        }
    }
}

/// A tablet that is paired already stays so until the new code is typed in.
async fn name<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    id: RecordId,
    edit: &DeviceEdit,
    code: [u8; 32],
    until: DateTime<FixedOffset>,
    known: Option<device::Model>,
) -> Result<(), Error> {
    let is_new = known.is_none();
    let before = known.unwrap_or_else(|| device::Model {
        community_id: community.to_owned(),
        id: id.0,
        name: String::new(),
        room: String::new(),
        keeper: String::new(),
        phone: String::new(),
        code: None,
        code_until: None,
        token: None,
        revoked_at: None,
        contact_at: None,
        unsent: 0,
        refused: 0,
        waiting_minutes: 0,
    });
    let row = device::Model {
        name: edit.name.trim().to_owned(),
        room: edit.room.trim().to_owned(),
        keeper: edit.keeper.trim().to_owned(),
        phone: edit.phone.trim().to_owned(),
        code: Some(code.to_vec()),
        code_until: Some(until.timestamp_millis()),
        ..before
    };
    if is_new {
        device::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    } else {
        row.into_active_model().reset_all().update(transaction).await?;
    }
    Ok(())
}

async fn pair<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    code: [u8; 32],
    token: [u8; 32],
    now: DateTime<FixedOffset>,
) -> Result<(Outcome, Noted), Error> {
    let row = device::Entity::find()
        .filter(device::Column::CommunityId.eq(community))
        .filter(device::Column::Code.eq(code.to_vec()))
        .filter(device::Column::CodeUntil.gt(now.timestamp_millis()))
        .one(transaction)
        .await?;
    let Some(row) = row else {
        return Ok((Outcome::Refused(Problem::field(CODE.pointer(), Code::UnknownPairingCode)), None));
    };
    let id = row.id.to_string();
    let mut row = row.into_active_model();
    row.code = Set(None);
    row.code_until = Set(None);
    row.token = Set(Some(token.to_vec()));
    row.revoked_at = Set(None);
    row.contact_at = Set(Some(now.timestamp_millis()));
    row.update(transaction).await?;
    Ok((Outcome::Done, Some(("device".to_owned(), "device.pair", id))))
}

impl Store {
    /// The tablet that carries a token, given its SHA-256.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn tablet(&self, token: [u8; 32]) -> Result<Option<(RecordId, Tablet)>, Error> {
        let row = device::Entity::find()
            .filter(device::Column::CommunityId.eq(&self.0.community))
            .filter(device::Column::Token.eq(token.to_vec()))
            .filter(device::Column::RevokedAt.is_null())
            .one(&self.0.read)
            .await?;
        Ok(row.map(|row| (RecordId(row.id), Tablet { name: row.name, room: row.room })))
    }

    /// Every tablet, with whether its keeper should look after it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn devices(&self) -> Result<DeskDevices, Error> {
        let rows = device::Entity::find()
            .filter(device::Column::CommunityId.eq(&self.0.community))
            .order_by_asc(device::Column::Name)
            .all(&self.0.read)
            .await?;
        let now = self.now();
        let item = |row: device::Model| self.desk_device(row, now);
        let mut items = rows.into_iter().map(item).collect::<Result<Vec<_>, Error>>()?;
        items.sort_by_key(|device| device.state == Pairedness::Revoked);
        Ok(DeskDevices { items })
    }

    fn desk_device(&self, row: device::Model, now: DateTime<FixedOffset>) -> Result<DeskDevice, Error> {
        let state = match (&row.token, row.revoked_at) {
            (_, Some(_)) => Pairedness::Revoked,
            (Some(_), None) => Pairedness::Paired,
            (None, None) => Pairedness::Awaited,
        };
        let last_contact = row.contact_at.map(|at| moment(at, self.0.offset)).transpose()?;
        let count = |count: i32| u32::try_from(count).unwrap_or_default();
        let told = TabletContact {
            unsent: count(row.unsent),
            refused: count(row.refused),
            waiting_minutes: count(row.waiting_minutes),
        };
        let silent_for = last_contact.map_or(0, |at| (now - at).num_minutes());
        Ok(DeskDevice {
            id: RecordId(row.id),
            name: row.name,
            room: row.room,
            keeper: row.keeper,
            phone: row.phone,
            state,
            last_contact,
            unsent: told.unsent,
            refused: told.refused,
            worry: if state == Pairedness::Paired { worry(&told, silent_for) } else { None },
        })
    }
}
