//! A report: something is broken, dangerous, disputed, or somebody has something to say.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::community::{self, Rules};
use crate::finding::Findings;
use crate::person::{Contact, Neighbour};
use crate::place::Place;
use crate::submission::Channel;
use crate::{Code, FieldPath, PhotoHash, Receipt};

/// The body of `PUT /reports/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Report {
    /// The community it is addressed to.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub community: String,
    /// A kind of the community's kinds of report.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub kind: String,
    /// Whether it cannot wait.
    #[serde(default)]
    pub urgent: bool,
    /// What is the matter, 1 to 2,000 characters.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub description: String,
    /// Where.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub place: Place,
    /// SHA-256 of each photo, 64 lower-case hexadecimal digits, up to six.
    #[serde(default)]
    pub photos: Vec<String>,
    /// Who reports; `None` is anonymous.
    #[serde(default)]
    pub reporter: Option<Contact>,
    /// The neighbour it is reported for.
    #[serde(default)]
    pub on_behalf_of: Option<Neighbour>,
    /// How it came.
    #[serde(default)]
    pub channel: Channel,
    /// When it was made on the device.
    pub made_at: DateTime<FixedOffset>,
    /// Its receipt number; the server gives one where the device did not.
    #[serde(default)]
    pub receipt: Option<Receipt>,
}

/// Longest description taken.
pub const DESCRIPTION_LENGTH: usize = 2000;
/// Most photos taken.
pub const PHOTOS: usize = 6;

/// The kind.
pub const KIND: FieldPath = FieldPath::new("/kind");
/// The urgency.
pub const URGENT: FieldPath = FieldPath::new("/urgent");
/// The description.
pub const DESCRIPTION: FieldPath = FieldPath::new("/description");
/// The place as a whole.
pub const PLACE: FieldPath = FieldPath::new("/place");
/// The photos.
pub const PHOTO_LIST: FieldPath = FieldPath::new("/photos");
/// The reporter's name.
pub const REPORTER_NAME: FieldPath = FieldPath::new("/reporter/name");
/// The reporter's telephone number.
pub const REPORTER_PHONE: FieldPath = FieldPath::new("/reporter/phone");
/// The id of somebody the account knows.
pub const BEHALF_ID: FieldPath = FieldPath::new("/on_behalf_of/id");
/// The neighbour's name.
pub const BEHALF_NAME: FieldPath = FieldPath::new("/on_behalf_of/name");
/// The neighbour's telephone number.
pub const BEHALF_PHONE: FieldPath = FieldPath::new("/on_behalf_of/phone");

impl Report {
    /// The photos it names, each once; what is no hash is passed over.
    pub fn photo_hashes(&self) -> Vec<PhotoHash> {
        let mut hashes: Vec<PhotoHash> = Vec::new();
        for hash in self.photos.iter().filter_map(|hash| hash.parse().ok()) {
            if !hashes.contains(&hash) {
                hashes.push(hash);
            }
        }
        hashes
    }

    /// Everything there is to say about this report, in the order of the page.
    pub fn check(&self, rules: &Rules<'_>) -> Findings {
        let mut findings = rules.check_envelope(&self.community, self.made_at);
        if self.kind.is_empty() {
            findings.impossible(KIND, Code::Required);
        } else if !community::knows(rules.report_kinds, &self.kind) {
            findings.impossible(KIND, Code::UnknownKind);
        }
        if self.urgent {
            findings.needs_action(URGENT, Code::Emergency);
        }
        if self.description.trim().is_empty() {
            findings.impossible(DESCRIPTION, Code::Required);
        } else if self.description.chars().count() > DESCRIPTION_LENGTH {
            findings.impossible(DESCRIPTION, Code::TooLong);
        }
        findings.extend(self.place.check());
        if self.photos.len() > PHOTOS {
            findings.impossible(PHOTO_LIST, Code::TooMany);
        } else if self.photos.iter().any(|hash| hash.parse::<PhotoHash>().is_err()) {
            findings.impossible(PHOTO_LIST, Code::Malformed);
        }
        if let Some(reporter) = &self.reporter {
            findings.extend(reporter.check(REPORTER_NAME, REPORTER_PHONE));
        }
        if let Some(neighbour) = &self.on_behalf_of {
            findings.extend(neighbour.check(BEHALF_NAME, BEHALF_PHONE));
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::tests::{rules, with_public};

    fn example() -> Report {
        serde_json::from_str(
            r#"{"community":"demo","kind":"facility","description":"路灯不亮","place":{"words":"北门"},"made_at":"2026-11-21T09:30:00+08:00"}"#,
        )
        .unwrap()
    }

    #[test]
    fn each_fault_has_its_field_and_code() {
        let check = |report: Report, field, code| {
            with_public(|public| {
                assert_eq!(report.check(&rules(public)).error_of(field), Some(code), "{report:?}");
            });
        };
        let good = example();
        with_public(|public| assert!(good.check(&rules(public)).is_empty()));
        check(Report { kind: String::new(), ..example() }, KIND, Code::Required);
        check(Report { kind: "dragon".to_owned(), ..example() }, KIND, Code::UnknownKind);
        check(Report { description: " ".to_owned(), ..example() }, DESCRIPTION, Code::Required);
        check(Report { description: "字".repeat(2001), ..example() }, DESCRIPTION, Code::TooLong);
        check(Report { place: Place::default(), ..example() }, PLACE, Code::Required);
        check(Report { community: "other".to_owned(), ..example() }, community::COMMUNITY, Code::WrongCommunity);
        check(
            Report { made_at: "2027-01-01T00:00:00+08:00".parse().unwrap(), ..example() },
            community::MADE_AT,
            Code::InFuture,
        );
        check(Report { photos: vec!["x".to_owned()], ..example() }, PHOTO_LIST, Code::Malformed);
        check(Report { photos: vec!["a".repeat(64); 7], ..example() }, PHOTO_LIST, Code::TooMany);
        check(Report { reporter: Some(Contact::default()), ..example() }, REPORTER_PHONE, Code::Required);
    }

    #[test]
    fn an_urgent_report_advises_and_does_not_block() {
        with_public(|public| {
            let findings = Report { urgent: true, ..example() }.check(&rules(public));
            assert!(!findings.blocks());
            assert_eq!(findings.of(crate::Weight::NeedsAction).count(), 1);
        });
    }
}
