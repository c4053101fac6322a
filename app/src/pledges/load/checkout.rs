//! The screens of a pledge.

use http::request::Parts;
use leptos::prelude::*;
use multitude_domain::pledges::{PledgeDraft, Proof};
use multitude_domain::view::{CampaignView, CheckoutView, HoldView};
use multitude_platform::accounts::SignedIn;
use multitude_platform::campaigns;
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::keys::{Keys, Purpose, hex};
use multitude_platform::pledges::{self, Hold, Holder};

use crate::Services;
use crate::acts::{Act, Reply};
use crate::answer::set_cookie;
use crate::kit::asking::whoever;
use crate::kit::loaded::{Failed, failed};
use crate::pledges::checkout::Step;
use crate::pledges::draft::{draft_cookies, draft_of, last_contact};

/// Who holds, as far as finding a hold goes: its browser.
pub fn holder(keys: &Keys, browser: &str, address: &str) -> Holder {
    Holder {
        browser: keys.hash(Purpose::Browser, browser.as_bytes()),
        address: keys.hash(Purpose::Address, address.as_bytes()),
    }
}

/// Whether they have proved an address: outside a demo nobody is signed in without the link or the code that
/// was mailed to it.
pub const fn proof_of(own: Option<&SignedIn>) -> Proof {
    match own {
        Some(_) => Proof::Proved,
        None => Proof::Unproved,
    }
}

/// Gives a browser that begins a checkout the secret that its hold belongs to, before it sends anything: an
/// answer that is lost on the way would take it along, and whoever sent the form again would stand behind
/// their own hold. No draft of another campaign is forgotten for it.
fn know_browser(services: &Services, parts: Option<&Parts>, slug: &str) {
    let Some(parts) = parts.filter(|parts| draft_of(&parts.headers, slug).is_none()) else { return };
    let draft = PledgeDraft { slug: slug.to_owned(), browser: fresh(services), ..PledgeDraft::default() };
    if let [cookie] = &*draft_cookies(&draft, &parts.headers, services.facts.is_https()) {
        set_cookie(cookie.clone());
    }
}

/// What nobody guesses, for a key or a browser.
pub(crate) fn fresh(services: &Services) -> String {
    hex(&services.desk.db.ambient().bytes::<16>())
}

/// Loads a screen of the checkout, with what its form was answered; nothing where there is no such campaign.
/// Where a checkout begins, its browser is known from then on.
pub(crate) async fn load_checkout(
    slug: String,
    step: Step,
    reply: Option<&Reply>,
) -> Result<Option<CheckoutView>, Failed> {
    let services = expect_context::<Services>();
    let parts = use_context::<Parts>();
    let draft = parts.as_ref().and_then(|parts| draft_of(&parts.headers, &slug)).unwrap_or_default();
    let own = whoever();
    let proof = proof_of(own.as_ref());
    let known = own.map(|own| (own.email, own.name));
    let known = known.or_else(|| last_contact(&parts.as_ref()?.headers));
    let draft = filled_in(typed_anew(draft, reply), known);
    let keys = services.desk.keys.clone();
    let read = services.desk.db.read(async move |tx| read_checkout(tx, &keys, &slug, draft, proof).await);
    let view = read.await.map_err(failed)?;
    let begins = step == Step::Support && reply.is_none();
    if let Some(view) = view.as_ref().filter(|view| begins && view.campaign.is_open()) {
        know_browser(&services, parts.as_ref(), &view.campaign.summary.slug);
    }
    Ok(view)
}

/// The draft with what was just typed, which was refused.
fn typed_anew(mut draft: PledgeDraft, reply: Option<&Reply>) -> PledgeDraft {
    let Some(reply) = reply else { return draft };
    if let Some(typed) = reply.typed(Act::Support) {
        if draft.is_placed {
            draft = draft.next();
        }
        draft.take(typed.pairs().clone());
        if reply.says("pledge.sold_out") {
            draft.reward.clear();
        }
    }
    if let Some(typed) = reply.typed(Act::Contact) {
        draft.take_contact(|name| typed.text(name).to_owned());
    }
    draft
}

/// Nobody is asked what their account says already, or else what they wrote for another campaign.
fn filled_in(mut draft: PledgeDraft, known: Option<(String, String)>) -> PledgeDraft {
    if let Some(known) = known.filter(|_| draft.email.is_empty() && draft.name.is_empty()) {
        (draft.email, draft.name) = known;
    }
    draft
}

async fn read_checkout(
    tx: &mut Tx,
    keys: &Keys,
    slug: &str,
    mut draft: PledgeDraft,
    proof: Proof,
) -> Result<Option<CheckoutView>, StoreError> {
    let Some(campaign) = campaigns::find_campaign(tx, slug).await? else { return Ok(None) };
    let hold = if draft.browser.is_empty() {
        None
    } else {
        let holder = holder(keys, &draft.browser, "");
        pledges::find_hold(tx, campaign.summary.id.uuid(), &holder).await?
    };
    let campaign = without_own_hold(campaign, hold.as_ref());
    let hold = hold.filter(|hold| covers(hold, &campaign, &draft)).and_then(|hold| {
        let reward = campaign.rewards.iter().find(|one| one.id == hold.reward)?;
        Some(HoldView { title: reward.title.clone(), until: hold.until, can_extend: hold.can_extend(proof) })
    });
    let terms = draft.terms();
    // They stay in the cookie, where no script reads them; the page's own data is open to all of them.
    draft.browser.clear();
    draft.key.clear();
    Ok(Some(CheckoutView { campaign, draft, terms, hold }))
}

/// Whether as many are held as were chosen. Where a larger number could not be held, the smaller one is held
/// still, but nobody is told that what they chose is theirs.
fn covers(hold: &Hold, campaign: &CampaignView, draft: &PledgeDraft) -> bool {
    let chosen = draft.wish(&campaign.offer()).ok().and_then(|wish| wish.reward);
    chosen.is_none_or(|(reward, qty)| reward != hold.reward || i64::from(qty) <= hold.qty)
}

/// What this browser holds is still there for it.
fn without_own_hold(mut campaign: CampaignView, hold: Option<&Hold>) -> CampaignView {
    if let Some(hold) = hold
        && let Some(reward) = campaign.rewards.iter_mut().find(|one| one.id == hold.reward)
    {
        reward.left = reward.left.map(|left| left.saturating_add(hold.qty));
        reward.held = reward.held.saturating_sub(hold.qty);
    }
    campaign
}
