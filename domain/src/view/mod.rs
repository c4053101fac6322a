//! Read models: what a page or the API shows of something, ready to cross the wire.

mod account;
mod campaign;
mod checkout;
mod ledger;
mod pledge;
mod talk;
mod team;

pub use account::{CapturedMailView, DemoRole, SessionView};
pub use campaign::{
    AddOnView, BackerView, BudgetLineView, CampaignSort, CampaignSummary, CampaignTotals, CampaignView,
    Listing, MilestoneView, RegionView, RewardView, percent_of,
};
pub use checkout::{CheckoutView, HoldView};
pub use ledger::{BlockView, CampaignLedgerView, ChainCheck, ChainFault, RecordView};
pub use pledge::{Consents, PledgeDeed, PledgeSummary, ReceiptView, with_withdrawals};
pub use talk::{AnswerView, FollowView, QuestionView, TalkCounts, UpdateView};
pub use team::StatementView;
