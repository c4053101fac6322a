//! What is done to pledges.

use super::{DeedKind, RelationKind, Role, Rule};

/// What somebody is to a pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Belongs to the team of its campaign.
    Team,
    /// Made it, or holds its receipt's token.
    Backer,
}

impl RelationKind for Relation {
    const ALL: &'static [Self] = &[Self::Team, Self::Backer];

    fn name(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Backer => "backer",
        }
    }

    fn needs_account(self) -> bool {
        match self {
            Self::Team => true,
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
            Self::ReviewPledge => Rule::nobody()
                .roles(&[Role::Moderator, Role::Operator])
                .never(&[Relation::Team, Relation::Backer]),
        }
    }
}
