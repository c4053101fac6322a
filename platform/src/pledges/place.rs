//! Placing a pledge: once for each key, never more of a reward than there is, never after the deadline.

use multitude_domain::campaign::{CampaignState, PolicyKind};
use multitude_domain::id::{AttemptId, CampaignId, PledgeId, RewardId, UserId};
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::pledge::{
    Contribution, Offer, OfferedAddOn, OfferedReward, PledgeAction, PledgeFault, PledgeState, PledgeWish,
    Review, ShowAs, quote,
};
use multitude_domain::time::Timestamp;
use multitude_domain::{UnknownState, WrongState};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::record::{MovePledgeError, add_outbox, find_record, move_sums};
use super::sql;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::keys::{Keys, Purpose, token_hash};
use crate::payments::{Answer, AttemptKind, Operation, Payments, Provider as _};
use crate::{on, pools, rows};

/// Who pledges.
#[derive(Debug, Clone)]
pub struct Backer {
    /// The account, where there is one.
    pub user: Option<UserId>,
    /// Where the receipt goes; none for backers recorded elsewhere.
    pub email: Option<String>,
    /// The name on the receipt.
    pub name: String,
    /// How the page shows them.
    pub show_as: ShowAs,
    /// The language of their mails.
    pub locale: Locale,
}

/// Who sent an idempotency key: keys of different callers never meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// An API key or a session, by its id.
    Known(Uuid),
    /// Nobody known: the campaign and the e-mail address stand for them.
    Guest {
        /// The campaign's slug.
        slug: String,
        /// The address.
        email: String,
    },
}

impl Caller {
    fn hash(&self, keys: &Keys) -> [u8; 32] {
        match self {
            Self::Known(id) => keys.hash(Purpose::Caller, id.as_bytes()),
            Self::Guest { slug, email } => {
                keys.hash(Purpose::Caller, format!("{slug}\n{}", email.to_lowercase()).as_bytes())
            }
        }
    }
}

/// The longest idempotency key.
pub const KEY_CHARS_MAX: usize = 200;

/// A pledge to place.
#[derive(Debug, Clone)]
pub struct PlacePledge {
    /// The campaign's slug.
    pub slug: String,
    /// What is wanted, and how it is paid.
    pub wish: PledgeWish,
    /// Who pledges.
    pub backer: Backer,
    /// What the provider gave the browser.
    pub token: String,
    /// Sent twice with the same key, it is placed once.
    pub key: Option<(Caller, String)>,
    /// The browser whose hold, if it has one, is used up.
    pub browser: Option<[u8; 32]>,
}

/// A pledge that is placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedPledge {
    /// The pledge.
    pub id: PledgeId,
    /// Where it stands.
    pub state: PledgeState,
    /// The token of its receipt, which only the backer gets.
    pub receipt: String,
    /// Whether it had been placed before with the same key.
    pub is_replay: bool,
    /// The try to make at the provider, where it could not answer at once.
    pub attempt: Option<AttemptId>,
}

/// Why a pledge was not placed. Nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub enum PlacePledgeError {
    /// There is no such campaign, or it is not public.
    #[error("no campaign {slug}")]
    NoCampaign {
        /// The slug.
        slug: String,
    },
    /// It is not open yet, or pauses.
    #[error("campaign {slug} is {state}")]
    NotOpen {
        /// The slug.
        slug: String,
        /// Where it stands.
        state: CampaignState,
    },
    /// Its deadline has passed.
    #[error("campaign {slug} closed at {at}")]
    Closed {
        /// The slug.
        slug: String,
        /// When.
        at: Timestamp,
    },
    /// The wish does not fit the offer.
    #[error("the pledge does not fit the offer")]
    Invalid(Vec<PledgeFault>),
    /// The last one is taken or held.
    #[error("reward {title} is sold out")]
    SoldOut {
        /// The reward's title.
        title: String,
    },
    /// The last one is taken.
    #[error("an add-on is sold out")]
    AddOnSoldOut,
    /// The key was used for another pledge.
    #[error("the key was used for another pledge")]
    KeyReused {
        /// That pledge.
        pledge: PledgeId,
        /// Its receipt, for the form's way back; the API does not reveal it.
        receipt: String,
    },
    /// The pledge could not be moved on.
    #[error(transparent)]
    Move(MovePledgeError),
    /// The database did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for PlacePledgeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for PlacePledgeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<MovePledgeError> for PlacePledgeError {
    fn from(error: MovePledgeError) -> Self {
        match error {
            MovePledgeError::Store(error) => Self::Store(error),
            other @ (MovePledgeError::Wrong(_) | MovePledgeError::Post(_)) => Self::Move(other),
        }
    }
}

