//! What is unsent, as a file that is carried to another device: a version and the items as they go on the wire, with the
//! ids they had. So whoever takes it in, and however often, the server keeps one row of each.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::photo::{self, PhotoRow, photo_key};
use super::row::{OutboxRow, SealedRow, SubmissionRow, parse};
use super::{Change, Table, to_json};
use crate::submission::{Submission, SubmissionKind};
use crate::{PhotoHash, RecordId, sealed};

/// The version of the form below. A higher one may say things this version cannot keep.
pub const VERSION: u64 = 1;

/// Why a file cannot be taken in. Nothing of it is taken in then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Something else.
    #[error("not such a file")]
    Other,
    /// Cut off, or changed.
    #[error("damaged")]
    Damaged,
    /// Written by a newer version of the app.
    #[error("newer")]
    Newer,
}

#[derive(Deserialize)]
struct Head {
    linli: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct File {
    linli: u64,
    items: Vec<Item>,
}

#[derive(Serialize, Deserialize)]
struct Item {
    kind: String,
    id: RecordId,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    body: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    photos: Vec<PhotoRow>,
}

/// A submission on its way from device to device, with its photos; it may be sealed.
#[derive(Debug, Clone)]
pub struct Carried {
    row: Row,
    photos: Vec<PhotoRow>,
}

#[derive(Debug, Clone)]
enum Row {
    Said(SubmissionRow),
    Sealed(SealedRow),
    Foreign(ForeignRow),
}

/// A submission of a kind that another version of the app knows.
#[derive(Debug, Clone, Deserialize)]
struct ForeignRow {
    id: RecordId,
    kind: String,
    title: String,
    body: Box<RawValue>,
}

impl Carried {
    /// From its row in [`Table::Submission`]; `None` if nobody can read it.
    pub fn new(submission: &str) -> Option<Self> {
        let said = || parse(Some(submission)).map(Row::Said);
        let sealed = || parse(Some(submission)).map(Row::Sealed);
        let row = said().or_else(sealed).or_else(|| parse(Some(submission)).map(Row::Foreign))?;
        Some(Self { row, photos: Vec::new() })
    }

    /// One that never had a row, sealed.
    pub const fn sealed(id: RecordId, sealed: String) -> Self {
        Self { row: Row::Sealed(SealedRow { id, sealed }), photos: Vec::new() }
    }

    /// One that never had a row.
    pub const fn said(row: SubmissionRow) -> Self {
        Self { row: Row::Said(row), photos: Vec::new() }
    }

    /// Whether nobody can read it.
    pub const fn is_sealed(&self) -> bool {
        matches!(self.row, Row::Sealed(_))
    }

    /// The keys of its photos in [`Table::Photo`].
    pub fn photo_keys(&self) -> Vec<String> {
        self.named().into_iter().map(|hash| photo_key(self.id(), hash)).collect()
    }

    /// With its photos, as far as they are on the device.
    #[must_use]
    pub fn with_photos(mut self, rows: impl IntoIterator<Item = Option<String>>) -> Self {
        self.photos = rows.into_iter().filter_map(|text| parse(text.as_deref())).collect();
        self
    }

    const fn id(&self) -> RecordId {
        match &self.row {
            Row::Said(row) => row.id,
            Row::Sealed(row) => row.id,
            Row::Foreign(row) => row.id,
        }
    }

    fn submission(&self) -> Option<Submission> {
        match &self.row {
            Row::Said(row) => row.submission(),
            Row::Sealed(_) | Row::Foreign(_) => None,
        }
    }

    fn named(&self) -> Vec<PhotoHash> {
        self.submission().map(|said| said.photos()).unwrap_or_default()
    }

    fn of(Item { kind, id, title, body, photos }: Item) -> Option<Self> {
        let row = if kind == sealed::KIND {
            Row::Sealed(SealedRow { id, sealed: parse(Some(body.get()))? })
        } else {
            let row = SubmissionRow { id, kind: SubmissionKind::read(&kind)?, title, body, account: None };
            row.submission()?.receipt()?;
            Row::Said(row)
        };
        let mut carried = Self { row, photos };
        let named = carried.named();
        carried.photos.retain(|photo| named.contains(&photo.hash));
        Some(carried)
    }

