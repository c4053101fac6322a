//! Every page and its address, in one table.

use multitude_domain::locale::Locale;

/// Writes the enum, what reads an address, and what writes one. A page's parts are what stands between the
/// slashes: as it is in quotes, and else a word of the page's own, which stands for itself in braces where
/// the page is listed.
macro_rules! pages {
    ($($(#[$doc:meta])+ $page:ident $({ $($word:ident),+ })? = [$($part:tt),*];)+) => {
        /// A page, with the words of its address as they are written there: escaped.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "words of addresses say what they are by their names")]
        pub enum Page<'a> {
            $($(#[$doc])+ $page $({ $($word: &'a str),+ })?,)+
        }

        impl<'a> Page<'a> {
            /// Every page, with `{slug}` where a campaign's name stands.
            pub const ALL: &'static [Page<'static>] =
                &[$(Page::$page $({ $($word: concat!("{", stringify!($word), "}")),+ })?),+];

            /// The page at what follows the language in a path.
            pub fn of(rest: &'a str) -> Option<Self> {
                let parts: Vec<&'a str> = rest.split('/').filter(|part| !part.is_empty()).collect();
                match *parts {
                    $([$($part),*] => Some(Self::$page $({ $($word),+ })?),)+
                    _ => None,
                }
            }

            /// What follows the language in its path, without a slash before it.
            pub fn rest(self) -> String {
                match self {
                    $(Self::$page $({ $($word),+ })? => {
                        let parts: &[&str] = &[$($part),*];
                        parts.join("/")
                    })+
                }
            }

            /// Whether whoever has its address may act: the log leaves it out, and no index has it.
            pub fn is_secret(self) -> bool {
                match self {
                    $(Self::$page { .. } => {
                        let words: &[&str] = &[$($(stringify!($word)),+)?];
                        words.contains(&"token")
                    })+
                }
            }
        }
    };
}

// Of two that could stand at one address the first does.
pages! {
    /// Home.
    Home = [];
    /// The list of everything.
    Discover = ["discover"];
    /// The list of campaigns.
    Campaigns = ["campaigns"];
    /// The list of one topic.
    Topic { topic } = ["topics", topic];
    /// The list of one place.
    Place { place } = ["places", place];
    /// A campaign.
    Campaign { slug } = ["c", slug];
    /// How it goes.
    Updates { slug } = ["c", slug, "updates"];
    /// What its team is asked.
    Questions { slug } = ["c", slug, "questions"];
    /// Who backs it.
    Backers { slug } = ["c", slug, "backers"];
    /// Where its money is.
    Ledger { slug } = ["c", slug, "ledger"];
    /// A pool of match money.
    Pool { id } = ["pools", id];
    /// Who wants to hear that it opens.
    Notify { slug } = ["c", slug, "notify"];
    /// The first screen of the checkout.
    Support { slug } = ["c", slug, "pledge"];
    /// The second one.
    You { slug } = ["c", slug, "pledge", "you"];
    /// The third one.
    Pay { slug } = ["c", slug, "pledge", "pay"];
    /// A team's word that it can deliver.
    Deliver { slug } = ["c", slug, "deliver"];
    /// The receipt of a pledge.
    Receipt { token } = ["p", token];
    /// Where its reward goes.
    PostalAddress { token } = ["p", token, "address"];
    /// The transfer that it waits for, for paper.
    Transfer { token } = ["p", token, "transfer"];
    /// What it pays for.
    Change { token } = ["p", token, "change"];
    /// What that changes.
    Agree { token } = ["p", token, "change", "agree"];
    /// The mailed link that proves its address.
    Confirm { token, proof } = ["p", token, "confirm", proof];
    /// The mailed link of somebody who wants to hear that a campaign opens.
    Follow { token } = ["follow", token];
    /// Asks for the mail to sign in with.
    SignIn = ["sign-in"];
    /// Asks for its code.
    SignInCode = ["sign-in", "code"];
    /// Its link.
    SignInLink { token } = ["sign-in", token];
    /// One's own pledges.
    OwnPledges = ["account", "pledges"];
    /// Where one is signed in.
    Security = ["account", "security"];
    /// How it works.
    How = ["how"];
    /// What it costs.
    Fees = ["fees"];
    /// Why it can be trusted.
    Trust = ["trust"];
    /// The demo world's own page.
    Demo = ["demo"];
    /// Every component in every state.
    Kit = ["demo", "kit"];
}

impl Page<'_> {
    /// Its path in a language.
    pub fn path(self, locale: Locale) -> String {
        let rest = self.rest();
        if rest.is_empty() { format!("/{locale}") } else { format!("/{locale}/{rest}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acts::Act;

    #[test]
    fn page_is_found_at_its_own_path() {
        for page in Page::ALL {
            assert_eq!(Page::of(&page.rest()), Some(*page));
        }
        assert_eq!(Page::of("c/schwammdach/"), Some(Page::Campaign { slug: "schwammdach" }));
        assert_eq!(Page::of("c/schwammdach/nothing"), None);
        assert_eq!(Page::Home.path(Locale::De), "/de");
        assert_eq!(Page::Notify { slug: "schwammdach" }.path(Locale::Fr), "/fr/c/schwammdach/notify");
    }

    #[test]
    fn every_act_stands_on_a_page() {
        for act in Act::ALL {
            let address = act.address();
            let above = address.rsplit_once('/').map_or("", |(above, _)| above);
            let page = if act.is_at_its_page() { address } else { above };
            assert!(Page::of(page).is_some(), "{act:?}");
        }
    }

    #[test]
    fn browser_tests_know_every_page() {
        let listed: Vec<String> = serde_json::from_str(include_str!("../../end2end/pages.json")).unwrap();
        let pages: Vec<String> = Page::ALL.iter().map(|page| page.rest()).collect();
        assert_eq!(listed, pages, "end2end/pages.json");
    }

    #[test]
    fn addresses_that_browser_tests_open_are_those_of_pages() {
        let routes: Vec<String> = serde_json::from_str(include_str!("../../end2end/routes.json")).unwrap();
        for route in routes.iter().filter(|route| *route != "/nothing-here") {
            let path = route.split('?').next().unwrap();
            assert!(Page::of(path).is_some(), "{route}");
        }
    }
}
