//! `bench`: how fast, how small. The server runs on one core, the load on the other; each figure is a median
//! of rounds that alternate with `/healthz`, so that the ratio to it means something on a machine that does
//! other things too.

pub(crate) mod compare;
mod contributors;
mod crowds;
mod load;
mod report;
mod room;
mod served;
mod weight;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::install::Consent;
use crate::postgres::{Cluster, Durability};
use crate::run;
use crate::sh;
use crate::site::Kind;
use crate::test;
use load::Round;
use report::Report;
use served::{Served, World, binary};

const CLIENTS: usize = 32;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
/// Letters that have not left by then are too slow.
const LETTERS_WITHIN: Duration = Duration::from_mins(2);
/// The page that is asked for.
const CAMPAIGN: &str = "batterie-de-palier";

/// Measures everything and prints one line for each figure.
pub(crate) fn bench(consent: Consent) -> Result<()> {
    run::build(consent, Kind::Release)?;
    // Nothing is measured that no browser takes.
    test::release_pages(consent)?;
    apart()?;
    let mut report = Report::default();
    let world = World::new(None)?;
    let reward = sh::step("a world on SQLite", || prepare(&world))?;
    import(&world, &mut report)?;
    starts(&world, &mut report)?;
    {
        let served = Served::start(&world)?;
        weight::measure(served.addr, CAMPAIGN, &mut report)?;
        contributors::list(&mut report)?;
        // Before the load: its mails go on being written for a while.
        weight::lighthouse(consent, &format!("http://{}", served.addr), CAMPAIGN, &mut report)?;
        pages(&served, &mut report)?;
        pledges(&served, "SQLite", 4_000.0, &reward, &mut report)?;
        letters(&world, &mut report)?;
        report.at_most("peak resident memory", served.peak_mib()?, "MiB", 80.0);
    }
    let cluster = sh::step("PostgreSQL with fsync", || Cluster::start(consent, Durability::Durable))?;
    let world = World::new(Some(cluster.url()))?;
    let reward = sh::step("a world on PostgreSQL", || prepare(&world))?;
    {
        let served = Served::start(&world)?;
        pledges(&served, "PostgreSQL", 1_500.0, &reward, &mut report)?;
        report.at_most("peak resident memory, PostgreSQL", served.peak_mib()?, "MiB", 80.0);
    }
    many(&cluster, &world, &reward, &mut report)?;
    report.print();
    Ok(())
}

/// Measures only what many pledges do: on two processes, and a hundred thousand in a row.
pub(crate) fn bench_crowds(consent: Consent) -> Result<()> {
    run::build(consent, Kind::Release)?;
    apart()?;
    let mut report = Report::default();
    let cluster = sh::step("PostgreSQL with fsync", || Cluster::start(consent, Durability::Durable))?;
    let world = World::new(Some(cluster.url()))?;
    let reward = sh::step("a world on PostgreSQL", || prepare(&world))?;
    many(&cluster, &world, &reward, &mut report)?;
    report.print();
    Ok(())
}

fn many(cluster: &Cluster, world: &World, reward: &str, report: &mut Report) -> Result<()> {
    // Until here it shares the load's core, which has more time than the server's.
    cluster.keep_to_core(0)?;
    sh::step("one process and two", || crowds::measure(world, reward, report))?;
    room::measure(report)
}

/// Makes what worlds are prepared with, and leaves the first core to what is measured.
fn apart() -> Result<()> {
    sh::step("what is pledged on", || {
        sh::run(sh::cargo().args(["build", "--release", "-p", "multitude-platform", "--examples"]))
    })?;
    sh::run(sh::program("taskset").args(["-pc", "1", &std::process::id().to_string()]))
}

/// The demo world, and the hot reward; gives its id.
fn prepare(world: &World) -> Result<String> {
    prepare_of(world, &binary())
}

/// As [`prepare`], by another build.
fn prepare_of(world: &World, binary: &Path) -> Result<String> {
    sh::run(world.command(binary).arg("seed"))?;
    sh::output(world.command(&binary.with_file_name("examples/bench_world")).arg(world.url()))
}

/// The recorded campaigns, where their file is: what lists and search are measured on.
fn import(world: &World, report: &mut Report) -> Result<()> {
    let data =
        std::env::var_os("MULTITUDE_DATA").map_or_else(|| sh::root().join("../shared/data"), PathBuf::from);
    let file = data.join("kickstarter-2000.csv");
    if !file.is_file() {
        report.note("import", "MULTITUDE_DATA names no folder with kickstarter-2000.csv: not measured");
        return Ok(());
    }
    let start = now();
    let table = sh::output(world.command(&binary()).args(["import", "kickstarter"]).arg(&file))?;
    let seconds = start.elapsed().as_secs_f64();
    report.note("import", &format!("{seconds:.1} s\n{table}"));
    report.at_least("imported pledges a second", placed(&table)? / seconds, 3_000.0);
    // What is fast and wrong is not published.
    sh::step("ledger verify", || sh::run(world.command(&binary()).args(["ledger", "verify"])))
}

