//! What the three forms have in common: kind, channel, and the answer to all of them.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::check_in::CheckIn;
use crate::community::Rules;
use crate::finding::Findings;
use crate::report::Report;
use crate::sign_up::SignUp;
use crate::{PhotoHash, Receipt, RecordId};

/// Which of the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SubmissionKind {
    /// [`Report`].
    Report,
    /// [`CheckIn`].
    CheckIn,
    /// [`SignUp`].
    SignUp,
}

impl SubmissionKind {
    /// The kind as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::CheckIn => "check_in",
            Self::SignUp => "sign_up",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn read(text: &str) -> Option<Self> {
        [Self::Report, Self::CheckIn, Self::SignUp].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One of the three forms, filled in.
#[derive(Debug, Clone, PartialEq)]
pub enum Submission {
    /// A report.
    Report(Report),
    /// A check-in.
    CheckIn(CheckIn),
    /// A sign-up.
    SignUp(SignUp),
}

impl Submission {
    /// Which form it is.
    pub const fn kind(&self) -> SubmissionKind {
        match self {
            Self::Report(_) => SubmissionKind::Report,
            Self::CheckIn(_) => SubmissionKind::CheckIn,
            Self::SignUp(_) => SubmissionKind::SignUp,
        }
    }

    /// Everything validation has to say.
    pub fn check(&self, rules: &Rules<'_>) -> Findings {
        match self {
            Self::Report(report) => report.check(rules),
            Self::CheckIn(check_in) => check_in.check(rules),
            Self::SignUp(sign_up) => sign_up.check(rules),
        }
    }

    /// The photos it names, each once.
    pub fn photos(&self) -> Vec<PhotoHash> {
        match self {
            Self::Report(report) => report.photo_hashes(),
            Self::CheckIn(_) | Self::SignUp(_) => Vec::new(),
        }
    }

    /// The community it is addressed to.
    pub fn community(&self) -> &str {
        match self {
            Self::Report(report) => &report.community,
            Self::CheckIn(check_in) => &check_in.community,
            Self::SignUp(sign_up) => &sign_up.community,
        }
    }

    /// Gives it its receipt number.
    pub const fn set_receipt(&mut self, receipt: Receipt) {
        match self {
            Self::Report(report) => report.receipt = Some(receipt),
            Self::CheckIn(check_in) => check_in.receipt = Some(receipt),
            Self::SignUp(sign_up) => sign_up.receipt = Some(receipt),
        }
    }

    /// Says how it came.
    pub const fn set_channel(&mut self, channel: Channel) {
        match self {
            Self::Report(report) => report.channel = channel,
            Self::CheckIn(check_in) => check_in.channel = channel,
            Self::SignUp(sign_up) => sign_up.channel = channel,
        }
    }

    /// Its body as it goes on the wire.
    pub fn body(&self) -> serde_json::Value {
        let body = match self {
            Self::Report(report) => serde_json::to_value(report),
            Self::CheckIn(check_in) => serde_json::to_value(check_in),
            Self::SignUp(sign_up) => serde_json::to_value(sign_up),
        };
        body.expect("our own types have JSON forms")
    }

    /// Its receipt number, if the device gave one.
    pub const fn receipt(&self) -> Option<Receipt> {
        match self {
            Self::Report(report) => report.receipt,
            Self::CheckIn(check_in) => check_in.receipt,
            Self::SignUp(sign_up) => sign_up.receipt,
        }
    }

    /// How it came.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Report(report) => report.channel,
            Self::CheckIn(check_in) => check_in.channel,
            Self::SignUp(sign_up) => sign_up.channel,
        }
    }

    /// When it was made on the device.
    pub const fn made_at(&self) -> DateTime<FixedOffset> {
        match self {
            Self::Report(report) => report.made_at,
            Self::CheckIn(check_in) => check_in.made_at,
            Self::SignUp(sign_up) => sign_up.made_at,
        }
    }
}

/// How a submission came to the community.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A resident's own phone.
    #[default]
    Phone,
    /// A shared tablet.
    Kiosk,
    /// Keyed in by staff.
    Desk,
    /// GeoReport v2.
    Open311,
}

impl Channel {
    /// The channel as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Kiosk => "kiosk",
            Self::Desk => "desk",
            Self::Open311 => "open311",
        }
    }
}

/// Where a submission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SubmissionState {
    /// The community has it.
    Received,
    /// Sign-up: has a place.
    Confirmed,
    /// Sign-up: on the waiting list.
    Waiting,
    /// A state of a newer version than this one.
    #[serde(other)]
    Other,
}

/// The answer to an accepted `PUT`: the same the first time (201) and every other (200).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Accepted {
    /// The record.
    pub id: RecordId,
    /// Its receipt number.
    pub receipt: Receipt,
    /// Where it stands now.
    pub state: SubmissionState,
    /// Place on the waiting list, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// Reports: photos that it names and that have not come, or have come and gone with a database that was put back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos_missing: Vec<PhotoHash>,
}

/// What a holder of a receipt number learns: what became of it, nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReceiptStatus {
    /// The receipt number.
    pub receipt: Receipt,
    /// Which form it was.
    pub kind: SubmissionKind,
    /// Where it stands.
    pub state: SubmissionState,
    /// Place on the waiting list, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// When the community got it.
    pub received_at: DateTime<FixedOffset>,
    /// Sign-ups: the activity's title. Reports: the name of the kind. Check-ins: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::check_in::Thresholds;
    use crate::community::{Community, Kind, Kinds, Public};

    pub fn with_public<T>(run: impl FnOnce(&Public) -> T) -> T {
        let kind = |id: &str| Kind { id: id.to_owned(), name: id.to_owned(), ..Kind::default() };
        run(&Public {
            community: Community { id: "demo".to_owned(), name: "榕树社区".to_owned() },
            demo: false,
            kinds: Kinds { report: vec![kind("facility")], symptom: vec![kind("cough")], ..Kinds::default() },
            places: vec![],
            activities: vec![],
            notices: vec![],
            contacts: vec![],
            thresholds: Thresholds::default(),
            consents: vec!["2026-11".to_owned()],
            seal: None,
            epoch: None,
        })
    }

    pub fn rules(public: &Public) -> Rules<'_> {
        public.rules("2026-11-21T10:00:00+08:00".parse().unwrap())
    }

    #[test]
    fn kinds_read_what_they_write() {
        for kind in [SubmissionKind::Report, SubmissionKind::CheckIn, SubmissionKind::SignUp] {
            assert_eq!(SubmissionKind::read(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(SubmissionKind::read("sealed"), None);
    }

    #[test]
    fn unknown_fields_are_ignored_for_ever() {
        let body = r#"{"community":"demo","kind":"facility","description":"x","made_at":"2026-11-21T09:30:00+08:00","from_the_future":1}"#;
        assert!(serde_json::from_str::<Report>(body).is_ok());
    }
}
