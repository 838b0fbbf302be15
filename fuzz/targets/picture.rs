//! Photos: whatever bytes come, out of them comes a JPEG no larger than a screen, or a refusal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linli_domain::photo::LONGEST_SIDE;

#[path = "../../crates/server/src/repaint.rs"]
mod repaint;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(made) = repaint::made_anew(bytes) {
        let seen = image::load_from_memory_with_format(&made, image::ImageFormat::Jpeg).expect("it is a JPEG of our own");
        assert!(seen.width().max(seen.height()) <= LONGEST_SIDE);
    }
});
