//! The receipt as a proof: whoever has its token may do to the pledge what its backer may. Only looking the
//! token up makes a [`ReceiptHolder`], so no caller can claim to be one.

use multitude_domain::email::count_email;
use multitude_domain::id::PledgeId;
use multitude_domain::permission::pledges::{Deed, Relation};
use multitude_domain::permission::{Actor, Relations, campaigns};
use uuid::Uuid;

use super::sql;
use super::to_move::PledgeToMove;
use crate::audit::{Permit, permit};
use crate::campaigns::life::find_relations as find_relations_to_campaign;
use crate::db::{StoreError, Tx};
use crate::keys::{hex, token_hash};
use crate::on;

/// Somebody who holds the receipt of this pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptHolder(PledgeId);

impl ReceiptHolder {
    /// The pledge.
    pub const fn pledge(self) -> PledgeId {
        self.0
    }
}

/// How somebody came to a pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// They hold its receipt.
    Receipt(ReceiptHolder),
    /// They name it; what they are to it their account says.
    Id(PledgeId),
}

impl Access {
    /// The pledge.
    pub const fn pledge(self) -> PledgeId {
        match self {
            Self::Receipt(holder) => holder.pledge(),
            Self::Id(id) => id,
        }
    }
}

impl From<ReceiptHolder> for Access {
    fn from(holder: ReceiptHolder) -> Self {
        Self::Receipt(holder)
    }
}

impl From<PledgeId> for Access {
    fn from(id: PledgeId) -> Self {
        Self::Id(id)
    }
}

/// Whoever asks with this token holds the receipt of a pledge, where there is one with it.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_by_receipt(tx: &mut Tx, token: &str) -> Result<Option<ReceiptHolder>, StoreError> {
    let id: Option<Uuid> = on!(tx, c => sqlx::query_scalar(sql::ID_BY_RECEIPT)
        .bind(token_hash(token).as_slice()).fetch_optional(c).await)?;
    Ok(id.map(|id| ReceiptHolder(PledgeId::new(id))))
}

/// What a receipt shows, as it is stored.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct ReceiptRow {
    pub(super) id: Uuid,
    pub(super) state: String,
    pub(super) amount_minor: i64,
    pub(super) currency: String,
    pub(super) region: Option<String>,
    pub(super) email: Option<String>,
    pub(super) name: String,
    pub(super) show_as: String,
    pub(super) method: String,
    pub(super) review: String,
    pub(super) email_confirmed_at: Option<i64>,
    pub(super) wants_updates: bool,
    pub(super) wants_news: bool,
    pub(super) created_at: i64,
    pub(super) match_limit: Option<String>,
    pub(super) reward_qty: i64,
    pub(super) reward_title: Option<String>,
    pub(super) slug: String,
    pub(super) campaign_title: String,
    pub(super) campaign_locale: String,
    pub(super) campaign_state: String,
    pub(super) is_flexible: bool,
    pub(super) decided_at: Option<i64>,
    pub(super) closes_at: Option<i64>,
    pub(super) matched_minor: Option<i64>,
    pub(super) waiting_attempt: Option<Uuid>,
}

/// The same look-up, with what the receipt shows.
pub(super) async fn find_row(
    tx: &mut Tx,
    token: &str,
) -> Result<Option<(ReceiptHolder, ReceiptRow)>, StoreError> {
    if token.len() != hex(&[0; 32]).len() {
        return Ok(None);
    }
    let row: Option<ReceiptRow> = on!(tx, c => sqlx::query_as(sql::RECEIPT)
        .bind(token_hash(token).as_slice()).fetch_optional(c).await)?;
    Ok(row.map(|row| (ReceiptHolder(PledgeId::new(row.id)), row)))
}

/// All that somebody is to a pledge.
pub(super) async fn find_relations(
    tx: &mut Tx,
    actor: &Actor,
    access: Access,
    record: &PledgeToMove,
) -> Result<Relations<Relation>, StoreError> {
    let holds_receipt = match access {
        Access::Receipt(_) => true,
        Access::Id(_) => false,
    };
    let is_own = record.user.is_some() && record.user == actor.user();
    // Whoever has no account is of no team: a guest's change asks nothing more.
    let is_team = actor.user().is_some()
        && find_relations_to_campaign(tx, record.campaign, actor).await?.contains(campaigns::Relation::Team);
    let relations = [
        (holds_receipt || is_own).then_some(Relation::Backer),
        is_team.then_some(Relation::Team),
        has_same_address(tx, actor, record).await?.then_some(Relation::SameAddress),
    ];
    Ok(relations.into_iter().flatten().collect())
}

/// Whether a pledge was made with somebody's address, in whatever case and with whatever tag.
async fn has_same_address(tx: &mut Tx, actor: &Actor, record: &PledgeToMove) -> Result<bool, StoreError> {
    let (Some(user), Some(email)) = (actor.user(), record.email.as_deref()) else { return Ok(false) };
    let own: Option<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(sql::ADDRESS_OF_USER).bind(user.uuid()).fetch_optional(c).await)?;
    Ok(own.is_some_and(|(_, own)| count_email(&own) == count_email(email)))
}

/// The deed, where somebody may do it to this pledge.
pub(super) async fn find_permit(
    tx: &mut Tx,
    actor: &Actor,
    access: Access,
    record: &PledgeToMove,
    deed: Deed,
) -> Result<Option<Permit>, StoreError> {
    Ok(permit(actor, deed, &find_relations(tx, actor, access, record).await?))
}
