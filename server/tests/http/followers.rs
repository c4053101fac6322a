//! Asking over HTTP to hear that a campaign opens.

use crate::accounts::{cookie, mailed};
use crate::site::on_both;

const PAGE: &str = "/en/c/schwammdach";

on_both! {
    fn address_is_proved_by_its_mail_and_nothing_tells_who_waits(home: Home) {
        let site = home.serve();
        let notify = format!("{PAGE}/notify");
        assert!(site.get(PAGE).text.contains(&format!("action=\"{notify}\"")), "the campaign's page asks");
        let wrong = site.form(&notify, "", &[("email", "mia@")]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("value=\"mia@\"") && wrong.text.contains("error-summary"));
        let beyond = site.form(&notify, "", &[("email", "jürg@example.ch")]);
        assert!(beyond.text.contains("Before the @, only letters without accents work"), "{}", beyond.text);
        let asked = site.form(&notify, "", &[("email", "mia@example.ch")]);
        assert_eq!((asked.status, asked.header("location")), (303, format!("{notify}?done=mail").as_str()));
        assert!(site.get(&format!("{notify}?done=mail")).text.contains("Check your mail"));

        let rest = mailed(&site, "/en/follow/");
        let link = format!("/en/follow/{}", &rest[..64]);
        let page = site.get(&link);
        assert_eq!((page.status, page.header("cache-control"), page.header("referrer-policy")), (200, "no-store", "no-referrer"));
        assert!(page.text.contains("Is this your address?"));
        let yes = site.form(&format!("{link}/yes"), "", &[]);
        assert_eq!((yes.status, yes.header("location")), (303, link.as_str()));
        assert!(site.get(&link).text.contains("We write to you"));
        let again = site.form(&notify, "", &[("email", "mia@example.ch")]);
        assert_eq!(again.header("location"), asked.header("location"), "known or not");
        let stop = site.form(&format!("{link}/stop"), "", &[]);
        let stopped = format!("{notify}?done=stopped");
        assert_eq!((stop.status, stop.header("location")), (303, stopped.as_str()));
        assert!(site.get(&stopped).text.contains("We do not write to you"));
        assert!(site.get(&link).text.contains("This link no longer works"));
        assert_eq!(site.get("/en/c/nothing/notify").status, 404);
    }

    fn who_is_signed_in_needs_no_mail(home: Home) {
        let site = home.serve();
        let entered = site.form("/demo/enter", "", &[("role", "backer"), ("lang", "en")]);
        let session = cookie(entered.header("set-cookie"));
        let notify = format!("{PAGE}/notify");
        let own = site.get_as(&notify, &session).text;
        let (_, email) = own.split_once("type=\"email\"").unwrap();
        let (_, email) = email.split_once("value=\"").unwrap();
        let email = email.split('"').next().unwrap().to_owned();
        let asked = site.form(&notify, &session, &[("email", &email)]);
        assert_eq!(asked.header("location"), format!("{notify}?done=own"));
        assert!(site.get_as(&format!("{notify}?done=own"), &session).text.contains(&email));
    }
}
