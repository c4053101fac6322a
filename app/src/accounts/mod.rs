//! Accounts: signing in, and one's own pages.

#[cfg(feature = "ssr")]
pub(crate) mod act;
#[cfg(feature = "ssr")]
mod load;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
pub(crate) mod session;
#[cfg(feature = "ssr")]
mod sign_in;

#[cfg(feature = "ssr")]
pub(crate) use page::{own_pledges_page, security_page};
#[cfg(feature = "ssr")]
pub use session::{session_cookie, signed_in};
#[cfg(feature = "ssr")]
pub(crate) use sign_in::{code_field, sign_in_code_page, sign_in_link_page, sign_in_page};
