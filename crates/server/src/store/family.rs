//! Whom an account acts for: people added, put right and removed, their consents and their cards (ADR 28, 29). And what one
//! puts right of oneself.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset, TimeDelta};
use linli_domain::account::account_phone;
use linli_domain::card::{Card, CardHolder, CardId, CardMark, CardNumber};
use linli_domain::consent::{ConsentLine, ConsentRecord, ConsentStanding, Subject};
use linli_domain::family::{Family, MEMBERS, Member, MemberWanted, NAME, PHONE, Relation};
use linli_domain::person::ForWhom;
use linli_domain::submission::Channel;
use linli_domain::{Code, Problem, ProblemCode, RecordId};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::accounts::{Carried, Noted, of_phone, refused};
use super::activities::moment;
use super::entities::{account, card, community, consent, family, person, session, submission};
use super::people::{card_of, consents_of, day};
use super::submissions::channel;
use super::{Error, Outcome, Store, pin_codes};

/// New cards that one person is given within a day: each uses a number up for good.
const CARDS_A_DAY: u64 = 5;
/// Lines of the record of consents on one page.
const PAGE: u64 = 500;

/// Something to do with whom an account acts for.
#[derive(Clone)]
pub enum FamilyDeed {
    /// Somebody is added, or what is known of them put right.
    Keep {
        /// The account.
        account: RecordId,
        /// The person's id.
        person: RecordId,
        /// What is known of them, checked.
        wanted: MemberWanted,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// The account acts for somebody no more, and the person is forgotten; what was submitted for them stays as it is.
    Remove {
        /// The account.
        account: RecordId,
        /// The person.
        person: RecordId,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// One's own name and telephone number; refused where the number is another account's.
    Correct {
        /// The account.
        account: RecordId,
        /// The name.
        name: String,
        /// [`account_phone`].
        phone: String,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// Another PIN; every other browser is signed out.
    ChangePin {
        /// The account.
        account: RecordId,
        /// The argon2id hash of the PIN.
        pin: String,
        /// SHA-256 of the token of the browser that stays signed in.
        keep: [u8; 32],
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// Keeping somebody's health values is agreed to, or not any more.
    Consent {
        /// The account.
        account: RecordId,
        /// The person.
        person: RecordId,
        /// The version of the text that is agreed to; nothing takes back what was agreed to.
        version: Option<String>,
        /// Whether a guardian does it for a child.
        guardian: bool,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// A new card for somebody; the one until now leads to nobody any more.
    NewCard {
        /// The account.
        account: RecordId,
        /// The person.
        person: RecordId,
        /// Random numbers: the first that no card ever had is taken.
        numbers: Vec<CardNumber>,
        /// What its code says.
        id: CardId,
        /// Now.
        at: DateTime<FixedOffset>,
    },
}

// Names, numbers and the hash of a PIN are for no log.
impl std::fmt::Debug for FamilyDeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FamilyDeed").finish_non_exhaustive()
    }
}

fn not_found() -> Carried {
    refused(Problem::new(ProblemCode::NotFound))
}

impl FamilyDeed {
    /// When it is done.
    pub(super) fn at(&self) -> DateTime<FixedOffset> {
        match self {
            Self::Keep { at, .. }
            | Self::Remove { at, .. }
            | Self::Correct { at, .. }
            | Self::ChangePin { at, .. }
            | Self::Consent { at, .. }
            | Self::NewCard { at, .. } => *at,
        }
    }

    /// Does it, in a transaction in which everything that came before is written.
    pub(super) async fn carry_out<C: ConnectionTrait>(
        &self,
        transaction: &C,
        community: &community::Model,
    ) -> Result<Carried, Error> {
        let id = &community.id;
        match self {
            Self::Keep { account, person, wanted, at } => keep(transaction, id, *account, *person, wanted, *at).await,
            Self::Remove { account, person, .. } => remove(transaction, id, *account, *person).await,
            Self::Correct { account, name, phone, .. } => correct(transaction, id, *account, name, phone).await,
            Self::ChangePin { account, pin, keep, .. } => change_pin(transaction, id, *account, pin, *keep).await,
            Self::Consent { account, person, version, guardian, at } => {
                let said = Said { version: version.as_deref(), guardian: *guardian, at: *at };
                agree(transaction, community, *account, *person, said).await
            }
            Self::NewCard { account, person, numbers, id: code, at } => {
                new_card(transaction, id, *account, *person, numbers, *code, *at).await
            }
        }
    }
}

fn noted(account: RecordId, action: &'static str, object: RecordId) -> Noted {
    (account.to_string(), action, object.to_string())
}

async fn keep<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    person: RecordId,
    wanted: &MemberWanted,
    at: DateTime<FixedOffset>,
) -> Result<Carried, Error> {
    let relation = wanted.relation.unwrap_or(Relation::Other).as_str().to_owned();
    let born = wanted.born.map(|born| born.to_string());
    let (name, phone) = (wanted.name.trim().to_owned(), account_phone(&wanted.phone).unwrap_or_default());
    let key = (community.to_owned(), account.0, person.0);
    if let Some(known) = family::Entity::find_by_id(key).one(transaction).await? {
        let mut changed = known.into_active_model();
        (changed.relation, changed.born) = (Set(relation), Set(born));
        changed.update(transaction).await?;
        let Some(row) = person::Entity::find_by_id((community.to_owned(), person.0)).one(transaction).await? else {
            return Ok(not_found());
        };
        let mut changed = row.into_active_model();
        (changed.name, changed.phone) = (Set(name), Set(phone));
        changed.update(transaction).await?;
        return Ok((Outcome::Done, vec![noted(account, "family.change", person)]));
    }
    if account::Entity::find_by_id((community.to_owned(), account.0)).one(transaction).await?.is_none() {
        return Ok(refused(Problem::new(ProblemCode::SignedOut)));
    }
    if is_taken(transaction, community, account, person).await? {
        return Ok(refused(Problem::new(ProblemCode::IdTaken)));
    }
    let members = family::Entity::find()
        .filter(family::Column::CommunityId.eq(community))
        .filter(family::Column::AccountId.eq(account.0));
    if members.count(transaction).await? >= MEMBERS as u64 {
        return Ok(refused(Problem::field(NAME.pointer(), Code::TooMany)));
    }
    // Where they live is not asked: many a parent lives elsewhere.
    let place = String::new();
    let row =
        person::Model { community_id: community.to_owned(), id: person.0, name, phone, place, household_id: None };
    person::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    let row = family::Model {
        community_id: community.to_owned(),
        account_id: account.0,
        person_id: person.0,
        relation,
        born,
        since: at.timestamp_millis(),
    };
    family::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok((Outcome::Done, vec![noted(account, "family.add", person)]))
}

/// Whether somebody is known under this id, or was by another account: whoever was removed is still named by what was
/// submitted and agreed to for them, and that is nobody else's.
async fn is_taken<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    person: RecordId,
) -> Result<bool, Error> {
    if person::Entity::find_by_id((community.to_owned(), person.0)).one(transaction).await?.is_some() {
        return Ok(true);
    }
    let of_others = |owner: Expr| Condition::any().add(owner.clone().is_null()).add(owner.ne(account.0));
    let agreed = consent::Entity::find()
        .filter(consent::Column::CommunityId.eq(community))
        .filter(consent::Column::PersonId.eq(person.0))
        .filter(of_others(Expr::col(consent::Column::AccountId)));
    if agreed.one(transaction).await?.is_some() {
        return Ok(true);
    }
    let submitted = submission::Entity::find()
        .filter(submission::Column::CommunityId.eq(community))
        .filter(submission::Column::PersonId.eq(person.0))
        .filter(of_others(Expr::col(submission::Column::AccountId)));
    Ok(submitted.one(transaction).await?.is_some())
}

async fn remove<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    person: RecordId,
) -> Result<Carried, Error> {
    let key = (community.to_owned(), account.0, person.0);
    if family::Entity::delete_by_id(key).exec(transaction).await?.rows_affected == 0 {
        return Ok((Outcome::Done, Vec::new()));
    }
    forget_persons(transaction, community, &[person.0]).await?;
    Ok((Outcome::Done, vec![noted(account, "family.remove", person)]))
}

