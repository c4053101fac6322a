//! `kill -9` in the middle of everything. What was acknowledged is there afterwards, nothing happened twice, and the
//! books fit.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::site::{Site, on_both};

const KILLS: u32 = 25;
const CLIENTS: u32 = 4;
const SETTLING_KILLS: u32 = 6;
/// Past its goal, and closing in three days.
const CAMPAIGN: &str = "/api/v1/campaigns/the-spare-part-library";
const TOKENS: [&str; 6] = ["ok", "lost", "late", "declined", "charge_lost", "charge_recovers"];

fn body(n: u32) -> serde_json::Value {
    let token = TOKENS[usize::try_from(n).unwrap() % TOKENS.len()];
    json!({
        "amount_minor": 1_000 + i64::from(n % 50), "currency": "EUR", "email": format!("c{n}@example.ch"),
        "payment": { "method": "card", "token": token },
    })
}

/// Clients pledge until the process is gone; every acknowledgement is kept, by key.
fn hammer(site: &Site, next: &AtomicU32, acknowledged: &Mutex<BTreeMap<u32, String>>, for_ms: u64) {
    let path = format!("{CAMPAIGN}/pledges");
    std::thread::scope(|scope| {
        let path = &path;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(move || {
                    loop {
                        let n = next.fetch_add(1, Ordering::SeqCst);
                        let Ok(answer) = site.try_post(path, &format!("k{n}"), &body(n)) else { return };
                        assert_eq!(answer.status, 201, "{}", answer.text);
                        let id = answer.json()["id"].as_str().unwrap().to_owned();
                        acknowledged.lock().unwrap().insert(n, id);
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

/// Waits until what is collected stands still.
fn settles(site: &Site) {
    let mut last = -1;
    for _ in 0..40 {
        let collected = site.get(CAMPAIGN).json()["collected_minor"].as_i64().unwrap();
        if collected == last && collected > 0 {
            return;
        }
        last = collected;
        std::thread::sleep(Duration::from_millis(2_500));
    }
}

on_both! {
    fn nothing_acknowledged_is_lost_and_nothing_happens_twice(home: Home) {
        let (next, acknowledged) = (AtomicU32::new(0), Mutex::new(BTreeMap::new()));
        let before = home.serve().get(CAMPAIGN).json()["backers"].as_i64().unwrap();
        for round in 0..KILLS {
            let site = home.serve();
            // Spread over the life of a round: while it starts to work, and in the thick of it.
            hammer(&site, &next, &acknowledged, 5 + u64::from(round * 37 % 120));
        }

        let site = home.serve();
        let acknowledged = acknowledged.into_inner().unwrap();
        assert!(acknowledged.len() > 50, "too few pledges to prove anything: {}", acknowledged.len());
        for (n, id) in &acknowledged {
            let again = site.post(&format!("{CAMPAIGN}/pledges"), &format!("k{n}"), &body(*n));
            assert_eq!(again.json()["id"].as_str(), Some(id.as_str()), "pledge {n} was acknowledged");
        }
        // Answers that were lost are asked for again, once the dead process's lease has run out.
        let least = acknowledged.keys().filter(|n| !matches!(*n % 6, 2 | 3)).count();
        let least = i64::try_from(least).unwrap();
        let added = || site.get(CAMPAIGN).json()["backers"].as_i64().unwrap() - before;
        let healed = (0..100).find(|_| {
            std::thread::sleep(Duration::from_millis(300));
            added() >= least
        });
        let added = added();
        assert!(healed.is_some(), "{added} of at least {least} are secured");
        assert!(added <= i64::from(next.load(Ordering::SeqCst)));
        let (is_sound, said) = home.verify();
        assert!(is_sound, "{said}");

        // The deadline passes; settling is killed in between, again and again.
        let clock = |site: &Site, days: u32| {
            let moved = site.post("/demo/clock", "", &json!({ "advance_seconds": days * 86_400 }));
            assert_eq!(moved.status, 200, "{}", moved.text);
        };
        clock(&site, 4);
        drop(site);
        for round in 0..SETTLING_KILLS {
            let site = home.serve();
            // Its first round begins once the dead process's lease has run out, three seconds after its last.
            std::thread::sleep(Duration::from_millis(3_100 + u64::from(round * 217 % 1_300)));
            site.kill();
        }
        let site = home.serve();
        for days in [2, 2, 2, 2] {
            settles(&site);
            clock(&site, days);
        }
        settles(&site);
        let campaign = site.get(CAMPAIGN).json();
        assert_eq!(campaign["state"], "settled");
        // Transfers that were under way are collected too; what was secured stands still meanwhile.
        let sum = |name: &str| campaign[name].as_i64().unwrap();
        assert!(sum("collected_minor") >= sum("secured_minor"), "every secured pledge was charged: {campaign}");
        drop(site);
        let (is_sound, said) = home.verify();
        assert!(is_sound, "{said}");
    }
}
