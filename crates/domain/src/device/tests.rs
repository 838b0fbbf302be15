//! Cases of what a device keeps, on tables that live in a map.

use std::collections::BTreeMap;

use super::epoch::{Learning, NOTE};
use super::*;
use crate::courier::{Outcome, PhotoOutcome, PhotoSettled, Settled, WaitingPhoto};
use crate::problem::FieldProblem;
use crate::report::Report;
use crate::submission::{Submission, SubmissionState};
use crate::{Code, PhotoHash, Problem, ProblemCode, Receipt, RecordId, community};

#[derive(Debug, Default, Clone, PartialEq)]
struct Tables(BTreeMap<(Table, String), String>);

impl Tables {
    /// All changes, or none and `false`.
    fn make(&mut self, changes: Vec<Change>) -> bool {
        let mut next = self.0.clone();
        for change in changes {
            match change {
                Change::Add(table, key, text) if !next.contains_key(&(table, key.clone())) => {
                    next.insert((table, key), text);
                }
                Change::Add(..) => return false,
                Change::Put(table, key, text) => {
                    next.insert((table, key), text);
                }
                Change::Delete(table, key) => {
                    next.remove(&(table, key));
                }
                Change::Expect(table, key, text) if next.get(&(table, key.clone())) != text.as_ref() => return false,
                Change::Expect(..) => {}
            }
        }
        self.0 = next;
        true
    }

    fn text(&self, table: Table, key: &dyn ToString) -> Option<&str> {
        self.0.get(&(table, key.to_string())).map(String::as_str)
    }

    fn all(&self, of: Table) -> Vec<String> {
        self.0.iter().filter(|((table, _), _)| *table == of).map(|(_, text)| text.clone()).collect()
    }

    fn row(&self, id: RecordId) -> SubmissionRow {
        serde_json::from_str(self.text(Table::Submission, &id).expect("it is there")).expect("it can be read")
    }

    fn stored(&self, id: RecordId) -> Option<Stored> {
        let tables = [Table::Submission, Table::Outbox, Table::Sent, Table::Attention];
        let states = tables[1..].iter().filter(|table| self.text(**table, &id).is_some()).count();
        assert!(states <= 1, "one state at most: {self:?}");
        stored(tables.map(|table| self.text(table, &id)))
    }

    fn state(&self, n: u64) -> StoredState {
        self.stored(id(n)).expect("it is there").state
    }

    /// The courier's answer for a record, settled as the adapter does.
    fn settle(&mut self, n: u64, edition: u32, outcome: Outcome, epoch: Option<&str>) -> bool {
        let settling = Settling {
            outcomes: vec![Settled { id: id(n), edition, outcome }],
            epoch: epoch.map(str::to_owned),
            at: Some(answered()),
        };
        let outbox = [self.text(Table::Outbox, &id(n)).map(str::to_owned)];
        let kept = |id: &RecordId| self.text(Table::Submission, id).map(str::to_owned);
        let kept: Vec<_> = settling.refused_for_the_clock().iter().map(kept).collect();
        let changes = super::settle(&settling, self.text(Table::Cache, &NOTE), &outbox, &kept, NOW);
        changes.is_some_and(|changes| self.make(changes))
    }

    fn learn(&mut self, epoch: &str) {
        loop {
            let changes = match epoch::learn(epoch, self.text(Table::Cache, &NOTE)) {
                Learning::Done => return,
                Learning::Note(changes) => changes,
                Learning::Sweep => epoch::sweep(epoch, &self.all(Table::Sent)),
            };
            assert!(self.make(changes));
        }
    }
}

/// The device's clock.
const NOW: u64 = 5_000;

/// When the server answered.
fn answered() -> chrono::DateTime<chrono::FixedOffset> {
    at("2026-11-21T02:00:00+00:00")
}

fn at(text: &str) -> chrono::DateTime<chrono::FixedOffset> {
    text.parse().expect("a time")
}

fn id(n: u64) -> RecordId {
    RecordId::new(n, [0; 10])
}

fn receipt() -> Receipt {
    Receipt::new(7)
}

fn report(description: &str, made_at: &str) -> Submission {
    let report = serde_json::json!({
        "community": "demo", "kind": "facility", "description": description, "made_at": made_at
    });
    Submission::Report(serde_json::from_value::<Report>(report).expect("a report"))
}

fn submitted(n: u64) -> Tables {
    let mut tables = Tables::default();
    tables.make(vec![Change::put(Table::Draft, &"report", &"typed")]);
    let lamp = report("lamp", "2026-11-21T09:30:00+08:00");
    assert!(tables.make(submit("report", id(n), receipt(), String::new(), lamp, None)));
    tables
}

