//! Every URL of the app is spelled here and nowhere else.

use linli_domain::submission::SubmissionKind;
use linli_domain::{Receipt, RecordId};

/// What makes photos small: a worker, or a script.
pub const SHRINK: &str = "/shrink.js";

/// Where in a form somebody is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Step {
    /// Filling in the fields.
    #[default]
    Fields,
    /// Filling in the fields of one question, from 2, where questions are asked one at a time.
    Question(u8),
    /// Checking the answers before they are sent.
    Check,
}

/// How a form was begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Begun {
    /// As a new one.
    #[default]
    Anew,
    /// To correct a submission that was refused.
    ToCorrect(RecordId),
    /// From a sheet of paper that carries this receipt number.
    FromPaper(Receipt),
    /// By staff, on behalf of the resident of this acting.
    OnBehalf(RecordId),
}

impl Begun {
    fn parse(query: &str) -> Self {
        let paper = || parameter(query, "receipt").and_then(|receipt| receipt.parse().ok());
        let behalf = || parameter(query, "behalf").and_then(|id| id.parse().ok()).map(Self::OnBehalf);
        match parameter(query, "correct").and_then(|id| id.parse().ok()) {
            Some(id) => Self::ToCorrect(id),
            None => paper().map(Self::FromPaper).or_else(behalf).unwrap_or_default(),
        }
    }
}

/// A page of the residents' app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The first page.
    Home,
    /// The first page of a shared tablet; opening it makes the device one.
    Kiosk,
    /// Pairing a shared tablet with the office.
    Pair,
    /// Activities to come, of one kind where given.
    Activities {
        /// A kind of activity.
        kind: Option<String>,
    },
    /// One activity.
    Activity(RecordId),
    /// The sign-up form for an activity.
    SignUp {
        /// The activity.
        activity: RecordId,
        /// Where in the form.
        step: Step,
        /// How the form was begun.
        begun: Begun,
    },
    /// The health check-in form.
    CheckIn {
        /// Where in the form.
        step: Step,
        /// How the form was begun.
        begun: Begun,
    },
    /// The report form.
    Report {
        /// Where in the form.
        step: Step,
        /// How the form was begun.
        begun: Begun,
    },
    /// The confirmation of a submission.
    Done(RecordId),
    /// Every submission made on this device.
    Mine,
    /// One of them.
    MineItem(RecordId),
    /// What waits to be sent.
    Outbox,
    /// Looking up a receipt number.
    Receipts,
    /// One's account, or signing in to it.
    Account,
    /// Opening an account.
    OpenAccount,
    /// Setting one's PIN by a code of the office.
    SetPin,
    /// The people the account acts for.
    Family,
    /// One of them; somebody new where there is no id.
    Member(Option<RecordId>),
    /// What the community keeps about one, and how it is put right.
    OwnData,
    /// Somebody's card.
    Card(RecordId),
    /// One notice.
    Notice(RecordId),
    /// Nothing is there.
    NotFound,
}

impl Route {
    /// Reads a path and a query (with or without its question mark).
    pub fn parse(path: &str, query: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let begun = Begun::parse(query);
        let id = |text: &str, route: fn(RecordId) -> Self| text.parse().map_or(Self::NotFound, route);
        match parts.as_slice() {
            [] => Self::Home,
            ["kiosk"] => Self::Kiosk,
            ["kiosk", "pair"] => Self::Pair,
            ["activities"] => Self::Activities { kind: parameter(query, "kind") },
            ["activities", activity] => id(activity, Self::Activity),
            ["activities", activity, "sign-up", rest @ ..] => match (activity.parse(), step(rest)) {
                (Ok(activity), Some(step)) => Self::SignUp { activity, step, begun },
                _ => Self::NotFound,
            },
            ["check-in", rest @ ..] => step(rest).map_or(Self::NotFound, |step| Self::CheckIn { step, begun }),
            ["report", rest @ ..] => step(rest).map_or(Self::NotFound, |step| Self::Report { step, begun }),
            ["done", record] => id(record, Self::Done),
            ["mine"] => Self::Mine,
            ["mine", record] => id(record, Self::MineItem),
            ["outbox"] => Self::Outbox,
            ["receipts"] => Self::Receipts,
            ["account"] => Self::Account,
            ["account", "open"] => Self::OpenAccount,
            ["account", "pin"] => Self::SetPin,
            ["account", "family"] => Self::Family,
            ["account", "family", "new"] => Self::Member(None),
            ["account", "family", person] => id(person, |id| Self::Member(Some(id))),
            ["account", "data"] => Self::OwnData,
            ["account", "cards", person] => id(person, Self::Card),
            ["notices", notice] => id(notice, Self::Notice),
            _ => Self::NotFound,
        }
    }