    fn item(self) -> Item {
        let photos = self.photos;
        match self.row {
            Row::Said(SubmissionRow { id, kind, title, body, .. }) => {
                Item { kind: kind.as_str().to_owned(), id, title, body, photos }
            }
            Row::Sealed(SealedRow { id, sealed }) => {
                let body = to_raw_value(&sealed).expect("a text has a JSON form");
                Item { kind: sealed::KIND.to_owned(), id, title: String::new(), body, photos }
            }
            Row::Foreign(ForeignRow { id, kind, title, body }) => Item { kind, id, title, body, photos },
        }
    }

    fn taken_in(self) -> Vec<Change> {
        let id = self.id();
        let mut changes = vec![
            match &self.row {
                Row::Said(row) => Change::add(Table::Submission, &id, row),
                Row::Sealed(row) => Change::add(Table::Submission, &id, row),
                // A file is read as this version knows it.
                Row::Foreign(_) => return Vec::new(),
            },
            Change::put(Table::Outbox, &id, &OutboxRow::due(id, 0)),
        ];
        // A photo that did not come with it is not waited for.
        let there: Vec<_> = self.photos.iter().map(|photo| photo_key(id, photo.hash)).collect();
        changes.extend(self.photos.iter().map(|photo| Change::put(Table::Photo, &photo_key(id, photo.hash), photo)));
        let queued = self.submission().map(|said| photo::queued(id, &said).collect::<Vec<_>>()).unwrap_or_default();
        let came = |change: &Change| matches!(change, Change::Put(_, key, _) if there.contains(key));
        changes.extend(queued.into_iter().filter(came));
        changes
    }
}

/// The file of some submissions.
pub fn write(carried: impl IntoIterator<Item = Carried>) -> String {
    to_json(&File { linli: VERSION, items: carried.into_iter().map(Carried::item).collect() })
}

/// Reads [`write`]'s file.
///
/// # Errors
/// [`Unreadable`].
pub fn read(text: &str) -> Result<Vec<Carried>, Unreadable> {
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str::<Head>(text) {
        Ok(Head { linli: Some(VERSION) }) => {}
        Ok(Head { linli: Some(newer) }) if newer > VERSION => return Err(Unreadable::Newer),
        // Our own begin like this; a part of one is not JSON any more.
        Err(_) if text.starts_with("{\"linli\"") => return Err(Unreadable::Damaged),
        Ok(_) | Err(_) => return Err(Unreadable::Other),
    }
    let file: File = serde_json::from_str(text).map_err(|_| Unreadable::Damaged)?;
    file.items.into_iter().map(|item| Carried::of(item).ok_or(Unreadable::Damaged)).collect()
}

/// Takes in what is not on the device, in whatever state it is there; each waits to be sent then. Says how many.
pub fn take_in(carried: Vec<Carried>, mut there: BTreeSet<RecordId>) -> (usize, Vec<Change>) {
    let new: Vec<_> = carried.into_iter().filter(|carried| there.insert(carried.id())).collect();
    (new.len(), new.into_iter().flat_map(Carried::taken_in).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Receipt;

    fn row(n: u64) -> SubmissionRow {
        let id = RecordId::new(1_700_000_000_000 + n, [3; 10]);
        let receipt = Receipt::new(n);
        // Spaces and an unknown field: the bytes of a body are kept as they are.
        let body = format!(
            r#"{{ "community":"demo","kind":"facility","description":"{n}","made_at":"2026-11-21T09:30:00+08:00","receipt":"{receipt}","new":1 }}"#
        );
        SubmissionRow {
            id,
            kind: SubmissionKind::Report,
            title: "设施".to_owned(),
            body: RawValue::from_string(body).unwrap(),
            account: None,
        }
    }

    fn carried(n: u64) -> Carried {
        Carried::new(&to_json(&row(n))).unwrap()
    }

    #[test]
    fn what_only_another_version_knows_is_carried_off_as_it_is() {
        let id = RecordId::new(1_700_000_000_000, [3; 10]);
        let row = format!(r#"{{"id":"{id}","kind":"parcel","title":"t","body":{{ "a":1 }},"more":2}}"#);
        let text = write([Carried::new(&row).unwrap()]);
        assert_eq!(
            text,
            format!(r#"{{"linli":1,"items":[{{"kind":"parcel","id":"{id}","title":"t","body":{{ "a":1 }}}}]}}"#)
        );
        assert_eq!(read(&text).unwrap_err(), Unreadable::Damaged);
        assert!(Carried::new("noise").is_none());
    }

    fn bodies(carried: Vec<Carried>) -> Vec<String> {
        carried.into_iter().map(|carried| carried.item().body.get().to_owned()).collect()
    }

    #[test]
    fn a_file_comes_back_byte_for_byte() {
        let all: Vec<_> = (0..1_000).map(carried).collect();
        let read = read(&write(all.clone())).unwrap();
        assert_eq!(bodies(read), bodies(all));
    }

    #[test]
    fn a_file_from_a_mail_programme_may_begin_with_a_mark_and_end_with_a_line() {
        assert_eq!(read(&format!("\u{feff}{}\r\n", write([carried(1)]))).unwrap().len(), 1);
    }

    #[test]
    fn what_is_not_ours_is_called_by_its_name() {
        let check = |text: &str, why| assert_eq!(read(text).map(|rows| rows.len()), Err(why), "{text}");
        for text in
            ["", "x", "[]", "{}", "7", r#"{"items":[]}"#, r#"{"linli":0,"items":[]}"#, "{\"name\":\"", "\u{fffd}PNG"]
        {
            check(text, Unreadable::Other);
        }
        check(r#"{"linli":2,"sealed":[]}"#, Unreadable::Newer);
        let whole = write([carried(1), carried(2)]);
        for cut in [10, whole.len() / 2, whole.len() - 1] {
            check(&whole[..cut], Unreadable::Damaged);
        }
        for (from, to) in
            [("report", "petition"), ("\"id\":\"0", "\"id\":\"x"), ("receipt", "recipe"), ("2026-11-21T", "")]
        {
            check(&whole.replacen(from, to, 1), Unreadable::Damaged);
        }
        check(r#"{"linli":1}"#, Unreadable::Damaged);
    }

    fn keys(changes: &[Change]) -> Vec<(Table, String)> {
        let key = |change: &Change| match change {
            Change::Add(table @ Table::Submission, key, _) | Change::Put(table, key, _) => (*table, key.clone()),
            other => panic!("{other:?}"),
        };
        changes.iter().map(key).collect()
    }

    #[test]
    fn what_is_there_is_left_as_it_is_and_nothing_comes_twice() {
        let there = BTreeSet::from([row(1).id]);
        let (count, changes) = take_in([1, 2, 2, 3].map(carried).to_vec(), there.clone());
        let id = |n| row(n).id.to_string();
        let rows = |n| [(Table::Submission, id(n)), (Table::Outbox, id(n))];
        assert_eq!((count, keys(&changes)), (2, [rows(2), rows(3)].concat()));
        assert_eq!(take_in(vec![carried(1)], there), (0, vec![]));
    }

    #[test]
    fn what_is_sealed_is_carried_without_being_read() {
        let sealed = SealedRow { id: row(1).id, sealed: "AAAA".to_owned() };
        let file = write([Carried::new(&to_json(&sealed)).unwrap()]);
        assert!(file.contains(r#""kind":"sealed""#) && file.contains(r#""body":"AAAA""#), "{file}");
        let (count, changes) = take_in(read(&file).unwrap(), BTreeSet::new());
        assert_eq!((count, &changes[0]), (1, &Change::add(Table::Submission, &sealed.id, &sealed)));
    }

    #[test]
    fn photos_travel_with_their_report_and_are_sent_before_it() {
        let hash = |digit: &str| digit.repeat(64).parse::<PhotoHash>().unwrap();
        let photo = |digit| PhotoRow { hash: hash(digit), jpeg: "/9j/".to_owned() };
        let mut with = row(1);
        let body =
            with.body.get().replace("\"kind\"", &format!("\"photos\":[\"{}\",\"{}\"],\"kind\"", hash("a"), hash("b")));
        with.body = RawValue::from_string(body).unwrap();
        let report = Carried::new(&to_json(&with)).unwrap();
        assert_eq!(report.photo_keys(), [hash("a"), hash("b")].map(|hash| photo_key(with.id, hash)));
        // One is not on the device any more, one is not the report's.
        let report = report.with_photos([Some(to_json(&photo("a"))), None, Some(to_json(&photo("c")))]);
        let (_, changes) = take_in(read(&write([report])).unwrap(), BTreeSet::new());
        let key = photo_key(with.id, hash("a"));
        assert_eq!(keys(&changes)[2..], [(Table::Photo, key.clone()), (Table::PhotoOutbox, key)]);
    }
}
