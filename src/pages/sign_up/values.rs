//! Between the sign-up form as typed and the sign-up it makes.

use linli_domain::activity::SignUpDoor;
use linli_domain::finding::Findings;
use linli_domain::person::Contact;
use linli_domain::sign_up::{self, Guardian, Role, SignUp};
use linli_domain::submission::{Channel, Submission};
use linli_domain::{Code, FieldPath, RecordId};

use crate::pages::form::Frame;
use crate::pages::form::read::{Reader, Writer};
use crate::pages::form::whom::{Chosen, OTHER, set};
use crate::ui::field::{TICKED, Typed};

/// Whether it is done for a neighbour.
pub const ON_BEHALF: FieldPath = FieldPath::new("/on_behalf_of");
/// Whether a child comes, whose guardian agrees.
pub const GUARDIAN: FieldPath = FieldPath::new("/guardian");

/// One person who takes part, until something else is said.
pub const PRESET: &[(FieldPath, &str)] = &[(sign_up::PARTY_FIELD, "1"), (sign_up::ROLE, write_role(Role::Participant))];

/// The sign-up that was typed.
pub fn read(typed: &Typed, frame: &Frame<'_>) -> (Submission, Findings) {
    let mut reader = Reader::new(typed);
    let party = reader.whole(sign_up::PARTY_FIELD).unwrap_or(0);
    let neighbour = || reader.neighbour(sign_up::BEHALF_ID, sign_up::BEHALF_NAME, sign_up::BEHALF_PHONE);
    let guardian = || {
        let contact = reader.contact(sign_up::GUARDIAN_NAME, sign_up::GUARDIAN_PHONE);
        Guardian { name: contact.name, phone: contact.phone, consent: reader.ticked(sign_up::GUARDIAN_CONSENT) }
    };
    let sign_up = SignUp {
        community: frame.public.community.id.clone(),
        activity: frame.subject.unwrap_or(RecordId::new(0, [0; 10])),
        session: reader.text(sign_up::SESSION).parse().ok(),
        role: read_role(reader.text(sign_up::ROLE)),
        person: reader.contact(sign_up::PERSON_NAME, sign_up::PERSON_PHONE),
        party,
        on_behalf_of: reader.ticked(ON_BEHALF).then(neighbour),
        guardian: reader.ticked(GUARDIAN).then(guardian),
        channel: Channel::Phone,
        made_at: frame.made_at,
        receipt: Some(frame.receipt),
    };
    let mut findings = meets(&sign_up, frame);
    findings.extend(sign_up.check(&frame.public.rules(frame.made_at)));
    (Submission::SignUp(sign_up), reader.with(findings))
}

/// What would have been typed for a sign-up.
pub fn write(submission: &Submission) -> Option<Typed> {
    let Submission::SignUp(sign_up) = submission else { return None };
    let mut form = Writer::default();
    form.number(sign_up::SESSION, sign_up.session);
    form.contact(sign_up::PERSON_NAME, sign_up::PERSON_PHONE, &sign_up.person);
    form.number(sign_up::PARTY_FIELD, Some(sign_up.party));
    form.text(sign_up::ROLE, write_role(sign_up.role));
    if let Some(neighbour) = &sign_up.on_behalf_of {
        form.tick(ON_BEHALF, true);
        form.text(sign_up::BEHALF_ID, &neighbour.id.map_or_else(|| OTHER.to_owned(), |id| id.to_string()));
        form.contact(sign_up::BEHALF_NAME, sign_up::BEHALF_PHONE, &neighbour.contact());
    }
    if let Some(guardian) = &sign_up.guardian {
        form.tick(GUARDIAN, true);
        let contact = Contact { name: guardian.name.clone(), phone: guardian.phone.clone() };
        form.contact(sign_up::GUARDIAN_NAME, sign_up::GUARDIAN_PHONE, &contact);
        form.tick(sign_up::GUARDIAN_CONSENT, guardian.consent);
    }
    Some(form.typed())
}

/// Fills in who signs up, for whom, and for a child who its guardian is.
pub fn fill(typed: &mut Typed, chosen: &Chosen<'_>) {
    if let Some(own) = chosen.own {
        set(typed, sign_up::PERSON_NAME, &own.name);
        set(typed, sign_up::PERSON_PHONE, &own.phone);
    }
    chosen.behalf(typed, ON_BEHALF, [sign_up::BEHALF_NAME, sign_up::BEHALF_PHONE]);
    let child = chosen.member.is_some_and(|member| member.is_child(chosen.today));
    set(typed, GUARDIAN, if child { TICKED } else { "" });
    if let Some(own) = chosen.own.filter(|_| child) {
        set(typed, sign_up::GUARDIAN_NAME, &own.name);
        set(typed, sign_up::GUARDIAN_PHONE, &own.phone);
    }
}

/// What the list of activities on this device already tells: closed, or a session still to be chosen.
fn meets(sign_up: &SignUp, frame: &Frame<'_>) -> Findings {
    let mut findings = Findings::new();
    let activity = frame.public.activities.iter().find(|activity| activity.id == sign_up.activity);
    if let Some(activity) = activity {
        if activity.sign_up_door(frame.made_at) == SignUpDoor::Closed {
            findings.impossible(sign_up::ACTIVITY, Code::SignUpClosed);
        }
        if !activity.sessions.is_empty() && sign_up.session.is_none() {
            findings.impossible(sign_up::SESSION, Code::Required);
        }
    }
    findings
}

fn read_role(text: &str) -> Role {
    let roles = [Role::Volunteer, Role::Guest, Role::Representative];
    roles.into_iter().find(|role| write_role(*role) == text).unwrap_or_default()
}

/// A role as the value of a choice.
pub const fn write_role(role: Role) -> &'static str {
    match role {
        Role::Participant => "participant",
        Role::Volunteer => "volunteer",
        Role::Guest => "guest",
        Role::Representative => "representative",
    }
}
