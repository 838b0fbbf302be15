//! A submission in words, in the order of its form: to check before sending, to read afterwards, and for staff.

use chrono::{DateTime, FixedOffset};
use linli_domain::check_in::{self, Band, CheckIn};
use linli_domain::community::{Kind, Public};
use linli_domain::number::Tenths;
use linli_domain::person::{Contact, Neighbour, Person};
use linli_domain::place::Place;
use linli_domain::report::{self, Report};
use linli_domain::sign_up::{self, SignUp};
use linli_domain::submission::Submission;
use linli_domain::{FieldPath, RecordId};

use crate::i18n::{dates, readings, states, words};
use crate::ui::answers::Answer;

/// What was answered; questions left open are not listed.
pub fn of(submission: &Submission, public: &Public, now: DateTime<FixedOffset>) -> Vec<Answer> {
    let mut list = List(Vec::new());
    match submission {
        Submission::Report(report) => list.report(report, public),
        Submission::CheckIn(check_in) => list.check_in(check_in, public),
        Submission::SignUp(sign_up) => list.sign_up(sign_up, public, now),
    }
    list.0
}

/// What a list calls a submission.
pub fn title(submission: &Submission, public: &Public) -> String {
    match submission {
        Submission::Report(report) => name_of(&public.kinds.report, &report.kind),
        Submission::CheckIn(_) => String::new(),
        Submission::SignUp(sign_up) => activity_title(public, sign_up.activity),
    }
}

fn activity_title(public: &Public, id: RecordId) -> String {
    let activity = public.activities.iter().find(|activity| activity.id == id);
    activity.map_or_else(|| id.to_string(), |activity| activity.title.clone())
}

/// The name of a kind; its id where it is no longer known.
fn name_of(kinds: &[Kind], id: &str) -> String {
    kinds.iter().find(|kind| kind.id == id).map_or_else(|| id.to_owned(), |kind| kind.name.clone())
}

struct List(Vec<Answer>);

impl List {
    fn add(&mut self, field: FieldPath, term: &str, words: impl Into<String>) {
        let words = words.into();
        if !words.trim().is_empty() {
            self.0.push(Answer { term: term.to_owned(), words, field_id: field.dom_id() });
        }
    }

    fn contact(&mut self, field: FieldPath, term: &str, contact: &Contact) {
        self.add(field, term, [&contact.name, " ", &contact.phone].concat());
    }

    fn neighbour(&mut self, name: FieldPath, id: FieldPath, neighbour: &Neighbour) {
        let (field, term) = match neighbour.id {
            Some(_) => (id, words::family::whom()),
            None => (name, words::form::neighbour()),
        };
        self.contact(field, term, &neighbour.contact());
    }

    fn report(&mut self, report: &Report, public: &Public) {
        self.add(report::KIND, words::report::kind(), name_of(&public.kinds.report, &report.kind));
        let urgent = if report.urgent { words::form::yes() } else { words::form::no() };
        self.add(report::URGENT, words::report::urgent_term(), urgent);
        self.add(report::DESCRIPTION, words::report::description(), report.description.clone());
        self.add(report::PLACE, words::report::place(), place_words(&report.place, public));
        let photos = report.photo_hashes().len();
        if photos > 0 {
            self.add(report::PHOTO_LIST, words::photo::term(), words::photo::count(&photos));
        }
        match &report.reporter {
            Some(reporter) => self.contact(report::REPORTER_NAME, words::report::reporter(), reporter),
            None => self.add(FieldPath::new("/reporter"), words::report::reporter(), words::report::anonymous()),
        }
        if let Some(neighbour) = &report.on_behalf_of {
            self.neighbour(report::BEHALF_NAME, report::BEHALF_ID, neighbour);
        }
    }

    fn measure(&mut self, field: FieldPath, term: &str, value: &str, unit: &str, level: Option<(&Band, u16)>) {
        let mut words = [value, " ", unit].concat();
        if let Some((band, value)) = level
            && (band.high.is_some() || band.low.is_some())
        {
            words.push_str(words::form::comma());
            words.push_str(readings::level(band.level(value)));
        }
        self.add(field, term, words);
    }

