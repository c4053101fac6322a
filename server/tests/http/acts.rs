//! Every act through both doors: the form's own address, and its function.

use std::sync::Mutex;

use multitude_app::acts::{Act, FUNCTIONS};
use serde_json::{Value, json};

use crate::accounts::cookie;
use crate::site::{Answer, Site, on_both};

pub(crate) const OPEN: &str = "river-watch-kit";
pub(crate) const AHEAD: &str = "schwammdach";
const JSON: &str = "application/json";

/// What a door said, told alike for both: where it leads, or how it refuses.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) what: String,
    cookies: Vec<String>,
}

fn cookies_of(answer: &Answer) -> Vec<String> {
    let set = answer.headers.get_all("set-cookie").iter();
    let mut names: Vec<String> =
        set.map(|one| one.to_str().unwrap().split('=').next().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// Secrets differ from pledge to pledge.
fn veiled(path: &str) -> String {
    let is_secret = |part: &str| part.len() >= 64 && part.as_bytes()[..64].iter().all(u8::is_ascii_hexdigit);
    let parts = path
        .split('/')
        .map(|part| if is_secret(part) { format!("…{}", &part[64..]) } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("/")
}

pub(crate) fn by_form(site: &Site, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Said {
    let answer = site.form(path, cookies, fields);
    let what = match answer.status {
        303 => format!("leads to {}", veiled(answer.header("location"))),
        status => status.to_string(),
    };
    Said { what, cookies: cookies_of(&answer) }
}

pub(crate) fn call(site: &Site, act: Act, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Answer {
    let body = json!({ "sent": { "at": path, "pairs": fields } });
    let headers = [("cookie", cookies), ("accept", JSON)];
    site.post_with(&format!("{FUNCTIONS}{}", act.endpoint()), &headers, JSON, &body.to_string())
}

pub(crate) fn by_function(site: &Site, act: Act, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Said {
    let answer = call(site, act, path, cookies, fields);
    assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.text);
    let said = answer.json();
    let what = if answer.status == 200 {
        match said["lead_on"].as_str() {
            Some(path) => format!("leads to {}", veiled(path)),
            None => status(&said["refused"]["kind"]).to_string(),
        }
    } else {
        answer.status.to_string()
    };
    Said { what, cookies: cookies_of(&answer) }
}

/// The status of a page that refuses so.
fn status(kind: &Value) -> u16 {
    match kind.as_str() {
        Some("invalid") => 422,
        Some("conflict") => 409,
        Some("not_found") => 404,
        Some("denied") => 403,
        Some(other) => panic!("{other}"),
        None => 429,
    }
}

/// Places a pledge by the API; the token of its receipt.
pub(crate) fn pledge(site: &Site, email: &str, token: &str) -> String {
    let body = json!({ "amount_minor": 6_000, "currency": "CHF", "email": email, "name": "Lea", "locale": "en",
        "payment": { "method": "card", "token": token } });
    let placed = site.post(&format!("/api/v1/campaigns/{OPEN}/pledges"), email, &body).json();
    placed["receipt_url"]
        .as_str()
        .unwrap_or_else(|| panic!("{placed}"))
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned()
}

pub(crate) fn enter(site: &Site, role: &str) -> String {
    cookie(site.form("/demo/enter", "", &[("role", role), ("lang", "en")]).header("set-cookie"))
}

/// A browser's cookies after these screens of a checkout.
pub(crate) fn browser(site: &Site, email: &str) -> String {
    let at = |rest: &str| format!("/en/c/{OPEN}/pledge{rest}");
    let chosen = cookie(site.form(&at(""), "", &[("amount", "60")]).header("set-cookie"));
    let you = [("email", email), ("name", "Rec Ord"), ("show_as", "name"), ("method", "card")];
    cookie(site.form(&at("/you"), &chosen, &you).header("set-cookie"))
}

pub(crate) fn terms(site: &Site, cookies: &str) -> String {
    let page = site.get_as(&format!("/en/c/{OPEN}/pledge/pay"), cookies).text;
    page.split_once("name=\"terms\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// Goes through a table of cases; which acts it touched.
struct Table<'a> {
    site: &'a Site,
    touched: Mutex<Vec<Act>>,
}

impl Table<'_> {
    /// The same words about the same thing, at both doors.
    fn both(&self, what: &str, act: Act, words: &[&str], cookies: &str, fields: &[(&str, &str)]) -> String {
        self.each(what, act, (words, cookies), (words, cookies), fields)
    }

    /// As [`Table::both`], where each door needs a thing of its own, since the first takes it away.
    fn each(
        &self,
        what: &str,
        act: Act,
        (one, one_cookies): (&[&str], &str),
        (two, two_cookies): (&[&str], &str),
        fields: &[(&str, &str)],
    ) -> String {
        self.touched.lock().unwrap().push(act);
        let path = |words: &[&str]| act.path("en".parse().unwrap(), words);
        let page = by_form(self.site, &path(one), one_cookies, fields);
        let function = by_function(self.site, act, &path(two), two_cookies, fields);
        assert_eq!(page, function, "{what}");
        function.what
    }
}

on_both! {
    fn every_act_answers_alike_through_both_doors(home: Home) {
        let site = home.serve();
        let table = Table { site: &site, touched: Mutex::default() };
        let nobodys = "0".repeat(64);
        let (backer, creator) = (enter(&site, "backer"), enter(&site, "creator"));
        let none: &[(&str, &str)] = &[];

        for (email, said) in [("mia@", "422"), ("", "422"), ("mia@example.ch", "leads to /en/c/schwammdach/notify?done=mail")] {
            assert_eq!(table.both("follow", Act::Follow, &[AHEAD], "", &[("email", email)]), said);
        }
        table.both("follow what is open", Act::Follow, &[OPEN], "", &[("email", "mia@example.ch")]);
        for act in [Act::ConfirmFollow, Act::StopFollow, Act::EnterByLink] {
            table.both("a link of nobody's", act, &[&nobodys], "", none);
        }
        table.both("sign in", Act::AskSignIn, &[], "", &[("email", "lea")]);
        table.both("sign in", Act::AskSignIn, &[], "", &[("email", "lea@example.ch")]);
        table.both("code", Act::TypeCode, &[], "", &[("code", "123456")]);
        let asked = cookie(site.form("/en/sign-in", "", &[("email", "both@example.ch")]).header("set-cookie"));
        table.both("code", Act::TypeCode, &[], &asked, &[("code", "12")]);
        table.both("sign out", Act::SignOut, &[], "", none);
        for act in [Act::EndSession, Act::EndSessions] {
            assert_eq!(table.both("not signed in", act, &[], "", none), "403");
        }
        assert_eq!(table.both("no session", Act::EndSession, &[], &backer, &[("session", "x")]), "422");
        let foreign = [("session", "00000000-0000-0000-0000-000000000000")];
        table.both("somebody else's session", Act::EndSession, &[], &backer, &foreign);
        table.each("all", Act::EndSessions, (&[], &enter(&site, "coach")), (&[], &enter(&site, "moderator")), none);
        for who in ["", &backer, &creator] {
            table.both("a team's word", Act::StateDelivery, &[OPEN], who, none);
        }

        for fields in [vec![], vec![("amount", "x")], vec![("amount", "1")], vec![("amount", "60"), ("reward", "x")]] {
            assert_eq!(table.both("support", Act::Support, &[OPEN], "", &fields), "422");
        }
        table.both("support", Act::Support, &[OPEN], "", &[("amount", "60")]);
        assert_eq!(table.both("not open", Act::Support, &[AHEAD], "", &[("amount", "60")]), "409");
        table.both("no campaign", Act::Support, &["nothing"], "", &[("amount", "60")]);
        let you = [("email", "both@example.ch"), ("name", "Rec Ord"), ("show_as", "name"), ("method", "card")];
        table.both("you, nothing chosen", Act::Contact, &[OPEN], "", &you);
        table.both("pay, nothing chosen", Act::Pay, &[OPEN], "", &[("token", "ok")]);
        let one = browser(&site, "one@example.ch");
        assert_eq!(table.both("you, no name", Act::Contact, &[OPEN], &one, &you[..1]), "422");
        table.both("you", Act::Contact, &[OPEN], &one, &you);
        assert_eq!(table.both("pay, an old page", Act::Pay, &[OPEN], &one, &[("token", "ok"), ("terms", "0")]), "409");
        table.both("keep", Act::KeepHold, &[OPEN], &one, none);
        for token in ["declined", "ok"] {
            let (one, two) = (browser(&site, &format!("one.{token}@example.ch")), browser(&site, &format!("two.{token}@example.ch")));
            let (first, second) = ([("token", token), ("terms", &*terms(&site, &one))], [("token", token), ("terms", &*terms(&site, &two))]);
            let path = Act::Pay.path("en".parse().unwrap(), &[OPEN]);
            let (page, function) = (by_form(&site, &path, &one, &first), by_function(&site, Act::Pay, &path, &two, &second));
            assert_eq!(page, function, "pay {token}");
            let again = by_function(&site, Act::Pay, &path, &one, &first);
            assert_eq!(page.what == "409", token == "declined", "{page:?}");
            assert!(token == "declined" || again == page, "pressed again at the other door it is the same: {again:?}");
        }

        let (mine, other) = (pledge(&site, "a@example.ch", "ok"), pledge(&site, "b@example.ch", "ok"));
        let on_receipts: [(Act, &[(&str, &str)]); 10] = [
            (Act::ConfirmByCode, &[("code", "12")]), (Act::ConfirmByCode, &[("code", "000000")]), (Act::ConfirmOwn, none),
            (Act::ResendProof, none), (Act::NoteConsents, &[("news", "yes")]), (Act::ReplaceMethod, &[("token", "declined")]),
            (Act::ReplaceMethod, &[("token", "ok")]), (Act::BankYes, none), (Act::BankNo, none), (Act::GiveAddress, &[("name", "Lea")]),
        ];
        for (act, fields) in on_receipts {
            table.each("a receipt", act, (&[&mine], ""), (&[&other], ""), fields);
            assert_eq!(table.both("nobody's receipt", act, &[&nobodys], "", fields), "404", "{act:?}");
        }
        table.both("no proof", Act::ConfirmByLink, &[&mine, &nobodys], "", none);
        let (up, down) = ([("amount", "80"), ("show_as", "name")], [("amount", "50"), ("show_as", "name")]);
        table.both("change, no digits", Act::ChangePledge, &[&mine], "", &[("amount", "x")]);
        table.both("change, more", Act::ChangePledge, &[&mine], "", &up);
        table.each("agreed", Act::AgreeToChange, (&[&mine], ""), (&[&other], ""), &up);
        table.each("changed", Act::ChangePledge, (&[&mine], ""), (&[&other], ""), &down);
        assert_eq!(table.both("an old tab", Act::ChangePledge, &[&mine], "", &[up[0], up[1], ("stands", "0")]), "409");
        assert_eq!(table.both("nobody's", Act::ChangePledge, &[&nobodys], "", &down), "404");
        table.each("cancelled", Act::CancelPledge, (&[&mine], ""), (&[&other], ""), none);
        table.both("cancelled twice", Act::CancelPledge, &[&mine], "", none);

        let late = pledge(&site, "late@example.ch", "ok");
        site.post("/demo/clock", "", &json!({ "advance_seconds": 60 * 86_400 }));
        let over = (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            let state = site.get(&format!("/api/v1/campaigns/{OPEN}")).json()["state"].clone();
            !matches!(state.as_str(), Some("live" | "closing" | "collecting" | "releasing"))
        });
        assert!(over, "the campaign is over");
        for (act, words, fields) in [
            (Act::Support, OPEN, &[("amount", "60")][..]), (Act::Contact, OPEN, &you), (Act::KeepHold, OPEN, none),
            (Act::Pay, OPEN, none), (Act::CancelPledge, &late, none), (Act::ChangePledge, &late, &down),
        ] {
            assert_eq!(table.both("after the deadline", act, &[words], "", fields), "409", "{act:?}");
        }
        let touched = table.touched.into_inner().unwrap();
        let missing: Vec<&Act> = Act::ALL.iter().filter(|act| !touched.contains(act)).collect();
        assert!(missing.is_empty(), "{missing:?} stand in no table");
        let log = site.log();
        assert!(![&mine, &other, &late].iter().any(|token| log.contains(token.as_str())), "no secret is logged");
    }

    fn functions_take_calls_and_nothing_else(home: Home) {
        let site = home.serve();
        let path = format!("{FUNCTIONS}{}", Act::Follow.endpoint());
        let good = json!({ "sent": { "at": "/en/c/schwammdach/notify", "pairs": [["email", "mia@example.ch"]] } }).to_string();
        let ask = |path: &str, headers: &[(&str, &str)], kind: &str, body: &str| {
            let answer = site.post_with(path, headers, kind, body);
            assert_eq!(answer.header("location"), "", "nobody is led anywhere");
            if answer.status != 200 {
                assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
            }
            answer.status
        };
        assert_eq!(ask(&path, &[], JSON, &good), 200);
        assert_eq!(ask(&path, &[("accept", "text/html"), ("referer", &site.url)], JSON, &good), 406);
        assert_eq!(ask(&path, &[("referer", &site.url)], "application/x-www-form-urlencoded", "sent=x"), 415);
        assert_eq!(ask(&path, &[], "text/plain", &good), 415);
        assert_eq!(ask("/api/fn/nothing", &[], JSON, &good), 404);
        assert_eq!(ask("/api/fn/", &[], JSON, &good), 404);
        assert_eq!(ask(&path, &[("sec-fetch-site", "cross-site")], JSON, &good), 403);
        assert_eq!(ask(&path, &[("origin", "https://evil.example")], JSON, &good), 403);
        assert_eq!(site.get(&path).status, 405);
        for bad in ["", "{}", "[]", r#"{"sent":{"at":1,"pairs":[]}}"#, r#"{"sent":{"at":"/en/c/x/notify","pairs":[["a"]]}}"#] {
            assert_eq!(ask(&path, &[], JSON, bad), 422, "{bad}");
        }
        let with = |at: &str, email: &str| json!({ "sent": { "at": at, "pairs": [["email", email]] } }).to_string();
        assert_eq!(ask(&path, &[], JSON, &with("/en/c/schwammdach/notify", "a\u{0}@b.ch")), 422, "as a form");
        for at in ["/en/c/a%00/notify", "/en/c/a\u{0}/notify", "/xx/c/schwammdach/notify", "//evil.example/c/x/notify", "/en/c/schwammdach/pledge", "", "/en/sign-in"] {
            assert_eq!(ask(&path, &[], JSON, &with(at, "mia@example.ch")), 404, "{at}");
        }
        assert_eq!(ask(&path, &[], JSON, &with("/en/c/schwammdach/notify", &"x".repeat(17_000))), 413);
        let refused = site.post_with(&path, &[], JSON, &with("/en/c/schwammdach/notify", "mia@")).json();
        assert_eq!(refused, json!({ "refused": { "kind": "invalid", "faults": [{ "field": "email", "code": "follow.email" }] } }));
        let page = site.get("/en/c/schwammdach/notify").text;
        assert!(!page.contains("mia@"), "nothing typed is shown to anybody else");
    }

    fn limits_are_one_bucket_for_both_doors(home: Home) {
        let site = home.serve_with(&["--rate-limits", "on", "--metrics-addr", "127.0.0.1:0"]);
        let path = "/en/c/schwammdach/notify";
        let ask = |n: usize, email: &str| {
            let fields = [("email", email)];
            if n.is_multiple_of(2) { site.form(path, "", &fields) } else { call(&site, Act::Follow, path, "", &fields) }
        };
        assert!((0..400).all(|n| ask(n, "mia@").status != 429), "what is refused counts nothing");
        let taken = (0..400).find(|n| ask(*n, &format!("mia{n}@example.ch")).status == 429);
        assert!(taken.is_some_and(|taken| (320..=340).contains(&taken)), "320 in all, whichever door: {taken:?}");
        let over = call(&site, Act::Follow, path, "", &[("email", "mia@example.ch")]);
        assert_eq!((over.status, over.json()["code"].as_str()), (429, Some("too_many_requests")));
        assert!(over.header("retry-after").parse::<u32>().unwrap() > 0);
        let counted = site.metrics();
        assert!(counted.contains("multitude_acts_refused_total{act=\"followers/ask\",kind=\"invalid\"} 400"), "{counted}");
    }

    fn fifty_at_once_through_mixed_doors_are_one_pledge(home: Home) {
        let site = home.serve();
        let browser = browser(&site, "fifty@example.ch");
        let (terms, path) = (terms(&site, &browser), format!("/en/c/{OPEN}/pledge/pay"));
        let before = site.get(&format!("/api/v1/campaigns/{OPEN}")).json()["backers"].as_i64().unwrap();
        let led: Mutex<Vec<String>> = Mutex::default();
        std::thread::scope(|threads| {
            for n in 0..50 {
                let (site, browser, terms, path, led) = (&site, &browser, &terms, &path, &led);
                threads.spawn(move || {
                    let fields = [("token", "ok"), ("terms", terms.as_str())];
                    let to = if n % 2 == 0 {
                        site.form(path, browser, &fields).header("location").to_owned()
                    } else {
                        let said = call(site, Act::Pay, path, browser, &fields);
                        if said.status == 200 { said.json()["lead_on"].as_str().unwrap_or_default().to_owned() } else { format!("{} {}", said.status, said.text) }
                    };
                    led.lock().unwrap().push(to);
                });
            }
        });
        let (mut receipts, others): (Vec<String>, Vec<String>) = led.into_inner().unwrap().into_iter().partition(|to| to.contains("/p/"));
        assert_eq!(receipts.len(), 50, "each is led to it: {others:?}");
        receipts.sort();
        receipts.dedup();
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        let after = site.get(&format!("/api/v1/campaigns/{OPEN}")).json()["backers"].as_i64().unwrap();
        assert_eq!(after, before + 1);
    }
}
