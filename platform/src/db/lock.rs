//! Taking locks, and the order in which that is done: on PostgreSQL two transactions that take the same locks
//! in two orders wait for each other. Every kind of lock has a rank ([`crate::locks`] lists them all); a
//! transaction takes none whose rank is below that of one it has. Of one kind several are taken by one
//! statement, in the order of their ids.

use std::collections::HashSet;

use sqlx::{Encode, Postgres, Type};

use super::{Conn, StoreError, Tx};

/// A kind of lock. Its feature says what it is for, and takes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    /// What is locked.
    pub(crate) name: &'static str,
    /// Where it stands in the one order: no two kinds have the same.
    pub(crate) rank: u8,
}

/// How far a transaction has come in the order.
#[derive(Debug, Default)]
pub(super) struct Order {
    highest: Option<&'static Lock>,
    /// Nobody else is there to wait in a circle with.
    is_alone: bool,
}

impl Order {
    /// Notes a lock; says which one of a higher rank was taken before, if any.
    fn rise(&mut self, lock: &'static Lock) -> Option<&'static Lock> {
        match self.highest {
            Some(highest) if highest.rank > lock.rank && !self.is_alone => Some(highest),
            Some(_) | None => {
                self.highest = Some(lock);
                None
            }
        }
    }
}

impl Tx {
    /// Nobody else works in this database while this transaction makes what is in it: it takes locks in any
    /// order.
    pub(crate) const fn work_alone(&mut self) {
        self.order.is_alone = true;
    }

    /// Takes a lock until this transaction ends, by a statement of PostgreSQL about a key: that of a row, or
    /// an advisory one. On SQLite the one writer is lock enough.
    ///
    /// # Panics
    /// In a debug build, where a lock of a higher rank is held already; the log says it in any other.
    pub(crate) async fn lock<'k, K>(
        &mut self,
        lock: &'static Lock,
        statement: &'static str,
        key: K,
    ) -> Result<(), StoreError>
    where
        K: Encode<'k, Postgres> + Type<Postgres> + Send + 'k,
    {
        self.rise(lock);
        match self.conn() {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(conn) => {
                sqlx::query(statement).bind(key).execute(conn).await?;
                Ok(())
            }
        }
    }

    /// As [`Tx::lock`], of those of these names that are free, without waiting for the others. The statement
    /// finds every name that there is, and whether it is busy; says which ones are.
    ///
    /// # Panics
    /// As [`Tx::lock`].
    pub(crate) async fn try_lock(
        &mut self,
        lock: &'static Lock,
        statement: &'static str,
        names: &[String],
    ) -> Result<HashSet<String>, StoreError> {
        self.rise(lock);
        match self.conn() {
            Conn::Sqlite(_) => Ok(HashSet::new()),
            Conn::Postgres(conn) => {
                let rows: Vec<(String, bool)> = sqlx::query_as(statement).bind(names).fetch_all(conn).await?;
                Ok(rows.into_iter().filter(|(_, is_busy)| *is_busy).map(|(name, _)| name).collect())
            }
        }
    }

    fn rise(&mut self, lock: &'static Lock) {
        let higher = self.order.rise(lock);
        if let Some(higher) = higher {
            tracing::error!(lock.name, lock.held = higher.name, "a lock is taken after one of a higher rank");
        }
        debug_assert!(higher.is_none(), "{lock:?} is taken after {higher:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::Ambient;
    use crate::db::Db;

    static FIRST: Lock = Lock { name: "first", rank: 1 };
    static SECOND: Lock = Lock { name: "second", rank: 2 };

    async fn take(locks: [&'static Lock; 3]) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("locks.db").display());
        let db = Db::open(&url, Ambient::machine()).await.unwrap();
        let taken = db.write(async |tx| {
            for lock in locks {
                tx.lock(lock, "SELECT $1", 1_i64).await?;
            }
            Ok::<_, StoreError>(())
        });
        taken.await.unwrap();
    }

    #[tokio::test]
    async fn ranks_may_rise_and_stay() {
        take([&FIRST, &SECOND, &SECOND]).await;
    }

    #[tokio::test]
    #[should_panic(expected = "\"first\", rank: 1 } is taken after Some(Lock { name: \"second\"")]
    async fn rank_that_falls_ends_the_test() {
        take([&FIRST, &SECOND, &FIRST]).await;
    }
}
