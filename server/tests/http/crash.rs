//! `kill -9` in the middle of everything. What was acknowledged is there afterwards, nothing happened twice,
//! and the books fit.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::site::{Home, Site, on_both};

const CLIENTS: u32 = 4;
const KILLS_BEFORE: u32 = 23;
/// When settling is killed: after so many days, and so many milliseconds after its round began, or as soon as
/// anything can be seen of it. On most of these days something ends or is charged again; a kill on the same
/// day meets what the one before it left.
const SETTLING_KILLS: [(u32, Option<u64>); 15] = [
    (1, Some(90)),
    (1, None),
    (4, None),
    (4, None),
    (4, Some(60)),
    (4, None),
    (6, Some(100)),
    (8, None),
    (10, Some(80)),
    (10, None),
    (27, None),
    (28, Some(120)),
    (30, None),
    (30, Some(70)),
    (30, None),
];
/// Whatever was left is finished before this day, lost answers too: no charge is made later than its backer
/// said yes to.
const FINISHED_BEFORE: u32 = 27;
/// A process settles once a second, and not before the lease has run out that a dead one took for three.
const ROUND: Duration = Duration::from_secs(1);
const LEASE: Duration = Duration::from_secs(3);
/// What is left of a lease that two processes started after, if the second settles once it has run out.
const REST_OF_LEASE: Duration = Duration::from_millis(1_200);

/// Past its goal.
const REACHES: Target = Target { slug: "the-spare-part-library", currency: "EUR" };
/// Far from its goal, and the last to end.
const MISSES: Target = Target { slug: "semences-du-haut", currency: "CHF" };
const MISSES_ON: u32 = 30;
/// What ends, and from which day on it has. All but one miss their goals, and let everybody go.
const ENDING: [(u32, &str); 6] = [
    (1, "velo-cargo-de-nuit"),
    (4, REACHES.slug),
    (10, "schattenplan-bahnhofplatz"),
    (27, "batterie-de-palier"),
    (28, "river-watch-kit"),
    (MISSES_ON, MISSES.slug),
];
const TOKENS: [&str; 6] = ["ok", "lost", "late", "declined", "charge_lost", "charge_recovers"];

/// What this run's moments are drawn from: another one each time, unless `MULTITUDE_CRASH_SEED` repeats one.
fn seed() -> u32 {
    let given = std::env::var("MULTITUDE_CRASH_SEED").ok().and_then(|text| text.parse().ok());
    let seed = given.unwrap_or_else(std::process::id);
    eprintln!("MULTITUDE_CRASH_SEED={seed}");
    seed
}

/// Up to `max` milliseconds, drawn for one round (the finalizer of `MurmurHash3`).
fn drawn_ms(seed: u32, round: u32, max: u32) -> u64 {
    let mut bits = seed ^ round.wrapping_mul(0x9E37_79B9);
    bits = (bits ^ bits >> 16).wrapping_mul(0x85EB_CA6B);
    bits = (bits ^ bits >> 13).wrapping_mul(0xC2B2_AE35);
    u64::from((bits ^ bits >> 16) % max)
}

struct Target {
    slug: &'static str,
    currency: &'static str,
}

/// Pledges to one campaign, from first to last, and which of them were acknowledged.
struct Pledging {
    target: Target,
    next: AtomicU32,
    acknowledged: Mutex<BTreeMap<u32, String>>,
}

impl Pledging {
    fn to(target: Target) -> Self {
        Self { target, next: AtomicU32::new(0), acknowledged: Mutex::default() }
    }

    fn path(&self) -> String {
        format!("/api/v1/campaigns/{}/pledges", self.target.slug)
    }

    fn key(&self, n: u32) -> String {
        format!("{}{n}", self.target.currency)
    }

