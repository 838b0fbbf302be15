//! What `src/data` of the app does, on the simulated browser: it feeds the real courier, carries its effects out, and asks
//! the real device logic what to change. Between two transactions others have a turn, or the tab crashes. Planted faults
//! bend what passes between the real parts.

use std::collections::BTreeSet;

use chrono::DateTime;
use linli_domain::courier::{Effect, Event, Outcome, Phase, Reason};
use linli_domain::device::epoch::{self, Learning};
use linli_domain::device::{self, Change, Settling, SubmissionRow, Table};
use linli_domain::outbox::OutboxReply;
use linli_domain::sealed::{self, Contents};
use linli_domain::submission::{Channel, SubmissionKind};
use linli_domain::{Problem, RecordId};
use serde_json::{Value, json};

use crate::mutation::Mutation;
use crate::storage::{Durability, Failure};
use crate::world::{Content, Reply, Request, Shared, turn};

const ROUNDS: u32 = 8;
/// How long an answer is waited for, milliseconds.
pub const PATIENCE: u64 = 30_000;
/// Public data is kept under this key with its `ETag` and its epoch.
const PUBLIC: &str = "public";

/// One tab of one device.
#[derive(Clone)]
#[expect(clippy::struct_field_names, reason = "its number is called as it is in every trace")]
pub struct Tab {
    pub(crate) shared: Shared,
    pub(crate) device: usize,
    pub(crate) tab: u64,
}

impl Tab {
    fn begin(&self, job: impl Future<Output = ()> + 'static) {
        self.shared.begin(self.device, self.tab, job);
    }

    fn plants(&self, mutation: Mutation) -> bool {
        self.shared.world.borrow().plants(mutation)
    }

    /// What the app does when it is opened.
    pub fn open(&self) {
        self.refresh();
        self.wake(Reason::Started);
    }

    /// The page became visible.
    pub fn come_back(&self) {
        self.refresh();
        self.wake(Reason::Hopeful);
    }

    /// Another tab says that something changed.
    pub fn told(&self) {
        self.wake(Reason::Started);
        let unreached = self.with(|tab| tab.reached == Some(false)).unwrap_or(false);
        if unreached {
            self.refresh();
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut crate::world::Tab) -> T) -> Option<T> {
        self.shared.world.borrow_mut().devices[self.device].tabs.get_mut(&self.tab).map(look)
    }

    /// Wakes the courier.
    pub fn wake(&self, reason: Reason) {
        self.happened(Event::Woken(reason));
    }

    /// Tells the courier, and carries out what it wants.
    pub fn happened(&self, event: Event) {
        let effects = {
            let mut world = self.shared.world.borrow_mut();
            let (now, dice) = (world.device_now(self.device), world.rng.dice());
            let Some(tab) = world.devices[self.device].tabs.get_mut(&self.tab) else { return };
            let courier = std::mem::take(&mut tab.courier);
            let (courier, effects) = courier.update(event, now, dice);
            tab.courier = courier;
            let busy = matches!(tab.courier.phase(), Phase::Sending(_));
            let (device, own) = (self.device, self.tab);
            if busy {
                world.devices[device].sending.insert(own);
                if world.devices[device].sending.len() > 1 && !world.devices[device].lockless {
                    world.violated(format!("two tabs of d{device} send at once"));
                }
            } else {
                world.devices[device].sending.remove(&own);
            }
            effects
        };
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&self, effect: Effect) {
        let tab = self.clone();
        match effect {
            Effect::TakeLease => self.begin(async move { tab.take_lease().await }),
            Effect::ReleaseLease => {
                {
                    let mut world = self.shared.world.borrow_mut();
                    if world.devices[self.device].lock == Some(self.tab) {
                        world.devices[self.device].lock = None;
                        world.grant(self.device);
                    }
                }
                if self.with(|tab| std::mem::take(&mut tab.answered)) == Some(true) {
                    self.refresh();
                }
            }
            Effect::ReadOutbox => self.begin(async move {
                let outbox = tab.all(Table::Outbox).await;
                tab.happened(outbox.map_or(Event::StorageFailed, |rows| Event::OutboxRead {
                    records: device::waiting(&rows),
                    photos: Vec::new(),
                }));
            }),
            Effect::Send(ids) => self.begin(async move {
                let event = tab.post(&ids).await;
                tab.happened(event);
            }),
            Effect::SaveOutcomes(settling) => self.begin(async move {
                let saved = tab.save_outcomes(settling).await;
                tab.with(|tab| tab.answered = true);
                tab.happened(saved.map_or(Event::StorageFailed, |()| Event::OutcomesSaved));
            }),
            // Nobody takes photos here.
            Effect::SendPhoto { .. } | Effect::PutPhotoBack | Effect::SavePhoto(_) => {}
            Effect::WakeAt(at) => {
                let mut world = self.shared.world.borrow_mut();
                let ends = world.now + at.saturating_sub(world.device_now(self.device)).min(i32::MAX as u64);
                let endless = world.plants(Mutation::BackOffNeverEnds);
                if let Some(tab) = world.devices[self.device].tabs.get_mut(&self.tab) {
                    tab.alarm = (!endless).then_some(ends);
                }
            }
        }
    }

