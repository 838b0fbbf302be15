//! Work that takes a turn. It keeps its turn until it ends, also when whoever asked for it has hung up meanwhile: what runs
//! on a thread of its own cannot be called off.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::Error;

/// So many pieces of work at once; clones share them.
#[derive(Debug, Clone)]
pub struct Turns(Arc<Semaphore>);

impl Turns {
    /// So many at once.
    pub fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// Does the work in its turn; nothing if it panicked.
    ///
    /// # Errors
    /// When the server is ending.
    pub async fn take<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<Option<T>, Error> {
        let turn = Arc::clone(&self.0).acquire_owned().await.map_err(|_| Error::Internal("the server is ending"))?;
        let work = move || {
            let _turn = turn;
            work()
        };
        Ok(tokio::task::spawn_blocking(work).await.ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn work_keeps_its_turn_when_whoever_asked_for_it_hangs_up() {
        let turns = Turns::new(1);
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, may_end) = mpsc::channel::<()>();
        let asked = tokio::spawn({
            let turns = turns.clone();
            async move {
                let work = move || {
                    begun.send(()).unwrap();
                    may_end.recv().unwrap();
                };
                turns.take(work).await
            }
        });
        has_begun.await.unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(turns.0.available_permits(), 0);
        end.send(()).unwrap();
        assert_eq!(turns.take(|| 7).await.unwrap(), Some(7));
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let turns = Turns::new(1);
        assert_eq!(turns.take(|| "no number".parse::<u8>().unwrap()).await.unwrap(), None);
        assert_eq!(turns.take(|| 7).await.unwrap(), Some(7));
    }
}
