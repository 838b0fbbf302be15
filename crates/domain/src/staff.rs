//! Staff accounts as administrators keep them: names, roles, passwords and the second step of signing in.

use serde::{Deserialize, Serialize};

use crate::finding::Findings;
use crate::session::{Granted, NAME, PASSWORD, Role};
use crate::{Code, FieldPath, RecordId};

/// Fewest characters of a password (NIST SP 800-63B, ASVS 6.2.1).
pub const SHORTEST: usize = 8;
/// Most characters of a password.
pub const LONGEST: usize = 200;
/// Longest name of an account.
pub const NAME_LENGTH: usize = 40;
/// Most roles that one account holds.
pub const ROLES_HELD: usize = 50;
/// Recovery codes made at once.
pub const RECOVERY_CODES: usize = 10;

/// The roles of an account.
pub const ROLES: FieldPath = FieldPath::new("/roles");
/// The password so far.
pub const OLD: FieldPath = FieldPath::new("/old");
/// The password from now on.
pub const NEW: FieldPath = FieldPath::new("/new");

/// `POST /api/v1/desk/staff`: an account.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewStaff {
    /// The name to sign in with, up to 40 characters.
    #[serde(default)]
    pub name: String,
    /// A first password, of 8 to 200 characters.
    #[serde(default)]
    pub password: String,
    /// What it may do, and where: at least one.
    #[serde(default)]
    pub roles: Vec<Granted>,
}

/// `PUT /api/v1/desk/staff/{id}/roles`: what an account may do from now on, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StaffRoles {
    /// At least one.
    #[serde(default)]
    pub roles: Vec<Granted>,
}

/// `PUT /api/v1/desk/staff/{id}/password`: a password in the place of a forgotten one.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GivenPassword {
    /// 8 to 200 characters.
    #[serde(default)]
    pub password: String,
}

/// `PUT /api/v1/desk/password`: one's own password.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwnPassword {
    /// The password so far.
    #[serde(default)]
    pub old: String,
    /// The password from now on, of 8 to 200 characters.
    #[serde(default)]
    pub new: String,
}

/// `PUT /api/v1/desk/staff/{id}/active`: whether somebody may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StaffActive {
    /// Whether.
    pub active: bool,
}

/// An account, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StaffMember {
    /// Its id.
    pub id: RecordId,
    /// The name to sign in with.
    pub name: String,
    /// What it may do, and where.
    pub roles: Vec<Granted>,
    /// Whether it may sign in.
    pub active: bool,
    /// Whether signing in asks for a second step.
    pub second_step: bool,
}

/// `GET /api/v1/desk/staff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StaffList {
    /// By name.
    pub items: Vec<StaffMember>,
    /// The grids that a role can be held in.
    pub grids: Vec<GridName>,
}

/// A grid, as far as it is chosen from a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GridName {
    /// Its id.
    pub id: String,
    /// Its code and name.
    pub name: String,
}

/// `POST /api/v1/desk/second-step`: what an authenticator is told (RFC 6238: SHA-1, six digits, 30 seconds).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SecondStepOffered {
    /// The secret in base 32, in groups of four, to be typed in.
    pub secret: String,
    /// The same as an `otpauth://` address, for a QR code.
    pub address: String,
}

/// `PUT /api/v1/desk/second-step`: that the authenticator shows the right digits, and who asks.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SecondStepConfirmed {
    /// Six digits.
    #[serde(default)]
    pub code: String,
}

/// `DELETE /api/v1/desk/second-step`: the password once more, so that a browser left open is not enough.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PasswordAgain {
    /// The password.
    #[serde(default)]
    pub password: String,
}

/// What signs in once each where the authenticator is lost; shown now and never again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// Ten of twelve characters, in groups of four.
    pub codes: Vec<String>,
}

impl NewStaff {
    /// Everything there is to say but whether the name is taken and the password common.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        let name = self.name.trim();
        if name.is_empty() {
            findings.impossible(NAME, Code::Required);
        } else if name.chars().count() > NAME_LENGTH {
            findings.impossible(NAME, Code::TooLong);
        } else if name.chars().any(char::is_control) {
            findings.impossible(NAME, Code::Malformed);
        }
        if let Some(code) = password_fault(&self.password, name) {
            findings.impossible(PASSWORD, code);
        }
        findings.extend(check_roles(&self.roles));
        findings
    }
}

