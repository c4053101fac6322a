//! Pledges as their backers see them.

use multitude_domain::UnknownState;
use multitude_domain::id::{AttemptId, CampaignId, UserId};
use multitude_domain::pledges::{
    CountsAs, PaymentMethod, PledgeState, PostalAddress, Review, bank_reference,
};
use multitude_domain::time::Timestamp;
use multitude_domain::view::{
    BackingView, Consents, Listing, PledgeDeed, PledgeSummary, ReceiptView, with_withdrawals,
};
use uuid::Uuid;

use super::moving::EventDeed;
use super::receipt::{ReceiptHolder, find_row};
use super::sql;
use crate::campaigns::list::{parse_cursor, write_cursor};
use crate::db::{StoreError, Tx};
use crate::keys::{Keys, Purpose};
use crate::on;

#[derive(Debug, sqlx::FromRow)]
struct HistoryRow {
    to_state: String,
    deed: Option<String>,
    amount_minor: Option<i64>,
    chosen: Option<String>,
    at: i64,
}

impl HistoryRow {
    /// What happened; the column that says what cannot be, where there is one.
    fn deed(self) -> Result<PledgeDeed, &'static str> {
        match (self.deed.map(|name| EventDeed::named(&name)), self.amount_minor) {
            (None, _) => Ok(PledgeDeed::Moved(self.to_state.parse().map_err(|UnknownState| "to_state")?)),
            (Some(Some(EventDeed::Amount)), Some(amount_minor)) => {
                Ok(PledgeDeed::Changed { amount_minor, chosen: self.chosen })
            }
            (Some(Some(EventDeed::Review)), _) => Ok(PledgeDeed::Reviewed),
            (Some(Some(EventDeed::Method)), _) => Ok(PledgeDeed::Replaced),
            (Some(Some(EventDeed::Amount) | None), _) => Err("deed"),
        }
    }
}

/// The receipt with this token, with the proof of holding it.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_pledge_by_receipt(
    tx: &mut Tx,
    token: &str,
) -> Result<Option<(ReceiptHolder, ReceiptView)>, StoreError> {
    let Some((holder, row)) = find_row(tx, token).await? else { return Ok(None) };
    let add_ons = on!(tx, c => sqlx::query_as(sql::RECEIPT_ADD_ONS).bind(row.id).fetch_all(c).await)?;
    let history: Vec<HistoryRow> =
        on!(tx, c => sqlx::query_as(sql::HISTORY).bind(row.id).fetch_all(c).await)?;
    let address = find_address(tx, row.id).await?;
    let now = tx.now().await?;
    let bad = |column| StoreError::Impossible { table: "pledges", column, id: row.id.to_string() };
    let history = history.into_iter().map(|one| {
        let at = Timestamp::from_micros(one.at);
        Ok((one.deed().map_err(bad)?, at))
    });
    let review: Review = row.review.parse().map_err(|_| bad("review"))?;
    let method: PaymentMethod = row.method.parse().map_err(|_| bad("method"))?;
    let id = holder.pledge();
    // A transfer counts when it arrives, and after the deadline nobody decides any more.
    let awaits_word = matches!(row.state.as_str(), "awaiting_setup" | "secured")
        && row.closes_at.is_some_and(|end| now.as_micros() < end);
    let receipt = ReceiptView {
        state: row.state.parse().map_err(|UnknownState| bad("state"))?,
        amount_minor: row.amount_minor,
        currency: row.currency.parse().map_err(|_| bad("currency"))?,
        method,
        bank_reference: method.is_transfer().then(|| bank_reference(id)),
        awaits_review: review == Review::Waiting && awaits_word,
        show_as: row.show_as.parse().map_err(|_| bad("show_as"))?,
        is_email_confirmed: row.email_confirmed_at.is_some(),
        consents: Consents { updates: row.wants_updates, news: row.wants_news },
        reward: row.reward_title.map(|title| (title, row.reward_qty)),
        region: row.region,
        address,
        add_ons,
        matched_minor: row.matched_minor.unwrap_or(0),
        match_limit: row.match_limit.map(|name| name.parse()).transpose().map_err(|_| bad("match_limit"))?,
        campaign_locale: row.campaign_locale.parse().map_err(|_| bad("locale"))?,
        campaign_state: row.campaign_state.parse().map_err(|UnknownState| bad("campaign_state"))?,
        decided_at: row.decided_at.map(Timestamp::from_micros),
        is_flexible: row.is_flexible,
        closes_at: row.closes_at.map(Timestamp::from_micros),
        waiting_attempt: row.waiting_attempt.map(AttemptId::new),
        created_at: Timestamp::from_micros(row.created_at),
        history: with_withdrawals(history.collect::<Result<_, StoreError>>()?),
        name: row.name,
        email: row.email,
        slug: row.slug,
        campaign_title: row.campaign_title,
        now,
    };
    Ok(Some((holder, receipt)))
}

