//! The audit log: who did what to what, each line bound to the one before it by a hash.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditLine {
    /// Its place, from 1 without a gap.
    pub sequence: i64,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Who: an account's id, `device` or `server`.
    pub actor: String,
    /// The name of a staff account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Did what, such as `check_in.look`.
    pub action: String,
    /// To what: an id or a hash.
    pub object: String,
}

/// `GET /api/v1/desk/audit`: a page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// Newest first.
    pub items: Vec<AuditLine>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<String>,
}
