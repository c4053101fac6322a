//! A campaign's books as its page shows them, and as a browser checks them.

use serde::{Deserialize, Serialize};

use crate::ledger::{Entry, Hash, Record, UnknownAccount, block_hash, record_hash};
use crate::money::Currency;
use crate::time::MalformedDay;

/// One sealed record of a campaign, as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordView {
    /// Its place among all records.
    pub sequence: i64,
    /// The day, as `YYYY-MM-DD`.
    pub day: String,
    /// What moved.
    pub kind: String,
    /// From where to where: account code and minor units.
    pub entries: Vec<(String, i64)>,
    /// SHA-256 of what is not public about it.
    pub commitment: Hash,
    /// Its own hash.
    pub hash: Hash,
}

/// What is sealed of a campaign, or some of it in order, with the block that its last record is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignLedgerView {
    /// The currency of every amount.
    pub currency: Currency,
    /// The records, in order.
    pub records: Vec<RecordView>,
    /// Whether there are more than these.
    pub is_cut: bool,
    /// The block that the last record is in.
    pub block: Option<BlockView>,
    /// How many transactions wait for the next block.
    pub unsealed: i64,
}

/// A block of the whole ledger's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockView {
    /// Its number.
    pub number: i64,
    /// The block before.
    pub previous: Hash,
    /// The hashes of all records in it, of every campaign.
    pub records: Vec<Hash>,
    /// Its hash.
    pub hash: Hash,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// This record is not what was sealed.
    #[error("record {sequence} is not what was sealed")]
    Record {
        /// Which.
        sequence: i64,
    },
    /// The block does not hold the last record, or is not what was sealed.
    #[error("block {number} is not what was sealed")]
    Block {
        /// Which.
        number: i64,
    },
}

impl RecordView {
    fn record(&self, currency: Currency) -> Option<Record> {
        let entries = self.entries.iter().map(|(account, amount_minor)| {
            Ok(Entry { account: account.parse()?, amount_minor: *amount_minor })
        });
        Some(Record {
            sequence: self.sequence,
            day: self.day.parse().map_err(|MalformedDay| ()).ok()?,
            kind: self.kind.parse().map_err(|UnknownAccount| ()).ok()?,
            currency,
            entries: entries.collect::<Result<_, UnknownAccount>>().ok()?,
            commitment: self.commitment,
        })
    }
}

/// A campaign's chain as it is recomputed, part by part from its first record on. The same code runs on the
/// server and in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainCheck {
    previous: Hash,
    count: usize,
}

impl Default for ChainCheck {
    fn default() -> Self {
        Self { previous: Hash::ZERO, count: 0 }
    }
}

impl ChainCheck {
    /// How many records hold so far.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Recomputes the next part, to the block that its last record is in.
    ///
    /// # Errors
    /// [`ChainFault`] names the first thing that does not hold.
    pub fn add(&mut self, part: &CampaignLedgerView) -> Result<(), ChainFault> {
        for one in &part.records {
            let fault = ChainFault::Record { sequence: one.sequence };
            let record = one.record(part.currency).ok_or(fault)?;
            if record_hash(&self.previous, &record) != one.hash {
                return Err(fault);
            }
            self.previous = one.hash;
            self.count = self.count.saturating_add(1);
        }
        match (&part.block, part.records.last()) {
            (Some(block), Some(last)) => {
                let holds_last = block.records.contains(&last.hash);
                if holds_last && block_hash(&block.previous, &block.records) == block.hash {
                    Ok(())
                } else {
                    Err(ChainFault::Block { number: block.number })
                }
            }
            (None, Some(last)) => Err(ChainFault::Record { sequence: last.sequence }),
            (_, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::CampaignId;
    use crate::ledger::{Account, TransactionKind, commitment};
    use crate::time::Day;
    use uuid::Uuid;

    fn view() -> CampaignLedgerView {
        let campaign = CampaignId::new(Uuid::from_u128(1));
        let mut previous = Hash::ZERO;
        let records: Vec<RecordView> = (1..=3)
            .map(|sequence| {
                let record = Record {
                    sequence,
                    day: Day::new(2027, 3, 9).unwrap(),
                    kind: TransactionKind::BankIn,
                    currency: Currency::CHF,
                    entries: vec![
                        Entry { account: Account::Bank, amount_minor: 500 },
                        Entry { account: Account::Waiting(campaign), amount_minor: -500 },
                    ],
                    commitment: commitment(&[0; 16], ""),
                };
                previous = record_hash(&previous, &record);
                RecordView {
                    sequence,
                    day: record.day.to_string(),
                    kind: record.kind.to_string(),
                    entries: record.entries.iter().map(|e| (e.account.to_string(), e.amount_minor)).collect(),
                    commitment: record.commitment,
                    hash: previous,
                }
            })
            .collect();
        let hashes = vec![commitment(&[1; 16], "another campaign's"), previous];
        let block = BlockView {
            number: 1,
            previous: Hash::ZERO,
            hash: block_hash(&Hash::ZERO, &hashes),
            records: hashes,
        };
        CampaignLedgerView {
            currency: Currency::CHF,
            records,
            is_cut: false,
            block: Some(block),
            unsealed: 0,
        }
    }

    fn verify(view: &CampaignLedgerView) -> Result<usize, ChainFault> {
        let mut check = ChainCheck::default();
        check.add(view).map(|()| check.count())
    }

    #[test]
    fn sound_chain_holds_to_its_block() {
        assert_eq!(verify(&view()), Ok(3));
        let empty = CampaignLedgerView { records: Vec::new(), block: None, ..view() };
        assert_eq!(verify(&empty), Ok(0));
    }

    #[test]
    fn chain_holds_part_by_part_and_in_no_other_order() {
        let of_block = |records: &[RecordView]| {
            let hashes: Vec<Hash> = records.iter().map(|one| one.hash).collect();
            let block = BlockView {
                number: 1,
                previous: Hash::ZERO,
                hash: block_hash(&Hash::ZERO, &hashes),
                records: hashes,
            };
            CampaignLedgerView { records: records.to_vec(), block: Some(block), is_cut: true, ..view() }
        };
        let whole = view().records;
        let (first, rest) = (of_block(&whole[..1]), of_block(&whole[1..]));
        let mut check = ChainCheck::default();
        assert_eq!((check.add(&first), check.add(&rest), check.count()), (Ok(()), Ok(()), 3));
        assert_eq!(
            ChainCheck::default().add(&rest),
            Err(ChainFault::Record { sequence: 2 }),
            "the first is missing"
        );
        let mut again = ChainCheck::default();
        again.add(&first).unwrap();
        assert!(again.add(&of_block(&whole[2..])).is_err(), "one in between is missing");
    }

    #[test]
    fn every_forgery_is_named() {
        let mut amount = view();
        amount.records[1].entries[0].1 = 501;
        assert_eq!(verify(&amount), Err(ChainFault::Record { sequence: 2 }));
        let mut dropped = view();
        dropped.records.remove(0);
        assert_eq!(verify(&dropped), Err(ChainFault::Record { sequence: 2 }));
        let mut short = view();
        short.records.pop();
        assert_eq!(verify(&short), Err(ChainFault::Block { number: 1 }));
        let mut block = view();
        block.block.as_mut().unwrap().records.remove(0);
        assert_eq!(verify(&block), Err(ChainFault::Block { number: 1 }));
        let mut currency = view();
        currency.currency = Currency::EUR;
        assert_eq!(verify(&currency), Err(ChainFault::Record { sequence: 1 }));
    }
}