fn delivered() -> Outcome {
    Outcome::Delivered { receipt: None, state: SubmissionState::Received, position: None, missing: vec![] }
}

fn refused() -> Outcome {
    Outcome::NeedsAttention(Problem::new(ProblemCode::Invalid))
}

fn refused_for_the_clock() -> Outcome {
    Outcome::NeedsAttention(Problem {
        fields: vec![FieldProblem { pointer: community::MADE_AT.pointer().to_owned(), code: Code::InFuture }],
        ..Problem::new(ProblemCode::Invalid)
    })
}

#[test]
fn a_submission_takes_the_place_of_its_draft_once() {
    let mut tables = submitted(1);
    assert_eq!(tables.text(Table::Draft, &"report"), None);
    assert_eq!(tables.state(1), StoredState::Waiting { attempts: 0 });
    let before = tables.clone();
    let again = report("other", "2026-11-21T09:31:00+08:00");
    assert!(!tables.make(submit("report", id(1), receipt(), String::new(), again.clone(), None)));
    assert_eq!(tables, before);
    assert!(!is_what_was_said(&tables.row(id(1)), receipt(), &again));
    assert!(is_what_was_said(&tables.row(id(1)), receipt(), &report("lamp", "2026-11-21T09:31:00+08:00")));
}

#[test]
fn every_outcome_leads_to_one_state() {
    let mut tables = submitted(1);
    assert!(tables.settle(1, 0, Outcome::Later { attempts: 3, not_before: 9 }, None));
    assert_eq!(tables.state(1), StoredState::Waiting { attempts: 3 });
    assert_eq!(waiting(&tables.all(Table::Outbox))[0].not_before, 9);
    assert!(tables.settle(1, 0, refused(), None));
    assert_eq!(tables.state(1), StoredState::NeedsAttention(Problem::new(ProblemCode::Invalid)));
    assert!(tables.make(retry(tables.text(Table::Attention, &id(1))).expect("it needs attention")));
    assert_eq!(tables.state(1), StoredState::Waiting { attempts: 0 });
    assert!(tables.settle(1, 0, delivered(), None));
    assert_eq!(tables.state(1), StoredState::Sent { state: SubmissionState::Received, position: None });
}

#[test]
fn an_answer_to_what_was_said_before_a_correction_is_not_believed() {
    let mut tables = submitted(1);
    tables.settle(1, 0, refused(), None);
    let attention = tables.text(Table::Attention, &id(1)).map(str::to_owned);
    let better = report("lamp at the gate", "2026-11-21T09:40:00+08:00");
    let changes =
        correct(tables.row(id(1)), attention.as_deref(), receipt(), better.clone()).expect("it needs attention");
    assert!(tables.make(changes));
    assert!(tables.settle(1, 0, delivered(), None));
    assert_eq!(tables.state(1), StoredState::Waiting { attempts: 0 });
    assert!(tables.settle(1, 1, delivered(), None));
    assert!(is_what_was_said(&tables.row(id(1)), receipt(), &better));
    let late = correct(tables.row(id(1)), attention.as_deref(), receipt(), better).expect("as it was read");
    assert!(!tables.make(late), "another tab's correction comes too late");
    assert_eq!(correct_now(&tables), None);
}

fn correct_now(tables: &Tables) -> Option<Vec<Change>> {
    retry(tables.text(Table::Attention, &id(1)))
}

#[test]
fn an_answer_brings_nothing_back_that_was_thrown_away() {
    let mut tables = submitted(1);
    assert!(tables.make(discard(id(1))));
    for outcome in [delivered(), refused(), Outcome::Later { attempts: 1, not_before: 9 }] {
        assert!(tables.settle(1, 0, outcome, None));
        assert_eq!(tables, Tables::default());
    }
}

#[test]
fn a_clock_that_ran_ahead_is_put_right_once() {
    let mut tables = Tables::default();
    let ahead = report("lamp", "2026-11-21T11:30:00+08:00");
    tables.make(submit("report", id(1), receipt(), String::new(), ahead, None));
    assert!(tables.settle(1, 0, refused_for_the_clock(), None));
    let stored = tables.stored(id(1)).expect("it is there");
    assert_eq!((stored.state, stored.made_at), (StoredState::Waiting { attempts: 1 }, answered()));
    assert_eq!(stored.made_at.to_rfc3339(), "2026-11-21T10:00:00+08:00", "as people say it there");
    assert!(tables.settle(1, 1, refused_for_the_clock(), None));
    assert!(matches!(tables.state(1), StoredState::NeedsAttention(_)), "the time is right, so it is something else");
}

