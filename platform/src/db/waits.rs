//! How long writes wait for their turn: for the one writer on SQLite, for a connection on PostgreSQL.

use std::sync::atomic::{AtomicU64, Ordering};

use multitude_domain::time::Span;

/// Upper bounds of the counted classes, in microseconds; what waits longer is only in the total.
pub const WAIT_BOUNDS_US: [u64; 6] = [1_000, 5_000, 25_000, 100_000, 500_000, 2_500_000];

/// Counts since the process began.
#[derive(Debug, Default)]
pub(super) struct Waits {
    classes: [AtomicU64; WAIT_BOUNDS_US.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
    tried_again: AtomicU64,
}

/// Counts at an instant; each class holds the shorter ones too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteWaits {
    /// Writes that waited at most [`WAIT_BOUNDS_US`], class by class.
    pub classes: [u64; WAIT_BOUNDS_US.len()],
    /// All writes.
    pub count: u64,
    /// All of their waiting together, in microseconds.
    pub sum_us: u64,
    /// How often PostgreSQL undid a transaction that crossed another, so that it was tried again.
    pub tried_again: u64,
}

impl Waits {
    pub(super) fn note(&self, waited: Span) {
        // A clock that was set back makes no wait negative.
        let waited_us = u64::try_from(waited.as_micros()).unwrap_or(0);
        for (class, bound) in self.classes.iter().zip(WAIT_BOUNDS_US) {
            if waited_us <= bound {
                class.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(waited_us, Ordering::Relaxed);
    }

    pub(super) fn note_retry(&self) {
        self.tried_again.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> WriteWaits {
        WriteWaits {
            classes: self.classes.each_ref().map(|class| class.load(Ordering::Relaxed)),
            count: self.count.load(Ordering::Relaxed),
            sum_us: self.sum_us.load(Ordering::Relaxed),
            tried_again: self.tried_again.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_in_its_class_and_in_all_longer_ones() {
        let waits = Waits::default();
        waits.note(Span::micros(4_000));
        waits.note(Span::seconds(9));
        waits.note(Span::micros(-7));
        assert_eq!(
            waits.read(),
            WriteWaits { classes: [1, 2, 2, 2, 2, 2], count: 3, sum_us: 9_004_000, tried_again: 0 }
        );
    }
}
