//! IndexedDB: transactions that happen as a whole or not at all. A strict one is on the disk when it completed; a relaxed
//! one is there for every tab, but a power cut may take it back.

use std::collections::BTreeMap;

use linli_domain::device::{Change, Table};

/// Rows by table and key.
pub type Rows = BTreeMap<(Table, String), String>;

/// Whether a write is on the disk when it counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On the disk.
    Strict,
    /// With the operating system.
    Relaxed,
}

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// A row that was to be added exists.
    AlreadyThere,
    /// A row is not what it was expected to be.
    Changed,
    /// No room.
    Full,
    /// Anything else.
    Broken,
}

/// The database of one device.
#[derive(Debug, Default)]
pub struct Storage {
    seen: Rows,
    on_disk: Rows,
}

impl Storage {
    /// Makes all changes or none.
    pub fn write(&mut self, durability: Durability, changes: &[Change]) -> Result<(), Failure> {
        // What was there before, to take it back.
        let mut undo: Vec<((Table, String), Option<String>)> = Vec::with_capacity(changes.len());
        let done = changes.iter().try_for_each(|change| {
            let (key, text) = match change.clone() {
                Change::Add(table, key, _) if self.seen.contains_key(&(table, key.clone())) => {
                    return Err(Failure::AlreadyThere);
                }
                Change::Add(table, key, text) | Change::Put(table, key, text) => ((table, key), Some(text)),
                Change::Delete(table, key) => ((table, key), None),
                Change::Expect(table, key, text) => {
                    let same = self.seen.get(&(table, key)) == text.as_ref();
                    return if same { Ok(()) } else { Err(Failure::Changed) };
                }
            };
            let before = match text {
                Some(text) => self.seen.insert(key.clone(), text),
                None => self.seen.remove(&key),
            };
            undo.push((key, before));
            Ok(())
        });
        match done {
            // The disk is a log: with a strict transaction everything before it gets there.
            Ok(()) if durability == Durability::Strict => self.on_disk.clone_from(&self.seen),
            Ok(()) => {}
            Err(_) => {
                for (key, before) in undo.into_iter().rev() {
                    match before {
                        Some(text) => self.seen.insert(key, text),
                        None => self.seen.remove(&key),
                    };
                }
            }
        }
        done
    }

    /// One row.
    pub fn row(&self, table: Table, key: &str) -> Option<String> {
        self.seen.get(&(table, key.to_owned())).cloned()
    }

    /// All rows of a table, with their keys, in order.
    pub fn all(&self, table: Table) -> impl Iterator<Item = (&str, &str)> {
        self.seen
            .range((table, String::new())..)
            .take_while(move |((of, _), _)| *of == table)
            .map(|((_, key), text)| (&**key, &**text))
    }

    /// The rows a power cut would leave.
    pub fn on_disk(&self) -> &Rows {
        &self.on_disk
    }

    /// Every row that tabs see.
    pub fn seen(&self) -> &Rows {
        &self.seen
    }

    /// The power goes; what was not on the disk is gone.
    pub fn cut(&mut self) {
        self.seen.clone_from(&self.on_disk);
    }
}