impl From<WrongState> for PlacePledgeError {
    fn from(error: WrongState) -> Self {
        Self::Move(error.into())
    }
}

impl CarriesStoreError for PlacePledgeError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::NoCampaign { .. }
            | Self::NotOpen { .. }
            | Self::Closed { .. }
            | Self::Invalid(_)
            | Self::SoldOut { .. }
            | Self::AddOnSoldOut
            | Self::KeyReused { .. }
            | Self::Move(_) => None,
        }
    }
}

#[derive(Debug, sqlx::FromRow)]
struct OfferRow {
    id: Uuid,
    currency: String,
    policy: String,
    state: String,
    goal_minor: i64,
    livemode: bool,
    closes_at: Option<i64>,
    has_pool: bool,
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct RewardRow {
    pub(super) title: String,
    pub(super) price_minor: i64,
    pub(super) stock: Option<i64>,
    pub(super) early_until: Option<i64>,
    pub(super) is_shipped: bool,
}

/// A campaign that takes pledges now, as far as a wish concerns it.
pub(super) struct OpenCampaign {
    pub(super) id: CampaignId,
    pub(super) goal_minor: i64,
    pub(super) livemode: bool,
    pub(super) has_pool: bool,
    pub(super) reward: Option<RewardRow>,
    pub(super) offer: Offer,
}

/// Finds the campaign and what it offers of the wish; it cannot close before this transaction ends.
pub(super) async fn open_campaign(
    tx: &mut Tx,
    slug: &str,
    wish: &PledgeWish,
) -> Result<OpenCampaign, PlacePledgeError> {
    tx.lock_campaign_shared_by_slug(slug).await?;
    let row: Option<OfferRow> = on!(tx, c => sqlx::query_as(sql::OFFER).bind(slug).fetch_optional(c).await)?;
    let missing = || PlacePledgeError::NoCampaign { slug: slug.to_owned() };
    let row = row.ok_or_else(missing)?;
    let bad = |column| StoreError::Impossible { table: "campaigns", column, id: row.id.to_string() };
    let state: CampaignState = row.state.parse().map_err(|UnknownState| bad("state"))?;
    let currency: Currency = row.currency.parse().map_err(|_| bad("currency"))?;
    let policy: PolicyKind = row.policy.parse().map_err(|UnknownState| bad("policy"))?;
    let now = tx.now().await?;
    let closes_at = row.closes_at.map(Timestamp::from_micros);
    let closes_at = match (state, closes_at) {
        (CampaignState::Live, Some(at)) if now < at => at,
        (CampaignState::Live | CampaignState::Suspended, Some(at)) if now >= at => {
            return Err(PlacePledgeError::Closed { slug: slug.to_owned(), at });
        }
        (CampaignState::Live | CampaignState::Suspended | CampaignState::Scheduled, _) => {
            return Err(PlacePledgeError::NotOpen { slug: slug.to_owned(), state });
        }
        (state, Some(at)) if state.is_public() => {
            return Err(PlacePledgeError::Closed { slug: slug.to_owned(), at });
        }
        _ => return Err(missing()),
    };
    let (rewards, reward) = offered_reward(tx, row.id, wish).await?;
    let offer = Offer {
        currency,
        policy: policy.policy(currency),
        rewards,
        add_ons: offered_add_ons(tx, row.id, wish).await?,
        closes_at,
        now,
    };
    Ok(OpenCampaign {
        id: CampaignId::new(row.id),
        goal_minor: row.goal_minor,
        livemode: row.livemode,
        has_pool: row.has_pool,
        reward,
        offer,
    })
}

async fn offered_reward(
    tx: &mut Tx,
    campaign: Uuid,
    wish: &PledgeWish,
) -> Result<(Vec<OfferedReward>, Option<RewardRow>), StoreError> {
    let Some((id, _)) = wish.reward else { return Ok((Vec::new(), None)) };
    let row: Option<RewardRow> = on!(tx, c => sqlx::query_as(sql::OFFERED_REWARD)
        .bind(id.uuid()).bind(campaign).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok((Vec::new(), None)) };
    let regions = if row.is_shipped {
        on!(tx, c => sqlx::query_as(sql::REGIONS).bind(id.uuid()).fetch_all(c).await)?
    } else {
        Vec::new()
    };
    let offered = OfferedReward {
        id,
        price_minor: row.price_minor,
        early_until: row.early_until.map(Timestamp::from_micros),
        regions,
    };
    Ok((vec![offered], Some(row)))
}

async fn offered_add_ons(
    tx: &mut Tx,
    campaign: Uuid,
    wish: &PledgeWish,
) -> Result<Vec<OfferedAddOn>, StoreError> {
    if wish.add_ons.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, i64)> =
        on!(tx, c => sqlx::query_as(sql::OFFERED_ADD_ONS).bind(campaign).fetch_all(c).await)?;
    let offered =
        |(id, price_minor)| OfferedAddOn { id: multitude_domain::id::AddOnId::new(id), price_minor };
    Ok(rows.into_iter().map(offered).collect())
}

