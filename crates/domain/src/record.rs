//! The id of a record: made on the device before the first send, the same for ever.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A UUIDv7 (RFC 9562). The server takes any UUID; devices make version 7, so that ids sort by the time they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RecordId(pub Uuid);

impl RecordId {
    /// Made from Unix time in milliseconds and ten random bytes.
    pub fn new(unix_millis: u64, random: [u8; 10]) -> Self {
        Self(uuid::Builder::from_unix_timestamp_millis(unix_millis, &random).into_uuid())
    }

    /// When it was made, Unix time in milliseconds, if a device of ours made it.
    pub fn made_at(self) -> u64 {
        u64::try_from(self.0.as_u128() >> 80).unwrap_or(0)
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RecordId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let earlier = RecordId::new(1_700_000_000_000, [0xFF; 10]);
        let later = RecordId::new(1_700_000_000_001, [0; 10]);
        assert!(earlier < later);
        assert_eq!(later.made_at(), 1_700_000_000_001);
        assert_eq!(earlier.0.get_version_num(), 7);
        assert_eq!(earlier.to_string().parse(), Ok(earlier));
    }
}