/// How many pledges the import says that it placed.
fn placed(table: &str) -> Result<f64> {
    let line = table.lines().find(|line| line.contains("pledges placed"));
    let count = line.and_then(|line| line.split_whitespace().next()).context("the import placed nothing")?;
    Ok(count.parse()?)
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch, not a rule")]
fn now() -> Instant {
    Instant::now()
}

/// From the start of the process to its first 200, on a world that is there.
fn starts(world: &World, report: &mut Report) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = now();
        let served = Served::start(world)?;
        load::fetch(served.addr, "/healthz")?;
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    report.at_most("start to first 200", median(times), "ms", 300.0);
    Ok(())
}

/// The number, and one more for whoever asks next.
fn next(count: &Cell<usize>) -> usize {
    count.replace(count.get() + 1)
}

fn pages(served: &Served, report: &mut Report) -> Result<()> {
    let fresh = Cell::new(0_usize);
    // A page that nobody has asked for before is rendered for this one request.
    let rendered = |path: &str| {
        let mark = if path.contains('?') { '&' } else { '?' };
        get(&format!("{path}{mark}n={}", next(&fresh)))
    };
    let campaign = format!("/de/c/{CAMPAIGN}");
    let (discover, search) = ("/de/discover", "/de/discover?q=water");
    let mut measure = |name: &str, goal, request: &dyn Fn() -> String| {
        let (per_second, ratio, round) = against_healthz(served, &|_, _| request())?;
        report.rate(name, per_second, ratio, round, goal);
        Ok::<_, anyhow::Error>(())
    };
    measure("campaign page", 4_500.0, &|| rendered(&campaign))?;
    measure("discover", 2_500.0, &|| get(discover))?;
    measure("search", 2_500.0, &|| get(search))?;
    measure("discover, rendered each time", 2_500.0, &|| rendered(discover))?;
    measure("search, rendered each time", 2_500.0, &|| rendered(search))?;
    Ok(())
}

fn pledges(served: &Served, on: &str, goal: f64, reward: &str, report: &mut Report) -> Result<()> {
    let placed = Cell::new(0_usize);
    let request = |_: usize, _: usize| pledge("hot-reward", Some(reward), "k", next(&placed));
    let (per_second, ratio, round) = against_healthz(served, &request)?;
    report.rate(&format!("durable pledges on {on}"), per_second, ratio, round, goal);
    Ok(())
}

/// How fast the letters leave that the load has left behind, nobody else asking for anything.
fn letters(world: &World, report: &mut Report) -> Result<()> {
    let example = binary().with_file_name("examples/bench_world");
    let unsent = || -> Result<f64> {
        Ok(sh::output(world.command(&example).arg(world.url()).arg("unsent"))?.trim().parse()?)
    };
    let (start, before) = (now(), unsent()?);
    let mut left = before;
    while left > before / 10.0 && start.elapsed() < LETTERS_WITHIN {
        std::thread::sleep(Duration::from_millis(500));
        left = unsent()?;
    }
    let per_second = (before - left) / start.elapsed().as_secs_f64();
    report.note("letters", &format!("{before:.0} were to be sent after the load, {left:.0} at last"));
    report.at_least("letters a second", per_second, 2_000.0);
    Ok(())
}

/// The nth pledge of a series to a campaign.
fn pledge(campaign: &str, reward: Option<&str>, series: &str, n: usize) -> String {
    let reward = reward.map_or_else(String::new, |id| format!("\"reward_id\":\"{id}\",\"reward_qty\":1,"));
    let body = format!(
        "{{\"amount_minor\":5000,\"currency\":\"CHF\",{reward}\"email\":\"{series}{n}@bench.example\",\
             \"name\":\"Bench\",\"payment\":{{\"method\":\"card\",\"token\":\"ok\"}}}}"
    );
    format!(
        "POST /api/v1/campaigns/{campaign}/pledges HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
             idempotency-key: {series}{n}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n")
}

/// The median rate, its ratio to `/healthz` measured in between, and one round's times.
fn against_healthz(served: &Served, request: &impl Fn(usize, usize) -> String) -> Result<(f64, f64, Round)> {
    let (mut rates, mut ratios, mut last) = (Vec::new(), Vec::new(), Round::default());
    for _ in 0..ROUNDS {
        let health = load::round(&[served.addr], CLIENTS, ROUND / 4, &|_, _| get("/healthz"))?;
        last = load::round(&[served.addr], CLIENTS, ROUND, request)?;
        rates.push(last.per_second);
        ratios.push(last.per_second / health.per_second);
    }
    Ok((median(rates), median(ratios), last))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
