//! Signing in, and what staff see first.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::ResidentSignIn;
use crate::person::ForWhom;
use crate::submission::{Channel, SubmissionKind, SubmissionState};
use crate::{FieldPath, PhotoHash, Receipt, RecordId};

/// `POST /api/v1/session` for staff.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StaffSignIn {
    /// The account's name.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub name: String,
    /// The password.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub password: String,
    /// Six digits of the second step, or a recovery code; asked for where the account has a second step.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
}

/// `POST /api/v1/session`: a telephone number or a PIN makes it a resident's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum SignIn {
    /// Staff.
    Staff(StaffSignIn),
    /// A resident.
    Resident(ResidentSignIn),
}

/// The account's name.
pub const NAME: FieldPath = FieldPath::new("/name");
/// The password.
pub const PASSWORD: FieldPath = FieldPath::new("/password");
/// The digits of the second step.
pub const CODE: FieldPath = FieldPath::new("/code");

/// `GET /api/v1/me`: who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Me {
    /// The account.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// The highest of what it may do.
    pub role: Role,
    /// Staff: everything it may do, and where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Granted>,
    /// Staff: whether signing in asks for a second step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_step: bool,
    /// Residents: the telephone number they sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Residents: their household, in the office's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A resident: sees what is their own.
    Resident,
    /// Sees figures of the community, and nobody's name.
    StreetViewer,
    /// Sees and handles what arrived.
    Worker,
    /// Is responsible for grids.
    GridManager,
    /// Also runs the community's settings and accounts.
    Admin,
}

impl Role {
    /// Those of staff, the highest first.
    pub const STAFF: [Self; 4] = [Self::Admin, Self::GridManager, Self::Worker, Self::StreetViewer];

    /// Whether it is one of staff.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Resident)
    }

    /// Whether it handles what arrived, and so sees whose it is.
    pub const fn handles(self) -> bool {
        matches!(self, Self::Worker | Self::GridManager | Self::Admin)
    }

    /// The role as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resident => "resident",
            Self::StreetViewer => "street_viewer",
            Self::Worker => "worker",
            Self::GridManager => "grid_manager",
            Self::Admin => "admin",
        }
    }

    /// Reads [`Self::as_str`] of one of staff.
    pub fn read(text: &str) -> Option<Self> {
        Self::STAFF.into_iter().find(|role| role.as_str() == text)
    }
}

/// A role, in the whole community or in one grid of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Granted {
    /// What.
    pub role: Role,
    /// Where: a grid's id; the whole community without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<String>,
}

/// A line in the desk's list of what arrived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskSubmission {
    /// The record.
    pub id: RecordId,
    /// Order of arrival; never reused.
    pub sequence: i64,
    /// Which form.
    pub kind: SubmissionKind,
    /// Where it stands.
    pub state: SubmissionState,
    /// How it came.
    pub channel: Channel,
    /// Its receipt number.
    pub receipt: Receipt,
    /// When it was made on the device.
    pub made_at: DateTime<FixedOffset>,
    /// When the community got it.
    pub received_at: DateTime<FixedOffset>,
    /// Sign-ups: the activity's title. Reports: the name of the kind. Check-ins: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The grid it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<String>,
    /// The member of staff who filled it in for somebody, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled_in_by: Option<String>,
    /// Whom it is for, where it is a person the community knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<ForWhom>,
    /// The photos a report names, in its order; left out of lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<DeskPhoto>,
    /// The body as it came.
    pub body: Value,
}

/// A photo that a report names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskPhoto {
    /// Which.
    pub sha256: PhotoHash,
    /// Whether it has come; a report is not held up by its photos.
    pub here: bool,
}

/// A page of what arrived, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskSubmissionPage {
    /// Newest first.
    pub items: Vec<DeskSubmission>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<String>,
}
