//! What everybody may know (`Public`), kept in memory as value and as JSON: the rules every submission is checked
//! against, and the answer to `GET /public`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use linli_domain::RecordId;
use linli_domain::community::{Community, Kind, Kinds, OfficeContact, Public, PublicAnswer, Purpose, Seal};
use linli_domain::notice::Notice;
use linli_domain::place::{Building, Estate};
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use super::activities::{list, moment, not_over, offset, with_sessions};
use super::entities::{activity, building, community, contact, estate, kind, notice, setting};
use super::{Clock, Error, epoch, places, seals};

/// Read again at most this often while sign-ups pour in, and at least this often since time passes.
const AT_MOST_EVERY: Duration = Duration::from_millis(100);
const AT_LEAST_EVERY: Duration = Duration::from_secs(5);
/// A device is given this many days ahead; beyond them it asks for pages.
const DAYS: i64 = 60;
const ACTIVITIES: u64 = 500;

/// `Public` at a moment.
#[derive(Debug)]
pub struct Snapshot {
    /// The value.
    pub public: Public,
    /// The same as JSON.
    pub json: Vec<u8>,
    /// SHA-256 of `json`, in hexadecimal digits.
    pub version: String,
    read_at: Instant,
}

#[derive(Debug)]
pub(super) struct Published {
    last: RwLock<Arc<Snapshot>>,
    changed: Arc<AtomicBool>,
    clock: Clock,
    reading: tokio::sync::Mutex<()>,
}

impl Published {
    pub async fn load(
        read: &DatabaseConnection,
        id: &str,
        changed: Arc<AtomicBool>,
        clock: Clock,
    ) -> Result<Self, Error> {
        let last = RwLock::new(Arc::new(snapshot(read, id, clock.now()).await?));
        Ok(Self { last, changed, clock, reading: tokio::sync::Mutex::new(()) })
    }

    pub fn changed(&self) -> &AtomicBool {
        &self.changed
    }

