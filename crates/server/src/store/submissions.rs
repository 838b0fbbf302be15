//! The questions asked about what arrived.

use std::collections::HashMap;

use linli_domain::person::ForWhom;
use linli_domain::report::Report;
use linli_domain::session::{DeskSubmission, DeskSubmissionPage};
use linli_domain::submission::{Accepted, Channel, ReceiptStatus, SubmissionKind, SubmissionState};
use linli_domain::{Receipt, RecordId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::accounts::DELETED;
use super::activities::moment;
use super::entities::{activity, sign_up, staff, submission};
use super::{Error, Scope, Store, state_of, writer};

/// Submissions on one page of the desk.
const PAGE: u64 = 50;

/// A submission that is there, as far as a repeated `PUT` needs it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which form.
    pub kind: String,
    /// SHA-256 of its body.
    pub digest: Vec<u8>,
    /// The answer to the same body.
    pub accepted: Accepted,
}

impl Store {
    /// Looks up a record by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find(&self, id: RecordId) -> Result<Option<Found>, Error> {
        let Some(row) = self.row(id).await? else { return Ok(None) };
        let accepted = Accepted {
            id,
            receipt: receipt(&row)?,
            state: state_of(&row.state),
            position: self.position(&row).await?,
            photos_missing: Vec::new(),
        };
        Ok(Some(Found { kind: row.kind, digest: row.digest, accepted }))
    }

    /// What became of a submission, for whoever holds its receipt number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn receipt(&self, receipt: Receipt) -> Result<Option<ReceiptStatus>, Error> {
        let row = submission::Entity::find()
            .filter(submission::Column::CommunityId.eq(&self.0.community))
            .filter(submission::Column::Receipt.eq(receipt.to_string()))
            .one(&self.0.read)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let position = self.position(&row).await?;
        let titles = self.titles(std::slice::from_ref(&row)).await?;
        Ok(Some(ReceiptStatus {
            receipt,
            kind: kind(&row)?,
            state: state_of(&row.state),
            position,
            received_at: moment(row.received_at, self.0.offset)?,
            title: titles.get(&row.id).cloned(),
        }))
    }

    /// A page of what arrived in the grids that are seen, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn arrived(
        &self,
        scope: &Scope,
        kind: Option<SubmissionKind>,
        before: Option<i64>,
    ) -> Result<DeskSubmissionPage, Error> {
        let mut query = submission::Entity::find()
            .filter(submission::Column::CommunityId.eq(&self.0.community))
            .filter(submission::Column::State.ne(DELETED))
            .filter(scope.submissions());
        if let Some(kind) = kind {
            query = query.filter(submission::Column::Kind.eq(kind.as_str()));
        }
        if let Some(before) = before {
            query = query.filter(submission::Column::Sequence.lt(before));
        }
        let mut rows = query.order_by_desc(submission::Column::Sequence).limit(PAGE + 1).all(&self.0.read).await?;
        let more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| more).map(|last| last.sequence.to_string());
        let mut titles = self.titles(&rows).await?;
        let names = self.names(&rows).await?;
        let item = |row| self.desk_submission(row, &mut titles, &names).map(without_health);
        let items = rows.iter().map(item).collect::<Result<_, _>>()?;
        Ok(DeskSubmissionPage { items, next })
    }

    /// One submission with its body; nothing where it is of a grid that is not seen.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn submission(&self, scope: &Scope, id: RecordId) -> Result<Option<DeskSubmission>, Error> {
        let Some(row) = self.row(id).await?.filter(|row| is_seen(row, scope)) else { return Ok(None) };
        let mut titles = self.titles(std::slice::from_ref(&row)).await?;
        let names = self.names(std::slice::from_ref(&row)).await?;
        let mut found = self.desk_submission(&row, &mut titles, &names)?;
        if let Some(staff) = row.staff_id {
            let key = (self.0.community.clone(), staff);
            found.filled_in_by = staff::Entity::find_by_id(key).one(&self.0.read).await?.map(|row| row.name);
        }
        if found.kind == SubmissionKind::Report
            && let Ok(report) = Report::deserialize(&found.body)
        {
            found.photos = self.photos_of(&report).await?;
        }
        Ok(Some(found))
    }

    async fn row(&self, id: RecordId) -> Result<Option<submission::Model>, Error> {
        Ok(submission::Entity::find_by_id((self.0.community.clone(), id.0)).one(&self.0.read).await?)
    }

    pub(super) async fn position(&self, row: &submission::Model) -> Result<Option<u32>, Error> {
        match state_of(&row.state) {
            SubmissionState::Waiting => {
                writer::position(&self.0.read, &self.0.community, row.id, row.sequence).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    fn desk_submission(
        &self,
        row: &submission::Model,
        titles: &mut HashMap<Uuid, String>,
        names: &HashMap<Uuid, ForWhom>,
    ) -> Result<DeskSubmission, Error> {
        Ok(DeskSubmission {
            id: RecordId(row.id),
            sequence: row.sequence,
            kind: kind(row)?,
            state: state_of(&row.state),
            channel: channel(&row.channel),
            receipt: receipt(row)?,
            made_at: moment(row.made_at, self.0.offset)?,
            received_at: moment(row.received_at, self.0.offset)?,
            title: titles.remove(&row.id),
            grid: row.grid_id.clone(),
            filled_in_by: None,
            person: row.person_id.and_then(|person| names.get(&person).cloned()),
            photos: Vec::new(),
            body: body(row)?,
        })
    }

    /// What a person recognises a submission by: the activity's title or the name of the report's kind.
    pub(super) async fn titles(&self, rows: &[submission::Model]) -> Result<HashMap<Uuid, String>, Error> {
        let mut titles = self.activity_titles(rows).await?;
        let snapshot = self.rules();
        for row in rows.iter().filter(|row| row.kind == SubmissionKind::Report.as_str()) {
            let body = body(row)?;
            let id = body["kind"].as_str().unwrap_or_default();
            let known = snapshot.public.kinds.report.iter().find(|kind| kind.id == id);
            titles.insert(row.id, known.map_or_else(|| id.to_owned(), |kind| kind.name.clone()));
        }
        Ok(titles)
    }

    async fn activity_titles(&self, rows: &[submission::Model]) -> Result<HashMap<Uuid, String>, Error> {
        let ids: Vec<Uuid> =
            rows.iter().filter(|row| row.kind == SubmissionKind::SignUp.as_str()).map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let sign_ups = sign_up::Entity::find()
            .filter(sign_up::Column::CommunityId.eq(&self.0.community))
            .filter(sign_up::Column::SubmissionId.is_in(ids))
            .all(&self.0.read)
            .await?;
        let titles: HashMap<Uuid, String> = activity::Entity::find()
            .filter(activity::Column::CommunityId.eq(&self.0.community))
            .filter(activity::Column::Id.is_in(sign_ups.iter().map(|row| row.activity_id)))
            .all(&self.0.read)
            .await?
            .into_iter()
            .map(|row| (row.id, row.title))
            .collect();
        let named = |row: sign_up::Model| Some((row.submission_id, titles.get(&row.activity_id)?.clone()));
        Ok(sign_ups.into_iter().filter_map(named).collect())
    }
}

fn is_seen(row: &submission::Model, scope: &Scope) -> bool {
    row.state != DELETED && scope.sees(row.grid_id.as_deref())
}

/// A list shows whose check-in it is, not what was measured.
fn without_health(mut item: DeskSubmission) -> DeskSubmission {
    if item.kind == SubmissionKind::CheckIn
        && let Value::Object(body) = &mut item.body
    {
        body.retain(|field, _| matches!(field.as_str(), "community" | "person" | "contact_me" | "made_at" | "receipt"));
    }
    item
}

pub(super) fn kind(row: &submission::Model) -> Result<SubmissionKind, Error> {
    SubmissionKind::read(&row.kind).ok_or_else(|| Error::Broken("a stored kind cannot be read".into()))
}

pub(super) fn receipt(row: &submission::Model) -> Result<Receipt, Error> {
    row.receipt.parse().map_err(|_| Error::Broken("a stored receipt cannot be read".into()))
}

pub(super) fn body(row: &submission::Model) -> Result<Value, Error> {
    serde_json::from_str(&row.body).map_err(|_| Error::Broken("a stored body cannot be read".into()))
}

pub(super) fn channel(name: &str) -> Channel {
    serde_json::from_value(name.into()).unwrap_or_default()
}