/// Places a pledge. Where the provider can answer at once it is answered in the same transaction; otherwise
/// [`PlacedPledge::attempt`] is to be performed next.
///
/// # Errors
/// [`PlacePledgeError`]; nothing is stored then.
pub async fn place_pledge(
    tx: &mut Tx,
    keys: &Keys,
    payments: &Payments,
    new: &PlacePledge,
) -> Result<PlacedPledge, PlacePledgeError> {
    let request_hash = request_hash(new);
    let caller = new.key.as_ref().map(|(caller, key)| (caller.hash(keys), key.as_str()));
    if let Some(earlier) = find_earlier(tx, keys, caller.as_ref(), &request_hash).await? {
        return Ok(earlier);
    }
    let campaign = open_campaign(tx, &new.slug, &new.wish).await?;
    let (_, faults) = quote(&campaign.offer, &new.wish);
    if !faults.is_empty() {
        return Err(PlacePledgeError::Invalid(faults));
    }
    take(tx, &campaign, new).await?;

    let now = campaign.offer.now;
    let id = PledgeId::new(tx.uuid());
    let operation = Operation {
        key: AttemptId::new(tx.uuid()),
        kind: AttemptKind::Setup,
        pledge: id,
        amount: new.wish.amount,
        method: new.wish.method,
        token: new.token.clone(),
        email: new.backer.email.clone(),
        at: now,
    };
    let answer = payments.instant(&operation);
    let sent = PledgeState::Draft.apply(new.wish.method.start())?;
    let (state, attempt_state) = match &answer {
        Some(Answer::Done { .. }) => (sent.apply(PledgeAction::Secure)?, "succeeded"),
        Some(Answer::Declined) => (sent.apply(PledgeAction::Cancel)?, "declined"),
        Some(Answer::ActionRequired | Answer::Arrived { .. } | Answer::Pending) | None => (sent, "pending"),
    };
    let needs_review = campaign.offer.policy.needs_review(new.wish.amount.minor(), campaign.goal_minor);
    let row = NewRow {
        id,
        state,
        review: if needs_review { Review::Waiting } else { Review::NotNeeded },
        payer_hash: match &answer {
            Some(Answer::Done { payer: Some(payer), .. }) => {
                Some(keys.hash(Purpose::Payer, payer.as_bytes()))
            }
            _ => None,
        },
        receipt: keys.token(Purpose::Receipt, id.uuid().as_bytes()),
    };
    let added = add_pledge(tx, &campaign, new, &row, caller.as_ref(), &request_hash).await;
    if let Err(error) = added {
        // The same key arrived twice at once; whoever was second finds the first one's pledge when it tries again.
        return Err(if error.is_unique_violation() {
            StoreError::ChangedMeanwhile { what: "idempotency key" }.into()
        } else {
            error.into()
        });
    }
    add_attempt(tx, &operation, payments, attempt_state, answer.as_ref()).await?;
    add_events(tx, &campaign, &row, sent, new.wish.amount.minor()).await?;
    if campaign.has_pool || state == PledgeState::Cancelled {
        follow(tx, id, now).await?;
    }
    Ok(PlacedPledge {
        id,
        state,
        receipt: row.receipt,
        is_replay: false,
        attempt: (attempt_state == "pending").then_some(operation.key),
    })
}

