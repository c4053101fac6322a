//! Who may move a campaign on, and the one place where its state changes: settling comes through here too.

use multitude_domain::WrongState;
use multitude_domain::campaigns::{
    CampaignAction, CampaignFault, CampaignState, DRAFTS_MAX, DraftFault, NOTE_CHARS_MAX, TextFault,
    check_text,
};
use multitude_domain::id::{CampaignId, UserId};
use multitude_domain::money::Currency;
use multitude_domain::permission::campaigns::{Deed, Relation};
use multitude_domain::permission::{Actor, Relations};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::event::CampaignEvent;
use super::lock::lock_campaign;
use super::sql;
use crate::audit::{Done, Permit, Target, permit};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::ledger::PostError;
use crate::outbox::{self, Event};
use crate::{on, rows};

/// Why a campaign was not moved on. Nothing changed then.
#[derive(Debug, thiserror::Error)]
pub enum ChangeCampaignError {
    /// There is none, or it is not the actor's to see.
    #[error("no such campaign")]
    NoCampaign,
    /// The actor may not.
    #[error("not allowed")]
    Denied,
    /// Its state does not allow it.
    #[error(transparent)]
    Wrong(#[from] WrongState),
    /// What was written cannot be kept.
    #[error("{} fields cannot be kept", .0.len())]
    Draft(Vec<DraftFault>),
    /// So many campaigns of this person wait to become public.
    #[error("{DRAFTS_MAX} campaigns of this person wait to become public")]
    TooManyDrafts,
    /// No team is larger.
    #[error("no team is larger")]
    TeamFull,
    /// It does not meet every must.
    #[error("{} musts are not met", .0.len())]
    Unmet(Vec<CampaignFault>),
    /// The note or reason cannot be kept.
    #[error("the note: {0}")]
    Note(#[from] TextFault),
    /// The start is not within the coming year.
    #[error("a campaign starts after {earliest} and not after {latest}")]
    Start {
        /// It starts after this.
        earliest: Timestamp,
        /// It starts at this at the latest.
        latest: Timestamp,
    },
    /// It was suspended past its deadline for too long: everybody is being released.
    #[error("its deadline passed too long ago")]
    TooLate,
    /// The ledger refused what follows from it.
    #[error(transparent)]
    Post(PostError),
    /// The database did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl ChangeCampaignError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoCampaign => "campaign.not_found",
            Self::Denied => "campaign.denied",
            Self::Wrong(_) => "campaign.wrong_state",
            Self::Draft(_) => "campaign.draft",
            Self::TooManyDrafts => "campaign.too_many_drafts",
            Self::TeamFull => "campaign.team_full",
            Self::Unmet(_) => "campaign.unmet",
            Self::Note(TextFault::Empty) => "campaign.note_empty",
            Self::Note(TextFault::TooLong { .. }) => "campaign.note_too_long",
            Self::Start { .. } => "campaign.start",
            Self::TooLate => "campaign.too_late",
            Self::Post(_) => "campaign.ledger",
            Self::Store(_) => "unavailable",
        }
    }
}

impl From<StoreError> for ChangeCampaignError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<PostError> for ChangeCampaignError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Store(error) => Self::Store(error),
            other @ (PostError::Again { .. } | PostError::Bad(_)) => Self::Post(other),
        }
    }
}

impl From<sqlx::Error> for ChangeCampaignError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl CarriesStoreError for ChangeCampaignError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::NoCampaign
            | Self::Denied
            | Self::Wrong(_)
            | Self::Draft(_)
            | Self::TooManyDrafts
            | Self::TeamFull
            | Self::Unmet(_)
            | Self::Note(_)
            | Self::Start { .. }
            | Self::TooLate
            | Self::Post(_) => None,
        }
    }
}

/// A campaign as far as changing it goes.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) id: CampaignId,
    pub(super) state: CampaignState,
    pub(super) team: Vec<UserId>,
    pub(super) opens_at: Option<Timestamp>,
    pub(super) closes_at: Option<Timestamp>,
    pub(super) currency: Currency,
}

impl Standing {
    /// All that the actor is to this campaign.
    pub(super) fn relations(&self, actor: &Actor) -> Relations<Relation> {
        let is_team = actor.user().is_some_and(|user| self.team.contains(&user));
        is_team.then_some(Relation::Team).into_iter().collect()
    }

    /// The deed, where the actor may do it to this campaign.
    pub(super) fn permit(&self, actor: &Actor, deed: Deed) -> Option<Permit> {
        permit(actor, deed, &self.relations(actor))
    }

    /// Something that was done to this campaign.
    pub(super) fn done(&self, how: impl Into<String>) -> Done {
        Done::to(Target::Campaign(self.id), how)
    }

    /// Whether the actor may see that it exists.
    pub(super) fn may_be_seen(&self, actor: &Actor) -> bool {
        self.state.is_public() || actor.may(Deed::SeeDraft, &self.relations(actor))
    }
}

/// All that an actor is to a campaign; nothing in particular where there is none.
pub(crate) async fn find_relations(
    tx: &mut Tx,
    campaign: CampaignId,
    actor: &Actor,
) -> Result<Relations<Relation>, StoreError> {
    let found = find_standing(tx, campaign).await?;
    Ok(found.map_or(Relations::none(), |found| found.relations(actor)))
}

