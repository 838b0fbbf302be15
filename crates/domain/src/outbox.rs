//! `POST /api/v1/outbox`: many submissions in one request, one answer each in the same order.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::submission::SubmissionState;
use crate::{PhotoHash, Problem, Receipt, RecordId};

/// Most items in one request.
pub const ITEMS: usize = 100;

/// The request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Outbox {
    /// Up to [`ITEMS`].
    #[cfg_attr(feature = "schema", schema(schema_with = items))]
    pub items: Vec<OutboxItem>,
}

/// Whatever an item is, it is answered in its place: the request as a whole is refused for none of them.
#[cfg(feature = "schema")]
fn items() -> utoipa::openapi::Schema {
    use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, SchemaType};
    let anything = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
    let item = AnyOfBuilder::new().item(utoipa::openapi::Ref::from_schema_name("OutboxItem")).item(anything);
    ArrayBuilder::new().items(item).max_items(Some(ITEMS)).into()
}

/// One submission. Kind and id are plain text here, so that one bad item never makes the whole request unreadable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OutboxItem {
    /// `report`, `check_in`, `sign_up`, or `sealed`.
    pub kind: String,
    /// The record's id.
    pub id: String,
    /// The body as for its `PUT`; a sealed one as text (see [`crate::sealed`]).
    pub body: Value,
    /// The account that was signed in when it was made, `null` for none. It belongs to the account of the session only if it
    /// is this one, or if this is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// The answer: as many items as came, in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OutboxReply {
    /// One each.
    pub items: Vec<OutboxAnswer>,
    /// The server's epoch: another one says that it was restored from a backup and may have forgotten what it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OutboxAnswer {
    /// The id as it came.
    pub id: String,
    /// 201, 200 or the status its `PUT` would have had.
    pub status: u16,
    /// Its receipt number, when accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Where it stands, when accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<SubmissionState>,
    /// Place on the waiting list, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// Photos that it names and that have not come, when accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos_missing: Vec<PhotoHash>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

impl OutboxAnswer {
    /// The record the answer is about, if the id can be read.
    pub fn record_id(&self) -> Option<RecordId> {
        self.id.parse().ok()
    }
}
