//! What a backer does on the receipt. Its token is the proof; it is never logged, and neither is where a
//! reward goes.

use multitude_domain::fault::{Fault, Said};
use multitude_domain::pledges::PostalAddress;
use multitude_domain::view::{Consents, ReceiptView};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::pledges::{
    self, ChangePledgeError, CodeOutcome, GiveAddressError, ReceiptHolder, ReplaceOutcome, ResendError,
    attempts, resend_confirmation,
};

use crate::acts::{Acted, Answer, Kind, Place, Typed, Unanswered, Visit};

const DAY_SECONDS: u32 = 86_400;

/// The receipt, with what was just done there.
pub(super) fn receipt(place: &Place, done: &str) -> Answer {
    Answer::lead_on(place.path(&format!("p/{}{done}", place.key)))
}

/// No such receipt: its page says so.
const NOBODYS: Kind = Kind::NotFound;

async fn find(visit: &Visit, place: &Place) -> Result<Option<(ReceiptHolder, ReceiptView)>, StoreError> {
    let token = place.key.clone();
    visit.services().desk.db.read(async move |tx| pledges::find_pledge_by_receipt(tx, &token).await).await
}

/// What a change ends with: the receipt, which says where the pledge stands, also where that is elsewhere by
/// now.
fn changed(place: &Place, done: Result<(), ChangePledgeError>, said: &str) -> Acted {
    match done {
        Ok(()) => Ok(receipt(place, said)),
        Err(error) => refused(place, error),
    }
}

fn refused(place: &Place, error: ChangePledgeError) -> Acted {
    match error {
        ChangePledgeError::Closed { .. } => Ok(conflict("receipt.too_late")),
        ChangePledgeError::Paused => Ok(conflict("receipt.paused")),
        ChangePledgeError::TooOften => Ok(tomorrow("receipt.cards_often")),
        ChangePledgeError::Store(error) => Err(error.into()),
        // Pressed twice, or where it stands elsewhere by now: the page says so.
        ChangePledgeError::Move(_) => Ok(receipt(place, "")),
        ChangePledgeError::NotFound
        | ChangePledgeError::Denied
        | ChangePledgeError::Invalid(_)
        | ChangePledgeError::SoldOut { .. }
        | ChangePledgeError::AddOnSoldOut
        | ChangePledgeError::Overtaken { .. } => Ok(Answer::as_it_stands(NOBODYS)),
    }
}

fn conflict(code: &str) -> Answer {
    Answer::because(Kind::Conflict, Said::plain(code))
}

/// For whoever did something as often as one day allows.
fn tomorrow(code: &str) -> Answer {
    Answer::because(Kind::TooMany { seconds: DAY_SECONDS }, Said::plain(code))
}

/// Proves the address by the mailed code.
pub(crate) async fn code(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let Some((holder, _)) = find(visit, place).await? else { return Ok(Answer::as_it_stands(NOBODYS)) };
    let (desk, code) = (visit.services().desk.clone(), typed.text("code").to_owned());
    let tried =
        desk.db.write(async move |tx| pledges::confirm_by_code(tx, &desk.keys, holder.pledge(), &code).await);
    let fault = match tried.await? {
        CodeOutcome::Confirmed => return Ok(receipt(place, "?confirmed")),
        CodeOutcome::NoCode => "code.digits",
        CodeOutcome::Wrong => "receipt.wrong_code",
        CodeOutcome::TooManyTries => "receipt.too_many_codes",
    };
    Ok(Answer::faults(vec![Fault::plain("code", fault)]))
}

/// Whoever is signed in with the pledge's address says that it is theirs.
pub(crate) async fn own(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    let Some((holder, _)) = find(visit, place).await? else { return Ok(Answer::as_it_stands(NOBODYS)) };
    // The page asks for the code then.
    let Some(own) = visit.who().cloned() else { return Ok(receipt(place, "")) };
    let db = &visit.services().desk.db;
    let is_own =
        db.write(async move |tx| pledges::confirm_own(tx, holder.pledge(), &own.email).await).await?;
    Ok(receipt(place, if is_own { "?confirmed" } else { "" }))
}

/// Sends the mail that proves the address once more.
pub(crate) async fn resend(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    let Some((holder, _)) = find(visit, place).await? else { return Ok(Answer::as_it_stands(NOBODYS)) };
    match visit.services().desk.db.write(async move |tx| resend_confirmation(tx, holder.pledge()).await).await
    {
        Ok(()) => Ok(receipt(place, "?sent")),
        Err(ResendError::TooMany) => Ok(tomorrow("receipt.sent_often")),
        Err(ResendError::Store(error)) => Err(error.into()),
    }
}

