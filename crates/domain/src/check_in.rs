//! A health check-in: measured values, how somebody feels, and whether they want to be contacted. Never a diagnosis.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::card::CardMark;
use crate::community::{self, Rules};
use crate::consent::check_version;
pub use crate::consent::{CONSENT, GUARDIAN_CONSENT};
use crate::finding::Findings;
use crate::number::Tenths;
use crate::person::{Neighbour, Person};
use crate::submission::Channel;
use crate::{Code, FieldPath, Receipt};

/// The body of `PUT /check-ins/{id}`. Every measure is optional; at least one thing is present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CheckIn {
    /// The community it is addressed to.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub community: String,
    /// Whose check-in this is.
    pub person: Person,
    /// The version of the health consent text that was agreed to.
    #[cfg_attr(feature = "schema", schema(required))]
    #[serde(default)]
    pub consent: String,
    /// For a child under 14: whether it is the guardian who agrees.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guardian_consent: bool,
    /// Upper blood pressure, mmHg.
    #[serde(default)]
    pub systolic: Option<u16>,
    /// Lower blood pressure, mmHg.
    #[serde(default)]
    pub diastolic: Option<u16>,
    /// Beats a minute.
    #[serde(default)]
    pub pulse: Option<u16>,
    /// Blood glucose.
    #[serde(default)]
    pub glucose: Option<Glucose>,
    /// Body temperature, °C.
    #[serde(default)]
    pub temperature: Option<Tenths>,
    /// Oxygen saturation, per cent.
    #[serde(default)]
    pub oxygen: Option<u16>,
    /// Body weight, kg.
    #[serde(default)]
    pub weight: Option<Tenths>,
    /// Mood, 1 (very bad) to 5 (very good).
    #[serde(default)]
    pub mood: Option<u8>,
    /// Sleep, 1 (very bad) to 5 (very good).
    #[serde(default)]
    pub sleep: Option<u8>,
    /// Symptoms by kind id.
    #[serde(default)]
    pub symptoms: Vec<String>,
    /// Whether the person wants to be contacted.
    #[serde(default)]
    pub contact_me: bool,
    /// Free words, up to 500 characters.
    #[serde(default)]
    pub note: String,
    /// How it came.
    #[serde(default)]
    pub channel: Channel,
    /// When it was made on the device.
    pub made_at: DateTime<FixedOffset>,
    /// Its receipt number; the server gives one where the device did not.
    #[serde(default)]
    pub receipt: Option<Receipt>,
}

/// Blood glucose with when it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Glucose {
    /// mmol/L.
    pub value: Tenths,
    /// When.
    pub when: GlucoseWhen,
}

/// When glucose was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GlucoseWhen {
    /// Before eating.
    Fasting,
    /// Two hours after a meal.
    AfterMeal,
    /// At another time.
    Random,
}

/// Accepted, usual and urgent values of one measure, in the measure's unit (tenths for glucose, temperature, weight).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Band {
    /// Below this it cannot be true.
    pub min: u16,
    /// Above this it cannot be true.
    pub max: u16,
    /// Below this it is low.
    #[serde(default)]
    pub low: Option<u16>,
    /// From this on it is high.
    #[serde(default)]
    pub high: Option<u16>,
    /// Down to and including this, act at once.
    #[serde(default)]
    pub act_low: Option<u16>,
    /// From this on, act at once.
    #[serde(default)]
    pub act_high: Option<u16>,
}

/// What the community regards as possible, high, low and urgent. Staff with a clinician own the values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Thresholds {
    /// mmHg.
    pub systolic: Band,
    /// mmHg.
    pub diastolic: Band,
    /// Beats a minute.
    pub pulse: Band,
    /// Tenths of mmol/L.
    pub glucose: Band,
    /// Tenths of °C.
    pub temperature: Band,
    /// Per cent.
    pub oxygen: Band,
    /// Tenths of kg.
    pub weight: Band,
    /// Where the values come from: a code with words in the app, or the community's own words.
    pub source: String,
}

