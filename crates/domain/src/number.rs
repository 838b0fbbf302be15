//! Reads numbers as people type them: full-width digits, spaces around, either decimal sign.

use crate::Code;

/// What was typed in a number field, without spaces and with ASCII digits.
fn narrow(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + u8::try_from(u32::from(c) - 0xFF10).unwrap_or(0)),
            '．' | '。' | ',' | '，' => '.',
            other => other,
        })
        .collect()
}

/// A whole number; `None` where nothing was typed.
///
/// # Errors
/// [`Code::NotANumber`] for anything but digits.
pub fn read_whole(text: &str) -> Result<Option<u16>, Code> {
    let text = narrow(text);
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Code::NotANumber)
}

/// A number with at most one decimal, in tenths so that no binary fraction is involved; `None` where nothing was typed.
///
/// # Errors
/// [`Code::NotANumber`] for anything but digits and one decimal sign.
pub fn read_tenths(text: &str) -> Result<Option<Tenths>, Code> {
    let text = narrow(text);
    if text.is_empty() {
        return Ok(None);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let whole: u16 = whole.parse().map_err(|_| Code::NotANumber)?;
    let digits = fraction.as_bytes();
    if digits.is_empty() || digits.len() > 2 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Code::NotANumber);
    }
    let tenths = u16::from(digits[0] - b'0') + u16::from(digits.get(1).is_some_and(|d| *d >= b'5'));
    whole.checked_mul(10).and_then(|n| n.checked_add(tenths)).map(|n| Some(Tenths(n))).ok_or(Code::NotANumber)
}

/// A quantity in tenths of its unit (36.6 °C is 366); on the wire a JSON number with one decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenths(pub u16);

impl std::fmt::Display for Tenths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl serde::Serialize for Tenths {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(10) {
            serializer.serialize_u16(self.0 / 10)
        } else {
            serializer.serialize_f64(f64::from(self.0) / 10.0)
        }
    }
}

impl<'de> serde::Deserialize<'de> for Tenths {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        let tenths = (value * 10.0).round();
        if !(0.0..=f64::from(u16::MAX)).contains(&tenths) {
            return Ok(Self(u16::MAX));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked above")]
        let tenths = tenths as u16;
        Ok(Self(tenths))
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Tenths {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("A number with at most one decimal"))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Tenths {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let check = |text, expected| assert_eq!(read_whole(text), expected, "{text:?}");
        check("", Ok(None));
        check("  ", Ok(None));
        check("128", Ok(Some(128)));
        check("１２８ ", Ok(Some(128)));
        check("12a", Err(Code::NotANumber));
        check("-3", Err(Code::NotANumber));
        check("70000", Err(Code::NotANumber));
    }

    #[test]
    fn tenths_take_either_decimal_sign() {
        let check = |text, expected: Result<Option<u16>, Code>| {
            assert_eq!(read_tenths(text), expected.map(|n| n.map(Tenths)), "{text:?}");
        };
        check("36.6", Ok(Some(366)));
        check("36，6", Ok(Some(366)));
        check("３６。６", Ok(Some(366)));
        check("36", Ok(Some(360)));
        check("36.65", Ok(Some(367)));
        check("36.", Err(Code::NotANumber));
        check("36.6.6", Err(Code::NotANumber));
        check("x", Err(Code::NotANumber));
    }

    #[test]
    fn tenths_travel_as_plain_json_numbers() {
        assert_eq!(serde_json::to_string(&Tenths(366)).unwrap(), "36.6");
        assert_eq!(serde_json::to_string(&Tenths(370)).unwrap(), "37");
        assert_eq!(serde_json::from_str::<Tenths>("36.6").unwrap(), Tenths(366));
        assert_eq!(serde_json::from_str::<Tenths>("1e9").unwrap(), Tenths(u16::MAX));
        assert_eq!(serde_json::from_str::<Tenths>("-1").unwrap(), Tenths(u16::MAX));
    }
}
