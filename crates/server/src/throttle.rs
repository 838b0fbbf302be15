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
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEYS {
            buckets.retain(|_, bucket| self.level(*bucket, now) < self.burst);
        }
        let bucket = buckets.entry(key).or_insert((self.burst, now));
        let level = self.level(*bucket, now);
        if level < 1.0 {
            return Err(self.refill.mul_f64(1.0 - level).as_secs() + 1);
        }
        *bucket = (level - 1.0, now);
        Ok(())
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
}
