//! What the pages of pledges show.

mod address;
mod change;
mod checkout;
mod receipt;
mod transfer;

pub use address::AddressPageView;
pub(crate) use address::load_address;
pub use change::ChangePageView;
pub(crate) use change::load_change;
pub(crate) use checkout::{fresh, load_checkout};
pub use checkout::{holder, proof_of};
pub use receipt::ReceiptPageView;
pub(crate) use receipt::{load_confirmation, load_receipt};
pub use transfer::TransferView;