    async fn take_lease(&self) {
        let lockless = self.shared.world.borrow().devices[self.device].lockless;
        if !lockless && !self.plants(Mutation::LockNotTaken) {
            let slot = {
                let mut world = self.shared.world.borrow_mut();
                let slot = world.fresh();
                world.devices[self.device].queue.push((self.tab, slot));
                world.awaited.insert(slot);
                world.grant(self.device);
                slot
            };
            self.shared.filled(slot).await;
        }
        self.happened(Event::LeaseGranted);
    }

    /// A transaction that writes. It is done before the tab hears of it, so that a crash may come in between.
    async fn write(&self, durability: Durability, changes: &[Change]) -> Result<(), Failure> {
        self.until_written().await;
        let done = {
            let mut world = self.shared.world.borrow_mut();
            let world = &mut *world;
            let grows = changes.iter().any(|change| matches!(change, Change::Add(..) | Change::Put(..)));
            if grows && world.now < world.devices[self.device].full_until {
                world.count("no room");
                Err(Failure::Full)
            } else if !world.healed && world.rng.once_in(40) {
                world.count("transaction aborted");
                Err(Failure::Broken)
            } else {
                let device = self.device;
                let done = if world.plants(Mutation::ExpectIgnored) {
                    let blind: Vec<_> =
                        changes.iter().filter(|change| !matches!(change, Change::Expect(..))).cloned().collect();
                    world.devices[device].storage.write(durability, &blind)
                } else {
                    world.devices[device].storage.write(durability, changes)
                };
                world.note(|_| format!("d{device} writes {} changes: {done:?}", changes.len()));
                if done.is_ok() {
                    world.look_at(device);
                }
                done
            }
        };
        if durability == Durability::Strict && done.is_ok() {
            // On its way to the disk: others wait for it, and the power may go.
            turn().await;
            self.shared.world.borrow_mut().devices[self.device].storage.flush();
        }
        turn().await;
        done
    }

    /// A transaction begins when the one before it is on the disk, if it has to be.
    async fn until_written(&self) {
        turn().await;
        while self.shared.world.borrow().devices[self.device].storage.is_writing() {
            turn().await;
        }
    }

    async fn read<T>(&self, look: impl FnOnce(&crate::storage::Storage) -> T) -> Result<T, Failure> {
        self.until_written().await;
        let mut world = self.shared.world.borrow_mut();
        if !world.healed && world.rng.once_in(80) {
            world.count("read failed");
            return Err(Failure::Broken);
        }
        Ok(look(&world.devices[self.device].storage))
    }

    async fn all(&self, table: Table) -> Result<Vec<String>, Failure> {
        self.read(|storage| storage.all(table).map(|(_, text)| text.to_owned()).collect()).await
    }

    async fn rows(&self, table: Table, ids: &[RecordId]) -> Result<Vec<Option<String>>, Failure> {
        self.read(|storage| ids.iter().map(|id| storage.row(table, &id.to_string())).collect()).await
    }

    async fn row(&self, table: Table, key: &str) -> Result<Option<String>, Failure> {
        self.read(|storage| storage.row(table, key)).await
    }