struct NewRow {
    id: PledgeId,
    state: PledgeState,
    review: Review,
    payer_hash: Option<[u8; 32]>,
    receipt: String,
}

/// What is hashed of a request, so that another request under the same key is noticed.
fn request_hash(new: &PlacePledge) -> [u8; 32] {
    let wish = &new.wish;
    let add_ons: Vec<_> = wish.add_ons.iter().map(|choice| (choice.id, choice.qty)).collect();
    let facts = format!(
        "{}\n{}\n{:?}\n{:?}\n{add_ons:?}\n{}\n{}\n{:?}\n{}\n{}",
        new.slug,
        wish.amount,
        wish.reward,
        wish.region,
        wish.method,
        new.token,
        new.backer.email,
        new.backer.name,
        new.backer.show_as,
    );
    Sha256::digest(facts).into()
}

async fn find_earlier(
    tx: &mut Tx,
    keys: &Keys,
    caller: Option<&([u8; 32], &str)>,
    request_hash: &[u8; 32],
) -> Result<Option<PlacedPledge>, PlacePledgeError> {
    let Some((caller, key)) = caller else { return Ok(None) };
    let row: Option<(Uuid, String, Option<Vec<u8>>)> = on!(tx, c => sqlx::query_as(sql::BY_KEY)
        .bind(caller.as_slice()).bind(*key).fetch_optional(c).await)?;
    let Some((id, state, stored)) = row else { return Ok(None) };
    let receipt = keys.token(Purpose::Receipt, id.as_bytes());
    let pledge = PledgeId::new(id);
    if stored.as_deref() != Some(request_hash.as_slice()) {
        return Err(PlacePledgeError::KeyReused { pledge, receipt });
    }
    let state = state.parse().map_err(|UnknownState| StoreError::Impossible {
        table: "pledges",
        column: "state",
        id: id.to_string(),
    })?;
    Ok(Some(PlacedPledge { id: pledge, state, receipt, is_replay: true, attempt: None }))
}

/// Takes what is limited, and this browser's hold with it.
async fn take(tx: &mut Tx, campaign: &OpenCampaign, new: &PlacePledge) -> Result<(), PlacePledgeError> {
    let browser = new.browser.unwrap_or_default();
    if let (Some((id, qty)), Some(reward)) = (new.wish.reward, &campaign.reward)
        && reward.stock.is_some()
    {
        let qty = i64::from(qty);
        take_reward(tx, id, qty, campaign.offer.now, &browser)
            .await?
            .then_some(())
            .ok_or_else(|| PlacePledgeError::SoldOut { title: reward.title.clone() })?;
    }
    for choice in &new.wish.add_ons {
        let taken =
            rows!(tx, sqlx::query(sql::TAKE_ADD_ON).bind(choice.id.uuid()).bind(i64::from(choice.qty)))?;
        if taken != 1 {
            return Err(PlacePledgeError::AddOnSoldOut);
        }
    }
    if new.browser.is_some() {
        rows!(tx, sqlx::query(sql::DROP_HOLD).bind(browser.as_slice()).bind(campaign.id.uuid()))?;
    }
    Ok(())
}

/// Whether so many could be taken. The lock keeps holds still meanwhile.
pub(super) async fn take_reward(
    tx: &mut Tx,
    reward: RewardId,
    qty: i64,
    now: Timestamp,
    browser: &[u8; 32],
) -> Result<bool, StoreError> {
    tx.lock_reward(reward.uuid()).await?;
    let taken = rows!(
        tx,
        sqlx::query(sql::TAKE_REWARD)
            .bind(reward.uuid())
            .bind(qty)
            .bind(now.as_micros())
            .bind(browser.as_slice())
    )?;
    Ok(taken == 1)
}

