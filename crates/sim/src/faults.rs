//! What goes wrong: crashes, power cuts, clocks, lines, and the server with its backups. What a network does to a single
//! message is in [`crate::network`].

use linli_domain::device::Table;

use crate::people;
use crate::server::{Server, Trouble};
use crate::world::{Shared, TOLERATED};

/// What may go wrong in a run, by what it costs to simulate.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// The server ends and starts again.
    pub restarts: bool,
    /// The server is backed up and restored.
    pub restores: bool,
}

/// One thing goes wrong.
pub async fn strike(shared: &Shared, server: &mut Server, allowed: Allowed) -> Result<(), Trouble> {
    let (device, choice) = {
        let mut world = shared.world.borrow_mut();
        let devices = world.devices.len();
        (world.rng.index(devices), world.rng.below(100))
    };
    match choice {
        0..25 => crash_tab(shared, device),
        25..35 => cut_power(shared, device),
        35..50 => jump(shared, device),
        50..65 => {
            let mut world = shared.world.borrow_mut();
            let until = world.now + world.rng.below(120_000);
            world.devices[device].cut_off_until = until;
            world.count("partition");
            world.note(|_| format!("d{device} is cut off"));
        }
        65..75 => {
            let mut world = shared.world.borrow_mut();
            let until = world.now + world.rng.below(20_000);
            world.devices[device].full_until = until;
            world.count("device full");
            world.note(|_| format!("d{device} is full"));
        }
        75..85 => {
            let mut world = shared.world.borrow_mut();
            world.down_until = world.now + world.rng.below(60_000);
            world.count("server down");
            world.note(|_| "the server is down".to_owned());
        }
        85..90 if allowed.restarts => {
            shared.world.borrow_mut().count("server restarted");
            server.stop().await;
            server.start().await?;
        }
        90..95 if allowed.restores => {
            shared.world.borrow_mut().note(|_| "the server is backed up".to_owned());
            server.back_up().await?;
        }
        95.. if allowed.restores => restore(shared, server).await?,
        _ => {}
    }
    Ok(())
}

/// Goes back to the last backup.
pub async fn restore(shared: &Shared, server: &mut Server) -> Result<(), Trouble> {
    if server.restore().await? {
        let mut world = shared.world.borrow_mut();
        world.count("server restored");
        world.note(|_| "the server is restored from its backup".to_owned());
    }
    Ok(())
}

fn crash_tab(shared: &Shared, device: usize) {
    let mut world = shared.world.borrow_mut();
    let tabs: Vec<u64> = world.devices[device].tabs.keys().copied().collect();
    if let Some(tab) = world.rng.pick(&tabs) {
        world.count("tab crashed");
        world.note(|_| format!("d{device} t{tab} crashes"));
        world.forget_tab(device, tab);
    }
}

/// The device loses power: every tab is gone, and so is what was not on the disk. What was settled stays settled.
fn cut_power(shared: &Shared, device: usize) {
    {
        let mut world = shared.world.borrow_mut();
        world.count("power cut");
        world.note(|_| format!("d{device} loses power"));
        let settled = |rows: &crate::storage::Rows| -> Vec<(Table, String)> {
            let settled = [Table::Submission, Table::Sent, Table::Attention];
            rows.keys().filter(|(table, _)| settled.contains(table)).cloned().collect()
        };
        let at_risk = world.devices[device].storage.at_risk();
        let reached = world.rng.index(at_risk + 1);
        if reached > 0 {
            world.count("torn write");
        }
        // What is being written just now was not told to anybody.
        let storage = &mut world.devices[device].storage;
        let whole = !storage.is_writing();
        let before = settled(storage.seen());
        storage.cut(reached);
        let after = settled(storage.seen());
        if whole && before != after {
            world.violated(format!("d{device} forgot what was settled when it lost power"));
        }
        let tabs: Vec<u64> = world.devices[device].tabs.keys().copied().collect();
        for tab in tabs {
            world.forget_tab(device, tab);
        }
        world.look_at(device);
    }
    let reopened = !shared.world.borrow_mut().rng.once_in(3);
    if reopened {
        people::open_tab(shared, device);
    }
}

fn jump(shared: &Shared, device: usize) {
    let mut world = shared.world.borrow_mut();
    let reach: i64 = if world.rng.once_in(2) { 20 * 60_000 } else { 3 * 24 * 3_600_000 };
    let wide = world.rng.below(2 * reach.unsigned_abs()).cast_signed() - reach;
    // Just too far ahead: what is refused for it may be taken when it arrives once more.
    let narrow = TOLERATED.cast_signed() + world.rng.below(5_000).cast_signed();
    let by = if world.rng.once_in(4) { narrow } else { wide };
    world.devices[device].clock_off = by;
    world.count(if by > 0 { "clock ahead" } else { "clock behind" });
    world.note(|_| format!("d{device} clock is {by} ms off"));
}
