//! Cases of the courier, and its properties under loss, duplication, reordering, crashes and several tabs.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn id(n: u64) -> RecordId {
    RecordId::new(n, [0; 10])
}

fn waiting(n: u64) -> Waiting {
    Waiting { id: id(n), attempts: 0, not_before: 0, edition: 0 }
}

fn answer(n: u64, status: u16) -> OutboxAnswer {
    let problem = (status >= 400).then(|| Problem { status, ..Problem::new(ProblemCode::Invalid) });
    OutboxAnswer {
        id: id(n).to_string(),
        status,
        receipt: None,
        state: None,
        position: None,
        photos_missing: vec![],
        problem,
    }
}

fn read(records: Vec<Waiting>) -> Event {
    Event::OutboxRead { records, photos: vec![] }
}

fn hash(n: u8) -> PhotoHash {
    PhotoHash([n; 32])
}

fn photo(record: u64, n: u8) -> WaitingPhoto {
    WaitingPhoto { record: id(record), hash: hash(n), holds: true, attempts: 0, not_before: 0 }
}

fn reply(items: Vec<OutboxAnswer>) -> Event {
    Event::Answered { reply: OutboxReply { items, epoch: None }, at: None }
}

/// Runs events at time 1,000 with the dice on 0.5 and returns the effects of the last one.
fn after(events: impl IntoIterator<Item = Event>) -> (Courier, Vec<Effect>) {
    let mut courier = Courier::default();
    let mut effects = Vec::new();
    for event in events {
        (courier, effects) = courier.update(event, 1_000, 0.5);
    }
    (courier, effects)
}

fn sending(items: &[u64]) -> Vec<Event> {
    let waiting = items.iter().copied().map(waiting).collect();
    vec![Event::Woken(Reason::NewItem), Event::LeaseGranted, read(waiting)]
}

fn saving(outcomes: Vec<(u64, Outcome)>) -> Effect {
    let settled = |(n, outcome)| Settled { id: id(n), edition: 0, outcome };
    Effect::SaveOutcomes(Settling { outcomes: outcomes.into_iter().map(settled).collect(), epoch: None, at: None })
}

fn delivered() -> Outcome {
    Outcome::Delivered { receipt: None, state: SubmissionState::Received, position: None, missing: vec![] }
}

#[test]
fn an_errand_runs_from_lease_to_lease() {
    let mut events = sending(&[1, 2]);
    assert_eq!(after(events.clone()).1, [Effect::Send(vec![id(1), id(2)])]);
    events.push(reply(vec![answer(2, 200), answer(1, 201)]));
    assert_eq!(after(events.clone()).1, [saving(vec![(2, delivered()), (1, delivered())])]);
    events.push(Event::OutcomesSaved);
    assert_eq!(after(events.clone()).1, [Effect::ReadOutbox]);
    events.push(read(vec![]));
    let (courier, effects) = after(events);
    assert_eq!((courier.phase(), effects), (&Phase::Resting, vec![Effect::ReleaseLease]));
}

#[test]
fn failures_are_sorted_by_what_has_to_be_done() {
    let check = |status, expected: fn(&Outcome) -> bool| {
        let mut events = sending(&[1]);
        events.push(reply(vec![answer(1, status)]));
        let (_, effects) = after(events);
        let [Effect::SaveOutcomes(Settling { outcomes, .. })] = &effects[..] else { panic!("{status}: {effects:?}") };
        assert!(expected(&outcomes[0].outcome), "{status}: {outcomes:?}");
    };
    for status in [200, 201] {
        check(status, |outcome| matches!(outcome, Outcome::Delivered { .. }));
    }
    for status in [401, 408, 425, 429, 500, 502, 503, 204] {
        check(status, |outcome| matches!(outcome, Outcome::Later { attempts: 1, .. }));
    }
    for status in [400, 403, 404, 409, 413, 422] {
        check(status, |outcome| matches!(outcome, Outcome::NeedsAttention(_)));
    }
}

