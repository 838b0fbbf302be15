//! Receipt numbers: what a person keeps to ask later what became of a submission.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;

/// Eleven random characters of Crockford's base 32 (55 bits) and a check character by Luhn mod 32 over the same
/// alphabet. Made on the device; on the wire twelve characters without spaces; shown in groups of four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Receipt([u8; LENGTH]);

impl Receipt {
    /// Made from the low 55 of 64 random bits.
    pub fn new(random: u64) -> Self {
        let mut digits = [0u8; LENGTH];
        for (at, digit) in digits.iter_mut().take(LENGTH - 1).enumerate() {
            *digit = u8::try_from((random >> (5 * at)) & 31).expect("five bits fit a byte");
        }
        digits[LENGTH - 1] = check_digit(&digits[..LENGTH - 1]);
        Self(digits.map(|digit| ALPHABET[usize::from(digit)]))
    }

    /// Three groups of four, as shown to people and printed.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        [&text[..4], &text[4..8], &text[8..]].join(" ")
    }
}

/// The Luhn mod N check digit of the given digits, N = 32.
fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let weighted = u32::from(*digit) * if at.is_multiple_of(2) { 2 } else { 1 };
            weighted / 32 + weighted % 32
        })
        .sum();
    u8::try_from((32 - sum % 32) % 32).expect("a remainder of 32 fits a byte")
}

/// Why a text is no receipt number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not twelve characters of the alphabet.
    #[error("malformed")]
    Malformed,
    /// The check character does not fit: something was misread.
    #[error("bad check character")]
    BadCheckCharacter,
}

impl FromStr for Receipt {
    type Err = ReceiptError;

    /// Reads without regard to case, spaces and hyphens; I and L are 1, O is 0.
    fn from_str(text: &str) -> Result<Self, ReceiptError> {
        let mut digits = [0u8; LENGTH];
        let mut length = 0;
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let c = match c.to_ascii_uppercase() {
                'I' | 'L' => '1',
                'O' => '0',
                other => other,
            };
            let digit = ALPHABET.iter().position(|a| char::from(*a) == c).ok_or(ReceiptError::Malformed)?;
            *digits.get_mut(length).ok_or(ReceiptError::Malformed)? =
                u8::try_from(digit).expect("a place in an alphabet of 32 fits a byte");
            length += 1;
        }
        if length != LENGTH {
            return Err(ReceiptError::Malformed);
        }
        if check_digit(&digits[..LENGTH - 1]) != digits[LENGTH - 1] {
            return Err(ReceiptError::BadCheckCharacter);
        }
        Ok(Self(digits.map(|digit| ALPHABET[usize::from(digit)])))
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).expect("the alphabet is ASCII"))
    }
}

impl Serialize for Receipt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Receipt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Receipt {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9A-HJKMNP-TV-Z]{12}$"))
            .description(Some("Eleven characters of Crockford's base 32 and a Luhn mod 32 check character"))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Receipt {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_known_number_has_its_known_check_character() {
        // 1 doubled at the rightmost place is 2, so the check character is 32 − 2 = 30, which is Y.
        assert_eq!(Receipt::new(1 << 50).to_string(), "00000000001Y");
        assert_eq!(Receipt::new(0).to_string(), "000000000000");
    }

    #[test]
    fn a_receipt_is_read_as_people_write_it() {
        let receipt = Receipt::new(1 << 50);
        for text in ["0000 0000 001Y", "oooo-oooo-ooly", " 00000000001y ", "OOOOOOOOOOIY"] {
            assert_eq!(text.parse(), Ok(receipt), "{text}");
        }
        assert_eq!("00000000001Z".parse::<Receipt>(), Err(ReceiptError::BadCheckCharacter));
        for text in ["", "0000", "00000000001YY", "0000000000!Y", "0000000000UY"] {
            assert_eq!(text.parse::<Receipt>(), Err(ReceiptError::Malformed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_receipt_survives_print_and_read(random: u64) {
            let receipt = Receipt::new(random);
            prop_assert_eq!(receipt.grouped().parse(), Ok(receipt));
            prop_assert_eq!(receipt.to_string().to_lowercase().parse(), Ok(receipt));
        }

        #[test]
        fn one_misread_character_is_noticed(random: u64, at in 0usize..12, by in 1u8..32) {
            let text = Receipt::new(random).to_string();
            let mut misread = text.into_bytes();
            let digit = ALPHABET.iter().position(|a| *a == misread[at]).unwrap();
            misread[at] = ALPHABET[(digit + usize::from(by)) % 32];
            let misread = String::from_utf8(misread).unwrap();
            prop_assert_eq!(misread.parse::<Receipt>(), Err(ReceiptError::BadCheckCharacter));
        }
    }
}
