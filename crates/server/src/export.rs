//! The copy of everything about an account: as JSON, or as a page to read, whose words are those of the app, out of the same
//! files.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use futures_util::TryStreamExt as _;
use futures_util::stream::{self, Stream};
use linli_domain::account::{Export, OwnRecord};
use linli_domain::consent::ConsentLine;
use linli_domain::submission::{SubmissionKind, SubmissionState};
use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::store::Store;

/// The languages there are; the first one where none is wanted that is there.
const LANGUAGES: [(&str, &str); 3] = [
    ("zh-Hans", include_str!("../../../locales/zh-Hans.json")),
    ("zh-Hant", include_str!("../../../locales/zh-Hant.json")),
    ("en", include_str!("../../../locales/en.json")),
];

/// Parts of a body that the head of the record tells already, or that tell nothing.
const ENVELOPE: [&str; 6] = ["activity", "channel", "community", "kind", "made_at", "receipt"];

/// The words of a field. What is not here stands there by its own name.
const FIELDS: [(&str, &str); 29] = [
    ("building", "report.building"),
    ("consent", "check_in.consent"),
    ("contact_me", "check_in.contact_me"),
    ("description", "report.description"),
    ("diastolic", "check_in.diastolic"),
    ("estate", "report.estate"),
    ("glucose", "check_in.glucose"),
    ("guardian", "sign_up.guardian"),
    ("mood", "check_in.mood"),
    ("name", "form.name"),
    ("note", "check_in.note"),
    ("on_behalf_of", "form.neighbour"),
    ("oxygen", "check_in.oxygen"),
    ("party", "sign_up.party"),
    ("person", "form.person"),
    ("phone", "form.phone"),
    ("photos", "photo.term"),
    ("place", "report.place"),
    ("pulse", "check_in.pulse"),
    ("reporter", "form.person"),
    ("role", "sign_up.role"),
    ("session", "sign_up.session"),
    ("sleep", "check_in.sleep"),
    ("symptoms", "check_in.symptoms"),
    ("systolic", "check_in.systolic"),
    ("temperature", "check_in.temperature"),
    ("unit", "report.unit"),
    ("urgent", "report.urgent_term"),
    ("words", "report.place_words"),
];

/// The words of a language.
pub struct Words(Value);

impl Words {
    fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.pointer(&["/", &key.replace('.', "/")].concat()).and_then(Value::as_str).unwrap_or(key)
    }

    fn field<'a>(&'a self, name: &'a str) -> &'a str {
        FIELDS.iter().find(|(known, _)| *known == name).map_or(name, |(_, key)| self.text(key))
    }
}

/// The copy is written part by part, so that no more than a page of it is ever in memory.
#[derive(Clone)]
pub enum Form {
    /// As JSON: [`Export`].
    Json,
    /// As a page to read, in a language by its tag.
    Page(&'static str, Arc<Words>),
}

impl Form {
    /// A page in the first language of a list such as `zh-Hant,en;q=0.8` that there is.
    pub fn page(wanted: &str) -> Self {
        let (tag, words) = language(wanted);
        Self::Page(tag, Arc::new(Words(serde_json::from_str(words).unwrap_or_default())))
    }

