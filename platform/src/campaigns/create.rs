//! Creating a campaign with all that belongs to it. The seed, the import and (later) the studio come through here.

use multitude_domain::campaign::CampaignState;
use multitude_domain::id::{AddOnId, CampaignId, RewardId, UserId};
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::time::Timestamp;

use super::sql;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::{rows, search};

/// Everything about a new campaign. Amounts are minor units of its currency.
#[derive(Debug, Clone)]
pub struct NewCampaign {
    /// Its constant name in addresses.
    pub slug: String,
    /// The title.
    pub title: String,
    /// What it is, in one sentence.
    pub one_liner: String,
    /// The language its team writes.
    pub locale: Locale,
    /// The topic's code.
    pub topic: String,
    /// Where it happens.
    pub place: String,
    /// Who is behind it.
    pub team_name: String,
    /// The person who answers for it; none for imported ones.
    pub owner: Option<UserId>,
    /// The currency of every amount.
    pub currency: Currency,
    /// What must be reached.
    pub goal_minor: i64,
    /// What is wrong today.
    pub problem: String,
    /// What the team does about it.
    pub solution: String,
    /// How and when.
    pub plan: String,
    /// What may go wrong.
    pub risks: String,
    /// Where it starts its life here.
    pub state: CampaignState,
    /// Whose limits hold.
    pub policy: PolicyName,
    /// Its id where it comes from, for imported ones.
    pub external_id: Option<String>,
    /// Whether its payments are real.
    pub livemode: bool,
    /// When it opens.
    pub opens_at: Option<Timestamp>,
    /// The last instant at which a pledge counts.
    pub closes_at: Option<Timestamp>,
    /// What each part costs.
    pub budget: Vec<(String, i64)>,
    /// What is promised, with days as `YYYY-MM-DD`.
    pub milestones: Vec<(String, String)>,
    /// What backers may choose.
    pub rewards: Vec<NewReward>,
    /// What may be added to a pledge.
    pub add_ons: Vec<NewAddOn>,
}
