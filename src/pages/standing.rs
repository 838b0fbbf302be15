//! How one's own things stand, in words for the first page. Reading what is kept comes in the file of the other pages, so
//! that the first page does not wait for it.

use leptos::prelude::*;
use linli_domain::check_in::Thresholds;
use linli_domain::submission::{Submission, SubmissionKind};

use super::community::known;
use crate::data::public;
use crate::data::submissions::{self, Stored};
use crate::i18n::{readings, words};

/// How many of the newest submissions are looked at.
const NEWEST: usize = 50;

/// How one's own things stand; nothing where there is nothing to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last reading.
    pub health: Option<String>,
    /// How many reports were made.
    pub reports: Option<String>,
}

/// Reads it.
pub async fn read() -> Standing {
    let kept = submissions::newest(NEWEST).await.unwrap_or_default();
    let made = kept.stored.iter().filter(|stored| stored.submission.kind() == SubmissionKind::Report).count();
    Standing {
        health: public::signal()
            .with_untracked(known)
            .and_then(|public| last_reading(&kept.stored, &public.thresholds)),
        // Of a long archive only the newest are read, and they do not tell how many there were.
        reports: (made > 0 && !kept.more).then(|| words::home::reports_made(&made)),
    }
}

fn last_reading(kept: &[Stored], bands: &Thresholds) -> Option<String> {
    let reading = |stored: &Stored| match &stored.submission {
        Submission::CheckIn(check_in) => readings::pressure_short(check_in, bands),
        Submission::Report(_) | Submission::SignUp(_) => None,
    };
    kept.iter().find_map(reading).map(|reading| words::home::last_reading(&reading))
}
