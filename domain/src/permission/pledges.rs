//! What is done to pledges.

use super::{DeedKind, RelationKind, Role, Rule};

/// What somebody is to a pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Belongs to the team of its campaign.
    Team,
    /// Made it, or holds its receipt's token.
    Backer,
    /// Has the address that it was made with, which says nothing of who made it.
    SameAddress,
}

impl RelationKind for Relation {
    const ALL: &'static [Self] = &[Self::Team, Self::Backer, Self::SameAddress];

    fn name(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Backer => "backer",
            Self::SameAddress => "same_address",
        }
    }

    fn needs_account(self) -> bool {
        match self {
            Self::Team | Self::SameAddress => true,
            // The receipt proves it.
            Self::Backer => false,
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// See, change or cancel a pledge.
    ManagePledge,
    /// Decide that a large pledge counts, and what becomes of a transfer that differs.
    ReviewPledge,
}

impl DeedKind for Deed {
    type Relation = Relation;

    const ALL: &'static [Self] = &[Self::ManagePledge, Self::ReviewPledge];

    fn name(self) -> &'static str {
        match self {
            Self::ManagePledge => "manage_pledge",
            Self::ReviewPledge => "review_pledge",
        }
    }

    fn rule(self) -> Rule<Relation> {
        match self {
            Self::ManagePledge => Rule::nobody().relations(&[Relation::Backer]),
            Self::ReviewPledge => Rule::nobody().roles(&[Role::Moderator, Role::Operator]).never(&[
                Relation::Team,
                Relation::Backer,
                Relation::SameAddress,
            ]),
        }
    }
}
