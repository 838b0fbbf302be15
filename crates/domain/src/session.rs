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
    #[serde(default)]
    pub name: String,
    /// The password.
    #[serde(default)]
    pub password: String,
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

/// `GET /api/v1/me`: who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Me {
    /// The account.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Residents: the telephone number they sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Residents: their household, in the office's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees and handles what arrived.
    Worker,
    /// Also runs the community's settings and accounts.
    Admin,
    /// A resident: sees what is their own.
    Resident,
}

impl Role {
    /// Whether it is one of staff.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Worker | Self::Admin)
    }
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
