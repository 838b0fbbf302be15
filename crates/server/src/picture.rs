//! Photos by turns: how many may be under way, and one at a time made anew.

use linli_domain::photo::HASH;
use linli_domain::{Code, FieldPath, PhotoHash};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::repaint::made_anew;
use crate::room::Rooms;
use crate::turn::Turns;

/// Media types that are read.
pub const MEDIA_TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];
/// Photos that may be under way at once, each with up to five megabytes; whoever comes later is asked to come again.
const UNDER_WAY: usize = 16;

/// Decodes one photo at a time, so that photos take neither all memory nor both cores.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// For those that are under way.
    pub rooms: Rooms,
    turns: Turns,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { rooms: Rooms::new(UNDER_WAY), turns: Turns::new(1, UNDER_WAY) }
    }
}

impl Pictures {
    /// A JPEG of our own out of what came.
    ///
    /// # Errors
    /// 422 `not_a_photo`, `too_many_pixels`; 503 when too many wait for their turn.
    pub async fn made_anew(&self, bytes: axum::body::Bytes) -> Result<Vec<u8>, Error> {
        let made = self.turns.take(move || made_anew(&bytes)).await?;
        // A decoder that panics met bytes that are no photo.
        made.unwrap_or(Err(Code::NotAPhoto)).map_err(|code| Error::field(FieldPath::WHOLE, code))
    }
}

/// Whether bytes have the hash they were sent under.
///
/// # Errors
/// 422 `hash_mismatch`.
pub fn matches(bytes: &[u8], hash: PhotoHash) -> Result<(), Error> {
    if <[u8; 32]>::from(Sha256::digest(bytes)) == hash.0 { Ok(()) } else { Err(Error::field(HASH, Code::HashMismatch)) }
}
