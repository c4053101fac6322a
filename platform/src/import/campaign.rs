//! One row of the file: its campaign, its pledges, its deadline.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use multitude_domain::UnknownState;
use multitude_domain::apportion::apportion;
use multitude_domain::campaigns::{CampaignDraft, CampaignState, FundingModel, SUSPENDED_WAIT};
use multitude_domain::id::CampaignId;
use multitude_domain::locale::Locale;
use multitude_domain::money::Money;
use multitude_domain::pledges::{PaymentMethod, PledgeWish, ShowAs};
use multitude_domain::time::{Span, Timestamp};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::bad::{BadReason, BadRow};
use super::kickstarter::{Recorded, RecordedState};
use super::report::{Ended, Imported, Remark, WhyRemark};
use super::{ImportError, Progress, sql};
use crate::campaigns::lock::lock_campaign;
use crate::campaigns::{NewCampaign, Origin, RecordCampaignError, record_campaign};
use crate::db::{StoreError, Tx};
use crate::payments::SandboxToken;
use crate::pledges::{Backer, PlacePledge, PlacePledgeError, attempts, place_recorded};
use crate::settlement::{MoveCampaignError, record_stop, settle_campaign};
use crate::{Desk, on};

/// How many pledges one transaction places.
const CHUNK: usize = 500;

/// What is in the database of a row.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Found {
    id: Uuid,
    slug: String,
    state: String,
    currency: String,
    goal_minor: i64,
    closes_at: Option<i64>,
    backers: i64,
    secured_minor: i64,
}

impl Found {
    fn state(&self) -> Result<CampaignState, StoreError> {
        self.state.parse().map_err(|UnknownState| StoreError::Impossible {
            table: "campaigns",
            column: "state",
            id: self.id.to_string(),
        })
    }

    fn is_of(&self, recorded: &Recorded) -> bool {
        self.currency == recorded.currency.code()
            && self.goal_minor == recorded.goal_minor
            && self.closes_at == Some(recorded.closes_at.as_micros())
    }
}

async fn find(tx: &mut Tx, external_id: &str) -> Result<Option<Found>, StoreError> {
    Ok(on!(tx, c => sqlx::query_as(sql::FIND).bind(external_id).fetch_optional(c).await)?)
}

/// Lets one recorded campaign live from its launch to its end, or from where it was left.
pub(super) async fn bring_in(
    desk: Desk,
    recorded: Recorded,
    progress: Arc<Progress>,
    stop: CancellationToken,
) -> Result<Result<Imported, BadRow>, ImportError> {
    let line = recorded.line;
    let bad = |reason| Ok(Err(BadRow { line, reason }));
    let before = look(&desk, &recorded).await?;
    if before.as_ref().is_some_and(|found| !found.is_of(&recorded)) {
        return bad(BadReason::Changed);
    }
    let state = before.as_ref().map(Found::state).transpose()?;
    let (parts, remark) = parts(&recorded);
    let mut placed = 0_usize;
    if state.is_none_or(|state| state == CampaignState::Live) {
        loop {
            let chunk = match place_chunk(&desk, &recorded, &parts).await? {
                Ok(chunk) => chunk,
                Err(reason) => return bad(reason),
            };
            placed = placed.saturating_add(chunk);
            progress.pledges.fetch_add(u64::try_from(chunk).unwrap_or(0), Ordering::Relaxed);
            if chunk < CHUNK {
                break;
            }
            if stop.is_cancelled() {
                return Err(ImportError::Stopped);
            }
        }
    }
    let was_whole = state.is_some_and(has_ended);
    let mut after = must_look(&desk, &recorded).await?;
    if !was_whole {
        let id = CampaignId::new(after.id);
        settle(&desk, &recorded, id).await?;
        after = must_look(&desk, &recorded).await?;
        if !has_ended(after.state()?) {
            settle_again(&desk, &recorded, id).await?;
            after = must_look(&desk, &recorded).await?;
        }
    }
    let ended = match after.state()? {
        state if state.has_succeeded() && has_ended(state) => Ended::Reached,
        state if has_ended(state) => Ended::Missed,
        _ => Ended::Unfinished,
    };
    Ok(Ok(Imported {
        was_whole,
        pledges: u64::try_from(after.backers).unwrap_or(0),
        placed: u64::try_from(placed).unwrap_or(0),
        secured_minor: after.secured_minor,
        ended,
        remark,
        recorded,
    }))
}

