//! The second step of signing in: time-based one-time passwords (RFC 6238) as every authenticator makes them, with SHA-1, six
//! digits and steps of 30 seconds. Knows no account.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::error::Error;

/// Seconds of a step.
const STEP: i64 = 30;
/// Bytes of a secret, as many as SHA-1 gives (RFC 4226, 4).
const SECRET: usize = 20;
const DIGITS: usize = 6;
/// What a number of six digits is below.
const BELOW: u32 = 1_000_000;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A fresh secret.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn new_secret() -> Result<Vec<u8>, Error> {
    let mut secret = vec![0; SECRET];
    getrandom::fill(&mut secret).map_err(|_| Error::Internal("no random bytes"))?;
    Ok(secret)
}

/// The step whose digits these are: that of now, or one to either side of it, since clocks differ.
pub fn step_of(secret: &[u8], digits: &str, unix_seconds: i64) -> Option<i64> {
    let typed: Vec<u8> = digits.chars().filter_map(digit).collect();
    let now = unix_seconds.div_euclid(STEP);
    // Each is compared, so that the time it takes does not tell which one it was.
    [now - 1, now, now + 1]
        .into_iter()
        .fold(None, |found, step| if is_same(&code(secret, step), &typed) { Some(step) } else { found })
}

fn digit(c: char) -> Option<u8> {
    let wide = u32::from(c).checked_sub(u32::from('０')).filter(|wide| *wide < 10);
    let value = c.to_digit(10).or(wide).or_else(|| (!c.is_whitespace()).then_some(u32::MAX))?;
    Some(u8::try_from(value).map_or(b'x', |value| b'0' + value))
}

fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

/// The digits of a step.
pub fn code(secret: &[u8], step: i64) -> Vec<u8> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[hash.len() - 1] & 15);
    let word = hash[at..at + 4].iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:0width$}", word % BELOW, width = DIGITS).into_bytes()
}

/// A secret as people type it: base 32 in groups of four.
pub fn grouped(secret: &[u8]) -> String {
    let letters = base32(secret);
    let groups: Vec<&str> = (0..letters.len()).step_by(4).map(|at| &letters[at..letters.len().min(at + 4)]).collect();
    groups.join(" ")
}

/// What an authenticator scans.
pub fn address(secret: &[u8], community: &str, name: &str) -> String {
    let (issuer, account) = (escaped(community), escaped(name));
    format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", base32(secret))
}

fn base32(bytes: &[u8]) -> String {
    let bits = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let letter = |at: usize| BASE32[(0..5).fold(0, |value, bit| value << 1 | usize::from(bits(at + bit)))];
    (0..bytes.len() * 8).step_by(5).map(|at| char::from(letter(at))).collect()
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let written = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_digits_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits of its eight.
        for (seconds, digits) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(code(SECRET, seconds / STEP), digits.as_bytes(), "{seconds}");
        }
    }

    #[test]
    fn the_digits_of_now_and_of_one_step_to_either_side_are_taken() {
        let now = 1_111_111_109;
        let check = |off: i64, taken: bool| {
            let digits = String::from_utf8(code(SECRET, now / STEP + off)).unwrap();
            assert_eq!(step_of(SECRET, &digits, now), taken.then_some(now / STEP + off), "{off}");
        };
        for off in -1..=1 {
            check(off, true);
        }
        for off in [-2, 2, 100] {
            check(off, false);
        }
        assert_eq!(step_of(SECRET, "081 804", now), Some(now / STEP), "as an authenticator shows it");
        assert_eq!(step_of(SECRET, "０８１８０４", now), Some(now / STEP));
        for none in ["", "08180", "0818040", "08180x", "x081804"] {
            assert_eq!(step_of(SECRET, none, now), None, "{none}");
        }
    }

    #[test]
    fn an_authenticator_reads_the_secret() {
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(grouped(b"12345"), "GEZD GNBV");
        assert_eq!(
            address(b"12345", "榕树", "li hua"),
            "otpauth://totp/%E6%A6%95%E6%A0%91:li%20hua?secret=GEZDGNBV&issuer=%E6%A6%95%E6%A0%91"
        );
    }
}
