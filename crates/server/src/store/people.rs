//! Whom arrivals are for, as the writer knows it: the account's own person or one it acts for, whoever a card leads to, and
//! whether keeping their health values was agreed to (ADR 28, 29).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use linli_domain::card::CardMark;
use linli_domain::check_in::{CONSENT, CheckIn, GUARDIAN_CONSENT, PERSON_ID};
use linli_domain::consent::Subject;
use linli_domain::family::is_child;
use linli_domain::person::{Neighbour, Person};
use linli_domain::sign_up::{BEHALF_ID, GUARDIAN_CONSENT as SIGN_UP_GUARDIAN};
use linli_domain::submission::Submission;
use linli_domain::{Code, FieldPath, Problem, RecordId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::Error;
use super::entities::{account, card, consent, family};
use super::writer::Arrival;

/// Whom an arrival is for, and what was agreed to with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Whose {
    /// The account it belongs to.
    pub account: Option<Uuid>,
    /// The person.
    pub person: Option<Uuid>,
    /// What is written into the record of consents.
    pub agreed: Option<Agreed>,
}

/// Something that was agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agreed {
    /// The person for whom it stands from now on; nobody where it goes with the one submission.
    pub person: Option<Uuid>,
    pub subject: Subject,
    pub version: String,
    pub guardian: bool,
}

/// How a person's consent to keeping health values stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    version: String,
    given: bool,
    guardian: bool,
    at: i64,
}

/// Who holds a card: the person, and the account that acts for them.
#[derive(Debug, Clone, Copy)]
struct Holder {
    person: Uuid,
    account: Option<Uuid>,
    born: Option<NaiveDate>,
}

/// What the arrivals of one transaction name, and what is known of it.
#[derive(Debug, Default)]
pub(super) struct People {
    wanted_accounts: HashSet<Uuid>,
    wanted_persons: HashSet<Uuid>,
    wanted_cards: HashSet<CardMark>,
    /// The account's own person.
    accounts: HashMap<Uuid, Uuid>,
    /// The day of birth of each person an account acts for.
    members: HashMap<(Uuid, Uuid), Option<NaiveDate>>,
    cards: HashMap<CardMark, Holder>,
    standing: HashMap<Uuid, Standing>,
}

impl People {
    /// Looks up whomever the arrivals name.
    pub async fn of<C: ConnectionTrait>(
        transaction: &C,
        community: &str,
        arrivals: impl Iterator<Item = &Arrival>,
    ) -> Result<Self, Error> {
        let mut people = Self::default();
        for arrival in arrivals {
            people.wanted_accounts.extend(arrival.account.map(|account| account.0));
            people.wanted_persons.extend(named(&arrival.submission).map(|person| person.0));
            people.wanted_cards.extend(shown(&arrival.submission));
        }
        people.look(transaction, community).await?;
        Ok(people)
    }

    /// Looks again: something about them may have changed in this transaction.
    pub async fn look<C: ConnectionTrait>(&mut self, transaction: &C, community: &str) -> Result<(), Error> {
        self.look_for_accounts(transaction, community).await?;
        self.look_for_cards(transaction, community).await?;
        self.look_for_consents(transaction, community).await
    }

    async fn look_for_accounts<C: ConnectionTrait>(&mut self, transaction: &C, community: &str) -> Result<(), Error> {
        self.accounts.clear();
        self.members.clear();
        if self.wanted_accounts.is_empty() {
            return Ok(());
        }
        let accounts = account::Entity::find()
            .filter(account::Column::CommunityId.eq(community))
            .filter(account::Column::Id.is_in(self.wanted_accounts.iter().copied()))
            .all(transaction)
            .await?;
        self.accounts.extend(accounts.into_iter().map(|row| (row.id, row.person_id)));
        if self.wanted_persons.is_empty() {
            return Ok(());
        }
        let members = family::Entity::find()
            .filter(family::Column::CommunityId.eq(community))
            .filter(family::Column::AccountId.is_in(self.wanted_accounts.iter().copied()))
            .filter(family::Column::PersonId.is_in(self.wanted_persons.iter().copied()))
            .all(transaction)
            .await?;
        self.members.extend(members.into_iter().map(|row| ((row.account_id, row.person_id), day(row.born.as_deref()))));
        Ok(())
    }

    async fn look_for_cards<C: ConnectionTrait>(&mut self, transaction: &C, community: &str) -> Result<(), Error> {
        self.cards.clear();
        for mark in self.wanted_cards.iter().copied() {
            let Some(person) = card_of(transaction, community, mark).await?.map(|card| card.person_id) else {
                continue;
            };
            let own = account::Entity::find()
                .filter(account::Column::CommunityId.eq(community))
                .filter(account::Column::PersonId.eq(person))
                .one(transaction)
                .await?;
            let acted_for = family::Entity::find()
                .filter(family::Column::CommunityId.eq(community))
                .filter(family::Column::PersonId.eq(person))
                .order_by_asc(family::Column::Since)
                .one(transaction)
                .await?;
            let born = acted_for.as_ref().and_then(|row| day(row.born.as_deref()));
            let account = own.map(|row| row.id).or(acted_for.map(|row| row.account_id));
            self.cards.insert(mark, Holder { person, account, born });
        }
        Ok(())
    }

