//! The scheduler: one thing at a time, by the dice. First a time of faults, then the world heals and must come to rest.

use linli_domain::courier::{Event, FIRST_PAUSE, LONGEST_PAUSE, Reason};

use crate::faults::{self, Allowed};
use crate::mutation::Mutation;
use crate::server::{Server, Trouble};
use crate::tab::{PATIENCE, Tab};
use crate::world::{Counts, Device, Job, Reply, Shared, World};
use crate::{check, network, people};

/// Turns in the time of faults.
const TURNS: u64 = 400;
/// No run needs as many to come to rest.
const REST: u32 = 40_000;

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// What must not be and was.
    pub violations: Vec<String>,
    /// What was done.
    pub counts: Counts,
    /// How long it took to come to rest once the world had healed, milliseconds.
    pub converged: u64,
    /// What happened, if wanted.
    pub trace: Vec<String>,
}

/// Servers to run on: one for most runs, and for those that restore it one of their own.
#[derive(Debug)]
pub struct Stage {
    template: tempfile::TempPath,
    shared: Server,
    nonce: u64,
}

impl Stage {
    /// Makes the servers. `part` keeps the ids of several stages apart.
    ///
    /// # Errors
    /// When the server cannot start.
    pub async fn new(part: u64) -> std::result::Result<Self, Trouble> {
        let template = tempfile::NamedTempFile::new()?.into_temp_path();
        Server::new(None).await?.template(&template).await?;
        let shared = Server::new(Some(&template)).await?;
        Ok(Self { template, shared, nonce: part << 32 })
    }
}

/// Runs one seed.
///
/// # Errors
/// When the server or its database fail in a way that is not simulated.
pub async fn run(
    stage: &mut Stage,
    seed: u64,
    mutation: Option<Mutation>,
    traced: bool,
) -> std::result::Result<Outcome, Trouble> {
    stage.nonce += 1;
    let world = World::new(seed, stage.nonce, mutation, traced);
    let allowed = Allowed { restarts: seed % 16 == 1, restores: seed.is_multiple_of(8) };
    if !allowed.restores {
        return in_world(&mut stage.shared, world, allowed).await;
    }
    let mut own = Server::new(Some(&stage.template)).await?;
    let outcome = in_world(&mut own, world, allowed).await;
    own.stop().await;
    outcome
}

async fn in_world(server: &mut Server, world: World, allowed: Allowed) -> std::result::Result<Outcome, Trouble> {
    let before = server.last_sequence().await?;
    let shared = Shared::new(world);
    let devices = {
        let mut world = shared.world.borrow_mut();
        let devices = 1 + world.rng.index(2);
        for _ in 0..devices {
            let (kiosk, lockless) = (world.rng.once_in(3), world.rng.once_in(4));
            world.devices.push(Device { kiosk, lockless, ..Device::default() });
        }
        world.crashes = allowed.restarts;
        devices
    };
    for device in 0..devices {
        people::open_tab(&shared, device);
    }
    let mut schedule = Schedule { shared: shared.clone(), jobs: Vec::new(), healed: None };
    schedule.faults(server, allowed).await?;
    schedule.heal(server, allowed).await?;
    check::everything(&shared, server, before).await?;
    let mut world = shared.world.borrow_mut();
    Ok(Outcome {
        violations: std::mem::take(&mut world.violations),
        counts: std::mem::take(&mut world.counts),
        converged: world.converged,
        trace: world.trace.take().unwrap_or_default(),
    })
}

struct Schedule {
    shared: Shared,
    jobs: Vec<Job>,
    /// When the world healed, as long as something waits.
    healed: Option<u64>,
}

impl Schedule {
    async fn faults(&mut self, server: &mut Server, allowed: Allowed) -> std::result::Result<(), Trouble> {
        for _ in 0..TURNS {
            let (acts, strikes) = {
                let mut world = self.shared.world.borrow_mut();
                (world.rng.once_in(8), world.rng.once_in(24))
            };
            if acts {
                people::act(&self.shared);
            }
            if strikes {
                faults::strike(&self.shared, server, allowed).await?;
            }
            if !self.turn(server).await? {
                self.shared.world.borrow_mut().now += 1_000;
            }
        }
        if allowed.restores {
            faults::restore(&self.shared, server).await?;
        }
        Ok(())
    }

