//! The three forms: whatever JSON comes is read or refused by a field of its own, and what was read is written back alike.

#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use linli_domain::check_in::Thresholds;
use linli_domain::community::Public;
use linli_domain::submission::SubmissionKind;
use linli_domain::Problem;
use serde_json::Value;

#[path = "../../crates/server/src/wire.rs"]
mod wire;

fuzz_target!(|bytes: &[u8]| {
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return };
    let mut public: Value = serde_json::from_str(include_str!("public.json")).expect("it is ours");
    public["thresholds"] = serde_json::to_value(Thresholds::default()).expect("it is ours");
    let public: Public = serde_json::from_value(public).expect("it is ours");
    let rules = public.rules(DateTime::parse_from_rfc3339("2026-11-26T09:00:00+08:00").expect("it is ours"));
    for kind in [SubmissionKind::Report, SubmissionKind::CheckIn, SubmissionKind::SignUp] {
        match wire::read(kind, &body) {
            Err(problem) => assert_eq!(problem.fields.len(), 1),
            Ok(form) => {
                let again = wire::read(kind, &form.body()).expect("what was written is read");
                assert_eq!(form, again);
                if let Some(problem) = Problem::from_findings(&form.check(&rules)) {
                    assert_eq!(problem.status, 422);
                }
            }
        }
    }
});
