//! A sign-up for an activity.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::community::Rules;
use crate::finding::Findings;
use crate::person::{Contact, Neighbour};
use crate::submission::Channel;
use crate::{Code, FieldPath, Receipt, RecordId};

/// The body of `PUT /sign-ups/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignUp {
    /// The community it is addressed to.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub community: String,
    /// The activity.
    pub activity: RecordId,
    /// One of its sessions, where it has several.
    #[serde(default)]
    pub session: Option<RecordId>,
    /// As what they come.
    #[serde(default)]
    pub role: Role,
    /// Who signs up.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub person: Contact,
    /// How many persons come, 1 to 50.
    #[serde(default = "one")]
    pub party: u16,
    /// The neighbour it is done for.
    #[serde(default)]
    pub on_behalf_of: Option<Neighbour>,
    /// A child's guardian.
    #[serde(default)]
    pub guardian: Option<Guardian>,
    /// How it came.
    #[serde(default)]
    pub channel: Channel,
    /// When it was made on the device.
    pub made_at: DateTime<FixedOffset>,
    /// Its receipt number; the server gives one where the device did not.
    #[serde(default)]
    pub receipt: Option<Receipt>,
}

fn one() -> u16 {
    1
}

/// As what a person comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SignUpRole))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes part.
    #[default]
    Participant,
    /// Helps.
    Volunteer,
    /// Is invited.
    Guest,
    /// Speaks for others.
    Representative,
}

/// A child's guardian.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Guardian {
    /// The name they go by.
    #[serde(default)]
    pub name: String,
    /// A telephone number as typed.
    #[serde(default)]
    pub phone: String,
    /// Whether they agree.
    #[serde(default)]
    pub consent: bool,
}

/// Most persons on one sign-up.
pub const PARTY: u16 = 50;

/// The activity.
pub const ACTIVITY: FieldPath = FieldPath::new("/activity");
/// The session.
pub const SESSION: FieldPath = FieldPath::new("/session");
/// The role.
pub const ROLE: FieldPath = FieldPath::new("/role");
/// The person's name.
pub const PERSON_NAME: FieldPath = FieldPath::new("/person/name");
/// The person's telephone number.
pub const PERSON_PHONE: FieldPath = FieldPath::new("/person/phone");
/// The number of persons.
pub const PARTY_FIELD: FieldPath = FieldPath::new("/party");
/// The id of somebody the account knows.
pub const BEHALF_ID: FieldPath = FieldPath::new("/on_behalf_of/id");
/// The neighbour's name.
pub const BEHALF_NAME: FieldPath = FieldPath::new("/on_behalf_of/name");
/// The neighbour's telephone number.
pub const BEHALF_PHONE: FieldPath = FieldPath::new("/on_behalf_of/phone");
/// The guardian's name.
pub const GUARDIAN_NAME: FieldPath = FieldPath::new("/guardian/name");
/// The guardian's telephone number.
pub const GUARDIAN_PHONE: FieldPath = FieldPath::new("/guardian/phone");
/// The guardian's agreement.
pub const GUARDIAN_CONSENT: FieldPath = FieldPath::new("/guardian/consent");

impl SignUp {
    /// Everything there is to say about this sign-up, in the order of the page. Whether the activity exists and has
    /// places is the store's to say.
    pub fn check(&self, rules: &Rules<'_>) -> Findings {
        let mut findings = rules.check_envelope(&self.community, self.made_at);
        findings.extend(self.person.check(PERSON_NAME, PERSON_PHONE));
        if !(1..=PARTY).contains(&self.party) {
            findings.impossible(PARTY_FIELD, Code::OutOfRange);
        }
        if let Some(neighbour) = &self.on_behalf_of {
            findings.extend(neighbour.check(BEHALF_NAME, BEHALF_PHONE));
        }
        if let Some(guardian) = &self.guardian {
            let contact = Contact { name: guardian.name.clone(), phone: guardian.phone.clone() };
            findings.extend(contact.check(GUARDIAN_NAME, GUARDIAN_PHONE));
            if !guardian.consent {
                findings.impossible(GUARDIAN_CONSENT, Code::ConsentNeeded);
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::tests::{rules, with_public};

    fn example() -> SignUp {
        serde_json::from_str(
            r#"{"community":"demo","activity":"019a0000-0000-7000-8000-000000000001",
                "person":{"name":"李四","phone":"13800000001"},"made_at":"2026-11-21T09:30:00+08:00"}"#,
        )
        .unwrap()
    }

    #[test]
    fn each_fault_has_its_field_and_code() {
        let check = |sign_up: SignUp, field, code| {
            with_public(|public| assert_eq!(sign_up.check(&rules(public)).error_of(field), Some(code), "{sign_up:?}"));
        };
        with_public(|public| assert!(example().check(&rules(public)).is_empty()));
        check(SignUp { person: Contact::default(), ..example() }, PERSON_NAME, Code::Required);
        check(SignUp { party: 0, ..example() }, PARTY_FIELD, Code::OutOfRange);
        check(SignUp { party: 51, ..example() }, PARTY_FIELD, Code::OutOfRange);
        let silent = Guardian { name: "王五".to_owned(), phone: "13800000002".to_owned(), consent: false };
        check(SignUp { guardian: Some(silent), ..example() }, GUARDIAN_CONSENT, Code::ConsentNeeded);
    }
}
