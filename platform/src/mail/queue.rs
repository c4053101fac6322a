//! From events to rows that wait to be sent.

use std::collections::{HashMap, HashSet};

use multitude_domain::UnknownState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::email::{count_email, fold_email};
use multitude_domain::id::PledgeId;
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::kind::{Address, LetterKind, letters, team_letters};
use super::sql;
use crate::db::{CarriesStoreError, ROWS_MAX, StoreError, Tx};
use crate::outbox::{self, EventRow, said};
use crate::{find_many, on, rows_many};

/// As many events as one transaction takes.
const EVENTS_MAX: i64 = 200;
/// As often is an address asked to be proved within [`RESEND_WITHIN`]: the first mail, two reminders, and by hand.
const CONFIRMATIONS_MAX: i64 = 6;
const RESEND_WITHIN: Span = Span::hours(24);
/// As many pledges ask an address to be proved within [`PROOFS_WITHIN`], whoever placed them and whatever its tag: whoever
/// pledges in another's name cannot fill their mailbox. What is too much waits for another hour; the receipt asks at once.
const PROOFS_MAX: i64 = 6;
const PROOFS_WITHIN: Span = Span::hours(1);

/// Why a mail was not queued again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// It was sent often enough for today.
    #[error("sent often enough")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for ResendError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::TooMany => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// What a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Pledge(Uuid),
    SignIn(Uuid),
    /// To its team.
    Campaign(Uuid),
    /// Who wants to hear that one opens.
    Follower(Uuid),
    /// What a team told, to whoever made that pledge.
    Update {
        pledge: Uuid,
        update: Uuid,
    },
}

impl About {
    /// The id, where it is about that.
    fn id(self, is_that: impl FnOnce(Self) -> bool) -> Option<Uuid> {
        let (Self::Pledge(id)
        | Self::SignIn(id)
        | Self::Campaign(id)
        | Self::Follower(id)
        | Self::Update { pledge: id, .. }) = self;
        is_that(self).then_some(id)
    }

    const fn update(self) -> Option<Uuid> {
        match self {
            Self::Update { update, .. } => Some(update),
            Self::Pledge(_) | Self::SignIn(_) | Self::Campaign(_) | Self::Follower(_) => None,
        }
    }
}

/// A mail to queue.
struct NewMail {
    kind: LetterKind,
    email: String,
    about: About,
    send_at: Timestamp,
}

/// Where a pledge's mails go.
struct Addressee {
    email: String,
    is_proved: bool,
    /// It was asked to prove itself for this pledge.
    was_asked: bool,
}

type Addressees = HashMap<Uuid, Addressee>;

/// Takes events that were not mailed yet and queues what follows from them. Says how many it took.
///
/// # Errors
/// [`StoreError`] where the database does not do it; the events stay then.
pub async fn queue_events(tx: &mut Tx) -> Result<usize, StoreError> {
    let events = outbox::claim_for_mail(tx, EVENTS_MAX).await?;
    let pledges: Vec<Uuid> = events.iter().filter_map(|event| event.pledge_id).collect();
    let mut addressees = find_addressees(tx, &pledges).await?;
    let unproved = addressees.values().filter(|one| !one.is_proved);
    let mut proofs = Proofs::find(tx, unproved.map(|one| count_email(&one.email)).collect()).await?;
    let mut mails = Vec::new();
    for event in &events {
        match (event.pledge_id, event.kind.as_str()) {
            (Some(pledge), _) => {
                if let Some(addressee) = addressees.get_mut(&pledge) {
                    let mut about = mails_about(event, pledge, addressee)?;
                    if addressee.is_proved || proofs.let_pass(&mut about, &mut addressee.was_asked) {
                        mails.extend(about);
                    }
                }
            }
            (None, kind) => {
                mails.extend(mails_to_team(tx, event).await?);
                match kind {
                    "campaign_suspended" => {
                        mails.extend(mails_to_backers(tx, event, LetterKind::Suspended, sql::BACKERS).await?);
                    }
                    "campaign_settled" => {
                        mails.extend(
                            mails_to_backers(tx, event, LetterKind::Address, sql::ADDRESSLESS).await?,
                        );
                    }
                    said::UPDATE => mails.extend(news(tx, event, LetterKind::Update).await?),
                    said::CLOSES_SOON => mails.extend(news(tx, event, LetterKind::ClosesSoon).await?),
                    said::UPDATE_PAST => mails.extend(news(tx, event, LetterKind::UpdateMissed).await?),
                    _ => mails.extend(mails_to_followers(tx, event).await?),
                }
            }
        }
    }
    add(tx, &mails).await?;
    Ok(events.len())
}

/// How often addresses were asked to be proved lately, and will be.
struct Proofs(HashMap<String, i64>);

