//! What travels packed: a sealed item as text, and the file of what is unsent.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linli_domain::RecordId;
use linli_domain::outbox::{Outbox, OutboxReply};
use linli_domain::sealed::{KeyPair, Sealed};

fuzz_target!(|bytes: &[u8]| {
    let _ = serde_json::from_slice::<OutboxReply>(bytes).map(|reply| reply.items.iter().map(|item| item.record_id()).count());
    let _ = serde_json::from_slice::<Outbox>(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(sealed) = Sealed::read(text) else { return };
    let keys = KeyPair::new([7; 32]);
    // Nobody sealed it to these keys.
    assert!(sealed.open(&keys.private, RecordId::new(0, [0; 10])).is_err());
});
