//! Acting on a resident's behalf: staff who fill in a form for somebody on the telephone, from paper or on a visit, for half
//! an hour at a time. Also the accounts that staff open, and the codes by which residents set their own PIN.

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::account::{NAME, PHONE, PIN, PLACE_LENGTH, is_easily_guessed, misread, pin_digits};
use crate::finding::Findings;
use crate::person::Contact;
use crate::receipt::ReceiptError;
use crate::{Code, FieldPath, Receipt, RecordId};

/// How long staff act for somebody before they say so once more.
pub const LASTS: TimeDelta = TimeDelta::minutes(30);
/// Fewest characters that accounts are searched by.
pub const SHORTEST: usize = 2;
/// Most characters that accounts are searched by.
pub const LONGEST: usize = 40;

/// How somebody reached the office.
pub const VIA: FieldPath = FieldPath::new("/via");
/// What accounts are searched by.
pub const QUERY: FieldPath = FieldPath::new("/q");
/// The household, in words.
pub const PLACE: FieldPath = FieldPath::new("/place");
/// The code that sets a PIN.
pub const PIN_CODE: FieldPath = FieldPath::new("/code");

/// How somebody reached the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// On the telephone.
    Telephone,
    /// By a form on paper.
    Paper,
    /// At the office or at home.
    Visit,
}

impl Via {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Telephone, Self::Paper, Self::Visit];

    /// As it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Telephone => "telephone",
            Self::Paper => "paper",
            Self::Visit => "visit",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|via| via.as_str() == text)
    }
}

/// `POST /api/v1/desk/acting`: for whom, and how they reached the office.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewActing {
    /// The account, for somebody who has one; name and telephone are the account's then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<RecordId>,
    /// The name they go by.
    #[serde(default)]
    pub name: String,
    /// A telephone number as typed.
    #[serde(default)]
    pub phone: String,
    /// How they reached the office.
    pub via: Via,
}

/// Somebody for whom staff act.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Acting {
    /// Which acting.
    pub id: RecordId,
    /// Their account, if they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<RecordId>,
    /// The name they go by.
    pub name: String,
    /// Their telephone number.
    pub phone: String,
    /// How they reached the office.
    pub via: Via,
    /// Until when it is.
    pub expires_at: DateTime<FixedOffset>,
    /// Whether its time is over, or somebody ended it.
    pub over: bool,
}

/// That somebody of staff acted for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActedFor {
    /// Who, by name.
    pub by: String,
    /// How one reached the office.
    pub via: Via,
    /// Until when it was.
    pub until: DateTime<FixedOffset>,
}

/// `GET /api/v1/desk/acting`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActingNow {
    /// For whom one acts, newest first.
    pub items: Vec<Acting>,
}

/// `POST /api/v1/desk/accounts/search`: whom to look for. A name or a number is for no address, since those are logged.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccountSought {
    /// A part of the name, or the beginning or end of the telephone number: at least two characters.
    #[serde(default)]
    pub q: String,
}

/// Residents by name or telephone number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccountsFound {
    /// Up to twenty, by name.
    pub items: Vec<AccountFound>,
    /// Whether there are more.
    pub more: bool,
}

/// A resident's account, as far as staff tell it from others.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccountFound {
    /// The account.
    pub id: RecordId,
    /// The name they go by.
    pub name: String,
    /// The number they sign in with.
    pub phone: String,
    /// Their household in the office's words, or empty.
    #[serde(default)]
    pub place: String,
    /// Whether they set a PIN yet.
    pub has_pin: bool,
}

/// `POST /api/v1/desk/accounts`: an account for whoever lives here, registered or not.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccountWanted {
    /// The name they go by, up to 40 characters.
    #[serde(default)]
    pub name: String,
    /// A telephone number as typed.
    #[serde(default)]
    pub phone: String,
    /// Their household in words, or empty: tenants and neighbours need none.
    #[serde(default)]
    pub place: String,
}

/// A code to be printed now: its holder sets the PIN of the account. The server keeps nothing that it could be read from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PinCodePrinted {
    /// Whose it is.
    pub account: AccountFound,
    /// Twelve characters in groups of four.
    pub code: String,
    /// Until when it sets a PIN.
    pub expires_at: DateTime<FixedOffset>,
}

/// `PUT /api/v1/accounts/pin`: a PIN of one's own, by the code that the office printed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewPin {
    /// The code, as people write it.
    #[serde(default)]
    pub code: String,
    /// Six digits, not easily guessed.
    #[serde(default)]
    pub pin: String,
}