    /// All before the first consent, out of a copy that has no consents and records yet.
    fn head(&self, export: &Export) -> Result<String, Error> {
        match self {
            Self::Json => {
                let whole = json(export)?;
                let head = whole.strip_suffix(r#""consents":[],"records":[]}"#);
                Ok([head.ok_or(Error::Internal("an export that ends otherwise"))?, r#""consents":["#].concat())
            }
            Self::Page(tag, words) => Ok(head(tag, words, export)),
        }
    }

    fn consents(&self, lines: &[ConsentLine], first: bool) -> Result<String, Error> {
        match self {
            Self::Json => listed(lines, first),
            Self::Page(_, words) => Ok(consents(words, lines)),
        }
    }

    /// All between the last consent and the first record.
    fn between(&self) -> String {
        match self {
            Self::Json => r#"],"records":["#.to_owned(),
            Self::Page(_, words) => ["</dl>\n<h2>", &escaped(words.text("mine.title")), "</h2>\n"].concat(),
        }
    }

    fn records(&self, records: &[OwnRecord], first: bool) -> Result<String, Error> {
        match self {
            Self::Json => listed(records, first),
            Self::Page(_, words) if first && records.is_empty() => {
                Ok(["<p>", &escaped(words.text("export.none")), "</p>\n"].concat())
            }
            Self::Page(_, words) => {
                let mut page = String::new();
                for own in records {
                    record(&mut page, words, own, &moment(&own.made_at), &moment(&own.received_at));
                }
                Ok(page)
            }
        }
    }

    fn end(&self) -> &'static str {
        match self {
            Self::Json => "]}\n",
            Self::Page(..) => "</html>\n",
        }
    }
}

/// What is written next.
enum Part {
    Head(Box<Export>),
    /// Consents before this one.
    Consents(Option<i64>),
    /// Records that changed since.
    Records(i64),
    Nothing,
}

/// The copy of everything about an account, read page by page while it is written. A reader whose line breaks, or whose copy
/// cannot be read to its end, has one that plainly ends too early.
pub fn written(store: Store, export: Export, form: Form) -> impl Stream<Item = Result<String, Error>> {
    let account = export.account.id;
    let parts = stream::try_unfold(Part::Head(Box::new(export)), move |part| {
        let (store, form) = (store.clone(), form.clone());
        async move {
            Ok(match part {
                Part::Head(export) => Some((form.head(&export)?, Part::Consents(None))),
                Part::Consents(before) => {
                    let (lines, next) = store.consents_before(account, before).await?;
                    let text = form.consents(&lines, before.is_none())?;
                    Some(match next {
                        Some(next) => (text, Part::Consents(Some(next))),
                        None => (text + &form.between(), Part::Records(0)),
                    })
                }
                Part::Records(since) => {
                    let page = store.own_records(account, since).await?;
                    let text = form.records(&page.items, since == 0)?;
                    Some(if page.more { (text, Part::Records(page.next)) } else { (text + form.end(), Part::Nothing) })
                }
                Part::Nothing => None,
            })
        }
    });
    parts.inspect_err(|error: &Error| tracing::error!(%error, "a copy ended early"))
}

/// The items of a list of JSON, one a line, without its brackets.
fn listed<T: Serialize>(items: &[T], first: bool) -> Result<String, Error> {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        text.push_str(if first && index == 0 { "\n" } else { ",\n" });
        text.push_str(&json(item)?);
    }
    Ok(text)
}

fn json<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|_| Error::Internal("an export without JSON"))
}