/// Whether nothing is left for the import to do.
const fn has_ended(state: CampaignState) -> bool {
    matches!(
        state,
        CampaignState::Settled | CampaignState::Fulfilling | CampaignState::Completed | CampaignState::Closed
    )
}

async fn look(desk: &Desk, recorded: &Recorded) -> Result<Option<Found>, StoreError> {
    let external_id = recorded.external_id.clone();
    desk.db.read(async move |tx| find(tx, &external_id).await).await
}

async fn must_look(desk: &Desk, recorded: &Recorded) -> Result<Found, StoreError> {
    look(desk, recorded).await?.ok_or(StoreError::ChangedMeanwhile { what: "imported campaign" })
}

/// The recorded sum, split evenly among the recorded backers; a part of nothing is no pledge.
fn parts(recorded: &Recorded) -> (Arc<[i64]>, Option<Remark>) {
    let pledged = Money::new(recorded.pledged_minor, recorded.currency);
    let weights = vec![1; usize::try_from(recorded.backers).unwrap_or(0)];
    let total = u64::try_from(recorded.pledged_minor).unwrap_or(0);
    let parts: Arc<[i64]> = apportion(total, &weights)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|part| i64::try_from(part).ok().filter(|part| *part > 0))
        .collect();
    let without = recorded.backers.saturating_sub(u64::try_from(parts.len()).unwrap_or(0));
    let why = match recorded.backers {
        0 if total > 0 => Some(WhyRemark::NoBackers(pledged)),
        backers if without > 0 => Some(WhyRemark::TooManyBackers { without, backers, pledged }),
        _ => None,
    };
    (parts, why.map(|why| Remark { line: recorded.line, why }))
}

/// Places the next pledges, and creates the campaign where it is not there; says how many. Fewer than a whole
/// chunk is the end of them.
async fn place_chunk(
    desk: &Desk,
    recorded: &Recorded,
    parts: &Arc<[i64]>,
) -> Result<Result<usize, BadReason>, ImportError> {
    loop {
        match try_chunk(desk, recorded.clone(), Arc::clone(parts)).await {
            Ok(count) => return Ok(Ok(count)),
            Err(PlaceChunkError::Record(RecordCampaignError::Exists { slug })) => {
                // Another import has just created it; then it is found the next time.
                if look(desk, recorded).await?.is_none() {
                    return Ok(Err(BadReason::SlugTaken { slug }));
                }
            }
            Err(
                PlaceChunkError::Record(RecordCampaignError::Store(error)) | PlaceChunkError::Store(error),
            ) => return Err(error.into()),
            Err(PlaceChunkError::Place(error)) => {
                return Err(ImportError::Place { line: recorded.line, error });
            }
        }
    }
}

async fn try_chunk(desk: &Desk, recorded: Recorded, parts: Arc<[i64]>) -> Result<usize, PlaceChunkError> {
    let (keys, payments) = (desk.keys.clone(), desk.payments.clone());
    desk.db
        .at(recorded.opens_at)
        .write(async move |tx| {
            let mut recorded = recorded.clone();
            let id = match find(tx, &recorded.external_id).await? {
                Some(found) => {
                    // Its address stays what it was, however its title is spelled now.
                    recorded.slug = found.slug;
                    CampaignId::new(found.id)
                }
                None => record_campaign(tx, &campaign(&recorded)).await?,
            };
            lock_campaign(tx, id.uuid()).await?;
            let (state, count): (String, i64) = on!(tx, c => sqlx::query_as(sql::COUNT_PLEDGES)
                .bind(id.uuid()).fetch_one(c).await)
            .map_err(StoreError::from)?;
            if state != CampaignState::Live.name() {
                return Ok(0);
            }
            let from = usize::try_from(count).unwrap_or(usize::MAX);
            let next = (0..parts.len()).zip(parts.iter()).skip(from).take(CHUNK);
            let chunk: Vec<(Timestamp, PlacePledge)> = next
                .map(|(n, amount_minor)| {
                    (time_of(&recorded, n, parts.len()), pledge(&recorded, n, *amount_minor))
                })
                .collect();
            if !chunk.is_empty() {
                place_recorded(tx, &keys, &payments, &recorded.slug, &chunk).await?;
            }
            Ok(chunk.len())
        })
        .await
}

