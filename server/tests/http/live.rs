//! Live totals: who listens sees pledges as they are placed, through whichever process.

#![expect(clippy::disallowed_methods, reason = "how soon a stream tells is what is tested")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::site::{Site, on_both};

const CAMPAIGN: &str = "/api/v1/campaigns/batterie-de-palier";
/// Less than the healing poll needs: what comes within it was told.
const SOON: Duration = Duration::from_secs(3);
/// From one address, as the server counts.
const OF_ADDRESS_MAX: usize = 24;

pub(crate) fn pledge(n: usize) -> Value {
    json!({
        "amount_minor": 6_000, "currency": "CHF", "email": format!("live{n}@example.ch"),
        "payment": { "method": "card", "token": "ok" },
    })
}

fn place(site: &Site, n: usize) {
    let placed = site.post(&format!("{CAMPAIGN}/pledges"), &format!("live{n}"), &pledge(n));
    assert_eq!(placed.status, 201, "{}", placed.text);
}

on_both! {
    fn totals_come_at_once_and_when_they_move(home: Home) {
        let site = home.serve();
        let whole = site.get(CAMPAIGN).json();
        let mut stream = site.stream(&format!("{CAMPAIGN}/live"));
        assert_eq!((stream.status, stream.header("content-type")), (200, "text/event-stream".to_owned()));
        let first = stream.next_within(SOON);
        for field in ["goal_minor", "pledged_minor", "secured_minor", "matched_minor", "collected_minor", "backers", "state", "closes_at"] {
            assert_eq!(first[field], whole[field], "{field}");
        }
        place(&site, 0);
        let moved = stream.next_within(SOON);
        assert_eq!(moved["secured_minor"].as_i64().unwrap(), first["secured_minor"].as_i64().unwrap() + 6_000);
        assert_eq!(site.get("/api/v1/campaigns/nichts/live").status, 404);
    }

    fn totals_of_several_campaigns_come_in_one_stream(home: Home) {
        let site = home.serve();
        let mut stream = site.stream("/api/v1/live?campaigns=batterie-de-palier,nichts,river-watch-kit");
        assert_eq!((stream.status, stream.header("content-type")), (200, "text/event-stream".to_owned()));
        let mut first = [stream.next_within(SOON), stream.next_within(SOON)];
        first.sort_by_key(|one| one["slug"].as_str().unwrap().to_owned());
        assert_eq!([&first[0]["slug"], &first[1]["slug"]], ["batterie-de-palier", "river-watch-kit"]);
        place(&site, 0);
        let moved = stream.next_within(SOON);
        assert_eq!(moved["slug"], "batterie-de-palier");
        assert_eq!(moved["secured_minor"].as_i64().unwrap(), first[0]["secured_minor"].as_i64().unwrap() + 6_000);
        assert_eq!(site.get("/api/v1/live?campaigns=nichts").status, 404);
        assert_eq!(site.get("/api/v1/live?campaigns=").status, 422);
        let many: Vec<String> = (0..49).map(|n| format!("c{n}")).collect();
        assert_eq!(site.get(&format!("/api/v1/live?campaigns={}", many.join(","))).status, 422);
    }

    fn many_changes_are_told_in_few_events(home: Home) {
        let site = home.serve();
        let mut stream = site.stream(&format!("{CAMPAIGN}/live"));
        let before = stream.next_within(SOON)["backers"].as_i64().unwrap();
        let start = Instant::now();
        for n in 0..30 {
            place(&site, n);
        }
        let mut events = 0;
        loop {
            events += 1;
            if stream.next_within(SOON)["backers"].as_i64().unwrap() == before + 30 {
                break;
            }
        }
        let most = start.elapsed().as_millis() / 250 + 1;
        assert!(events <= most, "{events} events, {most} at four a second");
    }

    fn one_address_has_so_many_streams_and_gets_its_places_back(home: Home) {
        let site = home.serve();
        let path = format!("{CAMPAIGN}/live");
        let streams: Vec<_> = (0..OF_ADDRESS_MAX).map(|_| site.stream(&path)).collect();
        let refused = site.get(&path);
        assert_eq!((refused.status, refused.header("content-type")), (429, "application/problem+json"));
        assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
        drop(streams);
        // A listener that is gone is noticed with the next event.
        place(&site, 0);
        let is_free = (0..40).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            site.stream(&path).status == 200
        });
        assert!(is_free, "a place is free again once its listener is gone");
    }

    fn streams_end_when_the_server_stops(home: Home) {
        let site = home.serve();
        let mut stream = site.stream(&format!("{CAMPAIGN}/live"));
        stream.next_within(SOON);
        let start = Instant::now();
        assert!(site.stop().success());
        assert!(start.elapsed() < SOON, "a stream held the shutdown up");
        assert!(stream.is_over(), "the stream ended cleanly");
    }
}

#[test]
fn two_processes_on_one_database_show_each_others_pledges() {
    let Some(home) = crate::site::Home::on_postgres() else { return };
    let (one, other) = (home.serve(), home.serve());
    let mut stream = other.stream(&format!("{CAMPAIGN}/live"));
    let mut last = stream.next_within(SOON);
    // More than once: a single one might have come with the healing poll.
    for n in 0..4 {
        place(&one, n);
        let start = Instant::now();
        let next = stream.next_within(SOON);
        assert_eq!(next["secured_minor"].as_i64().unwrap(), last["secured_minor"].as_i64().unwrap() + 6_000);
        assert!(start.elapsed() < Duration::from_millis(1_500), "told, not found: {:?}", start.elapsed());
        last = next;
    }
}
