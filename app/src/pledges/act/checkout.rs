//! The three screens of a pledge, and *Keep it*.

use multitude_domain::email::fold_email;
use multitude_domain::fault::{Arg, Said};
use multitude_domain::pledges::{PaymentMethod, PledgeDraft, PledgeFault, PledgeState, Proof};
use multitude_domain::view::CampaignView;
use multitude_platform::campaigns::find_campaign;
use multitude_platform::db::StoreError;
use multitude_platform::pledges::{
    self, Backer, Caller, ExtendOutcome, HoldOutcome, PlacePledge, PlacePledgeError, extend_hold,
    find_placed, hold_reward,
};

use crate::acts::{Acted, Answer, Kind, Noted, Place, Typed, Unanswered, Visit};
use crate::pledges::draft::{draft_cookies, draft_of};
use crate::pledges::load::{fresh, holder, proof_of};

/// One checkout: who asks, where, and what was typed before.
struct Checkout<'a> {
    visit: &'a Visit,
    place: &'a Place,
    draft: PledgeDraft,
    campaign: CampaignView,
}

impl<'a> Checkout<'a> {
    /// Finds the draft and its campaign, which takes pledges now; else what the page says.
    async fn begin(visit: &'a Visit, place: &'a Place) -> Result<Result<Self, Answer>, StoreError> {
        let slug = place.key.clone();
        let found = visit.services().desk.db.glance(async move |tx| find_campaign(tx, &slug).await).await?;
        let Some(campaign) = found else { return Ok(Err(Answer::as_it_stands(Kind::NotFound))) };
        if !campaign.is_open() {
            return Ok(Err(closed()));
        }
        let mut draft = draft_of(visit.headers(), &place.key).unwrap_or_default();
        for secret in [&mut draft.browser, &mut draft.key] {
            if secret.is_empty() {
                *secret = fresh(visit.services());
            }
        }
        draft.slug.clone_from(&place.key);
        Ok(Ok(Self { visit, place, draft, campaign }))
    }

    fn path(&self, rest: &str) -> String {
        self.place.path(&format!("c/{}/pledge{rest}", self.place.key))
    }

    /// What is kept of it in the browser.
    fn keep_draft(&self) {
        let is_https = self.visit.services().facts.is_https();
        self.visit.set_cookies(draft_cookies(&self.draft, self.visit.headers(), is_https));
    }

    fn lead_on(&self, path: String) -> Answer {
        self.keep_draft();
        Answer::lead_on(path)
    }

    /// The first screen once more: what was chosen there is not known. Where the browser sent no draft at all
    /// it keeps no cookies, or has forgotten them, and is told so: a draft that came along would say that all
    /// is well.
    fn lead_back(&self) -> Answer {
        if draft_of(self.visit.headers(), &self.place.key).is_some() {
            self.lead_on(self.path(""))
        } else {
            Answer::lead_on(self.path("?cookies"))
        }
    }

    fn faults(&self, faults: &[PledgeFault]) -> Answer {
        Answer::faults(self.draft.faults(faults))
    }

    /// Another pledge needs another key.
    fn renew_key(&mut self) {
        self.draft.key = fresh(self.visit.services());
    }

    /// Whether whoever sent the screen has proved an address.
    fn proof(&self) -> Proof {
        proof_of(self.visit.who())
    }

    /// Something stands in the way: what, of which reward, and where to go on.
    fn refused(&self, code: &str, title: Option<String>, rest: &str) -> Answer {
        let own = self.campaign.summary.locale;
        let lang = (own != self.place.locale).then(|| Arg::Text(own.code().to_owned()));
        let title = title.into_iter().flat_map(|title| [Some(Arg::Text(title)), lang.clone()]).flatten();
        let args = title.chain([Arg::Path(self.path(rest))]).collect();
        Answer::because(Kind::Conflict, Said::of(code, args))
    }
}

/// The page says that nothing can be pledged.
fn closed() -> Answer {
    Answer::as_it_stands(Kind::Conflict)
}

