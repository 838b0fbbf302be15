//! A person as they give themselves: a name and a telephone number, nothing more.

use serde::{Deserialize, Serialize};

use crate::finding::Findings;
use crate::{Code, FieldPath};

/// How to reach somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Contact {
    /// The name they go by, up to 40 characters.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub name: String,
    /// A telephone number as typed.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub phone: String,
}

/// Somebody given by name and telephone, or an account by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged, from = "PersonWire")]
pub enum Person {
    /// A known account.
    Account {
        /// The account's id.
        id: crate::RecordId,
    },
    /// Somebody without an account.
    Guest(Contact),
}

/// A [`Person`] as it is read: an id decides. Reading an untagged enum would buffer the value, which costs the app
/// several KiB of code.
#[derive(Deserialize)]
struct PersonWire {
    id: Option<crate::RecordId>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
}

impl From<PersonWire> for Person {
    fn from(wire: PersonWire) -> Self {
        match wire.id {
            Some(id) => Self::Account { id },
            None => Self::Guest(Contact { name: wire.name, phone: wire.phone }),
        }
    }
}

/// Longest name taken.
pub const NAME_LENGTH: usize = 40;

impl Contact {
    /// Checks both fields; `name` and `phone` say where they stand in the submission.
    pub fn check(&self, name: FieldPath, phone: FieldPath) -> Findings {
        let mut findings = Findings::new();
        if self.name.trim().is_empty() {
            findings.impossible(name, Code::Required);
        } else if self.name.chars().count() > NAME_LENGTH {
            findings.impossible(name, Code::TooLong);
        }
        if self.phone.trim().is_empty() {
            findings.impossible(phone, Code::Required);
        } else if plain_phone(&self.phone).is_none() {
            findings.impossible(phone, Code::Malformed);
        }
        findings
    }
}

/// The digits of a telephone number, with a leading `+` where one was typed; `None` if it cannot be one.
/// Takes full-width digits, spaces, hyphens and brackets; 7 to 15 digits (E.164), and a number that looks like a
/// Chinese mobile (starts with 1 and is neither 10086-like nor short) must have its eleven.
pub fn plain_phone(text: &str) -> Option<String> {
    let mut plain = String::new();
    for c in text.trim().chars() {
        match c {
            '0'..='9' => plain.push(c),
            '０'..='９' => plain.push(char::from(b'0' + u8::try_from(u32::from(c) - 0xFF10).ok()?)),
            '+' | '＋' if plain.is_empty() => plain.push('+'),
            ' ' | '-' | '－' | '(' | ')' | '（' | '）' | '\u{3000}' => {}
            _ => return None,
        }
    }
    let digits = plain.trim_start_matches('+').len();
    let mobile = plain.starts_with('1');
    let fits = if mobile { digits == 11 } else { (7..=15).contains(&digits) };
    fits.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_an_account_by_id_or_somebody_by_name() {
        let id = crate::RecordId::new(0, [1; 10]);
        let account: Person = serde_json::from_str(&format!(r#"{{"id":"{id}"}}"#)).unwrap();
        assert_eq!(account, Person::Account { id });
        let guest: Person = serde_json::from_str(r#"{"name":"陈婆婆","phone":"13800000001"}"#).unwrap();
        let contact = Contact { name: "陈婆婆".to_owned(), phone: "13800000001".to_owned() };
        assert_eq!(guest, Person::Guest(contact));
        assert_eq!(serde_json::to_string(&guest).unwrap(), r#"{"name":"陈婆婆","phone":"13800000001"}"#);
    }

    #[test]
    fn telephone_numbers_are_read_as_people_write_them() {
        let check = |text, expected: Option<&str>| assert_eq!(plain_phone(text).as_deref(), expected, "{text:?}");
        check("13800000001", Some("13800000001"));
        check("138 0000 0001", Some("13800000001"));
        check("１３８００００００01", Some("13800000001"));
        check("0755-1234567", Some("07551234567"));
        check("（0755）12345678", Some("075512345678"));
        check("+86 138 0000 0001", Some("+8613800000001"));
        check("1380000000", None);
        check("138000000012", None);
        check("abc", None);
        check("12", None);
        check("", None);
    }
}