/// Proves the address by the button of the page that the mailed link opened.
pub(crate) async fn confirm(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    let (desk, Place { key: token, proof, .. }) = (visit.services().desk.clone(), place.clone());
    let confirmed = desk.db.write(async move |tx: &mut Tx| {
        let Some(holder) = pledges::find_by_receipt(tx, &token).await? else { return Ok(false) };
        let id = holder.pledge();
        let is_proof = pledges::is_proof(&desk.keys, id, &proof);
        if is_proof {
            pledges::confirm_email(tx, id).await?;
        }
        Ok::<_, StoreError>(is_proof)
    });
    let is_proof = confirmed.await?;
    Ok(if is_proof { receipt(place, "?confirmed") } else { Answer::as_it_stands(NOBODYS) })
}

/// Sets up another card.
pub(crate) async fn replace(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let Some((holder, _)) = find(visit, place).await? else { return Ok(Answer::as_it_stands(NOBODYS)) };
    let desk = &visit.services().desk;
    let card = typed.text("token");
    match pledges::replace_method(desk, &visit.actor(), holder, card).await {
        Ok(ReplaceOutcome::Replaced) => Ok(receipt(place, "?saved")),
        // What it waits for stands on the receipt.
        Ok(ReplaceOutcome::Waiting) => Ok(receipt(place, "")),
        Ok(ReplaceOutcome::Declined) => Ok(Answer::because(Kind::Invalid, Said::plain("receipt.declined"))),
        Err(error) => refused(place, error),
    }
}

/// Takes the pledge back.
pub(crate) async fn cancel(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    let Some((holder, _)) = find(visit, place).await? else { return Ok(Answer::as_it_stands(NOBODYS)) };
    let (actor, payments) = (visit.actor(), visit.services().desk.payments.clone());
    let write = async move |tx: &mut Tx| pledges::cancel_pledge(tx, &payments, &actor, holder).await;
    changed(place, visit.services().desk.db.write(write).await, "")
}

/// Says what else may be mailed.
pub(crate) async fn consent(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let Some((holder, _)) = find(visit, place).await? else { return Ok(Answer::as_it_stands(NOBODYS)) };
    let is_ticked = |name| typed.find(name).is_some();
    let consents = Consents { updates: is_ticked("updates"), news: is_ticked("news") };
    let actor = visit.actor();
    let write = async move |tx: &mut Tx| pledges::note_consents(tx, &actor, holder, consents).await;
    changed(place, visit.services().desk.db.write(write).await, "?saved")
}

/// The bank's question, answered with yes.
pub(crate) async fn bank_yes(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    answer(visit, place, true).await
}

/// The bank's question, answered with no.
pub(crate) async fn bank_no(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    answer(visit, place, false).await
}

/// The sandbox's bank hears the backer, and is asked at once what came of it.
async fn answer(visit: &Visit, place: &Place, is_accepted: bool) -> Acted {
    let Some((_, found)) = find(visit, place).await? else { return Ok(Answer::as_it_stands(NOBODYS)) };
    let desk = &visit.services().desk;
    if let (Some(attempt), Some(sandbox)) = (found.waiting_attempt, desk.payments.sandbox()) {
        // Answered already: what came of it is asked for all the same.
        let _ = sandbox.confirm(attempt, is_accepted).await;
        if let Err(error) = attempts::ask(desk, attempt).await {
            return refused(place, error.into());
        }
    }
    Ok(receipt(place, ""))
}

/// Keeps where a reward goes.
pub(crate) async fn give_address(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let address = PostalAddress::read(|name| typed.text(name).to_owned());
    let (actor, token) = (visit.actor(), place.key.clone());
    let give = async move |tx: &mut Tx| pledges::give_address(tx, &actor, &token, &address).await;
    let given = visit.services().desk.db.write(give);
    match given.await {
        Ok(()) => Ok(receipt(place, "?saved")),
        Err(GiveAddressError::Invalid(faults)) => {
            Ok(Answer::faults(faults.iter().map(Fault::from).collect()))
        }
        // The page says that nothing is sent, or that there is no such receipt.
        Err(GiveAddressError::NothingToSend) => Ok(Answer::as_it_stands(Kind::Conflict)),
        Err(GiveAddressError::NotFound) => Ok(Answer::as_it_stands(NOBODYS)),
        Err(GiveAddressError::Store(error)) => Err(Unanswered::Store(error)),
    }
}
