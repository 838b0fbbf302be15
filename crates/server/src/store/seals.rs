//! The keys that shared tablets seal to: the newest is published, all of them open what comes.

use std::sync::{Arc, PoisonError, RwLock};

use linli_domain::RecordId;
use linli_domain::sealed::{KeyPair, Sealed, SealedError};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::entities::seal_key;
use super::{Database, Error, Store, audit, database};

type Keys = Arc<Vec<seal_key::Model>>;

/// The keys as last read. They are read again when something comes that none of them opens: a key may have been made
/// meanwhile, by the command line or another server.
#[derive(Debug)]
pub(super) struct Seals(RwLock<Keys>);

impl Seals {
    pub async fn load(read: &DatabaseConnection, community: &str) -> Result<Self, Error> {
        Ok(Self(RwLock::new(keys(read, community).await?)))
    }

    fn last(&self) -> Keys {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store {
    /// Opens what was sealed for a record.
    ///
    /// # Errors
    /// When the database cannot be read; inside, why it cannot be opened.
    pub async fn unseal(&self, sealed: &Sealed, id: RecordId) -> Result<Result<Vec<u8>, SealedError>, Error> {
        let seals = &self.0.seals;
        if let Some(opened) = attempt(&seals.last(), sealed, id) {
            return Ok(opened);
        }
        let fresh = keys(&self.0.read, &self.0.community).await?;
        *seals.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        Ok(attempt(&fresh, sealed, id).unwrap_or(Err(SealedError::UnknownKey)))
    }
}

impl Database {
    /// Makes a key for every community that has none yet.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn have_seal_keys(&self) -> Result<(), Error> {
        for (community, _) in self.communities().await? {
            let transaction = database::begin(&self.write).await?;
            if newest(&transaction, &community).await?.is_none() {
                add(&transaction, &community, 1).await?;
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Makes a new key for every community. What was sealed to the earlier ones can still be opened.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn renew_seal_keys(&self) -> Result<(), Error> {
        for (community, _) in self.communities().await? {
            let transaction = database::begin(&self.write).await?;
            let place = newest(&transaction, &community).await?.map_or(1, |key| key.place + 1);
            add(&transaction, &community, place).await?;
            audit::note(&transaction, &community, "seal_key.make", place.to_string()).await?;
            transaction.commit().await?;
        }
        Ok(())
    }
}

/// The public half of the newest key, as it travels.
pub(super) async fn published<C: ConnectionTrait>(read: &C, community: &str) -> Result<Option<String>, Error> {
    let key = newest(read, community).await?;
    key.map(|key| pair(&key).map(|pair| pair.public_text())).transpose()
}

fn attempt(keys: &[seal_key::Model], sealed: &Sealed, id: RecordId) -> Option<Result<Vec<u8>, SealedError>> {
    let mut fitting = keys.iter().filter(|key| sealed.is_for(&key.public_key)).peekable();
    fitting.peek()?;
    Some(fitting.find_map(|key| sealed.open(&key.private_key, id).ok()).ok_or(SealedError::CannotBeOpened))
}

fn pair(key: &seal_key::Model) -> Result<KeyPair, Error> {
    let half = |bytes: &[u8]| bytes.try_into().map_err(|_| Error::Broken("a seal key is no key".into()));
    Ok(KeyPair { public: half(&key.public_key)?, private: half(&key.private_key)? })
}

async fn keys(read: &DatabaseConnection, community: &str) -> Result<Keys, Error> {
    let rows = seal_key::Entity::find().filter(seal_key::Column::CommunityId.eq(community));
    Ok(Arc::new(rows.order_by_desc(seal_key::Column::Place).all(read).await?))
}

async fn newest<C: ConnectionTrait>(read: &C, community: &str) -> Result<Option<seal_key::Model>, Error> {
    let rows = seal_key::Entity::find().filter(seal_key::Column::CommunityId.eq(community));
    Ok(rows.order_by_desc(seal_key::Column::Place).one(read).await?)
}

async fn add<C: ConnectionTrait>(write: &C, community: &str, place: i32) -> Result<(), Error> {
    let mut random = [0; linli_domain::sealed::KEY];
    getrandom::fill(&mut random).map_err(|error| Error::Unavailable(error.to_string().into()))?;
    let KeyPair { public, private } = KeyPair::new(random);
    let row = seal_key::Model {
        community_id: community.to_owned(),
        place,
        public_key: public.to_vec(),
        private_key: private.to_vec(),
        made_at: chrono::Utc::now().timestamp_millis(),
    };
    seal_key::Entity::insert(row.into_active_model()).exec_without_returning(write).await?;
    Ok(())
}
