//! Changing a pledge: what it pays for and how its backer is shown. Where it costs more its backer is first
//! shown what that allows.

use multitude_domain::fault::{Arg, Said};
use multitude_domain::pledges::{PledgeDraft, PledgeFault, PledgeState, PledgeWish, ShowAs, change_faults};
use multitude_domain::view::{CampaignView, ReceiptView};
use multitude_platform::campaigns::find_campaign;
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::pledges::{
    ChangePledgeError, Chosen, ReceiptHolder, change_pledge, find_chosen, find_pledge_by_receipt,
    show_otherwise,
};

use super::receipt::receipt;
use crate::acts::{Acted, Answer, Kind, Place, Typed, Visit};

/// Which of the forms was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// What is to be chosen.
    Choice,
    /// The same, after what a larger amount allows was shown.
    Agreement,
}

/// The pledge as it stands.
struct Found {
    holder: ReceiptHolder,
    receipt: ReceiptView,
    campaign: CampaignView,
    now: Chosen,
}

/// What is to be chosen.
pub(crate) async fn change(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    act(visit, place, typed, Form::Choice).await
}

/// What is chosen, agreed to.
pub(crate) async fn agree(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    act(visit, place, typed, Form::Agreement).await
}

async fn act(visit: &Visit, place: &Place, typed: &Typed, sent: Form) -> Acted {
    let Some(found) = find(visit, place).await? else { return Ok(Answer::as_it_stands(Kind::NotFound)) };
    let mut draft = PledgeDraft::of(&found.receipt.slug, &found.now.wish, found.now.show_as);
    let stands = draft.terms();
    // A form that asked for nothing else changes nothing else, wherever the pledge stands by now.
    let is_shown_only = typed.text("only") == "show_as";
    let is_overtaken = typed.find("stands").is_some_and(|seen| seen != stands);
    draft.take(typed.pairs().clone());
    let show_as = draft.show_as.parse().unwrap_or(found.now.show_as);
    let done = if found.receipt.state == PledgeState::Secured && !is_shown_only {
        match understood(&draft, &found) {
            // Pressed twice, it is as it is to be already.
            Ok(wish) if is_overtaken && (&wish, show_as) != (&found.now.wish, found.now.show_as) => {
                Err(ChangePledgeError::Overtaken { amount: found.now.wish.amount })
            }
            Ok(wish) if sent == Form::Choice && wish.amount.minor() > found.receipt.amount_minor => {
                let agree = format!("/change/agree?{}", query(&draft));
                return Ok(receipt(place, &agree));
            }
            Ok(wish) => save(visit, found.holder, Chosen { wish, show_as }, found.now.clone()).await,
            Err(faults) => Err(ChangePledgeError::Invalid(faults)),
        }
    } else {
        show(visit, found.holder, show_as).await
    };
    match done {
        Ok(()) => Ok(receipt(place, "?saved")),
        Err(error) => {
            // The fields are on the page before, where what was chosen is found again.
            let again = match sent {
                Form::Choice => "#field-reward".to_owned(),
                Form::Agreement => place.path(&format!("p/{}/change?{}", place.key, query(&draft))),
            };
            refused(place, error, (&draft, again), &found, stands)
        }
    }
}

/// What was sent, as it fits the offer to whoever has what they have: nobody agrees to what is refused
/// afterwards.
fn understood(draft: &PledgeDraft, found: &Found) -> Result<PledgeWish, Vec<PledgeFault>> {
    let wish = draft.wish(&found.campaign.clone().with_own(&found.now.wish).offer())?;
    let wish = PledgeWish { method: found.now.wish.method, ..wish };
    let faults =
        change_faults(&found.campaign.offer(), &found.now.wish, &wish, found.campaign.summary.goal_minor);
    if faults.is_empty() { Ok(wish) } else { Err(faults) }
}

/// What is chosen, in an address.
fn query(draft: &PledgeDraft) -> String {
    serde_urlencoded::to_string(draft.pairs()).unwrap_or_default()
}

fn refused(
    place: &Place,
    error: ChangePledgeError,
    (draft, again): (&PledgeDraft, String),
    found: &Found,
    stands: String,
) -> Acted {
    let again = || Arg::Path(again.clone());
    let because = |said| Ok(Answer::because(Kind::Conflict, said));
    match error {
        ChangePledgeError::Invalid(faults) => Ok(Answer::faults(draft.faults(&faults))),
        ChangePledgeError::SoldOut { title } => {
            let own = found.campaign.summary.locale;
            let lang = (own != place.locale).then(|| Arg::Text(own.code().to_owned()));
            let args = [Arg::Text(title)].into_iter().chain(lang).chain([again()]);
            because(Said::of("pledge.sold_out", args.collect()))
        }
        ChangePledgeError::AddOnSoldOut => because(Said::of("pledge.add_on_sold_out", vec![again()])),
        ChangePledgeError::Overtaken { amount } => {
            let said = Said::of("pledge.overtaken", vec![Arg::Money(amount), again()]);
            // Whoever has read it may want it all the same.
            Ok(Answer::because(Kind::Conflict, said).with_anew("stands", stands))
        }
        // The page says why.
        ChangePledgeError::Closed { .. } | ChangePledgeError::Paused => {
            Ok(Answer::as_it_stands(Kind::Conflict))
        }
        ChangePledgeError::Store(error) => Err(error.into()),
        // It stands elsewhere by now: the receipt says where.
        ChangePledgeError::Move(_) => Ok(receipt(place, "")),
        ChangePledgeError::NotFound | ChangePledgeError::Denied | ChangePledgeError::TooOften => {
            Ok(Answer::as_it_stands(Kind::NotFound))
        }
    }
}

async fn find(visit: &Visit, place: &Place) -> Result<Option<Found>, StoreError> {
    let token = place.key.clone();
    let find = async move |tx: &mut Tx| {
        let Some((holder, receipt)) = find_pledge_by_receipt(tx, &token).await? else { return Ok(None) };
        let Some(now) = find_chosen(tx, holder.pledge()).await? else { return Ok(None) };
        let campaign = find_campaign(tx, &receipt.slug).await?;
        Ok(campaign.map(|campaign| Found { holder, receipt, campaign, now }))
    };
    visit.services().desk.db.read(find).await
}

async fn save(
    visit: &Visit,
    holder: ReceiptHolder,
    new: Chosen,
    seen: Chosen,
) -> Result<(), ChangePledgeError> {
    let actor = visit.actor();
    let write = async move |tx: &mut Tx| change_pledge(tx, &actor, holder, &new, Some(&seen)).await;
    visit.services().desk.db.write(write).await
}

async fn show(visit: &Visit, holder: ReceiptHolder, show_as: ShowAs) -> Result<(), ChangePledgeError> {
    let actor = visit.actor();
    let write = async move |tx: &mut Tx| show_otherwise(tx, &actor, holder, show_as).await;
    visit.services().desk.db.write(write).await
}
