//! The one decision at a campaign's deadline: on secured and matched money only, after money that is on its
//! way by bank had its chance where it could decide.

use super::FundingModel;
use crate::banking_day::BankCalendar;
use crate::money::Currency;
use crate::time::Timestamp;

/// How many banking days a transfer may take to arrive after the deadline.
pub const BANK_DAYS_AFTER_DEADLINE: u32 = 3;

/// Where a campaign stands at its deadline, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Confirmed by a provider, or arrived.
    pub secured_minor: i64,
    /// Reserved from pools.
    pub matched_minor: i64,
    /// Promised by bank transfer and not arrived.
    pub on_its_way_minor: i64,
    /// The most that pools would add to what is on its way.
    pub match_on_its_way_minor: i64,
    /// The goal, or the minimum.
    pub goal_minor: i64,
}

/// What the deadline decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The goal is reached: everybody is charged.
    Reached,
    /// The goal is missed: nobody pays.
    Missed,
    /// Transfers on their way could still decide.
    AwaitBank,
}

/// Whether transfers had their banking days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankWait {
    /// Money may still arrive with a value date before the deadline.
    Running,
    /// What has not arrived does not count.
    Over,
}

impl Standing {
    /// Reached ⇔ secured + matched ≥ goal (docs/RULES.md, D8); a flexible campaign needs one secured
    /// pledge.
    pub const fn decide(&self, model: FundingModel, wait: BankWait) -> Decision {
        let counted = self.secured_minor.saturating_add(self.matched_minor);
        let needed = match model {
            FundingModel::AllOrNothing | FundingModel::MinimumAndOptimum { .. } => self.goal_minor,
            FundingModel::Flexible => 1,
        };
        if counted >= needed {
            return Decision::Reached;
        }
        match wait {
            BankWait::Running if counted.saturating_add(self.could_come_minor()) >= needed => {
                Decision::AwaitBank
            }
            BankWait::Running | BankWait::Over => Decision::Missed,
        }
    }
}

impl Standing {
    /// What counts more where every transfer arrives.
    const fn could_come_minor(&self) -> i64 {
        self.on_its_way_minor.saturating_add(self.match_on_its_way_minor)
    }
}

/// The last instant at which a transfer with a value date up to the deadline is waited for.
pub fn bank_wait_ends(closes_at: Timestamp, currency: Currency) -> Timestamp {
    let calendar = BankCalendar::for_currency(currency);
    calendar.banking_days_after(closes_at.in_zurich().day, BANK_DAYS_AFTER_DEADLINE).end_in_zurich()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Day;

    fn standing(secured_minor: i64, matched_minor: i64, on_its_way_minor: i64) -> Standing {
        Standing {
            secured_minor,
            matched_minor,
            on_its_way_minor,
            match_on_its_way_minor: 0,
            goal_minor: 1_000,
        }
    }

    #[test]
    fn match_of_what_is_on_its_way_could_decide_too() {
        let one = Standing { match_on_its_way_minor: 50, ..standing(600, 200, 150) };
        assert_eq!(one.decide(FundingModel::AllOrNothing, BankWait::Running), Decision::AwaitBank);
        assert_eq!(one.decide(FundingModel::AllOrNothing, BankWait::Over), Decision::Missed);
        let less = Standing { match_on_its_way_minor: 49, ..one };
        assert_eq!(less.decide(FundingModel::AllOrNothing, BankWait::Running), Decision::Missed);
    }

    #[test]
    fn matched_money_counts_and_promises_do_not() {
        use FundingModel::AllOrNothing;
        assert_eq!(standing(600, 400, 0).decide(AllOrNothing, BankWait::Running), Decision::Reached);
        assert_eq!(standing(600, 399, 0).decide(AllOrNothing, BankWait::Running), Decision::Missed);
        assert_eq!(standing(600, 399, 1).decide(AllOrNothing, BankWait::Running), Decision::AwaitBank);
        assert_eq!(standing(600, 399, 1).decide(AllOrNothing, BankWait::Over), Decision::Missed);
        assert_eq!(standing(600, 398, 1).decide(AllOrNothing, BankWait::Running), Decision::Missed);
    }

    #[test]
    fn flexible_campaigns_collect_whatever_came() {
        assert_eq!(standing(1, 0, 0).decide(FundingModel::Flexible, BankWait::Over), Decision::Reached);
        assert_eq!(standing(0, 0, 0).decide(FundingModel::Flexible, BankWait::Over), Decision::Missed);
    }

    #[test]
    fn minimum_decides_and_the_optimum_does_not() {
        let model = FundingModel::MinimumAndOptimum { optimum_minor: 2_000 };
        assert_eq!(standing(1_000, 0, 0).decide(model, BankWait::Running), Decision::Reached);
        assert_eq!(standing(999, 0, 1).decide(model, BankWait::Running), Decision::AwaitBank);
        assert_eq!(standing(999, 0, 0).decide(model, BankWait::Running), Decision::Missed);
    }

    #[test]
    fn transfers_have_three_banking_days() {
        // A Tuesday; Friday of the same week.
        let tuesday = Day::new(2027, 3, 9).unwrap().end_in_zurich();
        let friday = Day::new(2027, 3, 12).unwrap().end_in_zurich();
        assert_eq!(bank_wait_ends(tuesday, Currency::CHF), friday);
    }
}
