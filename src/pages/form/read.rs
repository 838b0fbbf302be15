//! Between what was typed, by field, and the values of a submission.

use linli_domain::finding::Findings;
use linli_domain::number::{self, Tenths};
use linli_domain::person::{Contact, Neighbour};
use linli_domain::{Code, FieldPath};

use crate::ui::field::{TICKED, Typed};

/// Reads what was typed into one form, noting what cannot be read.
pub struct Reader<'a> {
    typed: &'a Typed,
    findings: Findings,
}

impl<'a> Reader<'a> {
    /// Begins to read.
    pub fn new(typed: &'a Typed) -> Self {
        Self { typed, findings: Findings::new() }
    }

    /// Words, without the spaces around them.
    pub fn text(&self, field: FieldPath) -> &'a str {
        self.typed.get(field.pointer()).map(String::as_str).unwrap_or_default().trim()
    }

    /// Words, if there are any.
    pub fn some(&self, field: FieldPath) -> Option<String> {
        Some(self.text(field)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, field: FieldPath) -> bool {
        self.text(field) == TICKED
    }

    /// The boxes ticked among several.
    pub fn list(&self, field: FieldPath) -> Vec<String> {
        self.text(field).split(' ').filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }

    /// A whole number.
    pub fn whole(&mut self, field: FieldPath) -> Option<u16> {
        let read = number::read_whole(self.text(field));
        self.keep(field, read)
    }

    /// A number with at most one decimal.
    pub fn tenths(&mut self, field: FieldPath) -> Option<Tenths> {
        let read = number::read_tenths(self.text(field));
        self.keep(field, read)
    }

    /// A person by name and telephone number.
    pub fn contact(&self, name: FieldPath, phone: FieldPath) -> Contact {
        Contact { name: self.text(name).to_owned(), phone: self.text(phone).to_owned() }
    }

    /// Somebody it is done for; the account knows them where an id is given.
    pub fn neighbour(&self, id: FieldPath, name: FieldPath, phone: FieldPath) -> Neighbour {
        let Contact { name, phone } = self.contact(name, phone);
        Neighbour { id: self.text(id).parse().ok(), name, phone }
    }

    /// What could not be read, followed by what validation found.
    pub fn with(mut self, found: Findings) -> Findings {
        self.findings.extend(found);
        self.findings
    }

    fn keep<T>(&mut self, field: FieldPath, read: Result<Option<T>, Code>) -> Option<T> {
        read.unwrap_or_else(|code| {
            self.findings.impossible(field, code);
            None
        })
    }
}

/// Writes a submission back into its form.
#[derive(Default)]
pub struct Writer(Typed);

impl Writer {
    /// Words.
    pub fn text(&mut self, field: FieldPath, text: &str) {
        self.0.insert(field.pointer().to_owned(), text.to_owned());
    }

    /// A number, if there is one.
    pub fn number(&mut self, field: FieldPath, number: Option<impl ToString>) {
        if let Some(number) = number {
            self.text(field, &number.to_string());
        }
    }

    /// A box.
    pub fn tick(&mut self, field: FieldPath, ticked: bool) {
        if ticked {
            self.text(field, TICKED);
        }
    }

    /// A person by name and telephone number.
    pub fn contact(&mut self, name: FieldPath, phone: FieldPath, contact: &Contact) {
        self.text(name, &contact.name);
        self.text(phone, &contact.phone);
    }

    /// What the form starts with.
    pub fn typed(self) -> Typed {
        self.0
    }
}
