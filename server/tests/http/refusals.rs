//! Answers that refuse: a problem for programs, a page in their language for people, and the right status for
//! both.

use serde_json::json;

use crate::site::{Answer, on_both};

const PLEDGES: &str = "/api/v1/campaigns/batterie-de-palier/pledges";
const FORM: &str = "application/x-www-form-urlencoded";

fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (status, "application/problem+json"),
        "{}",
        answer.text
    );
    assert_eq!(answer.json()["code"], code);
    assert_eq!(answer.json()["status"], status);
}

/// A page in a language that says this.
fn is_page(answer: &Answer, status: u16, lang: &str, says: &str) {
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (status, "text/html; charset=utf-8"),
        "{}",
        answer.text
    );
    assert!(
        answer.text.contains(&format!("<html lang=\"{lang}\"")) && answer.text.contains(says),
        "{}",
        answer.text
    );
    assert!(!answer.text.contains("type=\"module\""), "a refusal is not hydrated");
}

on_both! {
    fn programs_get_problems_whatever_refuses(home: Home) {
        let site = home.serve();
        let wrong = site.ask("DELETE", "/api/v1/campaigns");
        is_problem(&wrong, 405, "method_not_allowed");
        assert!(wrong.header("allow").contains("GET"), "{}", wrong.header("allow"));
        for path in ["/api", "/api/v2", "/api/v2/campaigns", "/api/v1/nothing"] {
            is_problem(&site.get(path), 404, "not_found");
        }
        is_problem(&site.ask("POST", "/api/v2/campaigns"), 404, "not_found");
        is_problem(&site.get("/api/v1/campaigns/%ff"), 400, "bad_request");
        let elsewhere = [("sec-fetch-site", "cross-site")];
        is_problem(&site.post_with(PLEDGES, &elsewhere, "application/json", "{}"), 403, "forbidden");
        let large = format!("\"{}\"", "x".repeat(100_000));
        is_problem(&site.post_with(PLEDGES, &[], "application/json", &large), 413, "body");
        is_problem(&site.post_with("/demo/clock", &[], "application/json", "{}"), 422, "invalid");
    }

    fn people_get_pages_in_their_language(home: Home) {
        let site = home.serve();
        let elsewhere = [("origin", "https://evil.example")];
        let sent = |path: &str, headers: &[(&str, &str)], body: &str| site.post_with(path, headers, FORM, body);
        is_page(&sent("/fr/sign-in", &elsewhere, "email=a"), 403, "fr", "vient d’un autre site");
        is_page(&sent("/it/sign-in", &[], &"x".repeat(20_000)), 413, "it", "Era troppo");
        is_page(&sent("/en/sign-in", &[], "email=%00"), 422, "en", "This could not be read");
        is_page(&site.ask("DELETE", "/de/how"), 405, "de", "Das geht an dieser Adresse nicht");
        is_page(&site.ask("POST", "/en"), 405, "en", "This address does not do that");
        is_page(&site.ask("PUT", "/en/sign-in"), 405, "en", "This address does not do that");
        assert_eq!(site.ask("HEAD", "/en/how").status, 200);
        is_page(&site.get("/en/c/nothing/ledger.csv"), 404, "en", "There is nothing at this address");
        let mail = site.get_with("/demo/mails/x", &[("accept-language", "fr")]);
        assert!(mail.text.contains("<html lang=\"fr\""), "{}", mail.text);
        let role = site.post_with("/demo/enter", &[("accept-language", "it")], FORM, "role=king&lang=it");
        is_page(&role, 422, "it", "Non è stato possibile leggerlo");
    }

    fn forms_without_a_page_lead_back(home: Home) {
        let site = home.serve();
        for (path, to) in [("/de/sign-out", "/de"), ("/de/c/batterie-de-palier/pledge/hold", "/de/c/batterie-de-palier/pledge")] {
            let answer = site.get(path);
            assert_eq!((answer.status, answer.header("location")), (303, to));
        }
    }

    fn control_characters_are_refused_before_the_database(home: Home) {
        let site = home.serve();
        for path in ["/de/discover?q=%00", "/de/discover?topic=%1b", "/de/discover?cursor=%00"] {
            assert_eq!(site.get(path).status, 422, "{path}");
        }
        for path in ["/de/c/%00", "/de/topics/%00", "/de/p/%00", "/de/sign-in/%01", "/de/c/a%0db/ledger.csv", "/de/x%7f"] {
            assert_eq!(site.get(path).status, 404, "{path}");
        }
        is_problem(&site.get("/api/v1/campaigns?place=%00"), 422, "invalid");
        is_problem(&site.get("/api/v1/campaigns/a%00"), 404, "not_found");
        assert_eq!(site.get("/de/discover?q=a%0d%0ab").status, 200, "lines may end");
        let mut body = json!({ "amount_minor": 6_000, "currency": "CHF", "email": "lea@example.ch", "name": "Lea",
            "payment": { "method": "card", "token": "ok\u{0}" } });
        is_problem(&site.post(PLEDGES, "k", &body), 422, "payment.token");
        body["payment"]["token"] = json!("ok");
        for (field, value) in [("name", "L\u{0}a"), ("region", "\u{0}"), ("email", "l\u{0}@example.ch"), ("reward_id", "\u{0}")] {
            let mut body = body.clone();
            body[field] = json!(value);
            assert_eq!(site.post(PLEDGES, "k", &body).status, 422, "{field}");
        }
        assert_eq!(site.form("/de/c/batterie-de-palier/pledge/pay", "", &[("token", "\u{0}")]).status, 422);
    }

    fn files_are_packed_kept_and_asked_about(home: Home) {
        let site = home.serve();
        let page = site.get("/de").text;
        let words = page.split("fetch('").nth(1).unwrap().split('\'').next().unwrap();
        let packed = site.get_with(words, &[("accept-encoding", "br;q=0.9, gzip")]);
        assert_eq!((packed.status, packed.header("content-encoding"), packed.header("vary")), (200, "gzip", "accept-encoding"));
        assert!(packed.header("cache-control").contains("immutable"));
        let tag = packed.header("etag").to_owned();
        assert_eq!(site.get_with(words, &[("if-none-match", &tag)]).status, 304);
        assert_eq!(site.get_with(words, &[("accept-encoding", "gzip;q=0")]).header("content-encoding"), "");
        let font = page.split("rel=\"preload\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        let face = site.ask("HEAD", font);
        assert_eq!((face.status, face.header("content-type")), (200, "font/woff2"), "{font}");
        assert!(face.header("cache-control").contains("immutable"));
        let styles = page.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(site.get(styles).text.contains(font), "the styles mean the same file");
        assert_eq!(site.get("/pkg/nothing.js").status, 404);
    }
}
