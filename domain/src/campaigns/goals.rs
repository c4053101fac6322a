//! What a campaign has to reach, and what it promises beyond that.

use serde::{Deserialize, Serialize};

use crate::states::UnknownState;

/// The most stretch goals of a campaign.
pub const STRETCH_GOALS_MAX: usize = 5;
/// The longest promise of a stretch goal.
pub const STRETCH_LABEL_CHARS_MAX: usize = 120;

/// What must be reached for anybody to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FundingModel {
    /// The goal, or nobody pays.
    AllOrNothing,
    /// Whatever comes together is collected.
    Flexible,
    /// The goal is the minimum; the optimum is a second goal in the same period.
    MinimumAndOptimum {
        /// The second goal, above the first.
        optimum_minor: i64,
    },
}

impl FundingModel {
    /// The name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllOrNothing => "all_or_nothing",
            Self::Flexible => "flexible",
            Self::MinimumAndOptimum { .. } => "minimum_and_optimum",
        }
    }

    /// The second goal, where there is one.
    pub const fn optimum_minor(self) -> Option<i64> {
        match self {
            Self::AllOrNothing | Self::Flexible => None,
            Self::MinimumAndOptimum { optimum_minor } => Some(optimum_minor),
        }
    }

    /// The model of that name with that optimum.
    ///
    /// # Errors
    /// [`UnknownState`] where there is none of that name, or the optimum is missing or one too many.
    pub fn of(name: &str, optimum_minor: Option<i64>) -> Result<Self, UnknownState> {
        match (name, optimum_minor) {
            ("all_or_nothing", None) => Ok(Self::AllOrNothing),
            ("flexible", None) => Ok(Self::Flexible),
            ("minimum_and_optimum", Some(optimum_minor)) => Ok(Self::MinimumAndOptimum { optimum_minor }),
            _ => Err(UnknownState),
        }
    }

    /// Whether so little was collected and matched that the team has to say that it can deliver: under 90 %
    /// of the minimum (docs/RULES.md, O1). A flexible campaign has no minimum, so it is never short of it.
    pub fn is_short(self, goal_minor: i64, counted_minor: i64) -> bool {
        match self {
            Self::Flexible => false,
            Self::AllOrNothing | Self::MinimumAndOptimum { .. } => {
                i128::from(counted_minor) * 10 < i128::from(goal_minor) * 9
            }
        }
    }
}

/// A promise for what comes in beyond the goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StretchGoal {
    /// From here on it is kept, in minor units.
    pub amount_minor: i64,
    /// What is done then.
    pub label: String,
}

/// Which goals of a campaign are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalsReached {
    /// The goal, or the minimum.
    pub goal: bool,
    /// The optimum, where there is one.
    pub optimum: Option<bool>,
    /// The stretch goals, in their order.
    pub stretch: Vec<bool>,
}

/// Which goals so much secured and matched money reaches.
pub fn goals_reached(
    goal_minor: i64,
    model: FundingModel,
    stretch: &[StretchGoal],
    counted_minor: i64,
) -> GoalsReached {
    GoalsReached {
        goal: counted_minor >= goal_minor,
        optimum: model.optimum_minor().map(|optimum_minor| counted_minor >= optimum_minor),
        stretch: stretch.iter().map(|one| counted_minor >= one.amount_minor).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_optimum_fit_together() {
        for model in [
            FundingModel::AllOrNothing,
            FundingModel::Flexible,
            FundingModel::MinimumAndOptimum { optimum_minor: 9 },
        ] {
            assert_eq!(FundingModel::of(model.name(), model.optimum_minor()), Ok(model));
        }
        assert_eq!(FundingModel::of("flexible", Some(9)), Err(UnknownState));
        assert_eq!(FundingModel::of("minimum_and_optimum", None), Err(UnknownState));
        assert_eq!(FundingModel::of("", None), Err(UnknownState));
    }

    #[test]
    fn under_nine_tenths_of_the_minimum_is_short() {
        for model in [FundingModel::AllOrNothing, FundingModel::MinimumAndOptimum { optimum_minor: 5_000 }] {
            assert!(model.is_short(1_000, 899));
            assert!(!model.is_short(1_000, 900), "of the minimum, not of the optimum");
        }
        assert!(!FundingModel::Flexible.is_short(1_000, 1));
        assert!(FundingModel::AllOrNothing.is_short(i64::MAX, i64::MAX / 2));
    }

    #[test]
    fn goals_are_reached_with_their_last_unit() {
        let stretch = |amount_minor| StretchGoal { amount_minor, label: String::new() };
        let goals = [stretch(2_000), stretch(3_000)];
        let model = FundingModel::MinimumAndOptimum { optimum_minor: 1_500 };
        let reached = |counted| goals_reached(1_000, model, &goals, counted);
        assert_eq!(
            reached(999),
            GoalsReached { goal: false, optimum: Some(false), stretch: vec![false, false] }
        );
        assert_eq!(
            reached(2_000),
            GoalsReached { goal: true, optimum: Some(true), stretch: vec![true, false] }
        );
        assert_eq!(goals_reached(1_000, FundingModel::Flexible, &[], 1_000).optimum, None);
    }
}
