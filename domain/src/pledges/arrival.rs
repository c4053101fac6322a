//! Money that arrived by bank: whether it is the pledge's, and what its sender writes on the transfer.

use crate::id::PledgeId;
use crate::time::{Day, Timestamp};
use crate::transfer::CreditorReference;

/// So many characters of a pledge's id stand in its reference.
const OWN_CHARS: usize = 12;

/// What a transfer brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// How much, in minor units.
    pub amount_minor: i64,
    /// The day from which the money counts, as its bank says.
    pub value_day: Day,
}

impl Arrival {
    /// Whether it came in time: only money with a value date up to the deadline counts (docs/RULES.md, D5).
    pub fn is_in_time(self, closes_at: Option<Timestamp>) -> bool {
        closes_at.is_none_or(|end| self.value_day <= end.in_zurich().day)
    }

    /// Whether it is what was pledged, and in time: then nobody has to look at it.
    pub fn fits(self, pledged_minor: i64, closes_at: Option<Timestamp>) -> bool {
        self.amount_minor == pledged_minor && self.is_in_time(closes_at)
    }
}

/// What a backer writes on a transfer, so that it is known whose it is: a creditor reference with the random
/// end of the pledge's id.
///
/// # Panics
/// Never: an id's hexadecimal digits make a reference.
pub fn bank_reference(pledge: PledgeId) -> CreditorReference {
    let id = pledge.uuid().simple().to_string();
    let end = id.get(id.len().saturating_sub(OWN_CHARS)..).unwrap_or(&id);
    CreditorReference::of(end).expect("twelve hexadecimal digits are a reference")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn exact_money_with_a_value_date_up_to_the_deadline_fits() {
        let closes = Day::new(2027, 3, 9).unwrap();
        let arrival = |amount_minor, value_day| Arrival { amount_minor, value_day };
        assert!(arrival(6_000, closes).fits(6_000, Some(closes.end_in_zurich())));
        assert!(!arrival(5_999, closes).fits(6_000, Some(closes.end_in_zurich())));
        assert!(!arrival(6_000, closes.plus_days(1)).fits(6_000, Some(closes.end_in_zurich())));
        assert!(arrival(6_000, closes).fits(6_000, None));
    }

    #[test]
    fn reference_is_the_random_end_of_the_id() {
        let id = PledgeId::new(Uuid::parse_str("0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b").unwrap());
        assert_eq!(bank_reference(id).to_string(), "RF44 0C1D 2E3F 4A5B");
    }
}
