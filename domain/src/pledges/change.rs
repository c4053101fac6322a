//! What a backer may make of a pledge that is placed, until the deadline.

use super::{Offer, PledgeFault, PledgeWish, quote};
use crate::money::Money;

/// Everything that is wrong with a wish in the place of the one `before`. The same rules as for a new pledge,
/// but for what its backer has already: a reward for early backers is kept, and the method stays, so that
/// what it carries is a bound of the amount. No pledge becomes large unseen by being raised; a large one may
/// become smaller.
pub fn change_faults(
    offer: &Offer,
    before: &PledgeWish,
    wish: &PledgeWish,
    goal_minor: i64,
) -> Vec<PledgeFault> {
    let keeps_reward = matches!((before.reward, wish.reward), (Some((old, had)), Some((new, qty)))
        if old == new && qty <= had);
    let mut faults = quote(offer, wish).1;
    faults.retain(|fault| *fault != PledgeFault::RewardOver || !keeps_reward);
    for fault in &mut faults {
        if let PledgeFault::OverTwint { max } = *fault {
            *fault = PledgeFault::TooLarge { max };
        }
    }
    let (amount_minor, before_minor) = (wish.amount.minor(), before.amount.minor());
    let is_raised = amount_minor > before_minor;
    let is_refused = faults.iter().any(|fault| matches!(fault, PledgeFault::TooLarge { .. }));
    if is_raised && !is_refused && offer.limits().needs_review(amount_minor, goal_minor) {
        let largest = offer.limits().unseen_minor_max(goal_minor).max(before_minor);
        faults.push(PledgeFault::TooLarge { max: Money::new(largest, offer.currency) });
    }
    faults
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::campaigns::PolicyKind;
    use crate::id::RewardId;
    use crate::money::Currency;
    use crate::pledges::{OfferedReward, PaymentMethod};
    use crate::time::{Day, Span};

    const EARLY: RewardId = RewardId::new(Uuid::from_u128(1));
    const GOAL_MINOR: i64 = 4_800_000;

    /// An offer on the day after its early reward ended.
    fn offer() -> Offer {
        let today = Day::new(2027, 3, 1).unwrap().at_in_zurich(9, 0, 0);
        Offer {
            currency: Currency::CHF,
            policy: PolicyKind::Standard,
            rewards: vec![OfferedReward {
                id: EARLY,
                price_minor: 6_000,
                early_until: Some(today.plus(Span::days(-1))),
                regions: Vec::new(),
            }],
            add_ons: Vec::new(),
            closes_at: today.plus(Span::days(20)),
            now: today,
        }
    }

    fn wish(minor: i64, rewards: u32) -> PledgeWish {
        PledgeWish {
            amount: Money::new(minor, Currency::CHF),
            reward: (rewards > 0).then_some((EARLY, rewards)),
            region: None,
            add_ons: Vec::new(),
            method: PaymentMethod::Card,
        }
    }

    fn faults(before: &PledgeWish, wish: &PledgeWish) -> Vec<PledgeFault> {
        change_faults(&offer(), before, wish, GOAL_MINOR)
    }

    fn too_large(minor: i64) -> [PledgeFault; 1] {
        [PledgeFault::TooLarge { max: Money::new(minor, Currency::CHF) }]
    }

    #[test]
    fn early_reward_is_kept_and_not_taken_anew() {
        assert!(faults(&wish(12_000, 2), &wish(13_000, 2)).is_empty());
        assert!(faults(&wish(12_000, 2), &wish(6_000, 1)).is_empty());
        assert_eq!(faults(&wish(6_000, 1), &wish(12_000, 2)), [PledgeFault::RewardOver]);
        assert_eq!(faults(&wish(6_000, 0), &wish(6_000, 1)), [PledgeFault::RewardOver]);
    }

    #[test]
    fn what_is_chosen_is_paid_for() {
        let least = Money::new(12_000, Currency::CHF);
        assert_eq!(faults(&wish(12_000, 2), &wish(11_999, 2)), [PledgeFault::UnderReward { least }]);
    }

    #[test]
    fn no_pledge_becomes_large_by_being_raised() {
        assert!(faults(&wish(6_000, 0), &wish(480_000, 0)).is_empty());
        assert_eq!(faults(&wish(6_000, 0), &wish(480_001, 0)), too_large(480_000));
        assert_eq!(faults(&wish(700_000, 0), &wish(700_001, 0)), too_large(700_000));
        assert!(faults(&wish(700_000, 0), &wish(600_000, 0)).is_empty(), "it may become smaller");
    }

    #[test]
    fn twint_bounds_the_amount() {
        let by_twint = |minor| PledgeWish { method: PaymentMethod::Twint, ..wish(minor, 0) };
        assert_eq!(faults(&by_twint(6_000), &by_twint(500_001)), too_large(500_000), "said once");
    }
}
