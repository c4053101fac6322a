//! What pages show: each loads it by one use case.

mod account;
mod address;
mod asking;
mod campaigns;
mod change;
mod checkout;
mod facets;
mod fees;
mod follow;
mod statement;

use multitude_platform::db::StoreError;

pub use account::{OwnPledgesView, SecurityView, SignInView};
pub(crate) use account::{load_own_pledges, load_security, load_sign_in, load_sign_in_link};
pub use address::AddressPageView;
pub(crate) use address::load_address;
pub use campaigns::{
    BackersView, DemoView, DiscoverFilter, DiscoverView, HomeView, LedgerView, QuestionsView, UpdatesView,
    captured_for,
};
pub(crate) use campaigns::{
    load_backers, load_campaign, load_demo, load_discover, load_home, load_ledger, load_questions,
    load_unpublished, load_updates,
};
pub use change::ChangePageView;
pub(crate) use change::load_change;
pub use checkout::{ReceiptPageView, holder, proof_of};
pub(crate) use checkout::{load_checkout, load_confirmation, load_receipt};
pub use facets::KeptFacets;
pub(crate) use fees::load_fees;
pub use follow::NotifyView;
pub(crate) use follow::{load_follow, load_notify};
pub use statement::StatementReader;
pub(crate) use statement::load_statement;

/// The database did not answer; the log says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failed;

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn failed(error: StoreError) -> Failed {
    tracing::error!(%error, "a page could not be loaded");
    Failed
}
