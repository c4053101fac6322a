//! Which letters there are: each belongs to its feature, which says from what it follows and what it says.

use crate::accounts::letters::AccountLetter;
use crate::campaigns::letters::{NewsLetter, TeamLetter};
use crate::followers::letters::FollowerLetter;
use crate::pledges::letters::PledgeLetter;

/// Declares a feature's letters, each with the name under which it is stored; those named alike in all
/// features are one.
macro_rules! letters {
    ($(#[$enum_doc:meta])* $Letter:ident { $($(#[$doc:meta])* $kind:ident = $name:literal)+ }) => {
        $(#[$enum_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $Letter {
            $($(#[$doc])* $kind,)+
        }

        impl $Letter {
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$kind),+];

            /// The name in the database.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// The letter of that name, if it is one of these.
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$kind),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use letters;

/// One kind of letter, by its feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LetterKind {
    Account(AccountLetter),
    Follower(FollowerLetter),
    News(NewsLetter),
    Pledge(PledgeLetter),
    Team(TeamLetter),
}

impl LetterKind {
    /// The name in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Account(letter) => letter.name(),
            Self::Follower(letter) => letter.name(),
            Self::News(letter) => letter.name(),
            Self::Pledge(letter) => letter.name(),
            Self::Team(letter) => letter.name(),
        }
    }

    /// The kind of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        AccountLetter::named(name)
            .map(Self::Account)
            .or_else(|| FollowerLetter::named(name).map(Self::Follower))
            .or_else(|| NewsLetter::named(name).map(Self::News))
            .or_else(|| PledgeLetter::named(name).map(Self::Pledge))
            .or_else(|| TeamLetter::named(name).map(Self::Team))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<LetterKind> {
        let accounts = AccountLetter::ALL.iter().copied().map(LetterKind::Account);
        let followers = FollowerLetter::ALL.iter().copied().map(LetterKind::Follower);
        let news = NewsLetter::ALL.iter().copied().map(LetterKind::News);
        let pledges = PledgeLetter::ALL.iter().copied().map(LetterKind::Pledge);
        let team = TeamLetter::ALL.iter().copied().map(LetterKind::Team);
        accounts.chain(followers).chain(news).chain(pledges).chain(team).collect()
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in all() {
            assert_eq!(LetterKind::named(kind.name()), Some(kind), "two are called {}", kind.name());
        }
        assert_eq!(LetterKind::named("valentine"), None);
    }
}
