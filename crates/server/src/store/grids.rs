//! Which grid a place or an account is of.

use std::collections::{HashMap, HashSet};

use linli_domain::place::Place;
use linli_domain::submission::Submission;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef, Select};
use uuid::Uuid;

use super::Error;
use super::entities::{account, building, household, person};

/// The grids of some buildings, by estate and building.
#[derive(Debug, Default)]
pub(super) struct Grids(HashMap<(String, String), String>);

impl Grids {
    /// Those of the buildings that reports are about.
    pub async fn of_reports<'a, C: ConnectionTrait>(
        connection: &C,
        community: &str,
        submissions: impl Iterator<Item = &'a Submission>,
    ) -> Result<Self, Error> {
        let named: HashSet<&str> = submissions
            .filter_map(|submission| match submission {
                Submission::Report(report) => report.place.building.as_deref(),
                Submission::CheckIn(_) | Submission::SignUp(_) => None,
            })
            .collect();
        if named.is_empty() {
            return Ok(Self::default());
        }
        let rows: Vec<(String, String, String)> = building::Entity::find()
            .filter(building::Column::CommunityId.eq(community))
            .filter(building::Column::Id.is_in(named))
            .filter(building::Column::GridId.is_not_null())
            .select_only()
            .columns([building::Column::EstateId, building::Column::Id, building::Column::GridId])
            .into_tuple()
            .all(connection)
            .await?;
        Ok(Self(rows.into_iter().map(|(estate, building, grid)| ((estate, building), grid)).collect()))
    }

    /// The grid of a place, where its building is in one.
    pub fn of(&self, place: &Place) -> Option<String> {
        let key = (place.estate.clone()?, place.building.clone()?);
        self.0.get(&key).cloned()
    }
}

/// Those of some accounts that there are, each with the grid of its person's household.
pub(super) async fn of_accounts<C: ConnectionTrait>(
    connection: &C,
    community: &str,
    wanted: HashSet<Uuid>,
) -> Result<HashMap<Uuid, Option<String>>, Error> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Option<String>)> = accounts_at_home()
        .filter(account::Column::CommunityId.eq(community))
        .filter(account::Column::Id.is_in(wanted))
        .select_only()
        .column(account::Column::Id)
        .column(building::Column::GridId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Accounts with the person, household and building of each, where there is one.
pub(super) fn accounts_at_home() -> Select<account::Entity> {
    let [to_person, to_household, to_building] = relations();
    account::Entity::find()
        .join(JoinType::LeftJoin, to_person)
        .join(JoinType::LeftJoin, to_household)
        .join(JoinType::LeftJoin, to_building)
}

/// From an account to its person, the household and the building.
fn relations() -> [RelationDef; 3] {
    let person = account::Entity::belongs_to(person::Entity)
        .from((account::Column::CommunityId, account::Column::PersonId))
        .to((person::Column::CommunityId, person::Column::Id));
    let household = person::Entity::belongs_to(household::Entity)
        .from((person::Column::CommunityId, person::Column::HouseholdId))
        .to((household::Column::CommunityId, household::Column::Id));
    let building = household::Entity::belongs_to(building::Entity)
        .from((household::Column::CommunityId, household::Column::EstateId, household::Column::BuildingId))
        .to((building::Column::CommunityId, building::Column::EstateId, building::Column::Id));
    [person.into(), household.into(), building.into()]
}