    /// Whether this is the address where a visit at a shared tablet begins.
    pub fn is_start(path: &str) -> bool {
        path == Self::Kiosk.path() || path == Self::Home.path()
    }

    /// The path with its query.
    pub fn path(&self) -> String {
        match self {
            Self::Home => "/".to_owned(),
            Self::Kiosk => "/kiosk".to_owned(),
            Self::Pair => "/kiosk/pair".to_owned(),
            Self::Activities { kind } => with_query("/activities".to_owned(), "kind", kind.as_deref()),
            Self::Activity(id) => ["/activities/", &id.to_string()].concat(),
            Self::SignUp { activity, step, begun } => {
                form_path(["/activities/", &activity.to_string(), "/sign-up"].concat(), *step, *begun)
            }
            Self::CheckIn { step, begun } => form_path("/check-in".to_owned(), *step, *begun),
            Self::Report { step, begun } => form_path("/report".to_owned(), *step, *begun),
            Self::Done(id) => ["/done/", &id.to_string()].concat(),
            Self::Mine => "/mine".to_owned(),
            Self::MineItem(id) => ["/mine/", &id.to_string()].concat(),
            Self::Outbox => "/outbox".to_owned(),
            Self::Receipts => "/receipts".to_owned(),
            Self::Account => "/account".to_owned(),
            Self::OpenAccount => "/account/open".to_owned(),
            Self::SetPin => "/account/pin".to_owned(),
            Self::Family => "/account/family".to_owned(),
            Self::Member(None) => "/account/family/new".to_owned(),
            Self::Member(Some(id)) => ["/account/family/", &id.to_string()].concat(),
            Self::OwnData => "/account/data".to_owned(),
            Self::Card(id) => ["/account/cards/", &id.to_string()].concat(),
            Self::Notice(id) => ["/notices/", &id.to_string()].concat(),
            Self::NotFound => "/not-found".to_owned(),
        }
    }

    /// The check-in form from its start.
    pub const fn check_in() -> Self {
        Self::CheckIn { step: Step::Fields, begun: Begun::Anew }
    }

    /// The report form from its start.
    pub const fn report() -> Self {
        Self::Report { step: Step::Fields, begun: Begun::Anew }
    }

    /// The sign-up form for an activity from its start.
    pub const fn sign_up(activity: RecordId) -> Self {
        Self::SignUp { activity, step: Step::Fields, begun: Begun::Anew }
    }

    /// Where in a form this is; the first step on pages that are no form.
    pub const fn step(&self) -> Step {
        match self {
            Self::SignUp { step, .. } | Self::CheckIn { step, .. } | Self::Report { step, .. } => *step,
            _ => Step::Fields,
        }
    }

    /// The same form at another step; any other page as it is.
    #[must_use]
    pub fn at(&self, step: Step) -> Self {
        match self.clone() {
            Self::SignUp { activity, begun, .. } => Self::SignUp { activity, step, begun },
            Self::CheckIn { begun, .. } => Self::CheckIn { step, begun },
            Self::Report { begun, .. } => Self::Report { step, begun },
            other => other,
        }
    }

    /// The page that shows this route: the same for every step of a form and every filter of a list.
    #[must_use]
    pub fn page(&self) -> Self {
        match self.at(Step::Fields) {
            Self::Activities { .. } => Self::Activities { kind: None },
            other => other,
        }
    }

    /// Whether this is the beginning of a form that staff fill in for somebody: the way back is to their desk.
    pub fn is_for_somebody(&self) -> bool {
        let begun = match self {
            Self::SignUp { begun, .. } | Self::CheckIn { begun, .. } | Self::Report { begun, .. } => *begun,
            _ => Begun::Anew,
        };
        matches!(begun, Begun::OnBehalf(_)) && self.step() == Step::Fields
    }

