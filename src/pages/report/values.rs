//! Between the report form as typed and the report it makes.

use linli_domain::FieldPath;
use linli_domain::finding::Findings;
use linli_domain::place::{self, Place};
use linli_domain::report::{self, Report};
use linli_domain::submission::{Channel, Submission};

use crate::pages::form::Frame;
use crate::pages::form::read::{Reader, Writer};
use crate::pages::form::whom::{Chosen, OTHER, set};
use crate::ui::field::Typed;

/// Whether the reporter gives a name.
pub const REPORTER: FieldPath = FieldPath::new("/reporter");
/// Whether it is reported for a neighbour.
pub const ON_BEHALF: FieldPath = FieldPath::new("/on_behalf_of");

/// The reporter gives a name.
pub const NAMED: &str = "named";
/// The reporter does not.
pub const ANONYMOUS: &str = "anonymous";

/// The report that was typed.
pub fn read(typed: &Typed, frame: &Frame<'_>) -> (Submission, Findings) {
    let reader = Reader::new(typed);
    let reporter = || reader.contact(report::REPORTER_NAME, report::REPORTER_PHONE);
    let neighbour = || reader.neighbour(report::BEHALF_ID, report::BEHALF_NAME, report::BEHALF_PHONE);
    let report = Report {
        community: frame.public.community.id.clone(),
        kind: reader.text(report::KIND).to_owned(),
        urgent: reader.ticked(report::URGENT),
        description: reader.text(report::DESCRIPTION).to_owned(),
        place: Place {
            estate: reader.some(place::ESTATE),
            building: reader.some(place::BUILDING),
            unit: reader.some(place::UNIT),
            words: reader.some(place::WORDS),
            point: None,
        },
        photos: reader.list(report::PHOTO_LIST),
        reporter: (reader.text(REPORTER) != ANONYMOUS).then(reporter),
        on_behalf_of: reader.ticked(ON_BEHALF).then(neighbour),
        channel: Channel::Phone,
        made_at: frame.made_at,
        receipt: Some(frame.receipt),
    };
    let findings = report.check(&frame.public.rules(frame.made_at));
    (Submission::Report(report), findings)
}

/// What would have been typed for a report.
pub fn write(submission: &Submission) -> Option<Typed> {
    let Submission::Report(report) = submission else { return None };
    let mut form = Writer::default();
    form.text(report::KIND, &report.kind);
    form.tick(report::URGENT, report.urgent);
    form.text(report::DESCRIPTION, &report.description);
    let place = &report.place;
    for (field, value) in [
        (place::ESTATE, &place.estate),
        (place::BUILDING, &place.building),
        (place::UNIT, &place.unit),
        (place::WORDS, &place.words),
    ] {
        form.text(field, value.as_deref().unwrap_or_default());
    }
    form.text(report::PHOTO_LIST, &report.photos.join(" "));
    form.text(REPORTER, if report.reporter.is_some() { NAMED } else { ANONYMOUS });
    if let Some(reporter) = &report.reporter {
        form.contact(report::REPORTER_NAME, report::REPORTER_PHONE, reporter);
    }
    if let Some(neighbour) = &report.on_behalf_of {
        form.tick(ON_BEHALF, true);
        form.text(report::BEHALF_ID, &neighbour.id.map_or_else(|| OTHER.to_owned(), |id| id.to_string()));
        form.contact(report::BEHALF_NAME, report::BEHALF_PHONE, &neighbour.contact());
    }
    Some(form.typed())
}

/// Fills in who reports, and for whom.
pub fn fill(typed: &mut Typed, chosen: &Chosen<'_>) {
    if let Some(own) = chosen.own {
        set(typed, report::REPORTER_NAME, &own.name);
        set(typed, report::REPORTER_PHONE, &own.phone);
    }
    chosen.behalf(typed, ON_BEHALF, [report::BEHALF_NAME, report::BEHALF_PHONE]);
}
