//! A photo: known by the SHA-256 of its bytes as they travel, so that it is the same photo however often it is sent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::FieldPath;

/// Most bytes a server takes: what a camera makes, from clients that make nothing smaller.
pub const LARGEST: usize = 5 * 1024 * 1024;
/// What a device aims at before it sends: bytes.
pub const AIM: usize = 250_000;
/// What a device aims at before it sends: pixels of the longer side.
pub const LONGEST_SIDE: u32 = 1600;

/// The hash in the path.
pub const HASH: FieldPath = FieldPath::new("/sha256");

/// SHA-256 of a photo; as text 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhotoHash(pub [u8; 32]);

/// The text is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case hexadecimal digits")]
pub struct NoHash;

impl fmt::Display for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PhotoHash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let digit = |c: u8| match c {
            b'0'..=b'9' => Ok(c - b'0'),
            b'a'..=b'f' => Ok(c - b'a' + 10),
            _ => Err(NoHash),
        };
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return Err(NoHash) };
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() {
            return Err(NoHash);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for PhotoHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PhotoHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for PhotoHash {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9a-f]{64}$"))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for PhotoHash {}

/// `PUT /api/v1/photos/{sha256}`: the community has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PhotoKept {
    /// The photo.
    pub sha256: PhotoHash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written_and_nothing_else_is() {
        let text = "00ff10".to_owned() + &"7a".repeat(29);
        let hash: PhotoHash = text.parse().unwrap();
        assert_eq!(hash.0[..4], [0, 255, 16, 0x7a]);
        assert_eq!(hash.to_string(), text);
        assert_eq!(serde_json::from_str::<PhotoHash>(&serde_json::to_string(&hash).unwrap()).unwrap(), hash);
        for bad in [&text[1..], &text[2..], &text.to_uppercase(), &(text.clone() + "00"), "", &"字".repeat(22)] {
            assert_eq!(bad.parse::<PhotoHash>(), Err(NoHash), "{bad}");
        }
    }
}
