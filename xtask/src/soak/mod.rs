//! `soak`: mixed load for as long as told, while processes are killed, stopped and paused, the disk fills up,
//! PostgreSQL restarts and the demo world's clock jumps. At the end every acknowledged pledge is there under its
//! key, and the books verify.

mod client;
mod fault;
mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::install::Consent;
use crate::postgres::{Cluster, Durability};
use crate::run;
use crate::sh;
use crate::site::Kind;
use client::{Answer, ask};
use fault::Draw;
use world::World;

const CLIENTS: usize = 6;
/// Between two faults, at least and at most.
const CALM: (Duration, Duration) = (Duration::from_secs(8), Duration::from_secs(25));
/// A server that has come back answers within so long.
const BACK_WITHIN: Duration = Duration::from_mins(1);
const TOKENS: [&str; 8] =
    ["ok", "ok", "ok", "late", "lost", "declined", "charge_declined", "charge_recovers"];

/// Half of the time on each database.
pub(crate) fn soak(consent: Consent, minutes: u64, seed: Option<u64>) -> Result<()> {
    run::build(consent, Kind::Development)?;
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
    eprintln!("    --seed {seed} draws the same faults again");
    let span = Duration::from_mins(minutes) / 2;
    sh::step("on SQLite", || of(&mut World::on_sqlite()?, span, seed))?;
    let cluster = sh::step("PostgreSQL with fsync", || Cluster::start(consent, Durability::Durable))?;
    sh::step("on PostgreSQL", || of(&mut World::on_postgres(&cluster)?, span, seed))
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch, not a rule")]
fn now() -> Instant {
    Instant::now()
}

/// A pledge that was answered with 201: its campaign, what was sent, and its id.
struct Acknowledged {
    slug: String,
    body: Value,
    id: String,
}

#[derive(Default)]
struct Load {
    next: AtomicU64,
    is_over: AtomicBool,
    acknowledged: Mutex<BTreeMap<u64, Acknowledged>>,
    statuses: Mutex<BTreeMap<u16, u64>>,
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
        let done = disturb(world, span, &mut draw, &mut faults);
        load.is_over.store(true, Ordering::SeqCst);
        done
    });
    done?;
    world.wait_until_ready(BACK_WITHIN)?;
    let acknowledged = load.acknowledged.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (n, one) in &acknowledged {
        let again = ask(addr, &pledge(*n, one))?;
        if again.word("id").as_deref() != Some(one.id.as_str()) {
            bail!("pledge {n} to {} was acknowledged as {}, and now: {}", one.slug, one.id, again.text);
        }
    }
    world.stop()?;
    sh::run(world.command().args(["ledger", "verify"])).context("the books do not verify")?;
    let statuses = load.statuses.into_inner().unwrap_or_else(PoisonError::into_inner);
    eprintln!("    {} acknowledged pledges, every one is there; the books verify", acknowledged.len());
    eprintln!("    faults: {faults:?}; answers by status: {statuses:?}");
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

impl Load {
    /// One client: pledges, and looks at pages in between, until it is over. What got no answer is sent again under
    /// its key.
    fn work(&self, addr: std::net::SocketAddr) {
        let mut slugs = Vec::new();
        while !self.is_over.load(Ordering::SeqCst) {
            let n = self.next.fetch_add(1, Ordering::SeqCst);
            if n.is_multiple_of(50) || slugs.is_empty() {
                slugs = open_campaigns(addr);
            }
            let at = usize::try_from(n).unwrap_or(0) % slugs.len().max(1);
            let Some(slug) = slugs.get(at).cloned() else {
                std::thread::sleep(Duration::from_millis(300));
                continue;
            };
            if n % 4 == 3 {
                self.count(ask(addr, &get(&format!("/de/c/{slug}"))).ok().as_ref());
                continue;
            }
            let token = TOKENS.get(usize::try_from(n).unwrap_or(0) % TOKENS.len()).copied().unwrap_or("ok");
            let body = json!({
                "amount_minor": 1_000 + n % 50, "currency": currency_of(&slug, addr), "email": format!("s{n}@soak.example"),
                "payment": { "method": "card", "token": token },
            });
            self.place(addr, n, Acknowledged { slug, body, id: String::new() });
        }
    }

    fn place(&self, addr: std::net::SocketAddr, n: u64, mut one: Acknowledged) {
        while !self.is_over.load(Ordering::SeqCst) {
            let answer = ask(addr, &pledge(n, &one)).ok();
            self.count(answer.as_ref());
            match answer {
                Some(answer) if answer.status == 201 => {
                    one.id = answer.word("id").unwrap_or_default();
                    self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(n, one);
                    return;
                }
                // It is refused for good: closed meanwhile, say. In flight is not for good.
                Some(answer) if (400..500).contains(&answer.status) && !answer.text.contains("in_flight") => {
                    return;
                }
                Some(_) | None => std::thread::sleep(Duration::from_millis(200)),
            }
        }
    }

    /// Counts an answer by its status; none is 0.
    fn count(&self, answer: Option<&Answer>) {
        let status = answer.map_or(0, |answer| answer.status);
        *self.statuses.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
    }
}

fn open_campaigns(addr: std::net::SocketAddr) -> Vec<String> {
    let Ok(answer) = ask(addr, &get("/api/v1/campaigns?state=live&limit=50")) else { return Vec::new() };
    let list = answer.json();
    let items = list.get("items").and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|one| one.get("slug")?.as_str().map(str::to_owned)).collect()
}

/// Asked for each time: it costs one more read, of which a soak has never enough.
fn currency_of(slug: &str, addr: std::net::SocketAddr) -> String {
    let found = ask(addr, &get(&format!("/api/v1/campaigns/{slug}"))).ok();
    found.and_then(|answer| answer.word("currency")).unwrap_or_else(|| "CHF".to_owned())
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: soak\r\nconnection: close\r\n\r\n")
}

fn pledge(n: u64, one: &Acknowledged) -> String {
    let body = one.body.to_string();
    format!(
        "POST /api/v1/campaigns/{}/pledges HTTP/1.1\r\nhost: soak\r\nconnection: close\r\nidempotency-key: soak-{n}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        one.slug,
        body.len()
    )
}
