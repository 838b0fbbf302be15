//! A shared tablet that the office paired: what the desk knows of it, how it is paired, and what it tells now and then.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::finding::Findings;
use crate::grid::{check_optional, check_word};
use crate::person::plain_phone;
use crate::{Code, FieldPath, RecordId};

/// `POST /api/v1/desk/devices`: without an id a new one. Either way it comes with a new code to pair it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceEdit {
    /// Which.
    #[serde(default)]
    pub id: Option<RecordId>,
    /// What it is called, up to 80 characters.
    #[serde(default)]
    pub name: String,
    /// Where it stands.
    #[serde(default)]
    pub room: String,
    /// Who looks after it.
    #[serde(default)]
    pub keeper: String,
    /// The keeper's telephone number.
    #[serde(default)]
    pub phone: String,
}

/// A code to pair a tablet with, to be typed in now: what the server keeps does not tell it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PairingCode {
    /// Eight digits in two groups.
    pub code: String,
    /// Until when it pairs.
    pub expires_at: DateTime<FixedOffset>,
}

/// `POST /api/v1/device/pair`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Pairing {
    /// The code as people type it.
    #[serde(default)]
    pub code: String,
}

/// What a tablet is told of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Tablet {
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub room: String,
}

/// `POST /api/v1/device/contact`: what a paired tablet tells now and then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TabletContact {
    /// How many submissions wait on it.
    #[serde(default)]
    pub unsent: u32,
    /// How many of its submissions were refused.
    #[serde(default)]
    pub refused: u32,
    /// For how many minutes the oldest has waited.
    #[serde(default)]
    pub waiting_minutes: u32,
}

/// A tablet as the desk knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskDevice {
    /// Which.
    pub id: RecordId,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub room: String,
    /// Who looks after it.
    pub keeper: String,
    /// The keeper's telephone number.
    pub phone: String,
    /// Where it stands with pairing.
    pub state: Pairedness,
    /// When it last told of itself.
    pub last_contact: Option<DateTime<FixedOffset>>,
    /// How many submissions waited on it then.
    pub unsent: u32,
    /// How many of its submissions were refused.
    pub refused: u32,
    /// Whether its keeper should look after it: silent or unsent for long, or something was refused.
    pub worry: Option<Worry>,
}

/// Where a tablet stands with pairing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pairedness {
    /// Its code was not typed in yet.
    Awaited,
    /// It is paired.
    Paired,
    /// It was, and is refused now.
    Revoked,
    /// A state of a newer version than this one.
    #[serde(other)]
    Other,
}

/// Why a tablet needs its keeper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Worry {
    /// It has not told of itself for long.
    Silent,
    /// Something has waited on it for long.
    Unsent,
    /// Something of it was refused.
    Refused,
    /// A reason of a newer version than this one.
    #[serde(other)]
    Other,
}

/// `GET /api/v1/desk/devices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskDevices {
    /// By name; revoked ones last.
    pub items: Vec<DeskDevice>,
}

/// What it is called.
pub const NAME: FieldPath = FieldPath::new("/name");
/// Where it stands.
pub const ROOM: FieldPath = FieldPath::new("/room");
/// Who looks after it.
pub const KEEPER: FieldPath = FieldPath::new("/keeper");
/// The keeper's telephone number.
pub const PHONE: FieldPath = FieldPath::new("/phone");
/// The code.
pub const CODE: FieldPath = FieldPath::new("/code");

/// Digits of a pairing code.
pub const DIGITS: usize = 8;
/// Minutes of silence after which a tablet needs its keeper.
pub const SILENT_MINUTES: i64 = 60;
/// Minutes of waiting after which what waits on a tablet needs its keeper.
pub const UNSENT_MINUTES: u32 = 24 * 60;

impl DeviceEdit {
    /// Whether it can be a tablet with a keeper.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        for (field, verdict) in [
            (NAME, check_word(&self.name)),
            (ROOM, check_optional(&self.room)),
            (KEEPER, check_word(&self.keeper)),
            (PHONE, if self.phone.trim().is_empty() { Err(Code::Required) } else { Ok(()) }),
        ] {
            if let Err(code) = verdict {
                findings.impossible(field, code);
            }
        }
        if findings.error_of(PHONE).is_none() && plain_phone(&self.phone).is_none() {
            findings.impossible(PHONE, Code::Malformed);
        }
        findings
    }
}

impl Pairing {
    /// The digits of the code.
    ///
    /// # Errors
    /// `required` or `malformed`.
    pub fn digits(&self) -> Result<String, Code> {
        if self.code.trim().is_empty() {
            return Err(Code::Required);
        }
        let plain = crate::grid::key(&self.code).replace('-', "");
        let right = plain.len() == DIGITS && plain.bytes().all(|digit| digit.is_ascii_digit());
        if right { Ok(plain) } else { Err(Code::Malformed) }
    }
}

/// Why a paired tablet needs its keeper, from what it told last and how long ago, minutes.
pub fn worry(contact: &TabletContact, silent_for: i64) -> Option<Worry> {
    let waiting = i64::from(contact.waiting_minutes) + silent_for.max(0);
    if contact.refused > 0 {
        Some(Worry::Refused)
    } else if contact.unsent > 0 && waiting >= i64::from(UNSENT_MINUTES) {
        Some(Worry::Unsent)
    } else if silent_for >= SILENT_MINUTES {
        Some(Worry::Silent)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let check = |text: &str, expected| assert_eq!(Pairing { code: text.to_owned() }.digits(), expected, "{text}");
        check("1234 5678", Ok("12345678".to_owned()));
        check("１２３４-５６７８", Ok("12345678".to_owned()));
        check(" ", Err(Code::Required));
        check("1234567", Err(Code::Malformed));
        check("1234567a", Err(Code::Malformed));
    }

    #[test]
    fn a_tablet_that_is_silent_or_does_not_get_rid_of_things_needs_its_keeper() {
        let check = |unsent, refused, waiting_minutes, silent_for, expected| {
            assert_eq!(worry(&TabletContact { unsent, refused, waiting_minutes }, silent_for), expected);
        };
        check(0, 0, 0, 5, None);
        check(3, 0, 10, 5, None);
        check(0, 0, 0, SILENT_MINUTES, Some(Worry::Silent));
        check(1, 0, UNSENT_MINUTES - 5, 5, Some(Worry::Unsent));
        check(0, 1, 0, 0, Some(Worry::Refused));
    }

    #[test]
    fn each_fault_of_a_tablet_has_its_field_and_code() {
        let edit = DeviceEdit { phone: "x".to_owned(), name: "字".repeat(81), ..DeviceEdit::default() };
        let findings = edit.check();
        assert_eq!(findings.error_of(NAME), Some(Code::TooLong));
        assert_eq!(findings.error_of(KEEPER), Some(Code::Required));
        assert_eq!(findings.error_of(PHONE), Some(Code::Malformed));
    }
}
