//! What is on this device and what the account has elsewhere, as one list.

use crate::data::submissions::{Page, Stored};

/// Both, newest first, the same record once. What is older than the part of the device's list that is shown waits for its turn.
pub fn merged(kept: Page, elsewhere: Vec<Stored>) -> Page {
    let Page { mut stored, mut unreadable, more } = kept;
    let oldest = stored.last().map(|oldest| oldest.id).filter(|_| more);
    let here: Vec<_> = stored.iter().map(|stored| stored.id).collect();
    let news = |record: &Stored| !here.contains(&record.id) && oldest.is_none_or(|oldest| record.id > oldest);
    stored.extend(elsewhere.into_iter().filter(news));
    stored.sort_by_key(|stored| std::cmp::Reverse(stored.id));
    // What this device cannot read any more the community can tell.
    unreadable.retain(|id| !stored.iter().any(|stored| stored.id == *id));
    Page { stored, unreadable, more }
}

#[cfg(test)]
mod tests {
    use linli_domain::submission::{Submission, SubmissionState};
    use linli_domain::{Receipt, RecordId};

    use super::*;
    use crate::data::submissions::StoredState;

    fn record(n: u64) -> Stored {
        let body = r#"{"made_at":"2026-11-21T09:30:00+08:00"}"#;
        let report: linli_domain::report::Report = serde_json::from_str(body).unwrap();
        let made_at = report.made_at;
        let state = StoredState::Sent { state: SubmissionState::Received, position: None };
        let id = RecordId::new(n, [0; 10]);
        Stored {
            id,
            receipt: Receipt::new(n),
            submission: Submission::Report(report),
            made_at,
            state,
            title: String::new(),
        }
    }

    fn check(here: &[u64], more: bool, elsewhere: &[u64], expected: &[u64]) {
        let list = |numbers: &[u64]| numbers.iter().copied().map(record).collect::<Vec<_>>();
        let unreadable = [3, 9].map(|n| record(n).id).to_vec();
        let page = merged(Page { stored: list(here), unreadable: unreadable.clone(), more }, list(elsewhere));
        assert_eq!(page.stored, list(expected), "{here:?} and {elsewhere:?}");
        assert_eq!(page.more, more);
        assert_eq!(page.unreadable, unreadable[1..], "what the community tells is read from there");
    }

    #[test]
    fn the_same_record_is_there_once_and_the_newest_first() {
        check(&[], false, &[3, 1], &[3, 1]);
        check(&[4, 2], false, &[5, 4, 3, 2, 1], &[5, 4, 3, 2, 1]);
        check(&[4, 2], true, &[5, 3, 1], &[5, 4, 3, 2]);
    }
}
