//! Files that carry what is unsent from device to device: written of what lies here, and taken in.

use std::collections::BTreeSet;

use linli_domain::courier::Reason;
use linli_domain::device::file::{self, Carried, Unreadable};
use linli_domain::device::{self, SubmissionRow};
use linli_domain::submission::Submission;
use linli_domain::{Receipt, RecordId};

use super::store::{self, Durability, Table, WriteError};
use super::{Error, courier, device_storage, kiosk, status};

/// Why nothing was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// The file is not what it should be.
    Unreadable(Unreadable),
    /// The device could not keep it.
    Failed(Error),
}

impl From<Error> for NotTaken {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// How often it is tried again because another tab took the same file in.
const ROUNDS: u32 = 4;

/// The file of everything that waits or needs attention, and of what was sent and whose photos wait.
///
/// # Errors
/// [`Error::Storage`]; [`Error::Broken`] if nothing of it can be read.
pub async fn unsent() -> Result<String, Error> {
    let ([outbox, attention, photos], []) =
        store::keys_and_rows([Table::Outbox, Table::Attention, Table::PhotoOutbox], []).await?;
    let pictured = photos.iter().filter_map(|key| device::read_photo_key(key)).map(|(id, _)| id.to_string());
    let keys: BTreeSet<_> = outbox.into_iter().chain(attention).chain(pictured).collect();
    write(&keys.into_iter().collect::<Vec<_>>()).await
}

/// The file of one submission.
///
/// # Errors
/// [`Error::Storage`]; [`Error::Broken`] if it cannot be read.
pub async fn one(id: RecordId) -> Result<String, Error> {
    write(&[id.to_string()]).await
}

/// The file of a submission that could not be saved on this device. On a shared tablet it is sealed; `None` where no key was
/// ever learned.
pub fn unsaved(id: RecordId, receipt: Receipt, title: String, submission: Submission) -> Option<String> {
    let carried = if kiosk::is_on() {
        Carried::sealed(id, kiosk::sealed(id, receipt, submission)?.1)
    } else {
        Carried::said(SubmissionRow::new(id, title, &device::with_receipt(submission, receipt)))
    };
    Some(file::write([carried]))
}

/// Takes a file in; how many submissions were not on this device.
///
/// # Errors
/// [`NotTaken`]; nothing of the file is on the device then but for what was there before.
pub async fn take_in(bytes: &[u8]) -> Result<usize, NotTaken> {
    let text = String::from_utf8_lossy(bytes);
    // Some editors put a mark of their own before what they save.
    let carried = file::read(text.trim_start_matches('\u{feff}')).map_err(NotTaken::Unreadable)?;
    for _ in 0..ROUNDS {
        let there = store::keys([Table::Submission]).await?;
        let there = there.iter().filter_map(|key| key.parse().ok()).collect();
        let (count, changes) = file::take_in(carried.clone(), there);
        if count == 0 {
            return Ok(0);
        }
        match store::write(Durability::Strict, &changes).await {
            Ok(()) => {
                status::submissions_changed();
                courier::wake(Reason::NewItem);
                device_storage::ask_to_keep();
                return Ok(count);
            }
            Err(WriteError::AlreadyThere | WriteError::Changed) => {}
            Err(WriteError::Failed(error)) => return Err(error.into()),
        }
    }
    Err(Error::Storage.into())
}

async fn write(keys: &[String]) -> Result<String, Error> {
    let rows = store::rows([Table::Submission], keys).await?;
    let mut all = Vec::with_capacity(rows.len());
    for carried in rows.into_iter().filter_map(|[text]| Carried::new(&text?)) {
        // Nobody at a shared tablet carries off what was written on it before it was one.
        if kiosk::is_on() && !carried.is_sealed() {
            continue;
        }
        let photos = match carried.photo_keys() {
            keys if keys.is_empty() => Vec::new(),
            keys => store::rows([Table::Photo], &keys).await?,
        };
        all.push(carried.with_photos(photos.into_iter().map(|[text]| text)));
    }
    if all.is_empty() { Err(Error::Broken) } else { Ok(file::write(all)) }
}
