//! What people do: fill in, send, tap twice, correct, throw away, come and go; and what they were promised.

use chrono::{DateTime, FixedOffset};
use linli_domain::courier::Reason;
use linli_domain::device::{StoredState, Table};
use linli_domain::submission::{Channel, Submission, SubmissionKind};
use linli_domain::{Receipt, RecordId};
use serde_json::{Value, json};

use crate::server::{COMMUNITY, activity};
use crate::tab::Tab;
use crate::world::{Form, Said, Shared, Tab as TabState, World};

/// Most tabs of one device.
const TABS: usize = 3;

/// What a form says, and the same without its time.
pub fn submission(form: &Form, now: DateTime<FixedOffset>, channel: Channel) -> (Submission, Value) {
    let person = json!({"name": "A", "phone": "13800000001"});
    let mut submission = match form.kind {
        SubmissionKind::Report => {
            let kind = if form.bad { "nonsense" } else { "facility" };
            let body = json!({
                "community": COMMUNITY, "kind": kind, "description": form.words, "place": {"words": "gate"}, "made_at": now
            });
            Submission::Report(serde_json::from_value(body).expect("it is a report"))
        }
        SubmissionKind::CheckIn => {
            let systolic = if form.bad { 9_000 } else { 128 };
            let body = json!({
                "community": COMMUNITY, "person": person, "consent": "2026-11", "systolic": systolic, "diastolic": 82,
                "note": form.words, "made_at": now
            });
            Submission::CheckIn(serde_json::from_value(body).expect("it is a check-in"))
        }
        SubmissionKind::SignUp => {
            let party = if form.bad { 9_000 } else { 1 };
            let body = json!({
                "community": COMMUNITY, "activity": activity(), "person": person, "party": party, "made_at": now
            });
            Submission::SignUp(serde_json::from_value(body).expect("it is a sign-up"))
        }
    };
    submission.set_channel(channel);
    let timeless = timeless(&submission, form.receipt);
    (submission, timeless)
}

/// A body as it goes on the wire, but for its time.
pub fn timeless(submission: &Submission, receipt: Receipt) -> Value {
    let body = match submission {
        Submission::Report(report) => serde_json::to_value(report),
        Submission::CheckIn(check_in) => serde_json::to_value(check_in),
        Submission::SignUp(sign_up) => serde_json::to_value(sign_up),
    };
    let mut body = body.expect("our own types have JSON forms");
    body["receipt"] = json!(receipt);
    without_time(body)
}

/// A body without its time.
pub fn without_time(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.remove("made_at");
    }
    body
}

/// What a person makes of a submission that was refused.
pub fn corrected(said: &Submission, words: String, now: DateTime<FixedOffset>) -> Submission {
    let mut said = said.clone();
    match &mut said {
        Submission::Report(report) => {
            "facility".clone_into(&mut report.kind);
            (report.description, report.made_at) = (words, now);
        }
        Submission::CheckIn(check_in) => {
            check_in.systolic = Some(130);
            (check_in.note, check_in.made_at) = (words, now);
        }
        Submission::SignUp(sign_up) => (sign_up.party, sign_up.made_at) = (2, now),
    }
    said
}

impl World {
    /// Somebody pressed the last button: the number of the body.
    pub fn confirmed(&mut self, id: RecordId, device: usize, body: Value) -> usize {
        let name = self.said.len();
        let said = self.said.entry(id).or_insert_with(|| Said {
            name,
            device,
            bodies: Vec::new(),
            saved: None,
            discarded: false,
            sealed: None,
        });
        let known = said.bodies.iter().position(|known| *known == body);
        let number = known.unwrap_or_else(|| {
            said.bodies.push(body);
            said.bodies.len() - 1
        });
        self.note(|world| format!("d{device} confirms {} for the {number}. time", world.name(id)));
        number
    }

    /// A body was called saved: it has to be on the disk.
    pub fn called_saved(&mut self, id: RecordId, device: usize, number: usize) {
        self.count("called saved");
        self.note(|world| format!("d{device} says that {} is saved", world.name(id)));
        let on_disk = self.devices[device].storage.on_disk().contains_key(&(Table::Submission, id.to_string()));
        let Some(said) = self.said.get_mut(&id) else { return };
        said.saved = said.saved.max(Some(number));
        let (name, discarded) = (said.name, said.discarded);
        if !on_disk && !discarded {
            self.violated(format!("r{name} was called saved and is not on the disk"));
        }
    }