    fn tell_others(&self) {
        let mut world = self.shared.world.borrow_mut();
        let others: Vec<u64> =
            world.devices[self.device].tabs.keys().copied().filter(|other| *other != self.tab).collect();
        for other in others {
            let after = world.rng.below(20);
            world.send(after, self.device, Content::Changed(other));
        }
    }

    /// A confirmed form; whether it is called saved.
    pub async fn submit(&self, form: crate::world::Form) -> bool {
        let sealing = self.shared.world.borrow().devices[self.device].sealing();
        if sealing {
            return self.submit_sealed(form).await;
        }
        let (submission, body) = {
            let world = self.shared.world.borrow();
            crate::people::submission(&form, self.now(&world), Channel::Phone)
        };
        self.shared.world.borrow_mut().confirmed(form.id, self.device, body);
        let durability = if self.plants(Mutation::SubmitRelaxed) { Durability::Relaxed } else { Durability::Strict };
        let changes = device::submit("form", form.id, form.receipt, String::new(), submission.clone(), None);
        let saved = match self.write(durability, &changes).await {
            Ok(()) => {
                self.tell_others();
                self.wake(Reason::NewItem);
                true
            }
            Err(Failure::AlreadyThere) => {
                let kept = self.row(Table::Submission, &form.id.to_string()).await.ok().flatten();
                let kept: Option<SubmissionRow> = kept.and_then(|text| serde_json::from_str(&text).ok());
                let same = kept.is_some_and(|kept| device::is_what_was_said(&kept, form.receipt, &submission));
                same && self.write(Durability::Relaxed, &[Change::delete(Table::Draft, &"form")]).await.is_ok()
            }
            Err(Failure::Full) => self.plants(Mutation::FullIsCalledSaved),
            Err(Failure::Changed | Failure::Broken) => false,
        };
        if saved {
            self.is_saved(form.id);
        }
        saved
    }

    /// It is called saved, and the form is left.
    fn is_saved(&self, id: RecordId) {
        self.shared.world.borrow_mut().called_saved(id, self.device, 0);
        self.with(|tab| {
            if tab.form.as_ref().is_some_and(|now| now.id == id) {
                tab.form = None;
            }
        });
    }

    /// A form confirmed on a shared tablet; whether it is called saved.
    async fn submit_sealed(&self, form: crate::world::Form) -> bool {
        let copy = self.row(Table::Cache, PUBLIC).await.ok().flatten();
        let copy: Value = copy.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let Some(key) = copy["seal"].as_str() else { return false };
        let changes = {
            let mut world = self.shared.world.borrow_mut();
            let (submission, body) = crate::people::submission(&form, self.now(&world), Channel::Kiosk);
            let mut random = [0; sealed::KEY];
            random.chunks_mut(8).for_each(|part| part.copy_from_slice(&world.rng.next().to_be_bytes()));
            let clear = device::submit("form", form.id, form.receipt, String::new(), submission.clone(), None);
            let submission = device::with_receipt(submission, form.receipt);
            let contents = Contents { kind: form.kind.as_str().to_owned(), body: submission.body() };
            let contents = serde_json::to_vec(&contents).unwrap_or_default();
            let Some(text) = sealed::seal(key, form.id, &contents, random) else { return false };
            world.confirmed(form.id, self.device, body);
            if let Some(said) = world.said.get_mut(&form.id) {
                let made_at = submission.made_at().timestamp_millis().unsigned_abs();
                // Which tap is written is not known here: it waits as long as the latest may.
                let latest = said.sealed.map_or(made_at, |(before, _)| before.max(made_at));
                said.sealed = Some((latest, form.bad));
            }
            world.count("sealed");
            if world.plants(Mutation::SealedIsClear) { clear } else { device::submit_sealed(form.id, text) }
        };
        let saved = match self.write(Durability::Strict, &changes).await {
            Ok(()) => {
                self.tell_others();
                self.wake(Reason::NewItem);
                true
            }
            Err(Failure::AlreadyThere) => true,
            Err(Failure::Changed | Failure::Full | Failure::Broken) => false,
        };
        if saved {
            self.is_saved(form.id);
        }
        saved
    }