    /// The page one step up, for the back link.
    #[must_use]
    pub fn parent(&self) -> Self {
        match self {
            form if form.step() == Step::Check => form.at(Step::Fields),
            form if let Step::Question(number) = form.step() => form.at(match number {
                ..=2 => Step::Fields,
                _ => Step::Question(number - 1),
            }),
            Self::SignUp { begun: Begun::ToCorrect(id), .. }
            | Self::CheckIn { begun: Begun::ToCorrect(id), .. }
            | Self::Report { begun: Begun::ToCorrect(id), .. } => Self::MineItem(*id),
            Self::Activity(_) => Self::Activities { kind: None },
            Self::SignUp { activity, .. } => Self::Activity(*activity),
            Self::MineItem(_) | Self::Account => Self::Mine,
            Self::OpenAccount | Self::SetPin | Self::Family | Self::OwnData => Self::Account,
            Self::Member(_) | Self::Card(_) => Self::Family,
            _ => Self::Home,
        }
    }
}

/// The whole address of a page, with the origin of this one: for codes on paper.
pub fn whole_address(route: &Route) -> String {
    leptos::prelude::window().location().origin().unwrap_or_default() + &route.path()
}

/// A page of the staff desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskRoute {
    /// What arrived, of one kind where given.
    List {
        /// One of the forms.
        kind: Option<SubmissionKind>,
    },
    /// One submission.
    Item(RecordId),
    /// Empty forms to print, one of the three.
    Sheets(SubmissionKind),
    /// Household codes to print.
    HouseholdCodes,
    /// Places and grids.
    Places,
    /// Taking places in from a file.
    PlaceImport,
    /// The shared tablets.
    Devices,
    /// The audit log.
    Audit,
    /// Staff accounts.
    Staff,
    /// One's own staff account.
    Own,
    /// Residents: found, acted for, and their accounts opened.
    Residents,
    /// Whose card it is.
    Card,
    /// Nothing is there.
    NotFound,
}

impl DeskRoute {
    /// Where residents are helped, for forms that are filled in for one of them.
    pub const RESIDENTS: &str = "/desk/residents";

    /// Reads a path and a query (with or without its question mark).
    pub fn parse(path: &str, query: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["desk"] => Self::List { kind: parameter(query, "kind").and_then(|kind| SubmissionKind::read(&kind)) },
            ["desk", "submissions", id] => id.parse().map_or(Self::NotFound, Self::Item),
            ["desk", "household-codes"] => Self::HouseholdCodes,
            ["desk", "places"] => Self::Places,
            ["desk", "places", "import"] => Self::PlaceImport,
            ["desk", "devices"] => Self::Devices,
            ["desk", "audit"] => Self::Audit,
            ["desk", "staff"] => Self::Staff,
            ["desk", "account"] => Self::Own,
            ["desk", "residents"] => Self::Residents,
            ["desk", "cards"] => Self::Card,
            ["desk", "sheets", kind] => SubmissionKind::read(kind).map_or(Self::NotFound, Self::Sheets),
            _ => Self::NotFound,
        }
    }

    /// The path with its query.
    pub fn path(self) -> String {
        match self {
            Self::List { kind } => with_query("/desk/".to_owned(), "kind", kind.map(SubmissionKind::as_str)),
            Self::Item(id) => ["/desk/submissions/", &id.to_string()].concat(),
            Self::Sheets(kind) => ["/desk/sheets/", kind.as_str()].concat(),
            Self::HouseholdCodes => "/desk/household-codes".to_owned(),
            Self::Places => "/desk/places".to_owned(),
            Self::PlaceImport => "/desk/places/import".to_owned(),
            Self::Devices => "/desk/devices".to_owned(),
            Self::Audit => "/desk/audit".to_owned(),
            Self::Staff => "/desk/staff".to_owned(),
            Self::Own => "/desk/account".to_owned(),
            Self::Residents => Self::RESIDENTS.to_owned(),
            Self::Card => "/desk/cards".to_owned(),
            Self::NotFound => "/desk/not-found".to_owned(),
        }
    }
}

/// More questions than any form has.
const LAST_QUESTION: u8 = 20;

