//! What is done to staff accounts: by administrators, and by those whose they are.

use chrono::{DateTime, FixedOffset};
use linli_domain::session::{CODE, Granted, NAME, Role};
use linli_domain::staff::ROLES;
use linli_domain::{Code, Problem, ProblemCode, RecordId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};
use uuid::Uuid;

use super::accounts::{Carried, refused};
use super::entities::{recovery_code, session, staff, staff_role};
use super::sessions::Owner;
use super::staff::roles_of;
use super::{Error, NewSession, Outcome, sessions};

/// What the second step of signing in was shown by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Digits of a step of time (RFC 6238), which sign in once.
    Step(i64),
    /// A recovery code, by its SHA-256, which signs in once.
    Recovery([u8; 32]),
}

/// Something to do with staff accounts.
#[derive(Clone)]
pub struct StaffDeed {
    /// Whose account.
    pub staff: RecordId,
    /// Who does it: an account's id, or `server`.
    pub by: String,
    /// Now.
    pub at: DateTime<FixedOffset>,
    /// What.
    pub what: StaffChange,
}

// Hashes and secrets are for no log.
impl std::fmt::Debug for StaffDeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffDeed").field("staff", &self.staff).finish_non_exhaustive()
    }
}

/// What is done to a staff account.
#[derive(Clone)]
pub enum StaffChange {
    /// It is opened; refused where the name is taken.
    Open {
        /// The name to sign in with.
        name: String,
        /// The argon2id hash.
        password: String,
        /// What it may do.
        roles: Vec<Granted>,
    },
    /// It may do this from now on.
    Roles(Vec<Granted>),
    /// It has another password, by its argon2id hash; every session but this one ends.
    Password {
        /// The hash.
        hash: String,
        /// SHA-256 of the token whose session goes on.
        but: Option<[u8; 32]>,
    },
    /// It may sign in, or not any more.
    Active(bool),
    /// A browser signed in; refused where the account is switched off or has another password by now.
    SignIn {
        /// The session.
        session: NewSession,
        /// What the second step was shown by, where there is one.
        proof: Option<Proof>,
    },
    /// An authenticator is told a secret, and has not shown its digits yet.
    OfferSecondStep(Vec<u8>),
    /// The authenticator showed the digits of a step: it is asked from now on; every session but this one ends.
    ConfirmSecondStep {
        /// The step.
        step: i64,
        /// Recovery codes by their SHA-256.
        codes: Vec<[u8; 32]>,
        /// SHA-256 of the token whose session goes on.
        but: Option<[u8; 32]>,
    },
    /// Signing in asks for no second step any more; every session but this one ends.
    DropSecondStep {
        /// SHA-256 of the token whose session goes on.
        but: Option<[u8; 32]>,
    },
}

impl StaffDeed {
    /// Does it, in a transaction in which everything that came before is written.
    pub(super) async fn carry_out<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &str,
    ) -> Result<Carried, Error> {
        let doing = Doing { transaction, community, deed: self };
        match &self.what {
            StaffChange::Open { name, password, roles } => doing.open(name, password, roles).await,
            StaffChange::Roles(roles) => doing.roles(roles).await,
            StaffChange::Password { hash, but } => doing.password(hash, *but).await,
            StaffChange::Active(active) => doing.active(*active).await,
            StaffChange::SignIn { session, proof } => doing.sign_in(session, *proof).await,
            StaffChange::OfferSecondStep(secret) => {
                doing.update("staff.second_step_offer", |row| row.pending_secret = Set(Some(secret.clone()))).await
            }
            StaffChange::ConfirmSecondStep { step, codes, but } => doing.confirm(*step, codes, *but).await,
            StaffChange::DropSecondStep { but } => doing.drop_second_step(*but).await,
        }
    }
}

struct Doing<'a, C> {
    transaction: &'a C,
    community: &'a str,
    deed: &'a StaffDeed,
}

