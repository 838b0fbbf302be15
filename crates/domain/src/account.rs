//! A resident's account: opened with a household code, signed in to with telephone and PIN, and what is asked of it:
//! its records, a copy of everything, its end.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::acting::ActedFor;
use crate::card::Card;
use crate::consent::ConsentLine;
use crate::family::Member;
use crate::finding::Findings;
use crate::person::{Contact, ForWhom, plain_phone};
use crate::receipt::ReceiptError;
use crate::retention::Retention;
use crate::session::Me;
use crate::submission::{Channel, SubmissionKind, SubmissionState};
use crate::{Code, FieldPath, Receipt, RecordId};

/// What the office prints for a household: opens one account. Made and read like a receipt number, and shown like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HouseholdCode(Receipt);

impl HouseholdCode {
    /// Made from the low 55 of 64 random bits.
    pub fn new(random: u64) -> Self {
        Self(Receipt::new(random))
    }

    /// Three groups of four, as printed.
    pub fn grouped(self) -> String {
        self.0.grouped()
    }
}

impl fmt::Display for HouseholdCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for HouseholdCode {
    type Err = ReceiptError;

    fn from_str(text: &str) -> Result<Self, ReceiptError> {
        text.parse().map(Self)
    }
}

/// `POST /api/v1/accounts`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewAccount {
    /// The household code, as people write it.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub household_code: String,
    /// The name they go by, up to 40 characters.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub name: String,
    /// A telephone number as typed.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub phone: String,
    /// Six digits, not easily guessed.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub pin: String,
}

/// `POST /api/v1/session` for residents.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ResidentSignIn {
    /// A telephone number as typed.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub phone: String,
    /// Six digits.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub pin: String,
}

/// `DELETE /api/v1/me`: the PIN once more, so that a phone left lying about is not enough.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Farewell {
    /// Six digits.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub pin: String,
}

/// `POST /api/v1/me/claims`: an earlier submission is one's own, as its receipt number shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Claim {
    /// A receipt number, as people write it.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub receipt: String,
}

/// `POST /api/v1/desk/household-codes`: a code for each of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HouseholdCodesWanted {
    /// Which household each is for, in words of up to 80 characters.
    #[serde(default)]
    pub places: Vec<String>,
    /// Households of the table; together with those in words 1 to 200.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub households: Vec<RecordId>,
}

/// The codes, to be printed now: the server keeps nothing that they could be read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HouseholdCodes {
    /// In the order of the places.
    pub codes: Vec<PrintedCode>,
    /// Until when they open an account.
    pub expires_at: DateTime<FixedOffset>,
}

/// A household code to print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PrintedCode {
    /// Which household it is for.
    pub place: String,
    /// Three groups of four.
    pub code: String,
}

/// One of one's own submissions, as the community has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwnRecord {
    /// The record.
    pub id: RecordId,
    /// Order of change within the account; never reused.
    pub sequence: i64,
    /// Which form.
    pub kind: SubmissionKind,
    /// Where it stands.
    pub state: SubmissionState,
    /// Place on the waiting list, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// How it came.
    pub channel: Channel,
    /// Its receipt number.
    pub receipt: Receipt,
    /// When it was made on the device.
    pub made_at: DateTime<FixedOffset>,
    /// When the community got it.
    pub received_at: DateTime<FixedOffset>,
    /// Sign-ups: the activity's title. Reports: the name of the kind. Check-ins: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whom it is for, where it is a person the account acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<ForWhom>,
    /// Who of staff filled it in, by name, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled_in_by: Option<String>,
    /// The body as it came; a report's names its photos.
    pub body: Value,
}

/// `GET /api/v1/me/records`: what changed since, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwnRecords {
    /// In order of change.
    pub items: Vec<OwnRecord>,
    /// What to ask for next as `since`; the one asked for where nothing changed.
    pub next: i64,
    /// Whether there is more already.
    pub more: bool,
    /// The server's epoch: under another one all is asked for anew, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
}

/// `GET /api/v1/me/export`: everything there is about an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Export {
    /// The community.
    pub community: String,
    /// When this copy was made.
    pub made_at: DateTime<FixedOffset>,
    /// Who it is about.
    pub account: Me,
    /// The household of the office's table, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<String>,
    /// When the account was opened.
    pub opened_at: DateTime<FixedOffset>,
    /// Until when each browser is signed in.
    pub sessions_until: Vec<DateTime<FixedOffset>>,
    /// How many days each kind is kept from its arrival on.
    #[serde(default)]
    pub kept_days: Retention,
    /// Oneself and the people the account acts for.
    #[serde(default)]
    pub family: Vec<Member>,
    /// Their cards, also those that ended.
    #[serde(default)]
    pub cards: Vec<Card>,
    /// Who of staff acted for one, as long as that is known.
    #[serde(default)]
    pub acted: Vec<ActedFor>,
    /// Every consent that was given or withdrawn, newest first.
    #[serde(default)]
    pub consents: Vec<ConsentLine>,
    /// Every submission, oldest first.
    pub records: Vec<OwnRecord>,
}