#[test]
fn nothing_but_time_ends_a_pause_the_server_asked_for() {
    let mut events = sending(&[1]);
    let problem = Problem::new(ProblemCode::Unavailable);
    events.push(Event::Refused { problem, retry_after: Some(60_000) });
    let (courier, effects) = after(events);
    assert_eq!(effects, [Effect::ReleaseLease, Effect::WakeAt(61_000)]);
    for reason in [Reason::Started, Reason::NewItem, Reason::Hopeful, Reason::Pressed] {
        let (still, effects) = courier.clone().update(Event::Woken(reason), 60_999, 0.5);
        assert_eq!((still, effects), (courier.clone(), vec![]), "{reason:?}");
    }
    assert_eq!(courier.update(Event::PauseEnded, 61_000, 0.5).1, [Effect::TakeLease]);
}

#[test]
fn hope_and_people_end_a_pause_of_our_own() {
    let mut events = sending(&[1]);
    events.push(Event::NotReached);
    let (courier, effects) = after(events);
    assert_eq!(effects, [Effect::ReleaseLease, Effect::WakeAt(2_000)]);
    for reason in [Reason::NewItem, Reason::Hopeful, Reason::Pressed] {
        assert_eq!(courier.clone().update(Event::Woken(reason), 1_001, 0.5).1, [Effect::TakeLease], "{reason:?}");
    }
    assert_eq!(courier.update(Event::Woken(Reason::Started), 1_001, 0.5).1, []);
}

#[test]
fn a_clock_that_is_put_back_makes_no_pause_longer() {
    let mut events = sending(&[1]);
    events.push(Event::Refused { problem: Problem::new(ProblemCode::Unavailable), retry_after: Some(60_000) });
    let (courier, _) = after(events);
    assert_eq!(courier.update(Event::PauseEnded, 999, 0.5).1, [Effect::TakeLease]);
    let far = Waiting { not_before: 1_000 + FIRST_PAUSE + LONGEST_PAUSE + 1, ..waiting(1) };
    let events =
        [Event::Woken(Reason::Started), Event::LeaseGranted, Event::OutboxRead { records: vec![far], photos: vec![] }];
    assert_eq!(after(events).1, [Effect::Send(vec![id(1)])]);
}

#[test]
fn pauses_double_up_to_five_minutes() {
    let lengths: Vec<_> = (0..12).map(|failures| jittered(failures, 1.0)).collect();
    assert_eq!(lengths[..4], [2_000, 4_000, 8_000, 16_000]);
    assert_eq!(lengths[11], LONGEST_PAUSE);
    assert_eq!(jittered(u32::MAX, 1.0), LONGEST_PAUSE);
    assert_eq!(jittered(5, 0.0), 0);
}

#[test]
fn a_batch_refused_whole_is_halved_until_the_culprit_stands_alone() {
    let mut courier = after(sending(&[1, 2, 3, 4])).0;
    let refusal = || Event::Refused { problem: Problem::new(ProblemCode::TooLarge), retry_after: None };
    let all = || read([1, 2, 3, 4].map(waiting).to_vec());
    let mut sizes = Vec::new();
    loop {
        let (next, effects) = courier.update(refusal(), 1_000, 0.5);
        if let [Effect::SaveOutcomes(Settling { outcomes, .. })] = &effects[..] {
            assert!(matches!(outcomes[..], [Settled { outcome: Outcome::NeedsAttention(_), .. }]));
            break;
        }
        let (next, effects) = next.update(all(), 1_000, 0.5);
        let [Effect::Send(ids)] = &effects[..] else { panic!("{effects:?}") };
        sizes.push(ids.len());
        courier = next;
    }
    assert_eq!(sizes, [2, 1]);
}

#[test]
fn what_cannot_be_read_is_set_aside_and_the_others_go_on() {
    let mut events = sending(&[1, 2]);
    events.push(Event::Unreadable(vec![id(2), id(9)]));
    let aside = Outcome::NeedsAttention(Problem::new(ProblemCode::Other));
    assert_eq!(after(events.clone()).1, [saving(vec![(2, aside)])]);
    events.push(Event::OutcomesSaved);
    assert_eq!(after(events).1, [Effect::ReadOutbox]);
}