/// The first screen.
pub(crate) async fn support(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let mut checkout = match Checkout::begin(visit, place).await? {
        Ok(checkout) => checkout,
        Err(answer) => return Ok(answer),
    };
    if checkout.draft.is_placed {
        // The last one is placed: this is another pledge.
        checkout.draft = std::mem::take(&mut checkout.draft).next();
        checkout.renew_key();
    }
    checkout.draft.take(typed.pairs().clone());
    let wish = match checkout.draft.wish(&checkout.campaign.offer()) {
        Ok(wish) => wish,
        Err(faults) => return Ok(checkout.faults(&faults)),
    };
    let (desk, proof) = (&visit.services().desk, checkout.proof());
    let who = holder(&desk.keys, &checkout.draft.browser, visit.address());
    let slug = place.key.clone();
    let held = desk.db.write(async move |tx| hold_reward(tx, &slug, &wish, &who, proof).await).await;
    match held {
        Ok(HoldOutcome::Held(_) | HoldOutcome::NotHeld | HoldOutcome::NotNeeded) => {
            Ok(checkout.lead_on(checkout.path("/you")))
        }
        Err(PlacePledgeError::SoldOut { title }) => Ok(checkout.refused("pledge.sold_out", Some(title), "")),
        Err(PlacePledgeError::Store(error)) => Err(error.into()),
        Err(PlacePledgeError::Invalid(faults)) => Ok(checkout.faults(&faults)),
        Err(PlacePledgeError::AddOnSoldOut) => Ok(checkout.refused("pledge.add_on_sold_out", None, "")),
        // The page says that nothing can be pledged.
        Err(
            PlacePledgeError::UnconfirmedFull { .. }
            | PlacePledgeError::KeyReused { .. }
            | PlacePledgeError::BadKey
            | PlacePledgeError::NoCampaign { .. }
            | PlacePledgeError::NotOpen { .. }
            | PlacePledgeError::Closed { .. }
            | PlacePledgeError::Move(_),
        ) => Ok(closed()),
    }
}

/// The second screen.
pub(crate) async fn contact(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let mut checkout = match Checkout::begin(visit, place).await? {
        Ok(checkout) => checkout,
        Err(answer) => return Ok(answer),
    };
    checkout.draft.take_contact(|name| typed.text(name).to_owned());
    let offer = checkout.campaign.offer();
    let Ok(wish) = checkout.draft.wish(&offer) else {
        return Ok(checkout.lead_back());
    };
    match checkout.draft.contact(&offer, &wish) {
        Ok(_) => Ok(checkout.lead_on(checkout.path("/pay"))),
        Err(faults) => Ok(checkout.faults(&faults)),
    }
}

/// The receipt of what this browser's draft was placed as, where it was.
async fn placed_before(visit: &Visit, place: &Place) -> Result<Option<String>, StoreError> {
    let Some(draft) = draft_of(visit.headers(), &place.key) else { return Ok(None) };
    let keys = &visit.services().desk.keys;
    let browser = holder(keys, &draft.browser, "").browser;
    let caller = Caller::Form { slug: place.key.clone(), browser };
    visit.services().desk.db.glance(async |tx| find_placed(tx, keys, &caller, &draft.key).await).await
}

/// The third screen: the pledge is placed. Sent twice, it is the same pledge.
pub(crate) async fn pay(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    // Pressed again because no answer came: by now the campaign may have closed, or no longer offer what was
    // pledged.
    let earlier = placed_before(visit, place).await?;
    let earlier = earlier.map(|receipt| Answer::lead_on(place.path(&format!("p/{receipt}"))));
    let checkout = match Checkout::begin(visit, place).await? {
        Ok(checkout) => checkout,
        Err(answer) => return Ok(earlier.unwrap_or(answer)),
    };
    let offer = checkout.campaign.offer();
    let Ok(wish) = checkout.draft.wish(&offer) else {
        return Ok(earlier.unwrap_or_else(|| checkout.lead_back()));
    };
    let Ok((contact, wish)) = checkout.draft.contact(&offer, &wish) else {
        return Ok(earlier.unwrap_or_else(|| checkout.lead_on(checkout.path("/you"))));
    };
    if typed.text("terms") != checkout.draft.terms() {
        return Ok(checkout.refused("pledge.changed", None, ""));
    }
    // Whoever is signed in pledges as a member with the account's own address, and as a guest with any other.
    let own = visit.who().filter(|own| fold_email(&own.email) == fold_email(&contact.email));
    let unproved = own.is_none().then_some(contact.email.as_str());
    let counted = match visit.count_pledge(unproved) {
        Ok(counted) => counted,
        Err(wait) => return earlier.ok_or(Unanswered::TooMany(wait)),
    };
    let desk = &visit.services().desk;
    let browser = holder(&desk.keys, &checkout.draft.browser, "").browser;
    let caller = Caller::Form { slug: place.key.clone(), browser };
    let new = PlacePledge {
        slug: place.key.clone(),
        wish,
        backer: Backer {
            user: own.map(|own| own.user),
            email: Some(contact.email),
            name: contact.name,
            show_as: contact.show_as,
            locale: place.locale,
        },
        token: typed.text("token").to_owned(),
        key: Some((caller, checkout.draft.key.clone())),
        browser: Some(browser),
    };
    let placed = pledges::place(desk, new).await;
    match &placed {
        Ok(placed) if !placed.is_replay => {}
        // What the database did not say may be stored.
        Err(PlacePledgeError::Store(_)) => {}
        Ok(_) | Err(_) => counted.give_back(),
    }
    placed_as(checkout, placed)
}

