//! What every field has: label, hint, error, control and ids. One frame draws the parts around the control.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::icon::Icon;

/// What was typed into the fields of a form, by the name of the field. Whether a box is ticked is a value too.
pub type Typed = BTreeMap<String, String>;

/// What was typed into one field.
#[derive(Clone, Copy)]
pub struct Value {
    typed: RwSignal<Typed>,
    name: &'static str,
}

/// The value of a box that is ticked.
pub const TICKED: &str = "yes";

impl Value {
    /// The value of a field among those of its form.
    pub const fn of(typed: RwSignal<Typed>, name: &'static str) -> Self {
        Self { typed, name }
    }

    /// The value of a field that stands alone.
    pub fn alone(name: &'static str) -> Self {
        Self::of(RwSignal::new(Typed::new()), name)
    }

    /// What was typed, live.
    pub fn get(self) -> String {
        self.typed.with(|typed| typed.get(self.name).cloned().unwrap_or_default())
    }

    /// What was typed, not followed.
    pub fn get_untracked(self) -> String {
        self.typed.with_untracked(|typed| typed.get(self.name).cloned().unwrap_or_default())
    }

    /// Types something.
    pub fn set(self, text: String) {
        self.typed.update(|typed| {
            typed.insert(self.name.to_owned(), text);
        });
    }

    /// Whether this is the value, live.
    pub fn is(self, text: &str) -> bool {
        self.typed.with(|typed| typed.get(self.name).is_some_and(|value| value == text))
    }

    /// Whether the box with this value is among those ticked, live.
    pub fn has(self, ticked: &str) -> bool {
        self.get().split(' ').any(|value| value == ticked)
    }

    /// Ticks a box, or takes the tick away.
    pub fn tick(self, box_value: &str, on: bool) {
        let before = self.get_untracked();
        let mut ticked: Vec<&str> =
            before.split(' ').filter(|value| !value.is_empty() && *value != box_value).collect();
        if on {
            ticked.push(box_value);
        }
        self.set(ticked.join(" "));
    }
}

/// The parts of a field.
#[derive(Clone)]
pub struct Labelled {
    /// The id of the control; hint and error are named after it.
    pub id: String,
    /// What is asked.
    pub label: String,
    /// A line of help, or empty.
    pub hint: &'static str,
    /// What was typed.
    pub value: Value,
    /// What is wrong, once it is shown.
    pub error: Signal<Option<&'static str>>,
}

impl Labelled {
    /// The id of the hint.
    pub fn hint_id(&self) -> String {
        [&self.id, "-hint"].concat()
    }

    /// The id of the error.
    pub fn error_id(&self) -> String {
        [&self.id, "-error"].concat()
    }

    /// What describes the control: its hint, and its error once there is one.
    pub fn described_by(&self) -> Signal<Option<String>> {
        let hint = (!self.hint.is_empty()).then(|| self.hint_id());
        let (error, error_id) = (self.error, self.error_id());
        Signal::derive(move || match (&hint, error.get().is_some()) {
            (Some(hint), true) => Some([hint, " ", &error_id].concat()),
            (Some(hint), false) => Some(hint.clone()),
            (None, true) => Some(error_id.clone()),
            (None, false) => None,
        })
    }

    /// `true` for `aria-invalid` once something is wrong, nothing before.
    pub fn invalid(&self) -> Signal<Option<&'static str>> {
        let error = self.error;
        Signal::derive(move || error.get().map(|_| "true"))
    }
}

/// The frame of a field with one control.
#[component]
pub fn FieldFrame(
    /// Its parts.
    of: Labelled,
    /// Its control, with the id of `of`.
    children: Children,
) -> impl IntoView {
    let parts = of.clone();
    let invalid = of.invalid();
    view! {
        <div class="field" data-invalid=invalid>
            <label class="field__label" for=of.id>
                {of.label}
            </label>
            <FieldHelp of=parts />
            {children()}
        </div>
    }
}

/// The frame of a field with several controls.
#[component]
pub fn GroupFrame(
    /// Its parts; the id is the group's own.
    of: Labelled,
    /// How its controls are laid out: a class.
    layout: &'static str,
    /// Its controls.
    children: Children,
) -> impl IntoView {
    let parts = of.clone();
    let (described, invalid) = (of.described_by(), of.invalid());
    view! {
        <fieldset class="field" id=of.id aria-describedby=described data-invalid=invalid>
            <legend class="field__label">{of.label}</legend>
            <FieldHelp of=parts />
            <div class=layout>{children()}</div>
        </fieldset>
    }
}

/// Hint and error, above the control where a keyboard on the screen does not hide them.
#[component]
fn FieldHelp(of: Labelled) -> impl IntoView {
    let (hint_id, error_id, error) = (of.hint_id(), of.error_id(), of.error);
    let hint = (!of.hint.is_empty()).then(|| view! { <p class="field__hint" id=hint_id>{of.hint}</p> }.into_any());
    let message = move || {
        let id = error_id.clone();
        error.get().map(|error| {
            view! {
                <p class="field__error" id=id>
                    <Icon name="circle-alert" />
                    <span>{error}</span>
                </p>
            }
        })
    };
    view! {
        {hint}
        {message}
    }
}
