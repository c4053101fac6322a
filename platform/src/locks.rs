//! Every kind of lock, in the order in which a transaction takes them ([`crate::db`] refuses another one).
//!
//! Whoever places a pledge takes the campaign, shared, then what is limited, the pool and the totals. Whoever
//! moves pledges takes all of it at once ([`lock_pledges`](crate::pledges::lock::lock_pledges)), before what
//! it decides by is read. Whoever settles takes the campaign alone: nobody else moves its pledges meanwhile.
//! What a statement locks by changing it has no rank; a circle of these (many tries, or a guest's pledges,
//! found in no order) PostgreSQL breaks, and [`Db::write`](crate::db::Db::write) tries again.

#[cfg(test)]
mod tests {
    use crate::campaigns::lock::{CAMPAIGN, TOTALS};
    use crate::ledger::seal::SEALING;
    use crate::mail::ripe::RIPENINGS;
    use crate::pledges::lock::{ADD_ON, PLEDGE, REWARD};
    use crate::pools::lock::POOL;

    #[test]
    fn ranks_rise() {
        let all = [&CAMPAIGN, &PLEDGE, &REWARD, &ADD_ON, &POOL, &TOTALS, &SEALING, &RIPENINGS];
        assert!(all.is_sorted_by(|one, next| one.rank < next.rank), "{all:?}");
    }
}
