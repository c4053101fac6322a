//! Signing in over HTTP, and the commands about people and the installation.

use crate::site::{Home, Site, on_both};

/// The newest captured mail that says this.
pub(crate) fn mailed(site: &Site, part: &str) -> String {
    for _ in 0..100 {
        let page = site.get("/en/demo").text;
        if let Some((_, after)) = page.split_once(part) {
            return after.to_owned();
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("no mail says {part}");
}

pub(crate) fn cookie(set: &str) -> String {
    set.split(';').next().unwrap().to_owned()
}

on_both! {
    fn answer_is_the_same_whether_the_account_exists(home: Home) {
        let site = home.serve();
        let known = site.form("/de/sign-in", "", &[("email", "lea.brunschwiler@demo.example")]);
        let unknown = site.form("/de/sign-in", "", &[("email", "nobody@example.ch")]);
        assert_eq!((known.status, known.header("location")), (303, "/de/sign-in/code"));
        assert_eq!((unknown.status, unknown.header("location")), (303, "/de/sign-in/code"));
        let wrong = site.form("/de/sign-in", "", &[("email", "nobody")]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("value=\"nobody\""), "what was typed stays");
    }

    fn session_lives_in_a_cookie_that_scripts_cannot_read(home: Home) {
        let site = home.serve();
        let asked = site.form("/en/sign-in", "", &[("email", "lea@example.ch")]);
        let browser = asked.header("set-cookie").to_owned();
        assert!(browser.contains("HttpOnly") && browser.contains("SameSite=Lax"), "{browser}");
        let rest = mailed(&site, "/en/sign-in/");
        let token = &rest[..64];
        let page = site.get(&format!("/en/sign-in/{token}"));
        assert_eq!((page.status, page.header("cache-control"), page.header("referrer-policy")), (200, "no-store", "no-referrer"));
        let entered = site.form(&format!("/en/sign-in/{token}"), "", &[]);
        assert_eq!((entered.status, entered.header("location")), (303, "/en/account/pledges"));
        let session = entered.header("set-cookie").to_owned();
        assert!(session.starts_with("session=") && session.contains("HttpOnly"), "{session}");
        assert_eq!(site.form(&format!("/en/sign-in/{token}"), "", &[]).status, 409, "a link works once");

        let own = site.get_as("/en/account/pledges", &cookie(&session));
        assert_eq!((own.status, own.header("cache-control")), (200, "no-store"));
        assert!(own.text.contains("lea@example.ch"));
        assert_eq!(site.get("/en/account/pledges").status, 403);
        assert_eq!(site.get_as("/en/account/pledges", "session=0123").status, 403);
        let out = site.form("/en/sign-out", &cookie(&session), &[]);
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(site.get_as("/en/account/pledges", &cookie(&session)).status, 403, "ended on the server too");
    }

    fn whoever_signs_in_is_led_back_to_where_they_were(home: Home) {
        let site = home.serve();
        let back = "/en/c/schattenplan-aarwil/pledge/you";
        let page = site.get(&format!("/en/sign-in?back={back}"));
        assert!(page.text.contains(&format!("name=\"back\" value=\"{back}\"")));
        let wrong = site.form("/en/sign-in", "", &[("email", "nobody"), ("back", back)]);
        assert!(wrong.text.contains(&format!("value=\"{back}\"")), "also when the address was none");
        let asked = site.form("/en/sign-in", "", &[("email", "lea@example.ch"), ("back", back)]);
        let browser = cookie(asked.header("set-cookie"));
        let code = site.get_as("/en/sign-in/code", &browser).text;
        assert!(code.contains("/en/sign-in?back=%2Fen%2Fc%2F"), "and when another mail is asked for");
        let rest = mailed(&site, "/en/sign-in/");
        let entered = site.form(&format!("/en/sign-in/{}", &rest[..64]), &browser, &[]);
        assert_eq!((entered.status, entered.header("location")), (303, back));

        let elsewhere = site.get("/en/sign-in?back=//evil.example").text;
        assert!(!elsewhere.contains("name=\"back\" value=\"//"), "only on this site");
        let asked = site.form("/en/sign-in", "", &[("email", "lea@example.ch"), ("back", "//evil.example")]);
        assert!(!asked.header("set-cookie").contains("evil"));
    }

    fn demo_roles_enter_as_people_of_this_world(home: Home) {
        let site = home.serve();
        let entered = site.form("/demo/enter", "", &[("role", "operator"), ("lang", "fr")]);
        assert_eq!((entered.status, entered.header("location")), (303, "/fr/account/pledges"));
        assert_eq!(site.form("/demo/enter", "", &[("role", "king"), ("lang", "fr")]).status, 422);
    }

    fn commands_grant_roles_examine_and_seed(home: Home) {
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
        assert!(!home.run(&["user", "erase", "lea.brunschwiler@demo.example"]).0, "answers for a campaign that is open");
        assert!(home.verify().0);
    }

    fn commands_decide_about_campaigns_and_fees(home: Home) {
        assert!(home.run(&["seed"]).0);
        let (is_fine, said) = home.run(&["campaign", "river-watch-kit", "suspend", "--reason", "A picture is not theirs."]);
        assert!(is_fine, "{said}");
        assert!(!home.run(&["campaign", "river-watch-kit", "suspend", "--reason", "Again."]).0, "it is paused already");
        assert!(!home.run(&["campaign", "nothing-here", "resume"]).0);
        assert!(!home.run(&["campaign", "river-watch-kit", "cancel", "--reason", " "]).0, "its team is told why");
        assert!(!home.run(&["campaign", "il-forno-a-specchi", "accept", "--opens-on", "tomorrow"]).0);
        assert!(!home.run(&["campaign", "schattenplan-bahnhofplatz", "pay-out"]).0, "nothing is collected yet");
        let (is_fine, said) = home.run(&["fees", "--platform", "4.5"]);
        assert!(is_fine && said.contains("4.50 %"), "{said}");
        assert!(!home.run(&["fees", "--platform", "101"]).0);
        let site = home.serve();
        assert_eq!(site.get("/api/v1/campaigns/river-watch-kit").json()["state"], "suspended");
        assert!(mailed(&site, "River Watch Kit is paused, and why").len() > 1);
        assert!(site.get("/en/fees").text.contains("4.5\u{a0}%"));
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
    assert!(nobody.contains("note    1 mails that are due wait, 0 were given up"), "{nobody}");
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
