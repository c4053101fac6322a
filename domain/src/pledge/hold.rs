//! How long and how much of a limited reward may be held by those who are still checking out.

/// How long a hold lasts, and each extension of it.
pub const HOLD_MINUTES: i64 = 15;
/// How many holds one network address may have on one reward.
pub const ADDRESS_HOLDS_MAX: i64 = 3;

/// What there is of a limited reward when somebody wants to hold some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldRules {
    /// Not taken by any pledge.
    pub left: i64,
    /// Held by other browsers.
    pub held: i64,
    /// How many holds of other browsers come from the same address.
    pub address_holds: i64,
}

impl HoldRules {
    /// Whether so many are neither taken nor held.
    pub const fn has_room(&self, qty: i64) -> bool {
        qty <= self.left.saturating_sub(self.held)
    }

    /// Whether so many may be held without a confirmed e-mail or payment: at most half of what is left, but always one
    /// (design section 4, "Rewards").
    pub const fn may_hold(&self, qty: i64) -> bool {
        let half = self.left / 2;
        let limit = if half > 1 { half } else { 1 };
        self.address_holds < ADDRESS_HOLDS_MAX && self.held.saturating_add(qty) <= limit && self.has_room(qty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_half_of_what_is_left_is_held() {
        let rules = |left, held| HoldRules { left, held, address_holds: 0 };
        assert!(rules(10, 4).may_hold(1));
        assert!(!rules(10, 5).may_hold(1));
        assert!(!rules(10, 4).may_hold(2));
        assert!(rules(10, 5).has_room(5), "what is not held may still be pledged for");
        assert!(rules(1, 0).may_hold(1), "the last one may be held");
        assert!(!rules(1, 1).has_room(1));
    }

    #[test]
    fn one_address_holds_three_times() {
        let rules = |address_holds| HoldRules { left: 100, held: 0, address_holds };
        assert!(rules(2).may_hold(1));
        assert!(!rules(3).may_hold(1));
    }
}
