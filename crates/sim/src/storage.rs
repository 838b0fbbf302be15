//! IndexedDB: transactions that happen as a whole or not at all. A strict one is on the disk when it completed; a relaxed
//! one is there for every tab, and a power cut may take it back, with all that came after it.

use std::collections::BTreeMap;

use linli_domain::device::{Change, Table};

/// Rows by table and key.
pub type Rows = BTreeMap<(Table, String), String>;

/// What one transaction leaves: rows, and nothing where one goes.
type Left = Vec<((Table, String), Option<String>)>;

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
    /// Transactions that are not on the disk yet, in order.
    tail: Vec<Left>,
    /// Whether one of them is strict, so that nobody was told of it yet.
    writing: bool,
}

impl Storage {
    /// Makes all changes or none. They are not on the disk before [`Self::flush`].
    pub fn write(&mut self, durability: Durability, changes: &[Change]) -> Result<(), Failure> {
        let mut left = Left::with_capacity(changes.len());
        // What was there before, to take it back.
        let mut undo = Left::with_capacity(changes.len());
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
            left.push((key.clone(), text.clone()));
            undo.push((key.clone(), set(&mut self.seen, key, text)));
            Ok(())
        });
        if done.is_ok() {
            self.tail.push(left);
            self.writing |= durability == Durability::Strict;
        } else {
            for (key, before) in undo.into_iter().rev() {
                set(&mut self.seen, key, before);
            }
        }
        done
    }

    /// The disk is a log: with a strict transaction everything before it gets there.
    pub fn flush(&mut self) {
        self.writing = false;
        for (key, text) in self.tail.drain(..).flatten() {
            set(&mut self.on_disk, key, text);
        }
    }

    /// Whether a strict transaction is on its way to the disk.
    pub const fn is_writing(&self) -> bool {
        self.writing
    }

    /// How many transactions are not on the disk yet.
    pub const fn at_risk(&self) -> usize {
        self.tail.len()
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

    /// The power goes; of what was not on the disk the first few transactions got there, the next one is torn and so leaves
    /// nothing.
    pub fn cut(&mut self, reached: usize) {
        for (key, text) in self.tail.drain(..).take(reached).flatten() {
            set(&mut self.on_disk, key, text);
        }
        self.writing = false;
        self.seen.clone_from(&self.on_disk);
    }
}

/// Sets or removes a row; what was there before.
fn set(rows: &mut Rows, key: (Table, String), text: Option<String>) -> Option<String> {
    match text {
        Some(text) => rows.insert(key, text),
        None => rows.remove(&key),
    }
}
