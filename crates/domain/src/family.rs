//! The people an account acts for: oneself first, then parents, children and whoever else was added. Each act says both who
//! did it and for whom.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::account::{PIN, PIN_LENGTH, account_phone, is_easily_guessed, pin_digits};
use crate::consent::ConsentStanding;
use crate::finding::Findings;
use crate::person::{Contact, name_fault, plain_phone};
use crate::{Code, FieldPath, RecordId};

/// What somebody is to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The account's own person.
    Oneself,
    /// Father or mother, one's own or by marriage.
    Parent,
    /// Husband or wife.
    Spouse,
    /// Son or daughter.
    Child,
    /// One of the grandparents.
    Grandparent,
    /// A grandchild.
    Grandchild,
    /// Brother or sister.
    Sibling,
    /// A relative of another kind.
    Relative,
    /// A neighbour.
    Neighbour,
    /// A relation of a newer version than this one.
    #[serde(other)]
    Other,
}

impl Relation {
    /// Those that somebody can be added as, in the order of the page.
    pub const ADDED: [Self; 8] = [
        Self::Parent,
        Self::Spouse,
        Self::Child,
        Self::Grandparent,
        Self::Grandchild,
        Self::Sibling,
        Self::Relative,
        Self::Neighbour,
    ];

    /// The relation as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oneself => "oneself",
            Self::Parent => "parent",
            Self::Spouse => "spouse",
            Self::Child => "child",
            Self::Grandparent => "grandparent",
            Self::Grandchild => "grandchild",
            Self::Sibling => "sibling",
            Self::Relative => "relative",
            Self::Neighbour => "neighbour",
            Self::Other => "other",
        }
    }

    /// Reads [`Self::as_str`] of those that can be added.
    pub fn read(text: &str) -> Option<Self> {
        Self::ADDED.into_iter().find(|relation| relation.as_str() == text)
    }
}

/// `PUT /api/v1/me/family/{id}`: somebody is added, or what is known of them put right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MemberWanted {
    /// The name they go by, up to 40 characters.
    #[serde(default)]
    pub name: String,
    /// What they are to the account.
    #[serde(default)]
    pub relation: Option<Relation>,
    /// A telephone number as typed, or nothing.
    #[serde(default)]
    pub phone: String,
    /// The day of birth of a child under 14; of nobody else it is asked.
    #[serde(default)]
    pub born: Option<NaiveDate>,
}

/// Somebody the account acts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Member {
    /// The person.
    pub id: RecordId,
    /// What they are to the account.
    pub relation: Relation,
    /// What they go by.
    pub name: String,
    /// Their own telephone number, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// The day of birth, where it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born: Option<NaiveDate>,
    /// Since when the account acts for them.
    pub since: DateTime<FixedOffset>,
    /// How their consent to keeping health values stands; `None` as long as they were not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentStanding>,
}

/// `GET /api/v1/me/family`: oneself first, then the others in the order they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Family {
    /// Oneself first.
    pub members: Vec<Member>,
}

/// `PUT /api/v1/me`: one's own name and telephone number put right.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwnDetails {
    /// The name one goes by, up to 40 characters.
    #[serde(default)]
    pub name: String,
    /// The telephone number to sign in with from now on.
    #[serde(default)]
    pub phone: String,
    /// Six digits: a phone left lying about is not enough.
    #[serde(default)]
    pub pin: String,
}

/// `PUT /api/v1/me/pin`: another PIN.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwnPin {
    /// The one until now.
    #[serde(default)]
    pub pin: String,
    /// The one from now on.
    #[serde(default)]
    pub new_pin: String,
}

/// Most people an account acts for, besides oneself.
pub const MEMBERS: usize = 20;
/// Below this many years a guardian agrees (PIPL article 31).
pub const OF_AGE: i32 = 14;
/// Nobody is older.
const OLDEST: i32 = 130;

/// The name.
pub const NAME: FieldPath = FieldPath::new("/name");
/// The relation.
pub const RELATION: FieldPath = FieldPath::new("/relation");
/// The telephone number.
pub const PHONE: FieldPath = FieldPath::new("/phone");
/// The day of birth.
pub const BORN: FieldPath = FieldPath::new("/born");
/// The new PIN.
pub const NEW_PIN: FieldPath = FieldPath::new("/new_pin");

/// Whether somebody is under 14 on a day.
pub fn is_child(born: Option<NaiveDate>, on: NaiveDate) -> bool {
    born.is_some_and(|born| {
        let birthday_to_come = (on.month(), on.day()) < (born.month(), born.day());
        on.year() - born.year() - i32::from(birthday_to_come) < OF_AGE
    })
}

