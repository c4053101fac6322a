//! Changing a pledge over HTTP, without scripts, and giving another card while a charge waits for its bank.

use std::time::Duration;

use serde_json::{Value, json};

use crate::site::{Answer, Site, on_both};

const CAMPAIGN: &str = "river-watch-kit";

/// Places a pledge by the API; where its receipt is.
fn pledge(site: &Site, slug: &str, payment: &Value, more: &Value) -> String {
    let mut body = json!({
        "amount_minor": 6_000, "currency": "CHF", "email": "lea@example.ch", "name": "Lea Brunschwiler",
        "locale": "en", "payment": payment,
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = site.post(&format!("/api/v1/campaigns/{slug}/pledges"), "k1", &body);
    let placed = answer.json();
    let url = placed["receipt_url"].as_str().unwrap_or_else(|| panic!("{}", answer.text));
    url[url.find("/en/p/").unwrap()..].to_owned()
}

fn by_card(site: &Site) -> String {
    pledge(site, CAMPAIGN, &json!({ "method": "card", "token": "ok" }), &json!({}))
}

/// The campaign's "A valley set" and "A spare battery".
fn offered(site: &Site) -> (Value, String, String) {
    let campaign = site.get(&format!("/api/v1/campaigns/{CAMPAIGN}")).json();
    let set = campaign["rewards"][1].clone();
    let id = set["id"].as_str().unwrap().to_owned();
    let form = site.get(&format!("/en/c/{CAMPAIGN}/pledge")).text;
    let battery = form.split_once("name=\"add_on_").unwrap().1;
    (set, id, battery[..36].to_owned())
}

/// What an answer says, with the blanks that a keyboard has.
fn said(answer: &Answer) -> String {
    answer.text.replace('\u{a0}', " ")
}

/// What a page says.
fn read(site: &Site, path: &str) -> String {
    said(&site.get(path))
}

/// What the receipt says, once it says this.
fn once(site: &Site, receipt: &str, says: &str) -> String {
    for _ in 0..100 {
        let page = read(site, receipt);
        if page.contains(says) {
            return page;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the receipt never says {says}");
}

/// Whether a page's form has this choice, and it is the chosen one.
fn is_chosen(page: &str, value: &str) -> bool {
    let value = format!("value=\"{value}\"");
    page.split('<').any(|tag| tag.contains(&value) && tag.contains("checked"))
}

fn leads(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.header("location"))
}

on_both! {
    fn pledge_is_changed_by_forms_and_a_larger_amount_is_agreed_to_first(home: Home) {
        let site = home.serve();
        let receipt = by_card(&site);
        let (change, saved) = (format!("{receipt}/change"), format!("{receipt}?saved"));
        let (_, set, battery) = offered(&site);
        let (reward, battery) = (format!("{set}:CH"), format!("add_on_{battery}"));
        assert!(site.get(&receipt).text.contains(&format!("href=\"{change}\"")));
        let page = site.get(&change);
        assert_eq!((page.status, page.header("cache-control"), page.header("referrer-policy")), (200, "no-store", "no-referrer"));
        assert!(page.text.contains("value=\"60\"") && page.text.contains("Change this pledge"));

        let small = site.form(&change, "", &[("reward", &reward), ("amount", "60.00"), ("show_as", "initials")]);
        assert_eq!(small.status, 422);
        assert_eq!(said(&small).matches("This reward starts at CHF 850. Raise the amount or choose another.").count(), 2);
        assert!(small.text.contains("value=\"60.00\"") && is_chosen(&small.text, &reward) && is_chosen(&small.text, "initials"));

        let typed = [("reward", reward.as_str()), ("qty", "1"), ("amount", "920"), ("show_as", "initials"), (battery.as_str(), "2")];
        let raised = site.form(&change, "", &typed);
        let agree = raised.header("location").to_owned();
        assert!(raised.status == 303 && agree.starts_with(&format!("{change}/agree?")), "{agree}");
        let agreement = read(&site, &agree);
        assert!(agreement.contains("You allow one charge of CHF 920.00 between ") && agreement.contains(", only if the goal is reached. Cancel any time before."));
        assert!(agreement.contains("A spare battery × 2") && agreement.contains("Change to CHF 920.00"));
        assert!(read(&site, &receipt).contains("Your pledge of CHF 60.00"), "nothing is changed yet");
        let back = site.get(&agree.replace("/agree", "")).text;
        assert!(back.contains("value=\"920\"") && is_chosen(&back, &reward), "what was chosen is there again");
        for _ in 0..2 {
            let agreed = site.form(&format!("{change}/agree"), "", &typed);
            assert_eq!(leads(&agreed), (303, saved.as_str()));
        }
        let now = read(&site, &saved);
        assert!(now.contains("Your pledge of CHF 920.00") && now.contains("Saved.") && now.contains("L. B."));
        assert_eq!(now.matches("Changed to CHF 920.00, with ‹A valley set›").count(), 1, "changed once");

        let less = site.form(&change, "", &[("reward", ""), ("amount", "20"), ("show_as", "anonymous")]);
        assert_eq!(leads(&less), (303, saved.as_str()));
        let now = read(&site, &receipt);
        assert!(now.contains("Changed to CHF 20.00, without a reward") && !now.contains("A spare battery"));
        drop(site);
        let (is_sound, said) = home.verify();
        assert!(is_sound, "{said}");
    }

    fn tab_that_was_opened_before_a_change_does_not_undo_it_unsaid(home: Home) {
        let site = home.serve();
        let receipt = by_card(&site);
        let change = format!("{receipt}/change");
        let stands = |page: &str| page.split_once("name=\"stands\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        let old = stands(&site.get(&change).text);
        let send = |stands: &str, amount: &str| {
            site.form(&change, "", &[("reward", ""), ("amount", amount), ("show_as", "name"), ("stands", stands)])
        };
        assert_eq!(leads(&send(&old, "50")).0, 303);
        assert_eq!(leads(&send(&old, "50")).0, 303, "pressed twice it is the same");
        let refused = send(&old, "40");
        assert_eq!(refused.status, 409);
        assert!(said(&refused).contains("Meanwhile you changed this pledge in another tab: it is now for CHF 50.00."));
        assert!(refused.text.contains("value=\"40\""), "what was typed is kept");
        assert!(read(&site, &receipt).contains("Your pledge of CHF 50.00"));
        assert_eq!(leads(&send(&stands(&refused.text), "40")).0, 303, "whoever has read it may want it all the same");
        assert!(read(&site, &receipt).contains("Your pledge of CHF 40.00"));
    }

    fn form_that_asked_how_one_is_shown_changes_nothing_else(home: Home) {
        let site = home.serve();
        let (_, set, _) = offered(&site);
        let chosen = json!({ "reward_id": set, "region": "CH", "amount_minor": 85_000 });
        let receipt = pledge(&site, CAMPAIGN, &json!({ "method": "card", "token": "late" }), &chosen);
        let change = format!("{receipt}/change");
        let form = site.get(&change).text;
        assert!(form.contains("name=\"only\" value=\"show_as\"") && !form.contains("name=\"amount\""));
        site.post("/demo/clock", "", &json!({ "advance_seconds": 120 }));
        once(&site, &receipt, "Secured");
        let saved = site.form(&change, "", &[("only", "show_as"), ("show_as", "anonymous")]);
        assert_eq!(saved.status, 303);
        let now = read(&site, &receipt);
        assert!(now.contains("A valley set") && now.contains("Anonymous") && now.contains("CHF 850.00"), "{now}");
    }

    fn last_one_that_went_meanwhile_keeps_what_was_typed(home: Home) {
        let site = home.serve();
        let receipt = by_card(&site);
        let (set, id, _) = offered(&site);
        let left = set["left"].as_i64().unwrap();
        let rest = json!({ "email": "noemie@example.ch", "reward_id": id, "reward_qty": left, "region": "CH", "amount_minor": left * 85_000 });
        let holder = pledge(&site, CAMPAIGN, &json!({ "method": "card", "token": "ok" }), &rest);
        let change = format!("{receipt}/change");
        let typed = [("reward", format!("{id}:CH")), ("amount", "851".to_owned()), ("show_as", "initials".to_owned())];
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let gone = site.form(&format!("{change}/agree"), "", &typed);
        assert_eq!(gone.status, 409);
        assert!(said(&gone).contains("The last ‹A valley set› went a moment ago. Your amount is kept; choose another reward or none."));
        let all = site.get(&format!("{holder}/change")).text;
        assert!(is_chosen(&all, &format!("{id}:CH")), "what one has is there");
        assert!(is_chosen(&gone.text, "initials") && is_chosen(&gone.text, ""), "no reward is what they have");
        assert!(gone.text.contains("value=\"851\"") && gone.text.contains(&format!("action=\"{change}\"")));
        assert!(read(&site, &receipt).contains("Your pledge of CHF 60.00"));
    }

    fn reward_for_early_backers_is_kept_by_whoever_has_it(home: Home) {
        let site = home.serve();
        let slug = "semences-du-haut";
        let bulbs = site.get(&format!("/api/v1/campaigns/{slug}")).json()["rewards"][2]["id"].clone();
        let receipt = pledge(&site, slug, &json!({ "method": "card", "token": "ok" }), &json!({ "reward_id": bulbs }));
        let change = format!("{receipt}/change");
        assert_eq!(site.post("/demo/clock", "", &json!({ "advance_seconds": 9 * 86_400 })).status, 200);
        let id = bulbs.as_str().unwrap();
        assert!(is_chosen(&site.get(&change).text, id), "its time is over for others");
        let less = site.form(&change, "", &[("reward", id), ("amount", "25")]);
        assert_eq!(leads(&less), (303, format!("{receipt}?saved").as_str()));
        let more = site.form(&change, "", &[("reward", id), ("qty", "2"), ("amount", "50")]);
        assert_eq!(more.status, 422);
        assert!(more.text.contains("This reward was for early backers. Choose another or none."));
    }

    fn amount_that_is_not_read_is_told_why(home: Home) {
        let site = home.serve();
        let change = format!("{}/change", by_card(&site));
        for (typed, told) in [
            ("10 20", "Enter the amount in digits, for example 60 or 60.50."),
            ("1,234", "This can be CHF 1’234 or CHF 1.23. Enter the one you mean as written here."),
            ("60.5555", "An amount in CHF has at most 2 digits after the point."),
            ("EUR 60", "This campaign takes CHF. Enter the amount in CHF."),
        ] {
            let refused = site.form(&change, "", &[("amount", typed)]);
            assert_eq!(refused.status, 422);
            assert!(said(&refused).contains(told), "{typed}: {}", refused.text);
        }
        let read = site.form(&change, "", &[("amount", "\u{200b}CHF 1,234.50\u{feff}")]);
        assert_eq!(read.status, 303, "{}", read.text);
    }

    fn transfer_keeps_its_amount_and_says_why(home: Home) {
        let site = home.serve();
        let receipt = pledge(&site, CAMPAIGN, &json!({ "method": "bank", "token": "lost" }), &json!({}));
        let change = format!("{receipt}/change");
        assert!(site.get(&receipt).text.contains("Change how you are shown"));
        let page = site.get(&change).text;
        assert!(page.contains("You already have the amount of your transfer") && !page.contains("name=\"amount\""));
        let shown = site.form(&change, "", &[("show_as", "anonymous"), ("amount", "500"), ("reward", "")]);
        assert_eq!(leads(&shown), (303, format!("{receipt}?saved").as_str()));
        let now = read(&site, &receipt);
        assert!(now.contains("Your pledge of CHF 60.00") && now.contains("Anonymous"));
    }

    fn transfer_that_has_arrived_is_taken_back(home: Home) {
        let site = home.serve();
        let receipt = pledge(&site, CAMPAIGN, &json!({ "method": "bank", "token": "ok" }), &json!({}));
        assert_eq!(site.post("/demo/clock", "", &json!({ "advance_seconds": 120 })).status, 200);
        let arrived = once(&site, &receipt, "Your transfer has arrived.");
        assert!(arrived.contains("Your money goes back to the account it came from, and what you had chosen"));
        assert_eq!(leads(&site.form(&format!("{receipt}/cancel"), "", &[])), (303, receipt.as_str()));
        once(&site, &receipt, "Your money is back with you.");
    }

    fn pledge_that_has_ended_or_whose_campaign_has_closed_is_not_changed(home: Home) {
        let site = home.serve();
        let receipt = by_card(&site);
        let change = format!("{receipt}/change");
        let nobodys = format!("/en/p/{}", "0".repeat(64));
        for page in [&nobodys, &format!("{nobodys}/change")] {
            let unknown = site.get(page);
            assert_eq!(unknown.status, 404);
            assert!(unknown.text.contains("This link leads to no pledge") && unknown.text.contains("/en/sign-in?back=%2Fen%2Faccount%2Fpledges"));
        }
        assert_eq!(site.form(&format!("/en/p/{}/change", "0".repeat(64)), "", &[("amount", "7")]).status, 404);
        assert_eq!(site.post("/demo/clock", "", &json!({ "advance_seconds": 28 * 86_400 })).status, 200);
        let late = site.form(&change, "", &[("reward", ""), ("amount", "50")]);
        assert_eq!(late.status, 409);
        assert!(late.text.contains("The campaign has closed: this pledge can no longer be changed."));

        let other = pledge(&site, "semences-du-haut", &json!({ "method": "card", "token": "ok" }), &json!({}));
        assert_eq!(site.form(&format!("{other}/cancel"), "", &[]).status, 303);
        let ended = site.form(&format!("{other}/change"), "", &[("reward", ""), ("amount", "50")]);
        assert_eq!(leads(&ended), (303, other.as_str()));
        assert!(site.get(&format!("{other}/change")).text.contains("Ended. You pay nothing"));
    }

    fn charge_that_waits_for_its_bank_is_confirmed_or_another_card_is_charged(home: Home) {
        let site = home.serve();
        let euros = json!({ "currency": "EUR" });
        let receipt = pledge(&site, "the-spare-part-library", &json!({ "method": "card", "token": "charge_challenge" }), &euros);
        assert_eq!(site.post("/demo/clock", "", &json!({ "advance_seconds": 4 * 86_400 })).status, 200);
        let waits = once(&site, &receipt, "Your bank wants you to confirm");
        assert!(waits.contains("Yes, confirm") && waits.contains("Use another card"), "both ways are there");
        assert!(waits.contains("the waiting charge is withdrawn, and the one charge is made with the new one"));
        let declined = site.form(&format!("{receipt}/method"), "", &[("token", "declined")]);
        assert_eq!(declined.status, 422);
        assert!(declined.text.contains("Your bank wants you to confirm"), "the one before stays");
        assert_eq!(site.form(&format!("{receipt}/method"), "", &[("token", "ok")]).status, 303);
        let charged = once(&site, &receipt, "Thank you. The campaign has your EUR 60.00.");
        assert!(charged.contains("The waiting charge was withdrawn") && !charged.contains("The charge failed"));
        let late = site.form(&format!("{receipt}/bank-yes"), "", &[]);
        assert_eq!(leads(&late), (303, receipt.as_str()));
        drop(site);
        let (is_sound, said) = home.verify();
        assert!(is_sound, "{said}");
    }
}
