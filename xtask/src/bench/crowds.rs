//! Crowds on several processes: what two `serve` processes on one PostgreSQL place beside what one places, on
//! one hot reward and on several campaigns. Both servers and the database share a core, the load has the
//! other; rounds alternate.

use std::cell::Cell;
use std::net::SocketAddr;

use anyhow::{Context as _, Result};

use super::load;
use super::report::Report;
use super::served::{Served, World};
use super::{CLIENTS, ROUND, ROUNDS, median, next, pledge};

/// As many campaigns are pledged to at once, where the load is spread; `bench_world` makes as many.
const SPREAD: usize = 8;

/// Measures one process against two.
pub(super) fn measure(world: &World, reward: &str, report: &mut Report) -> Result<()> {
    let processes = [Served::start(world)?, Served::start(world)?];
    let [one, other] = &processes;
    let placed = Cell::new(0_usize);
    let hot = |_: usize, _: usize| pledge("hot-reward", Some(reward), "c", next(&placed));
    let spread = |client: usize, _: usize| {
        pledge(&format!("spread-{}", client / 2 % SPREAD), None, "s", next(&placed))
    };
    let mut compare = |name: &str, goal: f64, request: &dyn Fn(usize, usize) -> String| {
        let (mut alone, mut both) = (Vec::new(), Vec::new());
        let mut busy = Vec::new();
        for _ in 0..ROUNDS {
            let before = Core::read()?;
            alone.push(rate(&[one.addr], request)?);
            busy.push(Core::read()?.busy_since(&before));
            both.push(rate(&[one.addr, other.addr], request)?);
        }
        let (alone, both) = (median(alone), median(both));
        report.note(name, &format!("{alone:.0} pledges a second by one process, {both:.0} by two"));
        report.note(
            "",
            &format!("one keeps the core of the servers busy for {:.0} % of the time", median(busy)),
        );
        report.at_least(&format!("{name}: two, % of one"), 100.0 * both / alone, goal);
        Ok::<_, anyhow::Error>(())
    };
    compare("a hot reward on PostgreSQL", 100.0, &hot)?;
    compare("spread campaigns on PostgreSQL", 150.0, &spread)
}

/// What the servers' core has done since the machine started, in the kernel's ticks. A core that one process
/// keeps busy has nothing left for a second one.
struct Core {
    idle: f64,
    all: f64,
}

impl Core {
    fn read() -> Result<Self> {
        let stat = std::fs::read_to_string("/proc/stat")?;
        let line =
            stat.lines().find(|line| line.starts_with("cpu0 ")).context("/proc/stat has no first core")?;
        let ticks: Vec<f64> = line.split_whitespace().skip(1).filter_map(|one| one.parse().ok()).collect();
        // The fourth and fifth are idle, and idle while something is read or written.
        Ok(Self { idle: ticks.iter().skip(3).take(2).sum(), all: ticks.iter().sum() })
    }

    fn busy_since(&self, before: &Self) -> f64 {
        100.0 - 100.0 * (self.idle - before.idle) / (self.all - before.all)
    }
}

fn rate(at: &[SocketAddr], request: &dyn Fn(usize, usize) -> String) -> Result<f64> {
    Ok(load::round(at, CLIENTS, ROUND, &request)?.per_second)
}