/// Persons whom no account acts for go, and their cards.
async fn forget_persons<C: ConnectionTrait>(transaction: &C, community: &str, persons: &[Uuid]) -> Result<(), Error> {
    for person in persons {
        let acted_for = family::Entity::find()
            .filter(family::Column::CommunityId.eq(community))
            .filter(family::Column::PersonId.eq(*person))
            .count(transaction)
            .await?;
        if acted_for > 0 {
            continue;
        }
        card::Entity::delete_many()
            .filter(card::Column::CommunityId.eq(community))
            .filter(card::Column::PersonId.eq(*person))
            .exec(transaction)
            .await?;
        person::Entity::delete_by_id((community.to_owned(), *person)).exec(transaction).await?;
    }
    Ok(())
}

/// With an account go its people and their cards.
pub(super) async fn forget<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    own: Uuid,
) -> Result<(), Error> {
    let members = family::Entity::find()
        .filter(family::Column::CommunityId.eq(community))
        .filter(family::Column::AccountId.eq(account.0))
        .all(transaction)
        .await?;
    let mut persons: Vec<Uuid> = members.into_iter().map(|row| row.person_id).collect();
    persons.push(own);
    family::Entity::delete_many()
        .filter(family::Column::CommunityId.eq(community))
        .filter(family::Column::AccountId.eq(account.0))
        .exec(transaction)
        .await?;
    forget_persons(transaction, community, &persons).await
}