#[derive(Debug, sqlx::FromRow)]
struct AddressRow {
    name: String,
    street: String,
    postcode: String,
    town: String,
    country: String,
}

/// Where a pledge's reward goes, where its backer has said so.
async fn find_address(tx: &mut Tx, pledge: Uuid) -> Result<Option<PostalAddress>, StoreError> {
    let row: Option<AddressRow> =
        on!(tx, c => sqlx::query_as(sql::ADDRESS).bind(pledge).fetch_optional(c).await)?;
    Ok(row.map(|row| PostalAddress {
        name: row.name,
        street: row.street,
        postcode: row.postcode,
        town: row.town,
        country: row.country,
    }))
}

/// The receipt with this token.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_receipt(tx: &mut Tx, token: &str) -> Result<Option<ReceiptView>, StoreError> {
    Ok(find_pledge_by_receipt(tx, token).await?.map(|(_, receipt)| receipt))
}

/// As many pledges of one account to one campaign are looked at.
const BACKING_MAX: i64 = 20;

/// What an account backs a campaign with, as far as it has not ended; nothing where it does not.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_backing(
    tx: &mut Tx,
    keys: &Keys,
    user: UserId,
    campaign: CampaignId,
) -> Result<Option<BackingView>, StoreError> {
    let rows: Vec<(Uuid, String, i64)> = on!(tx, c => sqlx::query_as(sql::BACKING)
        .bind(campaign.uuid()).bind(user.uuid()).bind(BACKING_MAX).fetch_all(c).await)?;
    let mut found: Option<BackingView> = None;
    for (id, state, amount_minor) in rows {
        let bad =
            |UnknownState| StoreError::Impossible { table: "pledges", column: "state", id: id.to_string() };
        let state: PledgeState = state.parse().map_err(bad)?;
        if state.counts_as() == CountsAs::Nothing {
            continue;
        }
        let newest = || BackingView { receipt: keys.token(Purpose::Receipt, id.as_bytes()), amount_minor: 0 };
        let backing = found.get_or_insert_with(newest);
        backing.amount_minor = backing.amount_minor.saturating_add(amount_minor);
    }
    Ok(found)
}

#[derive(Debug, sqlx::FromRow)]
struct OwnRow {
    id: Uuid,
    state: String,
    amount_minor: i64,
    currency: String,
    created_at: i64,
    slug: String,
    title: String,
    locale: String,
    closes_at: Option<i64>,
}

/// The pledges of an account, the newest first, at most `limit` from `cursor` on. A cursor that is not one of
/// ours begins at the newest.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_pledges_of(
    tx: &mut Tx,
    keys: &Keys,
    user: UserId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Listing<PledgeSummary>, StoreError> {
    let (at, id) = cursor.and_then(parse_cursor).unzip();
    let mut rows: Vec<OwnRow> = on!(tx, c => sqlx::query_as(sql::OF_USER)
        .bind(user.uuid()).bind(at).bind(id).bind(limit.saturating_add(1)).fetch_all(c).await)?;
    let total = on!(tx, c => sqlx::query_scalar(sql::COUNT_OF_USER).bind(user.uuid()).fetch_one(c).await)?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > kept;
    rows.truncate(kept);
    let last = rows.last().filter(|_| has_more);
    let next_cursor = last.map(|row| write_cursor(row.created_at, row.id));
    let items = rows.into_iter().map(|row| {
        let bad = |column| StoreError::Impossible { table: "pledges", column, id: row.id.to_string() };
        Ok(PledgeSummary {
            receipt: keys.token(Purpose::Receipt, row.id.as_bytes()),
            state: row.state.parse().map_err(|UnknownState| bad("state"))?,
            amount_minor: row.amount_minor,
            currency: row.currency.parse().map_err(|_| bad("currency"))?,
            created_at: Timestamp::from_micros(row.created_at),
            campaign_locale: row.locale.parse().map_err(|_| bad("locale"))?,
            closes_at: row.closes_at.map(Timestamp::from_micros),
            slug: row.slug,
            campaign_title: row.title,
        })
    });
    Ok(Listing { items: items.collect::<Result<_, StoreError>>()?, next_cursor, total })
}
