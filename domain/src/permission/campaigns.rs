//! What is done to campaigns.

use super::{DeedKind, RelationKind, Role, Rule};

/// What somebody is to a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Belongs to its team.
    Team,
}

impl RelationKind for Relation {
    const ALL: &'static [Self] = &[Self::Team];

    fn name(self) -> &'static str {
        match self {
            Self::Team => "team",
        }
    }

    fn needs_account(self) -> bool {
        match self {
            Self::Team => true,
        }
    }
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
    /// Tell backers how it goes.
    PublishUpdate,
    /// Ask a campaign's team.
    AskQuestion,
    /// Answer for a campaign's team.
    AnswerQuestion,
}

impl DeedKind for Deed {
    type Relation = Relation;

    const ALL: &'static [Self] = &[
        Self::SeeDraft,
        Self::CreateCampaign,
        Self::EditCampaign,
        Self::ManageTeam,
        Self::ReviewCampaign,
        Self::SuspendCampaign,
        Self::CancelCampaign,
        Self::PublishUpdate,
        Self::AskQuestion,
        Self::AnswerQuestion,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::SeeDraft => "see_draft",
            Self::CreateCampaign => "create_campaign",
            Self::EditCampaign => "edit_campaign",
            Self::ManageTeam => "manage_team",
            Self::ReviewCampaign => "review_campaign",
            Self::SuspendCampaign => "suspend_campaign",
            Self::CancelCampaign => "cancel_campaign",
            Self::PublishUpdate => "publish_update",
            Self::AskQuestion => "ask_question",
            Self::AnswerQuestion => "answer_question",
        }
    }

    fn rule(self) -> Rule<Relation> {
        let (nobody, team) = (Rule::nobody(), &[Relation::Team]);
        match self {
            Self::SeeDraft => nobody.roles(&[Role::Coach, Role::Moderator, Role::Operator]).relations(team),
            Self::CreateCampaign => nobody.members(),
            Self::EditCampaign | Self::PublishUpdate | Self::AnswerQuestion => nobody.relations(team),
            Self::ManageTeam => nobody.relations(team).always_audited(),
            Self::ReviewCampaign => nobody.roles(&[Role::Coach, Role::Operator]).never(team),
            Self::SuspendCampaign => nobody.roles(&[Role::Moderator, Role::Operator]).never(team),
            Self::CancelCampaign => {
                nobody.roles(&[Role::Moderator, Role::Operator]).relations(team).always_audited()
            }
            // The team answers.
            Self::AskQuestion => nobody.members().never(team),
        }
    }
}
