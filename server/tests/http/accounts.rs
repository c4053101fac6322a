//! Signing in over HTTP.

use crate::site::{Site, on_both};

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
        let beyond = site.form("/de/sign-in", "", &[("email", "jürg@zürich.example")]);
        assert_eq!(beyond.status, 422);
        assert!(beyond.text.contains("Vor dem @ gehen nur Buchstaben ohne Umlaute"), "{}", beyond.text);
        let pasted = site.form("/de/sign-in", "", &[("email", "\u{feff}lea@zürich.example\u{200b}")]);
        assert_eq!(pasted.status, 303, "a domain has letters of every script");
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

    fn browser_without_cookies_is_told_so(home: Home) {
        let site = home.serve();
        let code = site.form("/en/sign-in/code", "", &[("code", "123456")]);
        assert!(code.status == 422 && code.text.contains("did not send back the cookie"), "{}", code.text);
        let you = site.form("/en/c/river-watch-kit/pledge/you", "", &[("email", "lea@example.ch"), ("name", "Lea")]);
        assert_eq!((you.status, you.header("location")), (303, "/en/c/river-watch-kit/pledge?cookies"));
        assert!(site.get(you.header("location")).text.contains("your browser did not send its cookie along"));
        assert_eq!(you.header("set-cookie"), "", "a draft would say that all is well");
        assert!(!site.get("/en/c/river-watch-kit/pledge").text.contains("send its cookie along"));
        assert!(site.get("/en/account/pledges").text.contains("your browser did not keep the cookie"));
        let other = site.get_as("/en/account/pledges", "theme=dark").text;
        assert!(!other.contains("did not keep the cookie"), "a browser that keeps some is only signed out");
    }

    fn demo_roles_enter_as_people_of_this_world(home: Home) {
        let site = home.serve();
        let entered = site.form("/demo/enter", "", &[("role", "operator"), ("lang", "fr")]);
        assert_eq!((entered.status, entered.header("location")), (303, "/fr/account/pledges"));
        assert_eq!(site.form("/demo/enter", "", &[("role", "king"), ("lang", "fr")]).status, 422);
    }
}
