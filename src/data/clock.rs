//! The device's clock, set right by the server's where the two differ, and the browser's randomness.

use std::cell::Cell;

use chrono::{DateTime, FixedOffset};
use leptos::prelude::window;
use linli_domain::{Receipt, RecordId};

thread_local! {
    /// Server time minus device time, milliseconds; 0 until an answer told otherwise.
    static SKEW: Cell<i64> = const { Cell::new(0) };
}

const REMEMBERED: &str = "linli-skew";

/// A difference below this is the network's, not the clock's.
const TOLERATED_SKEW: i64 = 120_000;

/// Device time in milliseconds since 1970, for pauses.
pub fn millis() -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole milliseconds after 1970")]
    let millis = js_sys::Date::now() as u64;
    millis
}

/// Now, with the device's offset from UTC.
pub fn now() -> DateTime<FixedOffset> {
    #[expect(clippy::cast_possible_truncation, reason = "getTimezoneOffset is whole minutes within a day")]
    let minutes_behind = js_sys::Date::new_0().get_timezone_offset() as i32;
    let offset = FixedOffset::west_opt(minutes_behind * 60).unwrap_or_else(|| FixedOffset::east_opt(0).expect("UTC"));
    let millis = i64::try_from(millis()).unwrap_or(0) + SKEW.get();
    let utc = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    utc.with_timezone(&offset)
}

/// Learns from the `Date` header of an answer. It is remembered, for a tablet that starts again without a network.
pub fn learn(date_header: &str) {
    let Some(server) = read(date_header) else { return };
    let skew = server.timestamp_millis() - i64::try_from(millis()).unwrap_or(0);
    let skew = if skew.abs() > TOLERATED_SKEW { skew } else { 0 };
    if SKEW.replace(skew) != skew
        && let Ok(Some(kept)) = window().local_storage()
    {
        // What is not remembered is learned again.
        let _ = kept.set_item(REMEMBERED, &skew.to_string());
    }
}

/// Takes up what was learned before, where what is made cannot be put right later.
pub(super) fn recall() {
    let kept = window().local_storage().ok().flatten().and_then(|kept| kept.get_item(REMEMBERED).ok().flatten());
    if let Some(skew) = kept.and_then(|skew| skew.parse().ok()) {
        SKEW.set(skew);
    }
}

/// What a `Date` header says.
pub(super) fn read(date_header: &str) -> Option<DateTime<FixedOffset>> {
    let server = js_sys::Date::parse(date_header);
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a date")]
    let millis = (!server.is_nan()).then_some(server as i64)?;
    DateTime::from_timestamp_millis(millis).map(|at| at.fixed_offset())
}

/// A roll of the dice from 0 to 1.
pub fn dice() -> f64 {
    js_sys::Math::random()
}

/// A fresh record id.
pub fn new_record_id() -> RecordId {
    RecordId::new(millis(), random())
}

/// A fresh receipt number.
pub fn new_receipt() -> Receipt {
    Receipt::new(u64::from_le_bytes(random()))
}

/// Random bytes that nobody can guess.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok()).expect("every browser has crypto");
    crypto.get_random_values_with_u8_array(&mut bytes).expect("a few bytes are within the quota of getRandomValues");
    bytes
}