/// What placing a pledge came to.
fn placed_as(mut checkout: Checkout<'_>, placed: Result<pledges::PlacedPledge, PlacePledgeError>) -> Acted {
    match placed {
        Ok(placed) if placed.state == PledgeState::Cancelled && !placed.is_replay => {
            // Declined: another try is another pledge.
            checkout.renew_key();
            checkout.keep_draft();
            let code = match checkout.draft.payment_method() {
                PaymentMethod::Card => "pledge.declined_card",
                PaymentMethod::Twint | PaymentMethod::Bank => "pledge.declined",
            };
            let terms = checkout.draft.terms();
            Ok(checkout.refused(code, None, "/you").with_anew("terms", terms))
        }
        Ok(placed) => {
            if !placed.is_replay {
                checkout.visit.note(Noted::Pledged);
            }
            checkout.draft.is_placed = true;
            Ok(checkout.lead_on(checkout.place.path(&format!("p/{}", placed.receipt))))
        }
        Err(PlacePledgeError::SoldOut { title }) => Ok(checkout.refused("pledge.sold_out", Some(title), "")),
        Err(PlacePledgeError::UnconfirmedFull { title }) => {
            Ok(checkout.refused("pledge.unconfirmed_full", Some(title), "/you"))
        }
        Err(PlacePledgeError::AddOnSoldOut) => Ok(checkout.refused("pledge.add_on_sold_out", None, "")),
        Err(PlacePledgeError::KeyReused { receipt, .. }) => {
            let path = Arg::Path(checkout.place.path(&format!("p/{receipt}")));
            Ok(Answer::because(Kind::Conflict, Said::of("pledge.key_reused", vec![path])))
        }
        Err(PlacePledgeError::Invalid(faults)) => Ok(checkout.faults(&faults)),
        Err(PlacePledgeError::Store(error)) => Err(error.into()),
        Err(
            PlacePledgeError::BadKey
            | PlacePledgeError::NoCampaign { .. }
            | PlacePledgeError::NotOpen { .. }
            | PlacePledgeError::Closed { .. }
            | PlacePledgeError::Move(_),
        ) => Ok(closed()),
    }
}

/// *Keep it*: a quarter of an hour more, once for a guest. The screen that this leads back to says until
/// when, and has the way to sign in where that comes first.
pub(crate) async fn keep(visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let checkout = match Checkout::begin(visit, place).await? {
        Ok(checkout) => checkout,
        Err(answer) => return Ok(answer),
    };
    let back = [checkout.path("/you"), checkout.path("/pay")];
    let back = back.into_iter().find(|own| own == typed.text("back"));
    let back = back.unwrap_or_else(|| checkout.path("/you"));
    let (desk, id, proof) = (&visit.services().desk, checkout.campaign.summary.id.uuid(), checkout.proof());
    let who = holder(&desk.keys, &checkout.draft.browser, visit.address());
    match desk.db.write(async move |tx| extend_hold(tx, id, &who, proof).await).await? {
        // What was typed is kept as long as the reward.
        ExtendOutcome::Extended(_) => Ok(checkout.lead_on(back)),
        ExtendOutcome::NeedsProof(_) | ExtendOutcome::Gone => Ok(Answer::lead_on(back)),
    }
}
