//! Drafts and submissions in a real IndexedDB.

use linli_domain::place::Place;
use linli_domain::report::Report;
use linli_domain::submission::Submission;
use linli_domain::{Problem, ProblemCode};
use linli_web::data::drafts::{self, Draft};
use linli_web::data::submissions::{self, StoredState};
use linli_web::data::{Error, clock, handover, store};
use wasm_bindgen_test::wasm_bindgen_test;

fn report(description: &str) -> Submission {
    Submission::Report(Report {
        community: "rongshu".to_owned(),
        kind: "facility".to_owned(),
        urgent: false,
        description: description.to_owned(),
        place: Place { words: Some("北门".to_owned()), ..Place::default() },
        photos: vec![],
        reporter: None,
        on_behalf_of: None,
        channel: linli_domain::submission::Channel::Phone,
        made_at: clock::now(),
        receipt: None,
    })
}

#[wasm_bindgen_test]
async fn a_draft_comes_back_with_the_same_id() {
    let mut draft: Draft<String> = drafts::open("test-draft").await.unwrap();
    "路灯".clone_into(&mut draft.values);
    drafts::keep("test-draft", &draft).await.unwrap();
    assert_eq!(drafts::open::<String>("test-draft").await.unwrap(), draft);
    drafts::discard("test-draft").await.unwrap();
    let fresh: Draft<String> = drafts::open("test-draft").await.unwrap();
    assert_ne!(fresh.id, draft.id);
    assert_eq!(fresh.values, "");
}

