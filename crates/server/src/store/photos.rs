//! Photos: keeping one, showing one, which of a report's have come, and forgetting those that no report names.

use std::collections::HashSet;

use chrono::{DateTime, FixedOffset, TimeDelta};
use linli_domain::report::Report;
use linli_domain::session::DeskPhoto;
use linli_domain::{PhotoHash, RecordId};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::entities::{photo, report_photo, submission};
use super::{Error, Outcome, Scope, Store, Task};

/// How long a photo waits for its report. A report is sent right behind its photos, and its answer names those that are
/// missing, so that a device that was switched off in between for longer than this sends them again.
pub const WAITS: TimeDelta = TimeDelta::days(30);
/// Photos forgotten in one transaction, so that nobody waits behind it.
const AT_ONCE: u64 = 64;

/// A photo, made anew from what came.
#[derive(Clone)]
pub struct Photo {
    /// The hash of what came.
    pub hash: PhotoHash,
    /// A JPEG of our own.
    pub bytes: Vec<u8>,
    /// When it came.
    pub received_at: DateTime<FixedOffset>,
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Photo").field("hash", &self.hash).field("length", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl Store {
    /// Whether a photo has come.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn has_photo(&self, hash: PhotoHash) -> Result<bool, Error> {
        Ok(self.photos_missing(&[hash]).await?.is_empty())
    }

    /// Those of some photos that have not come.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn photos_missing(&self, hashes: &[PhotoHash]) -> Result<HashSet<PhotoHash>, Error> {
        let here = here(&self.0.read, &self.0.community, hashes).await?;
        Ok(hashes.iter().filter(|hash| !here.contains(hash)).copied().collect())
    }

    /// A photo as a JPEG.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn photo(&self, hash: PhotoHash) -> Result<Option<Vec<u8>>, Error> {
        let key = (self.0.community.clone(), hash.0.to_vec());
        Ok(photo::Entity::find_by_id(key).one(&self.0.read).await?.map(|row| row.bytes))
    }

    /// A photo as a JPEG, if a report of this account names it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn own_photo(&self, account: RecordId, hash: PhotoHash) -> Result<Option<Vec<u8>>, Error> {
        let named = self.reports_naming(hash).await?;
        let own = named.filter(submission::Column::AccountId.eq(account.0)).count(&self.0.read).await?;
        if own == 0 { Ok(None) } else { self.photo(hash).await }
    }

    /// A photo as a JPEG, if a report that is seen names it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn seen_photo(&self, scope: &Scope, hash: PhotoHash) -> Result<Option<Vec<u8>>, Error> {
        if *scope == Scope::All {
            return self.photo(hash).await;
        }
        let seen = self.reports_naming(hash).await?.filter(scope.submissions()).count(&self.0.read).await?;
        if seen == 0 { Ok(None) } else { self.photo(hash).await }
    }

    /// The reports that name a photo.
    async fn reports_naming(&self, hash: PhotoHash) -> Result<Select<submission::Entity>, Error> {
        let reports: Vec<uuid::Uuid> = report_photo::Entity::find()
            .filter(report_photo::Column::CommunityId.eq(&self.0.community))
            .filter(report_photo::Column::Hash.eq(hash.0.to_vec()))
            .select_only()
            .column(report_photo::Column::SubmissionId)
            .into_tuple()
            .all(&self.0.read)
            .await?;
        Ok(submission::Entity::find()
            .filter(submission::Column::CommunityId.eq(&self.0.community))
            .filter(submission::Column::Id.is_in(reports)))
    }

    /// The photos a report names, and which of them have come.
    pub(super) async fn photos_of(&self, report: &Report) -> Result<Vec<DeskPhoto>, Error> {
        let named = report.photo_hashes();
        let here = here(&self.0.read, &self.0.community, &named).await?;
        Ok(named.into_iter().map(|sha256| DeskPhoto { sha256, here: here.contains(&sha256) }).collect())
    }

    /// Forgets photos that waited for their report in vain; how many.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn forget_photos(&self) -> Result<usize, Error> {
        let now = self.now();
        let mut forgotten = 0;
        loop {
            match self.write(vec![Task::ForgetPhotos { before: now - WAITS, at: now }]).await?.first() {
                Some(Outcome::Forgotten(0)) | None => return Ok(forgotten),
                Some(Outcome::Forgotten(count)) => forgotten += count,
                Some(outcome) => return Err(Error::Broken(format!("forgetting came to {outcome:?}").into())),
            }
        }
    }
}

