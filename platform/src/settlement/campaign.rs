//! A campaign as settling sees it, and moving it on.

use multitude_domain::WrongState;
use multitude_domain::campaigns::{CampaignAction, CampaignState, FundingModel};
use multitude_domain::fees::{BasisPoints, reserve_minor};
use multitude_domain::id::CampaignId;
use multitude_domain::ledger::{BadPosting, CampaignBooks};
use multitude_domain::money::Currency;
use multitude_domain::permission::Actor;
use multitude_domain::permission::settlement::Deed;
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::{sql, unknown_state};
use crate::audit::{Done, Permit, Target, permit};
use crate::campaigns::life::{find_relations, move_campaign};
use crate::campaigns::lock::lock_campaign;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::ledger::{self, PostError, Written};
use crate::pledges::MovePledgeError;
use crate::pledges::rematch::rematch_account;
use crate::pools;
use crate::{on, rows};

/// Why a campaign was not moved on.
#[derive(Debug, thiserror::Error)]
pub enum MoveCampaignError {
    /// Its state does not allow it.
    #[error(transparent)]
    Wrong(#[from] WrongState),
    /// The actor may not.
    #[error("not allowed")]
    Denied,
    /// Nobody has checked yet whom its money goes to.
    #[error("the payee is not verified")]
    UnverifiedPayee,
    /// Everything went back to its backers.
    #[error("there is nothing to pay out")]
    NothingToPay,
    /// One of its pledges could not be moved on.
    #[error(transparent)]
    Pledge(MovePledgeError),
    /// The ledger refused.
    #[error(transparent)]
    Post(PostError),
    /// The database did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl MoveCampaignError {
    /// Whether the database is away, so that nothing else would work either.
    pub(super) fn is_away(&self) -> bool {
        self.store_error().is_some_and(StoreError::is_away)
    }
}

impl From<StoreError> for MoveCampaignError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for MoveCampaignError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<PostError> for MoveCampaignError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Store(error) => Self::Store(error),
            other @ (PostError::Again { .. } | PostError::Bad(_)) => Self::Post(other),
        }
    }
}

impl From<BadPosting> for MoveCampaignError {
    fn from(error: BadPosting) -> Self {
        Self::Post(error.into())
    }
}

impl From<MovePledgeError> for MoveCampaignError {
    fn from(error: MovePledgeError) -> Self {
        match error {
            MovePledgeError::Store(error) => Self::Store(error),
            other @ (MovePledgeError::Wrong(_) | MovePledgeError::Post(_)) => Self::Pledge(other),
        }
    }
}

impl CarriesStoreError for MoveCampaignError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Wrong(_)
            | Self::Denied
            | Self::UnverifiedPayee
            | Self::NothingToPay
            | Self::Pledge(_)
            | Self::Post(_) => None,
        }
    }
}

/// What settling needs to know of a campaign.
#[derive(Debug, Clone)]
pub(super) struct DueCampaign {
    pub(super) id: CampaignId,
    pub(super) state: CampaignState,
    pub(super) books: CampaignBooks,
    pub(super) model: FundingModel,
    pub(super) goal_minor: i64,
    pub(super) livemode: bool,
    pub(super) opens_at: Option<Timestamp>,
    pub(super) closes_at: Option<Timestamp>,
    pub(super) decided_at: Option<Timestamp>,
    pub(super) statement_due_at: Option<Timestamp>,
    pub(super) has_stated: bool,
    pub(super) is_payee_verified: bool,
    pub(super) platform_fee: BasisPoints,
    pub(super) secured_minor: i64,
    pub(super) matched_minor: i64,
    pub(super) collected_minor: i64,
    pub(super) cost_minor: i64,
    pub(super) escrow_minor: i64,
}