impl Proofs {
    async fn find(tx: &mut Tx, addresses: HashSet<String>) -> Result<Self, StoreError> {
        let now = tx.now().await?.as_micros();
        let since = now.saturating_sub(PROOFS_WITHIN.as_micros());
        let asked: Vec<(&str, i64)> = addresses.iter().map(|address| (address.as_str(), since)).collect();
        let counts =
            find_many!(tx, sql::COUNT_PROOFS, asked, |(address, since)| [*address, *since] => (String, i64))?;
        Ok(Self(counts.into_iter().collect()))
    }

    /// Whether these mails are queued to an address that is not proved. What asks for a proof counts, and waits for an hour
    /// that has room; what costs its sender nothing is said only about what a proof was asked for.
    fn let_pass(&mut self, mails: &mut [NewMail], was_asked: &mut bool) -> bool {
        let Some(asking) = mails.iter().find(|mail| mail.kind.asks_for_a_proof()) else {
            let is_free = |mail: &NewMail| matches!(mail.kind, LetterKind::Secured | LetterKind::Ended);
            return *was_asked || !mails.iter().any(is_free);
        };
        let count = self.0.entry(count_email(&asking.email)).or_default();
        let wait = Span::micros(PROOFS_WITHIN.as_micros().saturating_mul(*count / PROOFS_MAX));
        for mail in mails {
            mail.send_at = mail.send_at.plus(wait);
        }
        *count = count.saturating_add(1);
        *was_asked = wait == Span::ZERO;
        true
    }

    /// Whether one more may ask within this hour.
    fn have_room_for(&self, email: &str) -> bool {
        self.0.get(&count_email(email)).is_none_or(|count| *count < PROOFS_MAX)
    }
}

async fn find_addressees(tx: &mut Tx, pledges: &[Uuid]) -> Result<Addressees, StoreError> {
    let rows = find_many!(tx, sql::ADDRESSEES, pledges, |id| [*id] => (Uuid, String, bool, bool))?;
    let addressee = |(id, email, is_proved, was_asked)| (id, Addressee { email, is_proved, was_asked });
    Ok(rows.into_iter().map(addressee).collect())
}

fn mails_about(event: &EventRow, pledge: Uuid, addressee: &Addressee) -> Result<Vec<NewMail>, StoreError> {
    let state = |name: &str, column| {
        name.parse::<PledgeState>().map_err(|UnknownState| StoreError::Impossible {
            table: "outbox",
            column,
            id: pledge.to_string(),
        })
    };
    let (from, to) = (state(&event.from_state, "from_state")?, state(&event.to_state, "to_state")?);
    let address = if addressee.is_proved { Address::Proved } else { Address::Unproved };
    let mail = |(kind, after)| NewMail {
        kind,
        email: addressee.email.clone(),
        about: About::Pledge(pledge),
        send_at: Timestamp::from_micros(event.at).plus(after),
    };
    Ok(letters(from, to, address).into_iter().map(mail).collect())
}

/// What happens to a whole campaign, to those of its backers whom `whom` finds.
async fn mails_to_backers(
    tx: &mut Tx,
    event: &EventRow,
    kind: LetterKind,
    whom: &'static str,
) -> Result<Vec<NewMail>, StoreError> {
    let backers: Vec<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(whom).bind(event.campaign_id).fetch_all(c).await)?;
    let mail = |(pledge, email)| NewMail {
        kind,
        email,
        about: About::Pledge(pledge),
        send_at: Timestamp::from_micros(event.at),
    };
    Ok(backers.into_iter().map(mail).collect())
}

/// News of a campaign, to whoever ticked that they want it: once to each address, however often it pledged.
async fn news(tx: &mut Tx, event: &EventRow, kind: LetterKind) -> Result<Vec<NewMail>, StoreError> {
    let readers: Vec<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(sql::READERS).bind(event.campaign_id).fetch_all(c).await)?;
    let mut written_to = HashSet::new();
    let once = readers.into_iter().filter(|(_, email)| written_to.insert(fold_email(email)));
    let mail = |(pledge, email)| NewMail {
        kind,
        email,
        about: event.update_id.map_or(About::Pledge(pledge), |update| About::Update { pledge, update }),
        send_at: Timestamp::from_micros(event.at),
    };
    Ok(once.map(mail).collect())
}

/// Who wanted to hear of it hears that a campaign has opened; one that goes on after a pause has not.
async fn mails_to_followers(tx: &mut Tx, event: &EventRow) -> Result<Vec<NewMail>, StoreError> {
    let (from, to) = (CampaignState::Scheduled.name(), CampaignState::Live.name());
    if event.from_state != from || event.to_state != to {
        return Ok(Vec::new());
    }
    let followers: Vec<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(sql::FOLLOWERS).bind(event.campaign_id).fetch_all(c).await)?;
    let mail = |(follower, email)| NewMail {
        kind: LetterKind::Opened,
        email,
        about: About::Follower(follower),
        send_at: Timestamp::from_micros(event.at),
    };
    Ok(followers.into_iter().map(mail).collect())
}

