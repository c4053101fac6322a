//! A campaign that is not public, over HTTP.

use crate::accounts::cookie;
use crate::site::{Site, on_both};

const DRAFT: &str = "/en/c/il-forno-a-specchi";

fn enter(site: &Site, role: &str) -> String {
    let entered = site.form("/demo/enter", "", &[("role", role), ("lang", "en")]);
    assert_eq!(entered.status, 303, "{role}");
    cookie(entered.header("set-cookie"))
}

on_both! {
    fn draft_is_there_for_whoever_reviews_it_and_for_nobody_else(home: Home) {
        let site = home.serve();
        let read = site.get_as(DRAFT, &enter(&site, "coach"));
        assert_eq!((read.status, read.header("cache-control")), (200, "no-store"));
        assert!(read.text.contains("Il forno a specchi") && read.text.contains("Changes requested"));
        assert!(read.text.contains("Not public yet"), "whoever reads it knows that others do not");
        assert!(!read.text.contains("il-forno-a-specchi/pledge"), "nobody pledges");

        let guest = site.get(DRAFT);
        assert_eq!(guest.status, 404);
        assert!(guest.text.contains("/en/sign-in?back=%2Fen%2Fc%2Fil%2Dforno%2Da%2Dspecchi"));
        assert!(!guest.text.contains("Il forno"), "not even its title");
        let backer = site.get_as(DRAFT, &enter(&site, "backer"));
        assert_eq!(backer.status, 404);
        assert!(!backer.text.contains("sign-in?back"), "who has signed in is not asked to");
        let own = site.get_as(&format!("/en/p/{}", "0".repeat(64)), &enter(&site, "coach"));
        assert!(own.status == 404 && own.text.contains("My pledges</a>") && !own.text.contains("Send a new one"));
        assert_eq!(site.get_as(&format!("{DRAFT}/backers"), &enter(&site, "coach")).status, 404);
    }
}
