//! The audit through every door: what commands, forms, server functions and the API do that is privileged
//! leaves one row, and whatever changes something stands in a table here.

use std::collections::BTreeSet;
use std::time::Duration;

use multitude_app::acts::Act;
use serde_json::json;

use crate::acts::{by_form, by_function, enter};
use crate::site::{Home, Site, on_both};

const CAMPAIGN: &str = "/api/v1/campaigns/schattenplan-bahnhofplatz";

/// The rows, the newest first.
fn rows(home: &Home) -> Vec<String> {
    let (is_fine, said) = home.run(&["audit", "list", "--limit", "500"]);
    assert!(is_fine, "{said}");
    said.lines().map(str::to_owned).collect()
}

/// Commands that decide nothing. `seed` writes what the people of the demo world did, as them.
const READ_ONLY: [&str; 8] =
    ["serve", "doctor", "seed", "openapi", "compute", "ledger verify", "pledge waiting", "audit list"];

/// Goes through commands; which ones left a row.
struct Commands<'a> {
    home: &'a Home,
    left: BTreeSet<String>,
}

impl Commands<'_> {
    /// The command leaves one row, which says the deed and that it was the installation.
    fn leaves(&mut self, name: &str, args: &[&str], row: &str) {
        let before = rows(self.home).len();
        let (is_fine, said) = self.home.run(args);
        assert!(is_fine, "{args:?}: {said}");
        let after = rows(self.home);
        assert_eq!(after.len(), before + 1, "{args:?}");
        assert!(after[0].contains(&format!("  the installation  {row}")), "{args:?}: {}", after[0]);
        self.left.insert(name.to_owned());
    }
}

/// Every command that can be given, by what the help says: `pledge count`.
fn commands(home: &Home, under: &[&str]) -> Vec<String> {
    let (_, help) = home.run(&[under, &["--help"]].concat());
    let Some((_, listed)) = help.split_once("Commands:\n") else { return vec![under.join(" ")] };
    let names = listed.lines().take_while(|line| !line.is_empty());
    // What a long description goes on with stands further in.
    let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.flat_map(|name| commands(home, &[under, &[name]].concat())).collect()
}

fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let came = (0..150).any(|_| {
        std::thread::sleep(Duration::from_millis(200));
        is_so()
    });
    assert!(came, "{what}");
}

fn place(site: &Site, amount: i64, method: &str, token: &str) -> String {
    let body = json!({ "amount_minor": amount, "currency": "CHF", "email": format!("{token}{amount}@example.ch"),
        "payment": { "method": method, "token": token } });
    let placed = site.post("/api/v1/campaigns/batterie-de-palier/pledges", &format!("k{amount}"), &body);
    assert_eq!(placed.status, 201, "{}", placed.text);
    placed.json()["id"].as_str().unwrap().to_owned()
}

/// The acts that may be privileged: the others are a visitor's own, or a backer's.
fn privileged(act: Act) -> Option<&'static str> {
    match act {
        Act::StateDelivery => Some("state_delivery"),
        Act::AskSignIn
        | Act::TypeCode
        | Act::EnterByLink
        | Act::SignOut
        | Act::EndSession
        | Act::EndSessions
        | Act::Support
        | Act::Contact
        | Act::Pay
        | Act::KeepHold
        | Act::ConfirmByCode
        | Act::ConfirmOwn
        | Act::ResendProof
        | Act::ConfirmByLink
        | Act::ReplaceMethod
        | Act::CancelPledge
        | Act::NoteConsents
        | Act::BankYes
        | Act::BankNo
        | Act::GiveAddress
        | Act::ChangePledge
        | Act::AgreeToChange
        | Act::Follow
        | Act::ConfirmFollow
        | Act::StopFollow => None,
    }
}