    async fn look_for_consents<C: ConnectionTrait>(&mut self, transaction: &C, community: &str) -> Result<(), Error> {
        self.standing.clear();
        let members = self.members.keys().map(|(_, person)| *person);
        let own = self.accounts.iter().filter(|(account, person)| {
            self.wanted_persons.contains(*account) || self.wanted_persons.contains(*person)
        });
        let holders = self.cards.values().map(|holder| holder.person);
        let persons: HashSet<Uuid> = members.chain(own.map(|(_, person)| *person)).chain(holders).collect();
        if persons.is_empty() {
            return Ok(());
        }
        let rows = consents_of(persons).filter(consent::Column::CommunityId.eq(community)).all(transaction).await?;
        for row in rows {
            if let Some(person) = row.person_id {
                let standing = Standing { version: row.version, given: row.given, guardian: row.guardian, at: row.at };
                self.standing.insert(person, standing);
            }
        }
        Ok(())
    }

    /// The accounts that act for whoever shows a card.
    pub fn holding_accounts(&self) -> impl Iterator<Item = Uuid> {
        self.cards.values().filter_map(|holder| holder.account)
    }

    /// Whom an arrival is for.
    ///
    /// # Errors
    /// Why it is not taken: nobody the account acts for, or without the consent that is needed.
    pub fn whose(&self, arrival: &Arrival) -> Result<Whose, Problem> {
        // One that ended meanwhile has no submissions any more.
        let account = arrival.account.map(|account| account.0).filter(|account| self.accounts.contains_key(account));
        let today = arrival.received_at.date_naive();
        match &arrival.submission {
            Submission::CheckIn(check_in) => self.whose_health(check_in, account, arrival.shared, today),
            Submission::Report(report) => {
                let (person, _) = self.on_behalf(report.on_behalf_of.as_ref(), account)?;
                Ok(Whose { account, person, agreed: None })
            }
            Submission::SignUp(sign_up) => {
                let (person, born) = self.on_behalf(sign_up.on_behalf_of.as_ref(), account)?;
                let guardian = sign_up.guardian.is_some();
                if !guardian && is_child(born, today) {
                    return Err(refused(SIGN_UP_GUARDIAN, Code::ConsentNeeded));
                }
                let agreed = Agreed { person, subject: Subject::Activity, version: String::new(), guardian };
                Ok(Whose { account, person, agreed: guardian.then_some(agreed) })
            }
        }
    }

    /// The person something is done for, and the day of birth.
    fn on_behalf(
        &self,
        neighbour: Option<&Neighbour>,
        account: Option<Uuid>,
    ) -> Result<(Option<Uuid>, Option<NaiveDate>), Problem> {
        let id = match neighbour {
            None => return Ok((account.and_then(|account| self.accounts.get(&account).copied()), None)),
            Some(neighbour) => neighbour.id,
        };
        match (id, account) {
            (None, _) => Ok((None, None)),
            (Some(id), Some(account)) => {
                let (person, born) = self.known(id.0, account).ok_or(refused(BEHALF_ID, Code::UnknownPerson))?;
                Ok((Some(person), born))
            }
            // An ended session holds nothing up: who it is for stands there in words.
            (Some(_), None) if neighbour.is_some_and(|neighbour| !neighbour.name.trim().is_empty()) => Ok((None, None)),
            (Some(_), None) => Err(refused(BEHALF_ID, Code::UnknownPerson)),
        }
    }

    /// Nobody speaks for another account's people.
    fn known(&self, id: Uuid, account: Uuid) -> Option<(Uuid, Option<NaiveDate>)> {
        let own = *self.accounts.get(&account)?;
        if id == own || id == account {
            return Some((own, None));
        }
        self.members.get(&(account, id)).map(|born| (id, *born))
    }

