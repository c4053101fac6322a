//! Hearing that a campaign opens. What is answered never tells whether an address was known.

use multitude_domain::email::fold_email;
use multitude_domain::fault::read_email_field;
use multitude_platform::followers::{FollowOutcome, NewFollower, confirm_follow, follow_campaign, unfollow};

use crate::acts::{Acted, Answer, Place, Typed, Visit};

/// Notes an address, and mails the link that proves it.
pub(crate) async fn ask(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let email = match read_email_field(typed.text("email"), "follow.email") {
        Ok(email) => email,
        Err(fault) => return Ok(Answer::faults(vec![fault])),
    };
    let is_proved = visit.who().is_some_and(|own| fold_email(&own.email) == fold_email(&email));
    let page = place.path(&format!("c/{}/notify", place.key));
    let new = NewFollower { slug: place.key.clone(), email, locale: place.locale, is_proved };
    let desk = visit.services().desk.clone();
    match desk.db.write(async move |tx| follow_campaign(tx, &desk.keys, &new).await).await? {
        FollowOutcome::Noted => {
            let done = if is_proved { "own" } else { "mail" };
            Ok(Answer::lead_on(format!("{page}?done={done}")))
        }
        // The page says that nothing waits there.
        FollowOutcome::NotAhead => Ok(Answer::lead_on(page)),
    }
}

/// Proves the address.
pub(crate) async fn confirm(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    let token = place.key.clone();
    visit.services().desk.db.write(async move |tx| confirm_follow(tx, &token).await).await?;
    Ok(Answer::lead_on(here(place)))
}

/// Forgets it.
pub(crate) async fn stop(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    let token = place.key.clone();
    let slug = visit.services().desk.db.write(async move |tx| unfollow(tx, &token).await).await?;
    let stopped = |slug| place.path(&format!("c/{slug}/notify?done=stopped"));
    Ok(Answer::lead_on(slug.map_or_else(|| here(place), stopped)))
}

/// The page that the mailed link opens.
fn here(place: &Place) -> String {
    place.path(&format!("follow/{}", place.key))
}
