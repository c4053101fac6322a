//! What keeps visitors apart from other sites, and from each other.

use multitude_platform::keys::hex;
use serde_json::json;

use crate::accounts::{cookie, mailed};
use crate::site::{Site, on_both};

const FORM: &str = "application/x-www-form-urlencoded";
const SLUG: &str = "batterie-de-palier";
const HTTPS: [&str; 3] = ["--public-url", "https://multitude.example", "--demo-public"];

/// The code in the newest mail that has one.
fn code(mail: &str) -> String {
    let is_code = |text: &&str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    mail.split(['<', '>']).map(str::trim).find(is_code).unwrap().to_owned()
}

/// A draft as a browser keeps it, typed by anybody.
fn draft(key: &str, browser: &str, amount: &str) -> String {
    draft_by("lea@example.ch", key, browser, amount)
}

fn draft_by(email: &str, key: &str, browser: &str, amount: &str) -> String {
    draft_of(
        &json!({ "slug": SLUG, "key": key, "browser": browser, "amount": amount, "email": email, "name": "Lea",
        "method": "card" }),
    )
}

fn draft_of(typed: &serde_json::Value) -> String {
    let escaped = hex(typed.to_string().as_bytes());
    let pairs = escaped.as_bytes().chunks(2).map(|pair| format!("%{}", std::str::from_utf8(pair).unwrap()));
    format!("pledge-{}={}", typed["slug"].as_str().unwrap(), pairs.collect::<String>())
}

fn pay(site: &Site, draft: &str) -> (u16, String, String) {
    pay_to(site, SLUG, draft)
}

fn pay_to(site: &Site, slug: &str, draft: &str) -> (u16, String, String) {
    let path = format!("/de/c/{slug}/pledge/pay");
    let screen = site.get_with(&path, &[("cookie", draft)]).text;
    let terms = screen.split_once("name=\"terms\" value=\"").map_or("", |(_, rest)| &rest[..64]);
    let answer = site.form(&path, draft, &[("token", "ok"), ("terms", terms)]);
    (answer.status, answer.header("location").to_owned(), answer.text)
}

