//! The commands: about people, campaigns, pledges and the installation.

use std::time::Duration;

use serde_json::json;

use crate::accounts::mailed;
use crate::site::{Home, on_both};

const CAMPAIGN: &str = "/api/v1/campaigns/batterie-de-palier";

/// Whether it comes true within ten seconds.
fn eventually(is_so: impl Fn() -> bool) -> bool {
    (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        is_so()
    })
}

on_both! {
    fn commands_grant_roles_examine_and_seed(home: Home) {
        for wrong in [["ledger", "verify"], ["mail", "retry"], ["pledge", "waiting"]] {
            assert!(!home.run(&wrong).0, "there is nothing here to ask about: {wrong:?}");
        }
        assert_eq!(std::fs::read_dir(home.folder()).unwrap().count(), 0, "and nothing was made");
        let (is_fine, said) = home.run(&["seed"]);
        assert!(is_fine, "{said}");
        let (is_fine, said) = home.run(&["doctor"]);
        assert!(is_fine && said.contains("fine    it holds the demo world"), "{said}");
        let (is_fine, said) = home.run(&["user", "grant", "New@example.ch", "moderator"]);
        assert!(is_fine && said.contains("is moderator"), "{said}");
        assert!(!home.run(&["user", "grant", "New@example.ch", "king"]).0);
        assert!(!home.run(&["user", "grant", "nobody", "coach"]).0);
        let (is_fine, said) = home.run(&["user", "erase", "new@example.ch"]);
        assert!(is_fine && said.contains("erased: the account"), "{said}");
        let (is_fine, said) = home.run(&["user", "erase", "jürg@example.ch"]);
        assert!(is_fine && said.contains("erased: no account"), "people of earlier times can be forgotten: {said}");
        assert!(!home.run(&["user", "erase", "lea.brunschwiler@demo.example"]).0, "answers for a campaign that is open");
        let (is_fine, said) = home.run(&["clock", "confirm"]);
        assert!(is_fine && said.contains("what rested goes on"), "{said}");
        assert!(home.verify().0);
    }

    fn database_is_opened_with_its_own_secret_only(home: Home) {
        assert!(home.run(&["seed"]).0);
        let (file, copy) = (home.folder().join("secret.key"), home.folder().join("copy.key"));
        let (is_fine, said) = home.run(&["doctor"]);
        assert!(is_fine && said.contains("fine    the database was made with this secret"), "{said}");
        std::fs::rename(&file, &copy).unwrap();
        let (is_fine, said) = home.run(&["doctor"]);
        assert!(!is_fine && said.contains("broken  the database was made with a secret, and "), "{said}");
        assert!(!home.run(&["seed"]).0 && !file.exists(), "none is made where one is missed");
        std::fs::write(&file, "7".repeat(64)).unwrap();
        let (is_fine, said) = home.run(&["doctor"]);
        assert!(!is_fine && said.contains("broken  the database was made with another secret"), "{said}");
        for command in [["seed"].as_slice(), &["ledger", "verify"], &["serve", "--addr", "127.0.0.1:0"]] {
            assert!(!home.run(command).0, "{command:?}");
        }
        std::fs::rename(&copy, &file).unwrap();
        assert!(home.verify().0);
    }

    fn commands_decide_about_campaigns_and_fees(home: Home) {
        assert!(home.run(&["seed"]).0);
        let (is_fine, said) = home.run(&["campaign", "river-watch-kit", "suspend", "--reason", "A picture is not theirs."]);
        assert!(is_fine, "{said}");
        assert!(!home.run(&["campaign", "river-watch-kit", "suspend", "--reason", "Again."]).0, "it is paused already");
        assert!(!home.run(&["campaign", "nothing-here", "resume"]).0);
        assert!(home.run(&["campaign", "river-watch-kit", "add-member", "lea.brunschwiler@demo.example"]).0);
        assert!(!home.run(&["campaign", "river-watch-kit", "add-member", "nobody@example.ch"]).0, "who has no account");
        assert!(!home.run(&["campaign", "river-watch-kit", "cancel", "--reason", " "]).0, "its team is told why");
        assert!(!home.run(&["campaign", "il-forno-a-specchi", "accept", "--opens-on", "tomorrow"]).0);
        let day = &home.serve().get("/api/v1/campaigns/schwammdach").json()["closes_at"].as_str().unwrap()[..10].to_owned();
        assert!(!home.run(&["campaign", "schwammdach", "start", "--opens-on", "2020-01-01"]).0, "that day is over");
        assert!(home.run(&["campaign", "schwammdach", "start", "--opens-on", day]).0);
        assert!(!home.run(&["campaign", "schattenplan-bahnhofplatz", "start", "--opens-on", day]).0, "it has started");
        assert!(!home.run(&["campaign", "schattenplan-bahnhofplatz", "pay-out"]).0, "nothing is collected yet");
        let (is_fine, said) = home.run(&["fees", "--platform", "4.5"]);
        assert!(is_fine && said.contains("4.50 %"), "{said}");
        assert!(!home.run(&["fees", "--platform", "101"]).0);
        let site = home.serve();
        assert_eq!(site.get("/api/v1/campaigns/river-watch-kit").json()["state"], "suspended");
        assert!(mailed(&site, "River Watch Kit is paused, and why").len() > 1);
        assert!(mailed(&site, "Schwammdach startet jetzt am").len() > 1);
        assert!(site.get("/api/v1/campaigns/schwammdach").json()["closes_at"].as_str().unwrap() > day.as_str());
        assert!(site.get("/en/fees").text.contains("4.5\u{a0}%"));
        assert!(home.verify().0);
    }

    fn commands_decide_about_pledges_that_wait(home: Home) {
        let site = home.serve();
        let secured = || site.get(CAMPAIGN).json()["secured_minor"].as_i64().unwrap();
        let before = secured();
        let place = |amount: i64, method: &str, token: &str| {
            let body = json!({ "amount_minor": amount, "currency": "CHF", "email": "ida@example.ch", "payment": { "method": method, "token": token } });
            let placed = site.post(&format!("{CAMPAIGN}/pledges"), &format!("k{amount}"), &body);
            assert_eq!(placed.status, 201, "{}", placed.text);
            placed.json()["id"].as_str().unwrap().to_owned()
        };
        let (large, differs, other, ended) = (place(900_000, "card", "ok"), place(6_000, "bank", "challenge"), place(7_000, "bank", "challenge"), place(8_000, "bank", "challenge"));
        site.post_with("/demo/clock", &[], "application/json", "{\"advance_seconds\": 120}");
        assert!(eventually(|| home.run(&["pledge", "waiting"]).1.matches("return-transfer").count() == 3));
        let (is_fine, said) = home.run(&["pledge", "waiting"]);
        let line = |id: &str| said.lines().find(|line| line.starts_with(id)).unwrap_or_default().to_owned();
        assert!(is_fine && line(&large).contains("batterie-de-palier  CHF 9000.00, large: count, until "), "{said}");
        assert!(line(&differs).contains("CHF 60.00 pledged, CHF 59.00 arrived"), "{said}");
        assert_eq!(secured(), before);

        assert!(home.run(&["pledge", "count", &large]).0);
        assert!(!home.run(&["pledge", "count", &large]).0, "once");
        assert!(home.run(&["pledge", "accept-transfer", &differs]).0);
        assert!(home.run(&["pledge", "return-transfer", &other]).0);
        assert!(!home.run(&["pledge", "return-transfer", &differs]).0, "it counts");
        assert!(home.run(&["pledge", "cancel", &ended]).0, "any pledge");
        assert!(!home.run(&["pledge", "count", "0193"]).0);
        let (_, said) = home.run(&["pledge", "waiting"]);
        assert!([&large, &differs, &other, &ended].iter().all(|id| !said.contains(id.as_str())), "{said}");
        assert!(eventually(|| secured() == before + 900_000 + 5_900));
        assert!(home.run(&["pledge", "cancel", &large]).0);
        assert!(!home.run(&["pledge", "cancel", &large]).0, "once");
        assert!(eventually(|| secured() == before + 5_900));
        assert!(home.verify().0);
    }
}

