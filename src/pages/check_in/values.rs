//! Between the check-in form as typed and the check-in it makes.

use linli_domain::FieldPath;
use linli_domain::check_in::{self, CheckIn, Glucose, GlucoseWhen};
use linli_domain::finding::Findings;
use linli_domain::person::{Contact, Person};
use linli_domain::submission::{Channel, Submission};

use crate::pages::form::Frame;
use crate::pages::form::consent::agreement;
use crate::pages::form::read::{Reader, Writer};
use crate::pages::form::whom::{Chosen, set};
use crate::ui::field::{TICKED, Typed};

/// The check-in that was typed.
pub fn read(typed: &Typed, frame: &Frame<'_>) -> (Submission, Findings) {
    let mut reader = Reader::new(typed);
    let when = read_when(reader.text(check_in::GLUCOSE_WHEN));
    let agreed = agreement(reader.text(check_in::PERSON_ID), frame.public);
    let agreed = agreed.is_some_and(|agreed| reader.text(check_in::CONSENT) == agreed);
    let check_in = CheckIn {
        community: frame.public.community.id.clone(),
        person: person(&reader),
        consent: frame.public.consents.last().filter(|_| agreed).cloned().unwrap_or_default(),
        guardian_consent: agreed && reader.ticked(check_in::GUARDIAN_CONSENT),
        systolic: reader.whole(check_in::SYSTOLIC),
        diastolic: reader.whole(check_in::DIASTOLIC),
        pulse: reader.whole(check_in::PULSE),
        glucose: reader.tenths(check_in::GLUCOSE).map(|value| Glucose { value, when }),
        temperature: reader.tenths(check_in::TEMPERATURE),
        oxygen: reader.whole(check_in::OXYGEN),
        weight: reader.tenths(check_in::WEIGHT),
        mood: reader.text(check_in::MOOD).parse().ok(),
        sleep: reader.text(check_in::SLEEP).parse().ok(),
        symptoms: reader.list(check_in::SYMPTOMS),
        contact_me: reader.ticked(check_in::CONTACT_ME),
        note: reader.text(check_in::NOTE).to_owned(),
        channel: Channel::Phone,
        made_at: frame.made_at,
        receipt: Some(frame.receipt),
    };
    let findings = reader.with(check_in.check(&frame.public.rules(frame.made_at)));
    (Submission::CheckIn(check_in), findings)
}

/// What would have been typed for a check-in.
pub fn write(submission: &Submission) -> Option<Typed> {
    let Submission::CheckIn(check_in) = submission else { return None };
    let mut form = Writer::default();
    form.number(check_in::SYSTOLIC, check_in.systolic);
    form.number(check_in::DIASTOLIC, check_in.diastolic);
    form.number(check_in::PULSE, check_in.pulse);
    if let Some(glucose) = check_in.glucose {
        form.number(check_in::GLUCOSE, Some(glucose.value));
        form.text(check_in::GLUCOSE_WHEN, write_when(glucose.when));
    }
    form.number(check_in::TEMPERATURE, check_in.temperature);
    form.number(check_in::OXYGEN, check_in.oxygen);
    form.number(check_in::WEIGHT, check_in.weight);
    form.number(check_in::MOOD, check_in.mood);
    form.number(check_in::SLEEP, check_in.sleep);
    form.text(check_in::SYMPTOMS, &check_in.symptoms.join(" "));
    form.tick(check_in::CONTACT_ME, check_in.contact_me);
    form.text(check_in::NOTE, &check_in.note);
    match &check_in.person {
        Person::Guest(contact) => form.contact(check_in::PERSON_NAME, check_in::PERSON_PHONE, contact),
        Person::Known { id, name, phone } => {
            form.text(check_in::PERSON_ID, &id.to_string());
            let contact = Contact { name: name.clone(), phone: phone.clone() };
            form.contact(check_in::PERSON_NAME, check_in::PERSON_PHONE, &contact);
        }
        Person::Card { card } => {
            form.text(BY, BY_CARD);
            form.text(check_in::PERSON_CARD, card);
        }
    }
    // What was agreed to is asked again: it may be what the community did not take.
    form.tick(check_in::GUARDIAN_CONSENT, check_in.guardian_consent);
    Some(form.typed())
}

/// How somebody says who they are: by name and telephone, or by card.
pub const BY: FieldPath = FieldPath::new("/person/by");
/// By name and telephone.
pub const BY_NAME: &str = "name";
/// By card.
pub const BY_CARD: &str = "card";

fn person(reader: &Reader<'_>) -> Person {
    let Contact { name, phone } = reader.contact(check_in::PERSON_NAME, check_in::PERSON_PHONE);
    if reader.text(BY) == BY_CARD {
        return Person::Card { card: reader.text(check_in::PERSON_CARD).to_owned() };
    }
    match reader.text(check_in::PERSON_ID).parse() {
        Ok(id) => Person::Known { id, name, phone },
        Err(_) => Person::Guest(Contact { name, phone }),
    }
}

/// Fills in whose check-in it is, and that they agreed before.
pub fn fill(typed: &mut Typed, chosen: &Chosen<'_>) {
    let member = chosen.member.or(chosen.own.filter(|_| chosen.is_own()));
    let own_phone = chosen.own.map(|own| own.phone.as_str()).unwrap_or_default();
    let (name, phone) = member.map_or(("", ""), |member| (&member.name, &member.phone));
    set(typed, check_in::PERSON_NAME, name);
    set(typed, check_in::PERSON_PHONE, if member.is_some() && phone.is_empty() { own_phone } else { phone });
    let child = member.is_some_and(|member| member.is_child(chosen.today));
    set(typed, check_in::GUARDIAN_CONSENT, if child { TICKED } else { "" });
    let stands = chosen.public.consents.last().is_some_and(|current| member.is_some_and(|it| it.agrees_to(current)));
    let agreed = agreement(chosen.id, chosen.public).filter(|_| stands);
    if let Some(agreed) = agreed {
        set(typed, check_in::CONSENT, &agreed);
    }
}

/// Not said is any time.
fn read_when(text: &str) -> GlucoseWhen {
    let known = [GlucoseWhen::Fasting, GlucoseWhen::AfterMeal];
    known.into_iter().find(|when| write_when(*when) == text).unwrap_or(GlucoseWhen::Random)
}

/// When glucose was taken, as the value of a choice.
pub const fn write_when(when: GlucoseWhen) -> &'static str {
    match when {
        GlucoseWhen::Fasting => "fasting",
        GlucoseWhen::AfterMeal => "after_meal",
        GlucoseWhen::Random => "random",
    }
}