#[test]
fn a_refusal_of_the_whole_request_that_is_not_about_what_was_sent_blames_no_record() {
    let refused = |code: ProblemCode| {
        let mut events = sending(&[1]);
        events.push(Event::Refused { problem: Problem::new(code), retry_after: None });
        after(events).1
    };
    let pause = [Effect::ReleaseLease, Effect::WakeAt(1_000 + LONGEST_PAUSE)];
    for code in [
        ProblemCode::SignedOut,
        ProblemCode::ForeignOrigin,
        ProblemCode::NotFound,
        ProblemCode::MethodNotAllowed,
        ProblemCode::UnsupportedMediaType,
    ] {
        assert_eq!(refused(code), pause, "{code:?}");
    }
    for code in [ProblemCode::Malformed, ProblemCode::TooLarge, ProblemCode::Invalid] {
        assert!(matches!(refused(code)[..], [Effect::SaveOutcomes(_)]), "{code:?}");
    }
}

#[test]
fn an_answer_that_speaks_of_none_of_ours_is_no_answer() {
    let mut events = sending(&[1]);
    events.push(reply(vec![answer(9, 201)]));
    assert!(matches!(after(events).0.phase(), Phase::Pausing { .. }));
}

#[test]
fn what_comes_while_busy_is_not_overlooked() {
    let events = [Event::Woken(Reason::Started), Event::LeaseGranted, Event::Woken(Reason::NewItem), read(vec![])];
    assert_eq!(after(events).1, [Effect::ReadOutbox]);
}

/// What the courier does about these records and photos.
fn first(records: &[u64], photos: &[WaitingPhoto]) -> Vec<Effect> {
    let records = records.iter().copied().map(waiting).collect();
    let read = Event::OutboxRead { records, photos: photos.to_vec() };
    after([Event::Woken(Reason::NewItem), Event::LeaseGranted, read]).1
}

#[test]
fn photos_go_before_their_report_and_after_everything_else() {
    let send = |n: u8| Effect::SendPhoto { record: id(1), hash: hash(n) };
    assert_eq!(first(&[1], &[photo(1, 1), photo(1, 2)]), [send(1)]);
    assert_eq!(first(&[1, 2], &[photo(1, 1)]), [Effect::Send(vec![id(2)])], "what has none waits for none");
    assert_eq!(first(&[], &[photo(1, 1)]), [send(1)], "also when the report went without it");
    let urgent = WaitingPhoto { holds: false, ..photo(1, 1) };
    assert_eq!(first(&[1], &[urgent]), [Effect::Send(vec![id(1)])], "an urgent report waits for none");
    let tried = |attempts, n| WaitingPhoto { attempts, ..photo(1, n) };
    assert_eq!(first(&[1], &[tried(1, 1), tried(0, 2)]), [send(2)], "least tried first");
    assert_eq!(first(&[1], &[tried(PHOTO_TRIES, 1)]), [Effect::Send(vec![id(1)])], "enough is enough");
    let later = WaitingPhoto { not_before: 9_000, ..photo(1, 1) };
    assert_eq!(first(&[1], &[later]), [Effect::Send(vec![id(1)])], "nobody waits for what is not due");
    assert_eq!(first(&[], &[later]), [Effect::ReleaseLease, Effect::WakeAt(9_000)]);
}

/// The courier while photo 1 of record 1 is under way.
fn sending_photo() -> Courier {
    let read = Event::OutboxRead { records: vec![waiting(1)], photos: vec![photo(1, 1)] };
    after([Event::Woken(Reason::NewItem), Event::LeaseGranted, read]).0
}

fn saves(outcome: PhotoOutcome) -> Vec<Effect> {
    vec![Effect::SavePhoto(PhotoSettled { record: id(1), hash: hash(1), outcome })]
}