impl NewActing {
    /// Whether it says for whom; an account says it all.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        if self.account.is_none() {
            findings.extend(check_person(&self.name, &self.phone));
        }
        findings
    }
}

impl AccountSought {
    /// Whether accounts can be searched by it.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        let length = self.q.trim().chars().count();
        if length == 0 {
            findings.impossible(QUERY, Code::Required);
        } else if length < SHORTEST {
            findings.impossible(QUERY, Code::TooShort);
        } else if length > LONGEST {
            findings.impossible(QUERY, Code::TooLong);
        } else if self.q.chars().any(char::is_control) {
            findings.impossible(QUERY, Code::Malformed);
        }
        findings
    }
}

impl AccountWanted {
    /// Everything there is to say but whether the number is taken.
    pub fn check(&self) -> Findings {
        let mut findings = check_person(&self.name, &self.phone);
        if self.place.chars().count() > PLACE_LENGTH {
            findings.impossible(PLACE, Code::TooLong);
        } else if self.place.chars().any(char::is_control) {
            findings.impossible(PLACE, Code::Malformed);
        }
        findings
    }
}

impl NewPin {
    /// Everything there is to say; whether the code sets anything is the store's to say.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        if self.code.trim().is_empty() {
            findings.impossible(PIN_CODE, Code::Required);
        } else if let Err(error) = self.read_code() {
            findings.impossible(PIN_CODE, misread(error));
        }
        match pin_digits(&self.pin) {
            Err(code) => findings.impossible(PIN, code),
            Ok(pin) if is_easily_guessed(pin, None) => findings.impossible(PIN, Code::EasilyGuessed),
            Ok(_) => {}
        }
        findings
    }

    /// The code, made and read like a receipt number.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read_code(&self) -> Result<Receipt, ReceiptError> {
        self.code.parse()
    }
}

fn check_person(name: &str, phone: &str) -> Findings {
    Contact { name: name.to_owned(), phone: phone.to_owned() }.check(NAME, PHONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_is_named_and_an_account_names_itself() {
        let guest = NewActing { account: None, name: String::new(), phone: "12".to_owned(), via: Via::Paper };
        assert_eq!(guest.check().error_of(NAME), Some(Code::Required));
        assert_eq!(guest.check().error_of(PHONE), Some(Code::Malformed));
        let account = NewActing { account: Some(RecordId::new(0, [0; 10])), ..guest };
        assert!(account.check().is_empty());
        for via in Via::ALL {
            assert_eq!(Via::read(via.as_str()), Some(via));
            assert_eq!(serde_json::to_value(via).unwrap(), via.as_str());
        }
    }

    #[test]
    fn accounts_are_searched_by_a_word() {
        let check =
            |q: &str, code| assert_eq!(AccountSought { q: q.to_owned() }.check().error_of(QUERY), code, "{q:?}");
        check(" 陈婆 ", None);
        check(" ", Some(Code::Required));
        check("陈 ", Some(Code::TooShort));
        check(&"x".repeat(LONGEST + 1), Some(Code::TooLong));
        check("x\0", Some(Code::Malformed));
    }

    #[test]
    fn an_account_needs_a_name_and_a_number_and_no_household() {
        let good = AccountWanted { name: "阿强".to_owned(), phone: "13800000007".to_owned(), place: String::new() };
        assert!(good.check().is_empty());
        let long = AccountWanted { place: "x".repeat(81), ..good.clone() };
        assert_eq!(long.check().error_of(PLACE), Some(Code::TooLong));
        let control = AccountWanted { place: "x\0".to_owned(), ..good };
        assert_eq!(control.check().error_of(PLACE), Some(Code::Malformed));
    }

    #[test]
    fn a_pin_is_set_by_a_code_and_not_easily_guessed() {
        let code = Receipt::new(7).grouped().to_lowercase();
        let check = |code: &str, pin: &str, field, fault| {
            let wanted = NewPin { code: code.to_owned(), pin: pin.to_owned() };
            assert_eq!(wanted.check().error_of(field), fault, "{code} {pin}");
        };
        check(&code, "135790", PIN_CODE, None);
        check(&code, "135790", PIN, None);
        check("", "135790", PIN_CODE, Some(Code::Required));
        check("short", "135790", PIN_CODE, Some(Code::Malformed));
        check("00000000001Z", "135790", PIN_CODE, Some(Code::BadCheckCharacter));
        check(&code, "123456", PIN, Some(Code::EasilyGuessed));
        check(&code, "12", PIN, Some(Code::Malformed));
    }
}