impl<C: ConnectionTrait> Doing<'_, C> {
    fn id(&self) -> Uuid {
        self.deed.staff.0
    }

    fn done(&self, action: &'static str) -> Carried {
        (Outcome::Done, vec![(self.deed.by.clone(), action, self.deed.staff.to_string())])
    }

    async fn row(&self) -> Result<Option<staff::Model>, Error> {
        Ok(staff::Entity::find_by_id((self.community.to_owned(), self.id())).one(self.transaction).await?)
    }

    async fn update(
        &self,
        action: &'static str,
        change: impl FnOnce(&mut staff::ActiveModel),
    ) -> Result<Carried, Error> {
        let Some(row) = self.row().await? else { return Ok(refused(Problem::new(ProblemCode::NotFound))) };
        let mut row = row.into_active_model();
        change(&mut row);
        row.update(self.transaction).await?;
        Ok(self.done(action))
    }

    async fn open(&self, name: &str, password: &str, roles: &[Granted]) -> Result<Carried, Error> {
        let named = staff::Entity::find()
            .filter(staff::Column::CommunityId.eq(self.community))
            .filter(staff::Column::Name.eq(name))
            .count(self.transaction)
            .await?;
        if named > 0 {
            return Ok(refused(Problem::field(NAME.pointer(), Code::NameTaken)));
        }
        let row = staff::Model {
            community_id: self.community.to_owned(),
            id: self.id(),
            name: name.to_owned(),
            password: password.to_owned(),
            switched_off_at: None,
            secret: None,
            pending_secret: None,
            last_step: None,
        };
        staff::Entity::insert(row.into_active_model()).exec_without_returning(self.transaction).await?;
        self.hold(roles).await?;
        Ok(self.done("staff.add"))
    }

    async fn hold(&self, roles: &[Granted]) -> Result<(), Error> {
        let row = |granted: &Granted| {
            staff_role::Model {
                community_id: self.community.to_owned(),
                staff_id: self.id(),
                role: granted.role.as_str().to_owned(),
                grid_id: granted.grid.clone().unwrap_or_default(),
            }
            .into_active_model()
        };
        let held: std::collections::BTreeSet<&Granted> = roles.iter().collect();
        let rows = held.into_iter().map(row);
        staff_role::Entity::insert_many(rows).exec_without_returning(self.transaction).await?;
        Ok(())
    }

    async fn roles(&self, roles: &[Granted]) -> Result<Carried, Error> {
        let Some(row) = self.row().await? else { return Ok(refused(Problem::new(ProblemCode::NotFound))) };
        let stays = roles.iter().any(|granted| granted.role == Role::Admin);
        if row.switched_off_at.is_none() && !stays && self.is_last_admin().await? {
            return Ok(refused(Problem::field(ROLES.pointer(), Code::LastAdmin)));
        }
        staff_role::Entity::delete_many()
            .filter(staff_role::Column::CommunityId.eq(self.community))
            .filter(staff_role::Column::StaffId.eq(self.id()))
            .exec(self.transaction)
            .await?;
        self.hold(roles).await?;
        Ok(self.done("staff.roles"))
    }

    /// Whether nobody else who may sign in is an administrator, and this one is.
    async fn is_last_admin(&self) -> Result<bool, Error> {
        let own = roles_of(self.transaction, self.community, self.id()).await?;
        if own.iter().all(|granted| granted.role != Role::Admin) {
            return Ok(false);
        }
        let admins = staff_role::Entity::find()
            .filter(staff_role::Column::CommunityId.eq(self.community))
            .filter(staff_role::Column::Role.eq(Role::Admin.as_str()))
            .filter(staff_role::Column::StaffId.ne(self.id()))
            .all(self.transaction)
            .await?;
        let others = staff::Entity::find()
            .filter(staff::Column::CommunityId.eq(self.community))
            .filter(staff::Column::Id.is_in(admins.into_iter().map(|row| row.staff_id)))
            .filter(staff::Column::SwitchedOffAt.is_null())
            .count(self.transaction)
            .await?;
        Ok(others == 0)
    }

    async fn password(&self, hash: &str, but: Option<[u8; 32]>) -> Result<Carried, Error> {
        let carried = self.update("staff.password", |row| row.password = Set(hash.to_owned())).await?;
        self.end_sessions(but).await?;
        Ok(carried)
    }

    async fn active(&self, active: bool) -> Result<Carried, Error> {
        if active {
            return self.update("staff.switch_on", |row| row.switched_off_at = Set(None)).await;
        }
        if self.is_last_admin().await? {
            return Ok(refused(Problem::field(ROLES.pointer(), Code::LastAdmin)));
        }
        let at = self.deed.at.timestamp_millis();
        let carried = self.update("staff.switch_off", |row| row.switched_off_at = Set(Some(at))).await?;
        self.end_sessions(None).await?;
        Ok(carried)
    }

    async fn end_sessions(&self, but: Option<[u8; 32]>) -> Result<(), Error> {
        let mut ending = session::Entity::delete_many()
            .filter(session::Column::CommunityId.eq(self.community))
            .filter(session::Column::StaffId.eq(self.id()));
        if let Some(token) = but {
            ending = ending.filter(session::Column::Token.ne(token.to_vec()));
        }
        ending.exec(self.transaction).await?;
        Ok(())
    }

    async fn sign_in(&self, session: &NewSession, proof: Option<Proof>) -> Result<Carried, Error> {
        // It may have been switched off, have another password, or been shown the same digits, while this one was looked at.
        let fits = |row: &staff::Model| row.switched_off_at.is_none() && row.password == session.fitted;
        let Some(row) = self.row().await?.filter(fits) else {
            return Ok(refused(Problem::new(ProblemCode::WrongCredentials)));
        };
        let shown = match proof {
            None => row.secret.is_none(),
            Some(Proof::Step(step)) => row.secret.is_some() && row.last_step.is_none_or(|last| last < step),
            Some(Proof::Recovery(hash)) => self.use_up(hash).await?,
        };
        if !shown {
            return Ok(refused(wrong_code()));
        }
        if let Some(Proof::Step(step)) = proof {
            let mut row = row.into_active_model();
            row.last_step = Set(Some(step));
            row.update(self.transaction).await?;
        }
        let owner = Owner::Staff(self.id());
        let mut noted = sessions::begin(self.transaction, self.community, owner, session, self.deed.at).await?;
        if let Some(Proof::Recovery(_)) = proof {
            noted.push((self.deed.by.clone(), "staff.recovery_code", self.deed.staff.to_string()));
        }
        Ok((Outcome::Done, noted))
    }

    async fn use_up(&self, hash: [u8; 32]) -> Result<bool, Error> {
        let used = recovery_code::Entity::delete_many()
            .filter(recovery_code::Column::CommunityId.eq(self.community))
            .filter(recovery_code::Column::StaffId.eq(self.id()))
            .filter(recovery_code::Column::Hash.eq(hash.to_vec()))
            .exec(self.transaction)
            .await?;
        Ok(used.rows_affected == 1)
    }

    async fn confirm(&self, step: i64, codes: &[[u8; 32]], but: Option<[u8; 32]>) -> Result<Carried, Error> {
        let Some(row) = self.row().await? else { return Ok(refused(Problem::new(ProblemCode::NotFound))) };
        let Some(secret) = row.pending_secret.clone() else { return Ok(refused(wrong_code())) };
        let mut row = row.into_active_model();
        row.secret = Set(Some(secret));
        row.pending_secret = Set(None);
        row.last_step = Set(Some(step));
        row.update(self.transaction).await?;
        self.forget_codes().await?;
        let code = |hash: &[u8; 32]| {
            recovery_code::Model { community_id: self.community.to_owned(), hash: hash.to_vec(), staff_id: self.id() }
                .into_active_model()
        };
        recovery_code::Entity::insert_many(codes.iter().map(code)).exec_without_returning(self.transaction).await?;
        self.end_sessions(but).await?;
        Ok(self.done("staff.second_step_on"))
    }

    async fn forget_codes(&self) -> Result<(), Error> {
        recovery_code::Entity::delete_many()
            .filter(recovery_code::Column::CommunityId.eq(self.community))
            .filter(recovery_code::Column::StaffId.eq(self.id()))
            .exec(self.transaction)
            .await?;
        Ok(())
    }

    async fn drop_second_step(&self, but: Option<[u8; 32]>) -> Result<Carried, Error> {
        self.forget_codes().await?;
        self.end_sessions(but).await?;
        let drop = |row: &mut staff::ActiveModel| {
            row.secret = Set(None);
            row.pending_secret = Set(None);
            row.last_step = Set(None);
        };
        self.update("staff.second_step_off", drop).await
    }
}

/// The digits are not those of now, or were used before.
pub fn wrong_code() -> Problem {
    Problem {
        status: ProblemCode::CodeNeeded.status(),
        code: ProblemCode::CodeNeeded,
        ..Problem::field(CODE.pointer(), Code::WrongCode)
    }
}