#[test]
fn doctor_names_what_is_broken() {
    let home = Home::on_sqlite();
    let args = ["doctor", "--public-url", "http://multitude.example", "--smtp-url", "nonsense"];
    let done = home.plain().args(args).output().unwrap();
    assert!(!done.status.success());
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(said.contains("broken  --public-url must begin with https://"), "{said}");
    assert!(said.contains("broken  --smtp-url must look like"), "{said}");
    assert!(
        said.contains("note    there is no secret") && said.contains("broken  the database cannot be opened"),
        "{said}"
    );
    assert_eq!(std::fs::read_dir(home.folder()).unwrap().count(), 0, "nothing was made");
    let (_, said) = home.run(&["doctor", "--data-dir", home.folder().join("none").to_str().unwrap()]);
    assert!(
        said.contains("broken  the database cannot be opened") && !home.folder().join("none").exists(),
        "{said}"
    );
}

#[test]
fn doctor_asks_the_mail_server_and_counts_what_waits() {
    let home = Home::on_sqlite();
    let site = home.serve_plain(&[]);
    site.form("/en/sign-in", "", &[("email", "lea@example.ch")]);
    assert!(site.stop().success());
    let said = |smtp: &str| {
        let done = home.plain().args(["doctor", "--smtp-url", smtp]).output().unwrap();
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let before = files(&home);
    let nobody = said("smtp://127.0.0.1:1");
    assert!(
        nobody.contains("broken  the mail server of --smtp-url does not answer: no connection"),
        "{nobody}"
    );
    assert!(nobody.contains("note    1 mails that are due wait\n"), "{nobody}");
    assert!(files(&home) == before, "nothing was made or changed");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || greet(&listener));
    let somebody = said(&format!("smtp://{address}"));
    assert!(somebody.contains("fine    the mail server answers"), "{somebody}");
}

/// Names and contents of what is kept; what SQLite's processes share about it while they read is no content.
fn files(home: &Home) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entries = std::fs::read_dir(home.folder()).unwrap().map(Result::unwrap);
    let read = |one: std::fs::DirEntry| {
        let is_shared = one.file_name().to_string_lossy().ends_with("-shm");
        let content = if is_shared { Vec::new() } else { std::fs::read(one.path()).unwrap() };
        (one.file_name(), content)
    };
    let mut files: Vec<_> = entries.map(read).collect();
    files.sort();
    files
}

/// A mail server that says yes to everything.
fn greet(listener: &std::net::TcpListener) {
    use std::io::{BufRead as _, BufReader, Write as _};
    for stream in listener.incoming().map_while(Result::ok) {
        let mut answers = stream.try_clone().unwrap();
        let _ = answers.write_all(b"220 m.example\r\n");
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let answer: &[u8] = if line.starts_with("QUIT") { b"221 bye\r\n" } else { b"250 fine\r\n" };
            let _ = answers.write_all(answer);
        }
    }
}
