//! What is mailed about a campaign: to its team, and as news to backers who ticked that they want them.

mod news;
mod sql;
mod team;

use std::collections::HashSet;

use multitude_domain::campaigns::CampaignState;
use multitude_domain::email::fold_email;
use multitude_domain::id::{CampaignId, UpdateId};
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

pub(crate) use news::write as write_news;
pub(crate) use team::write as write_team;

use super::CampaignEvent;
use crate::db::{StoreError, Tx};
use crate::mail::{LetterKind, NewMail, Ripening, letters};
use crate::on;

letters! {
    /// A letter to a backer who ticked that they want news of a campaign.
    NewsLetter {
        /// The team tells how it goes.
        Update = "update"
        /// It closes soon.
        ClosesSoon = "closes_soon"
        /// The update that was promised has not come.
        UpdateMissed = "update_missed"
    }
}

letters! {
    /// A letter to everybody of a campaign's team.
    TeamLetter {
        /// It was sent in.
        Submitted = "submitted"
        /// Changes are asked for.
        Changes = "changes"
        /// It is not accepted.
        Declined = "declined"
        /// It is accepted, and starts.
        Accepted = "accepted"
        /// It starts on another day.
        Start = "start"
        /// It is open.
        Live = "live"
        /// It is paused, and why.
        Paused = "paused"
        /// It goes on.
        Resumed = "resumed"
        /// It was stopped, and why.
        Stopped = "stopped"
        /// It has closed, and transfers can still decide.
        Closing = "closing"
        /// The goal is missed.
        Missed = "missed"
        /// The goal is reached.
        Reached = "reached"
        /// How many charges did not work so far.
        Failing = "failing"
        /// It is to say that it can deliver with less.
        Statement = "statement"
        /// What was collected, and what is left of it.
        Settled = "settled"
        /// Whose account it is has to be checked before anything is paid out.
        Identity = "identity"
        /// It is paid out.
        PaidOut = "paid_out"
        /// The update that it promised is due soon.
        UpdateDue = "update_due"
        /// Its day has passed.
        UpdatePast = "update_past"
    }
}

/// What only time brings: most backers whose charge failed have done something about it within a day.
pub(crate) const RIPENINGS: &[Ripening] = &[Ripening {
    name: "failing_24_h",
    kind: LetterKind::Team(TeamLetter::Failing),
    after: Span::hours(24),
    happened: sql::BEGAN_COLLECTING,
    has_happened: sql::HAS_BEGUN_COLLECTING,
}];

/// Whether a letter may follow, to the team or as news.
pub(crate) fn may_follow_from(event: CampaignEvent) -> bool {
    !to_team(event).is_empty() || as_news(event).is_some()
}

/// What the team is told.
const fn to_team(event: CampaignEvent) -> &'static [TeamLetter] {
    match event {
        CampaignEvent::Moved { from, to } => of_its_way(from, to),
        CampaignEvent::StartChosen => &[TeamLetter::Start],
        CampaignEvent::StatementAsked => &[TeamLetter::Statement],
        CampaignEvent::UpdateDue => &[TeamLetter::UpdateDue],
        CampaignEvent::UpdateMissed => &[TeamLetter::UpdatePast],
        CampaignEvent::UpdatePublished { .. }
        | CampaignEvent::QuestionAsked
        | CampaignEvent::QuestionAnswered
        | CampaignEvent::ClosesSoon => &[],
    }
}

const fn of_its_way(from: CampaignState, to: CampaignState) -> &'static [TeamLetter] {
    match (from, to) {
        (_, CampaignState::InReview) => &[TeamLetter::Submitted],
        (_, CampaignState::ChangesRequested) => &[TeamLetter::Changes],
        (_, CampaignState::Declined) => &[TeamLetter::Declined],
        (_, CampaignState::Scheduled) => &[TeamLetter::Accepted],
        (CampaignState::Scheduled, CampaignState::Live) => &[TeamLetter::Live],
        (_, CampaignState::Live) => &[TeamLetter::Resumed],
        (_, CampaignState::Suspended) => &[TeamLetter::Paused],
        (_, CampaignState::Cancelled) => &[TeamLetter::Stopped],
        (_, CampaignState::Closing) => &[TeamLetter::Closing],
        (_, CampaignState::Failed) => &[TeamLetter::Missed],
        (_, CampaignState::Collecting) => &[TeamLetter::Reached],
        (_, CampaignState::Settled) => &[TeamLetter::Settled, TeamLetter::Identity],
        (_, CampaignState::Fulfilling) => &[TeamLetter::PaidOut],
        (
            _,
            CampaignState::Draft
            | CampaignState::Releasing
            | CampaignState::Closed
            | CampaignState::Completed,
        ) => &[],
    }
}

/// What is news, and of which update.
const fn as_news(event: CampaignEvent) -> Option<(NewsLetter, Option<UpdateId>)> {
    match event {
        CampaignEvent::UpdatePublished { update } => Some((NewsLetter::Update, Some(update))),
        CampaignEvent::ClosesSoon => Some((NewsLetter::ClosesSoon, None)),
        CampaignEvent::UpdateMissed => Some((NewsLetter::UpdateMissed, None)),
        CampaignEvent::Moved { .. }
        | CampaignEvent::StartChosen
        | CampaignEvent::QuestionAsked
        | CampaignEvent::QuestionAnswered
        | CampaignEvent::StatementAsked
        | CampaignEvent::UpdateDue => None,
    }
}

/// What follows from what happened to a campaign, for its team and as news.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub(crate) async fn letters_from(
    tx: &mut Tx,
    campaign: CampaignId,
    event: CampaignEvent,
    at: Timestamp,
) -> Result<Vec<NewMail>, StoreError> {
    let mut mails = Vec::new();
    let kinds = to_team(event);
    if !kinds.is_empty() {
        let team: Vec<String> =
            on!(tx, c => sqlx::query_scalar(sql::TEAM).bind(campaign.uuid()).fetch_all(c).await)?;
        let to_each = |kind: &TeamLetter| {
            let kind = LetterKind::Team(*kind);
            team.iter().map(move |email| NewMail::about(campaign.uuid(), kind, email.clone(), at))
        };
        mails.extend(kinds.iter().flat_map(to_each));
    }
    if let Some((kind, update)) = as_news(event) {
        mails.extend(news(tx, campaign, kind, update, at).await?);
    }
    Ok(mails)
}

/// News go once to each address, however often it pledged.
async fn news(
    tx: &mut Tx,
    campaign: CampaignId,
    kind: NewsLetter,
    update: Option<UpdateId>,
    send_at: Timestamp,
) -> Result<Vec<NewMail>, StoreError> {
    let readers: Vec<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(sql::READERS).bind(campaign.uuid()).fetch_all(c).await)?;
    let mut written_to = HashSet::new();
    let once = readers.into_iter().filter(|(_, email)| written_to.insert(fold_email(email)));
    let (kind, detail) = (LetterKind::News(kind), update.map(UpdateId::uuid));
    let mail = |(subject, email)| NewMail { kind, email, subject, detail, send_at };
    Ok(once.map(mail).collect())
}