#[test]
fn answers_to_a_photo_are_sorted_by_what_has_to_be_done() {
    let check = |event, outcome| assert_eq!(sending_photo().update(event, 1_000, 0.5).1, saves(outcome));
    let refused = |status, retry_after| Event::Refused {
        problem: Problem { status, ..Problem::new(ProblemCode::Invalid) },
        retry_after,
    };
    check(Event::PhotoTaken, PhotoOutcome::Taken);
    check(Event::PhotoGone, PhotoOutcome::Gone);
    for status in [400, 403, 409, 413, 415, 422] {
        check(refused(status, None), PhotoOutcome::Refused);
    }
    for status in [401, 404, 405, 408, 429, 500, 503] {
        check(refused(status, None), PhotoOutcome::Later { attempts: 1, not_before: 4_000 });
    }
    check(refused(429, Some(60_000)), PhotoOutcome::Later { attempts: 1, not_before: 61_000 });
    check(Event::NotReached, PhotoOutcome::Later { attempts: 1, not_before: 1_000 });
}

#[test]
fn a_photo_that_did_not_get_through_is_followed_by_a_pause_and_a_refused_one_is_not() {
    let after = |event| sending_photo().update(event, 1_000, 0.5).0.update(Event::OutcomesSaved, 1_000, 0.5).1;
    assert_eq!(after(Event::NotReached), [Effect::ReleaseLease, Effect::WakeAt(2_000)]);
    let refused = Event::Refused { problem: Problem::new(ProblemCode::Unavailable), retry_after: None };
    assert_eq!(after(refused), [Effect::ReadOutbox]);
    assert_eq!(after(Event::PhotoTaken), [Effect::ReadOutbox]);
}

#[test]
fn a_new_record_puts_the_photo_back_and_goes_first() {
    for reason in [Reason::NewItem, Reason::Started] {
        let (courier, effects) = sending_photo().update(Event::Woken(reason), 1_000, 0.5);
        assert_eq!(effects, [Effect::PutPhotoBack]);
        let (courier, effects) = courier.update(Event::Woken(reason), 1_000, 0.5);
        assert_eq!(effects, [], "once is enough");
        let (courier, effects) = courier.update(Event::NotReached, 1_000, 0.5);
        assert_eq!(effects, [Effect::ReadOutbox], "no pause, and it does not count as tried");
        let records = vec![waiting(1), waiting(2)];
        let read = Event::OutboxRead { records, photos: vec![photo(1, 1)] };
        assert_eq!(courier.update(read, 1_000, 0.5).1, [Effect::Send(vec![id(2)])]);
    }
    for reason in [Reason::Hopeful, Reason::Pressed] {
        assert_eq!(sending_photo().update(Event::Woken(reason), 1_000, 0.5).1, [], "{reason:?}");
    }
    let (courier, _) = sending_photo().update(Event::Woken(Reason::NewItem), 1_000, 0.5);
    assert_eq!(courier.update(Event::PhotoTaken, 1_000, 0.5).1, saves(PhotoOutcome::Taken), "it was faster");
}

#[test]
fn photos_the_server_has_not_are_passed_on() {
    let mut events = sending(&[1]);
    events.push(reply(vec![OutboxAnswer { photos_missing: vec![hash(7)], ..answer(1, 200) }]));
    let [Effect::SaveOutcomes(settling)] = &after(events).1[..] else { panic!("outcomes are saved") };
    assert!(matches!(&settling.outcomes[0].outcome, Outcome::Delivered { missing, .. } if *missing == [hash(7)]));
}

/// What the adversary does at a step.
#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    RequestLost,
    ReplyLost,
    ServerDown,
    BatchRefused,
    ItemLater,
    Duplicated,
    StorageFails,
    TabCrashes,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        4 => Just(Fault::None),
        1 => Just(Fault::RequestLost),
        1 => Just(Fault::ReplyLost),
        1 => Just(Fault::ServerDown),
        1 => Just(Fault::BatchRefused),
        1 => Just(Fault::ItemLater),
        1 => Just(Fault::Duplicated),
        1 => Just(Fault::StorageFails),
        1 => Just(Fault::TabCrashes),
    ]
}