#[wasm_bindgen_test]
async fn a_draft_that_was_submitted_is_not_gone_on_with() {
    let draft: Draft<String> = Draft { values: "x".to_owned(), ..Draft::fresh() };
    drafts::keep("test-ghost", &draft).await.unwrap();
    submissions::submit("test-ghost", draft.id, draft.receipt, "设施".to_owned(), report("已经交了")).await.unwrap();
    // Another tab saved it once more, a moment too late.
    drafts::keep("test-ghost", &draft).await.unwrap();
    let fresh: Draft<String> = drafts::open("test-ghost").await.unwrap();
    assert_ne!(fresh.id, draft.id);
    drafts::discard("test-ghost").await.unwrap();
    submissions::discard(draft.id).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_row_of_another_version_is_shown_carried_off_and_thrown_away() {
    let id = clock::new_record_id();
    let row = format!(r#"{{"id":"{id}","kind":"parcel","title":"","body":{{"a":1}}}}"#);
    let waits = format!(r#"{{"id":"{id}","attempts":0,"not_before":0}}"#);
    let changes = [
        store::Change::Put(store::Table::Submission, id.to_string(), row),
        store::Change::Put(store::Table::Outbox, id.to_string(), waits),
    ];
    store::write(store::Durability::Strict, &changes).await.unwrap();
    assert!(submissions::newest(50).await.unwrap().unreadable.contains(&id));
    assert!(submissions::unsettled(50).await.unwrap().unreadable.contains(&id));
    assert_eq!(submissions::unreadable(id).await.unwrap(), Some(StoredState::Waiting { attempts: 0 }));
    assert!(handover::one(id).await.unwrap().contains(r#""kind":"parcel""#));
    submissions::discard(id).await.unwrap();
    assert_eq!(submissions::unreadable(id).await.unwrap(), None);
    assert_eq!(handover::one(id).await, Err(Error::Broken));
}

#[wasm_bindgen_test]
async fn submitting_twice_leaves_one_record_and_no_draft() {
    let draft: Draft<String> = Draft { values: "x".to_owned(), ..Draft::fresh() };
    drafts::keep("test-report", &draft).await.unwrap();
    let submit = |description: &str| {
        submissions::submit("test-report", draft.id, draft.receipt, "设施".to_owned(), report(description))
    };
    submit("第一次").await.unwrap();
    submit("第一次").await.unwrap();
    let other = submit("第二次").await;
    assert_eq!(other, Err(Error::Refused(Problem::new(ProblemCode::IdTaken))), "never a false word that it is saved");
    let stored: Vec<_> =
        submissions::newest(50).await.unwrap().stored.into_iter().filter(|s| s.id == draft.id).collect();
    let [stored] = &stored[..] else { panic!("{} records", stored.len()) };
    assert_eq!(stored.receipt, draft.receipt);
    assert_eq!(stored.state, StoredState::Waiting { attempts: 0 });
    let Submission::Report(kept) = &stored.submission else { panic!("a report") };
    assert_eq!(kept.description, "第一次");
    let fresh: Draft<String> = drafts::open("test-report").await.unwrap();
    assert_ne!(fresh.id, draft.id, "the draft is gone");
    submissions::discard(draft.id).await.unwrap();
}

#[wasm_bindgen_test]
async fn the_newest_submission_comes_first() {
    let mut ids = Vec::new();
    for description in ["旧", "新"] {
        let draft: Draft<String> = Draft::fresh();
        submissions::submit("test-order", draft.id, draft.receipt, String::new(), report(description)).await.unwrap();
        ids.push(draft.id);
        gloo::timers::future::TimeoutFuture::new(2).await;
    }
    let all: Vec<_> =
        submissions::newest(50).await.unwrap().stored.into_iter().map(|s| s.id).filter(|id| ids.contains(id)).collect();
    ids.reverse();
    assert_eq!(all, ids);
    for id in ids {
        submissions::discard(id).await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_long_archive_is_read_in_part() {
    let drafts: Vec<Draft<String>> = (0..3).map(|_| Draft::fresh()).collect();
    for draft in &drafts {
        submissions::submit("test-part", draft.id, draft.receipt, String::new(), report("灯")).await.unwrap();
    }
    let page = submissions::newest(2).await.unwrap();
    assert_eq!((page.stored.len(), page.more), (2, true));
    assert!(submissions::unsettled(50).await.unwrap().stored.len() >= 3);
    for draft in &drafts {
        assert_eq!(submissions::get(draft.id).await.unwrap().map(|stored| stored.receipt), Some(draft.receipt));
        submissions::discard(draft.id).await.unwrap();
        assert_eq!(submissions::get(draft.id).await.unwrap(), None);
    }
}

#[wasm_bindgen_test]
async fn nothing_is_changed_if_a_row_is_not_what_was_expected() {
    use store::{Change, Durability, Table, WriteError};
    let key = "expected";
    let changes = |text| [Change::expect(Table::Cache, &key, text), Change::put(Table::Cache, &key, &1)];
    assert_eq!(store::write(Durability::Strict, &changes(Some("2"))).await, Err(WriteError::Changed));
    assert_eq!(store::get::<i32>(Table::Cache, key).await, Ok(None));
    store::write(Durability::Strict, &changes(None)).await.unwrap();
    store::write(Durability::Strict, &changes(Some("1"))).await.unwrap();
    assert_eq!(store::write(Durability::Strict, &changes(None)).await, Err(WriteError::Changed));
    store::write(Durability::Relaxed, &[Change::delete(Table::Cache, &key)]).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_transaction_changes_all_or_nothing() {
    use store::{Change, Durability, Table, WriteError};
    let key = "all-or-nothing";
    store::write(Durability::Relaxed, &[Change::put(Table::Cache, &key, &1)]).await.unwrap();
    let changes = [Change::put(Table::Draft, &key, &2), Change::add(Table::Cache, &key, &3)];
    assert_eq!(store::write(Durability::Strict, &changes).await, Err(WriteError::AlreadyThere));
    assert_eq!(store::get::<i32>(Table::Draft, key).await, Ok(None));
    assert_eq!(store::get::<i32>(Table::Cache, key).await, Ok(Some(1)));
    store::write(Durability::Relaxed, &[Change::delete(Table::Cache, &key)]).await.unwrap();
}

#[wasm_bindgen_test]
fn fresh_ids_and_receipts_differ() {
    assert_ne!(clock::new_record_id(), clock::new_record_id());
    assert_ne!(clock::new_receipt(), clock::new_receipt());
}
