//! What a street sees of a community: how much arrived where, and nobody's name.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::submission::{SubmissionKind, SubmissionState};

/// `GET /api/v1/desk/figures`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Figures {
    /// One for each grid and kind of which something arrived.
    pub counts: Vec<Count>,
    /// The newest fifty, without body, name and number.
    pub newest: Vec<Anonymous>,
}

/// How much arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Count {
    /// The grid's code and name; nothing for what belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<String>,
    /// Which form.
    pub kind: SubmissionKind,
    /// Ever.
    pub total: u64,
    /// In the last seven days.
    pub week: u64,
}

/// Something that arrived, without whose it is and what they said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Anonymous {
    /// Which form.
    pub kind: SubmissionKind,
    /// Where it stands.
    pub state: SubmissionState,
    /// The grid's code and name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<String>,
    /// Sign-ups: the activity's title. Reports: the name of the kind. Check-ins: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When the community got it.
    pub received_at: DateTime<FixedOffset>,
}
