//! After success: where a reward goes, and a team's word that it can deliver.

use std::time::Duration;

use multitude_app::acts::Act;
use serde_json::json;

use crate::accounts::cookie;
use crate::acts::by_function;
use crate::site::on_both;

const CAMPAIGN: &str = "/api/v1/campaigns/semences-du-haut";

on_both! {
    fn reward_finds_its_way_once_its_pledge_is_paid(home: Home) {
        let site = home.serve();
        let campaign = site.get(CAMPAIGN).json();
        let sachets = campaign["rewards"].as_array().unwrap().iter().find(|one| one["title"] == "Des sachets").unwrap();
        let mut receipt = String::new();
        for n in 0..10 {
            let placed = site.post(&format!("{CAMPAIGN}/pledges"), &format!("address-{n}"), &json!({
                "amount_minor": 120_000, "currency": "CHF", "email": format!("a{n}@example.ch"), "name": "Noémie Perrochon",
                "reward_id": sachets["id"], "region": "CH", "locale": "fr", "payment": { "method": "card", "token": "ok" },
            }));
            assert_eq!(placed.status, 201, "{}", placed.text);
            let url = placed.json()["receipt_url"].as_str().unwrap().to_owned();
            url[url.find("/fr/p/").unwrap()..].clone_into(&mut receipt);
        }
        let form = format!("{receipt}/address");
        assert!(!site.get(&receipt).text.contains(&form), "nothing is asked before success");
        let typed = [("name", "Noémie Perrochon"), ("street", "Ruelle du Four 3"), ("postcode", "195"), ("town", "Sion")];
        assert_eq!(site.form(&form, "", &typed).status, 409);
        site.post("/demo/clock", "", &json!({ "advance_seconds": 30 * 86_400 }));
        let asked = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(200));
            site.get(&receipt).text.contains(&form)
        });
        assert!(asked, "{}", site.get(&receipt).text);
        let page = site.get(&form);
        assert_eq!((page.status, page.header("cache-control"), page.header("referrer-policy")), (200, "no-store", "no-referrer"));
        assert!(page.text.contains("value=\"Noémie Perrochon\""), "the name is known");
        let refused = site.form(&form, "", &typed);
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("quatre chiffres") && refused.text.contains("value=\"Ruelle du Four 3\""), "{}", refused.text);
        let typed = [("name", "Noémie <b>"), ("street", "Ruelle du Four 3"), ("postcode", "1950"), ("town", "Sion")];
        let kept = site.form(&form, "", &typed);
        assert_eq!((kept.status, kept.header("location")), (303, format!("{receipt}?saved").as_str()));
        assert_eq!(by_function(&site, Act::GiveAddress, &form, "", &typed).what, "leads to /fr/p/…?saved");
        let wrong = [typed[0], typed[1], ("postcode", "195"), typed[3]];
        assert_eq!(by_function(&site, Act::GiveAddress, &form, "", &wrong).what, "422");
        let shown = site.get(&receipt).text;
        assert!(shown.contains("Ruelle du Four 3") && shown.contains("1950 Sion") && shown.contains("Noémie &lt;b&gt;"), "{shown}");
        let nobodys = format!("/fr/p/{}/address", "0".repeat(64));
        assert_eq!((site.get(&nobodys).status, site.form(&nobodys, "", &typed).status), (404, 404));
        let log = site.log();
        assert!(!log.contains("Ruelle") && !log.contains(&receipt[6..]), "neither address nor token is logged");
    }

    fn team_that_can_deliver_with_less_says_so_and_gets_its_statement(home: Home) {
        let site = home.serve();
        let campaign = "/api/v1/campaigns/schattenplan-bahnhofplatz";
        for n in 0..2 {
            let placed = site.post(&format!("{campaign}/pledges"), &format!("short-{n}"), &json!({
                "amount_minor": 450_000, "currency": "CHF", "email": format!("short{n}@example.ch"), "name": "Jürg Zurbriggen",
                "locale": "de", "payment": { "method": "card", "token": "charge_declined" },
            }));
            assert_eq!(placed.status, 201, "{}", placed.text);
        }
        let session = cookie(site.form("/demo/enter", "", &[("role", "creator"), ("lang", "de")]).header("set-cookie"));
        let form = "/de/c/schattenplan-bahnhofplatz/deliver";
        let wait = |what: &str, is_so: &dyn Fn() -> bool| {
            let came = (0..150).any(|_| {
                std::thread::sleep(Duration::from_millis(200));
                is_so()
            });
            assert!(came, "{what}");
        };
        let state = || site.get(campaign).json()["state"].as_str().unwrap().to_owned();
        site.post("/demo/clock", "", &json!({ "advance_seconds": 10 * 86_400 }));
        wait("it collects", &|| state() == "collecting");
        assert_eq!(site.get_as(form, &session).status, 404, "nothing is asked before every charge was tried");
        site.post("/demo/clock", "", &json!({ "advance_seconds": 8 * 86_400 }));
        wait("its team is asked", &|| site.get_as(form, &session).text.contains("<form method=\"post\" action=\"/de/c/schattenplan"));
        let other = cookie(site.form("/demo/enter", "", &[("role", "backer"), ("lang", "de")]).header("set-cookie"));
        assert_eq!((site.get_as(form, &other).status, site.form(form, &other, &[]).status), (404, 404));
        assert_eq!(state(), "collecting");
        assert_eq!(by_function(&site, Act::StateDelivery, form, &session, &[]).what, format!("leads to {form}"));
        assert!(site.get_as(form, &session).text.contains("Du hast gesagt, dass ihr liefern könnt"));
        wait("it is settled", &|| state() == "settled");
        assert_eq!(site.form(form, &session, &[]).header("location"), form, "pressed twice it is the same");
    }

    fn only_a_team_that_is_asked_says_that_it_can_deliver(home: Home) {
        let site = home.serve();
        for slug in ["river-watch-kit", "nothing-here"] {
            let page = site.get(&format!("/en/c/{slug}/deliver"));
            assert_eq!(page.status, 403, "{slug}: a guest learns nothing");
            assert!(page.text.contains(&format!("/en/sign-in?back=%2Fen%2Fc%2F{}%2Fdeliver", slug.replace('-', "%2D"))), "{}", page.text);
        }
        let session = cookie(site.form("/demo/enter", "", &[("role", "backer"), ("lang", "en")]).header("set-cookie"));
        assert_eq!(site.get_as("/en/c/river-watch-kit/deliver", &session).status, 404);
        assert_eq!(site.form("/en/c/river-watch-kit/deliver", &session, &[]).status, 404);
        assert_eq!(site.form("/en/c/river-watch-kit/deliver", "", &[]).status, 403);
    }
}
