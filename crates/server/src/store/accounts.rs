//! Residents' accounts: opened with a household code, asked for their records, and ended without leaving anything personal
//! behind (ADR 21).

use chrono::{DateTime, FixedOffset};
use linli_domain::account::{Export, HOUSEHOLD_CODE, OwnRecord, OwnRecords, PHONE, RECEIPT};
use linli_domain::session::{Me, Role};
use linli_domain::submission::SubmissionKind;
use linli_domain::{Code, Problem, ProblemCode, Receipt, RecordId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;

use super::activities::moment;
use super::entities::{account, acting, community, household_code, person, session, submission};
use super::sessions::Owner;
use super::submissions::{body, channel, kind, receipt};
use super::{Error, NewSession, Outcome, Store, ended, family, pin_codes, sessions, state_of};

/// Records on one page.
const PAGE: u64 = 50;
/// The state of a submission of which nothing but the counts is left.
pub(super) const DELETED: &str = "deleted";

/// An account with what its PIN is checked against.
#[derive(Clone)]
pub struct Resident {
    /// Who it is.
    pub me: Me,
    /// The argon2id hash of the PIN.
    pub pin: String,
}

/// An account to be opened.
#[derive(Clone)]
pub struct Opening {
    /// The account's id.
    pub account: RecordId,
    /// The person's id.
    pub person: RecordId,
    /// SHA-256 of the household code.
    pub code: [u8; 32],
    /// What they go by.
    pub name: String,
    /// [`linli_domain::account::account_phone`].
    pub phone: String,
    /// The argon2id hash of the PIN.
    pub pin: String,
    /// Now.
    pub at: DateTime<FixedOffset>,
}

// A hash of six digits is as good as the digits, and the rest is personal.
impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Something to do with accounts.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Household codes were printed.
    PrintCodes {
        /// SHA-256 of each, and which household it is for, in words and by its id where it has one.
        codes: Vec<([u8; 32], String, Option<RecordId>)>,
        /// Until when they open an account.
        expires_at: DateTime<FixedOffset>,
        /// A staff account's id, or `server`.
        by: String,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// An account is opened; refused where the code or the telephone number does not let it.
    Open(Box<Opening>),
    /// A browser signed in; refused where the account has ended or has another PIN by now.
    SignIn {
        /// The account.
        account: RecordId,
        /// The session.
        session: NewSession,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// A submission is an account's own, as its receipt number shows; refused where there is none or it is another's.
    Claim {
        /// The account.
        account: RecordId,
        /// The receipt number.
        receipt: Receipt,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// An account ends: nobody signs in to it or acts for its people any more. What else there is of it goes by
    /// [`Deed::Sweep`].
    Delete {
        /// The account.
        account: RecordId,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// A group of what is left of an account that ended goes: what is personal in its submissions, and what was agreed to.
    Sweep {
        /// The account.
        account: RecordId,
        /// Now.
        at: DateTime<FixedOffset>,
    },
}

/// A line for the audit log: who, did what, to what.
pub(super) type Noted = (String, &'static str, String);
/// What became of a deed.
pub(super) type Carried = (Outcome, Vec<Noted>);

impl Deed {
    /// When it is done.
    pub(super) fn at(&self) -> DateTime<FixedOffset> {
        match self {
            Self::PrintCodes { at, .. }
            | Self::SignIn { at, .. }
            | Self::Claim { at, .. }
            | Self::Delete { at, .. }
            | Self::Sweep { at, .. } => *at,
            Self::Open(opening) => opening.at,
        }
    }

    /// Does it, in a transaction in which everything that came before is written.
    pub(super) async fn carry_out<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &mut community::Model,
    ) -> Result<Carried, Error> {
        match self {
            Self::PrintCodes { codes, expires_at, by, .. } => {
                print(transaction, &community.id, codes, *expires_at).await?;
                let line = |(hash, ..): &([u8; 32], String, Option<RecordId>)| {
                    (by.clone(), "household_code.print", crate::hex(hash))
                };
                Ok((Outcome::Done, codes.iter().map(line).collect()))
            }
            Self::Open(opening) => open(transaction, &community.id, opening).await,
            Self::SignIn { account, session, at } => sign_in(transaction, &community.id, *account, session, *at).await,
            Self::Claim { account, receipt, .. } => claim(transaction, community, *account, *receipt).await,
            Self::Delete { account, at } => delete(transaction, &community.id, *account, *at).await,
            Self::Sweep { account, .. } => ended::sweep(transaction, community, *account).await,
        }
    }
}

async fn print<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    codes: &[([u8; 32], String, Option<RecordId>)],
    expires_at: DateTime<FixedOffset>,
) -> Result<(), Error> {
    let row = |(hash, place, household): &([u8; 32], String, Option<RecordId>)| {
        household_code::Model {
            community_id: community.to_owned(),
            hash: hash.to_vec(),
            place: place.clone(),
            expires_at: expires_at.timestamp_millis(),
            used_at: None,
            household_id: household.map(|id| id.0),
        }
        .into_active_model()
    };
    household_code::Entity::insert_many(codes.iter().map(row)).exec_without_returning(transaction).await?;
    Ok(())
}

pub(super) fn refused(problem: Problem) -> Carried {
    (Outcome::Refused(problem), Vec::new())
}

async fn open<C: ConnectionTrait>(transaction: &C, community: &str, opening: &Opening) -> Result<Carried, Error> {
    let key = (community.to_owned(), opening.code.to_vec());
    let code = household_code::Entity::find_by_id(key).one(transaction).await?;
    let Some(code) = code.filter(|code| opens(code, opening.at)) else {
        return Ok(refused(Problem::field(HOUSEHOLD_CODE.pointer(), Code::UnknownHouseholdCode)));
    };
    if of_phone(transaction, community, &opening.phone).await?.is_some() {
        return Ok(refused(Problem::field(PHONE.pointer(), Code::PhoneTaken)));
    }
    let person = person::Model {
        community_id: community.to_owned(),
        id: opening.person.0,
        name: opening.name.clone(),
        phone: opening.phone.clone(),
        place: code.place.clone(),
        household_id: code.household_id,
    };
    person::Entity::insert(person.into_active_model()).exec_without_returning(transaction).await?;
    let account = account::Model {
        community_id: community.to_owned(),
        id: opening.account.0,
        person_id: opening.person.0,
        phone: opening.phone.clone(),
        pin: opening.pin.clone(),
        opened_at: opening.at.timestamp_millis(),
    };
    account::Entity::insert(account.into_active_model()).exec_without_returning(transaction).await?;
    // Which household it was for is said by its person from now on, and goes with it.
    let mut used = code.into_active_model();
    used.place = Set(String::new());
    used.household_id = Set(None);
    used.used_at = Set(Some(opening.at.timestamp_millis()));
    used.update(transaction).await?;
    let id = opening.account.to_string();
    Ok((Outcome::Done, vec![(id.clone(), "account.open", id)]))
}

fn opens(code: &household_code::Model, now: DateTime<FixedOffset>) -> bool {
    code.used_at.is_none() && code.expires_at > now.timestamp_millis()
}

pub(super) async fn of_phone<C: ConnectionTrait>(
    connection: &C,
    community: &str,
    phone: &str,
) -> Result<Option<account::Model>, Error> {
    let accounts = account::Entity::find().filter(account::Column::CommunityId.eq(community));
    Ok(accounts.filter(account::Column::Phone.eq(phone)).one(connection).await?)
}

async fn sign_in<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    session: &NewSession,
    now: DateTime<FixedOffset>,
) -> Result<Carried, Error> {
    let row = account::Entity::find_by_id((community.to_owned(), account.0)).one(transaction).await?;
    if row.is_none_or(|row| row.pin != session.fitted) {
        // It ended, or has another PIN, while this one was looked at.
        return Ok(refused(Problem::new(ProblemCode::WrongCredentials)));
    }
    Ok((Outcome::Done, sessions::begin(transaction, community, Owner::Account(account.0), session, now).await?))
}

async fn claim<C: ConnectionTrait>(
    transaction: &C,
    community: &mut community::Model,
    account: RecordId,
    receipt: Receipt,
) -> Result<Carried, Error> {
    if account::Entity::find_by_id((community.id.clone(), account.0)).one(transaction).await?.is_none() {
        // It ended meanwhile, and has no submissions any more.
        return Ok(refused(Problem::new(ProblemCode::SignedOut)));
    }
    let row = submission::Entity::find()
        .filter(submission::Column::CommunityId.eq(&community.id))
        .filter(submission::Column::Receipt.eq(receipt.to_string()))
        .one(transaction)
        .await?;
    let Some(row) = row else { return Ok(refused(Problem::new(ProblemCode::NotFound))) };
    match row.account_id {
        Some(owner) if owner == account.0 => return Ok((Outcome::Done, Vec::new())),
        Some(_) => return Ok(refused(Problem::field(RECEIPT.pointer(), Code::ClaimedByAnother))),
        None => {}
    }
    // A sequence of its own: it came long ago, but it is news to the account.
    community.last_sequence += 1;
    let id = row.id.to_string();
    let mut claimed = row.into_active_model();
    claimed.account_id = Set(Some(account.0));
    claimed.account_sequence = Set(Some(community.last_sequence));
    claimed.update(transaction).await?;
    Ok((Outcome::Done, vec![(account.to_string(), "submission.claim", id)]))
}

async fn delete<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    at: DateTime<FixedOffset>,
) -> Result<Carried, Error> {
    let Some(row) = account::Entity::find_by_id((community.to_owned(), account.0)).one(transaction).await? else {
        return Ok((Outcome::Done, Vec::new()));
    };
    ended::note(transaction, community, account, at).await?;
    session::Entity::delete_many()
        .filter(session::Column::CommunityId.eq(community))
        .filter(session::Column::AccountId.eq(account.0))
        .exec(transaction)
        .await?;
    pin_codes::forget(transaction, community, account).await?;
    acting::Entity::delete_many()
        .filter(acting::Column::CommunityId.eq(community))
        .filter(acting::Column::AccountId.eq(account.0))
        .exec(transaction)
        .await?;
    account::Entity::delete_by_id((community.to_owned(), account.0)).exec(transaction).await?;
    family::forget(transaction, community, account, row.person_id).await?;
    let actor = account.to_string();
    Ok((Outcome::Done, vec![(actor.clone(), "account.delete", actor)]))
}

/// What is left of a submission: that there was one of this kind, on which day, by which way. Its id stays taken, so that a
/// device that sends it again does not bring it back; its receipt number is one that nobody has.
pub(super) fn counted(row: submission::Model, offset_millis: i64) -> Result<submission::ActiveModel, Error> {
    let said: Value = serde_json::from_str(&row.body).unwrap_or_default();
    let left = match SubmissionKind::read(&row.kind) {
        Some(SubmissionKind::Report) => serde_json::json!({"kind": said["kind"], "urgent": said["urgent"]}),
        Some(SubmissionKind::SignUp) => serde_json::json!({"activity": said["activity"]}),
        Some(SubmissionKind::CheckIn) | None => Value::Object(serde_json::Map::new()),
    };
    let day = 86_400_000;
    let morning = (row.received_at + offset_millis).div_euclid(day) * day - offset_millis;
    let random = getrandom::u64().map_err(|error| Error::Unavailable(error.to_string().into()))?;
    let mut left_over = row.into_active_model();
    left_over.body = Set(left.to_string());
    left_over.digest = Set(Vec::new());
    left_over.receipt = Set(Receipt::new(random).to_string());
    left_over.made_at = Set(morning);
    left_over.received_at = Set(morning);
    left_over.state = Set(DELETED.to_owned());
    left_over.account_id = Set(None);
    left_over.account_sequence = Set(None);
    left_over.grid_id = Set(None);
    left_over.person_id = Set(None);
    Ok(left_over)
}

impl Store {
    /// The account of a telephone number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn resident_of(&self, phone: &str) -> Result<Option<Resident>, Error> {
        let Some(row) = of_phone(&self.0.read, &self.0.community, phone).await? else { return Ok(None) };
        self.known(row).await
    }

    /// An account by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn resident(&self, id: RecordId) -> Result<Option<Resident>, Error> {
        let row = account::Entity::find_by_id((self.0.community.clone(), id.0)).one(&self.0.read).await?;
        match row {
            Some(row) => self.known(row).await,
            None => Ok(None),
        }
    }

    /// The account with its person. Both are written and deleted together.
    async fn known(&self, row: account::Model) -> Result<Option<Resident>, Error> {
        let key = (self.0.community.clone(), row.person_id);
        let person = person::Entity::find_by_id(key).one(&self.0.read).await?;
        Ok(person.map(|person| Resident {
            me: Me {
                id: RecordId(row.id),
                name: person.name,
                role: Role::Resident,
                roles: Vec::new(),
                second_step: false,
                phone: Some(row.phone),
                place: Some(person.place).filter(|place| !place.is_empty()),
            },
            pin: row.pin,
        }))
    }

    /// Whether a household code, given by its SHA-256, opens an account now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn opens_account(&self, code: [u8; 32]) -> Result<bool, Error> {
        let key = (self.0.community.clone(), code.to_vec());
        let code = household_code::Entity::find_by_id(key).one(&self.0.read).await?;
        Ok(code.is_some_and(|code| opens(&code, self.now())))
    }

    /// Whether a household code was printed, used or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_printed(&self, code: [u8; 32]) -> Result<bool, Error> {
        let key = (self.0.community.clone(), code.to_vec());
        Ok(household_code::Entity::find_by_id(key).count(&self.0.read).await? > 0)
    }

    /// A page of an account's records that changed behind a place in the order of changes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn own_records(&self, account: RecordId, since: i64) -> Result<OwnRecords, Error> {
        let mut rows = submission::Entity::find()
            .filter(submission::Column::CommunityId.eq(&self.0.community))
            .filter(submission::Column::AccountId.eq(account.0))
            .filter(submission::Column::AccountSequence.gt(since))
            .order_by_asc(submission::Column::AccountSequence)
            .limit(PAGE + 1)
            .all(&self.0.read)
            .await?;
        let more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let next = rows.last().and_then(|row| row.account_sequence).unwrap_or(since);
        let mut titles = self.titles(&rows).await?;
        let names = self.names(&rows).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(OwnRecord {
                id: RecordId(row.id),
                sequence: row.account_sequence.unwrap_or_default(),
                kind: kind(&row)?,
                state: state_of(&row.state),
                position: self.position(&row).await?,
                channel: channel(&row.channel),
                receipt: receipt(&row)?,
                made_at: moment(row.made_at, self.0.offset)?,
                received_at: moment(row.received_at, self.0.offset)?,
                title: titles.remove(&row.id),
                person: row.person_id.and_then(|person| names.get(&person).cloned()),
                body: body(&row)?,
            });
        }
        Ok(OwnRecords { items, next, more, epoch: self.rules().public.epoch.clone() })
    }

    /// Everything there is about an account but the two lists that may be long: consents ([`Store::consents_before`]) and
    /// records ([`Store::own_records`]).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn export(&self, account: RecordId) -> Result<Option<Export>, Error> {
        let key = (self.0.community.clone(), account.0);
        let Some(row) = account::Entity::find_by_id(key).one(&self.0.read).await? else { return Ok(None) };
        let opened_at = moment(row.opened_at, self.0.offset)?;
        let Some(Resident { me, .. }) = self.known(row).await? else { return Ok(None) };
        let sessions = session::Entity::find()
            .filter(session::Column::CommunityId.eq(&self.0.community))
            .filter(session::Column::AccountId.eq(account.0))
            .order_by_asc(session::Column::ExpiresAt)
            .all(&self.0.read)
            .await?;
        let until = |row: &session::Model| moment(row.expires_at, self.0.offset);
        Ok(Some(Export {
            community: self.rules().public.community.name.clone(),
            made_at: self.now(),
            account: me,
            opened_at,
            kept_days: self.retention().await?,
            sessions_until: sessions.iter().map(until).collect::<Result<_, _>>()?,
            family: self.family(account).await?.members,
            cards: self.cards(account).await?,
            consents: Vec::new(),
            records: Vec::new(),
        }))
    }
}