/// Whether an account may hold these.
pub fn check_roles(roles: &[Granted]) -> Findings {
    let mut findings = Findings::new();
    if roles.is_empty() {
        findings.impossible(ROLES, Code::Required);
    } else if roles.len() > ROLES_HELD {
        findings.impossible(ROLES, Code::TooMany);
    } else if roles.iter().any(|granted| !is_grantable(granted)) {
        findings.impossible(ROLES, Code::Malformed);
    }
    findings
}

/// Administrators are so in the whole community; residents are none of staff.
fn is_grantable(granted: &Granted) -> bool {
    granted.role.is_staff() && (granted.role != Role::Admin || granted.grid.is_none())
}

/// What is wrong with a password, whatever is in a list of common ones. There are no rules of composition: length is what
/// counts (NIST SP 800-63B 3.1.1.2).
pub fn password_fault(password: &str, name: &str) -> Option<Code> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let word = |word: &str| word.chars().count() >= 3 && length < word.chars().count() + 6 && lower.contains(word);
    match length {
        0 => Some(Code::Required),
        1..SHORTEST => Some(Code::TooShort),
        _ if length > LONGEST => Some(Code::TooLong),
        _ if is_over_and_over(&lower) || word("linli") || word(&name.to_lowercase()) => Some(Code::EasilyGuessed),
        _ => None,
    }
}

/// One group of up to four characters over and over, or characters in a row.
fn is_over_and_over(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let repeats = |size: usize| chars.chunks(size).all(|group| *group == chars[..group.len()]);
    let steps_by =
        |step: i64| chars.windows(2).all(|pair| i64::from(u32::from(pair[1])) == i64::from(u32::from(pair[0])) + step);
    (1..=4).any(repeats) || steps_by(1) || steps_by(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worker(grid: Option<&str>) -> Granted {
        Granted { role: Role::Worker, grid: grid.map(str::to_owned) }
    }

    fn good() -> NewStaff {
        NewStaff {
            name: "lihua".to_owned(), password: "晴天带伞去河边".to_owned() + "a", roles: vec![worker(None)]
        }
    }

    #[test]
    fn each_fault_of_an_account_has_its_field_and_code() {
        let check = |staff: NewStaff, field, code| assert_eq!(staff.check().error_of(field), Some(code));
        assert!(good().check().is_empty());
        check(NewStaff { name: " ".to_owned(), ..good() }, NAME, Code::Required);
        check(NewStaff { name: "x".repeat(41), ..good() }, NAME, Code::TooLong);
        check(NewStaff { name: "x\0".to_owned(), ..good() }, NAME, Code::Malformed);
        check(NewStaff { roles: vec![], ..good() }, ROLES, Code::Required);
        check(NewStaff { roles: vec![worker(None); 51], ..good() }, ROLES, Code::TooMany);
        let admin = Granted { role: Role::Admin, grid: Some("a".to_owned()) };
        check(NewStaff { roles: vec![admin], ..good() }, ROLES, Code::Malformed);
        let resident = Granted { role: Role::Resident, grid: None };
        check(NewStaff { roles: vec![resident], ..good() }, ROLES, Code::Malformed);
    }

    #[test]
    fn a_password_is_long_and_not_the_first_that_is_tried() {
        let check = |password: &str, fault| assert_eq!(password_fault(password, "LiHua"), fault, "{password}");
        check("", Some(Code::Required));
        check("a b c d", Some(Code::TooShort));
        check(&"长".repeat(7), Some(Code::TooShort));
        check(&"correct horse ".repeat(15), Some(Code::TooLong));
        for easy in
            ["aaaaaaaa", "abababab", "linlilinli", "12345678", "hgfedcba", "Linli2026", "lihua1234", "1234lihua"]
        {
            check(easy, Some(Code::EasilyGuessed));
        }
        for good in ["correct horse", "晴天带伞去河边走", "lihua walks by the river", "        x", "  pass  word  "]
        {
            check(good, None);
        }
    }

    #[test]
    fn roles_read_what_they_write_and_the_highest_comes_last() {
        for role in Role::STAFF {
            assert_eq!(Role::read(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!(Role::read("resident"), None);
        assert_eq!(Role::STAFF.into_iter().max(), Some(Role::Admin));
    }
}