    fn token(n: u32) -> &'static str {
        TOKENS[usize::try_from(n).unwrap() % TOKENS.len()]
    }

    fn amount_minor(n: u32) -> i64 {
        1_000 + i64::from(n % 50)
    }

    /// The most that was pledged by cards of this kind.
    fn most_minor(&self, token: &str) -> i64 {
        (0..self.next.load(Ordering::SeqCst))
            .filter(|n| Self::token(*n) == token)
            .map(Self::amount_minor)
            .sum()
    }

    fn body(&self, n: u32) -> Value {
        json!({
            "amount_minor": Self::amount_minor(n), "currency": self.target.currency,
            "email": format!("c{n}@example.ch"), "payment": { "method": "card", "token": Self::token(n) },
        })
    }

    /// Clients pledge until the process is gone; every acknowledgement is kept, by key.
    fn hammer(&self, site: &Site, for_ms: u64) {
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|_| {
                    scope.spawn(move || {
                        loop {
                            let n = self.next.fetch_add(1, Ordering::SeqCst);
                            let Ok(answer) = site.try_post(&self.path(), &self.key(n), &self.body(n)) else {
                                return;
                            };
                            assert_eq!(answer.status, 201, "{}", answer.text);
                            let id = answer.json()["id"].as_str().unwrap().to_owned();
                            self.acknowledged.lock().unwrap().insert(n, id);
                        }
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(for_ms));
            site.kill();
            for client in clients {
                client.join().unwrap();
            }
        });
    }

    /// Every pledge that was acknowledged is there, under its key. Says how many of them were to be secured
    /// at the least.
    fn are_there(&self, site: &Site) -> i64 {
        let acknowledged = self.acknowledged.lock().unwrap();
        assert!(acknowledged.len() > 25, "too few pledges to prove anything: {}", acknowledged.len());
        for (n, id) in &*acknowledged {
            let again = site.post(&self.path(), &self.key(*n), &self.body(*n));
            assert_eq!(again.json()["id"].as_str(), Some(id.as_str()), "pledge {n} was acknowledged");
        }
        let sure = acknowledged.keys().filter(|n| !matches!(Self::token(**n), "late" | "declined")).count();
        i64::try_from(sure).unwrap()
    }
}

fn campaign(site: &Site, slug: &str) -> Value {
    site.get(&format!("/api/v1/campaigns/{slug}")).json()
}

fn move_clock(site: &Site, hours: u32) {
    let moved = site.post("/demo/clock", "", &json!({ "advance_seconds": hours * 3_600 }));
    assert_eq!(moved.status, 200, "{}", moved.text);
}

/// How far whatever has ended by a day is: its state, and what was collected.
fn standing(site: &Site, day: u32) -> Vec<(String, i64)> {
    let ended = ENDING.iter().filter(|(from, _)| *from <= day);
    let one = |(_, slug): &(u32, &str)| {
        let campaign = campaign(site, slug);
        (campaign["state"].as_str().unwrap().to_owned(), campaign["collected_minor"].as_i64().unwrap())
    };
    ended.map(one).collect()
}

/// Waits until nothing has moved for two rounds.
fn settles(site: &Site, day: u32) {
    let mut last = standing(site, day);
    for _ in 0..40 {
        std::thread::sleep(ROUND * 2);
        let now = standing(site, day);
        if now == last {
            return;
        }
        last = now;
    }
}

/// Of one day: what a process that settled had found, what it left when it was killed, and what the day came
/// to.
#[derive(Debug, Default)]
struct Kill {
    day: u32,
    found: Vec<(String, i64)>,
    left: Vec<(String, i64)>,
    came_to: Vec<(String, i64)>,
}

impl Kill {
    /// Whether it left anything to do on that very day.
    fn is_unsettled(&self) -> bool {
        let is_midway = |state: &str| matches!(state, "live" | "closing" | "failed" | "releasing");
        self.left != self.came_to || self.left.iter().any(|(state, _)| is_midway(state))
    }
}

/// Settling is killed again and again, while others pledge to what is still open.
fn kill_settling(home: &Home, open: &Pledging, seed: u32) -> Vec<Kill> {
    let mut kills: Vec<Kill> = Vec::new();
    let mut day = 0;
    for (round, (on, after)) in (KILLS_BEFORE..).zip(SETTLING_KILLS) {
        // The lease of the one that was killed runs out meanwhile.
        let site = home.serve();
        if day < MISSES_ON {
            open.hammer(&site, 5 + drawn_ms(seed, round, 120));
        }
        drop(site);
        std::thread::sleep(REST_OF_LEASE);

        let site = home.serve();
        let after_ms = Duration::from_millis(after.unwrap_or_default());
        let begins = std::thread::spawn(move || std::thread::sleep(ROUND + after_ms));
        look_back(&mut kills, &site, day);
        if day < on {
            if on == FINISHED_BEFORE {
                settles(&site, day);
                move_clock(&site, 1);
                settles(&site, day);
            }
            move_clock(&site, (on - day) * 24);
            day = on;
        }
        let found = standing(&site, day);
        begins.join().unwrap();
        if after.is_none() {
            let _ = (0..150).find(|_| {
                std::thread::sleep(Duration::from_millis(5));
                standing(&site, day) != found
            });
        }
        site.kill();
        kills.push(Kill { day, found, ..Kill::default() });
    }
    let site = home.serve();
    look_back(&mut kills, &site, day);
    std::thread::sleep(LEASE);
    settles(&site, day);
    kills
}

