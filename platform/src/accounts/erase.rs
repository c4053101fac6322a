//! Erasing a person: what is known of them goes, what was counted stays. The chain of the ledger holds
//! without its private details (docs/RULES.md, X3).

use multitude_domain::email::fold_email;
use multitude_domain::permission::accounts::Deed;
use multitude_domain::permission::{Actor, Relations};
use uuid::Uuid;

use super::sql;
use super::user::find_user;
use crate::audit::{Done, Target, permit};
use crate::campaigns::erase::find_answered;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::personal::{self, Person, Table};
use crate::pledges::erase::list_of_person;
use crate::pledges::lock::lock_pledges;
use crate::rows;

pub(crate) const TABLES: &[Table] = &[
    Table::of_rows("users"),
    Table::of_rows("user_roles"),
    Table::of_rows("sessions"),
    Table::of_rows("sign_ins"),
    // Empty once the database is open.
    Table::forgotten("emails_to_readdress"),
];

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

/// Erases whoever has this address: account, sessions, mails, names and addresses on pledges, the private
/// details of what was booked for them, the name on their questions, and what the audit says of them in
/// words. Sums, states and the public books stay as they are, and so do the words that a team published about
/// its campaign.
///
/// # Errors
/// [`ErasePersonError`] while something of theirs is not over.
pub async fn erase_person(tx: &mut Tx, actor: &Actor, email: &str) -> Result<Erased, ErasePersonError> {
    let permit = permit(actor, Deed::ErasePerson, &Relations::none()).ok_or(ErasePersonError::Denied)?;
    let email = fold_email(email);
    let user = find_user(tx, &email).await?;
    let person = Person { user, email: &email, pledges: &[] };
    if let Some(slug) = find_answered(tx, &person).await? {
        return Err(ErasePersonError::Answers { slug });
    }
    // Whoever is at them is waited for; what they leave is read afterwards.
    let ids: Vec<Uuid> = list_of_person(tx, user, &email).await?.into_iter().map(|one| one.id).collect();
    lock_pledges(tx, &ids).await?;
    let pledges = list_of_person(tx, user, &email).await?;
    let open = pledges.iter().filter(|one| !one.state.is_over()).count();
    if open > 0 {
        return Err(ErasePersonError::OpenPledges(open));
    }
    personal::erase(tx, &Person { pledges: &pledges, ..person }).await?;
    // Without whom: nothing that is written from here on names them.
    let how = format!("{} pledges", pledges.len());
    permit.write_down(tx, Done::to(Target::Person(user), how).because("")).await?;
    Ok(Erased { pledges: pledges.len(), had_account: user.is_some() })
}

/// What accounts hold of a person.
pub(crate) async fn erase(tx: &mut Tx, person: &Person<'_>) -> Result<(), StoreError> {
    rows!(tx, sqlx::query(sql::ERASE_SIGN_INS).bind(person.email))?;
    if let Some(user) = person.user {
        for statement in sql::ERASE_ACCOUNT {
            rows!(tx, sqlx::query(statement).bind(user.uuid()))?;
        }
    }
    Ok(())
}
