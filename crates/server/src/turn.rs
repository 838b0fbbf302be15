//! Work that takes a turn. It keeps its turn until it ends, also when whoever asked for it has hung up meanwhile: what runs
//! on a thread of its own cannot be called off.

use std::sync::Arc;

use linli_domain::ProblemCode;
use tokio::sync::Semaphore;

use crate::error::Error;

/// So many pieces of work at once, and so many that wait for their turn; clones share them.
#[derive(Debug, Clone)]
pub struct Turns {
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Turns {
    /// So many at once, while no more than so many wait.
    pub fn new(at_once: usize, waiting: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(at_once)), waiting: Arc::new(Semaphore::new(waiting)) }
    }

    /// Does the work in its turn; nothing if it panicked.
    ///
    /// # Errors
    /// 503 when too many wait already; when the server is ending.
    pub async fn take<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<Option<T>, Error> {
        let place = self.waiting.try_acquire().map_err(|_| Error::from(ProblemCode::Unavailable))?;
        let turn =
            Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Error::Internal("the server is ending"))?;
        drop(place);
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
        let turns = Turns::new(1, 1);
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
        assert_eq!(turns.turns.available_permits(), 0);
        end.send(()).unwrap();
        assert_eq!(turns.take(|| 7).await.unwrap(), Some(7));
    }

    #[tokio::test]
    async fn more_work_than_may_wait_is_told_to_come_again() {
        let turns = Turns::new(1, 2);
        let (end, may_end) = mpsc::channel::<()>();
        let begin = |work: Box<dyn FnOnce() + Send>| {
            let turns = turns.clone();
            tokio::spawn(async move { turns.take(work).await.map(drop) })
        };
        let mut asked = vec![begin(Box::new(move || may_end.recv().unwrap()))];
        while turns.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        asked.extend([begin(Box::new(|| {})), begin(Box::new(|| {}))]);
        while turns.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let (problem, again) = turns.take(|| ()).await.unwrap_err().problem();
        assert_eq!((problem.code, again.is_some()), (ProblemCode::Unavailable, true));
        end.send(()).unwrap();
        for asked in asked {
            asked.await.unwrap().unwrap();
        }
        assert!(turns.take(|| ()).await.is_ok());
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let turns = Turns::new(1, 1);
        assert_eq!(turns.take(|| "no number".parse::<u8>().unwrap()).await.unwrap(), None);
        assert_eq!(turns.take(|| 7).await.unwrap(), Some(7));
    }
}
