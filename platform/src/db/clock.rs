//! Whether the clock may decide what nobody can undo. It is compared with the time that passes by itself (a
//! monotonic clock) and with the last time at which it was believed; after a jump nothing is decided by it
//! before an operator has said that it is right.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use multitude_domain::time::{Span, Timestamp};

use super::{Db, Engine, StoreError, Tx, postgres};
use crate::{on, rows};

/// A clock that is set right by so much is believed.
const JUMP_MAX: Span = Span::seconds(30);
/// A process that starts later than this after the clock was last believed asks: it cannot tell a long rest
/// from a wrong clock.
const REST_MAX: Span = Span::days(3);
/// So often it is written down that the clock is believed.
const SEEN_EVERY: Span = Span::minutes(1);
/// Said so long ago, a confirmation is of another time.
const CONFIRMED_WITHIN: Span = Span::minutes(10);

/// What the clock did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock jumped by {} s", .by.as_seconds())]
pub struct Jump {
    /// How far; back where it is negative.
    pub by: Span,
}

/// What this process knows of its clock, and whether it has said that business time is ahead of it.
#[derive(Debug, Default)]
pub(super) struct ClockGuard(Mutex<Known>, AtomicBool);

#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// A wall time that was believed, and the steady time then.
    base: Option<(Timestamp, Span)>,
    jump: Option<Jump>,
}

impl Known {
    fn look(&mut self, wall: Timestamp, steady: Span, seen_at: i64, confirmed_at: i64) -> Result<(), Jump> {
        let since_confirmed = wall.since(Timestamp::from_micros(confirmed_at));
        if (Span::ZERO..=CONFIRMED_WITHIN).contains(&since_confirmed) {
            *self = Self { base: Some((wall, steady)), jump: None };
            return Ok(());
        }
        let seen = Timestamp::from_micros(seen_at);
        let by = match self.base {
            Some((base, then)) => wall.since(base).less(steady.less(then)),
            None if seen_at == 0 || (seen..=seen.plus(REST_MAX)).contains(&wall) => Span::ZERO,
            None => wall.since(seen),
        };
        if by.as_micros().unsigned_abs() > JUMP_MAX.as_micros().unsigned_abs() {
            self.jump.get_or_insert(Jump { by });
        }
        if let Some(jump) = self.jump {
            return Err(jump);
        }
        // Small corrections do not add up to a jump.
        self.base = Some((wall, steady));
        Ok(())
    }
}

impl Db {
    /// Whether the clock that decides (PostgreSQL's own, or this process's) may decide what nobody can undo.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn check_clock(&self) -> Result<Result<(), Jump>, StoreError> {
        let wall = self.wall().await?;
        let steady = self.ambient.steady();
        let (seen_at, confirmed_at, skipped, sealed_at): (i64, i64, i64, i64) = self
            .read(async move |tx| {
                // A demo world may rest for as long as it likes.
                let marks =
                    "SELECT CASE WHEN origin = 'demo' THEN 0 ELSE clock_seen_at END, clock_confirmed_at, skipped_us,
                        COALESCE((SELECT sealed_at FROM ledger_blocks ORDER BY number DESC LIMIT 1), 0)
                    FROM instance WHERE id = 1";
                Ok::<_, StoreError>(on!(tx, c => sqlx::query_as(marks).fetch_one(c).await)?)
            })
            .await?;
        let looked = {
            let mut known = self.clock.0.lock().unwrap_or_else(PoisonError::into_inner);
            let (had, looked) = (known.jump, known.look(wall, steady, seen_at, confirmed_at));
            if let (None, Err(jump)) = (had, &looked) {
                tracing::error!(
                    "{jump}: nothing is decided by it until `multitude clock confirm` says that it is right"
                );
            }
            looked
        };
        if looked.is_ok() && wall.since(Timestamp::from_micros(seen_at)) > SEEN_EVERY {
            self.see_clock(wall).await?;
        }
        // Business time never goes back behind a sealed block. One that was sealed while the clock was ahead keeps
        // it ahead: nobody confirms that, it is waited for.
        let ahead = Timestamp::from_micros(sealed_at).since(wall.plus(Span::micros(skipped)));
        if ahead.as_micros() > JUMP_MAX.as_micros() {
            if !self.clock.1.swap(true, Ordering::Relaxed) {
                tracing::error!(
                    "the last block was sealed {} s ahead of the clock: nothing is decided before",
                    ahead.as_seconds()
                );
            }
            return Ok(Err(Jump { by: ahead }));
        }
        Ok(looked)
    }

    /// Wall time by the clock that decides.
    pub(crate) async fn wall(&self) -> Result<Timestamp, StoreError> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(self.ambient.now()),
            Engine::Postgres(pool) => {
                let mut conn = pool.acquire().await?;
                postgres::now(&mut conn, &self.ambient).await
            }
        }
    }

    async fn see_clock(&self, wall: Timestamp) -> Result<(), StoreError> {
        let wall = wall.as_micros();
        self.write(async move |tx| {
            rows!(tx, sqlx::query("UPDATE instance SET clock_seen_at = $1 WHERE id = 1").bind(wall))?;
            Ok(())
        })
        .await
    }
}

impl Tx {
    /// Notes that the clock is right, and showed this; processes that rest go on.
    pub(crate) async fn believe_clock(&mut self, wall: Timestamp) -> Result<(), StoreError> {
        let confirm = "UPDATE instance SET clock_confirmed_at = $1, clock_seen_at = $1 WHERE id = 1";
        rows!(self, sqlx::query(confirm).bind(wall.as_micros()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000).plus(Span::seconds(seconds))
    }

    #[test]
    fn clock_is_believed_while_it_goes_with_the_time_that_passes() {
        let mut known = Known::default();
        let mut look = |wall, steady| known.look(at(wall), Span::seconds(steady), 0, 0);
        assert!(look(0, 0).is_ok() && look(3_600, 3_600).is_ok());
        assert!(look(3_620, 3_610).is_ok(), "it is set right by ten seconds");
        assert_eq!(look(3_620 + 86_400, 3_611).unwrap_err().by, Span::seconds(86_399));
        assert!(look(3_622, 3_612).is_err(), "also once it is back: what was it that was wrong?");
    }

    #[test]
    fn start_is_compared_with_the_last_time_that_was_believed() {
        let day = 86_400;
        for (wall, is_fine) in [(60, true), (2 * day, true), (-20, true), (-3_600, false), (40 * day, false)]
        {
            let looked = Known::default().look(at(wall), Span::ZERO, at(0).as_micros(), 0);
            assert_eq!(looked.is_ok(), is_fine, "{wall}");
            let confirmed = at(wall).as_micros();
            assert!(Known::default().look(at(wall + 2), Span::ZERO, at(0).as_micros(), confirmed).is_ok());
            let earlier = at(wall - day).as_micros();
            assert_eq!(
                Known::default().look(at(wall), Span::ZERO, at(0).as_micros(), earlier).is_ok(),
                is_fine
            );
        }
    }
}
