//! The life of a pledge (docs/RULES.md, P1).

use crate::states::state_machine;

state_machine! {
    /// Where a pledge stands.
    states PledgeState {
        /// Being filled in.
        Draft = "draft",
        /// Card or TWINT: the provider has not confirmed the method yet.
        AwaitingSetup = "awaiting_setup",
        /// Bank: the money has not arrived yet.
        AwaitingFunds = "awaiting_funds",
        /// Money came that does not fit, or came late.
        NeedsReview = "needs_review",
        /// The provider confirmed the method; nothing is charged yet.
        Secured = "secured",
        /// Bank money arrived.
        Funded = "funded",
        /// The one charge is under way.
        Charging = "charging",
        /// The bank wants its customer to confirm the charge.
        ActionRequired = "action_required",
        /// The charge failed; it is tried again.
        ChargeFailed = "charge_failed",
        /// The money was captured.
        Paid = "paid",
        /// The backer's bank questions the payment.
        Disputed = "disputed",
        /// The backer's bank took the payment back.
        ChargedBack = "charged_back",
        /// Money goes back.
        RefundPending = "refund_pending",
        /// A part went back.
        PartiallyRefunded = "partially_refunded",
        /// All went back.
        Refunded = "refunded",
        /// The way back failed; it is tried again.
        RefundFailed = "refund_failed",
        /// The goal was missed: nothing was charged.
        Released = "released",
        /// The charge failed for good: nothing was charged.
        Dropped = "dropped",
        /// Nothing came in time: nothing was charged.
        Expired = "expired",
        /// Taken back, or the method was declined: nothing was charged.
        Cancelled = "cancelled",
    }
    /// What moves a pledge on.
    actions PledgeAction {
        /// The backer sends it, with card or TWINT.
        AwaitSetup = "await_setup",
        /// The backer sends it, with a bank transfer.
        AwaitFunds = "await_funds",
        /// The provider confirms the method.
        Secure = "secure",
        /// Another method takes the place of the one before.
        ReplaceMethod = "replace_method",
        /// Money arrived.
        Fund = "fund",
        /// Money that does not fit, or came late.
        Review = "review",
        /// The time for it has passed.
        Expire = "expire",
        /// The backer, or a declined method, ends it.
        Cancel = "cancel",
        /// The charge starts, or starts again.
        Charge = "charge",
        /// The money was captured.
        Pay = "pay",
        /// The bank wants its customer to confirm.
        RequireAction = "require_action",
        /// The charge failed.
        FailCharge = "fail_charge",
        /// No further attempt.
        Drop = "drop",
        /// The goal was missed.
        Release = "release",
        /// Money is to go back.
        StartRefund = "start_refund",
        /// All of it went back.
        FinishRefund = "finish_refund",
        /// A part of it went back.
        FinishPartialRefund = "finish_partial_refund",
        /// The way back failed.
        FailRefund = "fail_refund",
        /// The backer's bank questions the payment.
        Dispute = "dispute",
        /// The bank lets the payment stand.
        WinDispute = "win_dispute",
        /// The bank took the payment back.
        LoseDispute = "lose_dispute",
    }
    changes {
        Draft AwaitSetup AwaitingSetup,
        AwaitingSetup Secure Secured,
        AwaitingSetup Expire Expired,
        AwaitingSetup Cancel Cancelled,
        Draft AwaitFunds AwaitingFunds,
        AwaitingFunds Fund Funded,
        AwaitingFunds Review NeedsReview,
        AwaitingFunds Expire Expired,
        AwaitingFunds Cancel Cancelled,
        NeedsReview Fund Funded,
        NeedsReview StartRefund RefundPending,
        Secured ReplaceMethod Secured,
        Secured Charge Charging,
        Secured Release Released,
        Secured Cancel Cancelled,
        Charging Pay Paid,
        Charging RequireAction ActionRequired,
        Charging FailCharge ChargeFailed,
        ActionRequired Charge Charging,
        ActionRequired Drop Dropped,
        ChargeFailed Charge Charging,
        ChargeFailed Drop Dropped,
        Funded Pay Paid,
        Funded StartRefund RefundPending,
        Paid StartRefund RefundPending,
        PartiallyRefunded StartRefund RefundPending,
        RefundPending FinishRefund Refunded,
        RefundPending FinishPartialRefund PartiallyRefunded,
        RefundPending FailRefund RefundFailed,
        RefundFailed StartRefund RefundPending,
        Paid Dispute Disputed,
        Disputed WinDispute Paid,
        Disputed LoseDispute ChargedBack,
        Expired Review NeedsReview,
        Cancelled Review NeedsReview,
    }
}

/// The sum of its campaign that a pledge counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountsAs {
    /// Promised; does not count toward the goal.
    Pledged,
    /// Counts toward the goal.
    Secured,
    /// In neither.
    Nothing,
}

impl PledgeState {
    /// Whether nobody has anything left to do about it, unless money comes late or a bank asks.
    pub const fn is_over(self) -> bool {
        match self {
            Self::Paid
            | Self::ChargedBack
            | Self::Refunded
            | Self::Released
            | Self::Dropped
            | Self::Expired
            | Self::Cancelled => true,
            Self::Draft
            | Self::AwaitingSetup
            | Self::AwaitingFunds
            | Self::NeedsReview
            | Self::Secured
            | Self::Funded
            | Self::Charging
            | Self::ActionRequired
            | Self::ChargeFailed
            | Self::Disputed
            | Self::RefundPending
            | Self::PartiallyRefunded
            | Self::RefundFailed => false,
        }
    }

    /// Whether a transfer of it is here before the deadline: to cancel it is to send that back.
    pub const fn has_arrived(self) -> bool {
        matches!(self, Self::Funded | Self::NeedsReview)
    }

    /// Whether its backer may still cancel it, while the deadline lies ahead.
    pub fn can_be_cancelled(self) -> bool {
        self.has_arrived() || self.apply(PledgeAction::Cancel).is_ok()
    }

    /// The sum this state counts in while its campaign is open (docs/RULES.md, S1).
    pub const fn counts_as(self) -> CountsAs {
        match self {
            Self::AwaitingSetup | Self::AwaitingFunds | Self::NeedsReview => CountsAs::Pledged,
            Self::Secured
            | Self::Funded
            | Self::Charging
            | Self::ActionRequired
            | Self::ChargeFailed
            | Self::Paid
            | Self::Disputed => CountsAs::Secured,
            Self::Draft
            | Self::ChargedBack
            | Self::RefundPending
            | Self::PartiallyRefunded
            | Self::Refunded
            | Self::RefundFailed
            | Self::Released
            | Self::Dropped
            | Self::Expired
            | Self::Cancelled => CountsAs::Nothing,
        }
    }
}