    /// The records of a device that a person would see in this state.
    pub fn shown(&self, device: usize, state: impl Fn(&StoredState) -> bool) -> Vec<RecordId> {
        let storage = &self.devices[device].storage;
        let tables = [Table::Submission, Table::Outbox, Table::Sent, Table::Attention];
        let stored = storage.all(Table::Submission).filter_map(|(key, _)| {
            let rows = tables.map(|table| storage.row(table, key));
            linli_domain::device::stored(rows.each_ref().map(Option::as_deref))
        });
        stored.filter(|stored| state(&stored.state)).map(|stored| stored.id).collect()
    }
}

/// Opens a tab of a device.
pub fn open_tab(shared: &Shared, device: usize) -> Tab {
    let number = {
        let mut world = shared.world.borrow_mut();
        let number = world.fresh();
        // Only a tablet takes up what it learned of its clock.
        let skew = if world.devices[device].sealing() { world.devices[device].skew } else { 0 };
        world.devices[device].tabs.insert(number, TabState { skew, ..TabState::default() });
        world.note(|_| format!("d{device} opens t{number}"));
        number
    };
    let tab = Tab { shared: shared.clone(), device, tab: number };
    if shared.world.borrow().devices[device].handing_over {
        shared.begin(device, number, clear(tab.clone()));
        return tab;
    }
    tab.open();
    let reader = tab.clone();
    shared.begin(device, number, async move {
        let draft = reader.draft().await;
        let mut world = reader.shared.world.borrow_mut();
        let person = world.devices[device].person;
        if let Some(form) = draft {
            if form.person != person {
                world.violated(format!("d{device} shows what another person typed"));
            }
            if let Some(tab) = world.devices[device].tabs.get_mut(&number) {
                tab.form = Some(form);
            }
        }
    });
    tab
}

/// One thing a person does.
pub fn act(shared: &Shared) {
    let (device, tab, choice) = {
        let mut world = shared.world.borrow_mut();
        let devices = world.devices.len();
        let device = world.rng.index(devices);
        let tabs: Vec<u64> = world.devices[device].tabs.keys().copied().collect();
        (device, world.rng.pick(&tabs), world.rng.below(100))
    };
    if shared.world.borrow().devices[device].handing_over && tab.is_some() {
        return;
    }
    let Some(number) = tab else {
        open_tab(shared, device);
        return;
    };
    let tab = Tab { shared: shared.clone(), device, tab: number };
    match choice {
        0..35 => fill_in(&tab),
        35..48 => send(&tab),
        48..58 => look_at_attention(&tab),
        58..62 => throw_away(&tab),
        62..72 => tab.wake(Reason::Pressed),
        72..82 => tab.come_back(),
        82..92 => {
            let room = shared.world.borrow().devices[device].tabs.len() < TABS;
            if room {
                open_tab(shared, device);
            }
        }
        92..96 => {
            let mut world = shared.world.borrow_mut();
            world.note(|_| format!("d{device} closes t{number}"));
            world.forget_tab(device, number);
        }
        _ => hand_over(&tab),
    }
}

/// Fills in a form; mostly sends it at once.
fn fill_in(tab: &Tab) {
    let (form, sends) = {
        let mut world = tab.shared.world.borrow_mut();
        if world.said.len() >= 8 {
            return;
        }
        let (id, receipt) = (world.new_id(tab.device), world.new_receipt());
        let person = world.devices[tab.device].person;
        let kinds = [SubmissionKind::Report, SubmissionKind::CheckIn, SubmissionKind::SignUp];
        let kind = world.rng.pick(&kinds).unwrap_or(SubmissionKind::Report);
        let (bad, words) = (world.rng.once_in(5), format!("w{}", world.rng.below(1_000)));
        (Form { id, receipt, person, words, bad, kind }, !world.rng.once_in(5))
    };
    let typed = tab.clone();
    let kept = form.clone();
    tab.shared.begin(tab.device, tab.tab, async move {
        typed.keep_draft(&kept).await;
        if let Some(state) = typed.shared.world.borrow_mut().devices[typed.device].tabs.get_mut(&typed.tab) {
            state.form = Some(kept);
        }
        if sends {
            send(&typed);
        }
    });
}