#[derive(Debug, Clone)]
enum Answer {
    Reply(OutboxReply),
    Refused(Problem, Option<Millis>),
    None,
}

/// One device with several tabs, one server, one adversary.
#[derive(Default)]
struct World {
    now: Millis,
    outbox: BTreeMap<RecordId, Waiting>,
    attention: BTreeSet<RecordId>,
    delivered: BTreeSet<RecordId>,
    /// What the server has.
    rows: BTreeSet<RecordId>,
    bad: BTreeSet<RecordId>,
    photos: BTreeMap<(RecordId, PhotoHash), WaitingPhoto>,
    bad_photos: BTreeSet<PhotoHash>,
    /// What the server has of them, and what became of them on the device.
    photos_there: BTreeSet<PhotoHash>,
    photos_taken: BTreeSet<PhotoHash>,
    photos_refused: BTreeSet<PhotoHash>,
    lease: Option<usize>,
    tabs: Vec<Tab>,
    /// Requests that the network will deliver once more, some time later.
    echoes: Vec<Vec<RecordId>>,
}

#[derive(Default)]
struct Tab {
    courier: Courier,
    inbox: Vec<Event>,
    wake_at: Option<Millis>,
}

impl World {
    fn server(&mut self, ids: &[RecordId], later: bool) -> OutboxReply {
        let items = ids
            .iter()
            .enumerate()
            .map(|(at, id)| {
                let status = if self.bad.contains(id) {
                    422
                } else if later && at == 0 {
                    503
                } else if self.rows.insert(*id) {
                    201
                } else {
                    200
                };
                let problem = (status >= 400).then(|| Problem { status, ..Problem::new(ProblemCode::Invalid) });
                OutboxAnswer {
                    id: id.to_string(),
                    status,
                    receipt: None,
                    state: None,
                    position: None,
                    photos_missing: vec![],
                    problem,
                }
            })
            .collect();
        OutboxReply { items, epoch: None }
    }

    fn exchange(&mut self, ids: &[RecordId], fault: Fault) -> Answer {
        match fault {
            Fault::RequestLost => Answer::None,
            Fault::ReplyLost => {
                self.server(ids, false);
                Answer::None
            }
            Fault::ServerDown => Answer::Refused(Problem::new(ProblemCode::Unavailable), Some(5_000)),
            Fault::BatchRefused if ids.len() > 1 => Answer::Refused(Problem::new(ProblemCode::TooLarge), None),
            Fault::Duplicated => {
                self.echoes.push(ids.to_vec());
                Answer::Reply(self.server(ids, false))
            }
            fault => Answer::Reply(self.server(ids, matches!(fault, Fault::ItemLater))),
        }
    }

    fn exchange_photo(&mut self, hash: PhotoHash, fault: Fault) -> Event {
        let bad = self.bad_photos.contains(&hash);
        let refused = |code, retry_after| Event::Refused { problem: Problem::new(code), retry_after };
        match fault {
            Fault::RequestLost => Event::NotReached,
            Fault::ServerDown => refused(ProblemCode::Unavailable, Some(5_000)),
            Fault::ItemLater => refused(ProblemCode::TooManyRequests, None),
            _ if bad => refused(ProblemCode::Invalid, None),
            fault => {
                self.photos_there.insert(hash);
                if matches!(fault, Fault::ReplyLost) { Event::NotReached } else { Event::PhotoTaken }
            }
        }
    }

    fn save_photo(&mut self, PhotoSettled { record, hash, outcome }: PhotoSettled) {
        let Some(waiting) = self.photos.remove(&(record, hash)) else { return };
        match outcome {
            PhotoOutcome::Taken => {
                assert!(self.photos_there.contains(&hash), "never called taken before the server has it");
                self.photos_taken.insert(hash);
            }
            PhotoOutcome::Refused => {
                self.photos_refused.insert(hash);
            }
            PhotoOutcome::Gone => unreachable!("nobody throws photos away here"),
            PhotoOutcome::Later { attempts, not_before } => {
                self.photos.insert((record, hash), WaitingPhoto { attempts, not_before, ..waiting });
            }
        }
    }

