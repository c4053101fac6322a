//! Erasing a person: what is known of them goes, what was counted stays. The chain of the ledger holds without its private
//! details (design section 4).

use multitude_domain::UnknownState;
use multitude_domain::email::fold_email;
use multitude_domain::id::UserId;
use multitude_domain::permission::accounts::Deed;
use multitude_domain::permission::{Actor, Relations};
use multitude_domain::pledges::PledgeState;
use uuid::Uuid;

use super::sql;
use super::user::find_user;
use crate::audit::{Done, Subject, erase_words, permit};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::{on, rows, rows_many};

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Pledges that are nobody's now; their amounts stay in the books.
    pub pledges: usize,
    /// Whether there was an account.
    pub had_account: bool,
}

/// Why nobody was erased. Nothing changed then.
#[derive(Debug, thiserror::Error)]
pub enum ErasePersonError {
    /// The actor may not.
    #[error("not allowed")]
    Denied,
    /// Pledges are not over: they are cancelled, or their campaigns decided, first.
    #[error("{0} of their pledges are not over")]
    OpenPledges(usize),
    /// They answer for a campaign that is not over.
    #[error("they answer for the campaign {slug}, which is not over")]
    Answers {
        /// The campaign's slug.
        slug: String,
    },
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for ErasePersonError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Denied | Self::OpenPledges(_) | Self::Answers { .. } => None,
            Self::Store(error) => Some(error),
        }
    }
}

impl From<sqlx::Error> for ErasePersonError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Erases whoever has this address: account, sessions, mails, names and addresses on pledges, the private details of what
/// was booked for them, the name on their questions, and what the audit says of them in words. Sums, states and the
/// public books stay as they are, and so do the words that a team published about its campaign.
///
/// # Errors
/// [`ErasePersonError`] while something of theirs is not over.
pub async fn erase_person(tx: &mut Tx, actor: &Actor, email: &str) -> Result<Erased, ErasePersonError> {
    let permit = permit(actor, Deed::ErasePerson, &Relations::none()).ok_or(ErasePersonError::Denied)?;
    let folded = fold_email(email);
    let user = find_user(tx, &folded).await?;
    if let Some(user) = user {
        let answers: Option<String> =
            on!(tx, c => sqlx::query_scalar(sql::ANSWERS_FOR).bind(user.uuid()).fetch_optional(c).await)?;
        if let Some(slug) = answers {
            return Err(ErasePersonError::Answers { slug });
        }
    }
    // Whoever is at them is waited for; what they leave is read afterwards.
    let ids: Vec<Uuid> = find_pledges(tx, user, &folded).await?.into_iter().map(|one| one.id).collect();
    tx.lock_pledges(&ids).await?;
    let pledges = find_pledges(tx, user, &folded).await?;
    let open = pledges.iter().filter(|one| !one.state.is_over()).count();
    if open > 0 {
        return Err(ErasePersonError::OpenPledges(open));
    }
    rows!(tx, sqlx::query(sql::ERASE_CAPTURED).bind(user.map(UserId::uuid)).bind(&folded))?;
    let ids: Vec<Uuid> = pledges.iter().map(|one| one.id).collect();
    erase_words(tx, user, &ids).await?;
    erase_pledges(tx, &pledges).await?;
    for statement in [sql::ERASE_FOLLOWERS, sql::ERASE_SIGN_INS, sql::ERASE_MAILS] {
        rows!(tx, sqlx::query(statement).bind(&folded))?;
    }
    if let Some(user) = user {
        for statement in sql::ERASE_ACCOUNT {
            rows!(tx, sqlx::query(statement).bind(user.uuid()))?;
        }
    }
    // Without whom: nothing that is written from here on names them.
    let how = format!("{} pledges", pledges.len());
    permit.write_down(tx, Done::to(Subject::Person(user), how).because("")).await?;
    Ok(Erased { pledges: pledges.len(), had_account: user.is_some() })
}

struct Pledge {
    id: Uuid,
    campaign: Uuid,
    state: PledgeState,
}

async fn find_pledges(tx: &mut Tx, user: Option<UserId>, folded: &str) -> Result<Vec<Pledge>, StoreError> {
    let rows: Vec<(Uuid, Uuid, String)> = on!(tx, c => sqlx::query_as(sql::PLEDGES_OF_PERSON)
        .bind(user.map(UserId::uuid)).bind(folded).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(id, campaign, state)| {
            let bad = |UnknownState| StoreError::Impossible {
                table: "pledges",
                column: "state",
                id: id.to_string(),
            };
            Ok(Pledge { id, campaign, state: state.parse().map_err(bad)? })
        })
        .collect()
}

async fn erase_pledges(tx: &mut Tx, pledges: &[Pledge]) -> Result<(), StoreError> {
    for some in pledges.chunks(crate::db::ROWS_MAX) {
        rows_many!(tx, sql::ERASE_DETAILS, some, |one| [one.campaign, format!("pledge {}", one.id)])?;
        for statement in [sql::ERASE_PLEDGE_MAILS, sql::ERASE_ADDRESSES, sql::ERASE_PLEDGES] {
            rows_many!(tx, statement, some, |one| [one.id])?;
        }
    }
    Ok(())
}
