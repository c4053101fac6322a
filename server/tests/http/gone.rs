//! When something goes away: the database, or the process, as it was asked to.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::live::pledge;
use crate::site::on_both;

const PLEDGES: &str = "/api/v1/campaigns/batterie-de-palier/pledges";
const CLIENTS: usize = 50;

on_both! {
    fn stopping_loses_no_acknowledged_pledge(home: Home) {
        let acknowledged = Mutex::new(BTreeMap::new());
        let site = home.serve();
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (site, acknowledged) = (&site, &acknowledged);
                scope.spawn(move || {
                    for n in (client * 1_000).. {
                        let Ok(answer) = site.try_post(PLEDGES, &format!("s{n}"), &pledge(n)) else { return };
                        assert_eq!(answer.status, 201, "{}", answer.text);
                        acknowledged.lock().unwrap().insert(n, answer.json()["id"].clone());
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(700));
            assert!(site.stop().success(), "it ends well");
        });
        let acknowledged = acknowledged.into_inner().unwrap();
        assert!(acknowledged.len() > CLIENTS, "too few to prove anything: {}", acknowledged.len());
        let site = home.serve();
        for (n, id) in &acknowledged {
            let again = site.post(PLEDGES, &format!("s{n}"), &pledge(*n));
            assert_eq!(again.json()["id"], *id, "pledge {n} was acknowledged");
        }
        drop(site);
        let (is_sound, said) = home.verify();
        assert!(is_sound, "{said}");
    }
}

#[test]
fn without_its_database_the_site_says_so() {
    let Some(home) = crate::site::Home::on_postgres() else { return };
    let site = home.serve();
    assert_eq!(site.get("/readyz").status, 200);
    home.lose_database();
    for (path, kind) in [
        ("/de/c/batterie-de-palier", "text/html"),
        ("/de", "text/html"),
        ("/api/v1/campaigns", "application/problem+json"),
        ("/readyz", "text/plain"),
    ] {
        let answer = site.get(path);
        assert_eq!(answer.status, 503, "{path}: {}", answer.text);
        assert!(answer.header("content-type").starts_with(kind), "{path}: {}", answer.header("content-type"));
        assert!(!answer.header("retry-after").is_empty(), "{path}");
    }
    let page = site.post_with(
        "/it/c/batterie-de-palier/pledge",
        &[],
        "application/x-www-form-urlencoded",
        "amount=60",
    );
    assert_eq!(page.status, 503);
    assert!(page.text.contains("La banca dati non risponde"), "{}", page.text);
    assert_eq!(site.get("/healthz").status, 200);
    let said = site.log();
    assert!(
        said.contains("request{id=") && said.contains("the database did not do it"),
        "errors name their request: {said}"
    );
}

#[test]
fn what_cannot_be_saved_is_kept_on_its_page_that_can_be_read() {
    let Some(home) = crate::site::Home::on_postgres() else { return };
    let site = home.serve();
    let (pledge, notify) = ("/de/c/schattenplan-bahnhofplatz/pledge", "/de/c/schwammdach/notify");
    let bench = site.get(pledge).text;
    let reward =
        bench.split("name=\"reward\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    home.forbid_writing();
    let banner = "Im Moment lässt sich alles lesen, aber nichts speichern.";
    for (path, fields, typed) in [
        (pledge, vec![("amount", "654.30"), ("reward", reward)], "654.30"),
        (notify, vec![("email", "noch.da@example.ch")], "noch.da@example.ch"),
        ("/de/sign-in", vec![("email", "noch.da@example.ch")], "noch.da@example.ch"),
    ] {
        let page = site.form(path, "", &fields);
        assert_eq!(page.status, 503, "{path}: {}", page.text);
        assert!(
            page.text.contains(banner) && page.text.contains(&format!("value=\"{typed}\"")),
            "{path}: {}",
            page.text
        );
        assert!(
            !page.header("retry-after").is_empty() && page.header("cache-control") == "no-store",
            "{path}"
        );
    }
    let read = site.get("/de/c/schwammdach");
    assert!(read.status == 200 && !read.text.contains(banner), "{}", read.text);
}

#[test]
fn log_for_machines_is_one_object_a_line() {
    let home = crate::site::Home::on_sqlite();
    let site = home.serve_with(&["--log-format", "json"]);
    are_objects(&site.log());
}

#[test]
fn what_pages_say_goes_to_the_same_log() {
    let Some(home) = crate::site::Home::on_postgres() else { return };
    let site = home.serve_with(&["--log-format", "json"]);
    let entered = site.form("/demo/enter", "", &[("role", "backer"), ("lang", "de")]);
    let session = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    home.lose_database();
    let page = site.get_as("/de/account/pledges", &session);
    assert_eq!(page.status, 503, "nobody can say whether somebody is signed in");
    assert!(page.header("set-cookie").is_empty(), "who is signed in stays so");
    let out = site.form("/de/sign-out", &session, &[]);
    assert_eq!((out.status, out.header("set-cookie")), (503, ""));
    assert_eq!(site.get("/de/c/batterie-de-palier").status, 503);
    for said in ["a session could not be looked up", "a page could not be loaded"] {
        let log = site.log_once(said);
        assert!(log.contains(said), "{said} is not in\n{log}");
    }
    are_objects(&site.log());
}

fn are_objects(lines: &str) {
    assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{lines}");
}