/// The household code.
pub const HOUSEHOLD_CODE: FieldPath = FieldPath::new("/household_code");
/// The name.
pub const NAME: FieldPath = FieldPath::new("/name");
/// The telephone number.
pub const PHONE: FieldPath = FieldPath::new("/phone");
/// The PIN.
pub const PIN: FieldPath = FieldPath::new("/pin");
/// The receipt number of a claim.
pub const RECEIPT: FieldPath = FieldPath::new("/receipt");
/// The households of the table that codes are wanted for.
pub const HOUSEHOLDS: FieldPath = FieldPath::new("/households");
/// The households that codes are wanted for.
pub const PLACES: FieldPath = FieldPath::new("/places");

/// Digits of a PIN.
pub const PIN_LENGTH: usize = 6;
/// Most codes made at once.
pub const CODES: usize = 200;
/// Longest words for a household.
pub const PLACE_LENGTH: usize = 80;

impl NewAccount {
    /// Everything there is to say, in the order of the page. Whether the code opens anything is the store's to say.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        if self.household_code.trim().is_empty() {
            findings.impossible(HOUSEHOLD_CODE, Code::Required);
        } else if let Err(error) = self.household_code.parse::<HouseholdCode>() {
            findings.impossible(HOUSEHOLD_CODE, misread(error));
        }
        findings.extend(Contact { name: self.name.clone(), phone: self.phone.clone() }.check(NAME, PHONE));
        match pin_digits(&self.pin) {
            Err(code) => findings.impossible(PIN, code),
            Ok(pin) if is_easily_guessed(pin, account_phone(&self.phone).as_deref()) => {
                findings.impossible(PIN, Code::EasilyGuessed);
            }
            Ok(_) => {}
        }
        findings
    }
}

impl ResidentSignIn {
    /// Whether both can be what they are; whether they fit is the store's to say.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        if self.phone.trim().is_empty() {
            findings.impossible(PHONE, Code::Required);
        } else if plain_phone(&self.phone).is_none() {
            findings.impossible(PHONE, Code::Malformed);
        }
        if let Err(code) = pin_digits(&self.pin) {
            findings.impossible(PIN, code);
        }
        findings
    }
}

impl Farewell {
    /// Whether it can be a PIN.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        if let Err(code) = pin_digits(&self.pin) {
            findings.impossible(PIN, code);
        }
        findings
    }
}

impl Claim {
    /// The receipt number.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(&self) -> Result<Receipt, Code> {
        if self.receipt.trim().is_empty() { Err(Code::Required) } else { self.receipt.parse().map_err(misread) }
    }
}

impl HouseholdCodesWanted {
    /// Whether so many codes are made for households of these names.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        let count = self.places.len() + self.households.len();
        if count == 0 || self.places.iter().any(|place| place.trim().is_empty()) {
            findings.impossible(PLACES, Code::Required);
        } else if count > CODES {
            findings.impossible(PLACES, Code::TooMany);
        } else if self.places.iter().any(|place| place.chars().count() > PLACE_LENGTH) {
            findings.impossible(PLACES, Code::TooLong);
        } else if self.places.iter().any(|place| place.chars().any(char::is_control)) {
            findings.impossible(PLACES, Code::Malformed);
        }
        findings
    }
}

/// Why a code could not be read, as validation says it.
pub const fn misread(error: ReceiptError) -> Code {
    match error {
        ReceiptError::Malformed => Code::Malformed,
        ReceiptError::BadCheckCharacter => Code::BadCheckCharacter,
    }
}

/// The telephone number that an account goes by: the same however a Chinese mobile number is written.
pub fn account_phone(text: &str) -> Option<String> {
    let plain = plain_phone(text)?;
    let local = plain.strip_prefix("+86").or_else(|| plain.strip_prefix("0086"));
    let mobile = local.filter(|local| local.len() == 11 && local.starts_with('1'));
    Some(mobile.map_or_else(|| plain.clone(), str::to_owned))
}

/// The digits of a PIN.
///
/// # Errors
/// `required` or `malformed`.
pub fn pin_digits(text: &str) -> Result<[u8; PIN_LENGTH], Code> {
    if text.trim().is_empty() {
        return Err(Code::Required);
    }
    let digit = |c: char| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    let digits: Option<Vec<u8>> = text.trim().chars().map(digit).collect();
    digits.and_then(|digits| digits.try_into().ok()).ok_or(Code::Malformed)
}