    /// No faults from now on; people come back, send what they could not save, and see to what needs attention.
    async fn heal(&mut self, server: &mut Server, allowed: Allowed) -> std::result::Result<(), Trouble> {
        let healed = {
            let mut world = self.shared.world.borrow_mut();
            world.healed = true;
            world.down_until = 0;
            world.note(|_| "the world heals".to_owned());
            for device in &mut world.devices {
                (device.cut_off_until, device.full_until) = (0, 0);
            }
            world.now
        };
        for device in 0..self.devices() {
            let tab = self.a_tab(device);
            // Somebody looks at the device again. With nothing restored the courier must find its way alone.
            if allowed.restores {
                tab.come_back();
            } else {
                tab.wake(Reason::Started);
            }
        }
        let longest = (FIRST_PAUSE + LONGEST_PAUSE).max(self.shared.world.borrow().longest_asked);
        // What is on its way when the world heals may take as long as a request is waited for.
        let deadline = healed + 2 * longest + PATIENCE;
        self.healed = (0..self.devices()).any(|device| self.waits(device)).then_some(healed);
        self.rest(server, deadline).await?;
        if allowed.restores {
            // A question that was under way when the server was restored may have been answered before: the next look
            // asks afresh.
            for device in 0..self.devices() {
                self.a_tab(device).come_back();
            }
            self.rest(server, deadline + 2 * longest + PATIENCE).await?;
        }
        self.healed = None;
        let late = (0..self.devices()).any(|device| self.waits(device));
        if late {
            self.shared.world.borrow_mut().violated("a queue is not empty within twice the longest pause".to_owned());
        }
        // What could not be saved is sent again; what needs attention gets it, also what only now was refused.
        for _ in 0..3 {
            for device in 0..self.devices() {
                let tab = self.a_tab(device);
                people::send(&tab);
                let needs = |state: &linli_domain::device::StoredState| {
                    matches!(state, linli_domain::device::StoredState::NeedsAttention(problem)
                        if problem.code == linli_domain::ProblemCode::Invalid)
                };
                let wants = self.shared.world.borrow().shown(device, needs);
                for id in wants {
                    people::correct(&tab, id);
                }
            }
            let deadline = self.shared.world.borrow().now + 2 * LONGEST_PAUSE;
            self.rest(server, deadline).await?;
        }
        Ok(())
    }

    fn devices(&self) -> usize {
        self.shared.world.borrow().devices.len()
    }

    fn waits(&self, device: usize) -> bool {
        let world = self.shared.world.borrow();
        let mut waiting = world.devices[device].storage.all(linli_domain::device::Table::Outbox);
        waiting.any(|(key, _)| key.parse().is_ok_and(|id| !world.may_wait(id)))
    }

    fn a_tab(&self, device: usize) -> Tab {
        let first = self.shared.world.borrow().devices[device].tabs.keys().next().copied();
        match first {
            Some(tab) => Tab { shared: self.shared.clone(), device, tab },
            None => people::open_tab(&self.shared, device),
        }
    }

    /// Goes on until nothing is left to do, or until a time.
    async fn rest(&mut self, server: &mut Server, deadline: u64) -> std::result::Result<(), Trouble> {
        for _ in 0..REST {
            if let Some(healed) = self.healed
                && !(0..self.devices()).any(|device| self.waits(device))
            {
                let mut world = self.shared.world.borrow_mut();
                world.converged = world.now - healed;
                self.healed = None;
            }
            let on_time = self.shared.world.borrow().now <= deadline;
            if !on_time || !self.turn(server).await? {
                return Ok(());
            }
        }
        self.shared.world.borrow_mut().violated("it never comes to rest".to_owned());
        Ok(())
    }

    /// One thing happens; `false` if there is nothing left that could.
    async fn turn(&mut self, server: &mut Server) -> std::result::Result<bool, Trouble> {
        self.jobs.extend(self.shared.begun());
        let choice = {
            let mut world = self.shared.world.borrow_mut();
            let world = &mut *world;
            self.jobs.retain(|job| world.devices[job.device].tabs.contains_key(&job.tab));
            let patience = std::mem::take(&mut world.patience);
            for (at, slot) in patience {
                if at <= world.now {
                    world.fill(slot, Reply::Nothing);
                } else {
                    world.patience.push((at, slot));
                }
            }
            let ready = |job: &Job| job.waits_for.is_none_or(|slot| world.slots.contains_key(&slot));
            let mut choices: Vec<Choice> =
                (0..self.jobs.len()).filter(|at| ready(&self.jobs[*at])).map(Choice::Job).collect();
            let due = world.messages.iter().enumerate().filter(|(_, message)| message.at <= world.now);
            choices.extend(due.map(|(at, _)| Choice::Message(at)));
            for (device, of) in world.devices.iter().enumerate() {
                let rings = of.tabs.iter().filter(|(_, tab)| tab.alarm.is_some_and(|at| at <= world.now));
                choices.extend(rings.map(|(tab, _)| Choice::Alarm(device, *tab)));
            }
            if choices.is_empty() {
                let alarms = world.devices.iter().flat_map(|of| of.tabs.values()).filter_map(|tab| tab.alarm);
                let messages = world.messages.iter().map(|message| message.at);
                let patience = world.patience.iter().map(|(at, _)| *at);
                let Some(next) = alarms.chain(messages).chain(patience).min() else { return Ok(false) };
                world.now = next.max(world.now);
                return Ok(true);
            }
            world.now += world.rng.below(20);
            choices[world.rng.index(choices.len())]
        };
        match choice {
            Choice::Job(at) => {
                let mut job = self.jobs.swap_remove(at);
                if !self.shared.step(&mut job) {
                    self.jobs.push(job);
                }
            }
            Choice::Message(at) => {
                let message = self.shared.world.borrow_mut().messages.swap_remove(at);
                network::arrive(&self.shared, server, message).await?;
                if std::mem::take(&mut self.shared.world.borrow_mut().crashed) {
                    server.stop().await;
                    server.start().await?;
                }
            }
            Choice::Alarm(device, tab) => {
                if let Some(tab) = self.shared.world.borrow_mut().devices[device].tabs.get_mut(&tab) {
                    tab.alarm = None;
                }
                Tab { shared: self.shared.clone(), device, tab }.happened(Event::PauseEnded);
            }
        }
        Ok(true)
    }
}

#[derive(Debug, Clone, Copy)]
enum Choice {
    Job(usize),
    Message(usize),
    Alarm(usize, u64),
}