on_both! {
    fn clock_of_a_public_demo_is_moved_from_its_machine_only(home: Home) {
        let site = home.serve_with(&HTTPS);
        let forward = |headers: &[(&str, &str)]| site.post_with("/demo/clock", headers, "application/json", r#"{"advance_seconds":60}"#).status;
        assert_eq!(forward(&[("x-forwarded-for", "203.0.113.9")]), 403);
        assert_eq!(forward(&[("forwarded", "for=203.0.113.9")]), 403);
        assert!(!site.get("/en/demo").text.contains("action=\"/demo/clock\""), "nobody is offered it");
        assert_eq!(forward(&[]), 200);
    }

    fn changes_that_other_sites_ask_for_are_refused(home: Home) {
        let site = home.serve();
        let host = site.url.strip_prefix("http://").unwrap();
        let sent = |name: &str, value: &str| {
            site.post_with("/theme", &[(name, value)], FORM, "theme=dark&back=/de").status
        };
        for (name, value) in [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none"), ("origin", &format!("http://{host}"))] {
            assert_eq!(sent(name, value), 303, "{name}: {value}");
        }
        for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example"), ("origin", "null")] {
            assert_eq!(sent(name, value), 403, "{name}: {value}");
        }
        assert_eq!(site.get_with("/de", &[("sec-fetch-site", "cross-site")]).status, 200, "links lead here from anywhere");
    }

    fn behind_a_proxy_this_site_is_its_public_url(home: Home) {
        let site = home.serve_with(&HTTPS);
        let sent = |origin: &str, host: &str| {
            site.post_with("/theme", &[("origin", origin), ("host", host)], FORM, "theme=dark&back=/de").status
        };
        assert_eq!(sent("https://multitude.example", "backend:3000"), 303);
        assert_eq!(sent("http://backend:3000", "backend:3000"), 403);
        assert_eq!(sent("https://evil.example", "evil.example"), 403);
    }

    fn what_is_in_another_encoding_is_refused_and_not_garbled(home: Home) {
        let site = home.serve();
        let sent = |kind: &str, body: &str| {
            let answer = site.post_with("/de/sign-in", &[], kind, body);
            assert!(answer.status < 400 || answer.text.contains("Das konnte nicht gelesen werden"), "{}", answer.text);
            answer.status
        };
        assert_eq!(sent("application/x-www-form-urlencoded; charset=iso-8859-1", "email=lea@example.ch"), 415);
        assert_eq!(sent(FORM, "email=l%E9a@example.ch"), 422);
        assert_eq!(sent("application/x-www-form-urlencoded;charset=UTF-8", "email=lea@example.ch"), 303);
        assert_eq!(site.get("/de/discover?q=k%FChl").status, 422);
        let json = "application/json; charset=windows-1252";
        let refused = site.post_with("/api/v1/campaigns/batterie-de-palier/pledges", &[], json, "{}");
        assert_eq!((refused.status, refused.json()["code"].as_str()), (415, Some("media_type")));
    }

    fn pages_may_do_what_their_policy_says_and_nothing_else(home: Home) {
        let site = home.serve();
        let answer = site.get("/de");
        let policy = answer.header("content-security-policy");
        let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0;
        assert_eq!(
            policy.replace(nonce, "N"),
            "default-src 'none'; script-src 'nonce-N' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'"
        );
        assert_eq!(site.get("/api/v1/campaigns").header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!((answer.header("vary"), answer.header("cache-control")), ("cookie", "private, no-cache"));
        assert_eq!(answer.header("strict-transport-security"), "", "there is no https here");
    }

    fn under_https_cookies_are_bound_to_it(home: Home) {
        let site = home.serve_with(&HTTPS);
        let entered = site.form("/demo/enter", "", &[("role", "backer"), ("lang", "de")]);
        let session = entered.header("set-cookie");
        assert!(session.starts_with("__Host-session=") && session.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"), "{session}");
        assert_eq!(site.get_as("/de/account/pledges", &cookie(session)).status, 200);
        let plain = cookie(session).replace("__Host-", "");
        assert_eq!(site.get_as("/de/account/pledges", &plain).status, 403, "a name without the prefix proves nothing");
        assert_eq!(entered.header("strict-transport-security"), "max-age=31536000");
        assert!(site.get("/de").header("content-security-policy").ends_with("; upgrade-insecure-requests"));
    }

    fn forms_lead_back_to_this_site_only(home: Home) {
        let site = home.serve();
        for (back, to) in [("/de/c/x", "/de/c/x"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil.example", "/")] {
            let theme = site.form("/theme", "", &[("theme", "dark"), ("back", back)]);
            let clock = site.form("/demo/clock", "", &[("advance_seconds", "1"), ("back", back)]);
            assert_eq!((theme.status, theme.header("location")), (303, to), "{back}");
            assert_eq!((clock.status, clock.header("location")), (303, to), "{back}");
        }
        let tab = [("advance_seconds", "1"), ("back", "/\t/evil.example")];
        assert_eq!(site.form("/demo/clock", "", &tab).header("location"), "/");
        assert_eq!(site.form("/theme", "", &[("theme", "dark"), tab[1]]).header("location"), "/");
    }

    fn public_demo_has_no_operator_and_shows_mail_to_its_own(home: Home) {
        let site = home.serve_with(&HTTPS);
        assert_eq!(site.form("/demo/enter", "", &[("role", "operator"), ("lang", "en")]).status, 422);
        assert!(!site.get("/en/demo").text.contains("value=\"operator\""));
        let entered = site.form("/demo/enter", "", &[("role", "backer"), ("lang", "en")]);
        let backer = cookie(entered.header("set-cookie"));
        for email in ["chiara.lombris@demo.example", "ivo.marti@demo.example"] {
            assert_eq!(site.form("/en/sign-in", "", &[("email", email)]).status, 303);
        }
        let own = (0..100).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            site.get_as("/en/demo", &backer).text
        }).find(|page| page.contains("/en/sign-in/")).unwrap();
        assert!(own.contains("(ivo.marti@demo.example)") && !own.contains("(chiara.lombris@demo.example)"));
        let asked = site.form("/en/sign-in", "", &[("email", "chiara.lombris@demo.example")]);
        for cookies in ["", &cookie(asked.header("set-cookie"))] {
            assert!(!site.get_as("/en/demo", cookies).text.contains("@demo.example)"), "{cookies}");
        }
        let mail = own.split("/demo/mails/").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(site.get(&format!("/demo/mails/{mail}")).status, 404);
        assert_eq!(site.get_as(&format!("/demo/mails/{mail}"), &backer).status, 200);
    }

    fn nothing_secret_is_in_the_log(home: Home) {
        let site = home.serve_talkative();
        let codes = ["de", "fr", "it"].map(|lang| {
            let asked = site.form(&format!("/{lang}/sign-in"), "", &[("email", "noemie@example.ch")]);
            let code = code(&mailed(&site, &format!("/{lang}/sign-in/")));
            let entered = site.form(&format!("/{lang}/sign-in/code"), &cookie(asked.header("set-cookie")), &[("code", &code)]);
            assert_eq!(entered.status, 303, "{}", entered.text);
            code
        });
        site.form("/en/sign-in", "", &[("email", "lea@example.ch")]);
        let mail = mailed(&site, "/en/sign-in/");
        let link = &mail[..64];
        assert_eq!(site.get(&format!("/en/sign-in/{link}")).status, 200);
        let entered = site.form(&format!("/en/sign-in/{link}"), "", &[]);
        let session = cookie(entered.header("set-cookie"));
        let placed = pay(&site, &draft(&"0f".repeat(16), &"a0".repeat(16), "60"));
        assert_eq!(placed.0, 303, "{}", placed.2);
        assert_eq!(site.get_as(&format!("{}?saved", placed.1), &session).status, 200);
        let log = site.log_once("/de/p/…");
        let receipt = placed.1.rsplit('/').next().unwrap();
        for secret in [link, session.split('=').nth(1).unwrap(), receipt, "lea@example.ch", &"a0".repeat(16)] {
            assert!(!log.contains(secret), "{secret} is in\n{log}");
        }
        // By chance the six digits of one code stand in a time of day, but not those of each.
        assert!(!codes.iter().all(|code| log.contains(code)), "{codes:?} are in\n{log}");
        assert!(log.contains("/en/sign-in/…") && log.contains("/de/p/…"), "{log}");
    }

    fn code_works_only_in_the_browser_that_asked(home: Home) {
        let site = home.serve();
        let asked = site.form("/en/sign-in", "", &[("email", "lea@example.ch")]);
        let code = code(&mailed(&site, "/en/sign-in/"));
        let other = site.form("/en/sign-in", "", &[("email", "noemie@example.ch")]);
        for cookies in ["", &cookie(other.header("set-cookie"))] {
            let refused = site.form("/en/sign-in/code", cookies, &[("code", &code)]);
            assert_eq!((refused.status, refused.header("set-cookie")), (422, ""), "{cookies}");
        }
        let entered = site.form("/en/sign-in/code", &cookie(asked.header("set-cookie")), &[("code", &code)]);
        assert_eq!(entered.status, 303, "{}", entered.text);
    }

    fn keys_of_one_door_find_nothing_behind_another(home: Home) {
        let site = home.serve();
        let key = "0f".repeat(16);
        let body = json!({ "amount_minor": 6_000, "currency": "CHF", "email": "lea@example.ch", "name": "Lea",
            "payment": { "method": "card", "token": "ok" } });
        let over_api = site.post(&format!("/api/v1/campaigns/{SLUG}/pledges"), &key, &body);
        let secret = over_api.json()["receipt_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let (one, two) = ("a0".repeat(16), "b0".repeat(16));
        for amount in ["60", "70"] {
            let (_, to, text) = pay(&site, &draft(&key, &two, amount));
            assert!(!to.contains(&secret) && !text.contains(&secret), "{amount}");
        }
        let (status, first, text) = pay(&site, &draft(&key, &one, "60"));
        assert_eq!(status, 303, "{text}");
        assert_eq!(pay(&site, &draft(&key, &one, "60")).1, first, "sent twice it is one pledge");
        let (status, _, text) = pay(&site, &draft(&key, &one, "80"));
        assert!(status == 409 && text.contains(&first), "its own browser is led to it");
        let (_, to, text) = pay(&site, &draft(&key, &two, "80"));
        assert!(!to.contains(&first) && !text.contains(&first), "another browser is not");
    }

    fn pressed_again_it_is_one_pledge_whatever_changed_meanwhile(home: Home) {
        let site = home.serve();
        let by = |email| draft_by(email, &"0e".repeat(16), &"c0".repeat(16), "60");
        let (status, first, text) = pay(&site, &by("lea@exampel.ch"));
        assert_eq!(status, 303, "{text}");
        let (status, _, text) = pay(&site, &by("lea@example.ch"));
        assert!(status == 409 && text.contains(&first), "a corrected address is no second pledge");
        let entered = site.form("/demo/enter", "", &[("role", "backer"), ("lang", "en")]);
        let signed_in = format!("{}; {}", by("lea@exampel.ch"), cookie(entered.header("set-cookie")));
        assert_eq!(pay(&site, &signed_in).1, first, "nor is a session");
        for _ in 0..9 {
            assert_eq!(site.form("/demo/clock", "", &[("advance_seconds", "604800"), ("back", "/")]).status, 303);
        }
        let (status, to, text) = pay(&site, &by("lea@exampel.ch"));
        assert_eq!((status, to), (303, first), "whoever missed the answer before the end finds it after: {text}");
        let never = draft(&"0d".repeat(16), &"c0".repeat(16), "60");
        assert_eq!(pay(&site, &never).0, 409, "who never pledged is told that it is too late");
    }

    fn draft_that_no_form_wrote_is_as_none(home: Home) {
        let site = home.serve();
        let (status, to, _) = pay(&site, &draft("k", &"a0".repeat(16), "60"));
        assert_eq!((status, to), (303, format!("/de/c/{SLUG}/pledge?cookies")), "nothing is typed yet");
    }

    fn strangers_cannot_use_up_a_reward_by_announcing_transfers(home: Home) {
        let site = home.serve();
        let slug = "schattenplan-bahnhofplatz";
        let reward = site.get(&format!("/api/v1/campaigns/{slug}")).json()["rewards"][1].clone();
        let announce = |n: i64| {
            let typed = json!({ "slug": slug, "key": format!("{n:032x}"), "browser": format!("{n:032x}"), "amount": "600",
                "reward": reward["id"], "email": format!("b{n}@example.ch"), "name": "Lea", "method": "bank" });
            pay_to(&site, slug, &draft_of(&typed))
        };
        let left = reward["left"].as_i64().unwrap();
        for n in 0..left / 2 {
            let (status, _, page) = announce(n);
            assert_eq!(status, 303, "{n} {page}");
        }
        let (status, _, page) = announce(left);
        assert!(status == 409 && page.contains("wartet auf Zahlungen, die noch nicht bestätigt sind"), "{status} {page}");
        assert!(page.contains("/pledge/you"), "another way to pay is a click away");
    }

    fn forms_lead_to_no_other_site(home: Home) {
        let site = home.serve();
        for lang in ["%2Fevil.example", "%5Cevil.example", "xx"] {
            let answer = site.form(&format!("/{lang}/sign-out"), "", &[]);
            assert_eq!((answer.status, answer.header("location")), (404, ""), "{lang}");
        }
        assert_eq!(site.form("/it/sign-out", "", &[]).header("location"), "/it");
    }

    fn stranger_cannot_use_up_the_mails_of_an_address(home: Home) {
        let site = home.serve_with(&["--rate-limits", "on", "--trusted-proxy", "127.0.0.1"]);
        let ask = |from: &str| {
            let headers = [("x-forwarded-for", from)];
            let answer = site.post_with("/en/sign-in", &headers, FORM, "email=Lea%2Bx@example.ch");
            assert_eq!((answer.status, answer.header("location")), (303, "/en/sign-in/code"));
            assert!(answer.header("set-cookie").starts_with("sign-in="), "the answer is the same");
        };
        for _ in 0..8 {
            ask("198.51.100.1");
        }
        ask("203.0.113.7");
        let count = || site.get("/en/demo").text.matches("(lea+x@example.ch)").count();
        let found = (0..60).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            count()
        }).find(|count| *count >= 4);
        assert_eq!(found, Some(4), "three for the stranger, one for the owner");
    }
}