/// Why a chunk was not placed.
#[derive(Debug, thiserror::Error)]
enum PlaceChunkError {
    #[error(transparent)]
    Record(#[from] RecordCampaignError),
    #[error(transparent)]
    Place(#[from] PlacePledgeError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl crate::db::CarriesStoreError for PlaceChunkError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Record(error) => error.store_error(),
            Self::Place(error) => error.store_error(),
            Self::Store(error) => Some(error),
        }
    }
}

/// When the nth of so many pledges was made: evenly between launch and deadline, never at either.
fn time_of(recorded: &Recorded, n: usize, count: usize) -> Timestamp {
    let open = i128::from(recorded.closes_at.since(recorded.opens_at).as_micros());
    let (n, count) = (u32::try_from(n).unwrap_or(u32::MAX), u32::try_from(count).unwrap_or(u32::MAX));
    let after = open * (i128::from(n) + 1) / (i128::from(count) + 1);
    recorded.opens_at.plus(Span::micros(i64::try_from(after).unwrap_or(0)))
}

fn campaign(recorded: &Recorded) -> NewCampaign {
    let (opened, closed) = (recorded.opens_at.in_zurich().day, recorded.closes_at.in_zurich().day);
    let draft = CampaignDraft {
        title: recorded.title.clone(),
        one_liner: recorded.category.clone(),
        locale: Locale::En,
        topic: recorded.category.clone(),
        place: recorded.country.clone(),
        team_name: String::new(),
        currency: recorded.currency,
        model: FundingModel::AllOrNothing,
        goal_minor: recorded.goal_minor,
        stretch_goals: Vec::new(),
        run_days: Some(closed.days_since(opened).max(1)),
        problem: String::new(),
        solution: String::new(),
        plan: String::new(),
        risks: String::new(),
        budget: Vec::new(),
        milestones: Vec::new(),
        rewards: Vec::new(),
        add_ons: Vec::new(),
    };
    NewCampaign {
        draft,
        slug: recorded.slug.clone(),
        owner: None,
        state: CampaignState::Live,
        origin: Origin::Import { external_id: recorded.external_id.clone() },
        livemode: false,
        opens_at: Some(recorded.opens_at),
        closes_at: Some(recorded.closes_at),
    }
}

fn pledge(recorded: &Recorded, n: usize, amount_minor: i64) -> PlacePledge {
    PlacePledge {
        slug: recorded.slug.clone(),
        wish: PledgeWish {
            amount: Money::new(amount_minor, recorded.currency),
            reward: None,
            region: None,
            add_ons: Vec::new(),
            method: PaymentMethod::Card,
        },
        backer: Backer {
            user: None,
            email: None,
            name: format!("Backer {}", n.saturating_add(1)),
            show_as: ShowAs::Anonymous,
            locale: Locale::En,
        },
        token: SandboxToken::Ok.name().to_owned(),
        key: None,
        browser: None,
    }
}

/// Ends the campaign by the code that settles every other one, at its recorded deadline.
async fn settle(desk: &Desk, recorded: &Recorded, id: CampaignId) -> Result<(), ImportError> {
    let line = recorded.line;
    let refused = |error| match error {
        MoveCampaignError::Store(error) => ImportError::Store(error),
        error => ImportError::Settle { line, error },
    };
    let at = |at| Desk { db: desk.db.at(at), ..desk.clone() };
    let then = at(recorded.closes_at);
    let stopped = match recorded.state {
        RecordedState::Suspended => Some(CampaignState::Suspended),
        RecordedState::Canceled => Some(CampaignState::Cancelled),
        RecordedState::Successful
        | RecordedState::Failed
        | RecordedState::Live
        | RecordedState::Undefined => None,
    };
    if let Some(end) = stopped {
        // When it was stopped is not recorded; its deadline stands for it.
        then.db.write(async move |tx| record_stop(tx, id, end).await).await.map_err(refused)?;
    }
    settle_campaign(&then, id).await.map_err(refused)?;
    if stopped == Some(CampaignState::Suspended) {
        settle_campaign(&at(recorded.closes_at.plus(SUSPENDED_WAIT)), id).await.map_err(refused)?;
    }
    Ok(())
}

/// Hears what became of attempts that somebody stored who was cut off, or is still at it, and goes on from
/// there.
async fn settle_again(desk: &Desk, recorded: &Recorded, id: CampaignId) -> Result<(), ImportError> {
    let then = Desk { db: desk.db.at(recorded.closes_at), ..desk.clone() };
    attempts::ask_for_campaign(&then, id).await?;
    settle(desk, recorded, id).await
}
