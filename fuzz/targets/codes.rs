//! What people type: receipt numbers, household codes, telephone numbers, PINs and numbers. What is read is shown alike.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linli_domain::account::{HouseholdCode, account_phone, pin_digits};
use linli_domain::number::{read_tenths, read_whole};
use linli_domain::{PhotoHash, Receipt, RecordId};

fuzz_target!(|text: &str| {
    if let Ok(receipt) = text.parse::<Receipt>() {
        assert_eq!(receipt.grouped().parse(), Ok(receipt));
    }
    if let Ok(code) = text.parse::<HouseholdCode>() {
        assert_eq!(code.grouped().parse(), Ok(code));
    }
    if let Some(phone) = account_phone(text) {
        assert_eq!(account_phone(&phone), Some(phone.clone()));
    }
    if let Ok(hash) = text.parse::<PhotoHash>() {
        assert_eq!(hash.to_string().parse::<PhotoHash>().map(|again| again.0), Ok(hash.0));
    }
    if let Ok(id) = text.parse::<RecordId>() {
        assert_eq!(id.to_string().parse(), Ok(id));
        let _ = id.made_at();
    }
    let _ = (pin_digits(text), read_whole(text), read_tenths(text));
});
