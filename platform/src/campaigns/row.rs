//! Rows about campaigns, and their strict conversion.

use multitude_domain::campaigns::FundingModel;
use multitude_domain::id::CampaignId;
use multitude_domain::time::Timestamp;
use multitude_domain::view::CampaignSummary;
use uuid::Uuid;

use crate::db::StoreError;

#[derive(Debug, sqlx::FromRow)]
pub(super) struct SummaryRow {
    id: Uuid,
    slug: String,
    title: String,
    one_liner: String,
    locale: String,
    topic: String,
    place: String,
    team_name: String,
    currency: String,
    state: String,
    model: String,
    optimum_minor: Option<i64>,
    goal_minor: i64,
    pledged_minor: i64,
    secured_minor: i64,
    matched_minor: i64,
    decided_match_minor: Option<i64>,
    collected_minor: i64,
    backers: i64,
    opens_at: Option<i64>,
    closes_at: Option<i64>,
    decided_at: Option<i64>,
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct ListedRow {
    #[sqlx(flatten)]
    pub(super) summary: SummaryRow,
    pub(super) sort_key: i64,
}

impl TryFrom<SummaryRow> for CampaignSummary {
    type Error = StoreError;

    fn try_from(row: SummaryRow) -> Result<Self, StoreError> {
        let impossible =
            |column| StoreError::Impossible { table: "campaigns", column, id: row.id.to_string() };
        Ok(Self {
            id: CampaignId::new(row.id),
            locale: row.locale.parse().map_err(|_| impossible("locale"))?,
            currency: row.currency.parse().map_err(|_| impossible("currency"))?,
            state: row.state.parse().map_err(|_| impossible("state"))?,
            slug: row.slug,
            title: row.title,
            one_liner: row.one_liner,
            topic: row.topic,
            place: row.place,
            team_name: row.team_name,
            model: FundingModel::of(&row.model, row.optimum_minor).map_err(|_| impossible("model"))?,
            goal_minor: row.goal_minor,
            pledged_minor: row.pledged_minor,
            secured_minor: row.secured_minor,
            matched_minor: row.matched_minor,
            decided_match_minor: row.decided_match_minor,
            collected_minor: row.collected_minor,
            backers: row.backers,
            opens_at: row.opens_at.map(Timestamp::from_micros),
            closes_at: row.closes_at.map(Timestamp::from_micros),
            is_decided: row.decided_at.is_some(),
        })
    }
}
