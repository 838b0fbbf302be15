//! Puts a community's content in place: its kinds, places, contacts, notices and activities.

use std::collections::HashMap;

use linli_domain::RecordId;
use linli_domain::activity::{Activity, ActivityState};
use linli_domain::community::{Kind, Public, Purpose};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use super::entities::{activity, activity_session, building, community, contact, estate, kind, notice, setting};
use super::{Database, Error, database, epoch, retention};

/// How many persons signed up for an activity on paper, at the office.
pub type Paper = HashMap<RecordId, u32>;

/// A community with all that staff would have keyed in.
#[derive(Debug, Clone)]
pub struct Content {
    /// What everybody may know. The activities' counts are ignored.
    pub public: Public,
    /// How far its clocks are ahead of UTC, minutes.
    pub utc_offset_minutes: i32,
    /// Sign-ups on paper.
    pub paper: Paper,
}

impl Database {
    /// The id of every community and whether its data is invented.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn communities(&self) -> Result<Vec<(String, bool)>, Error> {
        let rows = community::Entity::find().all(&self.read).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.demo)).collect())
    }

    /// Puts content in the place of what was there under the same ids. Sign-ups and their counts stay.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn install(&self, content: &Content) -> Result<(), Error> {
        let transaction = database::begin(&self.write).await?;
        write(&transaction, content).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn write(transaction: &DatabaseTransaction, content: &Content) -> Result<(), Error> {
    let public = &content.public;
    let id = &public.community.id;
    let row = community::Model {
        id: id.clone(),
        name: public.community.name.clone(),
        demo: public.demo,
        utc_offset_minutes: content.utc_offset_minutes,
        last_sequence: 0,
        last_audit: 0,
        audit_head: None,
        street: String::new(),
    };
    community::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(community::Column::Id).update_column(community::Column::Name).to_owned())
        .exec_without_returning(transaction)
        .await?;
    settings(transaction, id, public).await?;
    kinds(transaction, id, public).await?;
    places(transaction, id, public).await?;
    contacts(transaction, id, public).await?;
    notices(transaction, id, public).await?;
    for activity in &public.activities {
        put_activity(transaction, id, activity, content.paper.get(&activity.id).copied().unwrap_or(0)).await?;
    }
    Ok(())
}

