//! What every form answers, written down: status, where it leads, which cookies it sets, which fields it
//! finds wrong and what it refuses. Whatever changes behind the forms, this stays; `MULTITUDE_RECORD=write`
//! writes it anew after a wanted change.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::accounts::{cookie, mailed};
use crate::site::{Answer, Home, Site, on_both};

const GOLDEN: &str = "tests/http/golden/forms.txt";
const OPEN: &str = "river-watch-kit";
const AHEAD: &str = "schwammdach";
const BENCHES: &str = "schattenplan-bahnhofplatz";
const FORM: &str = "application/x-www-form-urlencoded";

/// A process whose forms are sent, and what they answered so far.
struct Record<'a> {
    site: &'a Site,
    lines: String,
}

impl Record<'_> {
    /// Sends a form; one line says what came of it.
    fn send(&mut self, what: &str, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.site.form(path, cookies, fields);
        self.note(what, &answer);
        answer
    }

    fn note(&mut self, what: &str, answer: &Answer) {
        let to = veiled(answer.header("location"));
        let set = answer.headers.get_all("set-cookie").iter();
        let mut set: Vec<&str> = set.map(|one| one.to_str().unwrap().split('=').next().unwrap()).collect();
        set.sort_unstable();
        let said = found(&answer.text);
        writeln!(self.lines, "{what} | {} | {to} | {} | {said}", answer.status, set.join(" ")).unwrap();
    }

    fn title(&mut self, title: &str) {
        writeln!(self.lines, "\n# {title}").unwrap();
    }
}

/// Secrets and ids differ from run to run.
fn veiled(path: &str) -> String {
    let is_secret = |part: &str| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts = path.split('/').map(|part| {
        let (word, query) = part.split_once('?').map_or((part, ""), |(word, query)| (word, query));
        let word = if is_secret(word) { "…" } else { word };
        let query = if query.contains("reward=") { "reward=…" } else { query };
        if query.is_empty() { word.to_owned() } else { format!("{word}?{query}") }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Which fields of a page are wrong, and what it says on top.
fn found(page: &str) -> String {
    let mut said: Vec<String> = Vec::new();
    for part in page.split("id=\"field-").skip(1) {
        let id = part.split('"').next().unwrap();
        if let Some(field) = id.strip_suffix("-error") {
            let text = part.split("<span>").nth(1).and_then(|rest| rest.split("</span>").next());
            said.push(format!("{field}: {}", text.unwrap_or_default().replace('\u{a0}', " ")));
        }
    }
    for notice in page.split("notice__title\">").skip(1) {
        // Dates move on with the day of the test.
        let title = notice.split("</p>").next().unwrap();
        let undated = title.split(|c: char| c.is_ascii_digit()).next().unwrap();
        said.push(format!("‹{}›", undated.replace('\u{a0}', " ")));
    }
    if page.contains("can be read, but nothing saved") {
        said.push("read only".to_owned());
    }
    said.join("; ")
}

fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    page.split_once(&mark).map_or(String::new(), |(_, rest)| rest.split('"').next().unwrap().to_owned())
}

/// What a browser sends back of what was set.
fn cookies(answers: &[&Answer]) -> String {
    let set = answers.iter().flat_map(|answer| answer.headers.get_all("set-cookie"));
    let pairs: Vec<String> = set.map(|one| cookie(one.to_str().unwrap())).collect();
    pairs.join("; ")
}

fn enter(site: &Site, role: &str) -> String {
    cookies(&[&site.form("/demo/enter", "", &[("role", role), ("lang", "en")])])
}

/// Places a pledge by the API; where its receipt is.
fn pledge(site: &Site, slug: &str, email: &str, token: &str) -> String {
    let body = json!({ "amount_minor": 6_000, "currency": "CHF", "email": email, "name": "Lea Brunschwiler", "locale": "en",
        "payment": { "method": "card", "token": token } });
    let placed = site.post(&format!("/api/v1/campaigns/{slug}/pledges"), email, &body).json();
    let url = placed["receipt_url"].as_str().unwrap_or_else(|| panic!("{placed}"));
    url[url.find("/en/p/").unwrap()..].to_owned()
}

fn skip(site: &Site, days: i64) {
    site.post("/demo/clock", "", &json!({ "advance_seconds": days * 86_400 }));
}

/// Waits until it is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let came = (0..150).any(|_| {
        let so = is_so();
        if !so {
            std::thread::sleep(Duration::from_millis(100));
        }
        so
    });
    assert!(came, "{what}");
}