on_both! {
    fn every_command_that_decides_something_leaves_a_row(home: Home) {
        let site = home.serve();
        let mut deeds = Commands { home, left: BTreeSet::new() };
        let lea = "lea.brunschwiler@demo.example";
        deeds.leaves("user grant", &["user", "grant", "new@example.ch", "moderator", "--why", "She asked."], "grant_role  moderator  person ");
        assert!(rows(home)[0].ends_with("  about \"new\"  why \"She asked.\""), "{}", rows(home)[0]);
        deeds.leaves("user erase", &["user", "erase", "new@example.ch"], "erase_person  0 pledges  person ");
        assert!(rows(home)[1].ends_with("  (words erased)"), "{}", rows(home)[1]);
        deeds.leaves("fees", &["fees", "--platform", "4.5"], "set_fees  450 bp  installation");
        deeds.leaves("clock confirm", &["clock", "confirm", "--why", "A new battery."], "confirm_clock  installation  why \"A new battery.\"");
        deeds.leaves("mail retry", &["mail", "retry"], "retry_mails  0 mails  installation");
        let file = home.folder().join("recorded.csv");
        std::fs::write(&file, "ID,name,category,main_category,currency,deadline,goal,launched,pledged,state,backers,country\n").unwrap();
        deeds.leaves("import kickstarter", &["import", "kickstarter", file.to_str().unwrap()], "import_campaigns  kickstarter  installation");

        let of = |slug: &'static str, rest: &[&'static str]| [&["campaign", slug], rest].concat();
        deeds.leaves("campaign add-member", &of("river-watch-kit", &["add-member", lea]), "manage_team  add_member  campaign river-watch-kit  about \"Lea ");
        deeds.leaves("campaign remove-member", &of("river-watch-kit", &["remove-member", lea]), "manage_team  remove_member  campaign river-watch-kit");
        deeds.leaves("campaign suspend", &of("river-watch-kit", &["suspend", "--reason", "A picture."]), "suspend_campaign  suspend  campaign river-watch-kit  why \"A picture.\"");
        deeds.leaves("campaign resume", &of("river-watch-kit", &["resume", "--why", "It is theirs."]), "suspend_campaign  resume  campaign river-watch-kit  why \"It is theirs.\"");
        deeds.leaves("campaign cancel", &of("fledermaeuse-im-kirchturm", &["cancel", "--reason", "No bats."]), "cancel_campaign  cancel  campaign fledermaeuse-im-kirchturm  why \"No bats.\"");
        let day = &site.get("/api/v1/campaigns/schwammdach").json()["closes_at"].as_str().unwrap()[..10].to_owned();
        deeds.leaves("campaign start", &["campaign", "schwammdach", "start", "--opens-on", day], &format!("edit_campaign  choose_start {day}  campaign schwammdach"));
        deeds.leaves("campaign accept", &["campaign", "il-sentiero-che-racconta", "accept", "--opens-on", day], &format!("review_campaign  schedule {day}  campaign il-sentiero-che-racconta"));
        deeds.leaves("campaign complete", &of("heat-line", &["complete"]), "pay_out  complete  campaign heat-line");

        let large = place(&site, 900_000, "card", "ok");
        let (differs, other) = (place(&site, 6_000, "bank", "challenge"), place(&site, 7_000, "bank", "challenge"));
        site.post_with("/demo/clock", &[], "application/json", "{\"advance_seconds\": 120}");
        eventually("transfers differ", || home.run(&["pledge", "waiting"]).1.matches("return-transfer").count() == 2);
        let row = |how: &str, id: &str| format!("{how}  pledge {id}");
        deeds.leaves("pledge count", &["pledge", "count", &large], &row("review_pledge  count", &large));
        deeds.leaves("pledge accept-transfer", &["pledge", "accept-transfer", &differs], &row("review_pledge  accept_transfer", &differs));
        deeds.leaves("pledge return-transfer", &["pledge", "return-transfer", &other], &row("review_pledge  return_transfer", &other));
        deeds.leaves("pledge cancel", &["pledge", "cancel", &large, "--why", "He rang."], &row("manage_pledge  cancel", &large));
        assert_eq!(home.run(&["audit", "list", "--about", &format!("pledge/{large}")]).1.lines().count(), 2);

        let before = rows(home).len();
        for refused in [of("river-watch-kit", &["resume"]), of("heat-line", &["complete"]), of("river-watch-kit", &["cancel", "--reason", " "])] {
            assert!(!home.run(&refused).0, "{refused:?}");
        }
        assert!(!home.run(&["pledge", "cancel", &large]).0);
        assert_eq!(rows(home).len(), before, "what was refused left nothing");
        // Only one campaign waits for review, and none to be paid out: these have tests of their own.
        let elsewhere = ["campaign changes", "campaign decline", "campaign verify-payee", "campaign pay-out"];
        let all: BTreeSet<String> = commands(home, &[]).into_iter().collect();
        let known = deeds.left.iter().map(String::as_str).chain(READ_ONLY).chain(elsewhere).map(str::to_owned).collect();
        assert_eq!(all, known, "a command is either read only or leaves a row");
        assert!(home.verify().0);
    }

    fn teams_word_leaves_one_row_by_either_door(home: Home) {
        let site = home.serve();
        for n in 0..2 {
            let placed = site.post(&format!("{CAMPAIGN}/pledges"), &format!("short-{n}"), &json!({
                "amount_minor": 450_000, "currency": "CHF", "email": format!("short{n}@example.ch"), "name": "Jürg",
                "locale": "de", "payment": { "method": "card", "token": "charge_declined" },
            }));
            assert_eq!(placed.status, 201, "{}", placed.text);
        }
        let (team, form) = (enter(&site, "creator"), "/de/c/schattenplan-bahnhofplatz/deliver");
        let state = || site.get(CAMPAIGN).json()["state"].as_str().unwrap().to_owned();
        site.post("/demo/clock", "", &json!({ "advance_seconds": 10 * 86_400 }));
        eventually("it collects", || state() == "collecting");
        site.post("/demo/clock", "", &json!({ "advance_seconds": 8 * 86_400 }));
        eventually("its team is asked", || site.get_as(form, &team).text.contains("<form method=\"post\" action=\"/de/c/schattenplan"));
        let about = || {
            let (_, said) = home.run(&["audit", "list", "--about", "campaign/schattenplan-bahnhofplatz"]);
            said.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let before = about().len();
        let other = enter(&site, "operator");
        for act in Act::ALL.iter().filter(|act| privileged(**act).is_some()) {
            assert_eq!(by_function(&site, *act, form, &other, &[]).what, "404");
            assert_eq!(by_form(&site, form, &other, &[]).what, "404");
            assert_eq!(about().len(), before, "nobody else may");
            by_function(&site, *act, form, &team, &[]);
            by_form(&site, form, &team, &[]);
            let after = about();
            assert_eq!(after.len(), before + 1, "said by both doors it is said once");
            assert!(after[0].contains(&format!(" (own)  {}  campaign ", privileged(*act).unwrap())), "{}", after[0]);
        }
        eventually("it is settled", || state() == "settled");
        let mut deeds = Commands { home, left: BTreeSet::new() };
        let of = |rest: &[&'static str]| [&["campaign", "schattenplan-bahnhofplatz"], rest].concat();
        deeds.leaves("campaign verify-payee", &of(&["verify-payee", "--account", "CH93 0076 2011 6238 5295 7"]), "pay_out  verify_payee  campaign schattenplan-bahnhofplatz");
        deeds.leaves("campaign pay-out", &of(&["pay-out"]), "pay_out  fulfil  campaign schattenplan-bahnhofplatz");
        assert!(!rows(home).concat().contains("CH93"), "the account is nobody's to read");
    }

    fn what_a_coach_answers_leaves_a_row(home: Home) {
        assert!(home.run(&["seed"]).0);
        let mut deeds = Commands { home, left: BTreeSet::new() };
        let args = ["campaign", "il-sentiero-che-racconta", "decline", "--reason", "Not yet."];
        deeds.leaves("campaign decline", &args, "review_campaign  decline  campaign il-sentiero-che-racconta  why \"Not yet.\"");
        let (is_fine, said) = home.run(&["audit", "list", "--about", "person/samira.hosseini@demo.example"]);
        assert!(is_fine && said.contains(" (role)  review_campaign  request_changes  campaign il-forno-a-specchi  by \"Samira"), "{said}");
        for wrong in ["campaign/nothing-here", "person/nobody@example.ch", "boat/x"] {
            assert!(!home.run(&["audit", "list", "--about", wrong]).0, "{wrong}");
        }
        let (_, first) = home.run(&["audit", "list", "--limit", "1"]);
        let (line, older) = first.trim_end().split_once('\n').unwrap();
        let (_, second) = home.run(&["audit", "list", "--limit", "1", "--cursor", older.strip_prefix("older: --cursor ").unwrap()]);
        assert!(line != second.lines().next().unwrap() && second.contains("older: "), "{second}");
    }

    fn what_a_coach_asks_for_leaves_a_row(home: Home) {
        assert!(home.run(&["seed"]).0);
        let args = ["campaign", "il-sentiero-che-racconta", "changes", "--reason", "Say who."];
        Commands { home, left: BTreeSet::new() }
            .leaves("campaign changes", &args, "review_campaign  request_changes  campaign il-sentiero-che-racconta  why \"Say who.\"");
    }

    fn api_does_nothing_privileged(home: Home) {
        let document = home.serve().get("/api/v1/openapi.json").json();
        let mut writing = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            let methods = methods.as_object().unwrap().keys().filter(|method| ["post", "put", "patch", "delete"].contains(&method.as_str()));
            writing.extend(methods.map(|method| format!("{method} {path}")));
        }
        assert_eq!(writing, ["post /campaigns/{slug}/pledges"], "what else writes leaves rows, and has a test here");
        let before = rows(home).len();
        let placed = home.serve().post(&format!("{CAMPAIGN}/pledges"), "own", &json!({
            "amount_minor": 5_000, "currency": "CHF", "email": "own@example.ch", "payment": { "method": "card", "token": "ok" } }));
        assert_eq!((placed.status, rows(home).len()), (201, before), "a pledge is its backer's own");
    }
}