impl Default for Thresholds {
    /// The national primary-care guidance for readings taken at home.
    fn default() -> Self {
        let band = |min, max, low, high, act_low, act_high| Band { min, max, low, high, act_low, act_high };
        Self {
            systolic: band(70, 300, Some(90), Some(135), None, Some(180)),
            diastolic: band(40, 180, Some(60), Some(85), None, Some(110)),
            pulse: band(30, 220, Some(50), Some(100), None, None),
            glucose: band(10, 400, Some(39), Some(70), Some(39), Some(167)),
            temperature: band(340, 430, Some(355), Some(373), None, Some(390)),
            oxygen: band(50, 100, Some(95), None, Some(93), None),
            weight: band(20, 3000, None, None, None, None),
            source: "cn_primary_care_home".to_owned(),
        }
    }
}

/// How a value reads, for words beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Low enough to act at once.
    ActLow,
    /// Low.
    Low,
    /// As it should be.
    Usual,
    /// High.
    High,
    /// High enough to act at once.
    ActHigh,
}

impl Band {
    /// How a possible value reads.
    pub fn level(&self, value: u16) -> Level {
        if self.act_high.is_some_and(|limit| value >= limit) {
            Level::ActHigh
        } else if self.act_low.is_some_and(|limit| value <= limit) {
            Level::ActLow
        } else if self.high.is_some_and(|limit| value >= limit) {
            Level::High
        } else if self.low.is_some_and(|limit| value < limit) {
            Level::Low
        } else {
            Level::Usual
        }
    }

    fn check(&self, field: FieldPath, value: u16, findings: &mut Findings) {
        if !(self.min..=self.max).contains(&value) {
            findings.impossible(field, Code::OutOfRange);
            return;
        }
        match self.level(value) {
            Level::ActHigh => {
                findings.unusual(field, Code::UnusuallyHigh);
                findings.needs_action(field, Code::ActHigh);
            }
            Level::ActLow => {
                findings.unusual(field, Code::UnusuallyLow);
                findings.needs_action(field, Code::ActLow);
            }
            Level::Low if self.act_low.is_none() => findings.unusual(field, Code::UnusuallyLow),
            Level::Low | Level::High | Level::Usual => {}
        }
    }
}

impl Thresholds {
    /// How a blood pressure reads: the more serious of its two values.
    pub fn pressure(&self, systolic: u16, diastolic: u16) -> Level {
        let upper = self.systolic.level(systolic);
        let lower = self.diastolic.level(diastolic);
        for level in [Level::ActHigh, Level::ActLow, Level::High, Level::Low] {
            if upper == level || lower == level {
                return level;
            }
        }
        Level::Usual
    }
}

/// The person's name.
pub const PERSON_NAME: FieldPath = FieldPath::new("/person/name");
/// The person's telephone number.
pub const PERSON_PHONE: FieldPath = FieldPath::new("/person/phone");
/// The person's id.
pub const PERSON_ID: FieldPath = FieldPath::new("/person/id");
/// The person's card.
pub const PERSON_CARD: FieldPath = FieldPath::new("/person/card");
/// Upper blood pressure.
pub const SYSTOLIC: FieldPath = FieldPath::new("/systolic");
/// Lower blood pressure.
pub const DIASTOLIC: FieldPath = FieldPath::new("/diastolic");
/// Pulse.
pub const PULSE: FieldPath = FieldPath::new("/pulse");
/// Glucose.
pub const GLUCOSE: FieldPath = FieldPath::new("/glucose/value");
/// When glucose was taken.
pub const GLUCOSE_WHEN: FieldPath = FieldPath::new("/glucose/when");
/// Temperature.
pub const TEMPERATURE: FieldPath = FieldPath::new("/temperature");
/// Oxygen saturation.
pub const OXYGEN: FieldPath = FieldPath::new("/oxygen");
/// Weight.
pub const WEIGHT: FieldPath = FieldPath::new("/weight");
/// Mood.
pub const MOOD: FieldPath = FieldPath::new("/mood");
/// Sleep.
pub const SLEEP: FieldPath = FieldPath::new("/sleep");
/// Symptoms.
pub const SYMPTOMS: FieldPath = FieldPath::new("/symptoms");
/// The wish to be contacted.
pub const CONTACT_ME: FieldPath = FieldPath::new("/contact_me");
/// The note.
pub const NOTE: FieldPath = FieldPath::new("/note");

