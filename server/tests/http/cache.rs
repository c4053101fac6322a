//! Lists that are rendered for several visitors at once.

use std::time::Duration;

use crate::site::{Answer, on_both};

/// The nonce that an answer's policy allows.
fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0.to_owned()
}

on_both! {
    fn each_answer_has_a_nonce_of_its_own_and_is_otherwise_the_same(home: Home) {
        let site = home.serve();
        // Once more, should the second between them have ended.
        let same = (0..3).any(|_| {
            let (one, other) = (site.get("/de/discover"), site.get("/de/discover"));
            let (first, second) = (nonce(&one), nonce(&other));
            assert_ne!(first, second);
            assert!(one.text.contains(&first) && other.text.contains(&second) && !other.text.contains(&first));
            assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
            one.text.replace(&first, "") == other.text.replace(&second, "")
        });
        assert!(same);
    }

    fn what_one_visitor_gets_is_not_given_to_another(home: Home) {
        let site = home.serve();
        let plain = site.get("/de/discover");
        let dark = site.get_as("/de/discover", "theme=dark");
        let english = site.get("/en/discover");
        let searched = site.get("/de/discover?q=batterie");
        assert!(dark.text.contains("data-theme=\"dark\"") && !plain.text.contains("data-theme=\"dark\""));
        assert!(english.text.contains("lang=\"en\"") && plain.text.contains("lang=\"de\""));
        assert!(searched.text.len() < plain.text.len());
        let entered = site.form("/demo/enter", "", &[("role", "backer"), ("lang", "de")]);
        let session = entered.header("set-cookie").split(';').next().unwrap().to_owned();
        let own = site.get_as("/de/discover", &session);
        assert!(own.text.contains("/de/account/pledges"), "{}", entered.status);
        assert!(!site.get("/de/discover").text.contains("/de/account/pledges"));
    }

    fn page_is_kept_for_a_second_and_then_forgotten(home: Home) {
        let site = home.serve();
        let path = "/de/discover";
        let shown = || {
            let answer = site.get(path);
            answer.text.replace(&nonce(&answer), "")
        };
        let pledge = |n: i64| serde_json::json!({ "amount_minor": 100_000 * n, "currency": "CHF", "email": "lea@example.ch",
            "payment": { "method": "card", "token": "ok" } });
        // Once more, should the second have ended in between.
        let is_kept = (1..=5).any(|n| {
            std::thread::sleep(Duration::from_millis(1_200));
            let before = shown();
            let placed = site.post("/api/v1/campaigns/batterie-de-palier/pledges", &format!("k{n}"), &pledge(n));
            assert_eq!(placed.status, 201, "{}", placed.text);
            let soon = shown();
            std::thread::sleep(Duration::from_millis(1_200));
            assert_ne!(shown(), before, "after a second it is forgotten");
            soon == before
        });
        assert!(is_kept, "a page is rendered once a second");
    }

    fn session_in_a_second_line_of_cookies_poisons_nothing(home: Home) {
        let site = home.serve();
        let entered = site.form("/demo/enter", "", &[("role", "backer"), ("lang", "de")]);
        let session = entered.header("set-cookie").split(';').next().unwrap().to_owned();
        for lines in [["theme=dark", session.as_str()], [session.as_str(), "theme=dark"]] {
            let own = site.get_with("/de/discover", &[("cookie", lines[0]), ("cookie", lines[1])]);
            assert!(own.text.contains("/de/account/pledges"), "{lines:?}");
            let other = site.get_as("/de/discover", "theme=dark");
            assert!(!other.text.contains("/de/account/pledges"), "{lines:?}");
        }
    }
}
