//! The server's epoch: made once, and anew whenever the database was restored from a backup, so that devices send again
//! what the backup may not have. It stands among the settings, so that a backup and a dump have it.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel};

use super::entities::setting;
use super::{Database, Error, audit, database};

/// The name of the setting.
pub(super) const NAME: &str = "epoch";

/// Gives a community its epoch unless it has one.
pub(super) async fn ensure(connection: &DatabaseConnection, community: &str) -> Result<(), Error> {
    let there = setting::Entity::find_by_id((community.to_owned(), NAME.to_owned())).one(connection).await?;
    if there.is_none() {
        // Of two servers that start at once on PostgreSQL the first one's stays.
        put(connection, community, OnConflict::columns(KEY).do_nothing().to_owned()).await?;
    }
    Ok(())
}

const KEY: [setting::Column; 2] = [setting::Column::CommunityId, setting::Column::Name];

/// Makes an epoch.
async fn put<C: ConnectionTrait>(connection: &C, community: &str, conflict: OnConflict) -> Result<String, Error> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| Error::Unavailable(error.to_string().into()))?;
    let epoch = uuid::Builder::from_random_bytes(random).into_uuid().to_string();
    let value = serde_json::Value::from(&*epoch).to_string();
    let row = setting::Model { community_id: community.to_owned(), name: NAME.to_owned(), value };
    setting::Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(connection).await?;
    Ok(epoch)
}

impl Database {
    /// Begins another epoch in every community: the database was restored from a backup.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn begin_epoch(&self) -> Result<(), Error> {
        for (community, _) in self.communities().await? {
            let conflict = OnConflict::columns(KEY).update_column(setting::Column::Value).to_owned();
            let transaction = database::begin(&self.write).await?;
            let epoch = put(&transaction, &community, conflict).await?;
            audit::note(&transaction, &community, "epoch.begin", epoch).await?;
            transaction.commit().await?;
        }
        Ok(())
    }
}
