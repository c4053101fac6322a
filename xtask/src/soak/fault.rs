//! What goes wrong, and the luck by which it is drawn.

use std::time::Duration;

use anyhow::Result;

use super::client::ask;
use super::world::World;
use crate::sh;

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The process is killed and begins again.
    Kill,
    /// It is told to stop and begins again.
    Stop,
    /// It stands still for a while.
    Pause,
    /// The disk fills up for a while.
    FullDisk,
    /// PostgreSQL is cut off and begins again.
    DatabaseRestarts,
    /// The demo world's clock jumps ahead.
    ClockJumps,
}

impl Fault {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Stop => "stop",
            Self::Pause => "pause",
            Self::FullDisk => "full disk",
            Self::DatabaseRestarts => "database restarts",
            Self::ClockJumps => "clock jumps",
        }
    }

    /// Lets it happen, and ends it.
    pub(super) fn inject(self, world: &mut World<'_>, draw: &mut Draw) -> Result<()> {
        let for_a_while = draw.between(Duration::from_millis(300), Duration::from_secs(5));
        match self {
            Self::Kill => {
                world.signal("KILL")?;
                world.start()
            }
            Self::Stop => {
                world.stop()?;
                world.start()
            }
            Self::Pause => {
                world.signal("STOP")?;
                std::thread::sleep(for_a_while);
                world.signal("CONT")
            }
            Self::FullDisk => {
                world.fill_disk()?;
                std::thread::sleep(for_a_while);
                world.clear_disk()
            }
            Self::DatabaseRestarts => world.restart_database(),
            Self::ClockJumps => {
                let body = "{\"advance_seconds\":7200}";
                let jump = format!(
                    "POST /demo/clock HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
                     content-length: {}\r\n\r\n{body}",
                    world.addr(),
                    body.len()
                );
                let answer = ask(world.addr(), &jump)?;
                if answer.status != 200 {
                    eprintln!("    the clock was not moved: {} {}", answer.status, answer.text);
                }
                Ok(())
            }
        }
    }
}

/// Luck that is the same for the same seed (xorshift, Marsaglia 2003).
pub(super) struct Draw(u64);

impl Draw {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let width = u64::try_from(most.saturating_sub(least).as_millis()).unwrap_or(0);
        least + Duration::from_millis(self.next() % width.max(1))
    }

    pub(super) fn one_of(&mut self, faults: &[Fault]) -> Fault {
        let count = u64::try_from(faults.len()).unwrap_or(1).max(1);
        let at = usize::try_from(self.next() % count).unwrap_or(0);
        faults.get(at).copied().unwrap_or(Fault::Kill)
    }
}

/// Sends a signal to a process.
pub(super) fn signal(name: &str, process: u32) -> Result<()> {
    sh::run(sh::program("kill").arg(format!("-{name}")).arg(process.to_string()))
}
