//! Read models: what a page or the API shows of something, ready to cross the wire.

mod accounts;
mod campaigns;
mod checkout;
mod ledger;
mod pledges;
mod pools;
mod talk;
mod team;

pub use accounts::{CapturedMailView, DemoRole, SessionView};
pub use campaigns::{
    AddOnView, BackerView, BudgetLineView, CampaignSort, CampaignSummary, CampaignTotals, CampaignView,
    Listing, MilestoneView, RegionView, RewardView, percent_of,
};
pub use checkout::{CheckoutView, HoldView};
pub use ledger::{BlockView, CampaignLedgerView, ChainCheck, ChainFault, RecordView};
pub use pledges::{BackingView, Consents, PledgeDeed, PledgeSummary, ReceiptView, with_withdrawals};
pub use pools::{MatchOffer, MatchView, PoolCampaignView, PoolView};
pub use talk::{AnswerView, FollowView, QuestionView, TalkCounts, UpdateView};
pub use team::StatementView;
