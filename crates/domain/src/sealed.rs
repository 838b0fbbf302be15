//! A sealed submission: encrypted to the server's public key at the moment of submitting, so that a shared tablet that
//! waits for a network cannot read back what was submitted on it. HPKE (RFC 9180) in base mode:
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. The record's id is bound in, so that one sealed body
//! cannot be passed off under another id.
//!
//! On the wire it is base64url without padding of: one byte that says how it is made, the first eight bytes of the
//! public key, the encapsulated key (32 bytes), the ciphertext.

use std::convert::Infallible;

use base64ct::{Base64UrlUnpadded, Encoding};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::RecordId;

/// The `kind` of an outbox item that is sealed.
pub const KIND: &str = "sealed";
/// Bytes of a key, public or private.
pub const KEY: usize = 32;
/// How a key is named: by the first bytes of its public half.
pub const NAME: usize = 8;

const MADE: u8 = 1;
const INFO: &[u8] = b"linli sealed submission 1";

type Suite = X25519HkdfSha256;
type PublicKey = <Suite as Kem>::PublicKey;
type PrivateKey = <Suite as Kem>::PrivateKey;
type Encapsulated = <Suite as Kem>::EncappedKey;

/// What is inside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// `report`, `check_in` or `sign_up`.
    pub kind: String,
    /// The body as for its `PUT`.
    pub body: Value,
}

/// Why a sealed body cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    /// Not in the form it should have.
    #[error("malformed")]
    Malformed,
    /// Sealed to a key that is not there.
    #[error("unknown key")]
    UnknownKey,
    /// Damaged, or sealed for another id.
    #[error("cannot be opened")]
    CannotBeOpened,
}

/// A server's key pair.
#[derive(Clone)]
pub struct KeyPair {
    /// The half that everybody may have.
    pub public: [u8; KEY],
    /// The half that stays with the server.
    pub private: [u8; KEY],
}

impl KeyPair {
    /// Made from random bytes.
    pub fn new(random: [u8; KEY]) -> Self {
        let (private, public) = Suite::derive_keypair(&random);
        Self { public: public.to_bytes().into(), private: private.to_bytes().into() }
    }

    /// The public half as it travels: base64url without padding.
    pub fn public_text(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.public)
    }
}

/// Seals a submission to a public key as it travels; `None` if that is no key. The random bytes must be fresh each time.
pub fn seal(public: &str, id: RecordId, contents: &[u8], random: [u8; KEY]) -> Option<String> {
    let key = PublicKey::from_bytes(&Base64UrlUnpadded::decode_vec(public).ok()?).ok()?;
    let mut random = Once(Some(random));
    let (encapsulated, ciphertext) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Suite>(
        &OpModeS::Base,
        &key,
        INFO,
        contents,
        id.0.as_bytes(),
        &mut random,
    )
    .ok()?;
    let parts: [&[u8]; 4] = [&[MADE], &key.to_bytes()[..NAME], &encapsulated.to_bytes(), &ciphertext];
    Some(Base64UrlUnpadded::encode_string(&parts.concat()))
}

/// A sealed body taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    name: [u8; NAME],
    encapsulated: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Sealed {
    /// Reads it as it travels.
    ///
    /// # Errors
    /// [`SealedError::Malformed`].
    pub fn read(text: &str) -> Result<Self, SealedError> {
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| SealedError::Malformed)?;
        let rest = bytes.strip_prefix(&[MADE]).ok_or(SealedError::Malformed)?;
        let (name, rest) = rest.split_first_chunk::<NAME>().ok_or(SealedError::Malformed)?;
        let (encapsulated, ciphertext) = rest.split_first_chunk::<KEY>().ok_or(SealedError::Malformed)?;
        Ok(Self { name: *name, encapsulated: encapsulated.to_vec(), ciphertext: ciphertext.to_vec() })
    }

    /// Whether it was sealed to this key.
    pub fn is_for(&self, public: &[u8]) -> bool {
        public.starts_with(&self.name)
    }

    /// Opens it with the private half of its key.
    ///
    /// # Errors
    /// [`SealedError::CannotBeOpened`].
    pub fn open(&self, private: &[u8], id: RecordId) -> Result<Vec<u8>, SealedError> {
        let unusable = |_| SealedError::CannotBeOpened;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Suite>(
            &OpModeR::Base,
            &PrivateKey::from_bytes(private).map_err(unusable)?,
            &Encapsulated::from_bytes(&self.encapsulated).map_err(unusable)?,
            INFO,
            &self.ciphertext,
            id.0.as_bytes(),
        )
        .map_err(unusable)
    }
}

/// Random bytes that were given, handed out once.
struct Once(Option<[u8; KEY]>);

impl TryRng for Once {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("an X25519 key is drawn in one piece")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("an X25519 key is drawn in one piece")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        // To hand the same bytes out twice would be worse than to stop.
        bytes.copy_from_slice(&self.0.take().expect("one key is drawn for one submission"));
        Ok(())
    }
}

impl TryCryptoRng for Once {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(n: u64) -> RecordId {
        RecordId::new(n, [7; 10])
    }

    #[test]
    fn only_the_right_key_opens_it_and_only_under_its_id() {
        let (key, other) = (KeyPair::new([1; KEY]), KeyPair::new([2; KEY]));
        let text = seal(&key.public_text(), id(1), b"secret", [3; KEY]).unwrap();
        let sealed = Sealed::read(&text).unwrap();
        assert!(sealed.is_for(&key.public) && !sealed.is_for(&other.public));
        assert_eq!(sealed.open(&key.private, id(1)).unwrap(), b"secret");
        assert_eq!(sealed.open(&other.private, id(1)), Err(SealedError::CannotBeOpened));
        assert_eq!(sealed.open(&key.private, id(2)), Err(SealedError::CannotBeOpened));
    }

    #[test]
    fn a_key_that_is_none_seals_nothing() {
        for public in ["", "AAAA", "!"] {
            assert_eq!(seal(public, id(1), b"secret", [3; KEY]), None, "{public}");
        }
    }

    proptest! {
        // Curve arithmetic is slow without optimisation.
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn whatever_is_sealed_is_opened(contents: Vec<u8>, random: [u8; KEY], key: [u8; KEY]) {
            let key = KeyPair::new(key);
            let sealed = Sealed::read(&seal(&key.public_text(), id(1), &contents, random).unwrap()).unwrap();
            prop_assert_eq!(sealed.open(&key.private, id(1)).unwrap(), contents);
        }

        #[test]
        fn whatever_comes_is_opened_or_refused(text in "[A-Za-z0-9_-]{0,200}") {
            if let Ok(sealed) = Sealed::read(&text) {
                prop_assert!(sealed.open(&KeyPair::new([1; KEY]).private, id(1)).is_err());
            }
        }
    }
}
