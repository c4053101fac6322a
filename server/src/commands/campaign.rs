//! `campaign`: what a coach, a moderator and the bookkeeper decide about one, for whoever runs the
//! installation. `fees`: what campaigns pay that open from now on.

use multitude_domain::id::{CampaignId, UserId};
use multitude_domain::money::Currency;
use multitude_domain::permission::Actor;
use multitude_platform::accounts::find_user;
use multitude_platform::campaigns::{
    self, ChangeCampaignError, add_member, cancel_campaign, choose_start, decline_campaign, remove_member,
    request_changes, resume_campaign, schedule_campaign, suspend_campaign,
};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::fees::{SetFeeError, find_fees, set_platform_fee};
use multitude_platform::keys::Keys;
use multitude_platform::payments::account_hash;
use multitude_platform::settlement::{MoveCampaignError, complete, pay_out, verify_payee};

use crate::config::{CampaignDeed, CampaignOptions, FeesOptions};
use crate::error::ServeError;
use crate::store;

/// At nine in the morning, in Zurich: somebody is there when a campaign opens.
const OPENS_AT_HOUR: u8 = 9;

/// Does what the command says to the campaign.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn decide(options: CampaignOptions) -> Result<(), ServeError> {
    let CampaignOptions { slug, deed, why, store } = options;
    let desk = store::open_existing(&store).await?;
    let (asked, keys) = (slug.clone(), desk.keys.clone());
    let done = desk.db.write(async move |tx| {
        let found = campaigns::find_id(tx, &asked).await?.ok_or(ChangeCampaignError::NoCampaign)?;
        tx.explain(why.why.as_deref());
        act(tx, &keys, found, &deed).await
    });
    let done = done.await;
    desk.db.close().await;
    match done {
        Ok(()) => {
            println!("{slug}: done");
            Ok(())
        }
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => Err(ServeError::Refused(refused.to_string())),
    }
}

/// Why nothing was done to a campaign.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("{0}")]
    Change(ChangeCampaignError),
    #[error("{0}")]
    Settle(MoveCampaignError),
    #[error("nobody signs in with {0}")]
    Nobody(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ChangeCampaignError> for Refused {
    fn from(error: ChangeCampaignError) -> Self {
        match error {
            ChangeCampaignError::Store(error) => Self::Store(error),
            other => Self::Change(other),
        }
    }
}

impl From<MoveCampaignError> for Refused {
    fn from(error: MoveCampaignError) -> Self {
        match error {
            MoveCampaignError::Store(error) => Self::Store(error),
            other => Self::Settle(other),
        }
    }
}

impl multitude_platform::db::CarriesStoreError for Refused {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Change(_) | Self::Settle(_) | Self::Nobody(_) => None,
        }
    }
}

async fn act(tx: &mut Tx, keys: &Keys, id: CampaignId, deed: &CampaignDeed) -> Result<(), Refused> {
    let by = &Actor::System;
    match deed {
        CampaignDeed::Accept { opens_on } => {
            schedule_campaign(tx, by, id, opens_on.at_in_zurich(OPENS_AT_HOUR, 0, 0)).await?;
        }
        CampaignDeed::Start { opens_on } => {
            choose_start(tx, by, id, opens_on.at_in_zurich(OPENS_AT_HOUR, 0, 0)).await?;
        }
        CampaignDeed::Changes { reason } => request_changes(tx, by, id, reason).await?,
        CampaignDeed::Decline { reason } => decline_campaign(tx, by, id, reason).await?,
        CampaignDeed::Suspend { reason } => suspend_campaign(tx, by, id, reason).await?,
        CampaignDeed::Resume => resume_campaign(tx, by, id).await?,
        CampaignDeed::Cancel { reason } => cancel_campaign(tx, by, id, reason).await?,
        CampaignDeed::AddMember { email } => {
            let member = find_member(tx, email).await?;
            add_member(tx, by, id, member).await?;
        }
        CampaignDeed::RemoveMember { email } => {
            let member = find_member(tx, email).await?;
            remove_member(tx, by, id, member).await?;
        }
        CampaignDeed::VerifyPayee { account } => {
            verify_payee(tx, by, id, account_hash(keys, account)).await?;
        }
        CampaignDeed::PayOut => pay_out(tx, by, id).await?,
        CampaignDeed::Complete => complete(tx, by, id).await?,
    }
    Ok(())
}

async fn find_member(tx: &mut Tx, email: &str) -> Result<UserId, Refused> {
    find_user(tx, email).await?.ok_or_else(|| Refused::Nobody(email.to_owned()))
}

/// Says what campaigns pay that open from now on, after deciding it where a share is given.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn fees(options: FeesOptions) -> Result<(), ServeError> {
    let desk = store::open_existing(&options.store).await?;
    let holds = desk.db.write(async move |tx| {
        if let Some(share) = options.platform {
            tx.explain(options.why.why.as_deref());
            set_platform_fee(tx, &Actor::System, share).await?;
        }
        Ok::<_, SetFeeError>(find_fees(tx, Currency::CHF).await?.platform.get())
    });
    let holds = holds.await;
    desk.db.close().await;
    match holds {
        Ok(points) => {
            println!(
                "campaigns that open from now on pay {}.{:02} % of what they collect",
                points / 100,
                points % 100
            );
            Ok(())
        }
        Err(SetFeeError::Store(error)) => Err(error.into()),
        Err(SetFeeError::Denied) => Err(ServeError::Denied),
    }
}
