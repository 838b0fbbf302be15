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

/// Somebody given by name and telephone, by an id that an account knows, or by a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged, from = "PersonWire")]
pub enum Person {
    /// The person of the account, or one it acts for.
    Known {
        /// The person's id; the account's own stands for its person.
        id: crate::RecordId,
        /// What they go by, as the device knew it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
        /// How to reach them, as the device knew it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        phone: String,
    },
    /// Whoever holds this card.
    Card {
        /// Its number as typed, or its printed code as scanned.
        card: String,
    },
    /// Somebody the server knows nothing about.
    Guest(Contact),
}

/// A [`Person`] as it is read: an id decides, then a card. Reading an untagged enum would buffer the value, which costs the
/// app several KiB of code.
#[derive(Deserialize)]
struct PersonWire {
    id: Option<crate::RecordId>,
    card: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
}

impl From<PersonWire> for Person {
    fn from(wire: PersonWire) -> Self {
        let PersonWire { id, card, name, phone } = wire;
        match (id, card) {
            (Some(id), _) => Self::Known { id, name, phone },
            (None, Some(card)) => Self::Card { card },
            (None, None) => Self::Guest(Contact { name, phone }),
        }
    }
}

/// Whom something is done for: a neighbour by name and telephone, or somebody the account acts for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Neighbour {
    /// The person, if the account knows them; then name and telephone need not be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<crate::RecordId>,
    /// The name they go by, up to 40 characters.
    #[serde(default)]
    pub name: String,
    /// A telephone number as typed.
    #[serde(default)]
    pub phone: String,
}

/// A person the server knows, by what they go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ForWhom {
    /// The person.
    pub id: crate::RecordId,
    /// What they go by.
    pub name: String,
}

/// Longest name taken.
pub const NAME_LENGTH: usize = 40;

impl Neighbour {
    /// As a contact.
    pub fn contact(&self) -> Contact {
        Contact { name: self.name.clone(), phone: self.phone.clone() }
    }

    /// Checks both fields, of somebody the account knows only what is given.
    pub fn check(&self, name: FieldPath, phone: FieldPath) -> Findings {
        let mut findings = Findings::new();
        let found = self.contact().check(name, phone);
        for finding in found.iter().filter(|finding| self.id.is_none() || finding.code != Code::Required) {
            findings.impossible(finding.field, finding.code);
        }
        findings
    }
}

impl Contact {
    /// Checks both fields; `name` and `phone` say where they stand in the submission.
    pub fn check(&self, name: FieldPath, phone: FieldPath) -> Findings {
        let mut findings = Findings::new();
        if let Some(code) = name_fault(&self.name) {
            findings.impossible(name, code);
        }
        if self.phone.trim().is_empty() {
            findings.impossible(phone, Code::Required);
        } else if plain_phone(&self.phone).is_none() {
            findings.impossible(phone, Code::Malformed);
        }
        findings
    }
}

/// What is wrong with a name: nothing there, longer than [`NAME_LENGTH`], or with characters that are not written but turn
/// what stands after them round.
pub fn name_fault(name: &str) -> Option<Code> {
    let unwritten = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match name.trim() {
        "" => Some(Code::Required),
        _ if name.chars().count() > NAME_LENGTH => Some(Code::TooLong),
        _ if name.chars().any(unwritten) => Some(Code::Malformed),
        _ => None,
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
    fn a_person_is_known_by_id_shown_by_card_or_told_by_name() {
        let id = crate::RecordId::new(0, [1; 10]);
        let known = |name: &str| Person::Known { id, name: name.to_owned(), phone: String::new() };
        let contact = Contact { name: "陈婆婆".to_owned(), phone: "13800000001".to_owned() };
        for (text, person) in [
            (format!(r#"{{"id":"{id}"}}"#), known("")),
            (format!(r#"{{"id":"{id}","name":"陈婆婆"}}"#), known("陈婆婆")),
            (r#"{"card":"0005724"}"#.to_owned(), Person::Card { card: "0005724".to_owned() }),
            (r#"{"name":"陈婆婆","phone":"13800000001"}"#.to_owned(), Person::Guest(contact)),
        ] {
            assert_eq!(serde_json::from_str::<Person>(&text).unwrap(), person);
            assert_eq!(serde_json::to_string(&person).unwrap(), text);
        }
    }

    #[test]
    fn of_somebody_the_account_knows_no_telephone_number_is_asked() {
        let (name, phone) = (FieldPath::new("/name"), FieldPath::new("/phone"));
        let check = |id, number: &str, code| {
            let neighbour = Neighbour { id, name: "陈婆婆".to_owned(), phone: number.to_owned() };
            assert_eq!(neighbour.check(name, phone).error_of(phone), code, "{number}");
        };
        let known = Some(crate::RecordId::new(0, [1; 10]));
        check(known, "", None);
        check(known, "12", Some(Code::Malformed));
        check(None, "", Some(Code::Required));
    }

    #[test]
    fn a_name_has_no_characters_that_turn_what_follows_round() {
        assert_eq!(name_fault("陈婆婆"), None);
        assert_eq!(name_fault(" "), Some(Code::Required));
        assert_eq!(name_fault(&"婆".repeat(NAME_LENGTH + 1)), Some(Code::TooLong));
        for turned in ["王芳\u{202e}", "王\0芳", "\u{2066}王芳", "王\n芳"] {
            assert_eq!(name_fault(turned), Some(Code::Malformed), "{turned:?}");
        }
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
