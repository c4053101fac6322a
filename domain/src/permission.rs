//! Who may do what: one table, deny by default. Use cases ask it; pages ask it before they offer.

use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::states::UnknownState;

/// What a person with an account may be trusted with beyond their own things. Judges and organisations' roles belong to
/// a contest or an organisation, not to a person, and are facts of [`Relation`] then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reviews campaigns before they open.
    Coach,
    /// Pauses what harms.
    Moderator,
    /// Runs the installation.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Coach, Self::Moderator, Self::Operator];

    /// The name in the database and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Coach => "coach",
            Self::Moderator => "moderator",
            Self::Operator => "operator",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(UnknownState)
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who has not signed in.
    Guest,
    /// A person with an account.
    Member {
        /// The account.
        user: UserId,
        /// What it is trusted with.
        roles: Vec<Role>,
    },
    /// The installation itself: jobs, the command line.
    System,
}

/// What the actor is to the thing in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Nothing in particular.
    Stranger,
    /// Belongs to the campaign's team.
    Team,
    /// Made the pledge, or holds its receipt's token.
    Backer,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// See a campaign that is not public.
    SeeDraft,
    /// Begin a campaign.
    CreateCampaign,
    /// Write a campaign and send it in.
    EditCampaign,
    /// Say who is of a campaign's team.
    ManageTeam,
    /// Accept a campaign, ask for changes, decline it.
    ReviewCampaign,
    /// Pause a campaign, let it go on.
    SuspendCampaign,
    /// End a campaign.
    CancelCampaign,
    /// See, change or cancel a pledge.
    ManagePledge,
    /// Decide that a large pledge counts.
    ReviewPledge,
    /// Pay a campaign out, and say that it has delivered.
    PayOut,
    /// Say that the team can deliver with less.
    StateDelivery,
    /// Tell backers how it goes.
    PublishUpdate,
    /// Ask a campaign's team.
    AskQuestion,
    /// Answer for a campaign's team.
    AnswerQuestion,
    /// Decide what campaigns pay to the platform.
    SetFees,
    /// Give and take roles.
    GrantRole,
    /// Erase what is known of a person.
    ErasePerson,
}

/// A deed: who may do it by role, who by what they are to the thing, and who may not, whatever their roles.
struct Rule {
    deed: Deed,
    roles: &'static [Role],
    relations: &'static [Relation],
    /// Nobody decides about what is their own.
    never: &'static [Relation],
}

const fn rule(deed: Deed, roles: &'static [Role], relations: &'static [Relation]) -> Rule {
    Rule { deed, roles, relations, never: &[] }
}

impl Rule {
    const fn never(self, never: &'static [Relation]) -> Self {
        Self { never, ..self }
    }
}

// What is not listed is refused; the system may do all.
const TABLE: &[Rule] = &[
    rule(Deed::SeeDraft, &[Role::Coach, Role::Moderator, Role::Operator], &[Relation::Team]),
    // Whoever has an account.
    rule(Deed::CreateCampaign, &[], &[Relation::Stranger]),
    rule(Deed::EditCampaign, &[], &[Relation::Team]),
    rule(Deed::ManageTeam, &[], &[Relation::Team]),
    rule(Deed::ReviewCampaign, &[Role::Coach, Role::Operator], &[]).never(&[Relation::Team]),
    rule(Deed::SuspendCampaign, &[Role::Moderator, Role::Operator], &[]).never(&[Relation::Team]),
    rule(Deed::CancelCampaign, &[Role::Moderator, Role::Operator], &[Relation::Team]),
    rule(Deed::ManagePledge, &[], &[Relation::Backer]),
    rule(Deed::ReviewPledge, &[Role::Moderator, Role::Operator], &[])
        .never(&[Relation::Team, Relation::Backer]),
    rule(Deed::PayOut, &[Role::Operator], &[]).never(&[Relation::Team]),
    rule(Deed::StateDelivery, &[], &[Relation::Team]),
    rule(Deed::PublishUpdate, &[], &[Relation::Team]),
    // Whoever has an account; the team answers.
    rule(Deed::AskQuestion, &[], &[Relation::Stranger]),
    rule(Deed::AnswerQuestion, &[], &[Relation::Team]),
    rule(Deed::SetFees, &[Role::Operator], &[]),
    rule(Deed::GrantRole, &[Role::Operator], &[]),
    rule(Deed::ErasePerson, &[Role::Operator], &[]),
];

