//! How long a community keeps what it was told (ADR 30).

use serde::{Deserialize, Serialize};

use crate::submission::SubmissionKind;

/// Days from arrival until nothing but a count is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Retention {
    /// Reports with their photos: as long as a claim can be made (Civil Code, article 188: three years).
    pub report: u16,
    /// Check-ins: no longer than they serve the person (PIPL, articles 6, 19 and 28).
    pub check_in: u16,
    /// Sign-ups, and never before their activity is over: until the year's figures are made.
    pub sign_up: u16,
    /// Household codes, from when they ended or were used.
    pub household_code: u16,
}

/// Fewest and most days taken.
pub const DAYS: std::ops::RangeInclusive<u16> = 30..=10_000;

impl Default for Retention {
    fn default() -> Self {
        Self { report: 3 * 365, check_in: 365, sign_up: 365, household_code: 90 }
    }
}

impl Retention {
    /// The days a form is kept.
    pub const fn of(&self, kind: SubmissionKind) -> u16 {
        match kind {
            SubmissionKind::Report => self.report,
            SubmissionKind::CheckIn => self.check_in,
            SubmissionKind::SignUp => self.sign_up,
        }
    }

    /// The same with the days of one kind changed; `None` where there is no such kind or the days are out of [`DAYS`].
    #[must_use]
    pub fn with(mut self, kind: &str, days: u16) -> Option<Self> {
        let field = match kind {
            "report" => &mut self.report,
            "check_in" => &mut self.check_in,
            "sign_up" => &mut self.sign_up,
            "household_code" => &mut self.household_code,
            _ => return None,
        };
        *field = days;
        DAYS.contains(&days).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_community_does_not_say_is_as_usual() {
        let said: Retention = serde_json::from_str(r#"{"check_in":90,"other":1}"#).unwrap();
        assert_eq!(said, Retention { check_in: 90, ..Retention::default() });
        assert_eq!(said.of(SubmissionKind::Report), 1095);
    }

    #[test]
    fn days_are_changed_within_reason() {
        let usual = Retention::default();
        assert_eq!(usual.with("report", 400).map(|changed| changed.report), Some(400));
        for (kind, days) in [("report", 29), ("report", 10_001), ("audit", 400)] {
            assert_eq!(usual.with(kind, days), None, "{kind} {days}");
        }
    }
}