impl MemberWanted {
    /// Everything there is to say, in the order of the page.
    pub fn check(&self, today: NaiveDate) -> Findings {
        let mut findings = Findings::new();
        if let Some(code) = name_fault(&self.name) {
            findings.impossible(NAME, code);
        }
        match self.relation {
            None => findings.impossible(RELATION, Code::Required),
            Some(Relation::Oneself | Relation::Other) => findings.impossible(RELATION, Code::UnknownKind),
            Some(_) => {}
        }
        if !self.phone.trim().is_empty() && plain_phone(&self.phone).is_none() {
            findings.impossible(PHONE, Code::Malformed);
        }
        if self.born.is_some_and(|born| born > today || today.year() - born.year() > OLDEST) {
            findings.impossible(BORN, Code::OutOfRange);
        }
        findings
    }
}

impl Member {
    /// Whether a guardian has to agree for them on a day.
    pub fn is_child(&self, on: NaiveDate) -> bool {
        is_child(self.born, on)
    }

    /// Whether they agreed to this version of the text, and it stands.
    pub fn agrees_to(&self, version: &str) -> bool {
        self.consent.as_ref().is_some_and(|consent| consent.given && consent.version == version)
    }

    /// Whether they took their consent back.
    pub fn has_withdrawn(&self) -> bool {
        self.consent.as_ref().is_some_and(|consent| !consent.given)
    }
}

impl Family {
    /// The account's own person.
    pub fn oneself(&self) -> Option<&Member> {
        self.members.iter().find(|member| member.relation == Relation::Oneself)
    }

    /// One of them.
    pub fn member(&self, id: RecordId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }
}

impl OwnDetails {
    /// Everything there is to say, in the order of the page. Whether the number is free is the store's to say.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        findings.extend(Contact { name: self.name.clone(), phone: self.phone.clone() }.check(NAME, PHONE));
        if let Err(code) = pin_digits(&self.pin) {
            findings.impossible(PIN, code);
        }
        findings
    }
}

impl OwnPin {
    /// Whether both can be a PIN, and the new one is not easily guessed by whoever knows the telephone number.
    pub fn check(&self, phone: &str) -> Findings {
        let mut findings = Findings::new();
        if let Err(code) = pin_digits(&self.pin) {
            findings.impossible(PIN, code);
        }
        let easy = |pin: [u8; PIN_LENGTH]| is_easily_guessed(pin, account_phone(phone).as_deref());
        match pin_digits(&self.new_pin) {
            Err(code) => findings.impossible(NEW_PIN, code),
            Ok(pin) if easy(pin) => findings.impossible(NEW_PIN, Code::EasilyGuessed),
            Ok(_) => {}
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn one_is_a_child_until_the_fourteenth_birthday() {
        let check = |born: &str, on: &str, child| assert_eq!(is_child(Some(day(born)), day(on)), child, "{born} {on}");
        check("2012-11-27", "2026-11-26", true);
        check("2012-11-26", "2026-11-26", false);
        check("2012-02-29", "2026-02-28", true);
        check("2012-02-29", "2026-03-01", false);
        check("2026-11-26", "2026-11-26", true);
        assert!(!is_child(None, day("2026-11-26")));
    }

    #[test]
    fn each_fault_of_a_member_has_its_field_and_code() {
        let today = day("2026-11-26");
        let good = || MemberWanted {
            name: "陈小宝".to_owned(),
            relation: Some(Relation::Child),
            phone: String::new(),
            born: Some(day("2018-05-01")),
        };
        let check = |wanted: MemberWanted, field, code| assert_eq!(wanted.check(today).error_of(field), Some(code));
        assert!(good().check(today).is_empty());
        check(MemberWanted { name: " ".to_owned(), ..good() }, NAME, Code::Required);
        check(MemberWanted { name: "字".repeat(41), ..good() }, NAME, Code::TooLong);
        check(MemberWanted { name: "x\0".to_owned(), ..good() }, NAME, Code::Malformed);
        check(MemberWanted { relation: None, ..good() }, RELATION, Code::Required);
        check(MemberWanted { relation: Some(Relation::Oneself), ..good() }, RELATION, Code::UnknownKind);
        check(MemberWanted { phone: "12".to_owned(), ..good() }, PHONE, Code::Malformed);
        check(MemberWanted { born: Some(day("2026-11-27")), ..good() }, BORN, Code::OutOfRange);
        check(MemberWanted { born: Some(day("1800-01-01")), ..good() }, BORN, Code::OutOfRange);
    }

    #[test]
    fn relations_read_what_they_write() {
        for relation in Relation::ADDED {
            assert_eq!(Relation::read(relation.as_str()), Some(relation));
            assert_eq!(serde_json::to_value(relation).unwrap(), relation.as_str());
        }
        assert_eq!(Relation::read("oneself"), None, "nobody is added as oneself");
    }

    #[test]
    fn a_new_pin_is_no_easier_than_the_first() {
        let check = |new_pin: &str, code| {
            let wanted = OwnPin { pin: "135790".to_owned(), new_pin: new_pin.to_owned() };
            assert_eq!(wanted.check("13800480312").error_of(NEW_PIN), code, "{new_pin}");
        };
        check("482913", None);
        check("480312", Some(Code::EasilyGuessed));
        check("123456", Some(Code::EasilyGuessed));
        check("12345", Some(Code::Malformed));
        check("", Some(Code::Required));
    }
}
