//! Which grids somebody sees. What belongs to no grid is everybody's work.

use std::collections::BTreeSet;

use linli_domain::session::{Granted, Role};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Condition;

use super::entities::{building, submission};

/// Which grids somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The whole community.
    All,
    /// These, and what belongs to none.
    Grids(BTreeSet<String>),
}

impl Scope {
    /// Of the roles that some of these are.
    pub fn of(held: &[Granted], roles: &[Role]) -> Self {
        let counting = || held.iter().filter(|granted| roles.contains(&granted.role));
        if counting().any(|granted| granted.grid.is_none()) {
            return Self::All;
        }
        Self::Grids(counting().filter_map(|granted| granted.grid.clone()).collect())
    }

    /// The submissions that are seen, for a question to the database.
    pub(super) fn submissions(&self) -> Condition {
        self.among(submission::Column::GridId)
    }

    /// The buildings that are seen, for a question to the database; no building is as one of no grid.
    pub(super) fn buildings(&self) -> Condition {
        self.among(building::Column::GridId)
    }

    fn among(&self, grid: impl ColumnTrait) -> Condition {
        match self {
            Self::All => Condition::all(),
            Self::Grids(grids) => Condition::any().add(grid.is_null()).add(grid.is_in(grids)),
        }
    }

    /// Whether something of this grid, or of none, is seen.
    pub fn sees(&self, grid: Option<&str>) -> bool {
        match (self, grid) {
            (Self::All, _) | (Self::Grids(_), None) => true,
            (Self::Grids(grids), Some(grid)) => grids.contains(grid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sees_the_grids_of_the_roles_that_count() {
        let held = |roles: &[(Role, Option<&str>)]| -> Vec<Granted> {
            roles.iter().map(|(role, grid)| Granted { role: *role, grid: grid.map(str::to_owned) }).collect()
        };
        let check = |roles: &[(Role, Option<&str>)], grid, seen| {
            let scope = Scope::of(&held(roles), &[Role::Worker, Role::GridManager, Role::Admin]);
            assert_eq!(scope.sees(grid), seen, "{roles:?} {grid:?}");
        };
        check(&[(Role::Worker, Some("a"))], Some("a"), true);
        check(&[(Role::Worker, Some("a"))], None, true);
        check(&[(Role::Worker, Some("a"))], Some("b"), false);
        check(&[(Role::Worker, Some("a")), (Role::GridManager, Some("b"))], Some("b"), true);
        check(&[(Role::Worker, None)], Some("b"), true);
        check(&[(Role::Worker, Some("a")), (Role::StreetViewer, None)], Some("b"), false);
    }
}
