//! What a campaign pays: to the platform for what it collects, to the provider as charged. Match money is free of fees.

use serde::{Deserialize, Serialize};

/// A share in basis points: hundredths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BasisPoints(u32);

impl BasisPoints {
    /// The whole.
    pub const WHOLE: i64 = 10_000;

    /// A share; more than the whole counts as the whole.
    pub const fn new(points: u32) -> Self {
        if points > 10_000 { Self(10_000) } else { Self(points) }
    }

    /// The number of basis points.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// This share of a non-negative amount in minor units, half a unit rounded up.
    pub fn of_half_up(self, amount_minor: i64) -> i64 {
        let share = (i128::from(amount_minor) * i128::from(self.0) * 2 + i128::from(Self::WHOLE))
            / (i128::from(Self::WHOLE) * 2);
        i64::try_from(share).unwrap_or(amount_minor)
    }
}

/// The fees of one campaign, frozen when it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeSchedule {
    /// The platform's share of what is collected.
    pub platform: BasisPoints,
    /// The sandbox provider's share of each charge.
    pub provider: BasisPoints,
    /// What the sandbox provider adds for each charge, in minor units.
    pub provider_fixed_minor: i64,
}

impl FeeSchedule {
    /// What holds where nobody decided otherwise: 5 % of what is collected; the sandbox costs 1.5 % and 0.25 a charge
    /// (design section 4, "Fees").
    pub const DEFAULT: Self =
        Self { platform: BasisPoints(500), provider: BasisPoints(150), provider_fixed_minor: 25 };

    /// What a campaign pays to the platform for what it has collected; match money is not part of that sum.
    pub fn platform_fee(self, collected_minor: i64) -> i64 {
        self.platform.of_half_up(collected_minor)
    }

    /// What the sandbox provider takes for one charge; never more than the charge.
    pub fn provider_cost(self, charge_minor: i64) -> i64 {
        self.provider.of_half_up(charge_minor).saturating_add(self.provider_fixed_minor).min(charge_minor)
    }
}

/// What is kept of a payout until everything is delivered: a backer's bank may still take a payment back.
pub const RESERVE: BasisPoints = BasisPoints(500);

/// The reserve of a campaign that has collected so much, in minor units.
pub fn reserve_minor(collected_minor: i64) -> i64 {
    RESERVE.of_half_up(collected_minor.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_rounded_half_up() {
        let fees = FeeSchedule::DEFAULT;
        assert_eq!(fees.platform_fee(6_000), 300);
        assert_eq!(fees.platform_fee(10), 1, "0.5 of a Rappen rounds up");
        assert_eq!(fees.platform_fee(9), 0);
        assert_eq!(fees.provider_cost(6_000), 90 + 25);
        assert_eq!(fees.provider_cost(10), 10, "a charge never costs more than it brings");
        assert_eq!(fees.platform_fee(i64::MAX), 461_168_601_842_738_790);
    }
}
