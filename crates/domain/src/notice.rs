//! A notice of the community.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// A notice in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Notice {
    /// Its id.
    pub id: crate::RecordId,
    /// Its title.
    pub title: String,
    /// Its text, paragraphs divided by a line break.
    pub text: String,
    /// Whether it stands above everything else: weather, water cut, traffic.
    pub urgent: bool,
    /// When it was last changed.
    pub updated_at: DateTime<FixedOffset>,
    /// When it ends; `None` is open.
    #[serde(default)]
    pub until: Option<DateTime<FixedOffset>>,
}
