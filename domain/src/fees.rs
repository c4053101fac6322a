//! What a campaign pays: to the platform for what it collects, to the provider as charged. Match money is
//! free of fees.

use serde::{Deserialize, Serialize};

use crate::money::Currency;

/// The text is no percentage from 0 to 100 with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a percentage from 0 to 100, such as 5 or 4.5")]
pub struct MalformedPercent;

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

    /// Reads a percentage with at most two decimals: `5`, `4.5`, `12.25`.
    ///
    /// # Errors
    /// [`MalformedPercent`] for anything else, and for more than the whole.
    pub fn from_percent(text: &str) -> Result<Self, MalformedPercent> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(rest) || whole.len() > 3 || rest.len() > 2 {
            return Err(MalformedPercent);
        }
        let points = format!("{whole}{rest:0<2}").parse().map_err(|_| MalformedPercent)?;
        if points > 10_000 { Err(MalformedPercent) } else { Ok(Self(points)) }
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
    /// What holds in a currency where nobody decided otherwise: 5 % of what is collected; the sandbox costs
    /// 1.5 % and a quarter of a major unit a charge, rounded down (docs/RULES.md, F1 and F2).
    pub const fn default_for(currency: Currency) -> Self {
        Self {
            platform: BasisPoints(500),
            provider: BasisPoints(150),
            provider_fixed_minor: currency.minor_per_major() / 4,
        }
    }

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

/// Within so many banking days after it is settled a campaign whose payee is verified is paid out.
pub const PAYOUT_DAYS: u32 = 5;

/// What a campaign holds when it is settled, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settling {
    /// Captured and booked, less refunds and chargebacks.
    pub collected_minor: i64,
    /// What is in its escrow.
    pub escrow_minor: i64,
    /// What the provider charged.
    pub cost_minor: i64,
}

/// From what came in to what is paid out, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// What came in from backers.
    pub gross_minor: i64,
    /// What pools added.
    pub matched_minor: i64,
    /// What platform and provider take.
    pub fees_minor: i64,
    /// What went back to backers.
    pub returned_minor: i64,
}

impl Account {
    /// What a campaign may expect whose every pledge is charged. What the provider takes is known to the
    /// rounding of each charge.
    pub fn expected(secured_minor: i64, matched_minor: i64, pledges: i64, fees: FeeSchedule) -> Self {
        let fixed_minor = fees.provider_fixed_minor.saturating_mul(pledges);
        let provider_minor = fees.provider.of_half_up(secured_minor).saturating_add(fixed_minor);
        let fees_minor = fees.platform_fee(secured_minor).saturating_add(provider_minor);
        Self { gross_minor: secured_minor, matched_minor, fees_minor, returned_minor: 0 }
    }

    /// What is kept of it until everything is delivered.
    pub fn reserve_minor(self) -> i64 {
        reserve_minor(self.gross_minor.saturating_sub(self.returned_minor))
    }

    /// What is left for the team: collected + match − fees − refunds − reserve; never less than nothing.
    pub fn net_minor(self) -> i64 {
        let plus = self.gross_minor.saturating_add(self.matched_minor);
        let minus = self.fees_minor.saturating_add(self.returned_minor).saturating_add(self.reserve_minor());
        plus.saturating_sub(minus).max(0)
    }
}

/// What a campaign bears when it is settled, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BorneFees {
    /// To the platform; less than nothing where the platform bears what there is no money for.
    pub platform_minor: i64,
    /// To the provider, as charged.
    pub provider_minor: i64,
}

impl Settling {
    /// The provider is paid what it charged; the platform takes its share as far as there is money for it.
    /// Where refunds ate what the provider charged, the platform bears the difference.
    pub fn fees(self, platform: BasisPoints) -> BorneFees {
        let room = self.escrow_minor.saturating_sub(self.cost_minor);
        BorneFees {
            platform_minor: platform.of_half_up(self.collected_minor.max(0)).min(room),
            provider_minor: self.cost_minor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_end_where_the_money_ends() {
        let fees = |collected_minor, escrow_minor, cost_minor| {
            let borne = Settling { collected_minor, escrow_minor, cost_minor }.fees(BasisPoints::new(500));
            (borne.platform_minor, borne.provider_minor)
        };
        assert_eq!(fees(6_000, 6_000, 115), (300, 115));
        assert_eq!(fees(6_000, 300, 115), (185, 115), "as far as there is money");
        assert_eq!(fees(0, 0, 115), (-115, 115), "the platform bears what refunds ate");
        assert_eq!(fees(-50, 0, 0), (0, 0), "no fee on less than nothing");
    }

    #[test]
    fn net_is_what_is_left_of_everything() {
        let account =
            Account { gross_minor: 10_000, matched_minor: 2_000, fees_minor: 700, returned_minor: 1_000 };
        assert_eq!(account.reserve_minor(), 450, "5 % of the 9,000 that stay");
        assert_eq!(account.net_minor(), 9_850);
        let all_back =
            Account { gross_minor: 10_000, matched_minor: 0, fees_minor: 0, returned_minor: 10_000 };
        assert_eq!((all_back.reserve_minor(), all_back.net_minor()), (0, 0));
        let expected = Account::expected(10_000, 2_000, 2, FeeSchedule::default_for(Currency::CHF));
        assert_eq!(expected.fees_minor, 500 + 150 + 2 * 25);
        assert_eq!(expected.net_minor(), 10_000 + 2_000 - 700 - 500);
    }

    #[test]
    fn percentages_are_read_exactly() {
        let points = |text| BasisPoints::from_percent(text).map(BasisPoints::get);
        assert_eq!(
            ["5", "4.5", "12.25", "0", "100"].map(points),
            [Ok(500), Ok(450), Ok(1225), Ok(0), Ok(10_000)]
        );
        for text in ["", ".", "5.", ".5", "-1", "100.01", "1.234", "5%", "1e2", "0005"] {
            assert_eq!(points(text), Err(MalformedPercent), "{text}");
        }
    }

    #[test]
    fn fees_are_rounded_half_up() {
        let fees = FeeSchedule::default_for(Currency::CHF);
        assert_eq!(fees.platform_fee(6_000), 300);
        assert_eq!(fees.platform_fee(10), 1, "0.5 of a Rappen rounds up");
        assert_eq!(fees.platform_fee(9), 0);
        assert_eq!(fees.provider_cost(6_000), 90 + 25);
        assert_eq!(fees.provider_cost(10), 10, "a charge never costs more than it brings");
        let yen = FeeSchedule::default_for(Currency::JPY);
        assert_eq!(yen.provider_cost(6_000), 90, "a quarter of a yen is none");
        assert_eq!(fees.platform_fee(i64::MAX), 461_168_601_842_738_790);
    }
}
