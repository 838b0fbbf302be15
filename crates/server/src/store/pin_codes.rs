//! Accounts that staff open, and the codes by which residents set a PIN of their own: a new account's first one, or one in the
//! place of a PIN that was forgotten.

use chrono::{DateTime, FixedOffset};
use linli_domain::account::PHONE;
use linli_domain::acting::{AccountFound, AccountsFound, PIN_CODE};
use linli_domain::{Code, Problem, ProblemCode, RecordId};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func, LikeExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::accounts::{Carried, of_phone, refused};
use super::entities::{account, person, pin_code, session};
use super::{Error, Outcome, Scope, Store, grids};

/// Accounts shown at once.
const FOUND: usize = 20;
/// Fewest digits that telephone numbers are searched by.
const DIGITS: usize = 4;

/// Something to do with an account's PIN.
#[derive(Clone)]
pub struct PinDeed {
    /// The account.
    pub account: RecordId,
    /// SHA-256 of the code.
    pub code: [u8; 32],
    /// Now.
    pub at: DateTime<FixedOffset>,
    /// What.
    pub what: PinChange,
}

// The rest is personal, or as good as the PIN.
impl std::fmt::Debug for PinDeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PinDeed").field("account", &self.account).finish_non_exhaustive()
    }
}

/// What is done.
#[derive(Clone)]
pub enum PinChange {
    /// Staff open an account, which has no PIN yet; refused where the telephone number has one.
    Open {
        /// The person's id.
        person: RecordId,
        /// What they go by.
        name: String,
        /// [`linli_domain::account::account_phone`].
        phone: String,
        /// Their household in words, or empty.
        place: String,
        /// Until when the code sets its PIN.
        expires_at: DateTime<FixedOffset>,
        /// Who of staff.
        by: RecordId,
    },
    /// Staff print a code, in the place of those before.
    Print {
        /// Until when it sets the PIN.
        expires_at: DateTime<FixedOffset>,
        /// Who of staff.
        by: RecordId,
    },
    /// The code sets the PIN, by its argon2id hash; every session of the account ends.
    Set {
        /// The hash.
        pin: String,
    },
}

impl PinDeed {
    /// Does it, in a transaction in which everything that came before is written.
    pub(super) async fn carry_out<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &str,
    ) -> Result<Carried, Error> {
        match &self.what {
            PinChange::Open { phone, expires_at, by, .. } => {
                if of_phone(transaction, community, phone).await?.is_some() {
                    return Ok(refused(Problem::field(PHONE.pointer(), Code::PhoneTaken)));
                }
                self.open(transaction, community).await?;
                self.print(transaction, community, *expires_at).await?;
                Ok(self.done(by.to_string(), "account.open"))
            }
            PinChange::Print { expires_at, by } => {
                let key = (community.to_owned(), self.account.0);
                if account::Entity::find_by_id(key).one(transaction).await?.is_none() {
                    return Ok(refused(Problem::new(ProblemCode::NotFound)));
                }
                self.print(transaction, community, *expires_at).await?;
                Ok(self.done(by.to_string(), "pin_code.print"))
            }
            PinChange::Set { pin } => self.set(transaction, community, pin).await,
        }
    }

    fn done(&self, by: String, action: &'static str) -> Carried {
        (Outcome::Done, vec![(by, action, self.account.to_string())])
    }

    async fn open<C: ConnectionTrait>(&self, transaction: &C, community: &str) -> Result<(), Error> {
        let PinChange::Open { person: id, name, phone, place, .. } = &self.what else { return Ok(()) };
        let person = person::Model {
            community_id: community.to_owned(),
            id: id.0,
            name: name.clone(),
            phone: phone.clone(),
            place: place.clone(),
            household_id: None,
        };
        person::Entity::insert(person.into_active_model()).exec_without_returning(transaction).await?;
        let account = account::Model {
            community_id: community.to_owned(),
            id: self.account.0,
            person_id: id.0,
            phone: phone.clone(),
            pin: String::new(),
            opened_at: self.at.timestamp_millis(),
        };
        account::Entity::insert(account.into_active_model()).exec_without_returning(transaction).await?;
        Ok(())
    }

    async fn print<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &str,
        expires_at: DateTime<FixedOffset>,
    ) -> Result<(), Error> {
        forget(transaction, community, self.account).await?;
        let row = pin_code::Model {
            community_id: community.to_owned(),
            hash: self.code.to_vec(),
            account_id: self.account.0,
            expires_at: expires_at.timestamp_millis(),
        };
        pin_code::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
        Ok(())
    }

    async fn set<C: ConnectionTrait>(&self, transaction: &C, community: &str, pin: &str) -> Result<Carried, Error> {
        let unknown = || refused(Problem::field(PIN_CODE.pointer(), Code::UnknownPinCode));
        let key = (community.to_owned(), self.code.to_vec());
        let code = pin_code::Entity::find_by_id(key).one(transaction).await?;
        let sets =
            |code: &pin_code::Model| code.account_id == self.account.0 && code.expires_at > self.at.timestamp_millis();
        if !code.as_ref().is_some_and(sets) {
            return Ok(unknown());
        }
        let key = (community.to_owned(), self.account.0);
        let Some(row) = account::Entity::find_by_id(key).one(transaction).await? else { return Ok(unknown()) };
        let mut row = row.into_active_model();
        row.pin = Set(pin.to_owned());
        row.update(transaction).await?;
        forget(transaction, community, self.account).await?;
        session::Entity::delete_many()
            .filter(session::Column::CommunityId.eq(community))
            .filter(session::Column::AccountId.eq(self.account.0))
            .exec(transaction)
            .await?;
        Ok(self.done(self.account.to_string(), "account.pin"))
    }
}