async fn here<C: ConnectionTrait>(
    connection: &C,
    community: &str,
    hashes: &[PhotoHash],
) -> Result<HashSet<PhotoHash>, Error> {
    if hashes.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<Vec<u8>> = photo::Entity::find()
        .filter(photo::Column::CommunityId.eq(community))
        .filter(photo::Column::Hash.is_in(hashes.iter().map(|hash| hash.0.to_vec())))
        .select_only()
        .column(photo::Column::Hash)
        .into_tuple()
        .all(connection)
        .await?;
    rows.into_iter().map(read_hash).collect()
}

fn read_hash(bytes: Vec<u8>) -> Result<PhotoHash, Error> {
    bytes.try_into().map(PhotoHash).map_err(|_| Error::Broken("a stored hash cannot be read".into()))
}

/// Keeps a photo; whether it was new.
pub(super) async fn keep<C: ConnectionTrait>(connection: &C, community: &str, photo: &Photo) -> Result<bool, Error> {
    if !here(connection, community, &[photo.hash]).await?.is_empty() {
        return Ok(false);
    }
    let row = photo::Model {
        community_id: community.to_owned(),
        hash: photo.hash.0.to_vec(),
        received_at: photo.received_at.timestamp_millis(),
        bytes: photo.bytes.clone(),
    };
    photo::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(true)
}

/// Deletes some of the photos that came before a moment and that no report names.
pub(super) async fn forget<C: ConnectionTrait>(
    connection: &C,
    community: &str,
    before: DateTime<FixedOffset>,
) -> Result<Vec<PhotoHash>, Error> {
    let rows: Vec<Vec<u8>> = photo::Entity::find()
        .filter(photo::Column::CommunityId.eq(community))
        .filter(photo::Column::ReceivedAt.lt(before.timestamp_millis()))
        .filter(is_not_named())
        .select_only()
        .column(photo::Column::Hash)
        .order_by_asc(photo::Column::ReceivedAt)
        .limit(AT_ONCE)
        .into_tuple()
        .all(connection)
        .await?;
    if !rows.is_empty() {
        photo::Entity::delete_many()
            .filter(photo::Column::CommunityId.eq(community))
            .filter(photo::Column::Hash.is_in(rows.clone()))
            .exec(connection)
            .await?;
    }
    rows.into_iter().map(read_hash).collect()
}

/// Deletes what some reports name, and the photos that no other report names.
pub(super) async fn forget_of<C: ConnectionTrait>(
    connection: &C,
    community: &str,
    reports: &[uuid::Uuid],
) -> Result<(), Error> {
    let own = Condition::all()
        .add(report_photo::Column::CommunityId.eq(community))
        .add(report_photo::Column::SubmissionId.is_in(reports.iter().copied()));
    let hashes: Vec<Vec<u8>> = report_photo::Entity::find()
        .filter(own.clone())
        .select_only()
        .column(report_photo::Column::Hash)
        .into_tuple()
        .all(connection)
        .await?;
    if hashes.is_empty() {
        return Ok(());
    }
    report_photo::Entity::delete_many().filter(own).exec(connection).await?;
    photo::Entity::delete_many()
        .filter(photo::Column::CommunityId.eq(community))
        .filter(photo::Column::Hash.is_in(hashes))
        .filter(is_not_named())
        .exec(connection)
        .await?;
    Ok(())
}

fn is_not_named() -> Expr {
    use sea_orm::ExprTrait as _;
    let same = |named: report_photo::Column, photo: photo::Column| {
        Expr::col((report_photo::Entity, named)).equals((photo::Entity, photo))
    };
    let naming = Query::select()
        .expr(Expr::val(1))
        .from(report_photo::Entity)
        .and_where(same(report_photo::Column::CommunityId, photo::Column::CommunityId))
        .and_where(same(report_photo::Column::Hash, photo::Column::Hash))
        .to_owned();
    Expr::exists(naming).not()
}
