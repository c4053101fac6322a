//! What a change of one pledge does to its campaign's sums.

use super::{CountsAs, PledgeState};

/// Whether a pledge needs, and has had, a person's look before it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Review {
    /// It counts at once.
    NotNeeded,
    /// It is large; it counts as pledged until somebody has looked.
    Waiting,
    /// Somebody has looked.
    Passed,
}

impl Review {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::NotNeeded, Self::Waiting, Self::Passed];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotNeeded => "not_needed",
            Self::Waiting => "waiting",
            Self::Passed => "passed",
        }
    }
}

/// Whether the campaign's secured sum still moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Not yet decided.
    Open,
    /// Decided: secured and backers are shown unchanged from then on.
    Frozen,
}

/// What a pledge adds to the sums of its campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contribution {
    /// To pledged, in minor units.
    pub pledged_minor: i64,
    /// To secured, in minor units.
    pub secured_minor: i64,
    /// To backers.
    pub backers: i64,
}

impl Contribution {
    /// What a pledge of this amount adds in a state.
    pub const fn of(state: PledgeState, review: Review, amount_minor: i64) -> Self {
        const NOTHING: Contribution = Contribution { pledged_minor: 0, secured_minor: 0, backers: 0 };
        match (state.counts_as(), review) {
            // Money that has arrived needs no second look, nor does it become a promise again while a bank
            // questions it.
            (CountsAs::Secured, Review::Waiting)
                if !matches!(state, PledgeState::Funded | PledgeState::Paid | PledgeState::Disputed) =>
            {
                Self { pledged_minor: amount_minor, ..NOTHING }
            }
            (CountsAs::Secured, _) => Self { secured_minor: amount_minor, backers: 1, ..NOTHING },
            (CountsAs::Pledged, _) => Self { pledged_minor: amount_minor, ..NOTHING },
            (CountsAs::Nothing, _) => NOTHING,
        }
    }

    /// What two changes add together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            pledged_minor: self.pledged_minor.saturating_add(other.pledged_minor),
            secured_minor: self.secured_minor.saturating_add(other.secured_minor),
            backers: self.backers.saturating_add(other.backers),
        }
    }

    /// What changes when a pledge's contribution goes from `before` to `self`.
    #[must_use]
    pub const fn less(self, before: Self, counting: Counting) -> Self {
        let pledged_minor = self.pledged_minor.saturating_sub(before.pledged_minor);
        match counting {
            Counting::Open => Self {
                pledged_minor,
                secured_minor: self.secured_minor.saturating_sub(before.secured_minor),
                backers: self.backers.saturating_sub(before.backers),
            },
            Counting::Frozen => Self { pledged_minor, secured_minor: 0, backers: 0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pledge_counts_as_pledged_until_it_was_looked_at() {
        let secured = |review| Contribution::of(PledgeState::Secured, review, 500);
        assert_eq!(secured(Review::Waiting), Contribution { pledged_minor: 500, ..Contribution::default() });
        assert_eq!(secured(Review::Passed).secured_minor, 500);
        assert_eq!(Contribution::of(PledgeState::Funded, Review::Waiting, 500).secured_minor, 500);
    }

    #[test]
    fn frozen_sums_stay_while_pledges_move_on() {
        let secured = Contribution::of(PledgeState::Secured, Review::NotNeeded, 500);
        let dropped = Contribution::of(PledgeState::Dropped, Review::NotNeeded, 500);
        assert_eq!(dropped.less(secured, Counting::Frozen), Contribution::default());
        assert_eq!(dropped.less(secured, Counting::Open).secured_minor, -500);
    }
}
