//! How long and how much of a limited reward may be held by those who are still checking out.

/// How long a hold lasts, and each extension of it.
pub const HOLD_MINUTES: i64 = 15;
/// How many holds one network address may have on one reward.
pub const ADDRESS_HOLDS_MAX: i64 = 3;

/// Whether the one who holds has shown that an e-mail address is theirs, by its mailed link or code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof {
    /// Not yet.
    Unproved,
    /// Yes.
    Proved,
}

/// A hold was extended once; only whoever proves an e-mail address extends it further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only a proved address extends a hold more than once")]
pub struct NeedsProof;

/// Whether a hold that was extended so often may be extended again: once by anybody, further by the proved
/// (docs/RULES.md, H5).
///
/// # Errors
/// [`NeedsProof`] where the free extension is used up and nothing is proved.
pub const fn check_extension(extensions: i64, proof: Proof) -> Result<(), NeedsProof> {
    match proof {
        Proof::Unproved if extensions > 0 => Err(NeedsProof),
        Proof::Unproved | Proof::Proved => Ok(()),
    }
}

/// What there is of a limited reward when somebody wants to hold some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldRules {
    /// Not taken by any pledge.
    pub left: i64,
    /// Held by other browsers.
    pub held: i64,
    /// How many holds of other browsers come from the same address.
    pub address_holds: i64,
    /// Whether the one who wants to hold has proved an address.
    pub proof: Proof,
}

impl HoldRules {
    /// Whether so many are neither taken nor held.
    pub const fn has_room(&self, qty: i64) -> bool {
        qty <= self.left.saturating_sub(self.held)
    }

    /// Whether so many may be held: whatever has room by the proved, at most half of what is left (but always
    /// one) by everybody else, and by either no more than so many times from one address (docs/RULES.md, H3
    /// and H4).
    pub const fn may_hold(&self, qty: i64) -> bool {
        let is_within_share = match self.proof {
            Proof::Proved => true,
            Proof::Unproved => self.held.saturating_add(qty) <= unproved_max(self.left),
        };
        self.address_holds < ADDRESS_HOLDS_MAX && is_within_share && self.has_room(qty)
    }
}

/// Whether so many may be pledged for by a payment that is only announced. Such a pledge keeps them from
/// others like a hold, only longer. With what is `announced` already it takes at most half of what nobody has
/// paid for, but always one; `left` is what no pledge has taken (docs/RULES.md, H8).
pub const fn may_announce(left: i64, announced: i64, qty: i64) -> bool {
    announced.saturating_add(qty) <= unproved_max(left.saturating_add(announced))
}

const fn unproved_max(left: i64) -> i64 {
    let half = left / 2;
    if half > 1 { half } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_half_of_what_is_left_is_held() {
        let rules = |left, held| HoldRules { left, held, address_holds: 0, proof: Proof::Unproved };
        assert!(rules(10, 4).may_hold(1));
        assert!(!rules(10, 5).may_hold(1));
        assert!(!rules(10, 4).may_hold(2));
        assert!(rules(10, 5).has_room(5), "what is not held may still be pledged for");
        assert!(rules(1, 0).may_hold(1), "the last one may be held");
        assert!(!rules(1, 1).has_room(1));
    }

    #[test]
    fn at_most_half_waits_for_transfers_that_anybody_can_announce() {
        assert!(may_announce(10, 0, 5));
        assert!(!may_announce(10, 0, 6));
        assert!(!may_announce(5, 5, 1), "half of ten is announced");
        assert!(may_announce(5, 2, 1), "others have proved their address since");
        assert!(may_announce(1, 0, 1), "the last one");
        assert!(!may_announce(1, 1, 1));
    }

    #[test]
    fn one_address_holds_three_times() {
        for proof in [Proof::Unproved, Proof::Proved] {
            let rules = |address_holds| HoldRules { left: 100, held: 0, address_holds, proof };
            assert!(rules(2).may_hold(1));
            assert!(!rules(3).may_hold(1), "{proof:?}");
        }
    }

    #[test]
    fn whoever_proved_an_address_holds_what_has_room() {
        let rules = HoldRules { left: 10, held: 4, address_holds: 0, proof: Proof::Proved };
        assert!(rules.may_hold(6));
        assert!(!rules.may_hold(7));
    }

    #[test]
    fn first_extension_is_free_and_further_ones_are_for_the_proved() {
        assert_eq!(check_extension(0, Proof::Unproved), Ok(()));
        for extensions in [1, 2, i64::MAX] {
            assert_eq!(check_extension(extensions, Proof::Unproved), Err(NeedsProof));
            assert_eq!(check_extension(extensions, Proof::Proved), Ok(()));
        }
        assert_eq!(check_extension(0, Proof::Proved), Ok(()));
    }
}
