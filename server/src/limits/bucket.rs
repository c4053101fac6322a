//! Token buckets in bounded memory. A bucket is one number: the time at which it would be full again (the
//! generic cell rate algorithm). Who is counted is kept as a hash that only this process can compute.

use std::collections::HashMap;

use multitude_domain::time::{Span, Timestamp};
use sha2::{Digest as _, Sha256};

use multitude_app::acts::Wait;

/// Two generations of so many; an attacker with more addresses than this forgets for others, but fills no
/// memory.
const KEYS_MAX: usize = 50_000;

/// How much, and how soon again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    /// So many at once.
    pub(super) burst: i64,
    /// Then one each so often.
    pub(super) every: Span,
}

/// Every bucket there is.
#[derive(Debug)]
pub(super) struct Buckets {
    secret: [u8; 32],
    young: HashMap<u64, Timestamp>,
    old: HashMap<u64, Timestamp>,
}

impl Buckets {
    /// None yet. Only who knows the secret can say whose bucket is whose.
    pub(super) fn keyed_by(secret: [u8; 32]) -> Self {
        Self { secret, young: HashMap::new(), old: HashMap::new() }
    }

    fn key(&self, what: &str, who: &str) -> u64 {
        let hash = Sha256::new().chain_update(self.secret).chain_update(what).chain_update([0]);
        let hash: [u8; 32] = hash.chain_update(who).finalize().into();
        u64::from_be_bytes(*hash.first_chunk().expect("a hash is longer than this"))
    }

    /// Takes one from the bucket of `who` for `what`, or says how long to wait.
    pub(super) fn take(&mut self, what: &str, who: &str, rate: Rate, now: Timestamp) -> Result<(), Wait> {
        let key = self.key(what, who);
        let then = self.full_at(key).unwrap_or(now).max(now).plus(rate.every);
        let room = Span::micros(rate.every.as_micros().saturating_mul(rate.burst));
        let over = then.since(now).less(room);
        if over.as_micros() > 0 {
            return Err(Wait::new(over));
        }
        if self.young.len() >= KEYS_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, then);
        Ok(())
    }

    /// Puts one back that was taken a moment ago.
    pub(super) fn give_back(&mut self, what: &str, who: &str, rate: Rate) {
        let key = self.key(what, who);
        if let Some(full_at) = self.full_at(key) {
            self.young.insert(key, full_at.plus(Span::ZERO.less(rate.every)));
        }
    }

    fn full_at(&self, key: u64) -> Option<Timestamp> {
        self.young.get(&key).or_else(|| self.old.get(&key)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, every: Span::seconds(10) };

    #[test]
    fn burst_is_taken_at_once_and_refills_one_by_one() {
        let (mut buckets, start) = (Buckets::keyed_by([7; 32]), Timestamp::from_micros(1_000_000));
        let mut take = |seconds| buckets.take("a", "x", RATE, start.plus(Span::seconds(seconds)));
        assert!((0..3).all(|_| take(0).is_ok()));
        assert_eq!(take(0).unwrap_err().seconds(), 10);
        assert_eq!(take(4).unwrap_err().seconds(), 6);
        assert!(take(10).is_ok());
        assert!(take(10).is_err());
        assert!((0..3).all(|_| take(100).is_ok()), "never more than the burst");
        assert!(take(100).is_err());
    }

    #[test]
    fn what_is_given_back_can_be_taken_again_once() {
        let (mut buckets, now) = (Buckets::keyed_by([7; 32]), Timestamp::from_micros(1_000_000));
        assert!((0..3).all(|_| buckets.take("a", "x", RATE, now).is_ok()));
        buckets.give_back("a", "x", RATE);
        buckets.give_back("a", "somebody else", RATE);
        assert!(buckets.take("a", "x", RATE, now).is_ok());
        assert!(buckets.take("a", "x", RATE, now).is_err());
    }

    #[test]
    fn buckets_are_apart_by_who_and_by_what() {
        let (mut buckets, now) = (Buckets::keyed_by([7; 32]), Timestamp::from_micros(0));
        assert!((0..3).all(|_| buckets.take("a", "x", RATE, now).is_ok()));
        assert!(buckets.take("a", "x", RATE, now).is_err());
        assert!(buckets.take("a", "y", RATE, now).is_ok());
        assert!(buckets.take("b", "x", RATE, now).is_ok());
    }

    #[test]
    fn memory_is_bounded_and_who_comes_again_stays_known() {
        let (mut buckets, now) = (Buckets::keyed_by([7; 32]), Timestamp::from_micros(0));
        for n in 0..KEYS_MAX * 3 {
            let _ = buckets.take("a", &n.to_string(), RATE, now);
            if n % 20_000 == 0 {
                let _ = buckets.take("a", "again", RATE, now);
            }
        }
        assert!(buckets.young.len() + buckets.old.len() <= 2 * KEYS_MAX);
        assert!(buckets.take("a", "again", RATE, now).is_err());
    }
}