fn moment(at: &DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// The page down to the first consent.
fn head(tag: &str, words: &Words, export: &Export) -> String {
    let title = escaped(words.text("export.title"));
    let mut page =
        format!("<!doctype html>\n<html lang=\"{tag}\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n");
    page.push_str(&["<h1>", &title, "</h1>\n<dl>\n"].concat());
    let account = &export.account;
    for (key, text) in [
        ("export.community", export.community.clone()),
        ("export.made", moment(&export.made_at)),
        ("form.name", account.name.clone()),
        ("form.phone", account.phone.clone().unwrap_or_default()),
        ("export.place", account.place.clone().unwrap_or_default()),
        ("export.opened", moment(&export.opened_at)),
    ] {
        line(&mut page, words.text(key), &escaped(&text));
    }
    for until in &export.sessions_until {
        line(&mut page, words.text("export.session_until"), &escaped(&moment(until)));
    }
    page.push_str(&["</dl>\n<h2>", &escaped(words.text("export.kept")), "</h2>\n<dl>\n"].concat());
    let kept = &export.kept_days;
    for (key, days) in [("home.report", kept.report), ("home.check_in", kept.check_in), ("home.sign_up", kept.sign_up)]
    {
        let days = words.text("export.days").replace("{{ count }}", &days.to_string());
        line(&mut page, words.text(key), &escaped(&days));
    }
    page.push_str("</dl>\n");
    people(&mut page, words, export);
    page.push_str(&["<h2>", &escaped(words.text("consent.record")), "</h2>\n<dl>\n"].concat());
    page
}

/// Whom the account acts for, with their cards.
fn people(page: &mut String, words: &Words, export: &Export) {
    page.push_str(&["<h2>", &escaped(words.text("family.title")), "</h2>\n<dl>\n"].concat());
    for member in &export.family {
        let born = member.born.map(|born| born.to_string()).unwrap_or_default();
        let cards = export.cards.iter().filter(|card| card.person == member.id);
        let mut said = vec![member.name.clone(), member.phone.clone(), born];
        said.extend(cards.map(|card| card.number.clone()));
        said.retain(|part| !part.is_empty());
        let relation = ["family.", member.relation.as_str()].concat();
        line(page, words.text(&relation), &escaped(&said.join(" · ")));
    }
    page.push_str("</dl>\n");
}

/// What was agreed to and taken back.
fn consents(words: &Words, lines: &[ConsentLine]) -> String {
    let mut page = String::new();
    for consent in lines {
        let what = words.text(if consent.given { "consent.given" } else { "consent.withdrawn" });
        let said = [what, " ", &consent.version, " ", &consent.name, " ", &moment(&consent.at)].concat();
        let term = words.text(if consent.guardian { "sign_up.guardian" } else { "check_in.consent_title" });
        line(&mut page, term, &escaped(&said));
    }
    page
}

fn record(page: &mut String, words: &Words, own: &OwnRecord, made: &str, received: &str) {
    let kind = words.text(match own.kind {
        SubmissionKind::Report => "home.report",
        SubmissionKind::CheckIn => "home.check_in",
        SubmissionKind::SignUp => "home.sign_up",
    });
    let state = words.text(match own.state {
        SubmissionState::Confirmed => "state.confirmed",
        SubmissionState::Waiting => "state.waiting_list",
        SubmissionState::Received | SubmissionState::Other => "state.received",
    });
    let title = own.title.as_deref().map(|title| [" · ", title].concat()).unwrap_or_default();
    page.push_str(&["<h3>", &escaped(kind), &escaped(&title), "</h3>\n<dl>\n"].concat());
    for (key, text) in [
        ("export.filled_in", made),
        ("desk.arrived", received),
        ("desk.state", state),
        ("done.receipt", &own.receipt.grouped()),
    ] {
        line(page, words.text(key), &escaped(text));
    }
    for (name, value) in own.body.as_object().into_iter().flatten() {
        let said = said(words, value);
        if !ENVELOPE.contains(&name.as_str()) && !said.is_empty() {
            line(page, words.field(name), &said);
        }
    }
    page.push_str("</dl>\n");
}

fn line(page: &mut String, term: &str, said: &str) {
    page.push_str(&["<dt>", &escaped(term), "</dt><dd>", said, "</dd>\n"].concat());
}

/// A value in words; nothing for what was not said.
fn said(words: &Words, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => escaped(words.text(if *yes { "form.yes" } else { "form.no" })),
        Value::Number(number) => number.to_string(),
        Value::String(text) => escaped(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| said(words, item)).collect();
            items.join(&escaped(words.text("form.and")))
        }
        Value::Object(fields) => {
            let mut list = String::new();
            for (name, value) in fields {
                let said = said(words, value);
                if !said.is_empty() {
                    line(&mut list, words.field(name), &said);
                }
            }
            if list.is_empty() { list } else { format!("<dl>{list}</dl>") }
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A language by its tag, or by the beginning of one: `zh-TW` and `zh-HK` are written in traditional characters.
fn language(wanted: &str) -> (&'static str, &'static str) {
    let mut tags = wanted.split(',').filter_map(|tag| tag.split(';').next()).map(|tag| tag.trim().to_ascii_lowercase());
    let known = |tag: String| {
        let tag = match tag.as_str() {
            "zh-tw" | "zh-hk" | "zh-mo" => "zh-hant",
            tag if tag == "zh" || tag.starts_with("zh-cn") || tag.starts_with("zh-sg") => "zh-hans",
            tag => tag.split_once('-').filter(|(language, _)| *language == "en").map_or(tag, |(language, _)| language),
        };
        LANGUAGES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(tag))
    };
    tags.find_map(known).unwrap_or(LANGUAGES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_page_is_there_in_every_language() {
        let own = ["title", "community", "made", "place", "opened", "session_until", "none", "filled_in"];
        let keys = own.map(|key| ["export.", key].concat());
        for (tag, text) in LANGUAGES {
            let words = Words(serde_json::from_str(text).unwrap());
            for key in keys.iter().map(String::as_str).chain(FIELDS.iter().map(|(_, key)| *key)) {
                assert_ne!(words.text(key), key, "{tag}");
            }
        }
    }

    #[test]
    fn the_first_language_that_there_is_is_taken() {
        for (wanted, tag) in [
            ("", "zh-Hans"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
            ("zh-TW", "zh-Hant"),
            ("en-GB,zh", "en"),
            ("fr, en", "en"),
            ("zh-Hant", "zh-Hant"),
        ] {
            assert_eq!(language(wanted).0, tag, "{wanted}");
        }
    }

    #[test]
    fn what_people_wrote_is_text_and_never_markup() {
        assert_eq!(said(&Words(Value::Null), &Value::from("<script>&\"")), "&lt;script&gt;&amp;&quot;");
    }
}