/// What the team is told: that its campaign came to another state, or what was said of it.
async fn mails_to_team(tx: &mut Tx, event: &EventRow) -> Result<Vec<NewMail>, StoreError> {
    let state = |name: &str| name.parse::<CampaignState>().ok();
    let moved = state(&event.from_state).zip(state(&event.to_state)).filter(|(from, to)| from != to);
    let kinds = match event.kind.as_str() {
        said::START => vec![(LetterKind::Start, Span::ZERO)],
        said::STATEMENT => vec![(LetterKind::Statement, Span::ZERO)],
        said::UPDATE_DUE => vec![(LetterKind::UpdateDue, Span::ZERO)],
        said::UPDATE_PAST => vec![(LetterKind::UpdatePast, Span::ZERO)],
        _ => moved.map_or_else(Vec::new, |(from, to)| team_letters(from, to)),
    };
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let team: Vec<String> =
        on!(tx, c => sqlx::query_scalar(sql::TEAM).bind(event.campaign_id).fetch_all(c).await)?;
    let to_each = |(kind, after): &(LetterKind, Span)| {
        let (kind, send_at) = (*kind, Timestamp::from_micros(event.at).plus(*after));
        let about = About::Campaign(event.campaign_id);
        team.iter().map(move |email| NewMail { kind, email: email.clone(), about, send_at })
    };
    Ok(kinds.iter().flat_map(to_each).collect())
}

/// Queues link and code for somebody who asked to sign in, after a while where too many were asked for.
pub(crate) async fn queue_sign_in(
    tx: &mut Tx,
    email: &str,
    sign_in: Uuid,
    after: Span,
) -> Result<(), StoreError> {
    let send_at = tx.now().await?.plus(after);
    let mail =
        NewMail { kind: LetterKind::SignIn, email: email.to_owned(), about: About::SignIn(sign_in), send_at };
    add(tx, &[mail]).await
}

/// Queues the link that proves the address of who wants to hear of a campaign; after several in an hour, for another hour.
pub(crate) async fn queue_follow(tx: &mut Tx, email: &str, follower: Uuid) -> Result<(), StoreError> {
    let mut proofs = Proofs::find(tx, HashSet::from([count_email(email)])).await?;
    let send_at = tx.now().await?;
    let about = About::Follower(follower);
    let mut mail = [NewMail { kind: LetterKind::Follow, email: email.to_owned(), about, send_at }];
    proofs.let_pass(&mut mail, &mut false);
    add(tx, &mail).await
}

/// Sends the mail that proves a pledge's address once more, if there is anything to prove.
///
/// # Errors
/// [`ResendError::TooMany`] after several in a day, or after several for its address in an hour.
pub async fn resend_confirmation(tx: &mut Tx, pledge: PledgeId) -> Result<(), ResendError> {
    let now = tx.now().await?;
    let since = Timestamp::from_micros(now.as_micros().saturating_sub(RESEND_WITHIN.as_micros()));
    let count: i64 = on!(tx, c => sqlx::query_scalar(sql::COUNT_OF_PLEDGE)
        .bind(pledge.uuid()).bind(since.as_micros()).fetch_one(c).await)
    .map_err(StoreError::from)?;
    if count >= CONFIRMATIONS_MAX {
        return Err(ResendError::TooMany);
    }
    let pledge = pledge.uuid();
    match find_addressees(tx, &[pledge]).await?.remove(&pledge) {
        Some(Addressee { email, is_proved: false, .. }) => {
            let proofs = Proofs::find(tx, HashSet::from([count_email(&email)])).await?;
            if !proofs.have_room_for(&email) {
                return Err(ResendError::TooMany);
            }
            let about = About::Pledge(pledge);
            Ok(add(tx, &[NewMail { kind: LetterKind::Confirm, email, about, send_at: now }]).await?)
        }
        Some(Addressee { is_proved: true, .. }) | None => Ok(()),
    }
}

async fn add(tx: &mut Tx, mails: &[NewMail]) -> Result<(), StoreError> {
    let now = tx.now().await?;
    for some in mails.chunks(ROWS_MAX) {
        let some: Vec<(Uuid, &NewMail)> = some.iter().map(|mail| (tx.uuid(), mail)).collect();
        rows_many!(tx, sql::ADD, some, |(id, mail)| [
            *id,
            mail.kind.name(),
            mail.email.as_str(),
            mail.about.id(|about| matches!(about, About::Pledge(_) | About::Update { .. })),
            mail.about.id(|about| matches!(about, About::SignIn(_))),
            mail.about.id(|about| matches!(about, About::Campaign(_))),
            mail.about.id(|about| matches!(about, About::Follower(_))),
            mail.about.update(),
            "waiting",
            mail.send_at.as_micros(),
            now.as_micros(),
            count_email(&mail.email),
        ])?;
    }
    Ok(())
}