    /// Keeps what was typed; on a shared tablet nothing is.
    pub async fn keep_draft(&self, form: &crate::world::Form) {
        if self.shared.world.borrow().devices[self.device].sealing() {
            return;
        }
        let draft = json!({
            "id": form.id, "receipt": form.receipt, "person": form.person, "words": form.words, "bad": form.bad,
            "kind": form.kind.as_str()
        });
        let _ = self.write(Durability::Relaxed, &[Change::put(Table::Draft, &"form", &draft)]).await;
    }

    /// The draft that is there.
    pub async fn draft(&self) -> Option<crate::world::Form> {
        let text = self.row(Table::Draft, "form").await.ok().flatten()?;
        let draft: Value = serde_json::from_str(&text).ok()?;
        Some(crate::world::Form {
            id: serde_json::from_value(draft["id"].clone()).ok()?,
            receipt: serde_json::from_value(draft["receipt"].clone()).ok()?,
            person: serde_json::from_value(draft["person"].clone()).ok()?,
            words: draft["words"].as_str()?.to_owned(),
            bad: draft["bad"].as_bool()?,
            kind: SubmissionKind::read(draft["kind"].as_str()?)?,
        })
    }

    /// Corrects what needs attention, so that the server will take it.
    pub async fn correct(&self, id: RecordId, words: String) {
        let Ok(kept) = self.row(Table::Submission, &id.to_string()).await else { return };
        let Ok(attention) = self.row(Table::Attention, &id.to_string()).await else { return };
        let Some(kept) = kept.and_then(|text| serde_json::from_str::<SubmissionRow>(&text).ok()) else { return };
        let Some(said) = kept.submission() else { return };
        let Some(receipt) = said.receipt() else { return };
        let better = crate::people::corrected(&said, words, self.now(&self.shared.world.borrow()));
        let body = crate::people::timeless(&better, receipt);
        let Some(changes) = device::correct(kept, attention.as_deref(), receipt, better) else { return };
        let edition = self.shared.world.borrow_mut().confirmed(id, self.device, body);
        if self.write(Durability::Strict, &changes).await.is_ok() {
            self.shared.world.borrow_mut().called_saved(id, self.device, edition);
            self.tell_others();
            self.wake(Reason::Pressed);
        }
    }

    /// Sends what needs attention again as it is.
    pub async fn retry(&self, id: RecordId) {
        let Ok(attention) = self.row(Table::Attention, &id.to_string()).await else { return };
        let Some(mut changes) = device::retry(attention.as_deref()) else { return };
        if self.plants(Mutation::RetryMakesAnotherId) {
            let Ok(Some(text)) = self.row(Table::Submission, &id.to_string()).await else { return };
            changes.push(Change::Put(Table::Submission, id.to_string(), text));
            self.rename(&mut changes, id);
            changes.push(Change::delete(Table::Submission, &id));
            changes.push(Change::delete(Table::Attention, &id));
        }
        if self.write(Durability::Strict, &changes).await.is_ok() {
            self.tell_others();
            self.wake(Reason::Pressed);
        }
    }

    /// The same changes to another record.
    fn rename(&self, changes: &mut Vec<Change>, id: RecordId) {
        let mut world = self.shared.world.borrow_mut();
        let other = world.new_id(self.device).to_string();
        let receipt = world.new_receipt().to_string();
        let id = id.to_string();
        changes.retain(|change| !matches!(change, Change::Expect(..)));
        for change in changes {
            if let Change::Put(_, key, text) = change
                && *key == id
            {
                let mut row: Value = serde_json::from_str(text).unwrap_or_default();
                row["id"] = json!(other);
                if row.get("body").is_some() {
                    row["body"]["receipt"] = json!(receipt);
                }
                (*key, *text) = (other.clone(), row.to_string());
            }
        }
    }

    /// Throws a record away.
    pub async fn discard(&self, id: RecordId) {
        // Asked for is as good as done: from now on nobody counts on it.
        if let Some(said) = self.shared.world.borrow_mut().said.get_mut(&id) {
            said.discarded = true;
        }
        if self.write(Durability::Strict, &device::discard(id)).await.is_ok() {
            self.tell_others();
        }
    }

