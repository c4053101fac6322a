//! Both doors of every act where nothing can be saved, where too much comes, and where an answer is lost.

use multitude_app::acts::Act;
use serde_json::json;

use crate::accounts::{cookie, mailed};
use crate::acts::{AHEAD, OPEN, browser, by_form, by_function, call, enter, pledge, terms};
use crate::site::{Home, Site, on_both};

/// Where a form is posted to, as whom, and what is in it.
type Ready = (String, String, Vec<(&'static str, String)>);

/// Nobody's secret.
const NOBODYS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// A campaign with a reward that is limited.
const BENCHES: &str = "schattenplan-bahnhofplatz";
/// What anybody may do as often as they like: it costs no mail, and takes no money.
const UNLIMITED: [Act; 4] = [Act::SignOut, Act::EndSession, Act::EndSessions, Act::StateDelivery];

/// Where an act's form is posted to: about a campaign, or about this receipt.
fn path_of(act: Act, receipt: &str) -> String {
    let words = act.address().split('/').zip(act.address().split('/').skip(1));
    let words = words.filter(|(_, word)| word.starts_with('{')).map(|(before, word)| match (before, word) {
        ("p", _) => receipt,
        ("c", _) if act == Act::Follow => AHEAD,
        ("c", _) => OPEN,
        _ => NOBODYS,
    });
    act.path("en".parse().unwrap(), &words.collect::<Vec<_>>())
}

/// The first reward of the benches that is limited, and what it costs.
fn bench(site: &Site) -> (String, String) {
    let form = site.get(&format!("/en/c/{BENCHES}/pledge")).text;
    let reward = form.split("name=\"reward\" value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let campaign = site.get(&format!("/api/v1/campaigns/{BENCHES}")).json();
    (reward, (campaign["rewards"][1]["price_minor"].as_i64().unwrap() / 100).to_string())
}

/// How many of that reward are left.
fn left(site: &Site) -> i64 {
    site.get(&format!("/api/v1/campaigns/{BENCHES}")).json()["rewards"][1]["left"].as_i64().unwrap()
}

#[test]
fn no_act_is_done_at_either_door_where_nothing_can_be_saved() {
    let Some(home) = Home::on_postgres() else { return };
    let site = home.serve();
    let receipt = pledge(&site, "read@example.ch", "ok");
    let backer = enter(&site, "backer");
    let browser = browser(&site, "rec@example.ch");
    let terms = terms(&site, &browser);
    let asked = cookie(site.form("/en/sign-in", "", &[("email", "both@example.ch")]).header("set-cookie"));
    home.forbid_writing();
    let mut writes_nothing = Vec::new();
    for &act in Act::ALL {
        let fields: &[(&str, &str)] = match act {
            Act::Follow | Act::AskSignIn => &[("email", "mia@example.ch")],
            Act::TypeCode | Act::ConfirmByCode => &[("code", "123456")],
            Act::Support => &[("amount", "60")],
            Act::Contact => {
                &[("email", "rec@example.ch"), ("name", "Rec Ord"), ("show_as", "name"), ("method", "card")]
            }
            Act::Pay => &[("token", "ok"), ("terms", &terms)],
            Act::ReplaceMethod => &[("token", "ok")],
            Act::ChangePledge => &[("amount", "50"), ("reward", ""), ("show_as", "name")],
            Act::AgreeToChange => &[("amount", "80"), ("show_as", "name")],
            Act::EndSession => &[("session", NOBODYS)],
            _ => &[],
        };
        let cookies = match act {
            Act::TypeCode => &asked,
            Act::Support | Act::Contact | Act::Pay | Act::KeepHold => &browser,
            _ => &backer,
        };
        let path = path_of(act, &receipt);
        let (page, function) =
            (by_form(&site, &path, cookies, fields), by_function(&site, act, &path, cookies, fields));
        assert_eq!(page.what, function.what, "{act:?}");
        if page.what != "503" {
            writes_nothing.push(act);
        }
    }
    // A cookie alone, or nothing that is there to be done.
    let known = [
        Act::EndSession,
        Act::Contact,
        Act::KeepHold,
        Act::ConfirmByLink,
        Act::BankYes,
        Act::BankNo,
        Act::StateDelivery,
        Act::ConfirmFollow,
        Act::StopFollow,
    ];
    assert_eq!(writes_nothing, known);
    let answer = call(&site, Act::Follow, &path_of(Act::Follow, ""), "", &[("email", "mia@example.ch")]);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("not_saved")));
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("retry-after"), "5");
}