    fn check_in(&mut self, check_in: &CheckIn, public: &Public) {
        let bands = &public.thresholds;
        let whole = |value: u16| value.to_string();
        if let Some(words) = readings::pressure(check_in, bands) {
            self.add(check_in::SYSTOLIC, words::check_in::pressure(), words);
        }
        if let Some(value) = check_in.pulse {
            let level = Some((&bands.pulse, value));
            self.measure(check_in::PULSE, words::check_in::pulse(), &whole(value), words::unit::per_minute(), level);
        }
        if let Some(glucose) = check_in.glucose {
            let term = [words::check_in::glucose(), " · ", readings::glucose_when(glucose.when)].concat();
            let level = Some((&bands.glucose, glucose.value.0));
            self.measure(check_in::GLUCOSE, &term, &tenths(glucose.value), words::unit::mmol(), level);
        }
        if let Some(value) = check_in.temperature {
            let level = Some((&bands.temperature, value.0));
            let (term, unit) = (words::check_in::temperature(), words::unit::celsius());
            self.measure(check_in::TEMPERATURE, term, &tenths(value), unit, level);
        }
        if let Some(value) = check_in.oxygen {
            let level = Some((&bands.oxygen, value));
            self.measure(check_in::OXYGEN, words::check_in::oxygen(), &whole(value), words::unit::percent(), level);
        }
        if let Some(value) = check_in.weight {
            self.measure(check_in::WEIGHT, words::check_in::weight(), &tenths(value), words::unit::kilogram(), None);
        }
        self.add(check_in::MOOD, words::check_in::mood(), check_in.mood.map(readings::feeling).unwrap_or_default());
        self.add(check_in::SLEEP, words::check_in::sleep(), check_in.sleep.map(readings::feeling).unwrap_or_default());
        let symptoms: Vec<_> = check_in.symptoms.iter().map(|id| name_of(&public.kinds.symptom, id)).collect();
        self.add(check_in::SYMPTOMS, words::check_in::symptoms(), symptoms.join(words::form::and()));
        if check_in.contact_me {
            self.add(check_in::CONTACT_ME, words::check_in::contact_me(), words::form::yes());
        }
        self.add(check_in::NOTE, words::check_in::note(), check_in.note.clone());
        match &check_in.person {
            Person::Guest(contact) => self.contact(check_in::PERSON_NAME, words::form::person(), contact),
            Person::Known { name, phone, .. } => {
                let contact = Contact { name: name.clone(), phone: phone.clone() };
                self.contact(check_in::PERSON_ID, words::family::whom_check_in(), &contact);
            }
            Person::Card { card } => self.add(check_in::PERSON_CARD, words::card::number(), card.clone()),
        }
    }

    fn sign_up(&mut self, sign_up: &SignUp, public: &Public, now: DateTime<FixedOffset>) {
        let title = activity_title(public, sign_up.activity);
        self.add(sign_up::ACTIVITY, words::sign_up::activity(), title);
        let activity = public.activities.iter().find(|activity| activity.id == sign_up.activity);
        if let Some(activity) = activity {
            let session = activity.sessions.iter().find(|session| Some(session.id) == sign_up.session);
            let (from, to) = session.map_or((activity.starts_at, activity.ends_at), |s| (s.starts_at, s.ends_at));
            self.add(sign_up::SESSION, words::sign_up::time(), dates::span(from, to, now));
        }
        self.contact(sign_up::PERSON_NAME, words::form::person(), &sign_up.person);
        self.add(sign_up::PARTY_FIELD, words::sign_up::party(), words::sign_up::persons(&sign_up.party));
        self.add(sign_up::ROLE, words::sign_up::role(), states::role(sign_up.role));
        if let Some(neighbour) = &sign_up.on_behalf_of {
            self.neighbour(sign_up::BEHALF_NAME, sign_up::BEHALF_ID, neighbour);
        }
        if let Some(guardian) = &sign_up.guardian {
            let contact = Contact { name: guardian.name.clone(), phone: guardian.phone.clone() };
            self.contact(sign_up::GUARDIAN_NAME, words::sign_up::guardian(), &contact);
        }
    }
}

/// A quantity as people write it: no decimal where it is nought.
fn tenths(value: Tenths) -> String {
    if value.0.is_multiple_of(10) { (value.0 / 10).to_string() } else { value.to_string() }
}

fn place_words(place: &Place, public: &Public) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let estate = public.places.iter().find(|estate| Some(&estate.estate) == place.estate.as_ref());
    if let Some(estate) = estate {
        parts.push(&estate.name);
        let building = estate.buildings.iter().find(|building| Some(&building.id) == place.building.as_ref());
        parts.extend(building.map(|building| building.name.as_str()));
    }
    parts.extend(place.unit.as_deref());
    parts.extend(place.words.as_deref());
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// The measured values of a check-in by the pointer of their field, with their unit.
pub fn measures(submission: &Submission) -> Vec<(&'static str, String)> {
    let Submission::CheckIn(check_in) = submission else { return Vec::new() };
    let whole = |field: FieldPath, value: Option<u16>, unit: &str| {
        value.map(|value| (field.pointer(), [&value.to_string(), " ", unit].concat()))
    };
    let tenth = |field: FieldPath, value: Option<Tenths>, unit: &str| {
        value.map(|value| (field.pointer(), [&tenths(value), " ", unit].concat()))
    };
    [
        whole(check_in::SYSTOLIC, check_in.systolic, words::unit::mmhg()),
        whole(check_in::DIASTOLIC, check_in.diastolic, words::unit::mmhg()),
        whole(check_in::PULSE, check_in.pulse, words::unit::per_minute()),
        tenth(check_in::GLUCOSE, check_in.glucose.map(|glucose| glucose.value), words::unit::mmol()),
        tenth(check_in::TEMPERATURE, check_in.temperature, words::unit::celsius()),
        whole(check_in::OXYGEN, check_in.oxygen, words::unit::percent()),
        tenth(check_in::WEIGHT, check_in.weight, words::unit::kilogram()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