fn state(site: &Site, slug: &str) -> Value {
    site.get(&format!("/api/v1/campaigns/{slug}")).json()["state"].clone()
}

fn following(record: &mut Record<'_>) {
    record.title("hearing that a campaign opens");
    let site = record.site;
    let page = format!("/en/c/{AHEAD}/notify");
    let backer = enter(site, "backer");
    record.send("ask: no address", &page, "", &[("email", "mia@")]);
    record.send("ask: nothing", &page, "", &[]);
    record.send("ask: a guest", &page, "", &[("email", "mia@example.ch")]);
    record.send("ask: once more", &page, "", &[("email", "mia@example.ch")]);
    record.send("ask: signed in, own address", &page, &backer, &[("email", "ivo.marti@demo.example")]);
    record.send("ask: signed in, another address", &page, &backer, &[("email", "mia@example.ch")]);
    record.send("ask: an open campaign", &format!("/en/c/{OPEN}/notify"), "", &[("email", "mia@example.ch")]);
    record.send("ask: no campaign", "/en/c/nothing/notify", "", &[("email", "mia@example.ch")]);
    record.send("ask: no campaign, no address", "/en/c/nothing/notify", "", &[("email", "mia@")]);
    let link = format!("/en/follow/{}", &mailed(site, "/en/follow/")[..64]);
    for (what, link) in [("real", link.clone()), ("none", format!("/en/follow/{}", "0".repeat(64)))] {
        record.send(&format!("yes: {what}"), &confirm(&link), "", &[("do", "yes")]);
        record.send(&format!("stop: {what}"), &stop(&link), "", &[("do", "stop")]);
        record.send(&format!("stop: {what}, again"), &stop(&link), "", &[("do", "stop")]);
    }
}

fn confirm(link: &str) -> String {
    format!("{link}/yes")
}

fn stop(link: &str) -> String {
    format!("{link}/stop")
}

fn signing_in(record: &mut Record<'_>) {
    record.title("signing in and out");
    let site = record.site;
    record.send("ask: no address", "/en/sign-in", "", &[("email", "lea")]);
    record.send("ask: an account", "/en/sign-in", "", &[("email", "lea.brunschwiler@demo.example")]);
    record.send("ask: elsewhere", "/en/sign-in", "", &[("email", "lea"), ("back", "//evil.example")]);
    let asked =
        record.send("ask: nobody", "/en/sign-in", "", &[("email", "rec@example.ch"), ("back", "/en/how")]);
    let browser = cookies(&[&asked]);
    record.send("code: without cookies", "/en/sign-in/code", "", &[("code", "123456")]);
    record.send("code: no digits", "/en/sign-in/code", &browser, &[("code", "12")]);
    let mail = mailed(site, "(rec@example.ch)");
    let is_code = |text: &&str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let code = mail.split(['<', '>']).map(str::trim).find(is_code).unwrap().to_owned();
    let wrong = if code == "111111" { "222222" } else { "111111" };
    record.send("code: a wrong one", "/en/sign-in/code", &browser, &[("code", wrong)]);
    record.send("code: the right one", "/en/sign-in/code", &browser, &[("code", &code)]);
    record.send("code: once more", "/en/sign-in/code", &browser, &[("code", &code)]);
    record.send("link: none", &format!("/en/sign-in/{}", "0".repeat(64)), "", &[]);
    site.form("/en/sign-in", "", &[("email", "link@example.ch")]);
    let mail = mailed(site, "(link@example.ch)");
    let link = format!("/en/sign-in/{}", &mail[mail.find("/en/sign-in/").unwrap() + 12..][..64]);
    let entered = record.send("link: a good one", &link, "", &[]);
    record.send("link: once more", &link, "", &[]);
    let own = cookies(&[&entered]);
    record.send("sessions: a guest", END_ONE, "", &[("session", &"0".repeat(36))]);
    record.send("sessions: no id", END_ONE, &own, &[("session", "x")]);
    record.send(
        "sessions: somebody else's",
        END_ONE,
        &own,
        &[("session", "00000000-0000-0000-0000-000000000000")],
    );
    record.send("sessions: all", END_ALL, &own, &[("do", "all")]);
    record.send("sessions: all, ended already", END_ALL, &own, &[("do", "all")]);
    record.send("sign out: a guest", "/en/sign-out", "", &[]);
    record.send("sign out: somebody", "/en/sign-out", &enter(site, "backer"), &[]);
    record.send("sign out: no language", "/xx/sign-out", "", &[]);
}