/// Longest note taken.
pub const NOTE_LENGTH: usize = 500;
const SYMPTOM_COUNT: usize = 30;

impl CheckIn {
    /// Everything there is to say about this check-in, in the order of the page.
    pub fn check(&self, rules: &Rules<'_>) -> Findings {
        let mut findings = rules.check_envelope(&self.community, self.made_at);
        if self.is_empty() {
            findings.impossible(FieldPath::WHOLE, Code::NothingGiven);
        }
        self.check_pressure(rules.thresholds, &mut findings);
        let bands = rules.thresholds;
        let measures = [
            (PULSE, self.pulse, &bands.pulse),
            (GLUCOSE, self.glucose.map(|g| g.value.0), &bands.glucose),
            (TEMPERATURE, self.temperature.map(|t| t.0), &bands.temperature),
            (OXYGEN, self.oxygen, &bands.oxygen),
            (WEIGHT, self.weight.map(|w| w.0), &bands.weight),
        ];
        for (field, value, band) in measures {
            if let Some(value) = value {
                band.check(field, value, &mut findings);
            }
        }
        for (field, value) in [(MOOD, self.mood), (SLEEP, self.sleep)] {
            if value.is_some_and(|value| !(1..=5).contains(&value)) {
                findings.impossible(field, Code::OutOfRange);
            }
        }
        if self.symptoms.len() > SYMPTOM_COUNT {
            findings.impossible(SYMPTOMS, Code::TooMany);
        } else if !self.symptoms.iter().all(|id| community::knows(rules.symptoms, id)) {
            findings.impossible(SYMPTOMS, Code::UnknownKind);
        }
        if self.contact_me {
            findings.needs_action(CONTACT_ME, Code::ContactWanted);
        }
        if self.note.chars().count() > NOTE_LENGTH {
            findings.impossible(NOTE, Code::TooLong);
        }
        match &self.person {
            Person::Guest(contact) => findings.extend(contact.check(PERSON_NAME, PERSON_PHONE)),
            Person::Card { card } => {
                if let Err(code) = card.parse::<CardMark>() {
                    findings.impossible(PERSON_CARD, code);
                }
            }
            Person::Known { id, name, phone } => {
                let known = Neighbour { id: Some(*id), name: name.clone(), phone: phone.clone() };
                findings.extend(known.check(PERSON_NAME, PERSON_PHONE));
            }
        }
        if let Some(code) = check_version(&self.consent, rules.consents) {
            findings.impossible(CONSENT, code);
        }
        findings
    }

    fn is_empty(&self) -> bool {
        let measured = self.systolic.or(self.diastolic).or(self.pulse).or(self.oxygen).is_some()
            || self.glucose.is_some()
            || self.temperature.or(self.weight).is_some();
        let told = self.mood.or(self.sleep).is_some() || !self.symptoms.is_empty() || !self.note.trim().is_empty();
        !(measured || told || self.contact_me)
    }

