//! What a pledge is, how it is paid, and who sees the backer's name.

mod address;
mod arrival;
mod change;
mod charging;
mod draft;
mod form;
mod hold;
mod state;
mod sums;

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::name::read_name;

pub use crate::email::EMAIL_CHARS_MAX;
pub use crate::name::NAME_CHARS_MAX;
pub use address::{ADDRESS_LINE_CHARS_MAX, AddressFault, POSTCODE_CHARS_MAX, PostalAddress, has_countries};
pub use arrival::{Arrival, bank_reference};
pub use change::change_faults;
pub use charging::{
    CHARGE_AGAIN, CHARGES_END_AFTER, SETUP_ANSWERS_WITHIN, SETUPS_A_DAY_MAX, charge_window, charges_end,
    next_charge, setup_counts, setup_within,
};
pub use draft::{Contact, PledgeDraft, cut_typed};
pub use form::{
    ADD_ONS_MAX, AddOnChoice, Offer, OfferedAddOn, OfferedReward, PledgeFault, PledgeWish, QTY_MAX, Quote,
    check_email, check_name, quote,
};
pub use hold::{
    ADDRESS_HOLDS_MAX, HOLD_MINUTES, HoldRules, NeedsProof, Proof, check_extension, may_announce,
};
pub use state::{CountsAs, PledgeAction, PledgeState};
pub use sums::{Contribution, Counting, Review};

/// The text is not one of the choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such choice")]
pub struct UnknownChoice;

/// How a backer appears on the campaign's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShowAs {
    /// With the whole name.
    Name,
    /// With initials.
    Initials,
    /// As nobody.
    Anonymous,
}

impl ShowAs {
    /// Every choice, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Name, Self::Initials, Self::Anonymous];

    /// The value in forms and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Initials => "initials",
            Self::Anonymous => "anonymous",
        }
    }

    /// What the page shows of a name; nothing for those who stay anonymous, gave none, or gave in earlier
    /// times what would be [no name](read_name) today.
    pub fn shown(self, name: &str) -> Option<String> {
        match self {
            Self::Name => read_name(name).ok(),
            Self::Initials => {
                let name = read_name(name).ok()?;
                let initials = name.split_whitespace().filter_map(|word| word.chars().next());
                Some(initials.flat_map(|c| [c, '.', ' ']).collect::<String>().trim_end().to_owned())
            }
            Self::Anonymous => None,
        }
    }
}

/// How a pledge is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentMethod {
    /// A card; a mandate now, one charge at the deadline.
    Card,
    /// TWINT; Swiss francs only.
    Twint,
    /// A bank transfer, before the deadline.
    Bank,
}

impl PaymentMethod {
    /// Every method, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Card, Self::Twint, Self::Bank];

    /// The value in forms, the API and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Twint => "twint",
            Self::Bank => "bank",
        }
    }

    /// Whether the backer sends the money, and it arrives days later.
    pub const fn is_transfer(self) -> bool {
        match self {
            Self::Card | Self::Twint => false,
            Self::Bank => true,
        }
    }

    /// What sends a pledge of this method on its way.
    pub const fn start(self) -> PledgeAction {
        match self {
            Self::Card | Self::Twint => PledgeAction::AwaitSetup,
            Self::Bank => PledgeAction::AwaitFunds,
        }
    }
}

macro_rules! named_choice {
    ($($choice:ident)+) => {$(
        impl FromStr for $choice {
            type Err = UnknownChoice;

            fn from_str(name: &str) -> Result<Self, UnknownChoice> {
                Self::ALL.into_iter().find(|choice| choice.name() == name).ok_or(UnknownChoice)
            }
        }

        impl fmt::Display for $choice {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    )+};
}

named_choice! { ShowAs PaymentMethod Review }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_show_as_their_owners_chose() {
        assert_eq!(ShowAs::Name.shown("Anneke de Wit").as_deref(), Some("Anneke de Wit"));
        assert_eq!(ShowAs::Initials.shown("Anneke de Wit").as_deref(), Some("A. d. W."));
        assert_eq!(ShowAs::Anonymous.shown("Anneke de Wit"), None);
        assert_eq!(ShowAs::Name.shown("\u{202e}Lea").as_deref(), Some("Lea"), "a name of before");
        assert_eq!(ShowAs::Initials.shown("\u{202e}Lea Brunner").as_deref(), Some("L. B."));
        for way in [ShowAs::Name, ShowAs::Initials] {
            assert_eq!(way.shown("https://casino.example/win"), None);
            assert_eq!(way.shown(""), None);
        }
    }
}