async fn correct<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    name: &str,
    phone: &str,
) -> Result<Carried, Error> {
    if of_phone(transaction, community, phone).await?.is_some_and(|row| row.id != account.0) {
        return Ok(refused(Problem::field(PHONE.pointer(), Code::PhoneTaken)));
    }
    let Some(row) = account::Entity::find_by_id((community.to_owned(), account.0)).one(transaction).await? else {
        return Ok(refused(Problem::new(ProblemCode::SignedOut)));
    };
    person::Entity::update_many()
        .col_expr(person::Column::Name, Expr::value(name))
        .col_expr(person::Column::Phone, Expr::value(phone))
        .filter(person::Column::CommunityId.eq(community))
        .filter(person::Column::Id.eq(row.person_id))
        .exec(transaction)
        .await?;
    let mut changed = row.into_active_model();
    changed.phone = Set(phone.to_owned());
    changed.update(transaction).await?;
    Ok((Outcome::Done, vec![noted(account, "account.change", account)]))
}

async fn change_pin<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    pin: &str,
    keep: [u8; 32],
) -> Result<Carried, Error> {
    account::Entity::update_many()
        .col_expr(account::Column::Pin, Expr::value(pin))
        .filter(account::Column::CommunityId.eq(community))
        .filter(account::Column::Id.eq(account.0))
        .exec(transaction)
        .await?;
    session::Entity::delete_many()
        .filter(session::Column::CommunityId.eq(community))
        .filter(session::Column::AccountId.eq(account.0))
        .filter(session::Column::Token.ne(keep.to_vec()))
        .exec(transaction)
        .await?;
    // Whoever holds a slip that was printed before does not set it once more.
    pin_codes::forget(transaction, community, account).await?;
    Ok((Outcome::Done, vec![noted(account, "account.pin", account)]))
}

/// What is said about a consent.
struct Said<'a> {
    version: Option<&'a str>,
    guardian: bool,
    at: DateTime<FixedOffset>,
}

async fn agree<C: ConnectionTrait>(
    transaction: &C,
    community: &community::Model,
    account: RecordId,
    person: RecordId,
    said: Said<'_>,
) -> Result<Carried, Error> {
    if !acts_for(transaction, &community.id, account, person).await? {
        return Ok(not_found());
    }
    let rows = consents_of([person.0]).filter(consent::Column::CommunityId.eq(&community.id)).all(transaction).await?;
    let last = rows.last();
    let stands = last.filter(|row| row.given);
    let (given, version) = match (said.version, stands) {
        (Some(version), Some(row)) if row.version == version && (row.guardian || !said.guardian) => {
            return Ok((Outcome::Done, Vec::new()));
        }
        (None, None) => return Ok((Outcome::Done, Vec::new())),
        (Some(version), _) => (true, version.to_owned()),
        (None, Some(row)) => (false, row.version.clone()),
    };
    let row = consent::Model {
        community_id: community.id.clone(),
        // The line that tells of it is the next one.
        sequence: community.last_audit + 1,
        person_id: Some(person.0),
        submission_id: None,
        account_id: Some(account.0),
        subject: Subject::Health.as_str().to_owned(),
        version,
        given,
        guardian: said.guardian,
        channel: Channel::Phone.as_str().to_owned(),
        at: said.at.timestamp_millis(),
    };
    consent::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    let action = if given { "consent.give" } else { "consent.withdraw" };
    Ok((Outcome::Done, vec![noted(account, action, person)]))
}