/// The campaign of that name, whoever may see it: for use cases that ask who acts.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_id(tx: &mut Tx, slug: &str) -> Result<Option<CampaignId>, StoreError> {
    let id: Option<Uuid> =
        on!(tx, c => sqlx::query_scalar(sql::ID_OF_SLUG).bind(slug).fetch_optional(c).await)?;
    Ok(id.map(CampaignId::new))
}

/// The campaign, if there is one.
pub(super) async fn find_standing(tx: &mut Tx, campaign: CampaignId) -> Result<Option<Standing>, StoreError> {
    let row: Option<(String, Option<i64>, Option<i64>, String)> =
        on!(tx, c => sqlx::query_as(sql::STANDING).bind(campaign.uuid()).fetch_optional(c).await)?;
    let Some((state, opens_at, closes_at, currency)) = row else { return Ok(None) };
    let team: Vec<Uuid> =
        on!(tx, c => sqlx::query_scalar(sql::TEAM).bind(campaign.uuid()).fetch_all(c).await)?;
    let bad = |column| StoreError::Impossible { table: "campaigns", column, id: campaign.to_string() };
    Ok(Some(Standing {
        id: campaign,
        state: state.parse().map_err(|_| bad("state"))?,
        currency: currency.parse().map_err(|_| bad("currency"))?,
        team: team.into_iter().map(UserId::new).collect(),
        opens_at: opens_at.map(Timestamp::from_micros),
        closes_at: closes_at.map(Timestamp::from_micros),
    }))
}

/// The campaign, where the actor may do that deed to it; nobody else moves it until this transaction ends.
pub(super) async fn find_for(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    deed: Deed,
) -> Result<(Standing, Permit), ChangeCampaignError> {
    lock_campaign(tx, campaign.uuid()).await?;
    let found = find_standing(tx, campaign).await?.ok_or(ChangeCampaignError::NoCampaign)?;
    if !found.may_be_seen(actor) {
        return Err(ChangeCampaignError::NoCampaign);
    }
    let permit = found.permit(actor, deed).ok_or(ChangeCampaignError::Denied)?;
    Ok((found, permit))
}

/// Does `action` to a campaign that stands in `from`, once, and says so in the outbox.
pub(crate) async fn move_campaign<E>(
    tx: &mut Tx,
    campaign: CampaignId,
    from: CampaignState,
    action: CampaignAction,
    at: Timestamp,
) -> Result<CampaignState, E>
where
    E: From<WrongState> + From<StoreError>,
{
    let next = from.apply(action)?;
    let is_imported: Option<bool> = on!(tx, c => sqlx::query_scalar(sql::MOVE_ON)
        .bind(campaign.uuid()).bind(from.name()).bind(next.name()).bind(at.as_micros()).fetch_optional(c).await)
    .map_err(StoreError::from)?;
    match is_imported {
        None => return Err(StoreError::ChangedMeanwhile { what: "campaign" }.into()),
        // What was recorded elsewhere is nobody's news.
        Some(true) => return Ok(next),
        Some(false) => {}
    }
    let moved = CampaignEvent::Moved { from, to: next };
    outbox::add(tx, Event::Campaign(campaign, moved), at).await?;
    Ok(next)
}

/// Does `action` and keeps the words that explain it to the team.
pub(super) async fn move_with_note(
    tx: &mut Tx,
    actor: &Actor,
    (found, permit): (Standing, Permit),
    action: CampaignAction,
    note: &str,
) -> Result<(), ChangeCampaignError> {
    let note = check_text(note, NOTE_CHARS_MAX)?;
    let now = tx.now().await?;
    let state: CampaignState =
        move_campaign::<ChangeCampaignError>(tx, found.id, found.state, action, now).await?;
    let id = tx.uuid();
    rows!(
        tx,
        sqlx::query(sql::ADD_NOTE)
            .bind(id)
            .bind(found.id.uuid())
            .bind(state.name())
            .bind(actor.user().map(UserId::uuid))
            .bind(&note)
            .bind(now.as_micros())
    )?;
    permit.write_down(tx, found.done(action.name()).because(&note)).await?;
    Ok(())
}

/// Words that explain a state to the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignNote {
    /// The state they explain.
    pub state: CampaignState,
    /// What was written.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

/// As many notes as are ever shown.
const NOTES_MAX: i64 = 50;

/// The newest notes and reasons, for whoever may see the campaign while it is being written.
///
/// # Errors
/// [`ChangeCampaignError::NoCampaign`] and [`ChangeCampaignError::Denied`] for everybody else.
pub async fn list_notes(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
) -> Result<Vec<CampaignNote>, ChangeCampaignError> {
    let found = find_standing(tx, campaign).await?.ok_or(ChangeCampaignError::NoCampaign)?;
    if !actor.may(Deed::SeeDraft, &found.relations(actor)) {
        return Err(if found.state.is_public() {
            ChangeCampaignError::Denied
        } else {
            ChangeCampaignError::NoCampaign
        });
    }
    Ok(read_notes(tx, campaign).await?)
}

/// The newest notes, whoever may read them.
pub(super) async fn read_notes(tx: &mut Tx, campaign: CampaignId) -> Result<Vec<CampaignNote>, StoreError> {
    let rows: Vec<(Uuid, String, String, i64)> = on!(tx, c => sqlx::query_as(sql::NOTES)
        .bind(campaign.uuid()).bind(NOTES_MAX).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(id, state, body, at)| {
            let bad =
                |_| StoreError::Impossible { table: "campaign_notes", column: "state", id: id.to_string() };
            Ok(CampaignNote { state: state.parse().map_err(bad)?, body, at: Timestamp::from_micros(at) })
        })
        .collect()
}