fn step(rest: &[&str]) -> Option<Step> {
    match rest {
        [] => Some(Step::Fields),
        ["check"] => Some(Step::Check),
        [number] => number.parse().ok().filter(|number| (2..=LAST_QUESTION).contains(number)).map(Step::Question),
        _ => None,
    }
}

fn form_path(base: String, step: Step, begun: Begun) -> String {
    let path = match step {
        Step::Fields => base,
        Step::Question(number) => base + "/" + &number.to_string(),
        Step::Check => base + "/check",
    };
    match begun {
        Begun::Anew => path,
        Begun::ToCorrect(id) => with_query(path, "correct", Some(&id.to_string())),
        Begun::OnBehalf(id) => with_query(path, "behalf", Some(&id.to_string())),
        Begun::FromPaper(receipt) => with_query(path, "receipt", Some(&receipt.to_string())),
    }
}

/// Values are ids of ours: letters, digits, hyphens and underscores, so nothing needs escaping.
fn with_query(path: String, name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => [&path, "?", name, "=", value].concat(),
        None => path,
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    query
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> RecordId {
        RecordId::new(1_700_000_000_000, [7; 10])
    }

    #[test]
    fn who_fills_in_a_form_for_somebody_goes_back_to_their_desk() {
        let check = |step, begun, expected| {
            assert_eq!(Route::Report { step, begun }.is_for_somebody(), expected, "{step:?}");
        };
        check(Step::Fields, Begun::OnBehalf(id()), true);
        check(Step::Check, Begun::OnBehalf(id()), false);
        check(Step::Fields, Begun::Anew, false);
        assert!(!Route::Home.is_for_somebody());
    }

    #[test]
    fn every_route_reads_what_it_writes() {
        let id = id();
        let (step, begun) = (Step::Check, Begun::ToCorrect(id));
        let paper = Begun::FromPaper(Receipt::new(7));
        for route in [
            Route::Home,
            Route::Pair,
            Route::Activities { kind: None },
            Route::Activities { kind: Some("sport".to_owned()) },
            Route::Activity(id),
            Route::sign_up(id),
            Route::SignUp { activity: id, step, begun },
            Route::check_in(),
            Route::CheckIn { step, begun },
            Route::report(),
            Route::Report { step: Step::Question(3), begun: paper },
            Route::Done(id),
            Route::Mine,
            Route::MineItem(id),
            Route::Outbox,
            Route::Receipts,
            Route::Account,
            Route::OpenAccount,
            Route::SetPin,
            Route::CheckIn { step, begun: Begun::OnBehalf(id) },
            Route::Family,
            Route::Member(None),
            Route::Member(Some(id)),
            Route::OwnData,
            Route::Card(id),
            Route::Notice(id),
            Route::NotFound,
        ] {
            let path = route.path();
            let (path, query) = path.split_once('?').unwrap_or((&path, ""));
            assert_eq!(Route::parse(path, query), route);
        }
    }

    #[test]
    fn every_desk_route_reads_what_it_writes() {
        for route in [
            DeskRoute::List { kind: None },
            DeskRoute::List { kind: Some(SubmissionKind::CheckIn) },
            DeskRoute::Item(id()),
            DeskRoute::Sheets(SubmissionKind::SignUp),
            DeskRoute::HouseholdCodes,
            DeskRoute::Places,
            DeskRoute::PlaceImport,
            DeskRoute::Devices,
            DeskRoute::Audit,
            DeskRoute::Staff,
            DeskRoute::Own,
            DeskRoute::Residents,
            DeskRoute::Card,
            DeskRoute::NotFound,
        ] {
            let path = route.path();
            let (path, query) = path.split_once('?').unwrap_or((&path, ""));
            assert_eq!(DeskRoute::parse(path, query), route);
        }
    }

    #[test]
    fn what_is_not_spelled_here_is_not_found() {
        for path in ["/activities/x", "/report/checked", "/done", "/nowhere"] {
            assert_eq!(Route::parse(path, ""), Route::NotFound, "{path}");
        }
    }

    #[test]
    fn the_way_back_leads_home() {
        let mut route = Route::SignUp { activity: id(), step: Step::Check, begun: Begun::Anew };
        for _ in 0..4 {
            route = route.parent();
        }
        assert_eq!(route, Route::Home);
    }
}
