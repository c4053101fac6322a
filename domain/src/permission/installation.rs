//! What is done to the installation as a whole.

use super::{DeedKind, NoRelation, Role, Rule};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Decide what campaigns pay to the platform.
    SetFees,
    /// Say that the clock is right after a jump.
    ConfirmClock,
    /// Queue mails again that were given up.
    RetryMails,
    /// Bring in campaigns that were recorded elsewhere.
    ImportCampaigns,
    /// Read who did what.
    ReadAudit,
}

impl DeedKind for Deed {
    type Relation = NoRelation;

    const ALL: &'static [Self] =
        &[Self::SetFees, Self::ConfirmClock, Self::RetryMails, Self::ImportCampaigns, Self::ReadAudit];

    fn name(self) -> &'static str {
        match self {
            Self::SetFees => "set_fees",
            Self::ConfirmClock => "confirm_clock",
            Self::RetryMails => "retry_mails",
            Self::ImportCampaigns => "import_campaigns",
            Self::ReadAudit => "read_audit",
        }
    }

    fn rule(self) -> Rule<NoRelation> {
        match self {
            Self::SetFees
            | Self::ConfirmClock
            | Self::RetryMails
            | Self::ImportCampaigns
            | Self::ReadAudit => Rule::nobody().roles(&[Role::Operator]),
        }
    }
}
