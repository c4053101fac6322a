//! Two release builds beside each other: what changed is told from what the machine's mood changes by rounds
//! that alternate.

use std::cell::Cell;
use std::path::Path;

use anyhow::{Result, ensure};

use super::served::{Served, World, binary};
use super::{CAMPAIGN, CLIENTS, ROUND, get, load, median, next, pledge, prepare_of};
use crate::install::Consent;
use crate::postgres::{Cluster, Durability};
use crate::sh;

/// Rounds of each build.
const ROUNDS: usize = 9;

/// Prints how fast this build's binary is as a share of the other's: pledges on both databases, and the
/// campaign's page.
pub(crate) fn compare(consent: Consent, other: &Path) -> Result<()> {
    for build in [other, &binary()] {
        for file in [build.to_owned(), build.with_file_name("examples/bench_world")] {
            ensure!(
                file.is_file(),
                "{} is missing: `cargo xtask build --release` and `cargo build --release -p multitude-platform \
                 --example bench_world` make it",
                file.display()
            );
        }
    }
    sh::run(sh::program("taskset").args(["-pc", "1", &std::process::id().to_string()]))?;
    on("SQLite", &[World::new(None)?, World::new(None)?], other)?;
    let clusters = sh::step("PostgreSQL with fsync, twice", || {
        Ok([Cluster::start(consent, Durability::Durable)?, Cluster::start(consent, Durability::Durable)?])
    })?;
    let worlds = [World::new(Some(clusters[0].url()))?, World::new(Some(clusters[1].url()))?];
    on("PostgreSQL", &worlds, other)
}

/// What one client asks for next.
type Asks = fn(&Side) -> String;

/// A build that serves a world, and what is pledged on there.
struct Side {
    served: Served,
    reward: String,
    asked: Cell<usize>,
}

impl Side {
    fn of(world: &World, build: &Path) -> Result<Self> {
        let reward = prepare_of(world, build)?;
        Ok(Self { served: Served::start_of(world, build)?, reward, asked: Cell::new(0) })
    }

    fn pledge(&self) -> String {
        pledge("hot-reward", Some(&self.reward), "k", next(&self.asked))
    }

    fn page(&self) -> String {
        get(&format!("/de/c/{CAMPAIGN}?n={}", next(&self.asked)))
    }

    fn rate(&self, request: impl Fn(&Self) -> String) -> Result<f64> {
        Ok(load::round(&[self.served.addr], CLIENTS, ROUND, &|_, _| request(self))?.per_second)
    }
}

fn on(database: &str, worlds: &[World; 2], other: &Path) -> Result<()> {
    let [theirs, ours] =
        [(&worlds[0], other), (&worlds[1], &binary())].map(|(world, build)| Side::of(world, build));
    let (theirs, ours) = (theirs?, ours?);
    // The page first: for a while after many pledges their mails are still being written.
    let asks: [(&str, Asks); 2] = [("campaign page", Side::page), ("pledges", Side::pledge)];
    for (what, request) in asks {
        let (mut shares, mut before, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let (old, new) = (theirs.rate(request)?, ours.rate(request)?);
            // The first one warms both up.
            if round > 0 {
                shares.push(new / old);
                before.push(old);
                after.push(new);
            }
        }
        println!(
            "{what} on {database}: {:.1} % of the other build ({:.0} /s, {:.0} /s)",
            median(shares) * 100.0,
            median(after),
            median(before)
        );
    }
    Ok(())
}
