//! A pledge with what moving it needs to know; `moving.rs` moves it.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::{CampaignId, PledgeId, RewardId, UserId};
use multitude_domain::ledger::BadPosting;
use multitude_domain::money::Currency;
use multitude_domain::pledges::{Arrival, Counting, PaymentMethod, PledgeState, Review};
use multitude_domain::time::{MalformedDay, Timestamp};
use multitude_domain::{UnknownState, WrongState};
use uuid::Uuid;

use super::lock::lock_pledges_wanting;
use super::sql;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::find_many;
use crate::ledger::PostError;

/// Why a pledge was not moved on.
#[derive(Debug, thiserror::Error)]
pub enum MovePledgeError {
    /// Its state does not allow it.
    #[error(transparent)]
    Wrong(#[from] WrongState),
    /// The ledger refused what follows from it.
    #[error(transparent)]
    Post(PostError),
    /// The database did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for MovePledgeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for MovePledgeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<PostError> for MovePledgeError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Store(error) => Self::Store(error),
            other @ (PostError::Again { .. } | PostError::Bad(_)) => Self::Post(other),
        }
    }
}

impl From<BadPosting> for MovePledgeError {
    fn from(error: BadPosting) -> Self {
        Self::Post(error.into())
    }
}

impl CarriesStoreError for MovePledgeError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Wrong(_) | Self::Post(_) => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// A pledge with what its moves need to know of its campaign.
#[derive(Debug, Clone)]
pub(crate) struct PledgeToMove {
    pub(crate) id: PledgeId,
    pub(crate) campaign: CampaignId,
    pub(crate) state: PledgeState,
    pub(crate) amount_minor: i64,
    pub(crate) currency: Currency,
    pub(crate) review: Review,
    pub(crate) livemode: bool,
    pub(crate) method: PaymentMethod,
    pub(crate) user: Option<UserId>,
    pub(crate) email: Option<String>,
    pub(crate) payer_hash: Option<Vec<u8>>,
    /// What a transfer brought.
    pub(crate) arrival: Option<Arrival>,
    pub(crate) reward: Option<(RewardId, i64)>,
    pub(crate) goal_minor: i64,
    pub(crate) slug: String,
    pub(crate) closes_at: Option<Timestamp>,
    pub(crate) campaign_state: CampaignState,
    pub(crate) counting: Counting,
    /// Recorded elsewhere: nobody is told of it.
    pub(crate) is_imported: bool,
    pub(super) has: Has,
}

/// What moves together with a pledge.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "what there is beside a pledge, each for itself")]
pub(super) struct Has {
    /// A pool that may match it.
    pub(super) pool: bool,
    /// A match that is reserved.
    pub(super) matched: bool,
    /// A reason why it is not matched, or not in full.
    pub(super) limit: bool,
    pub(super) add_ons: bool,
}

#[derive(Debug, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of a query, not states")]
pub(crate) struct ToMoveRow {
    id: Uuid,
    campaign_id: Uuid,
    state: String,
    amount_minor: i64,
    currency: String,
    review: String,
    livemode: bool,
    method: String,
    user_id: Option<Uuid>,
    email: Option<String>,
    payer_hash: Option<Vec<u8>>,
    arrived_minor: Option<i64>,
    arrived_on: Option<String>,
    reward_id: Option<Uuid>,
    reward_qty: i64,
    goal_minor: i64,
    slug: String,
    closes_at: Option<i64>,
    campaign_state: String,
    decided_at: Option<i64>,
    is_imported: bool,
    has_pool: bool,
    is_matched: bool,
    is_limited: bool,
    has_add_ons: bool,
}

impl TryFrom<ToMoveRow> for PledgeToMove {
    type Error = StoreError;

    fn try_from(row: ToMoveRow) -> Result<Self, StoreError> {
        let bad = |column| StoreError::Impossible { table: "pledges", column, id: row.id.to_string() };
        let campaign_state = row.campaign_state.parse().map_err(|UnknownState| bad("campaign_state"))?;
        Ok(Self {
            id: PledgeId::new(row.id),
            campaign: CampaignId::new(row.campaign_id),
            state: row.state.parse().map_err(|UnknownState| bad("state"))?,
            amount_minor: row.amount_minor,
            currency: row.currency.parse().map_err(|_| bad("currency"))?,
            review: row.review.parse().map_err(|_| bad("review"))?,
            livemode: row.livemode,
            method: row.method.parse().map_err(|_| bad("method"))?,
            user: row.user_id.map(UserId::new),
            email: row.email,
            payer_hash: row.payer_hash,
            arrival: arrival(row.arrived_minor, row.arrived_on.as_deref()).map_err(|_| bad("arrived_on"))?,
            reward: row.reward_id.map(|id| (RewardId::new(id), row.reward_qty)),
            goal_minor: row.goal_minor,
            slug: row.slug,
            closes_at: row.closes_at.map(Timestamp::from_micros),
            campaign_state,
            counting: counting(row.decided_at, campaign_state),
            is_imported: row.is_imported,
            has: Has {
                pool: row.has_pool,
                matched: row.is_matched,
                limit: row.is_limited,
                add_ons: row.has_add_ons,
            },
        })
    }
}

/// Money that arrived has a value date; where none has, neither stands there.
fn arrival(amount_minor: Option<i64>, value_day: Option<&str>) -> Result<Option<Arrival>, MalformedDay> {
    match (amount_minor, value_day) {
        (None, None) => Ok(None),
        (Some(amount_minor), Some(day)) => Ok(Some(Arrival { amount_minor, value_day: day.parse()? })),
        (Some(_), None) | (None, Some(_)) => Err(MalformedDay),
    }
}

/// Secured stands still from the decision on, or from where a campaign was stopped without one.
const fn counting(decided_at: Option<i64>, campaign: CampaignState) -> Counting {
    let is_stopped =
        matches!(campaign, CampaignState::Cancelled | CampaignState::Releasing | CampaignState::Closed);
    if is_stopped || decided_at.is_some() { Counting::Frozen } else { Counting::Open }
}

/// The pledge, if there is one.
pub(crate) async fn find_to_move(tx: &mut Tx, id: PledgeId) -> Result<Option<PledgeToMove>, StoreError> {
    Ok(find_all_to_move(tx, &[id]).await?.pop())
}

/// Those of the pledges that there are, by id; at most [`ROWS_MAX`](crate::db::ROWS_MAX) at once.
pub(crate) async fn find_all_to_move(tx: &mut Tx, ids: &[PledgeId]) -> Result<Vec<PledgeToMove>, StoreError> {
    let rows = find_many!(tx, sql::TO_MOVE, ids, |id| [id.uuid()] => ToMoveRow)?;
    rows.into_iter().map(PledgeToMove::try_from).collect()
}

/// The pledge, if there is one, held with its campaign and all that moves with it: nobody else moves it
/// before this transaction ends.
pub(super) async fn lock_to_move(tx: &mut Tx, id: PledgeId) -> Result<Option<PledgeToMove>, StoreError> {
    lock_to_move_wanting(tx, id, &[]).await
}

/// As [`lock_to_move`], with the rewards and add-ons that it is to have from now on.
pub(super) async fn lock_to_move_wanting(
    tx: &mut Tx,
    id: PledgeId,
    wanted: &[Uuid],
) -> Result<Option<PledgeToMove>, StoreError> {
    lock_pledges_wanting(tx, &[id.uuid()], wanted).await?;
    find_to_move(tx, id).await
}