async fn add_pledge(
    tx: &mut Tx,
    campaign: &OpenCampaign,
    new: &PlacePledge,
    row: &NewRow,
    caller: Option<&([u8; 32], &str)>,
    request_hash: &[u8; 32],
) -> Result<(), StoreError> {
    let (wish, backer) = (&new.wish, &new.backer);
    rows!(
        tx,
        sqlx::query(sql::ADD_PLEDGE)
            .bind(row.id.uuid())
            .bind(campaign.id.uuid())
            .bind(backer.user.map(UserId::uuid))
            .bind(row.state.name())
            .bind(wish.amount.minor())
            .bind(wish.amount.currency().code())
            .bind(wish.reward.map(|(id, _)| id.uuid()))
            .bind(wish.reward.map_or(0, |(_, qty)| i64::from(qty)))
            .bind(wish.region.as_deref())
            .bind(backer.email.as_deref())
            .bind(&backer.name)
            .bind(backer.show_as.name())
            .bind(backer.locale.code())
            .bind(wish.method.name())
            .bind(campaign.livemode)
            .bind(token_hash(&row.receipt).as_slice())
            .bind(caller.map(|(hash, _)| hash.as_slice()))
            .bind(caller.map(|(_, key)| *key))
            .bind(caller.map(|_| request_hash.as_slice()))
            .bind(campaign.offer.now.as_micros())
            .bind(row.review.name())
            .bind(row.payer_hash.as_ref().map(<[u8; 32]>::as_slice))
    )?;
    for choice in &wish.add_ons {
        rows!(
            tx,
            sqlx::query(sql::ADD_ADD_ON)
                .bind(row.id.uuid())
                .bind(choice.id.uuid())
                .bind(i64::from(choice.qty))
        )?;
    }
    Ok(())
}

/// Stores a try before the provider is asked, or with what it answered at once.
pub(crate) async fn add_attempt(
    tx: &mut Tx,
    operation: &Operation,
    payments: &Payments,
    state: &'static str,
    answer: Option<&Answer>,
) -> Result<(), StoreError> {
    let reference = match answer {
        Some(Answer::Done { reference, .. }) => Some(reference.as_str()),
        _ => None,
    };
    let answered_at = (state != "pending").then_some(operation.at.as_micros());
    rows!(
        tx,
        sqlx::query(sql::ADD_ATTEMPT)
            .bind(operation.key.uuid())
            .bind(operation.pledge.uuid())
            .bind(operation.kind.name())
            .bind(payments.code().name())
            .bind(&operation.token)
            .bind(state)
            .bind(reference)
            .bind(operation.amount.minor())
            .bind(operation.at.as_micros())
            .bind(answered_at)
    )?;
    Ok(())
}

/// The events of a new pledge, its campaign's sums, and word of it.
async fn add_events(
    tx: &mut Tx,
    campaign: &OpenCampaign,
    row: &NewRow,
    sent: PledgeState,
    amount_minor: i64,
) -> Result<(), StoreError> {
    let change = Contribution::of(row.state, row.review, amount_minor);
    let (at, id) = (campaign.offer.now, row.id.uuid());
    let (first, second) = (tx.uuid(), tx.uuid());
    if row.state == sent {
        rows!(
            tx,
            sqlx::query(sql::ADD_EVENT)
                .bind(first)
                .bind(id)
                .bind(campaign.id.uuid())
                .bind(PledgeState::Draft.name())
                .bind(sent.name())
                .bind(change.pledged_minor)
                .bind(change.secured_minor)
                .bind(change.backers)
                .bind(at.as_micros())
        )?;
    } else {
        rows!(
            tx,
            sqlx::query(sql::ADD_TWO_EVENTS)
                .bind(first)
                .bind(id)
                .bind(campaign.id.uuid())
                .bind(sent.name())
                .bind(at.as_micros())
                .bind(second)
                .bind(row.state.name())
                .bind(change.pledged_minor)
                .bind(change.secured_minor)
                .bind(change.backers)
        )?;
    }
    move_sums(tx, campaign.id, campaign.goal_minor, change).await?;
    add_outbox(tx, "pledge_placed", campaign.id, row.id, at).await
}

/// What follows from an answer that came at once: a match, or the way back of what was taken.
async fn follow(tx: &mut Tx, id: PledgeId, at: Timestamp) -> Result<(), PlacePledgeError> {
    let Some(record) = find_record(tx, id).await? else { return Ok(()) };
    match record.state {
        PledgeState::Secured => {
            pools::reserve_match(tx, &record.candidate(at)).await.map_err(MovePledgeError::from)?;
        }
        PledgeState::Cancelled => record.give_back(tx).await?,
        _ => {}
    }
    Ok(())
}