on_both! {
    fn every_act_that_costs_has_its_fill_at_either_door(home: Home) {
        let site = home.serve_with(&["--rate-limits", "on", "--trusted-proxy", "127.0.0.0/8"]);
        let receipt = pledge(&site, "full@example.ch", "ok");
        let headers = [("x-forwarded-for", "198.51.100.7"), ("accept", "application/json")];
        let form = |act| site.post_with(&path_of(act, &receipt), &headers, "application/x-www-form-urlencoded", "amount=x").status;
        let function = |act: Act| {
            let sent = json!({ "sent": { "at": path_of(act, &receipt), "pairs": [["amount", "x"]] } }).to_string();
            site.post_with(&format!("/api/fn/{}", act.endpoint()), &headers, "application/json", &sent).status
        };
        let full = (0..3_600).find(|n| if n % 8 == 0 { form(Act::Support) } else { function(Act::Support) } == 429);
        assert!(full.is_some_and(|full| full >= 2_400), "{full:?}");
        for &act in Act::ALL {
            // Room comes back while this is asked.
            let is_full = (0..20).any(|_| (form(act), function(act)) == (429, 429));
            assert_eq!(is_full, !UNLIMITED.contains(&act), "{act:?}");
        }
    }

    fn what_a_mail_brings_is_done_alike_through_both_doors(home: Home) {
        let site = home.serve();
        let code_in = |mail: &str| {
            let is_code = |text: &&str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
            mail.split(['<', '>']).map(str::trim).find(is_code).unwrap().to_owned()
        };
        let link_in = |mail: &str, to: &str| {
            let (_, rest) = mail.split_once(to).unwrap();
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '/').unwrap();
            format!("{to}{}", &rest[..end])
        };
        // For each act what was mailed to one address for a form, and to another for a function.
        let both = |act: Act, ready: &dyn Fn(&str) -> Ready| {
            let said = [true, false].map(|is_form| {
                let email = format!("{}-{is_form}@example.ch", act.endpoint().replace('/', "-"));
                let (path, cookies, fields) = ready(&email);
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                if is_form { by_form(&site, &path, &cookies, &fields) } else { by_function(&site, act, &path, &cookies, &fields) }
            });
            assert_eq!(said[0], said[1], "{act:?}");
            said[0].what.clone()
        };
        let ask = |email: &str| cookie(site.form("/en/sign-in", "", &[("email", email)]).header("set-cookie"));
        let mail_to = |email: &str| mailed(&site, &format!("({email})"));
        assert_eq!(both(Act::TypeCode, &|email| {
            let asked = ask(email);
            ("/en/sign-in/code".to_owned(), asked, vec![("code", code_in(&mail_to(email)))])
        }), "leads to /en/account/pledges");
        assert_eq!(both(Act::EnterByLink, &|email| {
            ask(email);
            (link_in(&mail_to(email), "/en/sign-in/"), String::new(), vec![])
        }), "leads to /en/account/pledges");
        let follow = |email: &str| {
            site.form(&format!("/en/c/{AHEAD}/notify"), "", &[("email", email)]);
            link_in(&mail_to(email), "/en/follow/")
        };
        assert!(both(Act::ConfirmFollow, &|email| (format!("{}/yes", follow(email)), String::new(), vec![])).starts_with("leads to /en/follow/"));
        assert_eq!(both(Act::StopFollow, &|email| (format!("{}/stop", follow(email)), String::new(), vec![])), format!("leads to /en/c/{AHEAD}/notify?done=stopped"));
        let proof = |email: &str| {
            let receipt = pledge(&site, email, "ok");
            (receipt, mail_to(email))
        };
        assert!(both(Act::ConfirmByCode, &|email| {
            let (receipt, mail) = proof(email);
            (format!("/en/p/{receipt}/code"), String::new(), vec![("code", code_in(&mail))])
        }).ends_with("?confirmed"));
        assert!(both(Act::ConfirmByLink, &|email| {
            let (receipt, mail) = proof(email);
            (link_in(&mail, &format!("/en/p/{receipt}/confirm/")), String::new(), vec![])
        }).ends_with("?confirmed"));
        assert!(both(Act::ConfirmOwn, &|email| {
            let asked = ask(email);
            let entered = site.form("/en/sign-in/code", &asked, &[("code", &code_in(&mail_to(email)))]);
            (format!("/en/p/{}/own", pledge(&site, email, "ok")), cookie(entered.header("set-cookie")), vec![])
        }).ends_with("?confirmed"));
        for act in [Act::BankYes, Act::BankNo] {
            let said = both(act, &|email| (path_of(act, &pledge(&site, email, "challenge")), String::new(), vec![]));
            assert_eq!(said, "leads to /en/p/…");
        }
    }

    fn answer_that_is_lost_and_its_form_sent_once_more_are_one_hold_and_one_extension(home: Home) {
        let site = home.serve();
        let ((reward, amount), all) = (bench(&site), left(&site));
        let at = |rest: &str| format!("/en/c/{BENCHES}/pledge{rest}");
        let mine = cookie(site.get(&at("")).header("set-cookie"));
        assert!(mine.starts_with("pledge-"), "a browser is known before it sends anything: {mine}");
        let wish = [("amount", amount.as_str()), ("reward", &reward)];
        assert_eq!(by_function(&site, Act::Support, &at(""), &mine, &wish).what, format!("leads to {}", at("/you")));
        assert_eq!(left(&site), all - 1);
        let chosen = cookie(site.form(&at(""), &mine, &wish).header("set-cookie"));
        assert_eq!(left(&site), all - 1, "the same one");
        let until = || {
            let page = site.get_as(&at("/you"), &chosen).text;
            let (_, until) = page.split_once("&quot;until&quot;:").unwrap_or_else(|| panic!("{page}"));
            until.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse::<i64>().unwrap()
        };
        let before = until();
        let kept = by_function(&site, Act::KeepHold, &at("/hold"), &chosen, &[]);
        let after = until();
        assert!(after > before);
        assert_eq!(by_form(&site, &at("/hold"), &chosen, &[]).what, kept.what);
        assert_eq!(until(), after, "a guest keeps it once");
        assert_eq!(left(&site), all - 1);
    }

    fn answer_that_is_lost_and_its_form_sent_from_elsewhere_are_one_pledge(home: Home) {
        let site = home.serve_with(&["--trusted-proxy", "127.0.0.0/8"]);
        let browser = browser(&site, "lost@example.ch");
        let at = format!("/en/c/{OPEN}/pledge/pay");
        let fields = [("token", "ok"), ("terms", &*terms(&site, &browser))];
        let backers = || site.get(&format!("/api/v1/campaigns/{OPEN}")).json()["backers"].as_i64().unwrap();
        let before = backers();
        let lost = call(&site, Act::Pay, &at, &browser, &fields).json()["lead_on"].as_str().unwrap().to_owned();
        // The phone has left the house, and its backer has corrected the address meanwhile (ADR 17).
        let you = [("email", "found@example.ch"), ("name", "Rec Ord"), ("show_as", "name"), ("method", "card")];
        let corrected = cookie(site.form(&format!("/en/c/{OPEN}/pledge/you"), &browser, &you).header("set-cookie"));
        let again = |cookies: &str| {
            let headers = [("cookie", cookies), ("x-forwarded-for", "203.0.113.77")];
            let body = format!("token=ok&terms={}", terms(&site, cookies));
            site.post_with(&at, &headers, "application/x-www-form-urlencoded", &body)
        };
        let (same, other) = (again(&browser), again(&corrected));
        assert_eq!((same.status, same.header("location")), (303, lost.as_str()));
        assert_eq!(other.status, 409);
        assert!(other.text.contains(&format!("href=\"{lost}\"")), "it is led to: {}", other.text);
        assert_eq!(backers(), before + 1);
    }
}
