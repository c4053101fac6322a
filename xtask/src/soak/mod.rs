//! `soak`: mixed load for as long as told, while processes are killed, stopped and paused, the disk fills up,
//! PostgreSQL restarts and the demo world's clock jumps. At the end every acknowledged pledge is there under
//! its key, what was acknowledged to have been changed or cancelled is, and the books verify.

mod client;
mod fault;
mod load;
mod world;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::install::Consent;
use crate::postgres::{Cluster, Durability};
use crate::run;
use crate::sh;
use crate::site::Kind;
use fault::Draw;
use load::Load;
use world::World;

const CLIENTS: usize = 6;
/// Followers of a campaign's totals.
const LISTENERS: usize = 8;
/// Between two faults, at least and at most.
const CALM: (Duration, Duration) = (Duration::from_secs(8), Duration::from_secs(25));
/// A server that has come back answers within so long.
const BACK_WITHIN: Duration = Duration::from_mins(1);

/// For so long on both databases at once.
pub(crate) fn soak(consent: Consent, minutes: u64, seed: Option<u64>) -> Result<()> {
    run::build(consent, Kind::Development)?;
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
    eprintln!("    --seed {seed} draws the same faults again");
    // A copy: what is built meanwhile does not take its place.
    let folder = tempfile::tempdir()?;
    let server = folder.path().join("multitude");
    std::fs::copy(sh::target().join("debug/multitude"), &server)?;
    let span = Duration::from_mins(minutes);
    let cluster = sh::step("PostgreSQL with fsync", || Cluster::start(consent, Durability::Durable))?;
    sh::step("both databases under load", || {
        let worlds = [World::on_sqlite(&server)?, World::on_postgres(&server, &cluster)?];
        std::thread::scope(|scope| {
            let soaked = worlds.map(|mut world| scope.spawn(move || of(&mut world, span, seed)));
            // Both to their end: what one has found does not hide what the other would.
            let ends = soaked.map(|one| one.join().unwrap_or_else(|_| bail!("a thread panicked")));
            ends.into_iter().collect()
        })
    })
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch, not a rule")]
fn now() -> Instant {
    Instant::now()
}

fn of(world: &mut World<'_>, span: Duration, seed: u64) -> Result<()> {
    world.start()?;
    world.wait_until_ready(BACK_WITHIN)?;
    let (load, addr) = (Load::default(), world.addr());
    let mut draw = Draw::new(seed);
    let mut faults: BTreeMap<&str, u32> = BTreeMap::new();
    let done = std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| load.work(addr));
        }
        for _ in 0..LISTENERS {
            scope.spawn(|| load.listen(addr));
        }
        let done = disturb(world, span, &mut draw, &mut faults);
        load.end();
        done
    });
    done?;
    world.wait_until_ready(BACK_WITHIN)?;
    load.check(world.name(), addr)?;
    world.stop()?;
    sh::run(world.command().args(["ledger", "verify"])).context("the books do not verify")?;
    eprintln!("    {}: the books verify; faults: {faults:?}", world.name());
    Ok(())
}

fn disturb(
    world: &mut World<'_>,
    span: Duration,
    draw: &mut Draw,
    faults: &mut BTreeMap<&'static str, u32>,
) -> Result<()> {
    let start = now();
    while start.elapsed() < span {
        std::thread::sleep(draw.between(CALM.0, CALM.1));
        let fault = draw.one_of(&world.faults());
        *faults.entry(fault.name()).or_default() += 1;
        fault.inject(world, draw).with_context(|| format!("while injecting: {}", fault.name()))?;
        world.wait_until_ready(BACK_WITHIN)?;
    }
    Ok(())
}
