//! Server functions: thin doors to the use cases, for readers who move on inside the browser.

mod checkout;
#[cfg(feature = "ssr")]
mod checkout_doors;
#[cfg(feature = "ssr")]
mod doors;
mod pages;

pub use checkout::{ReceiptPageView, load_checkout, load_receipt};
#[cfg(feature = "ssr")]
pub use checkout_doors::{CheckoutReply, ReceiptReply, holder};
pub use pages::{
    BackersView, DemoView, DiscoverFilter, DiscoverView, HomeView, LedgerView, load_backers, load_campaign,
    load_demo, load_discover, load_home, load_ledger,
};
