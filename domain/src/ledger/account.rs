//! Where money can be.

use core::fmt;
use core::str::FromStr;

use crate::id::{CampaignId, PoolId};

/// A payment provider, as the ledger names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProviderCode {
    /// Simulated money.
    Sandbox,
}

impl ProviderCode {
    /// Every provider.
    pub const ALL: [Self; 1] = [Self::Sandbox];

    /// The name in account codes and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
        }
    }
}

impl FromStr for ProviderCode {
    type Err = UnknownAccount;

    fn from_str(name: &str) -> Result<Self, UnknownAccount> {
        Self::ALL.into_iter().find(|code| code.name() == name).ok_or(UnknownAccount)
    }
}

/// An account of the ledger. Its code is public and names no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a provider has captured and not yet paid to the bank.
    Provider(ProviderCode),
    /// The bank account.
    Bank,
    /// Money nobody could be found for.
    Suspense,
    /// What the platform has earned.
    PlatformFees,
    /// What a campaign may be paid.
    Escrow(CampaignId),
    /// Transfers that arrived for a campaign that is not decided.
    Waiting(CampaignId),
    /// What the provider charged for a campaign, until the campaign bears it.
    ProviderCost(CampaignId),
    /// A pool's money that is neither reserved nor paid.
    PoolFree(PoolId),
    /// A pool's money that is reserved for a campaign.
    PoolReserved(PoolId, CampaignId),
}

/// Which side of the books an account is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// What there is: debits are positive.
    Asset,
    /// What is owed: never less than nothing.
    Liability,
    /// What was earned or spent.
    Result,
}

/// The code names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such account")]
pub struct UnknownAccount;

impl Account {
    /// Which side of the books it is on.
    pub const fn kind(self) -> AccountKind {
        match self {
            Self::Provider(_) | Self::Bank => AccountKind::Asset,
            Self::Suspense
            | Self::Escrow(_)
            | Self::Waiting(_)
            | Self::PoolFree(_)
            | Self::PoolReserved(..) => AccountKind::Liability,
            Self::PlatformFees | Self::ProviderCost(_) => AccountKind::Result,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider(provider) => write!(f, "provider.{}", provider.name()),
            Self::Bank => f.write_str("bank"),
            Self::Suspense => f.write_str("suspense"),
            Self::PlatformFees => f.write_str("platform.fees"),
            Self::Escrow(campaign) => write!(f, "campaign.{campaign}.escrow"),
            Self::Waiting(campaign) => write!(f, "campaign.{campaign}.waiting"),
            Self::ProviderCost(campaign) => write!(f, "campaign.{campaign}.cost"),
            Self::PoolFree(pool) => write!(f, "pool.{pool}.free"),
            Self::PoolReserved(pool, campaign) => write!(f, "pool.{pool}.reserved.{campaign}"),
        }
    }
}

impl FromStr for Account {
    type Err = UnknownAccount;

    fn from_str(code: &str) -> Result<Self, UnknownAccount> {
        let campaign = |text: &str| text.parse::<CampaignId>().map_err(|_| UnknownAccount);
        let pool = |text: &str| text.parse::<PoolId>().map_err(|_| UnknownAccount);
        match code.split('.').collect::<Vec<_>>().as_slice() {
            ["provider", name] => Ok(Self::Provider(name.parse()?)),
            ["bank"] => Ok(Self::Bank),
            ["suspense"] => Ok(Self::Suspense),
            ["platform", "fees"] => Ok(Self::PlatformFees),
            ["campaign", id, "escrow"] => Ok(Self::Escrow(campaign(id)?)),
            ["campaign", id, "waiting"] => Ok(Self::Waiting(campaign(id)?)),
            ["campaign", id, "cost"] => Ok(Self::ProviderCost(campaign(id)?)),
            ["pool", id, "free"] => Ok(Self::PoolFree(pool(id)?)),
            ["pool", id, "reserved", to] => Ok(Self::PoolReserved(pool(id)?, campaign(to)?)),
            _ => Err(UnknownAccount),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn codes_are_read_as_they_are_written() {
        let campaign = CampaignId::new(Uuid::from_u128(7));
        let pool = PoolId::new(Uuid::from_u128(8));
        for account in [
            Account::Provider(ProviderCode::Sandbox),
            Account::Bank,
            Account::Suspense,
            Account::PlatformFees,
            Account::Escrow(campaign),
            Account::Waiting(campaign),
            Account::ProviderCost(campaign),
            Account::PoolFree(pool),
            Account::PoolReserved(pool, campaign),
        ] {
            assert_eq!(account.to_string().parse(), Ok(account));
        }
        assert_eq!("campaign.x.escrow".parse::<Account>(), Err(UnknownAccount));
        assert_eq!("".parse::<Account>(), Err(UnknownAccount));
    }
}
