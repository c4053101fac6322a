//! One file for each page: it loads a read model and lays components out.

mod account;
mod campaign;
mod campaign_tabs;
mod campaign_talk;
mod campaign_tile;
mod checkout;
mod demo;
mod discover;
mod home;
pub mod kit;
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
#[cfg(feature = "ssr")]
pub(crate) use not_found::refusal;
pub use not_found::{FailedPage, NotFoundPage};
pub use plain::{FeesPage, HowPage, TrustPage};
pub use receipt::{ConfirmPage, ReceiptPage};
pub use sign_in::{SignInCodePage, SignInLinkPage, SignInPage};
pub use title::PageTitle;