async fn settings(transaction: &DatabaseTransaction, id: &str, public: &Public) -> Result<(), Error> {
    setting::Entity::delete_many()
        .filter(setting::Column::CommunityId.eq(id))
        // Neither is content: the epoch tells of the database itself, the periods are the community's own.
        .filter(setting::Column::Name.is_not_in([epoch::NAME, retention::NAME]))
        .exec(transaction)
        .await?;
    let setting = |name: &str, value| setting::Model { community_id: id.to_owned(), name: name.to_owned(), value };
    let rows = [setting("thresholds", json(&public.thresholds)), setting("consents", json(&public.consents))];
    setting::Entity::insert_many(rows.map(IntoActiveModel::into_active_model))
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

async fn kinds(transaction: &DatabaseTransaction, id: &str, public: &Public) -> Result<(), Error> {
    kind::Entity::delete_many().filter(kind::Column::CommunityId.eq(id)).exec(transaction).await?;
    let row = |subject: &str, place: i32, kind: &Kind| kind::Model {
        community_id: id.to_owned(),
        subject: subject.to_owned(),
        id: kind.id.clone(),
        place,
        name: kind.name.clone(),
        hint: kind.hint.clone(),
        within_hours: kind.within_hours.map(i32::from),
        emergency: json(&kind.emergency),
    };
    let kinds = &public.kinds;
    let subjects = [
        ("report", &kinds.report),
        ("activity", &kinds.activity),
        ("symptom", &kinds.symptom),
        ("audience", &kinds.audience),
    ];
    let rows = subjects
        .into_iter()
        .flat_map(|(subject, kinds)| (0..).zip(kinds).map(move |(place, kind)| (subject, place, kind)))
        .map(|(subject, place, kind)| row(subject, place, kind).into_active_model());
    kind::Entity::insert_many(rows).exec_without_returning(transaction).await?;
    Ok(())
}

async fn places(transaction: &DatabaseTransaction, id: &str, public: &Public) -> Result<(), Error> {
    // Staff edit them from then on.
    let there = estate::Entity::find().filter(estate::Column::CommunityId.eq(id)).count(transaction).await?;
    if there > 0 {
        return Ok(());
    }
    for (place, estate) in (0..).zip(&public.places) {
        let row = estate::Model {
            community_id: id.to_owned(),
            id: estate.estate.clone(),
            place,
            name: estate.name.clone(),
            archived_at: None,
        };
        estate::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
        let buildings = (0..).zip(&estate.buildings).map(|(place, building)| building::Model {
            community_id: id.to_owned(),
            estate_id: estate.estate.clone(),
            id: building.id.clone(),
            place,
            name: building.name.clone(),
            units: json(&building.units),
            grid_id: None,
            archived_at: None,
        });
        building::Entity::insert_many(buildings.map(IntoActiveModel::into_active_model))
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

async fn contacts(transaction: &DatabaseTransaction, id: &str, public: &Public) -> Result<(), Error> {
    contact::Entity::delete_many().filter(contact::Column::CommunityId.eq(id)).exec(transaction).await?;
    let rows = (0..).zip(&public.contacts).map(|(place, contact)| contact::Model {
        community_id: id.to_owned(),
        id: contact.id.clone(),
        place,
        name: contact.name.clone(),
        phone: contact.phone.clone(),
        hours: contact.hours.clone(),
        purpose: match contact.purpose {
            Purpose::Emergency => "emergency",
            Purpose::Office => "office",
            Purpose::Health => "health",
            Purpose::Crisis => "crisis",
            Purpose::Property => "property",
            Purpose::Other => "other",
        }
        .to_owned(),
    });
    contact::Entity::insert_many(rows.map(IntoActiveModel::into_active_model))
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

async fn notices(transaction: &DatabaseTransaction, id: &str, public: &Public) -> Result<(), Error> {
    notice::Entity::delete_many().filter(notice::Column::CommunityId.eq(id)).exec(transaction).await?;
    let rows = public.notices.iter().map(|notice| notice::Model {
        community_id: id.to_owned(),
        id: notice.id.0,
        title: notice.title.clone(),
        text: notice.text.clone(),
        urgent: notice.urgent,
        updated_at: notice.updated_at.timestamp_millis(),
        until: notice.until.map(|at| at.timestamp_millis()),
    });
    notice::Entity::insert_many(rows.map(IntoActiveModel::into_active_model))
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

async fn put_activity(
    transaction: &DatabaseTransaction,
    id: &str,
    activity: &Activity,
    on_paper: u32,
) -> Result<(), Error> {
    let on_paper = i32::try_from(on_paper).unwrap_or(i32::MAX);
    let row = activity::Model {
        community_id: id.to_owned(),
        id: activity.id.0,
        title: activity.title.clone(),
        kind: activity.kind.clone(),
        summary: activity.summary.clone(),
        starts_at: activity.starts_at.timestamp_millis(),
        ends_at: activity.ends_at.timestamp_millis(),
        place: activity.place.clone(),
        host: activity.host.clone(),
        cost: activity.cost.clone(),
        audience: json(&activity.audience),
        capacity: activity.capacity.and_then(|capacity| i32::try_from(capacity).ok()),
        on_paper,
        confirmed: on_paper,
        waiting: 0,
        state: match activity.state {
            ActivityState::Announced => "announced",
            ActivityState::Postponed => "postponed",
            ActivityState::Cancelled => "cancelled",
            ActivityState::Other => "other",
        }
        .to_owned(),
        sign_up_until: activity.sign_up_until.map(|at| at.timestamp_millis()),
    };
    // The counts belong to the sign-ups that are there.
    let shown = [
        activity::Column::Title,
        activity::Column::Kind,
        activity::Column::Summary,
        activity::Column::StartsAt,
        activity::Column::EndsAt,
        activity::Column::Place,
        activity::Column::Host,
        activity::Column::Cost,
        activity::Column::Audience,
        activity::Column::Capacity,
        activity::Column::State,
        activity::Column::SignUpUntil,
    ];
    let key = [activity::Column::CommunityId, activity::Column::Id];
    activity::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns(key).update_columns(shown).to_owned())
        .exec_without_returning(transaction)
        .await?;
    activity_session::Entity::delete_many()
        .filter(activity_session::Column::CommunityId.eq(id))
        .filter(activity_session::Column::ActivityId.eq(activity.id.0))
        .exec(transaction)
        .await?;
    let sessions = activity.sessions.iter().map(|session| activity_session::Model {
        community_id: id.to_owned(),
        activity_id: activity.id.0,
        id: session.id.0,
        starts_at: session.starts_at.timestamp_millis(),
        ends_at: session.ends_at.timestamp_millis(),
    });
    activity_session::Entity::insert_many(sessions.map(IntoActiveModel::into_active_model))
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("lists and plain structs always become JSON")
}