    fn whose_health(
        &self,
        check_in: &CheckIn,
        account: Option<Uuid>,
        shared: bool,
        today: NaiveDate,
    ) -> Result<Whose, Problem> {
        let alone = |account| Whose { account, person: None, agreed: Some(agreed(check_in, None)) };
        match &check_in.person {
            Person::Guest(_) => Ok(alone(account)),
            Person::Known { id, .. } => {
                let known = account.and_then(|account| self.known(id.0, account));
                let (person, born) = known.ok_or(refused(PERSON_ID, Code::UnknownPerson))?;
                self.consented(Holder { person, account, born }, check_in, false, today)
            }
            Person::Card { card } => {
                let mark: Option<CardMark> = card.parse().ok();
                match mark.and_then(|mark| self.cards.get(&mark)) {
                    Some(holder) if shared => self.consented(*holder, check_in, true, today),
                    // From elsewhere whoever knows a number may be anybody: nothing of the holder's changes, nothing is told.
                    Some(holder) => Ok(match self.consented(*holder, check_in, false, today) {
                        Ok(whose) => Whose { agreed: Some(agreed(check_in, None)), ..whose },
                        Err(_) => alone(None),
                    }),
                    // It is kept with its number, for staff to find out.
                    None => Ok(alone(None)),
                }
            }
        }
    }

    /// A check-in with the consent that it needs. On a tablet one agrees by card every time, anew also where it was taken back;
    /// in one's account once, and anew there only.
    fn consented(
        &self,
        Holder { person, account, born }: Holder,
        check_in: &CheckIn,
        anew: bool,
        today: NaiveDate,
    ) -> Result<Whose, Problem> {
        let standing = self.standing.get(&person);
        let agrees_anew = |standing: &Standing| anew && check_in.made_at.timestamp_millis() > standing.at;
        if standing.is_some_and(|standing| !standing.given && !agrees_anew(standing)) {
            return Err(refused(CONSENT, Code::ConsentWithdrawn));
        }
        let stands = standing.filter(|standing| standing.given && standing.version == check_in.consent);
        let guarded = check_in.guardian_consent || stands.is_some_and(|standing| standing.guardian);
        if is_child(born, today) && !guarded {
            return Err(refused(GUARDIAN_CONSENT, Code::ConsentNeeded));
        }
        let told_already = stands.is_some_and(|standing| standing.guardian || !check_in.guardian_consent);
        let agreed = (anew || !told_already).then(|| agreed(check_in, Some(person)));
        Ok(Whose { account, person: Some(person), agreed })
    }

    /// Notes what was agreed to, for what comes behind it in this transaction.
    pub fn agreed(&mut self, agreed: &Agreed, at: i64) {
        if let Some(person) = agreed.person.filter(|_| agreed.subject == Subject::Health) {
            let (version, guardian) = (agreed.version.clone(), agreed.guardian);
            self.standing.insert(person, Standing { version, given: true, guardian, at });
        }
    }
}

/// What is agreed to with a check-in, for somebody or with this one alone.
fn agreed(check_in: &CheckIn, person: Option<Uuid>) -> Agreed {
    let (version, guardian) = (check_in.consent.clone(), check_in.guardian_consent);
    Agreed { person, subject: Subject::Health, version, guardian }
}

/// Health consents of some persons, the last one of each at the end.
pub(super) fn consents_of(persons: impl IntoIterator<Item = Uuid>) -> sea_orm::Select<consent::Entity> {
    consent::Entity::find()
        .filter(consent::Column::PersonId.is_in(persons))
        .filter(consent::Column::Subject.eq(Subject::Health.as_str()))
        .order_by_asc(consent::Column::Sequence)
}

/// The card of a mark, if it leads to somebody.
pub(super) async fn card_of<C: ConnectionTrait>(
    connection: &C,
    community: &str,
    mark: CardMark,
) -> Result<Option<card::Model>, Error> {
    let cards = card::Entity::find().filter(card::Column::CommunityId.eq(community));
    let cards = match mark {
        CardMark::Number(number) => cards.filter(card::Column::Number.eq(number.to_string())),
        CardMark::Id(id) => cards.filter(card::Column::Code.eq(id.0)),
    };
    Ok(cards.filter(card::Column::EndedAt.is_null()).one(connection).await?)
}

/// A day as the database holds it.
pub(super) fn day(text: Option<&str>) -> Option<NaiveDate> {
    text.and_then(|text| text.parse().ok())
}

fn refused(field: FieldPath, code: Code) -> Problem {
    Problem::field(field.pointer(), code)
}

/// The person a submission names by id.
fn named(submission: &Submission) -> Option<RecordId> {
    let behalf = |neighbour: &Option<Neighbour>| neighbour.as_ref().and_then(|neighbour| neighbour.id);
    match submission {
        Submission::CheckIn(check_in) => match &check_in.person {
            Person::Known { id, .. } => Some(*id),
            Person::Card { .. } | Person::Guest(_) => None,
        },
        Submission::Report(report) => behalf(&report.on_behalf_of),
        Submission::SignUp(sign_up) => behalf(&sign_up.on_behalf_of),
    }
}

/// The card a submission names.
fn shown(submission: &Submission) -> Option<CardMark> {
    match submission {
        Submission::CheckIn(CheckIn { person: Person::Card { card }, .. }) => card.parse().ok(),
        Submission::CheckIn(_) | Submission::Report(_) | Submission::SignUp(_) => None,
    }
}