    /// Makes a record with as many photos.
    fn make(&mut self, n: u64, photos: u8, urgent: bool) {
        self.outbox.insert(id(n), waiting(n));
        for at in 0..photos {
            let hash = photo_of(n, at);
            self.photos.insert((id(n), hash), WaitingPhoto { hash, holds: !urgent, ..photo(n, 0) });
        }
    }

    fn wake(&mut self, tab: usize, reason: Reason) {
        self.tabs[tab].inbox.push(Event::Woken(reason));
    }

    /// Lets one tab take one event and runs the effects against the world.
    fn step(&mut self, tab: usize, fault: Fault, dice: f64) {
        if matches!(fault, Fault::TabCrashes) {
            if self.lease == Some(tab) {
                self.lease = None;
            }
            self.tabs[tab] = Tab::default();
            self.wake(tab, Reason::Started);
            return;
        }
        if self.tabs[tab].wake_at.is_some_and(|at| at <= self.now) {
            self.tabs[tab].wake_at = None;
            self.tabs[tab].inbox.push(Event::PauseEnded);
        }
        if self.tabs[tab].inbox.is_empty() {
            return;
        }
        let event = self.tabs[tab].inbox.remove(0);
        if event == Event::LeaseGranted && self.lease.is_some_and(|holder| holder != tab) {
            self.tabs[tab].inbox.push(event);
            return;
        }
        if event == Event::LeaseGranted {
            self.lease = Some(tab);
        }
        let courier = std::mem::take(&mut self.tabs[tab].courier);
        let (courier, effects) = courier.update(event, self.now, dice);
        self.tabs[tab].courier = courier;
        for effect in effects {
            self.run(tab, effect, fault);
        }
    }

    fn run(&mut self, tab: usize, effect: Effect, fault: Fault) {
        let answer = match effect {
            Effect::TakeLease => Event::LeaseGranted,
            Effect::ReleaseLease => {
                assert_eq!(self.lease, Some(tab), "only the holder gives the lease back");
                self.lease = None;
                return;
            }
            Effect::ReadOutbox | Effect::SaveOutcomes(_) | Effect::SavePhoto(_)
                if matches!(fault, Fault::StorageFails) =>
            {
                Event::StorageFailed
            }
            Effect::ReadOutbox => Event::OutboxRead {
                records: self.outbox.values().copied().collect(),
                photos: self.photos.values().copied().collect(),
            },
            Effect::SendPhoto { hash, .. } => {
                assert_eq!(self.lease, Some(tab), "only the holder sends");
                assert!(!self.photos_taken.contains(&hash), "what was acknowledged is not sent again");
                self.exchange_photo(hash, fault)
            }
            Effect::PutPhotoBack => {
                // Its answer may be there already; then it was faster.
                let answered = |event: &Event| {
                    matches!(event, Event::PhotoTaken | Event::Refused { .. } | Event::NotReached | Event::PhotoGone)
                };
                if self.tabs[tab].inbox.iter().any(answered) {
                    return;
                }
                Event::NotReached
            }
            Effect::SavePhoto(settled) => {
                self.save_photo(settled);
                Event::OutcomesSaved
            }
            Effect::Send(ids) => {
                assert_eq!(self.lease, Some(tab), "only the holder sends");
                match self.exchange(&ids, fault) {
                    Answer::Reply(reply) => Event::Answered { reply, at: None },
                    Answer::Refused(problem, retry_after) => Event::Refused { problem, retry_after },
                    Answer::None => Event::NotReached,
                }
            }
            Effect::SaveOutcomes(settling) => {
                for settled in settling.outcomes {
                    self.save(settled.id, &settled.outcome);
                }
                Event::OutcomesSaved
            }
            Effect::WakeAt(at) => {
                self.tabs[tab].wake_at = Some(at);
                return;
            }
        };
        self.tabs[tab].inbox.push(answer);
    }