    fn check_pressure(&self, bands: &Thresholds, findings: &mut Findings) {
        if let Some(systolic) = self.systolic {
            bands.systolic.check(SYSTOLIC, systolic, findings);
        }
        if let Some(diastolic) = self.diastolic {
            bands.diastolic.check(DIASTOLIC, diastolic, findings);
        }
        match (self.systolic, self.diastolic) {
            (Some(systolic), Some(diastolic)) if systolic < diastolic => {
                findings.impossible(SYSTOLIC, Code::BelowDiastolic);
            }
            (Some(_), None) => findings.impossible(DIASTOLIC, Code::Required),
            (None, Some(_)) => findings.impossible(SYSTOLIC, Code::Required),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::tests::{rules, with_public};

    fn example() -> CheckIn {
        serde_json::from_str(
            r#"{"community":"demo","person":{"name":"陈婆婆","phone":"13800000001"},"consent":"2026-11",
                "systolic":128,"diastolic":82,"glucose":{"value":5.6,"when":"fasting"},"made_at":"2026-11-21T09:30:00+08:00"}"#,
        )
        .unwrap()
    }

    fn findings(check_in: &CheckIn) -> Vec<(FieldPath, Code)> {
        with_public(|public| check_in.check(&rules(public)).iter().map(|f| (f.field, f.code)).collect())
    }

    #[test]
    fn a_usual_reading_says_nothing() {
        assert_eq!(findings(&example()), []);
    }

    #[test]
    fn impossible_unusual_and_needs_action_are_three_things() {
        let pressure = |systolic, diastolic| {
            findings(&CheckIn { systolic: Some(systolic), diastolic: Some(diastolic), ..example() })
        };
        assert_eq!(pressure(301, 82), [(SYSTOLIC, Code::OutOfRange)]);
        assert_eq!(pressure(70, 69), [(SYSTOLIC, Code::UnusuallyLow)]);
        assert_eq!(pressure(80, 90), [(SYSTOLIC, Code::UnusuallyLow), (SYSTOLIC, Code::BelowDiastolic)]);
        assert_eq!(pressure(180, 82), [(SYSTOLIC, Code::UnusuallyHigh), (SYSTOLIC, Code::ActHigh)]);
        assert_eq!(pressure(150, 95), []);
    }

    #[test]
    fn half_a_pressure_asks_for_the_other_half() {
        assert_eq!(findings(&CheckIn { diastolic: None, ..example() }), [(DIASTOLIC, Code::Required)]);
        assert_eq!(findings(&CheckIn { systolic: None, ..example() }), [(SYSTOLIC, Code::Required)]);
    }

    #[test]
    fn nothing_at_all_is_no_check_in() {
        let empty = CheckIn { systolic: None, diastolic: None, glucose: None, ..example() };
        assert_eq!(findings(&empty), [(FieldPath::WHOLE, Code::NothingGiven)]);
        assert_eq!(findings(&CheckIn { mood: Some(4), ..empty.clone() }), []);
        assert_eq!(findings(&CheckIn { contact_me: true, ..empty }), [(CONTACT_ME, Code::ContactWanted)]);
    }

    #[test]
    fn consent_is_asked_for_and_must_be_known() {
        assert_eq!(findings(&CheckIn { consent: String::new(), ..example() }), [(CONSENT, Code::Required)]);
        assert_eq!(
            findings(&CheckIn { consent: "1999-01".to_owned(), ..example() }),
            [(CONSENT, Code::UnknownConsent)]
        );
    }

    #[test]
    fn a_card_stands_for_its_holder_and_is_read_before_it_is_sent() {
        let of = |card: &str| CheckIn { person: Person::Card { card: card.to_owned() }, ..example() };
        assert_eq!(findings(&of("000 5724")), []);
        assert_eq!(findings(&of("0005742")), [(PERSON_CARD, Code::BadCheckCharacter)]);
        assert_eq!(findings(&of("")), [(PERSON_CARD, Code::Required)]);
    }

    #[test]
    fn a_low_glucose_needs_action_and_a_slightly_low_pulse_only_a_second_look() {
        let low = CheckIn { glucose: Some(Glucose { value: Tenths(39), when: GlucoseWhen::Fasting }), ..example() };
        assert_eq!(findings(&low), [(GLUCOSE, Code::UnusuallyLow), (GLUCOSE, Code::ActLow)]);
        assert_eq!(findings(&CheckIn { pulse: Some(45), ..example() }), [(PULSE, Code::UnusuallyLow)]);
    }

    #[test]
    fn the_more_serious_half_of_a_pressure_counts() {
        let bands = Thresholds::default();
        let check = |systolic, diastolic, level| assert_eq!(bands.pressure(systolic, diastolic), level);
        check(128, 82, Level::Usual);
        check(128, 85, Level::High);
        check(150, 110, Level::ActHigh);
        check(85, 70, Level::Low);
    }
}
