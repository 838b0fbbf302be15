//! Consent to keeping health values: to a version of the text, by whom, for whom, when and by which way; and its withdrawal.
//! The record only grows. The text itself lives in the app's words.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::finding::Findings;
use crate::submission::Channel;
use crate::{Code, FieldPath, RecordId};

/// What is agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// That health values are kept.
    Health,
    /// That a child takes part in an activity.
    Activity,
    /// A subject of a newer version than this one.
    #[serde(other)]
    Other,
}

impl Subject {
    /// The subject as it stands in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Activity => "activity",
            Self::Other => "other",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn read(text: &str) -> Self {
        [Self::Health, Self::Activity].into_iter().find(|subject| subject.as_str() == text).unwrap_or(Self::Other)
    }
}

/// `PUT /api/v1/me/consents/{person}`: the account agrees for this person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConsentWanted {
    /// The version of the text that was shown.
    #[serde(default)]
    pub consent: String,
    /// For a child under 14: whether it is the guardian who agrees.
    #[serde(default)]
    pub guardian_consent: bool,
}

/// How a person's consent stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConsentStanding {
    /// The version of the text.
    pub version: String,
    /// Given, or withdrawn.
    pub given: bool,
    /// Since when.
    pub at: DateTime<FixedOffset>,
}

/// A line of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConsentLine {
    /// For whom, where it is a person the account knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<RecordId>,
    /// What they go by.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// With which submission, where it was given with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<RecordId>,
    /// To what.
    pub subject: Subject,
    /// The version of the text.
    pub version: String,
    /// Given, or withdrawn.
    pub given: bool,
    /// Whether a guardian did it for a child.
    pub guardian: bool,
    /// By which way.
    pub channel: Channel,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// `GET /api/v1/me/consents`: the whole record of an account, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConsentRecord {
    /// Newest first.
    pub items: Vec<ConsentLine>,
}

/// The version that was agreed to.
pub const CONSENT: FieldPath = FieldPath::new("/consent");
/// The guardian's agreement.
pub const GUARDIAN_CONSENT: FieldPath = FieldPath::new("/guardian_consent");

/// Whether a version of the text is the one in force: the last of those there have been.
pub fn check_version(version: &str, versions: &[String]) -> Option<Code> {
    if version.is_empty() {
        Some(Code::Required)
    } else if versions.last().is_none_or(|current| current != version) {
        Some(Code::UnknownConsent)
    } else {
        None
    }
}

impl ConsentWanted {
    /// Whether it is to the text in force, and for a child by its guardian.
    pub fn check(&self, versions: &[String], child: bool) -> Findings {
        let mut findings = Findings::new();
        if let Some(code) = check_version(&self.consent, versions) {
            findings.impossible(CONSENT, code);
        }
        if child && !self.guardian_consent {
            findings.impossible(GUARDIAN_CONSENT, Code::ConsentNeeded);
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_in_force_is_agreed_to_and_for_a_child_by_its_guardian() {
        let versions = ["2025-01".to_owned(), "2026-11".to_owned()];
        let check = |consent: &str, guardian_consent, child, field, code| {
            let wanted = ConsentWanted { consent: consent.to_owned(), guardian_consent };
            assert_eq!(wanted.check(&versions, child).error_of(field), code, "{consent}");
        };
        check("2026-11", false, false, CONSENT, None);
        check("2025-01", false, false, CONSENT, Some(Code::UnknownConsent));
        check("", false, false, CONSENT, Some(Code::Required));
        check("2026-11", false, true, GUARDIAN_CONSENT, Some(Code::ConsentNeeded));
        check("2026-11", true, true, GUARDIAN_CONSENT, None);
        assert_eq!(check_version("2026-11", &[]), Some(Code::UnknownConsent));
    }
}
