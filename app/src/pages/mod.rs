//! One file for each page: it loads a read model and lays components out. Pages are rendered by the server alone.

mod account;
mod campaign;
mod campaign_tabs;
mod campaign_talk;
mod checkout;
mod demo;
mod discover;
mod home;
pub mod kit;
mod loaded;
mod not_found;
mod plain;
mod receipt;
mod sign_in;
mod title;

pub use account::{OwnPledgesPage, SecurityPage};
pub use campaign::CampaignPage;
pub use campaign_tabs::{BackersPage, LedgerPage};
pub use campaign_talk::{QuestionsPage, UpdatesPage};
pub use checkout::{PayPage, SupportPage, YouPage};
pub use demo::DemoPage;
pub use discover::DiscoverPage;
pub use home::HomePage;
pub(crate) use not_found::refused;
pub use not_found::{FailedPage, NotFoundPage};
pub use plain::{FeesPage, HowPage, TrustPage};
pub use receipt::{ConfirmPage, ReceiptPage};
pub use sign_in::{SignInCodePage, SignInLinkPage, SignInPage};
pub use title::PageTitle;
