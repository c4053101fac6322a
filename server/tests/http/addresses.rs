//! Addresses: one page however its address is written, nothing secret in a log or an index, and the reader's
//! language.

use crate::site::on_both;

/// Long enough to be found in a log.
const TOKEN: &str = "c0ffee00c0ffee00c0ffee00";

on_both! {
    fn address_is_found_however_it_is_written(home: Home) {
        let site = home.serve();
        for path in ["/de/c/%76elo-cargo-de-nuit", "/%64e/c/velo-cargo-de-nuit", "/api/v1/campaigns/%76elo-cargo-de-nuit", "/api/%76%31/campaigns"] {
            assert_eq!(site.get(path).status, 200, "{path}");
        }
        for path in ["/de%2Fc%2Fvelo-cargo-de-nuit", "/de/how/%2e%2e/c/velo-cargo-de-nuit", "/de/c/%2576elo-cargo-de-nuit"] {
            assert_eq!(site.get(path).status, 404, "{path}: an escape is no structure, and read once");
        }
    }

    fn place_and_topic_are_found_however_they_are_spelled(home: Home) {
        let site = home.serve();
        let title = |path: &str| {
            let page = site.get(path);
            assert_eq!(page.status, 200, "{path}");
            page.text.split("<h1 tabindex=\"-1\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
        };
        for place in ["Val%20M%C3%BCstair", "Val%20Mu%CC%88stair", "val%20m%C3%BCstair", "VAL%20MUSTAIR"] {
            assert_eq!(title(&format!("/de/places/{place}")), title("/de/places/Val%20M%C3%BCstair"), "{place}");
            assert_eq!(site.get(&format!("/api/v1/campaigns?place={place}")).json()["total"], 1, "{place}");
        }
        assert!(title("/de/places/lausanne").contains("Lausanne"));
        assert_eq!(title("/de/topics/WATER"), title("/de/topics/water"));
        let lists = ["topic=WATER", "topic=water"].map(|query| site.get(&format!("/api/v1/campaigns?{query}")).json());
        assert!(lists[0] == lists[1] && lists[0]["total"].as_i64() > Some(1), "{}", lists[0]);
        let chosen = site.get("/de/discover?place=lausanne").text;
        assert!(chosen.contains("<option value=\"Lausanne\" selected"), "{chosen}");
        for nowhere in ["/de/places/nirgends", "/de/topics/nothing", "/de/places/%21"] {
            assert_eq!(site.get(nowhere).status, 404, "{nowhere}");
        }
    }

    fn words_are_found_in_either_spelling_and_by_their_stem(home: Home) {
        let site = home.serve();
        let found = |q: &str| {
            let list = site.get(&format!("/api/v1/campaigns?q={q}")).json();
            list["items"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for q in ["moorwaechter", "Moorw%C3%A4chter", "moorwachter", "MOORWA%CC%88CHTER", "moorwae"] {
            assert_eq!(found(q), ["moorwaechter"], "{q}");
        }
    }

    fn secret_is_in_no_log_however_its_address_is_written(home: Home) {
        let site = home.serve_talkative();
        for mark in ["p", "%70", "sign-in", "sign%2Din", "%66ollow"] {
            site.get(&format!("/de/{mark}/{TOKEN}"));
        }
        assert_eq!(site.get("/de/how").status, 200);
        let log = site.log_once("/de/how");
        assert!(log.contains("/de/p/…") && log.contains("/de/sign-in/…") && log.contains("/de/follow/…"), "{log}");
        assert!(!log.contains(TOKEN), "{log}");
    }

    fn secret_pages_are_for_no_index_whatever_they_answer(home: Home) {
        let site = home.serve();
        let robots = |path: &str| site.get(path).header("x-robots-tag").to_owned();
        for path in ["/de/p/x", "/de/p/x/change", "/fr/sign-in/x", "/fr/sign-in/code", "/it/follow/x", "/it/%66ollow/x", "/de/p/%00"] {
            assert_eq!(robots(path), "noindex", "{path}");
        }
        let elsewhere = [("origin", "https://evil.example")];
        let refused = site.post_with("/de/p/x", &elsewhere, "application/x-www-form-urlencoded", "");
        assert_eq!((refused.status, refused.header("x-robots-tag")), (403, "noindex"));
        for path in ["/de", "/de/c/velo-cargo-de-nuit", "/de/sign-in", "/de/c/p/updates"] {
            assert_eq!(robots(path), "", "{path}");
        }
    }

    fn language_that_was_chosen_is_remembered_without_a_referer(home: Home) {
        let site = home.serve();
        let page = site.get("/de/discover?q=velo").text;
        assert!(page.contains("href=\"/fr/discover?q=velo&amp;lang\""), "{page}");
        let chosen = site.get("/fr/discover?q=velo&lang");
        assert_eq!((chosen.status, chosen.header("location")), (303, "/fr/discover?q=velo"), "its address stays clean");
        let cookie = chosen.header("set-cookie").split(';').next().unwrap().to_owned();
        assert_eq!(cookie, "lang=fr");
        assert_eq!(site.get_as("/", &cookie).header("location"), "/fr");
        let led = site.get_with("/it?lang", &[("sec-fetch-site", "cross-site")]);
        assert_eq!((led.header("location"), led.header("set-cookie")), ("/it", ""), "another site chooses nothing");
        let read = site.get_with("/it", &[("referer", &format!("{}/de", site.url))]);
        assert_eq!(read.header("set-cookie"), "", "whoever reads on chooses nothing either");
    }

    fn who_asks_for_no_language_of_ours_gets_the_installations(home: Home) {
        let likes = |site: &crate::site::Site, header: &str| {
            site.get_with("/", &[("accept-language", header)]).header("location").to_owned()
        };
        let site = home.serve_with(&["--language", "fr"]);
        assert_eq!((likes(&site, "rm,es;q=0.5"), likes(&site, "es,it;q=0.1")), ("/fr".to_owned(), "/it".to_owned()));
        assert!(site.get("/nothing").text.contains("<html lang=\"fr\""));
        drop(site);
        assert_eq!(likes(&home.serve(), "rm"), "/de");
    }
}
