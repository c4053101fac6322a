//! Reading the audit.

use std::str::FromStr;

use multitude_domain::id::{CampaignId, PledgeId, UserId};
use multitude_domain::permission::installation::Deed;
use multitude_domain::permission::{Actor, Grounds, Relations};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::{Said, sql};
use crate::accounts::find_user;
use crate::campaigns::find_id;
use crate::campaigns::list::{parse_cursor, write_cursor};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::on;

/// No page has more rows.
const ROWS_MAX: i64 = 500;

/// Why nothing is read.
#[derive(Debug, thiserror::Error)]
pub enum ReadAuditError {
    /// They may not.
    #[error("not allowed")]
    Denied,
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ReadAuditError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl CarriesStoreError for ReadAuditError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Denied => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// What somebody wants to read about: `campaign/SLUG`, `pledge/ID` or `person/EMAIL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditAbout {
    /// A campaign, by its slug.
    Campaign(String),
    /// A pledge.
    Pledge(PledgeId),
    /// What a person did, and what was done about them, by their address.
    Person(String),
}

/// The text names nothing that the audit is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write campaign/SLUG, pledge/ID or person/EMAIL")]
pub struct MalformedAbout;

impl FromStr for AuditAbout {
    type Err = MalformedAbout;

    fn from_str(text: &str) -> Result<Self, MalformedAbout> {
        match text.split_once('/') {
            Some(("campaign", slug)) if !slug.is_empty() => Ok(Self::Campaign(slug.to_owned())),
            Some(("pledge", id)) => id.parse().map(Self::Pledge).map_err(|_| MalformedAbout),
            Some(("person", email)) if !email.is_empty() => Ok(Self::Person(email.to_owned())),
            _ => Err(MalformedAbout),
        }
    }
}

/// The id of what is asked about; none where there is no such campaign or account.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_about(tx: &mut Tx, about: &AuditAbout) -> Result<Option<Uuid>, StoreError> {
    match about {
        AuditAbout::Campaign(slug) => Ok(find_id(tx, slug).await?.map(CampaignId::uuid)),
        AuditAbout::Pledge(id) => Ok(Some(id.uuid())),
        AuditAbout::Person(email) => Ok(find_user(tx, email).await?.map(UserId::uuid)),
    }
}

/// What was said with a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// Nothing.
    None,
    /// As it was said.
    Kept {
        /// The name of whoever did it, as it was then.
        who: String,
        /// The name of whom it was about.
        whom: String,
        /// The reason.
        why: String,
    },
    /// It went with a person.
    Erased,
    /// It is not what was said: its hash differs.
    Changed,
}

/// A deed as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// When.
    pub at: Timestamp,
    /// Whose account did it; nobody's where it was the installation.
    pub user: Option<UserId>,
    /// Why they were allowed to.
    pub grounds: Grounds,
    /// What they were allowed to do.
    pub deed: String,
    /// What of it they did.
    pub how: String,
    /// What kind of thing it was done to.
    pub subject_kind: String,
    /// The thing.
    pub subject_id: Option<Uuid>,
    /// Its slug, where it is a campaign.
    pub slug: Option<String>,
    /// Whose account or pledge it was about.
    pub person: Option<UserId>,
    /// What was said.
    pub words: Words,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: i64,
    user_id: Option<Uuid>,
    grounds: String,
    deed: String,
    how: String,
    subject_kind: String,
    subject_id: Option<Uuid>,
    person_id: Option<Uuid>,
    words_hash: Option<Vec<u8>>,
    slug: Option<String>,
    salt: Option<Vec<u8>>,
    who: Option<String>,
    whom: Option<String>,
    why: Option<String>,
}

impl Row {
    fn read(self) -> Result<AuditRow, StoreError> {
        let bad = |column| StoreError::Impossible { table: "audit", column, id: self.id.to_string() };
        let grounds = Grounds::ALL.into_iter().find(|one| one.name() == self.grounds);
        let said = match (self.salt, self.who, self.whom, self.why) {
            (Some(salt), Some(who), Some(whom), Some(why)) => Some((salt, Said { who, whom, why })),
            _ => None,
        };
        Ok(AuditRow {
            at: Timestamp::from_micros(self.at),
            user: self.user_id.map(UserId::new),
            grounds: grounds.ok_or_else(|| bad("grounds"))?,
            deed: self.deed,
            how: self.how,
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
            slug: self.slug,
            person: self.person_id.map(UserId::new),
            words: words(self.words_hash.as_deref(), said),
        })
    }
}

/// Compares what is kept with what was said.
fn words(hash: Option<&[u8]>, said: Option<(Vec<u8>, Said)>) -> Words {
    match (hash, said) {
        (None, None) => Words::None,
        (Some(_), None) => Words::Erased,
        (None, Some(_)) => Words::Changed,
        (Some(hash), Some((salt, said))) => {
            let is_true =
                <[u8; 16]>::try_from(salt.as_slice()).is_ok_and(|salt| said.hash(&salt).0.as_slice() == hash);
            if is_true {
                Words::Kept { who: said.who, whom: said.whom, why: said.why }
            } else {
                Words::Changed
            }
        }
    }
}

/// What was done, the newest first, at most `limit` rows from `cursor` on. Where a thing or a person is
/// given, only what is about that, or by them. A cursor that is not one of ours begins at the newest.
///
/// # Errors
/// [`ReadAuditError::Denied`] for whoever may not.
pub async fn list_audit(
    tx: &mut Tx,
    actor: &Actor,
    about: Option<Uuid>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<(Vec<AuditRow>, Option<String>), ReadAuditError> {
    if !actor.may(Deed::ReadAudit, &Relations::none()) {
        return Err(ReadAuditError::Denied);
    }
    let limit = limit.clamp(1, ROWS_MAX);
    let (at, id) = cursor.and_then(parse_cursor).unwrap_or((i64::MAX, Uuid::max()));
    let mut rows: Vec<Row> = match about {
        None => on!(tx, c => sqlx::query_as(sql::LIST)
            .bind(at).bind(id).bind(limit + 1).fetch_all(c).await)?,
        Some(about) => on!(tx, c => sqlx::query_as(sql::LIST_ABOUT)
            .bind(at).bind(id).bind(limit + 1).bind(about).fetch_all(c).await)?,
    };
    let has_more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    if has_more {
        rows.pop();
    }
    let next_cursor = rows.last().filter(|_| has_more).map(|row| write_cursor(row.at, row.id));
    let rows = rows.into_iter().map(Row::read).collect::<Result<_, StoreError>>()?;
    Ok((rows, next_cursor))
}