    fn save(&mut self, id: RecordId, outcome: &Outcome) {
        match *outcome {
            Outcome::Delivered { .. } => {
                assert!(self.rows.contains(&id), "never called delivered before the server has it");
                self.outbox.remove(&id);
                self.delivered.insert(id);
            }
            Outcome::NeedsAttention(_) => {
                self.outbox.remove(&id);
                self.attention.insert(id);
            }
            Outcome::Later { attempts, not_before } => {
                self.outbox.insert(id, Waiting { id, attempts, not_before, edition: 0 });
            }
        }
    }
}

fn photo_of(record: u64, at: u8) -> PhotoHash {
    hash(u8::try_from(record).expect("few records") * 8 + at)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_courier_converges_under_loss_duplication_reordering_and_crashes(
        tabs in 1usize..4,
        bad in prop::collection::btree_set(0u64..12, 0..3),
        bad_photos in prop::collection::btree_set((0u64..12, 0u8..4), 0..6),
        script in prop::collection::vec(
            (0usize..4, fault(), 0.0f64..1.0, 0u64..4_000, any::<bool>(), 0u8..4, any::<bool>()), 20..160),
    ) {
        let mut world = World {
            bad: bad.iter().copied().map(id).collect(),
            bad_photos: bad_photos.iter().map(|(n, at)| photo_of(*n, *at)).collect(),
            ..World::default()
        };
        let mut all_photos = BTreeSet::new();
        world.tabs.resize_with(tabs, Tab::default);
        let mut made = 0;
        for (tab, fault, dice, passes, makes, photos, urgent) in script {
            let tab = tab % tabs;
            if makes && made < 12 {
                world.make(made, photos, urgent);
                all_photos.extend((0..photos).map(|at| photo_of(made, at)));
                made += 1;
                world.wake(tab, Reason::NewItem);
            }
            world.now += passes;
            world.step(tab, fault, dice);
        }

        // The network heals. Requests that were still under way arrive late and twice.
        for ids in std::mem::take(&mut world.echoes) {
            world.server(&ids, false);
        }
        let healed = world.now;
        world.wake(0, Reason::Hopeful);
        for _ in 0..200_000 {
            if world.outbox.is_empty() && world.photos.is_empty() {
                break;
            }
            let busy = world.tabs.iter().any(|tab| !tab.inbox.is_empty());
            if !busy {
                world.now = world.tabs.iter().filter_map(|tab| tab.wake_at).min().expect("somebody will wake").max(world.now);
            }
            for tab in 0..tabs {
                world.step(tab, Fault::None, 0.7);
            }
        }

        prop_assert!(world.outbox.is_empty() && world.photos.is_empty(), "every queue empties");
        prop_assert!(world.now - healed <= 2 * LONGEST_PAUSE, "within twice the longest pause");
        let all: BTreeSet<_> = (0..made).map(id).collect();
        let accounted: BTreeSet<_> = world.delivered.union(&world.attention).copied().collect();
        prop_assert_eq!(&accounted, &all, "nothing is lost");
        prop_assert!(world.delivered.is_disjoint(&world.attention), "one visible state each");
        prop_assert!(world.rows.is_subset(&all), "the server has nothing that nobody made");
        let expected: BTreeSet<_> = world.bad.intersection(&all).copied().collect();
        prop_assert_eq!(&world.attention, &expected, "one bad record delays no other");
        let refused: BTreeSet<_> = world.bad_photos.intersection(&all_photos).copied().collect();
        prop_assert_eq!(&world.photos_refused, &refused, "one bad photo delays neither its report nor another photo");
        let taken: BTreeSet<_> = all_photos.difference(&refused).copied().collect();
        prop_assert_eq!(&world.photos_taken, &taken, "no photo is lost");
    }
}
