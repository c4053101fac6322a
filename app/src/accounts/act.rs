//! Signing in and out. What is answered never tells whether an address has an account.

use multitude_domain::fault::{Fault, read_email_field};
use multitude_platform::accounts::{
    AskSignIn, NewSession, SignInOutcome, ask_sign_in, end_session, end_sessions_of, sign_in_by_code,
    sign_in_by_link,
};
use multitude_platform::keys::{Purpose, hex};
use uuid::Uuid;

use super::session::{Asking, asking_cookie, asking_of, no_session_cookie, session_cookie};
use crate::acts::{Acted, Answer, Kind, Place, Policy, Typed, Visit};
use crate::lead_back::own_path;

/// Mails link and code.
pub(crate) async fn ask(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let email = match read_email_field(typed.text("email"), "account.email") {
        Ok(email) => email,
        Err(fault) => return Ok(Answer::faults(vec![fault])),
    };
    let back = typed.find("back").and_then(own_path).map(str::to_owned);
    let services = visit.services();
    let desk = services.desk.clone();
    // One browser keeps its secret, so that a code of an earlier mail does not work in another.
    let browser = asking_of(visit.headers())
        .map_or_else(|| hex(&desk.db.ambient().bytes::<16>()), |asking| asking.browser);
    let asking = Asking { browser, email, back };
    // Too often the answer is the same as ever: neither the address nor whoever asks for it learns anything.
    if !asked_often(visit, &asking.email) {
        let ask = AskSignIn {
            email: asking.email.clone(),
            locale: place.locale,
            browser: desk.keys.hash(Purpose::Browser, asking.browser.as_bytes()),
        };
        desk.db.write(async move |tx| ask_sign_in(tx, &desk.keys, &ask).await).await?;
    }
    visit.set_cookies(asking_cookie(&asking, &services.facts));
    Ok(Answer::lead_on(place.path("sign-in/code")))
}

/// Whether this network address asked for this e-mail address often enough: mails that it asked for have left
/// within the hour. Without that, a stranger who asks uses up all the mails that its owner gets in an hour.
fn asked_often(visit: &Visit, email: &str) -> bool {
    visit.take(Policy::SignInEmail, &visit.address_with(email)).is_err()
}

/// Signs in by the code.
pub(crate) async fn code(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let wrong = |code| Ok(Answer::faults(vec![Fault::plain("code", code)]));
    // Nothing has ended: this browser keeps no cookie, or another one asked.
    let Some(asking) = asking_of(visit.headers()) else { return wrong("account.cookies") };
    let desk = visit.services().desk.clone();
    let browser = desk.keys.hash(Purpose::Browser, asking.browser.as_bytes());
    let code = typed.text("code").to_owned();
    let tried = desk.db.write(async move |tx| sign_in_by_code(tx, &desk.keys, &browser, &code).await);
    match tried.await? {
        SignInOutcome::Started(session) => Ok(enter(visit, place, &session, asking.back.as_deref())),
        SignInOutcome::NoCode => wrong("code.digits"),
        SignInOutcome::WrongCode => wrong("account.wrong_code"),
        SignInOutcome::TooManyTries => wrong("account.too_many_codes"),
        SignInOutcome::Ended => wrong("account.ended"),
    }
}

/// Signs in by the mailed link's button.
pub(crate) async fn link(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    let token = place.key.clone();
    match visit.services().desk.db.write(async move |tx| sign_in_by_link(tx, &token).await).await? {
        SignInOutcome::Started(session) => {
            let back = asking_of(visit.headers()).and_then(|asking| asking.back);
            Ok(enter(visit, place, &session, back.as_deref()))
        }
        // The page says that the link has ended.
        SignInOutcome::NoCode
        | SignInOutcome::WrongCode
        | SignInOutcome::TooManyTries
        | SignInOutcome::Ended => Ok(Answer::as_it_stands(Kind::Conflict)),
    }
}

/// Leads back to where somebody was, or else to the account, with the session's cookie.
fn enter(visit: &Visit, place: &Place, session: &NewSession, back: Option<&str>) -> Answer {
    visit.set_cookies(session_cookie(session, &visit.services().facts));
    Answer::lead_on(back.map_or_else(|| place.path("account/pledges"), str::to_owned))
}

/// Ends this browser's session.
pub(crate) async fn sign_out(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    if let Some(own) = visit.who().cloned() {
        let end = async move |tx: &mut _| end_session(tx, own.user, own.session).await;
        visit.services().desk.db.write(end).await?;
    }
    visit.set_cookies(no_session_cookie(&visit.services().facts));
    Ok(Answer::lead_on(format!("/{}", place.locale)))
}

/// Ends one of one's other sessions.
pub(crate) async fn end_one(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let Some(own) = visit.who().cloned() else { return Ok(Answer::as_it_stands(Kind::Denied)) };
    let Ok(session) = typed.text("session").parse::<Uuid>() else {
        return Ok(Answer::as_it_stands(Kind::Invalid));
    };
    visit.services().desk.db.write(async move |tx: &mut _| end_session(tx, own.user, session).await).await?;
    Ok(Answer::lead_on(place.path("account/security")))
}

/// Ends all of them, this one too.
pub(crate) async fn end_all(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    let Some(own) = visit.who().cloned() else { return Ok(Answer::as_it_stands(Kind::Denied)) };
    visit.services().desk.db.write(async move |tx| end_sessions_of(tx, own.user).await).await?;
    visit.set_cookies(no_session_cookie(&visit.services().facts));
    Ok(Answer::lead_on(place.path("sign-in")))
}
