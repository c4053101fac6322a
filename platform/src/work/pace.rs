//! How long work rests between its rounds: whoever waits for an answer comes first. Alone, it works half of the
//! time; while others write a lot, a small part of it, and catches up afterwards.

use std::time::Duration;

use multitude_domain::time::Span;

use crate::db::Db;

/// It rests as often as long as it worked …
const RESTS: u32 = 1;
/// … and while others write a lot.
const RESTS_BUSY: u32 = 15;
/// So many writes of others a second are a lot.
const BUSY_WRITES: u64 = 50;
/// No rest is longer, so that everything goes on whatever happens.
const REST_MAX: Duration = Duration::from_millis(500);

/// What a kind of work has seen of the others since its last rest.
#[derive(Debug)]
pub(super) struct Pace<'a> {
    db: &'a Db,
    worked_from: Span,
    looked_at: Span,
    writes: u64,
}

impl<'a> Pace<'a> {
    /// A round begins.
    pub(super) fn of(db: &'a Db) -> Self {
        let now = db.ambient().steady();
        Self { db, worked_from: now, looked_at: now, writes: db.write_waits().count }
    }

    /// Rests after a part of the round that wrote so often itself.
    pub(super) async fn rest(&mut self, own_writes: u64) {
        let now = self.db.ambient().steady();
        let writes = self.db.write_waits().count;
        let others = writes.saturating_sub(self.writes).saturating_sub(own_writes);
        let rest = rest(now.less(self.worked_from), now.less(self.looked_at), others);
        (self.looked_at, self.writes) = (now, writes);
        tokio::time::sleep(rest).await;
        self.worked_from = self.db.ambient().steady();
    }
}

/// How long to rest after work that took so long, where others wrote so often in some time.
fn rest(worked: Span, seen: Span, others: u64) -> Duration {
    let micros = |span: Span| u64::try_from(span.as_micros()).unwrap_or(0);
    let is_busy = others.saturating_mul(1_000_000) >= BUSY_WRITES.saturating_mul(micros(seen).max(1));
    let times = if is_busy { RESTS_BUSY } else { RESTS };
    Duration::from_micros(micros(worked)).saturating_mul(times).min(REST_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_who_write_a_lot_are_made_room_for() {
        let (worked, second) = (Span::micros(20_000), Span::seconds(1));
        assert_eq!(rest(worked, second, 0), Duration::from_millis(20));
        assert_eq!(rest(worked, second, 49), Duration::from_millis(20));
        assert_eq!(rest(worked, second, 50), Duration::from_millis(300));
        assert_eq!(rest(worked, Span::micros(20_000), 1), Duration::from_millis(300));
        assert_eq!(rest(second, second, 5_000), REST_MAX);
        assert_eq!(rest(Span::micros(-5), Span::ZERO, 0), Duration::ZERO);
    }
}
