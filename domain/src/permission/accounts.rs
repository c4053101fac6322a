//! What is done to other people's accounts. What somebody does to their own needs no permission.

use super::{DeedKind, NoRelation, Role, Rule};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Give and take roles.
    GrantRole,
    /// Erase what is known of a person.
    ErasePerson,
}

impl DeedKind for Deed {
    type Relation = NoRelation;

    const ALL: &'static [Self] = &[Self::GrantRole, Self::ErasePerson];

    fn name(self) -> &'static str {
        match self {
            Self::GrantRole => "grant_role",
            Self::ErasePerson => "erase_person",
        }
    }

    fn rule(self) -> Rule<NoRelation> {
        match self {
            Self::GrantRole | Self::ErasePerson => Rule::nobody().roles(&[Role::Operator]),
        }
    }
}
