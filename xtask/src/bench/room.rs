//! A hundred thousand pledges to one campaign in a row on SQLite: whether they end as fast as they began, and
//! how much room each takes once all of them are settled and every letter has left.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::load;
use super::report::Report;
use super::served::{Served, World, binary};
use super::{CLIENTS, ROUND, median, next, now, pledge, prepare};
use crate::sh;

const PLEDGES: usize = 100_000;
/// Longer than the campaign runs.
const SKIPPED_SECONDS: u64 = 31 * 24 * 60 * 60;
/// All of them are charged and told of it within so long.
const SETTLED_WITHIN: Duration = Duration::from_mins(10);
/// What is forgotten a week or a month later.
const FORGOTTEN: [&str; 3] = ["outbox", "outbox_deliveries", "mails"];
const GOAL_BYTES: f64 = 2_048.0;

pub(super) fn measure(report: &mut Report) -> Result<()> {
    let world = World::new(None)?;
    let reward = sh::step("a world of its own for a hundred thousand pledges", || prepare(&world))?;
    let before = Look::at(&world)?;
    let served = Served::start(&world)?;
    let placed = Cell::new(0_usize);
    let request = |_: usize, _: usize| pledge("hot-reward", Some(&reward), "r", next(&placed));
    let (mut rates, mut written) = (Vec::new(), Vec::new());
    sh::step("a hundred thousand pledges", || {
        while placed.get() < PLEDGES {
            let (before, count) = (served.written_kib()?, placed.get());
            rates.push(load::round(&[served.addr], CLIENTS, ROUND, &request)?.per_second);
            let more = f64::from(u32::try_from(placed.get() - count)?);
            written.push((served.written_kib()? - before) / more);
        }
        Ok(())
    })?;
    let tenth = (rates.len() / 10).max(1);
    let ends = |some: &[f64]| {
        let first = median(some.iter().take(tenth).copied().collect());
        (first, median(some.iter().rev().take(tenth).copied().collect()))
    };
    let ((first, last), (little, much)) = (ends(&rates), ends(&written));
    report.note("a hundred thousand in a row", &format!("{first:.0} a second at first, {last:.0} at last"));
    report.note("written for a pledge", &format!("{little:.1} KiB at first, {much:.1} at last"));
    report.at_least("the last tenth, % of the first", 100.0 * last / first, 97.0);
    sh::step("settled, and told of", || settle(&world, &served))?;
    drop(served);
    let after = Look::at(&world)?;
    let count = f64::from(u32::try_from(placed.get())?);
    let each = |(name, bytes): (&String, &f64)| {
        (name.clone(), (bytes - before.room.get(name).unwrap_or(&0.0)) / count)
    };
    let mut grown: Vec<(String, f64)> = after.room.iter().map(each).collect();
    grown.sort_by(|one, other| other.1.total_cmp(&one.1));
    let parts = grown.iter().filter(|(_, each)| *each >= 1.0).map(|(name, each)| format!("{name} {each:.0}"));
    report.note("bytes of a settled pledge", &parts.collect::<Vec<_>>().join(", "));
    let sum =
        |is: &dyn Fn(&str) -> bool| grown.iter().filter(|(name, _)| is(name)).map(|(_, each)| each).sum();
    report.at_most("room of a settled pledge", sum(&|_| true), "bytes", GOAL_BYTES);
    let stays = |name: &str| !FORGOTTEN.contains(&name);
    report.at_most("and of what is not forgotten", sum(&stays), "bytes", GOAL_BYTES);
    Ok(())
}

fn settle(world: &World, served: &Served) -> Result<()> {
    let skip = format!("{{\"advance_seconds\":{SKIPPED_SECONDS}}}");
    let request = format!(
        "POST /demo/clock HTTP/1.1\r\nhost: bench\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{skip}",
        skip.len()
    );
    load::round(&[served.addr], 1, Duration::ZERO, &|_, _| request.clone())?;
    let start = now();
    while start.elapsed() < SETTLED_WITHIN {
        std::thread::sleep(Duration::from_secs(5));
        let look = Look::at(world)?;
        if look.unsettled == 0.0 && look.unsent == 0.0 {
            return Ok(());
        }
    }
    bail!("not all of them were settled within {SETTLED_WITHIN:?}")
}

/// How a database stands.
struct Look {
    unsettled: f64,
    unsent: f64,
    room: BTreeMap<String, f64>,
}

impl Look {
    fn at(world: &World) -> Result<Self> {
        let example = binary().with_file_name("examples/bench_room");
        let said = sh::output(world.command(&example).arg(world.url()))?;
        let mut room = BTreeMap::new();
        for line in said.lines() {
            let (name, count) = line.split_once(' ').context("a line without a number")?;
            room.insert(name.to_owned(), count.parse()?);
        }
        let mut take = |name: &str| room.remove(name).with_context(|| format!("nothing is said of {name}"));
        Ok(Self { unsettled: take("unsettled")?, unsent: take("unsent")?, room })
    }
}
