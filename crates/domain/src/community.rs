//! The community as a device knows it (`GET /api/v1/public`), and the rules that submissions are checked against.

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::activity::Activity;
use crate::check_in::Thresholds;
use crate::finding::Findings;
use crate::grid::PublicGrid;
use crate::notice::Notice;
use crate::place::Estate;
use crate::{Code, FieldPath};

/// Everything a device needs to work offline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Public {
    /// Which community this is.
    pub community: Community,
    /// Whether this server shows invented data.
    #[serde(default)]
    pub demo: bool,
    /// What can be chosen, by subject.
    pub kinds: Kinds,
    /// Estates with their buildings.
    pub places: Vec<Estate>,
    /// Activities from today on, soonest first.
    pub activities: Vec<Activity>,
    /// Notices in force, urgent ones first, then newest first.
    pub notices: Vec<Notice>,
    /// Whom to call, emergency numbers first.
    #[serde(default)]
    pub contacts: Vec<OfficeContact>,
    /// What the community regards as high, low and urgent.
    pub thresholds: Thresholds,
    /// Versions of the health consent text that are accepted; the last one is shown.
    #[serde(default)]
    pub consents: Vec<String>,
    /// What shared tablets seal submissions to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// The server's epoch: another one says that it was restored from a backup and may have forgotten what it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
}

/// `GET /api/v1/public`, with what only some pages read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PublicAnswer {
    /// What every page may need.
    #[serde(flatten)]
    pub public: Public,
    /// Grids with who is responsible today.
    #[serde(default)]
    pub grids: Vec<PublicGrid>,
}

/// What shared tablets seal submissions to (see [`crate::sealed`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Seal {
    /// The server's public key, base64url without padding.
    pub public_key: String,
}

/// A community by id and name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Community {
    /// Its id, the `community` of every submission.
    pub id: String,
    /// Its name as people say it.
    pub name: String,
}

/// The kinds that staff edit, by subject.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Kinds {
    /// Kinds of report.
    pub report: Vec<Kind>,
    /// Kinds of activity.
    pub activity: Vec<Kind>,
    /// Symptoms.
    pub symptom: Vec<Kind>,
    /// Audiences of activities.
    #[serde(default)]
    pub audience: Vec<Kind>,
}

/// Something to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Kind {
    /// Its id on the wire.
    pub id: String,
    /// Its name as people say it, in the community's language.
    pub name: String,
    /// A line of examples or help.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// Reports: hours within which the office takes it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_hours: Option<u16>,
    /// Reports: contacts (by id) to call first when it is urgent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emergency: Vec<String>,
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OfficeContact {
    /// Its id.
    pub id: String,
    /// Who answers.
    pub name: String,
    /// The number to dial.
    pub phone: String,
    /// When somebody answers, in words.
    #[serde(default)]
    pub hours: String,
    /// What the contact is for.
    pub purpose: Purpose,
}

/// What a contact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Police, fire, ambulance.
    Emergency,
    /// The community office.
    Office,
    /// The community's doctors and nurses.
    Health,
    /// Somebody to talk to in a crisis.
    Crisis,
    /// The property company and utilities.
    Property,
    /// A purpose of a newer version than this one.
    #[serde(other)]
    Other,
}

/// What a submission is checked against. Borrowed from [`Public`] in the page and from the store in the server.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The community served.
    pub community: &'a str,
    /// Kinds of report.
    pub report_kinds: &'a [Kind],
    /// Symptoms.
    pub symptoms: &'a [Kind],
    /// Accepted ranges and thresholds.
    pub thresholds: &'a Thresholds,
    /// Accepted consent versions.
    pub consents: &'a [String],
    /// The time of checking.
    pub now: DateTime<FixedOffset>,
}

impl Public {
    /// The rules of this community at a moment.
    pub fn rules(&self, now: DateTime<FixedOffset>) -> Rules<'_> {
        Rules {
            community: &self.community.id,
            report_kinds: &self.kinds.report,
            symptoms: &self.kinds.symptom,
            thresholds: &self.thresholds,
            consents: &self.consents,
            now,
        }
    }
}

/// The community a submission is addressed to.
pub const COMMUNITY: FieldPath = FieldPath::new("/community");
/// When a submission was made.
pub const MADE_AT: FieldPath = FieldPath::new("/made_at");

/// How far a device's clock may run ahead, minutes.
pub const CLOCK_TOLERANCE_MINUTES: i64 = 10;

impl Rules<'_> {
    /// What every submission has to satisfy.
    pub fn check_envelope(&self, community: &str, made_at: DateTime<FixedOffset>) -> Findings {
        let mut findings = Findings::new();
        if community.is_empty() {
            findings.impossible(COMMUNITY, Code::Required);
        } else if community != self.community {
            findings.impossible(COMMUNITY, Code::WrongCommunity);
        }
        if made_at > self.now + TimeDelta::minutes(CLOCK_TOLERANCE_MINUTES) {
            findings.impossible(MADE_AT, Code::InFuture);
        } else if made_at.timestamp() < 0 {
            // A clock that was never set says 1970; before that there is no clock, and RFC 3339 ends at the year 0.
            findings.impossible(MADE_AT, Code::OutOfRange);
        }
        findings
    }
}

/// Whether the kind is among those to choose from.
pub fn knows(kinds: &[Kind], id: &str) -> bool {
    kinds.iter().any(|kind| kind.id == id)
}
