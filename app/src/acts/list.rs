//! Every act, in one table: from it come the server functions, the addresses that forms post to, the limits,
//! and the lists that the tests go through.

use super::client::Browser;
#[cfg(feature = "ssr")]
use super::{Acted, Place, Policy, Typed, Visit};
use super::{Answer, AppError, Sent};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// Where functions are.
pub const FUNCTIONS: &str = "/api/fn/";

/// Where a form is posted to, after the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Address {
    /// The page that it stands on.
    Page(&'static str),
    /// Below that page; asked for without a form it leads back there.
    Below(&'static str),
}

/// Writes the table's enum, a server function for each act, and the two ways to run one.
macro_rules! acts {
    ($($(#[$doc:meta])+ $act:ident = $function:ident($endpoint:literal), $address:expr, $policy:expr, $run:path;)+) => {
        /// What somebody does with a form.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Act {
            $($(#[$doc])+ $act,)+
        }

        impl Act {
            /// Every act.
            pub const ALL: &[Self] = &[$(Self::$act),+];

            /// The name of its function, after [`FUNCTIONS`].
            pub const fn endpoint(self) -> &'static str {
                match self { $(Self::$act => $endpoint,)+ }
            }

            const fn place(self) -> Address {
                match self { $(Self::$act => $address,)+ }
            }

            /// What is counted by network address, whichever door it comes through.
            #[cfg(feature = "ssr")]
            pub(crate) const fn policy(self) -> Option<Policy> {
                match self { $(Self::$act => $policy,)+ }
            }

            /// Does it. Boxed: one request waits for one of them, and needs room for one.
            #[cfg(feature = "ssr")]
            pub(crate) async fn run(self, visit: &Visit, place: &Place, typed: &Typed) -> Acted {
                match self { $(Self::$act => Box::pin($run(visit, place, typed)).await,)+ }
            }

            /// Asks the server to do it.
            #[cfg(feature = "hydrate")]
            pub(crate) async fn call(self, sent: Sent) -> Result<Answer, AppError> {
                match self { $(Self::$act => functions::$function(sent).await,)+ }
            }
        }

        /// The functions, as the browser calls them.
        #[expect(missing_docs, reason = "the macro of server functions writes types without any")]
        #[expect(clippy::missing_errors_doc, reason = "all of them fail as `AppError` says")]
        pub mod functions {
            use super::*;

        $(
            #[doc = concat!("The server function of [`Act::", stringify!($act), "`].")]
            #[server(prefix = "/api/fn", endpoint = $endpoint, input = Json, output = Json, client = Browser)]
            pub async fn $function(sent: Sent) -> Result<Answer, AppError> {
                crate::acts::doors::answer_function(Act::$act, sent).await
            }
        )+
        }
    };
}

use Address::{Below, Page};

acts! {
    /// Asks for the mail to sign in with.
    AskSignIn = ask_sign_in("accounts/ask"), Page("sign-in"), Some(Policy::SignIn), crate::accounts::act::ask;
    /// Types its code.
    TypeCode = type_code("accounts/code"), Page("sign-in/code"), Some(Policy::Step), crate::accounts::act::code;
    /// Presses the button of its link.
    EnterByLink = enter_by_link("accounts/link"), Page("sign-in/{token}"), Some(Policy::Step), crate::accounts::act::link;
    /// Signs out.
    SignOut = sign_out("accounts/sign-out"), Below("sign-out"), None, crate::accounts::act::sign_out;
    /// Ends one other session.
    EndSession = end_session("accounts/end-session"), Below("account/security/end"), None, crate::accounts::act::end_one;
    /// Ends every session.
    EndSessions = end_sessions("accounts/end-sessions"), Below("account/security/end-all"), None, crate::accounts::act::end_all;
    /// Chooses what a pledge is for.
    Support = support("pledges/support"), Page("c/{slug}/pledge"), Some(Policy::Step), crate::pledges::act::support;
    /// Says who pledges, and how it is paid.
    Contact = contact("pledges/contact"), Page("c/{slug}/pledge/you"), Some(Policy::Step), crate::pledges::act::contact;
    /// Pledges.
    Pay = pay("pledges/pay"), Page("c/{slug}/pledge/pay"), Some(Policy::Step), crate::pledges::act::pay;
    /// Keeps a reward for longer.
    KeepHold = keep_hold("pledges/keep"), Below("c/{slug}/pledge/hold"), Some(Policy::Step), crate::pledges::act::keep;
    /// Proves the address of a pledge by the mailed code.
    ConfirmByCode = confirm_by_code("pledges/code"), Below("p/{token}/code"), Some(Policy::Step), crate::pledges::act::code;
    /// Says, signed in, that the address of a pledge is one's own.
    ConfirmOwn = confirm_own("pledges/own"), Below("p/{token}/own"), Some(Policy::Step), crate::pledges::act::own;
    /// Wants that code once more.
    ResendProof = resend_proof("pledges/resend"), Below("p/{token}/resend"), Some(Policy::Step), crate::pledges::act::resend;
    /// Presses the button of the link that proves the address of a pledge.
    ConfirmByLink = confirm_by_link("pledges/confirm"), Page("p/{token}/confirm/{proof}"), Some(Policy::Step), crate::pledges::act::confirm;
    /// Gives another card.
    ReplaceMethod = replace_method("pledges/method"), Below("p/{token}/method"), Some(Policy::Step), crate::pledges::act::replace;
    /// Takes a pledge back.
    CancelPledge = cancel_pledge("pledges/cancel"), Below("p/{token}/cancel"), Some(Policy::Step), crate::pledges::act::cancel;
    /// Says what else may be mailed.
    NoteConsents = note_consents("pledges/consents"), Below("p/{token}/consents"), Some(Policy::Step), crate::pledges::act::consent;
    /// Answers the bank's question with yes.
    BankYes = bank_yes("pledges/bank-yes"), Below("p/{token}/bank-yes"), Some(Policy::Step), crate::pledges::act::bank_yes;
    /// Answers the bank's question with no.
    BankNo = bank_no("pledges/bank-no"), Below("p/{token}/bank-no"), Some(Policy::Step), crate::pledges::act::bank_no;
    /// Says where a reward goes.
    GiveAddress = give_address("pledges/address"), Page("p/{token}/address"), Some(Policy::Step), crate::pledges::act::give_address;
    /// Changes a pledge.
    ChangePledge = change_pledge("pledges/change"), Page("p/{token}/change"), Some(Policy::Step), crate::pledges::act::change;
    /// Agrees to what a larger pledge allows.
    AgreeToChange = agree_to_change("pledges/agree"), Page("p/{token}/change/agree"), Some(Policy::Step), crate::pledges::act::agree;
    /// Says that the team can deliver with less.
    StateDelivery = state_delivery("settlement/deliver"), Page("c/{slug}/deliver"), None, crate::settlement::act::state;
    /// Asks to hear that a campaign opens.
    Follow = follow("followers/ask"), Page("c/{slug}/notify"), Some(Policy::SignIn), crate::followers::act::ask;
    /// Says that the address is one's own.
    ConfirmFollow = confirm_follow("followers/confirm"), Below("follow/{token}/yes"), Some(Policy::Step), crate::followers::act::confirm;
    /// Wants to hear nothing more.
    StopFollow = stop_follow("followers/stop"), Below("follow/{token}/stop"), Some(Policy::Step), crate::followers::act::stop;
}

impl Act {
    /// Where its form is posted to, after the language, as routes are written: `c/{slug}/notify`.
    pub const fn address(self) -> &'static str {
        match self.place() {
            Page(address) | Below(address) => address,
        }
    }

    /// Whether a page stands at its address.
    pub const fn is_at_its_page(self) -> bool {
        matches!(self.place(), Page(_))
    }

    /// The act of a function.
    pub fn of_endpoint(endpoint: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.endpoint() == endpoint)
    }

    /// Where its form is posted to: `words` stand for what is written in braces, in order.
    pub fn path(self, locale: multitude_domain::locale::Locale, words: &[&str]) -> String {
        let mut words = words.iter();
        let mut path = format!("/{locale}");
        for part in self.address().split('/') {
            path.push('/');
            path.push_str(if part.starts_with('{') {
                words.next().copied().unwrap_or_default()
            } else {
                part
            });
        }
        path
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn registered_functions_are_the_acts() {
        let registered: BTreeSet<String> =
            server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
        let listed: BTreeSet<String> =
            Act::ALL.iter().map(|act| format!("{FUNCTIONS}{}", act.endpoint())).collect();
        assert_eq!(registered, listed);
        assert_eq!(listed.len(), Act::ALL.len(), "no two acts have one function");
        assert!(server_fn::axum::server_fn_paths().all(|(_, method)| method == http::Method::POST));
    }

    #[test]
    fn no_two_acts_have_one_address() {
        let addresses: BTreeSet<&str> = Act::ALL.iter().map(|act| act.address()).collect();
        assert_eq!(addresses.len(), Act::ALL.len());
    }
}
