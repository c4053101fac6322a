//! Adds to a database what `cargo xtask bench` pledges on: one campaign with one hot, limited reward, and
//! several without. Prints the reward's id; with `unsent`, how many letters are to be sent.

use multitude_domain::campaigns::{CampaignDraft, CampaignState, DraftReward, FundingModel};
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::time::{Span, Timestamp};
use multitude_platform::ambient::Ambient;
use multitude_platform::campaigns::{NewCampaign, Origin, find_campaign, record_campaign};
use multitude_platform::db::{CarriesStoreError, Db, StoreError, Tx};
use multitude_platform::{mail, outbox};

const SLUG: &str = "hot-reward";
/// More than any measurement takes.
const STOCK: i64 = 10_000_000;
/// Twenty thousand pledges reach it.
const GOAL_MINOR: i64 = 100_000_000;
/// As many campaigns more, over which the load is spread.
const SPREAD: usize = 8;

#[expect(clippy::print_stdout, reason = "the reward's id is what this is for")]
#[tokio::main]
async fn main() -> Result<(), StoreError> {
    let url = std::env::args().nth(1).ok_or(StoreError::UnknownUrl)?;
    let db = Db::open(&url, Ambient::machine()).await?;
    if std::env::args().nth(2).is_some_and(|wanted| wanted == "unsent") {
        println!("{}", db.read(async |tx| count_unsent(tx).await).await?);
        return Ok(());
    }
    let id = db
        .write(async |tx| {
            let now = tx.now().await?;
            record(tx, campaign(SLUG.to_owned(), Some(STOCK), now)).await?;
            for n in 0..SPREAD {
                record(tx, campaign(format!("spread-{n}"), None, now)).await?;
            }
            let view = find_campaign(tx, SLUG).await?;
            Ok::<_, StoreError>(view.and_then(|view| view.rewards.into_iter().next()).map(|reward| reward.id))
        })
        .await?;
    db.close().await;
    if let Some(id) = id {
        println!("{id}");
    }
    Ok(())
}

/// How many letters are still to be sent, as rows or as the events that they follow from.
async fn count_unsent(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(outbox::count_undelivered(tx).await? + mail::count_unsent(tx).await?.0)
}

async fn record(tx: &mut Tx, new: NewCampaign) -> Result<(), StoreError> {
    match record_campaign(tx, &new).await {
        Ok(_) => Ok(()),
        // It is there from an earlier measurement.
        Err(error) => match error.store_error() {
            Some(store) if !store.is_unique_violation() => Err(StoreError::Commit(store.to_string())),
            _ => Ok(()),
        },
    }
}

/// A campaign with one reward, of which there are `stock`.
fn campaign(slug: String, stock: Option<i64>, now: Timestamp) -> NewCampaign {
    NewCampaign {
        draft: CampaignDraft {
            title: slug.clone(),
            one_liner: "Everybody wants the same thing at once.".to_owned(),
            locale: Locale::En,
            topic: "repair".to_owned(),
            place: "Bench".to_owned(),
            team_name: "Bench".to_owned(),
            currency: Currency::CHF,
            model: FundingModel::AllOrNothing,
            goal_minor: GOAL_MINOR,
            stretch_goals: Vec::new(),
            run_days: Some(30),
            problem: "A queue.".to_owned(),
            solution: "A faster counter.".to_owned(),
            plan: "Count.".to_owned(),
            risks: "Noise.".to_owned(),
            budget: vec![("Counter".to_owned(), GOAL_MINOR)],
            milestones: Vec::new(),
            rewards: vec![DraftReward {
                title: "The thing".to_owned(),
                description: "Limited, and hot.".to_owned(),
                price_minor: 5_000,
                stock,
                early_until: None,
                delivery_month: None,
                regions: Vec::new(),
            }],
            add_ons: Vec::new(),
        },
        slug,
        owner: None,
        state: CampaignState::Live,
        origin: Origin::Here,
        livemode: false,
        opens_at: Some(now),
        closes_at: Some(now.plus(Span::days(30))),
    }
}