    pub fn last(&self) -> Arc<Snapshot> {
        Arc::clone(&self.last.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn fresh(&self) -> bool {
        let age = self.last().read_at.elapsed();
        age < AT_MOST_EVERY || (age < AT_LEAST_EVERY && !self.changed.load(Ordering::Acquire))
    }

    /// The last one, read again if need be; while the database cannot be read, the last one it is.
    pub async fn current(&self, read: &DatabaseConnection, id: &str) -> Arc<Snapshot> {
        if !self.fresh() {
            let _one_at_a_time = self.reading.lock().await;
            if !self.fresh()
                && let Err(error) = self.reload(read, id).await
            {
                tracing::warn!(%error, "what is public could not be read again");
            }
        }
        self.last()
    }

    pub async fn reload(&self, read: &DatabaseConnection, id: &str) -> Result<(), Error> {
        // Before reading: a write that commits meanwhile marks it again.
        self.changed.store(false, Ordering::Release);
        match snapshot(read, id, self.clock.now()).await {
            Ok(snapshot) => {
                *self.last.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
                Ok(())
            }
            Err(error) => {
                self.changed.store(true, Ordering::Release);
                Err(error)
            }
        }
    }
}

async fn offset_of(read: &DatabaseConnection, id: &str) -> Result<chrono::FixedOffset, Error> {
    let community = community::Entity::find_by_id(id).one(read).await?;
    offset(community.map(|community| community.utc_offset_minutes).unwrap_or_default())
}

async fn snapshot(read: &DatabaseConnection, id: &str, now: DateTime<Utc>) -> Result<Snapshot, Error> {
    let read_at = Instant::now();
    let public = public(read, id, now).await?;
    let today = now.with_timezone(&offset_of(read, id).await?).date_naive();
    let answer = PublicAnswer { grids: places::published(read, id, today).await?, public };
    let json = serde_json::to_vec(&answer).map_err(|error| Error::Broken(error.to_string().into()))?;
    let version = crate::hex(&Sha256::digest(&json));
    Ok(Snapshot { public: answer.public, json, version, read_at })
}

async fn public(read: &DatabaseConnection, id: &str, now: DateTime<Utc>) -> Result<Public, Error> {
    let community = community::Entity::find_by_id(id)
        .one(read)
        .await?
        .ok_or_else(|| Error::Broken("the community is gone".into()))?;
    let offset = offset(community.utc_offset_minutes)?;
    let now = now.with_timezone(&offset);
    let today = now - (now.time() - chrono::NaiveTime::MIN);
    let rows = activity::Entity::find()
        .filter(activity::Column::CommunityId.eq(id))
        .filter(not_over(today.timestamp_millis()))
        .filter(activity::Column::StartsAt.lt((today + TimeDelta::days(DAYS)).timestamp_millis()))
        .order_by_asc(activity::Column::StartsAt)
        .order_by_asc(activity::Column::Id)
        .limit(ACTIVITIES)
        .all(read)
        .await?;
    let mut settings: HashMap<String, String> = setting::Entity::find()
        .filter(setting::Column::CommunityId.eq(id))
        .all(read)
        .await?
        .into_iter()
        .map(|row| (row.name, row.value))
        .collect();
    let seal = seals::published(read, id).await?.map(|public_key| Seal { public_key });
    Ok(Public {
        community: Community { id: community.id, name: community.name },
        demo: community.demo,
        kinds: kinds(read, id).await?,
        places: estates(read, id).await?,
        activities: with_sessions(read, id, rows, offset).await?,
        notices: notices(read, id, now.timestamp_millis(), offset).await?,
        contacts: contacts(read, id).await?,
        thresholds: setting_or_default(&mut settings, "thresholds")?,
        consents: setting_or_default(&mut settings, "consents")?,
        seal,
        epoch: setting_or_default(&mut settings, epoch::NAME)?,
    })
}

fn setting_or_default<T: serde::de::DeserializeOwned + Default>(
    settings: &mut HashMap<String, String>,
    name: &str,
) -> Result<T, Error> {
    match settings.remove(name) {
        None => Ok(T::default()),
        Some(json) => {
            serde_json::from_str(&json).map_err(|_| Error::Broken(format!("setting {name} cannot be read").into()))
        }
    }
}

async fn kinds(read: &DatabaseConnection, id: &str) -> Result<Kinds, Error> {
    let rows = kind::Entity::find()
        .filter(kind::Column::CommunityId.eq(id))
        .order_by_asc(kind::Column::Place)
        .all(read)
        .await?;
    let mut kinds = Kinds::default();
    for row in rows {
        let list_of = match row.subject.as_str() {
            "report" => &mut kinds.report,
            "activity" => &mut kinds.activity,
            "symptom" => &mut kinds.symptom,
            "audience" => &mut kinds.audience,
            _ => continue,
        };
        list_of.push(Kind {
            id: row.id,
            name: row.name,
            hint: row.hint,
            within_hours: row.within_hours.and_then(|hours| u16::try_from(hours).ok()),
            emergency: list(&row.emergency)?,
        });
    }
    Ok(kinds)
}

async fn estates(read: &DatabaseConnection, id: &str) -> Result<Vec<Estate>, Error> {
    let buildings = building::Entity::find()
        .filter(building::Column::CommunityId.eq(id))
        .filter(building::Column::ArchivedAt.is_null())
        .order_by_asc(building::Column::Place)
        .all(read)
        .await?;
    let mut of: HashMap<String, Vec<Building>> = HashMap::new();
    for row in buildings {
        let building = Building { id: row.id, name: row.name, units: list(&row.units)? };
        of.entry(row.estate_id).or_default().push(building);
    }
    let estates = estate::Entity::find()
        .filter(estate::Column::CommunityId.eq(id))
        .filter(estate::Column::ArchivedAt.is_null())
        .order_by_asc(estate::Column::Place)
        .all(read)
        .await?;
    let estate = |row: estate::Model| {
        let buildings = of.remove(&row.id).unwrap_or_default();
        Estate { estate: row.id, name: row.name, buildings }
    };
    Ok(estates.into_iter().map(estate).collect())
}

async fn notices(
    read: &DatabaseConnection,
    id: &str,
    now: i64,
    offset: chrono::FixedOffset,
) -> Result<Vec<Notice>, Error> {
    let in_force = Condition::any().add(notice::Column::Until.is_null()).add(notice::Column::Until.gt(now));
    let rows = notice::Entity::find()
        .filter(notice::Column::CommunityId.eq(id))
        .filter(in_force)
        .order_by(notice::Column::Urgent, Order::Desc)
        .order_by(notice::Column::UpdatedAt, Order::Desc)
        .order_by_asc(notice::Column::Id)
        .all(read)
        .await?;
    let notice = |row: notice::Model| {
        Ok(Notice {
            id: RecordId(row.id),
            title: row.title,
            text: row.text,
            urgent: row.urgent,
            updated_at: moment(row.updated_at, offset)?,
            until: row.until.map(|at| moment(at, offset)).transpose()?,
        })
    };
    rows.into_iter().map(notice).collect()
}

async fn contacts(read: &DatabaseConnection, id: &str) -> Result<Vec<OfficeContact>, Error> {
    let rows = contact::Entity::find()
        .filter(contact::Column::CommunityId.eq(id))
        .order_by_asc(contact::Column::Place)
        .all(read)
        .await?;
    let contact = |row: contact::Model| OfficeContact {
        id: row.id,
        name: row.name,
        phone: row.phone,
        hours: row.hours,
        purpose: serde_json::from_value(row.purpose.into()).unwrap_or(Purpose::Other),
    };
    Ok(rows.into_iter().map(contact).collect())
}
