//! The demo world: a database that was made for it and never holds real money.

mod backers;
mod people;
mod sql;
mod talk;
mod turns;
mod world;

use multitude_domain::campaigns::CampaignState;
use multitude_domain::permission::Actor;
use multitude_domain::time::{Span, Timestamp};
use multitude_domain::view::CampaignSummary;

use crate::Desk;
use crate::campaigns::{
    ChangeCampaignError, NewCampaign, PublishUpdateError, QuestionError, RecordCampaignError, add_member,
    find_campaign, record_campaign,
};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::keys::Keys;
use crate::ledger::PostError;
use crate::payments::{Payments, account_hash};
use crate::pledges::attempts;
use crate::pledges::{PlacePledgeError, confirm_email, place_pledge};
use crate::pools::{NewPool, open_pool};
use crate::settlement::{MoveCampaignError, complete, pay_out, settle_campaign, verify_payee};
use crate::{mail, on, rows};

use backers::Given;
pub use people::find_person;
use world::DemoCampaign;
pub use world::WorldError;

/// Why the demo world cannot be served from a database.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database was not made for the demo world.
    #[error(
        "this database was not made by --demo; name another one, so that nothing in it is mixed with the demo world"
    )]
    NotDemo,
    /// The demo world's own texts are broken.
    #[error(transparent)]
    World(#[from] WorldError),
    /// A campaign could not be created.
    #[error(transparent)]
    Create(#[from] RecordCampaignError),
    /// A pledge could not be placed.
    #[error(transparent)]
    Place(#[from] PlacePledgeError),
    /// A campaign of the past could not be settled.
    #[error(transparent)]
    Settle(#[from] MoveCampaignError),
    /// An update could not be published.
    #[error(transparent)]
    Publish(#[from] PublishUpdateError),
    /// A question could not be asked or answered.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// A decision about a campaign could not be taken.
    #[error(transparent)]
    Change(#[from] ChangeCampaignError),
    /// A pool could not be opened.
    #[error(transparent)]
    Pool(#[from] PostError),
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for DemoError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::NotDemo | Self::World(_) => None,
            Self::Create(error) => error.store_error(),
            Self::Place(error) => error.store_error(),
            Self::Settle(error) => error.store_error(),
            Self::Publish(error) => error.store_error(),
            Self::Question(error) => error.store_error(),
            Self::Change(error) => error.store_error(),
            Self::Pool(error) => error.store_error(),
            Self::Store(error) => Some(error),
        }
    }
}

/// Whether the database holds the demo world.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn is_demo(tx: &mut Tx) -> Result<bool, StoreError> {
    let origin: String = on!(tx, c => sqlx::query_scalar(sql::ORIGIN).fetch_one(c).await)?;
    Ok(origin == "demo")
}

/// Makes an empty database the demo world, as it is on the day of `now`; leaves a demo world as it is.
///
/// # Errors
/// [`DemoError::NotDemo`] where the database holds anything else; [`DemoError::Store`] where it does not
/// answer.
pub async fn prepare_demo(tx: &mut Tx, keys: &Keys, payments: &Payments) -> Result<(), DemoError> {
    if is_demo(tx).await? {
        return Ok(());
    }
    let held: i64 =
        on!(tx, c => sqlx::query_scalar(sql::COUNT_HELD).fetch_one(c).await).map_err(StoreError::from)?;
    if held > 0 {
        return Err(DemoError::NotDemo);
    }
    tx.work_alone();
    rows!(tx, sqlx::query(sql::BECOME_DEMO)).map_err(StoreError::from)?;
    let now: Timestamp = tx.now().await?;
    mail::skip_ripe(tx, now).await?;
    let world = world::world(now)?;
    let people = people::settle_in(tx).await?;
    let mut ids = Vec::new();
    for one in &world.campaigns {
        let owner = people::owner(&people, &one.new.draft.team_name);
        let id = record_campaign(tx, &NewCampaign { owner, ..one.new.clone() }).await?;
        for member in people::members(&people, &one.new.draft.team_name) {
            add_member(tx, &Actor::System, id, member).await?;
        }
        ids.push(id);
    }
    for pool in &world.pools {
        let campaign = find_campaign(tx, &pool.slug).await?.map(|view| view.summary.id);
        let new = NewPool { campaigns: campaign.into_iter().collect(), ..pool.new.clone() };
        open_pool(tx, &new).await?;
    }
    // What somebody paused or ended is backed by others.
    let is_backed = |one: &DemoCampaign| one.secured > 0 && one.turns.is_empty();
    let given_to = world.campaigns.iter().filter(|one| is_backed(one)).count();
    let mut nth = 0_usize;
    for (one, id) in world.campaigns.iter().zip(ids) {
        let Some(view) = find_campaign(tx, &one.new.slug).await? else {
            turns::seed(tx, &one.turns, &people, id, now).await?;
            continue;
        };
        let members = people::backers_of(&people, &one.new.draft.team_name, nth, given_to);
        nth = nth.saturating_add(usize::from(is_backed(one)));
        let given = Given {
            secured: one.secured,
            pledged: one.pledged,
            failing: one.failing,
            sold: &one.sold,
            members: if is_backed(one) { &members } else { &[] },
        };
        let until = one.turns.first().map_or(now, |turn| turn.at(now));
        for pledge in backers::pledges(&view, &given, until) {
            tx.tell_time(pledge.at);
            let placed = place_pledge(tx, keys, payments, &pledge.place).await?;
            if pledge.is_confirmed {
                confirm_email(tx, placed.id).await?;
            }
        }
        one.talk.seed(tx, id, now).await?;
        turns::seed(tx, &one.turns, &people, id, now).await?;
    }
    Ok(())
}

/// How long after a deadline the demo world looks again: at once, at each further attempt, and when attempts
/// have ended.
const LOOKS: [Span; 6] =
    [Span::minutes(1), Span::hours(49), Span::hours(98), Span::hours(147), Span::days(8), Span::days(9)];

/// Lets the campaigns of which the world tells the past live through what followed, by the code that settles
/// every other one, each at its own time. What has ended since the world was made is not of these: settlement
/// moves it on.
///
/// # Errors
/// [`DemoError`] where the database does not answer.
pub async fn play_out(desk: &Desk) -> Result<(), DemoError> {
    let now = desk.db.read(async |tx| tx.now().await).await?;
    for one in world::world(now)?.campaigns {
        let Some(summary) = find_summary(desk, &one.new.slug).await? else { continue };
        if let Some(end) = one.turns.iter().find(|turn| turn.is_end()) {
            let then = Desk { db: desk.db.at(end.at(now).plus(Span::minutes(1))), ..desk.clone() };
            settle_campaign(&then, summary.id).await?;
        } else if one.new.closes_at.is_some_and(|end| end <= now) {
            live_through(desk, &one, &summary, now).await?;
        }
    }
    Ok(())
}

/// What followed the deadline of one campaign.
async fn live_through(
    desk: &Desk,
    one: &DemoCampaign,
    summary: &CampaignSummary,
    now: Timestamp,
) -> Result<(), DemoError> {
    let Some(closes_at) = summary.closes_at.filter(|end| *end <= now) else { return Ok(()) };
    let id = summary.id;
    for look in LOOKS.into_iter().map(|span| closes_at.plus(span)).filter(|at| *at <= now) {
        let then = Desk { db: desk.db.at(look), ..desk.clone() };
        settle_campaign(&then, id).await?;
        attempts::ask_due(&then).await?;
    }
    let later = desk.db.at(now.min(closes_at.plus(Span::days(12))));
    let is_now = async |state| {
        Ok::<_, DemoError>(find_summary(desk, &one.new.slug).await?.is_some_and(|one| one.state == state))
    };
    if one.ends.is_some() && is_now(CampaignState::Settled).await? {
        let account = account_hash(&desk.keys, &one.new.slug);
        later.write(async move |tx| verify_payee(tx, &Actor::System, id, account).await).await?;
        later.write(async move |tx| pay_out(tx, &Actor::System, id).await).await?;
    }
    if one.ends == Some(CampaignState::Completed) && is_now(CampaignState::Fulfilling).await? {
        desk.db.write(async move |tx| complete(tx, &Actor::System, id).await).await?;
    }
    Ok(())
}

async fn find_summary(desk: &Desk, slug: &str) -> Result<Option<CampaignSummary>, DemoError> {
    let slug = slug.to_owned();
    let found = desk.db.read(async move |tx| find_campaign(tx, &slug).await).await?;
    Ok(found.map(|view| view.summary))
}

/// The furthest that one move of the clock goes.
pub const SKIP_SECONDS_MAX: i64 = 400 * 86_400;

/// Moves the demo world's clock forward; it never goes back. Says what time it is then; nothing where this is
/// no demo world or the step is none.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn advance_clock(tx: &mut Tx, seconds: i64) -> Result<Option<Timestamp>, StoreError> {
    if !(1..=SKIP_SECONDS_MAX).contains(&seconds) {
        return Ok(None);
    }
    let skipped = rows!(tx, sqlx::query(sql::SKIP).bind(Span::seconds(seconds).as_micros()))?;
    if skipped == 0 { Ok(None) } else { Ok(Some(tx.now().await?)) }
}