const END_ONE: &str = "/en/account/security/end";
const END_ALL: &str = "/en/account/security/end-all";

fn checkout(record: &mut Record<'_>) {
    record.title("pledging");
    let site = record.site;
    let at = |rest: &str| format!("/en/c/{OPEN}/pledge{rest}");
    let you = [("email", "rec@example.ch"), ("name", "Rec Ord"), ("show_as", "name"), ("method", "card")];
    record.send("support: nothing typed", &at(""), "", &[]);
    record.send("support: no digits", &at(""), "", &[("amount", "sixty")]);
    record.send("support: too little", &at(""), "", &[("amount", "1")]);
    record.send("support: too much", &at(""), "", &[("amount", "9999999")]);
    record.send("support: no reward", &at(""), "", &[("amount", "60"), ("reward", "x")]);
    record.send("support: no campaign", "/en/c/nothing/pledge", "", &[("amount", "60")]);
    record.send("support: not open", &format!("/en/c/{AHEAD}/pledge"), "", &[("amount", "60")]);
    record.send("you: nothing chosen", &at("/you"), "", &you);
    record.send("pay: nothing chosen", &at("/pay"), "", &[("token", "ok")]);
    let chosen = record.send("support: an amount", &at(""), "", &[("amount", "60")]);
    let browser = cookies(&[&chosen]);
    record.send("pay: nobody yet", &at("/pay"), &browser, &[("token", "ok")]);
    record.send("you: nothing typed", &at("/you"), &browser, &[]);
    record.send("you: no address", &at("/you"), &browser, &[("email", "rec"), you[1], you[2], you[3]]);
    record.send("you: no name", &at("/you"), &browser, &[you[0], ("name", ""), you[2], you[3]]);
    let told = record.send("you: who", &at("/you"), &browser, &you);
    let browser = cookies(&[&told]);
    record.send("pay: an old page", &at("/pay"), &browser, &[("token", "ok"), ("terms", "0")]);
    record.send("keep: nothing held", &at("/hold"), &browser, &[("back", &at("/pay"))]);
    let terms = hidden(&site.get_as(&at("/pay"), &browser).text, "terms");
    let declined =
        record.send("pay: declined", &at("/pay"), &browser, &[("token", "declined"), ("terms", &terms)]);
    let browser = cookies(&[&declined]);
    let terms = hidden(&site.get_as(&at("/pay"), &browser).text, "terms");
    let placed = record.send("pay: placed", &at("/pay"), &browser, &[("token", "ok"), ("terms", &terms)]);
    record.send("pay: pressed twice", &at("/pay"), &browser, &[("token", "ok"), ("terms", &terms)]);
    let other = site.form(&at(""), &browser, &[("amount", "70")]);
    let other = cookies(&[&other]);
    let terms = hidden(&site.get_as(&at("/pay"), &other).text, "terms");
    record.send(
        "pay: the same key, another amount",
        &at("/pay"),
        &other,
        &[("token", "ok"), ("terms", &terms)],
    );
    let another = site.form(&at(""), &cookies(&[&placed]), &[("amount", "60")]);
    record.note("support: another pledge", &another);
    held(record);
}

