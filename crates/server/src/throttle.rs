//! Token buckets by key, in memory: how often something may be tried.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Beyond this many keys those that are full again are forgotten.
const KEYS: usize = 10_000;

/// A bucket per key. Every bucket holds `burst` tries and gets one back per `refill`.
#[derive(Debug)]
pub struct Throttle<K> {
    burst: f64,
    refill: Duration,
    buckets: Mutex<HashMap<K, (f64, Instant)>>,
}

impl<K: Hash + Eq> Throttle<K> {
    /// All buckets full.
    pub fn new(burst: u32, refill: Duration) -> Self {
        Self { burst: f64::from(burst), refill, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes a try.
    ///
    /// # Errors
    /// With none left, the whole seconds until the next.
    pub fn take(&self, key: K, now: Instant) -> Result<(), u64> {
        self.take_many(key, 1, now)
    }

    /// Takes several tries at once; more than a bucket holds are as many as it holds, so that a full one is enough.
    ///
    /// # Errors
    /// With too few left, the whole seconds until there are enough.
    pub fn take_many(&self, key: K, count: usize, now: Instant) -> Result<(), u64> {
        let wanted = f64::from(u32::try_from(count).unwrap_or(u32::MAX)).min(self.burst);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEYS {
            buckets.retain(|_, bucket| self.level(*bucket, now) < self.burst);
        }
        let bucket = buckets.entry(key).or_insert((self.burst, now));
        let level = self.level(*bucket, now);
        if level < wanted {
            return Err(self.wait(wanted - level));
        }
        *bucket = (level - wanted, now);
        Ok(())
    }

    /// Whether a try is left, without taking it.
    ///
    /// # Errors
    /// With none left, the whole seconds until the next.
    pub fn look(&self, key: &K, now: Instant) -> Result<(), u64> {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let level = buckets.get(key).map_or(self.burst, |bucket| self.level(*bucket, now));
        if level < 1.0 { Err(self.wait(1.0 - level)) } else { Ok(()) }
    }

    fn wait(&self, tries: f64) -> u64 {
        self.refill.mul_f64(tries).as_secs() + 1
    }

    /// Gives a try back that did no harm.
    pub fn give_back(&self, key: &K) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((level, _)) = buckets.get_mut(key) {
            *level = (*level + 1.0).min(self.burst);
        }
    }

    fn level(&self, (level, at): (f64, Instant), now: Instant) -> f64 {
        let refilled = now.saturating_duration_since(at).as_secs_f64() / self.refill.as_secs_f64();
        (level + refilled).min(self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let start = Instant::now();
        let throttle = Throttle::new(2, Duration::from_secs(10));
        assert_eq!(throttle.take("a", start), Ok(()));
        assert_eq!(throttle.take("a", start), Ok(()));
        assert_eq!(throttle.take("a", start), Err(11));
        assert_eq!(throttle.take("b", start), Ok(()), "keys do not share");
        assert_eq!(throttle.take("a", start + Duration::from_secs(10)), Ok(()));
        throttle.give_back(&"a");
        assert_eq!(throttle.take("a", start + Duration::from_secs(10)), Ok(()));
    }

    #[test]
    fn many_at_once_count_as_many_and_never_more_than_a_bucket_holds() {
        let start = Instant::now();
        let throttle = Throttle::new(10, Duration::from_secs(1));
        assert_eq!(throttle.take_many("a", 8, start), Ok(()));
        assert_eq!(throttle.look(&"a", start), Ok(()));
        assert_eq!(throttle.take_many("a", 3, start), Err(2));
        assert_eq!(throttle.take_many("a", 2, start), Ok(()));
        assert_eq!(throttle.look(&"a", start), Err(2));
        assert_eq!(throttle.take_many("b", 100, start), Ok(()));
        assert_eq!(throttle.take("b", start), Err(2));
    }
}