async fn acts_for<C: ConnectionTrait>(
    connection: &C,
    community: &str,
    account: RecordId,
    person: RecordId,
) -> Result<bool, Error> {
    let own = account::Entity::find_by_id((community.to_owned(), account.0)).one(connection).await?;
    if own.is_some_and(|own| own.person_id == person.0) {
        return Ok(true);
    }
    let key = (community.to_owned(), account.0, person.0);
    Ok(family::Entity::find_by_id(key).one(connection).await?.is_some())
}

async fn new_card<C: ConnectionTrait>(
    transaction: &C,
    community: &str,
    account: RecordId,
    person: RecordId,
    numbers: &[CardNumber],
    id: CardId,
    at: DateTime<FixedOffset>,
) -> Result<Carried, Error> {
    if !acts_for(transaction, community, account, person).await? {
        return Ok(not_found());
    }
    let yesterday = (at - TimeDelta::days(1)).timestamp_millis();
    let made = card::Entity::find()
        .filter(card::Column::CommunityId.eq(community))
        .filter(card::Column::PersonId.eq(person.0))
        .filter(card::Column::Since.gt(yesterday));
    if made.count(transaction).await? >= CARDS_A_DAY {
        return Ok(refused(Problem::new(ProblemCode::TooManyRequests)));
    }
    let mut free = None;
    for number in numbers {
        let key = (community.to_owned(), number.to_string());
        if card::Entity::find_by_id(key).one(transaction).await?.is_none() {
            free = Some(number.to_string());
            break;
        }
    }
    let Some(number) = free else { return Ok(refused(Problem::new(ProblemCode::Unavailable))) };
    let ended = card::Entity::update_many()
        .col_expr(card::Column::EndedAt, Expr::value(at.timestamp_millis()))
        .filter(card::Column::CommunityId.eq(community))
        .filter(card::Column::PersonId.eq(person.0))
        .filter(card::Column::EndedAt.is_null())
        .exec(transaction)
        .await?;
    let row = card::Model {
        community_id: community.to_owned(),
        number,
        code: id.0,
        person_id: person.0,
        since: at.timestamp_millis(),
        ended_at: None,
    };
    card::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    let end = (ended.rows_affected > 0).then(|| noted(account, "card.end", person));
    let lines = end.into_iter().chain([noted(account, "card.make", person)]);
    Ok((Outcome::Done, lines.collect()))
}

