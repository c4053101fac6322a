//! Accounts without passwords: a mailed link or a code signs in, a session remembers it.
//!
//! Whoever proves an address has its account; it is made the first time. Nothing here tells whether an
//! address has one. Sessions and sign-ins run on wall time, which no demo moves.

pub(crate) mod erase;
pub(crate) mod letters;
mod readdress;
mod session;
mod sign_in;
mod sql;
mod user;

pub use erase::{ErasePersonError, Erased, erase_person};
pub use readdress::readdress_all;
pub use session::{
    NewSession, SignedIn, end_session, end_sessions_of, find_session, list_sessions, start_session,
};
pub(crate) use sign_in::sign_in_code;
pub use sign_in::{
    AskSignIn, CODE_TRIES_MAX, SIGN_IN_WITHIN, SignInOutcome, ask_sign_in, find_sign_in, forget_old,
    sign_in_by_code, sign_in_by_link,
};
pub use user::{GrantRoleError, NewUser, create_user, find_user, grant_role};
