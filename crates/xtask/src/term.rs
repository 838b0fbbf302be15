//! What the commands say: numbered steps, how long each took, a table at the end. Everything goes to standard output in
//! plain text, so that a log of a machine reads like a terminal.

use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::failure::Result;

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It did its work.
    Done,
    /// There was nothing left to do.
    Already,
    /// It could not be had, and the rest goes on without.
    Without,
    /// It failed.
    Failed,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "already there",
            Self::Without => "not had",
            Self::Failed => "FAILED",
        }
    }
}

struct Row {
    title: String,
    end: End,
    took: Duration,
}

/// The steps of one command.
pub struct Progress {
    total: usize,
    started: Instant,
    rows: Vec<Row>,
}

impl Progress {
    /// Announces that many steps.
    pub fn new(total: usize) -> Self {
        Self { total, started: Instant::now(), rows: Vec::new() }
    }

    /// Runs one step. `about` says roughly how long it takes, or is empty.
    pub fn step(&mut self, title: &str, about: &str, work: impl FnOnce() -> Result<End>) -> Result {
        let number = self.rows.len() + 1;
        let about = if about.is_empty() { String::new() } else { format!(" ({about})") };
        say(&format!("[{number}/{}] {title}{about} …", self.total));
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        let end = *result.as_ref().unwrap_or(&End::Failed);
        if let Err(failure) = &result {
            say(&format!("error: {failure}"));
        }
        say(&format!("[{number}/{}] {title}: {}, {}", self.total, end.word(), clock(took)));
        self.rows.push(Row { title: title.to_owned(), end, took });
        result.map(drop)
    }

    /// How many steps passed and how many failed.
    pub fn tally(&self) -> (usize, usize) {
        let failed = self.rows.iter().filter(|row| row.end == End::Failed).count();
        (self.rows.len() - failed, failed)
    }

    /// The table of all steps with their times.
    pub fn summary(&self) {
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|row| vec![row.title.clone(), row.end.word().to_owned(), clock(row.took)])
            .chain([vec!["total".to_owned(), String::new(), clock(self.started.elapsed())]])
            .collect();
        say("");
        table(&["step", "result", "time"], &rows);
    }
}

/// Prints one line at once, even into a pipe.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe (`| head`) is no reason to stop a build.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prints rows in columns: the first column to the left, the others to the right.
pub fn table(head: &[&str], rows: &[Vec<String>]) {
    let head: Vec<String> = head.iter().map(ToString::to_string).collect();
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            rows.iter()
                .chain([&head])
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for row in [&head].into_iter().chain(rows) {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(column, (cell, &width))| {
                    if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                },
            )
            .collect();
        say(cells.join("  ").trim_end());
    }
}

/// A duration as a person says it.
pub fn clock(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_failed_step_is_counted_and_does_not_stop_the_next() {
        let mut progress = Progress::new(2);
        assert!(progress.step("one", "", || Err(Failure::new("no"))).is_err());
        assert!(progress.step("two", "about 1 s", || Ok(End::Done)).is_ok());
        assert_eq!(progress.tally(), (1, 1));
    }

    #[test]
    fn times_read_like_a_clock() {
        assert_eq!(clock(Duration::from_millis(1500)), "1.5 s");
        assert_eq!(clock(Duration::from_secs(125)), "2 min 05 s");
    }
}
