//! Rows that wait to be sent: from events, from what time brings, and from what somebody asked for.

use std::collections::{HashMap, HashSet};

use multitude_domain::email::{count_email, fold_email};
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::kind::LetterKind;
use super::sql;
use crate::db::{ROWS_MAX, StoreError, Tx};
use crate::outbox::{self, Consumer, Event};
use crate::pledges::letters::Addressees;
use crate::{campaigns, find_many, followers, pledges, rows_many};

/// As many events as one transaction takes.
const EVENTS_MAX: i64 = 500;
/// As many letters ask an address for a proof within [`PROOFS_WITHIN`], whoever caused them and whatever its
/// tag: nobody fills somebody else's mailbox. What is too much waits for another hour.
const PROOFS_MAX: i64 = 6;
const PROOFS_WITHIN: Span = Span::hours(1);

/// A letter to queue.
#[derive(Debug, Clone)]
pub(crate) struct NewMail {
    pub(crate) kind: LetterKind,
    pub(crate) email: String,
    /// What it is about: what the feature looks up to write it.
    pub(crate) subject: Uuid,
    /// The part of that, where it is about one.
    pub(crate) detail: Option<Uuid>,
    pub(crate) send_at: Timestamp,
}

impl NewMail {
    /// A letter about a whole subject.
    pub(crate) const fn about(subject: Uuid, kind: LetterKind, email: String, send_at: Timestamp) -> Self {
        Self { kind, email, subject, detail: None, send_at }
    }
}

/// Whether a letter may follow from an event: a matter of the event alone.
pub(crate) fn may_follow_from(event: &Event) -> bool {
    match *event {
        Event::Pledge(_, event) => pledges::letters::may_follow_from(event),
        Event::Campaign(_, event) => {
            campaigns::letters::may_follow_from(event)
                || pledges::letters::kind_for_backers(event).is_some()
                || followers::letters::may_follow_from(event)
        }
    }
}

/// Takes events that were not mailed yet and queues what follows from them. Says how many it took.
///
/// # Errors
/// [`StoreError`] where the database does not do it; the events stay then.
pub async fn queue_events(tx: &mut Tx) -> Result<usize, StoreError> {
    let taken = outbox::take(tx, Consumer::Mail, EVENTS_MAX).await?;
    let of_pledge = |(event, _): &(Event, Timestamp)| match event {
        Event::Pledge(id, _) => Some(id.uuid()),
        Event::Campaign(..) => None,
    };
    let pledges: Vec<Uuid> = taken.events.iter().filter_map(of_pledge).collect();
    let mut addressees = Addressees::find(tx, &pledges).await?;
    let mut proofs = Proofs::find(tx, addressees.unproved()).await?;
    let mut mails = Vec::new();
    for (event, at) in taken.events {
        match event {
            Event::Pledge(id, event) => mails.extend(addressees.letters(id, event, at, &mut proofs)),
            Event::Campaign(id, event) => {
                mails.extend(campaigns::letters::letters_from(tx, id, event, at).await?);
                mails.extend(pledges::letters::letters_from_campaign(tx, id, event, at).await?);
                mails.extend(followers::letters::letters_from(tx, id, event, at).await?);
            }
        }
    }
    queue(tx, &mails).await?;
    Ok(taken.count)
}

/// How often addresses were asked to be proved lately, and will be: each counted address, and whether it was
/// the plain one. What is asked of it with whatever tag does not use up the plain one.
#[derive(Debug)]
pub(crate) struct Proofs(HashMap<(String, bool), i64>);

impl Proofs {
    /// Of these counted addresses.
    pub(crate) async fn find(tx: &mut Tx, addresses: HashSet<String>) -> Result<Self, StoreError> {
        let now = tx.now().await?.as_micros();
        let since = now.saturating_sub(PROOFS_WITHIN.as_micros());
        let asked: Vec<(&str, i64)> = addresses.iter().map(|address| (address.as_str(), since)).collect();
        let counts = find_many!(tx, sql::COUNT_PROOFS, asked, |(address, since)| [*address, *since] => (String, bool, i64))?;
        Ok(Self(counts.into_iter().map(|(counted, is_plain, count)| ((counted, is_plain), count)).collect()))
    }

    /// Counts one more that asks an address; how long it waits for an hour that has room.
    pub(crate) fn wait_for(&mut self, email: &str) -> Span {
        let count = self.0.entry(proof_key(email)).or_default();
        let wait = Span::micros(PROOFS_WITHIN.as_micros().saturating_mul(*count / PROOFS_MAX));
        *count = count.saturating_add(1);
        wait
    }

    /// Whether one more may ask within this hour.
    pub(crate) fn have_room_for(&self, email: &str) -> bool {
        self.0.get(&proof_key(email)).is_none_or(|count| *count < PROOFS_MAX)
    }
}

fn proof_key(email: &str) -> (String, bool) {
    let counted = count_email(email);
    let is_plain = fold_email(email) == counted;
    (counted, is_plain)
}

/// Queues letters.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub(crate) async fn queue(tx: &mut Tx, mails: &[NewMail]) -> Result<(), StoreError> {
    let now = tx.now().await?;
    for some in mails.chunks(ROWS_MAX) {
        let some: Vec<(Uuid, &NewMail)> = some.iter().map(|mail| (tx.uuid(), mail)).collect();
        rows_many!(tx, sql::ADD, some, |(id, mail)| [
            *id,
            mail.kind.name(),
            mail.email.as_str(),
            count_email(&mail.email),
            mail.subject,
            mail.detail,
            "waiting",
            mail.send_at.as_micros(),
            now.as_micros(),
        ])?;
    }
    Ok(())
}

/// Forgets letters about subjects that nobody is to hear of any more.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub(crate) async fn withdraw(tx: &mut Tx, subjects: &[Uuid]) -> Result<(), StoreError> {
    rows_many!(tx, sql::WITHDRAW, subjects, |id| [*id])?;
    Ok(())
}