#[test]
fn what_came_late_before_its_time_was_put_right_is_there_and_needs_nobody() {
    let taken = || Outcome::NeedsAttention(Problem::new(ProblemCode::IdTaken));
    let mut tables = Tables::default();
    let ahead = report("lamp", "2026-11-21T11:30:00+08:00");
    tables.make(submit("report", id(1), receipt(), String::new(), ahead, None));
    assert!(tables.settle(1, 0, refused_for_the_clock(), None));
    assert!(tables.settle(1, 1, taken(), None));
    assert!(matches!(tables.state(1), StoredState::Sent { .. }));
    let mut tables = submitted(1);
    assert!(tables.settle(1, 0, taken(), None));
    assert!(matches!(tables.state(1), StoredState::NeedsAttention(_)), "it was never given another time");
}

#[test]
fn that_it_got_another_time_is_known_through_a_retry_and_not_after_a_correction() {
    let taken = || Outcome::NeedsAttention(Problem::new(ProblemCode::IdTaken));
    let refused_later = || {
        let mut tables = Tables::default();
        let ahead = report("lamp", "2026-11-21T11:30:00+08:00");
        tables.make(submit("report", id(1), receipt(), String::new(), ahead, None));
        assert!(tables.settle(1, 0, refused_for_the_clock(), None) && tables.settle(1, 1, refused(), None));
        tables
    };
    let mut tables = refused_later();
    assert!(tables.make(retry(tables.text(Table::Attention, &id(1))).expect("it needs attention")));
    assert!(tables.settle(1, 1, taken(), None));
    assert!(matches!(tables.state(1), StoredState::Sent { .. }));

    let mut tables = refused_later();
    let attention = tables.text(Table::Attention, &id(1)).map(str::to_owned);
    let better = report("lamp at the gate", "2026-11-21T09:40:00+08:00");
    let changes = correct(tables.row(id(1)), attention.as_deref(), receipt(), better).expect("it needs attention");
    assert!(tables.make(changes));
    assert!(tables.settle(1, 2, taken(), None));
    assert!(matches!(tables.state(1), StoredState::NeedsAttention(_)), "the server has it as it was before");
}

#[test]
fn what_is_sealed_waits_until_its_time_has_come() {
    let mut tables = Tables::default();
    assert!(tables.make(submit_sealed(id(1), "sealed".to_owned())));
    let mut waits = 0;
    for attempts in 1..20 {
        assert!(tables.settle(1, 0, refused_for_the_clock(), None));
        let [row] = waiting(&tables.all(Table::Outbox))[..] else { panic!("it waits") };
        assert_eq!((row.attempts, row.edition), (attempts, 0));
        assert!(row.not_before > waits || row.not_before == NOW + crate::courier::LONGEST_PAUSE);
        waits = row.not_before;
    }
    assert!(tables.settle(1, 0, refused(), None));
    assert_eq!(tables.all(Table::Attention).len(), 1, "anything else is for the keeper");
}

#[test]
fn another_epoch_queues_again_what_was_sent() {
    let mut tables = submitted(1);
    assert!(!tables.settle(1, 0, delivered(), Some("first")), "an epoch is learned before it is relied on");
    tables.learn("first");
    assert!(tables.settle(1, 0, delivered(), Some("first")));
    tables.learn("first");
    assert!(matches!(tables.state(1), StoredState::Sent { .. }));
    let body = tables.row(id(1)).body.get().to_owned();
    tables.learn("second");
    assert_eq!(tables.state(1), StoredState::Waiting { attempts: 0 });
    assert_eq!(tables.row(id(1)).body.get(), body);
}

#[test]
fn what_was_sent_under_no_epoch_is_queued_again_with_the_first_one() {
    let mut tables = submitted(1);
    assert!(tables.settle(1, 0, delivered(), None));
    tables.learn("first");
    assert_eq!(tables.state(1), StoredState::Waiting { attempts: 0 });
    assert!(tables.settle(1, 0, delivered(), None), "a server that names none again");
    tables.learn("first");
    assert_eq!(tables.state(1), StoredState::Waiting { attempts: 0 });
}

#[test]
fn a_sweep_that_was_cut_short_is_mended() {
    let mut tables = submitted(1);
    assert!(tables.settle(1, 0, delivered(), None));
    let Learning::Note(changes) = epoch::learn("second", None) else { panic!("it is new") };
    assert!(tables.make(changes));
    assert_eq!(epoch::learn("second", tables.text(Table::Cache, &NOTE)), Learning::Sweep);
    let sweep = epoch::sweep("second", &tables.all(Table::Sent));
    assert!(tables.make(discard(id(1))));
    assert!(!tables.make(sweep), "what was thrown away meanwhile is not queued");
}