/// Whether a neighbour would try it early: one digit or group over and over, digits in a row, the end of one's telephone
/// number, a day of birth as year, month and day.
pub fn is_easily_guessed(pin: [u8; PIN_LENGTH], phone: Option<&str>) -> bool {
    let over_and_over = |size: usize| pin.chunks(size).all(|group| *group == pin[..size]);
    let in_pairs = pin.chunks(2).all(|pair| pair[0] == pair[1]);
    let steps_by = |step: u8| pin.windows(2).all(|pair| pair[1] == (pair[0] + step) % 10);
    let text: String = pin.iter().map(|digit| char::from(b'0' + digit)).collect();
    let ends_phone = phone.is_some_and(|phone| phone.ends_with(&text));
    let pair = |at: usize| pin[at] * 10 + pin[at + 1];
    let birthday = (1..=12).contains(&pair(2)) && (1..=31).contains(&pair(4));
    [1, 2, 3].into_iter().any(over_and_over) || in_pairs || steps_by(1) || steps_by(9) || ends_phone || birthday
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn good() -> NewAccount {
        NewAccount {
            household_code: HouseholdCode::new(7).grouped().to_lowercase(),
            name: "陈婆婆".to_owned(),
            phone: "138 0000 0001".to_owned(),
            pin: "135790".to_owned(),
        }
    }

    #[test]
    fn each_fault_has_its_field_and_code() {
        let check = |account: NewAccount, field, code| assert_eq!(account.check().error_of(field), Some(code));
        assert!(good().check().is_empty());
        check(NewAccount { household_code: " ".to_owned(), ..good() }, HOUSEHOLD_CODE, Code::Required);
        check(NewAccount { household_code: "short".to_owned(), ..good() }, HOUSEHOLD_CODE, Code::Malformed);
        check(
            NewAccount { household_code: "00000000001Z".to_owned(), ..good() },
            HOUSEHOLD_CODE,
            Code::BadCheckCharacter,
        );
        check(NewAccount { name: String::new(), ..good() }, NAME, Code::Required);
        check(NewAccount { name: "x\0".to_owned(), ..good() }, NAME, Code::Malformed);
        check(NewAccount { phone: "12".to_owned(), ..good() }, PHONE, Code::Malformed);
        check(NewAccount { pin: String::new(), ..good() }, PIN, Code::Required);
        for pin in ["13579", "1357901", "13579a", "13579０"] {
            check(NewAccount { pin: pin.to_owned(), ..good() }, PIN, Code::Malformed);
        }
    }

    #[test]
    fn what_a_neighbour_would_try_is_no_pin() {
        let check = |pin: &str, easy: bool| {
            let code = NewAccount { pin: pin.to_owned(), ..good() }.check().error_of(PIN);
            assert_eq!(code, easy.then_some(Code::EasilyGuessed), "{pin}");
        };
        for pin in ["000000", "888888", "123456", "654321", "890123", "121212", "123123", "112233", "520520"] {
            check(pin, true);
        }
        for pin in ["000001", "480312", "190712", "991231"] {
            check(pin, true);
        }
        for pin in ["135790", "135791", "920473", "482913", "771234"] {
            check(pin, false);
        }
    }

    #[test]
    fn a_mobile_number_is_one_account_however_it_is_written() {
        for text in ["13800000001", "138 0000 0001", "+86 138-0000-0001", "１３８００００００01", "0086 13800000001"]
        {
            assert_eq!(account_phone(text).as_deref(), Some("13800000001"), "{text}");
        }
        assert_eq!(account_phone("0755-1234567").as_deref(), Some("07551234567"));
        assert_eq!(account_phone("+85291234567").as_deref(), Some("+85291234567"));
        assert_eq!(account_phone("x"), None);
    }

    #[test]
    fn codes_are_made_for_named_households() {
        let check = |places: Vec<String>, code| {
            assert_eq!(HouseholdCodesWanted { places, households: vec![] }.check().error_of(PLACES), code);
        };
        check(vec!["1-101".to_owned()], None);
        check(vec![], Some(Code::Required));
        check(vec![" ".to_owned()], Some(Code::Required));
        check(vec!["x".to_owned(); CODES + 1], Some(Code::TooMany));
        check(vec!["x".repeat(PLACE_LENGTH + 1)], Some(Code::TooLong));
        check(vec!["x\0".to_owned()], Some(Code::Malformed));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused(text: String) {
            if let Some(phone) = account_phone(&text) {
                prop_assert_eq!(account_phone(&phone), Some(phone.clone()));
            }
            if let Ok(code) = text.parse::<HouseholdCode>() {
                prop_assert_eq!(code.grouped().parse(), Ok(code));
            }
            let _ = pin_digits(&text);
        }

        #[test]
        fn every_household_code_survives_print_and_read(random: u64) {
            let code = HouseholdCode::new(random);
            prop_assert_eq!(code.grouped().to_lowercase().parse(), Ok(code));
        }
    }
}
