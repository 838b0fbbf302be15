//! Whom a form is for: where somebody is signed in their people are offered, and what is known of them is filled in.

use chrono::NaiveDate;
use leptos::prelude::*;
use linli_domain::community::Public;
use linli_domain::family::{Family, Member};
use linli_domain::{FieldPath, RecordId};

use super::Form;
use crate::data::{clock, family, kiosk};
use crate::i18n::{states, words};
use crate::pages::community::Known;
use crate::routes::Begun;
use crate::ui::field::{TICKED, Typed};
use crate::ui::radios::{Choice, Layout, Radios};

/// Somebody whom the account does not act for.
pub const OTHER: &str = "other";

/// How a form asks whom it is for.
#[derive(Clone, Copy)]
pub struct Whom {
    /// The field that says it: the id of a person, or [`OTHER`]; empty where nobody is signed in.
    pub field: FieldPath,
    /// The question.
    pub title: fn() -> &'static str,
    /// Fills in what is known of whoever is chosen.
    pub fill: fn(&mut Typed, &Chosen<'_>),
}

/// Whoever was chosen.
pub struct Chosen<'a> {
    /// As it stands in the field.
    pub id: &'a str,
    /// Who acts.
    pub own: Option<&'a Member>,
    /// One of their people, not themselves.
    pub member: Option<&'a Member>,
    /// The community.
    pub public: &'a Public,
    /// Today.
    pub today: NaiveDate,
}

/// Writes into a field.
pub fn set(typed: &mut Typed, field: FieldPath, text: &str) {
    typed.insert(field.pointer().to_owned(), text.to_owned());
}

/// Whether it is the id of somebody the account knows.
pub fn is_known(chosen: &str) -> bool {
    chosen.parse::<RecordId>().is_ok()
}

impl Chosen<'_> {
    /// Whether it is whoever acts.
    pub fn is_own(&self) -> bool {
        self.own.is_some_and(|own| own.id.to_string() == self.id)
    }

    /// Fills in that it is done for somebody else.
    pub fn behalf(&self, typed: &mut Typed, ticked: FieldPath, [name, phone]: [FieldPath; 2]) {
        set(typed, ticked, if self.member.is_some() || self.id == OTHER { TICKED } else { "" });
        let (known_name, known_phone) = self.member.map_or(("", ""), |member| (&member.name, &member.phone));
        set(typed, name, known_name);
        set(typed, phone, known_phone);
    }
}

impl Whom {
    /// What a form begins with: one's own, where somebody is signed in; nobody's people where nobody is.
    pub fn begin(self, typed: &mut Typed, public: &Public, begun: Begun) {
        let known = family::signal().get_untracked();
        let before = typed.get(self.field.pointer()).cloned().unwrap_or_default();
        match known.as_ref().and_then(Family::oneself) {
            Some(own) if before.is_empty() && begun == Begun::Anew && !kiosk::is_on() => {
                self.choose(typed, known.as_ref(), public, &own.id.to_string());
            }
            None if !before.is_empty() => self.choose(typed, None, public, ""),
            Some(_) | None => {}
        }
    }

    fn choose(self, typed: &mut Typed, family: Option<&Family>, public: &Public, id: &str) {
        let own = family.and_then(Family::oneself);
        let member =
            id.parse().ok().and_then(|id| family?.member(id)).filter(|it| own.is_none_or(|own| own.id != it.id));
        set(typed, self.field, id);
        (self.fill)(typed, &Chosen { id, own, member, public, today: clock::now().date_naive() });
    }

    /// The question; nothing where nobody is signed in.
    pub fn choice(self, form: Form, public: Known) -> AnyView {
        if kiosk::is_on() {
            return ().into_any();
        }
        let (known, chosen) = (family::signal(), form.chosen(self.field));
        Effect::new(move |before: Option<String>| {
            let id = chosen.get();
            if before.is_some_and(|before| before != id) {
                let family = known.get_untracked();
                form.fill(|typed| self.choose(typed, family.as_ref(), &public.get_untracked(), &id));
            }
            id
        });
        let offered = Memo::new(move |_| known.get());
        let choice = move || {
            let family = offered.get()?;
            let member = |member: &Member| Choice {
                value: member.id.to_string(),
                label: member.name.clone(),
                hint: states::relation(member.relation).to_owned(),
            };
            let mut choices: Vec<Choice> = family.members.iter().map(member).collect();
            choices.push(Choice::new(OTHER, words::family::someone_else()));
            let of = form.field(self.field, (self.title)(), "");
            Some(view! { <Radios of choices layout=Layout::Cards /> })
        };
        choice.into_any()
    }
}