/// Presses the last button, now and then twice, now and then in two tabs.
pub fn send(tab: &Tab) {
    let (form, taps) = {
        let mut world = tab.shared.world.borrow_mut();
        let twice = world.rng.once_in(4);
        if twice {
            world.count("double tap");
        }
        let form = world.devices[tab.device].tabs.get(&tab.tab).and_then(|tab| tab.form.clone());
        let tabs: Vec<u64> = world.devices[tab.device].tabs.keys().copied().collect();
        let other = world.rng.pick(&tabs).unwrap_or(tab.tab);
        (form, if twice { vec![tab.tab, other] } else { vec![tab.tab] })
    };
    let Some(form) = form else { return };
    for number in taps {
        let (tab, form) = (Tab { tab: number, ..tab.clone() }, form.clone());
        tab.shared.clone().begin(tab.device, number, async move {
            tab.submit(form).await;
        });
    }
}

fn chosen(tab: &Tab, state: impl Fn(&StoredState) -> bool) -> Option<RecordId> {
    let mut world = tab.shared.world.borrow_mut();
    let shown = world.shown(tab.device, state);
    world.rng.pick(&shown)
}

/// The keeper of a tablet sends again what was refused of what is sealed, or throws it away.
fn keep_tablet(tab: &Tab) {
    let (chosen, throws) = {
        let mut world = tab.shared.world.borrow_mut();
        let refused = world.devices[tab.device].storage.all(Table::Attention);
        let refused: Vec<RecordId> = refused.filter_map(|(key, _)| key.parse().ok()).collect();
        (world.rng.pick(&refused), world.rng.once_in(3))
    };
    let (Some(id), keeper) = (chosen, tab.clone()) else { return };
    tab.shared.begin(tab.device, tab.tab, async move {
        if throws { keeper.discard(id).await } else { keeper.retry(id).await }
    });
}

/// Corrects what needs attention, sends it again as it is, or has two tabs do both.
fn look_at_attention(tab: &Tab) {
    if tab.shared.world.borrow().devices[tab.device].sealing() {
        return keep_tablet(tab);
    }
    let Some(id) = chosen(tab, |state| matches!(state, StoredState::NeedsAttention(_))) else { return };
    let choice = tab.shared.world.borrow_mut().rng.below(4);
    if choice != 1 {
        correct(tab, id);
    }
    if choice < 2 {
        let again = tab.clone();
        tab.shared.begin(tab.device, tab.tab, async move { again.retry(id).await });
    }
}

/// Corrects a record.
pub fn correct(tab: &Tab, id: RecordId) {
    let words = format!("better {}", tab.shared.world.borrow_mut().rng.below(1_000));
    let better = tab.clone();
    tab.shared.begin(tab.device, tab.tab, async move { better.correct(id, words).await });
}

fn throw_away(tab: &Tab) {
    let Some(id) = chosen(tab, |_| true) else { return };
    let gone = tab.clone();
    tab.shared.world.borrow_mut().count("thrown away");
    tab.shared.begin(tab.device, tab.tab, async move { gone.discard(id).await });
}

/// The next person takes over a shared device: every page is left, and what was typed is cleared before one is opened.
fn hand_over(tab: &Tab) {
    {
        let mut world = tab.shared.world.borrow_mut();
        if !world.devices[tab.device].kiosk {
            return;
        }
        world.count("change of user");
        let device = tab.device;
        world.note(|_| format!("d{device} is handed over"));
        let tabs: Vec<u64> = world.devices[device].tabs.keys().copied().collect();
        for tab in tabs {
            world.forget_tab(device, tab);
        }
        world.devices[device].handing_over = true;
    }
    open_tab(&tab.shared, tab.device);
}

/// Clears what was typed, however often that fails, then opens the app for the next person.
async fn clear(cleaner: Tab) {
    while !cleaner.hand_over().await {}
    {
        let (mut world, device) = (cleaner.shared.world.borrow_mut(), cleaner.device);
        world.forget_tab(device, cleaner.tab);
        world.devices[device].handing_over = false;
        world.devices[device].person += 1;
        if world.devices[device].storage.all(Table::Draft).next().is_some() {
            world.violated(format!("d{device} keeps what was typed for the next person"));
        }
    }
    open_tab(&cleaner.shared, cleaner.device);
}