/// No code of an account sets anything any more.
pub(super) async fn forget<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
) -> Result<(), Error> {
    pin_code::Entity::delete_many()
        .filter(pin_code::Column::CommunityId.eq(community))
        .filter(pin_code::Column::AccountId.eq(account.0))
        .exec(transaction)
        .await?;
    Ok(())
}

impl Store {
    /// Whose PIN a code, given by its SHA-256, sets now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sets_pin_of(&self, code: [u8; 32]) -> Result<Option<RecordId>, Error> {
        let row = pin_code::Entity::find_by_id((self.0.community.clone(), code.to_vec())).one(&self.0.read).await?;
        let now = self.now().timestamp_millis();
        Ok(row.filter(|row| row.expires_at > now).map(|row| RecordId(row.account_id)))
    }

    /// Accounts that are seen, whose person's name has this in it, or whose telephone number begins or ends with it; by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find_accounts(&self, scope: &Scope, query: &str) -> Result<AccountsFound, Error> {
        let pattern = |before: &str, text: &str, after: &str| {
            let plain = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            LikeExpr::new(format!("{before}{plain}{after}")).escape('\\')
        };
        let column = |column: person::Column| Expr::col((person::Entity, column));
        let lower = Func::lower(column(person::Column::Name));
        let mut matches = Condition::any().add(Expr::expr(lower).like(pattern("%", &query.to_lowercase(), "%")));
        let digits: String = query.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= DIGITS {
            for (before, after) in [("", "%"), ("%", "")] {
                matches = matches.add(column(person::Column::Phone).like(pattern(before, &digits, after)));
            }
        }
        let rows = grids::accounts_at_home()
            .select_also(person::Entity)
            .filter(account::Column::CommunityId.eq(&self.0.community))
            .filter(matches)
            .filter(scope.buildings())
            .order_by_asc(person::Column::Name)
            .order_by_asc(person::Column::Id)
            .limit(FOUND as u64 + 1)
            .all(&self.0.read)
            .await?;
        let mut items: Vec<AccountFound> =
            rows.into_iter().filter_map(|(account, person)| Some(found(account, person?))).collect();
        let more = items.len() > FOUND;
        items.truncate(FOUND);
        Ok(AccountsFound { items, more })
    }

    /// An account, as far as staff tell it from others; nothing where its household is of a grid that is not seen.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn account_found(&self, scope: &Scope, id: RecordId) -> Result<Option<AccountFound>, Error> {
        let key = (self.0.community.clone(), id.0);
        let Some(row) = account::Entity::find_by_id(key).one(&self.0.read).await? else { return Ok(None) };
        let grids = grids::of_accounts(&self.0.read, &self.0.community, [id.0].into()).await?;
        if !scope.sees(grids.get(&id.0).and_then(Option::as_deref)) {
            return Ok(None);
        }
        let key = (self.0.community.clone(), row.person_id);
        Ok(person::Entity::find_by_id(key).one(&self.0.read).await?.map(|person| found(row, person)))
    }
}

fn found(account: account::Model, person: person::Model) -> AccountFound {
    AccountFound {
        id: RecordId(account.id),
        name: person.name,
        phone: account.phone,
        place: person.place,
        has_pin: !account.pin.is_empty(),
    }
}
