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
const CAMPAIGN: &str = "/api/v1/campaigns/batterie-de-palier";
const TOKENS: [&str; 4] = ["ok", "lost", "late", "declined"];

fn body(n: u32) -> serde_json::Value {
    let token = TOKENS[usize::try_from(n).unwrap() % TOKENS.len()];
    json!({
        "amount_minor": 1_000 + i64::from(n % 50), "currency": "CHF", "email": format!("c{n}@example.ch"),
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
        let least = acknowledged.keys().filter(|n| matches!(*n % 4, 0 | 1)).count();
        let least = i64::try_from(least).unwrap();
        let added = || site.get(CAMPAIGN).json()["backers"].as_i64().unwrap() - before;
        let healed = (0..100).find(|_| {
            std::thread::sleep(Duration::from_millis(300));
            added() >= least
        });
        let added = added();
        assert!(healed.is_some(), "{added} of at least {least} are secured");
        assert!(added <= i64::from(next.load(Ordering::SeqCst)));
        drop(site);
        let (is_sound, said) = home.verify();
        assert!(is_sound, "{said}");
    }
}
