//! The one place that asks the machine for time, ids and randomness. Everything else takes them from here as
//! arguments, so a test can fix the clock, repeat the ids and assert whole results.
#![expect(clippy::disallowed_methods, reason = "this is the place the ban points to")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use crate::keys::hex;

/// As many ids in one millisecond as no clock falls behind for.
const COUNTER_BITS: u32 = 12;

/// Time, ids and randomness: the machine's, or a test's own.
#[derive(Debug, Clone)]
pub struct Ambient(Arc<Source>);

#[derive(Debug)]
enum Source {
    /// With the time and the count of the last id.
    Machine { last_id: AtomicU64, began: Instant },
    Fixed {
        now: AtomicI64,
        /// How far its clock jumped.
        jumped: AtomicI64,
        drawn: AtomicU64,
    },
}

impl Ambient {
    /// The machine's clock and the operating system's randomness.
    pub fn machine() -> Self {
        Self(Arc::new(Source::Machine { last_id: AtomicU64::new(0), began: Instant::now() }))
    }

    /// A clock that stands at `now` until it is moved, and ids that repeat from run to run.
    pub fn fixed(now: Timestamp) -> Self {
        let (now, jumped) = (AtomicI64::new(now.as_micros()), AtomicI64::new(0));
        Self(Arc::new(Source::Fixed { now, jumped, drawn: AtomicU64::new(0) }))
    }

    /// Whether this is a test's clock.
    pub(crate) fn is_fixed(&self) -> bool {
        matches!(&*self.0, Source::Fixed { .. })
    }

    /// Moves a fixed clock forward; the machine's clock is nobody's to move.
    pub fn advance(&self, span: Span) {
        match &*self.0 {
            Source::Machine { .. } => {}
            Source::Fixed { now, .. } => {
                now.fetch_add(span.as_micros(), Ordering::SeqCst);
            }
        }
    }

    /// Moves a fixed clock without time passing; the machine's clock is nobody's to move.
    pub fn jump(&self, span: Span) {
        if let Source::Fixed { jumped, .. } = &*self.0 {
            self.advance(span);
            jumped.fetch_add(span.as_micros(), Ordering::SeqCst);
        }
    }

    /// The time that has passed since some moment, which no setting of a clock moves.
    pub fn steady(&self) -> Span {
        match &*self.0 {
            Source::Machine { began, .. } => {
                Span::micros(i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX))
            }
            Source::Fixed { now, jumped, .. } => {
                Span::micros(now.load(Ordering::SeqCst).saturating_sub(jumped.load(Ordering::SeqCst)))
            }
        }
    }

    /// Now, by this clock.
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Source::Machine { .. } => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
                Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Source::Fixed { now, .. } => Timestamp::from_micros(now.load(Ordering::SeqCst)),
        }
    }

    /// A fresh UUID of version 7. Those of one process grow: what was written first stands first, within one
    /// instant too. A counter stands in the first twelve bits after the time (RFC 9562, section 6.2, method
    /// 1).
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_micros() / 1_000).unwrap_or(0);
        let mut rest: [u8; 10] = self.bytes();
        let Source::Machine { last_id, .. } = &*self.0 else {
            return uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid();
        };
        let after = |last: u64| (millis << COUNTER_BITS).max(last.saturating_add(1));
        let last = last_id.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(after(last)));
        let next = after(last.unwrap_or_default());
        let [.., high, low] = next.to_be_bytes();
        let [first, second, ..] = &mut rest;
        (*first, *second) = (high, low);
        uuid::Builder::from_unix_timestamp_millis(next >> COUNTER_BITS, &rest).into_uuid()
    }

    /// The number that one answer's policy and its scripts share, and nobody else can know.
    pub fn nonce(&self) -> String {
        hex(&self.bytes::<16>())
    }

    /// Unpredictable bytes, for tokens and salts.
    ///
    /// # Panics
    /// Where the operating system has no randomness to give: no secret may be made then.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &*self.0 {
            Source::Machine { .. } => {
                getrandom::fill(&mut bytes).expect("the operating system gives randomness");
            }
            Source::Fixed { drawn, .. } => {
                let count = drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes();
                for (to, from) in bytes.iter_mut().rev().zip(count.iter().rev()) {
                    *to = *from;
                }
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_process_grow() {
        let ambient = Ambient::machine();
        let now = ambient.now();
        let ids: Vec<Uuid> = (0..10_000).map(|_| ambient.uuid()).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        let (seconds, nanos) = ids[0].get_timestamp().unwrap().to_unix();
        let millis = i64::try_from(seconds * 1_000 + u64::from(nanos) / 1_000_000).unwrap();
        assert!((millis - now.as_micros() / 1_000).abs() < 1_000, "they say when they were made");
    }
}
