//! What serious findings ask for: whom to call first, and what the office will do. Shown before and after sending;
//! nothing is blocked, but while calling comes first no other button is louder.

use leptos::prelude::*;
use linli_domain::community::{OfficeContact, Public, Purpose};
use linli_domain::finding::Findings;
use linli_domain::submission::Submission;
use linli_domain::{Code, Weight};

use crate::i18n::{language, words};
use crate::ui::banner::{Banner, Tone};
use crate::ui::phone_link::{Callee, PhoneList};

/// The number of the ambulance in all of China.
const AMBULANCE: &str = "120";

/// Somebody to call, as the list of numbers takes it.
pub fn callee(contact: &OfficeContact) -> Callee {
    Callee { name: contact.name.clone(), phone: contact.phone.clone(), hours: contact.hours.clone() }
}

/// Everybody who can be called for one of these purposes, in their order.
pub fn callees(public: &Public, purposes: &[Purpose]) -> Vec<Callee> {
    let of_one = |purpose: &Purpose| {
        public.contacts.iter().filter(|contact| contact.purpose == *purpose).map(callee).collect::<Vec<_>>()
    };
    purposes.iter().flat_map(of_one).collect()
}

/// The doctors and nurses of the community, then the ambulance.
fn health(public: &Public) -> Vec<Callee> {
    let ambulance = public.contacts.iter().filter(|contact| contact.phone == AMBULANCE).map(callee);
    callees(public, &[Purpose::Health]).into_iter().chain(ambulance).collect()
}

/// The numbers to call first for a kind of report; the emergency numbers where the kind names none.
pub fn emergency(public: &Public, kind: &str) -> Vec<Callee> {
    let kind = public.kinds.report.iter().find(|known| known.id == kind);
    let named: Vec<_> = public
        .contacts
        .iter()
        .filter(|contact| kind.is_some_and(|kind| kind.emergency.contains(&contact.id)))
        .map(callee)
        .collect();
    if named.is_empty() { callees(public, &[Purpose::Emergency]) } else { named }
}

/// Whether calling comes before sending: somebody is in danger, or a reading asks to act at once.
pub fn is_to_call_first(submission: &Submission, findings: &Findings, public: &Public) -> bool {
    let dangerous = matches!(submission, Submission::Report(report) if is_dangerous(&report.kind, public));
    let urgent = |code: &Code| matches!(code, Code::Emergency | Code::ActHigh | Code::ActLow);
    dangerous || findings.of(Weight::NeedsAction).any(|finding| urgent(&finding.code))
}

/// Whether a kind of report endangers life or property: those are what the office takes up within the hour.
pub fn is_dangerous(kind: &str, public: &Public) -> bool {
    let known = public.kinds.report.iter().find(|known| known.id == kind);
    known.and_then(|kind| kind.within_hours).is_some_and(|hours| hours <= 1)
}

/// Whom to call about a reading that asks to act at once.
pub fn reading_numbers(public: &Public) -> AnyView {
    view! { <PhoneList callees=health(public) lang=language::of_content() /> }.into_any()
}

/// The advice for a submission; nothing where nothing is serious.
pub fn advice(submission: &Submission, findings: &Findings, public: &Public) -> AnyView {
    let mut codes: Vec<Code> = findings.of(Weight::NeedsAction).map(|finding| finding.code).collect();
    codes.dedup();
    let kind = if let Submission::Report(report) = submission { report.kind.as_str() } else { "" };
    if codes.contains(&Code::ActHigh) || codes.contains(&Code::ActLow) {
        boxed(Tone::Danger, words::advice::reading_title(), words::advice::reading(), health(public))
    } else if codes.contains(&Code::Emergency) || is_dangerous(kind, public) {
        boxed(Tone::Danger, words::advice::emergency_title(), words::advice::emergency(), emergency(public, kind))
    } else if codes.contains(&Code::ContactWanted) {
        let callees = callees(public, &[Purpose::Health]);
        boxed(Tone::Note, words::advice::contact_title(), words::advice::contact(), callees)
    } else {
        ().into_any()
    }
}

/// A box with what to do and whom to call. In danger the numbers come first: nobody reads a paragraph then.
pub fn boxed(tone: Tone, title: &'static str, text: &'static str, callees: Vec<Callee>) -> AnyView {
    let numbers = view! { <PhoneList callees lang=language::of_content() /> }.into_any();
    let text = view! { <p>{text}</p> }.into_any();
    let (first, second) = if tone == Tone::Danger { (numbers, text) } else { (text, numbers) };
    view! {
        <Banner tone title>
            {first}
            {second}
        </Banner>
    }
    .into_any()
}