/// Whoever's pledge was acknowledged and not declined is asked to confirm it once, whatever was killed
/// between the event and its letter.
fn each_has_one_letter(home: &Home, pledging: &Pledging) {
    let acknowledged = pledging.acknowledged.lock().unwrap();
    let asked: Vec<&String> =
        acknowledged.iter().filter(|(n, _)| Pledging::token(**n) != "declined").map(|(_, id)| id).collect();
    let letters = "SELECT subject_id, count(*) FROM mails WHERE letter = 'confirm' GROUP BY subject_id";
    for looks in 0_u32.. {
        let Some(found) = home.query(letters) else { return };
        let found: BTreeMap<_, _> = found.lines().filter_map(|line| line.split_once('|')).collect();
        let of = |id: &str| found.get(id).copied().unwrap_or("0");
        let lacking = asked.iter().filter(|id| of(id) == "0").count();
        if lacking > 0 && looks < 100 {
            std::thread::sleep(Duration::from_millis(200));
            continue;
        }
        assert_eq!(lacking, 0, "of {}", asked.len());
        return assert!(asked.iter().all(|id| of(id) == "1"), "somebody was written to twice");
    }
}

/// What the last kill left is what its day has come to so far.
fn look_back(kills: &mut [Kill], site: &Site, day: u32) {
    let left = standing(site, day);
    kills.iter_mut().filter(|kill| kill.day == day).for_each(|kill| kill.came_to.clone_from(&left));
    if let Some(last) = kills.last_mut() {
        last.left = left;
    }
}

on_both! {
    fn nothing_acknowledged_is_lost_and_nothing_happens_twice(home: Home) {
        let (kept, let_go) = (Pledging::to(REACHES), Pledging::to(MISSES));
        let before = campaign(&home.serve(), REACHES.slug)["backers"].as_i64().unwrap();
        let seed = seed();
        for round in 0..KILLS_BEFORE {
            // Spread over the life of a round: while it starts to work, and in the thick of it.
            kept.hammer(&home.serve(), 45 + drawn_ms(seed, round, 400));
        }

        let site = home.serve();
        // Answers that were lost are asked for again, once the dead process's lease has run out.
        let least = kept.are_there(&site);
        let added = || campaign(&site, REACHES.slug)["backers"].as_i64().unwrap() - before;
        let healed = (0..100).find(|_| {
            std::thread::sleep(Duration::from_millis(300));
            added() >= least
        });
        let added = added();
        assert!(healed.is_some(), "{added} of at least {least} are secured");
        assert!(added <= i64::from(kept.next.load(Ordering::SeqCst)));
        let (is_sound, said) = home.verify();
        assert!(is_sound, "{said}");
        each_has_one_letter(home, &kept);
        drop(site);

        let kills = kill_settling(home, &let_go, seed);
        let unsettled = kills.iter().filter(|kill| kill.is_unsettled()).count();
        let half_way = kills.iter().filter(|kill| kill.is_unsettled() && kill.left != kill.found).count();
        assert!(unsettled * 2 > kills.len(), "{unsettled} kills left anything to settle: {kills:#?}");
        assert!(half_way > 2, "{half_way} kills met settling half way: {kills:#?}");

        let site = home.serve();
        let_go.are_there(&site);
        let reached = campaign(&site, REACHES.slug);
        assert_eq!(reached["state"], "settled");
        // Transfers that were under way are collected too; what was secured stands still meanwhile. A charge
        // that fails twice may have met two processes that died before they heard of it, and its week is over
        // then.
        let sum = |name: &str| reached[name].as_i64().unwrap();
        let least = sum("secured_minor") - kept.most_minor("charge_recovers");
        assert!(sum("collected_minor") >= least, "every secured pledge was charged: {reached}");
        let missed = campaign(&site, MISSES.slug);
        assert_eq!((&missed["state"], &missed["collected_minor"]), (&json!("closed"), &json!(0)));
        drop(site);
        let (is_sound, said) = home.verify();
        assert!(is_sound, "{said}");
    }
}
