//! Between the check-in form as typed and the check-in it makes.

use linli_domain::check_in::{self, CheckIn, Glucose, GlucoseWhen};
use linli_domain::finding::Findings;
use linli_domain::person::Person;
use linli_domain::submission::{Channel, Submission};

use crate::pages::form::Frame;
use crate::pages::form::read::{Reader, Writer};
use crate::ui::field::{TICKED, Typed};

/// The check-in that was typed.
pub fn read(typed: &Typed, frame: &Frame<'_>) -> (Submission, Findings) {
    let mut reader = Reader::new(typed);
    let when = read_when(reader.text(check_in::GLUCOSE_WHEN));
    let agreed = reader.ticked(check_in::CONSENT);
    let check_in = CheckIn {
        community: frame.public.community.id.clone(),
        person: Person::Guest(reader.contact(check_in::PERSON_NAME, check_in::PERSON_PHONE)),
        consent: frame.public.consents.last().filter(|_| agreed).cloned().unwrap_or_default(),
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
    if let Person::Guest(contact) = &check_in.person {
        form.contact(check_in::PERSON_NAME, check_in::PERSON_PHONE, contact);
    }
    if !check_in.consent.is_empty() {
        form.text(check_in::CONSENT, TICKED);
    }
    Some(form.typed())
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
