//! Why a command stopped, and what a person can try.

use std::fmt;
use std::path::Path;

/// What went wrong, with a command to try where there is one.
#[derive(Debug)]
pub struct Failure {
    what: String,
    hint: Option<String>,
}

/// What every step returns.
pub type Result<T = ()> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure in one line.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    /// Adds the command to try.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Turns an I/O error about a file into a failure that names the file.
    pub fn about(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |error| Self::new(format!("{path}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  try: {hint}"),
            None => Ok(()),
        }
    }
}
