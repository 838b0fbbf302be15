//! What the server answers when it refuses: RFC 9457 problem details with codes and no prose.

use serde::{Deserialize, Serialize};

use crate::finding::Findings;
use crate::{Code, Weight};

/// An `application/problem+json` body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The HTTP status, repeated.
    pub status: u16,
    /// What went wrong.
    pub code: ProblemCode,
    /// Which fields, in the order of the submission; empty where no field is at fault.
    #[serde(default)]
    pub fields: Vec<FieldProblem>,
}

/// One field at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the body.
    pub pointer: String,
    /// What is wrong with it.
    pub code: Code,
}

/// What went wrong, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The body is not JSON, or the path holds no id (400).
    Malformed,
    /// The body is larger than the route takes (413).
    TooLarge,
    /// The body is not of a media type the route takes (415).
    UnsupportedMediaType,
    /// Fields are at fault (422).
    Invalid,
    /// The id belongs to another body (409).
    IdTaken,
    /// What it was decided on has changed meanwhile (409).
    ChangedMeanwhile,
    /// Nobody is signed in, or the session ended (401).
    SignedOut,
    /// Name and password, or telephone and PIN, do not fit (401).
    WrongCredentials,
    /// Name and password fit, and the code of the second step is still to be given (401).
    CodeNeeded,
    /// Signed in, but not allowed (403).
    Forbidden,
    /// The `Origin` is not this server's (403).
    ForeignOrigin,
    /// The time for acting on somebody's behalf is over (403).
    ActingOver,
    /// Nothing is there (404).
    NotFound,
    /// The path does not take this method (405).
    MethodNotAllowed,
    /// Too many requests; `Retry-After` says when (429).
    TooManyRequests,
    /// The server cannot write just now; `Retry-After` says when (503).
    Unavailable,
    /// A fault of the server (500).
    Internal,
    /// A code of a newer version than this one.
    #[serde(other)]
    Other,
}

impl ProblemCode {
    /// The HTTP status this code goes with.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::SignedOut | Self::WrongCredentials | Self::CodeNeeded => 401,
            Self::Forbidden | Self::ForeignOrigin | Self::ActingOver => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::IdTaken | Self::ChangedMeanwhile => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Invalid => 422,
            Self::TooManyRequests => 429,
            Self::Unavailable => 503,
            Self::Internal | Self::Other => 500,
        }
    }
}

impl Problem {
    /// A problem that no field is to blame for.
    pub fn new(code: ProblemCode) -> Self {
        Self { status: code.status(), code, fields: Vec::new() }
    }

    /// One field at fault.
    pub fn field(pointer: impl Into<String>, code: Code) -> Self {
        Self { fields: vec![FieldProblem { pointer: pointer.into(), code }], ..Self::new(ProblemCode::Invalid) }
    }

    /// What blocks among the findings, or `None` if nothing does.
    pub fn from_findings(findings: &Findings) -> Option<Self> {
        let fields: Vec<_> = findings
            .of(Weight::Impossible)
            .map(|finding| FieldProblem { pointer: finding.field.pointer().to_owned(), code: finding.code })
            .collect();
        (!fields.is_empty()).then(|| Self { fields, ..Self::new(ProblemCode::Invalid) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_a_newer_server_is_read_as_other() {
        let problem: Problem =
            serde_json::from_str(r#"{"status":418,"code":"teapot","fields":[{"pointer":"/a","code":"new"}]}"#).unwrap();
        assert_eq!(problem.code, ProblemCode::Other);
        assert_eq!(problem.fields[0].code, Code::Other);
    }
}
