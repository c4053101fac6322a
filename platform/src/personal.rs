//! What is known of people. Each feature says what its tables hold of them, erases it where somebody is to be
//! erased, and forgets with time what has no more use. A test compares [`tables`] with the database: a table
//! that nobody names fails it, and so does a column that sounds like a person's.

use multitude_domain::id::UserId;

use crate::db::{StoreError, Tx};
use crate::pledges::erase::OfPerson;
use crate::{accounts, audit, campaigns, followers, ledger, mail, outbox, payments, pledges, pools};

/// A table, and what becomes of a person's data in it.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What becomes of it.
    pub end: End,
    /// Columns that sound like a person's and stay: words that were published, what the books need, names of
    /// something else.
    pub kept: &'static [&'static str],
}

/// What becomes of a person's data in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It holds nothing of a person.
    Nothing,
    /// Their rows.
    Rows,
    /// These columns; the rows stay.
    Columns(&'static [&'static str]),
    /// What nobody can tell whose it is; only time ends it.
    Forgotten,
}

impl Table {
    /// One that holds nothing of a person.
    pub(crate) const fn of_nobody(name: &'static str) -> Self {
        Self { name, end: End::Nothing, kept: &[] }
    }

    /// One whose rows go with their person.
    pub(crate) const fn of_rows(name: &'static str) -> Self {
        Self { name, end: End::Rows, kept: &[] }
    }

    /// One whose rows stay without these columns.
    pub(crate) const fn of_columns(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { name, end: End::Columns(columns), kept: &[] }
    }

    /// One whose rows only time ends.
    pub(crate) const fn forgotten(name: &'static str) -> Self {
        Self { name, end: End::Forgotten, kept: &[] }
    }

    /// The same, with columns that stay although they sound like a person's.
    pub(crate) const fn keeping(self, kept: &'static [&'static str]) -> Self {
        Self { kept, ..self }
    }
}

/// What belongs to no feature.
const OWN: &[Table] = &[
    Table::of_nobody("instance"),
    // Which kind of work is done by which process.
    Table::of_nobody("leases").keeping(&["name"]),
];

/// Every table.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    [
        OWN,
        accounts::erase::TABLES,
        audit::TABLES,
        campaigns::erase::TABLES,
        followers::erase::TABLES,
        ledger::erase::TABLES,
        mail::erase::TABLES,
        outbox::TABLES,
        payments::TABLES,
        pledges::erase::TABLES,
        pools::TABLES,
    ]
    .into_iter()
    .flatten()
}

/// Whoever is to be erased.
#[derive(Debug)]
pub(crate) struct Person<'a> {
    /// Their account, where they have one.
    pub(crate) user: Option<UserId>,
    /// Their folded address.
    pub(crate) email: &'a str,
    /// What they pledged; all of it is over.
    pub(crate) pledges: &'a [OfPerson],
}

/// Erases what is known of a person, in every feature. Mails come first: they are found by the addresses on
/// pledges. The account comes last: others name it.
pub(crate) async fn erase(tx: &mut Tx, person: &Person<'_>) -> Result<(), StoreError> {
    mail::erase::erase(tx, person).await?;
    audit::erase(tx, person).await?;
    ledger::erase::erase(tx, person).await?;
    pledges::erase::erase(tx, person).await?;
    followers::erase::erase(tx, person).await?;
    campaigns::erase::erase(tx, person).await?;
    accounts::erase::erase(tx, person).await
}

/// Forgets what has no more use, in every feature. An event outlasts its letters; letters that are due are
/// queued first, by what is still remembered.
pub(crate) async fn forget(tx: &mut Tx) -> Result<(), StoreError> {
    accounts::forget_old(tx).await?;
    pledges::forget_old_holds(tx).await?;
    followers::forget_old_followers(tx).await?;
    mail::queue_ripe(tx).await?;
    mail::forget_old(tx).await?;
    outbox::forget_old(tx).await
}
