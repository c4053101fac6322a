//! The REST API.

use multitude_domain::view::{CampaignLedgerView, ChainCheck};
use serde_json::{Value, json};

use crate::site::{Site, on_both};

const CAMPAIGN: &str = "/api/v1/campaigns/batterie-de-palier";
const PLEDGES: &str = "/api/v1/campaigns/batterie-de-palier/pledges";

fn pledge(email: &str, amount_minor: i64) -> Value {
    json!({
        "amount_minor": amount_minor, "currency": "CHF", "email": email, "name": "Lea Brunschwiler",
        "payment": { "method": "card", "token": "ok" },
    })
}

fn secured(site: &Site) -> i64 {
    site.get(CAMPAIGN).json()["secured_minor"].as_i64().unwrap()
}

on_both! {
    fn pledge_over_the_api_is_placed_once(home: Home) {
        let site = home.serve();
        let before = secured(&site);
        let first = site.post(PLEDGES, "k1", &pledge("lea@example.ch", 6_000));
        let again = site.post(PLEDGES, "k1", &pledge("lea@example.ch", 6_000));

        assert_eq!((first.status, again.status), (201, 201), "{}", first.text);
        assert_eq!(first.json()["state"], "secured");
        let mut empty = pledge("empty@example.ch", 6_000);
        for field in ["reward_id", "region", "show_as", "locale"] {
            empty[field] = json!("");
        }
        let said = site.post(PLEDGES, "empty", &empty);
        assert_eq!(said.status, 201, "an empty text says nothing: {}", said.text);
        assert_eq!(first.json(), again.json());
        assert_eq!(secured(&site), before + 12_000);
        let changed = site.post(PLEDGES, "k1", &pledge("lea@example.ch", 7_000));
        assert_eq!((changed.status, changed.json()["code"].as_str().unwrap().to_owned()), (422, "idempotency_key.reused".to_owned()));
        assert!(!changed.text.contains("/p/"), "no receipt is revealed");
        let other = site.post(PLEDGES, "k1", &pledge("noemie@example.ch", 6_000));
        assert_ne!(other.json()["id"], first.json()["id"]);
    }

    fn more_than_is_taken_is_a_conflict_and_stores_nothing(home: Home) {
        let site = home.serve();
        let before = secured(&site);
        let by_twint = |amount| {
            let mut body = pledge("lea@example.ch", amount);
            body["payment"] = json!({ "method": "twint", "token": "ok" });
            body
        };
        let over = [
            (pledge("lea@example.ch", 100_000_001), "pledge.too_large", "amount_minor"),
            (by_twint(500_001), "pledge.over_twint", "payment.method"),
        ];
        for (body, code, field) in over {
            let refused = site.post(PLEDGES, "k", &body);
            assert_eq!((refused.status, refused.json()["code"].clone()), (409, json!("pledge.over_limit")));
            let fault = &refused.json()["errors"][0];
            assert_eq!((&fault["code"], &fault["field"]), (&json!(code), &json!(field)));
        }
        let mut also_wrong = by_twint(500_001);
        also_wrong["region"] = json!("CH");
        assert_eq!(site.post(PLEDGES, "k", &also_wrong).status, 422, "what is wrong stays wrong");
        assert_eq!(secured(&site), before);
        assert_eq!(site.post(PLEDGES, "k", &by_twint(500_000)).status, 201, "refusals free the key");
    }

    fn wrong_input_is_named_by_field_and_stores_nothing(home: Home) {
        let site = home.serve();
        let before = secured(&site);
        let small = site.post(PLEDGES, "k", &pledge("lea@example.ch", 499));
        assert_eq!((small.status, small.header("content-type")), (422, "application/problem+json"));
        let fault = &small.json()["errors"][0];
        assert_eq!((&fault["code"], &fault["field"]), (&json!("pledge.too_small"), &json!("amount_minor")));
        let mail = site.post(PLEDGES, "k", &pledge("lea", 6_000));
        assert_eq!(mail.json()["errors"][0]["field"], "email");
        for body in [json!({}), json!({ "amount_minor": "x" }), json!([])] {
            assert_eq!(site.post(PLEDGES, "k", &body).status, 422, "{body}");
        }
        let mut unknown = pledge("lea@example.ch", 6_000);
        unknown["tip"] = json!(500);
        assert_eq!(site.post(PLEDGES, "k", &unknown).status, 422);
        assert_eq!(site.post("/api/v1/campaigns/nichts/pledges", "k", &pledge("lea@example.ch", 6_000)).status, 404);
        assert_eq!(site.get("/api/v1/campaigns/il-forno-a-specchi").status, 404, "a draft is not public");
        assert_eq!(site.get("/api/v1/nothing").header("content-type"), "application/problem+json");
        assert_eq!(secured(&site), before);
        assert_eq!(site.post(PLEDGES, "k", &pledge("lea@example.ch", 6_000)).status, 201, "refusals free the key");
    }

    fn campaigns_that_are_not_open_conflict(home: Home) {
        let site = home.serve();
        let answer = site.post("/api/v1/campaigns/schwammdach/pledges", "k", &pledge("lea@example.ch", 6_000));
        assert_eq!((answer.status, answer.json()["code"].as_str().unwrap()), (409, "pledge.not_open"));
    }

    fn sold_out_reward_conflicts(home: Home) {
        let site = home.serve();
        let slug = "/api/v1/campaigns/schattenplan-bahnhofplatz";
        let reward = site.get(slug).json()["rewards"][1].clone();
        let left = reward["left"].as_i64().unwrap();
        for n in 0..=left {
            let mut body = pledge(&format!("b{n}@example.ch"), 60_000);
            body["reward_id"] = reward["id"].clone();
            let answer = site.post(&format!("{slug}/pledges"), &format!("k{n}"), &body);
            assert_eq!(answer.status, if n < left { 201 } else { 409 }, "{}", answer.text);
        }
        assert_eq!(site.get(slug).json()["rewards"][1]["left"], 0);
    }

    fn transfers_of_guests_take_half_of_a_reward(home: Home) {
        let site = home.serve();
        let slug = "/api/v1/campaigns/schattenplan-bahnhofplatz";
        let reward = site.get(slug).json()["rewards"][1].clone();
        let left = reward["left"].as_i64().unwrap();
        let place = |n: i64, method: &str| {
            let mut body = pledge(&format!("b{n}@example.ch"), 60_000);
            body["reward_id"] = reward["id"].clone();
            body["payment"] = json!({ "method": method, "token": "ok" });
            site.post(&format!("{slug}/pledges"), &format!("k{n}{method}"), &body)
        };
        assert!((0..left / 2).all(|n| place(n, "bank").status == 201));
        let refused = place(left, "bank");
        assert_eq!((refused.status, refused.json()["code"].as_str().unwrap()), (409, "pledge.unconfirmed_full"));
        assert_eq!(place(left, "card").status, 201, "who pays is not kept from it");
    }

    fn backer_without_a_name_is_anonymous_and_greeted_without_one(home: Home) {
        let site = home.serve();
        let place = |key: &str, show_as: Option<&str>| {
            let mut body = pledge("nobody@example.ch", 6_000);
            body.as_object_mut().unwrap().remove("name");
            body["show_as"] = json!(show_as);
            site.post("/api/v1/campaigns/schattenplan-bahnhofplatz/pledges", key, &body)
        };
        let refused = place("k1", Some("name"));
        assert_eq!((refused.status, refused.json()["errors"][0]["code"].as_str().unwrap_or_default()), (422, "pledge.name"), "{}", refused.text);
        let placed = place("k2", None);
        assert_eq!(placed.status, 201, "{}", placed.text);
        let url = placed.json()["receipt_url"].as_str().unwrap().to_owned();
        let page = site.get(&url[url.find("/de/p/").unwrap_or_else(|| url.find("/en/p/").unwrap())..]);
        assert!(page.status == 200 && !page.text.contains(">–<"), "{}", page.text);
    }

    fn what_is_typed_is_read_and_each_fault_names_itself(home: Home) {
        let site = home.serve();
        let place = |key: &str, email: &str, name: &str| {
            let mut body = pledge(email, 6_000);
            body["name"] = json!(name);
            site.post(PLEDGES, key, &body)
        };
        for (email, name, field, code) in [
            ("jürg@example.ch", "Lea", "email", "pledge.email_local"),
            ("lea@127.0.0.1", "Lea", "email", "pledge.email"),
            ("lea@example.ch", "https://casino.example/win", "name", "pledge.name_is_address"),
            ("lea@example.ch", "test@example.org", "name", "pledge.name_is_address"),
            ("lea@example.ch", "\u{200b}\u{202e}", "name", "pledge.name"),
        ] {
            let refused = place("k1", email, name);
            let fault = &refused.json()["errors"][0];
            assert_eq!(refused.status, 422, "{}", refused.text);
            assert_eq!((&fault["field"], &fault["code"]), (&json!(field), &json!(code)));
        }
        let placed = place("k1", "\u{200b}lea@zürich.example\u{feff}", "\u{202e}Lea \u{200b}Brunner");
        assert_eq!(placed.status, 201, "{}", placed.text);
        assert_eq!(place("k1", "lea@xn--zrich-kva.example", "Lea Brunner").json(), placed.json(), "the same pledge");
        let url = placed.json()["receipt_url"].as_str().unwrap().to_owned();
        let page = site.get(&url[url.find("/en/p/").unwrap()..]).text;
        assert!(page.contains("<bdi>Lea Brunner</bdi>") && page.contains("lea@zürich.example"), "{page}");
        assert!(page.contains(" Swiss time"), "{page}");
        let backers = site.get("/en/c/batterie-de-palier/backers").text;
        assert!(backers.contains("<strong><bdi>"), "{backers}");
    }

    fn lists_are_filtered_and_paged(home: Home) {
        let site = home.serve();
        let page = site.get("/api/v1/campaigns?state=live&limit=2").json();
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        let next = page["next_cursor"].as_str().unwrap();
        let second = site.get(&format!("/api/v1/campaigns?state=live&limit=2&cursor={next}")).json();
        assert_ne!(second["items"][0]["slug"], page["items"][0]["slug"]);
        assert_eq!(site.get("/api/v1/campaigns?q=wasser&limit=60&cursor=&state=").status, 200);
        let all = site.get("/api/v1/campaigns").json();
        for nothing in ["topic=", "place=", "currency=", "state=", "sort=", "q=", "limit=", "cursor=", "topic=%20&currency=+", "topic&currency"] {
            assert_eq!(site.get(&format!("/api/v1/campaigns?{nothing}")).json(), all, "{nothing} asks for nothing");
        }
        let books = "/api/v1/campaigns/schattenplan-bahnhofplatz/ledger";
        assert_eq!(site.get(&format!("{books}?after=&limit=")).status, 200);
        let whole = site.get("/de/discover").text.matches("class=\"campaign-card").count();
        assert!(whole > 3, "{whole}");
        let blank = site.get("/de/discover?topic=%20&place=&currency=&state=+&q=%20");
        assert_eq!((blank.status, blank.header("location")), (303, "/de/discover"), "an address says what it asks for");
        let some = site.get("/de/discover?q=&topic=heat&sort=ending");
        assert_eq!((some.status, some.header("location")), (303, "/de/discover?topic=heat"));
        let told = site.get("/api/v1/campaigns?locale=it&limit=60").json();
        assert!(told["items"].as_array().unwrap().iter().all(|one| one["locale"] == "it") && told["total"] != 0, "{told}");
        let soon = site.get("/api/v1/campaigns?state=ending_soon").json();
        assert!(soon["items"].as_array().unwrap().iter().any(|one| one["slug"] == "the-spare-part-library"));
        for senseless in ["limit=x", "limit=0", "limit=61", "cursor=nothing", "state=nothing", "state=draft"] {
            let answer = site.get(&format!("/api/v1/campaigns?{senseless}"));
            assert_eq!((answer.status, answer.json()["code"].as_str().unwrap()), (422, "query"), "{senseless}");
        }
    }

    fn head_of_the_ledger_is_published_and_verifies(home: Home) {
        let site = home.serve();
        let sealed = (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            site.get("/api/v1/ledger/head").json()["hash"].is_string()
        });
        assert!(sealed, "sealed within ten seconds");
        drop(site);
        let (is_sound, said) = home.verify();
        let head = home.serve().get("/api/v1/ledger/head").json();
        assert!(is_sound && said.contains(head["hash"].as_str().unwrap()), "{said}");
    }

    fn books_of_a_campaign_are_served_as_anybody_can_check_them(home: Home) {
        let site = home.serve();
        let books = "/api/v1/campaigns/schattenplan-bahnhofplatz/ledger";
        let sealed = (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            site.get(books).json()["block"].is_object()
        });
        assert!(sealed, "sealed within ten seconds");
        let mut ledger: CampaignLedgerView = serde_json::from_value(site.get(books).json()).unwrap();
        let mut check = ChainCheck::default();
        check.add(&ledger).unwrap();
        let (mut parts, mut after) = (ChainCheck::default(), 0);
        loop {
            let part: CampaignLedgerView =
                serde_json::from_value(site.get(&format!("{books}?after={after}&limit=100")).json()).unwrap();
            parts.add(&part).unwrap();
            assert!(part.records.len() <= 100);
            let Some(last) = part.records.last().filter(|_| part.is_cut) else { break };
            after = last.sequence;
        }
        assert!(check.count() > 100 && check == parts, "{check:?} {parts:?}");
        "2000-01-01".clone_into(&mut ledger.records[0].day);
        assert!(ChainCheck::default().add(&ledger).is_err());
        for senseless in ["after=-1", "after=x", "limit=0", "limit=2001"] {
            assert_eq!(site.get(&format!("{books}?{senseless}")).status, 422, "{senseless}");
        }
        assert_eq!(site.get("/api/v1/campaigns/nichts/ledger").status, 404);
    }

    fn file_of_a_campaigns_books_has_all_of_them(home: Home) {
        let site = home.serve();
        let slug = "schattenplan-bahnhofplatz";
        let books = format!("/api/v1/campaigns/{slug}/ledger");
        let sealed = (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            site.get(&books).json()["unsealed"] == 0
        });
        assert!(sealed, "sealed within ten seconds");
        let books = site.get(&books).json();
        let records = books["records"].as_array().unwrap();
        assert!(records.len() > 300, "more than are read at once: {}", records.len());
        let file = site.get(&format!("/de/c/{slug}/ledger.csv"));
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
        let mut lines = file.text.lines();
        assert_eq!(lines.next(), Some("sequence,day,kind,account,amount_minor,currency,commitment,hash"));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let expected: Vec<String> = records.iter().flat_map(|one| {
            let [day, kind, commitment, hash] = ["day", "kind", "commitment", "hash"].map(|name| text(&one[name]));
            let entries = one["entries"].as_array().unwrap().iter();
            entries.map(move |entry| {
                format!("{},{day},{kind},{},{},CHF,{commitment},{hash}", one["sequence"], text(&entry[0]), entry[1])
            }).collect::<Vec<_>>()
        }).collect();
        assert_eq!(lines.collect::<Vec<_>>(), expected);
    }

    fn deadline_is_an_entry_for_calendars(home: Home) {
        let site = home.serve();
        let file = site.get("/de/c/schattenplan-bahnhofplatz/deadline.ics");
        assert_eq!((file.status, file.header("content-type")), (200, "text/calendar; charset=utf-8"));
        for line in ["BEGIN:VEVENT", "SUMMARY:Schattenplan Bahnhofplatz", "DTSTART:20"] {
            assert!(file.text.lines().any(|one| one.starts_with(line)), "{line}: {}", file.text);
        }
        assert!(file.text.replace("\r\n ", "").contains("/de/c/schattenplan-bahnhofplatz"), "{}", file.text);
        for nothing in ["de/c/nothing", "de/c/il-forno-a-specchi", "es/c/schattenplan-bahnhofplatz"] {
            assert_eq!(site.get(&format!("/{nothing}/deadline.ics")).status, 404);
        }
    }

    fn every_answer_carries_its_headers(home: Home) {
        let site = home.serve();
        for path in ["/de", "/api/v1/campaigns", "/healthz", "/nothing"] {
            let answer = site.get(path);
            assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert!(!answer.header("x-request-id").is_empty(), "{path}");
        }
        assert_eq!(site.get("/readyz").status, 200);
    }
}