    /// Clears the device for the next person.
    pub async fn hand_over(&self) -> bool {
        let Ok(drafts) =
            self.read(|storage| storage.all(Table::Draft).map(|(key, _)| key.to_owned()).collect::<Vec<_>>()).await
        else {
            return false;
        };
        let keeps = self.plants(Mutation::HandOverKeepsDraft);
        let changes = if keeps { Vec::new() } else { device::hand_over(&drafts, &[], &[]) };
        self.write(Durability::Strict, &changes).await.is_ok()
    }

    async fn post(&self, ids: &[RecordId]) -> Event {
        let Ok(rows) = self.rows(Table::Submission, ids).await else { return Event::NotReached };
        if self.plants(Mutation::DeletedBeforeConfirmed) {
            let gone: Vec<_> = ids.iter().map(|id| Change::delete(Table::Outbox, id)).collect();
            let _ = self.write(Durability::Strict, &gone).await;
        }
        let fickle = self.plants(Mutation::BodyChangesWithEverySend);
        let mut items = Vec::with_capacity(ids.len());
        let read: Vec<_> = rows.iter().map(|text| device::outbox_item(text.as_deref()?)).collect();
        let unreadable: Vec<_> = ids.iter().zip(&read).filter(|(_, item)| item.is_none()).map(|(id, _)| *id).collect();
        if !unreadable.is_empty() {
            self.shared.world.borrow_mut().count("unreadable");
            return Event::Unreadable(unreadable);
        }
        for row in read.into_iter().flatten() {
            let mut body = row.body.get().to_owned();
            if fickle && let Ok(mut changed) = serde_json::from_str::<Value>(&body) {
                changed["made_at"] = json!(self.now(&self.shared.world.borrow()).to_rfc3339());
                body = changed.to_string();
            }
            items.push(format!(r#"{{"kind":"{}","id":"{}","body":{body}}}"#, row.kind, row.id));
        }
        let request = format!(r#"{{"items":[{}]}}"#, items.join(","));
        let reply = self.exchange(Request::Outbox(request)).await;
        let event = Self::recognise(&reply);
        if !self.plants(Mutation::OtherReplyBelieved) {
            return event;
        }
        match event {
            Event::Answered { reply, at } => {
                self.with(|tab| tab.last_reply = Some(reply.clone()));
                Event::Answered { reply, at }
            }
            Event::NotReached => match self.with(|tab| tab.last_reply.clone()).flatten() {
                Some(mut other) => {
                    for (item, id) in other.items.iter_mut().zip(ids) {
                        item.id = id.to_string();
                    }
                    Event::Answered { reply: other, at: None }
                }
                None => Event::NotReached,
            },
            event => event,
        }
    }

    /// As `data::api` does: an answer that is not in the server's own form is none.
    fn recognise(reply: &Reply) -> Event {
        let Reply::Answer(answer, date) = reply else { return Event::NotReached };
        let own = |media_type| answer.media_type.starts_with(media_type);
        match answer.status {
            200..=299 if own("application/json") => {
                // A `Date` has whole seconds.
                let at = DateTime::from_timestamp((date / 1_000).cast_signed(), 0).map(|at| at.fixed_offset());
                let read = serde_json::from_str::<OutboxReply>(&answer.body);
                read.map_or(Event::NotReached, |reply| Event::Answered { reply, at })
            }
            400.. if own("application/problem+json") => match serde_json::from_str::<Problem>(&answer.body) {
                Ok(problem) => {
                    let retry_after = answer.retry_after.map(|seconds| seconds.saturating_mul(1_000));
                    Event::Refused { problem, retry_after }
                }
                Err(_) => Event::NotReached,
            },
            _ => Event::NotReached,
        }
    }

    async fn exchange(&self, request: Request) -> Reply {
        let slot = {
            let mut world = self.shared.world.borrow_mut();
            let slot = world.fresh();
            let (after, until) = (world.rng.below(200), world.now + PATIENCE);
            world.awaited.insert(slot);
            world.patience.push((until, slot));
            world.send(after, self.device, Content::Request(request, slot));
            slot
        };
        let reply = self.shared.filled(slot).await;
        let mut world = self.shared.world.borrow_mut();
        world.patience.retain(|(_, waiting)| *waiting != slot);
        let device_now = world.device_now(self.device);
        let own = |answer: &crate::server::Answer| answer.status == 304 || answer.media_type.contains("json");
        if let Some(tab) = world.devices[self.device].tabs.get_mut(&self.tab) {
            tab.reached = Some(matches!(&reply, Reply::Answer(answer, _) if own(answer)));
            if let Reply::Answer(answer, date) = &reply
                && own(answer)
            {
                // As `data::clock` learns: a `Date` has whole seconds, a small difference is the network's.
                let skew = (date / 1_000 * 1_000).cast_signed() - device_now.cast_signed();
                tab.skew = if skew.abs() > 120_000 { skew } else { 0 };
                let skew = tab.skew;
                world.devices[self.device].skew = skew;
            }
        }
        reply
    }

    /// Now, set right by the server's clock.
    fn now(&self, world: &crate::world::World) -> DateTime<chrono::FixedOffset> {
        let skew = world.devices[self.device].tabs.get(&self.tab).map_or(0, |tab| tab.skew);
        let millis = world.device_now(self.device).cast_signed() + skew;
        DateTime::from_timestamp_millis(millis).unwrap_or_default().fixed_offset()
    }

    async fn save_outcomes(&self, mut settling: Settling) -> Result<(), Failure> {
        let ignores_epoch = self.plants(Mutation::EpochIgnored);
        if ignores_epoch {
            settling.epoch = None;
        }
        let ids = settling.records();
        for _ in 0..ROUNDS {
            if let Some(epoch) = &settling.epoch {
                self.learn_epoch(epoch).await?;
            }
            let noted = if ignores_epoch { None } else { self.row(Table::Cache, epoch::NOTE).await? };
            let outbox = self.rows(Table::Outbox, &ids).await?;
            if self.plants(Mutation::EditionIgnored) {
                for (settled, text) in settling.outcomes.iter_mut().zip(&outbox) {
                    let row = text.as_deref().and_then(|text| serde_json::from_str::<device::OutboxRow>(text).ok());
                    settled.edition = row.map_or(settled.edition, |row| row.edition);
                }
            }
            let submissions = self.rows(Table::Submission, &settling.refused_for_the_clock()).await?;
            let now = self.shared.world.borrow().device_now(self.device);
            let Some(changes) = device::settle(&settling, noted.as_deref(), &outbox, &submissions, now) else {
                continue;
            };
            let changes = self.bent(changes);
            let relaxed = self.plants(Mutation::OutcomeRelaxed);
            match self.write(if relaxed { Durability::Relaxed } else { Durability::Strict }, &changes).await {
                Ok(()) => {
                    self.settled(&settling, &changes);
                    self.tell_others();
                    return Ok(());
                }
                Err(Failure::Changed) => self.shared.world.borrow_mut().count("decided anew"),
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::Broken)
    }

    /// Planted faults of settling.
    fn bent(&self, mut changes: Vec<Change>) -> Vec<Change> {
        if self.plants(Mutation::RestampFlagLost) {
            for change in &mut changes {
                if let Change::Put(Table::Outbox | Table::Sent | Table::Attention, _, text) = change {
                    *text = text.replace("\"restamped\":true", "\"restamped\":false");
                }
            }
        }
        if self.plants(Mutation::AttentionDropped) {
            let refused: BTreeSet<String> = changes
                .iter()
                .filter_map(|change| match change {
                    Change::Put(Table::Attention, key, _) => Some(key.clone()),
                    _ => None,
                })
                .collect();
            changes.retain(|change| !matches!(change, Change::Put(Table::Attention, ..)));
            changes.extend(refused.into_iter().map(|key| Change::Delete(Table::Submission, key)));
        }
        let restamped: Vec<RecordId> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Put(Table::Submission, key, _) => key.parse().ok(),
                _ => None,
            })
            .collect();
        if self.plants(Mutation::RestampChangesId) {
            for id in restamped {
                self.rename(&mut changes, id);
                changes.push(Change::delete(Table::Submission, &id));
                changes.push(Change::delete(Table::Outbox, &id));
            }
        }
        changes
    }

    fn settled(&self, settling: &Settling, changes: &[Change]) {
        let mut at_once = Vec::new();
        let mut world = self.shared.world.borrow_mut();
        for change in changes {
            match change {
                Change::Put(Table::Submission, ..) => world.count("time put right"),
                Change::Put(Table::Attention, key, text) => {
                    let body = world.devices[self.device].storage.row(Table::Submission, key).unwrap_or_default();
                    let was_better = body.contains("\"better ");
                    let invalid = text.contains("\"code\":\"invalid\"") && !text.contains("in_future");
                    if invalid && was_better {
                        let name = key.parse().map_or_else(|_| "r?".to_owned(), |id| world.name(id));
                        world.violated(format!("{name} is blamed for what stood there before its correction"));
                    }
                    // Somebody who looks on corrects it at once.
                    let looks_on = !world.healed && invalid && world.rng.once_in(3);
                    at_once.extend(key.parse::<RecordId>().ok().filter(|_| looks_on));
                }
                _ => {}
            }
        }
        for settled in &settling.outcomes {
            let what = match settled.outcome {
                Outcome::Delivered { .. } => "delivered",
                Outcome::NeedsAttention(_) => "needs attention",
                Outcome::Later { .. } => "later",
            };
            let device = self.device;
            world.note(|world| format!("d{device} {} {what}", world.name(settled.id)));
        }
        drop(world);
        for id in at_once {
            crate::people::correct(self, id);
        }
    }

    /// Takes notice of the server's epoch.
    pub async fn learn_epoch(&self, epoch: &str) -> Result<(), Failure> {
        if self.plants(Mutation::EpochIgnored) {
            return Ok(());
        }
        for _ in 0..ROUNDS {
            let noted = self.row(Table::Cache, epoch::NOTE).await?;
            let (changes, sweeps) = match epoch::learn(epoch, noted.as_deref()) {
                Learning::Done => return Ok(()),
                Learning::Note(changes) => (changes, false),
                Learning::Sweep => (epoch::sweep(epoch, &self.all(Table::Sent).await?), true),
            };
            let early = self.plants(Mutation::EpochNotedBeforeSweep) && !sweeps;
            let changes = if early { epoch::sweep(epoch, &[]).split_off(1) } else { changes };
            match self.write(Durability::Strict, &changes).await {
                Ok(()) if sweeps => {
                    self.shared.world.borrow_mut().count("epoch swept");
                    self.tell_others();
                    self.wake(Reason::NewItem);
                }
                Ok(()) | Err(Failure::Changed) => {}
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::Broken)
    }

    /// Asks for public data, and learns the epoch from the answer.
    pub fn refresh(&self) {
        let begins = self.with(|tab| {
            tab.asked_again = std::mem::replace(&mut tab.refreshing, true);
            !tab.asked_again
        });
        if begins != Some(true) {
            return;
        }
        let tab = self.clone();
        self.begin(async move {
            loop {
                tab.refresh_once().await;
                if tab.with(|tab| std::mem::take(&mut tab.asked_again)) != Some(true) {
                    break;
                }
            }
            tab.with(|tab| tab.refreshing = false);
        });
    }

    async fn refresh_once(&self) {
        let copy = self.row(Table::Cache, PUBLIC).await.ok().flatten();
        let copy: Option<Value> = copy.and_then(|text| serde_json::from_str(&text).ok());
        let etag = copy.as_ref().and_then(|copy| copy["etag"].as_str()).map(str::to_owned);
        let Reply::Answer(answer, _) = self.exchange(Request::Public(etag)).await else { return };
        let epoch = match answer.status {
            304 => copy.and_then(|copy| copy["epoch"].as_str().map(str::to_owned)),
            200 if answer.media_type.starts_with("application/json") => {
                let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
                let epoch = body["epoch"].as_str().map(str::to_owned);
                let copy = json!({"etag": answer.etag, "epoch": epoch, "seal": body["seal"]["public_key"]});
                // An epoch that is not learned now is learned from the copy.
                let _ = self.write(Durability::Relaxed, &[Change::put(Table::Cache, &PUBLIC, &copy)]).await;
                epoch
            }
            _ => return,
        };
        if let Some(epoch) = epoch {
            let _ = self.learn_epoch(&epoch).await;
        }
    }
}