impl Store {
    /// Oneself first, then the people an account acts for in the order they were added; nobody where there is no account.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn family(&self, account: RecordId) -> Result<Family, Error> {
        let key = (self.0.community.clone(), account.0);
        let Some(own) = account::Entity::find_by_id(key).one(&self.0.read).await? else {
            return Ok(Family::default());
        };
        let rows = family::Entity::find()
            .filter(family::Column::CommunityId.eq(&self.0.community))
            .filter(family::Column::AccountId.eq(account.0))
            .order_by_asc(family::Column::Since)
            .order_by_asc(family::Column::PersonId)
            .all(&self.0.read)
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.person_id).chain([own.person_id]).collect();
        let mut persons: HashMap<Uuid, person::Model> = self.persons(&ids).await?;
        let mut standing = HashMap::new();
        let consents = consents_of(ids).filter(consent::Column::CommunityId.eq(&self.0.community));
        for row in consents.all(&self.0.read).await? {
            if let Some(person) = row.person_id {
                let at = moment(row.at, self.0.offset)?;
                standing.insert(person, ConsentStanding { version: row.version, given: row.given, at });
            }
        }
        let mut member = |id: Uuid, relation, born, since| {
            let Some(row) = persons.remove(&id) else { return Ok(None) };
            Ok::<_, Error>(Some(Member {
                id: RecordId(id),
                relation,
                name: row.name,
                phone: row.phone,
                born,
                since: moment(since, self.0.offset)?,
                consent: standing.remove(&id),
            }))
        };
        let mut members = Vec::with_capacity(rows.len() + 1);
        members.extend(member(own.person_id, Relation::Oneself, None, own.opened_at)?);
        for row in rows {
            let relation = Relation::read(&row.relation).unwrap_or(Relation::Other);
            members.extend(member(row.person_id, relation, day(row.born.as_deref()), row.since)?);
        }
        Ok(Family { members })
    }

    async fn persons(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, person::Model>, Error> {
        let rows = person::Entity::find()
            .filter(person::Column::CommunityId.eq(&self.0.community))
            .filter(person::Column::Id.is_in(ids.iter().copied()))
            .all(&self.0.read)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The persons that submissions are for, by what they go by.
    pub(super) async fn names(&self, rows: &[submission::Model]) -> Result<HashMap<Uuid, ForWhom>, Error> {
        let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.person_id).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let persons = self.persons(&ids).await?.into_values();
        Ok(persons.map(|row| (row.id, ForWhom { id: RecordId(row.id), name: row.name })).collect())
    }

    /// Everything that was agreed to or taken back for the people of an account and with its submissions, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn consents(&self, account: RecordId) -> Result<ConsentRecord, Error> {
        let (mut items, mut next) = self.consents_before(account, None).await?;
        while next.is_some() {
            let (more, behind) = self.consents_before(account, next).await?;
            items.extend(more);
            next = behind;
        }
        Ok(ConsentRecord { items })
    }

    /// A page of that record before a place in it, and the place that the next page is before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn consents_before(
        &self,
        account: RecordId,
        before: Option<i64>,
    ) -> Result<(Vec<ConsentLine>, Option<i64>), Error> {
        let family = self.family(account).await?;
        // Whatever is said for its people is said by the account or for it.
        let mut query = consent::Entity::find()
            .filter(consent::Column::CommunityId.eq(&self.0.community))
            .filter(consent::Column::AccountId.eq(account.0));
        if let Some(before) = before {
            query = query.filter(consent::Column::Sequence.lt(before));
        }
        let mut rows = query.order_by_desc(consent::Column::Sequence).limit(PAGE + 1).all(&self.0.read).await?;
        let more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| more).map(|last| last.sequence);
        let line = |row: consent::Model| {
            let person = row.person_id.map(RecordId);
            let name = person.and_then(|person| family.member(person)).map(|member| member.name.clone());
            Ok(ConsentLine {
                person,
                name: name.unwrap_or_default(),
                submission: row.submission_id.map(RecordId),
                subject: Subject::read(&row.subject),
                version: row.version,
                given: row.given,
                guardian: row.guardian,
                channel: channel(&row.channel),
                at: moment(row.at, self.0.offset)?,
            })
        };
        Ok((rows.into_iter().map(line).collect::<Result<_, Error>>()?, next))
    }

    /// The cards that lead to the people of an account.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn cards(&self, account: RecordId) -> Result<Vec<Card>, Error> {
        let family = self.family(account).await?;
        let rows = card::Entity::find()
            .filter(card::Column::CommunityId.eq(&self.0.community))
            .filter(card::Column::PersonId.is_in(family.members.iter().map(|member| member.id.0)))
            .filter(card::Column::EndedAt.is_null())
            .order_by_asc(card::Column::Since)
            .all(&self.0.read)
            .await?;
        let card = |row: card::Model| {
            Ok(Card {
                person: RecordId(row.person_id),
                number: row.number,
                code: CardId(row.code).to_string(),
                since: moment(row.since, self.0.offset)?,
            })
        };
        rows.into_iter().map(card).collect()
    }

    /// Whoever a card leads to.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn card_holder(&self, mark: CardMark) -> Result<Option<CardHolder>, Error> {
        let Some(card) = card_of(&self.0.read, &self.0.community, mark).await? else { return Ok(None) };
        let Some(row) = self.persons(&[card.person_id]).await?.remove(&card.person_id) else { return Ok(None) };
        let mut holder = CardHolder { id: RecordId(row.id), name: row.name, phone: row.phone, place: row.place };
        if holder.phone.is_empty() {
            holder.phone = self.phone_for(card.person_id).await?.unwrap_or_default();
        }
        Ok(Some(holder))
    }

    /// The telephone number of the account that acts for a person.
    async fn phone_for(&self, person: Uuid) -> Result<Option<String>, Error> {
        let acts = family::Entity::find()
            .filter(family::Column::CommunityId.eq(&self.0.community))
            .filter(family::Column::PersonId.eq(person))
            .order_by_asc(family::Column::Since)
            .one(&self.0.read)
            .await?;
        let Some(acts) = acts else { return Ok(None) };
        let account =
            account::Entity::find_by_id((self.0.community.clone(), acts.account_id)).one(&self.0.read).await?;
        Ok(account.map(|row| row.phone))
    }
}