impl Actor {
    /// Whether this actor may do it.
    pub fn may(&self, deed: Deed, relation: Relation) -> bool {
        let Some(rule) = TABLE.iter().find(|rule| rule.deed == deed) else { return false };
        match self {
            Self::System => true,
            Self::Guest => relation == Relation::Backer && rule.relations.contains(&relation),
            Self::Member { roles, .. } => {
                !rule.never.contains(&relation)
                    && (rule.relations.contains(&relation)
                        || roles.iter().any(|own| rule.roles.contains(own)))
            }
        }
    }

    /// The account, where there is one.
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::Member { user, .. } => Some(*user),
            Self::Guest | Self::System => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn member(roles: &[Role]) -> Actor {
        Actor::Member { user: UserId::new(Uuid::nil()), roles: roles.to_vec() }
    }

    /// Who may do what, as text: a change of the table is seen in its review.
    fn written_out() -> String {
        let actors = [("guest", Actor::Guest), ("member", member(&[]))];
        let trusted = Role::ALL.map(|role| (role.name(), member(&[role])));
        let actors: Vec<_> = actors.into_iter().chain(trusted).chain([("system", Actor::System)]).collect();
        let mut lines = Vec::new();
        for rule in TABLE {
            for (name, relation) in
                [("stranger", Relation::Stranger), ("team", Relation::Team), ("backer", Relation::Backer)]
            {
                let may: Vec<&str> = actors
                    .iter()
                    .filter(|(_, actor)| actor.may(rule.deed, relation))
                    .map(|(name, _)| *name)
                    .collect();
                lines.push(format!("{:?}, {name}: {}\n", rule.deed, may.join(" ")));
            }
        }
        lines.concat()
    }

    #[test]
    fn table_is_as_written_down() {
        assert_eq!(written_out(), include_str!("../tests/golden/permissions.txt"));
    }

    #[test]
    fn guests_hold_receipts_and_nothing_else() {
        assert!(Actor::Guest.may(Deed::ManagePledge, Relation::Backer));
        assert!(!Actor::Guest.may(Deed::ManagePledge, Relation::Stranger));
        assert!(!Actor::Guest.may(Deed::EditCampaign, Relation::Team), "a team member has an account");
    }

    #[test]
    fn nobody_reviews_their_own_campaign_by_being_its_team() {
        assert!(!member(&[]).may(Deed::ReviewCampaign, Relation::Team));
        assert!(member(&[Role::Coach]).may(Deed::ReviewCampaign, Relation::Stranger));
        assert!(!member(&[Role::Coach]).may(Deed::SuspendCampaign, Relation::Stranger));
    }

    #[test]
    fn no_role_decides_about_what_is_its_own() {
        let all = member(&Role::ALL);
        for deed in [Deed::ReviewCampaign, Deed::SuspendCampaign, Deed::ReviewPledge, Deed::PayOut] {
            assert!(all.may(deed, Relation::Stranger), "{deed:?}");
            assert!(!all.may(deed, Relation::Team), "{deed:?}");
            assert!(Actor::System.may(deed, Relation::Team), "{deed:?}");
        }
        assert!(!all.may(Deed::ReviewPledge, Relation::Backer), "nor about their own pledge");
        assert!(all.may(Deed::CancelCampaign, Relation::Team), "a team may always give up");
    }

    #[test]
    fn members_begin_campaigns_and_teams_write_them() {
        assert!(member(&[]).may(Deed::CreateCampaign, Relation::Stranger));
        assert!(!Actor::Guest.may(Deed::CreateCampaign, Relation::Stranger));
        assert!(!member(&Role::ALL).may(Deed::EditCampaign, Relation::Stranger));
    }

    #[test]
    fn members_ask_and_teams_answer() {
        assert!(member(&[]).may(Deed::AskQuestion, Relation::Stranger));
        assert!(!member(&[]).may(Deed::AskQuestion, Relation::Team));
        assert!(!Actor::Guest.may(Deed::AskQuestion, Relation::Stranger));
        assert!(member(&[]).may(Deed::AnswerQuestion, Relation::Team));
        assert!(!member(&[Role::Operator]).may(Deed::AnswerQuestion, Relation::Stranger));
    }

    #[test]
    fn operators_do_not_touch_other_peoples_pledges() {
        assert!(!member(&[Role::Operator]).may(Deed::ManagePledge, Relation::Stranger));
        assert!(member(&[Role::Operator]).may(Deed::GrantRole, Relation::Stranger));
        assert!(!member(&[Role::Moderator]).may(Deed::GrantRole, Relation::Stranger));
    }
}