#[test]
fn rows_of_version_one_are_carried_over() {
    let text = |state: &str| format!(r#"{{"id":"{}","state":{state}}}"#, id(1));
    let sent = upgrade::fate(&text(r#"{"Sent":{"state":"waiting","position":4}}"#));
    let row = SentRow {
        id: id(1),
        state: SubmissionState::Waiting,
        position: Some(4),
        epoch: None,
        edition: 0,
        restamped: false,
    };
    assert_eq!(sent, [Change::put(Table::Sent, &id(1), &row)]);
    let attention = upgrade::fate(&text(r#"{"NeedsAttention":{"status":409,"code":"id_taken","fields":[]}}"#));
    let row = AttentionRow { id: id(1), problem: Problem::new(ProblemCode::IdTaken), edition: 0, restamped: false };
    assert_eq!(attention, [Change::put(Table::Attention, &id(1), &row)]);
    assert_eq!(upgrade::fate("noise"), []);
    let old: OutboxRow = serde_json::from_str(&format!(r#"{{"id":"{}","attempts":2,"not_before":7}}"#, id(1)))
        .expect("a row of an earlier version");
    assert_eq!((old.attempts, old.edition), (2, 0));
}

fn hash(n: u8) -> PhotoHash {
    PhotoHash([n; 32])
}

fn with_photos(urgent: bool, photos: &[u8]) -> Submission {
    let Submission::Report(lamp) = report("lamp", "2026-11-21T09:30:00+08:00") else { unreachable!("a report") };
    Submission::Report(Report { urgent, photos: photos.iter().map(|n| hash(*n).to_string()).collect(), ..lamp })
}

/// A report of whose draft these photos were kept.
fn photographed(urgent: bool, photos: &[u8]) -> Tables {
    let mut tables = Tables::default();
    for n in photos {
        let row = PhotoRow { hash: hash(*n), jpeg: String::new() };
        tables.make(vec![Change::put(Table::Photo, &photo_key(id(1), hash(*n)), &row)]);
    }
    assert!(tables.make(submit("report", id(1), receipt(), String::new(), with_photos(urgent, photos), None)));
    tables
}

impl Tables {
    fn to_send(&self) -> Vec<WaitingPhoto> {
        waiting_photos(&self.all(Table::PhotoOutbox))
    }

    fn settle_photo(&mut self, n: u8, outcome: PhotoOutcome) {
        let key = photo_key(id(1), hash(n));
        let settled = PhotoSettled { record: id(1), hash: hash(n), outcome };
        let changes = settle_photo(&settled, self.text(Table::PhotoOutbox, &key));
        assert!(self.make(changes));
    }
}

fn hashes(photos: &[WaitingPhoto]) -> Vec<PhotoHash> {
    photos.iter().map(|photo| photo.hash).collect()
}

#[test]
fn photos_wait_from_the_moment_their_report_does_and_their_bytes_stay() {
    let mut tables = photographed(false, &[1, 2]);
    assert_eq!(hashes(&tables.to_send()), [hash(1), hash(2)]);
    assert!(tables.to_send().iter().all(|photo| photo.holds && photo.record == id(1)));
    tables.settle_photo(1, PhotoOutcome::Taken);
    tables.settle_photo(2, PhotoOutcome::Later { attempts: 3, not_before: 9 });
    let [left] = tables.to_send()[..] else { panic!("one is left") };
    assert_eq!((left.hash, left.attempts, left.not_before, left.holds), (hash(2), 3, 9, true));
    tables.settle_photo(2, PhotoOutcome::Refused);
    assert_eq!(tables.to_send(), []);
    assert_eq!(tables.all(Table::PhotoOutbox).len(), 1, "what was refused can be seen");
    assert_eq!(tables.all(Table::Photo).len(), 2);
    assert!(photographed(true, &[1]).to_send().iter().all(|photo| !photo.holds), "an urgent report waits for none");
}

#[test]
fn what_the_server_says_it_has_not_waits_again() {
    let mut tables = photographed(false, &[1, 2]);
    tables.settle_photo(1, PhotoOutcome::Taken);
    tables.settle_photo(2, PhotoOutcome::Taken);
    let missing =
        Outcome::Delivered { receipt: None, state: SubmissionState::Received, position: None, missing: vec![hash(2)] };
    assert!(tables.settle(1, 0, missing, None));
    assert_eq!(hashes(&tables.to_send()), [hash(2)]);
    assert!(matches!(tables.state(1), StoredState::Sent { .. }));
}

#[test]
fn a_correction_and_a_discard_forget_the_photos_that_are_no_longer_named() {
    let mut tables = photographed(false, &[1, 2]);
    tables.settle_photo(1, PhotoOutcome::Taken);
    assert!(tables.settle(1, 0, refused(), None));
    let attention = tables.text(Table::Attention, &id(1)).map(str::to_owned);
    let changes = correct(tables.row(id(1)), attention.as_deref(), receipt(), with_photos(false, &[1]));
    assert!(tables.make(changes.expect("it needs attention")));
    assert_eq!(hashes(&tables.to_send()), [hash(1)]);
    assert_eq!(tables.all(Table::Photo).len(), 1);
    let other = photo_key(id(2), hash(1));
    let keys = [photo_key(id(1), hash(1)), other.clone()];
    assert!(
        discard_photos(id(1), &keys).iter().all(|change| !matches!(change, Change::Delete(_, key) if *key == other))
    );
    tables.make(discard_photos(id(1), &keys));
    tables.make(discard(id(1)));
    assert_eq!(tables, Tables::default());
}

#[test]
fn photos_stay_as_long_as_they_may_be_wanted_and_no_longer() {
    let day = 86_400_000;
    let now = 100 * day;
    let aged = |days: u64, n: u8| photo_key(RecordId::new(now - days * day, [0; 10]), hash(n));
    let owner = |key: &String| read_photo_key(key).expect("a photo's key").0;
    let [drafted, waits, unsent, fresh, old, stray, newborn] =
        [aged(90, 1), aged(80, 2), aged(70, 3), aged(29, 4), aged(31, 5), aged(2, 6), aged(0, 7)];
    let owners = Owners {
        drafts: [owner(&drafted)].into(),
        unsettled: [owner(&waits)].into(),
        sent: [&unsent, &fresh, &old].map(owner).into(),
    };
    let all = [&drafted, &waits, &unsent, &fresh, &old, &stray, &newborn].map(Clone::clone);
    let to_send = |key: &String, refused| {
        let (id, hash) = read_photo_key(key).expect("a photo's key");
        to_json(&PhotoOutboxRow { id, hash, holds: true, attempts: 0, not_before: 0, refused })
    };
    let rows = [to_send(&unsent, false), to_send(&old, true)];
    assert_eq!((unsent_photos(&rows, None), unsent_photos(&rows, Some(owner(&old)))), ([1, 1], [0, 1]));
    let gone = |key: &String| [Table::Photo, Table::PhotoOutbox].map(|table| Change::delete(table, key));
    assert_eq!(tidied(&all, &rows, &owners, now), [gone(&stray), gone(&old)].concat());

    let many: Vec<String> = (0..70).map(|n| photo_key(RecordId::new(now - n, [0; 10]), hash(1))).collect();
    let owners = Owners { sent: many.iter().map(owner).collect(), ..Owners::default() };
    let goes = tidied(&many, &[], &owners, now);
    assert_eq!(goes.len(), 2 * (70 - MOST_SENT));
    assert_eq!(goes[0], Change::delete(Table::Photo, &many[MOST_SENT]), "the oldest go");
}

#[test]
fn what_is_sent_says_whose_it_is_for_ever() {
    let tables = |account| {
        let mut tables = Tables::default();
        let lamp = report("lamp", "2026-11-21T09:30:00+08:00");
        assert!(tables.make(submit("report", id(1), receipt(), String::new(), lamp, account)));
        tables
    };
    let said = |tables: &Tables| {
        let item = outbox_item(tables.text(Table::Submission, &id(1)).expect("it is there"));
        serde_json::to_value(item).expect("it has a JSON form")
    };
    let account = id(9);
    assert_eq!(said(&tables(Some(account)))["account"], account.to_string());
    let guest = said(&tables(None));
    assert!(guest.get("account").is_some_and(serde_json::Value::is_null), "nobody is said too: {guest}");
}

#[test]
fn whoever_takes_over_finds_nothing_that_was_typed_or_photographed() {
    let (kept, stray) = (photo_key(id(1), hash(1)), photo_key(id(2), hash(1)));
    let goes = hand_over(&["report".to_owned()], &[kept, stray.clone()], &[id(1).to_string()]);
    assert_eq!(goes, [Change::delete(Table::Draft, &"report"), Change::delete(Table::Photo, &stray)]);
}