#[derive(Debug, sqlx::FromRow)]
struct DueRow {
    id: Uuid,
    state: String,
    currency: String,
    model: String,
    optimum_minor: Option<i64>,
    goal_minor: i64,
    livemode: bool,
    opens_at: Option<i64>,
    closes_at: Option<i64>,
    decided_at: Option<i64>,
    statement_due_at: Option<i64>,
    stated_at: Option<i64>,
    payee_verified_at: Option<i64>,
    platform_fee_bp: i64,
    secured_minor: i64,
    matched_minor: i64,
    collected_minor: i64,
    cost_minor: i64,
    escrow_minor: i64,
}

/// The campaign, if there is one.
pub(super) async fn find(tx: &mut Tx, campaign: CampaignId) -> Result<Option<DueCampaign>, StoreError> {
    let row: Option<DueRow> =
        on!(tx, c => sqlx::query_as(sql::CAMPAIGN).bind(campaign.uuid()).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let bad = |column| StoreError::Impossible { table: "campaigns", column, id: row.id.to_string() };
    let currency: Currency = row.currency.parse().map_err(|_| bad("currency"))?;
    Ok(Some(DueCampaign {
        id: CampaignId::new(row.id),
        state: row.state.parse().map_err(|error| unknown_state(error, row.id))?,
        books: CampaignBooks { campaign: CampaignId::new(row.id), currency },
        model: FundingModel::of(&row.model, row.optimum_minor).map_err(|_| bad("model"))?,
        goal_minor: row.goal_minor,
        livemode: row.livemode,
        opens_at: row.opens_at.map(Timestamp::from_micros),
        closes_at: row.closes_at.map(Timestamp::from_micros),
        decided_at: row.decided_at.map(Timestamp::from_micros),
        statement_due_at: row.statement_due_at.map(Timestamp::from_micros),
        has_stated: row.stated_at.is_some(),
        is_payee_verified: row.payee_verified_at.is_some(),
        platform_fee: BasisPoints::new(
            u32::try_from(row.platform_fee_bp).map_err(|_| bad("platform_fee_bp"))?,
        ),
        secured_minor: row.secured_minor,
        matched_minor: row.matched_minor,
        collected_minor: row.collected_minor,
        cost_minor: row.cost_minor,
        escrow_minor: row.escrow_minor,
    }))
}

impl DueCampaign {
    /// Whether settling it means to move its pledges on.
    pub(super) const fn moves_pledges(&self) -> bool {
        matches!(self.state, CampaignState::Collecting | CampaignState::Releasing)
    }

    /// Does `action`, once, and says so in the outbox.
    pub(super) async fn move_on(
        &self,
        tx: &mut Tx,
        action: CampaignAction,
        at: Timestamp,
    ) -> Result<(), MoveCampaignError> {
        move_campaign::<MoveCampaignError>(tx, self.id, self.state, action, at).await?;
        Ok(())
    }
}

/// Takes a campaign that was recorded as suspended or cancelled there, from wherever it is on that way.
pub(crate) async fn record_stop(
    tx: &mut Tx,
    campaign: CampaignId,
    end: CampaignState,
) -> Result<(), MoveCampaignError> {
    lock_campaign(tx, campaign.uuid()).await?;
    let now = tx.now().await?;
    for (from, action) in
        [(CampaignState::Live, CampaignAction::Suspend), (CampaignState::Suspended, CampaignAction::Cancel)]
    {
        let Some(due) = find(tx, campaign).await? else { return Ok(()) };
        if due.state == from && due.state != end {
            due.move_on(tx, action, now).await?;
        }
    }
    Ok(())
}

async fn find_for(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
) -> Result<(DueCampaign, Permit), MoveCampaignError> {
    lock_campaign(tx, campaign.uuid()).await?;
    let due = find(tx, campaign).await?.ok_or(MoveCampaignError::Denied)?;
    let relations = find_relations(tx, campaign, actor).await?;
    let permit = permit(actor, Deed::PayOut, &relations).ok_or(MoveCampaignError::Denied)?;
    Ok((due, permit))
}

/// Somebody has checked that a campaign's money goes to whom its team says: to the account whose keyed hash
/// is given ([`account_hash`](crate::payments::account_hash)). What was pledged from there is not matched.
/// Another account takes the place of the one before.
///
/// # Errors
/// [`MoveCampaignError::Denied`] for whoever may not.
pub async fn verify_payee(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    account: [u8; 32],
) -> Result<(), MoveCampaignError> {
    let (_, permit) = find_for(tx, actor, campaign).await?;
    let before: Option<Vec<u8>> = on!(tx, c => sqlx::query_scalar(sql::PAYEE)
        .bind(campaign.uuid()).fetch_one(c).await)?;
    let now = tx.now().await?.as_micros();
    rows!(tx, sqlx::query(sql::VERIFY_PAYEE).bind(campaign.uuid()).bind(now).bind(account.as_slice()))?;
    for account in before.iter().map(Vec::as_slice).chain([account.as_slice()]) {
        rematch_account(tx, campaign, account).await?;
    }
    permit.write_down(tx, Done::to(Target::Campaign(campaign), "verify_payee")).await?;
    Ok(())
}

/// Gives a settled campaign its match and pays it what is in its escrow but for the reserve; its team
/// delivers from here on.
///
/// # Errors
/// [`MoveCampaignError::Denied`] for whoever may not; [`MoveCampaignError::UnverifiedPayee`] before
/// [`verify_payee`]; [`MoveCampaignError::Wrong`] before it is settled; [`MoveCampaignError::NothingToPay`]
/// where all went back.
pub async fn pay_out(tx: &mut Tx, actor: &Actor, campaign: CampaignId) -> Result<(), MoveCampaignError> {
    let (due, permit) = find_for(tx, actor, campaign).await?;
    if !due.is_payee_verified {
        return Err(MoveCampaignError::UnverifiedPayee);
    }
    let now = tx.now().await?;
    if due.state == CampaignState::Settled && due.escrow_minor.saturating_add(due.matched_minor) <= 0 {
        return Err(MoveCampaignError::NothingToPay);
    }
    due.move_on(tx, CampaignAction::Fulfil, now).await?;
    // Until here what was pledged from the payout account could give its match back.
    pools::post_matches(tx, due.books, due.livemode, now).await?;
    let due = find(tx, campaign).await?.ok_or(MoveCampaignError::Denied)?;
    permit.write_down(tx, Done::to(Target::Campaign(campaign), CampaignAction::Fulfil.name())).await?;
    let payable = due.escrow_minor.saturating_sub(reserve_minor(due.collected_minor));
    due.pay(tx, payable, now).await
}

/// Everything that was promised is delivered: the reserve is paid out too.
///
/// # Errors
/// [`MoveCampaignError::Denied`] for whoever may not; [`MoveCampaignError::Wrong`] before it was paid out.
pub async fn complete(tx: &mut Tx, actor: &Actor, campaign: CampaignId) -> Result<(), MoveCampaignError> {
    let (due, permit) = find_for(tx, actor, campaign).await?;
    let now = tx.now().await?;
    due.move_on(tx, CampaignAction::Complete, now).await?;
    permit.write_down(tx, Done::to(Target::Campaign(campaign), CampaignAction::Complete.name())).await?;
    due.pay(tx, due.escrow_minor, now).await
}

impl DueCampaign {
    /// Pays so much out of the escrow, where it is something.
    async fn pay(&self, tx: &mut Tx, amount_minor: i64, at: Timestamp) -> Result<(), MoveCampaignError> {
        if amount_minor <= 0 {
            return Ok(());
        }
        let posting = self.books.payout(amount_minor)?;
        let (livemode, details) = (self.livemode, "payout");
        let written = Written { posting, livemode, source: None, details, reverses: None, at };
        ledger::post(tx, &written).await?;
        Ok(())
    }
}
