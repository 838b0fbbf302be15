//! The one name of a field: in validation, on the wire, as DOM id, as message key and in tests.

use std::fmt;

/// A JSON pointer (RFC 6901) into a submission, such as `/person/phone`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(&'static str);

impl FieldPath {
    /// The submission as a whole, for findings that belong to no single field.
    pub const WHOLE: Self = Self("");

    /// Names a field by its pointer: starts with `/`, ASCII, lower case.
    pub const fn new(pointer: &'static str) -> Self {
        Self(pointer)
    }

    /// The pointer as it stands in a problem document.
    pub const fn pointer(self) -> &'static str {
        self.0
    }

    /// The pointer as a DOM id: `/person/phone` becomes `person-phone`, the whole becomes `form`.
    pub fn dom_id(self) -> String {
        dom_id(self.0)
    }
}

/// Any pointer, also one that came over the wire, as the DOM id of its field.
pub fn dom_id(pointer: &str) -> String {
    match pointer.strip_prefix('/') {
        None | Some("") => "form".to_owned(),
        Some(rest) => rest.replace('/', "-"),
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_becomes_a_dom_id() {
        assert_eq!(FieldPath::new("/person/phone").dom_id(), "person-phone");
        assert_eq!(FieldPath::WHOLE.dom_id(), "form");
    }
}
