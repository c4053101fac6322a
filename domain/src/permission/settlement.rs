//! What is done with the money that a campaign collected.

use super::campaigns::Relation;
use super::{DeedKind, Role, Rule};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Say whom a campaign is paid out to, pay it out, and say that it has delivered.
    PayOut,
    /// Say that the team can deliver with less.
    StateDelivery,
}

impl DeedKind for Deed {
    type Relation = Relation;

    const ALL: &'static [Self] = &[Self::PayOut, Self::StateDelivery];

    fn name(self) -> &'static str {
        match self {
            Self::PayOut => "pay_out",
            Self::StateDelivery => "state_delivery",
        }
    }

    fn rule(self) -> Rule<Relation> {
        match self {
            Self::PayOut => Rule::nobody().roles(&[Role::Operator]).never(&[Relation::Team]),
            // Without it everything is refunded.
            Self::StateDelivery => Rule::nobody().relations(&[Relation::Team]).always_audited(),
        }
    }
}
