//! Room for what is under way: so much at once altogether, and from one source so little that others always find some.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use linli_domain::ProblemCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Error;
use crate::extract::Source;

/// Rooms that one source may take up at once, however slowly it sends.
const OF_ONE_SOURCE: usize = 4;
/// Seconds after which a source that has its rooms full is asked to come again.
const AGAIN: u64 = 2;

/// So many rooms; clones share them.
#[derive(Debug, Clone)]
pub struct Rooms {
    free: Arc<Semaphore>,
    taken: Arc<Mutex<HashMap<Source, usize>>>,
}

/// One of the rooms, until it is dropped.
#[derive(Debug)]
pub struct Room {
    source: Option<Source>,
    rooms: Rooms,
    _permit: OwnedSemaphorePermit,
}

impl Rooms {
    /// So many at once.
    pub fn new(at_once: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(at_once)), taken: Arc::default() }
    }

    /// Room for one more. Without a source it is counted as nobody's: a proxy stands for everybody.
    ///
    /// # Errors
    /// 503 when all rooms are taken, 429 when the source has as many as one may have.
    pub fn take(&self, source: Option<Source>) -> Result<Room, Error> {
        let permit = Arc::clone(&self.free).try_acquire_owned().map_err(|_| Error::from(ProblemCode::Unavailable))?;
        if let Some(source) = source {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            let count = taken.entry(source).or_default();
            if *count >= OF_ONE_SOURCE {
                return Err(Error::TooMany(AGAIN));
            }
            *count += 1;
        }
        Ok(Room { source, rooms: self.clone(), _permit: permit })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let Some(source) = &self.source else { return };
        let mut taken = self.rooms.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(source) {
            *count -= 1;
            if *count == 0 {
                taken.remove(source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_leaves_room_for_others_and_nothing_is_kept_of_who_has_gone() {
        let rooms = Rooms::new(6);
        let source = |last: u8| Some(Source([203, 0, 113, last].into()));
        let code = |room: Result<Room, Error>| room.unwrap_err().problem().0.code;
        let mut held: Vec<Room> = (0..OF_ONE_SOURCE).map(|_| rooms.take(source(1)).unwrap()).collect();
        assert_eq!(code(rooms.take(source(1))), ProblemCode::TooManyRequests);
        held.push(rooms.take(source(2)).unwrap());
        held.push(rooms.take(None).unwrap());
        assert_eq!(code(rooms.take(source(3))), ProblemCode::Unavailable);
        held.clear();
        assert!(rooms.taken.lock().unwrap().is_empty());
        assert!(rooms.take(source(1)).is_ok());
    }
}
