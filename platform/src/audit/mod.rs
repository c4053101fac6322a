//! The audit: who did what that is privileged, to what, and why. A deed is privileged where a role or the
//! installation allows it, and where it is about a campaign's money, its end or its team; the rule says
//! which.
//!
//! A use case that writes asks for a [`Permit`] and writes it down with its deed, in the same transaction: no
//! door can forget it. A permit that is not written down is an unused variable, which ends the build. Rows
//! are never changed; what was said lies in another table, and goes with the person.

mod list;
mod sql;

use multitude_domain::id::{CampaignId, PledgeId, UserId};
use multitude_domain::ledger::{Hash, commitment};
use multitude_domain::permission::{Actor, DeedKind, Grounds, Relations};
use uuid::Uuid;

use crate::db::{ROWS_MAX, StoreError, Tx};
use crate::personal::{Person, Table};
use crate::{on, rows, rows_many};

pub use list::{AuditAbout, AuditRow, ReadAuditError, Words, find_about, list_audit};

/// Rows hold ids, which name nobody once the account is gone; words go with their person.
pub(crate) const TABLES: &[Table] =
    &[Table::of_nobody("audit").keeping(&["user_id", "words_hash"]), Table::of_rows("audit_words")];

/// What a deed was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Campaign(CampaignId),
    Pledge(PledgeId),
    /// A person, by their account where they have one.
    Person(Option<UserId>),
    Installation,
}

impl Target {
    const fn kind(self) -> &'static str {
        match self {
            Self::Campaign(_) => "campaign",
            Self::Pledge(_) => "pledge",
            Self::Person(_) => "person",
            Self::Installation => "installation",
        }
    }

    fn id(self) -> Option<Uuid> {
        match self {
            Self::Campaign(id) => Some(id.uuid()),
            Self::Pledge(id) => Some(id.uuid()),
            Self::Person(id) => id.map(UserId::uuid),
            Self::Installation => None,
        }
    }
}

/// A deed as it was done.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    subject: Target,
    /// Ids, states and numbers only: it stays when words are erased.
    how: String,
    person: Option<UserId>,
    why: Option<String>,
}

impl Done {
    pub(crate) fn to(subject: Target, how: impl Into<String>) -> Self {
        Self { subject, how: how.into(), person: None, why: None }
    }

    /// Whose account or pledge it was about.
    pub(crate) fn concerning(self, person: Option<UserId>) -> Self {
        Self { person, ..self }
    }

    /// The reason, where the deed itself has one; else it is what the door was told ([`Tx::explain`]).
    pub(crate) fn because(self, why: &str) -> Self {
        Self { why: Some(why.to_owned()), ..self }
    }
}

/// Somebody may do something. It is written down once it is done.
#[derive(Debug)]
#[must_use = "a privileged deed leaves a row: write it down once it is done"]
pub(crate) struct Permit {
    user: Option<UserId>,
    grounds: Grounds,
    deed: &'static str,
    is_audited: bool,
}

/// Whether the actor may do it, being all that to the thing.
pub(crate) fn permit<D: DeedKind>(
    actor: &Actor,
    deed: D,
    relations: &Relations<D::Relation>,
) -> Option<Permit> {
    let grounds = actor.grounds(deed, relations)?;
    let is_audited = deed.rule().is_audited(grounds);
    Some(Permit { user: actor.user(), grounds, deed: deed.name(), is_audited })
}

impl Permit {
    /// Leaves the row, where the deed is privileged.
    pub(crate) async fn write_down(self, tx: &mut Tx, done: Done) -> Result<(), StoreError> {
        if !self.is_audited {
            return Ok(());
        }
        let why = done.why.or_else(|| tx.explanation()).unwrap_or_default();
        let said = Said { who: name_of(tx, self.user).await?, whom: name_of(tx, done.person).await?, why };
        let (id, at, salt) = (tx.uuid(), tx.now().await?.as_micros(), tx.bytes::<16>());
        let hash = said.is_something().then(|| said.hash(&salt));
        rows!(
            tx,
            sqlx::query(sql::ADD)
                .bind(id)
                .bind(at)
                .bind(self.user.map(UserId::uuid))
                .bind(self.grounds.name())
                .bind(self.deed)
                .bind(&done.how)
                .bind(done.subject.kind())
                .bind(done.subject.id())
                .bind(done.person.map(UserId::uuid))
                .bind(hash.as_ref().map(|hash| hash.0.as_slice()))
        )?;
        if hash.is_some() {
            rows!(
                tx,
                sqlx::query(sql::ADD_WORDS)
                    .bind(id)
                    .bind(salt.as_slice())
                    .bind(&said.who)
                    .bind(&said.whom)
                    .bind(&said.why)
            )?;
        }
        Ok(())
    }
}

/// What was said with a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    who: String,
    whom: String,
    why: String,
}

impl Said {
    fn is_something(&self) -> bool {
        !(self.who.is_empty() && self.whom.is_empty() && self.why.is_empty())
    }

    /// SHA-256(salt ‖ the three as a JSON array), so that no two of them run together.
    fn hash(&self, salt: &[u8; 16]) -> Hash {
        commitment(salt, &serde_json::json!([self.who, self.whom, self.why]).to_string())
    }
}

async fn name_of(tx: &mut Tx, user: Option<UserId>) -> Result<String, StoreError> {
    let Some(user) = user else { return Ok(String::new()) };
    let found: Option<String> =
        on!(tx, c => sqlx::query_scalar(sql::NAME_OF).bind(user.uuid()).fetch_optional(c).await)?;
    Ok(found.unwrap_or_default())
}

/// Erases what was said by a person, about them, and about their pledges.
pub(crate) async fn erase(tx: &mut Tx, person: &Person<'_>) -> Result<(), StoreError> {
    if let Some(user) = person.user {
        rows!(tx, sqlx::query(sql::ERASE_WORDS_OF_PERSON).bind(user.uuid()))?;
    }
    for some in person.pledges.chunks(ROWS_MAX) {
        rows_many!(tx, sql::ERASE_WORDS_OF_PLEDGES, some, |one| [one.id])?;
    }
    Ok(())
}
