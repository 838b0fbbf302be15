//! The person card: a printed code with a random id, and a number of seven digits for whoever cannot scan. Several cards may
//! lead to one person; a card tells nothing about them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::finding::Findings;
use crate::{Code, FieldPath, RecordId};

/// The number of a card: six digits and a check digit by Damm, who finds every wrong digit and every two that were swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardNumber(u32);

/// What the printed code of a card says: 128 random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardId(pub Uuid);

/// A card as it was typed or scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardMark {
    /// Its number.
    Number(CardNumber),
    /// Its printed code.
    Id(CardId),
}

/// Numbers there are.
const NUMBERS: u32 = 1_000_000;
/// Digits of a number, with the check digit.
const DIGITS: usize = 7;
/// What stands before the id in a printed code, so that a scanner's words can be told from others.
const PREFIX: &str = "LINLI:";

/// A quasigroup of order 10 without a fixed point (H. M. Damm, 2004).
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

fn damm(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |interim, digit| DAMM[usize::from(interim)][usize::from(*digit)])
}

impl CardNumber {
    /// Made from a random number, of which what is below a million counts.
    pub fn new(random: u32) -> Self {
        Self(random % NUMBERS)
    }

    /// All seven digits.
    fn digits(self) -> [u8; DIGITS] {
        let mut digits = [0; DIGITS];
        let mut rest = self.0;
        for digit in digits[..DIGITS - 1].iter_mut().rev() {
            *digit = u8::try_from(rest % 10).expect("a digit fits");
            rest /= 10;
        }
        digits[DIGITS - 1] = damm(&digits[..DIGITS - 1]);
        digits
    }

    /// Three digits and four, as printed.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        [&text[..3], " ", &text[3..]].concat()
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digits().iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Capital letters and digits make the smallest code.
        write!(f, "{PREFIX}{:X}", self.0.simple())
    }
}

impl FromStr for CardMark {
    type Err = Code;

    /// Reads a number as people type it, or a printed code as a scanner does.
    fn from_str(text: &str) -> Result<Self, Code> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Code::Required);
        }
        if let Some((prefix, id)) = text.split_at_checked(PREFIX.len())
            && prefix.eq_ignore_ascii_case(PREFIX)
        {
            return Uuid::try_parse(id).map(|id| Self::Id(CardId(id))).map_err(|_| Code::Malformed);
        }
        let mut digits = Vec::with_capacity(DIGITS);
        for c in text.chars() {
            match c {
                '0'..='9' => digits.push(c as u32 - '0' as u32),
                '０'..='９' => digits.push(c as u32 - '０' as u32),
                ' ' | '-' | '\u{3000}' => {}
                _ => return Err(Code::Malformed),
            }
        }
        let digits: Vec<u8> = digits.into_iter().filter_map(|digit| u8::try_from(digit).ok()).collect();
        if digits.len() != DIGITS {
            return Err(Code::Malformed);
        }
        if damm(&digits) != 0 {
            return Err(Code::BadCheckCharacter);
        }
        let number = digits[..DIGITS - 1].iter().fold(0, |number, digit| number * 10 + u32::from(*digit));
        Ok(Self::Number(CardNumber(number)))
    }
}

/// `GET` and `POST /api/v1/me/cards/{id}`: a person's card, to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Card {
    /// Whose it is.
    pub person: RecordId,
    /// Seven digits.
    pub number: String,
    /// What the printed code says.
    pub code: String,
    /// Since when it leads to them.
    pub since: DateTime<FixedOffset>,
    /// When it ended: it leads to nobody since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<DateTime<FixedOffset>>,
}

/// `POST /api/v1/desk/cards`: whose card is it?
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CardShown {
    /// The number as typed, or the printed code as scanned.
    #[serde(default)]
    pub card: String,
}

/// Whoever a card leads to, for staff; of somebody of a grid that they do not see, the name and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CardHolder {
    /// The person.
    pub id: RecordId,
    /// What they go by.
    pub name: String,
    /// A telephone number; that of the account that acts for them where they have none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Their household, in the office's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
}

/// The card that is shown.
pub const CARD: FieldPath = FieldPath::new("/card");

impl CardShown {
    /// Whether it can be one.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        if let Err(code) = self.card.parse::<CardMark>() {
            findings.impossible(CARD, code);
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_what_it_writes_however_it_is_typed() {
        assert_eq!(CardNumber::new(572).to_string(), "0005724");
        for random in [0, 7, 999_999, 1_000_007, 123_456] {
            let number = CardNumber::new(random);
            for text in [number.to_string(), number.grouped(), format!(" {} ", number.grouped().replace(' ', "-"))] {
                assert_eq!(text.parse(), Ok(CardMark::Number(number)), "{text}");
            }
        }
        assert_eq!("０００５７２４".parse(), Ok(CardMark::Number(CardNumber::new(572))));
    }

    #[test]
    fn one_wrong_digit_or_two_swapped_are_noticed() {
        let digits = CardNumber::new(290_183).digits();
        let read = |digits: &[u8]| digits.iter().map(ToString::to_string).collect::<String>().parse::<CardMark>();
        for at in 0..DIGITS {
            for other in (0..10).filter(|other| *other != digits[at]) {
                let mut wrong = digits;
                wrong[at] = other;
                assert_eq!(read(&wrong), Err(Code::BadCheckCharacter), "{wrong:?}");
            }
            let mut swapped = digits;
            swapped.swap(at, (at + 1).min(DIGITS - 1));
            assert!(swapped == digits || read(&swapped) == Err(Code::BadCheckCharacter), "{swapped:?}");
        }
    }

    #[test]
    fn a_printed_code_is_read_as_a_scanner_types_it() {
        let id = CardId(Uuid::from_u128(0xABCD));
        let text = id.to_string();
        assert_eq!(text, "LINLI:0000000000000000000000000000ABCD");
        assert_eq!(text.parse(), Ok(CardMark::Id(id)));
        assert_eq!(text.to_lowercase().parse(), Ok(CardMark::Id(id)));
        for (text, code) in [("", Code::Required), ("LINLI:x", Code::Malformed), ("12345", Code::Malformed)] {
            assert_eq!(text.parse::<CardMark>(), Err(code), "{text}");
        }
    }
}
