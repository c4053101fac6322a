//! Limits on requests, whom a request comes from, metrics, and answers that need not be sent again.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::accounts::cookie;
use crate::live::pledge;
use crate::site::{Answer, Site, on_both};

const PLEDGES: &str = "/api/v1/campaigns/batterie-de-palier/pledges";

/// As often may one address ask for a mail; one more each three seconds.
const SIGN_INS: usize = 320;
/// What comes back while these tests run.
const MEANWHILE: usize = 20;

static ASKED: AtomicUsize = AtomicUsize::new(0);

fn from(site: &Site, forwarded: &str) -> Answer {
    let email = format!("email=who{}%40example.ch", ASKED.fetch_add(1, Ordering::Relaxed));
    site.post_with(
        "/en/sign-in",
        &[("x-forwarded-for", forwarded)],
        "application/x-www-form-urlencoded",
        &email,
    )
}

/// How many are answered before one is refused.
fn until_refused(site: &Site, forwarded: impl Fn(usize) -> String) -> usize {
    (0..400).find(|n| from(site, &forwarded(*n)).status == 429).unwrap_or(400)
}

on_both! {
    fn pledges_are_limited_by_email_and_by_address(home: Home) {
        let site = home.serve_with(&["--rate-limits", "on"]);
        let of_one = (0..11).map(|n| site.post(PLEDGES, &format!("e{n}"), &pledge(0)));
        let statuses: Vec<u16> = of_one.map(|answer| answer.status).collect();
        assert_eq!((statuses[9], statuses[10]), (201, 429), "{statuses:?}");
        for email in ["LIVE0@example.ch", "live0+x@Example.ch"] {
            let mut body = pledge(0);
            body["email"] = json!(email);
            assert_eq!(site.post(PLEDGES, email, &body).status, 429, "{email} is the same person");
        }
        let refused = site.post(PLEDGES, "e11", &pledge(0));
        assert_eq!((refused.header("content-type"), refused.json()["code"].as_str().unwrap()), ("application/problem+json", "too_many_requests"));
        assert!((1..=60).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
        assert_eq!(site.post(PLEDGES, "x", &pledge(1)).status, 201, "others go on");
        for _ in 0..SIGN_INS {
            let junk = site.post_with("/en/sign-in", &[], "application/x-www-form-urlencoded", "email=x");
            assert_eq!(junk.status, 422, "what is refused counts nothing");
        }
        assert!((SIGN_INS..=SIGN_INS + MEANWHILE).contains(&until_refused(&site, |_| String::new())));

        let page = site.post_with("/fr/sign-in", &[], "application/x-www-form-urlencoded", "email=lea%40example.ch");
        assert_eq!(page.status, 429);
        assert!(!page.header("retry-after").is_empty());
        assert!(page.text.contains("<html lang=\"fr\"") && page.text.contains("Réessayez dans"), "{}", page.text);
        assert!(!page.text.contains("type=\"module\""), "a refusal is not hydrated");
        assert_eq!(site.get("/fr/sign-in").status, 200, "reading goes on");
    }

    fn those_who_pledge_at_the_same_moment_are_counted(home: Home) {
        let site = home.serve_with(&["--rate-limits", "on"]);
        let place = |n: usize| site.post(PLEDGES, &format!("at-once-{n}"), &pledge(10_000 + n)).status;
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let place = &place;
            let clients: Vec<_> = (0..40).map(|c| scope.spawn(move || (0..9).map(|n| place(c * 9 + n)).collect())).collect();
            clients.into_iter().flat_map(|client| -> Vec<u16> { client.join().unwrap() }).collect()
        });
        let placed = statuses.iter().filter(|status| **status == 201).count();
        assert!((320..=320 + MEANWHILE).contains(&placed), "{placed}");
        assert_eq!(placed + statuses.iter().filter(|status| **status == 429).count(), 360, "{statuses:?}");
    }

    fn nobody_uses_up_what_somebody_else_may_pledge(home: Home) {
        let site = home.serve_with(&["--rate-limits", "on", "--trusted-proxy", "127.0.0.0/8"]);
        let place = |from: &str, key: &str, body: &Value| {
            let headers = [("x-forwarded-for", from), ("idempotency-key", key)];
            site.post_with(PLEDGES, &headers, "application/json", &body.to_string()).status
        };
        let mut junk = pledge(0);
        junk["amount_minor"] = json!(1);
        for n in 0..30 {
            assert_eq!(place("198.51.100.1", &format!("j{n}"), &junk), 422, "what is refused counts nothing");
        }
        assert_eq!(place("198.51.100.1", "good", &pledge(0)), 201);
        let in_their_name = (0..20).filter(|n| place("198.51.100.2", &format!("n{n}"), &pledge(0)) == 201).count();
        assert_eq!(in_their_name, 10, "as many from one address");
        assert_eq!(place("203.0.113.9", "own", &pledge(0)), 201, "and they themselves go on elsewhere");
    }

    fn school_hall_of_300_pledges_behind_one_address(home: Home) {
        let site = home.serve_with(&["--rate-limits", "on"]);
        let at = |rest: &str| format!("/en/c/river-watch-kit/pledge{rest}");
        let mut placed = 0;
        for n in 0..300 {
            let chosen = cookie(site.form(&at(""), "", &[("amount", "60")]).header("set-cookie"));
            let email = format!("pupil{n}@example.ch");
            let you = [("email", email.as_str()), ("name", "Pupil"), ("show_as", "name"), ("method", "card")];
            // Everybody mistypes something once.
            assert_eq!(site.form(&at("/you"), &chosen, &you[1..]).status, 422);
            let told = cookie(site.form(&at("/you"), &chosen, &you).header("set-cookie"));
            let pay = site.get_as(&at("/pay"), &told).text;
            let terms = pay.split_once("name=\"terms\" value=\"").unwrap().1.split('"').next().unwrap();
            placed += usize::from(site.form(&at("/pay"), &told, &[("token", "ok"), ("terms", terms)]).status == 303);
        }
        assert_eq!(placed, 300);
    }

    fn files_of_books_are_limited_as_the_api_is(home: Home) {
        let site = home.serve_with(&["--rate-limits", "on"]);
        let answers = (0..1_500).map(|_| site.get("/de/c/nichts/ledger.csv"));
        let refused = answers.into_iter().find(|answer| answer.status != 404).unwrap();
        assert_eq!(refused.status, 429);
        assert!(refused.text.contains("<html lang=\"de\"") && !refused.header("retry-after").is_empty());
    }

    fn forged_addresses_are_not_believed(home: Home) {
        let site = home.serve_with(&["--rate-limits", "on"]);
        assert!(until_refused(&site, |n| format!("198.51.100.{}", n % 250)) <= SIGN_INS + MEANWHILE, "nobody is trusted");
        drop(site);
        let site = home.serve_with(&["--rate-limits", "on", "--trusted-proxy", "127.0.0.0/8"]);
        assert_eq!(until_refused(&site, |n| format!("198.51.{}.{}", n / 200, n % 200)), 400, "each has a bucket of its own");
        assert!(until_refused(&site, |n| format!("198.51.{}.7, 203.0.113.9", n % 250)) <= SIGN_INS + MEANWHILE, "only the rightmost counts");
        assert!(until_refused(&site, |n| format!("2001:db8:7:7:{n:x}::1")) <= SIGN_INS + MEANWHILE, "a /64 is one");
    }

    fn only_a_trusted_proxy_names_a_request(home: Home) {
        let named = |site: &Site| site.get_with("/healthz", &[("x-request-id", "mine")]).header("x-request-id").to_owned();
        assert_ne!(named(&home.serve()), "mine");
        assert_eq!(named(&home.serve_with(&["--trusted-proxy", "127.0.0.0/8"])), "mine");
    }

    fn metrics_stand_on_a_listener_of_their_own(home: Home) {
        let site = home.serve_with(&["--metrics-addr", "127.0.0.1:0"]);
        assert_eq!(site.post(PLEDGES, "m", &pledge(0)).status, 201);
        assert_eq!(site.get("/metrics").status, 404, "not for the public");
        let _stream = site.stream("/api/v1/campaigns/batterie-de-palier/live");
        let text = site.metrics();
        for line in [
            "multitude_requests_total{route=\"api\",status=\"201\"} 1",
            "multitude_pledges_total{door=\"api\"} 1",
            "multitude_live_streams 1",
            "# TYPE multitude_write_wait_seconds histogram",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }

    fn unchanged_answers_are_not_sent_again(home: Home) {
        let site = home.serve();
        let campaign = "/api/v1/campaigns/batterie-de-palier";
        for path in [campaign, "/api/v1/campaigns?limit=3", "/api/v1/ledger/head"] {
            let first = site.get(path);
            assert_eq!(first.header("cache-control"), "public, no-cache", "{path}");
            let tag = first.header("etag").to_owned();
            let again = site.get_with(path, &[("if-none-match", &format!("\"x\", W/{tag}"))]);
            assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", tag.as_str()), "{path}");
        }
        let tag = site.get(campaign).header("etag").to_owned();
        assert_eq!(site.post(PLEDGES, "t", &pledge(0)).status, 201);
        let moved = site.get_with(campaign, &[("if-none-match", &tag)]);
        assert_eq!(moved.status, 200);
        assert_ne!(moved.header("etag"), tag);
        assert_eq!(site.post(PLEDGES, "u", &json!({})).header("cache-control"), "no-store");
    }

    fn every_answer_names_its_build(home: Home) {
        let site = home.serve();
        let page = site.get("/de");
        let build = page.header("x-build-id").to_owned();
        assert!(!build.is_empty() && page.text.contains(&format!("data-build=\"{build}\"")));
        assert_eq!(site.get("/api/v1/campaigns").header("x-build-id"), build);
    }
}