/// A reward that is limited is held while somebody checks out.
fn held(record: &mut Record<'_>) {
    let site = record.site;
    let at = |rest: &str| format!("/en/c/{BENCHES}/pledge{rest}");
    let form = site.get(&at("")).text;
    let reward = form.split("name=\"reward\" value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let price = site.get(&format!("/api/v1/campaigns/{BENCHES}")).json()["rewards"][1]["price_minor"]
        .as_i64()
        .unwrap();
    let amount = (price / 100).to_string();
    let chosen =
        record.send("support: a limited reward", &at(""), "", &[("amount", &amount), ("reward", &reward)]);
    let browser = cookies(&[&chosen]);
    record.send("keep: once", &at("/hold"), &browser, &[("back", &at("/pay"))]);
    record.send("keep: a guest, twice", &at("/hold"), &browser, &[("back", "//evil.example")]);
    record.send("keep: another browser", &at("/hold"), "", &[("back", &at("/you"))]);
    record.send("support: under its price", &at(""), &browser, &[("amount", "10"), ("reward", &reward)]);
}

fn receipts(record: &mut Record<'_>) {
    record.title("receipts");
    let site = record.site;
    let own = pledge(site, OPEN, "receipt@example.ch", "ok");
    let nobodys = format!("/en/p/{}", "0".repeat(64));
    for (what, receipt) in [("own", own.as_str()), ("none", nobodys.as_str())] {
        let mut send = |deed: &str, case: &str, fields: &[(&str, &str)]| {
            let mut all = vec![("do", deed)];
            all.extend(fields);
            record.send(&format!("{what}: {deed}{case}"), &deed_of(receipt, deed), "", &all);
        };
        send("code", ", no digits", &[("code", "12")]);
        send("code", ", a wrong one", &[("code", "000000")]);
        send("own", ", a guest", &[]);
        send("resend", "", &[]);
        send("consent", "", &[("news", "yes")]);
        send("method", ", declined", &[("token", "declined")]);
        send("method", ", another card", &[("token", "ok")]);
        send("bank_yes", ", nothing waits", &[]);
        send("bank_no", ", nothing waits", &[]);
        record.send(
            &format!("{what}: confirm, no proof"),
            &format!("{receipt}/confirm/{}", "0".repeat(64)),
            "",
            &[],
        );
        record.send(
            &format!("{what}: address, nothing to send"),
            &format!("{receipt}/address"),
            "",
            &[("name", "Lea")],
        );
    }
    let waits = pledge(site, OPEN, "challenge@example.ch", "challenge");
    record.send("waiting: bank_no", &deed_of(&waits, "bank_no"), "", &[("do", "bank_no")]);
    let waits = pledge(site, OPEN, "challenge2@example.ch", "challenge");
    record.send("waiting: bank_yes", &deed_of(&waits, "bank_yes"), "", &[("do", "bank_yes")]);
    record.send("own: cancel", &deed_of(&own, "cancel"), "", &[("do", "cancel")]);
    record.send("own: cancel, twice", &deed_of(&own, "cancel"), "", &[("do", "cancel")]);
    record.send("none: cancel", &deed_of(&nobodys, "cancel"), "", &[("do", "cancel")]);
    let member = pledge(site, OPEN, "ivo.marti@demo.example", "ok");
    record.send("a member's: own", &deed_of(&member, "own"), &enter(site, "backer"), &[("do", "own")]);
}

fn deed_of(receipt: &str, deed: &str) -> String {
    let deed = if deed == "consent" { "consents" } else { deed };
    format!("{receipt}/{}", deed.replace('_', "-"))
}

fn changing(record: &mut Record<'_>) {
    record.title("changing a pledge");
    let site = record.site;
    let receipt = pledge(site, OPEN, "change@example.ch", "ok");
    let change = format!("{receipt}/change");
    let as_name = ("show_as", "name");
    record.send("no digits", &change, "", &[("amount", "x"), as_name]);
    record.send("too little", &change, "", &[("amount", "1"), as_name]);
    record.send("no reward", &change, "", &[("amount", "60"), ("reward", "x"), as_name]);
    record.send("more: to be agreed to", &change, "", &[("amount", "80"), ("reward", ""), as_name]);
    let stands = hidden(&site.get(&change).text, "stands");
    record.send("agreed", &format!("{change}/agree"), "", &[("amount", "80"), ("reward", ""), as_name]);
    record.send("less", &change, "", &[("amount", "50"), ("reward", ""), as_name]);
    record.send("an old tab", &change, "", &[("amount", "40"), as_name, ("stands", &stands)]);
    record.send("only how one is shown", &change, "", &[("show_as", "anonymous"), ("only", "show_as")]);
    record.send("no such receipt", &format!("/en/p/{}/change", "0".repeat(64)), "", &[("amount", "50")]);
    site.form(&deed_of(&receipt, "cancel"), "", &[("do", "cancel")]);
    record.send("ended", &change, "", &[("amount", "50"), ("reward", ""), as_name]);
}

/// What the deadline refuses.
fn too_late(record: &mut Record<'_>) {
    record.title("after the deadline");
    let site = record.site;
    let receipt = pledge(site, OPEN, "late@example.ch", "ok");
    let at = |rest: &str| format!("/en/c/{OPEN}/pledge{rest}");
    let chosen = site.form(&at(""), "", &[("amount", "60")]);
    let you = [("email", "late2@example.ch"), ("name", "Rec Ord"), ("show_as", "name"), ("method", "card")];
    let told = site.form(&at("/you"), &cookies(&[&chosen]), &you);
    let browser = cookies(&[&told]);
    let terms = hidden(&site.get_as(&at("/pay"), &browser).text, "terms");
    skip(site, 60);
    until("it is over", || {
        !matches!(state(site, OPEN).as_str(), Some("live" | "closing" | "collecting" | "releasing"))
    });
    record.send("support", &at(""), &browser, &[("amount", "60")]);
    record.send("you", &at("/you"), &browser, &you);
    record.send("pay", &at("/pay"), &browser, &[("token", "ok"), ("terms", &terms)]);
    record.send("keep", &at("/hold"), &browser, &[("back", &at("/pay"))]);
    record.send("cancel", &deed_of(&receipt, "cancel"), "", &[("do", "cancel")]);
    record.send("method", &deed_of(&receipt, "method"), "", &[("do", "method"), ("token", "ok")]);
    record.send(
        "change",
        &format!("{receipt}/change"),
        "",
        &[("amount", "50"), ("reward", ""), ("show_as", "name")],
    );
    record.send("consent", &deed_of(&receipt, "consent"), "", &[("do", "consent")]);
}

fn stating(record: &mut Record<'_>) {
    record.title("a team's word");
    let page = format!("/en/c/{BENCHES}/deliver");
    record.send("a guest", &page, "", &[]);
    record.send("somebody else", &page, &enter(record.site, "backer"), &[]);
    record.send("its team, not asked", &page, &enter(record.site, "creator"), &[]);
}

/// What is refused before anybody reads it.
fn unreadable(record: &mut Record<'_>) {
    record.title("what no form sends");
    let site = record.site;
    let page = format!("/en/c/{AHEAD}/notify");
    record.send("too large", &page, "", &[("email", &"x".repeat(17_000))]);
    record.send("control characters", &page, "", &[("email", "a\u{7}@example.ch")]);
    record.note("no form", &site.post_with(&page, &[], FORM, "%"));
    record.note(
        "another site's",
        &site.post_with(&page, &[("sec-fetch-site", "cross-site")], FORM, "email=a%40b.ch"),
    );
    record.note("a language that is none", &site.post_with("/xx/sign-in", &[], FORM, "email=a%40b.ch"));
}

fn recorded(site: &Site, more: impl FnOnce(&mut Record<'_>)) -> String {
    let mut record = Record { site, lines: String::new() };
    more(&mut record);
    record.lines
}

/// All of it; time only moves on at the end.
fn whole(site: &Site) -> String {
    recorded(site, |record| {
        following(record);
        signing_in(record);
        checkout(record);
        receipts(record);
        changing(record);
        stating(record);
        unreadable(record);
        too_late(record);
    })
}

fn is_as_recorded(name: &str, said: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN).with_file_name(name);
    if std::env::var("MULTITUDE_RECORD").is_ok_and(|how| how == "write") {
        std::fs::write(&path, said).unwrap();
    }
    let recorded = std::fs::read_to_string(&path).unwrap();
    for (ours, theirs) in said.lines().zip(recorded.lines()) {
        assert_eq!(ours, theirs, "{name}");
    }
    assert_eq!(said.lines().count(), recorded.lines().count(), "{name}");
}

on_both! {
    fn forms_answer_as_recorded(home: Home) {
        is_as_recorded("forms.txt", &whole(&home.serve()));
    }
}

#[test]
fn forms_that_cannot_be_saved_answer_as_recorded() {
    let Some(home) = Home::on_postgres() else { return };
    let site = home.serve();
    let receipt = pledge(&site, OPEN, "read@example.ch", "ok");
    let backer = enter(&site, "backer");
    let at = |rest: &str| format!("/en/c/{OPEN}/pledge{rest}");
    let benches = site.get(&format!("/en/c/{BENCHES}/pledge")).text;
    let bench =
        benches.split("name=\"reward\" value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let chosen = site.form(&at(""), "", &[("amount", "60")]);
    let you = [("email", "rec@example.ch"), ("name", "Rec Ord"), ("show_as", "name"), ("method", "card")];
    let told = site.form(&at("/you"), &cookies(&[&chosen]), &you);
    let browser = cookies(&[&told]);
    let terms = hidden(&site.get_as(&at("/pay"), &browser).text, "terms");
    let asked = cookies(&[&site.form("/en/sign-in", "", &[("email", "read@example.ch")])]);
    home.forbid_writing();
    let said = recorded(&site, |record| {
        record.send("notify", &format!("/en/c/{AHEAD}/notify"), "", &[("email", "mia@example.ch")]);
        record.send("follow", &confirm(&format!("/en/follow/{}", "0".repeat(64))), "", &[("do", "yes")]);
        record.send("sign in", "/en/sign-in", "", &[("email", "mia@example.ch")]);
        record.send("code", "/en/sign-in/code", &asked, &[("code", "123456")]);
        record.send("link", &format!("/en/sign-in/{}", "0".repeat(64)), "", &[]);
        record.send("sign out", "/en/sign-out", &backer, &[]);
        record.send("sessions", END_ALL, &backer, &[("do", "all")]);
        record.send(
            "support",
            &format!("/en/c/{BENCHES}/pledge"),
            "",
            &[("amount", "654.30"), ("reward", &bench)],
        );
        record.send("you", &at("/you"), &browser, &you);
        record.send("pay", &at("/pay"), &browser, &[("token", "ok"), ("terms", &terms)]);
        for deed in ["code", "resend", "method", "cancel", "consent", "bank_yes"] {
            let fields = [("do", deed), ("code", "123456"), ("token", "ok")];
            record.send(deed, &deed_of(&receipt, deed), "", &fields);
        }
        record.send("confirm", &format!("{receipt}/confirm/{}", "0".repeat(64)), "", &[]);
        record.send("address", &format!("{receipt}/address"), "", &[("name", "Lea")]);
        record.send(
            "change",
            &format!("{receipt}/change"),
            "",
            &[("amount", "50"), ("reward", ""), ("show_as", "name")],
        );
        record.send(
            "agree",
            &format!("{receipt}/change/agree"),
            "",
            &[("amount", "80"), ("show_as", "name")],
        );
        record.send("deliver", &format!("/en/c/{BENCHES}/deliver"), &backer, &[]);
    });
    is_as_recorded("forms-read-only.txt", &said);
}
