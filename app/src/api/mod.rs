//! Server functions: thin doors to the use cases, for readers who move on inside the browser.

mod account;
#[cfg(feature = "ssr")]
mod account_doors;
#[cfg(feature = "ssr")]
mod asking;
mod checkout;
#[cfg(feature = "ssr")]
mod checkout_doors;
#[cfg(feature = "ssr")]
mod doors;
mod pages;

pub use account::{
    OwnPledgesView, SecurityView, SignInFault, SignInView, load_own_pledges, load_security, load_sign_in,
    load_sign_in_link,
};
#[cfg(feature = "ssr")]
pub use account_doors::SignInReply;
pub use checkout::{ReceiptFault, ReceiptPageView, load_checkout, load_confirmation, load_receipt};
#[cfg(feature = "ssr")]
pub use checkout_doors::{CheckoutReply, ReceiptReply, holder};
pub use pages::{
    BackersView, DemoView, DiscoverFilter, DiscoverView, HomeView, LedgerView, QuestionsView, UpdatesView,
    load_backers, load_campaign, load_demo, load_discover, load_home, load_ledger, load_questions,
    load_updates,
};
